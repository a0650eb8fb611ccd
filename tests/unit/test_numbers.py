"""Numbers, rates, shares, likelihoods and dates, as people write them in a case file."""

from __future__ import annotations

import math
from typing import Literal

import pytest

from detente.casefile.numbers import parse_likelihood, parse_number, parse_quantity
from detente.casefile.text_problem import TextProblem
from detente.errors import ModelError
from detente.ledger import EFSA, ICD203, Likelihood, Quantity, Unknown, in_days, per_day

Kind = Literal["any", "time", "rate", "share"]


def quantity(text: str, kind: Kind = "any") -> Quantity:
    parsed = parse_quantity(text, kind=kind)
    assert isinstance(parsed, Quantity)
    assert parsed.words == " ".join(text.split())
    return parsed


@pytest.mark.parametrize(
    ("text", "low", "high", "best", "unit"),
    [
        ("60 days", 60, 60, 60, "days"),
        ("60", 60, 60, 60, ""),
        ("15 to 120 days", 15, 120, None, "days"),
        ("from 15 to 120 days", 15, 120, None, "days"),
        ("15-120 days", 15, 120, None, "days"),
        ("15\u2013120 days", 15, 120, None, "days"),
        ("15 \u2013 120 days", 15, 120, None, "days"),
        ("15\u2011120 days", 15, 120, None, "days"),
        ("between 15 and 120 days", 15, 120, None, "days"),
        ("Between 15 And 120 days", 15, 120, None, "days"),
        ("about 60 days", 48, 75, 60, "days"),
        ("about 15 to 120 days", 12, 150, None, "days"),
        ("about -60", -75, -48, -60, ""),
        ("about 0", 0, 0, 0, ""),
        ("up to 5 people", 0, 5, None, "people"),
        ("at most 5 people", 0, 5, None, "people"),
        ("250,000 people", 250_000, 250_000, 250_000, "people"),
        ("250 000 people", 250_000, 250_000, 250_000, "people"),
        ("250\u2009000 people", 250_000, 250_000, 250_000, "people"),
        ("250\u00a0000 people", 250_000, 250_000, 250_000, "people"),
        ("250\u202f000\u202f000 people", 250e6, 250e6, 250e6, "people"),
        ("200,000 to 250,000 people", 200_000, 250_000, None, "people"),
        ("200 000-250 000 people", 200_000, 250_000, None, "people"),
        ("1,250.5 tonnes", 1250.5, 1250.5, 1250.5, "tonnes"),
        ("1.5", 1.5, 1.5, 1.5, ""),
        ("-3", -3, -3, -3, ""),
        ("\u22123", -3, -3, -3, ""),
        ("-5 to -2 points", -5, -2, None, "points"),
        ("-5--2", -5, -2, None, ""),
        ("+5", 5, 5, 5, ""),
        ("30%", 30, 30, 30, "%"),
        ("20% to 40%", 20, 40, None, "%"),
        ("3 % of GDP", 3, 3, 3, "% of GDP"),
        ("5 km2", 5, 5, 5, "km2"),
        ("5 m\u00b3 per second", 5, 5, 5, "m\u00b3 per second"),
        ("12 \u0434\u043d\u0435\u0439", 12, 12, 12, "\u0434\u043d\u0435\u0439"),
        ("\u200f12 days\u200e", 12, 12, 12, "days"),
    ],
)
def test_quantities(text: str, low: float, high: float, best: float | None, unit: str) -> None:
    parsed = quantity(text)
    assert (parsed.low, parsed.high, parsed.best, parsed.unit) == (low, high, best, unit)


