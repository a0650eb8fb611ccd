"""When power shifts, and what there is to settle short of war.

- J. Fearon, "Rationalist explanations for war", International Organization 49 (1995), 379-414: a
  division x of a good of size 1 is better than war for both sides if x is between p - c_A and
  p + c_B, where A wins with chance p and the sides bear the costs c_A and c_B.
- R. Powell, "The inefficient use of power: costly conflict with complete information", American
  Political Science Review 98 (2004), 231-241, and "War as a commitment problem", International
  Organization 60 (2006), 169-203: a large and rapid shift of power leads to war, although both
  sides know everything, because the side that rises cannot bind its later self.

The two-stage case is re-derived, the papers' own statement of it was not at hand. A flow of 1 per
period is divided one period at a time. War destroys the share D of it for good and the winner has
the rest, (1 - D) / (1 - delta); the rising side wins with chance p0 now and p1 ever after. From
then on the declining side, which makes the offers, leaves it (1 - D) p1 a period, no more than
war would. Before, giving nothing is the most the declining side can keep: 1 now and later what is
left; war is better for it exactly if (1 - D)(1 - p0) > 1 - delta (1 - D) p1, which is
delta p1 - p0 > D / (1 - D).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from bargaining_games import DECLINING, RISING, crisis, shifting_power

from detente.engines.bargaining.equilibrium import BargainingEquilibrium
from detente.engines.bargaining.solve import solve_bargaining

# --- shifting power --------------------------------------------------------------------------

SETTINGS = [
    (discount, destroyed, now)
    for discount in (0.8, 0.9, 0.95)
    for destroyed in (0.05, 0.2, 0.3)
    for now in (0.05, 0.2)
]


def solve(discount: float, destroyed: float, wins: list[float]) -> BargainingEquilibrium:
    n_periods = math.ceil(math.log(1e-13) / math.log(discount))
    return solve_bargaining(shifting_power(discount, destroyed, wins, n_periods))


def is_war(found: BargainingEquilibrium, stage: int) -> bool:
    """Say whether the talks end at once in war; if not, a truce is made for certain."""
    rows = found.rows(0, stage, 0, DECLINING)
    fought = float((found.chance[rows] * found.exited[rows].sum(axis=1)).sum())
    made = float((found.chance[rows] * found.accepted[rows]).sum())
    assert {fought, made} == {0.0, 1.0}
    return fought == 1.0


@pytest.mark.parametrize("beyond", [-0.1, -1e-3, -1e-6, 0.0, 1e-6, 1e-3, 0.1])
@pytest.mark.parametrize(("discount", "destroyed", "now"), SETTINGS)
def test_powell_two_stages_war_exactly_if_the_shift_outweighs_the_cost(
    discount: float, destroyed: float, now: float, beyond: float
) -> None:
    later = (destroyed / (1 - destroyed) + now + beyond) / discount
    assert 0 < later < 1
    found = solve(discount, destroyed, [now, later])
    assert is_war(found, 0) == (beyond > 0)
    assert not is_war(found, 1)
    total = (1 - destroyed) / (1 - discount)
    if beyond > 0:
        expected = [total * (1 - now), total * now]
    else:
        rising = total * max(now, discount * later)
        expected = [1 / (1 - discount) - rising, rising]
    assert found.value[0, 0] == pytest.approx(expected, abs=1e-6)
    settled = [1 / (1 - discount) - total * later, total * later]
    assert found.value[0, 1] == pytest.approx(settled, abs=1e-6)


def test_powell_2004_war_if_what_each_side_can_make_sure_of_is_more_than_there_is() -> None:
    """The declining side by war now, the rising side by war later: together above the whole."""
    rng = np.random.default_rng(7)
    wars = 0
    for _ in range(200):
        discount, destroyed = rng.uniform(0.5, 0.95), rng.uniform(0.02, 0.5)
        now, later = np.sort(rng.random(2))
        total = (1 - destroyed) / (1 - discount)
        excess = total * (1 - now) + discount * total * later - 1 / (1 - discount)
        found = solve(discount, destroyed, [now, later])
        assert is_war(found, 0) == (excess > 0)
        wars += excess > 0
    assert 20 < wars < 180


def test_powell_a_truce_gives_the_rising_side_what_war_would_and_no_more() -> None:
    discount, destroyed, now, later = 0.9, 0.2, 0.5, 0.53
    found = solve(discount, destroyed, [now, later])
    assert found.shares is not None
    gives = [found.shares[found.rows(0, stage, 0, DECLINING)][0, RISING] for stage in (0, 1)]
    before = (1 - destroyed) * (now - discount * later) / (1 - discount)
    after = (1 - destroyed) * later
    assert gives == pytest.approx([before, after])
    assert 0 < before < after


def test_powell_the_same_shift_in_small_steps_is_no_cause_of_war() -> None:
    discount, destroyed = 0.9, 0.2
    assert is_war(solve(discount, destroyed, [0.1, 0.9]), 0)
    slowly = np.linspace(0.1, 0.9, 21).tolist()
    found = solve(discount, destroyed, slowly)
    assert not any(is_war(found, stage) for stage in range(len(slowly)))


def test_powell_a_side_that_does_not_rise_is_never_fought() -> None:
    for wins in ([0.5, 0.5], [0.7, 0.7], [0.9, 0.9]):
        assert not is_war(solve(0.9, 0.01, wins), 0)


# --- the bargaining range --------------------------------------------------------------------

TENTHS = np.arange(11) / 10
CRISES = [
    (0.5, (0.2, 0.3)),
    (0.7, (0.1, 0.1)),
    (0.1, (0.3, 0.2)),
    (0.9, (0.1, 0.4)),
    (0.55, (0, 0)),
]


@pytest.mark.parametrize("proposer", [0, 1])
@pytest.mark.parametrize(("wins", "costs"), CRISES)
def test_fearon_1995_a_division_is_settled_on_exactly_in_the_bargaining_range(
    wins: float, costs: tuple[float, float], proposer: int
) -> None:
    found = solve_bargaining(crisis(wins, costs, proposer=proposer, divided=TENTHS))
    war = [wins - costs[0], 1 - wins - costs[1]]
    for place, share in enumerate(TENTHS.tolist()):
        inside = war[0] - 1e-9 <= share <= wins + costs[1] + 1e-9
        rows = found.rows(0, place, 0, proposer)
        assert found.accepted[rows].tolist() == ([1.0] if inside else [])
        expected = [share, 1 - share] if inside else war
        assert found.value[0, place] == pytest.approx(expected)


@pytest.mark.parametrize(("wins", "costs"), CRISES)
def test_fearon_1995_who_proposes_takes_the_others_end_of_the_range(
    wins: float, costs: tuple[float, float]
) -> None:
    for proposer, end in ((0, min(1, wins + costs[1])), (1, max(0, wins - costs[0]))):
        found = solve_bargaining(crisis(wins, costs, proposer=proposer))
        assert found.value[0, 0] == pytest.approx([end, 1 - end])
        assert found.accepted[found.rows(0, 0, 0, proposer)].tolist() == [1.0]
