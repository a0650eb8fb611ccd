"""Pictures of waiting: what signing is worth beyond it, day by day, and how it may go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.analysis import DealWaiting, PartyWaiting, WaitAnswer
from detente.model import Case
from detente.reports.charts import FONT, INK, QUIET, RULE

__all__ = ["gains_spec", "ways_spec"]

WIDTH, PANEL, STACK = 560, 84, 250
LABELS = 250
"""Room at the right for what is written beside the areas."""

MOST_LETTERS = 44
"""Letters of such words; a longer title is cut."""

SEEN = 0.005
"""A chance below which an area cannot be seen, and goes without words."""

MOST_POINTS = 120
"""Dates drawn; of more, so many, evenly spread."""

FILLS = ("#0b6e4f", "#5aa98c", "#8a4b00", "#c98f4e", "#44617b", "#8fa6b8", "#6b4c7a", "#b39cc0")
OPEN_FILL = "#e4e7eb"


def _periods(answer: WaitAnswer, *, last: bool = False) -> list[int]:
    n = answer.n_periods + (1 if last else 0)
    return [int(p) for p in np.unique(np.linspace(0, n - 1, min(n, MOST_POINTS)).round())]


def _x(answer: WaitAnswer, *, title: bool) -> dict[str, Any]:
    days = answer.n_periods * answer.step
    ticks = [round(k * days / 6) for k in range(7)]
    names = {t: answer.day_of(round(t / answer.step)) for t in ticks}
    words = {t: f"{d.day} {d:%b} {d.year}" for t, d in names.items()}
    labels = " : ".join(f"datum.value == {t} ? '{w}'" for t, w in words.items()) + " : ''"
    axis = {"values": ticks, "labelExpr": labels, "grid": False, "title": None, "labels": title}
    return {
        "field": "day", "type": "quantitative", "axis": axis | {"ticks": title},
        "scale": {"domain": [0, days], "nice": False},
    }  # fmt: skip


def _events(answer: WaitAnswer) -> list[dict[str, Any]]:
    """Draw a line at each dated event, and its words on the topmost picture."""
    values = [{"day": period * answer.step} for period, _, _ in answer.events]
    if not values:
        return []
    mark = {"type": "rule", "stroke": RULE, "strokeDash": [5, 3], "strokeWidth": 1.3, "aria": False}
    return [{"data": {"values": values}, "mark": mark, "encoding": {"x": _x(answer, title=False)}}]


def _config() -> dict[str, Any]:
    return {
        "font": FONT,
        "background": "white",
        "view": {"stroke": "#c9ced6"},
        "axis": {"labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal",
                 "titleColor": INK, "labelColor": INK, "domainColor": "#8b929c"},
        "title": {"fontSize": 12, "anchor": "start", "fontWeight": "bold", "color": INK},
    }  # fmt: skip


def gains_spec(case: Case, answer: WaitAnswer, deal: DealWaiting) -> dict[str, Any] | None:
    """Return one small picture per party that is asked: what signing is worth beyond waiting."""
    asked = [p for p in deal.parties if p.is_asked and not np.isnan(p.over_time.middle).all()]
    if not asked:
        return None
    panels = [_panel(case, answer, p, is_last=p is asked[-1]) for p in asked]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "vconcat": panels,
        "spacing": 14,
        "padding": {"left": 50, "top": 8, "right": 16, "bottom": 8},
        "config": _config(),
    }


def _panel(case: Case, answer: WaitAnswer, party: PartyWaiting, *, is_last: bool) -> dict[str, Any]:
    fan = party.over_time
    values = [
        {"day": p * answer.step, "low": float(min(fan.low[p], fan.middle[p])),
         "high": float(max(fan.high[p], fan.middle[p])), "middle": float(fan.middle[p])}
        for p in _periods(answer) if not np.isnan(fan.middle[p])
    ]  # fmt: skip
    ends = [v["low"] for v in values] + [v["high"] for v in values] + [0.0]
    room = 0.1 * (max(ends) - min(ends)) or 1.0
    domain = [min(ends) - room, max(ends) + room]
    y = {
        "field": "middle", "type": "quantitative", "scale": {"domain": domain, "nice": False},
        "axis": {"title": None, "tickCount": 3, "grid": False},
    }  # fmt: skip
    x = _x(answer, title=is_last)
    band = {"type": "area", "opacity": 0.28, "color": QUIET, "aria": False}
    zero = {"type": "rule", "stroke": INK, "strokeWidth": 1, "aria": False}
    return {
        "width": WIDTH,
        "height": PANEL,
        "title": case.title_of(party.party),
        "layer": [
            {"data": {"values": values}, "mark": band,
             "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}}},
            {"data": {"values": [{"middle": 0.0}]}, "mark": zero, "encoding": {"y": y}},
            *_events(answer),
            {"data": {"values": values},
             "mark": {"type": "line", "stroke": INK, "strokeWidth": 1.8, "aria": False},
             "encoding": {"x": x, "y": y}},
        ],
    }  # fmt: skip


def ways_spec(answer: WaitAnswer) -> dict[str, Any] | None:
    """Return the chance of each way it may go by date, one area on top of the other."""
    if not answer.ways:
        return None
    periods = _periods(answer, last=True)
    layers: list[dict[str, Any]] = []
    floor = np.zeros(answer.n_periods + 1)
    x = _x(answer, title=True)
    y = {
        "field": "low", "type": "quantitative", "scale": {"domain": [0, 1], "nice": False},
        "axis": {"title": None, "format": "%", "tickCount": 5, "grid": False},
    }  # fmt: skip
    labels: list[tuple[float, str]] = []
    for number, way in enumerate(answer.ways):
        top = floor + way.chance.middle
        values = [
            {"day": p * answer.step, "low": float(floor[p]), "high": float(min(top[p], 1.0))}
            for p in periods
        ]
        fill = OPEN_FILL if way.kind == "open" else FILLS[number % len(FILLS)]
        mark = {"type": "area", "color": fill, "stroke": "white", "strokeWidth": 1.5, "aria": False}
        layers.append(
            {"data": {"values": values}, "mark": mark,
             "encoding": {"x": x, "y": y, "y2": {"field": "high"}}}
        )  # fmt: skip
        if way.chance.middle.max() >= SEEN:
            labels.append((float((floor[-1] + top[-1]) / 2), _label(way.kind, way.title)))
        floor = top
    layers += _events(answer)
    layers += _beside(labels)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH - 60,
        "height": STACK,
        "padding": {"left": 50, "top": 12, "right": LABELS, "bottom": 30},
        "autosize": {"type": "none", "contains": "content"},
        "layer": layers,
        "config": _config(),
    }


def _label(kind: str, title: str) -> str:
    tail = ", nothing agreed" if kind == "ending" else ""
    room = MOST_LETTERS - len(tail)
    return f"{title if len(title) <= room else f'{title[: room - 1].rstrip()}…'}{tail}"


def _beside(labels: Sequence[tuple[float, str]]) -> list[dict[str, Any]]:
    """Write each area's words at its right end, pushed apart where they would run together."""
    gap, below = 16.0, float(STACK)
    values: list[dict[str, Any]] = []
    for at, words in sorted(labels):
        below = min(STACK * (1 - at), below)
        values.append({"y": below, "words": words})
        below -= gap
    above = 0.0  # what was pushed out at the top comes back in, and pushes the others down
    for value in reversed(values):
        value["y"] = max(value["y"], above)
        above = value["y"] + gap
    mark = {"type": "text", "align": "left", "dx": 8, "fontSize": 11, "color": INK, "aria": False}
    encoding = {
        "x": {"value": WIDTH - 60},
        "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
        "text": {"field": "words", "type": "nominal"},
    }
    return [{"data": {"values": values}, "mark": mark, "encoding": encoding}]
