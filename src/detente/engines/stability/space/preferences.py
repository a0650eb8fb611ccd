"""What each party would rather have: ranks, and where stated, how much rather, and what is unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import frozen
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.whole import whole_numbers
from detente.errors import EngineInputError

__all__ = ["Preferences", "dense_ranks", "preferences", "prioritised_ranks"]


STATEMENTS_AT_ONCE = 32
"""Statements whose truth fits into 63 bits beside two thousand million places."""


@dataclass(frozen=True, slots=True, eq=False)
class Preferences:
    """Preferences over states; a larger rank is better.

    For party ``i`` state ``t`` is worse than ``s`` if ``high[t, i] < low[s, i]``, equal if both are
    certain (``low == high``) and the same, and unknown against it otherwise, as it also is where
    the pair is listed in ``unknown``. It is *much* worse than ``s`` if it is worse and
    ``high[t, i] < much_below[s, i]``.

    Attributes
    ----------
    low, high : ndarray of int32, shape (n_states, n_parties)
        Lowest and highest rank of each state; the same array where all is known.
    much_below : ndarray of int32, shape (n_states, n_parties), or None
        None where strength was not stated: then nothing is much worse.
    unknown : ndarray of int64, ascending
        Pairs of states one party cannot be said to compare, coded
        ``(party * n_states + s) * n_states + t``, both ways round.
    """

    low: Arcs
    high: Arcs
    much_below: Arcs | None
    unknown: npt.NDArray[np.int64]

    @property
    def is_certain(self) -> bool:
        return self.low is self.high and len(self.unknown) == 0


def dense_ranks(utilities: npt.ArrayLike, name: str = "utilities") -> Arcs:
    """Replace each party's numbers by their places, 0 the worst; equal numbers share a place.

    Parameters
    ----------
    utilities : array_like, shape (n_states, n_parties)
        Finite numbers; larger is better.

    Raises
    ------
    EngineInputError
        If the table is empty, not 2-D, or not finite.

    Examples
    --------
    >>> dense_ranks([(5, 1), (2, 1), (5, 0)]).tolist()
    [[1, 1], [0, 1], [1, 0]]
    """
    table = np.asarray(utilities)
    if table.ndim != 2 or 0 in table.shape:
        raise EngineInputError(
            f"{name}: found shape {table.shape}, expected (n_states, n_parties) with at least one "
            "of each"
        )
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise EngineInputError(
            f"{name}[{row}, {column}]: found {table[row, column]}, expected a finite number; mark "
            "impossible states as infeasible, and what is not known as unknown"
        )
    ranks = np.empty(table.shape, dtype=np.int32, order="F")
    for party in range(table.shape[1]):
        ranks[:, party] = np.unique(table[:, party], return_inverse=True)[1].reshape(-1)
    return frozen(ranks)


def prioritised_ranks(truth: npt.ArrayLike) -> Arcs:
    """Rank states by ordered statements: an earlier one outweighs all later ones together.

    Option prioritising [1]_: of two states the better one fulfils the first statement on which
    they differ; states that fulfil the same statements are equal.

    Parameters
    ----------
    truth : array_like of bool, shape (n_states, n_statements)
        Whether a statement holds in a state, the most important statement first.

    Returns
    -------
    ndarray of int32, shape (n_states,)
        Places, 0 the worst: one column of ``ranks``.

    Raises
    ------
    EngineInputError
        If the table is not 2-D or has no states.

    Notes
    -----
    O(n_states log n_states) for every 32 statements; there may be any number of them.

    References
    ----------
    .. [1] L. Fang, K. W. Hipel and D. M. Kilgour, Interactive Decision Making: The Graph Model for
       Conflict Resolution, Wiley, 1993.

    Examples
    --------
    >>> prioritised_ranks([[True, False], [False, True], [False, False], [True, False]]).tolist()
    [2, 1, 0, 2]
    """
    table = np.asarray(truth, dtype=np.bool_)
    if table.ndim != 2 or table.shape[0] == 0:
        raise EngineInputError(
            f"truth: found shape {table.shape}, expected (n_states, n_statements) with at least one "
            "state"
        )
    places = np.zeros(table.shape[0], dtype=np.int64)
    for first in range(0, table.shape[1], STATEMENTS_AT_ONCE):
        for column in range(first, min(first + STATEMENTS_AT_ONCE, table.shape[1])):
            places = 2 * places + table[:, column]
        places = np.unique(places, return_inverse=True)[1].reshape(-1)
    return frozen(places.astype(np.int32))


def preferences(
    ranks: npt.ArrayLike,
    *,
    high: npt.ArrayLike | None = None,
    much_below: npt.ArrayLike | None = None,
    unknown: npt.ArrayLike | None = None,
) -> Preferences:
    """Check and freeze preferences.

    Parameters
    ----------
    ranks : array_like of int, shape (n_states, n_parties)
        Rank of each state, larger is better; the lowest it may have where ``high`` is given.
    high : array_like of int, same shape, optional
        The highest rank each state may have.
    much_below : array_like of int, same shape, optional
        State ``t`` is much worse than ``s`` if its rank is below ``much_below[s]``; at most the
        rank of ``s``, and no smaller for a better ``s``.
    unknown : array_like of int, shape (n_pairs, 3), optional
        Party and two states that it cannot be said to compare, each pair once.

    Raises
    ------
    EngineInputError
        If a shape does not fit, a rank is no whole number of 32 bits, or the bounds contradict each
        other.

    Examples
    --------
    >>> stated = preferences([[2], [1], [0]], much_below=[[1], [0], [0]])
    >>> stated.is_certain
    True
    """
    low = _ranks(ranks, None, "ranks")
    top = low if high is None else _ranks(high, low.shape, "high")
    if (top < low).any():
        row, column = np.argwhere(top < low)[0]
        raise EngineInputError(
            f"high[{row}, {column}]: found {top[row, column]}, expected at least the lowest rank "
            f"{low[row, column]}"
        )
    if top is not low and (top == low).all():
        top = low  # nothing is left open
    much = None if much_below is None else _ranks(much_below, low.shape, "much_below")
    if much is not None:
        _check_strength(low, much)
    return Preferences(low, top, much, _pairs(unknown, low.shape))


def _ranks(values: npt.ArrayLike, shape: tuple[int, ...] | None, name: str) -> Arcs:
    table = whole_numbers(values, name, "; `dense_ranks` makes ranks of numbers")
    if table.ndim != 2 or 0 in table.shape or (shape is not None and table.shape != shape):
        expected = "(n_states, n_parties) with at least one of each" if shape is None else shape
        raise EngineInputError(f"{name}: found shape {table.shape}, expected {expected}")
    limits = np.iinfo(np.int32)
    wrong = (table < limits.min) | (table > limits.max)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise EngineInputError(
            f"{name}[{row}, {column}]: found {table[row, column]}, expected a number of 32 bits; "
            "`dense_ranks` makes small ones"
        )
    return frozen(np.asfortranarray(table.astype(np.int32)))


def _check_strength(low: Arcs, much: Arcs) -> None:
    if (much > low).any():
        row, column = np.argwhere(much > low)[0]
        raise EngineInputError(
            f"much_below[{row}, {column}]: found {much[row, column]}, expected at most the rank "
            f"{low[row, column]}: nothing is much worse than itself"
        )
    for party in range(low.shape[1]):
        order = np.lexsort((much[:, party], low[:, party]))
        if (np.diff(much[order, party]) < 0).any():
            raise EngineInputError(
                f"much_below[:, {party}]: found a better state with fewer states much worse than it, "
                "expected numbers that do not fall as ranks rise"
            )


def _pairs(unknown: npt.ArrayLike | None, shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    if unknown is None:
        return frozen(np.empty(0, dtype=np.int64))
    n_states, n_parties = shape
    rows = whole_numbers(unknown, "unknown")
    if rows.size == 0:
        return frozen(np.empty(0, dtype=np.int64))
    if rows.ndim != 2 or rows.shape[1] != 3:
        raise EngineInputError(f"unknown: found shape {rows.shape}, expected (n_pairs, 3)")
    limits = np.array([n_parties, n_states, n_states])
    wrong = (rows < 0) | (rows >= limits)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise EngineInputError(
            f"unknown[{row}, {column}]: found {rows[row, column]}, expected 0 to {limits[column] - 1}"
        )
    both = np.concatenate([rows, rows[:, [0, 2, 1]]])
    both = both[both[:, 1] != both[:, 2]]
    return frozen(np.unique((both[:, 0] * n_states + both[:, 1]) * n_states + both[:, 2]))
