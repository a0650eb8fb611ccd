"""A game laid out for the compiled kernels: packages in blocks, everything else beside them.

Packages that share a regime, the worlds in which talks resume, and whether votes are counted, stand
side by side in blocks of at most ``BLOCK``: what depends on a class of packages alone is then one
number per block, and a block with all its worlds and parties fits the cache. Arrays of packages
have the axes (block, world, party, room), with room for the largest block. Packages that nobody can
ever table are left out unless they are named.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints
from detente.engines.bargaining.game import BargainingGame

__all__ = ["BLOCK", "Board", "Numbers", "board_of", "in_blocks", "numbers_of", "places_of"]

BLOCK = 192
"""Packages to a block, at most: in 16 worlds and for 8 parties their worth then takes 196 kB."""

NONE, SOME, ALL = 0, 1, 2

T = TypeVar("T", bound=np.generic)


class Board(NamedTuple):
    """Who may do what: all that no draw changes."""

    package: Ints
    """(blocks, room), -1 beyond the end."""
    size: Ints
    """(blocks,)"""
    width: Ints
    """(blocks,): the size up to a multiple of eight, so that no loop has a remainder."""
    regime: Ints
    resumes: Ints
    """(blocks, W)"""
    votes: Bools
    """(blocks,): whether a quota is counted."""
    divisible: Bools
    """(blocks,): whether some package leaves a good to be shared out."""
    at_least: Ints
    """(blocks, room)"""
    counted: Bools
    """(blocks, n, room)"""
    required: Bools
    """(blocks, W, n, room)"""
    asked: Ints
    """(blocks, W, n): whether none, some or all of a block need that party's consent or vote."""
    may_table: Bools
    """(blocks, W, K, n, room): mandate, scope and availability in one."""
    tables: Ints
    """(blocks, W, K, n): whether none, some or all of a block can be tabled."""
    like: Ints
    """(K, n): the first table at which that party may table the same packages."""
    phase: Ints
    belief_of: Ints
    out: Bools
    exit_open: Bools
    ends_talks: bool
    """Whether a proposer may end the talks."""


class Numbers(NamedTuple):
    """What everything is worth and how likely it is: one draw of it."""

    dt: float
    noise: float
    """0: sharp."""
    discount: Floats
    chances: Floats
    floor: Floats
    """(W, K, n): chance that in a period the table meets and the party has the floor."""
    waiting: Floats
    """(W, n), per period, as ``kept`` and ``share_flow``."""
    broken_worth: Floats
    exit_worth: Floats
    breaks: Floats
    """(blocks, W, room)"""
    kept: Floats
    """(blocks, W, n, room)"""
    lump: Floats
    share_flow: Floats
    """Like ``kept``, or without blocks where nothing is divisible."""
    share_lump: Floats


def board_of(game: BargainingGame, named: Ints) -> Board:
    """Put the packages into blocks."""
    can = game.available[:, None, None, :] & game.may_table[None]
    used = np.asarray(can.any(axis=(0, 1, 2)))
    used[named] = True
    order, size = _blocks(game, used)
    blocks = order >= 0
    first = order[:, 0]
    quota = np.where(blocks, game.at_least[order], 0)
    counted = in_blocks(game.counted & (game.at_least > 0), order)
    required = in_blocks(game.required & ~game.out[:, :, None], order)
    may_table = in_blocks(can & ~game.out[:, None, :, None], order)
    good = np.zeros(game.n_packages, dtype=bool)
    for worth in (game.share_flow, game.share_lump):
        if worth is not None:
            good |= (worth != 0).any(axis=(0, 1))
    like = [
        [
            next(k for k in range(table + 1) if (game.may_table[k, i] == row).all())
            for i, row in enumerate(game.may_table[table])
        ]
        for table in range(game.n_tables)
    ]
    board = Board(
        package=order,
        size=size,
        width=size + -size % 8,
        regime=game.regime[first],
        resumes=np.ascontiguousarray(game.resumes_in[:, first].T),
        votes=np.asarray((quota > 0).any(axis=1)),
        divisible=np.asarray((good[order] & blocks).any(axis=1)),
        at_least=quota,
        counted=counted,
        required=required,
        asked=_how_many(
            (required | counted[:, None]) & ~game.out[None, :, :, None], blocks[:, None, None]
        ),
        may_table=may_table,
        tables=_how_many(may_table, blocks[:, None, None, None]),
        like=np.array(like, dtype=np.intp),
        phase=game.phase,
        belief_of=game.belief_of,
        out=game.out,
        exit_open=game.exit_open & ~game.out,
        ends_talks=game.exit_when_proposing,
    )
    return Board(*map(_own, board))


