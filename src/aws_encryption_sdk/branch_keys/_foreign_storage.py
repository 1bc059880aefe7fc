"""A storage of a program's own, whose failures are errors of this package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from .._arguments import builtin_name
from ..exceptions import AWSEncryptionSDKClientError, BranchKeyStoreError
from .items import KeyDescription, KeyItem
from .storage import BranchKeyStorage


class ForeignStorage(BranchKeyStorage):
    """Hands everything on to another storage, and checks what it answers. Shared by threads if that one may.

    :param storage: The other one
    """

    def __init__(self, storage: BranchKeyStorage) -> None:
        self._storage: Final = storage

    @property
    def name(self) -> str:
        """Name of the storage, or of its class, where it has none."""
        try:
            name = self._storage.name
        except Exception:
            name = None
        return name if isinstance(name, str) else type(self._storage).__name__

    def create(self) -> str:
        """Make the storage, or check that it is there and fit."""
        with self._translated("make itself"):
            made = self._storage.create()
        if not isinstance(made, str):
            raise BranchKeyStoreError(
                f"The storage {self.name} said {builtin_name(made)} of what it made, and must say a str"
            )
        return made

    def get(self, branch_key_id: str, item_type: str) -> KeyItem:
        """Return an item."""
        with self._translated("give an item"):
            item = self._storage.get(branch_key_id, item_type)
        if not (isinstance(item, KeyItem) and isinstance(item.description, KeyDescription)):
            raise BranchKeyStoreError(f"The storage {self.name} must give a KeyItem, and gave {builtin_name(item)}")
        return item

    def add(self, items: Sequence[KeyItem]) -> None:
        """Write the items of a new branch key, all of them or none."""
        with self._translated("add items"):
            self._storage.add(items)

    def add_version(self, version: KeyItem, active: KeyItem, replaced: KeyItem) -> None:
        """Write a new version and the active item that copies it, if the active item is still ``replaced``."""
        with self._translated("add a version"):
            self._storage.add_version(version, active, replaced)

    @contextmanager
    def _translated(self, action: str) -> Iterator[None]:
        try:
            yield
        except AWSEncryptionSDKClientError:
            raise
        except Exception as error:
            raise BranchKeyStoreError(
                f"The storage {self.name} failed to {action}: {type(error).__name__}: {error}"
            ) from error
