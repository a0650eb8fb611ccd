"""The command line: exit codes, help, JSON, and what it must not wait for."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from detente.casefile import SchemaPart, example_names, examples_folder, json_schema
from detente.casefile.yaml_text import read_yaml
from detente.cli.app import app

VERBS = (
    "check", "deals", "hold", "wait", "change", "report", "new", "examples", "fmt", "import", "export",
    "schema",
)  # fmt: skip
EXAMPLES = example_names()
EXAMPLE_FILES = sorted(
    f
    for name in EXAMPLES
    for f in (examples_folder() / name).rglob("*.yaml")
    if not any(part.startswith(".") for part in f.relative_to(examples_folder()).parts)
)


def detente(*words: str | Path) -> Result:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    assert "Traceback" not in done.output
    return done


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A new case in a folder of its own."""
    assert detente("new", tmp_path / "case").exit_code == 0
    return tmp_path / "case"


@pytest.fixture
def broken(small: Path) -> Path:
    file = small / "case.yaml"
    file.write_text(
        file.read_text().replace("says:\n      water: shared", "says:\n      watr: shared")
    )
    return small


# --- help and usage --------------------------------------------------------------------------


def test_every_verb_is_looked_at_here() -> None:
    assert {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    } == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_shows_an_example_of_itself(verb: str) -> None:
    for flag in ("--help", "-h"):
        done = detente(verb, flag)
        assert done.exit_code == 0
        assert f"Example: detente {verb}" in re.sub(r"\s+", " ", done.output)


