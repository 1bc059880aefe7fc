"""An emulation of AWS KMS and DynamoDB, for tests that make real HTTP requests without an AWS account.

It is `moto <https://docs.getmoto.org>`_, with its KMS made to answer as the KMS API reference says where moto (5.2) does not:

======================= =============================================== ====================================================
what                    moto                                            the emulation, as KMS documents it
======================= =============================================== ====================================================
multi-Region keys       cannot decrypt (a ciphertext holds 36           ids of 40 characters; the primary key and its
                        characters of the key id)                       replicas decrypt each other's ciphertexts
ReplicateKey            refuses ARNs; the replica shares aliases and    takes any key id; the replica has its own aliases,
                        grants with its primary key                     grants and state
a wrong ``KeyId``       AccessDeniedException                           IncorrectKeyException
key ids                 the Region and account of an ARN are ignored    NotFoundException for another Region; keys of other
                                                                        accounts are found by ARN
key state               not enforced                                    DisabledException, KMSInvalidStateException
key usage               not enforced                                    InvalidKeyUsageException
RSA keys                Encrypt and Decrypt use an AES key              RSAES_OAEP_SHA_1 and RSAES_OAEP_SHA_256
ECC keys                DeriveSharedSecret is missing                   DeriveSharedSecret
GetPublicKey            answers with a bare key id                      answers with the key ARN
ReEncrypt               ``SourceKeyId`` is ignored                      it has to name the key
encryption contexts     ``{"ab": "c"}`` equals ``{"a": "bc"}``          every pair counts
DynamoDB transactions   come in between each other                      one after the other
======================= =============================================== ====================================================

What it does not do: it accepts any credentials, grant tokens and cross-account use without looking at policies, and its
ciphertexts have a layout of its own.

``python -m test.emulation`` runs it as a program; :mod:`test.emulation.fixtures` has it as pytest fixtures.
"""
