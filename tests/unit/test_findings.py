"""What a careful reader is told, exactly when it is so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from detente.analysis import Finding, findings_of
from detente.casefile import examine_case, examples_folder, read_case

Look = Callable[[str], list[Finding]]

HEAD = """\
negotiation: Water for the road
as_of: 2024-03-01
"""

# A case of which there is nothing to say: each test takes one thing away or adds one.
PARTS = {
    "parties": """
        upper: {name: Upper village}
        lower: {name: Lower village}
        """,
    "issues": """
        road:
          question: Is the road open?
          options: {closed: No., open: Yes.}
          today: closed
          done_by: lower
        water:
          question: Who may draw from the spring?
          options: {upper_only: The upper village., shared: "Both, by turns."}
          today: upper_only
          done_by: upper
        """,
    "tables": """
        talks: {title: Talks at the mill, seats: {upper: always, lower: always}}
        """,
    "deals": """
        swap:
          title: Water for the road
          our_idea: true
          table: talks
          says: {road: open, water: shared}
          order: [road, water]
          who_checks: [upper, lower]
          if_not: The other village stops too.
          terms: {road: {when: in May}, water: {when: in May}}
        """,
    "judgements": """
        upper: {wants: [road is open], assumption: It said so in public.}
        lower: {wants: [water is shared], because: thirst}
        """,
    "claims": """
        thirst: {quote: we have no water, source: letter, by: lower, about: lower}
        dust: {quote: nobody can reach us, source: letter, by: upper, about: upper}
        """,
    "sources": """
        letter: {title: Letters, text: "Lower: we have no water. Upper: nobody can reach us."}
        """,
    "facts": "",
    "norms": "closed_roads: {says: Roads are open to all., because: dust}",
    "chances": "",
    "breakers": "",
    "explanations": "",
}


def written(**parts: str) -> str:
    sections = {name: dedent(text).strip("\n") for name, text in (PARTS | parts).items()}
    return HEAD + "".join(
        f"{name}:\n{indent(text, '  ')}\n" for name, text in sections.items() if text
    )


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Write a case, see that nothing is wrong with it, and return its findings."""

    def find(text: str) -> list[Finding]:
        (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
        reading = examine_case(tmp_path)
        assert reading.problems == ()
        assert reading.case is not None
        found = list(findings_of(reading.case, reading.undescribed))
        for finding in found:
            assert finding.words
            assert (finding.place.file, finding.place.line > 0) == (
                finding.about if finding.kind == "source not described" else "case.yaml",
                True,
            )
        return found

    return find


def of(found: list[Finding], kind: str) -> list[str]:
    return [finding.about for finding in found if finding.kind == kind]


def words(found: list[Finding], kind: str) -> list[str]:
    return [finding.words for finding in found if finding.kind == kind]


def part(name: str, old: str, new: str) -> str:
    assert old in PARTS[name]
    return PARTS[name].replace(old, new)


def test_of_a_case_without_gaps_there_is_nothing_to_say(look: Look) -> None:
    assert look(written()) == []


# --- who must act without being bound --------------------------------------------------------

MILLER = "upper: {name: Upper village}\n        "


def with_performers(done_by: str, miller: str = "") -> dict[str, str]:
    party = f"miller: {{name: The miller{miller}}}"
    return {
        "issues": part("issues", "done_by: lower", f"done_by: {done_by}"),
        "parties": part("parties", MILLER, f"{MILLER}{party}\n        "),
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
    found = look(written(**with_performers(done_by, miller)))
    assert of(found, "performer bound by nobody") == ([] if bound else ["swap"])
    assert all("The miller" in w for w in words(found, "performer bound by nobody"))


def test_who_would_act_for_todays_option_need_not_be_bound(look: Look) -> None:
    parts = with_performers("miller")
    deals = part("deals", "road: open", "road: closed")
    assert of(look(written(**parts, deals=deals)), "performer bound by nobody") == []


def test_a_larger_party_does_not_act_because_its_member_signs(look: Look) -> None:
    parts = with_performers("miller")
    parts["parties"] = parts["parties"].replace(
        "lower: {name: Lower village}", "lower: {name: Lower village, part_of: miller}"
    )
    assert of(look(written(**parts)), "performer bound by nobody") == ["swap"]


def test_a_deals_own_signers_and_a_quota_bind(look: Look) -> None:
    parts = with_performers("miller")
    own = part("deals", "table: talks", "table: talks\n          must_agree: [upper, miller]")
    assert of(look(written(**parts, deals=own)), "performer bound by nobody") == []
    tables = part(
        "tables", "lower: always}", "lower: always}, enough: {at_least: 1, of: [miller, lower]}"
    )
    found = look(written(**parts, tables=tables))
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
    found = look(written(deals=part("deals", old, new)))
    assert of(found, "blank in a deal") == ["swap"]
    assert words(found, "blank in a deal") == [f"“Water for the road”: {said}"]
    assert len(found) == 1


def test_what_a_term_says_itself_is_no_blank(look: Look) -> None:
    deals = part("deals", "who_checks: [upper, lower]\n          ", "").replace(
        "road: {when: in May}", "road: {when: in May, who_checks: upper}"
    )
    found = look(written(deals=deals))
    assert words(found, "blank in a deal") == [
        "“Water for the road”: who checks (water): not stated"
    ]


def test_an_issue_in_scope_that_a_deal_leaves_out_is_a_blank(look: Look) -> None:
    deals = part("deals", "road: open, water: shared", "road: open").replace(
        "road: {when: in May}, water: {when: in May}", "road: {when: in May}"
    ).replace("order: [road, water]\n", "\n")  # fmt: skip
    found = look(written(deals=deals))
    assert words(found, "blank in a deal") == [
        "“Water for the road”: nothing is said of: water, which would stay as today"
    ]


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
    found = look(written(judgements=judgements))
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
    assert of(look(written(judgements=judgements)), "judgement without ground") == ["upper.wants.1"]


def test_chances_and_breakers_need_grounds_too(look: Look) -> None:
    found = look(
        written(
            chances="rain: {what: Rain, likelihood: likely}\nhail: {what: Hail, likelihood: 5%, our_idea: true}",
            breakers="- {deal: swap, who: lower, could: close the road}\n"
            "- {deal: swap, who: upper, could: dam the spring, because: dust}",
        )
    )
    assert of(found, "judgement without ground") == ["rain", "breakers.1"]


@pytest.mark.parametrize(
    "user",
    [
        {"norms": "open: {says: Roads are open., because: [dust]}"},
        {"chances": "rain: {what: Rain, likelihood: likely, because_all: dust}"},
        {"explanations": "spite: {text: Spite., contradicted_by: dust}", "norms": ""},
        {"parties": part("parties", "Upper village", "Upper village, because: dust"), "norms": ""},
        {"judgements": part("judgements", "because: thirst", "because: [thirst, dust]"), "norms": ""},
    ],
)  # fmt: skip
def test_a_claim_is_used_wherever_something_rests_on_it(look: Look, user: dict[str, str]) -> None:
    assert of(look(written(**user)), "claim on which nothing rests") == []


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("rules", "fair: {never: road is open and water is upper_only@}"),
        ("endings", "drought: {title: Drought, sets: {water: shared}@}"),
        ("clocks", "summer: {what: Summer comes, on: 2024-06-01@}"),
    ],
)
def test_rules_endings_and_clocks_need_grounds_too(look: Look, section: str, name: str) -> None:
    without = look(written(**{section: name.replace("@", "")}))
    assert of(without, "judgement without ground") == [name.partition(":")[0]]
    assert look(written(**{section: name.replace("@", ", our_idea: true")})) == []


