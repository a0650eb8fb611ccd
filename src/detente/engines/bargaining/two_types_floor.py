"""Inner loops of having the floor: what a party does with it, and what others read from that."""

from __future__ import annotations

import math
from typing import NamedTuple

from detente.engines._checks import Bools, Floats
from detente.engines._compiled import compiled
from detente.engines.bargaining.consent_kernels import near
from detente.engines.bargaining.equilibrium import EXIT
from detente.engines.bargaining.two_types_answers import at, believed, logistic
from detente.engines.bargaining.two_types_meeting import Hearing, hear, is_asked, listen
from detente.engines.bargaining.two_types_rows import TypedRows, with_room
from detente.engines.bargaining.two_types_rules import Rules

__all__ = ["SILENT", "Floor", "choose"]

SILENT = -2
"""Stands in place of a package where the party says nothing, and everybody reads that."""


class Floor(NamedTuple):
    """Scratch for one party that has the floor."""

    picked: Bools
    """(2, D)"""
    does: Floats
    """(2,)"""
    result: Floats
    """(C,)"""


@compiled
def pick(
    rules: Rules,
    w: int,
    table: int,
    i: int,
    column: int,
    stay: float,
    hearing: Hearing,
    floor: Floor,
    k: int,
) -> int:
    """Mark the tied best packages in one column; return how many, or EXIT, or SILENT."""
    may_table, outcome, picked = rules.may_table, hearing.outcome, floor.picked
    best = -math.inf
    n_packages = picked.shape[1]
    for d in range(n_packages):
        if may_table[w, table, i, d]:
            best = max(best, outcome[i, d, column])
    alone, instead = rules.exit_worth[w, i, column], max(stay, best)
    may_end = rules.exit_when_proposing and rules.exit_open[w, i]
    if may_end and alone > instead + near(alone, instead):
        return EXIT
    if best == -math.inf or stay > best + near(stay, best):
        return SILENT
    tied = 0
    for d in range(n_packages):
        worth = outcome[i, d, column]
        picked[k, d] = may_table[w, table, i, d] and worth >= best - near(worth, best)
        if picked[k, d]:
            tied += 1
    return tied


@compiled
def choose(
    rules: Rules,
    w: int,
    g: int,
    table: int,
    i: int,
    waiting: Floats,
    worth: Floats,
    hearing: Hearing,
    floor: Floor,
    rows: TypedRows,
    used: int,
    value: Floats,
) -> tuple[TypedRows, int]:
    """Append rows for what a party does that has the floor, and add what that is worth.

    Each type of the party does what is best for it while nothing is read from it.
    """
    x, last = rules.party, len(value) - 1
    belief, has_floor = rules.beliefs[g], rules.floor[w, table, i]
    does, result = floor.does, floor.result
    other = last if i == x else i
    first = pick(rules, w, table, i, i, waiting[g, i], hearing, floor, 0)
    second = pick(rules, w, table, i, other, waiting[g, other], hearing, floor, 1)
    for d in range(SILENT, floor.picked.shape[1]):
        does[0] = share(d, first, floor.picked, 0)
        does[1] = share(d, second, floor.picked, 1)
        if does[0] == 0.0 and does[1] == 0.0:
            continue
        now = belief
        if rules.reads and i == x:
            now = told_by(belief, does)
        if d == SILENT and now == belief:
            continue
        rows = with_room(rows, used, used + 1)
        if d >= 0:
            if now != belief:
                listen(rules, w, now, d, d + 1, waiting, worth, hearing)
            hear(rules, w, now, i, d, d + 1, waiting, hearing)
        for c in range(last + 1):
            if d >= 0:
                result[c] = hearing.outcome[i, d, c]
            elif d == EXIT:
                result[c] = rules.exit_worth[w, i, c]
            else:
                result[c] = at(rules.beliefs, waiting, c, now)
        write(rules, w, i, d, now, hearing, rows, used)
        if d >= 0 and now != belief:  # others, and at other tables, choose at the belief before
            listen(rules, w, belief, d, d + 1, waiting, worth, hearing)
            hear(rules, w, belief, i, d, d + 1, waiting, hearing)
        for k in range(2):
            rows.tabled[used, k] = has_floor * does[k]
        happens = has_floor * (belief * does[0] + (1.0 - belief) * does[1])
        for c in range(last + 1):
            often = happens
            if c == x:
                often = has_floor * does[0]
            elif c == last:
                often = has_floor * does[1]
            value[c] += often * (result[c] - waiting[g, c])
        used += 1
    return rows, used


@compiled
def share(d: int, kind: int, picked: Bools, k: int) -> float:
    """Return how often a type that picked in this way does one thing."""
    if d < 0:
        return 1.0 if kind == d else 0.0
    return 1.0 / kind if kind > 0 and picked[k, d] else 0.0


@compiled
def told_by(belief: float, does: Floats) -> float:
    """Return the belief after the party has done what its types do with these chances."""
    if belief <= 0.0 or belief >= 1.0 or does[0] == does[1]:
        return belief
    if does[1] == 0.0:
        return 1.0
    if does[0] == 0.0:
        return 0.0
    return believed(belief, math.log(does[0]) - math.log(does[1]))


@compiled
def write(
    rules: Rules, w: int, i: int, d: int, now: float, hearing: Hearing, rows: TypedRows, row: int
) -> None:
    """Fill in what comes of a row, as just heard."""
    n = len(hearing.outcome)
    asked = d >= 0 and is_asked(rules, w, d, i)
    rows.package[row] = d
    for k in range(2):
        gain = hearing.telling[d, k] if asked else math.inf
        rows.said[row, 0, k] = logistic(gain)
        rows.said[row, 1, k] = logistic(-gain)
        rows.belief[row, k] = hearing.telling[d, 2 + k] if asked else now
    rows.reveals[row] = asked and hearing.reveals[1]
    for ending in range(3):
        place = ending if asked else 0
        rows.agreed[row, ending] = hearing.agreed[place] if d >= 0 else 0.0
        for e in range(n):
            if d >= 0:
                rows.exited[row, ending, e] = hearing.exited[place, e]
            else:
                rows.exited[row, ending, e] = 1.0 if d == EXIT and e == i else 0.0
