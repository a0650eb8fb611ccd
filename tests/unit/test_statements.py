"""The language of wishes, refusals and rules: what it accepts, and what it says when it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from detente.casefile.statements import DEEPEST, LONGEST, parse_condition, parse_statement
from detente.casefile.text_problem import TextProblem
from detente.model import AllOf, AnyOf, Divisible, Is, Issue, IssueId, Option, OptionId


def issue(name: str, *options: str, divisible: Divisible | None = None) -> Issue:
    listed = tuple(Option(OptionId(o), o) for o in options)
    return Issue(IssueId(name), f"{name}?", listed, OptionId(options[0]), divisible=divisible)


def of(*issues: Issue) -> Mapping[IssueId, Issue]:
    return {one.id: one for one in issues}


def settles(name: str, *options: str, negated: bool = False) -> Is:
    return Is(IssueId(name), frozenset(map(OptionId, options)), negated)


SHARES = [format(n, "g") for n in range(0, 101, 5)]

ISSUES = of(
    issue("who_governs", "locals", "damascus", "left_open"),
    issue("siege", "kept", "lifted"),
    # an option that is called like an issue
    issue("aid", "none", "daily", "weekly", "siege"),
    issue("share", *SHARES, divisible=Divisible(0, 100, 5, "%")),
    issue("vote", "yes", "no", "on", "off", "12:30", "2016_deal"),
    # nothing but keywords
    issue("if", "is", "or", "at least", "not"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("siege is lifted", settles("siege", "lifted")),
        ("siege is not lifted", settles("siege", "lifted", negated=True)),
        ("aid is daily or weekly", settles("aid", "daily", "weekly")),
        ("aid is not daily or weekly", settles("aid", "daily", "weekly", negated=True)),
        ("aid is daily or daily", settles("aid", "daily")),
        ("aid is daily or siege", settles("aid", "daily", "siege")),
        (
            "aid is daily or siege is kept",
            AnyOf((settles("aid", "daily"), settles("siege", "kept"))),
        ),
        (
            "aid is daily or siege or siege is kept or lifted",
            AnyOf((settles("aid", "daily", "siege"), settles("siege", "kept", "lifted"))),
        ),
        (
            "aid is daily or weekly and siege is kept",
            AllOf((settles("aid", "daily", "weekly"), settles("siege", "kept"))),
        ),
        (
            "vote is yes or siege is kept and aid is none",
            AnyOf((settles("vote", "yes"), AllOf((settles("siege", "kept"), settles("aid", "none"))))),
        ),
        (
            "(vote is yes or siege is kept) and aid is none",
            AllOf((AnyOf((settles("vote", "yes"), settles("siege", "kept"))), settles("aid", "none"))),
        ),
        (
            "aid is none or (siege is kept)",
            AnyOf((settles("aid", "none"), settles("siege", "kept"))),
        ),
        ("((siege is kept))", settles("siege", "kept")),
        ("share is at least 90", settles("share", "90", "95", "100")),
        ("share is at least 91", settles("share", "95", "100")),
        ("share is at most 5.0", settles("share", "0", "5")),
        ("share is not at most 5", settles("share", "0", "5", negated=True)),
        ("share is 40 or 45.0", settles("share", "40", "45")),
        ("vote is no or off", settles("vote", "no", "off")),
        ("vote is 12:30 or 2016_deal", settles("vote", "12:30", "2016_deal")),
    ],
)  # fmt: skip
def test_conditions_mean_what_they_say(text: str, expected: Is | AllOf | AnyOf) -> None:
    assert parse_condition(text, ISSUES) == expected
    statement = parse_statement(text, ISSUES)
    assert statement.then == expected
    assert statement.given is None


@pytest.mark.parametrize(
    "text",
    [
        "siege IS kept",
        " siege\n\tis \u00a0 kept ",
        "'siege' is 'kept'",
        '"siege" is "kept"',
        "\u2018siege\u2019 is \u201ckept\u201d",
        # direction marks, as pasted from a right-to-left page
        "\u200fsiege\u200e is \u2067kept\u2069",
        "( siege is kept )",
    ],
)
def test_case_of_keywords_blanks_and_quotation_marks_do_not_matter(text: str) -> None:
    assert parse_condition(text, ISSUES) == settles("siege", "kept")


def test_keywords_in_quotation_marks_are_names() -> None:
    parsed = parse_condition("'if' is 'is' or 'or' or 'at least' or 'not'", ISSUES)
    assert parsed == settles("if", "is", "or", "at least", "not")
    assert parse_condition("'if' IS NOT 'is'", ISSUES) == settles("if", "is", negated=True)


def test_keywords_inside_words_are_not_keywords() -> None:
    issues = of(issue("island", "order", "iffy", "android", "notary", "at"))
    parsed = parse_condition("island is order or iffy or android or notary or at", issues)
    assert parsed == settles("island", "order", "iffy", "android", "notary", "at")


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("мир", "да"),
        ("السلام", "نعم"),
        # vowel signs and accents are marks, not letters
        ("शांति", "हाँ"),
        ("ša\u0301lom", "שָׁלוֹם"),
        ("和平", "是"),
        # Turkish dotless i: no keyword
        ("\u0131s", "\u0131f"),
    ],
)
def test_names_of_any_script(name: str, option: str) -> None:
    issues = of(issue(name, option, "x"))
    assert parse_condition(f"{name} is {option}", issues) == settles(name, option)


def test_composed_and_decomposed_accents_are_the_same_name() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    for spelt, written in [(composed, decomposed), (decomposed, composed)]:
        issues = of(issue(spelt, spelt, "x"))
        assert parse_condition(f"{written} is {written}", issues) == settles(spelt, spelt)


def test_if_is_the_material_conditional() -> None:
    statement = parse_statement("siege is lifted if aid is none and vote is yes or no", ISSUES)
    assert statement.then == settles("siege", "lifted")
    assert statement.given == AllOf((settles("aid", "none"), settles("vote", "yes", "no")))
    here = {IssueId("siege"): OptionId("kept"), IssueId("vote"): OptionId("yes")}
    assert statement.holds({**here, IssueId("aid"): OptionId("daily")})
    assert not statement.holds({**here, IssueId("aid"): OptionId("none")})


def test_words_stay_as_written_with_single_blanks() -> None:
    assert parse_statement("  siege\n IS   'kept' ", ISSUES).words == "siege IS 'kept'"


def test_numbers_are_compared_the_way_option_ids_write_them() -> None:
    thirds = [Divisible.name_of(n / 3) for n in range(4)]
    large = [Divisible.name_of(n * 1e6) for n in range(4)]
    issues = of(
        issue("part", *thirds, divisible=Divisible(0, 1, 1 / 3, "")),
        issue("money", *large, "none_yet", divisible=Divisible(0, 3e6, 1e6, "euros")),
        issue("tilt", "-1", "-0.5", "0", "0.5", divisible=Divisible(-1, 0.5, 0.5, "")),
    )
    assert large[1:] == ["1000000", "2000000", "3000000"]
    both = settles("part", "0.666666666667", "1")
    assert parse_condition("part is at least 0.6666666666667", issues) == both
    below = settles("part", "0", "0.333333333333", "0.666666666667")
    assert parse_condition("part is at most 0.666666666667", issues) == below
    assert parse_condition("money is 2,000,000", issues) == settles("money", "2000000")
    # an option that is no number never qualifies, but can be named
    assert parse_condition("money is at most 1000000", issues) == settles("money", "0", "1000000")
    assert parse_condition("money is none_yet", issues) == settles("money", "none_yet")
    assert parse_condition("tilt is at most -0.5", issues) == settles("tilt", "-1", "-0.5")
    assert parse_condition("tilt is at most \u22120.5", issues) == settles("tilt", "-1", "-0.5")


PROBLEMS = json.loads(Path(__file__).with_name("statement_problems.json").read_text("utf-8"))


@pytest.mark.parametrize("problem", PROBLEMS, ids=[p["text"] for p in PROBLEMS])
def test_a_problem_points_at_the_word(problem: dict[str, str]) -> None:
    with pytest.raises(TextProblem) as caught:
        parse_statement(problem["text"], ISSUES)
    said = {"found": caught.value.found, "expected": caught.value.expected, "fix": caught.value.fix}
    assert {"text": problem["text"], **said} == problem


def test_a_condition_has_no_if() -> None:
    with pytest.raises(TextProblem, match=r"'if'.*a condition without 'if'"):
        parse_condition("siege is kept if aid is none", ISSUES)


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u2060\ufeff", "()", "( )"])
def test_nothing_is_no_statement(text: str) -> None:
    with pytest.raises(TextProblem):
        parse_statement(text, ISSUES)


# 1_000 and 1e2 are numbers to Python's float(), and so are digits of other scripts
@pytest.mark.parametrize("number", ["1e2", "1_0", "nan", "inf", "\u0664\u0660", "4\u00b2", "ten"])
def test_only_plain_numbers_are_numbers(number: str) -> None:
    with pytest.raises(TextProblem):
        parse_condition(f"share is at least {number}", ISSUES)
    with pytest.raises(TextProblem):
        parse_condition(f"share is {number}", ISSUES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("siege is kept or " * LONGEST, "34,000 characters"),
        ("(" * (DEEPEST + 1) + "siege is kept" + ")" * (DEEPEST + 1), "deeper than 50"),
        ("(" * LONGEST, "deeper than 50"),
        # apostrophes must not hide parentheses from the count
        ("a' " + "(" * 60 + "siege is kept" + ")" * 60 + " 'b", "deeper than 50"),
        ("siege is " + "k" * 1900, "'kkkkkkkkkkkkkkkkkkkk"),
    ],
)
def test_huge_texts_are_refused_in_one_short_line(text: str, found: str) -> None:
    with pytest.raises(TextProblem) as caught:
        parse_statement(text, ISSUES)
    assert found in caught.value.found
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


def test_the_deepest_nesting_allowed_can_be_read_and_evaluated() -> None:
    text = "siege is kept"
    for _ in range(DEEPEST):
        text = f"({text} or aid is none) and vote is yes"[: LONGEST - 1]
    assert len(text) < LONGEST
    statement = parse_statement(text, ISSUES)
    outcome = {"siege": "kept", "aid": "daily", "vote": "yes"}
    assert statement.holds({IssueId(k): OptionId(v) for k, v in outcome.items()})


def test_many_parts_do_not_exhaust_the_stack() -> None:
    text = " and ".join(["siege is kept"] * 110)
    parsed = parse_condition(text, ISSUES)
    assert isinstance(parsed, AllOf)
    assert len(parsed.parts) == 110


def test_without_a_statement_the_grammar_is_not_loaded() -> None:
    code = "import sys, detente.casefile.statements; assert 'lark' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
