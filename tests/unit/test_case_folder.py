"""One file or many: the same case, and what goes wrong between files."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from detente.analysis import findings_of
from detente.casefile import examine_case, format_case, read_case
from detente.cli.app import app
from detente.errors import Place
from detente.model import Case

HEAD = """\
detente: 1
negotiation: Water for the road
as_of: 2024-03-01
"""
WHO = """\
parties:
  upper: {name: Upper village}
  lower: {name: Lower village}
"""
WHAT = """\
issues:
  road:
    question: Is the road open?
    options: {closed: No., open: Yes.}
    today: closed
    done_by: lower
"""
HELD = """\
judgements:
  upper: {wants: [road is open], because: wish}
  lower: {wants: [road is closed], because: [refusal]}
"""
CLAIMS = """\
claim_defaults: {source: letter, by: upper, credibility: 2, known: 2024-02}
claims:
  wish: {quote: We ask you to open the road.}
  refusal: {quote: They would not hear of it., by: miller, credibility: 4}
speakers:
  miller: {name: The miller, of: lower}
"""
LETTER = "title: A letter\nauthor: The elder\n"
TEXT = "We ask you to open the road. They would not hear of it.\n"
STORM = "title: A storm\nsets: {upper.waiting_costs: high}\n"


@pytest.fixture
def split(tmp_path: Path) -> Path:
    """A case in as many files as it may have."""
    root = tmp_path / "split"
    for folder in ("sources", "scenarios"):
        (root / folder).mkdir(parents=True)
    for name, text in {
        "case.yaml": HEAD + WHO,
        "claims.yaml": CLAIMS,
        "held.yml": HELD,
        "what.yaml": WHAT,
        "scenarios/storm.yaml": STORM,
        "sources/letter.yaml": LETTER,
        "sources/letter.txt": TEXT,
    }.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """The same case in one file with its source beside it."""
    root = tmp_path / "whole"
    (root / "sources").mkdir(parents=True)
    (root / "sources" / "letter.txt").write_text(TEXT, encoding="utf-8")
    scenarios = "scenarios:\n  storm:\n    " + STORM.strip().replace("\n", "\n    ") + "\n"
    sources = "sources:\n  letter:\n    file: sources/letter.txt\n    "
    sources += LETTER.strip().replace("\n", "\n    ") + "\n"
    text = HEAD + WHO + WHAT + HELD + CLAIMS + scenarios + sources
    (root / "negotiation.yaml").write_text(text, encoding="utf-8")
    return root / "negotiation.yaml"


def without_places(thing: object) -> object:
    """Return a case as nested plain data, without where it was written."""
    if isinstance(thing, Place):
        return None
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        fields = [field.name for field in dataclasses.fields(thing)]
        return [type(thing).__name__, {f: without_places(getattr(thing, f)) for f in fields}]
    if hasattr(thing, "items"):
        return {str(name): without_places(value) for name, value in thing.items()}
    if isinstance(thing, tuple | list):
        return [without_places(item) for item in thing]
    return thing


def test_one_file_and_a_split_folder_give_the_same_case(split: Path, whole: Path) -> None:
    one, many = read_case(whole), read_case(split)
    assert isinstance(one, Case)
    assert without_places(one) == without_places(many)
    assert one.place != many.place


def test_a_folder_and_its_case_yaml_are_the_same_case(split: Path) -> None:
    assert without_places(read_case(split)) == without_places(read_case(split / "case.yaml"))


def test_every_entry_remembers_its_file_and_line(split: Path) -> None:
    case = read_case(split)
    assert [str(p.place) for p in case.parties.values()] == [
        "case.yaml:5: parties.upper",
        "case.yaml:6: parties.lower",
    ]
    assert [str(c.place) for c in case.claims.values()] == [
        "claims.yaml:3: claims.wish",
        "claims.yaml:4: claims.refusal",
    ]
    assert next(iter(case.sources.values())).place.file == "sources/letter.yaml"
    assert next(iter(case.scenarios.values())).place.file == "scenarios/storm.yaml"


def test_an_entry_in_two_files_names_both(split: Path) -> None:
    (split / "more.yaml").write_text("# again\nparties:\n  lower: {name: Lower village}\n")
    (problem,) = examine_case(split).problems
    assert str(problem.place) == "more.yaml:3: parties.lower"
    assert problem.fix == "first in case.yaml, line 6; keep one"


def test_a_field_of_the_case_in_two_files_names_both(split: Path) -> None:
    (split / "more.yaml").write_text("negotiation: Something else\n")
    (problem,) = examine_case(split).problems
    assert (str(problem.place), problem.fix) == (
        "more.yaml:1: negotiation",
        "first in case.yaml, line 2; keep one",
    )


def test_a_source_described_twice_names_both(split: Path) -> None:
    with (split / "claims.yaml").open("a") as file:
        file.write("sources:\n  letter: {title: Another, text: Nothing.}\n")
    (problem,) = (p for p in examine_case(split).problems if p.place.field == "sources.letter")
    assert problem.place.file == "sources/letter.yaml"
    assert problem.fix == "first in claims.yaml, line 8; keep one"


def test_defaults_hold_for_the_claims_of_their_own_file_only(split: Path) -> None:
    (split / "other.yaml").write_text(
        "claim_defaults: {source: letter, by: miller}\n"
        "claims:\n  asked: {quote: open the road}\n  heard: {quote: hear of it, by: upper}\n"
    )
    case = read_case(split)
    claims = {name: (claim.by, claim.credibility) for name, claim in case.claims.items()}
    assert claims == {
        "wish": (("upper",), 2),
        "refusal": (("miller",), 4),
        "asked": (("miller",), None),
        "heard": (("upper",), None),
    }


def test_a_claim_in_a_file_without_defaults_must_name_its_source(split: Path) -> None:
    (split / "other.yaml").write_text("claims:\n  asked: {quote: open the road, by: upper}\n")
    (problem,) = examine_case(split).problems
    assert (str(problem.place), problem.expected) == (
        "other.yaml:2: claims.asked.source",
        "`source`",
    )


def test_what_is_wrong_with_defaults_is_said_once_and_where_they_stand(split: Path) -> None:
    more = "  heard: {quote: hear of it}\n"
    text = CLAIMS.replace("credibility: 2", "credibility: 9") + "claims_: {}\n"
    (split / "claims.yaml").write_text(text.replace("speakers:", more + "speakers:"))
    (split / "other.yaml").write_text(
        "claim_defaults: {sorce: letter, source: letter, by: upper}\n"
        "claims:\n  asked: {quote: open the road}\n  too: {quote: hear of it}\n"
    )
    assert [str(p.place) for p in examine_case(split).problems] == [
        "claims.yaml:1: claim_defaults.credibility",
        "claims.yaml:8: claims_",
        "other.yaml:1: claim_defaults.sorce",
    ]


def test_unknown_names_in_defaults_are_said_once(split: Path) -> None:
    (split / "claims.yaml").write_text(CLAIMS.replace("by: upper", "by: [upper, uper]") + (
        "  # the second claim takes the default too\n"
    ))  # fmt: skip
    (split / "other.yaml").write_text(
        "claim_defaults: {source: lettr, by: uper}\n"
        "claims:\n  asked: {quote: open the road}\n  too: {quote: hear of it}\n"
    )
    assert [str(p.place) for p in examine_case(split).problems] == [
        "claims.yaml:1: claim_defaults.by",
        "other.yaml:1: claim_defaults.source",
        "other.yaml:1: claim_defaults.by",
    ]


def test_a_file_that_cannot_be_read_does_not_make_its_entries_unknown(split: Path) -> None:
    (split / "claims.yaml").write_text("claims: [\n")
    (split / "held.yml").write_text(HELD + "  middle: {wunts: [road is open]}\n")
    reading = examine_case(split)
    assert reading.case is None
    assert [str(p.place) for p in reading.problems] == [
        "claims.yaml:1",
        "held.yml:4: judgements.middle.wunts",
    ]


def test_without_its_main_file_nothing_is_called_missing_or_unknown(split: Path) -> None:
    (split / "case.yaml").write_text("negotiation: [\n")
    assert [str(p.place) for p in examine_case(split).problems] == ["case.yaml:1"]


def test_without_one_readable_file_no_name_is_called_unknown(split: Path) -> None:
    (split / "claims.yaml").write_bytes(b"\xff")
    assert [str(p.place) for p in examine_case(split).problems] == ["claims.yaml:1"]


def test_hidden_files_and_other_kinds_are_left_alone(split: Path) -> None:
    (split / ".hidden.yaml").write_text("nonsense: [")
    (split / "notes.txt").write_text("nonsense: [")
    (split / ".schema").mkdir()
    (split / ".schema" / "case.yaml").write_text("nonsense: [")
    assert examine_case(split).problems == ()


def test_a_description_may_name_another_file(split: Path) -> None:
    (split / "sources" / "letter.txt").rename(split / "sources" / "scan_17.txt")
    (split / "sources" / "letter.yaml").write_text(LETTER + "file: scan_17.txt\n")
    assert [s.file for s in read_case(split).sources.values()] == ["sources/scan_17.txt"]


def test_a_description_without_its_text_is_a_problem(split: Path) -> None:
    (split / "sources" / "letter.txt").unlink()
    (problem, *_) = examine_case(split).problems
    assert str(problem.place) == "sources/letter.yaml:1: sources.letter.file"
    assert problem.found == "sources/letter.txt: no such file"


@pytest.mark.parametrize("written", ["[a, b]", "{a: b}", ""])
def test_a_file_field_of_another_type_is_a_problem_of_that_field(split: Path, written: str) -> None:
    (split / "sources" / "letter.yaml").write_text(f"{LETTER}file: {written}\n")
    problems = examine_case(split).problems
    assert all(p.place.file == "sources/letter.yaml" for p in problems)
    assert problems


def test_a_text_that_nobody_describes_is_a_finding(split: Path) -> None:
    (split / "sources" / "second.txt").write_text("More.\n")
    reading = examine_case(split)
    assert reading.problems == ()
    assert reading.undescribed == ("sources/second.txt",)
    assert reading.case is not None
    (finding,) = (
        f for f in findings_of(reading.case, reading.undescribed) if f.kind.startswith("source")
    )
    assert (finding.kind, finding.about) == ("source not described", "sources/second.txt")


def test_a_changed_source_is_a_finding_and_a_lost_quote_an_error(split: Path) -> None:
    format_case(split)
    file = split / "sources" / "letter.txt"
    file.write_text("Dear friends! " + TEXT, encoding="utf-8")
    reading = examine_case(split)
    assert reading.problems == ()
    assert reading.case is not None
    assert "source changed" in {f.kind for f in findings_of(reading.case)}
    done = CliRunner().invoke(app, ["check", str(split)])
    assert (done.exit_code, "the file is not the one" in done.output) == (0, True)

    file.write_text(TEXT.replace("hear of it", "listen"), encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(split)])
    assert done.exit_code == 1
    assert "claims.yaml:4: claims.refusal.quote" in done.output


def test_only_line_ends_of_a_source_may_change_without_moving_its_quotes(split: Path) -> None:
    format_case(split)
    before = read_case(split)
    (split / "sources" / "letter.txt").write_bytes(TEXT.replace("\n", "\r\n").encode())
    after = read_case(split)
    assert [c.span for c in before.claims.values()] == [c.span for c in after.claims.values()]
    assert [s.text_sha256 for s in before.sources.values()] == [
        s.text_sha256 for s in after.sources.values()
    ]
    assert "source changed" in {f.kind for f in findings_of(after)}


def test_formatting_records_the_hashes_of_new_sources_once(split: Path) -> None:
    assert format_case(split).hashed == ("letter",)
    text = (split / "sources" / "letter.yaml").read_text()
    assert text.startswith(LETTER)
    assert text.count("sha256: ") == 2
    again = format_case(split)
    assert (again.hashed, again.restyled) == ((), ())
    (split / "sources" / "letter.txt").write_text("Something else.\n")
    format_case(split)
    assert (split / "sources" / "letter.yaml").read_text() == text


def test_a_case_may_be_moved(split: Path, tmp_path: Path) -> None:
    before = without_places(read_case(split))
    shutil.move(split, tmp_path / "elsewhere")
    assert without_places(read_case(tmp_path / "elsewhere")) == before
