"""A plot of lines over two logarithmic axes, as SVG text that suits light and dark backgrounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 800
HEIGHT: Final = 440
#: Margins around the lines; the names of the lines are at the right.
LEFT: Final = 70
RIGHT: Final = 190
TOP: Final = 48
BOTTOM: Final = 56
#: One class a line; the dashes tell them apart without colours.
_STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-size: 15px; font-weight: 600; }
.paper { fill: #ffffff; }
.grid { stroke: #d8dee4; stroke-width: 1; }
.line { fill: none; stroke-width: 2.2; }
.line0 { stroke: #0b5cad; } .dot0 { fill: #0b5cad; }
.line1 { stroke: #b3430a; stroke-dasharray: 8 3; } .dot1 { fill: #b3430a; }
.line2 { stroke: #1a7f37; stroke-dasharray: 3 3; } .dot2 { fill: #1a7f37; }
.line3 { stroke: #8250df; stroke-dasharray: 10 3 2 3; } .dot3 { fill: #8250df; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .paper { fill: #0d1117; }
  .grid { stroke: #30363d; }
  .line0 { stroke: #6cb6ff; } .dot0 { fill: #6cb6ff; }
  .line1 { stroke: #ffa366; } .dot1 { fill: #ffa366; }
  .line2 { stroke: #57d977; } .dot2 { fill: #57d977; }
  .line3 { stroke: #c9a6ff; } .dot3 { fill: #c9a6ff; }
}
"""

Point = tuple[float, float]


def line_plot(
    title: str, x_name: str, y_name: str, x_ticks: Mapping[float, str], lines: Mapping[str, Sequence[Point]]
) -> str:
    """Return the plot.

    :param title: What is above it
    :param x_name: What the horizontal axis shows
    :param y_name: What the vertical axis shows
    :param x_ticks: Where the horizontal axis is marked, and how
    :param lines: At most four lines by their names, each as points with positive coordinates
    """
    points = [point for line in lines.values() for point in line]
    xs, ys = _Axis([x for x, _ in points], LEFT, WIDTH - RIGHT), _Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        _text(LEFT, 28, title, "start", "title"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, x_name, "middle"),
        f'<text text-anchor="middle" transform="translate(18 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)">{escape(y_name)}</text>',
    ]
    for value, name in x_ticks.items():
        parts += (
            _line(xs.place(value), TOP, xs.place(value), HEIGHT - BOTTOM),
            _text(xs.place(value), HEIGHT - BOTTOM + 18, name, "middle"),
        )
    for value in ys.powers_of_ten():
        at = ys.place(value)
        parts += (_line(LEFT, at, WIDTH - RIGHT, at), _text(LEFT - 8, at + 4, f"{value:g}", "end"))
    for number, (name, line) in enumerate(lines.items()):
        parts += _curve(number, [(xs.place(x), ys.place(y)) for x, y in line])
        key_at = TOP + 16 + 24 * number
        key = f"M{WIDTH - RIGHT + 14} {key_at}h34"
        parts += (
            f'<path class="line line{number}" d="{key}"/>',
            _text(WIDTH - RIGHT + 54, key_at + 4, name, "start"),
        )
    return "\n".join([*parts, "</svg>", ""])


class _Axis:
    """A logarithmic axis from ``start`` to ``end`` that holds all ``values``, and ends at powers of ten where it is vertical."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        low, high = math.log10(min(values)), math.log10(max(values))
        vertical = start > end
        self._low: float = math.floor(low) if vertical else low
        self._high: float = math.ceil(high) if vertical else high
        self._start, self._scale = start, (end - start) / (self._high - self._low or 1)

    def place(self, value: float) -> float:
        return round(self._start + (math.log10(value) - self._low) * self._scale, 1)

    def powers_of_ten(self) -> list[float]:
        return [10.0**power for power in range(math.floor(self._low), math.ceil(self._high) + 1)]


def _curve(number: int, points: Sequence[Point]) -> list[str]:
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    return [
        f'<path class="line line{number}" d="{path}"/>',
        *(f'<circle class="dot{number}" cx="{x}" cy="{y}" r="3"/>' for x, y in points),
    ]


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path class="grid" d="M{x1} {y1}L{x2} {y2}"/>'


def _text(x: float, y: float, text: str, anchor: str, style: str = "") -> str:
    attribute = f' class="{style}"' if style else ""
    return f'<text{attribute} x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
