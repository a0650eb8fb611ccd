"""The largest sum of utilities, without listing packages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy.typing as npt

from detente.engines.deal_space.programme.builder import Expression, Status
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.programme.efficient import made_efficient
from detente.engines.deal_space.programme.points import (
    NOT_FOUND,
    NamedPoint,
    as_number,
    no_point,
    question,
)
from detente.engines.deal_space.solution import checked_tolerance
from detente.engines.deal_space.space.acceptance import AcceptanceRule
from detente.engines.deal_space.space.domain import Domain

__all__ = ["utilitarian_point"]

METHOD = "largest sum of utilities over individually rational packages, by programming"


def utilitarian_point(
    domain: Domain,
    disagreement: npt.ArrayLike,
    *,
    columns: Sequence[int] | None = None,
    rule: AcceptanceRule | None = None,
    tolerance: float = 1e-6,
    time_limit: float | None = None,
) -> NamedPoint:
    """Find a package with the largest sum of utilities, in a space too large to list.

    As :func:`.utilitarian_solution`, over the packages that every link allows, that meet the
    rule, and that leave no chosen party below disagreement. It adds one party's utility to
    another's, so **the parties' utilities must be on one scale**.

    Parameters
    ----------
    domain : Domain
    disagreement : array_like, shape (n_parties,)
        What each party gets without an agreement, in utility. It decides which packages are
        considered, and nothing else.
    columns : sequence of int, optional
        The parties' columns, in the order of ``disagreement``; all by default.
    rule : AcceptanceRule, optional
        What else a package must meet; it may look at any column.
    tolerance : float, default 1e-6
        What may be left unproven of the sum, as a share of the largest gain anybody could have.
    time_limit : float, optional
        Seconds for everything. When it strikes, the best package found is returned with what is
        proven; ``is_proven`` is then False.

    Returns
    -------
    NamedPoint
        ``value`` is the sum of utilities, ``bound`` the most that it could be. Empty, with a
        reason, if no package may be chosen.

    Raises
    ------
    EngineInputError
        If columns or disagreement do not fit, the tolerance is not a share, the time limit is
        not above 0, or a column's points span more than 10**9 within it.

    Notes
    -----
    One mixed-integer programme; one more to prove efficiency where the sum is not proven to the
    last point.

    Examples
    --------
    >>> import numpy as np
    >>> domain = Domain((np.array([(5, 0), (0, 4), (3, 3)]), np.array([(2, 0), (0, 3)])))
    >>> point = utilitarian_point(domain, (0, 0))
    >>> point.codes, point.value, point.is_proven
    (array([2, 1]), 9.0, True)
    """
    tolerance = checked_tolerance(tolerance)
    clock = Clock(time_limit, "time_limit")
    asked = question(domain, columns, disagreement, rule)
    programme = asked.programme()
    # The finest scale counts single points, so that sums over powers of ten stay whole.
    finest = max(asked.scale)
    weights = [finest / scale for scale in asked.scale]
    aim = sum(
        (programme.total(c) * as_number(w) for c, w in zip(asked.columns, weights, strict=True)),
        Expression(),
    )
    answer = programme.solve(aim, time_limit=clock.left)
    if answer.is_empty:
        surely = answer.status is Status.INFEASIBLE
        reason = asked.nobody if surely else NOT_FOUND
        return no_point(reason, is_proven=surely, n_rounds=1, tolerance=tolerance, method=METHOD)
    codes, is_efficient, n_rounds = answer.codes, answer.bound == answer.objective, 1
    if not is_efficient:
        codes, is_efficient, _ = made_efficient(programme, codes, asked.columns, clock)
        n_rounds += 1
    points = asked.points(codes)
    total = sum((p / scale for p, scale in zip(points, asked.scale, strict=True)), Fraction(0))
    left = max(0.0, answer.bound / float(finest) - float(total)) if answer.gap else 0.0
    most = max(
        float((programme.largest(c) - floor) / scale)
        for c, floor, scale in zip(asked.columns, asked.floor, asked.scale, strict=True)
    )
    return asked.point(
        codes,
        value=float(total),
        bound=float(total) + left,
        gap=left / most if most > 0 else math.inf if left else 0.0,
        is_efficient=is_efficient,
        n_rounds=n_rounds,
        tolerance=tolerance,
        method=METHOD,
    )
