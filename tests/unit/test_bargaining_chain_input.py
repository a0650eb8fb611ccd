"""The world chain: what is refused, and what is reported."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from detente.engines.bargaining.chain import MOST_WORLDS, WorldChain, world_chain, worlds_of
from detente.engines.bargaining.chain_period import chances_over_period
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
    rate_of_median,
    weibull_of_quantiles,
)
from detente.errors import EngineInputError


def made(clocks: Sequence[Clock], **rest: Any) -> WorldChain:
    return world_chain(clocks, **{"dt": 1.0, "n_periods": 5, **rest})


@pytest.mark.parametrize(
    ("clocks", "rest", "message"),
    [
        ([ConstantClock(-0.1)], {}, "clocks[0].rate: found -0.1, expected finite numbers from 0"),
        ([ConstantClock(math.nan)], {}, "clocks[0].rate: found nan"),
        ([DatedClock(1), ConstantClock(math.inf)], {}, "clocks[1].rate: found inf"),
        ([ConstantClock([[[0.1]]])], {}, "clocks[0].rate: found shape (1, 1, 1)"),
        ([ConstantClock([])], {}, "none empty"),
        ([ConstantClock(0.1, [0.5, 0.4])], {}, "clocks[0].branches: found [0.5, 0.4]"),
        ([ConstantClock(0.1, [1.5, -0.5])], {}, "clocks[0].branches: found [1.5, -0.5]"),
        ([ConstantClock(0.1, [math.nan, 1])], {}, "clocks[0].branches: found [nan, 1.0]"),
        ([ConstantClock(0.1, 1.0)], {}, "clocks[0].branches: found shape ()"),
        ([WeibullClock(0.0, 1.0)], {}, "clocks[0].shape: found 0.0"),
        ([WeibullClock(1.0, -1.0)], {}, "clocks[0].scale: found -1.0"),
        ([WeibullClock(1.0, math.inf)], {}, "clocks[0].scale: found inf"),
        ([DatedClock(1.5)], {}, "clocks[0].period: found 1.5"),  # type: ignore[arg-type] # the point
        ([DatedClock(0, [0.5, 0.5])], {}, "clocks[0].branches: found no certain outcome"),
        ([ConstantClock([0.1, 0.2]), ConstantClock([0.1] * 3)], {}, "found 3 beliefs, expected 2"),
        (
            [ConstantClock(np.ones((4, 1))), ConstantClock(np.ones((3, 2)))],
            {},
            "clocks[1].rate: found 3 draws, expected 4",
        ),
        ([ConstantClock(0.1)], {"dt": 0.0}, "dt: found 0.0"),
        ([ConstantClock(0.1)], {"dt": math.nan}, "dt: found nan"),
        ([ConstantClock(0.1)], {"n_periods": 0}, "n_periods: found 0"),
        ([ConstantClock(0.1)], {"n_periods": 2.5}, "n_periods: found 2.5"),
        ([ConstantClock(0.1)], {"block": 0}, "block: found 0"),
        ([ConstantClock(0.1)], {"runs": 1}, "runs: found int64, expected true or false"),
        ([ConstantClock(0.1)], {"runs": [True, False]}, "runs: found shape (2,)"),
        ([ConstantClock(0.1)], {"runs": np.ones((0, 2, 1), bool)}, "runs: found no regime"),
        ([DatedClock(1)] * 2, {"shocks": [CommonShock((0,), 1)]}, "shocks[0].clocks: found (0,)"),
        ([DatedClock(1)] * 2, {"shocks": [CommonShock((1, 1), 1)]}, "two or more different"),
        ([DatedClock(1)] * 2, {"shocks": [CommonShock((0, 2), 1)]}, "their places 0 to 1"),
        ([DatedClock(1)] * 2, {"shocks": [CommonShock((0, 1), -1)]}, "shocks[0].rate: found -1.0"),
        ([ConstantClock(0.1)] * 13, {}, "found 8192 worlds"),
        ([ConstantClock(np.ones((100, 1)))] * 11, {}, "take fewer draws at once"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    clocks: list[Clock], rest: dict[str, Any], message: str
) -> None:
    with pytest.raises(EngineInputError, match=re.escape(message)):
        made(clocks, **rest)


def test_the_largest_number_of_worlds_is_allowed() -> None:
    assert len(worlds_of([ConstantClock(0.1)] * 12)) == MOST_WORLDS


def test_worlds_cannot_be_listed_for_a_clock_without_branches() -> None:
    with pytest.raises(EngineInputError, match="expected the branches on the last axis"):
        worlds_of([ConstantClock(0.1, branches=[])])


def test_without_clocks_there_is_one_world() -> None:
    chain = made([])
    assert chain.chances.tolist() == [[[[[1.0]]]]]
    assert chain.worlds.shape == (1, 0)
    assert quiet_path(chain).tolist() == [0] * 6
    assert chance_struck_by(chain).shape == (6, 0)


def test_clocks_that_cannot_strike_are_reported() -> None:
    runs = np.ones((1, 2**6, 6), dtype=np.bool_)
    runs[..., 3] = False
    chain = made(
        [
            ConstantClock(0.0), ConstantClock([0.0, 0.1]), DatedClock(6), ConstantClock(1.0),
            DatedClock(5), DatedClock(0),
        ],
        runs=runs,
    )  # fmt: skip
    assert chain.never.tolist() == [True, False, True, True, False, False]
    assert chain.beyond.tolist() == [False, False, True, False, False, False]
    struck = chance_struck_by(chain)[-1]
    assert struck.tolist() == [0, 0, 0, 0, 1, 1]


def test_a_shock_can_make_a_clock_strike_that_would_not_by_itself() -> None:
    chain = made([ConstantClock(0.0), DatedClock(9)], shocks=[CommonShock((0, 1), 0.3)])
    assert chain.never.tolist() == [False, False]
    np.testing.assert_allclose(chance_struck_by(chain)[-1], 1 - np.exp(-1.5), rtol=0, atol=1e-14)


def test_a_date_has_struck_at_the_start_of_its_period() -> None:
    chain = made([DatedClock(2), DatedClock(2), DatedClock(5)])
    assert quiet_path(chain).tolist() == [0, 0, 6, 6, 6, 7]
    by_date = chance_struck_by(chain).tolist()
    assert [row[0] for row in by_date] == [0, 0, 1, 1, 1, 1]
    order = order_of_two(chain, 0, 1)
    assert order.together.tolist() == [0, 0, 1, 1, 1, 1]
    assert order_of_two(chain, 2, 0).second.tolist() == [0, 0, 1, 1, 1, 1]


@pytest.mark.parametrize("period", [0, -3])
def test_a_date_that_has_passed_is_struck_from_the_start(period: int) -> None:
    chain = made([ConstantClock(0.1), DatedClock(period, [0.0, 1.0])])
    assert chain.worlds[chain.start].tolist() == [0, 2]
    assert quiet_path(chain).tolist() == [2] * 6
    assert world_chances(chain)[0].tolist() == [0, 0, 1, 0, 0, 0]
    assert len(chain.chances) == 1


def test_a_date_at_which_the_clock_does_not_run_passes_for_good() -> None:
    runs = np.ones((2, 4, 2), dtype=np.bool_)
    runs[1, 2:, 1] = False  # where the first has struck, the second does not run
    chain = made([ConstantClock(0.2), DatedClock(3)], runs=runs)
    assert chance_struck_by(chain, regime=0)[-1, 1] == pytest.approx(1.0, abs=1e-15)
    struck = chance_struck_by(chain, regime=1)[:, 1]
    np.testing.assert_allclose(struck, np.exp(-0.6) * np.array([0, 0, 0, 1, 1, 1]), atol=1e-14)


def test_alike_periods_share_a_phase_and_the_last_phase_is_that_of_the_last_period() -> None:
    chain = made([ConstantClock(0.1), DatedClock(2), DatedClock(4)])
    assert chain.phase.tolist() == [2, 0, 2, 1, 2]
    assert len(chain.chances) == 3
    late = made([ConstantClock(0.1), DatedClock(5)])
    assert late.phase.tolist() == [0, 0, 0, 0, 1]


def test_a_hazard_that_varies_gives_each_block_a_phase() -> None:
    chain = made([WeibullClock(2.0, 4.0), DatedClock(4)], block=2)
    assert chain.phase.tolist() == [0, 0, 1, 2, 3]
    assert made([WeibullClock(1.0, 4.0)]).phase.tolist() == [0] * 5


def test_exactness_is_said() -> None:
    runs = np.ones((1, 4, 2), dtype=np.bool_)
    runs[0, 2:, 1] = False
    steady: list[Clock] = [ConstantClock(0.1), ConstantClock(0.2)]
    ageing: list[Clock] = [WeibullClock(2.0, 9.0), ConstantClock(0.2)]
    assert made(steady, runs=runs).exact
    assert made(ageing).exact
    assert made(ageing, runs=[True, False]).exact
    assert not made(ageing, runs=runs).exact
    assert not made(ageing, block=2).exact


def test_arrays_are_read_only_and_inputs_stay_as_they_were() -> None:
    rate, branches = np.array([0.1, 0.2]), np.array([0.3, 0.7])
    runs = np.ones((1, 3, 1), dtype=np.bool_)
    chain = made([ConstantClock(rate, branches)], runs=runs)
    for array in (chain.worlds, chain.chances, chain.phase, chain.never, chain.beyond, chain.runs):
        assert not array.flags.writeable
    for given in (rate, branches, runs):
        assert given.flags.writeable
    kept = np.asarray(chain.clocks[0].branches)
    branches[:] = 0.5
    assert kept.tolist() == [[0.3, 0.7]]
    again = world_chain(chain.clocks, dt=1.0, n_periods=5, runs=chain.runs)
    assert again.chances.tolist() == chain.chances.tolist()


def test_places_that_are_not_there_are_refused() -> None:
    chain = made([ConstantClock(0.1), DatedClock(2, [0.5, 0.5])])
    for wrong in ({"regime": 1}, {"belief": 1}, {"start": 6}, {"start": -1}):
        with pytest.raises(EngineInputError, match=f"{next(iter(wrong))}: found"):
            world_chances(chain, **wrong)
    with pytest.raises(EngineInputError, match="first: found 2, expected 0 to 1"):
        order_of_two(chain, 2, 0)
    with pytest.raises(EngineInputError, match="expected another one"):
        order_of_two(chain, 1, 1)
    with pytest.raises(EngineInputError, match="regime: found 1"):
        order_of_two(chain, 0, 1, regime=1)
    with pytest.raises(EngineInputError, match=r"branches\[1\]"):
        quiet_path(chain, branches=[1, 3])
    with pytest.raises(EngineInputError, match="branches: found 1, expected one per clock"):
        quiet_path(chain, branches=[1])
    with pytest.raises(EngineInputError, match="regime: found 1"):
        quiet_path(chain, regime=1)


def test_the_branch_on_the_quiet_path_is_the_one_asked_for_or_the_likeliest() -> None:
    chain = made([DatedClock(1, [[0.4, 0.6], [0.5, 0.5]])])
    assert quiet_path(chain).tolist() == [0, 2, 2, 2, 2, 2]
    assert quiet_path(chain, branches=[1]).tolist() == [0, 1, 1, 1, 1, 1]
    assert quiet_path(made([DatedClock(1, [0.5, 0.5])])).tolist() == [0, 1, 1, 1, 1, 1]


def test_very_fast_clocks_keep_chances_that_add_up() -> None:
    chain = made([ConstantClock(1e6), ConstantClock(1e-9)])
    np.testing.assert_allclose(chain.chances.sum(axis=-1), 1, rtol=0, atol=1e-9)
    assert chain.chances[0, 0, 0, 0, 2:].sum() == pytest.approx(1.0, abs=1e-9)
    assert chain.chances[0, 0, 0, 0, 1] == 0


def test_small_chances_keep_their_digits() -> None:
    moves = chances_over_period(np.array([[[-1e-12, 1e-12], [0.0, 0.0]]]))
    assert moves[0, 0, 1] == pytest.approx(-math.expm1(-1e-12), rel=1e-15)


def test_the_rate_of_a_median_and_the_law_of_two_quantiles() -> None:
    """The Weibull quantile at p is scale * (-ln(1 - p)) ** (1 / shape)."""
    assert rate_of_median([1.0, 2.0]).tolist() == [math.log(2), math.log(2) / 2]
    assert rate_of_median(math.inf) == 0
    shape, scale = weibull_of_quantiles(0.25, 30.0, [0.5, 0.8], 90.0)
    for p, q, k, c in ((0.25, 0.5, shape[0], scale[0]), (0.25, 0.8, shape[1], scale[1])):
        assert c * (-math.log(1 - p)) ** (1 / k) == pytest.approx(30.0, rel=1e-13)
        assert c * (-math.log(1 - q)) ** (1 / k) == pytest.approx(90.0, rel=1e-13)
    steady, one = weibull_of_quantiles(0.5, 10.0, 0.75, 20.0)
    assert steady == pytest.approx(1.0)
    assert 1 / one == pytest.approx(rate_of_median(10.0))


@pytest.mark.parametrize("median", [0.0, -1.0, math.nan])
def test_medians_are_positive(median: float) -> None:
    with pytest.raises(EngineInputError, match="median: found"):
        rate_of_median(median)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((0.0, 1.0, 0.5, 2.0), "p1: found"),
        ((0.5, 1.0, 1.0, 2.0), "p2: found"),
        ((0.5, 0.0, 0.6, 2.0), "t1: found"),
        ((0.5, 1.0, 0.6, math.nan), "t2: found"),
        ((0.6, 1.0, 0.5, 2.0), "the smaller chance by the earlier time"),
        ((0.5, 2.0, 0.6, 2.0), "the smaller chance by the earlier time"),
    ],
)
def test_quantiles_out_of_range_or_order_are_refused(
    numbers: tuple[float, float, float, float], message: str
) -> None:
    with pytest.raises(EngineInputError, match=message):
        weibull_of_quantiles(*numbers)
