"""Inner loops of backward induction over worlds and beliefs about one party's type."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.two_types_answers import Question, answer, log_chance, logistic
from detente.engines.bargaining.two_types_floor import Floor, choose
from detente.engines.bargaining.two_types_meeting import hear, is_asked, listen, new_hearing
from detente.engines.bargaining.two_types_rows import TypedRows, empty_rows
from detente.engines.bargaining.two_types_rules import Rules

__all__ = ["Named", "go_back"]


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
        Filled in: where the rows of each state begin, and where those of a world end.

    Returns
    -------
    rows, residual, n_unsettled
        The largest residual of an answer's fixed point, and how many are above 1e-9.
    """
    n_worlds, n_packages, n_beliefs, n_columns = worth.shape
    n_periods, n = len(rules.phase), n_columns - 1
    older = np.empty_like(worth)
    hearing = new_hearing(n, n_packages)
    floor = Floor(np.empty((2, n_packages), dtype=np.bool_), np.empty(2), np.empty(n_columns))
    rows = empty_rows(max(16, 4 * n_periods * n_worlds * n_beliefs), n)
    used = begins[0, 0, 0]
    varies = np.empty(n_packages, dtype=np.bool_)
    residual, unsettled = 0.0, 0
    for back in range(n_periods + 1):
        t = n_periods - back
        if back > 0:
            move(rules, rules.chances[rules.phase[t]], value[t + 1], waiting[t], worth, older)
            worth, older = older, worth
        sign(rules, worth, named, named.signed[t])
        for w in range(n_worlds if back > 0 else 0):
            for d in range(n_packages):
                varies[d] = moves_with_belief(worth[w, d], rules.party)
            for g in range(n_beliefs):
                begins[t, w, g] = used
                left, many = ask(rules, w, g, waiting[t, w], worth[w], varies, hearing.telling)
                residual, unsettled = max(residual, left), unsettled + many
                keep_named(rules, named, t, w, g, hearing.telling)
                belief = rules.beliefs[g]
                listen(rules, w, belief, 0, n_packages, waiting[t, w], worth[w], hearing)
                for i in range(n):
                    hear(rules, w, belief, i, 0, n_packages, waiting[t, w], hearing)
                for c in range(n_columns):
                    value[t, w, g, c] = waiting[t, w, g, c]
                for table in range(rules.floor.shape[1]):
                    for i in range(n):
                        if rules.floor[w, table, i] > 0.0:
                            rows, used = choose(
                                rules, w, g, table, i, waiting[t, w], worth[w], hearing, floor,
                                rows, used, value[t, w, g],
                            )  # fmt: skip
            begins[t, w, n_beliefs] = used
    return rows, residual, unsettled


@compiled
def moves_with_belief(worth: Floats, x: int) -> bool:
    """Say whether what a package in force is worth to either type hangs on the belief."""
    n_beliefs, n_columns = worth.shape
    for g in range(1, n_beliefs):
        if worth[g, x] != worth[0, x] or worth[g, n_columns - 1] != worth[0, n_columns - 1]:
            return True
    return False


@compiled
def move(
    rules: Rules, chances: Floats, talks: Floats, waiting: Floats, later: Floats, worth: Floats
) -> None:
    """Fill in what waiting and packages in force are worth, one period before ``talks``, ``later``.

    A belief stays as it is while nobody answers, and while a package is in force.
    """
    n_worlds, n_packages, n_beliefs, n_columns = worth.shape
    for w in range(n_worlds):
        for c in range(n_columns):
            for g in range(n_beliefs):
                waiting[w, g, c] = rules.waiting[w, c]
                for d in range(n_packages):
                    worth[w, d, g, c] = rules.kept[w, d, c]
            if rules.out[w, c]:
                continue
            for v in range(n_worlds):
                moves = chances[rules.belief_of[c]]
                passes = rules.discount[c] * moves[0, w, v]
                if passes > 0.0:
                    for g in range(n_beliefs):
                        waiting[w, g, c] += passes * talks[v, g, c]
                for d in range(n_packages):
                    factor = rules.discount[c] * moves[rules.regime[d], w, v]
                    if factor <= 0.0 or rules.out[v, c]:
                        continue
                    breaks, then = rules.breaks[w, d], rules.resumes_in[v, d]
                    for g in range(n_beliefs):
                        worth[w, d, g, c] += factor * (1.0 - breaks) * later[v, d, g, c]
                        if breaks > 0.0:
                            broken = talks[then, g, c] if then >= 0 else rules.broken_worth[v, c]
                            worth[w, d, g, c] += factor * breaks * broken


@compiled
def sign(rules: Rules, worth: Floats, named: Named, signed: Floats) -> None:
    """Keep what signing the named packages is worth, (W, M, C, n_named)."""
    n_worlds, _, n_beliefs, n_columns = worth.shape
    for column in range(len(named.package)):
        d = named.package[column]
        for w in range(n_worlds):
            for g in range(n_beliefs):
                for c in range(n_columns):
                    signed[w, g, c, column] = worth[w, d, g, c] + rules.lump[w, d, c]


@compiled
def ask(
    rules: Rules,
    w: int,
    g: int,
    waiting: Floats,
    worth: Floats,
    varies: Bools,
    telling: Floats,
) -> tuple[float, int]:
    """Fill in the party's answers to all packages; return the largest residual and the unsettled."""
    x, last = rules.party, rules.waiting.shape[1] - 1
    leaving = (-math.inf, -math.inf)
    if rules.exit_open[w, x]:
        leaving = (rules.exit_worth[w, x, x], rules.exit_worth[w, x, last])
    residual, unsettled = 0.0, 0
    for d in range(len(telling)):
        if is_asked(rules, w, d, last):
            question = Question(
                rules.beliefs,
                rules.beliefs[g],
                worth[d],
                (rules.lump[w, d, x], rules.lump[w, d, last]),
                waiting,
                leaving,
                x,
                rules.noise,
                varies[d],
            )
            found = answer(question)
            for k in range(5):
                telling[d, k] = found[k]
            residual = max(residual, found[4])
            if found[4] > 1e-9:
                unsettled += 1
    return residual, unsettled


@compiled
def keep_named(rules: Rules, named: Named, t: int, w: int, g: int, telling: Floats) -> None:
    """Keep how likely each type is to consent to the named packages, and what a refusal tells."""
    nobody = rules.waiting.shape[1]
    for column in range(len(named.package)):
        d = named.package[column]
        if is_asked(rules, w, d, nobody):
            deals, stalls = telling[d, 0], telling[d, 1]
            named.consents[t, w, g, 0, column] = logistic(deals)
            named.consents[t, w, g, 1, column] = logistic(stalls)
            named.evidence[t, w, g, column] = log_chance(-deals) - log_chance(-stalls)
