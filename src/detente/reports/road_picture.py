"""The picture of the roads: all shortest ones in one drawing, from today at the left to the endings.

Roads that begin alike share their first steps. What does not fit is left to the list and counted;
a net that nobody can follow is not drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, Literal

from detente.analysis import Road, Roads, RoadStep
from detente.ledger import PartyId
from detente.model import Case
from detente.reports.charts import FONT, GOOD, INK, svg_of
from detente.reports.road_labels import (
    FONT_SIZE,
    LETTER_WIDTH,
    LINE_HEIGHT,
    NAME_LINES,
    RADIUS,
    TITLE_LETTERS,
    TITLE_LINES,
    Box,
    Label,
    Line,
    Node,
    wrapped,
)
from detente.reports.road_layout import TODAY_HALF, Layout, column_of, laid_out
from detente.reports.road_words import BOUND_BY_NOBODY

__all__ = [
    "MOST_IN_A_LAYER",
    "MOST_NODES",
    "MOST_STEPS",
    "RoadNet",
    "WayMark",
    "layout_of",
    "net_of",
    "place_names",
    "road_spec",
    "roads_svg",
]

TITLED_COLUMN = 120.0
"""In narrower columns an ending that a road goes on from has its letter only."""

MOST_NODES, MOST_STEPS, MOST_IN_A_LAYER = 24, 8, 12
"""What a picture holds: nodes, steps of one road, nodes that stand above one another."""

Style = Literal["gains", "nothing", "time"]

LEGEND_HEIGHT = 34.0
HALO = 5
DASHES: dict[Style, list[float]] = {"gains": [], "nothing": [7, 4], "time": [1.5, 4.5]}
LEGEND: dict[Style, str] = {
    "gains": "gains by the step",
    "nothing": "gains nothing by it",
    "time": "time",
}

Values = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class WayMark:
    """A line of the picture: between which states, who moves, how it is drawn."""

    start: int
    end: int
    movers: tuple[PartyId | None, ...]
    style: Style
    is_hole: bool


@dataclass(frozen=True, slots=True)
class RoadNet:
    """The roads that are drawn, merged: states with their layers, lines, and what is left out."""

    today: int
    layers: Mapping[int, int]
    lines: tuple[WayMark, ...]
    drawn: tuple[Road, ...]
    left_out: tuple[Road, ...]


def place_names(roads: Roads) -> dict[int, str]:
    """Name every state on a road: today, a letter for an ending, a number for what lies between."""
    names: dict[int, str] = {}
    for number, road in enumerate(road for road in roads.roads if road.steps):
        if road.steps:
            names.setdefault(road.steps[0].start, "today")
            end = road.steps[-1].end
            names[end] = f"{names[end]}/{_letter(number)}" if end in names else _letter(number)
    passed = [s for road in roads.roads for s in (*(road.steps or ()), *(road.by_gains or ()))]
    between = dict.fromkeys(s.end for s in passed if s.end not in names)
    return names | {state: str(n) for n, state in enumerate(between, start=1)}


def _letter(n: int) -> str:
    return ascii_uppercase[n] if n < 26 else f"{ascii_uppercase[n % 26]}{n // 26}"


def net_of(roads: Roads) -> RoadNet | None:
    """Merge the shortest roads, in order, as long as they fit; None where there is none to draw."""
    leading = [road for road in roads.roads if road.steps]
    drawn: list[Road] = []
    for road in leading:
        if _fits([*drawn, road]):
            drawn.append(road)
    if not drawn:
        return None
    merged: dict[tuple[int, int], list[RoadStep]] = {}
    for road in drawn:
        for step in road.steps or ():
            merged.setdefault((step.start, step.end), []).append(step)
    return RoadNet(
        today=(drawn[0].steps or ())[0].start,
        layers=_layers(drawn),
        lines=tuple(_merged(pair, steps) for pair, steps in merged.items()),
        drawn=tuple(drawn),
        left_out=tuple(road for road in leading if road not in drawn),
    )


def _fits(roads: Sequence[Road]) -> bool:
    layers = list(_layers(roads).values())
    if len(layers) > MOST_NODES or max(layers) > MOST_STEPS:
        return False
    # An ending keeps its row free to the right of it, so that it counts there as well.
    onward = {step.start for road in roads for step in road.steps or ()}
    ends = [layer for state, layer in _layers(roads).items() if state not in onward]
    counts = [layers.count(n) + sum(layer < n for layer in ends) for n in range(max(layers) + 1)]
    return max(counts) <= MOST_IN_A_LAYER


def _layers(roads: Iterable[Road]) -> dict[int, int]:
    """Number of steps from today to each state on the way."""
    layers: dict[int, int] = {}
    for road in roads:
        for number, step in enumerate(road.steps or ()):
            layers.setdefault(step.start, number)
            layers.setdefault(step.end, number + 1)
    return layers


def _merged(pair: tuple[int, int], steps: Sequence[RoadStep]) -> WayMark:
    """Make one line of all steps between two states; it is drawn as the least of them."""
    movers = tuple(dict.fromkeys(step.party for step in steps))
    own = [step for step in steps if step.party is not None]
    style: Style = "gains" if all(step.gains for step in own) else "nothing"
    if len(own) < len(steps) and style == "gains":
        style = "time"
    return WayMark(*pair, movers, style, any(step.is_hole for step in own))


# --- the drawing ------------------------------------------------------------------------


def roads_svg(case: Case, roads: Roads, net: RoadNet) -> str:
    """Draw the net as an SVG element that can stand inside an HTML page."""
    titles = [f"“{case.title_of(road.to)}”" for road in net.drawn]
    n_gains = sum(line.style == "gains" for line in net.lines)
    n_time = sum(line.style == "time" for line in net.lines)
    n_nothing = len(net.lines) - n_gains - n_time
    description = (
        f"From today at the left, steps lead to the right to {', '.join(titles)}. Of "
        f"{len(net.lines)} steps, {n_gains} are gains for whoever makes them, {n_nothing} are not, "
        f"{n_time} come by time; {sum(line.is_hole for line in net.lines)} are up to somebody "
        f"{BOUND_BY_NOBODY}. The list below says the same."
    )
    return svg_of(road_spec(case, roads, net), "roads-picture", "Roads from today", description)


def layout_of(case: Case, net: RoadNet) -> Layout:
    """Place the net; names are cut to the room between two layers."""
    column = column_of(1 + max(net.layers.values()))
    letters = int((column - 2 * RADIUS + 4) / LETTER_WIDTH)
    ends: dict[int, list[str]] = {}
    for road in net.drawn:
        ends.setdefault((road.steps or ())[-1].end, []).append(case.title_of(road.to))
    onward = {line.start for line in net.lines}

    def title(state: int) -> tuple[str, ...]:
        if state not in ends or (state in onward and column < TITLED_COLUMN):
            return ()
        room = min(TITLE_LETTERS, letters) if state in onward else TITLE_LETTERS
        return wrapped("; ".join(ends[state]), room, TITLE_LINES)

    nodes = [Node(state, layer, title(state)) for state, layer in net.layers.items()]
    lines = [
        Line(line.start, line.end, _label(case, line, letters), line.is_hole) for line in net.lines
    ]
    return laid_out(nodes, lines, net.today)


def _label(case: Case, line: WayMark, letters: int) -> tuple[str, ...]:
    names = ["Time" if mover is None else case.title_of(mover) for mover in line.movers]
    words: list[str] = []
    for number, name in enumerate(names):
        words += wrapped(f"or {name}" if number else name, letters, NAME_LINES)
    # Where there is no room for these words, the ring on the line alone says it.
    hole = f"({BOUND_BY_NOBODY})"
    return (*words, hole) if line.is_hole and len(hole) <= letters else tuple(words)


def road_spec(case: Case, roads: Roads, net: RoadNet) -> dict[str, Any]:
    """Return the picture as a Vega-Lite spec."""
    layout = layout_of(case, net)
    names = place_names(roads)
    ends = {(road.steps or ())[-1].end: road for road in net.drawn}
    deals = [state for state, road in ends.items() if road.to in case.deals]
    endings = [state for state in ends if state not in deals]
    between = [s for s in net.layers if s not in ends and s != net.today]
    layers: list[dict[str, Any]] = []
    for style in DASHES:
        pairs = [(line.start, line.end) for line in net.lines if line.style == style]
        layers += _strokes([layout.ends[pair] for pair in pairs], style)
    layers.append(_heads([(layout.ends[line.start, line.end], line.style) for line in net.lines]))
    layers.append(_marks("circle", layout.rings, 80, "white", 1.8))
    for shape, states, size in (
        ("circle", between, 330), ("diamond", deals, 720), ("square", endings, 480),
    ):  # fmt: skip
        layers.append(_marks(shape, [layout.places[s] for s in states], size, "white", 1.5))
    layers.append(_today(layout.places[net.today]))
    layers.append(
        _gaps([n.box for k, n in layout.names.items() if n.box.length_of(*layout.ends[k])])
    )
    labels = [*layout.titles.values(), *layout.names.values()]
    layers += _words([w for label in labels for w in _lines(label)], halo=True)
    inside: Values = [
        {
            "x": layout.places[state][0],
            "y": layout.places[state][1] + 4.2,
            "words": "Today" if state == net.today else names[state],
        }
        for state in net.layers
    ]
    ringed = [word for word in inside if word["words"].isdigit()]
    layers += _words(ringed, align="center")
    layers += _words([w for w in inside if w not in ringed], align="center", bold=True)
    used = {line.style for line in net.lines}
    layers += _legend(used, layout.height + LEGEND_HEIGHT - 14, with_holes=bool(layout.rings))
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": layout.width,
        "height": layout.height + LEGEND_HEIGHT,
        "padding": 0,
        "autosize": {"type": "none", "contains": "content"},
        "layer": [layer for layer in layers if layer["data"]["values"]],
        "config": {"font": FONT, "background": "white", "view": {"stroke": None}},
    }


PIXELS: dict[str, Any] = {
    axis: {"field": axis, "type": "quantitative", "scale": None, "axis": None}
    for axis in ("x", "y")
}


def _stroke_of(style: Style) -> dict[str, Any]:
    dash = {"strokeDash": DASHES[style]} if DASHES[style] else {}
    colour = GOOD if style == "gains" else INK
    cap = {"strokeCap": "round"} if style == "time" else {}
    return {"stroke": colour, "strokeWidth": 2.2 if style == "gains" else 1.8} | dash | cap


def _strokes(ends: Sequence[tuple[Any, Any]], style: Style) -> list[dict[str, Any]]:
    values = [{"x": a[0], "y": a[1], "x2": b[0], "y2": b[1]} for a, b in ends]
    seconds = {axis: {"field": axis} for axis in ("x2", "y2")}
    mark = {"type": "rule", "aria": False} | _stroke_of(style)
    return [{"data": {"values": values}, "mark": mark, "encoding": PIXELS | seconds}]


def _heads(ends: Sequence[tuple[tuple[Any, Any], Style]]) -> dict[str, Any]:
    """Draw the heads of the arrows, turned the way their lines go."""
    values = [
        {
            "x": b[0], "y": b[1],
            "angle": round(90 + math.degrees(math.atan2(b[1] - a[1], b[0] - a[0])), 1),
            "colour": GOOD if style == "gains" else INK,
        }
        for (a, b), style in ends
    ]  # fmt: skip
    turned = {"angle": {"field": "angle", "type": "quantitative", "scale": None}}
    filled = {"fill": {"field": "colour", "type": "nominal", "scale": None}}
    mark = {"type": "point", "shape": "triangle", "size": 64, "opacity": 1, "stroke": None}
    return {
        "data": {"values": values},
        "mark": mark | {"filled": True, "aria": False},
        "encoding": PIXELS | turned | filled,
    }


def _marks(
    shape: str, at: Sequence[tuple[float, float]], size: int, fill: str, stroke: float
) -> dict[str, Any]:
    mark = {
        "type": "point", "shape": shape, "size": size, "fill": fill, "stroke": INK,
        "strokeWidth": stroke, "opacity": 1, "filled": False, "aria": False,
    }  # fmt: skip
    values = [{"x": x, "y": y} for x, y in at]
    return {"data": {"values": values}, "mark": mark, "encoding": PIXELS}


def _today(at: tuple[float, float]) -> dict[str, Any]:
    x, y = at
    box = Box(x - TODAY_HALF, y - 13, x + TODAY_HALF, y + 13)
    return _boxes([box], {"stroke": INK, "strokeWidth": 1.5, "cornerRadius": 3})


def _gaps(boxes: Sequence[Box]) -> dict[str, Any]:
    """Interrupt a line where its name stands on it."""
    return _boxes(boxes, {"stroke": None})


def _boxes(boxes: Sequence[Box], style: dict[str, Any]) -> dict[str, Any]:
    values = [
        {"x": round(b.left, 1), "y": round(b.top, 1),
         "x2": round(b.right, 1), "y2": round(b.bottom, 1)} for b in boxes
    ]  # fmt: skip
    seconds = {axis: {"field": axis} for axis in ("x2", "y2")}
    mark: dict[str, Any] = {"type": "rect", "fill": "white", "opacity": 1, "aria": False} | style
    return {"data": {"values": values}, "mark": mark, "encoding": PIXELS | seconds}


def _lines(label: Label) -> Values:
    box = label.box
    return [
        {
            "x": round((box.left + box.right) / 2 if label.align == "center" else box.left, 1),
            "y": round(box.top + LINE_HEIGHT * (n + 1) - 3.5, 1),
            "words": words,
            "align": label.align,
        }
        for n, words in enumerate(label.lines)
    ]


def _words(
    values: Values, *, align: str = "", halo: bool = False, bold: bool = False
) -> list[dict[str, Any]]:
    mark: dict[str, Any] = {
        "type": "text", "fontSize": FONT_SIZE, "color": INK, "baseline": "alphabetic",
        "fontWeight": "bold" if bold else "normal", "aria": False,
    }  # fmt: skip
    found = []
    for side in (align,) if align else ("center", "left"):
        own = [value for value in values if align or value["align"] == side]
        encoding = PIXELS | {"text": {"field": "words", "type": "nominal"}}
        here = mark | {"align": side}
        white = here | {"stroke": "white", "strokeWidth": HALO, "strokeJoin": "round"}
        for drawn in (white, here) if halo else (here,):
            found.append({"data": {"values": own}, "mark": drawn, "encoding": encoding})
    return found


def _legend(used: set[Style], y: float, *, with_holes: bool) -> list[dict[str, Any]]:
    """Say below the drawing what the kinds of line mean, as far as they occur."""
    layers: list[dict[str, Any]] = []
    words: Values = []
    x = 16.0
    for style, meaning in LEGEND.items():
        if style not in used:
            continue
        layers += _strokes([((x, y), (x + 38, y))], style)
        words.append({"x": x + 45, "y": y + 4.2, "words": meaning})
        x += 45 + len(meaning) * LETTER_WIDTH + 18
    if with_holes:
        layers.append(_marks("circle", [(x + 6, y)], 80, "white", 1.8))
        words.append({"x": x + 17, "y": y + 4.2, "words": BOUND_BY_NOBODY})
    return [*layers, *_words(words, align="left")]
