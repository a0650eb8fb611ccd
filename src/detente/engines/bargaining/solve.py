"""Backward induction: what waiting and signing are worth at every date, and who tables what."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, Ints, frozen
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_kernels import (
    Desk,
    begin_period,
    work_back,
)
from detente.engines.bargaining.backward_layout import Board, Numbers, board_of, numbers_of
from detente.engines.bargaining.backward_rows import Rows, choose, empty_rows, fill_rows, with_room
from detente.engines.bargaining.consent_kernels import TOLERANCE
from detente.engines.bargaining.equilibrium import BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame
from detente.engines.bargaining.terminal import STATUS_QUO, go_on_for_ever, stated_ends
from detente.errors import EngineInputError

__all__ = ["solve_bargaining"]


def solve_bargaining(game: BargainingGame, named: npt.ArrayLike = ()) -> BargainingEquilibrium:
    """Find what everybody does and what it is worth, by backward induction."""
    kept = checked_named(named, game)
    board = board_of(game, kept)
    numbers = numbers_of(game, board)
    desk = desk_of(game, board, numbers)
    kind, value, worth = stated_ends(game, board)
    desk.value[-1], desk.worth[...] = value, worth
    if kind == STATUS_QUO:
        go_on_for_ever(board, numbers, desk.value, desk.worth, desk.good)
    desk.waiting[-1] = desk.value[-1]
    n_periods, n_worlds, n = game.n_periods, game.n_worlds, game.n_parties
    signed = np.zeros((n_periods + 1, n_worlds, n, len(kept)))
    at = np.zeros((len(kept), 2), dtype=np.intp)
    for column, d in enumerate(kept):
        at[column] = np.argwhere(board.package == d)[0]
    note_signed(numbers, desk, at, signed, n_periods)
    n_shares = n if game.has_shares else 0
    cells = n_worlds * game.n_tables * n
    count = np.zeros((n_periods, cells), dtype=np.intp)
    rows = empty_rows(max(16, n_periods * cells // 4), n, n_shares)
    rows, front = go_back(board, numbers, desk, at, signed, rows, len(rows.package), count)
    starts = np.zeros(count.size + 1, dtype=np.intp)
    np.cumsum(count, out=starts[1:])
    rows = in_order(rows, front, starts)
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
        method="backward induction",
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


def desk_of(game: BargainingGame, board: Board, numbers: Numbers) -> Desk:
    """Clear a desk to work on."""
    n_worlds, n_tables, n = numbers.floor.shape
    n_beliefs, n_regimes = numbers.chances.shape[1:3]
    shape = numbers.kept.shape
    meets = np.zeros(numbers.floor.shape, dtype=bool)
    for table in range(n_tables):
        for k in range(n):
            meets[:, board.like[table, k], k] |= numbers.floor[:, table, k] > 0
    busy = ((board.tables > 0) & (meets > 0)).any(axis=(2, 3))
    return Desk(
        value=np.zeros((game.n_periods + 1, n_worlds, n)),
        waiting=np.zeros((game.n_periods + 1, n_worlds, n)),
        worth=np.zeros(shape),
        good=np.zeros(numbers.share_flow.shape),
        objective=np.zeros(shape),
        best=np.zeros((len(board.size), n_worlds, n_tables, n)),
        top=np.zeros(meets.shape),
        meets=meets,
        speaks=np.asarray(meets.any(axis=1)),
        busy=np.asarray(busy),
        breaking=np.asarray((numbers.breaks > 0).any(axis=2)),
        refusing=np.zeros((n_worlds, n)),
        leaves=np.zeros((n_worlds, n), dtype=bool),
        someone_leaves=np.zeros(n_worlds, dtype=bool),
        broken=np.zeros((len(board.size), n_worlds, n)),
        to=np.zeros((n_beliefs, n_regimes, n_worlds, n_worlds), dtype=np.intp),
        chance=np.zeros((n_beliefs, n_regimes, n_worlds, n_worlds)),
        n_to=np.zeros((n_beliefs, n_regimes, n_worlds), dtype=np.intp),
    )


@compiled
def note_signed(numbers: Numbers, desk: Desk, at: Ints, signed: Floats, t: int) -> None:
    """Keep what signing the named packages is worth."""
    for column in range(len(at)):
        b, c = at[column, 0], at[column, 1]
        for w in range(signed.shape[1]):
            for i in range(signed.shape[2]):
                signed[t, w, i, column] = desk.worth[b, w, i, c] + numbers.lump[b, w, i, c]


@compiled
def go_back(
    board: Board,
    numbers: Numbers,
    desk: Desk,
    at: Ints,
    signed: Floats,
    rows: Rows,
    front: int,
    count: Ints,
) -> tuple[Rows, int]:
    """Go from the last period to the first; return the rows, and where they begin."""
    for t in range(len(board.phase) - 1, -1, -1):
        begin_period(board, numbers, desk, t)
        work_back(board, numbers, desk, t, 0, len(board.size))
        room = with_room(rows, front, choose(board, numbers, desk, t, count[t]))
        front += len(room.package) - len(rows.package)
        rows = room
        front = fill_rows(board, numbers, desk, t, count[t], rows, front)
        note_signed(numbers, desk, at, signed, t)
    return rows, front


def in_order(rows: Rows, front: int, starts: Ints) -> Rows:
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