@pytest.mark.parametrize("text", ["unknown", " Unknown\n"])
@pytest.mark.parametrize("kind", ["any", "time", "rate", "share"])
def test_unknown_is_a_value_of_its_own(text: str, kind: Kind) -> None:
    assert parse_quantity(text, kind=kind) == Unknown("not known")
    assert parse_likelihood(text, ICD203) == Unknown("not known")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\u200b", "yes", "no", "on", "days", "sixty days", "12:30", "1e5", "1E5", "0x10",
        "1_000", "nan", "inf", "-inf days", "infinity", "120 to 15 days", "120\u201315", "-2 to -5",
        "between 5 and 2", "at least 5 days", "up to -5", "60days", "60 -", "5 to", "to 5",
        "15 days to 120 days", "1 week to 3 months", "15, 120 days", "1,5", "1,00", "25,0000",
        "250 0000 people", "12.500", "1.000 people", "1.000.000", "0.5.5", "5.", ".5",
        "1.5 million people", "3 dozen", "2016-11-27", "1 in 3", "half", "about", "about about 5",
        "about up to 5", "\u0666\u0660 days", "\uff16\uff10 days", "4\u00b2", "\u00bd", "60 days to",
        "-", "--5", "%", "9" * 30, "9" * 199, "9" * 100_000, "9 " * 90, "\ud800", "\x00", "1\x00",
        "5 to 6 to 7", "#5", "[5]", "~60", "5\n\n6",
    ],
)  # fmt: skip
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(TextProblem) as caught:
        parse_quantity(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("120 to 15 days", "write '15 to 120 days'"),
        ("at least 5 days", "write '5 to ... days'"),
        ("1,5 tonnes", "the decimal sign is a point: write 1.5"),
        ("1.000.000", "use commas for thousands: write 1,000,000"),
        ("\u0666\u0660 days", "write the digits 0 to 9: '60 days'"),
        ("1e5", "write the number out, with commas between thousands if you like"),
        ("1_000", "write the number out, with commas between thousands if you like"),
        (
            "15 days to 120 days",
            "give the unit once, after the second number: '15 to 120 days'",
        ),
        ("1.5 million people", "write it out: 1.5 million as 1,500,000"),
    ],
)
def test_a_fix_is_proposed(text: str, fix: str) -> None:
    with pytest.raises(TextProblem) as caught:
        parse_quantity(text)
    assert caught.value.fix == fix


def test_a_number_that_can_be_read_in_two_ways_is_refused_with_both() -> None:
    with pytest.raises(TextProblem, match=r"'12\.500'.*expected 12,500 or 12\.50"):
        parse_quantity("12.500 fighters")
    assert quantity("0.125").low == 0.125
    assert quantity("2.50").low == 2.5


def test_units_may_be_limited() -> None:
    units = ["people", "buses", "day", "city"]
    for text, unit in [
        ("1 person", "people"),
        ("60 PEOPLE", "people"),
        ("1 bus", "buses"),
        ("6 days", "day"),
        ("4 cities", "city"),
    ]:
        parsed = parse_quantity(text, units=units)
        assert isinstance(parsed, Quantity)
        assert parsed.unit == unit
    with pytest.raises(TextProblem, match=r"'peple'.*did you mean 'people'"):
        parse_quantity("60 peple", units=units)
    with pytest.raises(TextProblem, match=r"'60' without unit.*people, buses, day, city"):
        parse_quantity("60", units=units)
    assert parse_quantity("60", units=["", "points"]) == quantity("60")
    with pytest.raises(TextProblem):
        parse_quantity("60 s", units=[""])


@pytest.mark.parametrize(
    ("text", "unit", "days"),
    [
        ("36 hours", "hours", 1.5),
        ("1 day", "days", 1),
        ("2 Weeks", "weeks", 14),
        ("12 months", "months", 365.25),
        ("2 years", "years", 730.5),
        ("up to 2 weeks", "weeks", 14),
    ],
)
def test_times(text: str, unit: str, days: float) -> None:
    parsed = quantity(text, "time")
    assert parsed.unit == unit
    converted = in_days(parsed)
    assert converted.high == pytest.approx(days, rel=1e-12)
    assert (converted.unit, converted.words) == ("days", text)


