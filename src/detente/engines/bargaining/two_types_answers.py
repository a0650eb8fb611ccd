"""Inner loops of an answer that tells: its chances, and what is believed after it.

What refusing is worth to the party depends on what is believed after a refusal, which depends on
how likely each of its types was to refuse: the two chances are a fixed point.
"""

from __future__ import annotations

import math

from detente.engines._checks import Floats
from detente.engines._compiled import compiled

__all__ = ["Telling", "answer", "at", "believed", "locate", "log_chance", "logistic"]

Telling = tuple[float, float, float, float, float]
"""Gain of consenting over refusing, in units of noise, of the type that would deal and of the one
that buys time; belief after consent, after refusal; how far the chances are from a fixed point."""

SETTLED = 1e-13
ROUNDS = 60
HALVINGS = 60


@compiled
def logistic(gain: float) -> float:
    """Return 1 / (1 + exp(-gain)), also where exp would overflow."""
    if gain >= 0.0:
        return 1.0 / (1.0 + math.exp(-gain))
    odds = math.exp(gain)
    return odds / (1.0 + odds)


@compiled
def log_chance(gain: float) -> float:
    """Return the logarithm of ``logistic(gain)``, exact where that is next to 0."""
    if gain >= 0.0:
        return -math.log1p(math.exp(-gain))
    return gain - math.log1p(math.exp(gain))


@compiled
def believed(belief: float, evidence: float) -> float:
    """Return the belief after evidence: the logarithm of how much likelier the dealing type is."""
    if belief <= 0.0 or belief >= 1.0:
        return belief
    return logistic(math.log(belief) - math.log1p(-belief) + evidence)


@compiled
def locate(beliefs: Floats, belief: float) -> tuple[int, float]:
    """Return the grid point below a belief, and the weight of the next one above."""
    low, high = 0, len(beliefs) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if beliefs[middle] <= belief:
            low = middle
        else:
            high = middle
    weight = (belief - beliefs[low]) / (beliefs[high] - beliefs[low])
    return low, min(max(weight, 0.0), 1.0)


@compiled
def at(beliefs: Floats, values: Floats, column: int, belief: float) -> float:
    """Interpolate one column linearly between grid points."""
    low, weight = locate(beliefs, belief)
    if weight == 0.0:
        return values[low, column]
    return (1.0 - weight) * values[low, column] + weight * values[low + 1, column]


@compiled
def answer(
    beliefs: Floats,
    belief: float,
    worth: Floats,
    lump: tuple[float, float],
    waiting: Floats,
    leaving: tuple[float, float],
    x: int,
    noise: float,
) -> Telling:
    """Find chances of consent that are right for what is believed after either answer.

    ``worth`` and ``waiting``, (M, C), hold what a package in force and letting the period pass are
    worth over the grid of beliefs, to the type that would deal in column ``x`` and to the one that
    buys time in the last. ``lump`` is paid at signing; ``leaving`` what ending the talks is worth,
    minus infinity where a party cannot.

    Where no belief can be moved (0, 1, or both types alike) the answer is exact at once. Else
    iteration, damped more and more where it does not come closer, starts from answers that tell
    nothing. If it does not settle, the belief after a refusal is bracketed between 0 and 1, where
    a solution always lies, and halved.
    """
    yes = no = belief
    step, before = 1.0, math.inf
    for _ in range(ROUNDS):
        new_yes, new_no = after(beliefs, belief, yes, no, worth, lump, waiting, leaving, x, noise)
        away = max(abs(new_yes - yes), abs(new_no - no))
        if away <= SETTLED:
            break
        if away > 0.7 * before:
            step = max(0.5 * step, 1.0 / 32.0)
        before = away
        yes += step * (new_yes - yes)
        no += step * (new_no - no)
    found = told(beliefs, belief, yes, no, worth, lump, waiting, leaving, x, noise)
    if found[4] <= 1e-10:
        return found
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        no = 0.5 * (low + high)
        yes = after_consent(beliefs, belief, no, worth, lump, waiting, leaving, x, noise)
        _, new_no = after(beliefs, belief, yes, no, worth, lump, waiting, leaving, x, noise)
        if new_no > no:
            low = no
        else:
            high = no
    other = told(beliefs, belief, yes, no, worth, lump, waiting, leaving, x, noise)
    return other if other[4] < found[4] else found


@compiled
def after_consent(
    beliefs: Floats,
    belief: float,
    no: float,
    worth: Floats,
    lump: tuple[float, float],
    waiting: Floats,
    leaving: tuple[float, float],
    x: int,
    noise: float,
) -> float:
    """Return a belief after consent that is right for itself, given the one after refusal."""
    first, _ = after(beliefs, belief, belief, no, worth, lump, waiting, leaving, x, noise)
    second, _ = after(beliefs, belief, first, no, worth, lump, waiting, leaving, x, noise)
    if abs(second - first) <= SETTLED:
        return first
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        yes = 0.5 * (low + high)
        new, _ = after(beliefs, belief, yes, no, worth, lump, waiting, leaving, x, noise)
        if new > yes:
            low = yes
        else:
            high = yes
    return 0.5 * (low + high)


@compiled
def gains(
    beliefs: Floats,
    yes: float,
    no: float,
    worth: Floats,
    lump: tuple[float, float],
    waiting: Floats,
    leaving: tuple[float, float],
    x: int,
    noise: float,
) -> tuple[float, float]:
    """Return what consenting gains over refusing, per type, at beliefs after either answer."""
    last = worth.shape[1] - 1
    deals = at(beliefs, worth, x, yes) + lump[0] - max(at(beliefs, waiting, x, no), leaving[0])
    stalls = at(beliefs, worth, last, yes) + lump[1]
    stalls -= max(at(beliefs, waiting, last, no), leaving[1])
    return deals / noise, stalls / noise


@compiled
def after(
    beliefs: Floats,
    belief: float,
    yes: float,
    no: float,
    worth: Floats,
    lump: tuple[float, float],
    waiting: Floats,
    leaving: tuple[float, float],
    x: int,
    noise: float,
) -> tuple[float, float]:
    """Return beliefs after consent and after refusal by types that expect ``yes`` and ``no``."""
    deals, stalls = gains(beliefs, yes, no, worth, lump, waiting, leaving, x, noise)
    return (
        believed(belief, log_chance(deals) - log_chance(stalls)),
        believed(belief, log_chance(-deals) - log_chance(-stalls)),
    )


@compiled
def told(
    beliefs: Floats,
    belief: float,
    yes: float,
    no: float,
    worth: Floats,
    lump: tuple[float, float],
    waiting: Floats,
    leaving: tuple[float, float],
    x: int,
    noise: float,
) -> Telling:
    """Return the answer with beliefs that follow from it exactly, and what is then left to settle.

    The last number is how far a type's chance of consent is from what it would be, if it expected
    those very beliefs.
    """
    deals, stalls = gains(beliefs, yes, no, worth, lump, waiting, leaving, x, noise)
    new_yes = believed(belief, log_chance(deals) - log_chance(stalls))
    new_no = believed(belief, log_chance(-deals) - log_chance(-stalls))
    then = gains(beliefs, new_yes, new_no, worth, lump, waiting, leaving, x, noise)
    away = max(abs(logistic(then[0]) - logistic(deals)), abs(logistic(then[1]) - logistic(stalls)))
    return deals, stalls, new_yes, new_no, away
