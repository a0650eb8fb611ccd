"""How little of a stated order must change for a condition to be met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines.stability.inverse.conditions import Condition
from detente.errors import EngineInputError

__all__ = ["MOST_TRIED", "LeastChange", "least_change"]

MOST_TRIED = 20_000
"""Choices of states to compare anew, beyond which the best so far is told, not proven."""


@dataclass(frozen=True, slots=True)
class LeastChange:
    """The least that has to change in one party's order.

    Attributes
    ----------
    party, state : int
    rises_to : int or None
        The rank that the state must have at least, all others as stated; None if it has it.
    passes : tuple of int
        The states that it catches up with or overtakes by that, lowest first: their number is that
        of places it rises, and of neighbours swapped in a strict order.
    changed_pairs : int
        Pairs of states whose relation (better, equal, worse) becomes another. No weak or strict
        order that meets the condition differs from the stated one in fewer.
    fewest : tuple of int
        The fewest states that must no longer be better than the state, ascending: the judgements
        to talk about if others may be left alone. It may be the lower number, at the price of
        moving these states past others.
    fewest_is_proven : bool
        Whether no smaller set would do; false if the search for one was cut short.
    """

    party: int
    state: int
    rises_to: int | None
    passes: tuple[int, ...]
    changed_pairs: int
    fewest: tuple[int, ...]
    fewest_is_proven: bool


def least_change(
    condition: Condition, ranks: npt.ArrayLike, feasible: npt.ArrayLike | None = None
) -> LeastChange:
    """Find the least change of a stated order that makes a state stable.

    Only which states are better than ``s`` counts, and the fewer the better. So ``s`` can be made
    stable by raising it alone, to the lowest rank at which it meets the condition. No order that
    meets it differs in fewer pairs: let ``d`` be the best of the states stated better than ``s``
    that are not better in the new order. Its rank is at least the one that ``s`` must rise to.
    Every state ``x`` stated better than ``s`` and not better than ``d`` either stays above ``s``,
    hence goes above ``d``, or does not: one changed pair each. Every state stated equal to ``s``
    parts from ``s`` or from ``d``: one more each. These are as many as raising ``s`` changes.

    Parameters
    ----------
    condition : Condition
    ranks : array_like of int, shape (n_states,)
        The party's stated order, larger is better.
    feasible : array_like of bool, shape (n_states,), optional
        States that exist; only they are counted.

    Raises
    ------
    EngineInputError
        If there is not one rank per state.

    Examples
    --------
    >>> from detente.engines.stability.inverse import Condition, Requirement, least_change
    >>> either = Condition(0, 0, "sequential", (Requirement(1, ((1,), (2,))),))
    >>> change = least_change(either, [0, 3, 2, 1])
    >>> change.rises_to, change.passes, change.changed_pairs, change.fewest
    (2, (3, 2), 2, (1,))
    """
    table = np.asarray(ranks)
    named = [s for r in condition.requirements for way in r.ways for s in way]
    if table.ndim != 1 or len(table) <= max([condition.state, *named]):
        raise EngineInputError(
            f"ranks: found shape {table.shape}, expected one rank for each state"
        )
    rank = [int(number) for number in table.tolist()]
    exists = np.ones(len(rank), dtype=np.bool_) if feasible is None else np.asarray(feasible)
    here = rank[condition.state]
    needed = max(
        (
            min(max(rank[state] for state in way) for way in requirement.ways)
            for requirement in condition.requirements
        ),
        default=here,
    )
    if needed <= here:
        return LeastChange(condition.party, condition.state, None, (), 0, (), True)
    states = np.flatnonzero(exists).tolist()
    passed = [state for state in states if here < rank[state] <= needed]
    equal = sum(rank[state] == here for state in states) - 1
    fewest, proven = _fewest(condition, rank)
    return LeastChange(
        condition.party,
        condition.state,
        needed,
        tuple(sorted(passed, key=lambda state: (rank[state], state))),
        len(passed) + equal,
        fewest,
        proven,
    )


def _fewest(condition: Condition, rank: list[int]) -> tuple[tuple[int, ...], bool]:
    """Search all ways of the requirements, shortest first, for the smallest union."""
    here = rank[condition.state]
    # What is not better than the state already costs nothing.
    open_ = [
        sorted(
            {tuple(s for s in way if rank[s] > here) for way in requirement.ways},
            key=lambda way: (len(way), way),
        )
        for requirement in condition.requirements
    ]
    open_ = sorted((ways for ways in open_ if ways[0]), key=lambda ways: (len(ways), ways))
    best = tuple(sorted({state for ways in open_ for state in ways[0]}))
    tried = 0
    stack: list[tuple[int, frozenset[int]]] = [(0, frozenset())]
    while stack:
        number, chosen = stack.pop()
        while number < len(open_) and any(chosen.issuperset(way) for way in open_[number]):
            number += 1
        if number == len(open_):
            best = min(best, tuple(sorted(chosen)), key=lambda states: (len(states), states))
            continue
        for way in reversed(open_[number]):
            more = chosen | set(way)
            if len(more) <= len(best):
                stack.append((number + 1, more))
        tried += len(open_[number])
        if tried > MOST_TRIED:
            return best, False
    return best, True
