"""How many strict orders meet a condition, exactly and without listing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import factorial
from typing import TypeVar

from detente.engines.stability.inverse.conditions import Condition

__all__ = ["MOST_STEPS", "share_of_orders"]

MOST_STEPS = 1_000_000
"""Multiplications beyond which counting is given up: about a second."""

Terms = dict[int, int]
"""For each set of states, as bits, or for each number of states, the factor it is counted with."""

T = TypeVar("T")
Way = frozenset[int]
Formula = list[frozenset[Way]]
"""All of these must be met, each by one of its ways: all states of it are below."""


class _GivenUp(Exception):
    """Too many steps: the answer is then None, no error."""


def share_of_orders(condition: Condition, most_steps: int = MOST_STEPS) -> Fraction | None:
    """Return the share of all strict orders that meet a condition.

    That of ``n`` states is the number of such orders when multiplied by ``n`` factorial.

    In a random order, a state is below each of ``a`` others and above each of ``b`` more in
    ``a! b! / (a + b + 1)!`` of all cases. A condition is turned into a sum of such cases, with
    signs, by inclusion and exclusion: one requirement whose ways are single states fails if all of
    them are above; any other is met if all states of one way are below. What shares no state is
    worked off apart, in requirements and in ways, so that only numbers of states are kept.

    Parameters
    ----------
    condition : Condition
    most_steps : int
        Multiplications that may be made.

    Returns
    -------
    Fraction or None
        None if there would be more steps.

    Notes
    -----
    At worst ``2 ** k`` steps where ``k`` requirements, or ways of several states, hang together by
    the states that they share. Many terms coincide.

    Examples
    --------
    >>> from detente.engines.stability.inverse import Condition, Requirement, share_of_orders
    >>> either = Requirement(1, ((1,), (2,)))
    >>> share_of_orders(Condition(0, 0, "sequential", (either, Requirement(3, ((3,),)))))
    Fraction(5, 12)
    """
    # Sets of states are bits of one number each: it is to be as long as the states named are many.
    named = sorted({s for each in condition.requirements for way in each.ways for s in way})
    place = {state: number for number, state in enumerate(named)}
    formula = [
        frozenset(frozenset(place[state] for state in way) for way in each.ways)
        for each in condition.requirements
    ]
    count = _Count(most_steps)
    above, below = {0: 1}, {0: 1}
    try:
        for part in _parts(formula):
            if all(len(way) == 1 for ways in part for way in ways):
                above = count.apart(above, count.singles(part))
            else:
                below = count.apart(below, count.together(part))
    except _GivenUp:
        return None
    return sum(
        (
            Fraction(factor * other * factorial(a) * factorial(b), factorial(a + b + 1))
            for a, factor in above.items()
            for b, other in below.items()
        ),
        Fraction(0),
    )


class _Count:
    """Sums of inclusions and exclusions, with a count of the steps left."""

    def __init__(self, most_steps: int) -> None:
        self.left = most_steps

    def singles(self, part: Formula) -> Terms:
        """Multiply out 1 - [all ways are above] over all requirements; by number of states."""
        terms: Terms = {0: 1}
        for ways in part:
            terms = self._product(terms, {0: 1, sum(1 << next(iter(way)) for way in ways): -1})
        return _by_size(terms)

    def formula(self, formula: Formula) -> Terms:
        """Return in how many cases, by number of states that are below, all is met."""
        sizes: Terms = {0: 1}
        for part in _parts(formula):
            sizes = self.apart(sizes, self.together(part))
        return sizes

    def together(self, part: Formula) -> Terms:
        """Do so for requirements that share states.

        Ways that all of them have are enough by themselves. Without these, requirements may fall
        apart: where the answers to all of a party's moves are the same ones, everything does.
        """
        common = frozenset.intersection(*part)
        rest = [ways - common for ways in part]
        if not common:
            return _by_size(self._expanded(part))
        pieces: list[Formula] = [[frozenset([way])] for way in common]
        if all(rest):
            pieces.append(rest)
        sizes: Terms = {0: 1}
        for group in _groups([(_states(piece), piece) for piece in pieces]):
            sizes = self.apart(sizes, _complement(self._any(group)))
        return _complement(sizes)

    def apart(self, first: Terms, second: Terms) -> Terms:
        """Multiply what shares no state: numbers of states add."""
        self._step(len(first) * len(second))
        result: Counter[int] = Counter()
        for size, factor in first.items():
            for more, other in second.items():
                result[size + more] += factor * other
        return {size: factor for size, factor in result.items() if factor}

    def _any(self, pieces: Sequence[Formula]) -> Terms:
        """Count where one of some pieces is met that hang together."""
        if len(pieces) > 1:
            none: Terms = {0: 1}
            for piece in pieces:
                none = self._product(none, _complement(self._expanded(piece)))
            return _by_size(_complement(none))
        (piece,) = pieces
        if len(piece) == len(piece[0]) == 1:
            return {len(next(iter(piece[0]))): 1}
        return self.formula(piece)

    def _expanded(self, formula: Formula) -> Terms:
        """Multiply out 1 - product over ways of (1 - [the way is below]), over all requirements."""
        terms: Terms = {0: 1}
        for ways in formula:
            none: Terms = {0: 1}
            for way in ways:
                none = self._product(none, {0: 1, sum(1 << state for state in way): -1})
            terms = self._product(terms, _complement(none))
        return terms

    def _product(self, first: Terms, second: Terms) -> Terms:
        self._step(len(first) * len(second))
        result: Counter[int] = Counter()
        for bits, factor in first.items():
            for more, other in second.items():
                result[bits | more] += factor * other
        return {bits: factor for bits, factor in result.items() if factor}

    def _step(self, n_steps: int) -> None:
        self.left -= n_steps
        if self.left < 0:
            raise _GivenUp


def _complement(terms: Terms) -> Terms:
    result = {key: -factor for key, factor in terms.items()}
    result[0] = result.get(0, 0) + 1
    return result


def _by_size(terms: Terms) -> Terms:
    sizes: Counter[int] = Counter()
    for bits, factor in terms.items():
        sizes[bits.bit_count()] += factor
    return {size: factor for size, factor in sizes.items() if factor}


def _states(formula: Formula) -> set[int]:
    return {state for ways in formula for way in ways for state in way}


def _parts(formula: Formula) -> list[Formula]:
    """Put together the requirements that share states, directly or through others."""
    return _groups([(_states([ways]), ways) for ways in formula])


def _groups(members: list[tuple[set[int], T]]) -> list[list[T]]:
    groups: list[tuple[set[int], list[T]]] = []
    for states, member in members:
        states, together = set(states), [member]
        apart = []
        for others, before in groups:
            if others & states:
                states |= others
                together = before + together
            else:
                apart.append((others, before))
        groups = [*apart, (states, together)]
    return [group for _, group in groups]
