"""The wire format of messages: values to bytes and back; no cipher, no file."""
