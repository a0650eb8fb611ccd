"""A space of packages in product form: issues, options, points, links. Never a list of packages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.errors import EngineInputError

__all__ = ["Domain", "Interaction", "Link", "Points"]

Points = npt.NDArray[np.int64]

LARGEST_TOTAL = 1 << 61
"""No package may be worth more than this many points: sums of two still fit in 64 bits."""

LARGEST_TABLE = 1 << 20
"""Cells of one link or interaction; a wider one has to be split by the caller."""

NOT_STATED: Floats = frozen(np.empty(0))


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """Which combinations of options of some issues may stand in one package.

    Attributes
    ----------
    issues : tuple of int
        The issues it speaks of, each once.
    allowed : ndarray of bool, shape (n_classes of the first issue, ..., of the last)
        Whether a combination may stand.
    classes : tuple of ndarray of int, one per issue, shape (n_options,)
        Which index of ``allowed`` an option stands for: options that the link does not tell
        apart share one. Left out: each option has its own.
    """

    issues: tuple[int, ...]
    allowed: Bools
    classes: tuple[Ints, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Interaction:
    """Points that hang on several issues together, on top of what each issue is worth alone.

    Attributes
    ----------
    issues : tuple of int
        The issues it speaks of, each once.
    points : ndarray of int64, shape (n_classes of the first issue, ..., of the last, n_columns)
        What a combination adds to each column.
    classes : tuple of ndarray of int, one per issue, shape (n_options,)
        As in :class:`Link`.
    """

    issues: tuple[int, ...]
    points: Points
    classes: tuple[Ints, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """Issues with options, and what each package is worth in whole points, column by column.

    A package is one option for every issue. Its total in a column is the sum, over issues, of the
    points of its options, and of the interactions. A column is a party's utility, or any other
    additive measure that an acceptance rule looks at. Points are whole numbers so that sums are
    exact and ties are ties; a column's utility is its points divided by its scale. Most callers
    want :func:`~detente.engines.deal_space.space.scaling.domain_of`, which finds the scales.

    Attributes
    ----------
    points : tuple of ndarray of int64, one per issue, shape (n_options, n_columns)
    links : tuple of Link
        Every package that one of them does not allow is impossible.
    interactions : tuple of Interaction
    scale : ndarray of float, shape (n_columns,)
        Points per unit of utility: a power of ten or of two, at least of order 1e-300.
    rounding : ndarray of float, shape (n_columns,)
        How far, at most, a package's utility here may be from the sum of the numbers stated, in
        units of utility. 0 where the points are exact.

    Raises
    ------
    EngineInputError
        If there is no issue, no option or no column, shapes do not match, a link or an
        interaction names an issue twice or that does not exist or has more than
        :data:`LARGEST_TABLE` cells, or a package could be worth 2**61 points or more.
    """

    points: tuple[Points, ...]
    links: tuple[Link, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    scale: Floats = field(default_factory=lambda: NOT_STATED)
    rounding: Floats = field(default_factory=lambda: NOT_STATED)

    def __post_init__(self) -> None:
        tables = tuple(_table(table, k) for k, table in enumerate(self.points))
        if not tables:
            raise EngineInputError("points: found no issue, expected at least one")
        widths = {table.shape[1] for table in tables}
        if len(widths) > 1:
            raise EngineInputError(
                f"points: found {sorted(widths)} columns, expected the same number for every issue"
            )
        (n_columns,) = widths
        n_options = tuple(len(table) for table in tables)
        links = tuple(_link(link, k, n_options) for k, link in enumerate(self.links))
        interactions = tuple(
            _interaction(term, k, n_options, n_columns) for k, term in enumerate(self.interactions)
        )
        scale = np.array(self.scale, np.float64) if np.size(self.scale) else np.ones(n_columns)
        rounding = np.array(self.rounding) if np.size(self.rounding) else np.zeros(n_columns)
        if scale.shape != (n_columns,) or not (np.isfinite(scale) & (scale > 0)).all():
            raise EngineInputError(
                f"scale: found {scale!r}, expected {n_columns} finite numbers above 0"
            )
        for name, value in (
            ("points", tables), ("links", links), ("interactions", interactions),
            ("scale", frozen(scale)), ("rounding", frozen(rounding)),
        ):  # fmt: skip
            object.__setattr__(self, name, value)
        largest = np.sum([_largest(t) for t in (*tables, *(i.points for i in interactions))], 0)
        if largest.max() >= LARGEST_TOTAL:
            raise EngineInputError(
                f"points: a package could be worth {largest.max():.3g} points in column "
                f"{int(largest.argmax())}, expected less than 2**61; use coarser points"
            )

    @property
    def n_issues(self) -> int:
        return len(self.points)

    @property
    def n_columns(self) -> int:
        return int(self.points[0].shape[1])

    @property
    def n_options(self) -> tuple[int, ...]:
        return tuple(len(table) for table in self.points)

    @property
    def size(self) -> int:
        """How many packages there are before links strike any; exact, however many."""
        return math.prod(self.n_options)

    def totals(self, codes: npt.ArrayLike) -> Points:
        """Add up points; codes of shape (n_packages, n_issues) give (n_packages, n_columns)."""
        rows = self._checked(codes)
        result = np.zeros((len(rows), self.n_columns), dtype=np.int64)
        for issue, table in enumerate(self.points):
            result += table[rows[:, issue]]
        for term in self.interactions:
            result += term.points[_cells(term, rows)]
        return result

    def utilities(self, codes: npt.ArrayLike) -> Floats:
        """Return what packages are worth in units of utility, shape (n_packages, n_columns)."""
        return self.in_units(self.totals(codes))

    def in_units(self, totals: Points) -> Floats:
        """Turn points into units of utility, column by column."""
        return totals / self.scale

    def is_allowed(self, codes: npt.ArrayLike) -> Bools:
        """Say of each package whether every link allows it."""
        rows = self._checked(codes)
        result = np.ones(len(rows), dtype=np.bool_)
        for link in self.links:
            result &= link.allowed[_cells(link, rows)]
        return result

    def points_for(self, column: int, utility: float, slack: float = 0.0) -> int:
        """Return the fewest whole points worth at least this utility, less a slack, in a column."""
        if not math.isfinite(utility):
            raise EngineInputError(
                f"utility of column {column}: found {utility}, expected a finite number"
            )
        scale = float(self.scale[column])
        # On a decimal scale numbers are read as written; on a binary grid as the floats they are.
        is_binary = scale != 1.0 and math.frexp(scale)[0] == 0.5
        stated = Fraction(utility) if is_binary else Fraction(Decimal(repr(float(utility))))
        wanted = math.ceil((stated - Fraction(slack)) * Fraction(scale))
        return max(-LARGEST_TOTAL, min(LARGEST_TOTAL, wanted))

    def columns(self, chosen: Sequence[int]) -> Domain:
        """Return the same space with only these columns, in this order."""
        at = list(chosen)
        return Domain(
            tuple(table[:, at] for table in self.points),
            self.links,
            tuple(Interaction(t.issues, t.points[..., at], t.classes) for t in self.interactions),
            self.scale[at],
            self.rounding[at],
        )

    def _checked(self, codes: npt.ArrayLike) -> Ints:
        rows = np.asarray(codes)
        if rows.ndim != 2 or rows.shape[1] != self.n_issues or rows.dtype.kind not in "iu":
            raise EngineInputError(
                f"codes: found {rows.dtype} of shape {rows.shape}, expected integers of shape "
                f"(n_packages, {self.n_issues}): one option for each issue"
            )
        if ((rows < 0) | (rows >= np.array(self.n_options))).any():
            package, issue = np.argwhere((rows < 0) | (rows >= np.array(self.n_options)))[0]
            raise EngineInputError(
                f"codes[{package}, {issue}]: found {rows[package, issue]}, expected an option "
                f"from 0 to {self.n_options[issue] - 1}"
            )
        return rows.astype(np.intp, copy=False)


def _table(table: npt.ArrayLike, issue: int) -> Points:
    found = np.array(table)
    if found.ndim != 2 or 0 in found.shape or found.dtype.kind not in "iu":
        raise EngineInputError(
            f"points[{issue}]: found {found.dtype} of shape {found.shape}, expected whole points "
            "of shape (n_options, n_columns) with at least one of each"
        )
    return frozen(_in_64_bits(found, f"points[{issue}]"))


def _in_64_bits(found: npt.NDArray[np.integer[Any]], name: str) -> Points:
    """Return whole points as int64; unsigned ones may be beyond it."""
    if found.dtype.kind == "u" and found.max() >= LARGEST_TOTAL:
        raise EngineInputError(f"{name}: found {found.max()}, expected less than 2**61 points")
    return found.astype(np.int64)


def _link(link: Link, k: int, n_options: tuple[int, ...]) -> Link:
    allowed = np.array(link.allowed)
    if allowed.dtype != np.bool_:
        raise EngineInputError(f"links[{k}].allowed: found {allowed.dtype}, expected bool")
    classes = _classes(link, allowed.shape, f"links[{k}]", n_options)
    return Link(tuple(map(int, link.issues)), frozen(allowed), classes)


def _interaction(
    term: Interaction, k: int, n_options: tuple[int, ...], n_columns: int
) -> Interaction:
    points = np.array(term.points)
    if points.dtype.kind not in "iu" or points.ndim < 2 or points.shape[-1] != n_columns:
        raise EngineInputError(
            f"interactions[{k}].points: found {points.dtype} of shape {points.shape}, expected "
            f"whole points with {n_columns} columns last"
        )
    classes = _classes(term, points.shape[:-1], f"interactions[{k}]", n_options)
    whole = frozen(_in_64_bits(points, f"interactions[{k}].points"))
    return Interaction(tuple(map(int, term.issues)), whole, classes)


def _classes(
    factor: Link | Interaction, shape: tuple[int, ...], name: str, n_options: tuple[int, ...]
) -> tuple[Ints, ...]:
    issues = tuple(factor.issues)
    if (
        not issues
        or len(set(issues)) != len(issues)
        or not all(0 <= i < len(n_options) for i in issues)
    ):
        raise EngineInputError(
            f"{name}.issues: found {issues}, expected different issues from 0 to "
            f"{len(n_options) - 1}"
        )
    if math.prod(shape) > LARGEST_TABLE:
        raise EngineInputError(
            f"{name}: found {math.prod(shape):,} combinations, expected at most "
            f"{LARGEST_TABLE:,}; split it, or let options that it does not tell apart share a class"
        )
    given = factor.classes or tuple(np.arange(n_options[i]) for i in issues)
    classes = tuple(frozen(np.array(c, dtype=np.intp)) for c in given)
    ok = len(shape) == len(issues) == len(classes) and all(
        c.shape == (n_options[i],) and c.min() >= 0 and c.max() < width
        for c, i, width in zip(classes, issues, shape, strict=True)
    )
    if not ok:
        raise EngineInputError(
            f"{name}: found a table of shape {shape}, expected one axis for each of the issues "
            f"{issues}, and a class within it for each of their options"
        )
    return classes


def _cells(factor: Link | Interaction, rows: Ints) -> tuple[Ints, ...]:
    return tuple(
        each[rows[:, issue]] for issue, each in zip(factor.issues, factor.classes, strict=True)
    )


def _largest(points: Points) -> Floats:
    flat = points.reshape(-1, points.shape[-1]).astype(np.float64)
    return np.asarray(np.abs(flat).max(axis=0), dtype=np.float64)
