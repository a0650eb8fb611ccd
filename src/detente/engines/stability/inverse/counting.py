"""How many strict orders meet a condition, exactly and without listing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import factorial

from detente.engines.stability.inverse.conditions import Condition, Requirement

__all__ = ["MOST_TERMS", "share_of_orders"]

MOST_TERMS = 100_000
"""Terms of a sum of inclusions and exclusions beyond which it is given up."""

Terms = dict[int, int]
"""For each set of states, as bits, the factor it is counted with."""


def share_of_orders(condition: Condition, most_terms: int = MOST_TERMS) -> Fraction | None:
    """Return the share of all strict orders that meet a condition.

    That of ``n`` states is the number of such orders when multiplied by ``n`` factorial.

    In a random order, a state is below each of ``a`` others and above each of ``b`` more in
    ``a! b! / (a + b + 1)!`` of all cases. A condition is turned into a sum of such cases, with
    signs, by inclusion and exclusion: one requirement whose ways are single states fails if all of
    them are above; any other is met if all states of one way are below. Requirements that share no
    state are worked off apart.

    Parameters
    ----------
    condition : Condition
    most_terms : int
        Terms of one sum that may be held.

    Returns
    -------
    Fraction or None
        None if there would be more terms.

    Notes
    -----
    At most ``2 ** k`` terms where ``k`` requirements that share states have ways of single states;
    otherwise at most ``2 ** w`` of ``w`` different ways. Many coincide.

    Examples
    --------
    >>> from detente.engines.stability.inverse import Condition, Requirement, share_of_orders
    >>> either = Requirement(1, ((1,), (2,)))
    >>> share_of_orders(Condition(0, 0, "sequential", (either, Requirement(3, ((3,),)))))
    Fraction(5, 12)
    """
    above, below = {0: 1}, {0: 1}
    for part in _parts(condition.requirements):
        if all(len(way) == 1 for requirement in part for way in requirement.ways):
            terms = _failures(part, most_terms)
            above = above if terms is None else _times(above, _by_size(terms))
        else:
            terms = _successes(part, most_terms)
            below = below if terms is None else _times(below, _by_size(terms))
        if terms is None:
            return None
    return sum(
        (
            Fraction(factor * other * factorial(a) * factorial(b), factorial(a + b + 1))
            for a, factor in above.items()
            for b, other in below.items()
        ),
        Fraction(0),
    )


def _parts(requirements: Sequence[Requirement]) -> list[list[Requirement]]:
    """Put together the requirements that share states, directly or through others."""
    parts: list[tuple[set[int], list[Requirement]]] = []
    for requirement in requirements:
        states = {state for way in requirement.ways for state in way}
        together = [requirement]
        apart = []
        for others, members in parts:
            if others & states:
                states |= others
                together = members + together
            else:
                apart.append((others, members))
        parts = [*apart, (states, together)]
    return [members for _, members in parts]


def _failures(part: Sequence[Requirement], most_terms: int) -> Terms | None:
    """Multiply out 1 - [all ways of this requirement are above], over all requirements."""
    terms: Terms | None = {0: 1}
    for requirement in part:
        bits = sum(1 << way[0] for way in requirement.ways)
        terms = _product(terms, {0: 1, bits: -1}, most_terms)
    return terms


def _successes(part: Sequence[Requirement], most_terms: int) -> Terms | None:
    """Multiply out 1 - product over ways of (1 - [this way is below]), over all requirements."""
    terms: Terms | None = {0: 1}
    for requirement in part:
        none: Terms | None = {0: 1}
        for way in requirement.ways:
            none = _product(none, {0: 1, sum(1 << state for state in way): -1}, most_terms)
        if none is None:
            return None
        met = {bits: -factor for bits, factor in none.items()}
        met[0] = met.get(0, 0) + 1
        terms = _product(terms, met, most_terms)
    return terms


def _product(first: Terms | None, second: Terms, most_terms: int) -> Terms | None:
    if first is None:
        return None
    result: Counter[int] = Counter()
    for bits, factor in first.items():
        for more, other in second.items():
            result[bits | more] += factor * other
        if len(result) > most_terms:
            return None
    return {bits: factor for bits, factor in result.items() if factor}


def _by_size(terms: Terms) -> Terms:
    sizes: Counter[int] = Counter()
    for bits, factor in terms.items():
        sizes[bits.bit_count()] += factor
    return {size: factor for size, factor in sizes.items() if factor}


def _times(first: Terms, second: Terms) -> Terms:
    """Multiply by size: parts share no state, so that sizes add."""
    result: Counter[int] = Counter()
    for size, factor in first.items():
        for more, other in second.items():
            result[size + more] += factor * other
    return dict(result)
