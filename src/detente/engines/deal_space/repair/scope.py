"""Which issue to add or leave out, and whose seat, opens the zone; or closes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.repair.best import MOST_LISTED
from detente.engines.deal_space.repair.oracle import TogetherOracle
from detente.engines.deal_space.space.acceptance import AcceptanceRule
from detente.engines.deal_space.space.domain import Domain, Link
from detente.errors import EngineInputError

__all__ = ["ScopeChanges", "ZoneState", "scope_changes"]


class ZoneState(Enum):
    """Whether a package passes."""

    OPEN = "a package passes"
    EMPTY = "proven that no package passes"
    UNKNOWN = "no package found, none excluded in the time allowed"


@dataclass(frozen=True, slots=True, eq=False)
class ScopeChanges:
    """The zone as the scope stands, and after each single change of it.

    Attributes
    ----------
    now : ZoneState
        With the issues in scope open, all others as today, and every part met.
    package_now : ndarray of int or None
        A package that passes, over all issues.
    by_issue : tuple of ZoneState, shape (n_issues,)
        The zone after moving this issue across the line: an issue out of scope is added, one in
        scope is taken out and stays as today.
    packages_by_issue : tuple of (ndarray of int or None), shape (n_issues,)
        A package that passes after that.
    by_part : tuple of ZoneState, shape (n_parts,)
        The zone if this part need not be met: this party's consent, its seat.
    packages_by_part : tuple of (ndarray of int or None), shape (n_parts,)
        A package that passes after that.
    method : str
    n_solves : int
    """

    now: ZoneState
    package_now: Ints | None
    by_issue: tuple[ZoneState, ...]
    packages_by_issue: tuple[Ints | None, ...]
    by_part: tuple[ZoneState, ...]
    packages_by_part: tuple[Ints | None, ...]
    method: str
    n_solves: int


def scope_changes(
    domain: Domain,
    parts: Sequence[AcceptanceRule],
    in_scope: npt.ArrayLike,
    today: npt.ArrayLike,
    *,
    most_listed: int = MOST_LISTED,
    seconds: float | None = None,
) -> ScopeChanges:
    """Say whether the zone is empty, and which single change of scope or seats opens or closes it.

    Issues out of scope stay as they are today and still count for what they are worth. Adding
    an issue, or doing without a part, only ever adds packages; taking an issue out only ever
    takes packages away. So an empty zone can be opened by the first two, an open one closed by
    the third, and what follows from that is not computed again.

    Parameters
    ----------
    domain : Domain
        Over all issues, in scope or not.
    parts : sequence of AcceptanceRule
        All must be met; usually one for each party.
    in_scope : array_like of bool, shape (n_issues,)
    today : array_like of int, shape (n_issues,)
        How each issue stands without a deal, as an option code; -1 for an issue in scope that
        is not settled by any option today, and so cannot be taken out: it is then reported as
        the zone is now.
    most_listed : int, default 100,000
        List packages instead of solving where there are at most so many.
    seconds : float, optional
        Stop after so much time; what is not decided by then is unknown.

    Returns
    -------
    ScopeChanges

    Raises
    ------
    EngineInputError
        If the scope or today's options do not fit the domain, an issue out of scope has no
        option today, or a threshold names no column.

    Notes
    -----
    A question for each change that is not answered by an earlier one or by a package seen before:
    at most ``n_issues + n_parts + 1`` programmes. For the minimal sets of several changes, give
    "stays as today" links to :func:`explain_empty_zone`.

    Examples
    --------
    The second issue is not on the table; the second party could be paid there:

    >>> from detente.engines.deal_space.space.acceptance import Meets
    >>> domain = Domain((np.array([(5, 0), (0, 4)]), np.array([(3, 0), (2, 3)])))
    >>> parts = [Meets(0, 6), Meets(1, 3)]
    >>> found = scope_changes(domain, parts, in_scope=[True, False], today=[0, 0])
    >>> found.now.name, [state.name for state in found.by_issue]
    ('EMPTY', ['EMPTY', 'OPEN'])
    >>> found.packages_by_issue[1], [state.name for state in found.by_part]
    (array([0, 1]), ['OPEN', 'OPEN'])
    """
    scope, codes = _checked(domain, in_scope, today)
    stays = {int(i): _stays(domain, int(i), int(codes[i])) for i in np.flatnonzero(codes >= 0)}
    # Constraints by index: the parts, then "stays as today" for each issue that can.
    place = {issue: len(parts) + k for k, issue in enumerate(stays)}
    oracle = TogetherOracle(
        domain, [*parts, *stays.values()], clock=Clock(seconds), most_listed=most_listed
    )
    all_parts = tuple(range(len(parts)))

    def ask(parts_met: tuple[int, ...], fixed: Bools) -> tuple[ZoneState, Ints | None]:
        answer = oracle((*parts_met, *(place[int(i)] for i in np.flatnonzero(fixed))))
        if answer.is_feasible is None:
            return ZoneState.UNKNOWN, None
        return (ZoneState.OPEN if answer.is_feasible else ZoneState.EMPTY), answer.witness

    now = ask(all_parts, ~scope)
    by_issue = []
    for issue in range(domain.n_issues):
        would_add = not scope[issue]
        moved = ~scope
        moved[issue] = not would_add
        follows = now[0] is (ZoneState.OPEN if would_add else ZoneState.EMPTY)
        by_issue.append(now if follows or issue not in place else ask(all_parts, moved))
    by_part = [
        now if now[0] is ZoneState.OPEN else ask(tuple(k for k in all_parts if k != part), ~scope)
        for part in all_parts
    ]
    return ScopeChanges(
        now=now[0],
        package_now=now[1],
        by_issue=tuple(state for state, _ in by_issue),
        packages_by_issue=tuple(package for _, package in by_issue),
        by_part=tuple(state for state, _ in by_part),
        packages_by_part=tuple(package for _, package in by_part),
        method="one change at a time; packages seen before, then mixed-integer programmes",
        n_solves=oracle.n_solves,
    )


def _stays(domain: Domain, issue: int, option: int) -> Link:
    return Link((issue,), np.arange(domain.n_options[issue]) == option)


def _checked(domain: Domain, in_scope: npt.ArrayLike, today: npt.ArrayLike) -> tuple[Bools, Ints]:
    scope, codes = np.asarray(in_scope), np.asarray(today)
    shape = (domain.n_issues,)
    if scope.dtype != np.bool_ or scope.shape != shape:
        raise EngineInputError(
            f"in_scope: found {scope.dtype} of shape {scope.shape}, expected bool of shape {shape}"
        )
    if codes.shape != shape or codes.dtype.kind not in "iu":
        raise EngineInputError(
            f"today: found {codes.dtype} of shape {codes.shape}, expected integers of shape {shape}"
        )
    wrong = np.flatnonzero((codes < np.where(scope, -1, 0)) | (codes >= np.array(domain.n_options)))
    if wrong.size:
        raise EngineInputError(
            f"today[{wrong[0]}]: found {codes[wrong[0]]}, expected an option from 0 to "
            f"{domain.n_options[wrong[0]] - 1}; an issue out of scope stays as it is today"
        )
    return scope, codes.astype(np.intp)
