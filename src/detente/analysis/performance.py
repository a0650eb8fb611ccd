"""Carrying a deal out: who gains by stopping half-way, and which order of steps would hold?

The states on the way are the sets of parts that have been done. In each of them a party compares
what it can count on by stopping there, or by any other move, with the deal carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from detente.analysis.conflict_actions import BROKEN
from detente.analysis.hold_answers import Order, Part, Performance, Stop
from detente.analysis.keeping import Signed
from detente.analysis.preferring import why_rather
from detente.analysis.space import Bools
from detente.analysis.step_orders import (
    Masks,
    always_before,
    best_order,
    count_orders,
    smallest,
    ways_to_sets,
)
from detente.ledger import PartyId
from detente.model import Blank, IssueId

__all__ = ["MOST_PARTS", "Way"]

MOST_PARTS = 16
"""Parts up to which every order of steps is examined: 65,536 states on the way."""


@dataclass(frozen=True, eq=False)
class Way:
    """The sets of parts done, as bits of a number, and who gains by stopping at each."""

    signed: Signed
    parts: tuple[Part, ...]

    @property
    def n_sets(self) -> int:
        return 1 << len(self.parts)

    @cached_property
    def states(self) -> Masks:
        """The state that each set of parts done stands for.

        What the deal says and nobody has to act for is there as soon as the rules allow it.
        """
        conflict = self.signed.conflict
        carried_out = conflict.moves.levels_of(self.signed.carried_out)
        by_itself = np.array([action.kind == "time" for action in conflict.actions])
        come_about = int(conflict.moves.state_of(np.where(by_itself, carried_out, 0)))
        states = np.zeros(self.n_sets, dtype=np.int64)
        for bit, part in enumerate(self.parts):
            number = conflict.action_number(part.party, part.issue)
            level = conflict.actions[number].options.index(part.option)
            added = level * int(conflict.moves.strides[number])
            states[1 << bit : 2 << bit] = states[: 1 << bit] + added
        return np.asarray(states + come_about * conflict.feasible[states + come_about])

    @cached_property
    def feasible(self) -> Bools:
        return np.asarray(self.signed.conflict.feasible[self.states])

    @cached_property
    def _set_of(self) -> npt.NDArray[np.int64]:
        """Which set of parts done a state stands for, or -1."""
        back = np.full(self.signed.conflict.n_states, -1, dtype=np.int64)
        back[self.states] = np.arange(self.n_sets)
        return back

    def worth_of_stopping(self, party: int) -> Masks:
        """Return the rank that a party can count on by stopping, in each set of parts done.

        Stopping leaves some part of its own undone, or undoes it. Moves that only do more of the
        deal are going on; others that leave its parts done do not keep the deal from going on, and
        are looked at where it has been carried out. -1 where it has no way to stop or the set is
        infeasible.
        """
        signed = self.signed
        guaranteed = signed.guaranteed[:, party].astype(np.int64)
        worth = self._worth_of_not_going_on(party, guaranteed)
        starts, targets = signed.graph.starts[party], signed.graph.targets
        no_stop = self._no_stop(party)
        for done in np.flatnonzero(self.feasible).tolist():
            state = int(self.states[done])
            options = targets[starts[state] : starts[state + 1]]
            sets = self._set_of[options]
            options = options[((sets < 0) | (sets & done != done)) & ~no_stop[options]]
            worth[done] = guaranteed[options].max(initial=worth[done])
        return worth

    def _no_stop(self, party: int) -> Bools:
        """Say which states are no way for a party to stop: its parts are done, or somebody answers."""
        return np.asarray(self._own_parts_done(party) | self._answers_ready)

    @cached_property
    def _answers_ready(self) -> Bools:
        """Say in which states somebody sees to a consequence: that is an answer, no way to stop."""
        conflict = self.signed.conflict
        levels = conflict.moves.levels_of(np.arange(conflict.n_states))
        answers = [n for n, action in enumerate(conflict.actions) if action.kind == "answers"]
        return np.asarray((levels[:, answers] > 0).any(axis=1))

    def _own_parts_done(self, party: int) -> Bools:
        """Say in which states every part of a party is done."""
        conflict = self.signed.conflict
        states = np.arange(conflict.n_states)
        result = np.ones(conflict.n_states, dtype=np.bool_)
        for part in self.parts:
            if part.party == conflict.parties[party]:
                number = conflict.action_number(part.party, part.issue)
                stride, size = (
                    int(x[number]) for x in (conflict.moves.strides, conflict.moves.sizes)
                )
                level = conflict.actions[number].options.index(part.option)
                result &= states // stride % size == level
        return result

    def _worth_of_not_going_on(self, party: int, guaranteed: Masks) -> Masks:
        """Return what a party counts on that leaves its remaining parts undone; -1 if none remain.

        Where the case attaches a consequence to its part, not doing it is breaking it.
        """
        everything = sum(1 << bit for bit in self._own(party))
        remains = (np.arange(self.n_sets) & everything) != everything
        stop = self._stop_states(party)
        can = remains & self.feasible & self.signed.conflict.feasible[stop]
        return np.where(can, guaranteed[stop], -1)

    def _own(self, party: int) -> list[int]:
        name = self.signed.conflict.parties[party]
        return [bit for bit, part in enumerate(self.parts) if part.party == name]

    def _stop_states(self, party: int) -> Masks:
        """Return the state in which a party leaves its remaining parts, for each set of parts."""
        conflict = self.signed.conflict
        stop = self.states.copy()
        for bit in self._own(party):
            number = conflict.action_number(self.parts[bit].party, self.parts[bit].issue)
            action = conflict.actions[number]
            if BROKEN in action.options:
                undone = (np.arange(self.n_sets) & (1 << bit)) == 0
                broken = action.options.index(BROKEN) * int(conflict.moves.strides[number])
                stop[undone] += broken
        return stop

    @cached_property
    def gains(self) -> Bools:
        """Whether each party is better off stopping, shape (n_sets, n_parties)."""
        result = np.zeros((self.n_sets, len(self.signed.conflict.parties)), dtype=np.bool_)
        for number, party in enumerate(self.signed.conflict.parties):
            if party in self.signed.conflict.unclear:
                continue
            there = self.signed.preferences.low[self.signed.carried_out, number]
            result[:, number] = self.worth_of_stopping(number) > there
        # Not to begin is to have no deal: whether it is agreed is another question; and with every
        # part done the question is whether it is kept.
        result[[0, -1]] = False
        return result

    @cached_property
    def safe(self) -> Bools:
        return np.asarray(self.feasible & ~self.gains.any(axis=1))

    # --- orders -------------------------------------------------------------------------

    def count_orders(self, allowed: Bools) -> int:
        """Count the orders, one part after the other, that pass only allowed sets."""
        return count_orders(len(self.parts), allowed)

    def stated_sets(self, order: Sequence[Sequence[IssueId]]) -> list[int]:
        """Return the sets that a stated order of steps passes, each step being done at once.

        What the order does not list comes last, in any order.
        """
        listed = {issue for step in order for issue in step}
        done, passed = 0, []
        for step in order:
            done |= sum(1 << b for b, part in enumerate(self.parts) if part.issue in step)
            passed.append(done)
        rest = [b for b, part in enumerate(self.parts) if part.issue not in listed]
        for chosen in range(1 << len(rest)):
            more = sum(1 << bit for k, bit in enumerate(rest) if chosen >> k & 1)
            if self.feasible[done | more]:
                passed.append(done | more)
        return passed

    def rules_broken(self, done: int) -> tuple[str, ...]:
        """Name the rules that a set of parts done would break."""
        conflict = self.signed.conflict
        outcome = conflict.outcome(int(self.states[done]))
        return tuple(rule.id for rule in conflict.case.rules if rule.is_broken_by(outcome))

    def best_order(self) -> Order | None:
        """Return an order that holds with as few parts as possible done at the same time."""
        return best_order(self.parts, self.safe)

    # --- the answer ---------------------------------------------------------------------

    def performance(self, order: tuple[tuple[IssueId, ...], ...] | Blank) -> Performance:
        """Examine every set of parts done, under every order."""
        stated: bool | None = None
        broken: tuple[str, ...] = ()
        passed: list[int] = []
        if not isinstance(order, Blank):
            passed = self.stated_sets(order)
            broken = tuple(
                dict.fromkeys(
                    rule
                    for done in passed
                    if not self.feasible[done]
                    for rule in self.rules_broken(done)
                )
            )
            stated = all(self.safe[done] for done in passed)
        return Performance(
            parts=self.parts,
            n_orders=self.count_orders(self.feasible),
            n_holding=self.count_orders(self.safe),
            stated=stated,
            stops=self.stops(passed),
            best=self.best_order(),
            always_before=self.always_before(),
            stated_breaks=broken,
        )

    def always_before(self) -> tuple[tuple[Part, Part], ...]:
        """Return pairs of parts whose order is the same in every order of steps that holds."""
        return always_before(self.parts, self.feasible, self.safe)

    def stops(self, stated: Sequence[int] = ()) -> tuple[Stop, ...]:
        """Tell for each party that gains where it would first stop, and how.

        Where it gains in a set that the stated order passes, the first of these is told.
        """
        found = []
        conflict, ranks = self.signed.conflict, self.signed.preferences.low
        carried_out = self.signed.carried_out
        reached = self.reached.copy()
        reached[list(stated)] = True  # what is done at once may not be reached one by one
        for number, party in enumerate(conflict.parties):
            where = np.flatnonzero(self.gains[:, number] & reached)
            if len(where) == 0:
                continue
            passed = [done for done in stated if self.gains[done, number]]
            first_sets = passed[:1] or smallest(where)
            told = [(self.simplest_stop(number, done), done) for done in first_sets]
            (_, _, to), first = min(told)
            without = np.asarray(self.feasible & ~self.gains[:, number])
            found.append(
                Stop(
                    party=party,
                    done=tuple(p for b, p in enumerate(self.parts) if first >> b & 1),
                    changes=self.signed.changes(int(self.states[first]), to),
                    why=why_rather(
                        conflict.case, party, conflict.outcome(to), conflict.outcome(carried_out)
                    ),
                    places=int(ranks[to, number] - ranks[carried_out, number]),
                    n_states=len(where),
                    always=self.count_orders(without) == 0,
                    outcome=conflict.outcome(to),
                    in_stated=bool(passed),
                )
            )
        return tuple(sorted(found, key=lambda s: (not s.in_stated, len(s.done), not s.always)))

    def simplest_stop(self, party: int, done: int) -> tuple[int, int, int]:
        """Return of the ways to stop that gain the one that changes least, then the best.

        As the number of changes, minus the rank, and the state.
        """
        signed, state = self.signed, int(self.states[done])
        ranks = signed.preferences.low[:, party]
        here = ranks[signed.carried_out]
        no_stop = self._no_stop(party)
        stop = int(self._stop_states(party)[done])
        gaining = [
            option
            for option in dict.fromkeys([stop, *(int(o) for o in signed.graph.moves(party, state))])
            if signed.guaranteed[option, party] > here
            and signed.conflict.feasible[option]
            and not no_stop[option]
            and (option == stop or not self._goes_on(option, done))
        ]
        return min(
            (len(signed.conflict.changes(state, option)), -int(ranks[option]), option)
            for option in gaining
        )

    def _goes_on(self, state: int, done: int) -> bool:
        then = int(self._set_of[state])
        return then >= 0 and then & done == done

    @cached_property
    def reached(self) -> Bools:
        """Which sets some order of steps passes, whoever gains."""
        return np.asarray(ways_to_sets(len(self.parts), self.feasible) > 0)

    def those_who_gain(self, order: tuple[tuple[IssueId, ...], ...] | Blank) -> tuple[PartyId, ...]:
        """Return who keeps a deal from being carried out in its order, or in any if it states none."""
        parties = self.signed.conflict.parties
        if not isinstance(order, Blank):
            passed = self.stated_sets(order)
            return tuple(p for k, p in enumerate(parties) if self.gains[passed, k].any())
        if self.count_orders(self.safe):
            return ()
        return tuple(p for k, p in enumerate(parties) if self.gains[self.reached, k].any())
