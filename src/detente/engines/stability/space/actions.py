"""States in option form: one level for every action, and who controls which action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.stability.space.whole import whole_numbers
from detente.errors import EngineInputError

__all__ = ["MOST_STATES", "ActionSpace", "action_space"]

MOST_STATES = 1 << 28
"""States beyond which no array over all of them is made."""


@dataclass(frozen=True, slots=True, eq=False)
class ActionSpace:
    """Every combination of levels of some actions.

    State ``s`` has level ``(s // strides[a]) % sizes[a]`` of action ``a``: the first action varies
    fastest, so that a state of yes-or-no actions reads as a binary number. In one move a party
    changes any number of the actions that it controls, each by an allowed change; a move to an
    infeasible state does not exist.

    Attributes
    ----------
    sizes : ndarray of intp, shape (n_actions,)
        Levels of each action, at least 1.
    controls : ndarray of bool, shape (n_actions, n_parties)
        Who can change which action. Several parties may control one action (common moves).
    allowed : tuple of (ndarray of bool, shape (size, size)) or None
        For each action, from which level (row) to which (column) it may be changed in one move;
        None where every change is allowed. The diagonal is true. Each is transitive.
    feasible : ndarray of bool, shape (n_states,), or None
        States that exist; None where all do.
    """

    sizes: Ints
    controls: Bools
    allowed: tuple[Bools | None, ...]
    feasible: Bools | None

    @property
    def n_states(self) -> int:
        return int(np.prod(self.sizes))

    @property
    def n_parties(self) -> int:
        return int(self.controls.shape[1])

    @property
    def strides(self) -> Ints:
        return np.concatenate([[1], np.cumprod(self.sizes[:-1])]).astype(np.intp)

    def state_of(self, levels: npt.ArrayLike) -> Ints:
        """Return the number of the states with these levels, shape (..., n_actions)."""
        return np.asarray(np.asarray(levels, dtype=np.intp) @ self.strides)

    def levels_of(self, states: npt.ArrayLike) -> Ints:
        """Return the levels of states, shape (..., n_actions)."""
        numbers = np.asarray(states, dtype=np.intp)[..., None]
        return np.asarray(numbers // self.strides % self.sizes)


def action_space(
    sizes: Sequence[int] | npt.ArrayLike,
    controls: npt.ArrayLike,
    allowed: Sequence[npt.ArrayLike | None] | None = None,
    feasible: npt.ArrayLike | None = None,
) -> ActionSpace:
    """Check and freeze a space of actions.

    Parameters
    ----------
    sizes : array_like of int, shape (n_actions,)
        Levels of each action; 2 for yes or no.
    controls : array_like of bool, shape (n_actions, n_parties), or of int, shape (n_actions,)
        Who can change which action; as numbers, the one party that does.
    allowed : sequence of (array_like of bool, shape (size, size)) or None, optional
        Allowed changes of each action in one move. ``[[True, True], [False, True]]`` is a yes that
        cannot be taken back. If left out, every change is allowed.
    feasible : array_like of bool, shape (n_states,), optional
        States that exist. If left out, all.

    Raises
    ------
    EngineInputError
        If a shape does not fit, an action is controlled by nobody known, allowed changes are not
        reflexive and transitive, no state is feasible, or there are more than
        :data:`MOST_STATES` states.

    Notes
    -----
    Nobody may control an action: its level then never changes. Changes that are allowed in two
    steps of one party but not in one are not an action space; make a
    :func:`~detente.engines.stability.move_graph` of them.

    Examples
    --------
    >>> two_yes_or_no = action_space([2, 2], controls=[0, 1])
    >>> two_yes_or_no.n_states, two_yes_or_no.levels_of(2).tolist()
    (4, [0, 1])
    """
    levels = whole_numbers(sizes, "sizes").astype(np.intp)
    if levels.ndim != 1 or len(levels) == 0 or (levels < 1).any():
        raise EngineInputError(
            f"sizes: found {np.asarray(sizes).tolist()}, expected at least one action, each with at "
            "least one level"
        )
    n_states = 1
    for size in levels.tolist():
        n_states *= size
    if n_states > MOST_STATES:
        raise EngineInputError(
            f"sizes: found {n_states:,} states, expected at most {MOST_STATES:,}; leave out actions "
            "that do not matter here, or pass an explicit graph of the states that do"
        )
    control = _controls(controls, len(levels))
    changes = _changes(allowed, levels)
    mask: Bools | None = None
    if feasible is not None:
        mask = np.array(feasible, dtype=np.bool_)
        if mask.shape != (n_states,):
            raise EngineInputError(
                f"feasible: found shape {mask.shape}, expected ({n_states},): one entry per state"
            )
        if not mask.any():
            raise EngineInputError("feasible: found no feasible state, expected at least one")
        mask = None if mask.all() else frozen(mask)
    return ActionSpace(frozen(levels), frozen(control), changes, mask)


def _controls(controls: npt.ArrayLike, n_actions: int) -> Bools:
    given = np.asarray(controls)
    if given.ndim == 1 and given.shape == (n_actions,) and given.dtype != np.bool_:
        given = whole_numbers(given, "controls")
        if (given < 0).any():
            raise EngineInputError(
                f"controls: found party {int(given.min())}, expected numbers from 0; use the table "
                "of shape (n_actions, n_parties) for actions that nobody controls"
            )
        table = np.zeros((n_actions, int(given.max()) + 1), dtype=np.bool_)
        table[np.arange(n_actions), given] = True
        return table
    if given.ndim != 2 or given.shape[0] != n_actions or given.shape[1] == 0:
        raise EngineInputError(
            f"controls: found shape {given.shape}, expected ({n_actions},) with one party for each "
            f"action, or ({n_actions}, n_parties)"
        )
    return np.array(given, dtype=np.bool_)


def _changes(
    allowed: Sequence[npt.ArrayLike | None] | None, sizes: Ints
) -> tuple[Bools | None, ...]:
    if allowed is None:
        return (None,) * len(sizes)
    if len(allowed) != len(sizes):
        raise EngineInputError(
            f"allowed: found {len(allowed)} entries, expected {len(sizes)}: one per action"
        )
    result: list[Bools | None] = []
    for number, (entry, size) in enumerate(zip(allowed, sizes.tolist(), strict=True)):
        if entry is None:
            result.append(None)
            continue
        table = np.array(entry, dtype=np.bool_)
        if table.shape != (size, size):
            raise EngineInputError(
                f"allowed[{number}]: found shape {table.shape}, expected ({size}, {size})"
            )
        if not table.diagonal().all():
            raise EngineInputError(
                f"allowed[{number}]: found a level that may not stay, expected a true diagonal"
            )
        in_two = (table.astype(np.intp) @ table.astype(np.intp)) > 0
        if (in_two & ~table).any():
            start, end = np.argwhere(in_two & ~table)[0]
            raise EngineInputError(
                f"allowed[{number}]: found a change from level {start} to {end} in two steps but not "
                "in one, expected transitive changes; pass an explicit graph instead"
            )
        result.append(None if table.all() else frozen(table))
    return tuple(result)
