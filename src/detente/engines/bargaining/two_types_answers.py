"""Inner loops of an answer that tells: its chances, and what is believed after it.

What refusing is worth to the party depends on what is believed after a refusal, which depends on
how likely each of its types was to refuse: the two chances are a fixed point.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from detente.engines._checks import Floats
from detente.engines._compiled import compiled

__all__ = ["Question", "Telling", "answer", "at", "believed", "locate", "log_chance", "logistic"]

Telling = tuple[float, float, float, float, float]
"""Gain of consenting over refusing, in units of noise, of the type that would deal and of the one
that buys time; belief after consent, after refusal; how far the chances are from a fixed point."""

Hunt = tuple[float, float, float, float, bool]
"""Two guesses and how far each is from what it leads to; whether a solution lies between them."""

SETTLED = 1e-14
ROUNDS = 100


class Question(NamedTuple):
    """What one answer hangs on; M beliefs, C columns."""

    beliefs: Floats
    belief: float
    """Before the answer."""
    worth: Floats
    """(M, C) of the package in force; the type that would deal in column ``party``, the one that
    buys time in the last."""
    lump: tuple[float, float]
    waiting: Floats
    """(M, C)"""
    leaving: tuple[float, float]
    """What ending the talks is worth, minus infinity where it is not open."""
    party: int
    noise: float
    varies: bool
    """Whether what the package is worth to either type hangs on what is believed then."""


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
    return float((1.0 - weight) * values[low, column] + weight * values[low + 1, column])


@compiled
def answer(ask: Question) -> Telling:
    """Find chances of consent that are right for what is believed after either answer.

    Starts from a refusal that tells nothing, and follows the belief after a refusal in the
    direction in which a refusal then points, by secant steps, until what it leads to lies on the
    other side; a solution lies between the last two guesses and is closed in on. In the direction
    of 0 or 1 there always is one. Where the worth of the package varies with the belief, the belief
    after consent is found in the same way, anew for each guess. Where nothing can be told (belief
    0 or 1, or both types alike) the first guess is right.
    """
    hunt = (math.nan, math.nan, math.nan, math.nan, False)
    no = yes = ask.belief
    for _ in range(ROUNDS):
        if ask.varies:
            yes = after_consent(ask, no)
        _, leads = after(ask, yes, no)
        if abs(leads - no) <= SETTLED:
            break
        hunt = narrowed(hunt, no, leads - no)
        no = next_guess(hunt)
    deals, stalls = gains(ask, yes, no)
    new_yes, new_no = after(ask, yes, no)
    then = gains(ask, new_yes, new_no)
    away = max(abs(logistic(then[0]) - logistic(deals)), abs(logistic(then[1]) - logistic(stalls)))
    return deals, stalls, new_yes, new_no, away


@compiled
def after_consent(ask: Question, no: float) -> float:
    """Return a belief after consent that is right for itself, given the one after refusal."""
    hunt = (math.nan, math.nan, math.nan, math.nan, False)
    yes = ask.belief
    for _ in range(ROUNDS):
        leads, _ = after(ask, yes, no)
        if abs(leads - yes) <= SETTLED:
            break
        hunt = narrowed(hunt, yes, leads - yes)
        yes = next_guess(hunt)
    return yes


@compiled
def narrowed(hunt: Hunt, guess: float, gap: float) -> Hunt:
    """Take in one more guess; a bracket is narrowed by the Illinois rule."""
    a, gap_a, b, gap_b, bracketed = hunt
    if gap_b * gap < 0.0:
        return b, gap_b, guess, gap, True
    if bracketed:
        return a, 0.5 * gap_a, guess, gap, True
    return b, gap_b, guess, gap, False


@compiled
def next_guess(hunt: Hunt) -> float:
    """Return where to look next."""
    a, gap_a, b, gap_b, bracketed = hunt
    if bracketed:
        guess = b - gap_b * (b - a) / (gap_b - gap_a)
        return guess if min(a, b) < guess < max(a, b) else 0.5 * (a + b)
    step = gap_b
    if abs(gap_b) < abs(gap_a):  # the first time round there is no a, and this is false
        step = min(gap_b * (b - a) / (gap_a - gap_b) / gap_b, 16.0) * gap_b
    return min(max(b + step, 0.0), 1.0)


@compiled
def gains(ask: Question, yes: float, no: float) -> tuple[float, float]:
    """Return what consenting gains over refusing, per type, at beliefs after either answer."""
    x, last = ask.party, ask.worth.shape[1] - 1
    deals, stalls = ask.worth[0, x], ask.worth[0, last]
    if ask.varies:
        deals = at(ask.beliefs, ask.worth, x, yes)
        stalls = at(ask.beliefs, ask.worth, last, yes)
    low, weight = locate(ask.beliefs, no)
    stay = (1.0 - weight) * ask.waiting[low, x] + weight * ask.waiting[low + 1, x]
    stall = (1.0 - weight) * ask.waiting[low, last] + weight * ask.waiting[low + 1, last]
    deals += ask.lump[0] - max(stay, ask.leaving[0])
    stalls += ask.lump[1] - max(stall, ask.leaving[1])
    return deals / ask.noise, stalls / ask.noise


@compiled
def after(ask: Question, yes: float, no: float) -> tuple[float, float]:
    """Return beliefs after consent and after refusal by types that expect ``yes`` and ``no``."""
    deals, stalls = gains(ask, yes, no)
    belief = ask.belief
    if belief <= 0.0 or belief >= 1.0 or deals == stalls:
        return belief, belief
    consent, refusal = belief * logistic(deals), belief * logistic(-deals)
    all_consent = consent + (1.0 - belief) * logistic(stalls)
    all_refusal = refusal + (1.0 - belief) * logistic(-stalls)
    if all_consent < 1e-280 or all_refusal < 1e-280:
        return (
            believed(belief, log_chance(deals) - log_chance(stalls)),
            believed(belief, log_chance(-deals) - log_chance(-stalls)),
        )
    return consent / all_consent, refusal / all_refusal
