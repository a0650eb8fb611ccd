"""Would it hold? At its edges, and what a mediator would check of the example."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from small_hold_cases import by_itself, done_by, small_case, wants

from detente.analysis import Analysis, Bond, DealHold, Kept, Road, analyse, analyse_hold
from detente.casefile import read_case
from detente.engines.deal_space import Verdict
from detente.engines.stability import Concept
from detente.errors import NotFoundError
from detente.model import Case, Is, IssueId, OptionId, Rule
from detente.reports.hold_json import hold_as_json

EVERYBODY = {p: wants("x is yes") for p in "abc"}
ALEPPO = Path(__file__).parents[2] / "examples" / "aleppo-2016"


def hold_of(case: Case, concept: Concept = Concept.SEQ) -> DealHold:
    return analyse_hold(case, {}, concept).deals[0]


def kept(hold: DealHold) -> dict[str, Kept]:
    return {k.party: k.kept for k in hold.keeping}


# --- which deals ----------------------------------------------------------------------------


def test_only_the_deals_asked_for_are_examined_and_an_unknown_one_is_an_error() -> None:
    case = small_case({"x": {"yes": done_by("a")}}, EVERYBODY, {"x": "yes"},
                      deals={"other": {"title": "O", "table": "talks", "says": {"x": "yes"}}})  # fmt: skip
    assert [h.deal for h in analyse_hold(case, {}).deals] == ["deal", "other"]
    assert [h.deal for h in analyse_hold(case, {}, deals=["other"]).deals] == ["other"]
    assert analyse_hold(case, {}, deals=[]).deals == ()
    with pytest.raises(NotFoundError, match="no deal is called 'peace'; there are: deal, other"):
        analyse_hold(case, {}, deals=["peace"])


def test_a_case_without_deals_has_no_answer_and_still_its_roads() -> None:
    case = small_case({"x": {"yes": done_by("a")}}, EVERYBODY,
                      endings={"e": {"title": "E", "sets": {"x": "yes"}}})  # fmt: skip
    answer = analyse_hold(case, {})
    assert answer.deals == ()
    assert [(road.to, len(road.steps or ())) for road in answer.roads.roads] == [("e", 1)]
    with pytest.raises(NotFoundError, match="there are: none"):
        analyse_hold(case, {}, deals=["deal"])


def test_a_case_in_which_nobody_can_do_anything_is_answered() -> None:
    case = small_case({"x": {"yes": {"says": "Yes."}}}, EVERYBODY, {"x": "yes"},
                      endings={"e": {"title": "E", "sets": {"x": "yes"}}})  # fmt: skip
    hold = hold_of(case)
    assert not hold.keeping
    assert not hold.performance.parts
    assert (hold.kept, hold.performance.verdict) == (Verdict.YES, Verdict.YES)
    assert all(road.steps is None for road in analyse_hold(case, {}).roads.roads)


def test_a_deal_on_no_table_binds_those_who_must_act() -> None:
    case = small_case(
        {"x": {"yes": done_by("a", "c")}}, EVERYBODY, {"x": "yes"}, deal={"table": None}
    )
    assert {k.party: k.bond for k in hold_of(case).keeping} == {"a": Bond.SIGNS, "c": Bond.SIGNS}


def test_a_deal_that_breaks_a_rule_is_not_examined() -> None:
    case = small_case({"x": {"yes": done_by("a")}}, EVERYBODY, {"x": "yes"})
    never = Rule("r", "never", (Is(IssueId("x"), frozenset({OptionId("yes")}), False),), "never")
    fields = {f.name: getattr(case, f.name) for f in dataclasses.fields(case)}
    hold = hold_of(Case(**fields | {"rules": (never,)}))
    assert "breaks a rule" in hold.too_large
    assert (hold.kept, hold.keeping, hold.binding) == (Verdict.UNDECIDED, (), None)


# --- too much -------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "parties"), [(16, "a"), (20, "abcd")])
def test_too_many_states_or_moves_are_said_and_end_nothing_else(n: int, parties: str) -> None:
    issues = {f"x{k}": {"yes": done_by(parties[k % len(parties)])} for k in range(n)}
    case = small_case(issues, {p: wants("x0 is yes") for p in parties},
                      dict.fromkeys(issues, "yes"), parties="abcd")  # fmt: skip
    analysis = analyse(case, with_wait=False)
    assert analysis.hold is not None
    (hold,) = analysis.hold.deals
    assert "expected at most" in hold.too_large
    assert "expected at most" in analysis.hold.roads.too_large
    assert hold_as_json(analysis, analysis.hold)["deals"][0]["not_examined"] == hold.too_large


def test_more_states_with_consequences_than_can_be_tried_leave_open_what_would_bind() -> None:
    issues = {f"x{k}": {"yes": done_by("a")} for k in range(10)}
    hold = hold_of(
        small_case(issues, {"a": wants("x0 is no", "x1 is yes")}, dict.fromkeys(issues, "yes"),
                   endings={"e": {"title": "E", "sets": {"x0": "yes"}}})
    )  # fmt: skip
    assert hold.kept is Verdict.NO
    assert hold.binding is None


def test_more_than_sixteen_parts_are_kept_or_not_and_their_orders_not_counted() -> None:
    parties = "abcdefghi"
    issues = {f"x{k}": {"yes": done_by(parties[k % 9])} for k in range(17)}
    case = small_case(issues, {p: wants("x0 is yes") for p in parties},
                      dict.fromkeys(issues, "yes"), parties=parties)  # fmt: skip
    hold = hold_of(case)
    assert len(hold.performance.parts) == 17
    assert "17 parts" in hold.performance.too_many
    assert hold.performance.verdict is Verdict.UNDECIDED
    assert hold.kept is Verdict.YES
    assert hold.binding is None


# --- carrying out ---------------------------------------------------------------------------


def test_an_order_that_the_rules_forbid_does_not_hold() -> None:
    def stated(*order: str | Sequence[str]) -> bool | None:
        case = small_case(
            {"x": {"yes": done_by("a")}, "y": {"yes": done_by("b")}},
            {p: wants("x is yes", "y is yes") for p in "ab"},
            {"x": "yes", "y": "yes"},
            rules={"r": {"where": "y is yes", "only_if": "x is yes"}},
            deal={"order": list(order)},
        )
        return hold_of(case).performance.stated

    assert stated("x", "y") is True
    assert stated("y", "x") is False
    assert stated(["y", "x"]) is True


def test_a_stop_after_what_can_only_be_done_at_once_is_told() -> None:
    case = small_case(
        {"x": {"yes": done_by("a")}, "y": {"yes": done_by("b")}, "z": {"yes": done_by("c")}},
        {"a": wants("x is yes"), "b": wants("x is yes"), "c": wants("x is yes", "z is no")},
        {"x": "yes", "y": "yes", "z": "yes"},
        rules={"r": {"together": ["x is yes", "y is yes"]}},
        deal={"order": [["x", "y"], "z"]},
    )
    performance = hold_of(case).performance
    assert (performance.stated, performance.n_orders) == (False, 0)
    (stop,) = performance.stops
    assert (stop.party, len(stop.done), stop.in_stated) == ("c", 2, True)


def test_a_term_that_nobody_acts_for_is_not_a_reason_to_stop() -> None:
    issues = {
        "x": {"yes": done_by("a")},
        "y": {"yes": done_by("b")},
        "w": {"yes": {"says": "Yes."}},
    }
    says = dict.fromkeys(issues, "yes")
    views = {"a": wants("w is no", "x is yes"), "b": wants("x is yes")}
    performance = hold_of(small_case(issues, views, says)).performance
    assert (performance.n_orders, performance.n_holding, performance.stops) == (2, 2, ())
    rules = {"r": {"where": "w is yes", "only_if": "x is yes and y is yes"}}
    performance = hold_of(small_case(issues, views, says, rules=rules)).performance
    assert performance.n_orders == 2


def test_where_no_answers_count_whoever_goes_first_loses_and_only_both_at_once_hold() -> None:
    views = {"a": wants("y is yes", "x is no"), "b": wants("x is yes", "y is no")}
    issues = {"x": {"yes": done_by("a")}, "y": {"yes": done_by("b")}}
    case = small_case(issues, views, {"x": "yes", "y": "yes"})
    reckoned, not_reckoned = hold_of(case), hold_of(case, Concept.NASH)
    assert kept(reckoned) == {"a": Kept.DETERRED, "b": Kept.DETERRED}
    assert (reckoned.performance.n_holding, reckoned.performance.n_orders) == (2, 2)
    assert (not_reckoned.performance.n_holding, not_reckoned.performance.n_orders) == (0, 2)
    assert {stop.party for stop in not_reckoned.performance.stops} == {"a", "b"}
    assert not_reckoned.performance.best is not None
    assert not_reckoned.performance.best.largest_step == 2


# --- consequences ---------------------------------------------------------------------------

ENDING = {"worse": {"title": "Worse", "sets": {"z": "bad"}}}
SPRING = {"x": {"yes": done_by("a")}, "z": {"bad": by_itself()}}
TEMPTED = wants("z is no", "x is no")


def test_a_consequence_deters_and_words_do_not() -> None:
    def kept_by_a(if_not: object, **views: dict[str, object]) -> Kept:
        case = small_case(SPRING, {"a": TEMPTED, **views}, {"x": "yes"}, endings=ENDING,
                          deal={} if if_not is None else {"if_not": if_not})  # fmt: skip
        return kept(hold_of(case))["a"]

    follows = {"says": "Then this.", "leads_to": "worse"}
    assert kept_by_a(None) is Kept.BREAKS
    assert kept_by_a("There will be consequences.") is Kept.BREAKS
    assert kept_by_a(follows) is Kept.NO_REASON
    answered = {**follows, "answered_by": ["b"]}
    assert kept_by_a(answered, b=wants("z is bad")) is Kept.DETERRED
    assert kept_by_a(answered, b=wants("z is no")) is Kept.THREATENED
    assert kept_by_a(answered) is Kept.UNKNOWN  # what b wants is not known


def test_whom_nobody_binds_meets_no_consequence_and_is_a_hole() -> None:
    case = small_case(SPRING, {"a": TEMPTED}, {"x": "yes"}, agree="b", endings=ENDING,
                      deal={"if_not": {"says": "Then this.", "leads_to": "worse"}})  # fmt: skip
    hold = hold_of(case)
    assert (hold.holes, hold.promised, kept(hold)) == (("a",), (), {"a": Kept.BREAKS})
    assert hold.binding is not None
    assert [(p.party, p.leads_to, p.bond) for p in hold.binding.promises] == [
        ("a", "worse", Bond.NOBODY)
    ]
    assert hold.binding.holds


def test_a_stated_consequence_that_tempts_is_not_forgotten_when_others_are_tried() -> None:
    issues = {"x": {"yes": done_by("a")}, "y": {"yes": done_by("b")}}
    views = {"a": {"points": {"x": {"no": 1, "yes": 2}, "y": {"no": 1, "yes": 0}},
                   "assumption": "ours alone"}, "b": wants("y is no")}  # fmt: skip
    case = small_case(
        issues, views, {"x": "yes", "y": "yes"}, agree="a",
        deal={"terms": {"x": {"if_not": {"says": "Then this.", "leads_to": "half"}}}},
        deals={"half": {"title": "Half", "table": "talks", "says": {"x": "yes"}}},
    )  # fmt: skip
    hold = hold_of(case)
    assert kept(hold)["a"] is Kept.BREAKS  # to break it leads where it is better off
    assert hold.binding is not None
    assert "a" in {p.party for p in hold.binding.promises} | set(hold.binding.still_break)


# --- roads ----------------------------------------------------------------------------------


def test_one_clock_may_strike_after_another_and_only_while_its_condition_holds() -> None:
    def road(**more: object) -> Road:
        clocks: dict[str, dict[str, object]] = {
            f"c{n}": {"what": "It falls.", "half_likely_by": "60 days",
                      "then": {"title": "It has fallen", "ends_as": {n: "yes"}}}
            for n in "xy"
        }  # fmt: skip
        clocks["cx"] |= more
        case = small_case({n: {"yes": by_itself()} for n in "xy"}, EVERYBODY, clocks=clocks,
                          endings={"e": {"title": "E", "sets": {"x": "yes", "y": "yes"}}})  # fmt: skip
        return next(r for r in analyse_hold(case, {}).roads.roads if r.to == "e")

    assert {step.clock for step in road().steps or ()} == {"cx", "cy"}
    only_first = road(only_while="y is no").steps
    assert only_first is not None
    assert [step.clock for step in only_first] == ["cx", "cy"]
    assert road(only_while="x is yes").steps is None


# --- the example ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def aleppo() -> Analysis:
    return analyse(read_case(ALEPPO), with_wait=False)


@pytest.fixture(scope="module")
def package(aleppo: Analysis) -> DealHold:
    assert aleppo.hold is not None
    return next(hold for hold in aleppo.hold.deals if hold.deal == "kerry_package")


def test_damascus_breaks_the_envoys_package_by_naming_who_governs(package: DealHold) -> None:
    assert [k.party for k in package.breakers] == ["assad_government"]
    (first,) = package.breakers
    assert first.kept is Kept.BREAKS
    assert first.breaking is not None
    (change,) = first.breaking.changes
    assert (change.action.issue, change.before, change.after) == (
        "who_governs", "left_open", "damascus",
    )  # fmt: skip
    assert first.breaking.answer == ()
    assert first.breaking.why.statement is not None
    assert first.breaking.why.statement.words == "who_governs is damascus"


def test_the_conquest_front_must_act_unbound_and_stops_whatever_the_order(
    package: DealHold,
) -> None:
    assert package.holes == ("conquest_front",)
    stops = {str(stop.party): stop for stop in package.performance.stops}
    assert set(stops) == {"conquest_front", "assad_government"}
    assert all(stop.always for stop in stops.values())
    assert stops["conquest_front"].changes == ()  # it does no more
    assert all(part.party != "conquest_front" for part in stops["conquest_front"].done)
    assert package.performance.n_holding == 0 < package.performance.n_orders
    assert package.unchecked


def test_agreed_carried_out_kept_and_good_are_told_apart(aleppo: Analysis) -> None:
    assert aleppo.hold is not None
    told = {h.deal: (h.agreed, h.performance.verdict, h.kept) for h in aleppo.hold.deals}
    assert told == {
        "kerry_package": (Verdict.NO, Verdict.NO, Verdict.NO),
        "assad_peace": (Verdict.YES, Verdict.YES, Verdict.YES),
        "evacuation": (Verdict.YES, Verdict.NO, Verdict.YES),
    }


def test_two_consequences_would_hold_the_package(package: DealHold) -> None:
    binding = package.binding
    assert binding is not None
    assert binding.holds
    assert {p.party: p.leads_to for p in binding.promises} == {
        "assad_government": "today",
        "conquest_front": "city_falls",
    }
    assert [p.party for p in binding.promises if p.bond is Bond.NOBODY] == ["conquest_front"]
    assert 0 < binding.orders[0] < binding.orders[1]


def test_the_same_case_gives_the_same_answer_to_the_letter(aleppo: Analysis) -> None:
    again = analyse(read_case(ALEPPO), with_wait=False)
    assert aleppo.hold is not None
    assert again.hold is not None
    first, second = (json.dumps(hold_as_json(a, a.hold)) for a in (aleppo, again) if a.hold)
    assert first == second
