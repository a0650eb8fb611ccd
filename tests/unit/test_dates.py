"""Dates as they are really known."""

from __future__ import annotations

from datetime import date

import pytest

from detente.casefile.dates import ABOUT_DAYS, parse_period
from detente.casefile.text_problem import TextProblem
from detente.ledger import Period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2016-11-27", "2016-11-27", "2016-11-27"),
        ("2016\u201111\u201127", "2016-11-27", "2016-11-27"),
        ("2016-10", "2016-10-01", "2016-10-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2016", "2016-01-01", "2016-12-31"),
        ("week of 2016-11-21", "2016-11-21", "2016-11-27"),
        ("Week of 2016-12-28", "2016-12-28", "2017-01-03"),
        ("2016-11-01 to 2016-11-27", "2016-11-01", "2016-11-27"),
        ("2016-11-01 \u2013 2016-11-27", "2016-11-01", "2016-11-27"),
        ("2016-10 to 2016", "2016-10-01", "2016-12-31"),
        ("from 2016 to 2017-02", "2016-01-01", "2017-02-28"),
        ("about 2016-11-27", "2016-11-20", "2016-12-04"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
        ("\u200f2016-11-27\u200f", "2016-11-27", "2016-11-27"),
    ],
)
def test_dates(text: str, first: str, last: str) -> None:
    expected = Period(date.fromisoformat(first), date.fromisoformat(last), text)
    assert parse_period(text) == expected


def test_about_a_day_is_a_week_either_way() -> None:
    period = parse_period(" about  2016-11-27 ")
    assert (period.last - period.first).days == 2 * ABOUT_DAYS == 14
    assert period.words == "about 2016-11-27"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2016-02-30", "'2016-02-30', a day that does not exist.*2016-02 has 29 days"),
        ("2015-02-29", "2015-02 has 28 days"),
        ("2016-11-00", "a day that does not exist"),
        ("2016-13", "'2016-13', a month that does not exist"),
        ("2016-27-11", "a month that does not exist.*the year first"),
        ("0000-01-01", "a year that does not exist"),
        ("2016-11-27 to 2016-11-01", "runs backwards"),
        ("2016-1-5", "write 2016-01-05"),
        ("about 2016-11", "a single day"),
        ("week of 2016", "a single day"),
        ("about 9999-12-31", "between the years 1 and 9999"),
        ("week of 9999-12-28", "between the years 1 and 9999"),
        ("about 0001-01-01", "between the years 1 and 9999"),
        ("unknown", "leave the entry out"),
        ("", "an empty text"),
    ],
)
def test_impossible_dates_say_why(text: str, says: str) -> None:
    with pytest.raises(TextProblem, match=says):
        parse_period(text)


@pytest.mark.parametrize(
    "text",
    [
        "27.11.2016", "11/27/2016", "27 November 2016", "20161127", "12:30", "yes", "no", "1e5",
        "1_000", "2016-11-27T12:30", "2016-W47", "\u0662\u0660\u0661\u0666", "\uff12\uff10\uff11\uff16",
        "-2016", "12016", "16", "about", "week of", "2016 to", "to 2016", "2016-2017", "\ud800",
        "2016-11-01 to 2016-11-02 to 2016-11-03", "9" * 5000, "2016-11-27 " * 30, "2016-11-27\x00",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(TextProblem) as caught:
        parse_period(text)
    assert len(str(caught.value)) < 400
