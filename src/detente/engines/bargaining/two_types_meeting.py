"""Inner loops of a meeting: what everybody else answers once the party has been heard.

Arrays are taken out of their tuples before the loops: each access counts references, with locks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats
from detente.engines._compiled import compiled
from detente.engines.bargaining.consent_kernels import enough, near, walk_out
from detente.engines.bargaining.two_types_answers import locate, logistic
from detente.engines.bargaining.two_types_rules import Rules

__all__ = ["Hearing", "hear", "is_asked", "listen", "new_hearing"]

UNASKED = 2
"""What has been heard from the party: 0 consent, 1 refusal, 2 nothing."""


class Hearing(NamedTuple):
    """One state's packages, after each of the three things that may have been heard.

    Endings are those of the rows; without an answer asked for, the first ending is the only one.
    """

    telling: Floats
    """(D, 5) the party's answers."""
    signing: Floats
    """(3 heard, D, C)"""
    waiting: Floats
    """(3 heard, D, C)"""
    consents: Floats
    """(3 heard, D, n)"""
    leaves: Bools
    """(3 heard, D, C): in the last column the party's type that buys time."""
    anybody: Bools
    """(3 heard, D) anybody leaves."""
    certain: Bools
    """(3 heard, D) the belief is 0 or 1."""
    agreed: Floats
    """(3 endings,) of the package heard last."""
    exited: Floats
    """(3 endings, n)"""
    reveals: Bools
    """(3 endings,) who reads whether the party ends the talks then knows its type."""
    outcome: Floats
    """(n, D, C) what it is worth to everybody that a party tables a package."""


@compiled
def new_hearing(n: int, n_packages: int) -> Hearing:
    """Make room."""
    return Hearing(
        np.zeros((n_packages, 5)),
        np.zeros((3, n_packages, n + 1)),
        np.zeros((3, n_packages, n + 1)),
        np.zeros((3, n_packages, n)),
        np.zeros((3, n_packages, n + 1), dtype=np.bool_),
        np.zeros((3, n_packages), dtype=np.bool_),
        np.zeros((3, n_packages), dtype=np.bool_),
        np.zeros(3),
        np.zeros((3, n)),
        np.zeros(3, dtype=np.bool_),
        np.zeros((n, n_packages, n + 1)),
    )


@compiled
def is_asked(rules: Rules, w: int, d: int, i: int) -> bool:
    """Say whether the party's answer to a package that ``i`` tables is asked for."""
    x = rules.party
    return i != x and (rules.required[w, d, x] or rules.counted[d, x]) and not rules.out[w, x]


@compiled
def listen(
    rules: Rules,
    w: int,
    belief: float,
    low: int,
    high: int,
    waiting: Floats,
    worth: Floats,
    hearing: Hearing,
) -> None:
    """Fill in what everybody answers to packages from ``low`` on, before ``high``.

    If the party is asked it is heard first: everybody else answers at the belief that follows.
    ``waiting`` (M, C) and ``worth`` (D, M, C) are this period's, in this world.
    """
    x, n, noise = rules.party, hearing.consents.shape[2], rules.noise
    beliefs, lump, exit_worth, exit_open = (
        rules.beliefs, rules.lump, rules.exit_worth, rules.exit_open
    )  # fmt: skip
    required, counted, out = rules.required, rules.counted, rules.out
    telling, signing, stays, consents = (
        hearing.telling, hearing.signing, hearing.waiting, hearing.consents
    )  # fmt: skip
    leaves, anybody, certain = hearing.leaves, hearing.anybody, hearing.certain
    for d in range(low, high):
        asked = (required[w, d, x] or counted[d, x]) and not out[w, x]
        for heard in range(3):
            if heard != UNASKED and not asked:
                continue
            then = belief if heard == UNASKED else telling[d, 2 + heard]
            place, weight = locate(beliefs, then)
            certain[heard, d] = then <= 0.0 or then >= 1.0
            anybody[heard, d] = False
            for c in range(n + 1):
                sign = (1.0 - weight) * worth[d, place, c] + weight * worth[d, place + 1, c]
                stay = (1.0 - weight) * waiting[place, c] + weight * waiting[place + 1, c]
                sign += lump[w, d, c]
                signing[heard, d, c], stays[heard, d, c] = sign, stay
                j = x if c == n else c
                refusing = stay
                leaves[heard, d, c] = False
                if exit_open[w, j]:
                    alone = exit_worth[w, j, c]
                    refusing = max(stay, alone)
                    if alone > stay + near(alone, stay):
                        leaves[heard, d, c] = True
                        anybody[heard, d] = True
                if c < n:
                    consents[heard, d, c] = 1.0
                    needed = (required[w, d, c] or counted[d, c]) and not out[w, c]
                    if needed and (c != x or heard == UNASKED):
                        consents[heard, d, c] = logistic((sign - refusing) / noise)


