"""The world chain of any few clocks, against its plain definition and against chance itself."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_chain import PlainChain, PlainClock

from detente.engines.bargaining.chain import WorldChain, world_chain
from detente.engines.bargaining.chain_reading import (
    chance_struck_by,
    order_of_two,
    quiet_path,
    world_chances,
)
from detente.engines.bargaining.hazards import (
    Clock,
    CommonShock,
    ConstantClock,
    DatedClock,
    WeibullClock,
)

Floats = npt.NDArray[np.float64]
N_PERIODS = 4
OUTCOMES = [[1.0], [0.25, 0.75], [0.5, 0.5], [1.0, 0.0]]
RATES = st.sampled_from([0.0, 0.1, 0.5, 3.0])
few = settings(max_examples=40, deadline=None)


@dataclass(frozen=True)
class Drawn:
    """A chain in both forms: as the engine takes it, and plainly per belief and regime."""

    clocks: list[Clock]
    shocks: list[CommonShock]
    runs: npt.NDArray[np.bool_]
    dt: float
    plain: dict[tuple[int, int], PlainChain]

    def chain(self, block: int = 1) -> WorldChain:
        return world_chain(
            self.clocks, dt=self.dt, n_periods=N_PERIODS, runs=self.runs, shocks=self.shocks,
            block=block,
        )  # fmt: skip


@st.composite
def chains(
    draw: st.DrawFn, kinds: tuple[str, ...] = ("date", "rate", "law"), most: int = 3
) -> Drawn:
    """Up to three clocks, two beliefs about everything but dates, two regimes, perhaps a shock."""
    clocks: list[Clock] = []
    plain: list[list[PlainClock]] = [[], []]
    for _ in range(draw(st.integers(0, most))):
        first = draw(st.sampled_from(OUTCOMES))
        second = draw(st.sampled_from([o for o in OUTCOMES if len(o) == len(first)]))
        outcomes = [first, second]
        kind = draw(st.sampled_from(kinds))
        if kind == "date":
            date = draw(st.integers(1, N_PERIODS + 1))
            clocks.append(DatedClock(date, outcomes))
            for b in (0, 1):
                plain[b].append(PlainClock(tuple(outcomes[b]), date=date))
            continue
        rates = [draw(RATES), draw(RATES)]
        shape = 1.0
        if kind == "rate":
            clocks.append(ConstantClock(rates, outcomes))
        else:
            rates = [rate or 0.2 for rate in rates]
            shape = draw(st.sampled_from([0.5, 1.0, 2.0]))
            clocks.append(WeibullClock(shape, [1 / rate for rate in rates], outcomes))
        for b in (0, 1):
            plain[b].append(PlainClock(tuple(outcomes[b]), shape=shape, rate=rates[b]))
    shocks: list[CommonShock] = []
    if len(clocks) > 1 and draw(st.booleans()):
        members = tuple(draw(st.permutations(range(len(clocks))))[: draw(st.integers(2, 3))])
        shocks.append(CommonShock(members, draw(RATES)))
    n_worlds = int(np.prod([1 + len(c.outcomes) for c in plain[0]]))
    size = 2 * n_worlds * len(clocks)
    marks = draw(st.lists(st.sampled_from([True, True, False]), min_size=size, max_size=size))
    runs = np.array(marks, dtype=np.bool_).reshape(2, n_worlds, len(clocks))
    dt = draw(st.sampled_from([1.0, 0.5]))
    return Drawn(clocks, shocks, runs, dt, {
        (b, g): PlainChain(
            tuple(plain[b]),
            tuple((shock.clocks, float(np.asarray(shock.rate))) for shock in shocks),
            tuple(tuple(bool(mark) for mark in row) for row in runs[g]),
            dt,
        )
        for b, g in itertools.product((0, 1), (0, 1))
    })  # fmt: skip


@few
@given(chains())
def test_every_period_follows_the_definition(drawn: Drawn) -> None:
    chain = drawn.chain()
    assert chain.worlds.tolist() == [list(w) for w in drawn.plain[0, 0].worlds]
    n_beliefs = chain.chances.shape[1]
    for (belief, regime), plain in drawn.plain.items():
        if belief < n_beliefs:
            for t in range(N_PERIODS):
                found = chain.chances[chain.phase[t], belief, regime]
                np.testing.assert_allclose(found, plain.period(t), rtol=0, atol=1e-12)


@few
@given(chains())
def test_rows_are_chances_and_what_has_struck_stays_struck(drawn: Drawn) -> None:
    chain = drawn.chain()
    assert (chain.chances >= 0).all()
    np.testing.assert_allclose(chain.chances.sum(axis=-1), 1, rtol=0, atol=1e-13)
    before, after = chain.worlds[:, None], chain.worlds[None, :]
    undone = ((before > 0) & (before != after)).any(axis=2)
    assert (chain.chances[..., undone] == 0).all()


@few
@given(chains())
def test_a_clock_that_does_not_run_in_a_world_does_not_strike_from_it_while_nothing_else_does(
    drawn: Drawn,
) -> None:
    chain = drawn.chain()
    for g, w, c in itertools.product(range(2), range(len(chain.worlds)), range(len(drawn.clocks))):
        if chain.worlds[w, c] or drawn.runs[g, w, c]:
            continue
        others = np.delete(chain.worlds, c, axis=1)
        only_it = (others == others[w]).all(axis=1) & (chain.worlds[:, c] > 0)
        assert (chain.chances[:, :, g, w, only_it] == 0).all()


@few
@given(chains(kinds=("date", "rate")))
def test_halving_the_period_twice_moves_no_chance_at_any_date(drawn: Drawn) -> None:
    finer = [
        DatedClock(4 * clock.period, clock.branches) if isinstance(clock, DatedClock) else clock
        for clock in drawn.clocks
    ]
    coarse = drawn.chain()
    fine = world_chain(
        finer, dt=drawn.dt / 4, n_periods=4 * N_PERIODS, runs=drawn.runs, shocks=drawn.shocks
    )
    assert coarse.exact
    assert fine.exact
    for belief, regime in itertools.product(range(coarse.chances.shape[1]), range(2)):
        np.testing.assert_allclose(
            world_chances(fine, belief=belief, regime=regime)[::4],
            world_chances(coarse, belief=belief, regime=regime),
            rtol=0, atol=1e-12,
        )  # fmt: skip


@few
@given(chains(kinds=("date", "rate")), st.data())
def test_the_order_of_two_clocks_is_that_of_very_short_periods(
    drawn: Drawn, data: st.DataObject
) -> None:
    if len(drawn.clocks) < 2:
        return
    first, second = data.draw(st.permutations(range(len(drawn.clocks))))[:2]
    found = order_of_two(drawn.chain(), first, second, regime=1)
    parts = np.array([found.first, found.second, found.together, found.neither])
    np.testing.assert_allclose(parts.sum(axis=0), 1, rtol=0, atol=1e-12)
    split = 64
    finer = [
        DatedClock(split * c.period, c.branches) if isinstance(c, DatedClock) else c
        for c in drawn.clocks
    ]
    fine = world_chain(
        finer, dt=drawn.dt / split, n_periods=split * N_PERIODS, runs=drawn.runs,
        shocks=drawn.shocks,
    )  # fmt: skip
    # The first period in which either has struck, and who has by its end.
    struck = fine.worlds[:, [first, second]] > 0
    at = world_chances(fine, regime=1)
    plain = np.zeros((4, split * N_PERIODS + 1))
    plain[3, 0] = 1
    alive = at[0] * ~struck.any(axis=1)
    for t, phase in enumerate(fine.phase):
        to = alive @ fine.chances[phase, 0, 1]
        for k, which in enumerate(([True, False], [False, True], [True, True])):
            plain[k, t + 1] = plain[k, t] + to[(struck == which).all(axis=1)].sum()
        alive = to * ~struck.any(axis=1)
        plain[3, t + 1] = alive.sum()
    np.testing.assert_allclose(parts, plain[:, ::split], rtol=0, atol=0.06)


@few
@given(
    st.lists(st.sampled_from([0.5, 1.0, 1.7]), min_size=1, max_size=2),
    st.sampled_from([0.3, 2.0, 9.0]),
    st.sampled_from([1, 2, 3]),
)
def test_weibull_clocks_that_always_run_have_struck_exactly_as_their_law_says(
    shapes: list[float], scale: float, block: int
) -> None:
    clocks = [WeibullClock(shape, scale) for shape in shapes]
    chain = world_chain(clocks, dt=0.5, n_periods=7, block=block)
    ends = [*range(0, 7, block), 7]
    times = 0.5 * np.array(ends)
    law = [1 - np.exp(-((times / scale) ** shape)) for shape in shapes]
    np.testing.assert_allclose(chance_struck_by(chain)[ends].T, law, rtol=0, atol=1e-13)
    assert chain.exact == (block == 1 or set(shapes) == {1.0})


@few
@given(chains(most=2), st.data())
def test_many_draws_at_once_are_the_chains_of_the_single_draws(
    drawn: Drawn, data: st.DataObject
) -> None:
    pairs = st.tuples(RATES, RATES)
    rates: Floats = np.array(data.draw(st.lists(pairs, min_size=3, max_size=3)))
    kinds = st.tuples(st.sampled_from(OUTCOMES[1:]), st.sampled_from(OUTCOMES[1:]))
    outcomes: Floats = np.array(data.draw(st.lists(kinds, min_size=3, max_size=3)))
    runs = np.ones((2, len(drawn.runs[0]), 3, len(drawn.clocks) + 1), dtype=np.bool_)
    runs[..., : len(drawn.clocks)] = drawn.runs[:, :, None]
    dated = data.draw(st.booleans())

    def made(which: int | slice) -> WorldChain:
        one_more: Clock = (
            DatedClock(2, outcomes[which])
            if dated
            else ConstantClock(rates[which], outcomes[which])
        )
        return world_chain(
            [*drawn.clocks, one_more], dt=drawn.dt, n_periods=N_PERIODS, shocks=drawn.shocks,
            runs=runs.reshape(2, -1, len(drawn.clocks) + 1),
        )  # fmt: skip

    together = made(slice(None))
    assert together.drawn
    assert not made(0).drawn
    for which in range(3):
        alone = made(which)
        assert alone.phase.tolist() == together.phase.tolist()
        np.testing.assert_allclose(together.chances[which], alone.chances, rtol=0, atol=1e-13)
        np.testing.assert_allclose(
            world_chances(together, belief=1)[which], world_chances(alone, belief=1), atol=1e-13
        )


@few
@given(chains())
def test_the_quiet_path_is_where_the_chain_is_if_nothing_strikes_by_chance(drawn: Drawn) -> None:
    path = quiet_path(drawn.chain(), regime=1)
    silent: list[Clock] = [
        clock if isinstance(clock, DatedClock) else ConstantClock(0.0, clock.branches)
        for clock in drawn.clocks
    ]
    alone = world_chain(silent, dt=1.0, n_periods=N_PERIODS, runs=drawn.runs)
    by_date = [
        np.mean(
            [world_chances(alone, regime=1, belief=b)[t] for b in range(alone.chances.shape[1])],
            axis=0,
        )
        for t in range(N_PERIODS + 1)
    ]
    assert alone.worlds[path[0]].tolist() == [0] * len(drawn.clocks)
    for t, chances in enumerate(by_date):
        assert chances[path[t]] > 0
        if t and all(len(plain.outcomes) == 1 for plain in drawn.plain[0, 0].clocks):
            assert chances[path[t]] == 1
    steps = alone.worlds[path]
    assert ((steps[1:] == steps[:-1]) | (steps[:-1] == 0)).all()


@pytest.mark.parametrize("belief", [0, 1])
def test_chains_agree_with_many_simulated_courses(belief: int) -> None:
    """Moments are drawn one by one in continuous time, without any generator."""
    rates = np.array([[0.3, 0.5], [0.6, 0.1]])[belief]
    outcomes = np.array([[0.2, 0.8], [0.7, 0.3]])
    clocks: list[Clock] = [
        ConstantClock([0.3, 0.6]), ConstantClock([0.5, 0.1], outcomes), DatedClock(2, outcomes),
    ]  # fmt: skip
    shock = 0.4
    shocks = [CommonShock((0, 1), shock)]
    chain = world_chain(clocks, dt=0.7, n_periods=3, shocks=shocks)
    runs = np.ones((1, *chain.worlds.shape), dtype=np.bool_)
    runs[0, chain.worlds[:, 0] == 1, 1] = False  # the first clock stops the second
    runs[0, chain.worlds[:, 1] == 2, 2] = False  # and one outcome of it the dated one
    chain = world_chain(clocks, dt=0.7, n_periods=3, shocks=shocks, runs=runs)
    rng = np.random.default_rng(11)
    counts = np.zeros(len(chain.worlds))
    n_courses = 10_000
    for moments in rng.exponential(1 / np.array([*rates, shock]), size=(n_courses, 3)):
        world = 0
        events = [*zip(moments, [(0,), (1,), (0, 1)], strict=True), (1.4, (2,))]
        for _, members in sorted(event for event in events if event[0] < 2.1):
            state = chain.worlds[world].copy()
            for c in members:
                if runs[0, world, c] and not state[c]:
                    state[c] = 1 if c == 0 else 1 + int(rng.random() < outcomes[belief, 1])
            world = int(np.flatnonzero((chain.worlds == state).all(axis=1))[0])
        counts[world] += 1
    expected = world_chances(chain, belief=belief)[3]
    spread = np.sqrt(expected * (1 - expected) / n_courses)
    assert (np.abs(counts / n_courses - expected) <= 4 * spread).all()


def test_a_stop_by_another_clock_is_met_to_second_order_where_hazards_vary() -> None:
    """The first clock stops the second: chance that the second strikes, by quadrature."""
    scale, shape, rate, horizon = 4.0, 2.5, 0.3, 6.0

    def second_strikes(n_periods: int) -> float:
        clocks: list[Clock] = [WeibullClock(shape, scale), ConstantClock(rate)]
        runs = np.ones((1, 4, 2), dtype=np.bool_)
        runs[0, 2:, 1] = False
        chain = world_chain(clocks, dt=horizon / n_periods, n_periods=n_periods, runs=runs)
        assert not chain.exact
        return float(chance_struck_by(chain)[-1, 1])

    times, step = np.linspace(0, horizon, 200_001, retstep=True)
    density = rate * np.exp(-rate * times - (times / scale) ** shape)
    exact = float(step * (density.sum() - (density[0] + density[-1]) / 2))
    errors = [abs(second_strikes(n) - exact) for n in (10, 20, 40)]
    assert errors[0] < 3e-3
    assert 3.5 < errors[0] / errors[1] < 4.5
    assert 3.5 < errors[1] / errors[2] < 4.5


@pytest.mark.parametrize("shock", [0.0, 0.1, 2.0])
def test_clocks_with_a_common_shock_survive_as_marshall_and_olkin_say(shock: float) -> None:
    """A. W. Marshall, I. Olkin, A multivariate exponential distribution, JASA 62, 1967, 30-44.

    The bivariate law: P(X > s, Y > t) = exp(-a s - b t - c max(s, t)), so that both strike at
    the same moment with chance c / (a + b + c).
    """
    a, b = 0.2, 0.5
    chain = world_chain(
        [ConstantClock(a), ConstantClock(b)],
        dt=1.0,
        n_periods=60,
        shocks=[CommonShock((0, 1), shock)],
    )
    moves = chain.chances[0, 0, 0]
    for s, t in itertools.combinations_with_replacement(range(6), 2):
        both = np.linalg.matrix_power(moves, s)[0, 0]
        survive = both * np.linalg.matrix_power(moves, t - s)[0][chain.worlds[:, 1] == 0].sum()
        assert survive == pytest.approx(np.exp(-a * s - b * t - shock * max(s, t)), abs=1e-13)
    order = order_of_two(chain, 0, 1)
    total = a + b + shock
    until = 1 - np.exp(-total * np.arange(61))
    np.testing.assert_allclose(order.together, shock / total * until, rtol=0, atol=1e-13)
    np.testing.assert_allclose(order.first, a / total * until, rtol=0, atol=1e-13)
    np.testing.assert_allclose(order.second, b / total * until, rtol=0, atol=1e-13)
