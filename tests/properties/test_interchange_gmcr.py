"""A graph model read, made a case, written and read again means the same; damage never crashes."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_gmcr import plain_of_case, plain_of_file

from detente.casefile import read_case
from detente.errors import CaseFileError, ModelError
from detente.interchange import (
    ForeignFileError,
    gmcr_case_text,
    gmcr_from_case,
    read_gmcr,
    write_gmcr,
)
from detente.interchange.gmcr import fulfils, states_of
from detente.interchange.gmcr_terms import options_of, terms_of
from detente.ledger import PartyId
from detente.model import Case, Issue, IssueId, OptionId, RankedStatements

NAMES = st.sampled_from(["Open", "open", "if", "today", "50%", "Ça va?", "", "A: b # c", "state 1"])
WITH_FILES = settings(max_examples=80, deadline=None)


@st.composite
def conjunctions(draw: st.DrawFn, n: int, least: int = 0) -> list[list[Any]]:
    chosen = draw(st.lists(st.integers(0, n - 1), min_size=least, max_size=3))
    return [[number, draw(st.sampled_from("YN"))] for number in chosen]


@st.composite
def save_files(draw: st.DrawFn) -> dict[str, Any]:
    """Small models with shared, ownerless and one-way options, ties, and either form of wants."""
    n, n_makers = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    infeasibles = draw(st.lists(conjunctions(n, least=1), max_size=3))
    data: dict[str, Any] = {
        "options": [
            {"name": draw(NAMES), "permittedDirection": draw(st.sampled_from(["both", "fwd", "back"]))}
            for _ in range(n)
        ],
        "infeasibles": infeasibles,
        "useManualPreferenceRanking": draw(st.booleans()),
        "decisionMakers": [
            {"name": draw(NAMES), "options": draw(st.lists(st.integers(0, n - 1), max_size=n))}
            for _ in range(n_makers)
        ],
    }  # fmt: skip
    one = conjunctions(n)
    compound = st.builds(lambda m: {"compound": True, "members": m}, st.lists(one, max_size=3))
    n_states = len(plain_of_file({**data, "decisionMakers": []}).states)
    for maker in data["decisionMakers"]:
        maker["preferences"] = draw(st.lists(one | compound, max_size=3))
        order = draw(st.permutations(range(1, n_states + 1)))
        cut = draw(st.integers(0, n_states))
        maker["preferenceRanking"] = [*order[:cut], *([order[cut:]] if cut < n_states else [])]
    return data


@WITH_FILES
@given(save_files(), st.data())
def test_a_model_means_the_same_as_a_case_and_written_again(
    data: dict[str, Any], draws: st.DataObject
) -> None:
    before = plain_of_file(data)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.gmcr"
        file.write_text(json.dumps(data), encoding="utf-8")
        if not before.states:
            with pytest.raises(ForeignFileError, match="strike every state"):
                read_gmcr(file)
            return
        today = draws.draw(st.none() | st.sampled_from(sorted(before.states)))
        letters = None if today is None else "".join("Y" if yes else "N" for yes in today)
        case_file = Path(folder) / "case.yaml"
        text = gmcr_case_text(read_gmcr(file), "2024-05-02", letters)
        case_file.write_text(text.text, encoding="utf-8")
        case = read_case(case_file)
        assert plain_of_case(case) == before
        if today is not None:
            assert tuple(option == "yes" for option in case.today.values()) == today
        there = [k for k, name in enumerate(case.parties) if _takes_part(case, name)]
        if not there:
            with pytest.raises(ModelError, match="nobody who acts"):
                gmcr_from_case(case)
            return
        model = gmcr_from_case(case)
        (written,) = write_gmcr(model).files.values()
        after = plain_of_file(json.loads(written))
        assert after.states == before.states
        assert after.moves == tuple(before.moves[k] for k in there)
        assert after.orders == tuple(before.orders[k] for k in there)
        file.write_text(written, encoding="utf-8")
        again = read_gmcr(file)
        assert [option.name for option in again.options] == [o.name for o in model.options]
        assert write_gmcr(replace(again, name=model.name)).files == write_gmcr(model).files


def _takes_part(case: Case, party: PartyId) -> bool:
    options = [option for issue in case.issues.values() for option in issue.options]
    acting = {p for o in options for who in (o.done_by, o.undone_by) if who for p in who.parties}
    view = case.views.get(party)
    return party in acting or (view is not None and view.preference is not None)


# --- any case --------------------------------------------------------------------------------

PERFORMERS = st.sampled_from(
    ["a", "b", "[a, b]", "{any_of: [a, b]}", "{any_of: [a, b, c]}", "[b, c]", ""]
)


@st.composite
def claims(draw: st.DrawFn, sizes: list[int]) -> str:
    at = draw(st.integers(0, len(sizes) - 1))
    options = draw(st.sets(st.integers(0, sizes[at] - 1), min_size=1, max_size=2))
    negation = draw(st.sampled_from(["is", "is not"]))
    return f"issue_{at} {negation} {' or '.join(f'o{k}' for k in sorted(options))}"


@st.composite
def conditions(draw: st.DrawFn, sizes: list[int]) -> str:
    parts = draw(st.lists(claims(sizes), min_size=1, max_size=3))
    return draw(st.sampled_from([" and ", " or "])).join(f"({part})" for part in parts)


@st.composite
def cases(draw: st.DrawFn) -> str:
    sizes = draw(st.lists(st.integers(2, 3), min_size=1, max_size=3))
    lines = ["negotiation: N", "as_of: 2024-05-02", "parties:"]
    lines += [f"  {party}: {{name: {party.upper()}}}" for party in "abc"]
    lines.append("issues:")
    for at, size in enumerate(sizes):
        lines += [f"  issue_{at}:", "    question: Q?", "    today: o0", "    options:"]
        lines.append("      o0: As it is.")
        for k in range(1, size):
            performers = draw(PERFORMERS)
            fields = [f"done_by: {performers}"] if performers else []
            fields.append(f"irreversible: {draw(st.sampled_from(['true', 'false']))}")
            lines.append(f"      o{k}: {{says: Other., {', '.join(fields)}}}")
    rules = draw(st.lists(conditions(sizes), max_size=2))
    together = draw(st.lists(claims(sizes), min_size=2, max_size=3))
    kinds = [f"never: {rule}" for rule in rules]
    kinds.append(f"together: [{', '.join(map(json.dumps, together))}]")
    kinds.append(f"where: {draw(claims(sizes))}\n    only_if: {draw(claims(sizes))}")
    kept = draw(st.lists(st.sampled_from(kinds), max_size=2, unique=True))
    lines += ["rules:"] if kept else []
    for n, rule in enumerate(kept):
        lines += [f"  rule_{n}:", f"    {rule}", "    our_idea: true"]
    wants = draw(st.lists(conditions(sizes), min_size=1, max_size=3))
    lines += ["judgements:", "  a:", "    wants:"]
    lines += [f"      - {want}{draw(st.sampled_from(['', ' if ' + want]))}" for want in wants]
    return "\n".join(lines) + "\n"


@WITH_FILES
@given(cases())
def test_any_case_has_its_outcomes_and_its_wants_in_the_model(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            case = read_case(file)
        except CaseFileError as error:
            assume("breaks the rule" not in str(error))
            raise
    issues = list(case.issues.values())
    possible = {
        chosen
        for chosen in product(*([o.id for o in issue.options] for issue in issues))
        if not any(r.is_broken_by(_named(issues, chosen)) for r in case.rules)
    }
    options = [option for issue in issues for option in options_of(issue)]
    terms = terms_of(issues, options)
    model = gmcr_from_case(case)
    reached = set()
    views = case.views[PartyId("a")].preference
    assert isinstance(views, RankedStatements)
    for state in states_of(model):
        outcome = dict(case.today)
        for issue, parts in terms.parts.items():
            done = [o for o, literals in parts.items() if fulfils(state, literals)]
            assert len(done) <= 1  # never two ways to settle one issue
            outcome[issue] = done[0] if done else outcome[issue]
        reached.add(tuple(outcome.values()))
        for wish in views.wishes:
            said = terms.statement(wish.statement)
            assert any(fulfils(state, c) for c in said) is wish.statement.holds(outcome)
    assert reached == possible


def _named(issues: list[Issue], chosen: tuple[OptionId, ...]) -> dict[IssueId, OptionId]:
    return {issue.id: option for issue, option in zip(issues, chosen, strict=True)}


# --- damage ----------------------------------------------------------------------------------

WHOLE: dict[str, Any] = {
    "options": [
        {"name": "a", "permittedDirection": "fwd"},
        {"name": "b", "permittedDirection": "back"},
    ],
    "infeasibles": [[[0, "Y"], [1, "Y"]]],
    "useManualPreferenceRanking": True,
    "coalitions": [0, [0, 1]],
    "decisionMakers": [
        {
            "name": "A",
            "options": [0],
            "preferences": [[[0, "Y"]]],
            "preferenceRanking": [3, [1, 2]],
        },
        {"name": "B", "options": [1], "payoffs": [3, 2.5, 1], "misperceptions": [[[0, "N"]]]},
    ],
}
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 1.5, 10**30, 1e308, "", "Y", "\0", "9" * 300, [], {}, [[]], [[0, "Y"]],
     {"compound": True, "members": [[[0, "N"]], []]}, {"members": 3}, [0], {"name": []}]
)  # fmt: skip


def _damaged(draw: st.DrawFn, value: Any) -> Any:
    if draw(st.integers(0, 5)) == 0:
        return draw(ODD)
    if isinstance(value, dict) and value:
        key = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 5)) == 0:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: _damaged(draw, value[key])}
    if isinstance(value, list) and value:
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], _damaged(draw, value[at]), *value[at + 1 :]]
    return draw(ODD)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data: Any = WHOLE
    for _ in range(draw(st.integers(1, 3))):
        data = _damaged(draw, data)
    text = json.dumps(data).encode()
    if draw(st.booleans()):
        return text
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.binary(max_size=3)) + text[at + draw(st.integers(0, 9)) :]


@settings(max_examples=300, deadline=None)
@given(damaged())
def test_a_damaged_save_file_is_read_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "m.gmcr"
        file.write_bytes(data)
        try:
            model = read_gmcr(file)
        except ForeignFileError as error:
            for problem in error.problems:
                assert problem.place.file == "m.gmcr"
                assert problem.found
                assert problem.expected
            return
        case_file = Path(folder) / "case.yaml"
        case_file.write_text(gmcr_case_text(model, "2024-05-02").text, encoding="utf-8")
        assert len(read_case(case_file).issues) == len(model.options)


def test_the_file_that_is_damaged_can_be_read_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "m.gmcr"
    file.write_text(json.dumps(WHOLE))
    assert [maker.ranking for maker in read_gmcr(file).makers] == [
        ((3,), (1, 2)),
        ((1,), (2,), (3,)),
    ]