@compiled
def hear(
    rules: Rules,
    w: int,
    belief: float,
    i: int,
    low: int,
    high: int,
    waiting: Floats,
    hearing: Hearing,
) -> None:
    """Fill in what it is worth to everybody that ``i`` tables packages from ``low`` on.

    Whether all agree and who ends the talks stays in the hearing for the last of them only.

    If only one type of the party ends the talks when it refuses, then whoever reads that knows its
    type from what it does next, unless they were certain of it before.
    """
    x, n, n_beliefs = rules.party, hearing.consents.shape[2], len(rules.beliefs)
    reads, ever = rules.reads, rules.ever
    required, counted, out = rules.required, rules.counted, rules.out
    at_least, exit_worth = rules.at_least, rules.exit_worth
    telling, signing, stays, consents = (
        hearing.telling, hearing.signing, hearing.waiting, hearing.consents
    )  # fmt: skip
    leaves, anybody, certain = hearing.leaves, hearing.anybody, hearing.certain
    agreed, exited, reveals = hearing.agreed, hearing.exited, hearing.reveals
    outcome = hearing.outcome
    answers, walks, number = np.empty(n), np.empty(n, dtype=np.bool_), np.empty(n + 2)
    for d in range(low, high):
        if not ever[w, i, d]:
            continue
        asked = i != x and (required[w, d, x] or counted[d, x]) and not out[w, x]
        deals, stalls = logistic(telling[d, 0]), logistic(telling[d, 1])
        for c in range(n + 1):
            outcome[i, d, c] = 0.0
        for ending in range(3 if asked else 1):
            heard = min(ending, 1) if asked else UNASKED
            everybody = 1.0
            for j in range(n):
                exited[ending, j] = 0.0
                answers[j] = 1.0 if j == i else consents[heard, d, j]
                if ending > 0 and j == x:
                    answers[j] = 0.0
                if required[w, d, j]:
                    everybody *= answers[j]
            if at_least[d] > 0 and everybody > 0.0:
                everybody *= enough(answers, counted[d], at_least[d], number)
            agreed[ending], reveals[ending] = everybody, False
            rest = 1.0 - everybody
            if anybody[heard, d]:
                for j in range(n):
                    walks[j] = leaves[heard, d, j]
                if ending > 0 and required[w, d, x]:
                    walks[x] = leaves[heard, d, x if ending == 1 else n]
                    differ = leaves[heard, d, x] != leaves[heard, d, n]
                    reveals[ending] = reads and differ and not certain[heard, d]
                rest -= walk_out(answers, walks, required[w, d], i, exited[ending])
            known = 0 if ending == 2 else n_beliefs - 1
            chances = chances_of(ending, asked, belief, deals, stalls)
            for c in range(n + 1):
                stay = waiting[known, c] if reveals[ending] else stays[heard, d, c]
                worth = everybody * signing[heard, d, c] + rest * stay
                if anybody[heard, d]:
                    for e in range(n):
                        worth += exited[ending, e] * exit_worth[w, e, c]
                chance = chances[1] if c == x else chances[2] if c == n else chances[0]
                outcome[i, d, c] += chance * worth


@compiled
def chances_of(
    ending: int, asked: bool, belief: float, deals: float, stalls: float
) -> tuple[float, float, float]:
    """Return how likely an ending is to everybody else, and to either type of the party."""
    if not asked:
        return 1.0, 1.0, 1.0
    if ending == 0:
        return belief * deals + (1.0 - belief) * stalls, deals, stalls
    if ending == 1:
        return belief * (1.0 - deals), 1.0 - deals, 0.0
    return (1.0 - belief) * (1.0 - stalls), 0.0, 1.0 - stalls
