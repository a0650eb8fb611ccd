"""A plain number or a range with its unit: the part that every kind of quantity shares."""

from __future__ import annotations

import re
from typing import NamedTuple

from detente.casefile.text_problem import TextProblem, shown, tidy
from detente.ledger import Quantity

__all__ = [
    "ABOUT",
    "Amount",
    "about",
    "first_digits",
    "hint",
    "parse_number",
    "plain_text",
    "read_amount",
    "unit_shown",
    "without_about",
]

ABOUT = 1.25
"""``about N`` runs from N divided by this (0.8 N) to N times this."""

LONGEST = 200
LARGEST = 1e18
"""Beyond this a number is a slip of the keyboard, and sums of it lose their units digit."""

_DASH = re.compile("[\u2010-\u2015\u2212]")
_GROUPED = r"[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)(?![0-9])"
_PLAIN = rf"[-+]?(?:{_GROUPED}|[0-9]+)(?:\.[0-9]+)?"
_NUMBER = rf"({_PLAIN})"
_UNIT = r"((?: ?%| [^\W\d_]\S*| [$€£¥])(?: (?![-+]?\d)\S+)*)?"
_ALONE = re.compile(_NUMBER + _UNIT)
_RANGES = (
    re.compile(rf"(?:from )?{_NUMBER}(?: ?%)?(?: to | ?- ?){_NUMBER}{_UNIT}", re.IGNORECASE),
    re.compile(rf"between {_NUMBER}(?: ?%)? and {_NUMBER}{_UNIT}", re.IGNORECASE),
)
_BOUND = re.compile(rf"(up to|at most|at least) {_NUMBER}{_UNIT}", re.IGNORECASE)
_ABOUT = re.compile("^about ", re.IGNORECASE)
_TWO_WAYS = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{3}")
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_NO_UNITS = {"to", "and", "or", "in", "out"}
_MULTIPLES = {"hundred", "thousand", "million", "billion", "trillion", "dozen"}


class Amount(NamedTuple):
    low: float
    high: float
    best: float | None
    unit: str

    def times(self, factor: float, unit: str) -> Amount:
        best = None if self.best is None else self.best * factor
        return Amount(self.low * factor, self.high * factor, best, unit)

    def quantity(self, words: str) -> Quantity:
        return Quantity(self.low, self.high, self.unit, words, self.best)


def parse_number(text: str) -> float | None:
    """Read one bare number, ``-3``, ``12.5`` or ``250,000``; None if the text is something else.

    Raises
    ------
    TextProblem
        If the number can be read in two ways (``12.500``) or is far too large.
    """
    plain = _DASH.sub("-", text)
    return _value(plain) if re.fullmatch(_PLAIN, plain) else None


def plain_text(text: str, expected: str) -> str:
    return _DASH.sub("-", tidy(text, LONGEST, expected))


def read_amount(plain: str, words: str, expected: str, top: float | None = None) -> Amount:
    """Read number or range with unit; ``top`` is where "at least" ends, if anywhere."""
    rest, is_about = without_about(plain)
    for form in _RANGES:
        if both := form.fullmatch(rest):
            first, last = _value(both[1]), _value(both[2])
            if last < first:
                raise TextProblem(
                    f"{shown(words)}, which runs backwards", "the smaller number first",
                    f"write '{both[2]} to {both[1]}{both[3] or ''}'",
                )  # fmt: skip
            low, high = (about(first)[0], about(last)[1]) if is_about else (first, last)
            return Amount(low, high, None, _unit(both[3], words))
    if alone := _ALONE.fullmatch(rest):
        value = _value(alone[1])
        low, high = about(value) if is_about else (value, value)
        return Amount(low, high, value, _unit(alone[2], words))
    if bound := _BOUND.fullmatch(plain):
        return _bounded(bound, words, top)
    raise TextProblem(shown(words), expected, hint(plain))


def without_about(plain: str) -> tuple[str, bool]:
    rest = _ABOUT.sub("", plain, count=1)
    return rest, rest != plain


def about(value: float) -> tuple[float, float]:
    low, high = sorted((value / ABOUT, value * ABOUT))
    return low, high


def _bounded(bound: re.Match[str], words: str, top: float | None) -> Amount:
    value, unit = _value(bound[2]), _unit(bound[3], words)
    if bound[1].casefold() == "at least":
        if top is None:
            raise TextProblem(
                f"{shown(words)}, which has no upper end", "both ends of the range",
                f"write '{bound[2]} to ...{bound[3] or ''}'",
            )  # fmt: skip
        # a value above the top is left for the caller to refuse
        return Amount(value, max(value, top), None, unit)
    if value < 0:
        raise TextProblem(f"{shown(words)}, which runs backwards", "a range that starts at 0")
    return Amount(0.0, value, None, unit)


def _value(number: str) -> float:
    if _TWO_WAYS.fullmatch(number):
        comma = number.replace(".", ",")
        raise TextProblem(
            f"{shown(number)}, which can be read in two ways", f"{comma} or {number[:-1]}",
            "use commas for thousands, and not exactly three digits after a decimal point",
        )  # fmt: skip
    value = float(number.replace(",", "").replace(" ", ""))
    if abs(value) > LARGEST:
        raise TextProblem(shown(number, 30), f"a number up to {LARGEST:g}", "use a larger unit")
    return value


def _unit(unit: str | None, words: str) -> str:
    name = (unit or "").strip()
    parts = name.casefold().split()
    if parts and parts[0] in _MULTIPLES:
        raise TextProblem(
            f"the word {parts[0]!r} in {shown(words)}", "the number in digits",
            "write it out: 1.5 million as 1,500,000",
        )  # fmt: skip
    if parts and (parts[0] in _NO_UNITS or parts[-1] in _NO_UNITS):
        raise TextProblem(shown(words), "a number or a range, and then the unit")
    return name


def unit_shown(unit: str, words: str) -> str:
    return (
        f"the unit {shown(unit, 40)} in {shown(words)}" if unit else f"{shown(words)} without unit"
    )


def first_digits(plain: str) -> str:
    """Return the first number of a text, for a suggestion."""
    match = re.search(_PLAIN, plain)
    return match[0] if match else "60"


def hint(plain: str) -> str:
    ascii_digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in plain)
    if ascii_digits != plain:
        return f"write the digits 0 to 9: {shown(ascii_digits)}"
    for word in plain.split():
        if re.fullmatch(r"[-+]?[0-9]{1,3}(?:\.[0-9]{3}){2,}", word):
            return f"use commas for thousands: write {word.replace('.', ',')}"
        if _DECIMAL_COMMA.fullmatch(word) and not re.fullmatch(_PLAIN, word):
            return f"the decimal sign is a point: write {word.replace(',', '.')}"
        if re.fullmatch(r"[-+]?[0-9.]+e[-+]?[0-9]+", word, re.IGNORECASE) or (
            "_" in word and word.replace("_", "").isdecimal()
        ):
            return "write the number out, with commas between thousands if you like"
    if len(re.findall(r"[0-9]+ [^\W\d_]", plain)) > 1:
        return "give the unit once, after the second number: '15 to 120 days'"
    return ""
