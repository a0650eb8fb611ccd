"""Rankings of numbered states, as lists with ties inside or as payoffs state by state."""

from __future__ import annotations

from typing import Any

from detente.interchange.files import LARGEST_NUMBER, shown
from detente.interchange.gmcr import DecisionMaker, tiers_of

__all__ = ["read_ranking", "same_order"]

Tiers = tuple[tuple[int, ...], ...]
Wrong = tuple[str, str, str]
"""Where inside the list, what was found, what was expected."""


def read_ranking(value: Any, by_payoff: bool, n_states: int) -> tuple[Wrong | None, Tiers]:
    """Return what is wrong, or the numbers of all states, best first, equals together.

    Examples
    --------
    >>> read_ranking([3, [1, 2]], False, 3), read_ranking([1, 1, 2], True, 3)
    ((None, ((3,), (1, 2))), (None, ((3,), (1, 2))))
    >>> read_ranking([1, 2, 2], False, 3)[0]
    ('[2]', 'state 2 twice', 'each state once')
    """
    if not isinstance(value, list):
        return ("", shown(value), "a list"), ()
    return _by_payoff(value, n_states) if by_payoff else _by_place(value, n_states)


def _by_place(value: list[Any], n_states: int) -> tuple[Wrong | None, Tiers]:
    seen: set[int] = set()
    tiers = []
    for n, entry in enumerate(value):
        tier = entry if isinstance(entry, list) else [entry]
        for number in tier:
            if not isinstance(number, int) or isinstance(number, bool):
                return (f"[{n}]", shown(number), f"the number of a state, 1 to {n_states}"), ()
            if not 1 <= number <= n_states:
                return (f"[{n}]", f"state {shown(number)}", f"states from 1 to {n_states}"), ()
            if number in seen:
                return (f"[{n}]", f"state {number} twice", "each state once"), ()
            seen.add(number)
        if tier:
            tiers.append(tuple(sorted(tier)))
    if len(seen) < n_states:
        missing = next(number for number in range(1, n_states + 1) if number not in seen)
        return ("", f"no state {missing}", f"all {n_states} feasible states"), ()
    return None, tuple(tiers)


def _by_payoff(value: list[Any], n_states: int) -> tuple[Wrong | None, Tiers]:
    if len(value) != n_states:
        return ("", f"{len(value):,} payoffs", f"{n_states}, one for each feasible state"), ()
    tiers: dict[float, list[int]] = {}
    for n, payoff in enumerate(value):
        is_number = isinstance(payoff, int | float) and not isinstance(payoff, bool)
        if not is_number or not abs(payoff) <= LARGEST_NUMBER:
            return (f"[{n}]", shown(payoff), f"a number up to {LARGEST_NUMBER:g}"), ()
        tiers.setdefault(payoff, []).append(n + 1)
    return None, tuple(tuple(tiers[payoff]) for payoff in sorted(tiers, reverse=True))


def same_order(maker: DecisionMaker, payoffs: Any, states: list[int]) -> bool:
    """Whether payoffs order the states as the statements do; also where there are no payoffs."""
    if not payoffs or not isinstance(payoffs, list):
        return True
    problem, tiers = read_ranking(payoffs, True, len(states))
    return problem is None and tiers == tiers_of(maker, states)
