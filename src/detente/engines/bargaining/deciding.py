"""What decides at a date: waiting against the best deal to be had, and who refuses better ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.engines.bargaining.answers import (
    Answers,
    above,
    answers_to,
    mandate,
    signing_backwards,
)
from detente.engines.bargaining.course import check_fit
from detente.engines.bargaining.equilibrium import EXIT, BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame
from detente.errors import EngineInputError

__all__ = ["Deciding", "deciding_comparison", "deciding_comparisons"]

Does = Literal["tables", "is silent", "ends the talks", "has no floor"]
Place = tuple[int, int, int]
"""Period, world, party."""


@dataclass(frozen=True, slots=True, eq=False)
class Deciding:
    """The comparison that decides what a party does with the floor in one period and world.

    Attributes
    ----------
    period, world, party, table : int
        The table is -1 where the party can get the floor at none.
    does : {"tables", "is silent", "ends the talks", "has no floor"}
    tabled : ndarray of int
        What it tables; several that are tied.
    value, waiting, refusing : float
        To the party: being in talks; letting the period pass; the better of that and an open exit.
    floor_worth : float
        To the party: having the floor, with what it then does. ``waiting`` if it has none.
    best : int
        The package in its mandate that is worth most to it among those that are accepted (with
        noise: at least as likely as not); the first of several; -1 if there is none.
    best_worth, best_accepted : float
        What ``best`` is worth to it once signed, its share of a divisible good included, and how
        likely it is to be accepted; NaN if there is none.
    n_refused : int
        How many packages in its mandate are worth more to it than ``best`` (without one: than
        waiting), by more than the tolerance, and would not be accepted.
    refused : ndarray of int, shape (m,)
        The first few of them, best first.
    refused_worth : ndarray of float, shape (m,)
        Worth to it if signed. Of a divisible good that does not go round nothing is counted.
    refused_by : ndarray of bool, shape (m, n)
        Who is in the way: those required who would refuse; if there are none, those counted who
        would. Of a divisible good that does not go round: those who need some of it. With noise it
        may be nobody alone, where several who would rather consent are needed.
    named : ndarray of int, shape (n_named,)
        Packages asked for, in the mandate or not.
    signed : ndarray of float, shape (n_named, n)
        What signing each is worth to everybody, lump included, shares of a divisible good not.
    gain : ndarray of float, shape (n_named, n)
        The same less what waiting is worth.
    consents : ndarray of float, shape (n_named, n)
        Chance that each party would consent if it were asked.
    needed : ndarray of bool, shape (n_named, n)
        Whose consent is required.
    """

    period: int
    world: int
    party: int
    table: int
    does: Does
    tabled: Ints
    value: float
    waiting: float
    refusing: float
    floor_worth: float
    best: int
    best_worth: float
    best_accepted: float
    n_refused: int
    refused: Ints
    refused_worth: Floats
    refused_by: Bools
    named: Ints
    signed: Floats
    gain: Floats
    consents: Floats
    needed: Bools


def deciding_comparison(
    game: BargainingGame,
    equilibrium: BargainingEquilibrium,
    period: int,
    world: int,
    party: int,
    *,
    table: int | None = None,
    named: npt.ArrayLike = (),
    at_most: int = 5,
) -> Deciding:
    """Return what decides for one party in one period and world.

    Parameters
    ----------
    game : BargainingGame
    equilibrium : BargainingEquilibrium
        Of this game.
    period, world, party : int
    table : int, optional
        Where it has the floor; if left out, the first table at which it can get it there.
    named : array_like of int
        Packages to weigh against waiting for everybody.
    at_most : int
        How many refused packages to list.

    Returns
    -------
    Deciding

    Raises
    ------
    EngineInputError
        If there is no such period, world, party, table or package, or the equilibrium is of a game
        of another size.

    Notes
    -----
    What signing is worth is worked out anew, back from the end: the cost is that of T - period
    passes over an (W, n, D) table. Ask for several places at once with
    :func:`deciding_comparisons`.

    Examples
    --------
    Party 0 would like package 2 best, which party 1 refuses; it tables package 1.

    >>> import numpy as np
    >>> from detente.engines.bargaining.game import bargaining_game
    >>> from detente.engines.bargaining.solve import solve_bargaining
    >>> game = bargaining_game(
    ...     waiting=[[0.0, 0.0]], kept=[[[1.0, 2.0, 5.0], [2.0, 1.0, -1.0]]],
    ...     chances=np.ones((1, 1, 1, 1, 1)), phase=[0], recognition=[[[1.0, 0.0]]],
    ...     discount_rate=0.0, terminal="nothing",
    ... )
    >>> found = deciding_comparison(game, solve_bargaining(game), 0, 0, party=0)
    >>> found.does, found.tabled.tolist(), found.best_worth, found.waiting
    ('tables', [1], 2.0, 0.0)
    >>> found.refused.tolist(), found.refused_worth.tolist(), found.refused_by.tolist()
    ([2], [5.0], [[False, True]])
    """
    places = [(period, world, party)]
    return deciding_comparisons(
        game, equilibrium, places, table=table, named=named, at_most=at_most
    )[0]


def deciding_comparisons(
    game: BargainingGame,
    equilibrium: BargainingEquilibrium,
    places: Iterable[Place],
    *,
    table: int | None = None,
    named: npt.ArrayLike = (),
    at_most: int = 5,
) -> tuple[Deciding, ...]:
    """Return :func:`deciding_comparison` of several (period, world, party), in one pass."""
    check_fit(game, equilibrium)
    asked = tuple(places)
    sizes = {"period": game.n_periods, "world": game.n_worlds, "party": game.n_parties}
    for place in asked:
        for (name, size), found in zip(sizes.items(), place, strict=True):
            _in_range(name, found, size)
    if table is not None:
        _in_range("table", table, game.n_tables)
    kept = np.array(named, dtype=np.intp).reshape(-1)
    for package in kept.tolist():
        _in_range("named", package, game.n_packages)
    by_place: dict[Place, Deciding] = {}
    first = min((period for period, _, _ in asked), default=game.n_periods)
    for t, signed, whole in signing_backwards(game, equilibrium.value):
        for w, i in sorted({(w, i) for period, w, i in asked if period == t}):
            good = None if whole is None else whole[w]
            by_place[t, w, i] = _at_place(
                game, equilibrium, (t, w, i), table, kept, at_most, signed[w], good
            )
        if t <= first:
            break
    return tuple(by_place[place] for place in asked)


def _in_range(name: str, found: int, size: int) -> None:
    if not 0 <= found < size:
        raise EngineInputError(f"{name}: found {found}, expected 0 to {size - 1}")


def _at_place(
    game: BargainingGame,
    equilibrium: BargainingEquilibrium,
    place: Place,
    table: int | None,
    named: Ints,
    at_most: int,
    signed: Floats,
    whole: Floats | None,
) -> Deciding:
    t, w, party = place
    waiting = equilibrium.waiting[t, w]
    answers = answers_to(game, w, party, waiting, signed, whole, equilibrium.tolerance)
    floor = (game.table_comes_up[w][:, None] * game.recognition[w])[:, party]
    at = int(np.argmax(floor > 0)) if table is None else table
    has_floor = bool(floor[at] > 0) and not game.out[w, party]
    table_of_it = at if table is not None or floor[at] > 0 else -1
    does, tabled, floor_worth = _done(game, equilibrium, place, at, answers, has_floor)
    worth = (signed if whole is None else signed + answers.shares * whole)[party]
    open_to_it = mandate(game, w, at, party) & has_floor
    accepted = open_to_it & (answers.accepted >= 0.5)
    best = int(np.argmax(np.where(accepted, worth, -np.inf))) if accepted.any() else -1
    bar = worth[best] if best >= 0 else waiting[party]
    # Nothing that is accepted is worth more than the best of what is accepted.
    better = open_to_it & above(worth, np.array(bar), equilibrium.tolerance)
    refused = np.flatnonzero(better)
    refused = refused[np.argsort(-worth[refused], kind="stable")][: max(at_most, 0)]
    # Chances of consent do not depend on who proposes, but for the proposer's own.
    return Deciding(
        period=t,
        world=w,
        party=party,
        table=table_of_it,
        does=does,
        tabled=frozen(tabled),
        value=float(equilibrium.value[t, w, party]),
        waiting=float(waiting[party]),
        refusing=float(answers.refusing[party]),
        floor_worth=floor_worth,
        best=best,
        best_worth=float(worth[best]) if best >= 0 else float("nan"),
        best_accepted=float(answers.accepted[best]) if best >= 0 else float("nan"),
        n_refused=int(better.sum()),
        refused=frozen(refused),
        refused_worth=frozen(worth[refused]),
        refused_by=frozen(_in_the_way(game, w, party, answers, refused)),
        named=frozen(named.copy()),
        signed=frozen(signed[:, named].T.copy()),
        gain=frozen(signed[:, named].T - waiting),
        consents=frozen(answers.consents[:, named].T.copy()),
        needed=frozen(game.required[w][:, named].T.copy()),
    )


def _done(
    game: BargainingGame,
    equilibrium: BargainingEquilibrium,
    place: Place,
    table: int,
    answers: Answers,
    has_floor: bool,
) -> tuple[Does, Ints, float]:
    """Return what the party does with the floor, what it tables, and what that is worth to it."""
    t, w, party = place
    nothing = np.zeros(0, dtype=np.intp)
    waiting = float(equilibrium.waiting[t, w, party])
    if not has_floor:
        return "has no floor", nothing, waiting
    rows = equilibrium.rows(t, w, table, party)
    tabled, chance = equilibrium.package[rows], equilibrium.chance[rows]
    if not len(tabled):
        return "is silent", nothing, waiting
    if tabled[0] == EXIT:
        return "ends the talks", nothing, float(game.exit_worth[w, party, party])
    return "tables", tabled.copy(), float(chance @ answers.worth[party, tabled])


def _in_the_way(
    game: BargainingGame, world: int, party: int, answers: Answers, packages: Ints
) -> Bools:
    """Say who keeps each package from being accepted, shape (len(packages), n)."""
    others = np.arange(game.n_parties) != party
    refuses = (answers.consents[:, packages].T < 0.5) & others
    bound = refuses & game.required[world][:, packages].T
    votes = refuses & game.counted[:, packages].T
    return np.asarray(np.where(bound.any(axis=1, keepdims=True), bound, votes))
