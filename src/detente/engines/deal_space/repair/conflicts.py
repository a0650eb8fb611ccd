"""Which demands cannot be met together, and which of them still can."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from detente.engines._checks import Ints
from detente.errors import EngineInputError

__all__ = ["Answer", "Conflicts", "Oracle", "conflicts_of", "largest_agreeing"]

METHOD = "smallest hitting sets of the known conflicts first, each conflict shrunk by halves"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What an oracle found out about a set of constraints.

    Attributes
    ----------
    is_feasible : bool or None
        Whether they can be met together; None if that could not be decided.
    members : tuple of int
        Of a feasible set: everything the witness meets, at least the set asked about. Of an
        infeasible one: those of it that are in conflict already. Both save questions; empty
        stands for the set asked about.
    witness : ndarray of int or None
        A package that meets ``members``, as option codes, if there is one to show.
    """

    is_feasible: bool | None
    members: tuple[int, ...] = ()
    witness: Ints | None = None


Oracle = Callable[[tuple[int, ...]], "Answer | bool"]
"""Says of constraints, by index, ascending, whether they can be met together."""


@dataclass(frozen=True, slots=True, eq=False)
class Conflicts:
    """The irreducible conflicts among constraints, and the largest sets without one.

    Everything listed is proven, whether or not the lists are complete.

    Attributes
    ----------
    conflicting : tuple of tuple of int
        Sets that cannot be met together although they can as soon as any one member is left
        out; small ones first, then in order of index.
    without_one : tuple of tuple of (ndarray of int or None)
        For each of these, member by member: a package that meets the others. None where the
        oracle showed none.
    agreeing : tuple of tuple of int
        Sets that can be met together, to which no constraint can be added; large ones first,
        then in order of index.
    witnesses : tuple of (ndarray of int or None)
        For each of these, a package that meets it.
    is_complete : bool
        Whether these are all such sets there are. No set is in both lists, and every set of
        constraints contains one of the first or is contained in one of the second.
    n_calls : int
        How often the oracle was asked.
    why_stopped : str
        Why the lists may not be complete; empty if they are.
    method : str
    """

    conflicting: tuple[tuple[int, ...], ...]
    without_one: tuple[tuple[Ints | None, ...], ...]
    agreeing: tuple[tuple[int, ...], ...]
    witnesses: tuple[Ints | None, ...]
    is_complete: bool
    n_calls: int
    why_stopped: str
    method: str


