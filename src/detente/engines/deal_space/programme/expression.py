"""Sums of column totals and variables, and what solving a programme gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from detente.engines._checks import Floats, Ints

__all__ = ["Answer", "Expression", "Status"]

Number = int | float


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A weighted sum: column totals in points, variables in their own unit, and a constant.

    Kept apart from the solver's floats so that what stands in whole numbers can be checked in
    whole numbers.
    """

    columns: Mapping[int, Number] = field(default_factory=dict)
    variables: Mapping[int, Number] = field(default_factory=dict)
    constant: Number = 0

    def __add__(self, other: Expression | Number) -> Expression:
        if not isinstance(other, Expression):
            return Expression(self.columns, self.variables, self.constant + other)
        return Expression(
            _sum(self.columns, other.columns),
            _sum(self.variables, other.variables),
            self.constant + other.constant,
        )

    __radd__ = __add__

    def __mul__(self, factor: Number) -> Expression:
        return Expression(
            {k: v * factor for k, v in self.columns.items()},
            {k: v * factor for k, v in self.variables.items()},
            self.constant * factor,
        )

    __rmul__ = __mul__

    def __neg__(self) -> Expression:
        return self * -1

    def __sub__(self, other: Expression | Number) -> Expression:
        return self + -other

    def __rsub__(self, other: Number) -> Expression:
        return -self + other

    @property
    def is_whole(self) -> bool:
        """Whether it stands in whole numbers throughout, so that no rounding can hide in it."""
        numbers = (*self.columns.values(), *self.variables.values(), self.constant)
        return all(isinstance(number, int) for number in numbers)


def _sum(one: Mapping[int, Number], other: Mapping[int, Number]) -> dict[int, Number]:
    return {k: one.get(k, 0) + other.get(k, 0) for k in (*one, *(k for k in other if k not in one))}


class Status(Enum):
    """What is known when the solver stops."""

    OPTIMAL = "proven optimal"
    FEASIBLE = "a package and a proven bound, not yet equal"
    INFEASIBLE = "proven that there is no package"
    UNKNOWN = "no package found, none excluded"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The best package found, and how good a package could be.

    Attributes
    ----------
    status : Status
    codes : ndarray of int, shape (n_issues,)
        One option per issue, verified in whole numbers against links, rules and rows; shape (0,)
        if none was found.
    objective : float
        The objective there: exact where it stands in whole numbers (up to the rounding of one
        float), else as the solver has it. NaN if there is no package.
    bound : float
        No package has a better objective than this, up to the solver's tolerances (one part in
        10**9 of the largest coefficient). Infinite if nothing is known; NaN if infeasible.
    values : ndarray, shape (n_variables,)
        Every variable of the programme, in its own unit; shape (0,) if there is no package.
    n_solves : int
        How often the solver ran: more than once if a package failed the check in whole numbers.
    """

    status: Status
    codes: Ints
    objective: float
    bound: float
    values: Floats
    n_solves: int

    @property
    def is_empty(self) -> bool:
        """Whether there is no package; ``status`` says whether that is proven."""
        return self.codes.size == 0

    @property
    def gap(self) -> float:
        """How much better than the package found another could be, in the objective's unit."""
        return abs(self.bound - self.objective)

    def value(self, variable: Expression) -> float:
        """Return what an expression of variables alone is worth."""
        found = sum(factor * self.values[k] for k, factor in variable.variables.items())
        return float(found + variable.constant)
