"""Client-side envelope encryption in the AWS Encryption SDK message format.

What belongs to AWS loads botocore, and is itself loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from . import (
    client,
    exceptions,
    identifiers,
    key_providers,
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

if TYPE_CHECKING:
    from .key_providers.kms import (
        DiscoveryAwsKmsMasterKeyProvider,
        KMSMasterKeyProvider,
        KMSMasterKeyProviderConfig,
        StrictAwsKmsMasterKeyProvider,
    )
else:
    _LOADED_WHEN_USED = dict.fromkeys(
        (
            "DiscoveryAwsKmsMasterKeyProvider",
            "KMSMasterKeyProvider",
            "KMSMasterKeyProviderConfig",
            "StrictAwsKmsMasterKeyProvider",
        ),
        f"{__name__}.key_providers.kms",
    )

    def __getattr__(name):
        """Load what belongs to AWS."""
        if name in _LOADED_WHEN_USED:
            return getattr(import_module(_LOADED_WHEN_USED[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "AWSEncryptionSDKClientError",
    "Algorithm",
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
    "SignaturePolicy",
    "StreamDecryptor",
    "StreamEncryptor",
    "StrictAwsKmsMasterKeyProvider",
    "__version__",
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
