"""Keeping a deal and carrying it out, on random cases, against their plain definition."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_hold import Hand, Plain, State, hand_of
from plain_hold import Part as PlainPart
from plain_way import PlainDeal, Way, in_steps
from random_hold_cases import SEEDS, random_case

from detente.analysis import Change, DealHold, Kept, Part, analyse_hold
from detente.analysis.conflict import Conflict
from detente.engines.stability import Concept
from detente.model import Blank, Deal, DealId

seeds = st.sampled_from(SEEDS)
concepts = st.sampled_from([Concept.SEQ, *Concept])
MOST = 250
"""States up to which the plain definition is quick."""


@cache
def examined(seed: int, concept: Concept) -> list[tuple[Deal, DealHold, Way]]:
    """Return what was found of each deal, beside the plain deal; where all wants are known."""
    case, found = random_case(seed), []
    plains = {name: PlainDeal(case, deal, concept) for name, deal in case.deals.items()}
    small = {name: plain for name, plain in plains.items() if plain.own_way.plain.size <= MOST}
    answer = analyse_hold(case, {}, concept, small)
    for hold in answer.deals:
        plain = small[DealId(hold.deal)]
        conflict = Conflict.of(case, plain.issues, plain.breaches)
        if conflict.parties and not conflict.unclear:
            found.append((plain.deal, hold, plain.own_way))
    return found


def after(plain: Plain, state: State, changes: tuple[Change, ...]) -> State:
    """Make the changes of a move, each of which must start from where its hand is."""
    to: dict[Hand, str] = {}
    for change in changes:
        assert plain.level(state, hand_of(change.action)) == change.before != change.after
        to[hand_of(change.action)] = change.after
    return plain.with_levels(state, to)


def changes(state: State, there: State) -> int:
    return sum(a != b for a, b in zip(state, there, strict=True))


def part_of(part: Part) -> PlainPart:
    return part.party, part.issue, part.option


# --- kept -----------------------------------------------------------------------------------


@given(seeds, concepts)
def test_a_party_stays_exactly_if_the_definition_says_so(seed: int, concept: Concept) -> None:
    for _, hold, way in examined(seed, concept):
        plain = way.plain
        assert {k.party for k in hold.keeping} == set(plain.parties)
        assert hold.n_states == len(plain.states)
        for keeping in hold.keeping:
            stays = {c: not way.breaking(keeping.party, c) for c in Concept}
            assert dict(keeping.verdicts) == stays
            assert keeping.kept == (
                Kept.NO_REASON if stays[Concept.NASH]
                else Kept.DETERRED if stays[Concept.SEQ]
                else Kept.THREATENED if stays[Concept.GMR]
                else Kept.BREAKS
            )  # fmt: skip
            assert keeping.n_breaking == len(way.breaking(keeping.party))
            assert keeping.must_act == any(part[0] == keeping.party for part in way.parts)
            assert (keeping.margin is not None and keeping.margin < 0) == (not stays[concept])


@given(seeds, concepts)
def test_the_move_that_breaks_is_the_simplest_that_nothing_deters(
    seed: int, concept: Concept
) -> None:
    for _, hold, way in examined(seed, concept):
        plain, end = way.plain, way.carried_out
        for keeping in hold.keeping:
            rank, found = plain.ranks[keeping.party], way.breaking(keeping.party)
            assert (keeping.breaking is not None) == bool(found)
            if keeping.breaking is not None:
                there = after(plain, end, keeping.breaking.changes)
                assert there in found
                appeal = {q: (changes(end, q), -rank[q]) for q in found}
                assert appeal[there] == min(appeal.values())
                assert keeping.breaking.places == rank[there] - rank[end] > 0
                assert not keeping.breaking.deters


@given(seeds, concepts)
def test_every_answer_told_can_be_given_and_deters(seed: int, concept: Concept) -> None:
    for _, hold, way in examined(seed, concept):
        plain, end = way.plain, way.carried_out
        for keeping in hold.keeping:
            rank = plain.ranks[keeping.party]
            answered = way.tempting(keeping.party) - way.breaking(keeping.party)
            assert len(keeping.held_by) == min(3, len(answered))
            for held in keeping.held_by:
                at = after(plain, end, held.changes)
                assert at in answered
                last = keeping.party
                for step in held.answer:
                    there = after(plain, at, step.changes)
                    assert step.party not in (keeping.party, last)
                    assert there in plain.moves(step.party, at)
                    assert step.gains == (
                        plain.ranks[step.party][there] > plain.ranks[step.party][at]
                    )
                    assert step.gains or concept is not Concept.SEQ
                    at, last = there, step.party
                assert rank[at] <= rank[end]
                if concept is Concept.SMR:
                    assert all(rank[back] <= rank[end] for back in plain.moves(keeping.party, at))


@given(seeds, concepts)
def test_who_can_gain_and_take_no_term_back_moves_on(seed: int, concept: Concept) -> None:
    for _, hold, way in examined(seed, concept):
        plain, end = way.plain, way.carried_out
        told = {on.party: on for on in hold.moves_on}
        for party in plain.parties:
            found = plain.gains(party, end) - way.tempting(party)
            assert (party in told) == bool(found)
            if party in told:
                there, rank = after(plain, end, told[party].changes), plain.ranks[party]
                assert there in found
                assert (changes(end, there), -rank[there]) == min(
                    (changes(end, q), -rank[q]) for q in found
                )


# --- carried out ----------------------------------------------------------------------------


@given(seeds, concepts)
def test_orders_are_counted_as_one_by_one(seed: int, concept: Concept) -> None:
    for _, hold, way in examined(seed, concept):
        found = hold.performance
        assert {part_of(p) for p in found.parts} == set(way.parts)
        holding = [order for order in way.orders if way.holds(order)]
        assert (found.n_orders, found.n_holding) == (len(way.orders), len(holding))
        forced, always = (
            {p for p in pairs(way) if comes_first(p, orders)} for orders in (way.orders, holding)
        )
        told = always - forced if holding else set()
        told -= {(a, c) for (a, b), (b2, c) in itertools.product(always, always) if b == b2}
        assert {(part_of(a), part_of(b)) for a, b in found.always_before} == told


def pairs(way: Way) -> list[tuple[PlainPart, PlainPart]]:
    return list(itertools.permutations(way.parts, 2))


def comes_first(
    pair: tuple[PlainPart, PlainPart], orders: list[tuple[frozenset[PlainPart], ...]]
) -> bool:
    return all(pair[0] in done for order in orders for done in order if pair[1] in done)


@given(seeds, concepts)
def test_the_best_order_holds_and_none_does_less_at_once(seed: int, concept: Concept) -> None:
    for _, hold, way in examined(seed, concept):
        safe = {done for done in way.sets if way.is_possible(done) and not way.gains[done]}
        largest = [
            max((len(b - a) for a, b in itertools.pairwise(order)), default=0)
            for order in in_steps(way.parts)
            if set(order) <= safe
        ]
        best = hold.performance.best
        if not way.parts:
            continue
        assert (best is None) == (not largest)
        if best is not None:
            assert best.largest_step == min(largest)
            done: frozenset[PlainPart] = frozenset()
            for step in best.steps:
                assert not done & {part_of(p) for p in step}
                done |= {part_of(p) for p in step}
                assert done in safe
            assert done == set(way.parts)


@given(seeds, concepts)
def test_the_stated_order_holds_if_nobody_gains_wherever_it_passes(
    seed: int, concept: Concept
) -> None:
    for deal, hold, way in examined(seed, concept):
        found = hold.performance
        assert (way.stated is None) == isinstance(deal.order, Blank) == (found.stated is None)
        if way.stated is None:
            continue
        possible = [done for done in way.stated if way.is_possible(done)]
        gains = set().union(*(way.gains[done] for done in possible))
        assert found.stated == (possible == way.stated and not gains)
        assert {stop.party for stop in found.stops if stop.in_stated} == gains
        broken = [way.plain.undertaken(way.state(d)) for d in way.stated if d not in possible]
        rules = {r.id for r in way.plain.case.rules for o in broken if r.is_broken_by(o)}
        assert set(found.stated_breaks) == rules


@given(seeds, concepts)
def test_a_stop_that_is_told_gains_and_is_as_early_as_any(seed: int, concept: Concept) -> None:
    for _, hold, way in examined(seed, concept):
        plain, stops = way.plain, {stop.party: stop for stop in hold.performance.stops}
        passed = way.passed.union(way.stated or ())  # what is done at once, too
        where = {p: [d for d in passed if p in way.gains[d]] for p in plain.parties}
        assert set(stops) == {p for p in plain.parties if where[p]}
        for party, stop in stops.items():
            done = frozenset(map(part_of, stop.done))
            assert done in where[party]
            stated = [d for d in way.stated or () if party in way.gains[d]]
            assert stop.in_stated == bool(stated)
            assert done == stated[0] if stated else len(done) == min(map(len, where[party]))
            assert stop.outcome == plain.outcome(after(plain, way.state(done), stop.changes))
            assert stop.n_states == len(where[party])
            assert stop.always == all(set(where[party]) & set(order) for order in way.orders)
            there = after(plain, way.state(done), stop.changes)
            here = plain.ranks[party][way.carried_out]
            assert there in way.ways_to_stop(party, done)
            assert plain.guaranteed(concept, party, there) > here
            assert stop.places == plain.ranks[party][there] - here > 0


# --- the random cases -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def kinds() -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        for _, hold, way in examined(seed, Concept.SEQ):
            seen.update(k.kept.value for k in hold.keeping)
            seen["stops"] += bool(hold.performance.stops)
            seen["stops, not always"] += any(not s.always for s in hold.performance.stops)
            seen["some orders hold"] += 0 < hold.performance.n_holding < hold.performance.n_orders
            seen["always before"] += bool(hold.performance.always_before)
            seen["only together"] += bool(
                hold.performance.best and hold.performance.best.largest_step > 1
            )
            seen["promised"] += bool(way.plain.breaches)
            seen["answered"] += any(b.answered_by for b in way.plain.breaches)
            seen["stated order"] += hold.performance.stated is not None
            seen["three parts"] += len(way.parts) > 2
    return seen


@pytest.mark.parametrize(
    "kind",
    [*(k.value for k in Kept if k is not Kept.UNKNOWN), "stops", "stops, not always",
     "some orders hold", "always before", "only together", "promised", "answered", "stated order",
     "three parts"],
)  # fmt: skip
def test_the_random_cases_have_every_kind(kinds: Counter[str], kind: str) -> None:
    assert kinds[kind] >= 2, kinds
