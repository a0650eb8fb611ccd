"""The same negotiation under many draws of its numbers: values along one path, and how it goes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, Ints, frozen
from detente.engines.bargaining.backward_layout import (
    Numbers,
    board_of,
    numbers_of,
    places_of,
)
from detente.engines.bargaining.backward_rows import Rows, empty_rows
from detente.engines.bargaining.course_kernels import first_reached, follow
from detente.engines.bargaining.draws_numbers import DrawnGames, drawn_games
from detente.engines.bargaining.game import BargainingGame
from detente.engines.bargaining.solve import checked_named, desk_of, go_back, note_signed
from detente.engines.bargaining.terminal import STATUS_QUO, go_on_for_ever, stated_ends
from detente.errors import EngineInputError

__all__ = ["DrawnBargains", "bargain_over_draws"]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnBargains:
    """What every draw comes to: N draws, T periods, W worlds, n parties.

    Attributes
    ----------
    value, waiting : ndarray of float, shape (N, T + 1, n)
        What being in talks, and letting the period pass, is worth in the world of the path.
    named : ndarray of int, shape (n_named,)
    signed : ndarray of float, shape (N, T + 1, n, n_named)
        What signing a named package is worth there, lump included, shares of a divisible good not.
    along : ndarray of int, shape (T + 1,)
        The path: the world at each date.
    untried, talks : ndarray of float, shape (N, T + 1, W)
        From the first world on, by the analyst's chances: talks are on in a world and nothing has
        been agreed yet; talks are on at all, resumed ones included.
    signed_by : ndarray of float, shape (N, T + 1, n_named + 1)
        The first agreement was made in an earlier period and is that named package; in the last
        column, another one. A package named twice counts in both columns.
    exited_by : ndarray of float, shape (N, T + 1, n)
        This party ended the talks in an earlier period.
    reached : ndarray of float, shape (N, T + 1, n_labels)
        Nothing has been agreed yet, and the first labelled world that came about counts for this
        label; without columns where there are no labels.
    start : int
    method : str
        The draws are the certificate: any of them can be given to the engine for a single game,
        whose values are the same.
    """

    value: Floats
    waiting: Floats
    named: Ints
    signed: Floats
    along: Ints
    untried: Floats
    talks: Floats
    signed_by: Floats
    exited_by: Floats
    reached: Floats
    start: int
    method: str

    @property
    def n_draws(self) -> int:
        return len(self.value)


def bargain_over_draws(
    game: BargainingGame,
    drawn: Mapping[str, npt.ArrayLike],
    *,
    named: npt.ArrayLike,
    along: npt.ArrayLike,
    start: int,
    labels: npt.ArrayLike | None = None,
    threads: int | None = None,
) -> DrawnBargains:
    """Solve the game under every draw of its numbers, and follow the talks in each.

    Every draw is solved on its own, as by :func:`solve_bargaining`, and followed from ``start`` on
    as by :func:`course_of`; no draw is weighted.

    Parameters
    ----------
    game : BargainingGame
        Rules, and every number that is not drawn.
    drawn : mapping of str to array_like
        New numbers by the name of the parameter of :func:`bargaining_game`, each with an axis of
        draws before the parameter's own: ``waiting``, ``kept``, ``lump``, ``chances``,
        ``discount_rate``, ``meeting_rate``, ``recognition``, ``breakdown_rate``, ``broken_worth``,
        ``exit_worth``, ``noise``. One entry along any axis stands for all; so does a single draw.
    named : array_like of int, shape (n_named,)
        Packages whose worth is kept, and which are told apart among the agreements.
    along : array_like of int, shape (T + 1,)
        The world in which values are kept at each date: say, the one in which no clock has struck.
    start : int
        World at the start of the first period.
    labels : array_like of float, shape (W, n_labels), optional
        How far each world counts for each label, to follow which comes first; rows add up to 1, or
        to 0 where a world is not looked for.
    threads : int, optional
        At most so many work at once; left out, as many as there are processors. The answer is the
        same, bit for bit.

    Returns
    -------
    DrawnBargains

    Raises
    ------
    EngineInputError
        If a name, a shape or a number does not fit, as in :func:`bargaining_game`; if there is no
        draw; if a world or package does not exist; if noise is drawn though consent is sharp.

    Notes
    -----
    The cost is that of the single game times the number of draws; values in other worlds and the
    choices of every cell are held for one draw per thread only.

    Examples
    --------
    The patience of the proposer, drawn three times; the other takes what it is worth to it to wait:

    >>> import numpy as np
    >>> from detente.engines.bargaining.game import bargaining_game
    >>> game = bargaining_game(
    ...     waiting=np.zeros((1, 2)), kept=np.array([[[1.0, 2.0], [1.0, 0.0]]]),
    ...     chances=np.ones((1, 1, 1, 1, 1)), phase=np.zeros(50, int),
    ...     recognition=np.full((1, 1, 2), 0.5), discount_rate=[0.1, 0.1],
    ... )
    >>> rates = [[0.1, 0.1], [0.2, 0.1], [0.4, 0.1]]
    >>> found = bargain_over_draws(
    ...     game, {"discount_rate": rates}, named=[0], along=np.zeros(51, int), start=0
    ... )
    >>> found.value[:, 0].round(3).tolist()
    [[10.508, 10.508], [5.517, 10.508], [3.033, 10.508]]
    >>> found.signed_by[:, -1].tolist()
    [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]
    """
    kept = checked_named(named, game)
    path = np.array(along)
    n_periods, n_worlds, n = game.n_periods, game.n_worlds, game.n_parties
    if path.dtype.kind not in "iu" or path.shape != (n_periods + 1,):
        raise EngineInputError(
            f"along: found {path.dtype} of shape {path.shape}, expected {n_periods + 1} worlds, "
            "one for each date"
        )
    for name, low, high in (("along", path.min(), path.max()), ("start", start, start)):
        if not (low >= 0 and high < n_worlds):
            raise EngineInputError(f"{name}: found {low} to {high}, expected 0 to {n_worlds - 1}")
    looked_for = np.zeros((n_worlds, 0)) if labels is None else np.array(labels, dtype=np.float64)
    sums = looked_for.sum(axis=1) if looked_for.ndim == 2 else np.zeros(0)
    whole = np.isclose(sums, 1.0, rtol=0, atol=1e-9) | (sums == 0.0)
    if len(sums) != n_worlds or (looked_for < 0).any() or not whole.all():
        raise EngineInputError(
            f"labels: found shape {looked_for.shape}, expected ({n_worlds}, n_labels) and in each row "
            "numbers from 0 that add up to 1, or nothing but 0"
        )
    if threads is not None and threads < 1:
        raise EngineInputError(f"threads: found {threads}, expected at least 1")
    games = drawn_games(game, drawn)
    n_draws, dates = games.n_draws, n_periods + 1
    names, column = np.unique(kept, return_inverse=True)
    task = _Task(
        games=games,
        named=kept,
        names=names,
        along=path.astype(np.intp),
        start=start,
        value=np.zeros((n_draws, dates, n)),
        waiting=np.zeros((n_draws, dates, n)),
        signed=np.zeros((n_draws, dates, n, len(kept))),
        untried=np.zeros((n_draws, dates, n_worlds)),
        talks=np.zeros((n_draws, dates, n_worlds)),
        signed_by=np.zeros((n_draws, dates, len(names) + 1)),
        exited_by=np.zeros((n_draws, dates, n)),
        labels=looked_for,
        reached=np.zeros((n_draws, dates, looked_for.shape[1])),
    )
    n_threads = min(threads or os.cpu_count() or 1, n_draws)
    draws = iter(range(n_draws))
    if n_threads == 1:
        task.work(draws)
    else:
        with ThreadPoolExecutor(n_threads) as pool:
            for done in [pool.submit(task.work, draws) for _ in range(n_threads)]:
                done.result()
    columns = np.append(column.ravel(), len(names))
    return DrawnBargains(
        value=frozen(task.value),
        waiting=frozen(task.waiting),
        named=frozen(kept),
        signed=frozen(task.signed),
        along=frozen(task.along),
        untried=frozen(task.untried),
        talks=frozen(task.talks),
        signed_by=frozen(np.ascontiguousarray(task.signed_by[:, :, columns])),
        exited_by=frozen(task.exited_by),
        reached=frozen(task.reached),
        start=start,
        method=f"{n_draws} draws, each solved backwards over {n_periods} periods and followed",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """All draws, and where what they come to is noted."""

    games: DrawnGames
    named: Ints
    names: Ints
    """Without repetition, in ascending order."""
    along: Ints
    start: int
    value: Floats
    waiting: Floats
    signed: Floats
    untried: Floats
    talks: Floats
    signed_by: Floats
    exited_by: Floats
    labels: Floats
    reached: Floats

    def work(self, draws: Iterator[int]) -> None:
        """Solve and follow draws until there are no more; several threads share the iterator."""
        game = self.games.game
        board = board_of(game, self.named)  # arrays of its own: threads that share them slow down
        kind, value, worth = stated_ends(game, board)
        places, dates = places_of(board, self.named), np.arange(game.n_periods + 1)
        n_shares = game.n_parties if game.has_shares else 0
        rows = empty_rows(1 << 10, game.n_parties, n_shares)
        signed = np.zeros((*self.value.shape[1:2], *game.waiting.shape, len(self.named)))
        count = np.zeros((game.n_periods, game.n_worlds * game.n_tables * game.n_parties), np.intp)
        for draw in draws:
            one = self.games.at(draw)
            numbers = numbers_of(one, board)
            desk = desk_of(board, numbers)
            desk.value[-1], desk.worth[...] = value, worth
            if kind == STATUS_QUO:
                go_on_for_ever(board, numbers, desk.value, desk.worth, desk.good)
            desk.waiting[-1] = desk.value[-1]
            note_signed(numbers, desk, places, signed, game.n_periods)
            count[...] = 0
            rows, front = go_back(
                board, numbers, desk, places, signed, rows, len(rows.package), count, 0,
                len(board.size),
            )  # fmt: skip
            self.value[draw] = desk.value[dates, self.along]
            self.waiting[draw] = desk.waiting[dates, self.along]
            self.signed[draw] = signed[dates, self.along]
            self.follow(draw, one, numbers, rows, front, count)

    def follow(
        self, draw: int, one: BargainingGame, numbers: Numbers, rows: Rows, front: int, count: Ints
    ) -> None:
        """Go forward through what was found."""
        (n_periods, n_worlds), m = (one.n_periods, one.n_worlds), len(self.names) + 1
        starts = np.zeros(count.size + 1, dtype=np.intp)
        np.cumsum(count, out=starts[1:])
        column = np.full(one.n_packages, m - 1, dtype=np.intp)
        column[self.names] = np.arange(m - 1)
        mass = np.zeros((one.n_packages, n_worlds))
        first_signed = np.zeros((n_periods, m))
        moves = np.zeros((n_periods, n_worlds, n_worlds))
        follow(
            self.start,
            0,
            one.chances,
            one.phase,
            numbers.floor,
            frozen(starts),
            rows.package[front:],
            frozen(rows.chance[front:]),
            frozen(rows.accepted[front:]),
            frozen(rows.exited[front:]),
            one.breaks_down,
            one.resumes_in.copy(),
            one.regime.copy(),
            column,
            mass,
            np.zeros_like(mass),
            np.zeros(one.n_packages, dtype=np.intp),
            self.untried[draw],
            self.talks[draw],
            np.zeros((n_periods + 1, m)),
            first_signed,
            np.zeros((one.n_parties, m)),
            np.zeros(one.n_tables),
            self.exited_by[draw],
            np.zeros(n_periods + 1),
            np.zeros((n_periods + 1, m)),
            moves,
        )
        if self.reached.shape[2]:
            first_reached(self.start, self.labels, self.untried[draw], moves, self.reached[draw])
        np.cumsum(first_signed, axis=0, out=self.signed_by[draw, 1:])
