"""One party alone: optimal stopping, with closed forms, through the public engine.

With one party that always has the floor, bargaining in time is optimal stopping: sign and have the
package, or wait and see what the clocks do.

- Search. J. J. McCall, Economics of information and job search, Quarterly Journal of Economics 84,
  1970, 113-126, section II. Numbers: the tests of the lecture "Job Search I: The McCall Search
  Model" in Quantitative Economics with Julia (J. Perla, T. J. Sargent, J. Stachurski), beta-binomial
  offers (50, 200, 100) on 51 wages from 10 to 60. The equation of the reservation wage v,
  v - c = beta / (1 - beta) E max(w - v, 0), is that of L. Ljungqvist, T. J. Sargent, Recursive
  Macroeconomic Theory, the chapter on search and unemployment.
- A Poisson event of rate a that pays b and ends it all, c per unit of time until then, discount
  rate r. Waiting for ever is worth c / (r + a) + b a / (r + a): the integral of
  exp(-(r + a) t) (c + a b). As nothing changes until the event, what is right at one moment is
  right at any: stop and have g if and only if g is at least that. In periods of length h with
  the flow paid first, d = exp(-r h) and q = exp(-a h), the same argument gives
  (c h + d (1 - q) b) / (1 - d q).
- A hazard a(t) that falls. Gain from waiting a moment longer, c + a(t) (b - g) - r g, then falls
  too: once it is negative it stays so, and stopping at the first such moment is optimal (the
  monotone case of Y. S. Chow and H. Robbins). The value at 0 follows by quadrature.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy.integrate import quad
from scipy.special import betaln, gammaln

from detente.engines.bargaining.chain import WorldChain, world_chain
from detente.engines.bargaining.equilibrium import BargainingEquilibrium
from detente.engines.bargaining.game import bargaining_game
from detente.engines.bargaining.hazards import (
    Clock,
    ConstantClock,
    DatedClock,
    WeibullClock,
)
from detente.engines.bargaining.solve import solve_bargaining

Floats = npt.NDArray[np.float64]
IMPATIENCE = 0.2


def stopping(
    chain: WorldChain,
    *,
    stop: float,
    flow: float,
    rewards: list[float],
    recall: bool = False,
    belief: int = 0,
) -> BargainingEquilibrium:
    """Solve for one party that may stop; each branch of the one clock pays its reward at once.

    The reward is paid out as an annuity of the same present value. With recall one may still stop
    after the event.
    """
    annuity = -math.expm1(-IMPATIENCE * chain.dt) / chain.dt
    waiting = np.array([flow, *(annuity * reward for reward in rewards)])
    n_worlds = len(waiting)
    game = bargaining_game(
        waiting=waiting[:, None],
        kept=np.zeros((1, 1, 1)),
        lump=stop,
        chances=chain.chances,
        phase=chain.phase,
        belief_of=[belief],
        recognition=np.ones((n_worlds, 1, 1)),
        discount_rate=IMPATIENCE,
        dt=chain.dt,
        available=np.array([True, *[recall] * len(rewards)])[:, None],
    )
    return solve_bargaining(game)


def stops(found: BargainingEquilibrium, period: int) -> bool:
    rows = found.rows(period, 0, 0, 0)
    return bool(rows.stop > rows.start)


def poisson(rate: float, dt: float, n_periods: int = 20) -> WorldChain:
    return world_chain([ConstantClock(rate)], dt=dt, n_periods=n_periods)


def in_periods(rate: float, flow: float, reward: float, dt: float) -> float:
    """Return what waiting for ever for the event is worth in periods of length dt."""
    stays, worth = math.exp(-rate * dt), math.exp(-IMPATIENCE * dt)
    return (flow * dt + worth * (1 - stays) * reward) / (1 - worth * stays)


# --- search ------------------------------------------------------------------------------------

WAGES = np.linspace(10.0, 60.0, 51)


def beta_binomial(n: int, a: float, b: float) -> Floats:
    k = np.arange(n + 1)
    logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    found = np.exp(logs + betaln(k + a, n - k + b) - betaln(a, b))
    return np.asarray(found / found.sum())


def search(pay: float, factor: float) -> BargainingEquilibrium:
    """Solve McCall's model: the world says which wage is offered; a job keeps it for ever."""
    offers = np.tile(beta_binomial(50, 200, 100), (51, 1))
    game = bargaining_game(
        waiting=np.full((51, 1), pay),
        kept=WAGES[:, None, None],
        chances=np.stack([offers, np.eye(51)])[None, None],
        phase=np.zeros(600, dtype=int),
        recognition=np.ones((51, 1, 1)),
        discount_rate=-math.log(factor),
        regime=[1],
    )
    return solve_bargaining(game, named=[0])


