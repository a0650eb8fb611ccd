"""Writing: whole or not at all, and nothing changed that was not meant."""

from __future__ import annotations

import difflib
import re
import shutil
from pathlib import Path

import pytest

from detente.casefile import (
    edit_file,
    examples_folder,
    format_case,
    new_case,
    set_value,
)
from detente.casefile.write import formatted
from detente.casefile.yaml_text import FieldPath
from detente.errors import CaseFileError, NotFoundError

EXAMPLES = sorted(examples_folder().rglob("*.yaml"))
ALEPPO = examples_folder() / "aleppo-2016"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


# --- nothing changes that was not meant ------------------------------------------------------


@pytest.mark.parametrize(
    "file", EXAMPLES, ids=lambda f: f.relative_to(examples_folder()).as_posix()
)
def test_an_example_read_and_written_is_the_same_byte_for_byte(file: Path, tmp_path: Path) -> None:
    raw = file.read_bytes()
    assert formatted(raw.decode(), file.name).encode() == raw
    copy = tmp_path / file.name
    copy.write_bytes(raw)
    edit_file(copy, lambda _: None)
    assert copy.read_bytes() == raw
    # so that an edit, too, passes through the round trip
    edit_file(copy, lambda data: data.update({"zzz": "last"}))
    assert copy.read_bytes() == raw + b"zzz: last\n"


@pytest.mark.parametrize(
    ("name", "where", "value", "before", "after"),
    [
        ("case.yaml", ("as_of",), "2016-11-28", "as_of: 2016-11-27", "as_of: 2016-11-28"),
        (
            "case.yaml", ("clocks", "city_falls", "half_likely_by"), "20 days",
            "    half_likely_by: 60 days", "    half_likely_by: 20 days",
        ),
        (
            "case.yaml", ("parties", "kerry", "may", 1), "threaten",
            "    may: [talk, propose a package, bring others in]",
            "    may: [talk, threaten, bring others in]",
        ),
        (
            "case.yaml", ("deals", "kerry_package", "in_exchange", 0, "get", 2), "road",
            "        get: [bombing, siege, aid]", "        get: [bombing, siege, road]",
        ),
        (
            "case.yaml", ("tables", "aleppo_talks", "seats", "iran"), "always",
            "      iran: sometimes", "      iran: always",
        ),
        (
            "case.yaml", ("tables", "aleppo_talks", "opens"), "2016-11-01",
            None, "    opens: 2016-11-01",
        ),
        (
            "case.yaml", ("clocks", "city_falls", "then", "looks_like_a_deal"), False,
            "      looks_like_a_deal: true      # a surrender may be recorded as a settlement",
            "      looks_like_a_deal: false     # a surrender may be recorded as a settlement",
        ),
        (
            "judgements.yaml", ("judgements", "russia", "wants", 2, "that"), "siege is lifted",
            "      - that: who_leaves is not nobody", "      - that: siege is lifted",
        ),
        (
            "judgements.yaml", ("breakers", 3, "within"), "0 to 60 days",
            "    within: 0 to 30 days", "    within: 0 to 60 days",
        ),
        (
            "judgements.yaml", ("judgements", "civilians", "wants", 1), "no: yes",
            "      - siege is not in_place", "      - 'no: yes'",
        ),
        (
            "claims.yaml", ("claims", "kerry_acts_for_the_people", "credibility"), 3,
            None, "    credibility: 3",
        ),
        (
            "scenarios/falls_in_twenty_days.yaml", ("sets", "city_falls.half_likely_by"),
            "about 20 days", "  city_falls.half_likely_by: 20 days",
            "  city_falls.half_likely_by: about 20 days",
        ),
        ("sources/rogin_2016.yaml", ("language",), "no", "language: en", "language: no"),
    ],
)  # fmt: skip
def test_one_edit_is_one_line(
    tmp_path: Path, name: str, where: FieldPath, value: object, before: str | None, after: str
) -> None:
    shutil.copytree(ALEPPO, tmp_path / "case")
    file = tmp_path / "case" / name
    old = tree(tmp_path)
    set_value(file, where, value)
    new = tree(tmp_path)
    assert {n for n in new if new[n] != old.get(n)} == {f"case/{name}"}
    lines = difflib.ndiff(
        old[f"case/{name}"].decode().splitlines(), new[f"case/{name}"].decode().splitlines()
    )
    changed = [line for line in lines if line[:2] in ("- ", "+ ")]
    assert changed == [f"- {before}"] * (before is not None) + [f"+ {after}"]


