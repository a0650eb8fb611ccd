"""What the named points found by programming share: the result, the question, exact gains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, Ints, frozen, utility_vector
from detente.engines.deal_space.programme.builder import Expression, Programme
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets
from detente.engines.deal_space.space.domain import Domain
from detente.errors import EngineInputError

__all__ = ["NamedPoint", "Question", "as_number", "no_point", "question"]

NOBODY_BELOW = "No package gives every party at least its disagreement utility."
NOT_FOUND = "No package was found within the time limit, and none is excluded."
UNDER_RULE = "No package that meets the rule gives every party at least its disagreement utility."


@dataclass(frozen=True, slots=True, eq=False)
class NamedPoint:
    """One package that a bargaining solution selects, how good it is, and what is proven of it.

    Attributes
    ----------
    codes : ndarray of int, shape (n_issues,)
        One option per issue; shape (0,) if there is no package.
    utilities : ndarray, shape (n_parties,)
        Each party's utility there; shape (0,) if there is no package.
    gains : ndarray, shape (n_parties,)
        Those utilities less the disagreement utilities.
    value : float
        What the solution maximises, in the unit its function states; NaN if there is no package.
    bound : float
        No package has a larger value than this: proven by the solver. It equals ``value`` where
        the optimum is proven to the last point. NaN if there is no package.
    gap : float
        What is not proven, as a share: 0 where nothing is left open.
    ideal : ndarray, shape (n_parties,), or None
        Each party's best utility among the individually rational packages, for the solution that
        measures gains against it; None for the others.
    is_proven : bool
        Whether the gap is within the tolerance; if not, this is the best package found when time
        was up, or an answer to "is there one?" that stayed open.
    is_efficient : bool
        Whether it is proven that no package that may be chosen dominates this one.
    n_rounds : int
        Programmes solved.
    tolerance : float
        The gap at which the optimum counted as proven.
    method : str
        What was maximised over what, and how.
    reason : str
        Why there is no package; empty if there is one.
    """

    codes: Ints
    utilities: Floats
    gains: Floats
    value: float
    bound: float
    gap: float
    ideal: Floats | None
    is_proven: bool
    is_efficient: bool
    n_rounds: int
    tolerance: float
    method: str
    reason: str

    @property
    def is_empty(self) -> bool:
        """Whether there is no package; ``reason`` then says why, ``is_proven`` how surely."""
        return self.codes.size == 0


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Packages that may be chosen, for whom, and what they would have without a deal.

    ``floor`` is the disagreement in exact points, one fraction per party.
    """

    domain: Domain
    columns: tuple[int, ...]
    disagreement: Floats
    floor: tuple[Fraction, ...]
    rule: AcceptanceRule | None

    @property
    def scale(self) -> tuple[Fraction, ...]:
        """Points per unit of utility, exactly."""
        return tuple(Fraction(float(self.domain.scale[c])) for c in self.columns)

    @property
    def nobody(self) -> str:
        """Why there is no package, where that is proven."""
        return NOBODY_BELOW if self.rule is None else UNDER_RULE

    def programme(self) -> Programme:
        """Return a programme over the packages that may be chosen."""
        programme = Programme(self.domain)
        for column, floor in zip(self.columns, self.floor, strict=True):
            programme.require_rule(Meets(column, math.ceil(floor)))
        if self.rule is not None:
            programme.require_rule(self.rule)
        return programme

    def points(self, codes: Ints) -> tuple[int, ...]:
        """Return each party's points."""
        totals = self.domain.totals(codes[np.newaxis])[0]
        return tuple(int(totals[c]) for c in self.columns)

    def gains(self, codes: Ints) -> tuple[Fraction, ...]:
        """Return each party's gain, in utility, exactly."""
        return tuple(
            (points - floor) / scale
            for points, floor, scale in zip(self.points(codes), self.floor, self.scale, strict=True)
        )

    def gain_expression(self, programme: Programme, party: int, per_point: float) -> Expression:
        """Return a party's gain as an expression, weighted; whole if the weight is 1."""
        gain = programme.total(self.columns[party]) - as_number(self.floor[party])
        return gain if per_point == 1.0 else gain * per_point

    def point(
        self,
        codes: Ints,
        *,
        value: float,
        bound: float,
        gap: float,
        is_efficient: bool,
        n_rounds: int,
        tolerance: float,
        method: str,
        ideal: Floats | None = None,
    ) -> NamedPoint:
        """Build the result for a package."""
        utilities = self.domain.utilities(codes[np.newaxis])[0][list(self.columns)]
        return NamedPoint(
            codes=frozen(codes.copy()),
            utilities=frozen(utilities),
            gains=frozen(utilities - self.disagreement),
            value=value,
            bound=bound,
            gap=gap,
            ideal=None if ideal is None else frozen(ideal),
            is_proven=gap <= tolerance,
            is_efficient=is_efficient,
            n_rounds=n_rounds,
            tolerance=tolerance,
            method=method,
            reason="",
        )


def question(
    domain: Domain,
    columns: Sequence[int] | None,
    disagreement: npt.ArrayLike,
    rule: AcceptanceRule | None,
) -> Question:
    """Check what all named points take."""
    chosen = tuple(range(domain.n_columns)) if columns is None else tuple(map(int, columns))
    if (
        not chosen
        or len(set(chosen)) != len(chosen)
        or not set(chosen) <= set(range(domain.n_columns))
    ):
        raise EngineInputError(
            f"columns: found {chosen}, expected at least one, each once, from 0 to "
            f"{domain.n_columns - 1}"
        )
    levels = utility_vector(disagreement, len(chosen), "disagreement")
    floor = tuple(
        Fraction(Decimal(repr(float(level)))) * Fraction(float(domain.scale[column]))
        for column, level in zip(chosen, levels, strict=True)
    )
    return Question(domain, chosen, levels, floor, rule)


def no_point(
    reason: str, *, is_proven: bool, n_rounds: int, tolerance: float, method: str
) -> NamedPoint:
    """Return the empty result with its reason."""
    none: Ints = np.empty(0, dtype=np.intp)
    return NamedPoint(
        codes=frozen(none),
        utilities=frozen(np.empty(0)),
        gains=frozen(np.empty(0)),
        value=math.nan,
        bound=math.nan,
        gap=0.0 if is_proven else math.inf,
        ideal=None,
        is_proven=is_proven,
        is_efficient=False,
        n_rounds=n_rounds,
        tolerance=tolerance,
        method=method,
        reason=reason,
    )


def as_number(value: Fraction) -> int | float:
    """Return a whole number as it is, so that sums with it stay whole; else the nearest float."""
    return int(value) if value.denominator == 1 else float(value)
