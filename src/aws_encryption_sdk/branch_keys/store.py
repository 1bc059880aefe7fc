"""The branch key store (framework/branch-key-store.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from .._arguments import builtin_name, bytes_from, check_encryption_context, strings_from
from .._kms.clients import RegionalClients
from ..exceptions import ArgumentTypeError, BranchKeyTamperedError
from ._foreign_storage import ForeignStorage
from .configuration import KmsConfiguration
from .dynamodb import DynamoDbStorage, check_dynamodb_client
from .identity import check_identifier, check_version, new_uuid
from .items import ACTIVE_TYPE, BEACON_TYPE, KeyItem, first_version, version_type
from .kms_wrapping import KmsWrapping
from .materials import BeaconKeyMaterials, BranchKeyMaterials
from .storage import BranchKeyStorage

__all__ = ["BranchKeyStore", "KeyStoreInfo"]

_USER_AGENT: Final = "aws-kms-hierarchy"
_KMS_OPERATIONS: Final = ("generate_data_key_without_plaintext", "re_encrypt", "decrypt")


@attrs.frozen
class KeyStoreInfo:
    """The configuration of a branch key store.

    :param key_store_id: Id of the key store
    :param key_store_name: Name of its table
    :param logical_key_store_name: Logical key store name
    :param grant_tokens: Grant tokens
    :param kms_configuration: AWS KMS configuration
    """

    key_store_id: str
    key_store_name: str
    logical_key_store_name: str
    grant_tokens: tuple[str, ...]
    kms_configuration: KmsConfiguration


class BranchKeyStore:
    """Makes, versions and gives branch keys, which AWS KMS wraps and a table of DynamoDB keeps. May be shared by threads.

    Every operation but :meth:`get_key_store_info` makes requests. Branch keys in the clear are not kept here: the hierarchical
    keyring has a cache for them.

    :param table_name: Name of the table, 3 to 255 characters
    :param kms_configuration: Which AWS KMS keys are used: :class:`~.configuration.KmsKeyArn`, ``KmsMRKeyArn``, ``Discovery`` or
        ``MRDiscovery``
    :param logical_key_store_name: Name that every key is bound to, apart from that of the table, so that a table restored under
        another name stays readable. There must not be two key stores with the same one
    :param id: Id of the key store; without one, a random one
    :param grant_tokens: Grant tokens that are sent with every request to AWS KMS
    :param ddb_client: Client of DynamoDB. Without one, one is made: in the Region of the AWS KMS configuration, or else of the
        session
    :param kms_client: Client of AWS KMS; likewise
    :param storage: What keeps the items in place of the table; then neither ``table_name`` nor ``ddb_client`` is given
    :raises ArgumentTypeError: if an argument is missing or has the wrong type
    :raises ArgumentValueError: if the logical key store name is empty or has a zero byte

    >>> from aws_encryption_sdk.branch_keys import BranchKeyStore, KmsKeyArn
    >>> key = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    >>> BranchKeyStore("branch-keys", KmsKeyArn(key), logical_key_store_name="branch-keys")
    BranchKeyStore('branch-keys', logical_key_store_name='branch-keys')
    """

    def __init__(
        self,
        table_name: str | None = None,
        kms_configuration: KmsConfiguration | None = None,
        logical_key_store_name: str | None = None,
        *,
        id: str | None = None,
        grant_tokens: Iterable[str] | None = None,
        ddb_client: Any = None,
        kms_client: Any = None,
        storage: BranchKeyStorage | None = None,
    ) -> None:
        if not isinstance(kms_configuration, KmsConfiguration):
            raise ArgumentTypeError(
                "kms_configuration must be one of KmsKeyArn, KmsMRKeyArn, Discovery and MRDiscovery, not "
                f"{builtin_name(kms_configuration)}"
            )
        self._configuration: Final = kms_configuration
        self._store_name: Final = check_identifier(logical_key_store_name, "logical_key_store_name")
        self._id: Final = new_uuid() if id is None else check_identifier(id, "id")
        self._grant_tokens: Final = strings_from(grant_tokens, "grant_tokens")
        for token in self._grant_tokens:
            bytes_from(token, "A member of grant_tokens")
        if kms_client is not None:
            _check_kms_client(kms_client)
        self._storage: Final = _storage(table_name, ddb_client, storage, kms_configuration.region)
        kms = _client_of(kms_client, "kms", kms_configuration.region)
        self._keys: Final = KmsWrapping(kms_configuration, kms, self._grant_tokens, self._store_name)

    def __repr__(self) -> str:
        return f"BranchKeyStore({self._storage.name!r}, logical_key_store_name={self._store_name!r})"

    @property
    def logical_key_store_name(self) -> str:
        """Logical key store name."""
        return self._store_name

    def get_key_store_info(self) -> KeyStoreInfo:
        """Return the configuration (GetKeyStoreInfo)."""
        return KeyStoreInfo(self._id, self._storage.name, self._store_name, self._grant_tokens, self._configuration)

    def create_key_store(self) -> str:
        """Make the table, or check that there is one with the keys that are needed; return its ARN (CreateKeyStore).

        DynamoDB takes some seconds until a new table can be used.

        :raises BranchKeyStoreError: if the table has other keys, or cannot be made
        """
        return self._storage.create()

    def create_key(
        self, branch_key_identifier: str | None = None, encryption_context: Mapping[str, str] | None = None
    ) -> str:
        """Make a branch key and its beacon key; return the branch key id (CreateKey).

        :param branch_key_identifier: Branch key id; without one, a random UUID
        :param encryption_context: Custom encryption context to bind to the key; needed with an id of one's own
        :raises NotSupportedError: if the AWS KMS configuration is one of discovery
        :raises ArgumentTypeError: if an id is given without an encryption context
        :raises SerializationError: if the id, or something in the encryption context, has no UTF-8 form
        :raises BranchKeyExistsError: if there is a branch key with this id
        :raises KmsRequestError: if AWS KMS does not make the keys
        :raises BranchKeyStoreError: if they cannot be written
        """
        kms_arn = str(self._configuration.key_for_new())
        context = _custom_context(encryption_context or {})
        if branch_key_identifier is None:
            branch_key_identifier = new_uuid()
        elif not context:
            raise ArgumentTypeError(
                "A branch key with an id of one's own needs an encryption_context that is not empty; leave branch_key_identifier "
                "out for a random id"
            )
        _check_id(branch_key_identifier)
        version = self._keys.new_key(first_version(branch_key_identifier, new_uuid(), kms_arn, context))
        active = self._keys.copied(version, version.description.active())
        beacon = self._keys.new_key(version.description.beacon())
        self._storage.add([version, active, beacon])
        return branch_key_identifier

    def version_key(self, branch_key_identifier: str) -> None:
        """Give a branch key a new version, which is active from then on; older ones stay readable (VersionKey).

        Keyrings that have the previous version in their caches go on with it until its time-to-live has elapsed.

        :param branch_key_identifier: Branch key id
        :raises NotSupportedError: if the AWS KMS configuration is one of discovery
        :raises BranchKeyNotFoundError: if there is no such branch key
        :raises BranchKeyTamperedError: if its active version is not authentic
        :raises BranchKeyVersionConflictError: if somebody else did the same at the same time; nothing was written
        :raises ConfigMismatchError: if it is wrapped by another AWS KMS key
        :raises KmsRequestError: if AWS KMS does not make the key
        :raises BranchKeyStoreError: if it cannot be read or written
        """
        self._configuration.key_for_new()
        replaced = self._item(_check_id(branch_key_identifier), ACTIVE_TYPE)
        self._keys.authenticate(replaced)
        version = self._keys.new_key(replaced.description.next_version(new_uuid()))
        active = self._keys.copied(version, version.description.active())
        self._storage.add_version(version, active, replaced)

    def get_active_branch_key(self, branch_key_identifier: str) -> BranchKeyMaterials:
        """Return the active version of a branch key (GetActiveBranchKey).

        :param branch_key_identifier: Branch key id
        :raises BranchKeyNotFoundError: if there is no such branch key
        :raises BranchKeyTamperedError: if it is not authentic
        :raises ConfigMismatchError: if it is wrapped by another AWS KMS key
        :raises KmsRequestError: if AWS KMS does not unwrap it
        :raises BranchKeyStoreError: if it cannot be read
        """
        return self._branch_key(_check_id(branch_key_identifier), ACTIVE_TYPE)

    def get_branch_key_version(self, branch_key_identifier: str, branch_key_version: str) -> BranchKeyMaterials:
        """Return one version of a branch key (GetBranchKeyVersion).

        :param branch_key_identifier: Branch key id
        :param branch_key_version: Version, a UUID of version 4
        :raises BranchKeyNotFoundError: if there is no such branch key, or no such version
        :raises BranchKeyTamperedError: if it is not authentic
        :raises ConfigMismatchError: if it is wrapped by another AWS KMS key
        :raises KmsRequestError: if AWS KMS does not unwrap it
        :raises BranchKeyStoreError: if it cannot be read
        """
        return self._branch_key(_check_id(branch_key_identifier), version_type(check_version(branch_key_version)))

    def get_beacon_key(self, branch_key_identifier: str) -> BeaconKeyMaterials:
        """Return the beacon key of a branch key (GetBeaconKey).

        :param branch_key_identifier: Branch key id
        :raises BranchKeyNotFoundError: if there is no such branch key
        :raises BranchKeyTamperedError: if it is not authentic
        :raises ConfigMismatchError: if it is wrapped by another AWS KMS key
        :raises KmsRequestError: if AWS KMS does not unwrap it
        :raises BranchKeyStoreError: if it cannot be read
        """
        item = self._item(_check_id(branch_key_identifier), BEACON_TYPE)
        key, described = self._keys.unwrapped(item), item.description
        return BeaconKeyMaterials(described.branch_key_id, key, described.custom_encryption_context)

    def _branch_key(self, branch_key_id: str, item_type: str) -> BranchKeyMaterials:
        item = self._item(branch_key_id, item_type)
        version, context = item.description.version, item.description.custom_encryption_context
        return BranchKeyMaterials(branch_key_id, version, self._keys.unwrapped(item), context)

    def _item(self, branch_key_id: str, item_type: str) -> KeyItem:
        item = self._storage.get(branch_key_id, item_type)
        found = item.description
        if (found.branch_key_id, found.type) != (branch_key_id, item_type):
            raise BranchKeyTamperedError(
                f"{self._storage.name} gave the item {found.type[:80]!r} of the branch key {found.branch_key_id[:80]!r}; "
                f"{item_type!r} of {branch_key_id!r} was asked for"
            )
        return item


def _custom_context(encryption_context: Mapping[str, str]) -> dict[str, str]:
    """Return a copy of a custom encryption context, of which AWS KMS and DynamoDB can be told every key and value."""
    context = check_encryption_context(encryption_context)
    for key, value in context.items():
        bytes_from(key, "A key in encryption_context")
        bytes_from(value, f"The value of {key!r} in encryption_context")
    return context


def _check_id(branch_key_id: str) -> str:
    return check_identifier(branch_key_id, "branch_key_identifier")


def _check_kms_client(client: object) -> None:
    missing = [name for name in _KMS_OPERATIONS if not callable(getattr(client, name, None))]
    if missing:
        raise ArgumentTypeError(
            f'kms_client must be a client of AWS KMS, such as boto3.client("kms"), not {type(client).__name__}, which lacks '
            f"{', '.join(missing)}"
        )


def _storage(
    table_name: str | None, client: object, storage: BranchKeyStorage | None, region: str | None
) -> BranchKeyStorage:
    if storage is None:
        if client is not None:
            check_dynamodb_client(client)
        return DynamoDbStorage(table_name, _client_of(client, "dynamodb", region))  # type: ignore[arg-type]  # checked by the caller
    if table_name is not None or client is not None:
        raise ArgumentTypeError("With storage, neither table_name nor ddb_client can be given")
    if not isinstance(storage, BranchKeyStorage):
        raise ArgumentTypeError(f"storage must be a BranchKeyStorage, not {builtin_name(storage)}")
    return ForeignStorage(storage)


def _client_of(given: Any, service_name: str, region: str | None) -> Callable[[], Any]:
    """Return what gives the client of a service: the one given, or one that is made when it is first needed."""
    if given is not None:
        return lambda: given
    clients = RegionalClients(service_name=service_name, user_agent=_USER_AGENT)
    return lambda: clients.client(region)
