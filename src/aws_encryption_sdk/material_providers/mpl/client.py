"""The methods that create keyrings, CMMs and caches, under the names of the Material Providers Library."""

from __future__ import annotations

from ..._arguments import builtin_name
from ..._mpl.errors import AwsCryptographicMaterialProvidersException
from ._aws_kms_keyrings import AwsKmsKeyringMethods
from ._for_authors import AuthorMethods
from ._managers import ManagerMethods
from ._raw_keyrings import RawKeyringMethods
from .config import MaterialProvidersConfig

__all__ = ["AwsCryptographicMaterialProviders"]


class AwsCryptographicMaterialProviders(AwsKmsKeyringMethods, RawKeyringMethods, ManagerMethods, AuthorMethods):
    """Creates keyrings, CMMs, caches and client suppliers. It has no state, and may be shared by threads.

    Every method takes one ``input`` and raises a :class:`~aws_encryption_sdk.material_providers.mpl.errors.ServiceError` where it
    cannot do what is asked.

    :param config: Configuration, which has no settings
    :raises AwsCryptographicMaterialProvidersException: if it is something else
    """

    def __init__(self, config: MaterialProvidersConfig | None = None) -> None:
        if config is not None and not isinstance(config, MaterialProvidersConfig):
            raise AwsCryptographicMaterialProvidersException(
                f"config must be a MaterialProvidersConfig of aws_encryption_sdk.material_providers, not {builtin_name(config)}"
            )
