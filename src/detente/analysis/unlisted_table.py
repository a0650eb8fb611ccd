"""One table whose packages are not listed: the same answer as from a list, within a budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from detente.analysis.deal_answers import (
    FrontierAnswer,
    FrontierPoint,
    Refusal,
    Scatter,
    ScatterPoint,
    TableAnswer,
)
from detente.analysis.listed_frontier import SHOWN_POINTS
from detente.analysis.openings import opening_of
from detente.analysis.packages import Number, Package
from detente.analysis.preferences import Form
from detente.analysis.product import ProductForm, verdict_rule
from detente.analysis.product_columns import ALWAYS
from detente.analysis.product_consent import Level
from detente.analysis.unlisted import Rows, Unlisted, ZoneFrontier, difference
from detente.analysis.unlisted_points import named_points_unlisted
from detente.ledger import PartyId
from detente.model import TODAY, Table

__all__ = ["table_answer_unlisted"]

SHOWN_PACKAGES = 5
USEFUL_SHARE = 0.25
"""Of what a party's levels can differ by: a loss beyond it says nothing that helps."""

MOST_DRAWN = 30
"""Points drawn of each frontier: as many as its table can hold and still be read."""

TIES_COUNTED = 40
"""Frontier points up to which the packages that tie at each are counted."""


def table_answer_unlisted(unlisted: Unlisted, table: Table) -> TableAnswer:
    """Answer for a table what :class:`TableAnswer` says, without a list of its packages."""
    if unlisted.too_entangled:
        return _unanswered(unlisted, table, unlisted.too_entangled)
    form, zone, front = unlisted.form, unlisted.zone, unlisted.front
    points, why_none = named_points_unlisted(unlisted)
    n_possible = unlisted.n_possible
    return TableAnswer(
        table=table.id,
        asked=form.forum.asked,
        quota=table.enough,
        n_packages=unlisted.n_packages,
        n_struck=unlisted.n_struck,
        n_possible=n_possible,
        n_undecided=unlisted.n_undecided,
        refusals=_refusals(unlisted, n_possible),
        n_efficient=None if front is None else _n_packages(front),
        compared_on=tuple(form.ranking),
        not_compared_on=tuple(p for p in form.forum.asked if p not in form.ranking),
        possible=() if zone is None else _with_fewest_terms(unlisted, zone),
        n_possible_efficient=None if zone is None else _n_packages(zone),
        points=points,
        no_points_because=why_none,
        scatter=_scatter(unlisted),
        frontier=None if zone is None else _frontier_answer(unlisted, zone),
        opening=opening_of(form) if _is_closed(unlisted) else None,
        is_listed=False,
    )


def _unanswered(unlisted: Unlisted, table: Table, why: str) -> TableAnswer:
    """Say why nothing is said of a table; its named deals are examined all the same."""
    return TableAnswer(
        table=table.id, asked=unlisted.form.forum.asked, quota=table.enough, n_packages=0, n_struck=0,
        n_possible=0, n_undecided=0, refusals=(), n_efficient=None, compared_on=(),
        not_compared_on=(), possible=(), n_possible_efficient=None, points=(),
        no_points_because="its rules are too entangled", scatter=None, is_listed=False,
        too_large=f"{table.title}: {why}",
    )  # fmt: skip


def _is_closed(unlisted: Unlisted) -> bool:
    """Say whether it is known that somebody who must agree would refuse every package."""
    if not unlisted.form.forum.asked or not unlisted.n_packages:
        return False
    return unlisted.n_possible == 0 and unlisted.n_undecided == 0


def _refusals(unlisted: Unlisted, n_possible: Number) -> tuple[Refusal, ...]:
    """Count, party by party, what it refuses, and what would be possible without it."""
    form = unlisted.form
    if not form.forum.asked:
        return ()
    found = []
    unrefused = form.unrefused_by
    for party in form.parties:
        without = unlisted.count(verdict_rule(form.forum, form.parties, certain=True, but=party))
        opened = difference(without, n_possible)
        opens: bool | None = False
        if n_possible == 0:
            at_least = opened if isinstance(opened, int) else opened.at_least
            opens = True if at_least else False if opened == 0 else None
        elif not isinstance(n_possible, int) and n_possible.at_least == 0:
            opens = None
        n_refused = difference(unlisted.n_packages, unlisted.count(unrefused.get(party, ALWAYS)))
        found.append(Refusal(party, n_refused, opened, opens))
    return tuple(found)


def _n_packages(zone: ZoneFrontier) -> int | None:
    """Count the packages on a frontier, ties included; None where that would take long."""
    if not zone.frontier.is_exact or len(zone.frontier.points) > TIES_COUNTED:
        return None
    return zone.n_packages_at(range(len(zone.frontier.points)))


def _with_fewest_terms(unlisted: Unlisted, zone: ZoneFrontier) -> tuple[Package, ...]:
    """Return packages of the frontier, those first that settle least otherwise than today."""
    codes = zone.frontier.codes
    order = np.argsort(unlisted.n_settled(codes), kind="stable")[:SHOWN_PACKAGES]
    return tuple(unlisted.package(codes[k]) for k in order)


