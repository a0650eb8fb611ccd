"""What a careful reader is told of deals, exactly when it is so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from detente.analysis import Finding, findings_of
from detente.casefile import examples_folder, read_case

Look = Callable[..., list[Finding]]


def of(found: list[Finding], kind: str) -> list[str]:
    return [finding.about for finding in found if finding.kind == kind]


def words(found: list[Finding], kind: str) -> list[str]:
    return [finding.words for finding in found if finding.kind == kind]


def test_of_a_case_without_gaps_there_is_nothing_to_say(look: Look) -> None:
    assert look() == []


# --- who must act without being bound --------------------------------------------------------

MILLER = "upper: {name: Upper village}\n        "


def with_performers(done_by: str, miller: str = "") -> dict[str, tuple[str, ...]]:
    party = f"miller: {{name: The miller{miller}}}"
    return {
        "issues": ("done_by: lower", f"done_by: {done_by}"),
        "parties": (MILLER, f"{MILLER}{party}\n        "),
    }


@pytest.mark.parametrize(
    ("done_by", "miller", "bound"),
    [
        ("lower", "", True),
        ("miller", "", False),
        ("[lower, miller]", "", False),
        ("{all_of: [lower, miller]}", "", False),
        ("{any_of: [lower, miller]}", "", True),
        ("{any_of: [miller]}", "", False),
        ("miller", ", part_of: lower", True),
        ("miller", ", acts_for: upper", True),
        ("miller", ", backs: lower, depends_on: lower", False),
        ("{any_of: [miller]}", ", part_of: lower", True),
    ],
)
def test_a_performer_is_bound_by_a_signature_a_principal_or_the_larger_party(
    look: Look, done_by: str, miller: str, bound: bool
) -> None:
    found = look(**with_performers(done_by, miller))
    assert of(found, "performer bound by nobody") == ([] if bound else ["swap"])
    assert all("The miller" in w for w in words(found, "performer bound by nobody"))


def test_who_would_act_for_todays_option_need_not_be_bound(look: Look) -> None:
    parts = with_performers("miller")
    deals = ("road: open", "road: closed")
    assert of(look(**parts, deals=deals), "performer bound by nobody") == []


def test_a_larger_party_does_not_act_because_its_member_signs(look: Look) -> None:
    parts = with_performers("miller")
    parts["parties"] += ("Lower village}", "Lower village, part_of: miller}")
    assert of(look(**parts), "performer bound by nobody") == ["swap"]


def test_a_deals_own_signers_and_a_quota_bind(look: Look) -> None:
    parts = with_performers("miller")
    own = ("table: talks", "table: talks\n          must_agree: [upper, miller]")
    assert of(look(**parts, deals=own), "performer bound by nobody") == []
    tables = ("lower: always}", "lower: always}, enough: {at_least: 1, of: [miller, lower]}")
    found = look(**parts, tables=tables)
    assert of(found, "performer bound by nobody") == []


# --- blanks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("order: [road, water]\n", "\n", "who moves first: not stated"),
        ("order: [road, water]\n", "order: not agreed\n", "who moves first: not agreed"),
        ("who_checks: [upper, lower]\n", "\n", "who checks: not stated"),
        ("who_checks: [upper, lower]\n", "who_checks: nobody\n", "who checks: nobody"),
        ("who_checks: [upper, lower]\n", "who_checks: Not agreed\n", "who checks: not agreed"),
        (
            "if_not: The other village stops too.\n", "\n",
            "what follows if it is not carried out: not stated",
        ),
        ("road: {when: in May}, ", "", "by when it is due (road): not stated"),
        (
            "terms: {road: {when: in May}, water: {when: in May}}", "",
            "by when it is due: not stated",
        ),
    ],
)  # fmt: skip
def test_each_blank_is_said_as_it_is_written(look: Look, old: str, new: str, said: str) -> None:
    found = look(deals=(old, new))
    assert of(found, "blank in a deal") == ["swap"]
    assert words(found, "blank in a deal") == [f"“Water for the road”: {said}"]
    assert len(found) == 1


def test_what_a_term_says_itself_is_no_blank(look: Look) -> None:
    deals = (
        "who_checks: [upper, lower]\n          ", "",
        "road: {when: in May}", "road: {when: in May, who_checks: upper}",
    )  # fmt: skip
    found = look(deals=deals)
    assert words(found, "blank in a deal") == [
        "“Water for the road”: who checks (water): not stated"
    ]


def test_an_issue_in_scope_that_a_deal_leaves_out_is_a_blank(look: Look) -> None:
    deals = (
        "road: open, water: shared", "road: open",
        "road: {when: in May}, water: {when: in May}", "road: {when: in May}",
        "order: [road, water]\n", "\n",
    )  # fmt: skip
    found = look(deals=deals)
    assert words(found, "blank in a deal") == [
        "“Water for the road”: nothing is said of: water, which would stay as today"
    ]


# --- the whole ---------------------------------------------------------------------------------


def test_what_check_finds_by_itself_in_aleppo() -> None:
    case = read_case(examples_folder() / "aleppo-2016")
    found = list(findings_of(case))
    package = [f for f in found if f.about == "kerry_package"]
    (hole,) = (f for f in package if f.kind == "performer bound by nobody")
    assert "needs Conquest Front to act (who_leaves" in hole.words
    blanks = {f.words.split(": ")[1].split(" (")[0] for f in package if f.kind == "blank in a deal"}
    assert {"who moves first", "who checks", "what follows if it is not carried out"} <= blanks
    silent = set(of(found, "party not heard"))
    assert {"russia", "assad_government", "conquest_front", "armed_opposition"} <= silent
    assert "united_states" not in silent


@pytest.mark.parametrize("name", ["aleppo-2016", "published/raiffa-1982-panama-canal"])
def test_every_finding_of_an_example_points_to_a_line_and_says_what_could_be_done(
    name: str,
) -> None:
    folder = examples_folder() / name
    for finding in findings_of(read_case(folder)):
        lines = (folder / finding.place.file).read_text(encoding="utf-8").splitlines()
        assert 1 <= finding.place.line <= len(lines)
        assert finding.words[0].strip()
        assert finding.fix or "nothing is said of" in finding.words