def test_a_converted_time_keeps_its_best_figure() -> None:
    converted = in_days(quantity("about 2 weeks", "time"))
    assert (converted.low, converted.best, converted.high) == pytest.approx((11.2, 14, 17.5))


@pytest.mark.parametrize("text", ["60", "60 peple", "-3 days", "5%", "2 per week", "12:30"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(TextProblem):
        parse_quantity(text, kind="time")


def test_a_missing_unit_of_time_lists_the_units() -> None:
    with pytest.raises(TextProblem) as caught:
        parse_quantity("about 60", kind="time")
    assert caught.value.found == "'about 60' without unit"
    assert caught.value.expected == "a unit of time: hours, days, weeks, months, years"
    assert caught.value.fix == "for instance '60 days'"


@pytest.mark.parametrize(
    ("text", "low", "high", "best", "unit"),
    [
        ("twice a week", 2, 2, 2, "per week"),
        ("about twice a week", 1.6, 2.5, 2, "per week"),
        ("Once a month", 1, 1, 1, "per month"),
        ("once to twice an hour", 1, 2, None, "per hour"),
        ("2 per week", 2, 2, 2, "per week"),
        ("about 2 per week", 1.6, 2.5, 2, "per week"),
        ("1 to 3 times a month", 1, 3, None, "per month"),
        ("1\u20133 times per month", 1, 3, None, "per month"),
        ("between 1 and 3 times a year", 1, 3, None, "per year"),
        ("up to 3 times each day", 0, 3, None, "per day"),
        ("0.5 per year", 0.5, 0.5, 0.5, "per year"),
        ("daily", 1, 1, 1, "per day"),
        ("Weekly", 1, 1, 1, "per week"),
    ],
)
def test_rates(text: str, low: float, high: float, best: float | None, unit: str) -> None:
    parsed = quantity(text, "rate")
    assert (parsed.low, parsed.high, parsed.best, parsed.unit) == (low, high, best, unit)


@pytest.mark.parametrize(
    "text",
    [
        "often", "2", "2 per", "per week", "two per week", "-1 per day", "3 to 1 times a week",
        "at least 2 per week", "2 attacks per week", "2 per fortnight", "2 a wek", "30% per week",
        "2 per week per month", "once", "1e5 per day",
    ],
)  # fmt: skip
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(TextProblem):
        parse_quantity(text, kind="rate")


def test_rates_per_day() -> None:
    assert per_day(quantity("14 per week", "rate")) == Quantity(2, 2, "per day", "14 per week", 2)
    yearly = per_day(quantity("yearly", "rate"))
    assert yearly.middle * 365.25 == pytest.approx(1)
    assert per_day(quantity("2 to 4 per hour", "rate")).high == pytest.approx(96)


def test_only_times_and_rates_are_converted() -> None:
    for no_time in ("5 people", "5", "2 per week"):
        with pytest.raises(ModelError):
            in_days(quantity(no_time))
    for no_rate in ("5 days", "5", "5 per cent"):
        with pytest.raises(ModelError):
            per_day(quantity(no_rate))


@pytest.mark.parametrize(
    ("text", "low", "high", "best"),
    [
        ("30%", 0.3, 0.3, 0.3),
        ("30 percent", 0.3, 0.3, 0.3),
        ("30 per cent", 0.3, 0.3, 0.3),
        ("20 to 40%", 0.2, 0.4, None),
        ("20% to 40%", 0.2, 0.4, None),
        ("20\u201340 %", 0.2, 0.4, None),
        ("between 20 and 40%", 0.2, 0.4, None),
        ("1 in 3", 1 / 3, 1 / 3, 1 / 3),
        ("2 out of 3", 2 / 3, 2 / 3, 2 / 3),
        ("half", 0.5, 0.5, 0.5),
        ("about half", 0.4, 0.625, 0.5),
        ("Always", 1, 1, 1),
        ("never", 0, 0, 0),
        ("about 60%", 0.48, 0.75, 0.6),
        # a share cannot exceed the whole, however roughly it is put
        ("about 90%", 0.72, 1, 0.9),
        ("about 70 to 95%", 0.56, 1, None),
        ("up to 40%", 0, 0.4, None),
        ("at least 60%", 0.6, 1, None),
        ("0%", 0, 0, 0),
        ("100%", 1, 1, 1),
    ],
)
def test_shares(text: str, low: float, high: float, best: float | None) -> None:
    parsed = quantity(text, "share")
    assert (parsed.low, parsed.high) == pytest.approx((low, high), rel=1e-12)
    assert parsed.best == (None if best is None else pytest.approx(best, rel=1e-12))
    assert parsed.unit == ""


@pytest.mark.parametrize(
    "text",
    [
        "0.4", "1", "40", "20 to 40", "101%", "-5%", "about 150%", "about 20 to 120%", "90 to 101%",
        "at least 160%", "at most 160%", "3 in 2", "1 in 0", "0 in 0", "1.5 in 3", "30 days",
        "sometimes", "40 to 20%", "1 in 3 to 1 in 2", "nan%", "50% days",
    ],
)  # fmt: skip
def test_what_is_no_share(text: str) -> None:
    with pytest.raises(TextProblem):
        parse_quantity(text, kind="share")
    with pytest.raises(TextProblem):
        parse_likelihood(text, ICD203)


@pytest.mark.parametrize(
    ("text", "likelihood"),
    [
        ("likely", Likelihood(0.55, 0.80, "likely")),
        (" VERY\u00a0 likely ", Likelihood(0.80, 0.95, "very likely")),
        ("55%", Likelihood(0.55, 0.55, "55%")),
        ("55 to 80%", Likelihood(0.55, 0.80, "55 to 80%")),
        ("55\u201380%", Likelihood(0.55, 0.80, "55\u201380%")),
        ("1 in 4", Likelihood(0.25, 0.25, "1 in 4")),
        ("at least 90%", Likelihood(0.9, 1.0, "at least 90%")),
    ],
)
def test_likelihoods(text: str, likelihood: Likelihood) -> None:
    assert parse_likelihood(text, ICD203) == likelihood


def test_a_word_means_what_its_own_scale_says() -> None:
    assert parse_likelihood("likely", EFSA) == Likelihood(0.66, 0.90, "likely")
    assert parse_likelihood("about as likely as not", EFSA) != parse_likelihood("50%", EFSA)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("likly", "did you mean 'likely'?"),
        (
            "extremely likely",
            "that is a word of the scale efsa; this one is icd203",
        ),
        ("never", ""),
        ("always", ""),
        ("half", ""),
        ("0.4", "write 40%"),
        ("40", "write 40%"),
        ("0.2 to 0.4", "write 20 to 40%"),
        ("", ""),
    ],
)
def test_what_is_no_likelihood(text: str, fix: str) -> None:
    with pytest.raises(TextProblem) as caught:
        parse_likelihood(text, ICD203)
    assert caught.value.fix == fix or (not fix and "likel" in caught.value.fix)
    if not text or text.isalpha():
        assert "almost no chance, very unlikely" in caught.value.expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-3", -3),
        ("\u22123", -3),
        ("12.5", 12.5),
        ("250,000", 250_000),
        ("40%", None),
        ("1e5", None),
        ("1_000", None),
        ("nan", None),
        ("", None),
    ],
)
def test_bare_numbers(text: str, number: float | None) -> None:
    assert parse_number(text) == number


def test_limits_of_floating_point_stay_out_of_reach() -> None:
    largest = in_days(quantity("about 1" + "0" * 18 + " years", "time"))
    assert math.isfinite(largest.high)
    assert math.isfinite(largest.middle)
