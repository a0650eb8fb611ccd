"""A conflict as GMCR+ saves it: yes-or-no options, who controls them, what cannot be, who wants what.

A state says yes or no to every option. States are numbered from 1 in the order of their binary
numbers, the first option being the lowest digit; states that fulfil an infeasible pattern have no
number. A decision maker changes any of its own options in one move, each only in its permitted
direction. Statements come most important first, and an earlier one outweighs all later ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from detente.errors import ModelError, SpaceTooLargeError

__all__ = [
    "FORMAT",
    "MOST_OPTIONS",
    "MOST_STATES",
    "Alternatives",
    "Conjunction",
    "DecisionMaker",
    "Direction",
    "GmcrModel",
    "GmcrOption",
    "first_state",
    "fulfils",
    "letters",
    "shortest",
    "states_of",
    "tiers_of",
]

FORMAT = "gmcr"

MOST_STATES = 500
"""States up to which a ranking of all of them is read or written."""

MOST_OPTIONS = 100
"""Options of one model; several times what studies have."""

MOST_STEPS = 2_000_000
"""Partial states that are looked at in search of feasible ones."""

Direction = Literal["both", "fwd", "back"]
"""Changes both ways; from no to yes only; from yes to no only."""

Conjunction = tuple[tuple[int, bool], ...]
"""Option numbers and whether each is yes, ascending, each once."""

Alternatives = tuple[Conjunction, ...]
"""At least one of them holds; ``((),)`` always does and ``()`` never."""


@dataclass(frozen=True, slots=True)
class GmcrOption:
    """A yes-or-no option under its own name."""

    name: str
    direction: Direction = "both"


@dataclass(frozen=True, slots=True)
class DecisionMaker:
    """Who controls which options, and what it would rather have.

    Attributes
    ----------
    options : tuple of int
        Numbers of the options it controls, from 0. Several may control the same.
    statements : tuple of Alternatives
        Most important first.
    ranking : tuple of tuple of int, or None
        Numbers of all states, from 1, best first, equals together; counts before ``statements``.
    """

    name: str
    options: tuple[int, ...] = ()
    statements: tuple[Alternatives, ...] = ()
    ranking: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class GmcrModel:
    """Options, decision makers and infeasible patterns; ``notes`` say what could not be carried."""

    name: str
    options: tuple[GmcrOption, ...]
    makers: tuple[DecisionMaker, ...]
    infeasible: tuple[Conjunction, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.options or not self.makers:
            raise ModelError(
                f"model {self.name!r}: found {len(self.options)} options and {len(self.makers)} "
                "decision makers, expected at least one of each"
            )
        numbers = [number for maker in self.makers for number in maker.options]
        for statements in (self.infeasible, *(s for m in self.makers for s in m.statements)):
            numbers += [number for conjunction in statements for number, _ in conjunction]
        outside = [number for number in numbers if not 0 <= number < len(self.options)]
        if outside:
            raise ModelError(
                f"model {self.name!r}: found option {outside[0]}, expected 0 to "
                f"{len(self.options) - 1}"
            )

    def owners(self, option: int) -> tuple[int, ...]:
        """Return the numbers of the decision makers that control an option."""
        return tuple(k for k, maker in enumerate(self.makers) if option in maker.options)

    @property
    def size(self) -> int | None:
        """How many states are feasible; None where that takes too long to count."""
        if not self.infeasible:
            return 1 << len(self.options)
        try:
            return sum(1 for _ in states_of(self))
        except SpaceTooLargeError:
            return None


def fulfils(state: int, conjunction: Conjunction) -> bool:
    """Say whether a state, as a binary number, fulfils a conjunction.

    Examples
    --------
    >>> fulfils(0b10, ((0, False), (1, True))), fulfils(0b11, ((0, False),))
    (True, False)
    """
    return all(bool(state >> number & 1) is yes for number, yes in conjunction)


def states_of(model: GmcrModel) -> Iterator[int]:
    """Return the feasible states as binary numbers, in the order in which the format counts them.

    Raises
    ------
    SpaceTooLargeError
        If more than :data:`MOST_STEPS` partial states had to be looked at.

    Examples
    --------
    >>> two = (GmcrOption("Attack"), GmcrOption("Retreat"))
    >>> model = GmcrModel("m", two, (DecisionMaker("A", (0, 1)),), (((0, True), (1, True)),))
    >>> list(states_of(model))
    [0, 1, 2]
    """
    return _search(model, len(model.options))


def first_state(model: GmcrModel) -> int | None:
    """Return the feasible state in which the fewest one-way options are used up; of equals the first.

    None where no state is feasible. An option that may only be given up is unused at yes.

    Raises
    ------
    SpaceTooLargeError
        If more than :data:`MOST_STEPS` partial states had to be looked at.
    """
    one_way = sum(option.direction != "both" for option in model.options)
    for spent in range(one_way + 1):
        for state in _search(model, spent):
            return state
    return None


def _search(model: GmcrModel, most_spent: int) -> Iterator[int]:
    """Decide options from the highest digit down, no before yes, leaving what is struck already."""
    n = len(model.options)
    checks: list[list[tuple[int, int]]] = [[] for _ in range(n + 1)]
    for conjunction in model.infeasible:
        mask = sum(1 << number for number, _ in conjunction)
        value = sum(1 << number for number, yes in conjunction if yes)
        checks[min((number for number, _ in conjunction), default=n)].append((mask, value))
    if checks[n]:  # an empty pattern strikes everything
        return
    used_at = {"fwd": 1, "back": 0}
    used = [used_at.get(option.direction) for option in model.options]
    stack, steps = [(n, 0, 0)], 0
    while stack:
        at, state, spent = stack.pop()
        steps += 1
        if steps > MOST_STEPS:
            raise SpaceTooLargeError(
                f"model {model.name!r}: found more than {MOST_STEPS:,} combinations of options, "
                "expected at most that many to be looked through; leave out options"
            )
        if at < n and any(state & mask == value for mask, value in checks[at]):
            continue
        if at == 0:
            yield state
            continue
        for digit in (1, 0):  # the last one put on the stack is the first taken off
            cost = spent + (used[at - 1] == digit)
            if cost <= most_spent:
                stack.append((at - 1, state | digit << (at - 1), cost))


def letters(state: int, n_options: int) -> str:
    """Write a state as the format's tables do, the first option first.

    Examples
    --------
    >>> letters(0b001, 3)
    'YNN'
    """
    return "".join("Y" if state >> number & 1 else "N" for number in range(n_options))


def tiers_of(maker: DecisionMaker, states: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return the numbers of all states, from 1, best first, equals together.

    Examples
    --------
    >>> tiers_of(DecisionMaker("A", statements=((((1, True),),), (((0, False),),))), [0, 1, 2])
    ((3,), (1,), (2,))
    """
    if maker.ranking is not None:
        return maker.ranking
    truth: dict[tuple[bool, ...], list[int]] = {}
    for number, state in enumerate(states, 1):
        holds = tuple(any(fulfils(state, c) for c in each) for each in maker.statements)
        truth.setdefault(holds, []).append(number)
    return tuple(tuple(truth[key]) for key in sorted(truth, reverse=True))


def shortest(conjunctions: Iterable[Conjunction]) -> tuple[Conjunction, ...]:
    """Drop what a shorter conjunction among them says already; keep the order of the rest.

    Examples
    --------
    >>> shortest([((0, True), (1, True)), ((1, True),), ((1, True),)])
    (((1, True),),)
    """
    unique = [frozenset(conjunction) for conjunction in dict.fromkeys(conjunctions)]
    if frozenset() in unique:
        return ((),)
    by_literal: dict[tuple[int, bool], list[frozenset[tuple[int, bool]]]] = {}
    for part in unique:
        by_literal.setdefault(min(part), []).append(part)
    return tuple(
        tuple(sorted(own))
        for own in unique
        if not any(part < own for literal in own for part in by_literal.get(literal, ()))
    )
