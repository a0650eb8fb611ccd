"""Why no package passes: which demands are in conflict, and which of them still agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.repair.best import MOST_LISTED
from detente.engines.deal_space.repair.conflicts import Conflicts, conflicts_of, largest_agreeing
from detente.engines.deal_space.repair.oracle import Constraint, TogetherOracle
from detente.engines.deal_space.space.acceptance import AcceptanceRule
from detente.engines.deal_space.space.domain import Domain

__all__ = ["Constraint", "explain_empty_zone", "largest_agreement"]


def explain_empty_zone(
    domain: Domain,
    constraints: Sequence[Constraint],
    *,
    always: AcceptanceRule | None = None,
    most_listed: int = MOST_LISTED,
    max_calls: int | None = None,
    seconds: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Conflicts:
    """List all irreducible conflicts among demands on a package, and all that still agree.

    Parameters
    ----------
    domain : Domain
    constraints : sequence of AcceptanceRule, Link or int
        What may be in conflict, named by its place here: a part of an acceptance rule (a party's
        line, a red line, a quota); a link; or the index of one of the domain's links, which then
        holds only where it is asked for. "This issue stays as it is today" is a link on one
        issue that allows one option.
    always : AcceptanceRule, optional
        What must hold in any case, besides the links of the domain not named in ``constraints``.
    most_listed : int, default 100,000
        List packages instead of solving where there are at most so many.
    max_calls, seconds, should_stop : optional
        As for :func:`conflicts_of`; seconds also bound the solver's runs.

    Returns
    -------
    Conflicts
        Witnesses are packages, checked in whole numbers. The zone is empty if and only if there
        is a conflict. If the domain and ``always`` leave no package at all, the only conflict is
        the empty one.

    Raises
    ------
    EngineInputError
        If a threshold names no column, an index no link, or a link does not fit the domain.

    Notes
    -----
    A domain of at most ``most_listed`` packages is listed once. Beyond that, sets
    that can be met are mostly found by steps from packages seen before, and each irreducible
    conflict rests on a mixed-integer programme without a solution, to its tolerances.

    Examples
    --------
    One issue; the first party wants 3 points, the second 2, the third 1:

    >>> import numpy as np
    >>> from detente.engines.deal_space.space.acceptance import Meets
    >>> domain = Domain((np.array([(3, 0, 1), (1, 2, 1), (0, 3, 0)]),))
    >>> found = explain_empty_zone(domain, [Meets(0, 3), Meets(1, 2), Meets(2, 1)])
    >>> found.conflicting, found.agreeing
    (((0, 1),), ((0, 2), (1, 2)))
    >>> [package.tolist() for package in found.witnesses]
    [[0], [1]]
    """
    oracle = TogetherOracle(domain, constraints, always, Clock(seconds), most_listed)
    found = conflicts_of(
        len(constraints), oracle, max_calls=max_calls, seconds=seconds, should_stop=should_stop
    )
    return _with_solves(found, oracle)


def largest_agreement(
    domain: Domain,
    constraints: Sequence[Constraint],
    *,
    always: AcceptanceRule | None = None,
    most_listed: int = MOST_LISTED,
    max_calls: int | None = None,
    seconds: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Conflicts:
    """List the sets of demands that one package can meet of which none has more members.

    As :func:`explain_empty_zone`, and sooner done: what remains of the conflicts is those that
    prove that there is no larger set.

    Examples
    --------
    >>> import numpy as np
    >>> from detente.engines.deal_space.space.acceptance import Meets
    >>> domain = Domain((np.array([(3, 0, 1), (1, 2, 0), (0, 3, 0)]),))
    >>> largest_agreement(domain, [Meets(0, 3), Meets(1, 2), Meets(2, 1)]).agreeing
    ((0, 2),)
    """
    oracle = TogetherOracle(domain, constraints, always, Clock(seconds), most_listed)
    found = largest_agreeing(
        len(constraints), oracle, max_calls=max_calls, seconds=seconds, should_stop=should_stop
    )
    return _with_solves(found, oracle)


def _with_solves(found: Conflicts, oracle: TogetherOracle) -> Conflicts:
    return replace(found, method=f"{found.method}; {oracle.n_solves} programmes solved")
