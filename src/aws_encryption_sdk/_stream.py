"""What both streams are to their readers: a file that is read forward, once."""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, NoReturn

from ._arguments import builtin_name
from ._collected import Collected
from ._limits import BATCH_BYTES
from ._sources import Source, open_source
from ._stream_configuration import _ClientConfig
from .exceptions import (
    ArgumentTypeError,
    NotSupportedError,
    SerializationError,
    StreamClosedError,
    StreamInterruptedError,
    UnsupportedStreamOperationError,
)
from .structures import MessageHeader

_NOTHING: Final = memoryview(b"")
#: Bytes for which memory is taken beforehand, where only the reader says how much there is to come.
_MOST_EXPECTED: Final = 64 * 1024 * 1024


class _EncryptionStream(io.RawIOBase):
    """A file to read from: message or plaintext, made of a source as it is read.

    A stream belongs to one thread at a time.
    """

    _config_class: type[_ClientConfig]

    def __init__(self, **kwargs: Any) -> None:
        self.config: Any = self._config_class.from_arguments(kwargs)
        #: Bytes handed out so far.
        self.bytes_read = 0
        self.line_length = self.config.line_length
        self._source: Source = open_source(self.config.source)
        # What the operation handed out and the reader did not take yet: a view that is valid until the next step.
        self._pending = _NOTHING
        self._failure: Exception | None = None
        self._finished = False

    @abstractmethod
    def _step(self, wanted: int) -> bytes | bytearray | memoryview:
        """Let the operation take one step; return what it handed out, which may be nothing.

        :param wanted: How many bytes the reader wants
        """

    @abstractmethod
    def _expected_length(self) -> int:
        """Return how many bytes the whole stream hands out at most, or 0 if that is not known."""

    @property
    @abstractmethod
    def header(self) -> MessageHeader:
        """Header of the message; read, or made, when it is asked for."""

    @property
    def source_stream(self) -> Any:
        """The source as a file: the caller's own, or one over the bytes that were handed in."""
        source = self.config.source
        if hasattr(source, "read"):
            return source
        return io.BytesIO(source.encode("utf-8") if isinstance(source, str) else source)

    @property
    def output_buffer(self) -> bytes:
        """What was made and not read yet."""
        return bytes(self._pending)

    @property
    def stream_length(self) -> int:
        """Length of the source in bytes: what was said, or else what is there.

        :raises NotSupportedError: if the source cannot tell
        """
        if self.config.source_length is not None:
            return int(self.config.source_length)
        if self._source.length is None:
            raise NotSupportedError("The length of the source is not known; give source_length")
        return self._source.length

    def read(self, b: int | None = -1) -> bytes:
        """Read at most ``b`` bytes; all that is left, if ``b`` is negative or None.

        Fewer bytes are returned only at the end.

        :raises StreamClosedError: if the stream is closed
        :raises AWSEncryptionSDKClientError: if the operation fails; every later read fails likewise
        """
        self._check_open()
        pending = self._pending
        if type(b) is int and 0 < b <= len(pending):
            # The way of most reads: the rest of a batch is there already.
            self._pending = pending[b:]
            self.bytes_read += b
            return bytes(pending[:b])
        if b is None:
            b = -1
        elif not isinstance(b, int):
            raise ArgumentTypeError(f"The number of bytes to read must be an int, not {builtin_name(b)}")
        if b < 0:
            return self._read_all()
        if b <= BATCH_BYTES:
            taken = self._join(b)
        else:
            taken = self._collect(b, min(b, self._expected_length() or _MOST_EXPECTED)) if self._pull(b) else b""
        self.bytes_read += len(taken)
        return taken

    def readall(self) -> bytes:
        """Read all that is left."""
        return self.read()

    def readinto(self, buffer: Any) -> int:
        """Read into ``buffer`` what fits, and return how much that was; 0 at the end.

        From a source that is not read ahead, what is there is returned as soon as there is some. Nothing is written to ``buffer``
        that is not authentic.
        """
        self._check_open()
        try:
            view = memoryview(buffer).cast("B")
        except TypeError as error:
            raise ArgumentTypeError(f"readinto needs a writable, contiguous buffer, not {builtin_name(buffer)}") from error
        if view.readonly:
            raise ArgumentTypeError(f"readinto needs a writable buffer; {builtin_name(buffer)} is read-only")
        filled = 0
        while filled < len(view) and self._pull(len(view) - filled if self._source.read_ahead else 1):
            piece = self._pending[: len(view) - filled]
            view[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._pending = self._pending[len(piece) :]
            if not self._source.read_ahead:
                break
        self.bytes_read += filled
        return filled

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read the next piece of ``line_length`` bytes; line ends mean nothing."""
        if size is None or not isinstance(size, int) or size < 0:
            size = self.line_length
        return self.read(min(size, self.line_length))

    def readlines(self, hint: int | None = -1, /) -> list[bytes]:
        """Read all that is left as a list of pieces of ``line_length`` bytes."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over pieces of ``line_length`` bytes."""
        return self

    def __next__(self) -> bytes:
        """Return the next piece of ``line_length`` bytes."""
        piece = self.readline()
        if not piece:
            raise StopIteration
        return piece

    next = __next__

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self.bytes_read

    def readable(self) -> bool:
        """Tell whether the stream is open."""
        return not self.closed

    def writable(self) -> bool:
        """Return False."""
        return False

    def seekable(self) -> bool:
        """Return False."""
        return False

    def write(self, b: Any) -> NoReturn:
        """Raise: a stream is only read from."""
        raise UnsupportedStreamOperationError("A stream cannot be written to; hand in what is to be processed as its source")

    def writelines(self, lines: Any) -> NoReturn:
        """Raise: a stream is only read from."""
        self.write(lines)

    def seek(self, offset: int, whence: int = 0) -> NoReturn:
        """Raise: a stream is read forward, once."""
        raise UnsupportedStreamOperationError("A stream cannot be repositioned; it is read forward, once")

    def close(self) -> None:
        """Close the stream; the source stays open.

        :raises SerializationError: if the message was not read to its end; the stream then stays open
        """
        if not self.closed and not (self._finished and self._failure is None and not self._pending):
            raise SerializationError("Footer not read: the stream is closed before the end of the message was reached")
        super().close()

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the stream; leaving after a part was read is no error."""
        try:
            self.close()
        except SerializationError as error:
            # Nothing else needs it, and it takes a twentieth of the time of importing this package.
            import logging  # noqa: PLC0415 - see above

            logging.getLogger(__name__).debug("Stream left before its end: %s", type(error).__name__)

    def __del__(self) -> None:
        """Do nothing: the base class would close the stream, and an unfinished one would complain to nobody."""

    def _check_open(self) -> None:
        if self.closed:
            raise StreamClosedError("I/O operation on closed file")

    def _check_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _pull(self, wanted: int) -> bool:
        """See to it that something is pending; return False at the end."""
        while not self._pending:
            if self._finished:
                return False
            self._pending = memoryview(self._take_step(wanted))
        return True

    def _take_step(self, wanted: int) -> bytes | bytearray | memoryview:
        """Take one step; where it fails, for whatever reason, all that follow fail likewise.

        A source that failed may look as if it had ended when it is asked again.
        """
        self._check_failure()
        try:
            return self._step(wanted)
        except Exception as error:
            self._failure = error
            raise
        except BaseException:
            self._failure = StreamInterruptedError("An earlier read of this stream was interrupted")
            raise

    def _read_all(self) -> bytes:
        if not self._pending and not self._finished:
            self._pending = memoryview(self._take_step(-1))
        if self._finished:
            taken = bytes(self._pending)
            self._pending = _NOTHING
        else:
            taken = self._collect(-1, self._expected_length())
        self.bytes_read += len(taken)
        return taken

    def _join(self, wanted: int) -> bytes:
        """Return the next ``wanted`` bytes, or what is left if that is less; there are few pieces."""
        taken = b""
        while len(taken) < wanted and self._pull(wanted - len(taken)):
            piece = self._pending[: wanted - len(taken)]
            taken += piece
            self._pending = self._pending[len(piece) :]
        return taken

    def _collect(self, wanted: int, expected: int) -> bytes:
        """Return the next ``wanted`` bytes, or what is left if that is less or ``wanted`` is negative.

        :param expected: How many bytes that is, as far as known
        """
        collected = Collected(expected)
        while wanted and self._pull(wanted):
            piece = self._pending[:wanted] if wanted > 0 else self._pending
            collected.add(piece)
            self._pending = self._pending[len(piece) :]
            wanted = wanted - len(piece) if wanted > 0 else wanted
        return collected.value()
