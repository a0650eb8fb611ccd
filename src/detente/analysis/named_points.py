"""The named points of bargaining theory, where every party asked has a scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from detente.analysis.deal_answers import NamedPoint
from detente.analysis.frame import Frame
from detente.analysis.preferences import Form
from detente.engines.deal_space import (
    BargainingSolution,
    Verdict,
    egalitarian_solution,
    kalai_smorodinsky_solution,
    nash_solution,
    utilitarian_solution,
)

__all__ = ["named_points"]

SHOWN = 6
Name = Literal["nash", "kalai_smorodinsky", "egalitarian", "utilitarian"]
SOLUTIONS: tuple[tuple[Name, Callable[..., BargainingSolution]], ...] = (
    ("nash", nash_solution),
    ("kalai_smorodinsky", kalai_smorodinsky_solution),
    ("egalitarian", egalitarian_solution),
    ("utilitarian", utilitarian_solution),
)


def named_points(frame: Frame) -> tuple[tuple[NamedPoint, ...], str]:
    """Return the four points over the packages that can be signed, or why there are none.

    The middle of a stated range stands for it. Packages that cross a red line of somebody asked,
    or that somebody blocks who can, are left out beforehand; the disagreement point is each
    party's fallback.
    """
    case = frame.case
    asked = frame.forum.asked
    unscaled = [
        case.title_of(p) for p in asked if frame.standpoints[p].evaluation.form is not Form.POINTS
    ]
    if not asked or not frame.n_packages:
        return (), "no package to examine" if asked else "nobody is asked"
    if frame.forum.quota is not None:
        return (), "the agreement of some is enough, so it is not settled whose gains to balance"
    if unscaled:
        return (), "no points are stated for " + ", ".join(unscaled)
    floors = [frame.standpoints[p].floor() for p in asked]
    if any(floor is None for floor in floors):
        return (), "a fallback has no points"
    n = frame.n_packages
    crossed = np.column_stack([frame.standpoints[p].crossed[:n] for p in asked]).any(axis=1)
    blockers = [k for k, party in enumerate(frame.parties) if party not in asked]
    refused = (frame.verdicts[:n] == Verdict.NO) & frame.required[:n]
    signable = ~crossed & ~refused[:, blockers].any(axis=1)
    if not signable.any():
        return (), "every package crosses a red line or is blocked by somebody who can"
    rows = np.flatnonzero(signable)
    utilities = np.column_stack([frame.standpoints[p].evaluation.level[rows] for p in asked])
    found = []
    for name, solve in SOLUTIONS:
        solution = solve(utilities, np.array(floors))
        found.append(
            NamedPoint(
                name=name,
                packages=tuple(frame.package(int(rows[k])) for k in solution.outcomes[:SHOWN]),
                n_packages=len(solution.outcomes),
                parties=asked,
                utilities=tuple(map(float, solution.utilities)),
                gains=tuple(map(float, solution.gains)),
                method=solution.method,
                reason=solution.reason,
                is_certain=solution.is_empty
                or bool(frame.is_possible[rows[int(solution.outcomes[0])]]),
            )
        )
    return tuple(found), ""
