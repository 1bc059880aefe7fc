"""Cryptography under its former names."""

from ...key_providers.raw import WrappingKey
from . import authentication, data_keys, elliptic_curve, encryption, iv, wrapping_keys

__all__ = ["WrappingKey", "authentication", "data_keys", "elliptic_curve", "encryption", "iv", "wrapping_keys"]
