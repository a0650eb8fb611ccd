"""Dates as they are really known: a day, a week, a month, a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from detente.errors import ModelError

__all__ = ["Period"]


@dataclass(frozen=True, slots=True)
class Period:
    """The days among which something happened, both ends included, and the words for it.

    A single day has ``first == last``; "2016-10" runs from the first to the last of October.

    Examples
    --------
    >>> from datetime import date
    >>> Period(date(2016, 10, 1), date(2016, 10, 31), "2016-10").is_one_day
    False
    """

    first: date
    last: date
    words: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ModelError(f"{self.words!r}: the last day is before the first")

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last

    def __str__(self) -> str:
        return self.words
