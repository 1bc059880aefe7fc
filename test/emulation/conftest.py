"""The fixtures of the emulation, for its own tests."""

from test.emulation.fixtures import emulation, keys, sent, supplier

__all__ = ["emulation", "keys", "sent", "supplier"]
