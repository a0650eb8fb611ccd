"""Figures that other programs published for the shared domains, and why some are others here.

- The index of the Genius domains was computed from the XML with weights made to sum to 1. Genius
  10.4 does not do that when it reads a file, so two domains differ (``RENORMALISED``): Laptop's
  weights sum to 1.00005 and Genius cuts utilities at 1, one of Bank Robbery's profiles sums to
  0.989. Put the weights in proportion and the figures agree. Its discounts of 0 are none here.
- GeniusWeb's "Kalai" is the efficient package with the least difference between the two
  utilities. On one of eleven domains that is not the package with the largest least utility.
- NegoLog's "Kalai" is a package with the largest sum of utilities, on every domain.
- NegMAS's Kalai-Smorodinsky point, which is not the one of the literature in 24 of 146 domains,
  is not among the shared figures.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from shared_domains import NEGOTIATION, needs_shared_domains, shared_folders, the_domain

from detente.interchange import ForeignDomain, to_engine

pytestmark = needs_shared_domains

RENORMALISED = ("anac__y2013__Laptop", "anac__y2015__group3-bank_robbery")
LARGEST = 60_000
Floats = npt.NDArray[np.float64]
Points = npt.NDArray[np.int64]


def listed(domain: ForeignDomain, profiles: list[int]) -> tuple[Points, Floats]:
    """Return every package's points and utilities, repeated rows once."""
    here = to_engine(domain, profiles).domain
    rows = np.indices(here.n_options).reshape(here.n_issues, -1).T
    totals = np.unique(here.totals(rows), axis=0)
    return totals, here.in_units(totals)


def efficient(totals: Points) -> list[int]:
    """Return rows that no other row dominates; rows are distinct."""
    kept: list[int] = []
    for row in np.lexsort(-totals.T[::-1]):
        if not kept or not (totals[kept] >= totals[row]).all(axis=1).any():
            kept.append(int(row))
    return kept


def index() -> list[dict[str, Any]]:
    file = NEGOTIATION / "genius" / "INDEX.json"
    entries: list[dict[str, Any]] = json.loads(file.read_text()) if file.is_file() else []
    return entries


@pytest.mark.parametrize("entry", index(), ids=lambda entry: entry["name"])
def test_the_index_of_the_genius_domains_agrees(entry: dict[str, Any]) -> None:
    (domain,) = the_domain(NEGOTIATION / "genius" / entry["name"])
    assert [len(issue.options) for issue in domain.issues[:4]] == entry["cards"][:4]
    assert [f"{profile.name}.xml" for profile in domain.profiles] == entry["profiles"]
    assert [profile.reservation for profile in domain.profiles] == entry["reservation"]
    discounts = [discount or None for discount in entry["discount"]]  # 0 means none
    assert [profile.discount for profile in domain.profiles] == discounts
    reference = entry.get("reference")
    if reference is None or domain.size is None or domain.size > LARGEST:
        pytest.skip("no reference figures, or too many packages to list here")
    chosen = [entry["profiles"].index(name) for name in reference["profiles_used"]]
    if entry["name"] in RENORMALISED:
        proportional = tuple(
            replace(p, weights=tuple(w / sum(p.weights) for w in p.weights))
            for p in domain.profiles
        )
        domain = replace(domain, profiles=proportional)
    totals, worth = listed(domain, chosen)
    front = efficient(totals)
    least = np.array([domain.profiles[k].reservation or 0.0 for k in chosen])
    gains = worth - least
    rational = (gains >= -1e-9).all(axis=1)
    assert len(front) == reference["frontier"]
    assert rational[front].sum() == reference["frontier_IR"]
    if "utilitarian_sum" in reference:
        assert worth[rational].sum(axis=1).max() == pytest.approx(reference["utilitarian_sum"])
        assert gains.min(axis=1).max() == pytest.approx(reference["egalitarian_min_gain"], abs=1e-8)
    if "nash" in reference:
        best = np.prod(np.array(reference["nash"]) - least)
        assert np.prod(gains[rational], axis=1).max() == pytest.approx(best, abs=1e-6)


def test_genius_itself_does_not_make_weights_sum_to_1() -> None:
    by_name = {entry["name"]: entry for entry in index()}
    for name in RENORMALISED:
        (domain,) = the_domain(NEGOTIATION / "genius" / name)
        chosen = [
            by_name[name]["profiles"].index(f) for f in by_name[name]["reference"]["profiles_used"]
        ]
        _, worth = listed(domain, chosen)
        published = by_name[name]["reference"]["utilitarian_sum"]
        assert worth.sum(axis=1).max() != pytest.approx(published, abs=1e-6)


@pytest.mark.parametrize("folder", shared_folders("geniusweb_json"), ids=lambda f: f.name)
def test_geniusweb_figures_agree_with_its_own_meaning_of_kalai(folder: Path) -> None:
    (domain,) = the_domain(folder)
    figures = json.loads((folder / "specials.json").read_text())
    totals, worth = listed(domain, [0, 1])
    assert domain.size == figures["size"]
    front = worth[efficient(totals)]
    published = np.array([point["utility"] for point in figures["pareto_front"]])
    assert len(front) == len(published)
    assert np.allclose(np.sort(front[:, 0]), np.sort(published[:, 0]), rtol=0, atol=1e-9)
    assert np.allclose(np.sort(front[:, 1]), np.sort(published[:, 1]), rtol=0, atol=1e-9)
    nash, kalai = (np.array(figures[name]["utility"]) for name in ("nash", "kalai"))
    assert np.prod(nash) == pytest.approx(np.prod(worth, axis=1).max())
    nearest = front[np.argmin(abs(front[:, 0] - front[:, 1]))]
    assert kalai == pytest.approx(nearest)
    is_egalitarian = kalai.min() == pytest.approx(worth.min(axis=1).max())
    assert is_egalitarian == (folder.name != "ozu_domain49")


@pytest.mark.parametrize("folder", shared_folders("negolog"), ids=lambda f: f.name)
def test_negolog_figures_agree_and_its_kalai_is_the_welfare_point(folder: Path) -> None:
    (domain,) = the_domain(folder)
    figures = json.loads((folder / "specs.json").read_text())
    _, worth = listed(domain, [0, 1])
    assert domain.size == figures["NumberOfBids"]
    nash = figures["Nash_A"] * figures["Nash_B"]
    assert np.prod(worth, axis=1).max() == pytest.approx(nash)
    welfare = worth.sum(axis=1).max()
    assert figures["Kalai_A"] + figures["Kalai_B"] == pytest.approx(welfare)
