"""Every game of the published checks: nobody gains by departing once from what was found.

The check recomputes answers and worths in plain numpy; by the one-shot deviation principle a plan
of a finite game from which no single departure gains is an equilibrium.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from bargaining_games import (
    alternating_offers,
    breakdown_after_refusal,
    crisis,
    legislature,
    legislature_on_a_grid,
    moving_surplus,
    open_rule,
    poisson_option,
    shifting_power,
    talks_that_cost_time,
)
from shared_domains import NEGOTIATION, needs_shared_domains, the_domain

from detente.engines.bargaining.deviations import one_shot_deviations
from detente.engines.bargaining.game import BargainingGame
from detente.engines.bargaining.solve import solve_bargaining
from detente.interchange import utilities

TENTHS = np.arange(11) / 10


def with_outside_option() -> BargainingGame:
    return alternating_offers(
        [0.9, 0.8],
        40,
        exit_open=np.array([[False, True]] * 2),
        exit_worth=np.broadcast_to(np.array([0.0, 0.5]), (2, 2, 2)),
    )


def random_surplus() -> BargainingGame:
    rng = np.random.default_rng(5)
    chances = rng.dirichlet(np.full(6, 0.5), size=6)
    return moving_surplus(rng.random(6), chances, rng.dirichlet(np.ones(3), size=6), 0.9, 20)


GAMES: dict[str, Callable[[], BargainingGame]] = {
    "rubinstein_1982": lambda: alternating_offers([0.9, 0.8], 40),
    "n_in_turn": lambda: alternating_offers([0.9, 0.8, 0.7, 0.6], 40),
    "binmore_shaked_sutton_1989": with_outside_option,
    "binmore_rubinstein_wolinsky_1986": lambda: breakdown_after_refusal(0.2, [0.3, 0.1], 40),
    "baron_ferejohn_1989": lambda: legislature([0.9] * 5, 10, quota=3),
    "baron_ferejohn_1989_coins": lambda: legislature_on_a_grid(0.9, 3, 2, 10, 5),
    "baron_ferejohn_1989_open_rule": lambda: open_rule(0.9, 3, 2, 5, 6),
    "unanimity": lambda: legislature([0.9, 0.8, 0.5], 20, recognised=[0.5, 0.3, 0.2]),
    "merlo_wilson_1995": random_surplus,
    "powell_2006_war": lambda: shifting_power(0.9, 0.2, [0.1, 0.9], 40),
    "powell_2006_peace": lambda: shifting_power(0.9, 0.2, [0.5, 0.53], 40),
    "fearon_1995": lambda: crisis(0.5, (0.2, 0.3), proposer=0, divided=TENTHS),
    "fearon_1995_shares": lambda: crisis(0.5, (0.2, 0.3), proposer=1),
    "poisson_option": lambda: poisson_option(0.3, 5.0, 2.0, 0.1, 0.1, 100),
}


@pytest.mark.parametrize("game", GAMES.values(), ids=GAMES)
def test_nobody_gains_by_departing_once(game: Callable[[], BargainingGame]) -> None:
    rules = game()
    assert one_shot_deviations(rules, solve_bargaining(rules)).holds()


@needs_shared_domains
@pytest.mark.parametrize("case", ["EngZim", "JobCandiate"])
def test_nobody_gains_by_departing_once_in_cases_with_an_opt_out(case: str) -> None:
    (domain,) = the_domain(NEGOTIATION / "bilateral_types_timeeffect" / case)
    packages = np.array(list(itertools.product(*(range(len(i.options)) for i in domain.issues))))
    sides = [at for at, it in enumerate(domain.profiles) if it.name.endswith("LongTerm")]
    stated = [domain.profiles[at] for at in sides]
    rules = talks_that_cost_time(
        np.array([utilities(domain, at, packages) for at in sides]),
        [profile.time_effect or 0.0 for profile in stated],
        [profile.opt_out or 0.0 for profile in stated],
        [profile.reservation or 0.0 for profile in stated],
        14,
    )
    assert one_shot_deviations(rules, solve_bargaining(rules)).holds()
