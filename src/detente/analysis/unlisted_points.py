"""The named points where packages are not listed: from their frontier, else by programming."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from detente.analysis.deal_answers import NamedPoint
from detente.analysis.named_points import SHOWN, SOLUTIONS, Name
from detente.analysis.preferences import Floats
from detente.analysis.product import BalancedGains
from detente.analysis.product_columns import all_met
from detente.analysis.unlisted import Unlisted, ZoneFrontier
from detente.engines.deal_space import (
    Meets,
    egalitarian_point,
    kalai_smorodinsky_point,
    nash_point,
    utilitarian_point,
)
from detente.engines.deal_space import NamedPoint as Found
from detente.errors import SpaceTooLargeError

__all__ = ["named_points_unlisted"]

SECONDS = 10.0
"""For each point that has to be solved for."""

SOLVERS: dict[Name, Callable[..., Found]] = {
    "nash": nash_point,
    "kalai_smorodinsky": kalai_smorodinsky_point,
    "egalitarian": egalitarian_point,
    "utilitarian": utilitarian_point,
}


def named_points_unlisted(unlisted: Unlisted) -> tuple[tuple[NamedPoint, ...], str]:
    """Return the four points, or why there are none; see :func:`named_points`."""
    gains = unlisted.form.balanced_gains
    if unlisted.form.forum.asked and not unlisted.n_packages:
        return (), "no package to examine"
    if gains.none_because:
        return (), gains.none_because
    floors = [Meets(c, f) for c, f in zip(gains.columns, gains.floors, strict=True)]
    levels = {p: unlisted.form.ranking[p] for p in gains.parties}
    try:
        found = unlisted.frontier(all_met((gains.rule, *floors)), levels, thin=False)
    except SpaceTooLargeError:
        return _solved(unlisted, gains), ""
    if found is None or found.is_empty:
        signable = unlisted.count(gains.rule)
        if signable == 0:
            return (), "every package crosses a red line or is blocked by somebody who can"
        return _from_frontier(unlisted, gains, None), ""
    return _from_frontier(unlisted, gains, found), ""


def _disagreement(unlisted: Unlisted, gains: BalancedGains) -> Floats:
    scale = unlisted.form.domain.scale[list(gains.columns)]
    return np.asarray(np.array(gains.floors) / scale)


def _from_frontier(
    unlisted: Unlisted, gains: BalancedGains, zone: ZoneFrontier | None
) -> tuple[NamedPoint, ...]:
    """Choose among the points of an exact frontier, and count what ties with the chosen ones."""
    disagreement = _disagreement(unlisted, gains)
    # Without a package that leaves nobody below the fallback, each solution says so of one that does.
    table = disagreement[None] - 1.0 if zone is None else zone.utilities
    front = None if zone is None else zone.frontier
    points = []
    for name, solve in SOLUTIONS:
        solution = solve(table, disagreement)
        chosen = [] if front is None else [int(k) for k in solution.outcomes]
        codes = (
            [row for k in chosen[:SHOWN] for row in front.packages_at(k, SHOWN)] if front else []
        )
        points.append(
            NamedPoint(
                name=name,
                packages=tuple(unlisted.package(row) for row in codes[:SHOWN]),
                n_packages=0 if zone is None else zone.n_packages_at(chosen),
                parties=gains.parties,
                utilities=tuple(map(float, solution.utilities)) if front else (),
                gains=tuple(map(float, solution.gains)) if front else (),
                method=f"{solution.method}; {front.method}" if front else solution.method,
                reason=solution.reason,
                is_certain=not codes or bool(unlisted.is_possible(codes[0][None])[0]),
            )
        )
    return tuple(points)


def _solved(unlisted: Unlisted, gains: BalancedGains) -> tuple[NamedPoint, ...]:
    """Solve for each point on its own; the solver's bound says how sure it is."""
    narrow = unlisted.form.narrowed(unlisted.packages_that(gains.rule), keep=gains.columns)
    # An envoy and his principal share a column; the solver wants one for each of them.
    n = narrow.domain.n_columns
    places = [narrow.place[column] for column in gains.columns]
    domain = narrow.domain.columns([*range(n), *places])
    columns = range(n, n + len(places))
    points = []
    for name, _ in SOLUTIONS:
        found = SOLVERS[name](
            domain,
            _disagreement(unlisted, gains),
            columns=columns,
            rule=narrow.rule,
            time_limit=SECONDS,
        )
        points.append(
            NamedPoint(
                name=name,
                packages=() if found.is_empty else (unlisted.package(found.codes),),
                n_packages=0 if found.is_empty else None,
                parties=gains.parties,
                utilities=tuple(map(float, found.utilities)),
                gains=tuple(map(float, found.gains)),
                method=found.method,
                reason=found.reason,
                gap=0.0 if found.is_proven else float(found.gap),
                is_certain=found.is_empty or bool(unlisted.is_possible(found.codes[None])[0]),
            )
        )
    return tuple(points)
