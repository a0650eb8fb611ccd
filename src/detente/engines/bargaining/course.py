"""How the negotiation goes: from what everybody does, the chance of each ending by date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Floats, Ints, frozen
from detente.engines.bargaining.course_kernels import follow
from detente.engines.bargaining.equilibrium import BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame
from detente.errors import EngineInputError

__all__ = ["Course", "check_fit", "course_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Where the talks stand at every date, with what chance.

    At the start of every period exactly one holds: talks are on in some world (``talks``), a
    package is in force (``in_force``), a party has ended the talks (``exited``), or they ended for
    good after a breakdown (``broken``). Row t is the start of period t, row T the end.

    Attributes
    ----------
    packages : ndarray of int, shape (M,)
        The packages that anybody ever tables, in ascending order; columns below refer to them.
    talks : ndarray of float, shape (T + 1, W)
        Talks are on and no package is in force; before a first agreement or after a breakdown.
    untried : ndarray of float, shape (T + 1, W)
        Of that: nothing has been agreed so far.
    in_force : ndarray of float, shape (T + 1, M)
        A package agreed on in an earlier period is in force.
    in_force_world : ndarray of float, shape (M, W)
        The same at the end, by world.
    first_signed : ndarray of float, shape (T, M)
        The first agreement is made in this period, and is this package.
    signed_by : ndarray of float, shape (T + 1, M)
        The first agreement was made in an earlier period, and is this package.
    proposed : ndarray of float, shape (n, M)
        The first agreement is this package, and this party tabled it.
    table : ndarray of float, shape (K,)
        The first agreement is made at this table.
    exited : ndarray of float, shape (T + 1, n)
        This party ended the talks in an earlier period.
    broken : ndarray of float, shape (T + 1,)
        The talks ended for good with a breakdown in an earlier period.
    broke : ndarray of float, shape (T + 1, M)
        Expected number of times that a package has broken down in an earlier period. Where talks
        resume, it may be signed again and break down again.
    moves : ndarray of float, shape (T, W, W)
        Nothing has been agreed, nor is in this period, and in it the world goes from one to another
        (or stays): which clock struck first, and when.
    mean_time : float
        To the first agreement, given that there is one by the end, in the unit of ``dt``; an
        agreement in period t takes t * dt. NaN if there is never one.
    start, belief : int
        The world it starts in, and whose chances these are.
    largest_error : float
        Certificate: the furthest that chances at any date are from adding up to 1.
    method : str
    """

    packages: Ints
    talks: Floats
    untried: Floats
    in_force: Floats
    in_force_world: Floats
    first_signed: Floats
    signed_by: Floats
    proposed: Floats
    table: Floats
    exited: Floats
    broken: Floats
    broke: Floats
    moves: Floats
    mean_time: float
    start: int
    belief: int
    largest_error: float
    method: str

    @property
    def never_signed(self) -> float:
        """Chance that nothing is agreed by the end."""
        return float(1.0 - self.signed_by[-1].sum())


