"""Variations and searches on random cases, against asking every variation from scratch."""

from __future__ import annotations

import dataclasses
import random
from datetime import date
from itertools import combinations
from typing import Any, get_args

import pytest
from change_cases import Sketch, read, road_and_water, variations
from random_hold_cases import random_case

from detente.analysis import analyse_deals, analyse_hold
from detente.analysis.change import analyse_change
from detente.analysis.change_examined import Examined
from detente.analysis.change_fields import Lens
from detente.analysis.change_seen import Sight
from detente.analysis.conclusions import Conclusion, conclusions_of
from detente.analysis.wait_stands import wait_stands
from detente.casefile.changed import Variations
from detente.engines.deal_space import Verdict
from detente.errors import CaseFileError
from detente.ledger import PartyId, Period, Quantity
from detente.model import Case, DealId, Exchange

LEVERS: list[dict[str, Any]] = [
    {"sets": {"lower.without_a_deal": "today"}},
    {"sets": {"lower.wants": ["water is shared", "rain is wet"]}},
    {"sets": {"lower.wants": ["road is closed"]}},
    {"sets": {"upper.wants": ["water is upper_only", "road is open"]}},
    {"gives": {"upper.refuses": ["water is shared"]}},
    {"gives": {"talks.must_agree": ["council"]}},
    {"sets": {"council.wants": ["road is closed"]}},
    {"takes": {"talks.must_agree": ["lower"]}},
    {"sets": {"swap.says": {"road": "open"}}},
    {"sets": {"swap.order": ["water", "road"]}},
    {"sets": {"swap.if_not": {"says": "All is as before.", "leads_to": "today"}}},
    {"sets": {"swap.who_checks": "council"}},
    {"sets": {"water.today": "shared"}},
    {"sets": {"upper.waiting_costs": "high"}},
    {"gives": {"council.can_block": ["road is open"]}},
    {"gives": {"miller.may_not_offer": ["water is shared"]}},
    {"sets": {"storm.half_likely_by": "9 days"}},
    {"sets": {"talks.scope": ["road", "water", "rain"]}},
    {"sets": {"storm.then": {"title": "Gone", "ends_as": {"rain": "wet"}}}},
    {"sets": {"talks.closes": "2024-02-01"}},
    {"sets": {"swap.our_idea": True}},
]


def random_levers(seed: int) -> Sketch:
    """Draw five levers; in every other case the swap is blocked twice over."""
    rng = random.Random(seed)  # noqa: S311  # nothing is kept secret with it
    chosen, sketch = rng.sample(LEVERS, 5), road_and_water()
    if seed % 2:
        sketch["judgements"]["upper"]["refuses"] = ["water is shared"]
        if seed % 4 == 1:
            sketch["tables"]["talks"]["must_agree"].append("council")
        sketch["judgements"]["council"] = {"wants": ["road is closed"]}
        chosen = [
            rng.choice(LEVERS[:2]),
            {"takes": {"upper.refuses": ["water is shared"]}},
            rng.choice([{"sets": {"talks.must_agree": ["upper", "lower"]}},
                        {"sets": {"council.wants": ["road is open"]}}]),
            *chosen[:2],
        ]  # fmt: skip
    sketch["levers"] = {f"l{n}": {"title": f"Lever {n}", **lever} for n, lever in enumerate(chosen)}
    return sketch


def asked_plainly(conclusion: Conclusion, case: Case) -> Verdict:
    """The verdict as the three questions answer it, each asked in full."""
    if conclusion.about in case.tables:
        table = next(t for t in analyse_deals(case).tables if t.table == conclusion.about)
        if table.n_possible:
            return Verdict.YES
        return Verdict.UNDECIDED if table.n_undecided else Verdict.NO
    if conclusion.kind in ("possible", "bound", "within_mandates", "lasting"):
        deal = next(d for d in analyse_deals(case).deals if d.deal == conclusion.about)
        wrong = {
            "bound": deal.unbound,
            "within_mandates": deal.beyond_mandate,
            "lasting": deal.still_running,
        }
        if conclusion.kind == "possible":
            return deal.verdict
        return Verdict.NO if wrong[conclusion.kind] else Verdict.YES
    if conclusion.kind in ("beats_waiting", "agreed"):
        stand = wait_stands(case)[DealId(conclusion.about)]  # held to the whole answer elsewhere
        if conclusion.kind == "beats_waiting":
            return stand.verdict
        if stand.agreed is None or 0.45 <= stand.agreed <= 0.55:
            return Verdict.UNDECIDED
        return Verdict.YES if stand.agreed > 0.5 else Verdict.NO
    hold = next(h for h in analyse_hold(case, {}).deals if h.deal == conclusion.about)
    if conclusion.kind == "checked":
        return Verdict.NO if hold.unchecked else Verdict.YES
    both = {hold.performance.verdict, hold.kept}
    holds = Verdict.NO if Verdict.NO in both else Verdict.UNDECIDED
    return {
        "carried_out": hold.performance.verdict,
        "kept": hold.kept,
        "holds": Verdict.YES if both == {Verdict.YES} else holds,
        "good": hold.is_good,
    }[conclusion.kind]


