"""Client-side envelope encryption in the AWS Encryption SDK message format."""

from . import (
    client,
    exceptions,
    identifiers,
    keyrings,
    materials_managers,
    streaming_client,
    structures,
)
from .client import EncryptionSDKClient, EncryptionSDKClientConfig, decrypt, encrypt, stream
from .exceptions import AWSEncryptionSDKClientError, CommitmentWarning
from .identifiers import Algorithm, CommitmentPolicy, SignaturePolicy, __version__
from .materials_managers.default import DefaultCryptoMaterialsManager
from .streaming_client import DecryptorConfig, EncryptorConfig, StreamDecryptor, StreamEncryptor
from .structures import CryptoResult

__all__ = [
    "AWSEncryptionSDKClientError",
    "Algorithm",
    "CommitmentPolicy",
    "CommitmentWarning",
    "CryptoResult",
    "DecryptorConfig",
    "DefaultCryptoMaterialsManager",
    "EncryptionSDKClient",
    "EncryptionSDKClientConfig",
    "EncryptorConfig",
    "SignaturePolicy",
    "StreamDecryptor",
    "StreamEncryptor",
    "__version__",
    "client",
    "decrypt",
    "encrypt",
    "exceptions",
    "identifiers",
    "keyrings",
    "materials_managers",
    "stream",
    "streaming_client",
    "structures",
]
