"""Which roads lead from today to which endings: who moves, who gains by moving, what time does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from detente.analysis.conflict import Conflict
from detente.analysis.conflict_actions import Change
from detente.analysis.keeping import Signed
from detente.analysis.packages import Package
from detente.analysis.road_answers import Resting, Road, Roads, RoadStep
from detente.engines.stability import (
    Concept,
    MoveGraph,
    Preferences,
    Stability,
    preferences,
    select_equilibria,
    stability,
)
from detente.engines.stability.roads import Reach, reachable, roads_between
from detente.engines.stability.roads import Road as Way
from detente.errors import SpaceTooLargeError
from detente.ledger import PartyId
from detente.model import TODAY, Case, Clock, DealId, IssueId

__all__ = ["MOST_ROAD_MOVES", "roads_of"]

MOST_ROAD_MOVES = 40_000_000
"""Moves that are listed to look for roads: 160 MB."""


MOST_RESTING = 6
"""Resting points that are told where no deal and no ending has a name."""


def roads_of(
    case: Case, holes: Mapping[DealId, Sequence[PartyId]], concept: Concept = Concept.SEQ
) -> Roads:
    """Find the shortest road from today to each deal carried out and to each ending.

    Issues on which no deal and no ending differs from today are left as they are today. Where the
    rest is still too much, only the issues of the first deal and of its table are kept, and the
    others are named. Where no deal and no ending has a name, the resting points that moves lead to are
    looked for, over every issue on which somebody can act.
    """
    names = [*case.deals, *case.endings]
    settled = [i for i in case.issues if any(case.outcome(n)[i] != case.today[i] for n in names)]
    if not names:
        settled = [i.id for i in case.issues.values() if any(o.done_by for o in i.options)]
    if not settled:
        return Roads((), 1, 1)
    narrow = _of_first_deal(case, settled)
    for issues in dict.fromkeys((tuple(settled), narrow)):
        try:
            net = _Net(case, Conflict.of(case, issues), holes, concept)
            return net.roads(tuple(i for i in settled if i not in issues))
        except SpaceTooLargeError as error:
            why = str(error)
    return Roads((), 0, 0, (), why)


def _of_first_deal(case: Case, settled: Sequence[IssueId]) -> tuple[IssueId, ...]:
    if not case.deals:
        return tuple(settled)
    deal = next(iter(case.deals.values()))
    scope = case.tables[deal.table].scope if deal.table else ()
    return tuple(i for i in settled if i in scope or i in deal.says)


@dataclass(frozen=True, eq=False)
class _Net:
    """The moves of all parties, and every clock as one more party, so that one can follow another."""

    case: Case
    conflict: Conflict
    holes: Mapping[DealId, Sequence[PartyId]]
    concept: Concept

    @cached_property
    def clocks(self) -> tuple[Clock, ...]:
        known = set(self.conflict.issues)
        return tuple(
            clock
            for clock in self.case.clocks.values()
            if clock.then.ending is not None
            and any(
                option != self.case.today[issue]
                for issue, option in clock.then.ending.sets.items()
                if issue in known
            )
        )

    def strikes(self, clock: Clock) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return the states in which a clock can strike, and where it leads from each."""
        conflict = self.conflict
        states = np.flatnonzero(conflict.feasible)
        if clock.while_ is not None:
            states = states[conflict.space.holds(clock.while_, conflict.codes[states])]
        ending = clock.then.ending
        sets = {} if ending is None else dict(ending.sets)
        levels = conflict.moves.levels_of(states)
        for number, action in enumerate(conflict.actions):
            if action.issue not in sets:
                continue
            option = sets[action.issue]
            brings = action.kind in ("does", "time") and option in action.options
            levels[:, number] = action.options.index(option) if brings else 0
        targets = conflict.moves.state_of(levels)
        moved = conflict.feasible[targets] & (targets != states)
        return states[moved], targets[moved]

    @cached_property
    def graph(self) -> MoveGraph:
        own = self.conflict.graph_within(MOST_ROAD_MOVES)
        n = own.n_states
        starts, targets = [own.starts], [own.targets]
        for clock in self.clocks:
            sources, struck = self.strikes(clock)  # in order of states
            counts = np.bincount(sources, minlength=n)
            before = sum(map(len, targets))
            starts.append(before + np.concatenate([[0], np.cumsum(counts)])[None, :])
            targets.append(struck.astype(np.int32))
        return MoveGraph(
            np.vstack(starts).astype(np.intp),
            np.concatenate(targets),
            # What a clock brings it brings at once: it has no second move to make.
            (True,) * (own.n_parties + len(self.clocks)),
            own.feasible,
        )

    @cached_property
    def preferences(self) -> Preferences:
        n = self.conflict.n_states
        low, high = (
            np.column_stack([ranks[:n], np.zeros((n, len(self.clocks)), dtype=np.int32)])
            for ranks in self.conflict.ranks
        )
        return preferences(low, high=None if (low == high).all() else high)

    def roads(self, left_out: tuple[IssueId, ...]) -> Roads:
        today, case = self.conflict.today, self.case
        reached = reachable(self.graph, today)
        gaining = reachable(self.graph, today, preferences=self.preferences)
        names = [
            name
            for name in (*case.deals, *case.endings)
            if all(case.outcome(name)[issue] == case.today[issue] for issue in left_out)
        ]
        nearest = [self._nearest(name, reached.distance) for name in names]
        by_gains = [self._nearest(name, gaining.distance) for name in names]
        none = np.empty(0, dtype=np.intp)
        ends = np.unique(np.concatenate([none, *nearest, *by_gains]))
        ways = roads_between(self.graph, self.preferences, today, ends)
        shortest = dict(zip(ends.tolist(), ways.shortest, strict=True))
        gains_only = dict(zip(ends.tolist(), ways.by_improvements, strict=True))
        found = tuple(
            Road(
                name,
                self._best(name, [shortest[end] for end in near.tolist()]),
                self._best(name, [gains_only[end] for end in gains.tolist()]),
            )
            for name, near, gains in zip(names, nearest, by_gains, strict=True)
        )
        n_reached = int((reached.distance >= 0).sum())
        rests = self.resting([TODAY, *names], [np.array([today]), *nearest], gaining.distance)
        if not (case.deals or case.endings or rests.unclear):
            rests = self.with_best(rests, reached)
        n_states = int(self.conflict.feasible.sum())
        if not found and set(rests.unclear) >= set(self.conflict.parties):
            return Roads((), n_states, n_reached)  # nobody's wants are known: nothing can be told
        return Roads(found, n_states, n_reached, left_out, resting=rests)

    @cached_property
    def _known_ranks(self) -> Preferences:
        """Everybody's ranks, without the clocks; those who are unclear have all states alike."""
        return Signed(self.conflict, self.conflict.today, self.concept, {}).preferences

    @cached_property
    def _verdicts(self) -> Stability:
        return stability(self.conflict.moves, self._known_ranks, self.concept)

    def resting(
        self,
        names: Sequence[str],
        states: Sequence[npt.NDArray[np.intp]],
        distance: npt.NDArray[np.int32],
    ) -> Resting:
        """Say where nobody would leave alone, among what has a name and among what gains reach."""
        parties, unclear = self.conflict.parties, self.conflict.unclear
        known = [number for number, party in enumerate(parties) if party not in unclear]
        verdicts = self._verdicts
        stays = verdicts.stable[:, np.array(known, dtype=np.intp)].all(axis=1)
        rests = stays & self.conflict.feasible
        named = tuple(n for n, own in zip(names, states, strict=True) if rests[own].any())
        today = verdicts.stable[self.conflict.today]
        leave = tuple(parties[number] for number in known if not today[number])
        n_reached = int((rests & (distance >= 0)).sum())
        return Resting(named, n_reached, int(rests.sum()), leave, unclear)

    def with_best(self, resting: Resting, reached: Reach) -> Resting:
        """Add the resting points worth a look: reached from today, no other better for everybody."""
        conflict, today = self.conflict, self.case.today
        found = select_equilibria(
            self._verdicts, self._known_ranks, reach=reached, most=conflict.n_states
        )
        distinct: dict[tuple[int, ...], Package] = {}
        for state in found.states.tolist():
            settles = {i: o for i, o in conflict.outcome(state).items() if o != today[i]}
            distinct.setdefault(tuple(conflict.codes[state].tolist()), Package(settles))
        best = tuple(distinct.values())
        return replace(resting, best=best[:MOST_RESTING], n_more=max(0, len(best) - MOST_RESTING))

    def _nearest(self, name: str, distance: npt.NDArray[np.int32]) -> npt.NDArray[np.intp]:
        """Return, of the states that stand for an outcome, those that the fewest moves reach."""
        conflict = self.conflict
        wanted = conflict.codes[conflict.rows_of[name]]
        same = (conflict.codes[: conflict.n_states] == wanted).all(axis=1)
        ends = np.flatnonzero(same & conflict.feasible & (distance >= 0))
        least = distance[ends].min(initial=np.iinfo(np.int32).max)
        return np.asarray(ends[distance[ends] == least])

    def _best(self, name: str, ways: Sequence[Way | None]) -> tuple[RoadStep, ...] | None:
        """Return the road with the most moves that gain; None where there is no road."""
        roads = [way for way in ways if way is not None]
        if not roads:
            return None
        return self._steps(name, min(roads, key=lambda way: (-sum(way.improving), way.moves)))

    def _steps(self, name: str, way: Way) -> tuple[RoadStep, ...]:
        unbound = self.holes.get(DealId(name), ())
        steps, at = [], way.start
        for (mover, state), gains in zip(way.moves, way.improving, strict=True):
            by_clock = mover - (self.graph.n_parties - len(self.clocks))
            party = None if by_clock >= 0 else self.conflict.parties[mover]
            steps.append(
                RoadStep(
                    party=party,
                    clock=self.clocks[by_clock].id if by_clock >= 0 else None,
                    changes=tuple(Change(*c) for c in self.conflict.changes(at, state)),
                    gains=gains,
                    is_hole=party in unbound,
                    start=at,
                    end=state,
                )
            )
            at = state
        return tuple(steps)
