"""Tests of the public interface, written from the specification."""
