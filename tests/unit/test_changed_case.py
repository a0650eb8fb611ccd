"""A case with levers and scenarios laid over it is the case somebody would have written so."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from change_cases import Sketch, edited, read, road_and_water, variations

from detente.analysis.change_fields import altered
from detente.casefile.changed import Variations
from detente.errors import CaseFileError, ConflictingChangesError, NotFoundError
from detente.model import Change, Overlay

ALEPPO = Path(__file__).parents[2] / "examples" / "aleppo-2016"


def with_levers(**levers: dict[str, Any]) -> Sketch:
    return road_and_water(levers={n: {"title": f"Lever {n}", **l} for n, l in levers.items()})


SAME = [
    ({"sets": {"lower.wants": ["water is shared"]}}, ("judgements", "lower", "wants"), ["water is shared"]),
    ({"sets": {"lower.without_a_deal": "today"}}, ("judgements", "lower", "without_a_deal"), "today"),
    ({"sets": {"council.refuses": ["road is open"]}}, ("judgements", "council", "refuses"), ["road is open"]),
    ({"gives": {"upper.may": ["sign"]}}, ("parties", "upper", "may"), ["talk", "sign"]),
    ({"takes": {"upper.may": ["talk"]}}, ("parties", "upper", "may"), []),
    ({"gives": {"miller.may_not_offer": "water is shared"}}, ("parties", "miller", "may_not_offer"), ["water is shared"]),
    ({"gives": {"talks.must_agree": ["council"]}}, ("tables", "talks", "must_agree"), ["upper", "lower", "council"]),
    ({"takes": {"talks.must_agree": "lower"}}, ("tables", "talks", "must_agree"), ["upper"]),
    ({"gives": {"talks.seats": {"council": "always"}}}, ("tables", "talks", "seats"),
     {"miller": "always", "lower": "always", "council": "always"}),
    ({"takes": {"talks.seats": "lower"}}, ("tables", "talks", "seats"), {"miller": "always"}),
    ({"sets": {"talks.seats.council": "sometimes"}}, ("tables", "talks", "seats", "council"), "sometimes"),
    ({"sets": {"talks.scope": ["road", "water", "rain"]}}, ("tables", "talks", "scope"), ["road", "water", "rain"]),
    ({"sets": {"swap.order": ["road", "water"]}}, ("deals", "swap", "order"), ["road", "water"]),
    ({"sets": {"swap.who_checks": "council"}}, ("deals", "swap", "who_checks"), "council"),
    ({"sets": {"swap.says.water": "upper_only"}}, ("deals", "swap", "says", "water"), "upper_only"),
    ({"sets": {"swap.if_not": {"says": "It rains.", "leads_to": "rains"}}}, ("deals", "swap", "if_not"),
     {"says": "It rains.", "leads_to": "rains"}),
    ({"sets": {"road.today": "open"}}, ("issues", "road", "today"), "open"),
    ({"sets": {"storm.half_likely_by": "9 days"}}, ("clocks", "storm", "half_likely_by"), "9 days"),
    ({"sets": {"talks.closes": "2024-04-01"}}, ("tables", "talks", "closes"), "2024-04-01"),
]  # fmt: skip


@pytest.mark.parametrize(("lever", "path", "value"), SAME, ids=lambda x: str(x)[:60])
def test_a_lever_makes_the_case_that_one_would_write_by_hand(
    lever: dict[str, Any], path: tuple[str, ...], value: Any
) -> None:
    vary = variations(with_levers(it=lever))
    changed, written = vary(("it",)), read(edited(road_and_water(), path, value))
    assert altered(changed, written) == ()
    assert altered(vary.case, changed) != ()


def test_the_base_and_the_files_stay_as_they_are(tmp_path: Path) -> None:
    text = json.dumps(with_levers(it={"gives": {"upper.may": ["sign"]}}))
    (tmp_path / "case.yaml").write_text(text)
    vary = Variations(tmp_path)
    assert vary(("it",)).parties["upper"].may == ("talk", "sign")  # type: ignore[index]
    assert vary(()).parties["upper"].may == ("talk",)  # type: ignore[index]
    assert [p.name for p in tmp_path.iterdir()] == ["case.yaml"]
    assert (tmp_path / "case.yaml").read_text() == text


def test_a_variation_is_built_once_and_keeps_the_levers() -> None:
    vary = variations(with_levers(it={"takes": {"upper.may": ["talk"]}}))
    assert vary(("it",)) is vary(["it"])
    assert list(vary(("it",)).levers) == ["it"]  # though what it takes is gone


def test_several_levers_are_laid_over_together_sets_first() -> None:
    vary = variations(
        with_levers(
            gives={"gives": {"talks.must_agree": ["council"]}},
            sets={"sets": {"talks.must_agree": ["lower"]}},
            takes={"takes": {"upper.may": ["talk"]}},
        )
    )
    for names in (("gives", "sets", "takes"), ("sets", "takes", "gives")):
        case = vary(names)
        assert case.tables["talks"].must_agree == ("lower", "council")  # type: ignore[index]
        assert case.parties["upper"].may == ()  # type: ignore[index]


def test_what_two_levers_give_or_take_alike_is_done_once() -> None:
    vary = variations(
        with_levers(
            a={"gives": {"council.may": ["watch"]}, "takes": {"upper.may": ["talk"]}},
            b={"gives": {"council.may": ["watch", "count"]}, "takes": {"upper.may": ["talk"]}},
        )
    )
    case = vary(("a", "b"))
    assert case.parties["council"].may == ("watch", "count")  # type: ignore[index]
    assert case.parties["upper"].may == ()  # type: ignore[index]


CONFLICTS = [
    ({"sets": {"road.today": "open"}}, {"sets": {"road.today": "closed"}}),
    ({"sets": {"swap.says": {"road": "open"}}}, {"sets": {"swap.says.road": "closed"}}),
    ({"sets": {"swap.says.road": "closed"}}, {"sets": {"swap.says": {"road": "open"}}}),
    ({"gives": {"talks.seats": {"council": "always"}}}, {"sets": {"talks.seats.council": "sometimes"}}),
    ({"gives": {"upper.may": ["sign"]}}, {"takes": {"upper.may": ["talk"]}, "sets": {"upper.note": "x"}}),
    ({"gives": {"upper.may": ["talk"]}}, {"takes": {"upper.may": ["talk"]}}),
    ({"gives": {"swap.terms": {"road": {"when": "in May"}}}}, {"sets": {"swap.terms.road.when": "in June"}}),
    ({"takes": {"talks.seats": ["lower"]}}, {"sets": {"talks.seats.lower": "sometimes"}}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "excludes"),
    [(*pair, n != 4) for n, pair in enumerate(CONFLICTS)],
    ids=lambda x: str(x)[:40],
)
def test_two_that_say_something_else_of_the_same_entry_are_named_both(
    one: dict[str, Any], other: dict[str, Any], excludes: bool
) -> None:
    vary = variations(with_levers(one=one, other=other))
    for names in (("one", "other"), ("other", "one")):
        if not excludes:
            vary(names)
            continue
        with pytest.raises(ConflictingChangesError, match="'one'") as found:
            vary(names)
        assert "'other'" in str(found.value)
        assert found.value.problems[0].place.field.startswith("levers.")


def test_two_that_set_the_same_are_no_conflict() -> None:
    vary = variations(
        with_levers(
            whole={"sets": {"swap.says": {"road": "open"}}},
            part={"sets": {"swap.says.road": "open"}},
            more={"sets": {"swap.says.water": "shared"}},
        )
    )
    assert dict(vary(("part", "whole")).deals["swap"].says) == {"road": "open"}  # type: ignore[index]
    both = vary(("more", "whole")).deals["swap"].says  # type: ignore[index]
    assert dict(both) == {"road": "open", "water": "shared"}


def test_what_is_wrong_with_the_changed_case_is_told_at_the_lever() -> None:
    sketch = with_levers(it={"sets": {"road.today": "open"}})
    sketch["rules"] = {"no": {"never": "road is open and water is upper_only", "our_idea": True}}
    vary = variations(sketch)
    with pytest.raises(CaseFileError, match="no rule forbids") as found:
        vary(("it",))
    assert not isinstance(found.value, ConflictingChangesError)
    with pytest.raises(CaseFileError) as again:
        vary(("it",))
    assert again.value.problems == found.value.problems


def test_two_levers_may_only_go_wrong_together() -> None:
    sketch = with_levers(
        a={"takes": {"talks.must_agree": ["upper"]}},
        b={"sets": {"talks.must_agree": ["lower"]}},
    )
    vary = variations(sketch)
    vary(("a",)), vary(("b",))
    with pytest.raises(CaseFileError, match=r"levers\.a\.takes.*found 'upper'"):
        vary(("a", "b"))


def test_scenarios_and_what_follows_a_clock_are_laid_over_too() -> None:
    sketch = road_and_water(
        scenarios={"flood": {"title": "A flood", "sets": {"road.today": "open"}}},
    )
    sketch["clocks"]["storm"]["then"] = {"takes": {"upper.may": ["talk"]}}
    sketch["levers"] = {"hush": {"title": "Hush", "takes": {"upper.may": ["talk"]}}}
    vary = variations(sketch)
    assert vary(("flood",)).today["road"] == "open"  # type: ignore[index]
    assert vary(("storm",)).parties["upper"].may == ()  # type: ignore[index]
    hushed = vary(("hush",))  # the clock will find nothing left to take
    assert hushed.clocks["storm"].then.overlay == vary.case.clocks["storm"].then.overlay  # type: ignore[index]


def test_any_overlay_can_be_laid_over_and_is_checked() -> None:
    vary = variations(road_and_water())
    mine = Overlay(sets=(Change("road.today", "open"),))
    assert vary.with_overlays({"mine": mine}).today["road"] == "open"  # type: ignore[index]
    wrong = Overlay(sets=(Change("road.today", "ajar"), Change("raod.today", "open")))
    with pytest.raises(CaseFileError, match="did you mean 'road'"):
        vary.with_overlays({"mine": wrong})
    with pytest.raises(CaseFileError, match="ajar"):
        vary.with_overlays({"mine": Overlay(sets=(Change("road.today", "ajar"),))})


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    vary = variations(with_levers(it={"sets": {"road.today": "open"}}))
    with pytest.raises(NotFoundError, match="'that'; there are: it, storm"):
        vary(("that",))


def test_a_case_with_problems_is_refused() -> None:
    with pytest.raises(CaseFileError, match="raod"):
        variations(with_levers(it={"sets": {"raod.today": "open"}}))


def test_every_lever_and_scenario_of_aleppo_makes_a_case_and_two_do_or_are_both_named() -> None:
    vary = Variations(ALEPPO)
    names = [*vary.case.levers, *vary.case.scenarios]
    for name in names:
        assert altered(vary.case, vary((name,)))
    excluded = []
    for pair in combinations(vary.case.scenarios, 2):
        try:
            vary(pair)
        except ConflictingChangesError as error:
            excluded.append((pair, str(error)))
    assert len(excluded) == 5
    assert all(repr(name) in words for pair, words in excluded for name in pair)


def test_an_issue_dropped_from_the_scope_must_leave_the_deals_too() -> None:
    vary = variations(
        with_levers(
            scope={"sets": {"talks.scope": ["road"]}},
            both={"sets": {"talks.scope": ["road"], "swap.says": {"road": "open"}}},
        )
    )
    with pytest.raises(CaseFileError, match=r"deals\.swap\.says.*outside the scope of talks"):
        vary(("scope",))
    assert vary(("both",)).tables["talks"].scope == ("road",)  # type: ignore[index]
