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

__all__ = ["Hearing", "expect", "is_asked", "meet", "new_hearing"]


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
    reveals: Bools
    """(3,) who reads whether the party ends the talks then knows its type."""


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
        np.zeros(3, dtype=np.bool_),
    )


@compiled
def is_asked(rules: Rules, w: int, d: int, i: int) -> bool:
    """Say whether the party's answer to a package that ``i`` tables is asked for."""
    x = rules.party
    return i != x and (rules.required[w, d, x] or rules.counted[d, x]) and not rules.out[w, x]


@compiled
def meet(
    rules: Rules,
    w: int,
    d: int,
    i: int,
    belief: float,
    telling: Floats,
    waiting: Floats,
    worth: Floats,
    hearing: Hearing,
) -> bool:
    """Fill in all endings of a package that ``i`` tables; return whether the party is asked.

    If it is, it is heard first: everybody else answers at the belief that follows.
    """
    asked = is_asked(rules, w, d, i)
    for ending in range(3 if asked else 1):
        then = telling[2 + min(ending, 1)] if asked else belief
        if ending < 2:
            listen(rules, w, d, then, asked, waiting, worth, hearing)
        hear(rules, w, d, i, then, ending, waiting, hearing)
    return asked


@compiled
def listen(
    rules: Rules,
    w: int,
    d: int,
    belief: float,
    heard: bool,
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
        hearing.signing[c] = signing
        hearing.waiting[c] = stay
        j = x if c == n else c
        alone = rules.exit_worth[w, j, c] if rules.exit_open[w, j] else -math.inf
        hearing.leaves[c] = rules.exit_open[w, j] and alone > stay + near(alone, stay)
        if c < n:
            hearing.consents[c] = 1.0
            asked = rules.required[w, d, c] or rules.counted[d, c]
            if asked and not rules.out[w, c] and not (heard and c == x):
                hearing.consents[c] = logistic((signing - max(stay, alone)) / rules.noise)


@compiled
def hear(
    rules: Rules,
    w: int,
    d: int,
    i: int,
    belief: float,
    ending: int,
    waiting: Floats,
    hearing: Hearing,
) -> None:
    """Fill in one ending: whether all agree, who ends the talks, what that is worth to everybody.

    If only one type of the party ends the talks when it refuses, then whoever reads that knows its
    type from what it does next, unless they were certain of it before.
    """
    n, x = len(hearing.consents), rules.party
    for j in range(n):
        hearing.answers[j] = hearing.consents[j]
        hearing.walks[j] = hearing.leaves[j]
    hearing.reveals[ending] = False
    if ending > 0:
        hearing.answers[x] = 0.0
        hearing.walks[x] = hearing.leaves[x if ending == 1 else n]
        differ = hearing.leaves[x] != hearing.leaves[n]
        if rules.reads and rules.required[w, d, x] and differ and 0.0 < belief < 1.0:
            hearing.reveals[ending] = True
    hearing.answers[i] = 1.0
    required = rules.required[w, d]
    agreed = enough(hearing.answers, rules.counted[d], rules.at_least[d], hearing.number)
    for j in range(n):
        if required[j]:
            agreed *= hearing.answers[j]
    exited = hearing.exited[ending]
    rest = 1.0 - agreed - walk_out(hearing.answers, hearing.walks, required, i, exited)
    hearing.agreed[ending] = agreed
    known = 0 if ending == 2 else len(rules.beliefs) - 1
    for c in range(n + 1):
        stay = waiting[known, c] if hearing.reveals[ending] else hearing.waiting[c]
        total = agreed * hearing.signing[c] + rest * stay
        for e in range(n):
            if exited[e] > 0.0:
                total += exited[e] * rules.exit_worth[w, e, c]
        hearing.outcome[ending, c] = total


@compiled
def expect(
    rules: Rules, belief: float, telling: Floats, asked: bool, hearing: Hearing, outcome: Floats
) -> None:
    """Fill in what a package just met is worth before anybody has answered."""
    x, last = rules.party, len(outcome) - 1
    found = hearing.outcome
    if not asked:
        for c in range(last + 1):
            outcome[c] = found[0, c]
        return
    deals, stalls = logistic(telling[0]), logistic(telling[1])
    if_deals, if_stalls = belief * (1.0 - deals), (1.0 - belief) * (1.0 - stalls)
    consents = belief * deals + (1.0 - belief) * stalls
    for c in range(last + 1):
        outcome[c] = consents * found[0, c] + if_deals * found[1, c] + if_stalls * found[2, c]
    outcome[x] = deals * found[0, x] + (1.0 - deals) * found[1, x]
    outcome[last] = stalls * found[0, last] + (1.0 - stalls) * found[2, last]
