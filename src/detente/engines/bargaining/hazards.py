"""Clocks: events by date, or by chance in continuous time, with one or several outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, frozen
from detente.errors import EngineInputError

__all__ = [
    "Clock",
    "CommonShock",
    "ConstantClock",
    "DatedClock",
    "WeibullClock",
    "checked_clocks",
    "checked_shocks",
    "is_whole",
    "mean_hazards",
    "rate_of_median",
    "weibull_of_quantiles",
    "without_draws",
]

ONE_OUTCOME = (1.0,)


@dataclass(frozen=True, slots=True, eq=False)
class DatedClock:
    """Strikes for certain at the end of period ``period - 1``, if it runs there.

    Attributes
    ----------
    period : int
        The period at whose start it has struck. At or before 0: it has struck before the first
        period, and one branch must be certain. Beyond the horizon: it never strikes within it.
    branches : array_like, shape (B,), (n_beliefs, B) or (N, n_beliefs, B)
        Chances of its outcomes, for all beliefs, per belief, or per draw and belief.
    """

    period: int
    branches: npt.ArrayLike = ONE_OUTCOME


@dataclass(frozen=True, slots=True, eq=False)
class ConstantClock:
    """Strikes at a constant hazard: any moment alike, as long as it has not struck.

    Attributes
    ----------
    rate : array_like, shape (), (n_beliefs,) or (N, n_beliefs)
        Strikes per unit of time, from 0; see :func:`rate_of_median`.
    branches : array_like, shape (B,), (n_beliefs, B) or (N, n_beliefs, B)
    """

    rate: npt.ArrayLike
    branches: npt.ArrayLike = ONE_OUTCOME


@dataclass(frozen=True, slots=True, eq=False)
class WeibullClock:
    """Strikes by time t with chance 1 - exp(-(t / scale) ** shape), t from the first period on.

    Time counts whether or not the clock runs: where it does not, its hazard is 0, and where it
    runs again its hazard is that of the date, not that of the time for which it ran.

    Attributes
    ----------
    shape, scale : array_like, shape (), (n_beliefs,) or (N, n_beliefs)
        Both positive, the scale in units of time; see :func:`weibull_of_quantiles`.
    branches : array_like, shape (B,), (n_beliefs, B) or (N, n_beliefs, B)
    """

    shape: npt.ArrayLike
    scale: npt.ArrayLike
    branches: npt.ArrayLike = ONE_OUTCOME


Clock = DatedClock | ConstantClock | WeibullClock


@dataclass(frozen=True, slots=True, eq=False)
class CommonShock:
    """Makes several clocks strike together: all of those that run and have not struck yet.

    Attributes
    ----------
    clocks : tuple of int
        At least two places in the list of clocks.
    rate : array_like, shape (), (n_beliefs,) or (N, n_beliefs)
        Shocks per unit of time, on top of what each clock strikes at by itself.
    """

    clocks: tuple[int, ...]
    rate: npt.ArrayLike


AnyPart = TypeVar("AnyPart", bound=Clock | CommonShock)


def rate_of_median(median: npt.ArrayLike) -> Floats:
    """Return the constant hazard under which a clock has struck by ``median`` with chance 1/2.

    Parameters
    ----------
    median : array_like
        In units of time, positive; infinite for a clock that never strikes.

    Returns
    -------
    ndarray
        ln 2 / median, per unit of time, of the same shape.

    Raises
    ------
    EngineInputError
        If a median is not positive.

    Examples
    --------
    >>> float(rate_of_median(60.0).round(6))
    0.011552
    """
    found = np.array(median, dtype=np.float64)
    _positive(found, "median", "a positive length of time", infinite=True)
    return np.asarray(np.log(2.0) / found)


def weibull_of_quantiles(
    p1: npt.ArrayLike, t1: npt.ArrayLike, p2: npt.ArrayLike, t2: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """Return shape and scale of the Weibull law that has struck by t1 with p1, by t2 with p2.

    With l = -ln(1 - p), which the law says is (t / scale) ** shape, two quantiles give
    shape = ln(l2 / l1) / ln(t2 / t1) and scale = t1 / l1 ** (1 / shape). A shape above 1 is a
    hazard that grows, below 1 one that falls, 1 a constant one.

    Parameters
    ----------
    p1, p2 : array_like
        Chances strictly between 0 and 1, p1 < p2.
    t1, t2 : array_like
        Times, positive, t1 < t2. All four broadcast against each other.

    Returns
    -------
    shape, scale : ndarray

    Raises
    ------
    EngineInputError
        If chances or times are out of range or out of order.

    References
    ----------
    W. Weibull, A statistical distribution function of wide applicability, Journal of Applied
    Mechanics 18, 1951, 293-297, for the law itself.

    Examples
    --------
    >>> shape, scale = weibull_of_quantiles(0.5, 60.0, 0.9, 120.0)
    >>> float(shape.round(4)), float(scale.round(4))
    (1.732, 74.14)
    """
    early, late = np.array(p1, dtype=np.float64), np.array(p2, dtype=np.float64)
    first, second = np.array(t1, dtype=np.float64), np.array(t2, dtype=np.float64)
    _positive(first, "t1", "a positive time")
    _positive(second, "t2", "a positive time")
    for name, found in (("p1", early), ("p2", late)):
        if not ((found > 0) & (found < 1)).all():
            raise EngineInputError(f"{name}: found {found}, expected chances between 0 and 1")
    if not (np.all(early < late) and np.all(first < second)):
        raise EngineInputError(
            f"found {early} by {first} and {late} by {second}, expected the smaller chance by the "
            "earlier time"
        )
    low, high = -np.log1p(-early), -np.log1p(-late)
    shape = np.log(high / low) / np.log(second / first)
    return np.asarray(shape), np.asarray(first / low ** (1 / shape))


@dataclass(slots=True)
class Axes:
    """How many draws and beliefs the numbers of all clocks are given for."""

    drawn: bool = False
    sizes: list[int] = field(default_factory=lambda: [1, 1])

    def led(self, value: npt.ArrayLike, name: str, n_trailing: int = 0) -> Floats:
        """Return a read-only copy with both leading axes, of length 1 where one stands for all."""
        found = np.array(value, dtype=np.float64)
        n_lead = found.ndim - n_trailing
        if not 0 <= n_lead <= 2 or 0 in found.shape:
            trailing = ", B" if n_trailing else ""
            raise EngineInputError(
                f"{name}: found shape {found.shape}, expected ({trailing.lstrip(', ')}), "
                f"(n_beliefs{trailing}) or (n_draws, n_beliefs{trailing}), none empty"
            )
        self.drawn |= n_lead == 2
        full = found.reshape((1,) * (2 - n_lead) + found.shape)
        for axis, what in enumerate(("draws", "beliefs")):
            size = full.shape[axis]
            if 1 not in (size, self.sizes[axis]) and size != self.sizes[axis]:
                raise EngineInputError(
                    f"{name}: found {size} {what}, expected {self.sizes[axis]}, as before it, or 1"
                )
            self.sizes[axis] = max(size, self.sizes[axis])
        return frozen(full)


def checked_clocks(clocks: Sequence[Clock], axes: Axes) -> tuple[Clock, ...]:
    """Return copies whose numbers have the leading axes (draws, beliefs), checked."""
    return tuple(_checked(clock, f"clocks[{c}]", axes) for c, clock in enumerate(clocks))


def _checked(clock: Clock, name: str, axes: Axes) -> Clock:
    chances = axes.led(clock.branches, f"{name}.branches", 1)
    if not (chances >= 0).all() or not np.allclose(chances.sum(axis=-1), 1, rtol=0, atol=1e-9):
        raise EngineInputError(
            f"{name}.branches: found {_worst_row(chances)}, expected chances from 0 that add up to "
            "1 over the last axis"
        )
    branches = frozen(np.asarray(chances / chances.sum(axis=-1, keepdims=True)))
    if isinstance(clock, ConstantClock):
        rate = _rates(clock.rate, f"{name}.rate", axes)
        return replace(clock, rate=rate, branches=branches)
    if isinstance(clock, WeibullClock):
        shape, scale = (
            axes.led(value, f"{name}.{what}")
            for what, value in (("shape", clock.shape), ("scale", clock.scale))
        )
        _positive(shape, f"{name}.shape", "a positive number")
        _positive(scale, f"{name}.scale", "a positive length of time")
        return replace(clock, shape=shape, scale=scale, branches=branches)
    if not is_whole(clock.period):
        raise EngineInputError(
            f"{name}.period: found {clock.period!r}, expected the number of a period"
        )
    return replace(clock, period=int(clock.period), branches=branches)


def checked_shocks(
    shocks: Sequence[CommonShock], n_clocks: int, axes: Axes
) -> tuple[CommonShock, ...]:
    """Return copies whose rates have the leading axes (draws, beliefs), checked."""
    found = []
    for s, shock in enumerate(shocks):
        members = tuple(shock.clocks)
        good = all(is_whole(c) and 0 <= c < n_clocks for c in members)
        if not good or len(set(members)) != len(members) or len(members) < 2:
            raise EngineInputError(
                f"shocks[{s}].clocks: found {members}, expected two or more different clocks, "
                f"by their places 0 to {n_clocks - 1}"
            )
        rate = _rates(shock.rate, f"shocks[{s}].rate", axes)
        found.append(CommonShock(tuple(int(c) for c in members), rate))
    return tuple(found)


def without_draws(part: AnyPart) -> AnyPart:
    """Return a checked clock or shock without the axis of draws, which has length 1."""
    numbers = {f.name: getattr(part, f.name) for f in fields(part)}
    return replace(part, **{k: v[0] for k, v in numbers.items() if isinstance(v, np.ndarray)})


def mean_hazards(clock: ConstantClock | WeibullClock | CommonShock, edges: Floats) -> Floats:
    """Return the mean hazard between each two edges of time, shape (draws, edges - 1, beliefs).

    One entry stands for all of them where the hazard is constant.
    """
    if not isinstance(clock, WeibullClock):
        return np.asarray(clock.rate)[:, None, :]
    shape, scale = np.asarray(clock.shape)[:, None, :], np.asarray(clock.scale)[:, None, :]
    if (shape == 1).all():
        return np.asarray(1 / scale)
    times = edges[None, :, None]
    return np.asarray(np.diff((times / scale) ** shape, axis=1) / np.diff(times, axis=1))


def _rates(value: npt.ArrayLike, name: str, axes: Axes) -> Floats:
    found = axes.led(value, name)
    wrong = ~(np.isfinite(found) & (found >= 0))
    if wrong.any():
        raise EngineInputError(
            f"{name}: found {found[wrong][0]}, expected finite numbers from 0, per unit of time; "
            "what happens at once is a clock dated 0"
        )
    return found


def _positive(found: Floats, name: str, expected: str, *, infinite: bool = False) -> None:
    wrong = ~(found > 0) if infinite else ~((found > 0) & np.isfinite(found))
    if wrong.any():
        raise EngineInputError(f"{name}: found {found[wrong][0]}, expected {expected}")


def _worst_row(chances: Floats) -> list[float]:
    rows = chances.reshape(-1, chances.shape[-1])
    wrong = ~(rows >= 0).all(axis=1) | ~np.isclose(rows.sum(axis=1), 1, rtol=0, atol=1e-9)
    return [float(p) for p in rows[wrong][0]]


def is_whole(value: object) -> bool:
    """Whether something is a whole number, true and false not counted."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
