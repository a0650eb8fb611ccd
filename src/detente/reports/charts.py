"""Pictures: a Vega-Lite spec as plain data, and its SVG.

A later screen can show the same spec in the browser. Here it is rendered without one. Sizes and
places are fixed by us, not measured from fonts, so that the picture does not depend on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any
from xml.sax.saxutils import escape

from detente.analysis import Scatter, ScatterPoint
from detente.model import Case

__all__ = ["Key", "axis_title", "keys_of", "scatter_spec", "svg_of"]

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH, HEIGHT = 560, 340
PADDING = {"left": 44, "top": 52, "right": 84, "bottom": 46}
MARGIN = 0.07
"""Share of the span of an axis that is left free at either end."""
LABEL_AWAY = 15.0
"""Pixels from a named point to the letter beside it."""
INK, QUIET, GOOD, RULE = "#1b1b1b", "#5f6670", "#0b6e4f", "#8a4b00"

Values = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Key:
    """The letter under which a deal or an ending stands in the picture."""

    letter: str
    name: str
    x: float
    y: float
    is_deal: bool


def keys_of(case: Case, scatter: Scatter) -> tuple[Key, ...]:
    """Give each deal, then each ending, its letter."""
    order = [*case.deals, "today", *case.endings]
    at = {name: point for point in scatter.points for name in point.names}
    names = [name for name in order if name in at] + sorted(set(at) - set(order))
    return tuple(
        Key(_letter(n), name, at[name].x, at[name].y, name in case.deals)
        for n, name in enumerate(names)
    )


def _letter(n: int) -> str:
    return ascii_uppercase[n] if n < 26 else f"{ascii_uppercase[n % 26]}{n // 26}"


def scatter_spec(case: Case, scatter: Scatter) -> dict[str, Any]:
    """Return the picture of a table's packages as a Vega-Lite spec."""
    x_span, y_span = _span(scatter, "x"), _span(scatter, "y")
    keys = keys_of(case, scatter)
    plain: Values = [_point(p) for p in scatter.points if p.n_packages]
    named: Values = [
        {"x": k.x, "y": k.y, "name": k.name, "possible": _is_possible(scatter, k)} for k in keys
    ]
    layers: list[dict[str, Any]] = []
    for axis, level in (("x", scatter.x_fallback), ("y", scatter.y_fallback)):
        if level is not None:
            layers += _fallback_line(axis, level)
    layers += [
        _marks("circle", [p for p in plain if not p["possible"]], filled=False, colour=QUIET),
        _marks("circle", [p for p in plain if p["possible"]], filled=True, colour=GOOD),
        _marks("circle", [p for p in plain if p["efficient"]], filled=False, colour=INK, size=190),
        _marks("diamond", _of(named, case, deals=True, good=False), filled=False, size=150),
        _marks("diamond", _of(named, case, deals=True, good=True), filled=True, size=130),
        _marks("square", _of(named, case, deals=False, good=False), filled=False, size=150),
        *_letters(keys, scatter, x_span, y_span),
    ]
    x_title = axis_title(case, scatter.x_party, "further right", in_points=scatter.x_in_points)
    y_title = axis_title(case, scatter.y_party, "higher", in_points=scatter.y_in_points)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": HEIGHT,
        "padding": PADDING,
        "autosize": {"type": "none", "contains": "content"},
        "encoding": {
            "x": _axis("x", x_title, x_span, 32, numbers=scatter.x_in_points),
            "y": _axis("y", y_title, y_span, -34, numbers=scatter.y_in_points),
        },
        "layer": [layer for layer in layers if layer["data"]["values"]],
        "config": {
            "font": FONT,
            "background": "white",
            "view": {"stroke": "#c9ced6"},
            "axis": {"labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal",
                     "titleColor": INK, "labelColor": INK, "domainColor": "#8b929c"},
        },
    }  # fmt: skip


def axis_title(case: Case, party: str, way: str, *, in_points: bool) -> str:
    """Say what an axis shows and which way is better."""
    what = "points" if in_points else "place in its own order"
    return f"{_short(case.title_of(party), 60)}: {what} ({way} is better)"


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _span(scatter: Scatter, axis: str) -> tuple[float, float]:
    levels = [float(getattr(p, axis)) for p in scatter.points]
    fallback = getattr(scatter, f"{axis}_fallback")
    levels += [] if fallback is None else [fallback]
    low, high = min(levels), max(levels)
    room = (high - low) * MARGIN or 1.0
    return low - room, high + room


def _axis(channel: str, title: str, span: tuple[float, float], off: int, *, numbers: bool) -> Any:
    place: dict[str, Any] = {"titleX": WIDTH / 2, "titleY": off}
    if channel == "y":
        place = {"titleX": 0, "titleY": off, "titleAngle": 0, "titleAlign": "left"}
    style = {"title": title, "grid": False, "ticks": numbers, "labels": numbers, "tickCount": 6}
    scale = {"domain": list(span), "nice": False, "zero": False}
    return {"field": channel, "type": "quantitative", "axis": style | place, "scale": scale}


def _point(p: ScatterPoint) -> dict[str, Any]:
    return {"x": p.x, "y": p.y, "possible": p.n_possible > 0, "efficient": p.is_efficient}


