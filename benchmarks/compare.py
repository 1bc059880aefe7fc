"""Compare this package with the released one, row by row, in one run on one machine.

Usage, from the project's root, with the project installed or ``PYTHONPATH=src``::

    python -m benchmarks.compare [--short] [--rows NAME,...] [--json FILE] [--released-python PYTHON]

Without a named Python, the released package is installed into an environment of its own under ``benchmarks/.released/``. Files lie
in the system's temporary folder (TMPDIR): 1.5 GiB in a full run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.imports import measure_imports
from benchmarks.machine import machine_facts
from benchmarks.measure import Effort, Outcome, check_each_other, measure_row
from benchmarks.readers import measure_readers
from benchmarks.released import RELEASED_VERSION, VARIABLE, EnvironmentUnusableError, released_python
from benchmarks.rows import NOT_MEASURED, OTHER_ROWS, ROWS, Row
from benchmarks.table import comparison_text, import_text, not_measured_text, progress_text, readers_text
from benchmarks.workers import WorkerError, WorkerProcess, own_package_folder

NAMES = (*(row.name for row in ROWS), *OTHER_ROWS)
FULL_EFFORT = Effort(rounds=25, seconds=10, least=3)
SHORT_EFFORT = Effort(rounds=12, seconds=0.5, least=1)
#: What is left for a row where a short run is late.
LATE_EFFORT = Effort(rounds=1, seconds=0, least=1)
LATE_AFTER_SECONDS = 30
FULL_IMPORTS, SHORT_IMPORTS = 15, 5
FULL_READERS, SHORT_READERS = 7, 2


def main() -> None:
    """Run the comparison, print it, and write it where that is asked for."""
    options = _options()
    try:
        _compare(options)
    except (EnvironmentUnusableError, WorkerError) as error:
        raise SystemExit(str(error)) from error


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--short", action="store_true", help="smaller sizes and few turns: less than a minute")
    parser.add_argument("--rows", metavar="NAME,...", default="", help=f"only these rows, of {', '.join(NAMES)}")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write all figures to this file")
    parser.add_argument(
        "--released-python",
        metavar="PYTHON",
        default=os.environ.get(VARIABLE) or None,
        help=f"a Python that has aws-encryption-sdk {RELEASED_VERSION} (default: ${VARIABLE}, or else one is installed)",
    )
    options = parser.parse_args()
    options.names = [name for name in options.rows.split(",") if name] or list(NAMES)
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}")
    return options


def _compare(options: argparse.Namespace) -> None:
    python, versions = released_python(options.released_python)
    facts = machine_facts()
    started = time.perf_counter()
    rows, left_out = _selected(options, tink=versions["tink"] is not None)
    report: dict[str, Any] = {"short": options.short, "machine": facts, "released_environment": versions}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        workers = _start(stack, rows, python)
        report["contestants"] = {name: worker.hello for name, worker in workers.items()}
        _print_facts(facts, report["contestants"], versions)
        report["messages_checked"] = check_each_other(workers, folder)
        print(f"{report['messages_checked']} messages: each side gives the plaintext that the other encrypted\n", flush=True)
        outcomes = _measure_rows(rows, workers, folder, options.short)
        if "readers" in options.names:
            turns = SHORT_READERS if options.short else FULL_READERS
            report["readers"] = measure_readers(workers, folder, turns, options.short)
    if "import" in options.names:
        turns = SHORT_IMPORTS if options.short else FULL_IMPORTS
        report["import"] = measure_imports(python, own_package_folder(), turns)
    report["rows"] = [outcome.as_json() for outcome in outcomes]
    report["not_measured"] = {**NOT_MEASURED, **left_out}
    report["seconds"] = time.perf_counter() - started
    _print_report(outcomes, report, left_out)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _start(stack: ExitStack, rows: list[Row], python: str) -> dict[str, WorkerProcess]:
    """Start the packages, and whoever else the rows need."""
    own = (own_package_folder(),)
    commands = {
        "released": (python, ()),
        "ours": (sys.executable, own),
        "primitives": (sys.executable, ()),
        "tink": (python, ()),
    }
    needed = {"released", "ours", *(name for row in rows for name in row.contestants)}
    return {name: stack.enter_context(WorkerProcess(name, *command)) for name, command in commands.items() if name in needed}


def _selected(options: argparse.Namespace, tink: bool) -> tuple[list[Row], dict[str, str]]:
    """Return the rows to measure, and those that are left out with the reason."""
    rows: list[Row] = []
    left_out: dict[str, str] = {}
    for row in ROWS:
        if row.name not in options.names:
            continue
        if row.against == "tink" and not tink:
            left_out[row.title_in(options.short)] = "tink is not installed beside the released package"
        elif any(row.job(options.short) == other.job(options.short) and row.against == other.against for other in rows):
            left_out[row.title_in(False)] = "in a short run it is the same as another row"
        else:
            rows.append(row)
    return rows, left_out


def _measure_rows(rows: list[Row], workers: Mapping[str, WorkerProcess], folder: Path, short: bool) -> list[Outcome]:
    outcomes = []
    started = time.perf_counter()
    for row in rows:
        late = short and time.perf_counter() - started > LATE_AFTER_SECONDS
        effort = LATE_EFFORT if late else SHORT_EFFORT if short else FULL_EFFORT
        outcomes.append(measure_row(row, workers, folder, effort, short))
        print(progress_text(outcomes[-1]), file=sys.stderr, flush=True)
    return outcomes


def _print_facts(
    facts: Mapping[str, str], contestants: Mapping[str, Mapping[str, Any]], versions: Mapping[str, str | None]
) -> None:
    print(", ".join(f"{name}: {fact}" for name, fact in facts.items()))
    for name, hello in contestants.items():
        print(f"{name}: {hello['package']}, Python {hello['python']}, cryptography {hello['cryptography']}")
    if versions["aws-cryptographic-material-providers"] is not None:
        print("The released package was installed with its MPL extra, which it imports: that makes its import longer")


def _print_report(outcomes: list[Outcome], report: Mapping[str, Any], left_out: Mapping[str, str]) -> None:
    if outcomes:
        print(comparison_text(outcomes, report["short"]) + "\n")
    if "import" in report:
        print(import_text(report["import"]) + "\n")
    if "readers" in report:
        print(readers_text(report["readers"]) + "\n")
    print(not_measured_text(left_out))
    print(f"{report['seconds']:.0f} seconds")


if __name__ == "__main__":
    main()
