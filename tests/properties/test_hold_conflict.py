"""States, moves and roads of random cases against their plain definition, in plain sets."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_hold import Hand, Plain, State, hand_of
from plain_way import PlainDeal
from random_hold_cases import SEEDS, random_case

from detente.analysis import Change, RoadStep, analyse_hold
from detente.analysis.conflict import Conflict
from detente.analysis.conflict_actions import BROKEN, Breach
from detente.ledger import PartyId
from detente.model import TODAY, Case, ClockId, DealId, IssueId

seeds = st.sampled_from(SEEDS)
MOST = 400
"""States up to which the plain definition is quick."""


def state_in(plain: Plain, conflict: Conflict, number: int) -> State:
    levels = conflict.moves.levels_of(number).tolist()
    at = {hand_of(a): a.options[k] for a, k in zip(conflict.actions, levels, strict=True)}
    return tuple(at[hand] for hand in plain.hands)


def after(plain: Plain, state: State, changes: Iterable[Change]) -> State:
    """Make the changes of a move, each of which must start from where its hand is."""
    to: dict[Hand, str] = {}
    for change in changes:
        hand = hand_of(change.action)
        assert plain.level(state, hand) == change.before != change.after
        to[hand] = change.after
    return plain.with_levels(state, to)


def conflicts(case: Case, seed: int) -> Iterable[tuple[Conflict, Plain]]:
    """Yield the conflict around each deal: bare, and with consequences drawn for its parts."""
    rng = random.Random(seed)  # noqa: S311  # nothing is kept secret with it
    for deal in case.deals.values():
        plain_deal = PlainDeal(case, deal)
        drawn = [
            Breach(
                *part,
                rng.choice([TODAY, *case.endings]),
                tuple(rng.sample(sorted(case.parties), rng.choice([0, 0, 1, 2]))),
            )
            for part in plain_deal.parts
            if rng.random() < 0.6
        ]
        for breaches in ((), tuple(drawn)):
            plain = Plain(case, plain_deal.issues, breaches)
            if plain.size <= MOST:
                yield Conflict.of(case, plain_deal.issues, breaches), plain


@given(seeds)
def test_states_moves_and_outcomes_are_those_of_the_definition(seed: int) -> None:
    case = random_case(seed)
    for conflict, plain in conflicts(case, seed):
        if not plain.hands:
            assert conflict.n_states == 1
            continue
        names = {n: state_in(plain, conflict, n) for n in range(conflict.n_states)}
        assert {names[n] for n in range(len(names)) if conflict.feasible[n]} == set(plain.states)
        assert names[conflict.today] == plain.today
        assert set(conflict.parties) == set(plain.parties)
        for number, state in names.items():
            if not conflict.feasible[number]:
                continue
            assert conflict.outcome(number) == plain.outcome(state)
            for k, party in enumerate(conflict.parties):
                found = {names[int(t)] for t in conflict.graph.moves(k, number)}
                assert found == set(plain.moves(party, state))


@given(seeds)
def test_what_is_done_for_good_is_never_undone_and_a_promise_never_unmade(seed: int) -> None:
    case = random_case(seed)
    for _, plain in conflicts(case, seed):
        for state in plain.states:
            for party in plain.parties:
                for there in plain.moves(party, state):
                    for hand, old, new in zip(plain.hands, state, there, strict=True):
                        if hand[0] != "does" or old == new or hand[2] is None:
                            continue
                        issue = case.issues[hand[2]]
                        assert old != BROKEN or new != issue.today
                        if old not in (BROKEN, issue.today):
                            option = next(o for o in issue.options if o.id == old)
                            assert not option.irreversible or new not in (BROKEN, issue.today)


# --- roads ----------------------------------------------------------------------------------


def strikes(case: Case, plain: Plain, clock: ClockId, state: State) -> State | None:
    """Return where a clock leads from a state, None where it cannot strike or changes nothing."""
    now = case.clocks[clock]
    if now.then.ending is None or (now.while_ and not now.while_.holds(plain.outcome(state))):
        return None
    to: dict[Hand, str] = {}
    for hand, levels in plain.hands.items():
        if hand[2] is not None and hand[2] in now.then.ending.sets:
            option = now.then.ending.sets[hand[2]]
            to[hand] = option if hand[0] != "undoes" and option in levels else levels[0]
    there = plain.with_levels(state, to)
    return there if there != state and plain.is_possible(there) else None


def distances(case: Case, plain: Plain, *, gaining: bool) -> Mapping[State, int]:
    """Return how many moves of parties and clocks lead from today to each state."""
    found, queue = {plain.today: 0}, deque([plain.today])
    while queue:
        here = queue.popleft()
        onward = [
            there
            for party in plain.parties
            for there in plain.moves(party, here)
            if not gaining or plain.ranks[party][there] > plain.ranks[party][here]
        ]
        if not gaining:
            struck = [strikes(case, plain, clock, here) for clock in case.clocks]
            onward += [there for there in struck if there is not None]
        for there in onward:
            if there not in found:
                found[there] = found[here] + 1
                queue.append(there)
    return found


def replay(case: Case, plain: Plain, steps: Iterable[RoadStep], unclear: set[PartyId]) -> State:
    """Take a road step by step; each must be a move of who takes it."""
    at = plain.today
    for step in steps:
        there = after(plain, at, step.changes)
        if step.party is None:
            assert step.clock is not None
            assert strikes(case, plain, step.clock, at) == there
            assert not step.gains
        else:
            assert there in plain.moves(step.party, at)
            rank = plain.ranks[step.party]
            if step.party not in unclear:
                assert step.gains == (rank[there] > rank[at])
        at = there
    return at


def settled(case: Case) -> tuple[IssueId, ...]:
    names = [*case.deals, *case.endings]
    return tuple(i for i in case.issues if any(case.outcome(n)[i] != case.today[i] for n in names))


@given(seeds)
def test_roads_are_roads_and_none_is_shorter(seed: int) -> None:
    case = random_case(seed)
    plain = Plain(case, settled(case))
    if plain.size > MOST:
        return
    answer = analyse_hold(case, {})
    if not settled(case):
        assert answer.roads.roads == ()
        return
    conflict = Conflict.of(case, settled(case))
    unclear = set(conflict.unclear)
    every, gaining = (distances(case, plain, gaining=g) for g in (False, True))
    assert answer.roads.n_states == len(plain.states)
    assert answer.roads.n_reached == len(every)
    assert [road.to for road in answer.roads.roads] == [*case.deals, *case.endings]
    holes = {name: PlainDeal(case, deal).holes for name, deal in case.deals.items()}
    for road in answer.roads.roads:
        wanted = dict(case.outcome(road.to))
        for steps, distance in ((road.steps, every), (road.by_gains, gaining)):
            away = [n for s, n in distance.items() if plain.outcome(s) == wanted]
            if distance is gaining and unclear:
                continue  # what may be a gain is another question
            assert (steps is None) == (not away)
            if steps is None:
                continue
            assert plain.outcome(replay(case, plain, steps, unclear)) == wanted
            assert len(steps) == min(away)
            if distance is gaining:
                assert all(step.gains for step in steps)
            for step in steps:
                assert step.is_hole == (step.party in holes.get(DealId(road.to), set()))


@pytest.mark.parametrize("kind", ["by a clock", "by gains", "none", "two moves"])
def test_the_random_cases_have_every_kind_of_road(kind: str) -> None:
    seen: Counter[str] = Counter()
    for seed in range(60):
        for road in analyse_hold(random_case(seed), {}).roads.roads:
            seen["none"] += road.steps is None
            seen["by gains"] += road.by_gains is not None
            seen["two moves"] += len(road.steps or ()) > 1
            seen["by a clock"] += any(step.clock for step in road.steps or ())
    assert seen[kind] >= 5
