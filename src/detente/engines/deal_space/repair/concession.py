"""What it would take to bring one party along: side payment, pressure or guarantee."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.repair.best import (
    MOST_LISTED,
    Shortfall,
    best_packages,
    checked_rule,
)
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, all_of
from detente.engines.deal_space.space.domain import Domain, Points
from detente.errors import EngineInputError

__all__ = ["Concessions", "concessions_for", "least_concession"]


@dataclass(frozen=True, slots=True, eq=False)
class Concessions:
    """For each party, the least that would open the zone if this party alone were moved.

    Attributes
    ----------
    is_enough : ndarray of bool, shape (n_parties,)
        Whether moving this party alone, however far, can open the zone, as far as is known.
    points : ndarray of int64, shape (n_parties,)
        What it takes, in points of the party's column: 0 if nothing. -1 where it is not enough.
    utility : ndarray of float, shape (n_parties,)
        The same in the party's own units of utility; NaN where it is not enough.
    at_least : ndarray of float, shape (n_parties,)
        Proven: less than this does not do, in units of utility. Infinite where moving this party
        is proven not to be enough; 0 if nothing is known.
    packages : ndarray of int, shape (n_parties, n_issues)
        A package that everybody then accepts; -1 where it is not enough.
    is_proven : ndarray of bool, shape (n_parties,)
        Whether less is impossible; where it is not enough, whether that is proven.
    method : str
    """

    is_enough: Bools
    points: Points
    utility: Floats
    at_least: Floats
    packages: Ints
    is_proven: Bools
    method: str


def concessions_for(domain: Domain, parties: Sequence[Meets], package: npt.ArrayLike) -> Points:
    """Return what each party lacks in one package: the least that makes it acceptable to it.

    A side payment, a guarantee or a threat against no deal that is worth so much **to that
    party**, in points of its own column, shape (n_parties,); 0 where it accepts already.

    Raises
    ------
    EngineInputError
        If the package does not fit the domain, or a threshold names no column.

    Examples
    --------
    >>> domain = Domain((np.array([(5, 0), (3, 3), (0, 4)]),))
    >>> concessions_for(domain, [Meets(0, 4), Meets(1, 4)], [1])
    array([1, 1])
    """
    checked_rule(domain, *parties)
    codes = np.asarray([package])
    return frozen(Shortfall.for_thresholds(domain, parties).by_threshold(domain, codes)[0])


def least_concession(
    domain: Domain,
    parties: Sequence[Meets],
    *,
    rule: AcceptanceRule | None = None,
    most_listed: int = MOST_LISTED,
    seconds: float | None = None,
) -> Concessions:
    """Find, for each party, the least that opens an empty zone if only this party is moved.

    That is the party's smallest shortfall over the packages that all the others accept. It is in
    the party's own units, and says nothing about which party should be moved: what is little in
    its points may be much in another's.

    Parameters
    ----------
    domain : Domain
    parties : sequence of Meets
        Each party's line; all must be met for a deal. At least one.
    rule : AcceptanceRule, optional
        What must hold in any case, besides every link of the domain.
    most_listed : int, default 100,000
        List packages instead of solving where there are at most so many.
    seconds : float, optional
        Stop after so much time, and say what is proven by then.

    Returns
    -------
    Concessions
        If the zone is not empty, nothing is needed of anybody: all are 0.

    Raises
    ------
    EngineInputError
        If there is no party, or a threshold names no column.

    Notes
    -----
    One mixed-integer programme per party; a domain of at most ``most_listed`` packages is listed.

    Examples
    --------
    >>> domain = Domain((np.array([(5, 0), (3, 3), (0, 4)]),))
    >>> found = least_concession(domain, [Meets(0, 4), Meets(1, 4)])
    >>> found.points, found.packages.tolist()
    (array([4, 4]), [[2], [0]])
    """
    always = all_of() if rule is None else rule
    checked_rule(domain, always, *parties)
    if not parties:
        raise EngineInputError("parties: found none, expected at least one threshold")
    clock = Clock(seconds)
    n = len(parties)
    points, at_least = np.full(n, -1, dtype=np.int64), np.zeros(n)
    packages: Ints = np.full((n, domain.n_issues), -1, dtype=np.intp)
    is_proven = np.zeros(n, dtype=np.bool_)
    methods: list[str] = []
    for k, party in enumerate(parties):
        others = [each for j, each in enumerate(parties) if j != k]
        shortfall = Shortfall.for_thresholds(domain, [party])
        best = best_packages(
            domain,
            all_of(always, *others),
            [shortfall],
            most_ties=1,
            most_listed=most_listed,
            clock=clock,
        )
        is_proven[k] = best.is_proven
        methods.append(best.method)
        if best.values:
            points[k] = shortfall.by_threshold(domain, best.packages)[0, 0]
            packages[k] = best.packages[0]
            at_least[k] = best.bounds[0] / shortfall.unit
        elif best.is_proven:
            at_least[k] = np.inf
    scale = domain.scale[[party.column for party in parties]]
    return Concessions(
        is_enough=frozen(points >= 0),
        points=frozen(points),
        utility=frozen(np.where(points >= 0, points / scale, np.nan)),
        at_least=frozen(at_least),
        packages=frozen(packages),
        is_proven=frozen(is_proven),
        method=methods[0],
    )
