"""Cryptographic primitives as this package uses them: bytes in, bytes out, no wire format."""