def test_a_deal_needs_a_ground_too(look: Look) -> None:
    found = look(written(deals=part("deals", "our_idea: true\n          ", "")))
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
    found = look(written(clocks=f"summer: {{what: Summer comes, {clock}, our_idea: true}}"))
    assert of(found, "clock not stopped") == (["swap"] if runs_on else [])


def test_a_claim_on_which_nothing_rests(look: Look) -> None:
    assert of(look(written(norms="")), "claim on which nothing rests") == ["dust"]


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
    parties = part("parties", "Lower village}", "Lower village}\n        {e}").replace(
        "{e}", "council: {name: The council, part_of: upper}"
    )
    speakers = {"speakers": "elder: {name: The elder, of: council}\nstranger: {name: A stranger}"}
    claims = part("claims", "by: upper", f"by: {by}")
    found = look(written(parties=parties, claims=claims, **speakers))
    assert of(found, "party not heard") == ([] if heard else ["upper"])


def test_why_a_party_that_is_not_heard_matters_is_said(look: Look) -> None:
    claims = part("claims", "by: upper, about: upper", "by: lower, about: [upper, lower]")
    (said,) = words(look(written(claims=claims)), "party not heard")
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
    parties = part("parties", MILLER, f"{MILLER}miller: {{name: The miller{extra}}}\n        ")
    found = look(written(parties=parties))
    assert of(found, "party not heard") == (["miller"] if matters else [])


