"""The calling convention of the Material Providers Library: what its keyrings and CMMs are called with.

Programs write keyrings and cryptographic materials managers (CMMs) against this convention, either with the classes here, which
:mod:`aws_encryption_sdk.material_providers` hands on, or with those of the library itself.
"""
