"""Inner loops of backward induction over worlds and beliefs about one party's type."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.consent_kernels import near
from detente.engines.bargaining.equilibrium import EXIT
from detente.engines.bargaining.two_types_answers import answer, believed, log_chance, logistic
from detente.engines.bargaining.two_types_meeting import (
    UNASKED,
    Hearing,
    hear,
    listen,
    new_hearing,
)
from detente.engines.bargaining.two_types_rows import TypedRows, empty_rows, with_room
from detente.engines.bargaining.two_types_rules import Rules

__all__ = ["Named", "go_back"]

SILENT = -2
"""Stands in place of a package where the party says nothing, and everybody reads that."""


class Named(NamedTuple):
    """What is kept of the named packages, (T or T + 1, W, M, ..., n_named)."""

    package: Ints
    signed: Floats
    consents: Floats
    """(T, W, M, 2, n_named) for the two types; NaN where the party is not asked."""
    evidence: Floats
    """(T, W, M, n_named) of a refusal."""


@compiled
def go_back(
    rules: Rules, value: Floats, waiting: Floats, worth: Floats, named: Named, begins: Ints
) -> tuple[TypedRows, float, int]:
    """Fill in values and named packages from the last period to the first.

    Parameters
    ----------
    rules : Rules
    value, waiting : (T + 1, W, M, C)
        The last row is given.
    worth : (W, D, M, C)
        What a package in force is worth; given at the end, changed in place.
    named : Named
    begins : (T, W, M + 1)
        Filled in: where the rows of each state begin, and of the last one in a world end.

    Returns
    -------
    rows, residual, n_unsettled
        The largest residual of an answer's fixed point, and how many are above 1e-9.
    """
    n_periods = len(rules.phase)
    n_worlds, n_packages, n_beliefs, n_columns = worth.shape
    n = n_columns - 1
    older = np.empty_like(worth)
    hearing = new_hearing(n)
    outcome = np.empty((n, n_packages, n_columns))
    telling = np.empty((n_packages, 5))
    rows, used = empty_rows(max(16, 4 * n_periods * n_worlds * n_beliefs), n), 0
    residual, unsettled = 0.0, 0
    sign(rules, worth, named, named.signed[n_periods])
    for t in range(n_periods - 1, -1, -1):
        move(rules, rules.chances[rules.phase[t]], value[t + 1], waiting[t], worth, older)
        worth[...] = older
        sign(rules, worth, named, named.signed[t])
        for w in range(n_worlds):
            for g in range(n_beliefs):
                begins[t, w, g] = used
                left, many = ask(rules, w, g, waiting[t, w], worth[w], telling)
                residual, unsettled = max(residual, left), unsettled + many
                keep_named(rules, named, t, w, g, telling)
                weigh(rules, w, g, waiting[t, w], worth[w], telling, hearing, outcome)
                value[t, w, g] = waiting[t, w, g]
                for table in range(rules.floor.shape[1]):
                    for i in range(n):
                        if rules.floor[w, table, i] > 0.0:
                            rows, used = choose(
                                rules, w, g, table, i, waiting[t, w], worth[w], telling, hearing,
                                outcome, rows, used, value[t, w, g],
                            )  # fmt: skip
            begins[t, w, n_beliefs] = used
    return rows, residual, unsettled


@compiled
def move(
    rules: Rules, chances: Floats, talks: Floats, waiting: Floats, later: Floats, worth: Floats
) -> None:
    """Fill in what waiting and packages in force are worth, one period before ``talks``, ``later``.

    A belief stays as it is while nobody answers, and while a package is in force.
    """
    n_worlds, n_packages, n_beliefs, n_columns = worth.shape
    for c in range(n_columns):
        moves = chances[rules.belief_of[c]]
        for w in range(n_worlds):
            waiting[w, :, c] = rules.waiting[w, c]
            if not rules.out[w, c]:
                for v in range(n_worlds):
                    if moves[0, w, v] > 0.0:
                        factor = rules.discount[c] * moves[0, w, v]
                        waiting[w, :, c] += factor * talks[v, :, c]
            for d in range(n_packages):
                worth[w, d, :, c] = rules.kept[w, d, c]
                if rules.out[w, c]:
                    continue
                breaks = rules.breaks[w, d]
                for v in range(n_worlds):
                    factor = rules.discount[c] * moves[rules.regime[d], w, v]
                    if factor <= 0.0 or rules.out[v, c]:
                        continue
                    worth[w, d, :, c] += factor * (1.0 - breaks) * later[v, d, :, c]
                    if breaks > 0.0:
                        then = rules.resumes_in[v, d]
                        if then >= 0:
                            worth[w, d, :, c] += factor * breaks * talks[then, :, c]
                        else:
                            worth[w, d, :, c] += factor * breaks * rules.broken_worth[v, c]


@compiled
def sign(rules: Rules, worth: Floats, named: Named, signed: Floats) -> None:
    """Keep what signing the named packages is worth, (W, M, C, n_named)."""
    for column in range(len(named.package)):
        d = named.package[column]
        for w in range(worth.shape[0]):
            for c in range(worth.shape[3]):
                signed[w, :, c, column] = worth[w, d, :, c] + rules.lump[w, d, c]


@compiled
def is_asked(rules: Rules, w: int, d: int) -> bool:
    """Say whether the party's answer to a package of others is asked for."""
    x = rules.party
    return (rules.required[w, d, x] or rules.counted[d, x]) and not rules.out[w, x]


