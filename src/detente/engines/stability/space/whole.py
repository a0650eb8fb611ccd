"""Numbers given as ranks, states or parties: whole, and not cut to fit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detente.errors import EngineInputError

__all__ = ["whole_numbers"]


def whole_numbers(values: npt.ArrayLike, name: str, advice: str = "") -> npt.NDArray[np.int64]:
    """Return a copy as integers; refuse what numpy would round, wrap around or not understand."""
    try:
        table = np.array(values)
    except ValueError as error:
        raise EngineInputError(
            f"{name}: found rows of different lengths, expected a table"
        ) from error
    if table.size == 0:
        return table.astype(np.int64)
    if table.dtype.kind in "iub":
        limit = np.iinfo(np.int64).max
        fits = table.dtype.kind != "u" or bool((table <= limit).all())
    elif table.dtype.kind == "f":
        fits = bool((np.isfinite(table) & (table == np.round(table)) & (abs(table) < 2**63)).all())
    else:
        fits = False
    if not fits:
        raise EngineInputError(
            f"{name}: found numbers that are not whole, expected integers{advice}"
        )
    return table.astype(np.int64)
