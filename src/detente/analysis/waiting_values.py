"""What everybody gets a day in every world, under every package, in every draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.analysis.reckoning import Assumed, Draws, Floats, Reckoning, waiting_cost
from detente.analysis.space import Bools
from detente.analysis.waiting_game import WaitingSpace
from detente.ledger import PartyId, in_days
from detente.model import TODAY, OutcomeOrder, Points, RankedStatements

__all__ = ["Values", "values_of"]

Rows = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """Flows per day between 0 and 1, a party's worst and best; costs of waiting taken off.

    ``waiting`` (N + 1, W, n) without a deal, ``kept`` (N + 1, W, n, D) under each package,
    ``lump`` (N + 1, n, D) at signing, in days,
    ``unknown`` (W, D) where it is not known what a package may be worth to somebody it asks;
    ``unclear`` (n, D) whose order does not name all that a package may lead to. ``unnamed`` are
    those whose order does not name what others may agree on, which then counts as its worst.
    """

    waiting: Floats
    costs: Floats
    kept: Floats
    lump: Floats
    unknown: Bools
    unclear: Bools
    unnamed: tuple[PartyId, ...]
    assumed: tuple[Assumed, ...]
    undecided: Bools
    """Worlds (W,) in which waiting costs something: nothing is in force, no ending has come."""


def values_of(space: WaitingSpace, reckoning: Reckoning, draws: Draws) -> Values:
    """Turn preferences into values that agree with what was stated, in every draw.

    Statements get weights under which an earlier one counts at least as much as all later ones
    together, places of an order get heights, points are drawn from their ranges.
    """
    shape = space.outcomes.shape
    rows, place = np.unique(space.outcomes.reshape(-1, shape[2]), axis=0, return_inverse=True)
    place = place.reshape(shape[:2])
    n = draws.n + 1
    waiting = np.zeros((n, shape[0], len(space.parties)))
    costs = np.zeros((n, len(space.parties)))
    kept = np.zeros((n, shape[0], len(space.parties), shape[1] - 1))
    unknown = np.zeros((shape[0], shape[1] - 1), dtype=np.bool_)
    unclear = np.zeros((len(space.parties), shape[1] - 1), dtype=np.bool_)
    unnamed: list[PartyId] = []
    assumed: list[Assumed] = []
    pairs = space.worlds.pairs()
    over = np.array([world.is_over and not stand.in_force for stand, world in pairs])
    undecided = np.array([not (world.is_ended or stand.in_force) for stand, world in pairs]) & ~over
    names = [TODAY, *space.case.endings, *space.case.deals]
    listed = np.concatenate([rows, space.space.encode(space.case.outcome(n) for n in names)])
    for column, party in enumerate(space.parties):
        every, scale = _worth(space, party, listed, draws)
        worth, by_name = (
            every[:, : len(rows)],
            dict(zip(names, every[:, len(rows) :].T, strict=True)),
        )
        nowhere = np.asarray(np.isnan(worth).any(axis=0))
        if nowhere.any():  # an order speaks only of the outcomes it names
            open_ = nowhere[place[:, :-1]].reshape(-1, space.worlds.n_clocks, shape[1] - 1)
            ever = np.repeat(open_.any(axis=1), space.worlds.n_clocks, axis=0)
            asked = space.required[:, column] | space.may_vote[column]
            unknown |= asked & ever
            unclear[column] = ever[0]
            others = nowhere[place[:, :-1]] & space.available & ~asked
            if others.any() or nowhere[place[:, -1]].any():
                unnamed.append(party)
            worth = np.nan_to_num(worth)
        cost, why = waiting_cost(space.case.views.get(party), scale, reckoning, draws)
        if why:
            name = space.case.parties[party].name
            assumed.append(Assumed(f"waiting costs of {name}", f"none, since {why}"))
        costs[:, column] = cost
        waiting[:, :, column] = worth[:, place[:, -1]] - cost[:, None] * undecided
        if over.any():
            today = worth[:, place[space.timeline.start, -1]]
            expected = _expected(space, party, by_name, today, draws)
            waiting[:, over, column] = expected[:, None]
        kept[:, :, column] = worth[:, place[:, :-1]]
    lump = _private_gains(space, draws)
    return Values(
        waiting, costs, kept, lump, unknown, unclear, tuple(unnamed), tuple(assumed), undecided
    )


def _expected(
    space: WaitingSpace, party: PartyId, worth: Mapping[str, Floats], today: Floats, draws: Draws
) -> Floats:
    """Return what a party has a day once the talks are over without a deal, in every draw.

    What it expects without a deal; today, where that is not stated or its order does not name it.
    """
    view = space.case.views[party]
    fallback = view.fallback
    if fallback is None:
        return today
    if fallback.at_least is not None and isinstance(view.preference, Points):
        lowest, scale = _span(view.preference)
        return (draws.quantity(fallback.at_least) - lowest) / scale
    found = [np.where(np.isnan(worth[name]), today, worth[name]) for name in fallback.names]
    if not found:
        return today
    pick = np.minimum if fallback.mode == "worst_of" else np.maximum
    return np.asarray(pick.reduce(found))


def _span(points: Points) -> tuple[float, float]:
    """Return what a party's worst is worth in its points, and how far its best lies above."""
    middles = [[q.middle for q in numbers.values()] for numbers in points.values.values()]
    lowest = sum(min(numbers) for numbers in middles)
    highest = sum(max(numbers) for numbers in middles)
    return lowest, highest - lowest or 1.0


def _private_gains(space: WaitingSpace, draws: Draws) -> Floats:
    """Return what signing as such is worth, in days; an envoy's private gain is his principal's."""
    found = np.zeros((draws.n + 1, len(space.parties), len(space.candidates)))
    for deal, d in space.named.items():
        for gain in space.case.deals[deal].private_gain:
            holder = space.case.preference_holder(gain.party)
            if gain.worth is not None and holder in space.column:
                found[:, space.column[holder], d] += draws.quantity(in_days(gain.worth))
    return found


def _worth(
    space: WaitingSpace, party: PartyId, rows: Rows, draws: Draws
) -> tuple[Floats, float | None]:
    """Return what outcomes are worth in every draw, and the scale of the party's points, if any."""
    match space.case.views[party].preference:
        case RankedStatements(wishes):
            truth = np.column_stack([space.space.holds(w.statement, rows) for w in wishes])
            return draws.weights(len(wishes)) @ truth.T.astype(np.float64), None
        case OutcomeOrder() as order:
            return _by_order(space, order, rows, draws), None
        case Points() as points:
            return _by_points(space, points, rows, draws)
        case _:
            return np.zeros((draws.n + 1, len(rows))), None


def _by_order(space: WaitingSpace, order: OutcomeOrder, rows: Rows, draws: Draws) -> Floats:
    heights = draws.heights(order)
    worth = np.full((len(heights), len(rows)), np.nan)
    for k, tier in enumerate(order.tiers):
        for code in space.space.encode(space.case.outcome(name) for name in tier):
            worth[:, (rows == code).all(axis=1)] = heights[:, k : k + 1]
    return worth


def _by_points(
    space: WaitingSpace, points: Points, rows: Rows, draws: Draws
) -> tuple[Floats, float]:
    total = np.zeros((draws.n + 1, len(rows)))
    for issue, numbers in points.values.items():
        column = space.space.column[issue]
        options = [numbers[option.id] for option in space.space.issues[column].options]
        drawn = np.column_stack([draws.quantity(quantity) for quantity in options])
        total += drawn[:, rows[:, column]]
    lowest, scale = _span(points)
    return (total - lowest) / scale, scale
