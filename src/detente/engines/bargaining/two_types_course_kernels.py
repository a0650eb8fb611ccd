"""Inner loop of the course of talks with a party of unknown type."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.two_types_answers import locate
from detente.engines.bargaining.two_types_rows import TypedRows
from detente.engines.bargaining.two_types_rules import Rules

__all__ = ["Tally", "follow"]


class Tally(NamedTuple):
    """What is counted, given each type (axis of 2); all zero at first. M beliefs."""

    untried: Floats
    """(T + 1, 2, M) talks are on, and nothing has been agreed so far."""
    talks: Floats
    """(T + 1, 2, M) talks are on, first or again."""
    belief: Floats
    """(T + 1, 2, M) what is believed, or was when talks ended for good."""
    in_force: Floats
    """(T + 1, 2)"""
    agreed: Floats
    """(T, 2, n_columns) first agreements; the last column is all packages that are not named."""
    exited: Floats
    """(T + 1, 2, n)"""
    broken: Floats
    """(T + 1, 2)"""


@compiled
def split(beliefs: Floats, belief: float, k: int) -> tuple[int, float]:
    """Return the grid point below, and the chance, given a type, of being moved to the one above.

    Over both types the mean stays what it is, and at each grid point the share of the type that
    would deal is that belief: as if one more signal had come in. So given the type that would deal
    the upper point is likelier than over both.
    """
    low, weight = locate(beliefs, belief)
    if weight == 0.0 or weight == 1.0:
        return low, weight
    if k == 0:
        return low, weight * beliefs[low + 1] / belief
    return low, weight * (1.0 - beliefs[low + 1]) / (1.0 - belief)


@compiled
def add(beliefs: Floats, belief: float, k: int, mass: float, places: Floats) -> None:
    """Book a mass at a belief between two grid points."""
    low, up = split(beliefs, belief, k)
    if up < 1.0:
        places[low] += (1.0 - up) * mass
    if up > 0.0:
        places[low + 1] += up * mass


@compiled
def follow(
    rules: Rules,
    rows: TypedRows,
    begins: Ints,
    start: int,
    prior: float,
    column: Ints,
    tally: Tally,
) -> None:
    """Count what becomes of the talks from world ``start`` and a belief on, by the analyst's chances.

    Parameters
    ----------
    rules : Rules
    rows, begins
        As backward induction found them.
    start : int
    prior : float
    column : (D,)
        The column of ``tally.agreed`` in which a package is counted.
    tally : Tally
        Filled in.
    """
    n_periods, n_worlds, n_beliefs = len(rules.phase), begins.shape[1], len(rules.beliefs)
    n_packages = len(column)
    n = rules.floor.shape[2]
    fresh, again = np.zeros((2, 2, n_worlds, n_beliefs))
    force = np.zeros((n_packages, 2, n_worlds, n_beliefs))
    live = np.zeros(n_packages, dtype=np.bool_)
    over = np.zeros((2, n_beliefs))
    for k in range(2):
        add(rules.beliefs, prior, k, 1.0, fresh[k, start])
    note(tally, 0, fresh, again, force, live, over)
    for t in range(n_periods):
        chances = rules.chances[rules.phase[t], 0]
        tally.exited[t + 1] = tally.exited[t]
        tally.broken[t + 1] = tally.broken[t]
        stays, resumed = np.zeros((2, 2, n_worlds, n_beliefs))
        for w in range(n_worlds):
            for g in range(n_beliefs):
                for k in range(2):
                    new, old = fresh[k, w, g], again[k, w, g]
                    if new + old <= 0.0:
                        continue
                    quiet = 1.0
                    for row in range(begins[t, w, g], begins[t, w, g + 1]):
                        tabled = rows.tabled[row, k]
                        quiet -= tabled
                        d = rows.package[row]
                        for said in range(2):
                            happens = tabled * rows.said[row, said, k]
                            if happens <= 0.0:
                                continue
                            belief = rows.belief[row, said]
                            ending = said * (1 + k)
                            agreed = happens * rows.agreed[row, ending]
                            if agreed > 0.0:
                                live[d] = True
                                tally.agreed[t, k, column[d]] += agreed * new
                                add(rules.beliefs, belief, k, agreed * (new + old), force[d, k, w])
                            passes = happens - agreed
                            for e in range(n):
                                ends = happens * rows.exited[row, ending, e]
                                if ends > 0.0:
                                    passes -= ends
                                    tally.exited[t + 1, k, e] += ends * (new + old)
                                    add(rules.beliefs, belief, k, ends * (new + old), over[k])
                            add(rules.beliefs, belief, k, passes * new, stays[k, w])
                            add(rules.beliefs, belief, k, passes * old, resumed[k, w])
                    stays[k, w, g] += quiet * new
                    resumed[k, w, g] += quiet * old
        fresh[...] = 0.0
        again[...] = 0.0
        for w in range(n_worlds):
            for v in range(n_worlds):
                if chances[0, w, v] > 0.0:
                    fresh[:, v] += chances[0, w, v] * stays[:, w]
                    again[:, v] += chances[0, w, v] * resumed[:, w]
        for d in range(n_packages):
            if live[d]:
                go_on(
                    rules, chances[rules.regime[d]], d, force[d], again, over, tally.broken[t + 1]
                )
        note(tally, t + 1, fresh, again, force, live, over)


@compiled
def go_on(
    rules: Rules,
    moves: Floats,
    d: int,
    force: Floats,
    again: Floats,
    over: Floats,
    broken: Floats,
) -> None:
    """Let the world move under a package in force, which breaks down on the way or does not."""
    n_worlds = len(moves)
    moved = np.zeros_like(force)
    for w in range(n_worlds):
        breaks = rules.breaks[w, d]
        for v in range(n_worlds):
            if moves[w, v] <= 0.0:
                continue
            moved[:, v] += moves[w, v] * (1.0 - breaks) * force[:, w]
            if breaks > 0.0:
                lost = moves[w, v] * breaks * force[:, w]
                if rules.resumes_in[v, d] >= 0:
                    again[:, rules.resumes_in[v, d]] += lost
                else:
                    over += lost
                    for k in range(2):
                        broken[k] += lost[k].sum()
    force[...] = moved


@compiled
def note(
    tally: Tally,
    t: int,
    fresh: Floats,
    again: Floats,
    force: Floats,
    live: Ints,
    over: Floats,
) -> None:
    """Count where things stand at the start of a period."""
    for k in range(2):
        for w in range(fresh.shape[1]):
            tally.untried[t, k] += fresh[k, w]
            tally.talks[t, k] += fresh[k, w] + again[k, w]
        tally.belief[t, k] = tally.talks[t, k] + over[k]
        for d in range(len(live)):
            if live[d]:
                for w in range(fresh.shape[1]):
                    tally.belief[t, k] += force[d, k, w]
                    tally.in_force[t, k] += force[d, k, w].sum()
