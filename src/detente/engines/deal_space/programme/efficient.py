"""Does any package dominate this one? A proof that none does, or the package that does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Ints, frozen
from detente.engines.deal_space.programme.builder import Answer, Expression, Programme, Status
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, any_of
from detente.engines.deal_space.space.domain import Domain
from detente.errors import EngineInputError

__all__ = ["Efficiency", "certify_efficient", "made_efficient"]

METHOD = "one package at least as good for all columns and better for one, by programming"


@dataclass(frozen=True, slots=True, eq=False)
class Efficiency:
    """Whether a package is efficient, with what shows it.

    Attributes
    ----------
    is_efficient : bool
        Proven: no package that may be chosen dominates this one.
    dominated_by : ndarray of int, shape (n_issues,)
        A package that dominates it, itself as efficient as time allowed; shape (0,) if none was
        found.
    is_proven : bool
        Whether either of the two is certain. False if time was up, or if points are finer than
        the solver resolves; ``gap`` then says what is left.
    gap : float
        By how much, as far as is proven, the sum of all columns could grow without loss to any,
        in points of the column with the largest weights; 0 if efficiency is proven.
    method : str
        How it was decided.
    """

    is_efficient: bool
    dominated_by: Ints
    is_proven: bool
    gap: float
    method: str


def certify_efficient(
    domain: Domain,
    codes: Sequence[int] | Ints,
    *,
    columns: Sequence[int] | None = None,
    rule: AcceptanceRule | None = None,
    time_limit: float | None = None,
) -> Efficiency:
    """Prove that no package dominates this one, or find one that does.

    A package dominates another if it is worth at least as much in every column and more in one;
    only packages that every link allows and that meet the rule count. One programme maximises
    the sum of all columns, brought to a like scale, among packages that are nowhere worse.

    Parameters
    ----------
    domain : Domain
    codes : sequence of int, shape (n_issues,)
        The package. It need not be allowed itself.
    columns : sequence of int, optional
        The columns that count; all by default. A lexicographic column may be among them.
    rule : AcceptanceRule, optional
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Efficiency

    Raises
    ------
    EngineInputError
        If the codes or columns do not fit the domain, or a column's points span more than 10**9
        without being lexicographic.

    Examples
    --------
    >>> domain = Domain((np.array([(5, 0), (0, 4), (4, 0)]), np.array([(3, 0), (2, 3)])))
    >>> certify_efficient(domain, (0, 1)).is_efficient
    True
    >>> certify_efficient(domain, (2, 1)).dominated_by
    array([0, 1])
    """
    clock = Clock(time_limit, "time_limit")
    chosen = tuple(range(domain.n_columns)) if columns is None else tuple(map(int, columns))
    if not set(chosen) <= set(range(domain.n_columns)):
        raise EngineInputError(
            f"columns: found {chosen}, expected columns from 0 to {domain.n_columns - 1}"
        )
    (start,) = domain._checked(np.array([codes]))
    programme = Programme(domain)
    if rule is not None:
        programme.require_rule(rule)
    better, is_proven, gap = made_efficient(programme, start, chosen, clock)
    moved = bool((better != start).any())
    none: Ints = np.empty(0, dtype=np.intp)
    return Efficiency(
        is_efficient=is_proven and not moved,
        dominated_by=frozen(better if moved else none),
        is_proven=is_proven or moved,
        gap=0.0 if is_proven and not moved else gap,
        method=METHOD,
    )


def made_efficient(
    programme: Programme, codes: Ints, columns: Sequence[int], clock: Clock
) -> tuple[Ints, bool, float]:
    """Move to packages that dominate, until it is proven that none does: package, proven, gap."""
    while True:
        asked = programme.copy()
        totals = [int(t) for t in programme.domain.totals(codes[np.newaxis])[0]]
        for column in columns:
            asked.require_rule(Meets(column, totals[column]))
        strict = [c for c in columns if programme.is_lexicographic(c)]
        answers = []
        if len(strict) < len(columns):
            answers.append(_most(asked, [c for c in columns if c not in strict], totals, clock))
        if strict and not any(answer.objective > 0 for answer in answers):
            asked.require_rule(any_of(*(Meets(c, totals[c] + 1) for c in strict)))
            answers.append(asked.solve(Expression() + 1, time_limit=clock.left))
        better = [answer for answer in answers if answer.objective > 0]
        if not better:
            gap = max(0.0 if a.status is Status.INFEASIBLE else a.bound for a in answers)
            # All is proven if none could be found, or none is better than the package itself.
            proven = all(a.status in (Status.OPTIMAL, Status.INFEASIBLE) for a in answers)
            return codes, proven, 0.0 if proven else gap
        codes = better[-1].codes


def _most(asked: Programme, columns: Sequence[int], totals: list[int], clock: Clock) -> Answer:
    """Maximise the sum of growths; whole weights keep a step of one point a step."""
    units = {c: asked.unit(c) for c in columns}
    growth = Expression()
    for column, unit in units.items():
        weight = max(1, round(max(units.values()) / unit))
        growth = growth + (asked.total(column) - totals[column]) * weight
    return asked.solve(growth, time_limit=clock.left)
