"""What would have to be attached to breaking a deal: no fewer would do, and written down it does."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from plain_way import PlainDeal
from random_hold_cases import SEEDS, case_of, random_case, random_sketch

from detente.analysis import Binding, DealHold, analyse_hold
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
        if plain.way().plain.size > MOST:
            continue
        if not Conflict.of(case, plain.issues, plain.breaches).unclear:
            found[name] = plain
    return found


def mildest(deal: PlainDeal, party: PartyId) -> str | None:
    """Return what a party likes best of what has a name and is no better than the deal to it."""
    case, plain = deal.case, deal.way().plain

    def worth(name: str) -> Any:
        return plain.worth(party, case.outcome(name))

    names = [n for n in (TODAY, *case.endings) if worth(n) <= worth(deal.deal.id)]
    if not names:
        return None
    best = [n for n in names if worth(n) == max(map(worth, names))]
    return min(best, key=lambda n: sum(o != case.today[i] for i, o in case.outcome(n).items()))


def left(deal: PlainDeal, promises: dict[PartyId, str]) -> set[PartyId]:
    """Return who breaks the deal once breaking it leads there for these, besides what is stated."""
    own = [Breach(*part, promises[part[0]]) for part in deal.parts if part[0] in promises]
    stated = [b for b in deal.breaches if b.party not in promises]
    return deal.way((*stated, *own)).would_break()


@given(seeds, concepts)
def test_no_fewer_promises_of_those_who_break_would_hold_it(seed: int, concept: Concept) -> None:
    case = random_case(seed)
    small = small_deals(case, concept)
    for hold in analyse_hold(case, {}, concept, small).deals:
        deal = small[hold.deal]
        breaks = deal.way().would_break() if deal.way().plain.parties else set()
        assert (hold.binding is None) == (not breaks)
        if hold.binding is None:
            continue
        assert not hold.binding.holds or not hold.binding.not_deterred
        acting = {part[0] for part in deal.parts}
        deterrents = {p: m for p in breaks & acting if (m := mildest(deal, p)) is not None}
        promised = {p.party: p.leads_to for p in hold.binding.promises}
        assert promised.items() <= deterrents.items()
        holding = [
            chosen
            for size in range(1, len(deterrents) + 1)
            for chosen in itertools.combinations(deterrents, size)
            if not left(deal, {p: deterrents[p] for p in chosen})
        ]
        assert hold.binding.holds == bool(holding)
        assert set(hold.binding.still_break) == left(deal, promised)
        if holding:
            assert len(promised) == min(map(len, holding))
            assert_orders_hold(deal, hold.binding, promised)


def assert_orders_hold(deal: PlainDeal, binding: Binding, promised: dict[PartyId, str]) -> None:
    own = [Breach(*part, promised[part[0]]) for part in deal.parts if part[0] in promised]
    way = deal.way((*(b for b in deal.breaches if b.party not in promised), *own))
    assert binding.orders == (sum(map(way.holds, way.orders)), len(way.orders))


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
    for _, issue, _ in deal.parts:
        ends = {promised.get(party) for party, i, _ in deal.parts if i == issue}
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
            assert set(again.promised) == {p.party for p in hold.binding.promises}
            assert again.binding is None
            assert again.kept is not Verdict.NO
            assert (again.performance.n_holding, again.performance.n_orders) == hold.binding.orders
            seen[len(hold.binding.promises) > 1] += 1
    assert seen[False] >= 10, seen