def _is_possible(scatter: Scatter, key: Key) -> bool:
    return any(key.name in p.names and p.n_possible > 0 for p in scatter.points)


def _of(named: Values, case: Case, *, deals: bool, good: bool) -> Values:
    return [
        p
        for p in named
        if (p["name"] in case.deals) is deals and (not deals or p["possible"] is good)
    ]


def _marks(
    shape: str, values: Values, *, filled: bool, colour: str = INK, size: int = 36
) -> dict[str, Any]:
    mark: dict[str, Any] = {
        "type": "point", "shape": shape, "size": size, "opacity": 1, "strokeWidth": 1.3,
        "stroke": colour, "fill": colour if filled else "transparent", "filled": filled,
    }  # fmt: skip
    return {"data": {"values": values}, "mark": mark | {"aria": False}}


def _fallback_line(axis: str, level: float) -> list[dict[str, Any]]:
    other = "y" if axis == "x" else "x"
    beside = {"dy": -8, "baseline": "bottom"} if axis == "x" else {"dx": 6, "align": "left"}
    edge = 0 if axis == "x" else WIDTH
    values = {"values": [{axis: level}]}
    rule = {"type": "rule", "stroke": RULE, "strokeDash": [5, 3], "strokeWidth": 1.4}
    text = {"type": "text", "text": "without a deal", "fontSize": 11, "color": RULE}
    return [
        {"data": values, "mark": rule | {"aria": False}, "encoding": {other: None}},
        {
            "data": values,
            "mark": text | beside | {"aria": False},
            "encoding": {other: {"value": edge}},
        },
    ]


# --- letters that do not run into each other ----------------------------------------------------


def _letters(
    keys: Sequence[Key], scatter: Scatter, x_span: tuple[float, float], y_span: tuple[float, float]
) -> list[dict[str, Any]]:
    """Put each letter on the freest of twelve places around its point, one point after another."""

    def pixel(x: float, y: float) -> tuple[float, float]:
        return (
            (x - x_span[0]) / (x_span[1] - x_span[0]) * WIDTH,
            HEIGHT - (y - y_span[0]) / (y_span[1] - y_span[0]) * HEIGHT,
        )

    taken = [pixel(p.x, p.y) for p in scatter.points]
    values: Values = []
    for key in keys:
        px, py = pixel(key.x, key.y)
        places = [(px + dx * LABEL_AWAY, py + dy * LABEL_AWAY) for dx, dy in AROUND]
        inside = [p for p in places if 6 <= p[0] <= WIDTH - 6 and 8 <= p[1] <= HEIGHT - 8]
        best = max(inside or places, key=lambda p: round(min(_room(p, t) for t in taken), 6))
        taken.append(best)
        values.append({"x": best[0], "y": best[1], "letter": key.letter})
    mark = {"type": "text", "fontSize": 13, "fontWeight": "bold", "color": INK, "aria": False}
    halo = mark | {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    pixels = {
        "x": {"field": "x", "type": "quantitative", "scale": None, "axis": None},
        "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
        "text": {"field": "letter", "type": "nominal"},
    }
    return [{"data": {"values": values}, "mark": m, "encoding": pixels} for m in (halo, mark)]


AROUND = (
    (1.0, 0.0), (0.87, -0.5), (0.5, -0.87), (0.0, -1.0), (-0.5, -0.87), (-0.87, -0.5),
    (-1.0, 0.0), (-0.87, 0.5), (-0.5, 0.87), (0.0, 1.0), (0.5, 0.87), (0.87, 0.5),
)  # fmt: skip


def _room(place: tuple[float, float], taken: tuple[float, float]) -> float:
    """Distance up to which there is room; beyond one label's width more does not matter."""
    away = ((place[0] - taken[0]) ** 2 + (place[1] - taken[1]) ** 2) ** 0.5
    return float(min(away, LABEL_AWAY - 1))


# --- SVG ----------------------------------------------------------------------------------------


def svg_of(spec: Mapping[str, Any], id: str, title: str, description: str) -> str:
    """Render a spec to an SVG element that can stand inside an HTML page.

    Parameters
    ----------
    spec
        A Vega-Lite spec with fixed sizes.
    id
        The element's name on the page; the names of its title and description are made from it.
    title, description
        What a reader hears who does not see the picture.
    """
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(dict(spec), vl_version="5.21", allowed_base_urls=[])
    found = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    width, height = found.groups() if found else ("600", "400")
    body = svg[svg.index(">") + 1 :]
    for pattern, new in UNSTABLE:
        body = re.sub(pattern, new, body)
    head = (
        f'<svg class="chart" role="img" aria-labelledby="{id}-title {id}-desc" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<title id="{id}-title">{escape(title)}</title>'
        f'<desc id="{id}-desc">{escape(description)}</desc>'
    )
    return head + body


UNSTABLE = (
    (r' clip-path="url\(#[^"]*\)"', ""),
    (r"<defs>.*?</defs>", ""),
    (r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', ""),
    (r'<path[^>]* display="none"/>', ""),
    (r"-?\d+\.\d{4,}", lambda found: f"{float(found.group()):.3f}"),
)
"""What differs between calls or is said once on the whole picture: counters, parts, long decimals."""
