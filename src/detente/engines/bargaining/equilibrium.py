"""What backward induction finds: values at every date in every world, and who tables what."""

from __future__ import annotations

from dataclasses import dataclass

from detente.engines._checks import Floats, Ints

__all__ = ["EXIT", "BargainingEquilibrium"]

EXIT = -1
"""Stands in place of a package where the party that has the floor ends the talks instead."""


@dataclass(frozen=True, slots=True, eq=False)
class BargainingEquilibrium:
    """The subgame-perfect equilibrium of a finite horizon, unique up to the stated ties.

    Attributes
    ----------
    value : ndarray of float, shape (T + 1, W, n)
        What being in talks is worth at the start of each period; the last row is terminal.
    waiting : ndarray of float, shape (T + 1, W, n)
        What letting the period pass without a deal is worth; the last row is terminal.
    named : ndarray of int, shape (n_named,)
        The packages whose worth is kept.
    signed : ndarray of float, shape (T + 1, W, n, n_named)
        What signing a named package is worth, lump included, shares of a divisible good not.
    starts : ndarray of int, shape (T * W * K * n + 1,)
        Where the rows of each cell (period, world, table, proposer) begin, in that order. A cell
        without rows: the party says nothing. Cells whose party never has the floor have no rows.
    package : ndarray of int, shape (n_rows,)
        What is tabled: tied best packages, each in a row of its own; ``EXIT`` for ending the talks.
    chance : ndarray of float, shape (n_rows,)
        How often that row is chosen; the rows of a cell add up to 1.
    accepted : ndarray of float, shape (n_rows,)
        Chance that all consents are given.
    exited : ndarray of float, shape (n_rows, n)
        Chance that a party ends the talks in answer (or, in a row ``EXIT``, itself).
    shares : ndarray of float, shape (n_rows, n), or None
        Expected shares of the divisible good, where there is one.
    tolerance : float
        Values closer than this times (1 + the larger of them) count as equal; a proposal that ends
        the talks with no more than this chance is none.
    method : str
    """

    value: Floats
    waiting: Floats
    named: Ints
    signed: Floats
    starts: Ints
    package: Ints
    chance: Floats
    accepted: Floats
    exited: Floats
    shares: Floats | None
    tolerance: float
    method: str

    def rows(self, period: int, world: int, table: int, proposer: int) -> slice:
        """Return the rows of one cell."""
        n_worlds, n = self.value.shape[1:]
        n_cells = len(self.starts) - 1
        n_tables = n_cells // ((len(self.value) - 1) * n_worlds * n)
        cell = ((period * n_worlds + world) * n_tables + table) * n + proposer
        return slice(int(self.starts[cell]), int(self.starts[cell + 1]))