def conflicts_of(
    n_constraints: int,
    is_feasible: Oracle,
    *,
    max_calls: int | None = None,
    seconds: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Conflicts:
    """List all irreducible conflicts among constraints, and all maximal sets free of conflict.

    A set of constraints is in conflict if they cannot be met together; irreducible if it no
    longer is with any one of them left out (a minimal unsatisfiable subset, MUS). A maximal
    set free of conflict (maximal satisfiable subset, MSS) is one that any further constraint
    would bring into conflict. Each list determines the other: a set is free of conflict if and
    only if what it leaves out hits every irreducible conflict [1]_, [2]_.

    Parameters
    ----------
    n_constraints : int
        How many constraints there are, at least 0; they are named 0 to ``n_constraints - 1``.
    is_feasible : callable
        Gets constraints as an ascending tuple and returns whether they can be met together,
        as a bool or an :class:`Answer` with a witness. It must be monotone: a subset of a
        feasible set is feasible. No question is put whose answer follows from an earlier one.
    max_calls : int, optional
        Stop when the oracle has been asked so often.
    seconds : float, optional
        Stop after so much time, in seconds. A running question is not interrupted.
    should_stop : callable, optional
        Asked before every question; stops when it returns True.

    Returns
    -------
    Conflicts
        If even no constraint at all cannot be met, the only conflict is the empty set.

    Raises
    ------
    EngineInputError
        If the number of constraints or a limit is negative, or an answer contradicts the
        question: a witness that does not meet what was asked, a conflict outside of it.

    Notes
    -----
    The next set to look at is the complement of a smallest hitting set of the known conflicts
    that is not among those found before [1]_, so large agreeing sets come first. If it can be met it is maximal, since whatever is
    added completes a known conflict; if not, it is halved down to a new conflict [3]_, which
    takes at most about ``2 k (1 + log2(n / k))`` questions for a conflict of ``k`` among ``n``.
    One question for each maximal set. Hitting sets are found by a small search over bit sets,
    exponential at worst; the number of answers can itself be exponential in ``n_constraints``.

    References
    ----------
    .. [1] M. H. Liffiton, A. Previti, A. Malik, J. Marques-Silva, "Fast, flexible MUS
       enumeration", Constraints 21(2), 2016, pp. 223-250.
    .. [2] R. Reiter, "A theory of diagnosis from first principles", Artificial Intelligence
       32(1), 1987, pp. 57-95.
    .. [3] U. Junker, "QUICKXPLAIN: Preferred explanations and relaxations for
       over-constrained problems", AAAI, 2004, pp. 167-172.

    Examples
    --------
    Demands on one sum of 10: the first wants 6 of it, the second 5, the third 4:

    >>> found = conflicts_of(3, lambda demands: sum((6, 5, 4)[k] for k in demands) <= 10)
    >>> found.conflicting, found.agreeing, found.is_complete
    (((0, 1),), ((0, 2), (1, 2)), True)
    """
    _check(n_constraints, max_calls, seconds)
    return _searched(n_constraints, is_feasible, _Budget(max_calls, seconds, should_stop), False)


def largest_agreeing(
    n_constraints: int,
    is_feasible: Oracle,
    *,
    max_calls: int | None = None,
    seconds: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Conflicts:
    """List the sets that can be met together of which there is none with more members.

    The same search as :func:`conflicts_of`, with the same parameters and errors, which ends as
    soon as fewer members are left.

    Returns
    -------
    Conflicts
        ``agreeing`` has all sets of the largest size, if ``is_complete``; ``conflicting`` the
        irreducible conflicts that prove that there is no larger one: a set of constraints that
        hits them all has at least as many members as each of ``agreeing`` leaves out.

    Examples
    --------
    >>> found = largest_agreeing(3, lambda demands: sum((9, 5, 4)[k] for k in demands) <= 10)
    >>> found.agreeing, found.conflicting
    (((1, 2),), ((0, 1), (0, 2)))
    """
    _check(n_constraints, max_calls, seconds)
    return _searched(n_constraints, is_feasible, _Budget(max_calls, seconds, should_stop), True)


def _check(n_constraints: int, max_calls: int | None, seconds: float | None) -> None:
    for name, value in (
        ("n_constraints", n_constraints), ("max_calls", max_calls), ("seconds", seconds),
    ):  # fmt: skip
        if value is not None and not value >= 0:
            raise EngineInputError(f"{name}: found {value}, expected at least 0")


def _searched(n_constraints: int, oracle: Oracle, budget: _Budget, only_largest: bool) -> Conflicts:
    known = _Known(n_constraints, oracle, budget)
    conflicting: list[int] = []
    agreeing: list[int] = []
    why_stopped = ""
    everything = (1 << n_constraints) - 1
    n_left_out = 0
    try:
        while n_left_out <= n_constraints:
            found = [everything & ~one for one in agreeing]
            left_out = _new_hitting_set(conflicting, found, n_left_out, budget)
            if left_out is None:
                if only_largest and agreeing:
                    break
                n_left_out += 1
            elif known.can_be_met(everything & ~left_out):
                agreeing.append(everything & ~left_out)
            else:
                conflict = known.smallest_conflict_in(everything & ~left_out)
                conflicting.append(_shrunk(known, conflict))
    except _StoppedError as stop:
        why_stopped = str(stop)
    sets = sorted((_members(one) for one in conflicting), key=lambda one: (len(one), one))
    free = sorted((_members(one) for one in agreeing), key=lambda one: (-len(one), one))
    return Conflicts(
        conflicting=tuple(sets),
        without_one=tuple(
            tuple(known.witness_of(_bits(one) & ~(1 << member)) for member in one) for one in sets
        ),
        agreeing=tuple(free),
        witnesses=tuple(known.witness_of(_bits(one)) for one in free),
        is_complete=not why_stopped,
        n_calls=known.budget.n_calls,
        why_stopped=why_stopped,
        method=METHOD,
    )


class _StoppedError(Exception):
    """The budget is spent, or a question could not be decided."""


@dataclass(slots=True, eq=False)
class _Budget:
    max_calls: int | None
    seconds: float | None
    should_stop: Callable[[], bool] | None
    n_calls: int = 0
    started: float = field(default_factory=time.monotonic)

    def check(self) -> None:
        if self.should_stop is not None and self.should_stop():
            raise _StoppedError("stopped on request")
        if self.seconds is not None and time.monotonic() - self.started >= self.seconds:
            raise _StoppedError(f"the time allowed, {self.seconds:g} s, is spent")

    def spend(self) -> None:
        self.check()
        if self.max_calls is not None and self.n_calls >= self.max_calls:
            raise _StoppedError(f"the {self.max_calls} questions allowed are spent")
        self.n_calls += 1


@dataclass(slots=True, eq=False)
class _Known:
    """Every answer so far, as bit sets: the largest feasible and the smallest infeasible ones."""

    n_constraints: int
    oracle: Oracle
    budget: _Budget
    feasible: dict[int, Ints | None] = field(default_factory=dict)
    infeasible: list[int] = field(default_factory=list)

    def can_be_met(self, asked: int) -> bool:
        if any(asked & ~one == 0 for one in self.feasible):
            return True
        if any(one & ~asked == 0 for one in self.infeasible):
            return False
        self.budget.spend()
        given = self.oracle(_members(asked))
        answer = given if isinstance(given, Answer) else Answer(bool(given))
        if answer.is_feasible is None:
            raise _StoppedError(f"whether {_members(asked)} can be met could not be decided")
        told = _bits(answer.members) if answer.members else asked
        is_wrong = asked & ~told if answer.is_feasible else told & ~asked
        if is_wrong or told >> self.n_constraints:
            raise EngineInputError(
                f"is_feasible({_members(asked)}): found members {answer.members}, expected "
                + ("at least" if answer.is_feasible else "only some of")
                + " the constraints asked about, and none that does not exist"
            )
        if answer.is_feasible:
            kept = {one: w for one, w in self.feasible.items() if one & ~told}
            self.feasible = {**kept, told: answer.witness}
        else:
            self.infeasible = [one for one in self.infeasible if told & ~one] + [told]
        return bool(answer.is_feasible)

    def smallest_conflict_in(self, these: int) -> int:
        inside = [one for one in self.infeasible if one & ~these == 0]
        return min(inside, key=int.bit_count)

    def witness_of(self, these: int) -> Ints | None:
        return next((w for one, w in self.feasible.items() if these & ~one == 0), None)


def _shrunk(known: _Known, conflict: int) -> int:
    """Leave out members for as long as the rest is in conflict.

    Every member that stays was seen to be missing from a feasible set with all the others.
    """

    def needed(background: int, is_new: bool, members: tuple[int, ...]) -> int:
        if is_new and not known.can_be_met(background):
            return 0
        if len(members) == 1:
            return _bits(members)
        first, second = members[: len(members) // 2], members[len(members) // 2 :]
        of_second = needed(background | _bits(first), True, second)
        of_first = needed(background | of_second, of_second != 0, first)
        return of_first | of_second

    return 0 if not conflict else needed(0, True, _members(conflict))


def _new_hitting_set(
    conflicts: list[int], found: list[int], size: int, budget: _Budget
) -> int | None:
    """Return a set of so many that meets every conflict and contains none of those found before.

    No smaller set does: sizes are tried in turn, and both lists only grow.
    """

    def search(chosen: int, barred: int, room: int) -> int | None:
        budget.check()
        for one in found:
            if not one & barred:
                left = one & ~chosen
                if not left:
                    return None
                if left & (left - 1) == 0:
                    barred |= left
        to_hit = [one & ~barred for one in conflicts if not one & chosen]
        if not to_hit:
            return chosen
        if _n_apart(to_hit) > room:
            return None
        # The conflict with the fewest members left fails first, where it must.
        tightest = min(to_hit, key=int.bit_count)
        for member in _members(tightest):
            hit = search(chosen | 1 << member, barred, room - 1)
            if hit is not None:
                return hit
            barred |= 1 << member
        return None

    return search(0, 0, size)


def _n_apart(sets: list[int]) -> int:
    """Count sets without a common member, small ones first: each needs a member of its own."""
    taken = count = 0
    for one in sorted(sets, key=int.bit_count):
        if not one & taken:
            taken |= one
            count += 1
    return count


def _members(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)


def _bits(members: tuple[int, ...]) -> int:
    bits = 0
    for member in members:
        bits |= 1 << member
    return bits
