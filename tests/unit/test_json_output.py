"""The data that `--json` prints are held to the schemas that are handed out with them."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from detente.analysis import FindingKind, analyse, findings_of
from detente.casefile import examine_case
from detente.errors import Place, Problem
from detente.reports.as_json import deals_as_json, findings_as_json
from detente.reports.hold_json import hold_as_json

ROOT = Path(__file__).parents[2]
CASES = [
    ROOT / "examples" / "aleppo-2016",
    ROOT / "examples" / "published" / "raiffa-1982-panama-canal",
    ROOT / "tests" / "golden" / "cases" / "village",
]


def schema(part: str) -> Any:
    file = files("detente.reports") / "schemas" / f"{part}-1.json"
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("part", ["deals", "check", "hold"])
def test_the_schema_is_one_and_is_strict(part: str) -> None:
    found = schema(part)
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


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_what_is_printed_has_the_promised_shape(path: Path) -> None:
    reading = examine_case(path)
    assert reading.case is not None
    analysis = analyse(reading.case, with_wait=False)
    deals = json.loads(json.dumps(deals_as_json(analysis), allow_nan=False))
    jsonschema.validate(deals, schema("deals"))
    assert analysis.hold is not None
    held = json.loads(json.dumps(hold_as_json(analysis, analysis.hold), allow_nan=False))
    jsonschema.validate(held, schema("hold"))
    found = findings_as_json(reading.problems, findings_of(reading.case))
    jsonschema.validate(json.loads(json.dumps(found)), schema("check"))


def test_a_problem_says_where_what_and_what_to_do() -> None:
    problem = Problem(Place("case.yaml", 3, "issues.aid"), "nothing", "a value", "add it")
    found = findings_as_json([problem], [])
    jsonschema.validate(found, schema("check"))
    assert found["problems"] == [
        {
            "place": {"file": "case.yaml", "line": 3, "field": "issues.aid"},
            "found": "nothing",
            "expected": "a value",
            "fix": "add it",
        }
    ]


def test_the_schema_knows_every_kind_of_finding() -> None:
    kinds = schema("check")["properties"]["findings"]["items"]["properties"]["kind"]["enum"]
    assert set(kinds) == set(get_args(FindingKind))


def test_every_refusal_carries_its_certificate() -> None:
    reading = examine_case(CASES[0])
    assert reading.case is not None
    first = deals_as_json(analyse(reading.case, with_wait=False))["deals"][0]
    assert first["verdict"] == "blocked"
    refusing = [c for c in first["consents"] if c["asked_as"] and c["verdict"] == "blocked"]
    assert [c["party"] for c in refusing] == ["russia", "assad_government"]
    for consent in refusing:
        assert consent["reason"]["issues"]
        assert consent["reason"]["rests_on"]["claims"]


def test_every_verdict_on_holding_carries_its_certificate() -> None:
    reading = examine_case(CASES[0])
    assert reading.case is not None
    analysis = analyse(reading.case, with_wait=False)
    assert analysis.hold is not None
    first = hold_as_json(analysis, analysis.hold)["deals"][0]
    breaking = {p["party"]: p["breaking"] for p in first["parties"] if p["breaking"]}
    assert list(breaking) == ["assad_government"]
    (change,) = breaking["assad_government"]["changes"]
    assert (change["before"], change["after"]) == ("left_open", "damascus")
    assert breaking["assad_government"]["because"]["statement"] == "who_governs is damascus"
    assert {s["party"] for s in first["performance"]["stops"]} == {
        "conquest_front",
        "assad_government",
    }
    needed = {c["party"]: c["leads_to"] for c in first["would_hold_if"]["consequences"]}
    assert needed == {"assad_government": "today", "conquest_front": "city_falls"}
