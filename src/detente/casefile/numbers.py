"""Numbers as people write them: ranges, units, rates, shares, and words of likelihood.

Conventions settled here, once for every field of a case file:

- Digits are 0 to 9. A point is the decimal sign; a comma or a space between groups of exactly
  three digits is a thousands sign. ``12.500`` is refused, since half the world reads twelve
  thousand five hundred.
- ``about N`` runs from 0.8 N to 1.25 N, with N as the best figure: the same factor up and down.
- ``up to N`` and ``at most N`` start at 0. ``at least N`` is refused where nothing bounds it above;
  a share or a likelihood it leaves open up to 100 %.
- A month has 365.25 / 12 days and a year 365.25, whatever the calendar says.
- Times, rates and shares are never negative.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

from detente.casefile.amounts import (
    ABOUT,
    Amount,
    first_digits,
    hint,
    parse_number,
    plain_text,
    read_amount,
    unit_shown,
    without_about,
)
from detente.casefile.text_problem import TextProblem, did_you_mean, joined, shown
from detente.ledger import (
    DAYS_PER,
    SCALES,
    Likelihood,
    LikelihoodScale,
    Quantity,
    Unknown,
    time_unit,
)

__all__ = [
    "ABOUT",
    "parse_likelihood",
    "parse_number",
    "parse_quantity",
]


QuantityKind = Literal["any", "time", "rate", "share"]

FORMS: Mapping[QuantityKind, str] = MappingProxyType(
    {
        "any": "a number with its unit, such as '60 days', '15 to 120 days' or 'about 60 days'",
        "time": "a length of time, such as '60 days', '2 to 3 weeks' or 'about 6 months'",
        "rate": "a rate, such as 'twice a week', 'about 2 per week', '1 to 3 times a month', daily",
        "share": "a share, such as '30%', '20 to 40%', '1 in 3', half, always or never",
    }
)

_ONE_IN = re.compile(r"([0-9]+) (?:in|out of) ([0-9]+)", re.IGNORECASE)
_OFTEN = re.compile(r"(.+?)(?: times)? (?:an?|per|each|every) (\w+)", re.IGNORECASE)
_ADVERBS = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
}
_SHARE_WORDS = {"half": 0.5, "always": 1.0, "never": 0.0}
_PERCENT = ("%", "percent", "per cent")


def parse_quantity(
    text: str, *, kind: QuantityKind = "any", units: Collection[str] | None = None
) -> Quantity | Unknown:
    """Read a number that may be a range, with its unit.

    Parameters
    ----------
    text : str
        The words of the case file; they stay in ``Quantity.words``.
    kind : {"any", "time", "rate", "share"}
        What is asked for. A time keeps its unit in the plural (``days``), a rate has a unit like
        ``per week``, a share lies between 0 and 1 and has no unit.
    units : collection of str, optional
        For kind "any", the units that will do, singular or plural; the result carries the spelling
        given here. An empty string among them allows a number without unit.

    Raises
    ------
    TextProblem
        If the text is no such number, runs backwards, or has another unit.

    Examples
    --------
    >>> parse_quantity("15 to 120 days", kind="time")
    Quantity(low=15.0, high=120.0, unit='days', words='15 to 120 days', best=None)
    >>> parse_quantity("about twice a week", kind="rate")
    Quantity(low=1.6, high=2.5, unit='per week', words='about twice a week', best=2.0)
    """
    words = joined(text)
    plain = plain_text(text, FORMS[kind])
    if plain.casefold() == "unknown":
        return Unknown("not known")
    if kind == "share":
        return _share(plain, words, FORMS[kind], _SHARE_WORDS).quantity(words)
    if kind == "rate":
        return _rate(plain, words).quantity(words)
    amount = read_amount(plain, words, FORMS[kind])
    if kind == "time":
        unit = time_unit(amount.unit)
        if unit is None:
            allowed = [f"{name}s" for name in DAYS_PER]
            raise TextProblem(
                unit_shown(amount.unit, words), f"a unit of time: {', '.join(allowed)}",
                did_you_mean(amount.unit, allowed) or f"for instance '{first_digits(plain)} days'",
            )  # fmt: skip
        _not_negative(amount, words, "a length of time")
        amount = amount._replace(unit=f"{unit}s")
    elif units is not None:
        amount = amount._replace(unit=_one_of(amount.unit, units, words))
    return amount.quantity(words)


def parse_likelihood(text: str, scale: LikelihoodScale) -> Likelihood | Unknown:
    """Read a word of the scale, or a chance in numbers: ``55%``, ``55 to 80%``, ``1 in 3``.

    Raises
    ------
    TextProblem
        If the word is not on this scale, or the number is no chance.

    Examples
    --------
    >>> from detente.ledger import ICD203
    >>> parse_likelihood("Very  likely", ICD203)
    Likelihood(low=0.8, high=0.95, words='very likely')
    >>> parse_likelihood("1 in 4", ICD203).low
    0.25
    """
    on_scale = ", ".join(scale.ranges)
    expected = f"a word of the scale {scale.name} ({on_scale}), '55%', '55 to 80%' or '1 in 3'"
    words = joined(text)
    plain = plain_text(text, expected)
    if plain.casefold() == "unknown":
        return Unknown("not known")
    likelihood = scale.likelihood(plain)
    if likelihood is not None:
        return likelihood
    if not any(sign.isdigit() for sign in plain):
        raise TextProblem(shown(words), expected, _other_word(plain, scale))
    amount = _share(plain, words, expected, {})
    return Likelihood(amount.low, amount.high, words)


def _rate(plain: str, words: str) -> Amount:
    if plain.casefold() in _ADVERBS:
        return Amount(1.0, 1.0, 1.0, f"per {_ADVERBS[plain.casefold()]}")
    often = _OFTEN.fullmatch(plain)
    if often is None:
        raise TextProblem(shown(words), FORMS["rate"], hint(plain))
    unit = often[2].casefold()
    if unit not in DAYS_PER:
        raise TextProblem(
            f"{shown(often[2])} in {shown(words)}", f"one of {', '.join(DAYS_PER)}",
            did_you_mean(unit, DAYS_PER),
        )  # fmt: skip
    count = re.sub(r"\bonce\b", "1", often[1], flags=re.IGNORECASE)
    count = re.sub(r"\btwice\b", "2", count, flags=re.IGNORECASE)
    amount = read_amount(count, words, FORMS["rate"])
    if amount.unit:
        raise TextProblem(
            f"{shown(amount.unit)} in {shown(words)}", "the number alone, or with 'times'",
            f"write '{first_digits(count)} times per {unit}'",
        )  # fmt: skip
    _not_negative(amount, words, "a rate")
    return amount._replace(unit=f"per {unit}")


def _share(plain: str, words: str, expected: str, by_word: Mapping[str, float]) -> Amount:
    bare, is_about = without_about(plain)
    if one_in := _ONE_IN.fullmatch(bare):
        part, whole = int(one_in[1]), int(one_in[2])
        if not 0 <= part <= whole or whole == 0:
            raise TextProblem(shown(words), "a share of the whole, such as '1 in 3'")
        share = part / whole
    elif bare.casefold() in by_word:
        share = by_word[bare.casefold()]
    else:
        amount = read_amount(plain, words, expected, top=100.0)
        if amount.unit.casefold() not in _PERCENT:
            raise TextProblem(
                unit_shown(amount.unit, words), "a share in percent",
                "" if amount.unit else f"write {_as_percent(amount)}",
            )  # fmt: skip
        low, high, best = amount.low / 100, amount.high / 100, amount.best
        if is_about and amount.high <= 100 * ABOUT:
            high = min(high, 1.0)
        if not 0 <= low <= high <= 1:
            raise TextProblem(shown(words), "a share from 0% to 100%")
        return Amount(low, high, None if best is None else best / 100, "")
    if is_about:
        return Amount(share / ABOUT, min(share * ABOUT, 1.0), share, "")
    return Amount(share, share, share, "")


def _one_of(unit: str, units: Collection[str], words: str) -> str:
    for allowed in units:
        if unit.casefold() == allowed.casefold() or _is_plural(unit, allowed):
            return allowed
    allowed_units = ", ".join(allowed or "no unit" for allowed in units)
    expected = f"a number with its unit: {allowed_units}"
    raise TextProblem(unit_shown(unit, words), expected, did_you_mean(unit, units))


def _is_plural(one: str, other: str) -> bool:
    """Whether one of two units is the plural of the other, the English way."""
    one, other = sorted((one.casefold(), other.casefold()), key=len)
    if {one, other} == {"person", "people"}:
        return True
    ies = one.removesuffix("y") + "ies" if one.endswith("y") else ""
    return bool(one) and other in (f"{one}s", f"{one}es", ies)


def _not_negative(amount: Amount, words: str, what: str) -> None:
    if amount.low < 0:
        raise TextProblem(f"{shown(words)}, below zero", f"{what}, never negative")


def _as_percent(amount: Amount) -> str:
    factor = 100 if abs(amount.high) <= 1 else 1
    low, high = (f"{end * factor:g}" for end in (amount.low, amount.high))
    return f"{low}%" if low == high else f"{low} to {high}%"


def _other_word(plain: str, scale: LikelihoodScale) -> str:
    for other in SCALES.values():
        if other.name != scale.name and other.likelihood(plain):
            return f"that is a word of the scale {other.name}; this one is {scale.name}"
    return did_you_mean(plain, scale.ranges)
