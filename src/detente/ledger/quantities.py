"""Numbers with their range and unit, and words of likelihood with theirs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from detente.errors import ModelError

__all__ = [
    "DAYS_PER",
    "EFSA",
    "ICD203",
    "SCALES",
    "Likelihood",
    "LikelihoodScale",
    "Quantity",
    "Unknown",
    "in_days",
    "per_day",
    "time_unit",
]

DAYS_PER: Mapping[str, float] = MappingProxyType(
    {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
)
"""Days in each unit of time; month and year are averages."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody said. Not zero, not empty: a gap with its reason."""

    reason: str = "not stated"

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that may be a range, in a stated unit.

    ``low`` and ``high`` bound it, ``best`` is the single figure where one was given, ``words``
    is how the case file says it. ``unit`` is empty for plain points.

    Examples
    --------
    >>> Quantity(15, 120, "days", "15 to 120 days").middle
    67.5
    """

    low: float
    high: float
    unit: str
    words: str
    best: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise ModelError(f"{self.words!r}: both ends of a range must be finite numbers")
        if self.high < self.low:
            raise ModelError(f"{self.words!r}: the upper end is below the lower end")
        if self.best is not None and not self.low <= self.best <= self.high:
            raise ModelError(f"{self.words!r}: the best figure lies outside its own range")

    @property
    def middle(self) -> float:
        """The single figure where there is one, else half-way."""
        return (self.low + self.high) / 2 if self.best is None else self.best

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A chance between 0 and 1, always a range, with the word it came from."""

    low: float
    high: float
    words: str

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise ModelError(f"{self.words!r}: a chance lies between 0 % and 100 %, low end first")

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class LikelihoodScale:
    """Words of likelihood, each with the range it stands for."""

    name: str
    title: str
    ranges: Mapping[str, tuple[float, float]]

    def __post_init__(self) -> None:
        for word, (low, high) in self.ranges.items():
            if not 0 <= low <= high <= 1:
                raise ModelError(f"scale {self.name!r}: {word!r} has no range within 0 to 100 %")
        object.__setattr__(self, "ranges", MappingProxyType(dict(self.ranges)))

    def likelihood(self, word: str) -> Likelihood | None:
        """Return the range of a word, or None if the scale does not have the word."""
        wanted = " ".join(word.lower().split())
        if wanted not in self.ranges:
            return None
        low, high = self.ranges[wanted]
        return Likelihood(low, high, wanted)


ICD203 = LikelihoodScale(
    "icd203",
    "ICD 203, Analytic Standards, US Director of National Intelligence, 2015",
    {
        "almost no chance": (0.01, 0.05),
        "very unlikely": (0.05, 0.20),
        "unlikely": (0.20, 0.45),
        "roughly even chance": (0.45, 0.55),
        "likely": (0.55, 0.80),
        "very likely": (0.80, 0.95),
        "almost certain": (0.95, 0.99),
    },
)

ICD203_ODDS = LikelihoodScale(
    "icd203_odds",
    "ICD 203, Analytic Standards, US Director of National Intelligence, 2015, second row of words",
    {
        "remote": (0.01, 0.05),
        "highly improbable": (0.05, 0.20),
        "improbable": (0.20, 0.45),
        "roughly even odds": (0.45, 0.55),
        "probable": (0.55, 0.80),
        "highly probable": (0.80, 0.95),
        "nearly certain": (0.95, 0.99),
    },
)
"""The directive gives two rows of words for the same ranges and asks not to mix them."""

EFSA = LikelihoodScale(
    "efsa",
    "EFSA Guidance on Uncertainty Analysis, EFSA Journal 16(1):5123, 2018, approximate scale",
    {
        "almost impossible": (0.0, 0.01),
        "extremely unlikely": (0.01, 0.05),
        "very unlikely": (0.05, 0.10),
        "unlikely": (0.10, 0.33),
        "about as likely as not": (0.33, 0.66),
        "likely": (0.66, 0.90),
        "very likely": (0.90, 0.95),
        "extremely likely": (0.95, 0.99),
        "almost certain": (0.99, 1.0),
    },
)

SCALES: Mapping[str, LikelihoodScale] = MappingProxyType(
    {s.name: s for s in (ICD203, ICD203_ODDS, EFSA)}
)


def in_days(quantity: Quantity) -> Quantity:
    """Convert a length of time to days, with the average month and year of :data:`DAYS_PER`.

    Raises
    ------
    ModelError
        If the quantity has no unit of time.

    Examples
    --------
    >>> in_days(Quantity(2, 2, "weeks", "2 weeks")).middle
    14.0
    """
    unit = time_unit(quantity.unit)
    if unit is None:
        raise ModelError(f"{quantity.words!r} is not a length of time")
    days, best = DAYS_PER[unit], quantity.best
    return Quantity(
        quantity.low * days,
        quantity.high * days,
        "days",
        quantity.words,
        None if best is None else best * days,
    )


def per_day(quantity: Quantity) -> Quantity:
    """Convert a rate to so many per day.

    Raises
    ------
    ModelError
        If the quantity has no unit like ``per week``.

    Examples
    --------
    >>> per_day(Quantity(14, 14, "per week", "14 per week")).middle
    2.0
    """
    what, _, time = quantity.unit.rpartition("per ")
    unit = time_unit(time)
    if unit is None or "per " not in quantity.unit:
        raise ModelError(f"{quantity.words!r} is not a rate")
    # divided, not multiplied by the inverse: 14 per week is 2 a day, not 2.0000000000000004
    days, best = DAYS_PER[unit], quantity.best
    return Quantity(
        quantity.low / days,
        quantity.high / days,
        f"{what}per day",
        quantity.words,
        None if best is None else best / days,
    )


def time_unit(unit: str) -> str | None:
    """Return the singular name of a unit of time, or None if it is none."""
    name = unit.casefold()
    return next((one for one in DAYS_PER if name in (one, f"{one}s")), None)
