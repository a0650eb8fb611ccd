"""What would have to be attached to breaking a deal: no fewer would do, and written down it does."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from plain_way import PlainDeal, Way
from random_hold_cases import SEEDS, case_of, random_case, random_sketch

from detente.analysis import DealHold, analyse_hold
from detente.analysis.conflict import Conflict
from detente.analysis.conflict_actions import Breach
from detente.engines.deal_space import Verdict
from detente.engines.stability import Concept
from detente.ledger import PartyId
from detente.model import TODAY, Case, DealId

seeds = st.sampled_from(SEEDS)
concepts = st.sampled_from([Concept.SEQ, Concept.SEQ, Concept.GMR, Concept.NASH])
MOST = 150
"""States up to which the plain definition is quick."""


def small_deals(case: Case, concept: Concept) -> dict[DealId, PlainDeal]:
    """Return the deals of a size for the plain definition, all wants about them being known."""
    found = {}
    for name, deal in case.deals.items():
        plain = PlainDeal(case, deal, concept)
        if plain.own_way.plain.size > MOST:
            continue
        if not Conflict.of(case, plain.issues, plain.breaches).unclear:
            found[name] = plain
    return found


def deterrents(deal: PlainDeal, party: PartyId) -> list[str]:
    """Return what has a name and is no better than the deal to a party, what it likes best first.

    Of what it likes alike the one nearest to today stands for all.
    """
    case, plain = deal.case, deal.own_way.plain
    worth = {n: plain.worth(party, case.outcome(n)) for n in (TODAY, *case.endings)}
    here = plain.worth(party, case.outcome(deal.deal.id))
    levels = sorted({w for w in worth.values() if w and here and w <= here}, reverse=True)

    def n_changes(name: str) -> int:
        return sum(o != case.today[i] for i, o in case.outcome(name).items())

    return [min((n for n in worth if worth[n] == w), key=n_changes) for w in levels]


def with_promises(deal: PlainDeal, promises: dict[PartyId, str]) -> Way:
    """Return the way once breaking it leads there for these, besides what is stated."""
    own = [Breach(*term, promises[term[0]]) for term in deal.in_hand if term[0] in promises]
    return deal.way((*(b for b in deal.breaches if b.party not in promises), *own))


@given(seeds, concepts)
def test_no_fewer_promises_of_those_who_break_would_hold_it(seed: int, concept: Concept) -> None:
    case = random_case(seed)
    small = small_deals(case, concept)
    for hold in analyse_hold(case, {}, concept, small).deals:
        deal = small[hold.deal]
        breaks = deal.own_way.would_break() if deal.own_way.plain.parties else set()
        assert (hold.binding is None) == (not breaks)
        if hold.binding is None:
            continue
        able = {term[0] for term in deal.in_hand} & breaks
        ends = {p: found for p in able if (found := deterrents(deal, p))}
        promised = {p.party: p.leads_to for p in hold.binding.promises}
        assert all(end in ends[party] for party, end in promised.items())
        choices = [
            dict(zip(chosen, outcomes, strict=True))
            for size in range(1, len(ends) + 1)
            for chosen in itertools.combinations(ends, size)
            for outcomes in itertools.product(*(ends[p] for p in chosen))
        ]
        if len(choices) > 90:
            continue  # too many to try them all
        holding = [c for c in choices if not with_promises(deal, c).would_break()]
        assert hold.binding.holds == bool(holding)
        assert set(hold.binding.still_break) == with_promises(deal, promised).would_break()
        assert not hold.binding.holds or not hold.binding.not_deterred
        if holding:
            least = min(map(len, holding))
            harshness = [
                sum(ends[p].index(end) for p, end in c.items()) for c in holding if len(c) == least
            ]
            assert len(promised) == least
            assert sum(ends[p].index(end) for p, end in promised.items()) == min(harshness)
            way = with_promises(deal, promised)
            orders = sum(map(way.holds, way.orders)), len(way.orders)
            assert hold.binding.orders == orders


# --- written into the case ------------------------------------------------------------------


def written(sketch: dict[str, Any], case: Case, hold: DealHold) -> dict[str, Any] | None:
    """Write the promises into the case file; None where a term could not say it of one party."""
    assert hold.binding is not None
    deal = PlainDeal(case, case.deals[hold.deal])
    promised = {p.party: p.leads_to for p in hold.binding.promises}
    if deal.breaches:
        return None
    changed = copy.deepcopy(sketch)
    entry = changed["deals"][hold.deal]
    agree = entry.get("must_agree") or changed["tables"]["talks"]["must_agree"]
    entry["must_agree"] = [*agree, *(p for p in promised if p not in agree)]
    terms = {}
    for _, issue, _ in deal.in_hand:
        ends = {promised.get(party) for party, i, _ in deal.in_hand if i == issue}
        if len(ends) > 1:
            return None
        (end,) = ends
        if end is not None:
            terms[issue] = {"if_not": {"says": "Then it is over.", "leads_to": end}}
    entry["terms"] = terms
    return (
        changed if PlainDeal(case, case_of(changed).deals[hold.deal]).parts == deal.parts else None
    )


def test_promises_written_into_the_case_file_hold_the_deal() -> None:
    seen: Counter[bool] = Counter()
    for seed in range(260):
        sketch, case = random_sketch(seed), random_case(seed)
        for hold in analyse_hold(case, {}).deals:
            if hold.binding is None or not hold.binding.holds:
                continue
            changed = written(sketch, case, hold)
            if changed is None:
                continue
            (again,) = analyse_hold(case_of(changed), {}, deals=[hold.deal]).deals
            assert {p.party for p in again.promised} == {p.party for p in hold.binding.promises}
            assert again.binding is None
            assert again.kept is not Verdict.NO
            assert (again.performance.n_holding, again.performance.n_orders) == hold.binding.orders
            seen[len(hold.binding.promises) > 1] += 1
    assert seen[False] >= 10, seen
