"""The comparison as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from benchmarks.measure import Outcome
from benchmarks.readers import KINDS, READINGS
from benchmarks.rows import DIRECTIONS, MIB, NOT_MEASURED, Pair, size_text

_HEADINGS: Final = ("workload", "unit", "other", "ours", "ratio", "by wall", "reach", "aim", "reached", "of primitives")
_LEGEND: Final = """\
Each pair is encrypt / decrypt. Speeds are by CPU time, in messages (/s) or MiB of plaintext a second. "other" is the released
package; "ratio" is its CPU time divided by ours, "by wall" the same by wall time; "reach" is the bar, "aim" what a prototype without
an API layer showed. "of primitives" is the CPU time of the bare primitives divided by ours. Best of several turns, taken one by one
in alternation. Beside tink, "other" is tink's AES256_GCM_HKDF_4KB, and level means a ratio of at least 0.95."""
_SHORT_LEGEND: Final = """\
SHORT RUN: few turns; rows marked with * have a smaller size than the bar is about. Use the full run to judge."""


def comparison_text(outcomes: Iterable[Outcome], short: bool) -> str:
    """Return the table of the rows that were measured."""
    rows = [_HEADINGS, *(_cells(outcome) for outcome in outcomes)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", _LEGEND, *([_SHORT_LEGEND] if short else [])])


def not_measured_text(extra: Mapping[str, str]) -> str:
    """Return the rows that were left out, and why."""
    return "\n".join(f"not measured: {title}: {reason}" for title, reason in {**NOT_MEASURED, **extra}.items())


def progress_text(outcome: Outcome) -> str:
    """Return a line that tells that a row is done."""
    cells = _cells(outcome)
    return f"{cells[0]}: ratio {cells[4]}"


def import_text(result: Mapping[str, Any]) -> str:
    """Return the row about the import."""
    best = result["best"]
    return (
        "import, whole processes by wall time, best of "
        f"{result['turns']}: released {best['released'] * 1000:.0f} ms, ours {best['ours'] * 1000:.0f} ms, "
        f"the needed modules of cryptography {best['cryptography'] * 1000:.0f} ms, bare Python {best['python'] * 1000:.0f} ms\n"
        f"  ratio {result['ratio_wall']:.2f} (reach {result['reach']}); "
        f"{result['times_cryptography']:.2f} times cryptography (aim: 2); reached: {result['verdict']}"
    )


def readers_text(result: Mapping[str, Any]) -> str:
    """Return the row about the ways to read."""
    lines = [
        f"ways to read {size_text(result['size'])}, 0x0478, CPU time relative to the cheapest, best of {result['turns']}:",
        f"  {'':<18}{'file to file':<16}bytes to nowhere",
    ]
    columns = [(result[kind][way]["cpu"], result[kind][way]["spread"]) for kind in KINDS for way in DIRECTIONS]
    for name, _, _ in READINGS:
        lines.append(f"  {name:<18}" + _two_pairs([f"{cpu[name] / min(cpu.values()):.2f}" for cpu, _ in columns]))
    allowed = result["allowed"]
    lines.append(f"  {'highest':<18}" + _two_pairs([f"{spread:.2f}" for _, spread in columns]))
    lines.append(
        f"  {f'within {allowed}':<18}" + _two_pairs(["yes" if spread <= allowed else "no" for _, spread in columns])
    )
    return "\n".join(lines)


def _two_pairs(cells: list[str]) -> str:
    return f"{' / '.join(cells[:2]):<16}{' / '.join(cells[2:])}"


def _cells(outcome: Outcome) -> tuple[str, ...]:
    row, short = outcome.row, outcome.short
    size = row.size_in(short)
    changed = size != row.size
    in_mib = row.kind != "calls"

    def speed(name: str) -> str:
        return _pair(tuple((size / MIB if in_mib else 1) / outcome.timings[way][name].cpu for way in DIRECTIONS), _speed)

    shares = tuple(outcome.ratio(way, "primitives") for way in DIRECTIONS)
    share = _pair(shares, lambda share: f"{share:.0%}") + (f" (at least {row.share:.0%})" if row.share else "")
    aim = _pair(row.aim, _bar) + (f" (wall {_pair(row.wall_aim, _bar)})" if row.wall_aim[0] else "")
    return (
        row.title_in(short) + ("*" if changed else ""),
        "MiB/s" if in_mib else "/s",
        speed(row.against),
        speed("ours"),
        _pair(tuple(outcome.ratio(way) for way in DIRECTIONS), lambda ratio: f"{ratio:.2f}"),
        _pair(tuple(outcome.ratio(way, clock="wall") for way in DIRECTIONS), lambda ratio: f"{ratio:.2f}"),
        _pair(row.reach, _bar) if row.against == "released" else "level",
        aim,
        " / ".join(outcome.verdict(way) or "-" for way in DIRECTIONS),
        share if shares != (None, None) else "",
    )


def _pair(values: Pair | tuple[float | None, ...], form: Any) -> str:
    if all(value is None for value in values):
        return ""
    return " / ".join("-" if value is None else form(value) for value in values)


def _bar(value: float) -> str:
    return f"{value:g}"


def _speed(value: float) -> str:
    return f"{value / 1000:.1f}k" if value >= 10_000 else f"{value:.0f}"
