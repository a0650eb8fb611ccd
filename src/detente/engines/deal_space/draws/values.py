"""What options are worth in every draw, checked, in one array, and added up for packages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Ints
from detente.engines.deal_space.space.domain import LARGEST_TOTAL
from detente.errors import EngineInputError

__all__ = ["DrawnValues", "Numbers", "drawn_values", "per_draw"]

Numbers = npt.NDArray[Any]
"""int64 or float64: whole numbers stay whole numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnValues:
    """Everything that packages add up.

    Attributes
    ----------
    parts : tuple of ndarray, one per issue and interaction, shape (n_draws or 1, n_cells, n_columns)
    places : ndarray of int, shape (n_packages, n_parts)
        The cell of each package in all parts put one after the other.
    n_draws : int
    """

    parts: tuple[Numbers, ...]
    places: Ints
    n_draws: int

    @property
    def n_packages(self) -> int:
        return len(self.places)

    @property
    def n_columns(self) -> int:
        return int(self.parts[0].shape[2])

    def totals(self, draws: slice) -> Numbers:
        """Add up for some of the draws, shape (n_draws, n_packages, n_columns)."""
        from detente.engines.deal_space.draws.kernels import add_up

        n_draws = len(range(*draws.indices(self.n_draws)))
        cells = [
            np.broadcast_to(part if len(part) == 1 else part[draws], (n_draws, *part.shape[1:]))
            for part in self.parts
        ]
        values = np.ascontiguousarray(np.concatenate(cells, axis=1))
        totals = np.empty((n_draws, self.n_packages, self.n_columns), dtype=values.dtype)
        add_up(values, self.places, totals)
        if not np.isfinite(totals).all():
            raise EngineInputError(
                "values: found a package worth more than a float can hold, expected finite sums; "
                "rescale the column"
            )
        return totals


def drawn_values(
    values: Sequence[npt.ArrayLike],
    codes: npt.ArrayLike,
    interactions: Sequence[tuple[Sequence[int], npt.ArrayLike]],
) -> DrawnValues:
    """Check values, codes and interactions against each other."""
    if not len(values):
        raise EngineInputError("values: found no issue, expected at least one")
    tables = [_finite(table, f"values[{k}]", 3) for k, table in enumerate(values)]
    n_options = [table.shape[1] for table in tables]
    rows = _checked_codes(codes, n_options)
    places = [rows[:, issue] for issue in range(len(tables))]
    for k, (issues, term) in enumerate(interactions):
        table, cell = _interaction(term, tuple(issues), k, n_options, rows)
        tables.append(table)
        places.append(cell)
    lengths = {len(table) for table in tables} - {1}
    widths = {table.shape[2] for table in tables}
    if len(lengths) > 1 or len(widths) > 1:
        raise EngineInputError(
            f"values: found {sorted(lengths)} draws and {sorted(widths)} columns, expected the "
            "same number of each throughout, or one draw that stands for all"
        )
    if all(table.dtype == np.int64 for table in tables):
        largest = sum(float(np.abs(table.astype(np.float64)).max()) for table in tables)
        if largest >= LARGEST_TOTAL:
            raise EngineInputError(
                f"values: a package could be worth {largest:.3g}, expected less than 2**61; use "
                "coarser points, or floats"
            )
    else:
        tables = [table.astype(np.float64) for table in tables]
    before = np.cumsum([0, *(table.shape[1] for table in tables[:-1])])
    return DrawnValues(
        tuple(tables),
        np.ascontiguousarray(np.column_stack(places) + before).astype(np.intp),
        max(lengths, default=1),
    )


def per_draw(
    values: npt.ArrayLike,
    n_draws: int,
    n_columns: int,
    name: str,
    *,
    may_be_infinite: bool = False,
) -> Numbers:
    """Return a copy of shape (n_draws, n_columns); a vector stands for every draw."""
    table = _numbers(values, name)
    if table.shape not in ((n_columns,), (1, n_columns), (n_draws, n_columns)):
        raise EngineInputError(
            f"{name}: found shape {table.shape}, expected ({n_draws}, {n_columns}), or "
            f"({n_columns},) for the same in every draw"
        )
    wrong = np.isnan(table) if may_be_infinite else ~np.isfinite(table)
    if wrong.any():
        place = tuple(int(k) for k in np.argwhere(wrong)[0])
        raise EngineInputError(
            f"{name}[{', '.join(map(str, place))}]: found {table[place]}, expected a "
            f"{'' if may_be_infinite else 'finite '}number"
        )
    if table.dtype == np.int64 and np.abs(table.astype(np.float64)).max() >= LARGEST_TOTAL:
        table = table.astype(np.float64)  # a threshold is added to it
    return np.broadcast_to(table, (n_draws, n_columns))


def _numbers(values: npt.ArrayLike, name: str) -> Numbers:
    try:
        table = np.array(values)
        return table.astype(np.int64 if table.dtype.kind in "iu" else np.float64)
    except (TypeError, ValueError) as error:
        raise EngineInputError(f"{name}: found no table of numbers ({error})") from error


def _finite(values: npt.ArrayLike, name: str, n_axes: int) -> Numbers:
    table = _numbers(values, name)
    if table.ndim != n_axes or 0 in table.shape:
        raise EngineInputError(
            f"{name}: found shape {table.shape}, expected {n_axes} axes, none empty: draws first, "
            "columns last"
        )
    if not np.isfinite(table).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(table))[0])
        raise EngineInputError(
            f"{name}[{', '.join(map(str, place))}]: found {table[place]}, expected a finite number"
        )
    return table


def _checked_codes(codes: npt.ArrayLike, n_options: list[int]) -> Ints:
    rows = np.asarray(codes)
    if (
        rows.ndim != 2
        or rows.shape[1] != len(n_options)
        or not len(rows)
        or (rows.dtype.kind not in "iu")
    ):
        raise EngineInputError(
            f"codes: found {rows.dtype} of shape {rows.shape}, expected integers of shape "
            f"(n_packages, {len(n_options)}): one option for each issue"
        )
    wrong = (rows < 0) | (rows >= np.array(n_options))
    if wrong.any():
        package, issue = np.argwhere(wrong)[0]
        raise EngineInputError(
            f"codes[{package}, {issue}]: found {rows[package, issue]}, expected an option from 0 "
            f"to {n_options[issue] - 1}"
        )
    return rows.astype(np.intp)


def _interaction(
    values: npt.ArrayLike, issues: tuple[int, ...], k: int, n_options: list[int], rows: Ints
) -> tuple[Numbers, Ints]:
    """Return an interaction as if it were an issue, and the cell of each package in it."""
    name = f"interactions[{k}]"
    if (
        len(set(issues)) != len(issues)
        or not issues
        or not (set(issues) <= set(range(len(n_options))))
    ):
        raise EngineInputError(
            f"{name}: found issues {issues}, expected different ones from 0 to {len(n_options) - 1}"
        )
    table = _finite(values, name, len(issues) + 2)
    shape = tuple(n_options[issue] for issue in issues)
    if table.shape[1:-1] != shape:
        raise EngineInputError(
            f"{name}: found shape {table.shape}, expected (n_draws, "
            f"{', '.join(map(str, shape))}, n_columns)"
        )
    cell = np.ravel_multi_index(tuple(rows[:, issue] for issue in issues), shape)
    return table.reshape(len(table), math.prod(shape), table.shape[-1]), cell
