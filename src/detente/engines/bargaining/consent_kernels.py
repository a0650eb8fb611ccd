"""Inner loops of consent: what a party answers, and whether the answers suffice."""

from __future__ import annotations

import math


from detente.engines._checks import Bools, Floats
from detente.engines._compiled import compiled

__all__ = ["TOLERANCE", "consent", "enough", "near", "walk_out"]

TOLERANCE = 1e-10
"""Values closer than this times (1 + the larger of them) count as equal; and a proposal that ends
the talks with no more than this chance is none."""

SURE = 36.0
"""Beyond this 1 + exp(-x) is 1, or its inverse less than 3e-16."""


@compiled
def near(a: float, b: float) -> float:
    """Return how far apart two values may be and still count as equal."""
    return TOLERANCE * (1.0 + max(abs(a), abs(b)))


@compiled
def consent(signing: float, refusing: float, noise: float) -> float:
    """Return the chance that a party consents; no noise: sharp."""
    if noise == 0.0:
        return 1.0 if signing >= refusing - near(signing, refusing) else 0.0
    gain = min(max((signing - refusing) / noise, -SURE), SURE)
    return 1.0 / (1.0 + math.exp(-gain))


@compiled
def enough(chance: Floats, asked: Bools, at_least: int, number: Floats) -> float:
    """Return the chance that at least so many of those asked consent, each on its own.

    ``number`` is scratch for as many numbers as are needed and one more: the chance that so many
    have consented so far; the last place gathers all those that suffice.
    """
    if at_least <= 0:
        return 1.0
    number[: at_least + 1] = 0.0
    number[0] = 1.0
    for j in range(len(chance)):
        if asked[j]:
            number[at_least] += number[at_least - 1] * chance[j]
            for k in range(at_least - 1, 0, -1):
                number[k] += (number[k - 1] - number[k]) * chance[j]
            number[0] *= 1.0 - chance[j]
    return number[at_least]


@compiled
def walk_out(chance: Floats, leaves: Bools, asked: Bools, proposer: int, exited: Floats) -> float:
    """Fill in with what chance each party is the first to refuse and end the talks; return all."""
    stayed = 1.0
    for e in range(len(chance)):
        exited[e] = 0.0
        if leaves[e] and asked[e] and e != proposer:
            exited[e] = stayed * (1.0 - chance[e])
            stayed *= chance[e]
    return 1.0 - stayed
