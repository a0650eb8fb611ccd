"""What is done in each state, a row for each thing: what is tabled, and what comes of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Floats, Ints
from detente.engines._compiled import compiled

__all__ = ["TypedRows", "empty_rows", "with_room"]


class TypedRows(NamedTuple):
    """Rows in the order in which they were found.

    Types: 0 would deal, 1 buys time. Answers: 0 consent, or none asked for; 1 refusal. Endings: 0
    after consent, 1 after refusal by the type that would deal, 2 by the one that buys time: only
    whether the party itself ends the talks differs between the last two.
    """

    proposer: Ints
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


@compiled
def empty_rows(capacity: int, n: int) -> TypedRows:
    """Make room."""
    return TypedRows(
        np.empty(capacity, dtype=np.intp),
        np.empty(capacity, dtype=np.intp),
        np.empty((capacity, 2)),
        np.empty((capacity, 2, 2)),
        np.empty((capacity, 2)),
        np.empty((capacity, 3)),
        np.empty((capacity, 3, n)),
    )


@compiled
def with_room(rows: TypedRows, used: int, needed: int) -> TypedRows:
    """Return rows with room for as many as needed, at least doubled if there was too little."""
    if needed <= len(rows.package):
        return rows
    more = empty_rows(max(needed, 2 * len(rows.package)), rows.exited.shape[2])
    more.proposer[:used] = rows.proposer[:used]
    more.package[:used] = rows.package[:used]
    more.tabled[:used] = rows.tabled[:used]
    more.said[:used] = rows.said[:used]
    more.belief[:used] = rows.belief[:used]
    more.agreed[:used] = rows.agreed[:used]
    more.exited[:used] = rows.exited[:used]
    return more
