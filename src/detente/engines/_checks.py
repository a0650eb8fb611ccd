"""Checks on arrays that every engine shares."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from detente.errors import EngineInputError

__all__ = ["Bools", "Floats", "Ints", "frozen", "utility_table", "utility_vector"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

T = TypeVar("T", bound=np.generic)


def utility_table(utilities: npt.ArrayLike, name: str = "utilities") -> Floats:
    """Return a finite, read-only copy of shape (n_outcomes, n_parties)."""
    table = np.array(utilities, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] == 0 or table.shape[1] == 0:
        raise EngineInputError(
            f"{name}: found shape {table.shape}, expected (n_outcomes, n_parties) with at least "
            "one of each; one row per outcome, one column per party"
        )
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise EngineInputError(
            f"{name}[{row}, {column}]: found {table[row, column]}, expected a finite number; "
            "leave an impossible outcome out of the table instead"
        )
    return frozen(table)


def utility_vector(values: npt.ArrayLike, n_parties: int, name: str) -> Floats:
    """Return a finite, read-only copy of shape (n_parties,)."""
    vector = np.array(values, dtype=np.float64)
    if vector.shape != (n_parties,):
        raise EngineInputError(
            f"{name}: found shape {vector.shape}, expected ({n_parties},): one number per party"
        )
    if not np.isfinite(vector).all():
        (place,) = np.argwhere(~np.isfinite(vector))[0]
        raise EngineInputError(f"{name}[{place}]: found {vector[place]}, expected a finite number")
    return frozen(vector)


def frozen(array: npt.NDArray[T]) -> npt.NDArray[T]:
    """Make an array read-only and hand it back."""
    array.flags.writeable = False
    return array
