"""The errors of the key store of the Material Providers Library; each of them is an ``AWSEncryptionSDKClientError``, too."""

from ..._mpl.errors import (
    ApiError,
    CollectionOfErrors,
    ComAmazonawsDynamodb,
    ComAmazonawsKms,
    KeyStoreException,
    OpaqueError,
    OpaqueWithTextError,
    ServiceError,
    UnknownApiError,
)

__all__ = [
    "ApiError",
    "CollectionOfErrors",
    "ComAmazonawsDynamodb",
    "ComAmazonawsKms",
    "KeyStoreException",
    "OpaqueError",
    "OpaqueWithTextError",
    "ServiceError",
    "UnknownApiError",
]