@pytest.mark.parametrize(
    ("pay", "factor", "reservation_wage"),
    [
        (25.0, 0.99, 47.31649976654623),
        (10.0, 0.9, 40.39579058732559),
        (30.0, 0.99, 47.69960582438523),
        (12.5, 0.91125, 41.15851842606614),
    ],
    ids=["quantecon_default", "quantecon_least", "quantecon_most", "quantecon_fourth"],
)
def test_the_reservation_wage_of_mccall_is_what_the_lecture_prints(
    pay: float, factor: float, reservation_wage: float
) -> None:
    found = search(pay, factor)
    wage = (1 - factor) * found.waiting[0, :, 0]
    np.testing.assert_allclose(wage, reservation_wage, rtol=0, atol=1e-6)
    chances = beta_binomial(50, 200, 100)
    gain = factor / (1 - factor) * chances @ np.maximum(WAGES - wage[0], 0)
    assert wage[0] - pay == pytest.approx(gain, abs=1e-9)
    taken = [found.rows(0, w, 0, 0).stop > found.rows(0, w, 0, 0).start for w in range(51)]
    assert taken == (wage[0] <= WAGES).tolist()
    np.testing.assert_allclose(found.signed[0, :, 0, 0], WAGES / (1 - factor), rtol=1e-12)


# --- a Poisson event ---------------------------------------------------------------------------


@pytest.mark.parametrize("dt", [1.0, 0.25, 0.01])
@pytest.mark.parametrize(
    ("rate", "flow", "reward"), [(0.3, 0.0, 2.0), (0.05, 0.1, 5.0), (1, 0.4, 0)]
)
def test_waiting_for_a_poisson_event_is_worth_the_formula_at_any_length_of_periods(
    rate: float, flow: float, reward: float, dt: float
) -> None:
    waits = in_periods(rate, flow, reward, dt)
    for stop, right in ((waits * 0.999, False), (waits * 1.001, True), (waits * 2, True)):
        found = stopping(poisson(rate, dt), stop=stop, flow=flow, rewards=[reward])
        assert found.value[0, 0, 0] == pytest.approx(max(waits, stop), abs=1e-12)
        assert stops(found, 0) == right
        assert stops(found, 19) == right


@pytest.mark.parametrize(
    ("rate", "flow", "reward"), [(0.3, 0.0, 2.0), (0.05, 0.1, 5.0), (1, 0.4, 0)]
)
def test_short_periods_tend_to_the_value_in_continuous_time_at_first_order(
    rate: float, flow: float, reward: float
) -> None:
    limit = (flow + rate * reward) / (IMPATIENCE + rate)

    def value(dt: float) -> float:
        chain = poisson(rate, dt)
        return float(stopping(chain, stop=0.0, flow=flow, rewards=[reward]).value[0, 0, 0])

    coarse, middle, fine = (value(dt) for dt in (0.04, 0.02, 0.01))
    assert (coarse - limit) / (middle - limit) == pytest.approx(2, abs=0.02)
    assert (middle - limit) / (fine - limit) == pytest.approx(2, abs=0.01)
    once, again = 2 * middle - coarse, 2 * fine - middle
    assert (4 * again - once) / 3 == pytest.approx(limit, abs=1e-6)


@pytest.mark.parametrize("margin", [-2e-3, 2e-3])
def test_stopping_is_right_from_the_continuous_threshold_on(margin: float) -> None:
    threshold = (0.1 + 0.3 * 2.0) / (IMPATIENCE + 0.3)
    found = stopping(poisson(0.3, 1e-3), stop=threshold * (1 + margin), flow=0.1, rewards=[2.0])
    assert stops(found, 0) == (margin > 0)


# --- an event with several outcomes: break-even beliefs ------------------------------------------


