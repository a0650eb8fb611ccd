"""Which packages are efficient when some parties state only an order of the options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.deal_space.orders.search import MOST_LISTED, MOST_ROWS, Question, Search
from detente.engines.deal_space.space.domain import Domain, Points
from detente.errors import EngineInputError

__all__ = [
    "OrderEfficiency",
    "Standing",
    "efficient_under_orders",
    "scale_against",
    "scale_in_favour",
]

Order = Sequence[npt.ArrayLike]
"""One party's ranks of the options, issue by issue; larger is better, equal is as good."""

Levels = tuple[Points, ...]
"""Ranks as whole numbers, issue by issue, shape (n_options, n_orders)."""


class Standing(IntEnum):
    """Whether a package is efficient, over everything that is not known."""

    NOT = 0
    POSSIBLY = 1
    NECESSARILY = 2


@dataclass(frozen=True, slots=True, eq=False)
class OrderEfficiency:
    """How packages stand over all scales that agree with the orders, with what shows it.

    Attributes
    ----------
    standing : tuple of Standing, one per package
    possible : ndarray of bool, shape (n_packages,)
        Whether a package is efficient under some choice of agreeing scales. If so, one such
        choice is :func:`scale_in_favour` of it, for every party that states only an order.
    necessary : ndarray of bool, shape (n_packages,)
        Whether it is efficient under every choice.
    always_beaten_by : ndarray of int, shape (n_packages, n_issues)
        For a package that is not possibly efficient, one that dominates it under every choice,
        and is itself possibly efficient; -1 in every place for the others.
    once_beaten_by : ndarray of int, shape (n_packages, n_issues)
        For a package that is not necessarily efficient, one that dominates it under some choice,
        such as :func:`scale_against` it for every party that states only an order; -1 for the
        others.
    method : str
    """

    standing: tuple[Standing, ...]
    possible: Bools
    necessary: Bools
    always_beaten_by: Ints
    once_beaten_by: Ints
    method: str