def test_no_verb_at_all_shows_the_help_and_the_version_is_the_packages() -> None:
    import detente as package

    assert "Usage" in detente("--help").output
    assert detente().exit_code in (0, 2)
    assert detente("--version").output == f"detente {package.__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["dealz"],
        ["check"],
        ["check", "gone"],
        ["check", "--jason", "."],
        ["deals", "gone"],
        ["hold", "gone"],
        ["hold", ".", "--concept", "sequential"],
        ["report", "gone"],
        ["new"],
        ["fmt", "gone"],
        ["schema", "cases"],
        ["schema", "../check"],
        ["examples", "aleppo"],
    ],
)
def test_wrong_usage_ends_with_2(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert detente(*words).exit_code == 2
    assert tree(tmp_path) == {}


# --- exit codes ------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["check", "deals", "hold", "report"])
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_problems_end_with_1_and_name_the_place(
    broken: Path, tmp_path: Path, verb: str, as_json: list[str]
) -> None:
    out = ["-o", str(tmp_path / "brief.html")] if verb == "report" else []
    done = detente(verb, broken, *out, *as_json)
    assert done.exit_code == 1
    assert "deals.water_for_road.says.watr" in done.output
    assert "did you mean 'water'?" in done.output
    assert not (tmp_path / "brief.html").exists()


def test_findings_alone_end_with_0(small: Path) -> None:
    done = detente("check", small)
    assert (done.exit_code, "No errors." in done.output) == (0, True)
    assert re.search(r"\d+ finding", done.output)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_checks_clean(name: str) -> None:
    done = detente("check", examples_folder() / name)
    assert (done.exit_code, "No errors." in done.output) == (0, True)


def test_a_folder_without_a_case_ends_with_1_and_says_how_to_start_one(tmp_path: Path) -> None:
    for verb in ("check", "deals", "report", "fmt"):
        done = detente(verb, tmp_path)
        assert (done.exit_code, "detente new" in done.output) == (1, True)
    assert tree(tmp_path) == {}


def test_an_outcome_that_does_not_exist_ends_with_2(small: Path) -> None:
    done = detente("deals", small, "--against", "spring")
    assert (done.exit_code, "today" in done.output) == (2, True)


# --- JSON ------------------------------------------------------------------------------------


def parsed(done: Result) -> dict[str, Any]:
    data = json.loads(done.stdout)
    assert isinstance(data, dict)
    return data


def test_every_verb_prints_json_for_programs(tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert parsed(detente("new", case, "--json")) == {
        "schema": "detente/new/1", "folder": str(case), "from": None,
    }  # fmt: skip
    copy = tmp_path / "copy"
    assert parsed(detente("new", copy, "--from", EXAMPLES[0], "--json"))["from"] == EXAMPLES[0]
    assert parsed(detente("examples", "--json"))["examples"] == list(EXAMPLES)
    fmt = parsed(detente("fmt", case, "--json"))
    assert (fmt["written"], fmt["restyled"], fmt["hashed"]) == (True, [], [])
    assert parsed(detente("check", case, "--json"))["schema"] == "detente/check/1"
    assert parsed(detente("deals", case, "--json"))["schema"] == "detente/deals/1"
    for part in ("case", "part", "source", "scenario", "check", "deals"):
        assert "$schema" in parsed(detente("schema", part))


@pytest.mark.parametrize("verb", ["check", "deals", "report", "fmt"])
def test_an_error_is_json_too(tmp_path: Path, verb: str) -> None:
    (tmp_path / "case.yaml").write_text("negotiation: Road: open or not\n")
    done = detente(verb, tmp_path, "--json", *(["-o", str(tmp_path / "x")] * (verb == "report")))
    assert done.exit_code == 1
    data = parsed(done)
    problems = data["problems"]
    assert problems[0]["place"] == {"file": "case.yaml", "line": 1, "field": ""}
    assert problems[0]["found"] == "a second colon in the line"
    assert problems[0]["fix"]


def test_an_error_about_names_and_places_is_json_too(small: Path) -> None:
    for words, kind in {
        ("deals", small, "--against", "spring"): "NotFoundError",
        ("new", small): "CaseExistsError",
        ("new", small / "x", "--from", "syria"): "NotFoundError",
    }.items():
        done = detente(*words, "--json")
        assert (done.exit_code, parsed(done)["kind"]) == (2, kind)


# --- new and fmt -----------------------------------------------------------------------------


def test_new_refuses_a_folder_with_anything_in_it(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    done = detente("new", tmp_path)
    assert (done.exit_code, "choose another name" in done.output) == (2, True)
    done = detente("new", tmp_path / "notes.txt")
    assert done.exit_code == 2
    assert tree(tmp_path) == {"notes.txt": b"mine"}


def test_new_fills_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert detente("new", tmp_path / "empty").exit_code == 0
    assert detente("check", tmp_path / "empty").exit_code == 0


def test_an_example_that_does_not_exist_leaves_nothing_behind(tmp_path: Path) -> None:
    done = detente("new", tmp_path / "x", "--from", "../../etc")
    assert (done.exit_code, EXAMPLES[0] in done.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_copied_example_is_whole_and_checks_clean(tmp_path: Path, name: str) -> None:
    assert detente("new", tmp_path / "copy", "--from", name).exit_code == 0
    original = tree(examples_folder() / name)
    assert tree(tmp_path / "copy").items() >= original.items()
    assert detente("check", tmp_path / "copy").exit_code == 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_fmt_changes_nothing_in_an_example(tmp_path: Path, name: str) -> None:
    shutil.copytree(examples_folder() / name, tmp_path / "copy")
    before = tree(tmp_path)
    assert detente("fmt", tmp_path / "copy", "--check").exit_code == 0
    done = detente("fmt", tmp_path / "copy")
    assert (done.exit_code, done.output) == (0, "Nothing to change.\n")
    assert tree(tmp_path) == before


def test_fmt_check_says_what_would_change_and_changes_nothing(small: Path) -> None:
    file = small / "case.yaml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    before = tree(small)
    done = detente("fmt", small, "--check")
    assert (done.exit_code, done.output) == (1, "case.yaml: would be restyled\n")
    assert tree(small) == before
    assert detente("fmt", small).output == "case.yaml: restyled\n"
    assert detente("fmt", small, "--check").exit_code == 0


def test_an_answer_is_the_same_after_a_detour_through_windows(small: Path) -> None:
    before = detente("deals", small, "--json").stdout
    file = small / "case.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert detente("deals", small, "--json").stdout == before


# --- the schema for editors ------------------------------------------------------------------


def part_of(file: Path) -> SchemaPart:
    if file.parent.name == "sources":
        return "source"
    if file.parent.name == "scenarios":
        return "scenario"
    return "case" if file.name == "case.yaml" else "part"


def plain(data: Any) -> Any:
    """Return what JSON could hold; editors know no dates."""
    if isinstance(data, dict):
        return {str(name): plain(value) for name, value in data.items()}
    if isinstance(data, list):
        return [plain(item) for item in data]
    return data.isoformat() if isinstance(data, datetime.date) else data


@pytest.mark.parametrize(
    "file", EXAMPLE_FILES, ids=lambda f: f.relative_to(examples_folder()).as_posix()
)
def test_the_schema_takes_every_example_file_as_an_editor_and_as_we_read_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    validator = jsonschema.Draft7Validator(json_schema(part_of(file)))
    as_editor = plain(YAML(typ="safe", pure=True).load(text))
    as_text = read_yaml(text, file.name).data
    for data in (as_editor, as_text):
        assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("as_of: ", "as_off: "),
        ("    name: Upper village", "    nmae: Upper village"),
        ("    done_by: upper_village", "    done_by: {all: upper_village}"),
        ("parties:\n", "parties: none\nother:\n"),
        ("detente: 1", "detente: 2"),
        ("    name: Upper village", "    name: Upper village\n    kind: kingdom"),
        ("    name: Upper village", "    name: Upper village\n    our_idea: perhaps"),
    ],
)
def test_the_schema_marks_what_the_reader_refuses(small: Path, old: str, new: str) -> None:
    text = (small / "case.yaml").read_text()
    assert old in text
    validator = jsonschema.Draft7Validator(json_schema("case"))
    assert list(validator.iter_errors(YAML(typ="safe", pure=True).load(text.replace(old, new))))


def fields(schema: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for field, details in schema.get("properties", {}).items():
        yield f"{name}.{field}", details
    for model, inner in schema.get("$defs", {}).items():
        yield from fields(inner, model)


@pytest.mark.parametrize("part", ["case", "part", "source", "scenario"])
def test_every_field_of_the_schema_is_described(part: SchemaPart) -> None:
    schema = json_schema(part)
    jsonschema.Draft7Validator.check_schema(schema)
    found = list(fields(schema, part))
    assert len(found) > 5
    assert [name for name, details in found if not details.get("description", "").strip()] == []


def test_a_new_case_brings_its_schemas_and_points_its_editor_to_them(small: Path) -> None:
    first = (small / "case.yaml").read_text().splitlines()[0]
    path = first.partition("$schema=")[2]
    assert json.loads((small / path).read_text(encoding="utf-8")) == json_schema("case")


# --- what nobody should wait for ---------------------------------------------------------------

HEAVY = ("numpy", "pydantic", "ruamel", "lark", "vl_convert", "jinja2")


def imported_by(code: str) -> set[str]:
    """Return the heavy packages that are loaded after running ``code`` on its own."""
    code += "\nimport sys\nprint('LOADED', *{m.partition('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.rpartition("LOADED")[2].split()
    assert "detente" in loaded
    return set(HEAVY) & set(loaded)


def running(*words: str) -> str:
    run = f"from detente.cli.app import app\ntry:\n    app({list(words)})\n"
    return run + "except SystemExit:\n    pass"


@pytest.mark.parametrize(
    "code",
    ["import detente", "import detente.cli", running("--help"), running("--version")],
)
def test_help_does_not_wait_for_heavy_imports(code: str) -> None:
    assert imported_by(code) == set()


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_waits_for_what_typer_itself_needs_and_no_more(verb: str) -> None:
    assert imported_by(running(verb, "--help")) <= {"pydantic"}


def test_what_is_heavy_would_be_noticed() -> None:
    assert imported_by("import detente\ndetente.read_case") >= {"pydantic"}


def test_the_module_runs_as_the_command_does(small: Path) -> None:
    env = os.environ | {"COLUMNS": "80", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "detente", "check", str(small)],
        capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
