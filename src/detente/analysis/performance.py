"""Carrying a deal out: who gains by stopping half-way, and which order of steps would hold?

The states on the way are the sets of parts that have been done. In each of them a party compares
what it can count on by stopping there, or by any other move, with the deal carried out.
"""

from __future__ import annotations

from collections import deque
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
from detente.ledger import PartyId
from detente.model import Blank, IssueId

__all__ = ["MOST_PARTS", "Way"]

MOST_PARTS = 16
"""Parts up to which every order of steps is examined: 65,536 states on the way."""

MOST_TOGETHER = 1 << 11
"""States on the way in which nobody gains, up to which orders with joint steps are looked for."""

Masks = npt.NDArray[np.int64]


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

    def best_stop(self, party: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return what stopping guarantees a party in each set of parts done, and its move.

        Stopping leaves some part of its own undone, or undoes it. Moves that only do more of the
        deal are going on; others that leave its parts done do not keep the deal from going on, and
        are looked at where it has been carried out.

        Returns
        -------
        worth : ndarray of int, shape (n_sets,)
            The rank it can count on; -1 where it has no way to stop or the set is infeasible.
        move : ndarray of int, shape (n_sets,)
            The state it goes to; the state itself where it simply does not go on.
        """
        signed = self.signed
        guaranteed = signed.guaranteed[:, party].astype(np.int64)
        worth = np.full(self.n_sets, -1, dtype=np.int64)
        move = self.states.copy()
        self._not_going_on(party, guaranteed, worth, move)
        starts, targets = signed.graph.starts[party], signed.graph.targets
        whole = self._own_parts_done(party)
        for done in np.flatnonzero(self.feasible).tolist():
            state = int(self.states[done])
            options = targets[starts[state] : starts[state + 1]]
            sets = self._set_of[options]
            options = options[((sets < 0) | (sets & done != done)) & ~whole[options]]
            if len(options) == 0:
                continue
            best = int(guaranteed[options].argmax())
            if guaranteed[options[best]] > worth[done]:
                worth[done], move[done] = guaranteed[options[best]], options[best]
        return worth, move

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

    def _not_going_on(self, party: int, guaranteed: Masks, worth: Masks, move: Masks) -> None:
        """Enter what a party counts on that leaves its remaining parts undone.

        Where the case attaches a consequence to its part, not doing it is breaking it.
        """
        everything = sum(1 << bit for bit in self._own(party))
        remains = (np.arange(self.n_sets) & everything) != everything
        stop = self._stop_states(party)
        can = remains & self.feasible & self.signed.conflict.feasible[stop]
        worth[can], move[can] = guaranteed[stop[can]], stop[can]

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
            result[:, number] = self.stops_of[number][0] > there
        # Not to begin is to have no deal: whether it is agreed is another question; and with every
        # part done the question is whether it is kept.
        result[[0, -1]] = False
        return result

    @cached_property
    def stops_of(self) -> list[tuple[Masks, Masks]]:
        return [self.best_stop(number) for number in range(len(self.signed.conflict.parties))]

    @cached_property
    def safe(self) -> Bools:
        return np.asarray(self.feasible & ~self.gains.any(axis=1))

    # --- orders -------------------------------------------------------------------------

    def count_orders(self, allowed: Bools) -> int:
        """Count the orders, one part after the other, that pass only allowed sets."""
        ways = np.zeros(self.n_sets, dtype=np.int64)  # at most 16 factorial
        ways[0] = int(allowed[0])
        sets = np.arange(self.n_sets)
        done = _bits(sets)
        for size in range(1, len(self.parts) + 1):
            now = sets[(done == size) & allowed]
            for bit in range(len(self.parts)):
                with_it = now[(now >> bit) & 1 == 1]
                ways[with_it] += ways[with_it ^ (1 << bit)]
        return int(ways[-1])

    def stated_order_holds(self, order: Sequence[Sequence[IssueId]]) -> bool:
        """Say whether nobody gains in any set that a stated order of steps can pass.

        The parts of one step may come in any order among themselves. An order that the rules of the
        case do not allow does not hold.
        """
        before = 0
        listed = {issue for step in order for issue in step}
        last = tuple(dict.fromkeys(p.issue for p in self.parts if p.issue not in listed))
        for step in (*order, *([last] if last else [])):
            # An issue that an earlier step names already is done by then.
            bits = [
                b for b, p in enumerate(self.parts) if p.issue in step and not before >> b & 1
            ]
            for chosen in range(1 << len(bits)):
                done = before + sum(1 << bit for k, bit in enumerate(bits) if chosen >> k & 1)
                if self.feasible[done] and not self.safe[done]:
                    return False
            before += sum(1 << bit for bit in bits)
            if not self.feasible[before]:
                return False
        return True

    def best_order(self) -> Order | None:
        """Return an order that holds with as few parts as possible done at the same time.

        Joint steps are looked for only up to :data:`MOST_TOGETHER` sets in which nobody gains.
        """
        sets = np.flatnonzero(self.safe)
        full = self.n_sets - 1
        if not self.safe[0] or not self.safe[full]:
            return None
        for largest in range(1, len(self.parts) + 1 if len(sets) <= MOST_TOGETHER else 2):
            comes_from = {0: -1}
            todo = deque([0])
            while todo and full not in comes_from:
                here = todo.popleft()
                for there in self._safe_after(here, largest, sets):
                    if there not in comes_from:
                        comes_from[there] = here
                        todo.append(there)
            if full in comes_from:
                return self._order(comes_from, full)
        return None

    def _safe_after(self, here: int, largest: int, sets: npt.NDArray[np.intp]) -> list[int]:
        """Return the safe sets with up to so many parts more, ascending."""
        if largest == 1:
            more = [here | 1 << bit for bit in range(len(self.parts)) if not here >> bit & 1]
            return [there for there in more if self.safe[there]]
        after = sets[(sets & here == here) & (sets != here)]
        found: list[int] = after[_bits(after ^ here) <= largest].tolist()
        return found

    def _order(self, comes_from: dict[int, int], at: int) -> Order:
        steps = []
        while at:
            before = comes_from[at]
            steps.append(tuple(p for b, p in enumerate(self.parts) if (at ^ before) >> b & 1))
            at = before
        return Order(tuple(reversed(steps)))

    # --- the answer ---------------------------------------------------------------------

    def performance(self, order: tuple[tuple[IssueId, ...], ...] | Blank) -> Performance:
        """Examine every set of parts done, under every order."""
        n_orders = self.count_orders(self.feasible)
        n_holding = self.count_orders(self.safe)
        return Performance(
            parts=self.parts,
            n_orders=n_orders,
            n_holding=n_holding,
            stated=None if isinstance(order, Blank) else self.stated_order_holds(order),
            stops=self.stops(),
            best=self.best_order(),
            always_before=self.always_before(),
        )

    def always_before(self) -> tuple[tuple[Part, Part], ...]:
        """Return pairs of parts whose order is the same in every order of steps that holds.

        Left out are pairs that the rules put in that order anyway, and those that follow from two
        others.
        """
        sets = np.arange(self.n_sets)
        total, n = self.count_orders(self.safe), len(self.parts)
        if not total:
            return ()
        comes_first = np.zeros((n, n), dtype=np.bool_)
        forced = np.zeros((n, n), dtype=np.bool_)
        n_orders = self.count_orders(self.feasible)
        for a in range(n):
            for b in range(n):
                if a != b:
                    in_turn = (sets >> b & 1 == 0) | (sets >> a & 1 == 1)
                    comes_first[a, b] = self.count_orders(self.safe & in_turn) == total
                    if comes_first[a, b]:
                        forced[a, b] = self.count_orders(self.feasible & in_turn) == n_orders
        through_a_third = (comes_first.astype(int) @ comes_first.astype(int)) > 0
        told = comes_first & ~forced & ~through_a_third
        return tuple((self.parts[a], self.parts[b]) for a, b in np.argwhere(told))

    def stops(self) -> tuple[Stop, ...]:
        """Tell for each party that gains where it would first stop, and how."""
        found = []
        conflict, ranks = self.signed.conflict, self.signed.preferences.low
        carried_out = self.signed.carried_out
        for number, party in enumerate(conflict.parties):
            where = np.flatnonzero(self.gains[:, number] & self.reached)
            if len(where) == 0:
                continue
            told = [(self.simplest_stop(number, done), done) for done in _smallest(where)]
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
                )
            )
        return tuple(sorted(found, key=lambda stop: (len(stop.done), not stop.always)))

    def simplest_stop(self, party: int, done: int) -> tuple[int, int, int]:
        """Return of the ways to stop that gain the one that changes least, then the best.

        As the number of changes, minus the rank, and the state.
        """
        signed, state = self.signed, int(self.states[done])
        ranks = signed.preferences.low[:, party]
        here = ranks[signed.carried_out]
        whole, stop = self._own_parts_done(party), int(self._stop_states(party)[done])
        gaining = [
            option
            for option in dict.fromkeys([stop, *(int(o) for o in signed.graph.moves(party, state))])
            if signed.guaranteed[option, party] > here
            and signed.conflict.feasible[option]
            and not whole[option]
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
        reached = np.zeros(self.n_sets, dtype=np.bool_)
        reached[0] = self.feasible[0]
        sets = np.arange(self.n_sets)
        done = _bits(sets)
        for size in range(1, len(self.parts) + 1):
            now = sets[(done == size) & self.feasible]
            for bit in range(len(self.parts)):
                with_it = now[(now >> bit) & 1 == 1]
                reached[with_it] |= reached[with_it ^ (1 << bit)]
        return reached

    def those_who_gain(self) -> tuple[PartyId, ...]:
        parties = self.signed.conflict.parties
        return tuple(p for k, p in enumerate(parties) if self.gains[self.reached, k].any())


def _smallest(sets: Masks) -> list[int]:
    """Return those with the fewest parts done."""
    size = _bits(sets)
    return [int(s) for s in sets[size == size.min()]]


def _bits(sets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Count the bits of each number."""
    count = np.zeros(len(sets), dtype=np.int64)
    rest = sets.astype(np.int64)
    while rest.any():
        count += rest & 1
        rest = rest >> 1
    return count
