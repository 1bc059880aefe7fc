"""The operations encrypt and decrypt as state machines: bytes in, bytes out; no files, no sockets, no threads of their own."""
