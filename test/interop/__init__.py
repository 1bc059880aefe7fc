"""Interoperability with the released package of the same name."""
