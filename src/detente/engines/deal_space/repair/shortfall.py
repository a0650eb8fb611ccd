"""Which packages lack least, where no package has what everybody asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Floats, Ints, frozen
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.repair.best import (
    MOST_LISTED,
    Best,
    Shortfall,
    best_packages,
    checked_count,
    checked_rule,
)
from detente.engines.deal_space.repair.zone import largest_agreement
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, all_of
from detente.engines.deal_space.space.domain import Domain, Points

__all__ = ["LeastShortfall", "fewest_refusals", "least_shortfall"]


@dataclass(frozen=True, slots=True, eq=False)
class LeastShortfall:
    """The packages that lack least to certain thresholds.

    Attributes
    ----------
    packages : ndarray of int, shape (n_found, n_issues)
        Option codes of packages that tie, in order of their codes; none if none is possible, or
        none was found in time.
    missing_points : ndarray of int64, shape (n_found, n_thresholds)
        What each lacks to each threshold, in points of its column.
    missing : ndarray of float, shape (n_found, n_thresholds)
        The same in units of utility.
    total : float
        Of each of them, added up; NaN if there is none.
    at_least : float
        Proven: no possible package lacks less in total (with as few refusals, where these come
        first). NaN if nothing is known, or nothing is possible.
    n_refusals : int or None
        How many thresholds each of them misses, where these were kept few first; else None, and
        where there is no package.
    is_proven : bool
        Whether no package can come before these; with no package, whether none is possible.
    has_all : bool
        Whether these are all that tie; if not, ``most_ties`` or the time cut the list short.
    method : str
    n_solves : int
        How often the solver ran for the least total.
    """

    packages: Ints
    missing_points: Points
    missing: Floats
    total: float
    at_least: float
    n_refusals: int | None
    is_proven: bool
    has_all: bool
    method: str
    n_solves: int


def least_shortfall(
    domain: Domain,
    wanted: Sequence[Meets],
    *,
    rule: AcceptanceRule | None = None,
    most_ties: int = 10,
    most_listed: int = MOST_LISTED,
    seconds: float | None = None,
) -> LeastShortfall:
    """Find packages with the least total shortfall to thresholds.

    A package's shortfall to a threshold is what its total in that column lacks, or 0. They are
    added up in units of utility, so **the columns must be on one scale**; a unit of one party
    cannot otherwise be held against a unit of another.

    Parameters
    ----------
    domain : Domain
    wanted : sequence of Meets
        The thresholds, at least one.
    rule : AcceptanceRule, optional
        What a package must meet in any case, besides every link of the domain.
    most_ties : int, default 10
        Of packages that tie, return at most so many.
    most_listed : int, default 100,000
        List packages instead of solving where there are at most so many.
    seconds : float, optional
        Stop after so much time, and say what is proven by then.

    Returns
    -------
    LeastShortfall

    Raises
    ------
    EngineInputError
        If there is no threshold, one names no column, or a limit makes no sense.

    Notes
    -----
    Sums are compared in whole numbers. A domain of at most ``most_listed`` packages
    is listed; beyond it the solver proves its bound to about one part in 10**9 of the largest
    points, and a package that is better by less could be missed.

    Examples
    --------
    >>> domain = Domain((np.array([(5, 0), (3, 3), (0, 4)]),))
    >>> found = least_shortfall(domain, [Meets(0, 4), Meets(1, 4)])
    >>> found.packages.tolist(), found.missing.tolist(), found.total
    ([[1]], [[1.0, 1.0]], 2.0)
    """
    always = all_of() if rule is None else rule
    shortfall = _checked(domain, wanted, always)
    best = best_packages(
        domain,
        always,
        [shortfall],
        most_ties=checked_count(most_ties, "most_ties"),
        most_listed=most_listed,
        clock=Clock(seconds),
    )
    return _result(domain, shortfall, best, None)


def fewest_refusals(
    domain: Domain,
    wanted: Sequence[Meets],
    *,
    rule: AcceptanceRule | None = None,
    most_ties: int = 10,
    most_listed: int = MOST_LISTED,
    seconds: float | None = None,
) -> LeastShortfall:
    """Find packages that miss the fewest thresholds, and of these lack least in total.

    As :func:`least_shortfall`, with the number of missed thresholds first. Which thresholds can
    be met together is searched with :func:`largest_agreement`; then, for each of the largest
    sets, the least total shortfall to the others.

    Examples
    --------
    >>> domain = Domain((np.array([(5, 0), (3, 3), (0, 4)]),))
    >>> found = fewest_refusals(domain, [Meets(0, 4), Meets(1, 4)])
    >>> found.packages.tolist(), found.n_refusals, found.total
    ([[0], [2]], 1, 4.0)
    """
    always = all_of() if rule is None else rule
    shortfall = _checked(domain, wanted, always)
    most_ties = checked_count(most_ties, "most_ties")
    clock = Clock(seconds)
    sets = largest_agreement(
        domain, wanted, always=always, most_listed=most_listed, seconds=seconds
    )
    n_refusals, n_solves = len(wanted), 0
    packages: Ints = np.empty((0, domain.n_issues), dtype=np.intp)
    value: int | None = None
    bound = np.inf
    is_proven, has_all = sets.is_complete, sets.is_complete
    for met in sets.agreeing:
        n_refusals = len(wanted) - len(met)
        best = best_packages(
            domain,
            all_of(always, *(wanted[k] for k in met)),
            [shortfall],
            most_ties=most_ties,
            most_listed=most_listed,
            clock=clock,
        )
        n_solves += best.n_solves
        is_proven &= best.is_proven
        bound = min(bound, best.bounds[0] if best.bounds else 0.0)
        if not best.values or (value is not None and best.values[0] > value):
            continue
        if best.values[0] != value:
            packages, has_all = packages[:0], sets.is_complete
        value = best.values[0]
        has_all &= best.has_all
        packages = np.concatenate([packages, best.packages])
    # Two sets of the largest size cannot both be met, so no package is found twice.
    packages = packages[np.lexsort(packages.T[::-1])]
    best = Best(
        packages[:most_ties],
        () if value is None else (value,),
        () if value is None else (float(bound),),
        is_proven,
        has_all and len(packages) <= most_ties,
        f"largest sets of thresholds met together ({sets.method}), then least total shortfall",
        n_solves,
    )
    return _result(domain, shortfall, best, n_refusals if best.values else None)


def _checked(domain: Domain, wanted: Sequence[Meets], always: AcceptanceRule) -> Shortfall:
    checked_rule(domain, always, *wanted)
    checked_count(len(wanted), "wanted: number of thresholds")
    return Shortfall.for_thresholds(domain, wanted)


def _result(
    domain: Domain, shortfall: Shortfall, best: Best, n_refusals: int | None
) -> LeastShortfall:
    missing = shortfall.by_threshold(domain, best.packages)
    scale = domain.scale[[each.column for each in shortfall.wanted]]
    return LeastShortfall(
        packages=frozen(best.packages),
        missing_points=frozen(missing),
        missing=frozen(missing / scale),
        total=best.values[0] / shortfall.unit if best.values else float("nan"),
        at_least=best.bounds[0] / shortfall.unit if best.bounds else float("nan"),
        n_refusals=n_refusals,
        is_proven=best.is_proven,
        has_all=best.has_all,
        method=best.method,
        n_solves=best.n_solves,
    )
