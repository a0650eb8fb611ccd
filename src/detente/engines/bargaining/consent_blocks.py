"""Inner loops over a block of packages: who consents, and what tabling each is worth."""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_layout import ALL, NONE, SOME
from detente.engines.bargaining.consent_kernels import (
    SURE,
    TOLERANCE,
    enough,
    exponential,
    larger,
    near,
    ratio,
)
from detente.engines.bargaining.shares_kernels import has_good, share_out

__all__ = ["agree", "answer", "divide", "largest", "weigh", "weigh_exits"]

REFUSED = 2.0**1000
"""The inverse of a sharp refusal's chance: two of them multiply to infinity, whose inverse is 0."""


@compiled
def answer(
    asked: Ints,
    required: Bools,
    votes: bool,
    refusing: Floats,
    noise: float,
    b: int,
    w: int,
    size: int,
    signing: Floats,
    factor: Floats,
    whole: Floats,
) -> None:
    """Fill in the inverse of every chance of consent, and the chance that all required consent.

    Leaving the proposer out of the second is then one multiplication by the first. Where votes are
    counted the second is of no use.
    """
    for c in range(size):
        whole[c] = 1.0
    for j in range(len(signing)):
        reserve = refusing[w, j]
        if asked[b, w, j] == NONE:
            for c in range(size):
                factor[j, c] = 1.0
        elif noise > 0.0:
            scale = 1.0 / noise
            for c in range(size):
                loss = (reserve - signing[j, c]) * scale
                loss = min(SURE, loss)
                loss = max(-SURE, loss)
                factor[j, c] = 1.0 + exponential(loss)
        else:
            for c in range(size):
                yes = signing[j, c] >= reserve - near(signing[j, c], reserve)
                factor[j, c] = 1.0 if yes else REFUSED
        if asked[b, w, j] == SOME and not votes:
            for c in range(size):
                factor[j, c] = factor[j, c] if required[b, w, j, c] else 1.0
        if asked[b, w, j] != NONE:
            for c in range(size):
                whole[c] *= factor[j, c]
    for c in range(size):
        whole[c] = ratio(1.0, whole[c])


@compiled
def agree(
    required: Bools,
    counted: Bools,
    at_least: Ints,
    votes: bool,
    b: int,
    w: int,
    k: int,
    size: int,
    factor: Floats,
    whole: Floats,
    agreed: Floats,
) -> None:
    """Fill in the chance that all required and enough of the counted consent."""
    for c in range(size):
        agreed[c] = factor[k, c] * whole[c]
    if not votes:
        return
    n = len(factor)
    chance, number, asked = np.empty(n), np.empty(n + 2), np.empty(n, dtype=np.bool_)
    for c in range(size):
        all_of_them = 1.0
        for j in range(n):
            chance[j] = 1.0 / factor[j, c]
            asked[j] = counted[b, j, c]
            if required[b, w, j, c] and j != k:
                all_of_them *= chance[j]
        chance[k] = 1.0  # tabling it is consent
        agreed[c] = all_of_them * enough(chance, asked, at_least[b, c], number)


@compiled
def weigh(
    signing: Floats,
    factor: Floats,
    whole: Floats,
    k: int,
    stay: float,
    size: int,
    objective: Floats,
) -> float:
    """Fill in what tabling is worth where a refusal only lets the period pass; return the most."""
    best = -np.inf
    for c in range(size):
        agreed = factor[k, c] * whole[c]
        worth = stay + agreed * (signing[k, c] - stay)
        objective[c] = worth if agreed > TOLERANCE else -np.inf
        best = larger(objective[c], best)
    return best


@compiled
def weigh_exits(
    required: Bools,
    leaves: Bools,
    exit_worth: Floats,
    b: int,
    w: int,
    k: int,
    stay: float,
    size: int,
    signing: Floats,
    factor: Floats,
    agreed: Floats,
    objective: Floats,
) -> None:
    """Fill in what tabling is worth where some who refuse end the talks."""
    n = len(factor)
    stayed = np.ones(size)
    for c in range(size):
        objective[c] = stay + agreed[c] * (signing[k, c] - stay)
    for e in range(n):
        if leaves[w, e] and e != k:
            loss = exit_worth[w, e, k] - stay
            for c in range(size):
                if required[b, w, e, c]:
                    remains = ratio(stayed[c], factor[e, c])
                    objective[c] += (stayed[c] - remains) * loss
                    stayed[c] = remains
    for c in range(size):
        if agreed[c] + (1.0 - stayed[c]) <= TOLERANCE:
            objective[c] = -np.inf


@compiled
def divide(
    required: Bools,
    counted: Bools,
    at_least: Ints,
    out: Bools,
    good: Floats,
    share_lump: Floats,
    refusing: Floats,
    leaves: Bools,
    exit_worth: Floats,
    b: int,
    w: int,
    k: int,
    size: int,
    signing: Floats,
    objective: Floats,
) -> None:
    """Put in what packages with a divisible good are worth to the proposer, who keeps the rest."""
    n = len(signing)
    share, whole, sign = np.empty(n), np.empty(n), np.empty(n)
    needed, vote = np.empty(n, dtype=np.bool_), np.empty(n, dtype=np.bool_)
    for c in range(size):
        for i in range(n):
            whole[i] = good[b, w, i, c] + share_lump[b, w, i, c]
            sign[i] = signing[i, c]
            needed[i], vote[i] = required[b, w, i, c], counted[b, i, c]
        if not has_good(whole):
            continue
        if share_out(k, sign, refusing[w], whole, needed, vote, at_least[b, c], out[w], share):
            objective[c] = sign[k] + share[k] * whole[k]
            continue
        objective[c] = -np.inf
        for e in range(n - 1, -1, -1):
            if leaves[w, e] and needed[e] and e != k:  # the first of them ends the talks
                objective[c] = exit_worth[w, e, k]


@compiled
def largest(
    objective: Floats, may_table: Bools, tables: Ints, b: int, w: int, table: int, k: int, size: int
) -> float:
    """Return the largest of a block that may be tabled."""
    best = -np.inf
    if tables[b, w, table, k] == ALL:
        for c in range(size):
            best = larger(objective[c], best)
    else:
        for c in range(size):
            best = larger(objective[c] if may_table[b, w, table, k, c] else -np.inf, best)
    return best
