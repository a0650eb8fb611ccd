"""A surplus that moves: delay is exactly where stopping is not optimal.

A. Merlo, C. Wilson, "A stochastic model of sequential bargaining with complete information",
Econometrica 63 (1995), 371-399 (n parties, transferable utility, unanimity, surplus and proposer
move at random), and "Efficient delays in a stochastic model of bargaining", Economic Theory 11
(1998), 39-55. With a common discount factor the parties' values add up to that of stopping the
surplus at the best time, whoever proposes, and they agree where stopping is optimal. The abstract
of the first paper was read; which of the two states this, and where, could not be checked. For a
finite horizon it is re-derived: a proposer leaves all others at what waiting is worth to them, so
that agreement pays it if and only if the surplus is at least the sum of everybody's waiting.
The oracle is plain value iteration.

Beside it, one party that waits for an offer from outside that comes as a Poisson process.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from bargaining_games import moving_surplus, poisson_option

from detente.engines.bargaining.equilibrium import EXIT, BargainingEquilibrium
from detente.engines.bargaining.solve import solve_bargaining

Numbers = npt.NDArray[np.float64]
N_CHAINS = 150


@dataclass(frozen=True)
class Chain:
    """A surplus per world, chances between worlds, recognition per world and party."""

    surplus: Numbers
    chances: Numbers
    recognised: Numbers
    discount: float

    def solve(self, n_periods: int) -> BargainingEquilibrium:
        return solve_bargaining(
            moving_surplus(self.surplus, self.chances, self.recognised, self.discount, n_periods)
        )

    @property
    def long(self) -> int:
        """So many periods that what comes after them counts for less than 1e-9."""
        return math.ceil(math.log(1e-9 / self.surplus.max()) / math.log(self.discount))


def random_chain(seed: int) -> Chain:
    """Draw one; sparse and dense chances, fixed and random proposers, worlds with nothing."""
    rng = np.random.default_rng(seed)
    n_worlds, n = int(rng.integers(2, 8)), int(rng.integers(2, 5))
    weights = rng.exponential(size=(n_worlds, n_worlds))
    weights *= rng.random(weights.shape) < rng.choice([0.3, 0.7, 1.0])
    weights[np.arange(n_worlds), rng.integers(n_worlds, size=n_worlds)] += 0.1
    floor = rng.dirichlet(np.ones(n), size=n_worlds)
    if rng.random() < 0.5:
        floor = np.eye(n)[rng.integers(n, size=n_worlds)]
    surplus = rng.uniform(0.1, 10, size=n_worlds)
    surplus[rng.random(n_worlds) < 0.2] = 0.0
    surplus[rng.integers(n_worlds)] = 5.0
    discount = float(rng.uniform(0.5, 0.97))
    return Chain(surplus, weights / weights.sum(axis=1, keepdims=True), floor, discount)


def best_stopping(chain: Chain, n_periods: int) -> Numbers:
    """Return the value of stopping at the best time, in each world, with so many chances to."""
    worth = np.zeros(len(chain.surplus))
    for _ in range(n_periods):
        worth = np.maximum(chain.surplus, chain.discount * chain.chances @ worth)
    return worth


every_chain = pytest.mark.parametrize("seeds", [range(k, k + 30) for k in range(0, N_CHAINS, 30)])


@every_chain
def test_merlo_wilson_values_add_up_to_best_stopping_at_every_date(seeds: range) -> None:
    n_periods = 12
    for chain in map(random_chain, seeds):
        found = chain.solve(n_periods)
        for period in range(n_periods + 1):
            expected = best_stopping(chain, n_periods - period)
            assert found.value[period].sum(axis=1) == pytest.approx(expected, abs=1e-9)


@every_chain
def test_merlo_wilson_values_add_up_to_best_stopping_without_end(seeds: range) -> None:
    for chain in map(random_chain, seeds):
        total = chain.solve(chain.long).value[0].sum(axis=1)
        waiting = chain.discount * chain.chances @ total
        assert total == pytest.approx(np.maximum(chain.surplus, waiting), abs=1e-7)


@every_chain
def test_merlo_wilson_each_party_has_its_waiting_and_the_proposer_what_agreement_adds(
    seeds: range,
) -> None:
    n_periods = 12
    for chain in map(random_chain, seeds):
        found = chain.solve(n_periods)
        value = np.zeros_like(chain.recognised)
        for period in reversed(range(n_periods)):
            waiting = chain.discount * chain.chances @ value
            gain = np.maximum(chain.surplus - waiting.sum(axis=1), 0)
            value = waiting + chain.recognised * gain[:, None]
            assert found.waiting[period] == pytest.approx(waiting, abs=1e-9)
            assert found.value[period] == pytest.approx(value, abs=1e-9)


def test_merlo_wilson_agreement_waits_exactly_where_stopping_is_not_optimal() -> None:
    n_periods, agreed, delayed = 12, 0, 0
    for chain in map(random_chain, range(N_CHAINS)):
        found = chain.solve(n_periods)
        assert found.shares is not None
        for period in range(n_periods):
            later = best_stopping(chain, n_periods - period - 1)
            waiting = chain.discount * chain.chances @ later
            for world, proposer in np.argwhere(chain.recognised > 0).tolist():
                rows = found.rows(period, world, 0, proposer)
                gain = chain.surplus[world] - waiting[world]
                if abs(gain) < 1e-6:
                    continue
                assert (found.accepted[rows].tolist() == [1.0]) == (gain > 0)
                if gain > 0:
                    agreed += 1
                    whole = found.shares[rows].sum() * chain.surplus[world]
                    assert whole == pytest.approx(chain.surplus[world])
                else:
                    delayed += 1
                    assert not found.accepted[rows].any()
    assert agreed > 5_000
    assert delayed > 5_000


def test_merlo_wilson_who_proposes_changes_shares_but_not_the_dates() -> None:
    rng = np.random.default_rng(1)
    for chain in map(random_chain, range(20)):
        other = Chain(
            chain.surplus,
            chain.chances,
            rng.dirichlet(np.ones(chain.recognised.shape[1]), size=len(chain.surplus)),
            chain.discount,
        )
        totals = [each.solve(20).value.sum(axis=2) for each in (chain, other)]
        assert totals[0] == pytest.approx(totals[1], abs=1e-9)


def test_a_surplus_that_grows_faster_than_patience_costs_is_left_to_grow() -> None:
    """It doubles three times and then stays; at 0.9 a period that is worth the wait."""
    surplus, chances = np.array([1.0, 2.0, 4.0, 8.0]), np.eye(4, k=1)
    chances[3, 3] = 1
    chain = Chain(surplus, chances, np.full((4, 2), 0.5), 0.9)
    found = chain.solve(chain.long)
    assert found.value[0].sum(axis=1) == pytest.approx(8 * 0.9 ** np.array([3, 2, 1, 0]))
    accepted = [found.accepted[found.rows(0, world, 0, 0)].tolist() for world in range(4)]
    assert accepted == [[], [], [], [1.0]]


# --- one party and a Poisson process ---------------------------------------------------------

ARRIVES, WORTH, RATE = 0.3, 5.0, 0.1


def worth_of_waiting(dt: float) -> float:
    """Return c of c = delta (q w + (1 - q) c), q the chance of an offer within a period."""
    discount, struck = math.exp(-RATE * dt), -math.expm1(-ARRIVES * dt)
    return discount * struck * WORTH / (1 - discount * (1 - struck))


@pytest.mark.parametrize("above", [-1.0, -1e-4, 1e-4, 1.0])
@pytest.mark.parametrize("dt", [1.0, 0.1])
def test_a_deal_is_taken_if_it_beats_waiting_for_the_outside_offer(dt: float, above: float) -> None:
    threshold = worth_of_waiting(dt)
    n_periods = math.ceil(25 / (ARRIVES + RATE) / dt) * 2
    game = poisson_option(ARRIVES, WORTH, threshold + above, RATE, dt, n_periods)
    found = solve_bargaining(game)
    assert found.value[0, :, 0] == pytest.approx([max(threshold, threshold + above), WORTH])
    tabled = found.package[found.rows(0, 0, 0, 0)].tolist()
    assert tabled == ([0] if above > 0 else [])
    assert found.package[found.rows(0, 1, 0, 0)].tolist() == [EXIT]


def test_in_short_periods_waiting_is_worth_the_continuous_limit() -> None:
    """Rate times worth over rate plus discount rate, off by half as much in half the period."""
    limit = ARRIVES * WORTH / (ARRIVES + RATE)
    off = [limit - worth_of_waiting(dt) for dt in (0.02, 0.01)]
    assert 0 < off[1] < RATE * WORTH * 0.01
    assert off[0] / off[1] == pytest.approx(2, rel=0.01)
    game = poisson_option(ARRIVES, WORTH, 0.0, RATE, 0.01, 12_000)
    assert limit - solve_bargaining(game).value[0, 0, 0] == pytest.approx(off[1], abs=1e-6)
