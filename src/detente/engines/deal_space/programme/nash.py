"""The largest product of gains, without listing packages: tangents to logarithms, certified."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

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
    no_point,
    question,
)
from detente.engines.deal_space.solution import checked_tolerance
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, is_met
from detente.engines.deal_space.space.domain import Domain

__all__ = ["NashSearch", "nash_point"]

METHOD = (
    "largest product of gains over individually rational packages, by programming with tangents "
    "to the logarithms"
)
NO_STRICT_GAIN = (
    "No package gives every party more than its disagreement utility while leaving nobody below it."
)

N_TANGENTS = 12
"""Tangents per party to start with, over the gains that can still be part of an optimum."""

MOST_ROUNDS = 60
MOST_SWEEPS = 50

UNIT = 1 / 64
"""Shares and logarithms are kept in this unit, which makes the solver's tolerances finer."""

MOST_LOG = 700.0
"""Beyond this difference of logarithms, the ratio is past the range of a float."""

SLACK = 1e-9
"""Products nearer than this share are not told apart in floats; bounds give way by it."""


def nash_point(
    domain: Domain,
    disagreement: npt.ArrayLike,
    *,
    columns: Sequence[int] | None = None,
    rule: AcceptanceRule | None = None,
    tolerance: float = 1e-6,
    time_limit: float | None = None,
) -> NamedPoint:
    """Find a package with the largest product of gains, in a space too large to list.

    As :func:`.nash_solution`, over the packages that every link allows, that meet the rule, and
    that leave no chosen party below disagreement. It does not depend on the scale or the origin
    of any party's utilities.

    The logarithm of the product is a sum of concave functions, one per party. A tangent lies
    above its function everywhere, so that the largest sum under tangents bounds the product from
    above (outer approximation [1]_), and the package where it is attained bounds it from below.
    Tangents at that package are added until the two meet.

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
        The share of the product that may be left unproven.
    time_limit : float, optional
        Seconds for everything. When it strikes, the best package found is returned with what is
        proven; ``is_proven`` is then False.

    Returns
    -------
    NamedPoint
        ``value`` is the product of gains and ``bound`` the most that it could be (infinite
        beyond the range of a float; the comparison is not). Empty, with a reason, if no package
        may be chosen or none gives every party a strict gain.

    Raises
    ------
    EngineInputError
        If columns or disagreement do not fit, the tolerance is not a share, the time limit is
        not above 0, or a column's points span more than 10**9 within it.

    Notes
    -----
    A mixed-integer programme per round; two to five rounds are usual. Products are compared
    exactly. Of packages that tie within the tolerance, any may be returned, but none that
    another dominates.

    References
    ----------
    .. [1] M. A. Duran, I. E. Grossmann, "An Outer-Approximation Algorithm for a Class of
       Mixed-Integer Nonlinear Programs", Mathematical Programming 36(3), 1986, pp. 307-339.

    Examples
    --------
    >>> domain = Domain((np.array([(9, 1), (6, 4), (3, 6)]), np.array([(2, 0), (0, 3)])))
    >>> point = nash_point(domain, (0, 0))
    >>> point.codes, point.value, point.bound, point.is_proven
    (array([1, 1]), 42.0, 42.0, True)
    """
    tolerance = checked_tolerance(tolerance)
    clock = Clock(time_limit, "time_limit")
    asked = question(domain, columns, disagreement, rule)
    search = NashSearch(asked, clock)
    search.run(tolerance)
    if search.best is None:
        return _none(asked, search, tolerance)
    best, is_efficient, _ = made_efficient(asked.programme(), search.best, asked.columns, clock)
    difference = max(0.0, search.upper - search.log_product(best))
    gap = math.expm1(difference) if difference < MOST_LOG else math.inf
    product = search.product(best)
    if all(floor.denominator == 1 for floor in asked.floor) and gap * _as_float(product) < 1:
        gap = 0.0  # in whole points, the next product is larger by one at least
    product /= math.prod(asked.scale, start=Fraction(1))
    return asked.point(
        best,
        value=_as_float(product),
        bound=_as_float(product) * (1 + gap),
        gap=gap,
        is_efficient=is_efficient,
        n_rounds=search.n_rounds + 1,
        tolerance=tolerance,
        method=METHOD,
    )


