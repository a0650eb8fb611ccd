"""Words in the picture of the roads: how they are broken into lines, and where they find room.

Nothing is measured from a font: every letter counts as wide as a wide one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Box", "Label", "Line", "Node", "along", "names_of", "titles_of", "wrapped"]

RADIUS = 11.0
FONT_SIZE, LINE_HEIGHT, LETTER_WIDTH = 12, 14.0, 6.2
TITLE_LETTERS, TITLE_LINES, NAME_LINES = 21, 4, 3
ROUNDS = 3
"""How often each name is placed anew among the others."""
HIDDEN = 0.28
"""Share of a line that its name may hide; beyond, it cannot show whether it is dashed."""

ALONG = (0.5, 0.47, 0.53, 0.44, 0.56, 0.4, 0.6, 0.36, 0.64)
"""Where on its line a name may stand, the best first."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A state to draw: its number, its layer, and the lines of the title that stands at it."""

    state: int
    layer: int
    title: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A step to draw, with the lines of its label, and whether a ring stands on it."""

    start: int
    end: int
    label: tuple[str, ...]
    has_ring: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that words take."""

    left: float
    top: float
    right: float
    bottom: float

    def moved(self, down: float) -> Box:
        return Box(self.left, self.top + down, self.right, self.bottom + down)

    def wider(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def overlap(self, other: Box) -> float:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0

    def length_of(self, a: Point, b: Point) -> float:
        """Return how much of the line from ``a`` to ``b`` lies inside."""
        low, high = 0.0, 1.0
        dx, dy = b[0] - a[0], b[1] - a[1]
        for at, by, least, most in (
            (a[0], dx, self.left, self.right),
            (a[1], dy, self.top, self.bottom),
        ):
            if by == 0:
                if not least <= at <= most:
                    return 0.0
                continue
            first, second = sorted(((least - at) / by, (most - at) / by))
            low, high = max(low, first), min(high, second)
        return max(0.0, high - low) * math.hypot(dx, dy)


@dataclass(frozen=True, slots=True)
class Label:
    """Words in the picture: their lines and the box that they take."""

    lines: tuple[str, ...]
    box: Box
    align: Literal["left", "center"] = "center"


def along(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def wrapped(words: str, letters: int, most_lines: int) -> tuple[str, ...]:
    """Break words into lines; what does not fit is cut, with a sign that it was.

    Examples
    --------
    >>> wrapped("Armed opposition in eastern Aleppo", 16, 2)
    ('Armed opposition', 'in eastern…')
    >>> wrapped("Armed opposition in eastern Aleppo", 18, 2)
    ('Armed opposition', 'in eastern Aleppo')
    """
    lines = [""]
    for word in words.split():
        if not lines[-1] or len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] = f"{lines[-1]} {word}".strip()
        else:
            lines.append(word)
    cut = len(lines) > most_lines
    lines = [line if len(line) <= letters else f"{line[: letters - 1]}…" for line in lines]
    if cut:
        last = lines[most_lines - 1]
        lines[most_lines - 1] = f"{last[: letters - 1].rstrip(' ,;')}…"
    return tuple(lines[:most_lines])


# --- places -----------------------------------------------------------------------------


def _size(lines: Sequence[str]) -> tuple[float, float]:
    return max(map(len, lines)) * LETTER_WIDTH + 4, len(lines) * LINE_HEIGHT


def titles_of(
    nodes: Sequence[Node],
    places: Mapping[int, Point],
    ends: Mapping[tuple[int, int], tuple[Point, Point]],
    onward: set[int],
    solid: Sequence[Box],
) -> dict[int, Label]:
    """Put titles to the right of endings, and above or below those that a road goes on from."""
    found: dict[int, Label] = {}
    for node in nodes:
        if not node.title:
            continue
        x, y = places[node.state]
        wide, high = _size(node.title)
        if node.state not in onward:
            left = x + RADIUS + 6
            box = Box(left, y - high / 2, left + wide, y + high / 2)
            found[node.state] = Label(node.title, box, "left")
            continue
        taken = [*solid, *(label.box for label in found.values())]
        spots: list[tuple[float, Label]] = []
        for against, left in ((0, x - wide / 2), (12, x + RADIUS - wide)):
            for top in (y + RADIUS + 4, y - RADIUS - 4 - high):
                label = Label(node.title, Box(left, top, left + wide, top + high))
                crossed = sum(label.box.length_of(*end) for end in ends.values())
                covered = sum(label.box.overlap(other) for other in taken)
                outside = 100 * max(0.0, -left)
                spots.append((round(against + crossed + covered + outside, 3), label))
        found[node.state] = min(spots, key=lambda spot: spot[0])[1]
    return found


def names_of(
    lines: Sequence[Line],
    ends: Mapping[tuple[int, int], tuple[Point, Point]],
    solid: Sequence[Box],
    width: float,
) -> dict[tuple[int, int], Label]:
    """Put each mover's name where it is clear of all else; then once more among all the others."""
    found: dict[tuple[int, int], Label] = {}
    for _ in range(ROUNDS):
        for line in lines:
            pair = (line.start, line.end)
            taken = [*solid, *(label.box for key, label in found.items() if key != pair)]
            others = [end for key, end in ends.items() if key != pair]
            spots = [
                (round(against + _cost(box, taken, others, width), 3), box)
                for box, against in _spots(line, *ends[pair])
            ]
            found[pair] = Label(line.label, min(spots, key=lambda spot: spot[0])[1])
    return found


def _spots(line: Line, a: Point, b: Point) -> list[tuple[Box, float]]:
    """Return the places for a label along its line, with what speaks against each."""
    wide, high = _size(line.label)
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy) or 1.0
    # So far from the line that the box just clears it.
    away = (wide * abs(dy) + high * abs(dx)) / length / 2 + (7 if line.has_ring else 4)
    normal = (dy / length, -dx / length) if dx >= 0 else (-dy / length, dx / length)
    spots = []
    for number, along in enumerate(ALONG):
        middle = (a[0] + dx * along, a[1] + dy * along)
        for side, against in ((0.0, 0.0), (away, 6.0), (-away, 7.0)):
            x, y = middle[0] + normal[0] * side, middle[1] + normal[1] * side
            box = Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            hidden = box.length_of(a, b) / length
            spots.append((box, against + number / 2 + (900 * hidden if hidden > HIDDEN else 0)))
    return spots


def _cost(
    box: Box, taken: Sequence[Box], others: Sequence[tuple[Point, Point]], width: float
) -> float:
    outside = max(0.0, 2 - box.left) + max(0.0, box.right - width)
    covered = sum(box.overlap(other) for other in taken)
    # Near another line a name would seem to belong to that.
    near = sum(box.wider(4).length_of(*end) for end in others)
    return 50 * outside + 20 * covered + 8 * near
