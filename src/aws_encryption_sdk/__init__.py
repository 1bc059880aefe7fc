"""Client-side envelope encryption in the AWS Encryption SDK message format.

What a program with keys of its own does not need, such as all that belongs to AWS, is loaded when it is first used.
"""

from typing import TYPE_CHECKING

from . import client, exceptions, identifiers, key_providers, keyrings, materials_managers, streaming_client, structures
from ._loaded_when_used import loaded_when_used
from .client import EncryptionSDKClient, EncryptionSDKClientConfig, decrypt, encrypt, stream
from .exceptions import AWSEncryptionSDKClientError, CommitmentWarning
from .identifiers import Algorithm, CommitmentPolicy, SignaturePolicy, __version__
from .materials_managers.default import DefaultCryptoMaterialsManager
from .streaming_client import DecryptorConfig, EncryptorConfig, StreamDecryptor, StreamEncryptor
from .structures import CryptoResult

if TYPE_CHECKING:
    from . import caches
    from .caches.local import LocalCryptoMaterialsCache
    from .caches.null import NullCryptoMaterialsCache
    from .key_providers.kms import (
        DiscoveryAwsKmsMasterKeyProvider,
        KMSMasterKeyProvider,
        KMSMasterKeyProviderConfig,
        StrictAwsKmsMasterKeyProvider,
    )
    from .materials_managers.caching import CachingCryptoMaterialsManager
else:
    __getattr__, __dir__ = loaded_when_used(
        __name__,
        {
            "CachingCryptoMaterialsManager": ".materials_managers.caching",
            "DiscoveryAwsKmsMasterKeyProvider": ".key_providers.kms",
            "KMSMasterKeyProvider": ".key_providers.kms",
            "KMSMasterKeyProviderConfig": ".key_providers.kms",
            "LocalCryptoMaterialsCache": ".caches.local",
            "NullCryptoMaterialsCache": ".caches.null",
            "StrictAwsKmsMasterKeyProvider": ".key_providers.kms",
            "caches": ".caches",
            # Old import paths. New code imports none of them, and this package neither.
            "compatability": ".compatability",
            "internal": ".internal",
        },
    )

__all__ = [
    "AWSEncryptionSDKClientError",
    "Algorithm",
    "CachingCryptoMaterialsManager",
    "CommitmentPolicy",
    "CommitmentWarning",
    "CryptoResult",
    "DecryptorConfig",
    "DefaultCryptoMaterialsManager",
    "DiscoveryAwsKmsMasterKeyProvider",
    "EncryptionSDKClient",
    "EncryptionSDKClientConfig",
    "EncryptorConfig",
    "KMSMasterKeyProvider",
    "KMSMasterKeyProviderConfig",
    "LocalCryptoMaterialsCache",
    "NullCryptoMaterialsCache",
    "SignaturePolicy",
    "StreamDecryptor",
    "StreamEncryptor",
    "StrictAwsKmsMasterKeyProvider",
    "__version__",
    "caches",
    "client",
    "decrypt",
    "encrypt",
    "exceptions",
    "identifiers",
    "key_providers",
    "keyrings",
    "materials_managers",
    "stream",
    "streaming_client",
    "structures",
]
