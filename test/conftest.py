"""What holds for all tests: the closing lines that say which vectors were not run."""

from test.published.closing_lines import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
