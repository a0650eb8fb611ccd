"""Named packages and small spaces over many draws of what the options are worth.

A draw is one way the numbers could be. Draws are the first axis of every array here, packages the
second, columns the last; each draw is evaluated on its own, as the engines for a single table do,
and no draw is weighted. What share of the draws says something is the mean over the first axis.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, frozen
from detente.engines.deal_space.draws.points import NamedPoints, named_points
from detente.engines.deal_space.draws.values import Numbers, drawn_values, per_draw
from detente.engines.deal_space.solution import checked_tolerance
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, leaves_of
from detente.errors import EngineInputError

__all__ = [
    "DrawnDeals",
    "accepted_over_draws",
    "efficient_over_draws",
    "evaluate_draws",
    "points_over_draws",
    "totals_over_draws",
]

AT_ONCE = 1 << 21
"""Totals that one thread holds at a time, 16 MB; a single draw may hold more."""

METHOD = "each draw on its own: every listed package compared with every other, exactly"


@dataclass(frozen=True, slots=True, eq=False)
class DrawnDeals:
    """What every package is in every draw.

    Attributes
    ----------
    accepted : ndarray of bool, shape (n_draws, n_packages), or None
        Whether it meets the rule; None if no rule was given.
    efficient : ndarray of bool, shape (n_draws, n_packages)
        Whether no other listed package dominates it.
    points : NamedPoints
        Whether the bargaining solutions select it.
    method : str
        How it was decided. The draws are the certificate: any of them can be given to the engines
        for a single table.
    """

    accepted: Bools | None
    efficient: Bools
    points: NamedPoints
    method: str


def totals_over_draws(
    values: Sequence[npt.ArrayLike],
    codes: npt.ArrayLike,
    interactions: Sequence[tuple[Sequence[int], npt.ArrayLike]] = (),
) -> Numbers:
    """Add up what packages are worth, in every draw.

    Parameters
    ----------
    values : sequence of array_like, one per issue, shape (n_draws, n_options, n_columns)
        What each option is worth in each column, weights multiplied in. A first axis of length 1
        stands for every draw. Whole numbers throughout stay whole numbers, and are added exactly;
        anything else is added as floats, issue by issue in order, then the interactions, so that
        equal sums of rounded numbers may differ in the last bit.
    codes : array_like of int, shape (n_packages, n_issues)
        One option for each issue.
    interactions : sequence of (issues, array_like)
        For each, the issues it speaks of and an array of shape (n_draws, n_options of the first
        issue, ..., of the last, n_columns): what each combination adds.

    Returns
    -------
    ndarray of int64 or float64, shape (n_draws, n_packages, n_columns)
        The whole array: for many draws, see :func:`evaluate_draws`, which never holds it.

    Raises
    ------
    EngineInputError
        If there is no issue, draw, option or column, shapes do not match, a number is not finite,
        a code is no option, or whole numbers could add up to 2**61 or more.

    Examples
    --------
    >>> pay, rank = [[(5, 0), (0, 4)]], [[(1, 1), (0, 3)], [(2, 1), (0, 9)]]
    >>> totals_over_draws([pay, rank], [(0, 1), (1, 1)])
    array([[[ 5,  3],
            [ 0,  7]],
    <BLANKLINE>
           [[ 5,  9],
            [ 0, 13]]])
    """
    drawn = drawn_values(values, codes, interactions)
    return frozen(drawn.totals(slice(0, drawn.n_draws)))


def accepted_over_draws(
    totals: npt.ArrayLike, rule: AcceptanceRule, floors: npt.ArrayLike | None = None
) -> Bools:
    """Say of each package in each draw whether it meets a rule.

    Parameters
    ----------
    totals : array_like, shape (n_draws, n_packages, n_columns)
        A first axis of length 1 stands for every draw of the floors.
    rule : AcceptanceRule
        Its thresholds count from the draw's floor: ``Meets(1, 0)`` asks for column 1 to reach its
        floor, ``Meets(1, 5)`` for 5 more. Equal is enough.
    floors : array_like, shape (n_draws, n_columns) or (n_columns,), optional
        In the unit of the totals; 0 if left out, so that thresholds are plain totals. Minus
        infinity: any total will do; infinity: none.

    Returns
    -------
    ndarray of bool, shape (n_draws, n_packages)

    Raises
    ------
    EngineInputError
        If shapes do not match, a total is not finite, a floor is a NaN, or the rule names a
        column that does not exist.

    Examples
    --------
    The floor of the second party is drawn:

    >>> from detente.engines.deal_space.space.acceptance import all_of
    >>> rule = all_of(Meets(0, 0), Meets(1, 0))
    >>> accepted_over_draws([[(5, 3), (0, 7)]] * 2, rule, [(1, 2), (0, 4)])
    array([[ True, False],
           [False,  True]])
    """
    table = _checked_totals(totals)
    n_draws = _longest(len(table), floors)
    return frozen(_accepted(rule, table, _checked_rule(rule, floors, n_draws, table.shape[2])))


def efficient_over_draws(totals: npt.ArrayLike) -> Bools:
    """Say of each package in each draw whether no other one dominates it.

    Parameters
    ----------
    totals : array_like, shape (n_draws, n_packages, n_columns)
        Larger is better. Compared exactly; equal packages do not dominate each other.

    Returns
    -------
    ndarray of bool, shape (n_draws, n_packages)
        As :func:`~detente.engines.deal_space.pareto_front` finds it, draw by draw.

    Raises
    ------
    EngineInputError
        If the array has another shape, is empty or holds a NaN or an infinity.

    Notes
    -----
    O(n_draws * n_packages * (n_efficient + log n_packages) * n_columns) time.

    Examples
    --------
    >>> efficient_over_draws([[(3, 1), (2, 1), (1, 3)], [(2, 2), (2, 2), (1, 1)]])
    array([[ True, False,  True],
           [ True,  True, False]])
    """
    table = _checked_totals(totals)
    result = np.empty(table.shape[:2], dtype=np.bool_)
    _over_chunks(len(table), table[0].size, lambda part: _mark(table[part], result[part]))
    return frozen(result)


def points_over_draws(
    totals: npt.ArrayLike, disagreement: npt.ArrayLike, *, tolerance: float = 1e-9
) -> NamedPoints:
    """Say of each package in each draw whether the bargaining solutions select it.

    The Nash, Kalai-Smorodinsky, egalitarian and utilitarian solutions over the listed packages,
    with all ties, as their own functions define them for a single table: only packages that leave
    nobody below disagreement are considered, and dominated ones among the tied are left out. The
    egalitarian and the utilitarian one need all columns on one scale.

    Parameters
    ----------
    totals : array_like, shape (n_draws, n_packages, n_parties)
    disagreement : array_like, shape (n_draws, n_parties) or (n_parties,)
        What each party gets without an agreement.
    tolerance : float
        As for :func:`~detente.engines.deal_space.nash_solution` and the others.

    Returns
    -------
    NamedPoints

    Raises
    ------
    EngineInputError
        If shapes do not match, a number is not finite, or the tolerance is not a share.

    Examples
    --------
    >>> table = [(9, 1), (6, 3), (3, 6), (0, 0)]
    >>> points_over_draws([table, table], [(0, 0), (4, 0)]).nash
    array([[False,  True,  True, False],
           [False,  True, False, False]])
    """
    table = _checked_totals(totals)
    share = checked_tolerance(tolerance)
    start = per_draw(disagreement, len(table), table.shape[2], "disagreement")
    efficient = efficient_over_draws(table)
    result = NamedPoints.blank(len(table), table.shape[1], share)

    def settle(part: slice) -> None:
        named_points(table[part], efficient[part], start[part], share, result.part(part))

    _over_chunks(len(table), table[0].size, settle)
    return result.sealed()


def evaluate_draws(
    values: Sequence[npt.ArrayLike],
    codes: npt.ArrayLike,
    disagreement: npt.ArrayLike,
    *,
    interactions: Sequence[tuple[Sequence[int], npt.ArrayLike]] = (),
    rule: AcceptanceRule | None = None,
    floors: npt.ArrayLike | None = None,
    parties: Sequence[int] | None = None,
    tolerance: float = 1e-9,
) -> DrawnDeals:
    """Evaluate packages over draws, a bounded number of draws at a time.

    The same as :func:`totals_over_draws` followed by the functions for acceptance, efficiency and
    named points, without ever holding all totals.

    Parameters
    ----------
    values, codes, interactions
        As for :func:`totals_over_draws`. If nothing is drawn here, the number of draws is that of
        the floors or the disagreement.
    disagreement : array_like, shape (n_draws, n_parties) or (n_parties,)
        What each party gets without an agreement.
    rule, floors : optional
        As for :func:`accepted_over_draws`; over all columns.
    parties : sequence of int, optional
        The columns that efficiency and the named points compare, in the order of
        ``disagreement``; all by default. Others are there for the rule.
    tolerance : float
        As for :func:`points_over_draws`.

    Returns
    -------
    DrawnDeals

    Raises
    ------
    EngineInputError
        As for the functions it stands for.

    Notes
    -----
    Memory: the values, five truth values for each draw and package, and 16 MB of totals with a few
    times that beside them for each processor.

    Examples
    --------
    What the second option of one issue is worth to the first party is drawn:

    >>> issue = np.array([[(5.0, 1.0), (0.0, 4.0), (2.0, 2.0)]] * 1000)
    >>> issue[:, 1, 0] = np.arange(1000) / 250
    >>> found = evaluate_draws([issue], [(0,), (1,), (2,)], (0, 0), rule=Meets(0, 2))
    >>> found.efficient.mean(axis=0), found.accepted.mean(axis=0)
    (array([1. , 1. , 0.5]), array([1. , 0.5, 1. ]))
    """
    drawn = drawn_values(values, codes, interactions)
    n_draws, n_packages, n_columns = drawn.n_draws, drawn.n_packages, drawn.n_columns
    n_draws = _longest(n_draws, floors, disagreement)
    drawn = replace(drawn, n_draws=n_draws)
    compared = _checked_parties(parties, n_columns)
    share = checked_tolerance(tolerance)
    start = per_draw(disagreement, n_draws, len(compared), "disagreement")
    lines = None if rule is None else _checked_rule(rule, floors, n_draws, n_columns)
    accepted = None if rule is None else np.empty((n_draws, n_packages), dtype=np.bool_)
    efficient = np.empty((n_draws, n_packages), dtype=np.bool_)
    points = NamedPoints.blank(n_draws, n_packages, share)

    def settle(part: slice) -> None:
        totals = drawn.totals(part)
        if rule is not None and lines is not None and accepted is not None:
            accepted[part] = _accepted(rule, totals, lines[part])
        if compared != list(range(n_columns)):
            totals = np.ascontiguousarray(totals[:, :, compared])
        _mark(totals, efficient[part])
        named_points(totals, efficient[part], start[part], share, points.part(part))

    _over_chunks(n_draws, n_packages * n_columns, settle)
    return DrawnDeals(
        accepted=None if accepted is None else frozen(accepted),
        efficient=frozen(efficient),
        points=points.sealed(),
        method=METHOD,
    )


def _accepted(rule: AcceptanceRule, totals: Numbers, floors: Numbers) -> Bools:
    if isinstance(rule, Meets):
        line = floors[:, rule.column] + rule.at_least
        return np.asarray(totals[:, :, rule.column] >= line[:, np.newaxis])
    weight = np.zeros((len(floors), totals.shape[1]), dtype=np.int64)
    for part, each in zip(rule.parts, rule.weights, strict=True):
        weight += np.where(_accepted(part, totals, floors), each, 0)
    return np.asarray(weight >= rule.quota)


def _mark(totals: Numbers, efficient: Bools) -> None:
    from detente.engines.deal_space.draws.kernels import mark_undominated

    mark_undominated(totals, efficient)


def _over_chunks(n_draws: int, per_draw: int, settle: Callable[[slice], None]) -> None:
    """Settle the draws a bounded number at a time, on all processors if there are many."""
    step = max(1, AT_ONCE // per_draw)
    parts = [slice(low, min(low + step, n_draws)) for low in range(0, n_draws, step)]
    if len(parts) == 1:
        settle(parts[0])
        return
    with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1)) as pool:
        list(pool.map(settle, parts))


# --- checks --------------------------------------------------------------------------------------


def _checked_totals(totals: npt.ArrayLike) -> Numbers:
    table = np.array(totals)
    table = table.astype(np.int64 if table.dtype.kind in "iu" else np.float64, order="C")
    if table.ndim != 3 or 0 in table.shape:
        raise EngineInputError(
            f"totals: found shape {table.shape}, expected (n_draws, n_packages, n_columns) with at "
            "least one of each"
        )
    if not np.isfinite(table).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(table))[0])
        raise EngineInputError(
            f"totals[{', '.join(map(str, place))}]: found {table[place]}, expected a finite number"
        )
    return table


def _checked_rule(
    rule: AcceptanceRule, floors: npt.ArrayLike | None, n_draws: int, n_columns: int
) -> Numbers:
    for leaf in leaves_of(rule):
        if not 0 <= leaf.column < n_columns:
            raise EngineInputError(
                f"rule: found column {leaf.column}, expected one from 0 to {n_columns - 1}"
            )
    found = np.zeros(n_columns, dtype=np.int64) if floors is None else floors
    return per_draw(found, n_draws, n_columns, "floors", may_be_infinite=True)


def _longest(n_draws: int, *others: npt.ArrayLike | None) -> int:
    """Return the number of draws: where one draw stands for all, that of what else is drawn."""
    lengths = [np.shape(other)[0] for other in others if other is not None and np.ndim(other) == 2]
    return max(lengths, default=1) if n_draws == 1 else n_draws


def _checked_parties(parties: Sequence[int] | None, n_columns: int) -> list[int]:
    compared = list(range(n_columns)) if parties is None else [int(party) for party in parties]
    if (
        not compared
        or len(set(compared)) != len(compared)
        or not set(compared) <= set(range(n_columns))
    ):
        raise EngineInputError(
            f"parties: found {compared}, expected different columns from 0 to {n_columns - 1}, at "
            "least one"
        )
    return compared