def test_who_a_deal_leaves_out_matters(look: Look) -> None:
    parties = part("parties", MILLER, f"{MILLER}miller: {{name: The miller}}\n        ")
    deals = part("deals", "table: talks", "table: talks\n          leaves_out: miller")
    assert of(look(written(parties=parties, deals=deals)), "party not heard") == ["miller"]


def test_without_any_claim_nobody_is_called_unheard(look: Look) -> None:
    judgements = part("judgements", "because: thirst", "our_idea: true")
    assert look(written(claims="", norms="", judgements=judgements)) == []


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
    found = look(written(facts=facts, issues=part("issues", "done_by: lower", more)))
    said = words(found, "disputed fact sizes an obligation")
    assert bool(said) == bool(issues)
    for sentence in said:
        assert f"under {', '.join(issues)} depends on “Carts in a day”" in sentence
        assert "(from 5 to 20 carts)" in sentence


def test_an_unknown_number_is_said_to_be_unknown(look: Look) -> None:
    facts = FACT.replace("5 to 8 carts", "unknown") + ", sizes: water}"
    (said,) = words(look(written(facts=facts)), "disputed fact sizes an obligation")
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
    found = look(written(sources=f"letter: {{title: Letters, file: letter.txt{hashes}}}"))
    assert of(found, "source changed") == (["letter"] if changed else [])


def test_a_text_beside_the_case_that_nobody_describes(look: Look, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "second.txt").write_text("More.")
    assert of(look(written()), "source not described") == ["sources/second.txt"]


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
    assert of(look(written(issues=part("issues", old, new))), "nobody to perform") == missing


def test_a_share_that_nobody_would_hand_over_is_said_once(look: Look) -> None:
    issues = PARTS["issues"] + (
        "toll:\n          question: What is the toll?\n"
        "          divisible: {low: 0, high: 10, step: 1, unit: coins}\n          today: 0\n"
    )
    tables = part("tables", "seats:", "scope: [road, water], seats:")
    assert of(look(written(issues=issues, tables=tables)), "nobody to perform") == ["toll"]


@pytest.mark.parametrize(
    ("judgements", "unknown"),
    [
        (PARTS["judgements"], []),
        ("upper: {wants: [road is open], our_idea: true}", ["lower"]),
        ("upper: {wants: [road is open], our_idea: true}\nlower: {waiting_costs: low, our_idea: true}", ["lower"]),
        ("upper: {order: [swap, today], our_idea: true}\nlower: {order: [swap, today], our_idea: true}", []),
        ("", ["upper", "lower"]),
    ],
)  # fmt: skip
def test_a_consent_is_not_known_where_no_preference_is_stated(
    look: Look, judgements: str, unknown: list[str]
) -> None:
    assert of(look(written(judgements=judgements)), "consent not known") == unknown


def test_an_envoys_preference_is_his_principals(look: Look) -> None:
    parties = part("parties", MILLER, f"{MILLER}envoy: {{name: Envoy, acts_for: upper}}\n        ")
    tables = part("tables", "upper: always", "envoy: always")
    assert of(look(written(parties=parties, tables=tables)), "consent not known") == []


def test_a_table_that_asks_nobody(look: Look) -> None:
    tables = part("tables", "upper: always, lower: always", "upper: sometimes, lower: 1 in 2")
    assert of(look(written(tables=tables)), "consent not known") == ["talks"]


@pytest.mark.parametrize(
    ("statement", "seat", "beyond"),
    [
        ("road is open", "envoy: always", ["swap"]),
        ("road is closed", "envoy: always", []),
        ("road is open if water is shared", "envoy: always", ["swap"]),
        ("road is open if water is upper_only", "envoy: always", []),
        ("road is open", "upper: always", []),
    ],
)
def test_a_term_beyond_the_mandate_of_somebody_at_the_table(
    look: Look, statement: str, seat: str, beyond: list[str]
) -> None:
    envoy = f"envoy: {{name: Envoy, acts_for: upper, may_not_offer: {statement}}}"
    parties = part("parties", MILLER, f"{MILLER}{envoy}\n        ")
    tables = part("tables", "upper: always", seat)
    assert of(look(written(parties=parties, tables=tables)), "beyond the mandate") == beyond


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
