"""Offers in turn: the closed forms of Stahl, Rubinstein, Binmore, Shaked, Sutton and Wolinsky.

- I. Ståhl, Bargaining Theory, Stockholm School of Economics, 1972: a finite number of offers.
- A. Rubinstein, "Perfect equilibrium in a bargaining model", Econometrica 50 (1982), 97-109.
- K. Binmore, A. Rubinstein, A. Wolinsky, "The Nash bargaining solution in economic modelling",
  RAND Journal of Economics 17 (1986), 176-188: talks that may break down after a refusal.
- K. Binmore, A. Shaked, J. Sutton, "An outside option experiment", Quarterly Journal of Economics
  104 (1989), 753-770: a responder that may walk out.
- More than two parties in turn, all of whom must agree: the division of the stationary equilibrium
  (G. Asheim, "A unique solution to n-person sequential bargaining", Games and Economic Behavior 4
  (1992), 169-181, calls it so); a finite number of offers leads nowhere else.

The formulas are re-derived from the two or n equations that make every responder indifferent, and
held against the engine; the pages on which the papers state them were not at hand. A discount
factor applies to each period, so that a pie given by the T-th offer and none later is worth as
much as the papers say: the period in which nothing can follow is the last one.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from bargaining_games import alternating_offers, breakdown_after_refusal

from detente.engines.bargaining.game import BargainingGame
from detente.engines.bargaining.solve import solve_bargaining

PAIRS = [(0.9, 0.8), (0.8, 0.9), (0.5, 0.95), (0.95, 0.05), (0.97, 0.97), (0.3, 0.3)]


def long_enough(*discounts: float) -> int:
    """Return so many periods that what comes after them counts for less than 1e-9."""
    return math.ceil(math.log(1e-9) / math.log(max(discounts))) + 2


def first_values(game: BargainingGame, first: int = 0) -> list[float]:
    """Return what each party has at the start, where it is this party's turn."""
    worth: list[float] = solve_bargaining(game).value[0, first].tolist()
    return worth


# --- two parties -----------------------------------------------------------------------------


@pytest.mark.parametrize("discount", [0.2, 0.7, 0.9, 0.99, 1.0])
def test_stahl_1972_every_number_of_offers(discount: float) -> None:
    last = 40
    found = solve_bargaining(alternating_offers([discount] * 2, last))
    for n_offers in range(1, last + 1):
        share = (1 - (-discount) ** n_offers) / (1 + discount)
        for turn in (0, 1):
            expected = [share, 1 - share] if turn == 0 else [1 - share, share]
            assert found.value[last - n_offers, turn] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("n_offers", [1, 2, 3, 4, 11, 40])
def test_stahl_1972_is_the_same_from_a_game_of_that_length(n_offers: int) -> None:
    share = (1 - (-0.9) ** n_offers) / 1.9
    assert first_values(alternating_offers([0.9, 0.9], n_offers))[0] == pytest.approx(share)


def test_every_offer_is_accepted_and_is_what_the_proposer_keeps() -> None:
    found = solve_bargaining(alternating_offers([0.9, 0.9], 12))
    assert found.shares is not None
    for period in range(12):
        for turn in (0, 1):
            (row,) = range(*found.rows(period, turn, 0, turn).indices(len(found.package)))
            assert found.accepted[row] == found.chance[row] == 1.0
            assert found.shares[row].sum() == pytest.approx(1.0)
            assert found.shares[row] == pytest.approx(found.value[period, turn])


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_rubinstein_1982_unequal_discount_factors(first: float, second: float) -> None:
    share = (1 - second) / (1 - first * second)
    game = alternating_offers([first, second], long_enough(first, second))
    assert first_values(game) == pytest.approx([share, 1 - share], abs=1e-7)
    other = (1 - first) / (1 - first * second)
    assert first_values(game, first=1) == pytest.approx([1 - other, other], abs=1e-7)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_pie_that_keeps_flowing_is_divided_as_one_that_is_eaten_at_once(
    first: float, second: float
) -> None:
    """Each side reckons the flow in its own present value; its share of it is the same."""
    flow = {"share_flow": np.ones((1, 2, 1)), "share_lump": None, "terminal": "status_quo"}
    found = solve_bargaining(
        alternating_offers([first, second], long_enough(first, second), **flow)
    )
    share = (1 - second) / (1 - first * second)
    worth = [share / (1 - first), (1 - share) / (1 - second)]
    assert found.value[0, 0] == pytest.approx(worth, rel=1e-6)


