"""Inner loop of the course of talks with a party of unknown type."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.two_types_answers import locate
from detente.engines.bargaining.two_types_rows import TypedRows
from detente.engines.bargaining.two_types_rules import Rules

__all__ = ["Tally", "follow"]


class Tally(NamedTuple):
    """What is counted, given each type (axis of 2); all zero at first. M beliefs."""

    talks: Floats
    """(T + 1, 2, M) talks are on, for the first time or again."""
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


class Standing(NamedTuple):
    """Where things stand, (2, W, M) unless said."""

    fresh: Floats
    """Talks, and nothing has been agreed so far."""
    again: Floats
    """Talks after a breakdown."""
    stays: Floats
    resumed: Floats
    """The same two once this period's meeting is over."""
    force: Floats
    """(D, 2, W, M)"""
    moved: Floats
    live: Bools
    """(D,) ever signed."""
    over: Floats
    """(2, M)"""


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
    shape = (2, n_worlds, n_beliefs)
    now = Standing(
        np.zeros(shape),
        np.zeros(shape),
        np.zeros(shape),
        np.zeros(shape),
        np.zeros((len(column), 2, n_worlds, n_beliefs)),
        np.zeros(shape),
        np.zeros(len(column), dtype=np.bool_),
        np.zeros((2, n_beliefs)),
    )
    for k in range(2):
        add(rules.beliefs, prior, k, 1.0, now.fresh[k, start])
    for t in range(n_periods + 1):
        note(tally, t, now)
        if t == n_periods:
            break
        for k in range(2):
            tally.broken[t + 1, k] = tally.broken[t, k]
            for e in range(rules.floor.shape[2]):
                tally.exited[t + 1, k, e] = tally.exited[t, k, e]
            for w in range(n_worlds):
                for g in range(n_beliefs):
                    now.stays[k, w, g] = 0.0
                    now.resumed[k, w, g] = 0.0
                for g in range(n_beliefs):
                    if now.fresh[k, w, g] + now.again[k, w, g] > 0.0:
                        leave_talks(rules, rows, begins, t, k, w, g, column, tally, now)
        chances = rules.chances[rules.phase[t], 0]
        move_talks(chances[0], now)
        for d in range(len(column)):
            if now.live[d]:
                go_on(rules, chances[rules.regime[d]], d, now, tally.broken[t + 1])


@compiled
def leave_talks(
    rules: Rules,
    rows: TypedRows,
    begins: Ints,
    t: int,
    k: int,
    w: int,
    g: int,
    column: Ints,
    tally: Tally,
    now: Standing,
) -> None:
    """Book what happens in one state, given a type."""
    beliefs = rules.beliefs
    new, old = now.fresh[k, w, g], now.again[k, w, g]
    quiet = 1.0
    for row in range(begins[t, w, g], begins[t, w, g + 1]):
        d, tabled = rows.package[row], rows.tabled[row, k]
        quiet -= tabled
        for said in range(2):
            happens = tabled * rows.said[row, said, k]
            if happens <= 0.0:
                continue
            belief, ending = rows.belief[row, said], said * (1 + k)
            then = belief
            if said == 1 and rows.reveals[row]:
                then = 1.0 - k
            agreed = happens * rows.agreed[row, ending]
            if agreed > 0.0:
                now.live[d] = True
                tally.agreed[t, k, column[d]] += agreed * new
                add(beliefs, belief, k, agreed * (new + old), now.force[d, k, w])
            passes = happens - agreed
            for e in range(rules.floor.shape[2]):
                ends = happens * rows.exited[row, ending, e]
                if ends > 0.0:
                    passes -= ends
                    tally.exited[t + 1, k, e] += ends * (new + old)
                    shown = then if e >= rules.party else belief  # asked later, it has seen that
                    add(beliefs, shown, k, ends * (new + old), now.over[k])
            add(beliefs, then, k, passes * new, now.stays[k, w])
            add(beliefs, then, k, passes * old, now.resumed[k, w])
    now.stays[k, w, g] += quiet * new
    now.resumed[k, w, g] += quiet * old


@compiled
def move_talks(moves: Floats, now: Standing) -> None:
    """Let the world move where the period has passed without an agreement."""
    _, n_worlds, n_beliefs = now.fresh.shape
    for k in range(2):
        for v in range(n_worlds):
            for g in range(n_beliefs):
                now.fresh[k, v, g] = 0.0
                now.again[k, v, g] = 0.0
            for w in range(n_worlds):
                if moves[w, v] > 0.0:
                    for g in range(n_beliefs):
                        now.fresh[k, v, g] += moves[w, v] * now.stays[k, w, g]
                        now.again[k, v, g] += moves[w, v] * now.resumed[k, w, g]


@compiled
def go_on(rules: Rules, moves: Floats, d: int, now: Standing, broken: Floats) -> None:
    """Let the world move under a package in force, which breaks down on the way or does not."""
    _, n_worlds, n_beliefs = now.moved.shape
    for k in range(2):
        for g in range(n_beliefs):
            for v in range(n_worlds):
                now.moved[k, v, g] = 0.0
                then = rules.resumes_in[v, d]
                for w in range(n_worlds):
                    goes = moves[w, v] * now.force[d, k, w, g]
                    lost = goes * rules.breaks[w, d]
                    now.moved[k, v, g] += goes - lost
                    if then >= 0:
                        now.again[k, then, g] += lost
                    else:
                        now.over[k, g] += lost
                        broken[k] += lost
            for v in range(n_worlds):
                now.force[d, k, v, g] = now.moved[k, v, g]


@compiled
def note(tally: Tally, t: int, now: Standing) -> None:
    """Count where things stand at the start of a period."""
    _, n_worlds, n_beliefs = now.fresh.shape
    for k in range(2):
        for g in range(n_beliefs):
            tally.belief[t, k, g] = now.over[k, g]
            for w in range(n_worlds):
                talks = now.fresh[k, w, g] + now.again[k, w, g]
                tally.talks[t, k, g] += talks
                tally.belief[t, k, g] += talks
                for d in range(len(now.live)):
                    if now.live[d]:
                        tally.belief[t, k, g] += now.force[d, k, w, g]
                        tally.in_force[t, k] += now.force[d, k, w, g]