@compiled
def ask(
    rules: Rules, w: int, g: int, waiting: Floats, worth: Floats, telling: Floats
) -> tuple[float, int]:
    """Fill in the party's answers to all packages; return the largest residual and the unsettled."""
    x, last = rules.party, rules.waiting.shape[1] - 1
    leaving = (-math.inf, -math.inf)
    if rules.exit_open[w, x]:
        leaving = (rules.exit_worth[w, x, x], rules.exit_worth[w, x, last])
    residual, unsettled = 0.0, 0
    for d in range(len(telling)):
        if is_asked(rules, w, d):
            found = answer(
                rules.beliefs,
                rules.beliefs[g],
                (worth[d, :, x] + rules.lump[w, d, x], worth[d, :, last] + rules.lump[w, d, last]),
                (waiting[:, x], waiting[:, last]),
                leaving,
                rules.noise,
            )
            for k in range(5):
                telling[d, k] = found[k]
            residual = max(residual, found[4])
            unsettled += found[4] > 1e-9
    return residual, unsettled


@compiled
def keep_named(rules: Rules, named: Named, t: int, w: int, g: int, telling: Floats) -> None:
    """Keep how likely each type is to consent to the named packages, and what a refusal tells."""
    for column in range(len(named.package)):
        d = named.package[column]
        if is_asked(rules, w, d):
            deals, stalls = telling[d, 0], telling[d, 1]
            named.consents[t, w, g, 0, column] = logistic(deals)
            named.consents[t, w, g, 1, column] = logistic(stalls)
            named.evidence[t, w, g, column] = log_chance(-deals) - log_chance(-stalls)


@compiled
def weigh(
    rules: Rules,
    w: int,
    g: int,
    waiting: Floats,
    worth: Floats,
    telling: Floats,
    hearing: Hearing,
    outcome: Floats,
) -> None:
    """Fill in what every package is worth to everybody, if a party tables it at this belief."""
    n, n_packages, n_columns = outcome.shape
    x, belief = rules.party, rules.beliefs[g]
    for d in range(n_packages):
        told = is_asked(rules, w, d)
        for i in range(n):
            may = False
            for table in range(rules.floor.shape[1]):
                may |= rules.floor[w, table, i] > 0.0 and rules.may_table[w, table, i, d]
            if not may:
                continue
            if i == x or not told:
                listen(rules, w, d, belief, UNASKED, waiting, worth, hearing)
                hear(rules, w, d, i, UNASKED, hearing)
                outcome[i, d] = hearing.outcome[0]
            else:
                put(rules, w, d, i, telling[d], waiting, worth, hearing)
                combine(rules, belief, telling[d], hearing, outcome[i, d])


@compiled
def put(
    rules: Rules,
    w: int,
    d: int,
    i: int,
    telling: Floats,
    waiting: Floats,
    worth: Floats,
    hearing: Hearing,
) -> None:
    """Put a package to the party, and after either answer to everybody else."""
    listen(rules, w, d, telling[2], 0, waiting, worth, hearing)
    hear(rules, w, d, i, 0, hearing)
    listen(rules, w, d, telling[3], 1, waiting, worth, hearing)
    hear(rules, w, d, i, 1, hearing)
    hear(rules, w, d, i, 2, hearing)


@compiled
def combine(
    rules: Rules, belief: float, telling: Floats, hearing: Hearing, outcome: Floats
) -> None:
    """Fill in what is expected before the party has answered."""
    x, last = rules.party, len(outcome) - 1
    deals, stalls = logistic(telling[0]), logistic(telling[1])
    if_deals, if_stalls = belief * (1.0 - deals), (1.0 - belief) * (1.0 - stalls)
    consents = belief * deals + (1.0 - belief) * stalls
    yes, no_deals, no_stalls = hearing.outcome
    for c in range(len(outcome)):
        outcome[c] = consents * yes[c] + if_deals * no_deals[c] + if_stalls * no_stalls[c]
    outcome[x] = deals * yes[x] + (1.0 - deals) * no_deals[x]
    outcome[last] = stalls * yes[last] + (1.0 - stalls) * no_stalls[last]


