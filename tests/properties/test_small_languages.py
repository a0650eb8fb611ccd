"""Statements, numbers and dates: whatever is written is read back, or refused, never anything else.

The oracle evaluates a condition the plain way, on tuples, knowing nothing of the parser's classes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detente.casefile.dates import parse_period
from detente.casefile.numbers import parse_likelihood, parse_number, parse_quantity
from detente.casefile.statements import parse_condition, parse_statement
from detente.casefile.text_problem import TextProblem
from detente.ledger import EFSA, ICD203, Likelihood, Quantity, in_days, per_day
from detente.model import Divisible, Issue, IssueId, Option, OptionId

# Names that invite mistakes: options called like issues, like keywords, like each other.
NAMES = {"siege": ["kept", "aid", "or"], "aid": ["siege", "is", "no"]}
NUMBERS = ["-5", "0", "2.5", "10"]

ISSUES = {
    IssueId(name): Issue(
        IssueId(name),
        f"{name}?",
        tuple(Option(OptionId(option), option) for option in options),
        OptionId(options[0]),
        divisible=Divisible(-5, 10, 2.5, "") if name == "share" else None,
    )
    for name, options in {**NAMES, "share": NUMBERS}.items()
}

OUTCOMES = [
    dict(zip(("siege", "aid", "share"), options, strict=True))
    for options in product(*NAMES.values(), NUMBERS)
]

Node = tuple[Any, ...]

settled = st.sampled_from(sorted(NAMES)).flatmap(
    lambda name: st.tuples(
        st.just("is"),
        st.just(name),
        st.lists(st.sampled_from(NAMES[name]), min_size=1, max_size=3),
        st.booleans(),
    )
)
numbered = st.tuples(
    st.just("is"),
    st.just("share"),
    st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=2),
    st.booleans(),
)
bounded = st.tuples(
    st.sampled_from(["at least", "at most"]),
    st.just("share"),
    st.sampled_from([-5.0, -0.1, 0.0, 2.5, 9.75, 10.0]),
    st.booleans(),
)
conditions: st.SearchStrategy[Node] = st.recursive(
    st.one_of(settled, numbered, bounded),
    lambda inner: st.tuples(
        st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def holds(node: Node, outcome: dict[str, str]) -> bool:
    """Evaluate a condition by its definition."""
    kind = node[0]
    if kind == "and":
        return all(holds(part, outcome) for part in node[1])
    if kind == "or":
        return any(holds(part, outcome) for part in node[1])
    _, name, what, negated = node
    if kind == "is":
        here = outcome[name] in what
    elif kind == "at least":
        here = float(outcome[name]) >= what
    else:
        here = float(outcome[name]) <= what
    return not here if negated else here


class Writer:
    """Writes a condition in one of the many ways a person might."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw

    def blank(self) -> str:
        return str(self.draw(st.sampled_from([" ", " ", "\n  ", "\u00a0"])))

    def keyword(self, word: str) -> str:
        cased = self.draw(st.sampled_from([word, word, word.upper(), word.title()]))
        return f"{self.blank()}{self.blank().join(cased.split())}{self.blank()}"

    def name(self, name: str) -> str:
        marks = ["''", '""', "\u2018\u2019", "\u201c\u201d"]
        quoted = name in ("or", "is") or self.draw(st.integers(0, 3)) == 0
        pair = self.draw(st.sampled_from(marks)) if quoted else ["", ""]
        return f"{pair[0]}{name}{pair[1]}"

    def write(self, node: Node, inside: str = "") -> str:
        kind = node[0]
        if kind in ("and", "or"):
            text = self.keyword(kind).join(self.write(part, kind) for part in node[1])
            needs_parentheses = kind == "or" and inside == "and"
        else:
            _, name, what, negated = node
            verb = self.keyword("is") + (self.keyword("not") if negated else "")
            if kind == "is":
                text = self.keyword("or").join(map(self.name, what))
            else:
                text = f"{self.keyword(kind)}{what}"
            text = f"{self.name(name)}{verb}{text}"
            needs_parentheses = False
        if needs_parentheses or self.draw(st.integers(0, 4)) == 0:
            return f"({text})"
        return text


@given(conditions, st.data())
def test_what_is_written_is_what_is_read(node: Node, data: st.DataObject) -> None:
    text = Writer(data.draw).write(node)
    parsed = parse_condition(text, ISSUES)
    for outcome in OUTCOMES:
        here = {IssueId(issue): OptionId(option) for issue, option in outcome.items()}
        assert parsed.holds(here) == holds(node, outcome), (text, outcome)


@given(conditions, conditions, st.data())
def test_a_statement_with_if_fails_only_where_the_if_holds(
    then: Node, given_: Node, data: st.DataObject
) -> None:
    writer = Writer(data.draw)
    text = f"{writer.write(then)}{writer.keyword('if')}{writer.write(given_)}"
    statement = parse_statement(text, ISSUES)
    assert statement.words == " ".join(text.split())
    for outcome in OUTCOMES:
        here = {IssueId(issue): OptionId(option) for issue, option in outcome.items()}
        plain = holds(then, outcome) or not holds(given_, outcome)
        assert statement.holds(here) == plain, (text, outcome)


