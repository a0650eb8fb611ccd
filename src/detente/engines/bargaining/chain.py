"""The world chain: how the states of all clocks change from one period to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.engines.bargaining.chain_rules import Rules, strides_of
from detente.engines.bargaining.hazards import (
    Axes,
    Clock,
    CommonShock,
    DatedClock,
    checked_clocks,
    checked_shocks,
    is_whole,
    without_draws,
)
from detente.errors import EngineInputError

__all__ = ["MOST_CHANCES", "MOST_WORLDS", "WorldChain", "world_chain", "worlds_of"]

MOST_WORLDS = 4_096
"""Worlds beyond which no chain is made."""

MOST_CHANCES = 250_000_000
"""Chances beyond which no chain is made, over draws, phases, beliefs and regimes: 2 GB."""


@dataclass(frozen=True, slots=True, eq=False)
class WorldChain:
    """How likely each world leads to each other within a period; built by :func:`world_chain`.

    Attributes
    ----------
    worlds : ndarray of int, shape (W, n_clocks)
        The state of each clock in each world: 0 not struck, b struck with its branch b, from 1.
    chances : ndarray of float, shape ([N,] n_phases, n_beliefs, n_regimes, W, W)
        From the world in the row to that in the column; the axis N only if some number was given
        per draw.
    phase : ndarray of int, shape (n_periods,)
        Which chances hold in each period. Phases are numbered in the order in which they end, so
        that the last one is that of the last period.
    start : int
        The world at the start of period 0.
    dt : float
        Length of a period, in units of time.
    exact : bool
        Whether the chances follow exactly from the hazards that were stated; if not, a hazard that
        varies was taken at its mean over a period or a block, see :func:`world_chain`.
    never : ndarray of bool, shape (n_clocks,)
        Clocks that cannot strike within the horizon in any draw, for any belief, in any regime.
    beyond : ndarray of bool, shape (n_clocks,)
        Clocks dated beyond the horizon.
    clocks, shocks, runs, block
        What the chain was made from, checked.
    method : str
    """

    worlds: Ints
    chances: Floats
    phase: Ints
    start: int
    dt: float
    exact: bool
    never: Bools
    beyond: Bools
    clocks: tuple[Clock, ...]
    shocks: tuple[CommonShock, ...]
    runs: Bools
    block: int
    method: str

    @property
    def n_periods(self) -> int:
        return len(self.phase)

    @property
    def drawn(self) -> bool:
        """Whether the chances have a leading axis over draws."""
        return self.chances.ndim == 6


def worlds_of(clocks: Sequence[Clock]) -> Ints:
    """Return the states of all clocks in every world, shape (W, n_clocks).

    A clock is in state 0 until it strikes, then in that of one of its B branches, 1 to B. Worlds
    are counted with the first clock slowest; world 0 is the one in which nothing has struck.

    Parameters
    ----------
    clocks : sequence of Clock

    Returns
    -------
    ndarray of int

    Raises
    ------
    EngineInputError
        If there would be more than ``MOST_WORLDS``, or a clock has no branch.

    Examples
    --------
    >>> from detente.engines.bargaining.hazards import ConstantClock, DatedClock
    >>> worlds_of([ConstantClock(0.1), DatedClock(5, branches=[0.4, 0.6])]).tolist()
    [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    """
    shapes = [np.shape(clock.branches) for clock in clocks]
    for c, shape in enumerate(shapes):
        if 0 in shape or not shape:
            raise EngineInputError(
                f"clocks[{c}].branches: found shape {shape}, expected the branches on the last axis"
            )
    sizes = [1 + shape[-1] for shape in shapes]
    n_worlds = int(np.prod(sizes, dtype=object)) if sizes else 1
    if n_worlds > MOST_WORLDS:
        raise EngineInputError(
            f"clocks: found {n_worlds} worlds ({' x '.join(map(str, sizes))}), expected at most "
            f"{MOST_WORLDS}; leave out clocks that change nothing, or merge outcomes of one clock"
        )
    worlds = np.empty((n_worlds, len(sizes)), dtype=np.intp)
    for c, (size, stride) in enumerate(zip(sizes, strides_of(sizes), strict=True)):
        worlds[:, c] = np.arange(n_worlds) // stride % size
    return frozen(worlds)


def world_chain(
    clocks: Sequence[Clock],
    *,
    dt: float,
    n_periods: int,
    runs: npt.ArrayLike = True,
    shocks: Sequence[CommonShock] = (),
    block: int = 1,
) -> WorldChain:
    """Turn clocks into chances of moving between worlds, period by period.

    Within a period clocks strike by chance in continuous time: P = expm(Q dt), where Q has the
    hazard of every clock and shock that runs in a world, split over its branches. At the end of
    the period the clocks dated at the next one strike, all at once, each with a branch of its own.
    What has struck stays struck. Shocks make several clocks strike at the same moment: together
    with the clocks' own hazards the model of Marshall and Olkin.

    Parameters
    ----------
    clocks : sequence of DatedClock, ConstantClock or WeibullClock
        Their numbers may be given for all, per belief, or per draw and belief.
    dt : float
        Length of a period, in units of time.
    n_periods : int
    runs : array_like of bool, broadcasts to (n_regimes, W, n_clocks)
        Which clocks run in which world under which regime; worlds as :func:`worlds_of` lists them.
        A clock that does not run in a world strikes there neither by itself nor by a shock; a
        dated clock that does not run in the world reached by its date never strikes. Entries of
        clocks that have struck are of no account.
    shocks : sequence of CommonShock
        Hazards at which several clocks strike together, in addition to their own.
    block : int
        How many periods share one mean of a hazard that varies; 1 unless phases must be saved.

    Returns
    -------
    WorldChain

    Raises
    ------
    EngineInputError
        If a rate is negative or not a number, chances of branches do not add up to 1, draws or
        beliefs are counted differently, worlds or chances are too many, or a clock that has struck
        before the first period has no certain branch.

    Notes
    -----
    A Weibull hazard enters with its exact mean over each period (or block). That gives the exact
    chances wherever what runs does not depend on the world, or all hazards are constant: then the
    generators of different moments commute. Otherwise (a clock stops or starts by what another
    one did) the error is of order dt^3 in a period and dt^2 over a stretch of time in which the
    hazard is smooth, larger where it is unbounded: at time 0 with a shape below 1. ``exact`` says
    which.

    Cost: about 10 to 20 products of W x W matrices for each set of draw, hazard, belief and
    regime, fewer where regimes are alike; only a hazard that varies needs more than one set over
    time, and dates add one product each.

    References
    ----------
    A. W. Marshall, I. Olkin, A multivariate exponential distribution, Journal of the American
    Statistical Association 62, 1967, 30-44.

    Examples
    --------
    A city that falls with half a chance within 60 days, and an inauguration on day 30:

    >>> from detente.engines.bargaining.hazards import ConstantClock, DatedClock, rate_of_median
    >>> chain = world_chain(
    ...     [ConstantClock(rate_of_median(60.0)), DatedClock(30)], dt=1.0, n_periods=90
    ... )
    >>> chain.chances.shape, chain.exact
    ((2, 1, 1, 4, 4), True)
    >>> stays = chain.chances[chain.phase[0], 0, 0, 0, 0]
    >>> bool(np.isclose(stays, 2 ** (-1 / 60)))
    True
    """
    _check_steps(dt, n_periods, block)
    axes = Axes()
    found = checked_clocks(clocks, axes)
    worlds = worlds_of(found)
    sudden = checked_shocks(shocks, len(found), axes)
    running = _checked_runs(runs, worlds)
    rules = Rules(found, sudden, worlds, running, float(dt), int(n_periods), int(block))
    phases, phase = rules.phases()
    n_draws, n_beliefs = axes.sizes
    shape = (n_draws, len(phases), n_beliefs, len(running), len(worlds), len(worlds))
    n_chances = int(np.prod(shape, dtype=object))
    if n_chances > MOST_CHANCES:
        raise EngineInputError(
            f"chances: found {n_chances} numbers for (draws, phases, beliefs, regimes, worlds, "
            f"worlds) {shape}, expected at most {MOST_CHANCES}; take fewer draws at once, or a "
            "larger block of periods that share a mean hazard"
        )
    chances = rules.chances(phases, shape)
    beyond = [isinstance(clock, DatedClock) and clock.period > n_periods for clock in found]
    return WorldChain(
        worlds=worlds,
        chances=frozen(chances if axes.drawn else np.array(chances[0])),
        phase=frozen(phase),
        start=rules.start(),
        dt=float(dt),
        exact=rules.is_exact(),
        never=frozen(rules.never()),
        beyond=frozen(np.array(beyond, dtype=np.bool_)),
        clocks=found if axes.drawn else tuple(without_draws(clock) for clock in found),
        shocks=sudden if axes.drawn else tuple(without_draws(shock) for shock in sudden),
        runs=running,
        block=int(block),
        method="clocks in continuous time, by uniformisation; dates at the ends of periods",
    )


def _check_steps(dt: float, n_periods: int, block: int) -> None:
    if not (np.isfinite(dt) and dt > 0):
        raise EngineInputError(f"dt: found {dt}, expected a positive length of time")
    for name, found in (("n_periods", n_periods), ("block", block)):
        if not is_whole(found) or found < 1:
            raise EngineInputError(f"{name}: found {found}, expected a whole number from 1")


def _checked_runs(runs: npt.ArrayLike, worlds: Ints) -> Bools:
    found = np.array(runs)
    if found.dtype != np.bool_:
        raise EngineInputError(f"runs: found {found.dtype}, expected true or false")
    shape = (len(found) if found.ndim == 3 else 1, *worlds.shape)
    try:
        full = np.array(np.broadcast_to(found, shape))
    except ValueError as error:
        raise EngineInputError(
            f"runs: found shape {found.shape}, expected (n_regimes, {worlds.shape[0]} worlds, "
            f"{worlds.shape[1]} clocks), or what broadcasts to it"
        ) from error
    if not len(full):
        raise EngineInputError("runs: found no regime, expected at least one")
    return frozen(full)