class NashSearch:
    """Rounds of outer approximation over packages that give everybody a strict gain."""

    def __init__(self, asked: Question, clock: Clock) -> None:
        self.asked = asked
        self.clock = clock
        self.n_rounds = 0
        self.upper = 0.0  # nobody has more than the most
        self.status = Status.UNKNOWN
        programme = Programme(asked.domain)
        if asked.rule is not None:
            programme.require_rule(asked.rule)
        self.programme = programme
        pairs = list(zip(asked.columns, asked.floor, strict=True))
        # One point above disagreement, or the rest of it, is the least strict gain.
        self.least = [math.floor(floor) + 1 for _, floor in pairs]
        self.most = [float(programme.largest(c) - floor) for c, floor in pairs]
        for column, least in zip(asked.columns, self.least, strict=True):
            programme.require_rule(Meets(column, least))
        self.best: Ints | None = None
        start = self.improved(self._greedy())
        if self._scores(start[np.newaxis])[0] > -math.inf:
            self.best = start

    def gains(self, codes: Ints) -> list[Fraction]:
        """Return gains in points, exactly."""
        points = self.asked.points(codes)
        return [p - floor for p, floor in zip(points, self.asked.floor, strict=True)]

    def log_product(self, codes: Ints) -> float:
        """Return the sum of logarithms of gains as shares of the most there could be."""
        shares = [float(g) / most for g, most in zip(self.gains(codes), self.most, strict=True)]
        return math.fsum(map(math.log, shares))

    def run(self, tolerance: float) -> None:
        """Add tangents and solve until the bounds meet, or time is up."""
        if any(most <= 0 for most in self.most):
            self.status = Status.INFEASIBLE
            return
        programme, shares, logs = self._tangents()
        while self.n_rounds < MOST_ROUNDS and not self.clock.is_up:
            answer = programme.solve(sum(logs, Expression()), time_limit=self.clock.left)
            self.n_rounds += 1
            self.status = answer.status
            if answer.status is Status.INFEASIBLE:
                # A package known already shows that only the solver's tolerance excluded it.
                self.upper = -math.inf if self.best is None else self.log_product(self.best)
                return
            self.upper = min(self.upper, answer.bound)
            if answer.is_empty:
                return
            found = self.improved(answer.codes)
            is_first = self.best is None
            if self.best is None or self.product(found) > self.product(self.best):
                self.best = found
            if self.upper - self.log_product(self.best) <= math.log1p(tolerance) / 2:
                return
            if is_first:
                # The first package narrows the gains that matter: closer tangents from here on.
                programme, shares, logs = self._tangents()
            for codes in (answer.codes, found):
                self._touch(programme, codes, shares, logs)

    def _tangents(self) -> tuple[Programme, list[Expression], list[Expression]]:
        """Return a share of the most and its logarithm for each party, under first tangents."""
        programme = self.programme.copy()
        # Nobody else can have more than the most, so this one must have at least that share.
        floor = -math.inf if self.best is None else self.log_product(self.best) - SLACK
        shares, logs = [], []
        for party, (most, offset) in enumerate(zip(self.most, self.asked.floor, strict=True)):
            least = max(float(self.least[party] - offset) / most, math.exp(floor))
            share = programme.add_continuous(least * (1 - SLACK), 1.0, UNIT)
            gain = self.asked.gain_expression(programme, party, 1.0)
            programme.require(gain - share * most, low=0)
            log = programme.add_continuous(math.log(least) - SLACK, 0.0, UNIT)
            for at in np.geomspace(least, 1.0, N_TANGENTS):
                _tangent(programme, share, log, float(at))
            shares.append(share)
            logs.append(log)
        if self.best is not None:
            self._touch(programme, self.best, shares, logs)
        return programme, shares, logs

    def _touch(
        self,
        programme: Programme,
        codes: Ints,
        shares: Sequence[Expression],
        logs: Sequence[Expression],
    ) -> None:
        """Add the tangents at a package: there, the bound is then exact."""
        for gain, most, share, log in zip(self.gains(codes), self.most, shares, logs, strict=True):
            _tangent(programme, share, log, float(gain) / most)

    def product(self, codes: Ints) -> Fraction:
        """Return the product of gains in points, exactly."""
        return math.prod(self.gains(codes), start=Fraction(1))

    def _greedy(self) -> Ints:
        """Return the package with the largest sum of shares, links and interactions aside."""
        weights = np.array([1 / most if most > 0 else 0.0 for most in self.most])
        chosen = list(self.asked.columns)
        return np.array([int((t[:, chosen] @ weights).argmax()) for t in self.asked.domain.points])

    def improved(self, codes: Ints) -> Ints:
        """Change one issue at a time while the product grows."""
        best, value = codes, self._scores(codes[np.newaxis])[0]
        for _ in range(MOST_SWEEPS):
            before = value
            for issue, n_options in enumerate(self.asked.domain.n_options):
                rows = np.repeat(best[np.newaxis], n_options, axis=0)
                rows[:, issue] = np.arange(n_options)
                scores = self._scores(rows)
                at = int(scores.argmax())
                if scores[at] > value + SLACK:
                    best, value = rows[at], scores[at]
            if value == before:
                break
        return best

    def _scores(self, rows: Ints) -> Floats:
        """Return logarithms of products; minus infinity for packages that may not be chosen."""
        domain = self.asked.domain
        totals = domain.totals(rows)
        points = totals[:, list(self.asked.columns)]
        right = domain.is_allowed(rows) & (points >= np.array(self.least)).all(axis=1)
        if self.asked.rule is not None:
            right &= is_met(self.asked.rule, totals)
        gains = points - np.array([float(floor) for floor in self.asked.floor])
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(gains / np.array(self.most)).sum(axis=1)
        return np.where(right, logs, -np.inf)


def _tangent(programme: Programme, share: Expression, log: Expression, at: float) -> None:
    programme.require(log - share * (1 / at), high=math.log(at) - 1)


def _none(asked: Question, search: NashSearch, tolerance: float) -> NamedPoint:
    """Say why there is no package: nobody may be chosen, or somebody gains nothing."""
    is_proven = search.status is Status.INFEASIBLE
    reason = NOT_FOUND
    if is_proven:
        anybody = asked.programme().solve(Expression(), time_limit=search.clock.left)
        reason = asked.nobody if anybody.status is Status.INFEASIBLE else NO_STRICT_GAIN
    return no_point(
        reason,
        is_proven=is_proven,
        n_rounds=search.n_rounds + is_proven,
        tolerance=tolerance,
        method=METHOD,
    )


def _as_float(product: Fraction) -> float:
    try:
        return float(product)
    except OverflowError:
        return math.inf
