"""The names of the Material Providers Library, for programs that were written with it.

A program that imports from ``aws_cryptographic_material_providers`` imports from here instead, and stays as it is otherwise. There
is nothing behind these names but the keyrings, CMMs, caches and key store of this package, which new programs use directly.
"""

from __future__ import annotations

from typing import ClassVar, Final

__all__ = ["ECDHCurveSpec"]


class ECDHCurveSpec:
    """Names of curves, for the inputs of ECDH keyrings."""

    ECC_NIST_P256: Final = "ECC_NIST_P256"
    ECC_NIST_P384: Final = "ECC_NIST_P384"
    ECC_NIST_P521: Final = "ECC_NIST_P521"
    SM2: Final = "SM2"
    values: ClassVar[frozenset[str]] = frozenset({ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, SM2})
