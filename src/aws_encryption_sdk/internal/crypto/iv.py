"""Initialization vectors under their former names."""

from __future__ import annotations

from ..._crypto.nonces import sequence_iv
from ..._limits import MAX_FRAME_COUNT
from ...exceptions import ActionNotAllowedError
from ...identifiers import AlgorithmSuite

__all__ = ["frame_iv", "header_auth_iv", "non_framed_body_iv"]


def frame_iv(algorithm: AlgorithmSuite, sequence_number: int) -> bytes:
    """Return the IV of a frame, 12 bytes.

    :param algorithm: Algorithm suite; all have the same IVs
    :raises ActionNotAllowedError: if there is no frame with this number
    """
    if not 1 <= sequence_number <= MAX_FRAME_COUNT:
        raise ActionNotAllowedError(f"A message has no frame {sequence_number}: they are numbered 1 to {MAX_FRAME_COUNT}")
    return sequence_iv(sequence_number)


def header_auth_iv(algorithm: AlgorithmSuite) -> bytes:
    """Return the IV of the header's authentication tag, 12 bytes."""
    return algorithm.header_auth_iv


def non_framed_body_iv(algorithm: AlgorithmSuite) -> bytes:
    """Return the IV of a non-framed body, 12 bytes."""
    return frame_iv(algorithm, 1)
