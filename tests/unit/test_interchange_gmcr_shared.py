"""Published conflicts in the form GMCR+ saves them: the case means what the file means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from plain_gmcr import plain_of_case, plain_of_file

from detente.casefile import read_case
from detente.interchange import gmcr_case_text, gmcr_from_case, read_gmcr, write_gmcr

MODELS = Path(__file__).parents[2].parent / "shared" / "data" / "graph_model"
NAMES = (
    "2x2_chicken", "2x2_prisoners_dilemma", "cuban", "elmira", "garrison", "milkriver", "prisoners",
    "random_regression", "si_misperception", "syriairaq", "us_northkorea_2017",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    not MODELS.is_dir(), reason="the published conflicts are not beside the repository"
)


def save_files(name: str) -> list[dict[str, Any]]:
    """Return what GMCR+ would have saved, one or several models, from the facts of one file."""
    facts = json.loads((MODELS / f"gmcr_{name}.json").read_text(encoding="utf-8"))
    if "raw" in facts:
        return [facts["raw"]]
    if "models" in facts:
        return [_from_numbers(m) for m in facts["models"] if m["kind"] == "option"]
    if "variants" in facts:
        return [_from_variant(facts, variant) for variant in facts["variants"]]
    if "option_prioritization" in facts:
        return [_from_statements(facts)]
    # A game of two by two: each side has one option, and payoffs for the four states.
    return [_by_payoffs(["A", "B"], [0, 1], ["both", "both"], [0, 1, 2, 3], facts["payoffs"])]


def _from_statements(facts: dict[str, Any]) -> dict[str, Any]:
    ranking = facts["preference_ranking_most_to_least (inner list = tie)"]
    makers = []
    for stated in facts["option_prioritization"]:
        name = stated["dm"]
        makers.append(
            {
                "name": name,
                "options": [o["index"] for o in facts["options"] if o["owner"] == name],
                "preferences": stated["statements_most_important_first"],
                "preferenceRanking": ranking[name],
                "payoffs": facts["payoffs_by_state"][name],
                "misperceptions": [],
            }
        )
    data = {
        "options": [
            {"name": o["name"], "permittedDirection": o["direction"]} for o in facts["options"]
        ],
        "decisionMakers": makers,
        "infeasibles": facts["infeasible_patterns"],
        "coalitions": list(range(len(makers))),
        "useManualPreferenceRanking": False,
    }
    # The facts do not hold the flag; where statements give another order, rankings counted.
    states = [[letter == "Y" for letter in s["yn"]] for s in facts["states"]]
    by_hand = tuple(
        tuple(
            frozenset(tuple(states[k - 1]) for k in (tier if isinstance(tier, list) else [tier]))
            for tier in ranking[maker["name"]]
        )
        for maker in makers
    )
    return {**data, "useManualPreferenceRanking": plain_of_file(data).orders != by_hand}


def _by_payoffs(
    names: list[str], owners: list[int], directions: list[str], feasible: list[int], payoffs: Any
) -> dict[str, Any]:
    n = len(owners)
    struck = [state for state in range(1 << n) if state not in feasible]
    makers = []
    for k, name in enumerate(names):
        own = payoffs[k]
        levels = sorted(set(own), reverse=True)
        tiers = [[s + 1 for s, payoff in enumerate(own) if payoff == level] for level in levels]
        makers.append(
            {
                "name": name,
                "options": [o for o, owner in enumerate(owners) if owner == k],
                "preferences": [],
                "preferenceRanking": tiers,
            }
        )
    return {
        "options": [{"name": f"Option {o}", "permittedDirection": d} for o, d in enumerate(directions)],
        "decisionMakers": makers,
        "infeasibles": [[[o, "Y" if s >> o & 1 else "N"] for o in range(n)] for s in struck],
        "useManualPreferenceRanking": True,
    }  # fmt: skip


def _from_numbers(model: dict[str, Any]) -> dict[str, Any]:
    names = [f"DM {k}" for k in range(len(model["payoffs"]))]
    feasible = model["feasible_decimal"]
    return _by_payoffs(names, model["owner"], model["direction"], feasible, model["payoffs"])


def _from_variant(facts: dict[str, Any], variant: dict[str, Any]) -> dict[str, Any]:
    feasible = facts["states_decimal"]
    rankings = list(variant["ranking_most_to_least"].values())
    payoffs = []
    for ranking in rankings:
        tiers = [tier if isinstance(tier, list) else [tier] for tier in ranking]
        payoff = {s: -place for place, tier in enumerate(tiers) for s in tier}
        payoffs.append([payoff[s] for s in feasible])
    owners = [facts["decision_makers"].index(o["owner"]) for o in facts["options"]]
    once = " ".join(variant["irreversible"])
    directions = ["fwd" if "strike" in once else "both", "both"]
    directions += ["fwd" if "inva" in once.lower() else "both", "both"]
    return _by_payoffs(facts["decision_makers"], owners, directions, feasible, payoffs)


@pytest.mark.parametrize("name", NAMES)
def test_states_moves_and_orders_survive_the_way_to_a_case_and_back(
    name: str, tmp_path: Path
) -> None:
    for number, data in enumerate(save_files(name)):
        file = tmp_path / f"{name}.gmcr"
        file.write_text(json.dumps(data), encoding="utf-8")
        text = gmcr_case_text(read_gmcr(file), "2024-05-02")
        case_file = tmp_path / f"{number}.yaml"
        case_file.write_text(text.text, encoding="utf-8")
        case = read_case(case_file)
        before = plain_of_file(data)
        assert plain_of_case(case) == before
        (written,) = write_gmcr(gmcr_from_case(case)).files.values()
        assert plain_of_file(json.loads(written)) == before


@pytest.mark.parametrize(
    "name", ["cuban", "garrison", "milkriver", "prisoners", "si_misperception", "syriairaq"]
)
def test_states_are_numbered_as_the_format_numbers_them(name: str, tmp_path: Path) -> None:
    """Payoffs stand by the number of the state; so those written again compare as those read."""
    (data,) = save_files(name)
    file = tmp_path / f"{name}.gmcr"
    file.write_text(json.dumps(data), encoding="utf-8")
    (written,) = write_gmcr(read_gmcr(file)).files.values()
    again = json.loads(written)
    for before, after in zip(data["decisionMakers"], again["decisionMakers"], strict=True):
        places = [sorted(set(m["payoffs"])).index(p) for m in (before, after) for p in m["payoffs"]]
        half = len(places) // 2
        assert places[:half] == places[half:]


def test_misperceptions_are_listed(tmp_path: Path) -> None:
    (data,) = save_files("si_misperception")
    file = tmp_path / "si.gmcr"
    file.write_text(json.dumps(data), encoding="utf-8")
    notes = gmcr_case_text(read_gmcr(file), "2024-05-02").notes
    assert sum("misperceptions" in note for note in notes) == 2