def efficient_under_orders(
    domain: Domain,
    codes: npt.ArrayLike,
    orders: Sequence[Order],
    columns: Sequence[int] = (),
    *,
    most_listed: int = MOST_LISTED,
    most_rows: int = MOST_ROWS,
) -> OrderEfficiency:
    """Say which packages are efficient whatever the parties' scales, and which are under none.

    Some parties state points: these are columns of the domain. Others state only which options
    they prefer, issue by issue, ties included; we know that a package is worth to them the sum of
    what its options are worth, and neither how much an option is better nor how much an issue
    weighs. A *scale* of such a party gives every option a value; it agrees with the order if on
    each issue better options are worth more and equal ones the same (positive weights are
    included: they stretch an issue's values). A package is **possibly** efficient if under some
    choice of an agreeing scale for each party no allowed package dominates it (is worth at least
    as much to everybody and more to somebody), and **necessarily** efficient if this is so under
    every choice.

    Both are decided by comparing packages two at a time. Against a package x, a party with an
    order finds another package y *nowhere worse* if its option on every issue is as good or
    better, and *somewhere better* if its option on some issue is better.

    - x is possibly efficient if and only if there is no allowed y that every party with an order
      finds nowhere worse, that is worth at least as much to every party with points, and that is
      somewhere better, or worth more, for at least one.
      *Proof.* Such a y dominates x under every choice. If there is none, give each party the scale
      on which x's options are worth 0, the better ones together less than 1, and each worse one
      -1 or less. Any y that is somewhere worse for a party is then worth less than x to it; any
      other y was no dominator to begin with. One scale serves against all y at once.
    - x is necessarily efficient if and only if there is no allowed y that every party with an
      order finds nowhere worse or somewhere better, that is worth at least as much to every party
      with points, and that is somewhere better, or worth more, for at least one.
      *Proof.* If y is somewhere worse and nowhere better for a party, it is worth less to it under
      every scale. Otherwise, if it is somewhere better, the party's scale can put nearly all value
      on the step between the two options there, so that y is worth more; if it is neither, y is
      worth the same. Parties' scales are chosen apart from each other.

    Parameters
    ----------
    domain : Domain
        Every package that its links allow counts.
    codes : array_like of int, shape (n_packages, n_issues)
        The packages asked about, one option for each issue; the links must allow them.
    orders : sequence, one per party that states only an order
        For each issue an array_like of shape (n_options,): ranks, any finite numbers, larger is
        better. Only their order counts.
    columns : sequence of int
        The columns of the domain that are parties with points; none by default. What interactions
        pay is theirs alone: a party with an order has none.
    most_listed : int
        Packages up to which the space is listed.
    most_rows : int
        Partial packages that a walk may carry over one issue; a programme takes over beyond.

    Returns
    -------
    OrderEfficiency
        Exact, but where the method says that a programme decided: see
        :class:`~detente.engines.deal_space.programme.builder.Programme` for its tolerances.

    Raises
    ------
    EngineInputError
        If there is no party, ranks do not match the domain or are not finite, a column does not
        exist or stands twice, or a package asked about does not exist or is not allowed.
    SpaceTooLargeError
        If neither elimination nor a programme decides.

    Notes
    -----
    Listed where there are few packages. Otherwise each question is a walk through the
    :class:`~detente.engines.deal_space.space.diagram.Diagram` of the domain that carries, for each
    partial package, whether each party with an order is better, worse or level so far, and the
    totals of those with points; partial packages that can no longer get there, or that another
    one is ahead of, go. A programme takes over where too many are left.

    References
    ----------
    S. Bouveret, U. Endriss, J. Lang, "Fair Division under Ordinal Preferences: Computing
    Envy-Free Allocations of Indivisible Goods", Proceedings of the 19th European Conference on
    Artificial Intelligence, 2010, pp. 387-392, for "possibly" and "necessarily" over all scales
    that agree with an order.

    Examples
    --------
    Two issues with three options each. The first party likes high options, the second low ones on
    the first issue and does not care about the second:

    >>> domain = Domain((np.zeros((3, 1), int), np.zeros((3, 1), int)))
    >>> found = efficient_under_orders(
    ...     domain, [(2, 2), (1, 2), (1, 1)], [[(0, 1, 2), (0, 1, 2)], [(2, 1, 0), (0, 0, 0)]]
    ... )
    >>> [standing.name for standing in found.standing]
    ['NECESSARILY', 'NECESSARILY', 'NOT']
    >>> found.always_beaten_by[2]
    array([1, 2])
    """
    compared = _checked_columns(domain, columns)
    ranks = _checked_orders(domain, orders)
    if not ranks and not compared:
        raise EngineInputError(
            "orders: found no party, expected at least one order, or one column with points"
        )
    asked = domain._checked(codes)
    is_allowed = domain.is_allowed(asked)
    if not is_allowed.all():
        raise EngineInputError(
            f"codes[{int((~is_allowed).argmax())}]: found a package that the links do not allow, "
            "expected one that they do"
        )
    levels = tuple(
        np.array([order[issue] for order in ranks], dtype=np.int64).reshape(len(ranks), n).T
        for issue, n in enumerate(domain.n_options)
    )
    search = Search(domain, compared, most_listed=most_listed, most_rows=most_rows)
    shape = asked.shape
    always, once = np.full(shape, -1, dtype=np.intp), np.full(shape, -1, dtype=np.intp)
    possible, necessary = np.ones(len(asked), np.bool_), np.ones(len(asked), np.bool_)
    for row, package in enumerate(asked):
        beater = _best_beater(domain, search, levels, compared, package)
        if beater is not None:
            always[row] = once[row] = beater
            possible[row] = necessary[row] = False
            continue
        rival = search.find(_question(levels, package, may_lose=True))
        if rival is not None:
            once[row], necessary[row] = rival, False
    standing = possible.astype(int) + necessary
    return OrderEfficiency(
        standing=tuple(Standing(int(each)) for each in standing),
        possible=frozen(possible),
        necessary=frozen(necessary),
        always_beaten_by=frozen(always),
        once_beaten_by=frozen(once),
        method=f"package against package; others {search.method}",
    )


def scale_in_favour(order: Order, package: Sequence[int] | Ints) -> tuple[Points, ...]:
    """Return an agreeing scale under which whatever is somewhere worse than a package loses to it.

    Parameters
    ----------
    order : sequence of array_like, one per issue, shape (n_options,)
        One party's ranks.
    package : sequence of int, shape (n_issues,)

    Returns
    -------
    tuple of ndarray of int64, one per issue, shape (n_options,)
        What each option is worth, in whole numbers: 0 for the package's own.

    Raises
    ------
    EngineInputError
        If ranks are not finite or the package does not fit them.

    Examples
    --------
    >>> scale_in_favour([(0, 1, 2), (5, 5, 9)], (1, 0))
    (array([-3,  0,  1]), array([0, 0, 1]))
    """
    levels, chosen = _levels(order), _chosen(order, package)
    steps = [level - level[option] for level, option in zip(levels, chosen, strict=True)]
    outweighs = 1 + sum(max(0, int(step.max())) for step in steps)
    return tuple(frozen(np.where(step < 0, outweighs * step, step)) for step in steps)


