"""The numeric limits of the message format and of this library, each named once."""

from typing import Final

#: Longest frame, in bytes (data-format/message-body.md, framed data).
MAX_FRAME_LENGTH: Final = 2**32 - 1
#: Most frames in one message (data-format/message-body.md, framed data).
MAX_FRAME_COUNT: Final = 2**32 - 1
#: Longest non-framed content, in bytes (data-format/message-body.md, encrypted content length).
MAX_NON_FRAMED_LENGTH: Final = 2**36 - 32
#: Largest value of the format's two-byte counts and lengths.
MAX_UINT16: Final = 2**16 - 1

#: Most messages that one data key may encrypt (framework/caching-cmm.md, limit messages).
MAX_MESSAGES_PER_KEY: Final = 2**32
#: Most bytes that one data key may encrypt (framework/caching-cmm.md, limit bytes).
MAX_BYTES_PER_KEY: Final = 2**63 - 1

#: Default frame length, in bytes (client-apis/encrypt.md, frame length).
DEFAULT_FRAME_LENGTH: Final = 4096
#: Default size, in bytes, of the pieces that iteration and ``readline`` hand out.
DEFAULT_LINE_LENGTH: Final = 8192

#: Plaintext bytes that the frame loop works on at a time.
BATCH_BYTES: Final = 256 * 1024
#: Frames that the frame loop works on at a time, however short they are.
BATCH_FRAMES: Final = 1024
#: Content above this many bytes is decrypted in pieces as it arrives, and needs no buffer of its declared size.
PIECEWISE_BYTES: Final = 1024 * 1024
#: The one-call interface of the AES-GCM primitive takes less than this many bytes.
ONE_CALL_BYTES: Final = 2**31 - 64
