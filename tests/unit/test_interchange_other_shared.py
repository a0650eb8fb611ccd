"""Every shared domain that is not Genius's, against each format's definition written anew."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML
from shared_domains import NEGOTIATION, needs_shared_domains, shared_folders, the_domain

from detente.engines.deal_space.space.acceptance import all_of, is_met
from detente.interchange import ForeignDomain, Format, to_engine, utilities, utility

pytestmark = needs_shared_domains


def drawn(domain: ForeignDomain, n: int = 40) -> list[list[int]]:
    rng = np.random.default_rng(len(domain.name))
    return [[int(rng.integers(0, len(i.options))) for i in domain.issues] for _ in range(n)]


def options_of(domain: ForeignDomain, row: list[int]) -> dict[str, str]:
    return {i.name: i.options[k] for i, k in zip(domain.issues, row, strict=True)}


@pytest.mark.parametrize("folder", shared_folders("geniusweb_json"), ids=lambda f: f.name)
def test_geniusweb_profiles_are_weights_times_utilities(folder: Path) -> None:
    (domain,) = the_domain(folder)
    assert domain.format is Format.GENIUSWEB
    assert [p.reservation for p in domain.profiles] == [None, None]  # no reservation bid there
    for at, profile in enumerate(domain.profiles):
        data = json.loads((folder / f"{profile.name}.json").read_text())
        space = data["LinearAdditiveUtilitySpace"]
        for row in drawn(domain):
            expected = sum(
                space["issueWeights"][issue]
                * space["issueUtilities"][issue]["DiscreteValueSetUtilities"]["valueUtilities"][o]
                for issue, o in options_of(domain, row).items()
            )
            assert utility(domain, at, row) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("folder", shared_folders("negolog"), ids=lambda f: f.name)
def test_negolog_profiles_are_weights_times_values(folder: Path) -> None:
    (domain,) = the_domain(folder)
    assert domain.format is Format.NEGOLOG
    assert len(domain.profiles) == 2
    for at, profile in enumerate(domain.profiles):
        data = json.loads((folder / f"{profile.name}.json").read_text())
        assert profile.reservation == data["reservationValue"]
        for row in drawn(domain):
            expected = sum(
                data["issueWeights"][issue] * data["issues"][issue][o]
                for issue, o in options_of(domain, row).items()
            )
            assert utility(domain, at, row) == pytest.approx(expected, abs=1e-12)


# --- scorable games --------------------------------------------------------------------------

PASS = {
    "base": (720, 55, 12),
    "base_7players": (2880, 204, 52),
    "base_rewritten": (720, 55, 12),
    "game1": (720, 57, 21),
    "game2": (720, 57, 18),
    "game3": (720, 55, 35),
}
"""Deals, deals that pass, deals that all accept: counted by plain_counts below."""


def plain_counts(folder: Path) -> tuple[int, int, int]:
    """Count deals by the game's rule: p1, p2, and all parties but at most one."""
    lines = [line.split(",") for line in (folder / "config.txt").read_text().split("\n") if line]
    scores = []
    for line in lines:
        text = (folder / "scores_files" / f"{line[1]}.txt").read_text().strip().split("\n")
        scores.append([[float(x) for x in row.split(",")] for row in text])
    vetoes = [k for k, line in enumerate(lines) if line[2] in ("p1", "p2")]
    assert len(vetoes) == 2
    shape = [len(row) for row in scores[0][:-1]]
    deals = passing = unanimous = 0
    for deal in np.ndindex(*shape):
        accept = [
            sum(row[k] for row, k in zip(own[:-1], deal, strict=True)) >= own[-1][0]
            for own in scores
        ]
        deals += 1
        passing += all(accept[k] for k in vetoes) and sum(accept) >= len(lines) - 1
        unanimous += all(accept)
    return deals, passing, unanimous


@pytest.mark.parametrize("folder", shared_folders("scorable_multiparty"), ids=lambda f: f.name)
def test_as_many_deals_pass_as_by_the_games_own_rule(folder: Path) -> None:
    (domain,) = the_domain(folder)
    here = to_engine(domain)
    rows = np.array(list(np.ndindex(*here.domain.n_options)))
    totals = here.domain.totals(rows)
    everybody = all_of(*here.rule.parts[-1].parts)  # type: ignore[union-attr]  # a count of votes
    counts = (len(rows), int(is_met(here.rule, totals).sum()), int(is_met(everybody, totals).sum()))
    assert counts == PASS[folder.name] == plain_counts(folder)


def test_the_first_proposal_is_read() -> None:
    (domain,) = the_domain(NEGOTIATION / "scorable_multiparty" / "base")
    ((title, package),) = domain.proposals
    assert title == "First proposal"
    assert list(options_of(domain, list(package)).values()) == ["A1", "B1", "C4", "D1", "E5"]


# --- types and effects of time ---------------------------------------------------------------