def scale_against(
    order: Order, package: Sequence[int] | Ints, rival: Sequence[int] | Ints
) -> tuple[Points, ...]:
    """Return an agreeing scale under which a rival is worth more than a package.

    Parameters
    ----------
    order : sequence of array_like, one per issue, shape (n_options,)
        One party's ranks.
    package, rival : sequence of int, shape (n_issues,)

    Returns
    -------
    tuple of ndarray of int64, one per issue, shape (n_options,)
        What each option is worth, in whole numbers. Where the rival is level on every issue, both
        packages are worth the same, as under any agreeing scale.

    Raises
    ------
    EngineInputError
        If the rival is somewhere worse and nowhere better, so that there is no such scale; or as
        for :func:`scale_in_favour`.

    Examples
    --------
    >>> scale_against([(0, 1, 2), (0, 1, 2)], (1, 1), (0, 2))
    (array([0, 1, 2]), array([0, 3, 6]))
    """
    levels = _levels(order)
    here, there = _chosen(order, package), _chosen(order, rival)
    steps = [int(level[b] - level[a]) for level, a, b in zip(levels, here, there, strict=True)]
    better = [issue for issue, step in enumerate(steps) if step > 0]
    if not better and any(steps):
        raise EngineInputError(
            "rival: found a package that is somewhere worse and nowhere better, expected one that "
            "some scale prefers"
        )
    if better:
        rest = sum(int(level.max()) for issue, level in enumerate(levels) if issue != better[0])
        levels[better[0]] = levels[better[0]] * (1 + rest)
    return tuple(frozen(level) for level in levels)


def _best_beater(
    domain: Domain, search: Search, levels: Levels, compared: tuple[int, ...], package: Ints
) -> Ints | None:
    """Go on to packages that always beat the one before, until none does."""
    found: Ints | None = None
    here = package
    while True:
        further = search.find(_question(levels, here, may_lose=False))
        if further is None:
            return found
        found = here = _climbed(domain, levels, compared, further)


def _climbed(domain: Domain, levels: Levels, compared: tuple[int, ...], package: Ints) -> Ints:
    """Change one issue at a time while that makes nobody worse off and somebody better off.

    Only saves searches, each of which costs far more than these steps.
    """
    while True:
        issue = np.repeat(np.arange(domain.n_issues), domain.n_options)
        option = np.concatenate([np.arange(n) for n in domain.n_options])
        changed = np.tile(package, (len(issue), 1))
        changed[np.arange(len(issue)), issue] = option
        gain = np.concatenate(
            [table - table[here] for table, here in zip(levels, package, strict=True)]
        )
        grown = domain.totals(changed) - domain.totals(package[np.newaxis])
        gain = np.concatenate([gain, np.sign(grown[:, list(compared)])], axis=1)
        ok = (gain >= 0).all(axis=1) & (gain > 0).any(axis=1) & domain.is_allowed(changed)
        if not ok.any():
            return package
        package = changed[np.where(ok, gain.sum(axis=1), 0).argmax()]


def _question(levels: Levels, package: Ints, *, may_lose: bool) -> Question:
    """Compare every option with the package's own, party by party."""
    signs = tuple(
        np.sign(table - table[option]) for table, option in zip(levels, package, strict=True)
    )
    return Question(package, signs, may_lose)


def _levels(order: Order) -> list[Points]:
    """Replace ranks by the number of smaller ranks on the issue: whole numbers, same order."""
    found = []
    for issue, ranks in enumerate(order):
        array = np.array(ranks, dtype=np.float64)
        if array.ndim != 1 or not array.size or not np.isfinite(array).all():
            raise EngineInputError(
                f"order[{issue}]: found {ranks!r}, expected one finite rank for each option; larger "
                "is better, equal ranks for options that are as good"
            )
        found.append(np.unique(array, return_inverse=True)[1].astype(np.int64))
    return found


def _chosen(order: Order, package: Sequence[int] | Ints) -> list[int]:
    n_options = [np.size(ranks) for ranks in order]
    chosen = [int(option) for option in package]
    if len(chosen) != len(n_options) or not all(
        0 <= option < n for option, n in zip(chosen, n_options, strict=True)
    ):
        raise EngineInputError(
            f"package: found {chosen}, expected one option for each of {len(n_options)} issues"
        )
    return chosen


def _checked_orders(domain: Domain, orders: Sequence[Order]) -> list[list[Points]]:
    found = []
    for party, order in enumerate(orders):
        try:
            levels = _levels(order)
        except EngineInputError as error:
            raise EngineInputError(f"orders[{party}]: {error}") from error
        n_options = tuple(len(level) for level in levels)
        if n_options != domain.n_options:
            raise EngineInputError(
                f"orders[{party}]: found ranks for {n_options} options, expected "
                f"{domain.n_options}: one for each option of each issue"
            )
        found.append(levels)
    return found


def _checked_columns(domain: Domain, columns: Sequence[int]) -> tuple[int, ...]:
    compared = tuple(int(column) for column in columns)
    if len(set(compared)) != len(compared) or not set(compared) <= set(range(domain.n_columns)):
        raise EngineInputError(
            f"columns: found {compared}, expected different columns from 0 to "
            f"{domain.n_columns - 1}"
        )
    return compared
