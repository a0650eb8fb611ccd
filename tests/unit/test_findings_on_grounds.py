"""What a careful reader is told of grounds, voices, facts and sources, exactly when it is so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from detente.analysis import Finding

Look = Callable[..., list[Finding]]

UPPER = "upper: {name: Upper village}\n        "


def of(found: list[Finding], kind: str) -> list[str]:
    return [finding.about for finding in found if finding.kind == kind]


def words(found: list[Finding], kind: str) -> list[str]:
    return [finding.words for finding in found if finding.kind == kind]


# --- grounds ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ground", "is_given"),
    [
        ("", False),
        (", because: thirst", True),
        (", because_all: [thirst, dust]", True),
        (", assumption: It said so.", True),
        (", our_idea: true", True),
    ],
)
def test_a_judgement_without_ground(look: Look, ground: str, is_given: bool) -> None:
    judgements = f"""
        upper: {{wants: [road is open, water is shared], refuses: [road is closed],
                waiting_costs: high{ground}}}
        lower: {{wants: [water is shared], because: thirst}}
        """
    found = look(judgements=judgements)
    assert of(found, "judgement without ground") == (
        []
        if is_given
        else ["upper.wants.1", "upper.wants.2", "upper.refuses.1", "upper.waiting_costs"]
    )


def test_a_wish_may_bring_its_own_ground(look: Look) -> None:
    judgements = """
        upper: {wants: [road is open, {that: water is shared, because: dust}]}
        lower: {wants: [water is shared], because: thirst}
        """
    assert of(look(judgements=judgements), "judgement without ground") == ["upper.wants.1"]


def test_chances_and_breakers_need_grounds_too(look: Look) -> None:
    found = look(
        chances="rain: {what: Rain, likelihood: likely}\nhail: {what: Hail, likelihood: 5%, our_idea: true}",
        breakers="- {deal: swap, who: lower, could: close the road}\n"
        "- {deal: swap, who: upper, could: dam the spring, because: dust}",
    )
    assert of(found, "judgement without ground") == ["rain", "breakers.1"]


@pytest.mark.parametrize(
    "user",
    [
        {"norms": "open: {says: Roads are open., because: [dust]}"},
        {"chances": "rain: {what: Rain, likelihood: likely, because_all: dust}"},
        {"explanations": "spite: {text: Spite., contradicted_by: dust}", "norms": ""},
        {"parties": ( "Upper village", "Upper village, because: dust"), "norms": ""},
        {"judgements": ( "because: thirst", "because: [thirst, dust]"), "norms": ""},
    ],
)  # fmt: skip
def test_a_claim_is_used_wherever_something_rests_on_it(look: Look, user: dict[str, str]) -> None:
    assert of(look(**user), "claim on which nothing rests") == []


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("rules", "fair: {never: road is open and water is upper_only@}"),
        ("endings", "drought: {title: Drought, sets: {water: shared}@}"),
        ("clocks", "summer: {what: Summer comes, on: 2024-06-01@}"),
    ],
)
def test_rules_endings_and_clocks_need_grounds_too(look: Look, section: str, name: str) -> None:
    without = look(**{section: name.replace("@", "")})
    assert of(without, "judgement without ground") == [name.partition(":")[0]]
    assert look(**{section: name.replace("@", ", our_idea: true")}) == []


def test_a_deal_needs_a_ground_too(look: Look) -> None:
    found = look(deals=("our_idea: true\n          ", ""))
    assert of(found, "judgement without ground") == ["swap"]


@pytest.mark.parametrize(
    ("clock", "runs_on"),
    [
        ("on: 2024-06-01, then: {ends_as: {water: upper_only}}", True),
        ("on: 2024-06-01, then: {ends_as: {water: shared}}", False),
        ("on: 2024-06-01, only_while: road is open, then: {ends_as: {road: closed}}", True),
        ("on: 2024-06-01, only_while: road is closed, then: {ends_as: {water: upper_only}}", False),
        ("on: 2024-06-01", False),
    ],
)
def test_a_clock_that_a_deal_does_not_stop(look: Look, clock: str, runs_on: bool) -> None:
    found = look(clocks=f"summer: {{what: Summer comes, {clock}, our_idea: true}}")
    assert of(found, "clock not stopped") == (["swap"] if runs_on else [])


def test_a_claim_on_which_nothing_rests(look: Look) -> None:
    assert of(look(norms=""), "claim on which nothing rests") == ["dust"]


# --- voices ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "heard"),
    [
        ("upper", True),
        ("[author, upper]", True),
        ("[upper, author]", True),
        ("author", False),
        ("lower", False),
        ("elder", True),
        ("stranger", False),
    ],
)
def test_a_party_is_heard_if_anybody_in_a_chain_speaks_for_it(
    look: Look, by: str, heard: bool
) -> None:
    council = "council: {name: The council, part_of: upper}"
    parties = ("Lower village}", f"Lower village}}\n        {council}")
    speakers = {"speakers": "elder: {name: The elder, of: council}\nstranger: {name: A stranger}"}
    claims = ("by: upper", f"by: {by}")
    found = look(parties=parties, claims=claims, **speakers)
    assert of(found, "party not heard") == ([] if heard else ["upper"])


def test_why_a_party_that_is_not_heard_matters_is_said(look: Look) -> None:
    claims = ("by: upper, about: upper", "by: lower, about: [upper, lower]")
    (said,) = words(look(claims=claims), "party not heard")
    assert said == (
        "Upper village (must agree; must act on water) is not heard: "
        "1 claim speaks about it, and none comes from it"
    )


@pytest.mark.parametrize(
    ("extra", "matters"),
    [
        ("", False),
        (", bears: hunger", True),
        (", can_block: road is open", True),
        (", part_of: lower", False),
    ],
)
def test_only_parties_that_matter_must_be_heard(look: Look, extra: str, matters: bool) -> None:
    parties = (UPPER, f"{UPPER}miller: {{name: The miller{extra}}}\n        ")
    found = look(parties=parties)
    assert of(found, "party not heard") == (["miller"] if matters else [])


def test_who_a_deal_leaves_out_matters(look: Look) -> None:
    parties = (UPPER, f"{UPPER}miller: {{name: The miller}}\n        ")
    deals = ("table: talks", "table: talks\n          leaves_out: miller")
    assert of(look(parties=parties, deals=deals), "party not heard") == ["miller"]


def test_without_any_claim_nobody_is_called_unheard(look: Look) -> None:
    judgements = ("because: thirst", "our_idea: true")
    assert look(claims="", norms="", judgements=judgements) == []


# --- facts, sources, performers, consents, mandates -------------------------------------------

FACT = "carts: {what: Carts in a day, unit: carts, said_by: {upper: 20 carts, lower: 5 to 8 carts}"


@pytest.mark.parametrize(
    ("facts", "sized", "issues"),
    [
        (f"{FACT}}}", False, []),
        (f"{FACT}, sizes: water}}", False, ["water"]),
        (f"{FACT}}}", True, ["road"]),
        (f"{FACT}, sizes: [water, road]}}", True, ["road", "water"]),
    ],
)
def test_a_disputed_fact_is_a_finding_if_an_obligation_depends_on_it(
    look: Look, facts: str, sized: bool, issues: list[str]
) -> None:
    more = "done_by: lower\n          size_depends_on: carts" if sized else "done_by: lower"
    found = look(facts=facts, issues=("done_by: lower", more))
    said = words(found, "disputed fact sizes an obligation")
    assert bool(said) == bool(issues)
    for sentence in said:
        assert f"under {', '.join(issues)} depends on “Carts in a day”" in sentence
        assert "(from 5 to 20 carts)" in sentence


def test_an_unknown_number_is_said_to_be_unknown(look: Look) -> None:
    facts = FACT.replace("5 to 8 carts", "unknown") + ", sizes: water}"
    (said,) = words(look(facts=facts), "disputed fact sizes an obligation")
    assert said.endswith("is disputed: Upper village: 20 carts; Lower village: not known")


RAW = "0" * 64


@pytest.mark.parametrize(
    ("recorded", "changed"),
    [
        ("", False),
        (f", sha256: {RAW}", True),
        (f", text_sha256: {RAW}", True),
        (", normaliser: 99", True),
        (", sha256: {real}, text_sha256: {real}", False),
        (", sha256: {REAL}", False),
    ],
)
def test_a_source_has_changed_if_a_recorded_hash_differs(
    look: Look, tmp_path: Path, recorded: str, changed: bool
) -> None:
    import hashlib

    text = "Lower: we have no water. Upper: nobody can reach us."
    (tmp_path / "letter.txt").write_text(text)
    real = hashlib.sha256(text.encode()).hexdigest()
    hashes = recorded.format(real=real, REAL=real.upper())
    found = look(sources=f"letter: {{title: Letters, file: letter.txt{hashes}}}")
    assert of(found, "source changed") == (["letter"] if changed else [])


def test_a_text_beside_the_case_that_nobody_describes(look: Look, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "second.txt").write_text("More.")
    assert of(look(), "source not described") == ["sources/second.txt"]


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("options: {closed: No., open: Yes.}", "options: {closed: No., open: Yes.}", []),
        ("done_by: lower", "", ["road"]),
        (
            "options: {closed: No., open: Yes.}\n          today: closed\n          done_by: lower",
            "options: {closed: No., open: {says: Yes., done_by: lower}}\n          today: closed",
            [],
        ),
        (
            "options: {closed: No., open: Yes.}\n          today: closed\n          done_by: lower",
            """options:
            closed: No.
            open: {says: Yes., done_by: lower}
            gone: {says: Washed away., not_by_agreement: true}
          today: closed""",
            [],
        ),
        (
            "options: {closed: No., open: Yes.}\n          today: closed\n          done_by: lower",
            """options:
            closed: No.
            open: {says: Yes., done_by: lower}
            half: Half.
          today: closed""",
            ["road"],
        ),
    ],
)
def test_an_option_that_nobody_would_carry_out(
    look: Look, old: str, new: str, missing: list[str]
) -> None:
    assert of(look(issues=(old, new)), "nobody to perform") == missing


def test_a_share_that_nobody_would_hand_over_is_said_once(look: Look) -> None:
    scale = "divisible: {low: 0, high: 10, step: 1, unit: coins}"
    toll = f"toll: {{question: What is the toll?, {scale}, today: 0}}"
    issues = ("done_by: upper", f"done_by: upper\n        {toll}")
    tables = ("seats:", "scope: [road, water], seats:")
    assert of(look(issues=issues, tables=tables), "nobody to perform") == ["toll"]


@pytest.mark.parametrize(
    ("judgements", "unknown"),
    [
        ("upper: {points: {road: {open: 1, closed: 0}}, our_idea: true}", ["lower"]),
        ("upper: {wants: [road is open], our_idea: true}", ["lower"]),
        ("upper: {wants: [road is open], our_idea: true}\nlower: {waiting_costs: low, our_idea: true}", ["lower"]),
        ("upper: {order: [swap, today], our_idea: true}\nlower: {order: [swap, today], our_idea: true}", []),
        ("", ["upper", "lower"]),
    ],
)  # fmt: skip
def test_a_consent_is_not_known_where_no_preference_is_stated(
    look: Look, judgements: str, unknown: list[str]
) -> None:
    assert of(look(judgements=judgements), "consent not known") == unknown


def test_an_envoys_preference_is_his_principals(look: Look) -> None:
    parties = (UPPER, f"{UPPER}envoy: {{name: Envoy, acts_for: upper}}\n        ")
    tables = ("upper: always", "envoy: always")
    assert of(look(parties=parties, tables=tables), "consent not known") == []


def test_a_table_that_asks_nobody(look: Look) -> None:
    tables = ("upper: always, lower: always", "upper: sometimes, lower: 1 in 2")
    assert of(look(tables=tables), "consent not known") == ["talks"]


@pytest.mark.parametrize(
    ("statement", "seat", "beyond"),
    [
        ("road is open", "envoy: always", ["swap"]),
        ("road is closed", "envoy: always", []),
        ("road is open if water is shared", "envoy: always", ["swap"]),
        ("road is open if water is upper_only", "envoy: always", []),
        ("road is open", "upper: always", []),
        ("well is shut", "envoy: always", []),
        ("well is shut or road is open", "envoy: always", ["swap"]),
    ],
)
def test_a_term_beyond_the_mandate_of_somebody_at_the_table(
    look: Look, statement: str, seat: str, beyond: list[str]
) -> None:
    envoy = f"envoy: {{name: Envoy, acts_for: upper, may_not_offer: {statement}}}"
    parties = (UPPER, f"{UPPER}{envoy}\n        ")
    # what no term of the deal touches is nobody's to offer, though it holds today
    well = "well: {question: Is the well shut?, options: {shut: Yes., open: No.}, today: shut, "
    issues = ("road:\n", f"{well}done_by: upper}}\n        road:\n")
    tables = ("upper: always", seat)
    found = look(parties=parties, tables=tables, issues=issues)
    assert of(found, "beyond the mandate") == beyond
