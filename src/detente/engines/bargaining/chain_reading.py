"""What a world chain says: when clocks strike, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Floats, Ints, frozen
from detente.engines.bargaining.chain import WorldChain, world_chain
from detente.engines.bargaining.hazards import DatedClock, is_whole
from detente.errors import EngineInputError

__all__ = ["OrderOfTwo", "chance_struck_by", "order_of_two", "quiet_path", "world_chances"]


@dataclass(frozen=True, slots=True, eq=False)
class OrderOfTwo:
    """Which of two clocks strikes first, by each date; the four chances add up to 1.

    Attributes
    ----------
    first, second : ndarray of float, shape ([N,] T + 1)
        Chance that this clock has struck by then, and before the other one.
    together : ndarray of float, shape ([N,] T + 1)
        Chance that both have struck at the same moment: by a shock, or on the same date. Two
        clocks that have both struck before the first period count here.
    neither : ndarray of float, shape ([N,] T + 1)
        Chance that neither has struck by then.
    method : str
    """

    first: Floats
    second: Floats
    together: Floats
    neither: Floats
    method: str


def world_chances(
    chain: WorldChain, *, regime: int = 0, belief: int = 0, start: int | None = None
) -> Floats:
    """Return how likely each world is at each date if one regime holds throughout.

    Parameters
    ----------
    chain : WorldChain
    regime, belief : int
    start : int, optional
        The world at the start of period 0; the chain's own, if left out.

    Returns
    -------
    ndarray of float, shape ([N,] T + 1, W)
        At the start of each period and at the end of the last; the axis N only if the chain has
        draws.

    Raises
    ------
    EngineInputError
        If there is no such regime, belief or world.

    Examples
    --------
    >>> from detente.engines.bargaining.hazards import DatedClock
    >>> chain = world_chain([DatedClock(2, branches=[0.25, 0.75])], dt=1.0, n_periods=2)
    >>> world_chances(chain).tolist()
    [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.25, 0.75]]
    """
    n_beliefs, n_regimes, n_worlds = chain.chances.shape[-4:-1]
    at = chain.start if start is None else start
    for name, found, size in (
        ("regime", regime, n_regimes),
        ("belief", belief, n_beliefs),
        ("start", at, n_worlds),
    ):
        _check_place(name, found, size)
    moves = chain.chances[..., belief, regime, :, :]
    lead = moves.shape[:-3]
    chances = np.zeros((*lead, chain.n_periods + 1, n_worlds))
    chances[..., 0, at] = 1.0
    for t, phase in enumerate(chain.phase):
        now = chances[..., t, None, :]
        chances[..., t + 1, :] = (now @ moves[..., phase, :, :])[..., 0, :]
    return frozen(chances)


def chance_struck_by(
    chain: WorldChain, *, regime: int = 0, belief: int = 0, start: int | None = None
) -> Floats:
    """Return how likely each clock has struck by each date if one regime holds throughout.

    A check that a person can make on the chain: a clock of constant hazard that always runs has
    struck by t with chance 1 - 2 ** (-t / median).

    Parameters
    ----------
    chain : WorldChain
    regime, belief : int
    start : int, optional
        The world at the start of period 0; the chain's own, if left out.

    Returns
    -------
    ndarray of float, shape ([N,] T + 1, n_clocks)
        By the start of each period and by the end of the last.

    Raises
    ------
    EngineInputError
        If there is no such regime, belief or world.

    Examples
    --------
    >>> from detente.engines.bargaining.hazards import ConstantClock, rate_of_median
    >>> chain = world_chain([ConstantClock(rate_of_median(2.0))], dt=1.0, n_periods=4)
    >>> chance_struck_by(chain)[[0, 2, 4], 0].round(12).tolist()
    [0.0, 0.5, 0.75]
    """
    chances = world_chances(chain, regime=regime, belief=belief, start=start)
    return frozen(np.asarray(chances @ (chain.worlds > 0).astype(np.float64)))


def order_of_two(
    chain: WorldChain, first: int, second: int, *, regime: int = 0, belief: int = 0
) -> OrderOfTwo:
    """Return which of two clocks strikes first if one regime holds throughout.

    Exact within periods as well: the chain is made again with both clocks stopped as soon as one
    of them has struck, so that nothing hides that both struck in the same period one after the
    other. A date ends its period: what strikes by chance in the same period came before it.

    Parameters
    ----------
    chain : WorldChain
    first, second : int
        Places of two different clocks.
    regime, belief : int

    Returns
    -------
    OrderOfTwo

    Raises
    ------
    EngineInputError
        If there is no such clock, regime or belief, or the two are the same.

    Examples
    --------
    Of two constant hazards each is first in proportion to its rate:

    >>> from detente.engines.bargaining.hazards import ConstantClock
    >>> chain = world_chain([ConstantClock(0.3), ConstantClock(0.1)], dt=1.0, n_periods=100)
    >>> float(order_of_two(chain, 0, 1).first[-1].round(6))
    0.75
    """
    for name, found in (("first", first), ("second", second)):
        _check_place(name, found, len(chain.clocks))
    if first == second:
        raise EngineInputError(f"second: found {second}, the same as first, expected another one")
    _check_place("regime", regime, len(chain.runs))
    states = chain.worlds[:, [first, second]] > 0
    runs = chain.runs[regime].copy()
    for clock in (first, second):
        runs[states.any(axis=1), clock] = False
    stopped = world_chain(
        chain.clocks,
        dt=chain.dt,
        n_periods=chain.n_periods,
        runs=runs,
        shocks=chain.shocks,
        block=chain.block,
    )
    chances = world_chances(stopped, belief=belief)

    def chance_of(in_first: bool, in_second: bool) -> Floats:
        there = (states == (in_first, in_second)).all(axis=1)
        return frozen(np.asarray(chances[..., there].sum(axis=-1)))

    return OrderOfTwo(
        first=chance_of(True, False),
        second=chance_of(False, True),
        together=chance_of(True, True),
        neither=chance_of(False, False),
        method="the chain with both clocks stopped once one has struck",
    )


def quiet_path(
    chain: WorldChain, *, regime: int = 0, branches: Sequence[int] | None = None
) -> Ints:
    """Return the world at each date as long as nothing strikes by chance.

    Parameters
    ----------
    chain : WorldChain
    regime : int
        Says which dated clocks run.
    branches : sequence of int, shape (n_clocks,), optional
        The branch, from 1, that each dated clock takes; entries of others are of no account. If
        left out, the likeliest by the mean over beliefs and draws, the first of several.

    Returns
    -------
    ndarray of int, shape (T + 1,)

    Raises
    ------
    EngineInputError
        If there is no such regime or branch.

    Examples
    --------
    >>> from detente.engines.bargaining.hazards import ConstantClock, DatedClock
    >>> chain = world_chain([ConstantClock(0.1), DatedClock(2)], dt=1.0, n_periods=3)
    >>> chain.worlds[quiet_path(chain)].tolist()
    [[0, 0], [0, 0], [0, 1], [0, 1]]
    """
    _check_place("regime", regime, len(chain.runs))
    n_clocks = len(chain.clocks)
    outcomes = [np.asarray(clock.branches) for clock in chain.clocks]
    likeliest = [int(c.reshape(-1, c.shape[-1]).mean(axis=0).argmax()) + 1 for c in outcomes]
    taken = likeliest if branches is None else list(branches)
    if len(taken) != n_clocks:
        raise EngineInputError(f"branches: found {len(taken)}, expected one per clock, {n_clocks}")
    at = chain.worlds[chain.start].copy()
    dated = [(c, k.period) for c, k in enumerate(chain.clocks) if isinstance(k, DatedClock)]
    for c, _ in dated:
        _check_place(f"branches[{c}]", taken[c] - 1, int(chain.worlds[:, c].max()))
    path = np.empty(chain.n_periods + 1, dtype=np.intp)
    path[0] = chain.start
    for t in range(1, chain.n_periods + 1):
        running = chain.runs[regime, path[t - 1]]
        for c, period in dated:
            if period == t and running[c]:
                at[c] = taken[c]
        path[t] = np.flatnonzero((chain.worlds == at).all(axis=1))[0]
    return frozen(path)


def _check_place(name: str, found: int, size: int) -> None:
    if not (is_whole(found) and 0 <= found < size):
        raise EngineInputError(f"{name}: found {found}, expected 0 to {size - 1}")
