"""The shapes that the pictures of the documentation are made of, as SVG text that suits light and dark backgrounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

#: One class a role, so that a colour is said once for each background.
_STYLE: Final = """
text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #24292f; }
.title { font-size: 16px; font-weight: 600; }
.name { font-weight: 600; }
.small { font-size: 11px; fill: #57606a; }
.paper { fill: #ffffff; }
.box { fill: #f6f8fa; stroke: #57606a; stroke-width: 1.2; }
.clear { fill: #ddf4ff; stroke: #0b5cad; stroke-width: 1.2; }
.secret { fill: #fff1e5; stroke: #b3430a; stroke-width: 1.2; }
.proof { fill: #dafbe1; stroke: #1a7f37; stroke-width: 1.2; }
.thread { stroke: #8c959f; stroke-width: 1; stroke-dasharray: 4 4; fill: none; }
.arrow { stroke: #24292f; stroke-width: 1.4; fill: none; }
.head { fill: #24292f; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .small { fill: #9da7b1; }
  .paper { fill: #0d1117; }
  .box { fill: #161b22; stroke: #8b949e; }
  .clear { fill: #0c2d4a; stroke: #6cb6ff; }
  .secret { fill: #3d2011; stroke: #ffa366; }
  .proof { fill: #12361f; stroke: #57d977; }
  .thread { stroke: #6e7681; }
  .arrow { stroke: #e6edf3; }
  .head { fill: #e6edf3; }
}
"""
_HEAD: Final = 7


def picture(title: str, width: int, height: int, parts: Iterable[str]) -> str:
    """Return a whole picture.

    :param title: What is above it, and what is read aloud for it
    :param parts: What the other functions of this module return
    """
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect class="paper" width="{width}" height="{height}" rx="6"/>',
            text(24, 32, title, "start", "title"),
            *parts,
            "</svg>",
            "",
        ]
    )


def text(x: float, y: float, words: str, anchor: str = "middle", style: str = "") -> str:
    """Return a line of text whose baseline is at ``y``."""
    attribute = f' class="{style}"' if style else ""
    return f'<text{attribute} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, style: str) -> str:
    """Return a box; ``style`` is one of box, clear, secret and proof."""
    return f'<rect class="{style}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="3"/>'


def thread(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a dashed line."""
    return f'<path class="thread" d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/>'


def arrow(x1: float, x2: float, y: float) -> str:
    """Return a level arrow from ``x1`` to ``x2``."""
    back = x2 - _HEAD if x2 > x1 else x2 + _HEAD
    return (
        f'<path class="arrow" d="M{x1:g} {y:g}H{back:g}"/>'
        f'<path class="head" d="M{x2:g} {y:g}L{back:g} {y - 4:g}V{y + 4:g}Z"/>'
    )
