"""Inner loop of the divisible good: what a proposer must hand over, and to whom."""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Bools, Floats
from detente.engines._compiled import compiled
from detente.engines.bargaining.consent_kernels import near

__all__ = ["has_good", "share_out"]


@compiled
def has_good(good: Floats) -> bool:
    """Say whether there is anything to share out."""
    found = False
    for i in range(len(good)):
        found = found or good[i] != 0.0
    return found


@compiled
def share_out(
    proposer: int,
    signing: Floats,
    refusing: Floats,
    good: Floats,
    required: Bools,
    counted: Bools,
    at_least: int,
    out: Bools,
    share: Floats,
) -> bool:
    """Fill in expected shares of the good, and say whether it goes round.

    Whoever must agree gets what makes signing worth as much as refusing. The quota is filled with
    the cheapest votes; voters who tie at the margin are included with equal chance.
    """
    n = len(signing)
    total = 0.0
    for j in range(n):
        share[j] = 0.0
        if j == proposer or out[j] or not (required[j] or counted[j]):
            continue
        short = refusing[j] - signing[j]
        if short > near(signing[j], refusing[j]):
            share[j] = short / good[j] if good[j] > 0.0 else np.inf
        if required[j]:
            total += share[j]
    votes = at_least - (1 if counted[proposer] else 0)
    margin = -1.0
    taken = 0
    while taken < votes:  # the next dearer price, and all who ask it
        price, ask_it = np.inf, 0
        for j in range(n):
            if counted[j] and j != proposer and share[j] > margin and share[j] <= price:
                ask_it = ask_it + 1 if share[j] == price else 1
                price = share[j]
        if ask_it == 0:
            break
        total += price * min(ask_it, votes - taken)
        margin = price
        taken += ask_it
    if total > 1.0 + near(1.0, 1.0):
        return False
    close = near(margin, margin)
    surely = tied = 0
    for j in range(n):
        if counted[j] and j != proposer:
            if share[j] < margin - close:
                surely += 1
            elif share[j] <= margin + close:
                tied += 1
    for j in range(n):
        if counted[j] and j != proposer and share[j] >= margin - close:
            if share[j] <= margin + close:
                share[j] *= (votes - surely) / tied
            else:
                share[j] = 0.0
    share[proposer] = max(0.0, 1.0 - total)
    return True
