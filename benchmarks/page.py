"""The figures of a full run as tables for the documentation.

Usage: ``python -m benchmarks.page FIGURES.json [--memory MEMORY.json] [TARGET]``, where the figures are what
``python -m benchmarks.compare --json`` and ``python -m benchmarks.memory --json`` wrote.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.rows import DIRECTIONS, MIB, size_text

DEFAULT_TARGET: Final = Path("doc/performance-figures.inc")
_VERDICTS: Final = {"aim": "aim", "yes": "yes", "no": "**no**", "": "--"}


def page(report: dict[str, Any], memory: dict[str, Any] | None) -> str:
    """Return the tables, in reStructuredText."""
    parts = [
        _machine(report),
        _comparison([row for row in report["rows"] if row["against"] == "released"]),
        _beside_tink([row for row in report["rows"] if row["against"] == "tink"]),
        _import(report.get("import")),
        _readers(report.get("readers")),
        _memory(memory),
    ]
    return ".. Written by benchmarks/page.py; do not edit.\n\n" + "\n\n".join(part for part in parts if part) + "\n"


def _machine(report: dict[str, Any]) -> str:
    facts = "; ".join(f"{name}: {fact}" for name, fact in report["machine"].items() if name != "load")
    seen = report["messages_checked"]
    return f"Measured on: {facts}. Before that, {seen} messages were exchanged: each side read what the other wrote."


def _comparison(rows: Iterable[dict[str, Any]]) -> str:
    cells = [("workload", "released", "ours", "ratio", "by wall", "bar", "reached", "of the primitives")]
    for row in rows:
        unit = "/s" if row["kind"] == "calls" else "MiB/s"
        size = 1 if row["kind"] == "calls" else row["size"] / MIB
        cells.append(
            (
                row["title"].format(size=size_text(row["size"])),
                _pair(_speeds(row, "released", size)) + f" {unit}",
                _pair(_speeds(row, "ours", size)) + f" {unit}",
                _pair(f"{_direction(row, way)['ratio_cpu']:.2f}" for way in DIRECTIONS),
                _pair(f"{_direction(row, way)['ratio_wall']:.2f}" for way in DIRECTIONS),
                _pair("--" if bar is None else f"{bar:g}" for bar in row["reach"]),
                _pair(_VERDICTS[_direction(row, way)["verdict"]] for way in DIRECTIONS),
                _pair(_share(_direction(row, way)["share_of_primitives"]) for way in DIRECTIONS),
            )
        )
    return _table("Against the released package 4.0.7", cells)


def _beside_tink(rows: Iterable[dict[str, Any]]) -> str:
    cells = [("workload", "tink", "ours", "ratio")]
    for row in rows:
        size = row["size"] / MIB
        cells.append(
            (
                row["title"].format(size=size_text(row["size"])),
                _pair(_speeds(row, "tink", size)) + " MiB/s",
                _pair(_speeds(row, "ours", size)) + " MiB/s",
                _pair(f"{_direction(row, way)['ratio_cpu']:.2f}" for way in DIRECTIONS),
            )
        )
    return _table("Beside tink's streaming AEAD (AES256_GCM_HKDF_4KB)", cells) if len(cells) > 1 else ""


def _import(result: dict[str, Any] | None) -> str:
    if result is None:
        return ""
    best = result["best"]
    cells = [("process that imports", "wall time")]
    names = {
        "released": "the released package",
        "ours": "this package",
        "cryptography": "the needed modules of cryptography",
    }
    cells += [(title, f"{best[name] * 1000:.0f} ms") for name, title in {**names, "python": "nothing"}.items()]
    cells.append(("released divided by ours", f"{result['ratio_wall']:.2f} (bar: {result['reach']:g})"))
    return _table("Import", cells)


def _readers(result: dict[str, Any] | None) -> str:
    if result is None:
        return ""
    columns = [result[kind][way]["cpu"] for kind in ("file", "dropped") for way in DIRECTIONS]
    cells = [("read by", "file to file", "from bytes to nowhere")]
    for name in columns[0]:
        times = [f"{column[name] / min(column.values()):.2f}" for column in columns]
        cells.append((name, _pair(times[:2]), _pair(times[2:])))
    return _table(f"CPU time of ways to read {size_text(result['size'])}, relative to the cheapest", cells)


def _memory(report: dict[str, Any] | None) -> str:
    if report is None:
        return ""
    cells: list[tuple[str, ...]] = [("frame length", "plaintext", "encrypt", "decrypt")]
    for row in report["rows"]:
        sizes = (f"{row[way] / MIB:.1f} MiB" for way in DIRECTIONS)
        cells.append((size_text(row["frame_length"]), size_text(row["size"]), *sizes))
    return _table("Peak memory of a stream above that of the import, suite 0x0478", cells)


def _direction(row: dict[str, Any], direction: str) -> dict[str, Any]:
    found: dict[str, Any] = row["directions"][direction]
    return found


def _speeds(row: dict[str, Any], contestant: str, size: float) -> list[str]:
    speeds = [size / _direction(row, way)["timings"][contestant]["cpu"] for way in DIRECTIONS]
    return [f"{speed / 1000:.1f}k" if speed >= 10_000 else f"{speed:.0f}" for speed in speeds]


def _share(share: float | None) -> str:
    return "--" if share is None else f"{share:.0%}"


def _pair(values: Iterable[str]) -> str:
    return " / ".join(values)


def _table(title: str, rows: Sequence[Sequence[str]]) -> str:
    lines = [f".. list-table:: {title}", "    :header-rows: 1", ""]
    for row in rows:
        lines += [f"    {'* -' if at == 0 else '  -'} {cell}" for at, cell in enumerate(row)]
    return "\n".join(lines)


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("figures", type=Path, help="what benchmarks.compare wrote with --json")
    parser.add_argument("target", type=Path, nargs="?", default=DEFAULT_TARGET, help="file to write")
    parser.add_argument("--memory", type=Path, help="what benchmarks.memory wrote with --json")
    options = parser.parse_args()
    memory = json.loads(options.memory.read_text("utf-8")) if options.memory else None
    options.target.write_text(page(json.loads(options.figures.read_text("utf-8")), memory), encoding="utf-8")


if __name__ == "__main__":
    main()
