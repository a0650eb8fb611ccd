"""Bargaining games of the literature as the engine takes them, built from their own parameters.

One period is one unit of time and a discount factor is given as such. A pie of size 1 is a good
that is shared out exactly; "the T-th period is the last" means that nothing follows.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from detente.engines.bargaining.game import BargainingGame, bargaining_game

__all__ = [
    "alternating_offers",
    "breakdown_after_refusal",
    "crisis",
    "divisions",
    "legislature",
    "legislature_on_a_grid",
    "moving_surplus",
    "open_rule",
    "poisson_option",
    "shifting_power",
    "talks_that_cost_time",
]

Numbers = npt.NDArray[np.float64]


def rates(discounts: npt.ArrayLike) -> Numbers:
    """Return the discount rates per period that give these discount factors."""
    return np.asarray(-np.log(np.asarray(discounts, dtype=np.float64)))


def steady(chances: npt.ArrayLike) -> Numbers:
    """Return one phase, one belief, one regime of chances between worlds."""
    return np.asarray(chances, dtype=np.float64)[None, None, None]


def in_turn(n: int) -> Numbers:
    """Return the chances of a world that says whose turn it is."""
    return np.roll(np.eye(n), 1, axis=1)


# --- turn by turn ----------------------------------------------------------------------------


def alternating_offers(discounts: Sequence[float], n_periods: int, **rules: Any) -> BargainingGame:
    """Divide a pie; in world i party i proposes, and all others must agree."""
    n = len(discounts)
    pie: dict[str, Any] = {"share_lump": np.ones((1, n, 1)), "terminal": "nothing"}
    return bargaining_game(
        waiting=np.zeros((n, n)),
        kept=np.zeros((1, n, 1)),
        chances=steady(in_turn(n)),
        phase=np.zeros(n_periods, dtype=int),
        recognition=np.eye(n)[:, None, :],
        discount_rate=rates(discounts),
        **(pie | rules),
    )


def breakdown_after_refusal(risk: float, broken: Sequence[float], n_periods: int) -> BargainingGame:
    """Divide a pie without discounting; a refusal ends the talks with a chance, in world 2."""
    chances = np.array([[0, 1 - risk, risk], [1 - risk, 0, risk], [0, 0, 1]])
    return bargaining_game(
        waiting=np.zeros((3, 2)),
        kept=np.zeros((1, 2, 1)),
        share_lump=np.ones((1, 2, 1)),
        chances=steady(chances),
        phase=np.zeros(n_periods, dtype=int),
        recognition=np.array([[[1.0, 0]], [[0, 1]], [[0, 0]]]),
        discount_rate=0.0,
        terminal_waiting=np.array([[0.0, 0], [0, 0], list(broken)]),
        terminal_kept=np.zeros((3, 2, 1)),
    )


# --- legislatures ----------------------------------------------------------------------------


def legislature(
    discounts: Sequence[float],
    n_periods: int,
    *,
    recognised: Sequence[float] | None = None,
    quota: int | None = None,
    **rules: Any,
) -> BargainingGame:
    """Divide a dollar under the closed rule: a member is recognised, proposes, all vote.

    Without a quota everybody must agree.
    """
    n = len(discounts)
    floor = np.full(n, 1 / n) if recognised is None else np.array(recognised)
    counts = quota is not None
    dollar: dict[str, Any] = {"share_lump": np.ones((1, n, 1)), "kept": np.zeros((1, n, 1))}
    dollar["counted"] = np.full((n, 1), counts)
    return bargaining_game(
        waiting=np.zeros((1, n)),
        chances=steady([[1.0]]),
        phase=np.zeros(n_periods, dtype=int),
        recognition=floor[None, None, :],
        discount_rate=rates(discounts),
        required=not counts,
        at_least=0 if quota is None else quota,
        terminal="nothing",
        **(dollar | rules),
    )


def divisions(n: int, parts: int) -> Numbers:
    """Return every way to give equal parts of a whole to n parties, shape (n, n_divisions)."""
    whole = range(parts + 1)
    rows = [c for c in itertools.product(whole, repeat=n - 1) if sum(c) <= parts]
    return np.array([(*c, parts - sum(c)) for c in rows]).T / parts


def legislature_on_a_grid(
    discount: float, n: int, quota: int, parts: int, n_periods: int
) -> BargainingGame:
    """Divide a dollar of so many coins under the closed rule: each division is a package."""
    ways = divisions(n, parts)[None]
    return legislature(
        [discount] * n,
        n_periods,
        quota=quota,
        share_lump=None,
        lump=ways,
        kept=np.zeros_like(ways),
        counted=np.ones((n, 1), dtype=bool),
    )


def open_rule(discount: float, n: int, quota: int, parts: int, n_sessions: int) -> BargainingGame:
    """Divide a dollar of so many coins under the open rule: a proposal can be amended.

    World 0: nothing is proposed. World ``1 + k * n_divisions + d``: member k's division d stands,
    and one of the others is recognised, who moves the question or an amendment; both take a vote.
    To move a division is a package that ends after one period, in that world. Packages, in this
    order: ``k * n_divisions + d``, to open with d; the same once more, to amend; question on d.
    What opens the talks takes a period of its own, and a question that is voted down leaves the
    proposal standing.
    """
    ways = divisions(n, parts)
    each = ways.shape[1]
    motions = n * each
    stands = 1 + np.arange(motions)
    n_packages = 2 * motions + each
    lump = np.concatenate([np.zeros((n, 2 * motions)), ways], axis=1)
    mover = np.repeat(np.eye(n), each, axis=1)
    floor = np.concatenate([np.full((1, n), 1 / n), (1 - mover.T) / (n - 1)])
    available = np.zeros((1 + motions, n_packages), dtype=bool)
    available[0, :motions] = True
    available[1:, motions : 2 * motions] = True
    available[1:, 2 * motions :] = np.tile(np.eye(each), (n, 1))
    return bargaining_game(
        waiting=np.zeros((1 + motions, n)),
        kept=np.zeros((1, n, n_packages)),
        lump=lump[None],
        chances=steady(np.eye(1 + motions)),
        phase=np.zeros(n_sessions, dtype=int),
        recognition=floor[:, None, :],
        discount_rate=float(rates(discount)),
        may_table=np.concatenate([mover, mover, np.ones((n, each))], axis=1)[None] > 0,
        available=available,
        required=False,
        at_least=np.repeat([0, quota, quota], [motions, motions, each]),
        counted=np.ones((n, n_packages), dtype=bool),
        breakdown_rate=np.repeat([np.inf, np.inf, 0], [motions, motions, each])[None],
        resumes_in=np.concatenate([stands, stands, np.zeros(each, dtype=int)])[None],
        terminal="nothing",
    )


# --- worlds that move ------------------------------------------------------------------------


def moving_surplus(
    surplus: Numbers, chances: Numbers, recognised: Numbers, discount: float, n_periods: int
) -> BargainingGame:
    """Divide what there is to divide in the world of the day; all must agree."""
    n_worlds, n = recognised.shape
    return bargaining_game(
        waiting=np.zeros((n_worlds, n)),
        kept=np.zeros((1, n, 1)),
        share_lump=np.broadcast_to(surplus[:, None, None], (n_worlds, n, 1)),
        chances=steady(chances),
        phase=np.zeros(n_periods, dtype=int),
        recognition=recognised[:, None, :],
        discount_rate=float(rates(discount)),
        terminal="nothing",
    )


def poisson_option(
    arrives: float, worth: float, deal: float, discount_rate: float, dt: float, n_periods: int
) -> BargainingGame:
    """Let one party alone take a deal or wait for an offer from outside (world 1), for good."""
    struck = -np.expm1(-arrives * dt)
    return bargaining_game(
        waiting=np.zeros((2, 1)),
        kept=np.zeros((1, 1, 1)),
        lump=np.full((1, 1, 1), deal),
        chances=steady([[1 - struck, struck], [0, 1]]),
        phase=np.zeros(n_periods, dtype=int),
        recognition=np.ones((1, 1, 1)),
        discount_rate=discount_rate,
        dt=dt,
        exit_open=np.array([[False], [True]]),
        exit_worth=np.full((2, 1, 1), worth),
        exit_when_proposing=True,
        terminal="nothing",
    )


# --- war -------------------------------------------------------------------------------------

DECLINING, RISING = 0, 1


def shifting_power(
    discount: float, destroyed: float, wins: Sequence[float], n_periods: int
) -> BargainingGame:
    """Divide a flow of 1 per period, one period at a time, while power shifts once.

    World s is stage s, the last one lasts; ``wins[s]`` is the rising side's chance in a war there.
    The declining side proposes truces of one period. Either side may fight at its turn: the winner
    has what war leaves of the flow, for ever.
    """
    n_stages = len(wins)
    total = (1 - destroyed) / (1 - discount)
    war = np.array([[total * (1 - p), total * p] for p in wins])
    moves = np.eye(n_stages, k=1)
    moves[-1, -1] = 1
    return bargaining_game(
        waiting=np.zeros((n_stages, 2)),
        kept=np.zeros((1, 2, 1)),
        share_flow=np.ones((1, 2, 1)),
        chances=steady(moves),
        phase=np.zeros(n_periods, dtype=int),
        recognition=np.array([[[1.0, 0.0]]]),
        discount_rate=float(rates(discount)),
        breakdown_rate=np.inf,
        exit_open=np.ones((n_stages, 2), dtype=bool),
        exit_worth=np.broadcast_to(war[:, None, :], (n_stages, 2, 2)),
        exit_when_proposing=True,
        terminal="nothing",
    )


def crisis(
    wins: float, costs: Sequence[float], *, proposer: int, divided: Numbers | None = None
) -> BargainingGame:
    """Settle a good at once, or there is war: A wins with a chance, and each side bears its cost.

    ``divided``: A's shares that can be tabled, one in each world; without, any share can.
    """
    n = 1 if divided is None else len(divided)
    war = np.array([wins - costs[0], 1 - wins - costs[1]])
    rules: dict[str, Any]
    if divided is None:
        rules = {"kept": np.zeros((1, 2, 1)), "share_lump": np.ones((1, 2, 1))}
    else:
        shares = np.stack([divided, 1 - divided])[None]
        rules = {"kept": np.zeros((1, 2, n)), "lump": shares, "available": np.eye(n, dtype=bool)}
    return bargaining_game(
        waiting=np.zeros((n, 2)),
        chances=steady(np.eye(n)),
        phase=[0],
        recognition=np.eye(2)[None, [proposer]],
        discount_rate=0.0,
        terminal_waiting=np.tile(war, (n, 1)),
        terminal_kept=np.zeros((n, 2, n)),
        **rules,
    )


# --- talks whose length itself costs or pays -------------------------------------------------


def talks_that_cost_time(
    utilities: Numbers,
    time_effect: Sequence[float],
    opt_out: Sequence[float] | None,
    reservation: Sequence[float],
    n_periods: int,
) -> BargainingGame:
    """Let two sides take turns over packages, shape (2, D), or opt out; then the reservations.

    Nothing is discounted. Each period of talks adds its effect to whatever comes of them. Without
    an ``opt_out`` nobody can end them.
    """
    leave = np.zeros(2) if opt_out is None else np.array(opt_out)
    return bargaining_game(
        waiting=np.array([time_effect, time_effect]),
        kept=np.zeros((1, *utilities.shape)),
        lump=utilities[None],
        chances=steady(in_turn(2)),
        phase=np.zeros(n_periods, dtype=int),
        recognition=np.eye(2)[:, None, :],
        discount_rate=0.0,
        exit_open=np.full((2, 2), opt_out is not None),
        exit_worth=np.broadcast_to(leave, (2, 2, 2)),
        exit_when_proposing=True,
        terminal_waiting=np.array([reservation, reservation]),
        terminal_kept=np.zeros((2, *utilities.shape)),
    )
