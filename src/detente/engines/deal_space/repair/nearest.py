"""Which packages would pass that change the fewest terms of a draft."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.repair.best import (
    MOST_LISTED,
    Best,
    Changes,
    Measure,
    Shortfall,
    best_of,
    best_packages,
    checked_count,
    checked_rule,
)
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, is_met
from detente.engines.deal_space.space.domain import Domain
from detente.errors import EngineInputError

__all__ = ["NearestAcceptable", "nearest_acceptable"]


@dataclass(frozen=True, slots=True, eq=False)
class NearestAcceptable:
    """The acceptable packages that change least in a target.

    Attributes
    ----------
    packages : ndarray of int, shape (n_found, n_issues)
        Option codes of packages that tie, in order of their codes; none if none is acceptable,
        or none was found in time.
    n_changes : int
        On how many issues each of them differs from the target; -1 if there is none.
    at_least : int
        Proven: no acceptable package differs on fewer issues. More than there are issues if
        no package is acceptable at all.
    changed : ndarray of bool, shape (n_found, n_issues)
        On which issues each of them differs.
    shortfall : float or None
        What each of them lacks to the thresholds asked for, in units of utility; None if none
        were given, or there is no package.
    is_proven : bool
        Whether no package can come before these; with no package, whether none is acceptable.
    has_all : bool
        Whether these are all that tie; if not, ``most_ties`` or the time cut the list short.
    method : str
        How it was found and proven.
    n_solves : int
        How often the solver ran.
    """

    packages: Ints
    n_changes: int
    at_least: int
    changed: Bools
    shortfall: float | None
    is_proven: bool
    has_all: bool
    method: str
    n_solves: int


def nearest_acceptable(
    domain: Domain,
    rule: AcceptanceRule,
    target: npt.ArrayLike,
    *,
    wanted: Sequence[Meets] = (),
    most_ties: int = 10,
    most_listed: int = MOST_LISTED,
    seconds: float | None = None,
) -> NearestAcceptable:
    """Find packages that meet a rule and all links with the fewest changes to a target.

    Changes are issues that differ, however much (the Hamming distance). Among packages with
    equally few, those with the least total shortfall to the thresholds in ``wanted`` come
    first, where any are given: a rule short of unanimity may leave some parties below theirs.

    Parameters
    ----------
    domain : Domain
    rule : AcceptanceRule
        What a package must meet, besides every link of the domain.
    target : array_like of int, shape (n_issues,)
        Option codes to stay close to; -1 for an issue the draft leaves open, which counts as a
        change in every package.
    wanted : sequence of Meets, optional
        Thresholds for the second comparison. Shortfalls are added up in units of utility, so
        **their columns must be on one scale**.
    most_ties : int, default 10
        Of packages that tie, return at most so many.
    most_listed : int, default 100,000
        List packages instead of solving where there are at most so many.
    seconds : float, optional
        Stop after so much time, and say what is proven by then.

    Returns
    -------
    NearestAcceptable

    Raises
    ------
    EngineInputError
        If the target does not fit the domain, a threshold names no column, or a limit makes no
        sense.

    Notes
    -----
    Packages with 0 changes are listed, then those with 1, 2, ..., as long as they are at most
    ``most_listed`` together; the proof then is that list. Beyond it a
    mixed-integer programme starts from the bound proven so far, and proves its answer within
    the tolerances stated there; each further tie takes another run.

    Examples
    --------
    Two issues; the second party insists on 3 points and the draft gives it 2:

    >>> domain = Domain((np.array([(5, 0), (0, 4)]), np.array([(3, 2), (2, 3)])))
    >>> found = nearest_acceptable(domain, Meets(1, 3), (0, 0))
    >>> found.packages.tolist(), found.n_changes, found.has_all
    ([[0, 1], [1, 0]], 1, True)
    """
    checked_rule(domain, rule, *wanted)
    codes = _checked_target(domain, target)
    most_ties = checked_count(most_ties, "most_ties")
    clock = Clock(seconds)
    shortfall = Shortfall.for_thresholds(domain, wanted)
    measures: list[Measure] = [Changes(codes), *([shortfall] if wanted else [])]
    best, at_least = _by_shells(domain, rule, codes, measures, most_ties, most_listed)
    if best is None:
        best = best_packages(
            domain,
            rule,
            measures,
            most_ties=most_ties,
            most_listed=most_listed,
            clock=clock,
            at_least=at_least,
        )
        if best.bounds:
            # Changes are whole numbers: a bound a hair above 3, in floats, proves 4.
            at_least = max(at_least, math.ceil(best.bounds[0] - 1e-6))
    none = not best.values
    if none and best.is_proven:
        at_least = domain.n_issues + 1
    return NearestAcceptable(
        packages=frozen(best.packages),
        n_changes=-1 if none else best.values[0],
        at_least=at_least,
        changed=frozen(best.packages != codes),
        shortfall=None if none or not wanted else best.values[1] / shortfall.unit,
        is_proven=best.is_proven,
        has_all=best.has_all,
        method=best.method,
        n_solves=best.n_solves,
    )


def _by_shells(
    domain: Domain,
    rule: AcceptanceRule,
    target: Ints,
    measures: Sequence[Measure],
    most_ties: int,
    most_listed: int,
) -> tuple[Best | None, int]:
    """List packages by rising number of changes; give up where they become too many.

    Returns what was found, and the number of changes that no acceptable package stays below.
    """
    is_open = target < 0
    n_changes = int(is_open.sum())
    size, n_seen = math.prod(np.array(domain.n_options)[is_open].tolist()), 0
    shell = np.tile(target, (1, 1))
    for issue in np.flatnonzero(is_open):
        if size > most_listed:
            return None, n_changes
        shell = _with_options(shell, int(issue), range(domain.n_options[issue]))
    last = np.full(len(shell), -1)
    n_others = np.where(is_open, 0, np.array(domain.n_options) - 1)
    while len(shell):
        codes = shell[domain.is_allowed(shell)]
        codes = codes[is_met(rule, domain.totals(codes))]
        if len(codes):
            method = f"all packages with up to {n_changes} changes listed"
            return best_of(domain, codes, measures, most_ties, method), n_changes
        n_seen += len(shell)
        n_changes += 1
        # A package of the next shell changes one more issue, after all those changed before.
        after = np.concatenate([np.cumsum(n_others[::-1])[::-1], [0]])
        if n_seen + int(after[last + 1].sum()) > most_listed:
            return None, n_changes
        shells, lasts = [], []
        for issue in np.flatnonzero(n_others):
            options = [o for o in range(domain.n_options[issue]) if o != target[issue]]
            longer = _with_options(shell[last < issue], int(issue), options)
            shells.append(longer)
            lasts.append(np.full(len(longer), issue))
        shell = np.concatenate([shell[:0], *shells])
        last = np.concatenate([last[:0], *lasts])
    method = "all packages listed"
    return Best(shell, (), (), True, True, method, 0), n_changes


def _with_options(codes: Ints, issue: int, options: Sequence[int]) -> Ints:
    longer = np.repeat(codes, len(options), axis=0)
    longer[:, issue] = np.tile(np.array(options, dtype=np.intp), len(codes))
    return longer


def _checked_target(domain: Domain, target: npt.ArrayLike) -> Ints:
    codes = np.asarray(target)
    if codes.shape != (domain.n_issues,) or codes.dtype.kind not in "iu":
        raise EngineInputError(
            f"target: found {codes.dtype} of shape {codes.shape}, expected integers of shape "
            f"({domain.n_issues},): one option for each issue, or -1"
        )
    wrong = np.flatnonzero((codes < -1) | (codes >= np.array(domain.n_options)))
    if wrong.size:
        raise EngineInputError(
            f"target[{wrong[0]}]: found {codes[wrong[0]]}, expected an option from 0 to "
            f"{domain.n_options[wrong[0]] - 1}, or -1 where the draft leaves the issue open"
        )
    return codes.astype(np.intp)
