"""The loops over draws that are compiled. Imported when first needed, as the compiler is slow."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled

__all__ = ["Numbers", "add_up", "mark_undominated"]

Numbers = npt.NDArray[Any]
"""Whole numbers or floats: one compiled version for each."""


@compiled
def add_up(values: Numbers, places: Ints, totals: Numbers) -> None:
    """Add, for each draw and package, the rows of ``values`` at the package's places.

    Always in the order of the places, so that equal packages have equal totals to the last bit.
    """
    n_draws, n_packages, n_columns = totals.shape
    for draw in range(n_draws):
        for package in range(n_packages):
            for k in range(n_columns):
                total = values[draw, places[package, 0], k]
                for part in range(1, places.shape[1]):
                    total += values[draw, places[package, part], k]
                totals[draw, package, k] = total


@compiled
def _dominates(table: Numbers, one: int, other: int) -> bool:
    better = False
    for k in range(table.shape[1]):
        if table[one, k] < table[other, k]:
            return False
        if table[one, k] > table[other, k]:
            better = True
    return better


@compiled
def mark_undominated(totals: Numbers, efficient: Bools) -> None:
    """Mark in each draw the packages that no other one dominates.

    Packages come by falling sum. A dominator's sum is larger, or equal where it is rounded: so of
    the packages before, only one with an equal sum can be dominated by the one that comes.
    """
    n_draws, n, width = totals.shape
    kept = np.empty(n, dtype=np.int64)
    fall = np.empty(n)
    for draw in range(n_draws):
        table = totals[draw]
        for package in range(n):
            fall[package] = 0.0
            for k in range(width):
                fall[package] -= float(table[package, k])
        n_kept = 0
        for package in np.argsort(fall):
            at = 0
            while at < n_kept and not _dominates(table, kept[at], package):
                at += 1
            if at < n_kept:
                # Who strikes out one package may well strike out the next: it moves to the front.
                kept[at], kept[at // 2] = kept[at // 2], kept[at]
                continue
            at = 0
            while at < n_kept:
                if fall[kept[at]] == fall[package] and _dominates(table, package, kept[at]):
                    n_kept -= 1
                    kept[at] = kept[n_kept]
                else:
                    at += 1
            kept[n_kept] = package
            n_kept += 1
        efficient[draw, :] = False
        for at in range(n_kept):
            efficient[draw, kept[at]] = True
