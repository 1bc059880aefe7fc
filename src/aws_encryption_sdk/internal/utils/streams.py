"""File objects around other file objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from ...exceptions import ActionNotAllowedError

__all__ = ["InsistentReaderBytesIO", "ROStream", "TeeStream"]


class _Around:
    """Is to its users what it is around, but for what a derived class changes.

    :param wrapped: File object
    """

    def __init__(self, wrapped: Any) -> None:
        self.__wrapped__ = wrapped

    def __getattr__(self, name: str) -> Any:
        # A copy or a pickle that is being made has no state yet, and would look for it here for ever.
        if name == "__wrapped__":
            raise AttributeError(name)
        return getattr(self.__wrapped__, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__wrapped__)

    def __enter__(self) -> Any:
        self.__wrapped__.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self.__wrapped__.__exit__(*error)


class ROStream(_Around):
    """A file object that cannot be written to.

    :param wrapped: File object
    """

    def write(self, b: Any) -> NoReturn:
        """Refuse.

        :raises ActionNotAllowedError: always
        """
        raise ActionNotAllowedError("This stream can only be read: write() is not allowed")


class TeeStream(_Around):
    """A file object that writes down what is read from it.

    :param wrapped: File object to read from
    :param tee: File object that is written to
    """

    def __init__(self, wrapped: Any, tee: Any) -> None:
        super().__init__(wrapped)
        self._tee = tee

    def read(self, b: int | None = None) -> bytes:
        """Read, and write the same to ``tee``."""
        data: bytes = self.__wrapped__.read(-1 if b is None else b)
        self._tee.write(data)
        return data


class InsistentReaderBytesIO(_Around):
    """A file object whose ``read`` asks again until it has as many bytes as are wanted, or the end is reached.

    :param wrapped: File object; it needs no method but ``read``, and may return text
    """

    def read(self, b: int | None = -1) -> Any:
        """Read ``b`` bytes, fewer only at the end; None or a negative number for all."""
        wanted = -1 if b is None else b
        pieces: list[Any] = []
        missing = wanted
        while (missing > 0 or wanted < 0) and not self._is_closed():
            try:
                piece = self.__wrapped__.read(missing)
            except ValueError:
                if self._is_closed():
                    break
                raise
            if not piece:
                break
            pieces.append(piece)
            missing -= len(piece)
        return pieces[0][:0].join(pieces) if pieces else b""

    def _is_closed(self) -> bool:
        return bool(getattr(self.__wrapped__, "closed", False))
