"""The wire format of messages (data-format/message.md): values to bytes and back; no cipher, no file."""