def numbers_of(game: BargainingGame, board: Board) -> Numbers:
    """Return the numbers of the game itself, laid out like its packages."""
    inside = ~game.out
    here = inside[:, :, None]

    def worth(table: Floats, scale: float) -> Floats:
        return in_blocks(table * (here * scale), board.package)

    def good(table: Floats | None, scale: float) -> Floats:
        if not game.has_shares:
            return np.zeros((0, *here.shape[:2], board.package.shape[1]))
        return worth(np.zeros_like(game.kept) if table is None else table, scale)

    numbers = Numbers(
        dt=game.dt,
        noise=0.0 if game.noise is None else game.noise,
        discount=game.discount,
        chances=game.chances,
        floor=game.table_comes_up[:, :, None] * game.recognition * inside[:, None, :],
        waiting=game.waiting * inside * game.dt,
        broken_worth=game.broken_worth * inside,
        exit_worth=game.exit_worth * inside[:, None, :],
        breaks=in_blocks(game.breaks_down, board.package),
        kept=worth(game.kept, game.dt),
        lump=worth(game.lump, 1.0),
        share_flow=good(game.share_flow, game.dt),
        share_lump=good(game.share_lump, 1.0),
    )
    return Numbers(*map(_own, numbers))


def places_of(board: Board, packages: Ints) -> Ints:
    """Return the block and the place in it of each package, shape (n_packages, 2)."""
    found = [np.argwhere(board.package == package)[0] for package in packages]
    return np.array(found, dtype=np.intp).reshape(-1, 2)


def in_blocks(table: npt.NDArray[T], order: Ints) -> npt.NDArray[T]:
    """Move the last axis, packages, into blocks: (..., D) becomes (blocks, ..., room)."""
    found = np.zeros((len(order), *table.shape[:-1], order.shape[1]), dtype=table.dtype)
    for block, places in enumerate(order):
        size = int((places >= 0).sum())
        found[block, ..., :size] = table[..., places[:size]]
    return found


def _blocks(game: BargainingGame, used: Bools) -> tuple[Ints, Ints]:
    """Cut every class of packages into blocks of about the same size."""
    key = np.vstack([game.regime, game.at_least > 0, game.resumes_in])
    places = np.flatnonzero(used)
    if not len(places):
        return np.full((0, 8), -1, dtype=np.intp), np.zeros(0, dtype=np.intp)
    _, kind = np.unique(key[:, places], axis=1, return_inverse=True)
    rows: list[Ints] = []
    for each in range(int(kind.max(initial=-1)) + 1):
        same = places[kind.ravel() == each]
        rows += np.array_split(same, -(-len(same) // BLOCK))
    longest = max(map(len, rows))
    order = np.full((len(rows), longest + -longest % 8), -1, dtype=np.intp)
    for row, found in zip(order, rows, strict=True):
        row[: len(found)] = found
    return order, np.array([len(row) for row in rows], dtype=np.intp)


def _how_many(marks: Bools, blocks: Bools) -> Ints:
    some, every = marks.any(axis=-1), (marks | ~blocks).all(axis=-1)
    return np.where(some, np.where(every, ALL, SOME), NONE).astype(np.intp)


def _own(field: Any) -> Any:
    """Return arrays as contiguous and writable ones, so that every kernel is compiled once."""
    if isinstance(field, np.ndarray) and not (field.flags.c_contiguous and field.flags.writeable):
        return field.copy(order="C")
    return field
