"""Best for whoever gains least, then for the next: without listing packages."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, Ints
from detente.engines.deal_space.programme.builder import Expression, Programme, Status
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.programme.efficient import made_efficient
from detente.engines.deal_space.programme.points import (
    NOT_FOUND,
    NamedPoint,
    Question,
    as_number,
    no_point,
    question,
)
from detente.engines.deal_space.solution import checked_tolerance
from detente.engines.deal_space.space.acceptance import AcceptanceRule
from detente.engines.deal_space.space.domain import Domain

__all__ = ["egalitarian_point", "kalai_smorodinsky_point"]

GAINS = "leximin of gains over individually rational packages, by programming"
SHARES = (
    "leximin of gains as shares of ideal gains, over individually rational packages, by programming"
)

UNRESOLVED = 1e-7
"""Steps of the sums smaller than this share of the largest cannot be told apart by the solver."""


def egalitarian_point(
    domain: Domain,
    disagreement: npt.ArrayLike,
    *,
    columns: Sequence[int] | None = None,
    rule: AcceptanceRule | None = None,
    tolerance: float = 1e-6,
    time_limit: float | None = None,
) -> NamedPoint:
    """Find a package that is best for whoever gains least, in a space too large to list.

    The lexicographic maximin of the gains over disagreement, as in
    :func:`.egalitarian_solution`, over the packages that every link allows, that meet the rule,
    and that leave no chosen party below disagreement. It compares one party's gain with
    another's, so **the parties' utilities must be on one scale**.

    Parameters
    ----------
    domain : Domain
    disagreement : array_like, shape (n_parties,)
        What each party gets without an agreement, in utility.
    columns : sequence of int, optional
        The parties' columns, in the order of ``disagreement``; all by default.
    rule : AcceptanceRule, optional
        What else a package must meet; it may look at any column.
    tolerance : float, default 1e-6
        What may be left unproven, of any sum of smallest gains, as a share of the largest gain
        anybody could have.
    time_limit : float, optional
        Seconds for everything. When it strikes, the best package found is returned with what is
        proven; ``is_proven`` is then False.

    Returns
    -------
    NamedPoint
        ``value`` is the smallest gain, and ``bound`` the most that it could be. Empty, with a
        reason, if no package may be chosen.

    Raises
    ------
    EngineInputError
        If columns or disagreement do not fit, the tolerance is not a share, the time limit is
        not above 0, or a column's points span more than 10**9 within it.

    Notes
    -----
    Maximises the smallest gain, then the sum of the two smallest, and so on up to the sum of all
    [1]_: one mixed-integer programme per party. Packages are compared in whole numbers, and
    every bound is rounded down to the common step of the sums where the solver resolves it.

    References
    ----------
    .. [1] W. Ogryczak, T. Śliwiński, "On Direct Methods for Lexicographic Min-Max
       Optimization", Computational Science and Its Applications (ICCSA 2006), LNCS 3982, 2006,
       pp. 802-811.

    Examples
    --------
    >>> domain = Domain((np.array([(5, 0), (0, 4), (3, 3)]), np.array([(2, 0), (0, 3)])))
    >>> point = egalitarian_point(domain, (0, 0))
    >>> point.codes, point.gains, point.value, point.is_proven
    (array([2, 1]), array([3., 6.]), 3.0, True)
    """
    tolerance = checked_tolerance(tolerance)
    clock = Clock(time_limit, "time_limit")
    asked = question(domain, columns, disagreement, rule)
    weights = {party: 1 / scale for party, scale in enumerate(asked.scale)}
    return _Search(asked, asked.programme(), weights, clock, []).point(
        tolerance=tolerance, method=GAINS
    )


def kalai_smorodinsky_point(
    domain: Domain,
    disagreement: npt.ArrayLike,
    *,
    columns: Sequence[int] | None = None,
    rule: AcceptanceRule | None = None,
    tolerance: float = 1e-6,
    time_limit: float | None = None,
) -> NamedPoint:
    """Find a package that best equalises shares of ideal gains, in a space too large to list.

    The lexicographic maximin of shares, as in :func:`.kalai_smorodinsky_solution`, over the
    packages that every link allows, that meet the rule, and that leave no chosen party below
    disagreement; the ideal gains are the largest over the same packages. It does not depend on
    the scale or the origin of any party's utilities.

    Parameters
    ----------
    domain, disagreement, columns, rule, time_limit
        As in :func:`egalitarian_point`.
    tolerance : float, default 1e-6
        What may be left unproven, of any sum of smallest shares.

    Returns
    -------
    NamedPoint
        ``value`` is the smallest share, ``bound`` the most that it could be, and ``ideal`` the
        ideal point in utilities. A party whose ideal gain is 0 is left out of the comparison; if
        that is every party, ``value`` is 0. Empty, with a reason, if no package may be chosen.

    Raises
    ------
    EngineInputError
        As for :func:`egalitarian_point`.

    Notes
    -----
    One mixed-integer programme per party for the ideal gains, and one per party for the point.
    If time is up before an ideal gain is proven, nothing about the point is.

    Examples
    --------
    >>> domain = Domain((np.array([(10, 0), (8, 3), (4, 5), (0, 6)]),))
    >>> point = kalai_smorodinsky_point(domain, (0, 0))
    >>> point.codes, point.value, point.ideal
    (array([1]), 0.5, array([10.,  6.]))
    """
    tolerance = checked_tolerance(tolerance)
    clock = Clock(time_limit, "time_limit")
    asked = question(domain, columns, disagreement, rule)
    programme = asked.programme()
    ideal: list[int] = []
    known: list[Ints] = []
    is_ideal_proven = True
    for column in asked.columns:
        answer = programme.solve(programme.total(column), time_limit=clock.left)
        if answer.is_empty:
            return _none(asked, answer.status, len(ideal) + 1, tolerance, SHARES)
        is_ideal_proven &= answer.status is Status.OPTIMAL
        known.append(answer.codes)
        ideal.append(int(answer.objective))
    weights = {
        p: 1 / (best - floor)
        for p, (best, floor) in enumerate(zip(ideal, asked.floor, strict=True))
        if best > floor
    }
    search = _Search(asked, programme, weights, clock, known)
    return search.point(
        tolerance=tolerance,
        method=SHARES,
        ideal=np.array(ideal) / domain.scale[list(asked.columns)],
        n_before=len(ideal),
        can_prove=is_ideal_proven,
    )


class _Search:
    """Stage by stage: the smallest gain, the sum of the two smallest, ..., the sum of all.

    Gains are weighted; inside, they are divided by the largest weight, so that equal weights
    leave whole points.
    """

    def __init__(
        self,
        asked: Question,
        programme: Programme,
        weights: Mapping[int, Fraction],
        clock: Clock,
        known: Sequence[Ints],
    ) -> None:
        self.asked = asked
        self.programme = programme
        self.clock = clock
        self.heaviest = max(weights.values(), default=Fraction(1))
        self.weights = {p: w / self.heaviest for p, w in weights.items()}
        self.best = max(known, key=self.sums, default=None)
        self.bounds: list[float] = []
        self.status = Status.OPTIMAL
        largest = [
            float((programme.largest(asked.columns[p]) - asked.floor[p]) * w)
            for p, w in self.weights.items()
        ]
        # Where nobody can gain, any positive number does as what shares are taken of.
        self.most = max(largest, default=0.0) if max(largest, default=0.0) > 0 else 1.0

    def sums(self, codes: Ints) -> tuple[Fraction, ...]:
        """Return the sums of the k smallest weighted gains, exactly; better is later in order."""
        points = self.asked.points(codes)
        gains = sorted((points[p] - self.asked.floor[p]) * w for p, w in self.weights.items())
        return tuple(itertools.accumulate(gains))

    def run(self) -> None:
        """Solve stage after stage, each among the packages as good as the best so far."""
        gains = [
            self.asked.gain_expression(self.programme, p, float(w)) for p, w in self.weights.items()
        ]
        for k in range(1, max(1, len(gains)) + 1):
            if self.clock.is_up and self.best is not None:
                return
            aim = self._sum_of_smallest(gains, k) if gains else Expression()
            answer = self.programme.solve(
                aim, time_limit=self.clock.left, accept=partial(self._keeps_up, k)
            )
            if answer.is_empty and self.best is None:
                self.status = answer.status
                return
            if not answer.is_empty and (
                self.best is None or self.sums(answer.codes) > self.sums(self.best)
            ):
                self.best = answer.codes
            self.bounds.append(-math.inf if answer.status is Status.INFEASIBLE else answer.bound)
            if gains and self.best is not None:
                self._hold(aim, k)

    def _sum_of_smallest(self, gains: Sequence[Expression], k: int) -> Expression:
        """Return an expression whose maximum is the sum of the k smallest gains.

        That sum is the largest, over levels, of k times the level less all shortfalls from it.
        """
        programme = self.programme
        if k == len(gains):
            return sum(gains, Expression())
        unit = max(
            programme.unit(self.asked.columns[p]) * float(w) for p, w in self.weights.items()
        )
        level = programme.add_continuous(0, self.most, unit)
        if k == 1:
            for gain in gains:
                programme.require(gain - level, low=0)
            return level
        aim = level * k
        for gain in gains:
            shortfall = programme.add_continuous(0, self.most, unit)
            programme.require(shortfall + gain - level, low=0)
            aim = aim - shortfall
        return aim

    def _keeps_up(self, k: int, codes: Ints) -> bool:
        if self.best is None:
            return True
        pairs = zip(self.sums(codes)[: k - 1], self.sums(self.best), strict=False)
        return all(one >= other for one, other in pairs)

    def _hold(self, aim: Expression, k: int) -> None:
        """From here on, no package whose k smallest gains add up to less."""
        if self.best is None:
            return
        reached = self.sums(self.best)[k - 1]
        if k > 1:
            self.programme.require(aim, low=as_number(reached))
            return
        for p, weight in self.weights.items():
            least = math.ceil(self.asked.floor[p] + reached / weight)
            # One row, as a package that holds it is known: the rows of a rule, which keep the
            # last point apart, guard proofs that there is none, and take twice as long.
            self.programme.require(self.programme.total(self.asked.columns[p]), low=least)

    def gaps(self, best: Ints) -> list[float]:
        """Return how much larger each sum could be, 0 where that is less than one step."""
        step = self._step()
        gaps = []
        for bound, reached in zip(self.bounds, self.sums(best), strict=False):
            gap = max(0.0, bound - float(reached))
            is_resolved = step > UNRESOLVED * self.most
            gaps.append(0.0 if is_resolved and gap < 0.999 * step else gap)
        missing = len(self.weights) - len(self.bounds)
        return gaps + [math.inf] * missing

    def _step(self) -> float:
        """Return what all weighted gains are whole multiples of."""
        parts = list(self.weights.values())
        parts += [self.asked.floor[p] * w for p, w in self.weights.items()]
        common = math.lcm(*(part.denominator for part in parts))
        return math.gcd(*(int(part * common) for part in parts)) / common

    def point(
        self,
        *,
        tolerance: float,
        method: str,
        ideal: Floats | None = None,
        n_before: int = 0,
        can_prove: bool = True,
    ) -> NamedPoint:
        self.run()
        n_rounds = n_before + max(1, len(self.bounds))
        if self.best is None:
            return _none(self.asked, self.status, n_rounds, tolerance, method)
        is_efficient = can_prove and bool(self.weights) and not any(self.gaps(self.best))
        if not is_efficient:
            # Where every sum is proven, to the last step, domination would enlarge one.
            self.best, is_efficient, _ = made_efficient(
                self.asked.programme(), self.best, self.asked.columns, self.clock
            )
            n_rounds += 1
        gaps = self.gaps(self.best) if can_prove else [math.inf]
        smallest = self.sums(self.best)[0] if self.weights else Fraction(0)
        value = float(smallest * self.heaviest)
        return self.asked.point(
            self.best,
            value=value,
            bound=value + (gaps[0] * float(self.heaviest) if gaps else 0.0),
            gap=max(gaps, default=0.0) / self.most,
            is_efficient=is_efficient,
            n_rounds=n_rounds,
            tolerance=tolerance,
            method=method,
            ideal=ideal,
        )


def _none(
    asked: Question, status: Status, n_rounds: int, tolerance: float, method: str
) -> NamedPoint:
    is_proven = status is Status.INFEASIBLE
    return no_point(
        asked.nobody if is_proven else NOT_FOUND,
        is_proven=is_proven,
        n_rounds=n_rounds,
        tolerance=tolerance,
        method=method,
    )
