"""What is done in each state, a row for each thing: what is tabled, and what comes of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines._compiled import compiled

__all__ = ["TypedRows", "empty_rows", "with_room"]


class TypedRows(NamedTuple):
    """Rows in the order in which they were found.

    Types: 0 would deal, 1 buys time. Answers: 0 consent, or none asked for; 1 refusal. Endings: 0
    after consent, 1 after refusal by the type that would deal, 2 by the one that buys time: only
    whether the party itself ends the talks differs between the last two.
    """

    package: Ints
    tabled: Floats
    """(rows, 2) chance in one period, given the type."""
    said: Floats
    """(rows, 2 answers, 2 types)"""
    belief: Floats
    """(rows, 2 answers)"""
    agreed: Floats
    """(rows, 3 endings)"""
    exited: Floats
    """(rows, 3 endings, n)"""
    reveals: Bools
    """(rows,) after a refusal, the party's staying or leaving shows its type, and is read."""


@compiled
def empty_rows(capacity: int, n: int) -> TypedRows:
    """Make room."""
    return TypedRows(
        np.empty(capacity, dtype=np.intp),
        np.empty((capacity, 2)),
        np.empty((capacity, 2, 2)),
        np.empty((capacity, 2)),
        np.empty((capacity, 3)),
        np.empty((capacity, 3, n)),
        np.empty(capacity, dtype=np.bool_),
    )


@compiled
def with_room(rows: TypedRows, used: int, needed: int) -> TypedRows:
    """Return rows with room for as many as needed, at least doubled if there was too little."""
    if needed <= len(rows.package):
        return rows
    n = rows.exited.shape[2]
    more = empty_rows(max(needed, 2 * len(rows.package)), n)
    for row in range(used):
        more.package[row] = rows.package[row]
        more.reveals[row] = rows.reveals[row]
        for k in range(2):
            more.tabled[row, k] = rows.tabled[row, k]
            more.belief[row, k] = rows.belief[row, k]
            for said in range(2):
                more.said[row, said, k] = rows.said[row, said, k]
        for ending in range(3):
            more.agreed[row, ending] = rows.agreed[row, ending]
            for e in range(n):
                more.exited[row, ending, e] = rows.exited[row, ending, e]
    return more