@pytest.mark.parametrize("hopeful", [0.0, 0.3, 0.6, 1.0])
def test_an_event_with_two_outcomes_is_worth_its_mean_if_one_can_still_stop_after_it(
    hopeful: float,
) -> None:
    rate, stop, flow, rewards, dt = 0.4, 1.0, -0.05, [3.0, 0.2], 0.1
    clock = ConstantClock(rate, [[0.9, 0.1], [hopeful, 1 - hopeful]])
    chain = world_chain([clock], dt=dt, n_periods=600)
    found = stopping(chain, stop=stop, flow=flow, rewards=rewards, recall=True, belief=1)
    mean = hopeful * max(stop, rewards[0]) + (1 - hopeful) * max(stop, rewards[1])
    waits = in_periods(rate, flow, mean, dt)
    assert found.value[0, :, 0] == pytest.approx([max(stop, waits), 3.0, 1.0], abs=1e-12)


@pytest.mark.parametrize("margin", [-1e-6, 1e-6])
def test_waiting_pays_from_the_break_even_belief_on(margin: float) -> None:
    """Solve stop = in_periods(mean) for the chance of the better outcome."""
    rate, stop, flow, reward, dt = 0.4, 1.0, -0.05, 3.0, 0.1
    stays, worth = math.exp(-rate * dt), math.exp(-IMPATIENCE * dt)
    mean = (stop * (1 - worth * stays) - flow * dt) / (worth * (1 - stays))
    belief = (mean - stop) / (reward - stop)
    chance = belief + margin
    chain = world_chain([ConstantClock(rate, [chance, 1 - chance])], dt=dt, n_periods=30)
    found = stopping(chain, stop=stop, flow=flow, rewards=[reward, 0.0], recall=True)
    assert stops(found, 0) == (margin < 0)


# --- dates, and hazards that fall ----------------------------------------------------------------


@pytest.mark.parametrize("period", [1, 7, 40])
def test_a_reward_on_a_date_is_worth_its_present_value(period: int) -> None:
    dt, flow, reward, stop = 0.25, 0.1, 2.0, 0.9
    clocks: list[Clock] = [DatedClock(period)]
    found = stopping(
        world_chain(clocks, dt=dt, n_periods=50), stop=stop, flow=flow, rewards=[reward]
    )
    worth = math.exp(-IMPATIENCE * dt)
    left = period - np.arange(period)
    waits = flow * dt * (1 - worth**left) / (1 - worth) + worth**left * reward
    np.testing.assert_allclose(found.value[:period, 0, 0], np.maximum(waits, stop), atol=1e-12)
    assert [stops(found, t) for t in range(period)] == (waits < stop).tolist()


def test_a_falling_hazard_is_waited_for_until_the_gain_of_a_moment_is_gone() -> None:
    shape, scale, stop, flow, reward = 0.6, 8.0, 1.0, 0.05, 2.5
    needed = (IMPATIENCE * stop - flow) / (reward - stop)
    until = scale * (needed * scale / shape) ** (1 / (shape - 1))

    def integrand(u: float) -> float:
        """Integrate over u = t ** shape, in which the hazard is bounded."""
        t = u ** (1 / shape)
        lasts = math.exp(-IMPATIENCE * t - u / scale**shape)
        return float(lasts * (flow * t ** (1 - shape) / shape + reward / scale**shape))

    ends = until**shape
    paid = quad(integrand, 0, ends, epsabs=1e-12, epsrel=1e-12)[0]
    exact = paid + math.exp(-IMPATIENCE * until - ends / scale**shape) * stop
    values = []
    for n_periods in (500, 1000, 2000):
        dt = 3 * until / n_periods
        chain = world_chain([WeibullClock(shape, scale)], dt=dt, n_periods=n_periods)
        assert chain.exact
        found = stopping(chain, stop=stop, flow=flow, rewards=[reward])
        stopped = [stops(found, t) for t in range(n_periods)]
        first = stopped.index(True)
        assert all(stopped[first:])
        assert abs(first * dt - until) <= 2 * dt
        values.append(float(found.value[0, 0, 0]))
    coarse, middle, fine = values
    assert (coarse - exact) / (middle - exact) == pytest.approx(2, abs=0.1)
    assert (middle - exact) / (fine - exact) == pytest.approx(2, abs=0.1)
    assert 2 * fine - middle == pytest.approx(exact, abs=1e-5)