# Text made of the languages' own words gets further than random characters do.
PIECES = [
    "siege", "aid", "share", "kept", "is", "not", "or", "and", "if", "at", "least", "most", "(",
    ")", "'", '"', "\u2019", "is", "or", ",", "-", "\u2013", "%", "5", "0", "2.5", "12.500", "250",
    "000", "1,000", "1e5", "1_000", "9" * 40, "\u0665", "days", "week", "of", "about", "to", "in",
    "between", "from", "up", "per", "a", "times", "twice", "daily", "half", "never", "unknown",
    "2016", "2016-02-30", "2016-11-27", "9999-12-31", "0000", "likely", "very", ":", "12:30",
    "\u0634\u0644\u0627\u0645", "\u200f", "\u0301", "\x00", "\ud800", "\n",
]  # fmt: skip

texts = st.one_of(
    st.text(st.characters(), max_size=40),
    st.builds(
        lambda glue, parts: glue.join(parts),
        st.sampled_from([" ", " ", ""]),
        st.lists(st.sampled_from(PIECES), max_size=12),
    ),
)

PARSERS: dict[str, Callable[[str], object]] = {
    "statement": lambda text: parse_statement(text, ISSUES),
    "condition": lambda text: parse_condition(text, ISSUES),
    "no issues": lambda text: parse_condition(text, {}),
    "any": parse_quantity,
    "units": lambda text: parse_quantity(text, units=["days", ""]),
    "time": lambda text: parse_quantity(text, kind="time"),
    "rate": lambda text: parse_quantity(text, kind="rate"),
    "share": lambda text: parse_quantity(text, kind="share"),
    "ICD 203": lambda text: parse_likelihood(text, ICD203),
    "EFSA": lambda text: parse_likelihood(text, EFSA),
    "number": parse_number,
    "period": parse_period,
}


@pytest.mark.parametrize("parser", PARSERS)
@given(text=texts)
@example(text="\ud800")
@example(text="\u200f")
@example(text="(" * 5000)
@example(text="5 " * 99)
@example(text="'")
def test_a_text_is_read_or_refused_and_nothing_else(parser: str, text: str) -> None:
    try:
        result = PARSERS[parser](text)
    except TextProblem as problem:
        result = problem
    if isinstance(result, TextProblem):
        assert result.found
        assert result.expected
        assert "\n" not in str(result)
    if isinstance(result, Quantity):
        assert result.low <= result.middle <= result.high
        if parser == "share":
            assert result.low >= 0
            assert result.high <= 1
        if parser == "time":
            assert in_days(result).low >= 0
        if parser == "rate":
            assert per_day(result).low >= 0
    if isinstance(result, Likelihood):
        assert 0 <= result.low <= result.high <= 1


amounts = st.integers(-20_000, 2_000_000).map(lambda n: n / 100)


def written(number: float, comma: bool) -> str:
    return f"{number:,.2f}" if comma else f"{number:.2f}"


@given(st.tuples(amounts, amounts).map(sorted), st.booleans(), st.sampled_from(["", "tonnes", "%"]))
@pytest.mark.parametrize("form", ["{0} to {1}", "{0}-{1}", "{0} \u2013 {1}", "between {0} and {1}"])
def test_a_range_keeps_its_ends(form: str, ends: list[float], comma: bool, unit: str) -> None:
    low, high = ends
    text = f"{form.format(written(low, comma), written(high, comma))} {unit}"
    parsed = parse_quantity(text)
    assert isinstance(parsed, Quantity)
    assert (parsed.low, parsed.high, parsed.best, parsed.unit) == (low, high, None, unit)


@given(amounts)
def test_about_holds_its_own_figure(number: float) -> None:
    parsed = parse_quantity(f"about {number:.2f} points")
    assert isinstance(parsed, Quantity)
    assert parsed.best == number
    assert parsed.low <= number <= parsed.high
    low, high = sorted((number * 0.8, number * 1.25))
    assert (parsed.low, parsed.high) == pytest.approx((low, high), rel=1e-12)


@given(st.integers(1, 100).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_one_in_so_many_is_a_share_and_a_likelihood(pair: tuple[int, int]) -> None:
    part, whole = pair
    share = parse_quantity(f"{part} in {whole}", kind="share")
    chance = parse_likelihood(f"{part} in {whole}", ICD203)
    assert isinstance(share, Quantity)
    assert isinstance(chance, Likelihood)
    assert share.low == share.high == chance.low == chance.high == part / whole


days = st.dates(date(1, 1, 1), date(9999, 12, 31))


@given(days)
def test_a_day_lies_in_its_month_and_year(day: date) -> None:
    text = f"{day.year:04}-{day.month:02}-{day.day:02}"
    assert (parse_period(text).first, parse_period(text).last) == (day, day)
    for shorter in (text[:7], text[:4]):
        period = parse_period(shorter)
        assert period.first <= day <= period.last
        assert period.first.day == 1
        # the day after the last one starts the next month or year; there is none after 9999
        if period.last < date.max:
            assert (period.last + timedelta(1)).day == 1


@given(days, days)
def test_a_range_of_dates_runs_forwards_or_is_refused(one: date, other: date) -> None:
    text = f"{one.isoformat()} to {other.isoformat()}"
    if other < one:
        with pytest.raises(TextProblem, match="runs backwards"):
            parse_period(text)
    else:
        assert (parse_period(text).first, parse_period(text).last) == (one, other)
