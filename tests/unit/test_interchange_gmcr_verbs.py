"""`detente import` and `detente export` of GMCR+ save files, and how a case becomes a graph model."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from detente.casefile import read_case
from detente.casefile.folder import LARGEST_YAML
from detente.casefile.statements import LONGEST
from detente.cli.app import app
from detente.errors import ModelError, NotFoundError
from detente.interchange import (
    DecisionMaker,
    GmcrModel,
    GmcrOption,
    gmcr_case_text,
    gmcr_from_case,
    write_gmcr,
)
from detente.interchange import gmcr_case as writing

PASS = {
    "options": [
        {"name": "Close", "permittedDirection": "both"},
        {"name": "Dig", "permittedDirection": "fwd"},
        {"name": "Garrison", "permittedDirection": "back"},
        {"name": "Close", "permittedDirection": "both"},
    ],
    "decisionMakers": [
        {"name": "Upper canton", "options": [0, 1], "preferences": [[[3, "N"]], [[0, "Y"]]]},
        {"name": "Lower canton", "options": [1, 2, 3], "preferences": []},
    ],
    "infeasibles": [[[0, "N"], [1, "N"], [2, "Y"], [3, "N"]]],
    "useManualPreferenceRanking": False,
}

ROAD = """\
negotiation: The toll road
as_of: 2024-05-02
parties:
  town: {name: Town}
  guild: {name: Guild}
  abbey: {name: Abbey}
  traveller: {name: Traveller}
tables:
  bench: {title: The bench, scope: [bridge], seats: {town: always, abbey: always}}
issues:
  toll:
    question: Who takes the toll?
    options:
      nobody_pays: Nobody.
      to_town: {says: The town., done_by: town}
      to_guild: {says: The guild., done_by: {any_of: [town, guild]}}
      shared: {says: All three share it., done_by: [town, guild, abbey]}
    today: nobody_pays
  bridge:
    question: Is the bridge mended?
    options:
      broken: It is not.
      mended: {says: It is., done_by: [town, abbey], irreversible: true}
    today: broken
rules:
  toll_needs_a_bridge: {where: toll is not nobody_pays, only_if: bridge is mended, our_idea: true}
judgements:
  town: {wants: [bridge is mended if toll is to_town, toll is to_town or shared], our_idea: true}
  guild: {points: {bridge: {broken: 0, mended: 1}}, our_idea: true}
  abbey: {order: [today], refuses: [bridge is broken], without_a_deal: today, our_idea: true}
