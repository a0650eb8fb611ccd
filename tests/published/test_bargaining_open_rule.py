"""Dividing a dollar where a proposal can be amended: the open rule of Baron and Ferejohn, n = 3.

D. Baron, J. Ferejohn, "Bargaining in legislatures", American Political Science Review 83 (1989),
1181-1206: once somebody has proposed, another member is recognised, who moves the question (a vote
against nothing) or an amendment (a vote against the proposal; the winner stands, and a period has
passed). The proposer keeps y and gives the rest in equal parts to m members, who would second it:
each of them must get what becoming the proposer is worth, one period later.

For three members and a simple majority, re-derived here (the form of the strategies is that of a
published summary of the paper; where it states these numbers could not be checked):

- m = 2, seconded by whoever is recognised: y = 1 / (1 + 2 delta);
- m = 1, seconded in half of all cases; else who is left out puts itself in the proposer's place.
  To be the proposer is worth V = y / 2 + (delta / 2) (delta / 2) V, and 1 - y = delta V, so that
  y = (4 - delta^2) / (4 + 2 delta - delta^2). The dollar is worth 1 / (2 - delta), by the delay;
- the second is better for the proposer for delta above sqrt(3) - 1.

The engine takes a dollar of coins: a member's price is rounded up to a coin, and where the formula
says a whole number of coins, a member that is exactly indifferent would not surely second, so that
delta is a hair below. On a few grids the finite game goes round instead of settling down; the cases
are those in which it settles.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from bargaining_games import divisions, open_rule

from detente.engines.bargaining.equilibrium import BargainingEquilibrium
from detente.engines.bargaining.solve import solve_bargaining

N_SESSIONS = 24
A_HAIR = 1e-7
PATIENT = math.sqrt(3) - 1


@functools.cache
def solved(discount: float, parts: int) -> BargainingEquilibrium:
    """Solve the three members' game, once for several tests."""
    return solve_bargaining(open_rule(discount, 3, 2, parts, N_SESSIONS))


def opened_with(found: BargainingEquilibrium, session: int, parts: int) -> list[list[float]]:
    """Return the divisions that member 0 opens with, all equally often."""
    rows = found.rows(session, 0, 0, 0)
    ways = divisions(3, parts)
    assert found.chance[rows] == pytest.approx(1 / len(found.chance[rows]))
    return sorted(ways[:, found.package[rows]].T.tolist())


@pytest.mark.parametrize(
    ("discount", "parts"),
    [(0.3, 5), (1 / 3 - A_HAIR, 5), (0.25 - A_HAIR, 6), (0.5 - A_HAIR, 8)],
)
def test_baron_ferejohn_1989_impatient_members_all_second(discount: float, parts: int) -> None:
    assert discount < PATIENT
    found = solved(discount, parts)
    keeps = 1 / (1 + 2 * discount)
    price = math.ceil((1 - keeps) / 2 * parts) / parts
    for session in range(4):
        (division,) = opened_with(found, session, parts)
        assert division == pytest.approx([1 - 2 * price, price, price])
    if round(price * parts) == pytest.approx((1 - keeps) / 2 * parts, abs=1e-5):
        assert 1 - 2 * price == pytest.approx(keeps, abs=1e-6)
    assert found.value[0, 0] == pytest.approx(discount / 3)  # opening took a period


@pytest.mark.parametrize(
    ("discount", "parts"),
    [(0.75, 5), (0.8, 5), (0.9, 5), (0.92, 5), (0.85, 8)],
)
def test_baron_ferejohn_1989_patient_members_leave_one_out(discount: float, parts: int) -> None:
    assert discount > PATIENT
    found = solved(discount, parts)
    keeps = (4 - discount**2) / (4 + 2 * discount - discount**2)
    price = math.ceil((1 - keeps) * parts) / parts
    two = [[1 - price, 0, price], [1 - price, price, 0]]
    for session in range(4):
        assert np.array(opened_with(found, session, parts)) == pytest.approx(np.array(two))
    total = 1 / (2 - discount)
    assert found.value[0, 0] == pytest.approx(discount * total / 3, abs=1e-6)


@pytest.mark.parametrize(("discount", "parts"), [(0.8, 5), (0.9, 5), (0.85, 8)])
def test_baron_ferejohn_1989_half_of_all_proposals_are_amended(discount: float, parts: int) -> None:
    found = solved(discount, parts)
    ways = divisions(3, parts)
    keeps, price, _ = opened_with(found, 0, parts)[1]
    (place,) = np.flatnonzero((np.abs(ways.T - [keeps, price, 0]) < 1e-9).all(axis=1))
    world = 1 + int(place)  # member 0 has proposed it
    each = ways.shape[1]

    rows = found.rows(0, world, 0, 1)
    assert found.package[rows].tolist() == [6 * each + place]  # member 1 moves the question
    assert found.accepted[rows].tolist() == [1.0]

    rows = found.rows(0, world, 0, 2)
    (package,) = found.package[rows].tolist()
    assert found.accepted[rows].tolist() == [1.0]
    assert 3 * each + 2 * each <= package < 6 * each  # member 2 moves an amendment
    assert ways[:, package % each] == pytest.approx([0, price, keeps])

    proposer = keeps / 2 / (1 - discount**2 / 4)
    assert found.value[0, world, 0] == pytest.approx(proposer, abs=1e-6)
    assert found.value[0, world].sum() == pytest.approx(1 / (2 - discount), abs=1e-6)