def smallest_by_trying(vary: Variations, conclusion: Conclusion, most: int) -> set[frozenset[str]]:
    """Every set up to a size, built and asked from scratch."""
    before = asked_plainly(conclusion, vary.case)
    sought = Verdict.NO if before is Verdict.YES else Verdict.YES
    turning: set[frozenset[str]] = set()
    for size in range(1, most + 1):
        for names in combinations(vary.case.levers, size):
            if any(found < set(names) for found in turning):
                continue
            try:
                case = vary(names)
            except CaseFileError:
                continue
            if asked_plainly(conclusion, case) is sought:
                turning.add(frozenset(names))
    return turning


@pytest.mark.parametrize("seed", range(6))
def test_a_search_finds_exactly_the_smallest_sets(seed: int) -> None:
    vary = variations(random_levers(seed))
    kinds = ["swap.possible", "swap.holds", "swap.carried_out", "talks.possible", "swap.bound",
             "swap.beats_waiting", "swap.agreed"]  # fmt: skip
    answer = analyse_change(vary.case, vary, turn=kinds, most=3, events=())
    for search in answer.searches:
        plain = smallest_by_trying(vary, search.conclusion, 3)
        assert {frozenset(names) for names in search.found} == plain, search.conclusion.id
        assert search.is_complete
        for names in search.found:  # the certificate: all parts of it, and each tried in vain
            parts = {p for size in range(len(names)) for p in combinations(names, size)}
            excluded = {n for n, _ in (*search.excluded, *search.no_case)}
            inside = set(search.levers)
            assert set(names) <= inside
            assert parts <= {*search.failing} | excluded


def test_several_levers_at_once_are_needed_in_some_of_these_cases() -> None:
    sizes = set()
    for seed in range(10):
        vary = variations(random_levers(seed))
        answer = analyse_change(vary.case, vary, turn=["swap.possible"], most=3, events=())
        sizes |= {len(names) for search in answer.searches for names in search.found}
    assert sizes == {1, 2, 3}


@pytest.mark.parametrize("seed", range(6))
def test_every_verdict_is_the_one_that_the_questions_give_in_full(seed: int) -> None:
    vary = variations(random_levers(seed))
    answer = analyse_change(vary.case, vary, most=1, events=())
    for variation in (answer.base, *answer.variations):
        if variation.impossible:
            continue
        case = vary(variation.names)
        plain = tuple(asked_plainly(c, case) for c in answer.conclusions)
        assert variation.verdicts == plain, variation.names
        turned = {t.conclusion: (t.before, t.after) for t in variation.turns}
        for conclusion, was, now in zip(
            answer.conclusions, answer.base.verdicts, plain, strict=True
        ):
            assert turned.get(conclusion, (was, was)) == (was, now)


def with_other_words(case: Case) -> Case:
    """The case with everything changed that no question reckons with."""
    parties = {
        i: dataclasses.replace(
            p, name=f"{p.name}!", may=("x",), may_not=("y",), roles=("z",), note="n"
        )
        for i, p in case.parties.items()
    }
    views = {i: dataclasses.replace(v, unknown="nothing") for i, v in case.views.items()}
    deals = {
        i: dataclasses.replace(
            d,
            exchanges=(Exchange((), ()),),
            note="n",
            terms=tuple(
                dataclasses.replace(t, act="do", when="soon", condition="if") for t in d.terms
            ),
        )
        for i, d in case.deals.items()
    }
    tables = {
        i: dataclasses.replace(t, secrecy="dark", scope_in_words="all", go_between=PartyId("p0"))
        for i, t in case.tables.items()
    }
    return dataclasses.replace(case, parties=parties, views=views, deals=deals, tables=tables)


