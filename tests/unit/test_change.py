"""What each kind of lever turns, how it is searched for, and whose it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from change_cases import Sketch, road_and_water, variations

from detente.analysis.change import analyse_change
from detente.analysis.change_answers import ChangeAnswer, Effect, LeverFlaw, Variation
from detente.casefile.changed import Variations
from detente.engines.deal_space import Verdict
from detente.errors import NotFoundError
from detente.model import DealId

ALEPPO = Path(__file__).parents[2] / "examples" / "aleppo-2016"
YES, NO, OPEN = Verdict.YES, Verdict.NO, Verdict.UNDECIDED


def answer_of(sketch: Sketch, **asked: Any) -> ChangeAnswer:
    vary = variations(sketch)
    return analyse_change(vary.case, vary, **{"events": (), **asked})


def one_lever(sketch: Sketch, **lever: Any) -> tuple[ChangeAnswer, Variation]:
    """Ask what one lever does."""
    answer = answer_of(sketch | {"levers": {"it": {"title": "It", **lever}}})
    return answer, answer.variations[0]


def turns(variation: Variation) -> dict[str, tuple[Verdict, Verdict]]:
    return {t.conclusion.id: (t.before, t.after) for t in variation.turns}


# --- kinds of levers ------------------------------------------------------------------------


def test_another_fallback_makes_a_blocked_deal_possible_and_says_whom_it_moved() -> None:
    _, found = one_lever(road_and_water(), sets={"lower.without_a_deal": "today"})
    assert found.effect is Effect.TURNS
    assert turns(found)["swap.possible"] == (NO, YES)
    (shift,) = found.stances
    assert (shift.party, shift.towards) == ("lower", 1)


def test_a_mandate_is_a_lever() -> None:
    sketch = road_and_water()
    sketch["parties"]["miller"]["may_not_offer"] = ["water is shared"]
    _, found = one_lever(sketch, takes={"miller.may_not_offer": ["water is shared"]})
    assert turns(found) == {"swap.within_mandates": (NO, YES)}
    _, in_words = one_lever(sketch, gives={"miller.may": ["offer the water"]})
    assert in_words.effect is Effect.NOT_RECKONED


def test_a_wider_scope_is_a_lever() -> None:
    sketch = road_and_water()
    sketch["issues"]["rain"]["options"]["wet"] = {"says": "Yes.", "done_by": "upper"}
    _, found = one_lever(sketch, sets={"talks.scope": ["road", "water", "rain"]})
    ((before, after),) = found.counts
    assert (before.n_packages, after.n_packages) == (3, 7)
    assert turns(found)["talks.possible"] == (NO, YES)


def test_another_party_that_must_agree_is_a_lever() -> None:
    sketch = road_and_water()
    sketch["judgements"]["lower"]["without_a_deal"] = "today"
    sketch["judgements"]["council"] = {"wants": ["road is closed"]}
    _, found = one_lever(sketch, gives={"talks.must_agree": ["council"]})
    assert turns(found)["swap.possible"] == (YES, NO)
    (shift,) = found.stances
    assert shift.party == "council"
    assert shift.after is not None
    assert shift.after.asked_as == "must agree"


def test_whoever_must_act_can_be_bound_by_being_asked() -> None:
    sketch = road_and_water()
    sketch["tables"]["talks"]["must_agree"] = ["upper"]
    _, found = one_lever(sketch, gives={"talks.must_agree": ["lower"]})
    assert turns(found)["swap.bound"] == (NO, YES)
    assert found.holding[0].no_longer_unbound == ("lower",)


def breakable() -> Sketch:
    """The upper village would take the road and keep the water, and nobody would answer."""
    sketch = road_and_water()
    sketch["judgements"]["upper"]["wants"] = ["road is open", "water is upper_only"]
    sketch["judgements"]["lower"] = {"wants": ["road is open", "water is shared"]}
    return sketch


def test_a_guarantee_makes_a_deal_hold() -> None:
    leads_to = {"says": "All is as it was.", "leads_to": "today"}
    answer, found = one_lever(breakable(), sets={"swap.if_not": leads_to})
    assert turns(found)["swap.kept"] == (NO, YES)
    assert found.holding[0].no_longer_break == ("upper",)
    search = next(s for s in answer.searches if s.conclusion.id == "swap.holds")
    assert (search.before, search.found) == (NO, (("it",),))


def test_an_order_of_steps_makes_a_deal_be_carried_out() -> None:
    sketch = breakable()
    sketch["issues"]["water"]["options"]["shared"]["irreversible"] = True
    sketch["judgements"]["lower"]["wants"] = ["water is shared", "road is open"]
    _, found = one_lever(sketch, sets={"swap.order": ["water", "road"]})
    assert turns(found)["swap.holds"] == (OPEN, YES)
    _, wrong = one_lever(sketch, sets={"swap.order": ["road", "water"]})
    assert turns(wrong)["swap.holds"] == (OPEN, NO)


def test_somebody_who_checks_is_a_lever() -> None:
    _, found = one_lever(road_and_water(), sets={"swap.who_checks": "council"})
    assert turns(found) == {"swap.checked": (NO, YES)}


def test_a_consequence_in_words_alone_is_not_reckoned_with() -> None:
    _, found = one_lever(breakable(), sets={"swap.if_not": "The council will be very cross."})
    assert found.effect is Effect.NOT_RECKONED
    assert {one.field for one in found.altered} == {"IfNot.words"}


def test_what_holds_today_is_a_lever() -> None:
    sketch = road_and_water()
    sketch["judgements"]["lower"] = {"wants": ["water is shared", "road is closed"]}
    _, found = one_lever(sketch, sets={"water.today": "shared"})
    assert turns(found)["swap.possible"] == (YES, NO)  # it would open the road for nothing


@pytest.mark.parametrize(
    "lever",
    [
        {"gives": {"miller.may": ["shout"]}},
        {"sets": {"talks.go_between": "council"}},
        {"sets": {"talks.secrecy": "kept quiet"}},
        {"sets": {"swap.terms": {"road": {"when": "in May"}}}},
    ],
    ids=lambda x: str(x),
)
def test_what_no_question_reckons_with_is_said_to_be_left_aside(lever: dict[str, Any]) -> None:
    _, found = one_lever(road_and_water(), **lever)
    assert found.effect is Effect.NOT_RECKONED
    assert found.unreckoned == found.altered != ()


def test_what_is_reckoned_with_and_changes_nothing_is_another_answer() -> None:
    _, found = one_lever(road_and_water(), gives={"lower.refuses": ["water is upper_only"]})
    assert found.effect is Effect.NOTHING


def test_a_lever_that_says_what_is_so_already_changes_nothing_and_is_told() -> None:
    answer, found = one_lever(
        road_and_water(), sets={"road.today": "closed"}, in_the_hands_of="council"
    )
    assert found.effect is Effect.NO_CHANGE
    assert answer.flaws == (("it", LeverFlaw.NOTHING_FOLLOWS),)


def test_a_lever_that_makes_no_case_is_told_with_the_reason() -> None:
    sketch = road_and_water(rules={"no": {"never": "road is open and water is upper_only"}})
    answer, found = one_lever(sketch, sets={"swap.says.water": "upper_only"})
    assert found.effect is Effect.IMPOSSIBLE
    assert "no rule forbids" in found.impossible
    assert all(search.no_case for search in answer.searches)


# --- several at once ------------------------------------------------------------------------


def twice_blocked() -> Sketch:
    sketch = road_and_water()
    sketch["judgements"]["upper"]["refuses"] = ["water is shared"]
    sketch["levers"] = {
        "dry": {"title": "No rain", "sets": {"lower.without_a_deal": "today"}},
        "flood": {"title": "Much rain", "sets": {"lower.without_a_deal": "swap"}},
        "soften": {"title": "Soften", "takes": {"upper.refuses": ["water is shared"]}},
        "hurry": {"title": "Hurry", "sets": {"lower.waiting_costs": "high"}},
    }
    return sketch


def test_two_levers_that_only_turn_it_together_are_the_smallest_set() -> None:
    answer = answer_of(twice_blocked(), turn=["swap.possible"])
    (search,) = answer.searches
    assert search.found == (("dry", "soften"), ("flood", "soften"))
    assert search.cannot_matter == ("hurry",)
    assert {(), ("dry",), ("soften",), ("flood",)} <= set(search.failing)
    assert [names for names, _ in search.excluded] == [("dry", "flood")]


def test_levers_named_together_make_one_more_column() -> None:
    answer = answer_of(twice_blocked(), levers=["soften", "dry"])
    assert [v.names for v in answer.variations] == [("soften",), ("dry",), ("soften", "dry")]
    assert turns(answer.variations[2])["swap.possible"] == (NO, YES)
    assert answer.searches[0].levers == ("soften", "dry")


def test_levers_that_exclude_each_other_are_said_to_be_impossible_together() -> None:
    answer = answer_of(twice_blocked(), levers=["dry", "flood"])
    assert answer.variations[2].effect is Effect.IMPOSSIBLE
    assert "'dry'" in answer.variations[2].impossible


def test_without_names_every_lever_and_scenario_stands_alone_beside_the_base() -> None:
    sketch = twice_blocked() | {
        "scenarios": {"flooded": {"title": "F", "sets": {"road.today": "open"}}}
    }
    answer = answer_of(sketch)
    assert [v.names for v in answer.variations] == [
        ("dry",), ("flood",), ("soften",), ("hurry",), ("flooded",),
    ]  # fmt: skip
    assert answer.base.names == ()
    only = answer_of(sketch, scenarios=["flooded"], events=None)
    assert [v.names for v in only.variations] == [("flooded",)]
    assert only.events == ("flooded",)


def test_what_is_so_is_searched_for_to_be_so_no_longer() -> None:
    sketch = road_and_water(
        levers={"no": {"title": "No", "gives": {"lower.refuses": ["road is open"]}}}
    )
    sketch["judgements"]["lower"]["without_a_deal"] = "today"
    (search,) = answer_of(sketch, turn=["swap.possible"]).searches
    assert (search.before, search.sought, search.found) == (YES, NO, (("no",),))


def test_fewer_at_a_time_and_a_budget_are_kept_to_and_told() -> None:
    (search,) = answer_of(twice_blocked(), turn=["swap.possible"], most=1).searches
    assert search.found == ()
    assert (search.sizes_done, search.is_complete) == (1, True)
    answer = answer_of(twice_blocked(), turn=["swap.possible"], most_tried=3)
    assert answer.searches[0].n_tried == 3
    assert not answer.searches[0].is_complete
    assert not answer.is_complete


def test_an_interruption_gives_what_was_found_by_then() -> None:
    vary = variations(twice_blocked())
    calls = 0

    def impatient(names: tuple[str, ...]) -> Any:
        nonlocal calls
        calls += 1
        if calls > 6:
            raise KeyboardInterrupt
        return vary(names)

    found = analyse_change(vary.case, impatient, turn=["swap.possible"], keep_partial=True)
    assert not found.is_complete
    assert len(found.variations) == 4
    assert found.searches[0].n_tried > 1
    calls = 0
    with pytest.raises(KeyboardInterrupt):
        analyse_change(vary.case, impatient, turn=["swap.possible"])


def test_progress_ends_at_its_total() -> None:
    steps: list[tuple[int, int]] = []
    answer_of(twice_blocked(), step=lambda done, total: steps.append((done, total)))
    done, totals = [s[0] for s in steps], {s[1] for s in steps}
    assert done == sorted(done)
    assert totals == {done[-1]}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"levers": ["wet"]}, "no lever is called 'wet'; there are: dry, flood, soften, hurry"),
        ({"scenarios": ["wet"]}, "no scenario is called 'wet'; there are: none"),
        ({"turn": ["swap.best"]}, r"no conclusion is called 'swap.best'; .*swap.possible, .*talks.possible"),
    ],
)  # fmt: skip
def test_unknown_names_are_told_with_those_there_are(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(NotFoundError, match=words):
        answer_of(twice_blocked(), **asked)


# --- whose levers ---------------------------------------------------------------------------


def test_the_ledger_says_who_holds_and_who_must_authorise_before_and_after_an_event() -> None:
    sketch = twice_blocked() | {
        "scenarios": {
            "softened": {"title": "S", "takes": {"upper.refuses": ["water is shared"]}},
            "drought": {"title": "D", "sets": {"lower.without_a_deal": "today"}},
        }
    }
    sketch["levers"]["dry"] |= {
        "in_the_hands_of": ["miller", "council"],
        "must_authorise": ["upper", "council"],
        "believed": "unlikely",
    }
    answer = answer_of(sketch, events=None)
    assert answer.events == ("softened", "drought")
    assert [entry.party for entry in answer.ledger] == ["miller", "council", None]
    (held,) = answer.ledger[0].levers
    assert held.needs_others == ("upper",)
    assert str(held.believed) == "unlikely"
    assert [w.event for w in held.worth] == ["", "softened", "drought"]
    assert "swap.possible" not in turns(held.worth[0].variation)
    assert turns(held.worth[1].variation)["swap.possible"] == (NO, YES)
    assert held.worth[2].variation.effect is Effect.NO_CHANGE
    flood = answer.ledger[2].levers[0]
    assert flood.worth[2].variation.effect is Effect.IMPOSSIBLE
    assert (("flood", LeverFlaw.NOBODY_HOLDS)) in answer.flaws


# --- Aleppo ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def aleppo() -> ChangeAnswer:
    vary = Variations(ALEPPO)
    other = ["other_candidate_wins"]
    turn = ["kerry_package.possible"]
    return analyse_change(vary.case, vary, scenarios=other, turn=turn, events=other)


def test_the_other_election_result_makes_kerrys_package_possible(aleppo: ChangeAnswer) -> None:
    other = next(v for v in aleppo.variations if v.names == ("other_candidate_wins",))
    assert turns(other)["kerry_package.possible"] == (NO, YES)
    assert {s.party for s in other.stances if s.towards == 1} == {"russia", "assad_government"}


def test_no_lever_of_aleppo_does_even_three_together(aleppo: ChangeAnswer) -> None:
    (search,) = aleppo.searches
    assert search.found == ()
    assert search.is_complete
    assert len(search.failing) == 1 + 5 + 10 + 10


def test_a_seat_for_iran_would_undo_what_the_other_result_brings(aleppo: ChangeAnswer) -> None:
    (kerry,) = (entry for entry in aleppo.ledger if entry.party == "kerry")
    seat = next(held for held in kerry.levers if held.lever == "seat_for_iran")
    after = {worth.event: turns(worth.variation) for worth in seat.worth}
    assert after["other_candidate_wins"] == {"kerry_package.possible": (YES, NO)}
    assert after[""] == {"assad_peace.agreed": (NO, YES)}
    now = {shift.deal: shift for shift in seat.worth[0].variation.waiting}
    assert now[DealId("kerry_package")].now_wait == ("iran",)


def test_the_white_house_authorises_its_own_lever(aleppo: ChangeAnswer) -> None:
    (white_house,) = (entry for entry in aleppo.ledger if entry.party == "white_house")
    (held,) = white_house.levers
    assert held.must_authorise == ("white_house",)
    assert held.needs_others == ()