def _frontier_answer(unlisted: Unlisted, zone: ZoneFrontier) -> FrontierAnswer:
    """Name the points of a frontier; an even spread of them where there are many."""
    front = zone.frontier
    n = len(front.points)
    shown = np.unique(np.linspace(0, max(0, n - 1), min(n, SHOWN_POINTS)).round().astype(int))
    counted = front.is_exact and n <= TIES_COUNTED
    return FrontierAnswer(
        parties=tuple(zone.levels),
        in_points=tuple(level.form is Form.POINTS for level in zone.levels.values()),
        points=tuple(
            FrontierPoint(
                tuple(map(float, zone.utilities[k])),
                unlisted.package(front.codes[k]),
                zone.n_packages_at([k]) if counted else None,
            )
            for k in map(int, shown)
        ),
        n_points=n,
        loss=tuple(map(float, front.loss[list(zone.place)])),
        is_exact=front.is_exact,
        method=front.method,
        is_loss_useful=_is_useful(unlisted, zone),
    )


def _is_useful(unlisted: Unlisted, zone: ZoneFrontier) -> bool:
    """Say whether a frontier's loss is well below what packages can differ by at all."""
    form = unlisted.form
    columns = [level.column for level in zone.levels.values()]
    spans = sum((np.ptp(table[:, columns], axis=0) for table in form.domain.points), np.zeros(1))
    spans = spans / form.domain.scale[columns]
    loss = zone.frontier.loss[list(zone.place)]
    return bool((loss <= USEFUL_SHARE * np.maximum(spans, 1e-300)).all()) or not loss.any()


# --- the picture ---------------------------------------------------------------------------------


def _scatter(unlisted: Unlisted) -> Scatter | None:
    """Draw the frontiers, and what has a name, as the two most opposed parties see them."""
    form = unlisted.form
    levels = form.ranking
    if len(levels) < 2 or unlisted.zone is None:
        return None
    x_party, y_party = _most_opposed(form, levels)
    axes = [levels[x_party], levels[y_party]]
    columns = [level.column for level in axes]
    special: dict[tuple[float, float], ScatterPoint] = {}
    unbeaten = None
    if unlisted.front is not None:
        unbeaten = {tuple(point) for point in unlisted.front.utilities.tolist()}
    every = [level.column for level in levels.values()]

    def is_efficient(rows: Rows) -> list[bool | None]:
        """Say which packages no other beats; None where the whole frontier is not known."""
        if unbeaten is None:
            return [None] * len(rows)
        return [tuple(p) in unbeaten for p in form.domain.utilities(rows)[:, every].tolist()]

    left_out = 0
    for found in (unlisted.zone, unlisted.front):
        if found is None or found.is_empty:
            continue
        codes = found.frontier.codes
        left_out += max(0, len(codes) - MOST_DRAWN)
        keep = np.unique(np.linspace(0, len(codes) - 1, min(len(codes), MOST_DRAWN)).astype(int))
        rows = codes[keep]
        possible = unlisted.is_possible(rows)
        places = form.domain.utilities(rows)[:, columns]
        for (x, y), is_possible, best in zip(
            places.tolist(), possible.tolist(), is_efficient(rows), strict=True
        ):
            special.setdefault((x, y), ScatterPoint(x, y, 1, int(is_possible), best))
    for name in (TODAY, *form.case.endings, *form.case.deals):
        row = form.row_of(name)
        if row is None or not form.domain.is_allowed(row[None])[0]:
            continue
        x, y = form.domain.utilities(row[None])[0, columns].tolist()
        at = special.get((x, y))
        is_package = name != TODAY
        point = at or ScatterPoint(
            x, y, int(is_package), int(is_package and unlisted.is_possible(row[None])[0]),
            is_efficient(row[None])[0] if is_package else False,
        )  # fmt: skip
        special[x, y] = replace(point, names=(*point.names, name))
    fallbacks = [
        None if level.floor is None else level.floor / float(form.domain.scale[level.column])
        for level in axes
    ]
    return Scatter(
        x_party=x_party,
        y_party=y_party,
        x_in_points=axes[0].form is Form.POINTS,
        y_in_points=axes[1].form is Form.POINTS,
        x_fallback=fallbacks[0],
        y_fallback=fallbacks[1],
        points=tuple(sorted(special.values(), key=lambda p: (p.x, p.y))),
        n_left_out=left_out,
        is_frontier_only=True,
    )


def _most_opposed(form: ProductForm, levels: Mapping[PartyId, Level]) -> tuple[PartyId, PartyId]:
    """Choose the pair with the lowest correlation of levels over all packages.

    Sums over issues that vary independently of each other: covariances add up. Links and
    interactions are left aside; the choice of the axes hangs on it, and nothing else.
    """
    columns = [level.column for level in levels.values()]
    covariance = np.zeros((len(columns), len(columns)))
    for table in form.domain.points:
        values = table[:, columns].astype(np.float64)
        values -= values.mean(axis=0)
        covariance += values.T @ values / len(values)
    for term in form.domain.interactions:
        values = term.points[..., columns].reshape(-1, len(columns)).astype(np.float64)
        values -= values.mean(axis=0)
        covariance += values.T @ values / len(values)
    spread = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    correlation = covariance / np.outer(spread, spread)
    parties = list(levels)
    first, second = min(
        combinations(range(len(parties)), 2), key=lambda pair: round(float(correlation[pair]), 9)
    )
    return parties[first], parties[second]
