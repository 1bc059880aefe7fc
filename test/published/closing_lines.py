"""Says at the end of a run how many published vectors were run, and why the others were not."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

from .archives import why_folder_is_missing

_PLACE: Final = "test/published/"
_PRINTED: Final = pytest.StashKey[bool]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the counts, once, in a run that the published vectors were part of."""
    reports = [
        (outcome, report)
        for outcome in ("passed", "failed", "skipped", "error")
        for report in terminalreporter.getreports(outcome)
        if report.nodeid.startswith(_PLACE)
    ]
    if not reports or config.stash.get(_PRINTED, False):
        return
    config.stash[_PRINTED] = True
    terminalreporter.section("published test vectors")
    missing = why_folder_is_missing()
    if missing is not None:
        terminalreporter.line(f"not run: {missing}")
        return
    outcomes = Counter(outcome for outcome, _ in reports)
    ran = f"run: {outcomes['passed'] + outcomes['failed']}, of which {outcomes['passed']} passed"
    terminalreporter.line(f"{ran}; not run: {outcomes['skipped']}")
    reasons = Counter(_reason(report) for outcome, report in reports if outcome == "skipped")
    for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        terminalreporter.line(f"not run: {count:4} {reason}")


def _reason(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, (tuple, list)):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return "for no stated reason"
