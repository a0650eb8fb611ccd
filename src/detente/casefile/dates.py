"""Dates as people know them: a day, a month, a year, a week, from one to another, about a day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from detente.casefile.text_problem import TextProblem, joined, shown, tidy
from detente.ledger import Period

__all__ = ["ABOUT_DAYS", "parse_period"]

ABOUT_DAYS = 7
"""``about 2016-11-27`` runs from this many days before to this many days after."""

LONGEST = 200

FORMS = "a date: 2016-11-27, 2016-11, 2016, 'week of 2016-11-21' or '2016-11-01 to 2016-11-27'"

_DASH = re.compile("[\u2010-\u2015\u2212]")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_UNPADDED = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?")
_RANGE = re.compile(r"(?:from )?(\S+)(?: to | - )(\S+)", re.IGNORECASE)
_AROUND = re.compile(r"(about|week of) (\S+)", re.IGNORECASE)


def parse_period(text: str) -> Period:
    """Read a date, or the days among which something happened.

    ``2016-11-27`` is one day, ``2016-10`` a month, ``2016`` a year. ``week of 2016-11-21`` is that
    day and the six after it, whichever weekday it is. ``A to B`` runs from the first day of A to
    the last of B. ``about 2016-11-27`` is that day and :data:`ABOUT_DAYS` days either side.

    Raises
    ------
    TextProblem
        If the text is none of these, the day does not exist, or the range runs backwards.

    Examples
    --------
    >>> period = parse_period("2016-02")
    >>> period.first.isoformat(), period.last.isoformat()
    ('2016-02-01', '2016-02-29')
    """
    plain = _DASH.sub("-", tidy(text, LONGEST, FORMS))
    words = joined(text)
    if around := _AROUND.fullmatch(plain):
        kind, name = around[1].lower(), around[2]
        first, last = _days(name, plain)
        if first != last:
            raise TextProblem(shown(words), f"a single day after {kind!r}", "give year, month, day")
        back, on = (ABOUT_DAYS, ABOUT_DAYS) if kind == "about" else (0, 6)
        try:
            return Period(first - timedelta(back), last + timedelta(on), words)
        except OverflowError as error:
            raise TextProblem(shown(words), "a week between the years 1 and 9999") from error
    if both := _RANGE.fullmatch(plain):
        first, last = _days(both[1], plain)[0], _days(both[2], plain)[1]
        if last < first:
            raise TextProblem(
                f"{shown(words)}, which runs backwards", "the earlier date first", "swap the two"
            )
        return Period(first, last, words)
    first, last = _days(plain, plain)
    return Period(first, last, words)


def _days(name: str, whole: str) -> tuple[date, date]:
    """First and last day of a day, a month or a year."""
    match = _DATE.fullmatch(name)
    if match is None:
        raise TextProblem(shown(whole), FORMS, _hint(name))
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if year == 0:
        raise TextProblem(f"{shown(name)}, a year that does not exist", FORMS)
    if match[2] is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        raise TextProblem(
            f"{shown(name)}, a month that does not exist", "a month from 01 to 12",
            "write the year first, then the month, then the day",
        )  # fmt: skip
    length = monthrange(year, month)[1]
    if match[3] is None:
        return date(year, month, 1), date(year, month, length)
    if not 1 <= day <= length:
        raise TextProblem(
            f"{shown(name)}, a day that does not exist",
            f"a day from 01 to {length}: {name[:7]} has {length} days",
        )
    return date(year, month, day), date(year, month, day)


def _hint(name: str) -> str:
    if loose := _UNPADDED.fullmatch(name):
        return "write " + "-".join(part.zfill(2) for part in loose.groups() if part)
    if name.casefold() in ("unknown", "none", "?"):
        return "leave the entry out if the date is not known"
    return "write the year first, then the month, then the day, in the digits 0 to 9"
