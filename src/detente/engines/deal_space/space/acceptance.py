"""What it takes for a package to pass: everybody, enough of some, weighted votes, vetoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools
from detente.engines.deal_space.space.domain import Points
from detente.errors import EngineInputError

__all__ = ["AcceptanceRule", "AtLeast", "Meets", "all_of", "any_of", "is_met", "leaves_of"]


@dataclass(frozen=True, slots=True)
class Meets:
    """The package's total in a column reaches so many points. Equal is enough."""

    column: int
    at_least: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Parts that are met weigh at least ``quota`` together; each has a weight of at least 1."""

    parts: tuple[AcceptanceRule, ...]
    weights: tuple[int, ...]
    quota: int

    def __post_init__(self) -> None:
        if len(self.weights) != len(self.parts) or any(weight < 1 for weight in self.weights):
            raise EngineInputError(
                f"weights: found {self.weights}, expected {len(self.parts)} numbers of at least 1"
            )


AcceptanceRule = Meets | AtLeast
"""A rule never turns a package away for being worth more: it is monotone in every column."""


def all_of(*parts: AcceptanceRule) -> AtLeast:
    """Every part must be met; no part at all is always met."""
    return AtLeast(parts, (1,) * len(parts), len(parts))


def any_of(*parts: AcceptanceRule) -> AtLeast:
    """One part is enough."""
    return AtLeast(parts, (1,) * len(parts), 1)


def is_met(rule: AcceptanceRule, totals: Points) -> Bools:
    """Say of each row of totals, shape (n_packages, n_columns), whether it meets the rule.

    Examples
    --------
    Two of three parties are enough, but the first must be among them:

    >>> votes = [Meets(0, 5), Meets(1, 5), Meets(2, 5)]
    >>> rule = all_of(votes[0], AtLeast(tuple(votes), (1, 1, 1), 2))
    >>> is_met(rule, np.array([(5, 5, 0), (0, 5, 5), (9, 0, 5)]))
    array([ True, False,  True])
    """
    match rule:
        case Meets(column, at_least):
            return np.asarray(totals[:, column] >= at_least)
        case AtLeast(parts, weights, quota):
            weight = np.zeros(len(totals), dtype=np.int64)
            for part, each in zip(parts, weights, strict=True):
                weight += np.where(is_met(part, totals), each, 0)
            return np.asarray(weight >= quota)


def leaves_of(rule: AcceptanceRule) -> tuple[Meets, ...]:
    """Return every threshold that a rule looks at, each once, in reading order."""

    def walk(at: AcceptanceRule) -> Sequence[Meets]:
        return [at] if isinstance(at, Meets) else [leaf for part in at.parts for leaf in walk(part)]

    return tuple(dict.fromkeys(walk(rule)))
