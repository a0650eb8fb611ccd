"""Bilateral cases whose files state an effect of time, an opt-out and a reservation value.

The domains of R. Lin, S. Kraus, J. Wilkenfeld, J. Barry, "Negotiating with bounded rational agents
in environments with incomplete information using an automated agent", Artificial Intelligence 172
(2008), 823-851 (England and Zimbabwe; a job candidate), and two cases of the same kind without an
effect of time. They lie beside the repository, under licences of their own: numbers are read, never
copied. Two sides take turns; each period of talks adds a side's effect of time to its utility,
whatever comes of them; either may opt out at any time; after the last period each side has its
reservation value. Nothing is published about the equilibrium: a plain recursion over the packages
is the oracle, and what can be proved about waiting is asserted beside it.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest
from bargaining_games import talks_that_cost_time
from shared_domains import NEGOTIATION, needs_shared_domains, the_domain

from detente.engines.bargaining.equilibrium import EXIT, BargainingEquilibrium
from detente.engines.bargaining.solve import solve_bargaining
from detente.interchange import ForeignProfile, utilities

pytestmark = needs_shared_domains

Numbers = npt.NDArray[np.float64]
GROUP = NEGOTIATION / "bilateral_types_timeeffect"
KINDS = ("Compromise", "LongTerm", "ShortTerm")
EVERY_PAIR = list(itertools.product(("EngZim", "JobCandiate"), KINDS, KINDS))
WITHOUT_TIME = [
    ("catering", "catering_martin", "catering_sands"),
    ("neighbours", "neighbours_alex", "neighbours_tyler"),
]
N_PERIODS = 14
EVERYONE = list(itertools.product(range(N_PERIODS), (0, 1)))

every_pair = pytest.mark.parametrize(("case", "first", "second"), EVERY_PAIR)


@dataclass(frozen=True)
class Talks:
    """Two sides: utilities (2, D), and a number for each side."""

    utilities: Numbers
    time_effect: tuple[float, ...]
    opt_out: tuple[float, ...] | None
    reservation: tuple[float, ...]

    def solve(self, n_periods: int = N_PERIODS) -> BargainingEquilibrium:
        return solve_bargaining(
            talks_that_cost_time(
                self.utilities, self.time_effect, self.opt_out, self.reservation, n_periods
            )
        )


def stated(number: float | None) -> float:
    assert number is not None
    return number


@functools.cache
def talks(case: str, first: str, second: str) -> Talks:
    """Read one profile of each side; an effect of time that is not stated is none."""
    (domain,) = the_domain(GROUP / case)
    by_name = {profile.name: at for at, profile in enumerate(domain.profiles)}
    sides = [by_name[name] for name in (first, second)]
    chosen: list[ForeignProfile] = [domain.profiles[at] for at in sides]
    packages = np.array(list(itertools.product(*(range(len(i.options)) for i in domain.issues))))
    return Talks(
        np.array([utilities(domain, at, packages) for at in sides]),
        tuple(profile.time_effect or 0.0 for profile in chosen),
        tuple(stated(profile.opt_out) for profile in chosen),
        tuple(stated(profile.reservation) for profile in chosen),
    )


def a_pair(case: str, first: str, second: str) -> Talks:
    return talks(case, f"Side_A{first}", f"Side_B{second}")


# --- the oracle ------------------------------------------------------------------------------


def above(a: Numbers | float, b: Numbers | float) -> npt.NDArray[np.bool_]:
    """Say where one is larger by more than rounding; utilities are hundredths at the finest."""
    return np.asarray(np.greater(a, np.asarray(b) + 1e-6))


def plain_values(of: Talks, n_periods: int) -> Numbers:
    """Return what the talks are worth: period, whose turn, to whom."""
    worth = np.zeros((n_periods + 1, 2, 2))
    worth[-1] = of.reservation
    leave = np.full(2, -np.inf) if of.opt_out is None else np.array(of.opt_out)
    for period, turn in itertools.product(reversed(range(n_periods)), (0, 1)):
        other = 1 - turn
        waiting = np.array(of.time_effect) + worth[period + 1, other]
        accepted = ~above(max(waiting[other], leave[other]), of.utilities[other])
        ended = above(leave[other], waiting[other])  # what a refusal leads to, if not to waiting
        outcome = np.where(accepted, of.utilities, leave[:, None])
        tabled = outcome[:, accepted | ended]
        best = tabled[turn].max(initial=-np.inf)
        if above(leave[turn], max(best, waiting[turn])):
            worth[period, turn] = leave
        elif above(waiting[turn], best):
            worth[period, turn] = waiting
        else:
            worth[period, turn] = tabled[:, ~above(best, tabled[turn])].mean(axis=1)
    return worth


@every_pair
def test_values_are_those_of_the_plain_recursion(case: str, first: str, second: str) -> None:
    pair = a_pair(case, first, second)
    assert pair.solve().value == pytest.approx(plain_values(pair, N_PERIODS), abs=1e-6)


@pytest.mark.parametrize(("case", "first", "second"), WITHOUT_TIME)
def test_values_without_an_effect_of_time_are_those_of_the_plain_recursion(
    case: str, first: str, second: str
) -> None:
    pair = talks(case, first, second)
    assert pair.time_effect == (0.0, 0.0)
    assert pair.solve(5).value == pytest.approx(plain_values(pair, 5), abs=1e-6)


@every_pair
def test_without_an_opt_out_values_are_those_of_the_plain_recursion(
    case: str, first: str, second: str
) -> None:
    pair = replace(a_pair(case, first, second), opt_out=None)
    assert pair.solve().value == pytest.approx(plain_values(pair, N_PERIODS), abs=1e-6)


# --- who gains by waiting -------------------------------------------------------------------


def ended_by(found: BargainingEquilibrium, period: int, turn: int) -> Numbers:
    """Return the chance that each side ends the talks there and then."""
    rows = found.rows(period, turn, 0, turn)
    return np.asarray(found.chance[rows] @ found.exited[rows])


def signed(found: BargainingEquilibrium, period: int, turn: int) -> float:
    """Return the chance that something is signed there and then."""
    rows = found.rows(period, turn, 0, turn)
    return float(found.chance[rows] @ found.accepted[rows])


def test_in_engzim_one_side_gains_and_the_other_loses_by_waiting() -> None:
    for first, second in itertools.product(KINDS, KINDS):
        gains, loses = a_pair("EngZim", first, second).time_effect
        assert gains > 0 > loses


@every_pair
def test_a_side_has_at_least_its_waiting_unless_the_other_ends_the_talks(
    case: str, first: str, second: str
) -> None:
    """It can always refuse, or say nothing; only the other's opt-out takes that away."""
    pair = a_pair(case, first, second)
    found = pair.solve()
    for period, turn in EVERYONE:
        waiting = np.array(pair.time_effect) + found.value[period + 1, 1 - turn]
        assert found.waiting[period, turn] == pytest.approx(waiting)
        for side in (0, 1):
            if ended_by(found, period, turn)[1 - side] == 0:
                assert found.value[period, turn, side] >= waiting[side] - 1e-6


