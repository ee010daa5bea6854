"""A reliability curve as SVG: of what the bot was so-and-so sure of, how much was right. On the diagonal, confidence is honest."""

from __future__ import annotations

from html import escape
from pathlib import Path

SIZE, EDGE = 320, 44
COLOURS = ("#1d70b8", "#b35c00")


def write_reliability(path: Path, title: str, curves: dict[str, list[tuple[float, float, int]]]) -> None:
    """`curves`: by name, points of (confidence, share right, messages). A dot is as large as its share of the messages."""
    whole = SIZE + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{whole}" viewBox="0 0 {whole} {whole}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{whole}" height="{whole}" fill="white"/>',
        f'<text x="{EDGE}" y="20" font-size="14">{escape(title)}</text>',
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#505a5f"/>',
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#b1b4b6" stroke-dasharray="4"/>',
        f'<text x="{_x(0.5)}" y="{whole - 8}" text-anchor="middle">confidence</text>',
        f'<text x="14" y="{_y(0.5)}" text-anchor="middle" transform="rotate(-90 14 {_y(0.5)})">share right</text>',
    ]
    for tick in (0, 0.5, 1):
        parts.append(f'<text x="{_x(tick)}" y="{_y(0) + 16}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{EDGE - 6}" y="{_y(tick) + 4}" text-anchor="end">{tick}</text>')
    for number, (name, points) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        messages = sum(count for _, _, count in points) or 1
        line = " ".join(f"{_x(said)},{_y(was)}" for said, was, _ in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for said, was, count in points:
            radius = round(2 + 10 * (count / messages) ** 0.5, 1)
            parts.append(f'<circle cx="{_x(said)}" cy="{_y(was)}" r="{radius}" fill="{colour}" opacity="0.6"/>')
        parts.append(f'<text x="{EDGE + 10}" y="{EDGE + 20 + 16 * number}" fill="{colour}">{escape(name)}</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


def _x(share: float) -> float:
    return round(EDGE + SIZE * share, 1)


def _y(share: float) -> float:
    return round(EDGE + SIZE * (1 - share), 1)
