"""Adds the closing lines on published vectors to the runs of this folder."""

from .closing_lines import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