@pytest.mark.parametrize(
    ("where", "missing"),
    [
        (("parties", "france", "name"), "parties.france"),
        (("parties", "kerry", "may", 9, "x"), "parties.kerry.may[9]"),
        (("as_of", "x", "y"), "as_of.x"),
        (("parties", "kerry", "may", 9), "parties.kerry.may[9]"),
        (("as_of", "x"), "as_of.x"),
    ],
)
def test_an_entry_that_is_not_there_cannot_be_set(
    tmp_path: Path, where: FieldPath, missing: str
) -> None:
    file = tmp_path / "case.yaml"
    shutil.copy(ALEPPO / "case.yaml", file)
    with pytest.raises(NotFoundError, match=re.escape(missing)):
        set_value(file, where, "x")
    assert file.read_bytes() == (ALEPPO / "case.yaml").read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "a:   b\n",
        "a:\n- b\n",
        "a:\n    b: c\n",
        "a: b \n",
        "\ufeffa: b\n",
        "a: b\r\n",
        "a: b",
        "a: [b,c]\n",
    ],
)
def test_a_file_that_is_not_in_house_style_is_not_edited(tmp_path: Path, text: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes(text.encode())
    with pytest.raises(CaseFileError, match="detente fmt"):
        set_value(file, ("a",), "x")
    assert file.read_bytes() == text.encode()


@pytest.mark.parametrize("raw", [b"a: [\n", b"a: b\na: c\n", b"a: \xff\n", None])
def test_a_file_that_cannot_be_read_is_not_edited(tmp_path: Path, raw: bytes | None) -> None:
    file = tmp_path / "case.yaml"
    if raw is not None:
        file.write_bytes(raw)
    with pytest.raises(CaseFileError):
        set_value(file, ("a",), "x")
    assert tree(tmp_path) == ({} if raw is None else {"case.yaml": raw})


def test_an_edit_that_would_not_be_readable_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("a: b\n")
    with pytest.raises(CaseFileError):
        set_value(file, ("a",), "bell \a")
    assert file.read_text() == "a: b\n"


# --- house style -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "styled"),
    [
        ("a:   b\nc:\n- d\n-   e\n", "a: b\nc:\n  - d\n  - e\n"),
        ("a:\n    b: c   \n\n\n", "a:\n  b: c\n"),
        ("# first\na: b # why\n", "# first\na: b # why\n"),
        ("a: [b,c]\nd: {e: f,g: h}\n", "a: [b, c]\nd: {e: f, g: h}\n"),
        ("a: b\r\nc: >-\r\n  d\r\n  e\r\n", "a: b\nc: >-\n  d\n  e\n"),
        ("\ufeffa: b\n", "a: b\n"),
        ("a: b\rc: d\r", "a: b\nc: d\n"),
        ("a: 'it''s'\nb: \"x\"\n", "a: 'it''s'\nb: \"x\"\n"),
        ("a: 2016-02-30\nb: 012\nc: yes\nd: 12:30\ne: 1e3\nf: +5\n",) * 2,
        ("a: |\n  kept  \n  as it is\nb: c  \n", "a: |\n  kept  \n  as it is\nb: c\n"),
        ("---\na: b\n...\n", "a: b\n"),
        ("# nothing\r\n# at all\r\n", "# nothing\n# at all\n"),
        ("", ""),
    ],
)
def test_house_style(text: str, styled: str) -> None:
    assert formatted(text) == styled
    assert formatted(styled) == styled


def test_a_comment_that_would_be_lost_is_a_reason_to_change_nothing() -> None:
    with pytest.raises(CaseFileError) as caught:
        formatted("a: b\nc: [\n  # why d\n  d]\n")
    (problem,) = caught.value.problems
    assert (problem.place.line, "# why d" in problem.found) == (3, True)


def test_fmt_settles_windows_line_ends_and_byte_order_marks(tmp_path: Path) -> None:
    new_case(tmp_path / "case", "A case", "2024-03-01")
    file = tmp_path / "case" / "case.yaml"
    plain = file.read_bytes()
    file.write_bytes(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"))
    assert format_case(tmp_path / "case", write=False).restyled == ("case.yaml",)
    assert file.read_bytes() != plain
    assert format_case(tmp_path / "case").restyled == ("case.yaml",)
    assert file.read_bytes() == plain
    assert format_case(tmp_path / "case").restyled == ()


def test_fmt_writes_nothing_if_one_file_cannot_be_read(tmp_path: Path) -> None:
    new_case(tmp_path, "A case", "2024-03-01")
    (tmp_path / "case.yaml").write_text("a:    b\n")
    (tmp_path / "norms.yaml").write_text("norms: [\n")
    before = tree(tmp_path)
    with pytest.raises(CaseFileError):
        format_case(tmp_path)
    assert tree(tmp_path) == before


# --- new cases -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["A case", "Road: open or not?", "#1", "[draft]", "- first", "'quoted", '"quoted"', "yes",
     "@home", "{a}", "*", "a\nb", "null", "~", "الماء", "12", "a # b", "%x", "!x", "a: ", "\u2028"],
)  # fmt: skip
def test_a_new_case_reads_whatever_its_title(tmp_path: Path, title: str) -> None:
    from detente.casefile import read_case

    new_case(tmp_path / "case", title, "2024-03-01")
    case = read_case(tmp_path / "case")
    assert case.title == title
    done = format_case(tmp_path / "case")
    assert (done.restyled, done.hashed) == ((), ())
