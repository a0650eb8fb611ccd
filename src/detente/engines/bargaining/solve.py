"""Backward induction: what waiting and signing are worth at every date, and who tables what."""

from __future__ import annotations


import numpy as np
import numpy.typing as npt

from detente.engines._checks import Ints, frozen
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_kernels import (
    Desk,
    begin_period,
    carry_back,
    weigh_blocks,
)
from detente.engines.bargaining.backward_layout import Board, Numbers, board_of, numbers_of
from detente.engines.bargaining.backward_rows import Rows, empty_rows, settle
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
        go_on_for_ever(board, numbers, desk.value[-1], desk.worth, desk.good)
    desk.waiting[-1] = desk.value[-1]
    n_periods, n_worlds, n = game.n_periods, game.n_worlds, game.n_parties
    signed = np.zeros((n_periods + 1, n_worlds, n, len(kept)))
    at = np.zeros((len(kept), 2), dtype=np.intp)
    for column, d in enumerate(kept):
        at[column] = np.argwhere(board.package == d)[0]
    note_signed(numbers, desk, at, signed[-1])
    n_shares = n if game.has_shares else 0
    cells = n_worlds * game.n_tables * n
    count = np.zeros((n_periods, cells), dtype=np.intp)
    begins = np.zeros(n_periods, dtype=np.intp)
    rows = empty_rows(max(16, n_periods * cells), n, n_shares)
    rows, used = go_back(board, numbers, desk, at, signed, rows, count, begins)
    starts = np.zeros(count.size + 1, dtype=np.intp)
    np.cumsum(count, out=starts[1:])
    rows = in_order(rows, used, count, begins)
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
    return Desk(
        value=np.zeros((game.n_periods + 1, n_worlds, n)),
        waiting=np.zeros((game.n_periods + 1, n_worlds, n)),
        worth=np.zeros(shape),
        good=np.zeros(numbers.share_flow.shape),
        objective=np.zeros(shape),
        best=np.zeros((len(board.size), n_worlds, n_tables, n)),
        meets=meets,
        refusing=np.zeros((n_worlds, n)),
        leaves=np.zeros((n_worlds, n), dtype=bool),
        broken=np.zeros((len(board.size), n_worlds, n)),
        to=np.zeros((n_beliefs, n_regimes, n_worlds, n_worlds), dtype=np.intp),
        chance=np.zeros((n_beliefs, n_regimes, n_worlds, n_worlds)),
        n_to=np.zeros((n_beliefs, n_regimes, n_worlds), dtype=np.intp),
    )


@compiled
def note_signed(numbers: Numbers, desk: Desk, at: Ints, signed: npt.NDArray[np.float64]) -> None:
    """Keep what signing the named packages is worth."""
    for column in range(len(at)):
        b, c = at[column]
        for w in range(signed.shape[0]):
            for i in range(signed.shape[1]):
                signed[w, i, column] = desk.worth[b, w, i, c] + numbers.lump[b, w, i, c]


@compiled
def go_back(
    board: Board,
    numbers: Numbers,
    desk: Desk,
    at: Ints,
    signed: npt.NDArray[np.float64],
    rows: Rows,
    count: Ints,
    begins: Ints,
) -> tuple[Rows, int]:
    """Go from the last period to the first."""
    used = 0
    n_blocks = len(board.size)
    for t in range(len(board.phase) - 1, -1, -1):
        begins[t] = used
        begin_period(board, numbers, desk, t)
        carry_back(board, numbers, desk, 0, n_blocks)
        weigh_blocks(board, numbers, desk, t, 0, n_blocks)
        rows, used = settle(board, numbers, desk, t, rows, used, count[t])
        note_signed(numbers, desk, at, signed[t])
    return rows, used


@compiled
def in_order(rows: Rows, used: int, count: Ints, begins: Ints) -> Rows:
    """Put the periods into their order; rows were found from the last period backwards."""
    found = empty_rows(used, rows.exited.shape[1], rows.shares.shape[1])
    new = 0
    for t in range(len(begins)):
        size = count[t].sum()
        old = begins[t]
        found.package[new : new + size] = rows.package[old : old + size]
        found.chance[new : new + size] = rows.chance[old : old + size]
        found.accepted[new : new + size] = rows.accepted[old : old + size]
        found.exited[new : new + size] = rows.exited[old : old + size]
        found.shares[new : new + size] = rows.shares[old : old + size]
        new += size
    return found
