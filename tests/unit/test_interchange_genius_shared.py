"""Every shared Genius domain, against the format's definition written anew.

Genius 10.4, as its own sources state it: an additive utility is the sum over issues of weight times evaluation by the issue's largest
evaluation (0 where that is below 0.00001), for a range of numbers slope times the distance from
the lower bound plus offset, cut to 0 to 1; a sum above 1 counts as 1. Weights are not made to sum
to 1 when a file is read.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from shared_domains import needs_shared_domains, shared_folders, the_domain

from detente.errors import SpaceTooLargeError
from detente.interchange import ForeignDomain, to_engine, utilities, utility

pytestmark = needs_shared_domains

FOLDERS = shared_folders("genius")
AT_ONCE = 300


def packages_of(
    domain: ForeignDomain, seed: int = 0
) -> np.ndarray[tuple[int, int], np.dtype[np.intp]]:
    """Draw packages, or list them all where there are few."""
    shape = [len(issue.options) for issue in domain.issues]
    size = math.prod(shape)
    if size <= AT_ONCE:
        return np.array(np.unravel_index(np.arange(size), shape)).T
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.integers(0, n, AT_ONCE) for n in shape])


def root_of(file: Path) -> ET.Element:
    text = file.read_text(encoding="utf-8").lstrip()
    return ET.fromstring(text)  # noqa: S314  # files of the test's own choice


def plain_additive(file: Path, chosen: dict[str, str]) -> float:
    """Evaluate one package, option by index of issue, straight from the file."""
    root = root_of(file)
    weights = {w.attrib["index"]: float(w.attrib["value"]) for w in root.iter("weight")}
    total = 0.0
    for issue in root.iter("issue"):
        index = issue.attrib["index"]
        kind = issue.get("type") or issue.get("etype")
        if kind == "discrete":
            evaluations = {
                item.attrib["value"]: float(item.attrib["evaluation"])
                for item in issue.findall("item")
            }
            largest = max(evaluations.values())
            value = evaluations[chosen[index]] / largest if largest >= 0.00001 else 0.0
        else:
            line = issue.find("evaluator")
            assert line is not None
            distance = float(chosen[index]) - float(issue.attrib["lowerbound"])
            value = float(line.attrib["slope"]) * distance + float(line.attrib["offset"])
            value = min(1.0, max(0.0, value))
        total += weights[index] * value
    return min(1.0, total)


def plain_rectangles(file: Path, numbers: dict[str, int]) -> float:
    root = root_of(file)
    total = 0.0
    for rectangle in root.iter("hyperRectangle"):
        bounds = rectangle.findall("INCLUDES")
        assert bounds
        assert not rectangle.findall("EXCLUDES")
        inside = all(
            int(b.attrib["min"]) <= numbers[b.attrib["index"]] <= int(b.attrib["max"])
            for b in bounds
        )
        total += float(rectangle.attrib["utility"]) if inside else 0.0
    (utility_element,) = root.iter("utility")
    return min(1.0, total / float(utility_element.attrib["maxutility"]))


def indices_of(folder: Path) -> dict[str, str]:
    """Map names of issues to the numbers by which the files refer to them."""
    for file in folder.glob("*.xml"):
        if file.name != "pareto.xml" and root_of(file).tag == "negotiation_template":
            return {i.attrib["name"]: i.attrib["index"] for i in root_of(file).iter("issue")}
    raise AssertionError(f"{folder}: no domain")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_profile_is_worth_what_the_format_says(folder: Path) -> None:
    (domain,) = the_domain(folder)
    index = indices_of(folder)
    assert {issue.name for issue in domain.issues} == set(index)
    if domain.size is None:
        pytest.skip("a real range: see below")
    rows = packages_of(domain)
    for at, profile in enumerate(domain.profiles):
        file = folder / f"{profile.name}.xml"
        kind = root_of(file).get("type", "")
        if kind == "constraint":
            continue  # the railway, below
        found = utilities(domain, at, rows)
        for row, value in zip(rows[:60], found, strict=False):
            chosen = {
                index[issue.name]: issue.options[k]
                for issue, k in zip(domain.issues, row, strict=True)
            }
            expected = (
                plain_rectangles(file, {k: int(v) for k, v in chosen.items()})
                if kind == "nonlinear"
                else plain_additive(file, chosen)
            )
            assert value == pytest.approx(expected, abs=1e-12)
            assert utility(domain, at, row) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_engine_adds_up_to_the_same(folder: Path) -> None:
    (domain,) = the_domain(folder)
    chosen = [k for k in domain.seats if domain.profiles[k].is_complete]
    if domain.size is None:
        pytest.skip("a real range: see below")
    if domain.size > 10**9 and any(domain.profiles[k].rules for k in chosen):
        with pytest.raises(SpaceTooLargeError, match="hyper-rectangles over"):
            to_engine(domain, chosen)
        return
    rows = packages_of(domain, seed=1)
    here = to_engine(domain, chosen)
    totals = here.domain.utilities(rows)
    for column, at in enumerate(chosen):
        slack = 1e-12 + here.domain.rounding[column]
        assert np.allclose(totals[:, column], utilities(domain, at, rows), rtol=0, atol=slack)
        assert here.reservations[column] == domain.profiles[at].reservation


def test_a_real_range_is_evaluated_at_any_number() -> None:
    (folder,) = [folder for folder in FOLDERS if folder.name == "2nd_hand_car"]
    (domain,) = the_domain(folder)
    assert [issue.kind for issue in domain.issues] == ["discrete"] * 4 + ["real"]
    assert (domain.issues[4].low, domain.issues[4].high) == (13000, 22666)
    buyer = next(k for k, p in enumerate(domain.profiles) if p.name == "car_buyer")
    # each first option is the buyer's best but the third and fourth: 97 of 100
    others = 0.31 + 0.31 + 0.08 * 0.97 + 0.12 * 0.97
    for price in (13000, 16000, 18000.5, 22000, 22666):
        by_price = min(1.0, max(0.0, 3.4 - 0.00015 * price))
        expected = others + 0.18 * by_price
        assert utility(domain, buyer, [0, 0, 0, 0, price]) == pytest.approx(expected)
    dealer = domain.profiles[1 - buyer]
    assert not dealer.is_complete  # its price is evaluated in a way that Genius 10.4 lacks
    assert any("Price" in note for note in dealer.notes)


def test_the_railway_is_worth_what_its_rules_say() -> None:
    """Four packages, by hand from ranks and rules of the minister's file."""
    (folder,) = [folder for folder in FOLDERS if folder.name == "Railway"]
    (domain,) = the_domain(folder)
    minister = next(k for k, p in enumerate(domain.profiles) if p.name == "Minister")

    def worth(*options: str) -> float:
        return utility(
            domain,
            minister,
            [i.options.index(o) for i, o in zip(domain.issues, options, strict=True)],
        )

    # 25 + 66 + 33 = 124 is outside every range: nothing but the outcome rules can strike
    first = ("NS+ProRail", "25", "66", "33", "-10", "-5", "NS=penalty+ProRail=penalty", "Today")
    assert worth(*first) == pytest.approx((6 / 6 + 1 / 4 + 1 + 1 + 1 + 5 / 5 + 10 / 10 + 1) / 8)
    # money from NS without a penalty for NS: nothing at all
    second = ("NS+ProRail", "25", "66", "33", "-10", "-5", "NS=warning+ProRail=penalty", "Today")
    assert worth(*second) == 0
    # money to NS, and a penalty for it: nothing at all; and 0 counts as "positive"
    third = ("NS+ProRail", "25", "66", "33", "0", "-5", "NS=penalty+ProRail=penalty", "Today")
    assert worth(*third) == 0
    # nobody to blame: the second issue's rank is struck, and the seventh's for want of a word
    fourth = ("None", "0", "0", "0", "0", "-5", "NS=warning+ProRail=penalty", "Today")
    assert worth(*fourth) == pytest.approx((1 / 6 + 0 + 1 / 4 + 1 / 4 + 2 / 4 + 1 + 0 + 1) / 8)


def test_reservation_and_discount_are_read_as_stated_and_never_made_up() -> None:
    stated = {folder.name: the_domain(folder)[0] for folder in FOLDERS}
    lunch = stated["anac__y2013__Lunch"].profiles
    assert [(p.reservation, p.discount) for p in lunch] == [(0.8, 0.5), (0.8, 0.5)]
    party = {p.name: p for p in stated["partydomain"].profiles}
    assert party["party1_utility"].reservation is None  # not stated: neither 0 nor minus infinity
    assert party["party1_utility"].discount is None
    dogs = stated["anac__y2013__DogChoosing"].profiles
    assert [p.discount for p in dogs] == [None, None]  # the files say 0, which means none


def test_a_weight_for_more_than_the_issues_is_no_error() -> None:
    """FitnessA weighs its root too: weights sum to 2, and still no package is worth more than 1."""
    (folder,) = [folder for folder in FOLDERS if folder.name == "anac__y2012__FitnessA"]
    (domain,) = the_domain(folder)
    for profile in domain.profiles:
        assert len(profile.weights) == len(domain.issues)
        assert sum(profile.weights) == pytest.approx(1)