@compiled
def pick(
    rules: Rules,
    w: int,
    table: int,
    i: int,
    column: int,
    stay: float,
    outcome: Floats,
    picked: Bools,
) -> int:
    """Mark the tied best packages in one column; return how many, or EXIT, or SILENT."""
    best = -math.inf
    n_packages = len(picked)
    for d in range(n_packages):
        if rules.may_table[w, table, i, d]:
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
        picked[d] = rules.may_table[w, table, i, d] and worth >= best - near(worth, best)
        tied += picked[d]
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
    telling: Floats,
    hearing: Hearing,
    outcome: Floats,
    rows: TypedRows,
    used: int,
    value: Floats,
) -> tuple[TypedRows, int]:
    """Append rows for what a party does that has the floor, and add what that is worth."""
    x, last = rules.party, len(value) - 1
    belief, floor = rules.beliefs[g], rules.floor[w, table, i]
    n_packages = len(telling)
    picked = np.zeros((2, n_packages), dtype=np.bool_)
    kind = (
        pick(rules, w, table, i, i, waiting[g, i], outcome, picked[0]),
        pick(rules, w, table, i, last if i == x else i, waiting[g, last if i == x else i], outcome, picked[1]),
    )  # fmt: skip
    for d in range(SILENT, n_packages):
        does = np.zeros(2)
        for k in range(2):
            if d < 0:
                does[k] = 1.0 if kind[k] == d else 0.0
            elif kind[k] > 0 and picked[k, d]:
                does[k] = 1.0 / kind[k]
        if does[0] == 0.0 and does[1] == 0.0:
            continue
        now = belief
        if rules.reads and i == x and does[0] != does[1]:
            now = told_by(belief, does)
        if d == SILENT and now == belief:
            continue
        rows = with_room(rows, used, used + 1)
        rows.proposer[used], rows.package[used] = i, d
        rows.tabled[used, 0], rows.tabled[used, 1] = floor * does[0], floor * does[1]
        fill(rules, w, g, i, d, now, waiting, worth, telling, hearing, rows, used)
        happens = floor * (belief * does[0] + (1.0 - belief) * does[1])
        result = np.zeros(last + 1)
        if d >= 0 and i != x and is_asked(rules, w, d):
            combine(rules, belief, telling[d], hearing, result)
        else:
            result[:] = hearing.outcome[0]
        for c in range(last + 1):
            if c != x and c != last:
                value[c] += happens * (result[c] - waiting[g, c])
        value[x] += floor * does[0] * (result[x] - waiting[g, x])
        value[last] += floor * does[1] * (result[last] - waiting[g, last])
        used += 1
    return rows, used


@compiled
def told_by(belief: float, does: Floats) -> float:
    """Return the belief after the party has done what its types do with these chances."""
    if belief <= 0.0 or belief >= 1.0:
        return belief
    if does[1] == 0.0:
        return 1.0
    if does[0] == 0.0:
        return 0.0
    return believed(belief, math.log(does[0]) - math.log(does[1]))


@compiled
def fill(
    rules: Rules,
    w: int,
    g: int,
    i: int,
    d: int,
    now: float,
    waiting: Floats,
    worth: Floats,
    telling: Floats,
    hearing: Hearing,
    rows: TypedRows,
    row: int,
) -> None:
    """Fill in what comes of a row; leaves in the hearing what it is worth."""
    x = rules.party
    rows.said[row, 0], rows.said[row, 1] = 1.0, 0.0
    rows.belief[row] = now
    rows.agreed[row], rows.exited[row] = 0.0, 0.0
    if d == EXIT:
        rows.exited[row, :, i] = 1.0
        hearing.outcome[0] = rules.exit_worth[w, i]
    elif d == SILENT:
        listen(rules, w, 0, now, UNASKED, waiting, worth, hearing)
        hearing.outcome[0] = hearing.waiting
    elif i != x and is_asked(rules, w, d):
        put(rules, w, d, i, telling[d], waiting, worth, hearing)
        for k in range(2):
            rows.said[row, 0, k] = logistic(telling[d, k])
            rows.said[row, 1, k] = logistic(-telling[d, k])
            rows.belief[row, k] = telling[d, 2 + k]
        rows.agreed[row] = hearing.agreed
        rows.exited[row] = hearing.exited
    else:
        listen(rules, w, d, now, UNASKED, waiting, worth, hearing)
        hear(rules, w, d, i, UNASKED, hearing)
        rows.agreed[row] = hearing.agreed[0]
        rows.exited[row, 0] = hearing.exited[0]
        rows.exited[row, 1] = hearing.exited[0]
        rows.exited[row, 2] = hearing.exited[0]
