"""Keyrings whose wrapping keys are in this process."""

from .aes import RawAESKeyring
from .rsa import RawRSAKeyring

__all__ = ["RawAESKeyring", "RawRSAKeyring"]