def at_another_time(case: Case) -> Case:
    """The case with much changed that only waiting reckons with."""
    days = Quantity(1, 2, "days", "1 to 2 days")
    views = {i: dataclasses.replace(v, waiting_costs="high") for i, v in case.views.items()}
    clocks = {i: dataclasses.replace(c, half_likely_by=days) for i, c in case.clocks.items()}
    tables = {i: dataclasses.replace(t, exclusive=not t.exclusive) for i, t in case.tables.items()}
    return dataclasses.replace(case, views=views, clocks=clocks, tables=tables)


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_what_no_question_reckons_with_changes_no_answer(seed: int) -> None:
    case = random_case(seed)
    other, sight = with_other_words(case), Sight()
    for lens in get_args(Lens):
        assert sight.fingerprint(case, lens) == sight.fingerprint(other, lens)
    one, two = Examined(case), Examined(other)
    for conclusion in conclusions_of(case):
        assert conclusion.verdict(one) is conclusion.verdict(two)


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_another_time_changes_only_what_is_said_of_waiting(seed: int) -> None:
    case = random_case(seed)
    other, sight = at_another_time(case), Sight()
    for lens in get_args(Lens):
        same = sight.fingerprint(case, lens) == sight.fingerprint(other, lens)
        assert same == (lens != "wait")
    one, two = Examined(case), Examined(other)
    for conclusion in conclusions_of(case):
        if conclusion.lens != "wait":
            assert conclusion.verdict(one) is conclusion.verdict(two)


@pytest.mark.parametrize("seed", range(40))
def test_where_a_deal_looks_the_same_it_holds_the_same(seed: int) -> None:
    """Another deal may say anything; what is found to look alike must come to the same."""
    case = random_case(seed)
    if len(case.deals) < 2:
        return
    first, second = list(case.deals)[:2]
    one = case.deals[second]
    moved = dataclasses.replace(one, terms=one.terms[:1], order=((one.terms[0].issue,),))
    other, sight = dataclasses.replace(case, deals={**case.deals, second: moved}), Sight()
    if sight.fingerprint(case, "hold", first) != sight.fingerprint(other, "hold", first):
        return
    for kind in ("carried_out", "kept", "holds", "good"):
        conclusion = Conclusion(first, kind)
        assert conclusion.verdict(Examined(case)) is conclusion.verdict(Examined(other))


def test_cases_in_which_a_deal_looks_the_same_are_among_those_tried() -> None:
    alike = 0
    for seed in range(40):
        case = random_case(seed)
        if len(case.deals) < 2:
            continue
        first, second = list(case.deals)[:2]
        one = dataclasses.replace(case.deals[second], order=((),))
        other = dataclasses.replace(case, deals={**case.deals, second: one})
        sight = Sight()
        alike += sight.fingerprint(case, "hold", first) == sight.fingerprint(other, "hold", first)
    assert alike >= 3


def test_where_breaking_one_deal_leads_to_another_both_are_looked_at() -> None:
    sketch = road_and_water()
    sketch["judgements"]["upper"]["wants"] = ["road is open", "water is upper_only"]
    sketch["judgements"]["lower"] = {"wants": ["road is open", "water is shared"]}
    sketch["deals"]["other"] = {"title": "Other", "table": "talks", "says": {"road": "open"}}
    sketch["deals"]["swap"]["if_not"] = {"says": "The other follows.", "leads_to": "other"}
    sketch["levers"] = {"it": {"title": "It", "sets": {"other.says": {"water": "shared"}}}}
    vary, kept = variations(sketch), Conclusion("swap", "kept")
    answer = analyse_change(vary.case, vary, turn=["swap.kept"], events=())
    at = answer.conclusions.index(kept)
    found = (answer.base.verdicts[at], answer.variations[0].verdicts[at])
    assert found == (asked_plainly(kept, vary.case), asked_plainly(kept, vary(("it",))))
    assert found == (Verdict.NO, Verdict.YES)


def test_a_case_that_is_read_anew_looks_the_same() -> None:
    sight = Sight()
    one, other = read(road_and_water()), read(road_and_water())
    for lens in get_args(Lens):
        assert sight.fingerprint(one, lens) == sight.fingerprint(other, lens)
    assert sight.fingerprint(one, "wait") != sight.fingerprint(
        dataclasses.replace(one, as_of=Period(date(2024, 4, 1), date(2024, 4, 1), "1 April")),
        "wait",
    )