@pytest.mark.parametrize(
    "folder", shared_folders("bilateral_types_timeeffect"), ids=lambda f: f.name
)
def test_typed_profiles_are_signed_points(folder: Path) -> None:
    (domain,) = the_domain(folder)
    assert domain.format is Format.TYPES
    for at, profile in enumerate(domain.profiles):
        root = ET.parse(folder / f"{profile.name}.xml").getroot()  # noqa: S314  # own choice
        weights = {w.attrib["index"]: float(w.attrib["value"]) for w in root.iter("weight")}
        numbers = {
            tag: float(e.attrib["value"])
            for tag in ("reservation", "optout", "timeeffect", "weightmultiplyer")
            if (e := root.find(tag)) is not None
        }
        assert profile.reservation == numbers.get("reservation")
        assert profile.opt_out == numbers.get("optout")
        assert profile.time_effect == numbers.get("timeeffect")
        if not profile.is_complete:
            assert not weights  # one tutorial file has none
            continue
        rows = drawn(domain)
        for row, value in zip(rows, utilities(domain, at, rows), strict=True):
            chosen = options_of(domain, row)
            expected = numbers["weightmultiplyer"] * sum(
                weights[issue.attrib["index"]]
                * next(
                    float(i.attrib["evaluation"])
                    for i in issue.findall("item")
                    if i.attrib["value"] == chosen[issue.attrib["name"]]
                )
                for issue in root.iter("issue")
            )
            assert value == pytest.approx(expected, abs=1e-9)


def test_one_side_gains_by_waiting_and_the_other_loses() -> None:
    (domain,) = the_domain(NEGOTIATION / "bilateral_types_timeeffect" / "EngZim")
    sides = {(p.side, p.kind): p.time_effect for p in domain.profiles}
    assert {kind for _, kind in sides} == {"Compromise", "LongTerm", "ShortTerm"}
    assert [domain.profiles[k].name for k in domain.seats] == [
        "Side_ACompromise",
        "Side_BCompromise",
    ]
    first, second = (sides[side, "Compromise"] for side in ("Side_A", "Side_B"))
    assert first is not None
    assert second is not None
    assert first > 0 > second


# --- NegMAS ----------------------------------------------------------------------------------


def plain_table(function: dict[str, Any], chosen: list[str]) -> float:
    """Evaluate a linear additive function over tables; keys may be numbers or text."""
    if "ufun" in function:
        function = function["ufun"]
    return float(
        sum(
            weight * {str(k): v for k, v in value["mapping"].items()}[option]
            for weight, value, option in zip(
                function["weights"], function["values"], chosen, strict=True
            )
        )
    )


@pytest.mark.parametrize(
    "folder",
    [
        folder
        for group in ("official_test_scenarios", "scenarios", "scenarios/genius")
        for folder in shared_folders(f"negmas_yaml_anl2025/{group}")
    ]
    + list(shared_folders("negmas_yaml_anl2025/scenarios/genius_source")),
    ids=lambda f: f"{f.parent.name}-{f.name}",
)
def test_negmas_functions_are_weights_times_tables(folder: Path) -> None:
    domains = the_domain(folder)
    edges = sorted((folder / "edges").glob("*.yml"))
    assert len(domains) == max(1, len(edges))
    for domain in domains:
        for at, profile in enumerate(domain.profiles):
            file = folder / ("edges" if edges else ".") / f"{profile.name}.yml"
            if not file.is_file():
                continue  # the centre's function for one deal: see below
            data = YAML(typ="safe").load(file.read_text())
            stated = [data.get("reserved_value"), data.get("ufun", {}).get("reserved_value")]
            finite = [number for number in stated if number is not None and np.isfinite(number)]
            assert profile.reservation == (finite[0] if finite else None)
            assert profile.discount == data.get("discount")
            if not profile.is_complete:
                assert "LambdaFun" in profile.notes[0]  # a stored program is not run
                continue
            for row in drawn(domain, 12):
                chosen = list(options_of(domain, row).values())
                expected = plain_table(data, chosen)
                assert utility(domain, at, row) == pytest.approx(expected, abs=1e-12)


def test_the_centre_of_several_deals_keeps_what_it_states_for_each() -> None:
    folder = NEGOTIATION / "negmas_yaml_anl2025" / "scenarios" / "genius" / "Icecream"
    by_name = {domain.name.split("/")[1]: domain for domain in the_domain(folder)}
    assert list(by_name) == ["util2_cone", "util2_howmuch", "util2_size", "util2_taste"]
    cone = by_name["util2_cone"]
    assert [profile.name for profile in cone.profiles] == ["util2_cone", "util1"]
    # the file's numbers: cup 0, sandwiched 0.75, standard 0.375, waffle 1
    of_options = [utility(cone, 1, [k]) for k in range(4)]
    assert dict(zip(cone.issues[0].options, of_options, strict=True)) == {
        "waffle": 1.0, "standard": 0.375, "sandwiched": 0.75, "cup": 0.0,
    }  # fmt: skip
    assert any("deals together" in note for note in cone.notes)