@pytest.mark.parametrize("dt", [0.5, 0.1, 0.02])
def test_quick_offers_leave_the_shares_of_patience(dt: float) -> None:
    """With rates r, the first mover's share goes to r2 / (r1 + r2), at the speed of dt."""
    slow, quick = 0.1, 0.3
    discounts = [math.exp(-slow * dt), math.exp(-quick * dt)]
    found = first_values(alternating_offers(discounts, long_enough(*discounts)))[0]
    assert found == pytest.approx(-math.expm1(-quick * dt) / -math.expm1(-(slow + quick) * dt))
    assert 0 < found - quick / (slow + quick) < quick / (slow + quick) * slow * dt


# --- an outside option, and talks that may break down ---------------------------------------


def with_outside_option(first: float, second: float, option: float) -> BargainingGame:
    """Let party 1 walk out to an option when it has refused; party 0 then has nothing."""
    worth = np.zeros((2, 2, 2))
    worth[:, 1, 1] = option
    return alternating_offers(
        [first, second],
        long_enough(first, second),
        exit_open=np.array([[False, True]] * 2),
        exit_worth=worth,
    )


@pytest.mark.parametrize("of_threshold", [0.0, 0.5, 0.999, 1.0, 1.001, 1.2])
@pytest.mark.parametrize(("first", "second"), [(0.9, 0.8), (0.8, 0.9), (0.95, 0.95), (0.5, 0.6)])
def test_binmore_shaked_sutton_1989_the_option_counts_only_if_it_beats_the_bargain(
    first: float, second: float, of_threshold: float
) -> None:
    without = second * (1 - first) / (1 - first * second)
    option = of_threshold * without
    share = first_values(with_outside_option(first, second, option))
    responder = max(option, without)
    assert share == pytest.approx([1 - responder, responder], abs=1e-6)
    split = option + without * (1 - option)  # as if the option were what both build on
    assert option == 0 or abs(split - responder) > 0.01


@pytest.mark.parametrize("option", [0.6, 0.75, 0.95, 1.0])
def test_binmore_shaked_sutton_1989_a_good_option_is_matched_and_no_more(option: float) -> None:
    share = first_values(with_outside_option(0.9, 0.9, option))
    assert share == pytest.approx([1 - option, option], abs=1e-6)


def test_an_option_better_than_the_whole_pie_is_taken() -> None:
    found = solve_bargaining(with_outside_option(0.9, 0.9, 1.1))
    assert found.value[0, 0].tolist() == pytest.approx([0.0, 1.1])
    rows = found.rows(0, 0, 0, 0)
    assert (found.chance[rows] * found.exited[rows, 1]).sum() == pytest.approx(1.0)
    assert not found.accepted[rows].any()


@pytest.mark.parametrize("risk", [0.02, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize(
    ("own", "others"), [(0.0, 0.0), (0.2, 0.1), (0.1, 0.5), (0.0, 0.7), (0.5, 0.5)]
)
def test_binmore_rubinstein_wolinsky_1986_breakdown_after_a_refusal(
    risk: float, own: float, others: float
) -> None:
    n_periods = 3 if risk == 1 else long_enough(1 - risk)
    share = own + (1 - own - others) / (2 - risk)
    found = solve_bargaining(breakdown_after_refusal(risk, [own, others], n_periods))
    assert found.value[0, 0] == pytest.approx([share, 1 - share], abs=1e-6)
    assert found.value[0, 2] == pytest.approx([own, others])


def test_binmore_rubinstein_wolinsky_1986_a_small_risk_splits_the_difference() -> None:
    """What an outside option does not do, the worth of a breakdown does."""
    own, others, risk = 0.3, 0.1, 0.01
    found = solve_bargaining(breakdown_after_refusal(risk, [own, others], long_enough(1 - risk)))
    assert found.value[0, 0, 0] == pytest.approx(own + (1 - own - others) / 2, abs=risk)


# --- more than two -------------------------------------------------------------------------


@pytest.mark.parametrize("discount", [0.4, 0.9, 0.97])
@pytest.mark.parametrize("n", [2, 3, 4, 6])
def test_parties_that_propose_in_turn_get_shares_that_fall_by_the_discount_factor(
    n: int, discount: float
) -> None:
    found = solve_bargaining(alternating_offers([discount] * n, long_enough(discount)))
    weights = discount ** np.arange(n)
    for turn in range(n):
        expected = np.roll(weights / weights.sum(), turn)
        assert found.value[0, turn] == pytest.approx(expected, abs=1e-7)
