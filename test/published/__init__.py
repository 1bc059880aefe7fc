"""Runs the published test vectors, which are read from a folder outside of the project."""
