"""Dividing a dollar in an assembly: the closed rule of Baron and Ferejohn, and unanimity.

D. Baron, J. Ferejohn, "Bargaining in legislatures", American Political Science Review 83 (1989),
1181-1206: a member is recognised at random, proposes a division, and it passes with the votes of q
of n. Each member's value is 1/n; the proposer keeps 1 - delta (q - 1) / n and buys the q - 1 votes
that it lacks at delta / n each, from members chosen evenly. For a simple majority (q = (n + 1) / 2)
that is 1 - delta (n - 1) / (2 n), which a published summary of the paper gives; the general q, two
sessions with unequal recognition, and unanimity are re-derived here and held against the engine.

A finite number of sessions picks the stationary equilibrium, from the second to last session on.
The open rule has a file of its own.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from bargaining_games import divisions, legislature, legislature_on_a_grid

from detente.engines.bargaining.equilibrium import BargainingEquilibrium
from detente.engines.bargaining.solve import solve_bargaining

ASSEMBLIES = [(n, quota) for n in (3, 5, 9) for quota in range(1, n + 1)]


def the_rows(found: BargainingEquilibrium, period: int, member: int) -> list[int]:
    rows = found.rows(period, 0, 0, member)
    return list(range(*rows.indices(len(found.package))))


# --- majorities ------------------------------------------------------------------------------


@pytest.mark.parametrize("discount", [0.3, 0.8, 1.0])
@pytest.mark.parametrize(("n", "quota"), ASSEMBLIES)
def test_baron_ferejohn_1989_closed_rule(n: int, quota: int, discount: float) -> None:
    n_sessions = 5
    found = solve_bargaining(legislature([discount] * n, n_sessions, quota=quota))
    assert found.value[:-1] == pytest.approx(np.full((n_sessions, 1, n), 1 / n))
    assert found.shares is not None
    for session, member in itertools.product(range(n_sessions - 1), range(n)):
        (row,) = the_rows(found, session, member)
        assert found.accepted[row] == found.chance[row] == 1.0
        keeps = 1 - discount * (quota - 1) / n
        expected = np.full(n, (1 - keeps) / (n - 1))  # each other member, bought or not
        expected[member] = keeps
        assert found.shares[row] == pytest.approx(expected, abs=1e-9)


def test_baron_ferejohn_1989_last_session_is_the_proposers() -> None:
    found = solve_bargaining(legislature([0.8] * 5, 3, quota=3))
    assert found.shares is not None
    for member in range(5):
        (row,) = the_rows(found, 2, member)
        assert found.shares[row] == pytest.approx(np.eye(5)[member])


@pytest.mark.parametrize("recognised", [(0.5, 0.3, 0.2), (0.4, 0.3, 0.3), (0.6, 0.2, 0.2)])
def test_two_sessions_in_which_the_cheapest_vote_is_bought(
    recognised: tuple[float, ...],
) -> None:
    """Next session each is worth its chance of recognition; equally cheap votes are bought evenly."""
    discount = 0.9
    found = solve_bargaining(legislature([discount] * 3, 2, recognised=recognised, quota=2))
    worth = np.zeros(3)
    for proposer, chance in enumerate(recognised):
        others = [k for k in range(3) if k != proposer]
        price = discount * min(recognised[k] for k in others)
        cheapest = [k for k in others if math.isclose(discount * recognised[k], price)]
        worth[proposer] += chance * (1 - price)
        worth[cheapest] += chance * price / len(cheapest)
    assert found.value[1, 0] == pytest.approx(np.array(recognised))
    assert found.value[0, 0] == pytest.approx(worth)


@pytest.mark.parametrize(
    ("n", "quota", "parts", "discount"),
    [(3, 2, 10, 0.9), (3, 3, 10, 0.9), (5, 3, 10, 0.5), (5, 4, 10, 0.5), (4, 3, 8, 0.5)],
)
def test_baron_ferejohn_1989_with_coins(n: int, quota: int, parts: int, discount: float) -> None:
    """The price of a vote is a whole number of coins, and every cheapest coalition ties."""
    found = solve_bargaining(legislature_on_a_grid(discount, n, quota, parts, 3))
    assert found.value[:-1] == pytest.approx(np.full((3, 1, n), 1 / n))
    ways = divisions(n, parts)
    for member in range(n):
        rows = the_rows(found, 0, member)
        assert len(rows) == math.comb(n - 1, quota - 1)
        assert found.chance[rows] == pytest.approx(1 / len(rows))
        assert (found.accepted[rows] == 1).all()
        tabled = ways[:, found.package[rows]]
        assert tabled[member] == pytest.approx(1 - discount * (quota - 1) / n)
        others = np.delete(tabled, member, axis=0)
        assert ((others > 0).sum(axis=0) == quota - 1).all()


def test_with_coins_too_coarse_the_price_of_a_vote_is_rounded_up() -> None:
    """0.85 / 3 is between two and three tenths: three are paid."""
    found = solve_bargaining(legislature_on_a_grid(0.85, 3, 2, 10, 3))
    tabled = divisions(3, 10)[:, found.package[the_rows(found, 0, 0)]]
    assert sorted(map(tuple, tabled.T.tolist())) == [(0.7, 0.0, 0.3), (0.7, 0.3, 0.0)]
    assert found.value[0, 0] == pytest.approx(1 / 3)


# --- unanimity -------------------------------------------------------------------------------

RECOGNISED = [(0.5, 0.5), (0.5, 0.3, 0.2), (0.1, 0.2, 0.3, 0.4), (0.0, 0.7, 0.3)]


@pytest.mark.parametrize("discount", [0.2, 0.9, 1.0])
@pytest.mark.parametrize("recognised", RECOGNISED)
def test_under_unanimity_a_member_is_worth_its_chance_of_recognition(
    recognised: tuple[float, ...], discount: float
) -> None:
    n = len(recognised)
    found = solve_bargaining(legislature([discount] * n, 8, recognised=recognised))
    assert found.value[:-1] == pytest.approx(np.tile(recognised, (8, 1, 1)))


@pytest.mark.parametrize("recognised", RECOGNISED)
def test_under_unanimity_patience_counts_as_recognition_does(
    recognised: tuple[float, ...],
) -> None:
    """In proportion to p / (1 - delta): v = p (1 - sum of delta v) + delta v for each."""
    discounts = (0.9, 0.8, 0.5, 0.95)[: len(recognised)]
    found = solve_bargaining(legislature(discounts, 500, recognised=recognised))
    weights = np.array(recognised) / (1 - np.array(discounts))
    assert found.value[0, 0] == pytest.approx(weights / weights.sum(), abs=1e-7)


def test_a_quota_of_all_is_unanimity() -> None:
    by_quota = solve_bargaining(legislature([0.9, 0.7, 0.8], 30, quota=3))
    asked = solve_bargaining(legislature([0.9, 0.7, 0.8], 30))
    assert by_quota.value == pytest.approx(asked.value)
