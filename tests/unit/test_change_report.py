"""What would change this, as people and programs read it: sentences, a page, a terminal, JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from change_cases import Sketch, road_and_water, variations

from detente.analysis.change import analyse_change
from detente.analysis.change_answers import ChangeAnswer, Effect, LeverFlaw
from detente.analysis.change_fields import ENTRIES, READ_BY, Altered, Lens
from detente.analysis.conclusions import KINDS, ConclusionKind
from detente.casefile.changed import Variations
from detente.cli.change_output import print_change
from detente.cli.output import Output
from detente.engines.deal_space import Verdict
from detente.model import Case
from detente.reports.brief import environment
from detente.reports.change_answer_words import (
    change_answer_basis,
    change_answer_sentence,
    search_sentences,
)
from detente.reports.change_field_words import field_phrases
from detente.reports.change_json import change_as_json
from detente.reports.change_sentences import variation_sentences
from detente.reports.change_words import conclusion_words
from detente.reports.numbering import claim_numbers
from detente.reports.sections.change import change_section

ROOT = Path(__file__).parents[2]
FOLDERS = [
    ROOT / "examples" / "aleppo-2016",
    ROOT / "examples" / "published" / "raiffa-1982-panama-canal",
    ROOT / "tests" / "golden" / "cases" / "village",
]


def schema() -> Any:
    file = files("detente.reports") / "schemas" / "change-1.json"
    return json.loads(file.read_text(encoding="utf-8"))


def page(case: Case, answer: ChangeAnswer) -> str:
    section = change_section(case, answer)
    assert section is not None
    text = '{% import "_macros.html.j2" as m with context %}{% include template %}'
    return (
        environment()
        .from_string(text)
        .render(template=section.template, data=section.data, numbers=claim_numbers(case))
    )


def asked(sketch: Sketch, **more: Any) -> tuple[Case, ChangeAnswer]:
    vary = variations(sketch)
    return vary.case, analyse_change(vary.case, vary, **more)


def with_levers(**levers: dict[str, Any]) -> Sketch:
    return road_and_water(levers={n: {"title": f"Do {n}.", **l} for n, l in levers.items()})


DRY = {"sets": {"lower.without_a_deal": "today"}, "in_the_hands_of": "council"}


# --- shapes ---------------------------------------------------------------------------------


def test_the_schema_is_one_and_is_strict() -> None:
    found = schema()
    jsonschema.Draft202012Validator.check_schema(found)

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "properties" in node:
                assert node["additionalProperties"] is False
                assert set(node["required"]) == set(node["properties"])
                assert node["description"]
            for value in node.values():
                walk(value)

    walk(found)


def test_the_schema_knows_every_kind_effect_flaw_and_question() -> None:
    kinds = schema()["$defs"]
    assert kinds["kind"]["enum"] == list(get_args(ConclusionKind)) == list(KINDS)
    assert kinds["effect"]["enum"] == [effect.value for effect in Effect]
    flaws = schema()["properties"]["flaws"]["items"]["properties"]["flaw"]["enum"]
    assert flaws == [flaw.value for flaw in LeverFlaw]
    lenses = kinds["variation"]["properties"]["changes"]["items"]["properties"]
    assert set(lenses["reckoned_with_by"]["items"]["enum"]) == set(get_args(Lens))


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_what_is_printed_has_the_promised_shape(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vary = Variations(path)
    levers, scenarios = list(vary.case.levers)[:5], list(vary.case.scenarios)[:4]
    answer = analyse_change(vary.case, vary, levers, scenarios, most=1, events=())
    data = json.loads(json.dumps(change_as_json(vary.case, answer), allow_nan=False))
    jsonschema.validate(data, schema())
    print_change(Output(), vary.case, answer)
    out = capsys.readouterr().out
    assert " ".join(data["answer"].split()) in " ".join(out.split())
    if answer.variations:
        assert "<table" in page(vary.case, answer)


def test_the_same_case_gives_the_same_data() -> None:
    one, other = (change_as_json(*asked(with_levers(dry=DRY))) for _ in range(2))
    assert one == other


def test_the_certificate_of_a_search_is_in_the_data() -> None:
    case, answer = asked(with_levers(dry=DRY), turn=["swap.possible"])
    (search,) = change_as_json(case, answer)["searches"]
    assert search["smallest_sets"] == [["dry"]]
    assert search["tried_in_vain"] == [[]]


def test_everything_printed_is_escaped() -> None:
    sketch = with_levers(it=DRY | {"title": "<b>Rain</b> & more"})
    text = page(*asked(sketch))
    assert "<b>Rain" not in text
    assert "&lt;b&gt;Rain" in text


# --- the first sentence ---------------------------------------------------------------------


def test_one_lever_that_turns_it_is_named_first() -> None:
    case, answer = asked(with_levers(dry=DRY))
    assert change_answer_sentence(case, answer) == (
        "“The swap” would find the consent of everyone who must agree if this were done: “Do dry”."
    )


def test_two_that_are_needed_together_are_named_together() -> None:
    sketch = with_levers(dry=DRY, soften={"takes": {"upper.refuses": ["water is shared"]}})
    sketch["judgements"]["upper"]["refuses"] = ["water is shared"]
    sketch["scenarios"] = {"easy": {"title": "An easy year", "sets": {
        "lower.without_a_deal": "today", "upper.refuses": []}}}  # fmt: skip
    assert change_answer_sentence(*asked(sketch)) == (
        "“The swap” would find the consent of everyone who must agree if this were done: “Do dry” "
        "and “Do soften” together, or if “An easy year” came about."
    )


def test_where_no_lever_does_it_a_scenario_is_named_and_the_levers_ruled_out() -> None:
    sketch = with_levers(no={"gives": {"upper.refuses": ["road is open"]}})
    sketch["scenarios"] = {"dry": {"title": "A dry year", "sets": DRY["sets"]}}
    assert change_answer_sentence(*asked(sketch)) == (
        "“The swap” would find the consent of everyone who must agree if “A dry year” came about. "
        "No lever of the case would do it."
    )


def test_where_nothing_does_it_that_is_said() -> None:
    sketch = with_levers(no={"gives": {"upper.refuses": ["road is open"]}})
    assert change_answer_sentence(*asked(sketch, most=1)) == (
        "No lever of the case would bring it about that “The swap” would find the consent of "
        "everyone who must agree."
    )
    assert change_answer_sentence(*asked(with_levers(x={"sets": {"lower.note": "x"}}))).startswith(
        "Nothing that these levers change bears on whether “The swap”"
    )


def test_where_all_is_well_it_is_said_what_would_end_that() -> None:
    sketch = with_levers(no={"gives": {"upper.refuses": ["road is open"]}})
    sketch["judgements"]["lower"]["without_a_deal"] = "today"
    sketch["deals"]["swap"] |= {"if_not": {"says": "x", "leads_to": "today"}}
    case, answer = asked(sketch, turn=[])
    assert answer.searches == ()
    assert (
        change_answer_sentence(case, answer) == "“The swap” would be blocked if “Do no” came about."
    )


def test_the_answer_rests_on_the_claims_of_what_it_names() -> None:
    sketch = with_levers(dry=DRY | {"because": "thirst"})
    sketch |= {
        "sources": {"letter": {"title": "Letters", "text": "We have no water."}},
        "claims": {"thirst": {"quote": "no water", "source": "letter", "by": "lower"}},
    }
    assert change_answer_basis(*asked(sketch)) == ("thirst",)


# --- sentences ------------------------------------------------------------------------------


def test_every_verdict_of_every_kind_has_its_words() -> None:
    case, answer = asked(road_and_water())
    words = {
        (conclusion, verdict): conclusion_words(case, conclusion, verdict)
        for conclusion in answer.conclusions
        for verdict in Verdict
    }
    assert len(set(words.values())) == len(words)


def test_what_is_left_aside_is_named_like_things_together() -> None:
    sketch = with_levers(
        it={
            "sets": {"talks.go_between": "council", "swap.terms": {"road": {"when": "in May"}}},
            "gives": {"miller.may": ["shout"], "council.may": ["shout"]},
        }
    )
    case, answer = asked(sketch)
    (sentence,) = variation_sentences(case, answer.variations[0])
    assert sentence == (
        "What it changes is not reckoned with here: what The miller and The council may do, who "
        "goes between at “Talks at the mill” and by when a term of “The swap” is due."
    )


def test_every_field_left_aside_can_be_named() -> None:
    case, _ = asked(road_and_water())
    for kind in ENTRIES:
        for field in kind.__dataclass_fields__:
            one = Altered("swap", "", f"{kind.__name__}.{field}", ())
            if one.field not in READ_BY:
                (phrase,) = field_phrases(case, [one])
                assert "{" not in phrase


def test_a_search_that_stopped_says_so() -> None:
    case, answer = asked(with_levers(dry=DRY), turn=["swap.possible"])
    whole = answer.searches[0]
    stopped = replace(whole, found=(), is_complete=False, sizes_done=0)
    assert search_sentences(case, stopped)[-1].startswith("Not even single levers were all tried")
    case, answer = asked(with_levers(dry=DRY), turn=["swap.possible"], most_tried=1)
    text = page(case, answer)
    assert "Not complete" in text


def test_a_lever_without_a_holder_is_pointed_out() -> None:
    case, answer = asked(with_levers(dry=DRY, it={"sets": {"road.today": "closed"}}))
    text = page(case, answer)
    assert "“Do it”: it is in nobody’s hands" in text
    assert "“Do it”: nothing in the case changes by it" in text
    assert "“Do dry”: it is" not in text


def test_a_lever_that_cannot_be_says_why() -> None:
    sketch = with_levers(
        it={"sets": {"swap.says.water": "upper_only"}},
        one={"sets": {"lower.wants": ["rain is wet"]}},
        two={"sets": {"lower.wants": ["rain is wet", "road is closed"]}},
    )
    sketch["rules"] = {"no": {"never": "road is open and water is upper_only"}}
    case, answer = asked(sketch)
    (sentence,) = variation_sentences(case, answer.variations[0])
    assert sentence.startswith("Cannot be: found")
    told = [s for search in answer.searches for s in search_sentences(case, search)]
    assert any("makes no case that can be read" in s for s in told)
    assert any("“Do one” and “Do two” exclude each other" in s for s in told)
