"""Where too little is known of what somebody wants, a verdict holds whatever it is."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from plain_hold import Plain, State
from plain_way import PlainDeal, Way
from random_hold_cases import SEEDS, random_case

from detente.analysis import analyse_hold
from detente.analysis.conflict import Conflict
from detente.engines.deal_space import Verdict
from detente.engines.stability import Concept
from detente.ledger import PartyId
from detente.model import Case, DealId, OutcomeOrder, Points

seeds = st.sampled_from(SEEDS)
concepts = st.sampled_from(list(Concept))
MOST = 100
"""States up to which the plain definition is quick."""


def is_unclear(plain: Plain, party: PartyId) -> bool:
    outcomes = [*map(plain.outcome, plain.states), *plain.named]
    return any(plain.worth(party, outcome) is None for outcome in outcomes)


def completed(plain: Plain, rng: random.Random) -> Plain:
    """Return the same conflict with all wants known: drawn, within what is stated, where not."""
    full = Plain(plain.case, plain.issues, plain.breaches)
    ranks = dict(plain.ranks)
    for party in plain.parties:
        if is_unclear(plain, party):
            ranks[party] = drawn(plain, party, rng)
    vars(full)["ranks"] = ranks
    return full


def drawn(plain: Plain, party: PartyId, rng: random.Random) -> dict[State, int]:
    case = plain.case
    view = case.views.get(case.preference_holder(party))
    preference = view.preference if view else None
    worth: dict[tuple[tuple[str, str], ...], Fraction] = {}
    values = {}
    if isinstance(preference, Points):
        values = {
            (issue, option): Fraction(rng.choice([q.low, q.middle, q.high]))
            for issue, options in preference.values.items()
            for option, q in options.items()
        }
    for state in plain.states:
        outcome = plain.outcome(state)
        key = tuple(sorted(outcome.items()))
        if isinstance(preference, Points):
            told = [values[issue, outcome[issue]] for issue in preference.values]
            worth[key] = sum(told, Fraction(0))
        elif isinstance(preference, OutcomeOrder):
            said = plain.worth(party, outcome)
            worth.setdefault(key, said[0] if said else Fraction(rng.randint(-2, 4), 2))
        else:
            worth.setdefault(key, Fraction(rng.randint(0, 3)))
    places = sorted(set(worth.values()))
    return {s: places.index(worth[tuple(sorted(plain.outcome(s).items()))]) for s in plain.states}


def small_deals(case: Case, concept: Concept) -> dict[DealId, PlainDeal]:
    plains = {name: PlainDeal(case, deal, concept) for name, deal in case.deals.items()}
    return {name: plain for name, plain in plains.items() if plain.own_way.plain.size <= MOST}


@given(seeds)
def test_who_is_unclear_is_who_leaves_some_outcome_open(seed: int) -> None:
    case = random_case(seed)
    for deal in small_deals(case, Concept.SEQ).values():
        plain = deal.own_way.plain
        unclear = {party for party in plain.parties if is_unclear(plain, party)}
        assert set(Conflict.of(case, deal.issues, deal.breaches).unclear) == unclear


@given(seeds, concepts)
def test_a_verdict_holds_whatever_those_want_of_whom_too_little_is_known(
    seed: int, concept: Concept
) -> None:
    case, rng = random_case(seed), random.Random(seed)  # noqa: S311  # nothing is kept secret with it
    small = small_deals(case, concept)
    for hold in analyse_hold(case, {}, concept, small).deals:
        deal = small[hold.deal]
        for _ in range(4):
            way = Way(completed(deal.own_way.plain, rng), deal.deal, deal.parts, concept)
            for keeping in hold.keeping:
                for asked, stays in keeping.verdicts:
                    breaks = bool(way.breaking(keeping.party, asked))
                    assert stays is None or stays is not breaks
            if not way.parts:
                continue
            holding = sum(map(way.holds, way.orders))
            told = hold.performance.verdict
            if way.stated is not None:
                safe = [way.is_possible(done) and not way.gains[done] for done in way.stated]
                assert told is Verdict.UNDECIDED or (told is Verdict.YES) == all(safe)
            elif told is not Verdict.UNDECIDED:
                assert holding == (len(way.orders) if told is Verdict.YES else 0)


def test_the_random_cases_have_verdicts_of_every_kind_where_somebody_is_unclear() -> None:
    seen: Counter[bool | None] = Counter()
    for seed in range(200):
        case = random_case(seed)
        small = small_deals(case, Concept.SEQ)
        for hold in analyse_hold(case, {}, Concept.SEQ, small).deals:
            if any(is_unclear(small[hold.deal].own_way.plain, k.party) for k in hold.keeping):
                seen.update(dict(k.verdicts)[Concept.SEQ] for k in hold.keeping)
    assert min(seen[True], seen[False], seen[None]) >= 4, seen