"""


def detente(*words: str | Path) -> Result:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def as_json(*words: str | Path) -> Any:
    done = detente(*words, "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.output)
    name = data["schema"].split("/")[1]
    schema = files("detente.reports") / "schemas" / f"{name}-1.json"
    jsonschema.validate(data, json.loads(schema.read_text(encoding="utf-8")))
    return data


@pytest.fixture
def mountain_pass(tmp_path: Path) -> Path:
    file = tmp_path / "pass.gmcr"
    file.write_text(json.dumps(PASS))
    return file


def the_road(tmp_path: Path, **changes: str) -> GmcrModel:
    text = ROAD
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "road.yaml"
    file.write_text(text)
    return gmcr_from_case(read_case(file))


# --- import ----------------------------------------------------------------------------------


def test_an_imported_model_is_a_case_without_errors(mountain_pass: Path, tmp_path: Path) -> None:
    done = detente("import", mountain_pass, tmp_path / "case")
    assert done.exit_code == 0
    assert "pass, 2 parties, 4 issues, 15 states." in done.output
    assert detente("check", tmp_path / "case").exit_code == 0
    case = read_case(tmp_path / "case")
    assert [p.name for p in case.parties.values()] == ["Upper canton", "Lower canton"]
    assert list(case.issues) == [
        "upper_canton_close", "dig", "garrison", "lower_canton_close",
    ]  # fmt: skip
    assert [i.question for i in case.issues.values()] == [
        "Upper canton: Close", "Dig", "Garrison", "Lower canton: Close",
    ]  # fmt: skip
    # all no with the garrison there is infeasible; closing can be taken back, digging cannot
    assert [i.today for i in case.issues.values()] == ["yes", "no", "yes", "no"]
    close, dig, garrison, _ = (
        next(o for o in issue.options if o.id != issue.today) for issue in case.issues.values()
    )
    assert close.done_by is not None
    assert dig.done_by is not None
    assert garrison.done_by is not None
    assert (close.id, close.done_by.parties, close.irreversible) == ("no", ("upper_canton",), False)
    assert (dig.id, dig.done_by.any_one, dig.irreversible) == ("yes", True, True)
    assert dig.done_by.parties == ("upper_canton", "lower_canton")
    assert (garrison.id, garrison.irreversible) == ("no", True)
    assert "Lower canton: no preferences" in done.output.replace("\n    ", " ")
    assert "'Upper canton: Close', 'Garrison' was taken" in done.output.replace("\n    ", " ")


def test_who_knows_what_holds_today_can_say_so(mountain_pass: Path, tmp_path: Path) -> None:
    data = as_json("import", mountain_pass, tmp_path / "case", "--today", "nyny")
    assert data["format"] == "gmcr"
    (one,) = data["cases"]
    assert (one["packages"], len(one["parties"])) == (15, 2)
    assert not any("today" in note for note in one["not_carried"])
    case = read_case(tmp_path / "case")
    assert list(case.today.values()) == ["no", "yes", "no", "yes"]
    # what was used up already cannot be begun again, only its opposite could be left
    dig, garrison = (
        next(o for o in issue.options if o.id != issue.today)
        for issue in list(case.issues.values())[1:3]
    )
    assert dig.done_by is None
    assert dig.undone_by is not None
    assert garrison.done_by is None
    assert "told" in case.assumptions["today_as_asked"].text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--today", "NNYN"], "infeasible"),
        (["--today", "YY"], "4 letters Y or N"),
        (["--no-deal", "0"], "--no-deal"),
        (["--profile", "a"], "--profile"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    mountain_pass: Path, tmp_path: Path, words: list[str], message: str
) -> None:
    done = detente("import", mountain_pass, tmp_path / "case", *words)
    assert done.exit_code == 2
    assert message in done.output
    assert not (tmp_path / "case").exists()


def test_today_is_refused_for_domains(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    done = detente("import", tmp_path / "d", tmp_path / "case", "--today", "Y")
    assert done.exit_code == 2
    assert "--today" in done.output


def test_a_statement_too_long_gets_short_names_or_is_refused() -> None:
    names = [f"{'a very long name indeed, so that it is cut':40.40}{n}" for n in range(50)]
    options = tuple(GmcrOption(name) for name in names)
    long = tuple((n, True) for n in range(50))
    model = GmcrModel("m", options, (DecisionMaker("A", tuple(range(50)), ((long,),)),))
    assert gmcr_case_text(model, "2024-05-02").issues[:2] == ("o0", "o1")
    members = tuple(tuple((k, k != n) for k in range(50)) for n in range(50))
    model = GmcrModel("m", options, (DecisionMaker("A", (0,), (members,)),))
    with pytest.raises(ModelError, match="expected at most 2,000"):
        gmcr_case_text(model, "2024-05-02")


def test_limits_are_those_of_the_case_file() -> None:
    """The rooms do not know each other, so the numbers stand in both."""
    assert (writing.LONGEST, writing.LARGEST) == (LONGEST, LARGEST_YAML)


# --- export ----------------------------------------------------------------------------------


def test_what_was_imported_can_be_exported(mountain_pass: Path, tmp_path: Path) -> None:
    detente("import", mountain_pass, tmp_path / "case")
    data = as_json("export", tmp_path / "case", "-o", tmp_path / "out", "--format", "gmcr")
    assert (data["format"], data["files"]) == ("gmcr", ["pass.gmcr"])
    again = json.loads((tmp_path / "out" / "pass.gmcr").read_text())
    assert again["infeasibles"] == PASS["infeasibles"]
    assert [o["permittedDirection"] for o in again["options"]] == ["both", "fwd", "back", "both"]
    assert [m["options"] for m in again["decisionMakers"]] == [[0, 1], [1, 2, 3]]
    assert again["decisionMakers"][0]["preferences"] == [[[3, "N"]], [[0, "Y"]]]
    assert len(again["decisionMakers"][0]["payoffs"]) == 15


def test_every_performer_of_every_option_has_an_option_of_its_own(tmp_path: Path) -> None:
    model = the_road(tmp_path)
    assert [option.name for option in model.options] == [
        "toll: to town", "toll: to guild", "toll: shared (Town)", "toll: shared (Guild)",
        "toll: shared (Abbey)", "bridge: mended (Town)", "bridge: mended (Abbey)",
    ]  # fmt: skip
    assert [option.direction for option in model.options] == ["both"] * 5 + ["fwd"] * 2
    assert [(m.name, m.options) for m in model.makers] == [
        ("Town", (0, 1, 2, 5)), ("Guild", (1, 3)), ("Abbey", (4, 6)),
    ]  # fmt: skip


def test_a_party_does_one_thing_at_a_time_on_one_issue(tmp_path: Path) -> None:
    patterns = set(the_road(tmp_path).infeasible)
    assert ((0, True), (1, True)) in patterns  # different hands, so both at once is struck
    assert ((0, True), (2, True)) in patterns  # the town alone is in both
    assert ((1, True), (2, True), (3, True), (4, True)) in patterns
    for toll in (((0, True),), ((1, True),)):  # the rule: no toll while either has not mended
        for number in (5, 6):
            assert (*toll, (number, False)) in patterns
    assert ((2, True), (3, True), (4, True), (5, False)) in patterns


def test_wants_become_statements_and_if_is_the_conditional_of_logic(tmp_path: Path) -> None:
    first, second = the_road(tmp_path).makers[0].statements
    assert set(first) == {((5, True), (6, True)), ((0, False),)}
    assert set(second) == {((0, True),), ((2, True), (3, True), (4, True))}


def test_what_the_format_does_not_hold_is_listed(tmp_path: Path) -> None:
    notes = " | ".join(the_road(tmp_path).notes)
    for words in (
        "party guild: its points", "party abbey: its order", "party abbey: 1 red lines",
        "party abbey: what it falls back on", "party traveller: it neither acts nor prefers",
        "option mended: it cannot be undone once all have acted", "tables: 1",
        "which state holds today: NNNNNNN",
    ):  # fmt: skip
        assert words in notes, words


def test_who_can_undo_is_listed_where_it_is_not_who_did(tmp_path: Path) -> None:
    model = the_road(
        tmp_path, **{"{says: The town., done_by: town}": "{says: T., done_by: town, undone_by: abbey}"}
    )  # fmt: skip
    assert model.options[0].direction == "fwd"
    assert "issue toll, option to_town: that abbey can undo it, and no others" in model.notes


def test_what_nobody_can_bring_about_is_an_option_that_nobody_controls(tmp_path: Path) -> None:
    model = the_road(tmp_path, **{"{says: The town., done_by: town}": "{says: The town.}"})
    assert not model.owners(0)
    assert any("nobody can bring it about" in note for note in model.notes)


def test_one_table_leaves_the_other_issues_as_they_are_today(tmp_path: Path) -> None:
    (tmp_path / "road.yaml").write_text(ROAD)
    case = read_case(tmp_path / "road.yaml")
    model = gmcr_from_case(case, "bench")
    assert [option.name for option in model.options] == [
        "bridge: mended (Town)", "bridge: mended (Abbey)",
    ]  # fmt: skip
    assert model.infeasible == ()
    assert model.makers[0].statements == ()  # both wants are settled by what the toll is today
    assert any("2 wants that hold everywhere or nowhere" in note for note in model.notes)
    with pytest.raises(NotFoundError, match="no table is called 'inn'"):
        gmcr_from_case(case, "inn")


def test_as_soon_as_one_party_ranks_all_states_everybody_does(tmp_path: Path) -> None:
    file = tmp_path / "gate.yaml"
    file.write_text(
        "negotiation: The gate\nas_of: 2024-05-02\n"
        "parties: {a: {name: A}, b: {name: B}, c: {name: C}}\n"
        "issues:\n  gate:\n    question: Open?\n    options: {shut: No., open: Yes.}\n"
        "    today: shut\n    done_by: {any_of: [a, b, c]}\n"
        "endings: {opened: {title: It opens, sets: {gate: open}}}\n"
        "judgements:\n  a: {order: [opened, today]}\n  b: {wants: [gate is shut]}\n"
    )
    model = gmcr_from_case(read_case(file))
    assert [maker.ranking for maker in model.makers] == [((2,), (1,)), ((1,), (2,)), ((1, 2),)]
    assert any("party b: as others rank" in note for note in model.notes)
    assert any("titles of endings: 1" in note for note in model.notes)
    (text,) = write_gmcr(model).files.values()
    data = json.loads(text)
    assert data["useManualPreferenceRanking"] is True
    assert [m["preferenceRanking"] for m in data["decisionMakers"]] == [[2, 1], [1, 2], [[1, 2]]]
    assert [m["payoffs"] for m in data["decisionMakers"]] == [[1, 2], [2, 1], [1, 1]]
    assert data["decisionMakers"][1]["preferences"] == [[[0, "N"]]]


def test_too_many_options_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "share.yaml"
    file.write_text(
        "negotiation: N\nas_of: 2024-05-02\nparties: {a: {name: A}}\nissues:\n  share:\n"
        "    question: How much?\n    divisible: {low: 0, high: 200, step: 1, unit: tons}\n"
        "    today: 0\n    done_by: a\n"
    )
    with pytest.raises(ModelError, match="found 200 options"):
        gmcr_from_case(read_case(file))


def test_a_case_in_which_nobody_acts_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "idle.yaml"
    file.write_text(
        "negotiation: N\nas_of: 2024-05-02\nparties: {a: {name: A}}\nissues:\n  rain:\n"
        "    question: Rain?\n    options: {dry: No., wet: Yes.}\n    today: dry\n"
    )
    with pytest.raises(ModelError, match="nobody who acts"):
        gmcr_from_case(read_case(file))
