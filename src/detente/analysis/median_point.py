"""Where the median party stands, at a table that settles one issue whose options are in order."""

from __future__ import annotations

import numpy as np

from detente.analysis.deal_answers import NamedPoint
from detente.analysis.frame import Frame
from detente.analysis.packages import Package
from detente.analysis.preferences import evaluate
from detente.engines.deal_space import median_options

__all__ = ["median_point"]


def median_point(frame: Frame) -> NamedPoint | None:
    """Return the median point; None where the table settles more, or a share or a sum is not at stake.

    Options are in order where the issue is divisible. Looked at are all of them that can be agreed
    on, today's too; parties count alike. It is empty, with the reason, if somebody asked likes a
    middle less than both sides of it, and left out if some preference does not order the options.
    """
    case, space = frame.case, frame.space
    open_issues = [
        issue
        for issue in frame.forum.scope
        if sum(not option.not_by_agreement for option in case.issues[issue].options) > 1
    ]
    if len(open_issues) != 1 or case.issues[open_issues[0]].divisible is None:
        return None
    issue = case.issues[open_issues[0]]
    options = [option.id for option in issue.options if not option.not_by_agreement]
    codes = space.encode({**case.today, issue.id: option} for option in options)
    allowed = np.flatnonzero(space.feasible(codes))
    asked = frame.forum.asked
    levels = np.column_stack(
        [
            evaluate(case, space, case.views.get(case.preference_holder(party)), codes).level
            for party in asked
        ]
        or [np.full(len(codes), np.nan)]
    )[allowed]
    if len(allowed) < 2 or np.isnan(levels).any():
        return None
    found = median_options(levels)
    packages = []
    for k in found.median:
        option = options[allowed[k]]
        packages.append(Package({} if option == issue.today else {issue.id: option}))
    wavering = [
        case.title_of(p) for p, one in zip(asked, found.single_peaked, strict=True) if not one
    ]
    first = levels[found.median[0]] if len(found.median) else np.empty(0)
    return NamedPoint(
        name="median",
        packages=tuple(packages),
        n_packages=len(packages),
        parties=asked,
        utilities=tuple(map(float, first)),
        gains=(),
        method=found.method,
        reason="" if packages else f"not single-peaked: {', '.join(wavering)}",
    )
