"""What the multi-keyrings of AWS KMS share: they make their members, of ARNs or of regions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from ..._arguments import strings_from
from ..._kms.arn import KmsIdentifier, parse_arn
from ..._kms.clients import supplied_client
from ..._kms.discovery_filter import DiscoveryFilter
from ..._materials import DecryptionMaterials
from ...exceptions import ArgumentTypeError, ArgumentValueError, MalformedArnError
from ...structures import EncryptedDataKey
from .._decryption import refuse_data_key
from ..multi import MultiKeyring
from ._discovering import DiscoveringKeyring, check_region
from ._single_key import SingleKeyKeyring
from .client_suppliers import AnyClientSupplier, client_supplier_from


class SeveralKeyrings(MultiKeyring):
    """A multi-keyring whose members are keyrings of AWS KMS."""

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Let the members try, generator first, until one has unwrapped a data key.

        :raises UnwrapDataKeyError: if none has, or the materials have a data key already; ``errors`` has the exception of each
            member
        """
        refuse_data_key(self, decryption_materials)
        return super().on_decrypt(decryption_materials, encrypted_data_keys)


class SeveralKeys(SeveralKeyrings):
    """A multi-keyring that makes a member of each ARN; the arguments are those of the classes that derive from it."""

    _member: ClassVar[type[SingleKeyKeyring]]

    def __init__(
        self,
        generator: str | None = None,
        kms_key_ids: Iterable[str] | None = None,
        client_supplier: AnyClientSupplier | None = None,
        grant_tokens: Iterable[str] | None = None,
        *,
        parallel_wraps: int = 1,
    ) -> None:
        further = strings_from(kms_key_ids, "kms_key_ids")
        key_ids = further if generator is None else (generator, *further)
        if not key_ids:
            raise ArgumentTypeError("At least one of generator and kms_key_ids is needed")
        keys = [self._parse(key_id) for key_id in key_ids]
        self._check_keys(keys)
        supplier = client_supplier_from(client_supplier)
        tokens = strings_from(grant_tokens, "grant_tokens")
        for key in keys:
            supplied_client(supplier, key.region)
        members = [self._member(str(key), grant_tokens=tokens, client_supplier=supplier) for key in keys]
        if generator is None:
            super().__init__(None, members, parallel_wraps=parallel_wraps)
        else:
            super().__init__(members[0], members[1:], parallel_wraps=parallel_wraps)

    @staticmethod
    def _parse(key_id: str) -> KmsIdentifier:
        """Read the identifier of a key, which has to be an ARN."""
        try:
            return parse_arn(key_id)
        except MalformedArnError as error:
            raise MalformedArnError(
                f"{error}. A member's Region is that of its ARN; for an alias or a key id without one, put an AwsKmsStrictKeyring "
                "with a client of yours into a MultiKeyring"
            ) from error

    @staticmethod
    def _check_keys(keys: Sequence[KmsIdentifier]) -> None:
        """Check that the keys may stand together."""


class SeveralRegions(SeveralKeyrings):
    """A multi-keyring that makes a member of each region; the arguments are those of the classes that derive from it."""

    _member: ClassVar[type[DiscoveringKeyring]]

    def __init__(
        self,
        regions: Iterable[str],
        discovery_filter: DiscoveryFilter | None = None,
        client_supplier: AnyClientSupplier | None = None,
        grant_tokens: Iterable[str] | None = None,
    ) -> None:
        names = tuple(dict.fromkeys(strings_from(regions, "regions")))
        if not names or not all(names):
            raise ArgumentValueError(
                f"regions must be names of regions, such as us-west-2, and at least one; found {names!r}"
            )
        supplier = client_supplier_from(client_supplier)
        members = [
            self._member(region=name, discovery_filter=discovery_filter, grant_tokens=grant_tokens, client_supplier=supplier)
            for name in names
        ]
        for name in names:
            check_region(supplied_client(supplier, name), name)
        super().__init__(None, members)
