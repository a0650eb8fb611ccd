"""Which groups would break a deal together, on random cases, against the plain definition."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection
from functools import cache

from hypothesis import example, given
from hypothesis import strategies as st
from plain_hold import State
from plain_way import PlainDeal, Way
from random_hold_cases import SEEDS, random_case

from detente.analysis import DealHold, analyse_hold
from detente.analysis.conflict import Conflict
from detente.engines.stability import Concept
from detente.ledger import PartyId
from detente.model import DealId

seeds = st.sampled_from(SEEDS)
MOST = 250
"""States up to which the plain definition is quick."""


@cache
def examined(seed: int, concept: Concept) -> list[tuple[DealHold, Way]]:
    case, found = random_case(seed), []
    plains = {name: PlainDeal(case, deal, concept) for name, deal in case.deals.items()}
    small = {name: plain for name, plain in plains.items() if plain.own_way.plain.size <= MOST}
    for hold in analyse_hold(case, {}, concept, small).deals:
        deal = small[DealId(hold.deal)]
        conflict = Conflict.of(case, deal.issues, deal.breaches)
        if conflict.parties and not conflict.unclear:
            found.append((hold, deal.own_way))
    return found


def brought_about(
    way: Way, start: State, movers: Collection[PartyId], *, improving: bool
) -> set[State]:
    """Return where some parties can go, one after another; from the deal only by breaking it."""
    plain, seen, todo = way.plain, set[State](), [start]
    while todo:
        here = todo.pop()
        for party in movers:
            for there in plain.moves(party, here):
                gains = plain.ranks[party][there] > plain.ranks[party][here]
                goes_on = here == way.carried_out and not way.takes_back(there)
                if there not in seen and not goes_on and (gains or not improving):
                    seen.add(there)
                    todo.append(there)
    return seen


def would_break(way: Way, group: Collection[PartyId], concept: Concept) -> bool:
    """Say whether a group gains together by what takes a term back, and nobody deters it."""
    plain, end = way.plain, way.carried_out
    others = [party for party in plain.parties if party not in group]

    def is_gain(state: State) -> bool:
        return all(plain.ranks[p][state] > plain.ranks[p][end] for p in group)

    for state in brought_about(way, end, group, improving=False):
        if not is_gain(state) or not way.takes_back(state):
            continue
        answers = brought_about(way, state, others, improving=True)
        if concept is Concept.NASH or all(is_gain(answer) for answer in answers):
            return True
    return False


@given(seeds, st.sampled_from([Concept.NASH, Concept.SEQ]))
@example(seed=1425, concept=Concept.SEQ)  # a joint gain that is deterred: such are rare
def test_the_groups_told_are_the_smallest_that_would_break_it(seed: int, concept: Concept) -> None:
    for hold, way in examined(seed, concept):
        alone = {keeping.party for keeping in hold.keeping if keeping.breaking}
        able = [party for party in way.plain.parties if party not in alone]
        breaking = [
            set(group)
            for size in range(2, len(able) + 1)
            for group in itertools.combinations(able, size)
            if would_break(way, group, concept)
        ]
        smallest = [g for g in breaking if not any(other < g for other in breaking)]
        assert sorted(map(sorted, hold.coalitions)) == sorted(map(sorted, smallest))
        assert hold.groups_up_to is None


@given(seeds, st.sampled_from([Concept.GMR, Concept.SMR]))
def test_under_the_wider_concepts_no_group_is_told(seed: int, concept: Concept) -> None:
    for hold, _ in examined(seed, concept):
        assert (hold.coalitions, hold.groups_up_to) == ((), 0)


def test_the_random_cases_have_groups() -> None:
    seen: Counter[int] = Counter()
    for seed in SEEDS:
        for concept in (Concept.NASH, Concept.SEQ):
            seen.update(len(g) for hold, _ in examined(seed, concept) for g in hold.coalitions)
    assert seen[2] > 5
