"""The interface of what keeps the items of a branch key store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from .items import KeyItem

__all__ = ["BranchKeyStorage"]


class BranchKeyStorage(ABC):
    """Keeps items by branch key id and type. Shared by threads and processes.

    What it keeps is secret to nobody, and altered by nobody unnoticed: the branch key store has AWS KMS wrap every key under all that
    its item says. But it must keep what was written, and write all items of one call or none.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """Name of the storage, such as that of the table."""

    @abstractmethod
    def create(self) -> str:
        """Make the storage, or check that it is there and fit; return what identifies it, such as the ARN of the table.

        :raises BranchKeyStoreError: if it can be neither made nor used
        """

    @abstractmethod
    def get(self, branch_key_id: str, item_type: str) -> KeyItem:
        """Return an item.

        :raises BranchKeyNotFoundError: if there is none
        :raises BranchKeyTamperedError: if it is malformed
        :raises BranchKeyStoreError: if it cannot be read
        """

    @abstractmethod
    def add(self, items: Sequence[KeyItem]) -> None:
        """Write the items of a new branch key, all of them or none.

        :raises BranchKeyExistsError: if one of them is there already
        :raises BranchKeyStoreError: if they cannot be written
        """

    @abstractmethod
    def add_version(self, version: KeyItem, active: KeyItem, replaced: KeyItem) -> None:
        """Write a new version and the active item that copies it, both or none, if the active item is still ``replaced``.

        :raises BranchKeyVersionConflictError: if it is another one by now
        :raises BranchKeyStoreError: if they cannot be written
        """
