"""Save files of GMCR+: what is read, what is refused and with which words, what is listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detente.errors import ModelError, NotFoundError
from detente.interchange import (
    DecisionMaker,
    ForeignFileError,
    GmcrModel,
    GmcrOption,
    find_gmcr,
    gmcr_case_text,
    read_gmcr,
)
from detente.interchange.gmcr import first_state, states_of

HARBOUR: dict[str, Any] = {
    "program": "gmcr-py",
    "version": "0.4.1",
    "decisionMakers": [
        {
            "name": "Port",
            "options": [0, 1],
            "preferences": [[[2, "N"]], {"compound": True, "members": [[[0, "Y"]], [[1, "N"]]]}],
            "misperceptions": [],
            "payoffs": [],
        },
        {"name": "Pilots", "options": [2], "preferences": [[[0, "N"], [2, "N"]]]},
    ],
    "options": [
        {"name": "Raise fees", "permittedDirection": "both"},
        {"name": "Close the basin", "permittedDirection": "fwd"},
        {"name": "Strike", "permittedDirection": "both"},
    ],
    "infeasibles": [[[1, "Y"], [2, "Y"]]],
    "coalitions": [0, 1],
    "useManualPreferenceRanking": False,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "harbour.gmcr"


def written(file: Path, **changes: Any) -> Path:
    file.write_text(json.dumps({**HARBOUR, **changes}), encoding="utf-8")
    return file


def makers(first: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**HARBOUR["decisionMakers"][0], **first}, HARBOUR["decisionMakers"][1]]


def problems(file: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(ForeignFileError) as caught:
        read_gmcr(file)
    for problem in caught.value.problems:
        assert problem.place.file == file.name
    return [(p.place.field, p.found, p.expected) for p in caught.value.problems]


def test_a_file_is_read_as_it_is_written(file: Path) -> None:
    model = read_gmcr(written(file))
    assert model.name == "harbour"
    assert [option.direction for option in model.options] == ["both", "fwd", "both"]
    assert [maker.options for maker in model.makers] == [(0, 1), (2,)]
    port, pilots = (maker.statements for maker in model.makers)
    assert port == ((((2, False),),), (((0, True),), ((1, False),)))
    assert pilots == ((((0, False), (2, False)),),)
    assert model.infeasible == (((1, True), (2, True)),)
    assert (model.notes, model.size) == ((), 6)


def test_states_are_counted_with_the_first_option_as_the_lowest_digit(file: Path) -> None:
    assert list(states_of(read_gmcr(written(file)))) == [0, 1, 2, 3, 4, 5]
    one_off = read_gmcr(written(file, infeasibles=[[[0, "Y"]]]))
    assert list(states_of(one_off)) == [0, 2, 4, 6]


def test_everything_wrong_is_listed_at_once(file: Path) -> None:
    written(
        file,
        options=[{"name": 3}, {"name": "b", "permittedDirection": "up"}, "c"],
        infeasibles=[[[0, "Y"], [7, "N"]], [[1, "maybe"]], [], "x", {"compound": True}],
        decisionMakers=[{"options": [0, True, 1.0]}, None],
        useManualPreferenceRanking="yes",
    )
    fields = [field for field, _, _ in problems(file)]
    assert fields == [
        "options[0].name", "options[1].permittedDirection", "options[2]",
        "infeasibles[0][1][0]", "infeasibles[1][0][1]", "infeasibles[1]", "infeasibles[2]",
        "infeasibles[3]", "infeasibles[4]",
        "decisionMakers[0].name", "decisionMakers[0].options[1]", "decisionMakers[0].options[2]",
        "decisionMakers[1]", "useManualPreferenceRanking",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"options": [], "options": []}', "the same name twice"),
        ('{"options": NaN, "decisionMakers": []}', "NaN"),
        ("[" * 100_000, "nested too deeply"),
        ("{", "no JSON"),
        ("[1]", "[1]"),
        ('{"options": []}', "neither or only one"),
        ('{"options": [], "decisionMakers": []}', "no options"),
        ('{"options": {}, "decisionMakers": 4}', "{}"),
        ("", "empty"),
    ],
)
def test_what_is_no_save_file_is_refused(file: Path, text: str, found: str) -> None:
    file.write_text(text, encoding="utf-8")
    assert any(found in each[1] for each in problems(file))


def test_only_utf8_is_read(file: Path) -> None:
    file.write_bytes(json.dumps(HARBOUR).encode().replace(b"Port", b"P\xf6rt"))
    assert "0xf6" in problems(file)[0][1]
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(HARBOUR).encode())
    assert read_gmcr(file).makers[0].name == "Port"


def test_patterns_that_strike_everything_are_refused(file: Path) -> None:
    written(file, infeasibles=[[[0, "Y"]], [[0, "N"]]])
    assert problems(file)[0][1] == "patterns that strike every state"


def test_very_many_combinations_end_in_a_message_not_in_waiting(file: Path) -> None:
    n = 60
    options = [{"name": f"o{k}"} for k in range(n)]
    # The lowest digit can be neither, which shows only after all the others have been chosen.
    struck = [[[0, "Y"]], [[0, "N"]]]
    written(file, options=options, infeasibles=struck)
    assert "reasonable time" in problems(file)[0][1]
    fine = read_gmcr(written(file, options=options, infeasibles=[]))
    assert fine.size == 1 << n
    assert gmcr_case_text(fine, "2024-05-02").issues[0] == "o0"


def test_lists_beyond_measure_are_refused(file: Path) -> None:
    written(file, options=[{"name": str(k)} for k in range(101)])
    assert ("options", "101 entries", "at most 100") in problems(file)
    written(file, infeasibles=[[[0, "Y"]]] * 5_001)
    assert problems(file) == [("infeasibles", "5,001 entries", "at most 5,000")]
    written(file, infeasibles=["x"] * 1_000)
    assert len(problems(file)) == 50


# --- rankings --------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["useManualPreferenceRanking", "useManualPreferenceVectors"])
@pytest.mark.parametrize("key", ["preferenceRanking", "preferenceVector"])
def test_rankings_by_hand_are_read_under_new_and_old_names(file: Path, flag: str, key: str) -> None:
    ranked = makers({key: [6, [1, 2], 5, 4, 3]})
    data = {k: v for k, v in HARBOUR.items() if k != "useManualPreferenceRanking"}
    file.write_text(json.dumps({**data, "decisionMakers": ranked, flag: True}))
    model = read_gmcr(file)
    assert model.makers[0].ranking == ((6,), (1, 2), (5,), (4,), (3,))
    assert model.makers[0].statements == ()
    assert any("Port: statements" in note for note in model.notes)
    assert any("Pilots: the file ranks states by hand, and holds none" in n for n in model.notes)


def test_payoffs_stand_by_number_of_state(file: Path) -> None:
    by_payoff = makers({"payoffs": [1, 1, 0.5, 3, 2, 0]})
    model = read_gmcr(written(file, decisionMakers=by_payoff, useManualPreferenceRanking=True))
    assert model.makers[0].ranking == ((4,), (5,), (1, 2), (3,), (6,))


@pytest.mark.parametrize(
    ("ranking", "where", "found"),
    [
        ([1, 2, 3], "", "no state 4"),
        ([1, 2, 3, 4, 5, 6, 6], "[6]", "state 6 twice"),
        ([0, 1], "[0]", "state 0"),
        ([[1, [2]]], "[0]", "[2]"),
        (["1"], "[0]", "'1'"),
        ("best", "", "'best'"),
        ([True], "[0]", "True"),
    ],
)
def test_a_ranking_names_every_state_once(file: Path, ranking: Any, where: str, found: str) -> None:
    ranked = makers({"preferenceRanking": ranking})
    written(file, decisionMakers=ranked, useManualPreferenceRanking=True)
    assert [(f, w) for f, w, _ in problems(file)] == [
        (f"decisionMakers[0].preferenceRanking{where}", found)
    ]


@pytest.mark.parametrize("payoffs", [[1, 2], [1, 2, 3, 4, 5, "6"], [1, 2, 3, 4, 5, True]])
def test_payoffs_that_are_none_are_refused(file: Path, payoffs: Any) -> None:
    ranked = makers({"payoffs": payoffs})
    written(file, decisionMakers=ranked, useManualPreferenceRanking=True)
    (one,) = problems(file)
    assert one[0].startswith("decisionMakers[0].payoffs")


def test_infinite_payoffs_are_refused(file: Path) -> None:
    ranked = makers({"payoffs": [1, 2, 3, 4, 5, 777]})
    text = written(file, decisionMakers=ranked, useManualPreferenceRanking=True).read_text()
    file.write_text(text.replace("777", "1e999"))
    assert problems(file)[0][1] == "inf"


def test_a_ranking_of_too_many_states_is_refused_with_the_reason(file: Path) -> None:
    options = [{"name": f"o{k}"} for k in range(9)]
    ranked = makers({"preferenceRanking": [1]})
    written(
        file,
        options=options,
        infeasibles=[],
        decisionMakers=ranked,
        useManualPreferenceRanking=True,
    )
    (one,) = problems(file)
    assert one[1] == "a ranking of more than 500 states"


# --- what is listed --------------------------------------------------------------------------


def test_what_a_case_has_no_place_for_is_listed(file: Path) -> None:
    first = {
        "misperceptions": [[[0, "Y"]]],
        "colour": "red",
        "preferences": [[], [[0, "Y"], [0, "N"]], [[0, "Y"]]],
        "payoffs": [2, 1, 2, 1, 2, 1],
    }
    infeasibles = [[[1, "Y"], [2, "Y"]], [[0, "Y"], [0, "N"]]]
    model = read_gmcr(
        written(
            file,
            decisionMakers=makers(first),
            coalitions=[[0, 1]],
            infeasibles=infeasibles,
            extra=1,
        )
    )
    for words in (
        "misperceptions (1)", "the coalition of Port with Pilots", "'extra'", "'colour'",
        "statement 1 always holds", "statement 2 never holds", "strikes no state",
        "its payoffs order the states otherwise",
    ):  # fmt: skip
        assert sum(words in note for note in model.notes) == 1, words
    assert model.makers[0].statements == ((((0, True),),),)


def test_coalitions_of_nobody_known_are_refused(file: Path) -> None:
    written(file, coalitions=[0, [1, 2]])
    assert problems(file)[0][:2] == ("coalitions[1]", "2")


# --- which file is meant ---------------------------------------------------------------------


def test_the_file_that_is_meant_is_found(tmp_path: Path, file: Path) -> None:
    written(file)
    assert find_gmcr(file) == find_gmcr(tmp_path) == file
    renamed = file.rename(tmp_path / "harbour.json")
    assert find_gmcr(renamed) == renamed
    assert find_gmcr(tmp_path) is None
    other = tmp_path / "other.json"
    other.write_text("[]")
    assert find_gmcr(other) is None
    assert find_gmcr(tmp_path / "nothing") is None


def test_one_of_several_has_to_be_named(tmp_path: Path) -> None:
    for name in ("a.gmcr", "b.gmcr"):
        written(tmp_path / name)
    with pytest.raises(ForeignFileError, match=r"name one: a\.gmcr, b\.gmcr"):
        find_gmcr(tmp_path)


# --- models ----------------------------------------------------------------------------------


def test_the_first_state_uses_up_as_few_one_way_options_as_can_be() -> None:
    options = (GmcrOption("a", "back"), GmcrOption("b", "fwd"), GmcrOption("c"))
    makers = (DecisionMaker("A", (0, 1, 2)),)
    assert first_state(GmcrModel("m", options, makers)) == 0b001
    # a at yes is impossible without c; then c is taken rather than a given up
    assert first_state(GmcrModel("m", options, makers, (((0, True), (2, False)),))) == 0b101
    assert first_state(GmcrModel("m", options, makers, (((0, True),),))) == 0b000
    assert first_state(GmcrModel("m", options, makers, ((),))) is None


def test_a_model_does_not_speak_of_options_it_does_not_have() -> None:
    with pytest.raises(ModelError, match="option 1, expected 0 to 0"):
        GmcrModel("m", (GmcrOption("a"),), (DecisionMaker("A", (1,)),))
    with pytest.raises(ModelError, match="0 decision makers"):
        GmcrModel("m", (GmcrOption("a"),), ())


@pytest.mark.parametrize("today", ["", "Y", "YYYY", "YNX", "NYY"])
def test_a_state_that_is_none_cannot_be_today(file: Path, today: str) -> None:
    with pytest.raises(NotFoundError, match="today: found"):
        gmcr_case_text(read_gmcr(written(file)), "2024-05-02", today)
