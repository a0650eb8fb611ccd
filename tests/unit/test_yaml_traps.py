"""What YAML, file systems and keyboards do behind a writer's back."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Literal

import pytest

from detente.analysis import analyse
from detente.casefile import Reading, read_case
from detente.casefile.yaml_text import DEEPEST, read_yaml
from detente.model import IssueId

CASE = """\
detente: 1
negotiation: Water for the road
as_of: 2024-03-01
parties:
  upper: {name: Upper village}
  lower: {name: Lower village}
issues:
  road:
    question: Is the road open?
    options: {no: It is closed., yes: It is open.}
    today: no
    done_by: lower
  siren:
    question: Does the siren sound?
    options: {off: It is silent., on: It sounds., at_1230: "12:30", null: Nobody knows.}
    today: off
    done_by: upper
tables:
  talks:
    title: Talks at the mill
    seats: {upper: always, lower: always}
deals:
  swap:
    title: Road for siren
    table: talks
    says: {road: yes, siren: at_1230}
judgements:
  upper: {wants: [road is yes, siren is off]}
  lower: {wants: [siren is at_1230 or on, road is no], refuses: [siren is null]}
"""

SOURCE = "sources:\n  letter:\n    title: A letter\n    file: letter.txt\n"


Examine = Callable[[str | bytes], Reading]


def said(reading: Reading) -> str:
    return "\n".join(map(str, reading.problems))


def test_yes_no_on_off_and_clock_times_stay_options_up_to_the_answer(examine: Examine) -> None:
    reading = examine(CASE)
    assert reading.problems == ()
    assert reading.case is not None
    siren = reading.case.issues[IssueId("siren")]
    assert [option.id for option in siren.options] == ["off", "on", "at_1230", "null"]
    assert siren.options[2].says == "12:30"
    assert siren.today == "off"
    answer = analyse(reading.case).deals.deals[0]
    assert {c.party: c.stance.value for c in answer.consents} == {
        "upper": "better",
        "lower": "better",
    }


@pytest.mark.parametrize(
    "written",
    ["yes", "No", "on", "OFF", "True", "12:30", "012", "0x1F", "1e3", "1_000", "2016-02-30",
     ".5", "+5", "1:2:3", "=", "Null", ".inf", "0b1"],
)  # fmt: skip
def test_plain_words_are_read_as_they_are_written(written: str) -> None:
    assert read_yaml(f"a: {written}\n{written}: b\nc: [{written}]\n", "case.yaml").data == {
        "a": written,
        written: "b",
        "c": [written],
    }


def test_a_clock_time_is_no_name_and_the_way_out_is_shown(examine: Examine) -> None:
    (problem,) = examine(
        CASE.replace('at_1230: "12:30"', "12:30: At noon.").replace("at_1230", "12:30")
    ).problems
    assert (problem.found, problem.fix) == ("the name '12:30'", "write it like this: 12_30")


def test_empty_tilde_and_null_are_nothing_and_quoted_ones_are_words() -> None:
    text = "a:\nb: ~\nc: null\nd: ''\ne: '~'\nf: \"null\"\n"
    assert read_yaml(text, "case.yaml").data == {
        "a": None, "b": None, "c": None, "d": "", "e": "~", "f": "null",
    }  # fmt: skip


def test_a_repeated_name_is_reported_with_both_lines(examine: Examine) -> None:
    problem = examine(CASE + "  upper: {wants: [road is no]}\n").problems[0]
    assert (problem.place.line, problem.place.field) == (30, "judgements.upper")
    assert "first on line 28" in problem.fix


@pytest.mark.parametrize(
    ("text", "line"),
    [("a:\n\tb: c\n", 2), ("a:\n  b: c\n\td: e\n", 3), ("a:\n  - b\n\t- c\n", 3)],
)
def test_a_tab_as_indentation_is_named_as_such(text: str, line: int) -> None:
    (problem,) = read_yaml(text, "case.yaml").problems
    assert (problem.place.line, problem.found) == (line, "a tab at the start")


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_other_line_ends_and_a_byte_order_mark_change_nothing(
    examine: Examine, line_end: str
) -> None:
    plain = examine(CASE)
    other = examine("\ufeff" + CASE.replace("\n", line_end))
    assert other.problems == plain.problems == ()
    assert plain.case is not None
    assert other.case is not None
    assert other.case.place == plain.case.place
    assert [p.place for p in other.case.parties.values()] == [
        p.place for p in plain.case.parties.values()
    ]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (CASE.encode("utf-16"), "text in UTF-16"),
        (CASE.encode("utf-16-be"), "U+0000"),
        (CASE.replace("Upper", "Évian").encode("latin-1"), "not UTF-8 (0xc9)"),
        (CASE.encode()[:-3] + b"\xe2\x80", "not UTF-8 (0xe2)"),
        (CASE.replace("mill", "mi\0ll").encode(), "U+0000"),
        (b"\0" * 50, "U+0000"),
    ],
)
def test_what_is_no_utf8_text_is_refused_by_name(examine: Examine, raw: bytes, found: str) -> None:
    (problem,) = examine(raw).problems
    assert found in problem.found


def test_the_line_of_a_byte_that_is_not_utf8_is_named(examine: Examine) -> None:
    (problem,) = examine(CASE.replace("mill", "m\xefll").encode("latin-1")).problems
    assert problem.place.line == 20


@pytest.mark.parametrize("escape", [r"\0", r"\x1b[31m", r"\ud800", r"\uFFFF", r"\r", r"\b"])
def test_signs_nobody_sees_cannot_be_smuggled_in(examine: Examine, escape: str) -> None:
    reading = examine(CASE.replace("title: Road for siren", f'title: "Road {escape}"'))
    assert "which no text contains" in said(reading)
    said(reading).encode()


@pytest.mark.parametrize("text", [r'a: "\UFFFFFFFF"', r'a: "\U00110000"', "%YAML 1.9\n---\na: b"])
def test_what_the_parser_itself_trips_over_is_a_problem(text: str) -> None:
    assert read_yaml(text, "case.yaml").problems


def test_typographic_quotes_are_text_and_not_quotation_marks(examine: Examine) -> None:
    reading = examine(CASE.replace("title: Road for siren", "title: “Road” for ‘siren’"))
    assert reading.problems == ()
    assert reading.case is not None
    assert next(iter(reading.case.deals.values())).title == "“Road” for ‘siren’"


ARABIC = "اتّفق الطرفان على فتح الطريق، ولم يتّفقا على البئر."
HEBREW = "הצדדים הסכימו לפתוח את הדרך, אך לא הסכימו על הבאר."
DEVANAGARI = "गाँव"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_other_scripts_work_in_names_statements_quotes_and_sources(
    tmp_path: Path, form: Literal["NFC", "NFD"]
) -> None:
    text = dedent(f"""\
        detente: 1
        negotiation: الماء مقابل الطريق
        as_of: 2024-03-01
        parties:
          القرية_العليا: {{name: القرية العليا}}
          הכפר: {{name: הכפר התחתון}}
          {DEVANAGARI}: {{name: {DEVANAGARI}}}
          café: {{name: Café, backs: cafe\u0301}}
        issues:
          الطريق:
            question: هل الطريق مفتوح؟
            options: {{مغلق: لا., مفتوح: نعم.}}
            today: مغلق
            done_by: הכפר
        tables:
          talks: {{title: שיחות, seats: {{القرية_العليا: always, הכפר: always}}}}
        deals:
          swap: {{title: اتفاق, table: talks, says: {{الطريق: مفتوح}}}}
        judgements:
          القرية_العليا: {{wants: [الطريق is مفتوح], because: ar}}
          הכפר: {{wants: [الطريق is مغلق], because: he}}
          {DEVANAGARI}: {{wants: [الطريق is not مغلق]}}
        sources:
          رسالة: {{title: رسالة, file: رسالة.txt}}
          מכתב: {{title: מכתב, text: "{HEBREW}"}}
        claims:
          ar: {{quote: "ولم يتّفقا على البئر", source: رسالة, by: القرية_العليا}}
          he: {{quote: "הסכימו לפתוח", source: מכתב, by: הכפר}}
        """)
    (tmp_path / "case.yaml").write_text(unicodedata.normalize(form, text), encoding="utf-8")
    (tmp_path / "رسالة.txt").write_text(unicodedata.normalize("NFD", ARABIC), encoding="utf-8")
    case = read_case(tmp_path)
    spans = [claim.span for claim in case.claims.values()]
    assert all(spans)
    assert unicodedata.normalize("NFC", DEVANAGARI) in case.parties
    assert analyse(case).deals.deals


def test_a_name_has_one_spelling_however_its_accents_are_typed() -> None:
    assert read_yaml("cafe\u0301: cafe\u0301\n", "case.yaml").data == {"caf\u00e9": "caf\u00e9"}
    (problem,) = read_yaml("cafe\u0301: a\ncaf\u00e9: b\n", "case.yaml").problems
    assert problem.fix == "first on line 1"


def test_a_source_of_five_megabytes_is_read_and_its_one_quote_found(
    tmp_path: Path, examine: Examine
) -> None:
    filler = "The miller said that the road was closed, and nobody went there that day.\n"
    text = filler * 40_000 + "Then the road\nwas open.\n" + filler * 30_000
    assert len(text) > 5_000_000
    (tmp_path / "letter.txt").write_text(text, encoding="utf-8")
    claims = (
        "claims:\n"
        "  once: {quote: Then the road was open., source: letter, by: upper}\n"
        "  never: {quote: Then the road was shut., source: letter, by: upper}\n"
    )
    reading = examine(CASE + SOURCE + claims)
    assert [p.place.field for p in reading.problems] == ["claims.never.quote"]
    assert reading.case is not None
    span = next(iter(reading.case.claims.values())).span
    assert span is not None
    assert span.start == len(filler) * 40_000


@pytest.mark.parametrize("sign", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_and_exhausts_nothing(sign: str) -> None:
    result = read_yaml("norms: " + sign * 20_000, "case.yaml")
    assert len(result.problems) == 1
    assert not result.is_whole


def test_nesting_up_to_the_limit_is_read() -> None:
    text = "a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)
    assert read_yaml(text, "case.yaml").problems == []
    assert read_yaml(text.replace("[]", "[[]]"), "case.yaml").problems


def test_an_alias_bomb_does_not_go_off() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    (problem,) = read_yaml("\n".join(lines), "case.yaml").problems
    assert problem.found == "&a0"


@pytest.mark.parametrize("text", ["a: *b\n", "a: &b c\n", "*a : b\n", "a: [&b c]\n"])
def test_references_are_refused(text: str) -> None:
    assert "anchors and aliases" in str(read_yaml(text, "case.yaml").problems[0])


def test_merge_keys_and_type_tags_are_refused() -> None:
    (merge,) = read_yaml("a:\n  <<: {b: c}\n", "case.yaml").problems
    assert merge.place.line == 2
    for tag in ("!!int 3", "!important news", "!!python/object:os.system x", "! x"):
        (problem,) = read_yaml(f"a: {tag}\n", "case.yaml").problems
        assert "as a type" in problem.found
