"""Inner loops of a meeting: what everybody else answers once the party has been heard."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats
from detente.engines._compiled import compiled
from detente.engines.bargaining.consent_kernels import enough, near, walk_out
from detente.engines.bargaining.two_types_answers import locate, logistic
from detente.engines.bargaining.two_types_rules import Rules

__all__ = ["UNASKED", "Hearing", "hear", "listen", "new_hearing"]

UNASKED = -1
"""In place of an ending: the party is not asked, or has the floor itself."""


class Hearing(NamedTuple):
    """Scratch for one package; endings as in the rows."""

    signing: Floats
    waiting: Floats
    consents: Floats
    leaves: Bools
    """(C,): in the last column the party's type that buys time."""
    answers: Floats
    walks: Bools
    number: Floats
    agreed: Floats
    exited: Floats
    outcome: Floats
    """(3, C)"""


@compiled
def new_hearing(n: int) -> Hearing:
    """Make room."""
    return Hearing(
        np.zeros(n + 1),
        np.zeros(n + 1),
        np.zeros(n),
        np.zeros(n + 1, dtype=np.bool_),
        np.zeros(n),
        np.zeros(n, dtype=np.bool_),
        np.zeros(n + 2),
        np.zeros(3),
        np.zeros((3, n)),
        np.zeros((3, n + 1)),
    )


@compiled
def listen(
    rules: Rules,
    w: int,
    d: int,
    belief: float,
    ending: int,
    waiting: Floats,
    worth: Floats,
    hearing: Hearing,
) -> None:
    """Fill in what signing and waiting are worth at a belief, and what everybody then answers."""
    n_columns = len(hearing.signing)
    n, x = n_columns - 1, rules.party
    low, weight = locate(rules.beliefs, belief)
    for c in range(n_columns):
        signing, stay = worth[d, low, c], waiting[low, c]
        if weight > 0.0:
            signing = (1.0 - weight) * signing + weight * worth[d, low + 1, c]
            stay = (1.0 - weight) * stay + weight * waiting[low + 1, c]
        signing += rules.lump[w, d, c]
        hearing.signing[c], hearing.waiting[c] = signing, stay
        j = x if c == n else c
        alone = rules.exit_worth[w, j, c] if rules.exit_open[w, j] else -math.inf
        hearing.leaves[c] = rules.exit_open[w, j] and alone > stay + near(alone, stay)
        if c < n:
            hearing.consents[c] = 1.0
            asked = rules.required[w, d, c] or rules.counted[d, c]
            if asked and not rules.out[w, c] and (c != x or ending == UNASKED):
                hearing.consents[c] = logistic((signing - max(stay, alone)) / rules.noise)


@compiled
def hear(rules: Rules, w: int, d: int, i: int, ending: int, hearing: Hearing) -> None:
    """Fill in one ending of a package that ``i`` tables: agreed, exits, what it is worth to all."""
    n, x = len(hearing.consents), rules.party
    place = max(ending, 0)
    for j in range(n):
        hearing.answers[j], hearing.walks[j] = hearing.consents[j], hearing.leaves[j]
    if ending > 0:
        hearing.answers[x] = 0.0
        hearing.walks[x] = hearing.leaves[x if ending == 1 else n]
    hearing.answers[i] = 1.0
    required = rules.required[w, d]
    agreed = enough(hearing.answers, rules.counted[d], rules.at_least[d], hearing.number)
    for j in range(n):
        if required[j]:
            agreed *= hearing.answers[j]
    exited = hearing.exited[place]
    rest = 1.0 - agreed - walk_out(hearing.answers, hearing.walks, required, i, exited)
    hearing.agreed[place] = agreed
    for c in range(n + 1):
        total = agreed * hearing.signing[c] + rest * hearing.waiting[c]
        for e in range(n):
            if exited[e] > 0.0:
                total += exited[e] * rules.exit_worth[w, e, c]
        hearing.outcome[place, c] = total
