"""Tests of the documentation: that its snippets run, and that it is whole."""
