"""Backward induction: what waiting and signing are worth at every date, and who tables what."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, Ints, frozen
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_kernels import Desk, begin_period, work_back
from detente.engines.bargaining.backward_layout import (
    Board,
    Numbers,
    board_of,
    numbers_of,
    places_of,
)
from detente.engines.bargaining.backward_rows import Rows, choose, empty_rows, fill_rows, with_room
from detente.engines.bargaining.consent_kernels import TOLERANCE
from detente.engines.bargaining.equilibrium import BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame
from detente.engines.bargaining.terminal import STATUS_QUO, go_on_for_ever, stated_ends
from detente.errors import EngineInputError

__all__ = ["checked_named", "desk_of", "go_back", "note_signed", "solve_bargaining"]

WORTH_A_THREAD = 1 << 17
"""Answers in one period from which on a second thread gains more than it costs to start."""


def solve_bargaining(
    game: BargainingGame, named: npt.ArrayLike = (), *, threads: int | None = None
) -> BargainingEquilibrium:
    """Find what everybody does and what it is worth, by backward induction.

    One party at most has the floor in a period. It tables what is worth most to it, given with what
    chance the others consent, and what refusing is worth to them: waiting, or ending the talks.
    Signing a package, waiting and being in talks are worth, to party i in world w at date t,

    - S = lump + s, s = kept dt + d_i E_g[(1 - h) s' + h B'], primes at the next date: E_g takes the
      chances of the package's regime, h is its chance to break down, B what the talks that resume,
      or their end, are worth then;
    - C = waiting dt + d_i E_0[V'];
    - V = C, or, with the chance that the talks come to it, the outcome of what is tabled.

    A responder consents if S >= max(C, its exit), or with noise with chance
    1 / (1 + exp(-(S - max(C, exit)) / noise)). All who are required must consent, and enough of
    those who are counted; they are asked independently. A required party whose exit is worth more
    than C ends the talks when it refuses; if several would, the first of them in order.

    Parameters
    ----------
    game : BargainingGame
    named : array_like of int, shape (n_named,)
        Packages whose worth is kept at every date.
    threads : int, optional
        At most so many work at once; left out, as many as there are processors, where the game is
        large enough. The answer is the same, bit for bit.

    Returns
    -------
    BargainingEquilibrium
        Best packages that tie are chosen with equal chances. A party that is as well off saying
        nothing tables its best package; it ends the talks only if that is strictly better. A
        proposal that ends the talks, by agreement or exit, with no more chance than
        ``tolerance`` is none. Cells whose party never has the floor have no rows.

    Raises
    ------
    EngineInputError
        If a named package does not exist, or ``threads`` is not positive.

    Notes
    -----
    Each period costs, per party and package that somebody may table, one multiplication for every
    world that can follow each world, one exponential per world (with noise), and one comparison per
    table whose mandates differ. Three numbers per world, party and package are held, and the rows.

    With noise, values differ from the definition in the 11th digit or so where all that could be
    tabled is hopeless: see ``tolerance``.

    Examples
    --------
    Two parties take turns over a dollar; whoever proposes first keeps (1 - d2) / (1 - d1 d2) of it
    (A. Rubinstein, Perfect equilibrium in a bargaining model, Econometrica 50, 1982).

    >>> import numpy as np
    >>> from detente.engines.bargaining.game import bargaining_game
    >>> game = bargaining_game(
    ...     waiting=np.zeros((2, 2)), kept=np.zeros((1, 2, 1)), share_lump=np.ones((1, 2, 1)),
    ...     chances=np.array([[0.0, 1.0], [1.0, 0.0]])[None, None, None], phase=np.zeros(400, int),
    ...     recognition=np.eye(2)[:, None, :], discount_rate=-np.log([0.9, 0.8]),
    ... )
    >>> found = solve_bargaining(game)
    >>> found.value[0, 0].round(6).tolist()
    [0.714286, 0.285714]
    >>> found.shares[found.rows(0, 0, 0, 0)].round(6).tolist()
    [[0.714286, 0.285714]]
    """
    kept = checked_named(named, game)
    board = board_of(game, kept)
    numbers = numbers_of(game, board)
    desk = desk_of(board, numbers)
    kind, desk.value[-1], desk.worth[...] = stated_ends(game, board)
    if kind == STATUS_QUO:
        go_on_for_ever(board, numbers, desk.value, desk.worth, desk.good)
    desk.waiting[-1] = desk.value[-1]
    n_periods, n_worlds, n = game.n_periods, game.n_worlds, game.n_parties
    cells = n_worlds * game.n_tables * n
    signed = np.zeros((n_periods + 1, n_worlds, n, len(kept)))
    places = places_of(board, kept)
    note_signed(numbers, desk, places, signed, n_periods)
    count = np.zeros((n_periods, cells), dtype=np.intp)
    rows = empty_rows(max(16, n_periods * cells // 4), n, n if game.has_shares else 0)
    parts = _parts(board, desk, threads)
    if len(parts) > 1:
        rows, front = _go_back_together(board, numbers, desk, places, signed, rows, count, parts)
    else:
        rows, front = go_back(
            board, numbers, desk, places, signed, rows, len(rows.package), count, 0, len(board.size)
        )
    starts = np.zeros(count.size + 1, dtype=np.intp)
    np.cumsum(count, out=starts[1:])
    rows = _in_order(rows, front, starts)
    return BargainingEquilibrium(
        value=frozen(desk.value),
        waiting=frozen(desk.waiting),
        named=frozen(kept),
        signed=frozen(signed),
        starts=frozen(starts),
        package=frozen(rows.package),
        chance=frozen(rows.chance),
        accepted=frozen(rows.accepted),
        exited=frozen(rows.exited),
        shares=frozen(rows.shares) if game.has_shares else None,
        tolerance=TOLERANCE,
        method=f"backward induction over {n_periods} periods, "
        + ("sharp consent" if game.noise is None else f"noisy consent ({game.noise:g})"),
    )


def checked_named(named: npt.ArrayLike, game: BargainingGame) -> Ints:
    """Return the packages whose worth is kept."""
    found = np.array(named, dtype=np.intp if np.size(named) == 0 else None)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise EngineInputError(
            f"named: found {found.dtype} of shape {found.shape}, expected a list of packages"
        )
    if found.size and not (found.min() >= 0 and found.max() < game.n_packages):
        raise EngineInputError(
            f"named: found {found.min()} to {found.max()}, expected 0 to {game.n_packages - 1}"
        )
    return found.astype(np.intp)


def desk_of(board: Board, numbers: Numbers) -> Desk:
    """Clear a desk to work on."""
    n_worlds, n_tables, n = numbers.floor.shape
    n_beliefs, n_regimes = numbers.chances.shape[1:3]
    n_periods, n_blocks, shape = len(board.phase), len(board.size), numbers.kept.shape
    moves = (n_beliefs, n_regimes, n_worlds, n_worlds + -n_worlds % 4)
    meets = np.zeros(numbers.floor.shape, dtype=bool)
    for table in range(n_tables):
        for k in range(n):
            meets[:, board.like[table, k], k] |= numbers.floor[:, table, k] > 0
    return Desk(
        value=np.zeros((n_periods + 1, n_worlds, n)),
        waiting=np.zeros((n_periods + 1, n_worlds, n)),
        worth=np.zeros(shape),
        good=np.zeros(numbers.share_flow.shape),
        objective=np.zeros(shape),
        best=np.zeros((n_blocks, n_worlds, n_tables, n)),
        top=np.zeros(meets.shape),
        meets=meets,
        speaks=np.asarray(meets.any(axis=1)),
        busy=np.asarray(((board.tables > 0) & meets).any(axis=(2, 3))),
        breaking=np.asarray((numbers.breaks > 0).any(axis=2)),
        paid=np.asarray((numbers.lump != 0).any(axis=(1, 2, 3))),
        refusing=np.zeros((n_worlds, n)),
        leaves=np.zeros((n_worlds, n), dtype=bool),
        someone_leaves=np.zeros(n_worlds, dtype=bool),
        broken=np.zeros((n_blocks, n_worlds, n)),
        to=np.zeros(moves, dtype=np.intp),
        chance=np.zeros(moves),
        n_to=np.zeros((n_beliefs, n_regimes, n_worlds), dtype=np.intp),
    )


# --- from the last period to the first -------------------------------------------------------


@compiled
def note_signed(numbers: Numbers, desk: Desk, places: Ints, signed: Floats, t: int) -> None:
    """Keep what signing the named packages is worth."""
    for column in range(len(places)):
        b, c = places[column, 0], places[column, 1]
        for w in range(signed.shape[1]):
            for i in range(signed.shape[2]):
                signed[t, w, i, column] = desk.worth[b, w, i, c] + numbers.lump[b, w, i, c]


@compiled
def go_back(
    board: Board,
    numbers: Numbers,
    desk: Desk,
    places: Ints,
    signed: Floats,
    rows: Rows,
    front: int,
    count: Ints,
    low: int,
    high: int,
) -> tuple[Rows, int]:
    """Go through all periods; return the rows, which may have been moved, and where they begin."""
    for t in range(len(board.phase) - 1, -1, -1):
        begin_period(board, numbers, desk, t)
        work_back(board, numbers, desk, t, low, high)
        room = with_room(rows, front, choose(board, numbers, desk, t, count[t]))
        front += len(room.package) - len(rows.package)
        rows = room
        front = fill_rows(board, numbers, desk, t, count[t], rows, front)
        note_signed(numbers, desk, places, signed, t)
    return rows, front


def _go_back_together(
    board: Board,
    numbers: Numbers,
    desk: Desk,
    places: Ints,
    signed: Floats,
    rows: Rows,
    count: Ints,
    parts: list[tuple[int, int]],
) -> tuple[Rows, int]:
    """Do the same with one thread for each part of the blocks."""
    front = len(rows.package)
    with ThreadPoolExecutor(len(parts) - 1) as pool:
        for t in range(len(board.phase) - 1, -1, -1):
            begin_period(board, numbers, desk, t)
            others = [pool.submit(work_back, board, numbers, desk, t, *part) for part in parts[1:]]
            work_back(board, numbers, desk, t, *parts[0])
            for other in others:
                other.result()
            room = with_room(rows, front, choose(board, numbers, desk, t, count[t]))
            front += len(room.package) - len(rows.package)
            rows = room
            front = fill_rows(board, numbers, desk, t, count[t], rows, front)
            note_signed(numbers, desk, places, signed, t)
    return rows, front


def _parts(board: Board, desk: Desk, threads: int | None) -> list[tuple[int, int]]:
    """Cut the blocks into parts of about as many packages for each thread."""
    if threads is not None and threads < 1:
        raise EngineInputError(f"threads: found {threads}, expected at least 1")
    n_packages = int(board.size.sum())
    answers = n_packages * desk.speaks.size
    wanted = min(os.cpu_count() or 1, answers // WORTH_A_THREAD) if threads is None else threads
    ends = np.concatenate([[0], np.cumsum(board.size)])
    shares = np.linspace(0, n_packages, max(wanted, 1) + 1)
    cuts = np.unique(np.searchsorted(ends, shares))
    return [(int(low), int(high)) for low, high in pairwise(cuts)]


def _in_order(rows: Rows, front: int, starts: Ints) -> Rows:
    """Return the rows alone, those of a cell in the order of their packages."""
    package = rows.package[front:]
    cell = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.lexsort((package, cell))  # packages of one block are in order already
    return Rows(
        package=package[order],
        chance=rows.chance[front:][order],
        accepted=rows.accepted[front:][order],
        exited=rows.exited[front:][order],
        shares=rows.shares[front:][order],
    )