def course_of(
    game: BargainingGame, equilibrium: BargainingEquilibrium, start: int, belief: int = 0
) -> Course:
    """Follow the talks forward from a world, everybody doing what the equilibrium says.

    In a period somebody has the floor or nobody does; what is tabled is agreed on, ends the talks,
    or neither, with the chances in the equilibrium's rows. A package agreed on is in force from
    that same period on: the world moves as under its regime, and on the way there the package
    breaks down with its chance. Otherwise the world moves as in regime 0. What a party thinks of
    its prospects may rest on other beliefs than those asked for here: its own decide what it does,
    these say how often it comes about.

    Parameters
    ----------
    game : BargainingGame
    equilibrium : BargainingEquilibrium
        Of this game.
    start : int
        World at the start of the first period.
    belief : int
        Whose chances of the world's moves to go by; 0 is the analyst's.

    Returns
    -------
    Course
        Tied best choices come about with equal chances, as in the equilibrium.

    Raises
    ------
    EngineInputError
        If there is no such world or belief, or the equilibrium is of a game of another size.

    Notes
    -----
    The cost is that of going through all rows once, and M * W * W per period for the packages that
    may be in force.

    Examples
    --------
    One party may sign a deal worth 1 a year or wait for a clock that strikes in half of all years
    and lets it sign; nothing is worth anything before.

    >>> import numpy as np
    >>> from detente.engines.bargaining.game import bargaining_game
    >>> from detente.engines.bargaining.solve import solve_bargaining
    >>> chances = np.array([[0.5, 0.5], [0.0, 1.0]])[None, None, None]
    >>> game = bargaining_game(
    ...     waiting=np.zeros((2, 1)), kept=np.ones((1, 1, 1)), chances=chances,
    ...     phase=np.zeros(3, int), recognition=np.ones((1, 1, 1)), discount_rate=0.1,
    ...     available=np.array([[False], [True]]),
    ... )
    >>> course = course_of(game, solve_bargaining(game), start=0)
    >>> course.signed_by[:, 0].tolist()
    [0.0, 0.0, 0.5, 0.75]
    >>> float(course.mean_time)
    1.3333333333333333
    """
    check_fit(game, equilibrium)
    for name, found, size in (
        ("start", start, game.n_worlds),
        ("belief", belief, game.chances.shape[1]),
    ):
        if not 0 <= found < size:
            raise EngineInputError(f"{name}: found {found}, expected 0 to {size - 1}")
    n_periods, n_worlds, n = game.n_periods, game.n_worlds, game.n_parties
    packages = np.unique(equilibrium.package[equilibrium.package >= 0])
    m = len(packages)
    own = np.where(equilibrium.package < 0, -1, np.searchsorted(packages, equilibrium.package))
    mass, live = np.zeros((m, n_worlds)), np.zeros(m, dtype=np.intp)
    untried, talks = np.zeros((n_periods + 1, n_worlds)), np.zeros((n_periods + 1, n_worlds))
    in_force, first_signed = np.zeros((n_periods + 1, m)), np.zeros((n_periods, m))
    proposed, at_table = np.zeros((n, m)), np.zeros(game.n_tables)
    exited_by, broken = np.zeros((n_periods + 1, n)), np.zeros(n_periods + 1)
    broke, moves = np.zeros((n_periods + 1, m)), np.zeros((n_periods, n_worlds, n_worlds))
    n_live = follow(
        start,
        belief,
        game.chances,
        game.phase,
        game.table_comes_up[:, :, None] * game.recognition,
        equilibrium.starts,
        own.astype(np.intp),
        equilibrium.chance,
        equilibrium.accepted,
        equilibrium.exited,
        np.ascontiguousarray(game.breaks_down[:, packages]),
        np.ascontiguousarray(game.resumes_in[:, packages]),
        game.regime[packages],
        np.arange(m),
        mass,
        np.zeros_like(mass),
        live,
        untried,
        talks,
        in_force,
        first_signed,
        proposed,
        at_table,
        exited_by,
        broken,
        broke,
        moves,
    )
    in_force_world = np.zeros((m, n_worlds))
    in_force_world[live[:n_live]] = mass[:n_live]
    signed_by = np.zeros((n_periods + 1, m))
    np.cumsum(first_signed, axis=0, out=signed_by[1:])
    everything = talks.sum(axis=1) + in_force.sum(axis=1) + exited_by.sum(axis=1) + broken
    agreed = first_signed.sum(axis=1)
    times = np.arange(n_periods) * game.dt
    return Course(
        packages=frozen(packages),
        talks=frozen(talks),
        untried=frozen(untried),
        in_force=frozen(in_force),
        in_force_world=frozen(in_force_world),
        first_signed=frozen(first_signed),
        signed_by=frozen(signed_by),
        proposed=frozen(proposed),
        table=frozen(at_table),
        exited=frozen(exited_by),
        broken=frozen(broken),
        broke=frozen(broke),
        moves=frozen(moves),
        mean_time=float(times @ agreed / agreed.sum()) if agreed.sum() > 0 else float("nan"),
        start=start,
        belief=belief,
        largest_error=float(np.abs(everything - 1.0).max()),
        method="forward pass over the equilibrium's rows",
    )


def check_fit(game: BargainingGame, equilibrium: BargainingEquilibrium) -> None:
    """Refuse an equilibrium that cannot be one of this game's."""
    expected = (game.n_periods + 1, game.n_worlds, game.n_parties)
    cells = game.n_periods * game.n_worlds * game.n_tables * game.n_parties
    if equilibrium.value.shape != expected or len(equilibrium.starts) != cells + 1:
        raise EngineInputError(
            f"equilibrium: found values of shape {equilibrium.value.shape} and "
            f"{len(equilibrium.starts) - 1} cells, expected {expected} and {cells}; "
            "pass the equilibrium of this very game"
        )
    if equilibrium.package.size and equilibrium.package.max() >= game.n_packages:
        raise EngineInputError(
            f"equilibrium.package: found {equilibrium.package.max()}, expected packages below "
            f"{game.n_packages}; pass the equilibrium of this very game"
        )
