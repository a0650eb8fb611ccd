"""Inner loops of consent: what a party answers, and whether the answers suffice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from numba import types
from numba.extending import intrinsic

from detente.engines._checks import Bools, Floats
from detente.engines._compiled import compiled

__all__ = [
    "SURE",
    "TOLERANCE",
    "consent",
    "enough",
    "exponential",
    "larger",
    "near",
    "ratio",
    "walk_out",
]

TOLERANCE = 1e-10
"""Values closer than this times (1 + the larger of them) count as equal; and a proposal that ends
the talks with no more than this chance is none."""

SURE = 36.0
"""Beyond this 1 + exp(-x) is 1, or its inverse less than 3e-16."""


# --- an exponential that the compiler can do eight at a time ---------------------------------


def _fused(_typing: Any, _a: Any, _b: Any, _c: Any) -> Any:
    """Tell the compiler how to do one of its own instructions, as :func:`_times_power` does."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), code


def _times_power(_typing: Any, _a: Any, _b: Any) -> Any:
    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        bits, number = context.get_value_type(types.int64), context.get_value_type(types.float64)
        a, b = (builder.bitcast(argument, bits) for argument in arguments)
        exponent = builder.shl(b, context.get_constant(types.int64, 52))
        return builder.bitcast(builder.add(a, exponent), number)

    return types.float64(types.float64, types.float64), code


def _larger(_typing: Any, _a: Any, _b: Any) -> Any:
    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        plain = ("nnan", "nsz")
        above = builder.fcmp_ordered(">", *arguments, flags=plain)
        return builder.select(above, *arguments, flags=plain)

    return types.float64(types.float64, types.float64), code


def _ratio(_typing: Any, _a: Any, _b: Any) -> Any:
    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fdiv(*arguments)

    return types.float64(types.float64, types.float64), code


fused = cast(Callable[[float, float, float], float], intrinsic(_fused))
"""a b + c, rounded once: the same bits whether one at a time or several."""

ratio = cast(Callable[[float, float], float], intrinsic(_ratio))
"""a / b, where b is never 0: without the look whether it is."""

times_power = cast(Callable[[float, float], float], intrinsic(_times_power))
"""a 2^n, where b is ``SHIFT`` + n: both numbers' bits are added in the place of the exponent."""

larger = cast(Callable[[float, float], float], intrinsic(_larger))
"""The larger of two numbers, neither of them a NaN: so the largest of many is found several at a
time. Which zero of two is returned is left open."""

SHIFT = 1.5 * 2.0**52
"""A float64 this large has no room for a fraction: adding it rounds, and leaves n in the last bits."""

PER_LOG = 1.4426950408889634
LOG_HIGH = 6.93147180369123816490e-01
LOG_LOW = 1.90821492927058770002e-10
E2 = 0.5000000000000001
E3 = 0.16666666666666669
E4 = 0.04166666666662399
E5 = 0.008333333333330037
E6 = 0.0013888888917282297
E7 = 0.00019841269863130032
E8 = 2.480152118919791e-05
E9 = 2.7557268356811832e-06
E10 = 2.762013932063491e-07
E11 = 2.510043273665738e-08
"""exp(r) is 1 + r + r^2 (E2 + E3 r + ...): equal at Chebyshev points of |r| <= log(2) / 2, where
the polynomial is off by 2e-17 at most."""


@compiled
def exponential(x: float) -> float:
    """Return exp(x) for x from -700 to 700, within 2 units in the last place."""
    shifted = fused(x, PER_LOG, SHIFT)
    n = shifted - SHIFT
    r = fused(n, -LOG_LOW, fused(n, -LOG_HIGH, x))
    p = fused(E11, r, E10)
    p = fused(p, r, E9)
    p = fused(p, r, E8)
    p = fused(p, r, E7)
    p = fused(p, r, E6)
    p = fused(p, r, E5)
    p = fused(p, r, E4)
    p = fused(p, r, E3)
    p = fused(p, r, E2)
    p = fused(p, r, 1.0)
    return times_power(fused(p, r, 1.0), shifted)


# --- one proposal ----------------------------------------------------------------------------


@compiled
def near(a: float, b: float) -> float:
    """Return how far apart two values may be and still count as equal."""
    return TOLERANCE * (1.0 + max(abs(a), abs(b)))


@compiled
def consent(signing: float, refusing: float, noise: float) -> float:
    """Return the chance that a party consents; no noise: sharp."""
    if noise == 0.0:
        return 1.0 if signing >= refusing - near(signing, refusing) else 0.0
    gain = (refusing - signing) * (1.0 / noise)
    return 1.0 / (1.0 + exponential(min(max(gain, -SURE), SURE)))


@compiled
def enough(chance: Floats, asked: Bools, at_least: int, number: Floats) -> float:
    """Return the chance that at least so many of those asked consent, each on its own.

    ``number`` is scratch for as many numbers as are needed and one more: the chance that so many
    have consented so far; the last place gathers all those that suffice.
    """
    if at_least <= 0:
        return 1.0
    for k in range(at_least + 1):
        number[k] = 0.0
    number[0] = 1.0
    for j in range(len(chance)):
        if asked[j]:
            number[at_least] += number[at_least - 1] * chance[j]
            for k in range(at_least - 1, 0, -1):
                number[k] += (number[k - 1] - number[k]) * chance[j]
            number[0] *= 1.0 - chance[j]
    return float(number[at_least])


@compiled
def walk_out(
    chance: Floats, leaves: Bools, required: Bools, proposer: int, exited: Floats
) -> float:
    """Fill in with what chance each party is the first to refuse and end the talks; return all."""
    stayed = 1.0
    for e in range(len(chance)):
        exited[e] = 0.0
        if leaves[e] and required[e] and e != proposer:
            exited[e] = stayed * (1.0 - chance[e])
            stayed *= chance[e]
    return 1.0 - stayed
