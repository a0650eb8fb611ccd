"""Numbers of packages as people read them: exact, by order of magnitude, or between bounds."""

from __future__ import annotations

from detente.analysis import Between, Number

__all__ = ["could_be_any", "number_words"]

LARGEST_WRITTEN_OUT = 10**12
"""Numbers from here on are given by their order of magnitude."""


def number_words(count: Number) -> str:
    """Write a number of packages: in full while it can be read, else by its order of magnitude."""
    if isinstance(count, Between):
        if count.at_least == 0:
            return f"at most {number_words(count.at_most)}"
        low, high = number_words(count.at_least), number_words(count.at_most)
        return low if low == high else f"between {low} and {high}"
    if count < LARGEST_WRITTEN_OUT:
        return f"{count:,}"
    digits, power = f"{count:.1e}".split("e+")
    times = "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}"
    return f"about {digits.removesuffix('.0')}{times}10^{int(power)}"


def could_be_any(count: Number) -> bool:
    """Say whether a number may be above 0."""
    return bool(count if isinstance(count, int) else count.at_most)
