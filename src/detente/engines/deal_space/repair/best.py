"""The best packages by one measure after another: listed where that is feasible, else solved for.

What the repair questions share. A measure is something to keep small: changed issues, points
that are missing. Each is known twice: exactly, of given packages, and as an expression for the
solver. What the solver hands out is measured exactly before it counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Ints
from detente.engines.deal_space.programme.builder import Expression, Programme, Status
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, is_met, leaves_of
from detente.engines.deal_space.space.domain import LARGEST_TOTAL, Domain
from detente.errors import EngineInputError

__all__ = [
    "MOST_LISTED",
    "Best",
    "Changes",
    "Measure",
    "Shortfall",
    "best_packages",
    "checked_count",
    "checked_rule",
    "listed",
]

MOST_LISTED = 100_000
"""Packages that are rather listed than solved for, unless the caller says otherwise."""

Measured = npt.NDArray[Any]
"""Whole numbers: int64 where they fit, else Python's."""


class Measure(Protocol):
    """Something to keep small, in whole numbers of at least 0."""

    def of(self, domain: Domain, codes: Ints) -> Measured:
        """Measure packages, shape (n_packages, n_issues), exactly."""

    def expression(self, programme: Programme) -> Expression:
        """Return what the solver is to keep small; it may add variables and rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """On how many issues a package differs from a target; -1 there differs from every option."""

    target: Ints

    def of(self, domain: Domain, codes: Ints) -> Measured:  # noqa: ARG002 - a Measure
        return np.asarray((codes != self.target).sum(axis=1))

    def expression(self, programme: Programme) -> Expression:
        same = [programme.option(i, int(o)) for i, o in enumerate(self.target) if o >= 0]
        return len(self.target) - sum(same, Expression())


@dataclass(frozen=True, slots=True, eq=False)
class Shortfall:
    """How much is missing to thresholds, added up in units of utility times ``unit``."""

    wanted: tuple[Meets, ...]
    weights: tuple[int, ...]
    unit: int

    @classmethod
    def for_thresholds(cls, domain: Domain, wanted: Sequence[Meets]) -> Shortfall:
        """Choose the unit in which a point of each column is a whole number."""
        per_point = [1 / Fraction(float(domain.scale[each.column])) for each in wanted]
        unit = math.lcm(*(part.denominator for part in per_point))
        return cls(tuple(wanted), tuple(int(part * unit) for part in per_point), unit)

    def of(self, domain: Domain, codes: Ints) -> Measured:
        missing = self.by_threshold(domain, codes)
        largest = sum(int(m) * w for m, w in zip(missing.max(0, initial=0), self.weights,
                                                 strict=True))  # fmt: skip
        kind = np.int64 if largest < LARGEST_TOTAL else object
        total = np.zeros(len(codes), dtype=kind)
        for column, weight in zip(missing.astype(kind).T, self.weights, strict=True):
            total = total + column * weight
        return total

    def by_threshold(self, domain: Domain, codes: Ints) -> npt.NDArray[np.int64]:
        """Return missing points, shape (n_packages, n_thresholds)."""
        totals = domain.totals(codes)
        columns = [each.column for each in self.wanted]
        lines = np.array([each.at_least for each in self.wanted], dtype=np.int64)
        return np.asarray(np.maximum(lines - totals[:, columns], 0))

    def expression(self, programme: Programme) -> Expression:
        total = Expression()
        for each, weight in zip(self.wanted, self.weights, strict=True):
            least = programme.least(each.column)
            if each.at_least > least:
                most, unit = each.at_least - least, programme.unit(each.column)
                missing = programme.add_continuous(0, most, unit)
                programme.require(missing + programme.total(each.column), low=each.at_least)
                total = total + missing * weight
        return total


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """Packages that are best by a list of measures, the first counting most.

    Attributes
    ----------
    packages : ndarray of int, shape (n_found, n_issues)
    values : tuple of int, one per measure
        What all of them measure; () if there is no package.
    bounds : tuple of float, one per measure
        No package that is as good by the measures before is below. Empty if none is known.
    is_proven : bool
        Whether no package can be better; if none was found, whether there is none.
    has_all : bool
        Whether these are all packages that tie.
    method : str
    n_solves : int
        How often the solver ran; 0 where all packages in question were listed.
    """

    packages: Ints
    values: tuple[int, ...]
    bounds: tuple[float, ...]
    is_proven: bool
    has_all: bool
    method: str
    n_solves: int


def best_packages(
    domain: Domain,
    rule: AcceptanceRule,
    measures: Sequence[Measure],
    *,
    most_ties: int,
    most_listed: int,
    clock: Clock,
    at_least: int = 0,
) -> Best:
    """Find the packages that meet the rule and the links and are best by measures in turn.

    ``at_least`` is a bound on the first measure that the caller has proven already.
    """
    if domain.size <= most_listed:
        codes = listed(domain)
        codes = codes[domain.is_allowed(codes)]
        codes = codes[is_met(rule, domain.totals(codes))]
        return best_of(domain, codes, measures, most_ties, "all packages listed")
    return _solved(domain, rule, measures, most_ties, clock, at_least)


def listed(domain: Domain) -> Ints:
    """Return every package of a small domain, allowed or not, in order of its codes."""
    return np.indices(domain.n_options, dtype=np.intp).reshape(domain.n_issues, -1).T


def best_of(
    domain: Domain, codes: Ints, measures: Sequence[Measure], most_ties: int, method: str
) -> Best:
    """Keep of these packages the best; the first ``most_ties`` in order of their codes."""
    values: list[int] = []
    if len(codes) == 0:
        return Best(codes, (), (), True, True, method, 0)
    for measure in measures:
        measured = measure.of(domain, codes)
        values.append(int(measured.min()))
        codes = codes[np.asarray(measured == measured.min(), dtype=np.bool_)]
    codes = codes[np.lexsort(codes.T[::-1])]
    has_all = len(codes) <= most_ties
    return Best(
        codes[:most_ties], tuple(values), tuple(map(float, values)), True, has_all, method, 0
    )


def _solved(
    domain: Domain,
    rule: AcceptanceRule,
    measures: Sequence[Measure],
    most_ties: int,
    clock: Clock,
    at_least: int,
) -> Best:
    method = "mixed-integer programme, packages checked in whole numbers"
    programme = Programme(domain)
    programme.require_rule(rule)
    best: list[int] = []
    bounds: list[float] = []
    found: Ints = np.empty((0, domain.n_issues), dtype=np.intp)
    is_proven, n_solves = True, 0

    def is_as_good(codes: Ints) -> bool:
        row = codes[np.newaxis]
        return all(
            int(each.of(domain, row)[0]) <= value
            for each, value in zip(measures, best, strict=False)
        )

    objective = Expression()
    for k, measure in enumerate(measures):
        objective = measure.expression(programme)
        if k == 0 and at_least:
            programme.require(objective, low=at_least)
        answer = programme.solve(
            objective, maximise=False, time_limit=clock.left, accept=is_as_good
        )
        n_solves += answer.n_solves
        if answer.is_empty:
            if k == 0:
                is_proven = answer.status is Status.INFEASIBLE
                return Best(found, (), (), is_proven, is_proven, method, n_solves)
            is_proven = False
        else:
            found = answer.codes[np.newaxis]
        best = [int(each.of(domain, found)[0]) for each in measures[: k + 1]]
        value = best[-1]
        bounds.append(0.0 if answer.is_empty else min(answer.bound, float(value)))
        is_proven &= answer.status is Status.OPTIMAL
        # A little air for the solver's floats: what it finds is held to the value itself.
        programme.require(objective, high=value)
    has_all = False
    while is_proven and not clock.is_up:
        programme.exclude(found[-1])
        # Every package left that is as good will do: nothing to keep small any more.
        answer = programme.solve(Expression(), time_limit=clock.left, accept=is_as_good)
        n_solves += answer.n_solves
        if answer.is_empty:
            has_all = answer.status is Status.INFEASIBLE
            break
        values = [int(each.of(domain, answer.codes[np.newaxis])[0]) for each in measures]
        if values != best:
            # Better by less than the solver can tell apart: what was found so far does not tie.
            best, found = values, answer.codes[np.newaxis]
        elif len(found) < most_ties:
            found = np.vstack([found, answer.codes])
        else:
            break
    found = found[np.lexsort(found.T[::-1])]
    return Best(found, tuple(best), tuple(bounds), is_proven, has_all, method, n_solves)


def checked_rule(domain: Domain, *rules: AcceptanceRule) -> None:
    """Refuse thresholds on columns that the domain does not have, or that 64 bits do not hold."""
    for rule in rules:
        for leaf in leaves_of(rule):
            if not 0 <= leaf.column < domain.n_columns:
                raise EngineInputError(
                    f"rule: found a threshold on column {leaf.column}, expected a column from 0 "
                    f"to {domain.n_columns - 1}"
                )
            if abs(leaf.at_least) > LARGEST_TOTAL:
                raise EngineInputError(
                    f"rule: found a threshold of {leaf.at_least} points on column "
                    f"{leaf.column}, expected at most 2**61, which no package is worth"
                )


def checked_count(value: int, name: str) -> int:
    """Return a limit on how many packages are handed out."""
    if value < 1:
        raise EngineInputError(f"{name}: found {value}, expected at least 1")
    return int(value)
