"""One column of a domain as a sum over yes/no variables, in whole numbers; and its order if strict.

A column may be *lexicographic*: each of its weights outweighs all smaller ones together, as when
someone ranks statements and will not trade the first for all the others. Its numbers can span
far more than a solver's floats, so comparisons on it are put into clauses instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from detente.engines.deal_space.programme.expression import Expression
from detente.errors import EngineInputError

__all__ = ["Column", "Source", "clauses_of", "column_of"]

WIDE = 10**6
"""Ratio of coefficients above which strict order is looked for."""

TOO_WIDE = 10**9
"""Ratio of coefficients that no solver in floats can be trusted with."""


@dataclass(frozen=True, slots=True)
class Source:
    """Points of one issue or interaction: of each variable, and if none of them is 1.

    ``otherwise`` is None where exactly one variable is 1.
    """

    variables: tuple[int, ...]
    points: tuple[int, ...]
    otherwise: int | None

    @property
    def all_points(self) -> tuple[int, ...]:
        return self.points if self.otherwise is None else (*self.points, self.otherwise)


@dataclass(frozen=True, slots=True)
class Item:
    """A statement that a package makes true or not: a sum of variables that is 1 or 0."""

    weight: int
    truth: Expression


@dataclass(frozen=True, slots=True)
class Column:
    """``constant`` plus the sum of ``coefficients``; a package is worth from least to largest.

    ``items`` are there only where the column is lexicographic; the weights of the true ones
    then add up to the total less ``offset``, and each outweighs all after it.
    """

    coefficients: dict[int, int]
    constant: int
    least: int
    largest: int
    items: tuple[Item, ...] | None
    offset: int
    n_sources: int

    @property
    def step(self) -> int:
        """What all totals less the constant are multiples of; 0 if there is one total only."""
        return math.gcd(*self.coefficients.values())

    @property
    def is_too_wide(self) -> bool:
        return _ratio(self.coefficients.values()) > TOO_WIDE


def column_of(sources: Sequence[Source]) -> Column:
    """Add up what issues and interactions are worth, and look whether the order is strict."""
    coefficients: dict[int, int] = {}
    constant = 0
    for source in sources:
        base = min(source.points) if source.otherwise is None else source.otherwise
        constant += base
        for variable, points in zip(source.variables, source.points, strict=True):
            if points != base:
                coefficients[variable] = coefficients.get(variable, 0) + points - base
    items, offset = None, 0
    if _ratio(coefficients.values()) > WIDE:
        items, offset = _items(sources)
    return Column(
        coefficients={k: v for k, v in coefficients.items() if v},
        constant=constant,
        least=sum(min(source.all_points) for source in sources),
        largest=sum(max(source.all_points) for source in sources),
        items=items,
        offset=offset,
        n_sources=len(sources),
    )


def clauses_of(column: Column, at_least: int) -> Iterator[Expression]:
    """Yield sums that must each be at least 1 for a lexicographic total to reach so many points.

    Walk from the heaviest item down with what is still missing. Where the rest cannot make up
    for an item, that item must be true, or an earlier one that was not needed; where it can, the
    item alone would do, as it outweighs the rest.
    """
    if column.items is None:
        raise EngineInputError("column: found no strict order of weights, expected one")
    missing = at_least - column.offset
    rest = sum(item.weight for item in column.items)
    enough = Expression()
    for item in column.items:
        if missing <= 0:
            return
        rest -= item.weight
        if missing > rest:
            yield item.truth + enough
            missing -= item.weight
        else:
            enough = enough + item.truth


def _items(sources: Sequence[Source]) -> tuple[tuple[Item, ...] | None, int]:
    items: list[Item] = []
    offset = 0
    for source in sources:
        values = set(source.all_points)
        # Two values are one statement; more are read as the sum of statements in powers of two.
        base = min(values) if len(values) <= 2 or min(values) < 0 else 0
        offset += base
        weights = {value - base for value in values if value > base}
        if len(weights) > 1:
            together = 0
            for weight in weights:
                together |= weight
            weights = {1 << bit for bit in range(together.bit_length()) if together >> bit & 1}
        items += (_item(source, base, weight) for weight in weights)
    items.sort(key=lambda item: item.weight, reverse=True)
    rest = 0
    for item in reversed(items):
        if item.weight <= rest:
            return None, 0
        rest += item.weight
    return tuple(items), offset


def _item(source: Source, base: int, weight: int) -> Item:
    """Say when a source's points hold this weight: as a sum of its variables."""

    def holds(points: int) -> bool:
        rest = points - base
        return rest == weight or (weight & (weight - 1) == 0 and bool(rest & weight))

    pairs = list(zip(source.variables, source.points, strict=True))
    if source.otherwise is not None and holds(source.otherwise):
        return Item(weight, Expression({}, {v: -1 for v, p in pairs if not holds(p)}, 1))
    return Item(weight, Expression({}, {v: 1 for v, p in pairs if holds(p)}))


def _ratio(coefficients: Iterable[int]) -> float:
    sizes = [abs(value) for value in coefficients if value]
    return max(sizes) / min(sizes) if sizes else 1.0
