"""Stated utilities as whole points: exactly where that is possible, and else with a stated error."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats
from detente.engines.deal_space.space.domain import LARGEST_TOTAL, Domain, Interaction, Link, Points
from detente.errors import EngineInputError

__all__ = ["domain_of"]

MOST_DIGITS = 12
"""Decimal places that are looked for before points are put on a binary grid."""


def domain_of(
    values: Sequence[npt.ArrayLike],
    links: Sequence[Link] = (),
    interactions: Sequence[tuple[Sequence[int], npt.ArrayLike]] = (),
) -> Domain:
    """Put stated utilities into whole points, exactly where that is possible.

    Each column gets its own scale: the smallest power of ten (up to 10**12) at which all its
    numbers are whole, as read in decimal, so that 0.1 is one tenth and not the nearest binary
    fraction. Where there is none, or the sums would pass 2**61, the numbers are rounded to a
    binary grid as fine as 64 bits allow, and ``rounding`` bounds what that moves.

    Parameters
    ----------
    values : sequence of array_like, one per issue, shape (n_options, n_columns)
        What each option is worth in each column, weights multiplied in; any finite numbers.
    links : sequence of Link
    interactions : sequence of (issues, array_like)
        For each, the issues it speaks of and an array of shape (n_options of the first issue,
        ..., of the last, n_columns): what each combination adds.

    Returns
    -------
    Domain

    Raises
    ------
    EngineInputError
        If a number is a NaN or infinite, or as for :class:`Domain`.

    Examples
    --------
    >>> domain = domain_of([[(0.5, 0), (0, 2)], [(0.25, 1), (0, 3)]])
    >>> domain.size, domain.scale, domain.totals([(0, 1), (1, 1)])
    (4, array([100.,   1.]), array([[50,  3],
           [ 0,  5]]))
    """
    tables = [_finite(v, f"values[{k}]") for k, v in enumerate(values)]
    terms = [_finite(v, f"interactions[{k}]") for k, (_, v) in enumerate(interactions)]
    for k, table in enumerate(tables):
        if table.ndim != 2 or 0 in table.shape or table.shape[1] != tables[0].shape[1]:
            raise EngineInputError(
                f"values[{k}]: found shape {table.shape}, expected (n_options, n_columns) with at "
                "least one of each, and as many columns for every issue"
            )
    if not tables:
        raise EngineInputError("values: found no issue, expected at least one")
    n_columns = tables[0].shape[1]
    for k, term in enumerate(terms):
        if term.ndim < 2 or term.shape[-1] != n_columns:
            raise EngineInputError(
                f"interactions[{k}]: found shape {term.shape}, expected one axis per issue and "
                f"{n_columns} columns last"
            )
    scale, rounding = np.empty(n_columns), np.empty(n_columns)
    for column in range(n_columns):
        parts = [t[..., column].ravel() for t in (*tables, *terms)]
        scale[column], rounding[column] = _scale(parts)
    return Domain(
        tuple(_whole(table, scale) for table in tables),
        tuple(links),
        tuple(
            Interaction(tuple(issues), _whole(term, scale))
            for (issues, _), term in zip(interactions, terms, strict=True)
        ),
        scale,
        rounding,
    )


def _scale(parts: list[Floats]) -> tuple[float, float]:
    """Return points per unit, and how far rounding to points may move a package."""
    largest = math.fsum(float(np.abs(part).max()) for part in parts)
    if largest == 0.0:
        return 1.0, 0.0
    everything = np.unique(np.concatenate(parts))
    for digits in range(MOST_DIGITS + 1):
        scale = 10.0**digits
        if largest * scale >= LARGEST_TOTAL / 2:
            break
        # Division rounds correctly: equality means that the number, as written, has these digits.
        if (np.rint(everything * scale) / scale == everything).all():
            return scale, 0.0
    if not math.isfinite(largest):
        raise EngineInputError("values: a package is worth more than a float can hold")
    scale = 2.0 ** min(1000, math.floor(math.log2(LARGEST_TOTAL) - 1 - math.log2(largest)))
    exact = (np.rint(everything * scale) / scale == everything).all()
    return scale, 0.0 if exact else 0.5 * len(parts) / scale


def _whole(table: Floats, scale: Floats) -> Points:
    return np.rint(table * scale).astype(np.int64)


def _finite(values: npt.ArrayLike, name: str) -> Floats:
    try:
        table = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EngineInputError(f"{name}: found no table of numbers ({error})") from error
    if not np.isfinite(table).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(table))[0])
        raise EngineInputError(
            f"{name}[{', '.join(map(str, place))}]: found {table[place]}, expected a finite "
            "number; strike an impossible combination with a link instead"
        )
    return table