@pytest.mark.parametrize(("first", "second"), list(itertools.product(KINDS, KINDS)))
def test_without_an_opt_out_who_gains_by_waiting_has_more_the_longer_talks_can_last(
    first: str, second: str
) -> None:
    """Each period in which it can refuse adds its effect of time; in the end no deal is as good."""
    pair = replace(a_pair("EngZim", first, second), opt_out=None)
    effect, best_deal = pair.time_effect[0], pair.utilities[0].max()
    n_periods = int((best_deal - pair.reservation[0]) / effect) + 3
    found = pair.solve(n_periods)
    for period, turn in itertools.product(range(n_periods), (0, 1)):
        more = found.value[period, turn, 0] - found.value[period + 1, 1 - turn, 0]
        assert more >= effect - 1e-6
    for turn in (0, 1):
        assert found.value[0, turn, 0] > best_deal
        assert signed(found, 0, turn) == 0
        assert ended_by(found, 0, turn).sum() == 0


@every_pair
def test_an_opt_out_is_a_floor_under_what_talks_are_worth(
    case: str, first: str, second: str
) -> None:
    """At its turn a side can end the talks at once, at the other's turn a period later at most."""
    pair = a_pair(case, first, second)
    assert pair.opt_out is not None
    found = pair.solve()
    for period, turn in EVERYONE:
        for side, (floor, effect) in enumerate(zip(pair.opt_out, pair.time_effect, strict=True)):
            if turn == side:
                assert found.value[period, turn, side] >= floor - 1e-6
            elif period < N_PERIODS - 1:
                assert found.value[period, turn, side] >= min(floor, floor + effect) - 1e-6


@pytest.mark.parametrize(("first", "second"), list(itertools.product(KINDS, KINDS)))
def test_where_both_lose_by_waiting_talks_end_on_the_first_day(first: str, second: str) -> None:
    """In a deal or in an opt-out: what is to be had later is to be had now, without the loss."""
    pair = a_pair("JobCandiate", first, second)
    assert max(pair.time_effect) < 0
    found = pair.solve()
    for period, turn in EVERYONE:
        done = signed(found, period, turn) + ended_by(found, period, turn).sum()
        assert done == pytest.approx(1.0)


@pytest.mark.parametrize(("case", "first", "second"), WITHOUT_TIME)
def test_where_time_costs_nothing_the_last_to_propose_has_its_best_deal_all_along(
    case: str, first: str, second: str
) -> None:
    pair = talks(case, first, second)
    found = pair.solve(5)
    for turn in (0, 1):
        last = turn  # five periods: the first to propose is the last as well
        content = pair.utilities[1 - last] >= pair.reservation[1 - last]
        best = pair.utilities[last, content].max()
        for period in range(5):
            whose = (turn + period) % 2
            assert found.value[period, whose, last] == pytest.approx(best)


@every_pair
def test_what_is_tabled_is_never_worse_for_the_proposer_than_saying_nothing(
    case: str, first: str, second: str
) -> None:
    found = a_pair(case, first, second).solve()
    for period, turn in EVERYONE:
        rows = found.rows(period, turn, 0, turn)
        assert found.chance[rows].sum() == pytest.approx(float(len(found.chance[rows]) > 0))
        gain = found.value[period, turn, turn] - found.waiting[period, turn, turn]
        assert gain >= -1e-6
        if (found.package[rows] == EXIT).any():
            assert len(found.package[rows]) == 1
