"""A harbour project that five of six parties, two of them in any case, must accept.

S. Abdelnabi, A. Gomaa, S. Sivaprasad, L. Schönherr, M. Fritz, "Cooperation, Competition, and
Maliciousness: LLM-Stakeholders Interactive Negotiation", arXiv 2309.17234 (v1, 2023, as
"LLM-Deliberation"), base game. Scores and thresholds are retyped from the authors' repository,
github.com/S-Abdelnabi/LLM-Deliberation, games_descriptions/base (MIT licence).

From the paper, by a published summary of it: 720 possible deals, about 55 feasible, where a deal
needs at least five of the six parties and among them the one that proposes and the one that
holds the veto over the budget. The 12 deals that all six accept are counted from the score
table; whether the paper prints that number could not be checked.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from detente.engines.deal_space import (
    AtLeast,
    Domain,
    Meets,
    Verdict,
    all_of,
    count_packages,
    nearest_acceptable,
    nearest_packages,
    zone_of_possible_agreement,
)

N_OPTIONS = (3, 3, 4, 4, 5)
# party: (scores on the options of each issue A to E, least total it accepts)
SCORES = {
    "SportCo": ([[14, 8, 0], [11, 7, 0], [0, 5, 10, 17], [35, 29, 20, 0], [0, 5, 10, 15, 23]], 55),
    "Department of Tourism": (
        [[0, 11, 5], [0, 20, 25], [0, 2, 4, 9], [10, 26, 40, 0], [4, 8, 15, 12, 0]],
        65,
    ),
    "Environmental League": (
        [[0, 22, 45], [0, 25, 55], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0, 0]],
        55,
    ),
    "Local Labour Union": (
        [[15, 20, 0], [0, 0, 0], [42, 35, 25, 0], [30, 20, 10, 0], [2, 4, 6, 8, 0]],
        50,
    ),
    "Mayor": ([[14, 8, 0], [12, 8, 0], [24, 18, 12, 0], [40, 30, 23, 0], [0, 2, 4, 7, 10]], 30),
    "Other cities": (
        [[0, 4, 10], [0, 0, 0], [12, 8, 6, 0], [0, 8, 13, 18], [60, 45, 30, 15, 0]],
        31,
    ),
}
VETO = np.array([party in ("SportCo", "Department of Tourism") for party in SCORES])
DEALS = np.array(list(itertools.product(*map(range, N_OPTIONS))))
FIRST_PROPOSAL = [0, 0, 3, 0, 4]  # A1, B1, C4, D1, E5 in the repository's initial_deal.txt


@pytest.fixture(scope="module")
def verdicts() -> npt.NDArray[np.int8]:
    columns = []
    for scores, threshold in SCORES.values():
        total = sum(np.array(scores[issue])[DEALS[:, issue]] for issue in range(5))
        columns.append(np.where(total >= threshold, Verdict.YES, Verdict.NO))
    return np.column_stack(columns).astype(np.int8)


def test_there_are_720_deals() -> None:
    assert len(DEALS) == 720


def test_55_deals_pass(verdicts: npt.NDArray[np.int8]) -> None:
    zone = zone_of_possible_agreement(verdicts, required=VETO, quota=5)
    assert (zone.n_possible, zone.n_undecided) == (55, 0)


def test_all_six_accept_12_deals(verdicts: npt.NDArray[np.int8]) -> None:
    everybody = zone_of_possible_agreement(verdicts, required=np.ones(6, dtype=np.bool_))
    by_quota = zone_of_possible_agreement(verdicts, required=np.zeros(6, dtype=np.bool_), quota=6)
    assert everybody.n_possible == by_quota.n_possible == 12
    assert (everybody.verdict == by_quota.verdict).all()


def test_every_refused_deal_shows_who_or_what_stops_it(verdicts: npt.NDArray[np.int8]) -> None:
    zone = zone_of_possible_agreement(verdicts, required=VETO, quota=5)
    refused = zone.verdict == Verdict.NO
    assert (refused == (zone.refused_by.any(axis=1) | zone.quota_missed)).all()
    assert not zone.refused_by[:, ~VETO].any()


def test_opening_proposal_fails_and_a_deal_that_passes_is_three_issues_away(
    verdicts: npt.NDArray[np.int8],
) -> None:
    """Derived: counted below by comparing the passing deals one by one."""
    zone = zone_of_possible_agreement(verdicts, required=VETO, quota=5)
    passing = zone.verdict == Verdict.YES
    apart = [sum(a != b for a, b in zip(d, FIRST_PROPOSAL, strict=True)) for d in DEALS[passing]]
    nearest = nearest_packages(DEALS, FIRST_PROPOSAL, passing)
    assert nearest.n_changes == min(apart)
    assert nearest.packages.size == apart.count(min(apart))
    assert nearest.n_changes == 3


def test_the_same_numbers_without_listing_a_deal() -> None:
    domain = Domain(
        tuple(
            np.array(
                [[scores[issue][option] for scores, _ in SCORES.values()] for option in range(n)]
            )
            for issue, n in enumerate(N_OPTIONS)
        )
    )
    votes = tuple(Meets(k, threshold) for k, (_, threshold) in enumerate(SCORES.values()))
    five_with_both_vetoes = all_of(
        *(vote for vote, has_veto in zip(votes, VETO, strict=True) if has_veto),
        AtLeast(votes, (1,) * 6, 5),
    )
    passing = count_packages(domain, five_with_both_vetoes)
    assert (domain.size, passing.at_least, passing.at_most) == (720, 55, 55)
    everybody = count_packages(domain, all_of(*votes))
    assert (everybody.at_least, everybody.at_most) == (12, 12)
    nearest = nearest_acceptable(domain, five_with_both_vetoes, FIRST_PROPOSAL, most_ties=50)
    assert nearest.n_changes == nearest.at_least == 3
    assert nearest.has_all
