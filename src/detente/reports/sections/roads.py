"""Which roads lead from today to which ending, and who would have to move?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from detente.analysis import Analysis, RoadStep
from detente.model import Case
from detente.reports.road_picture import layout_of, net_of, place_names, roads_svg
from detente.reports.road_words import (
    RoadKind,
    resting_sentences,
    road_kind,
    road_notes,
    road_sentence,
    roads_answer,
    told_step,
)
from detente.reports.section import Section
from detente.reports.wording import listed

__all__ = ["roads"]

WIDEST_REM = 46.0
"""Narrower screens scroll the picture, so that its words stay readable; a small one stays small."""


def roads(analysis: Analysis) -> Section | None:
    """Draw the roads from today and tell each of them step by step."""
    if analysis.hold is None:
        return None
    told = analysis.hold.roads
    sought = bool(analysis.case.deals or analysis.case.endings)
    if not (told.roads or told.resting or (told.too_large and sought)):
        return None
    case, found = analysis.case, analysis.hold.roads
    names = place_names(found)
    return Section(
        id="roads",
        title="Roads from here",
        question="Which roads lead from today to which ending, and who would have to move?",
        answer=roads_answer(case, found),
        template="roads.html.j2",
        data={
            "picture": _picture(analysis),
            "roads": [
                {
                    "letter": names[road.steps[-1].end] if road.steps else "",
                    "name": road.to,
                    "title": case.title_of(road.to),
                    "is_deal": road.to in case.deals,
                    "sentence": road_sentence(case, road),
                    "steps": _rows(case, road.steps or (), names),
                    "by_gains": _rows(case, road.by_gains or (), names)
                    if road_kind(road) is RoadKind.OTHER_GAINS
                    else [],
                }
                for road in found.roads
            ],
            "resting": resting_sentences(case, found),
            "notes": road_notes(case, found),
        },
    )


def _rows(case: Case, steps: Iterable[RoadStep], names: Mapping[int, str]) -> list[dict[str, Any]]:
    rows = []
    for step in steps:
        told = told_step(case, step)
        rows.append(
            {
                "from": names[step.start],
                "to": names[step.end],
                "who": told.who,
                "does": told.does,
                "gains": told.gains,
                "bound": told.bound,
                "kind": "time" if step.party is None else "gains" if step.gains else "nothing",
            }
        )
    return rows


def _picture(analysis: Analysis) -> dict[str, Any] | None:
    if analysis.hold is None:
        return None
    case, found = analysis.case, analysis.hold.roads
    net, names = net_of(found), place_names(found)
    if net is None:
        return None
    return {
        "rem": f"{min(WIDEST_REM, layout_of(case, net).width / 16):.4g}",
        "svg": Markup(roads_svg(case, found, net)),  # noqa: S704  # our own, escaped where it is made
        "keys": [
            (names[road.steps[-1].end], case.title_of(road.to)) for road in net.drawn if road.steps
        ],
        "left_out": listed(f"“{case.title_of(road.to)}”" for road in net.left_out),
        "n_left_out": len(net.left_out),
    }
