"""How AWS KMS makes, copies, authenticates and unwraps the keys of a branch key store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from .._kms import calls
from .._wrapping.branch_key import BRANCH_KEY_LENGTH
from ..exceptions import BranchKeyTamperedError, KmsRequestError
from .configuration import KmsConfiguration
from .items import KeyDescription, KeyItem

#: What AWS KMS answers where the wrapped key does not belong to the encryption context, or to the AWS KMS key, of its item.
_NOT_AUTHENTIC: Final = ("InvalidCiphertextException", "IncorrectKeyException")


class KmsWrapping:
    """Wraps the keys of one logical key store. Shared by threads.

    :param configuration: Which AWS KMS keys are asked
    :param client: Returns the client of AWS KMS to use; it is asked before every request
    :param grant_tokens: Grant tokens
    :param logical_key_store_name: Logical key store name
    """

    def __init__(
        self,
        configuration: KmsConfiguration,
        client: Callable[[], Any],
        grant_tokens: tuple[str, ...],
        logical_key_store_name: str,
    ) -> None:
        self._configuration: Final = configuration
        self._client: Final = client
        self._grant_tokens: Final = grant_tokens
        self._store_name: Final = logical_key_store_name

    def new_key(self, description: KeyDescription) -> KeyItem:
        """Have a key made that nobody sees.

        :raises KmsGenerateKeyError: if AWS KMS does not make it
        """
        key, context = self._key_for(description), description.encryption_context(self._store_name)
        wrapped = calls.generate_data_key_without_plaintext(
            self._client(), key, BRANCH_KEY_LENGTH, context, self._grant_tokens
        )
        return KeyItem(description, wrapped)

    def copied(self, item: KeyItem, description: KeyDescription) -> KeyItem:
        """Have the same key wrapped under another description.

        :raises BranchKeyTamperedError: if the item is not authentic
        :raises KmsReEncryptError: if AWS KMS does not do it
        """
        key, source = self._key_for(item.description), item.description.encryption_context(self._store_name)
        destination = description.encryption_context(self._store_name)
        with self._telling_tampering(item.description):
            wrapped = calls.re_encrypt(self._client(), key, item.wrapped_key, source, destination, self._grant_tokens)
        return KeyItem(description, wrapped)

    def authenticate(self, item: KeyItem) -> None:
        """Check that all of an item is as it was written (authenticating a keystore item).

        :raises BranchKeyTamperedError: if it is not
        :raises KmsReEncryptError: if AWS KMS does not tell
        """
        self.copied(item, item.description)

    def unwrapped(self, item: KeyItem) -> bytes:
        """Return the key in the clear (AWS KMS branch key decryption).

        :raises BranchKeyTamperedError: if the item is not authentic
        :raises KmsDecryptKeyError: if AWS KMS does not unwrap it
        """
        key, context = self._key_for(item.description), item.description.encryption_context(self._store_name)
        with self._telling_tampering(item.description):
            return calls.decrypt(self._client(), key, item.wrapped_key, BRANCH_KEY_LENGTH, context, self._grant_tokens)

    def _key_for(self, description: KeyDescription) -> str:
        return str(self._configuration.key_for(description.kms_arn))

    @contextmanager
    def _telling_tampering(self, described: KeyDescription) -> Iterator[None]:
        try:
            yield
        except KmsRequestError as error:
            if error.code not in _NOT_AUTHENTIC:
                raise
            raise BranchKeyTamperedError(
                f"The item {described.type!r} of the branch key {described.branch_key_id!r} is not what AWS KMS wrapped for the "
                f"logical key store name {self._store_name!r}: an attribute was altered, or it belongs to a branch key store of "
                f"another logical name. {error}"
            ) from error
