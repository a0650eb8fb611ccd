"""The possible packages of a listed table that no other possible one beats, as points."""

from __future__ import annotations

import numpy as np

from detente.analysis.deal_answers import FrontierAnswer, FrontierPoint
from detente.analysis.frame import Frame
from detente.analysis.preferences import Form
from detente.engines.deal_space import pareto_front

__all__ = ["SHOWN_POINTS", "listed_frontier"]

SHOWN_POINTS = 200
"""Points given of a frontier; an even spread where there are more."""


def listed_frontier(frame: Frame) -> FrontierAnswer | None:
    """Return the frontier among the possible packages; None where nobody can be compared."""
    parties = frame.ranking
    if not parties or frame.package_zone is None:
        return None
    evaluations = [frame.standpoints[party].evaluation for party in parties]
    possible = np.flatnonzero(frame.is_possible)
    levels = np.column_stack([evaluation.level[possible] for evaluation in evaluations])
    best = np.flatnonzero(pareto_front(levels).efficient) if len(possible) else possible
    places, first, count = np.unique(levels[best], axis=0, return_index=True, return_counts=True)
    order = np.lexsort(tuple(-places.T[::-1])) if len(places) else np.arange(0)
    spread = np.linspace(0, max(0, len(order) - 1), min(len(order), SHOWN_POINTS))
    return FrontierAnswer(
        parties=parties,
        in_points=tuple(evaluation.form is Form.POINTS for evaluation in evaluations),
        points=tuple(
            FrontierPoint(
                tuple(map(float, places[k])),
                frame.package(int(possible[best[first[k]]])),
                int(count[k]),
            )
            for k in order[np.unique(spread.round().astype(int))]
        ),
        n_points=len(order),
        loss=(0.0,) * len(parties),
        is_exact=True,
        method="every package listed and compared",
    )
