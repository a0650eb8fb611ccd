"""Names and sources withheld, before anything is written.

An analysis is rebuilt with every string in it passed through the same replacement, ids included, so
that whatever prints it later has nothing left to leak. The page is then searched once more.
"""

from __future__ import annotations

import dataclasses
import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from detente.analysis import Analysis
from detente.errors import DetenteError, NotFoundError, Place
from detente.ledger import Claim, Source, SourceId, Span
from detente.model import Change
from detente.reports.withheld import (
    LONG_NAME,
    WORDS_WITHHELD,
    Withheld,
    name_patterns,
    withheld_in,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Redaction", "check_nothing_left", "redact_analysis"]

T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True, slots=True, eq=False)
class Redaction:
    """The rebuilt analysis, a notice for the reader, and what must not be found on the page."""

    analysis: Analysis
    notice: str
    withheld: Withheld


def redact_analysis(analysis: Analysis, redact: Sequence[str]) -> Redaction:
    """Withhold parties, speakers, sources or words from an analysis.

    Parameters
    ----------
    analysis
        The analysis as it is.
    redact
        Names of entries, their titles, or any words that occur in the case.

    Raises
    ------
    NotFoundError
        If one of them does not occur; the message lists what can be withheld.
    """
    withheld = withheld_in(analysis.case, tuple(dict.fromkeys(redact)))
    if not withheld.chosen:
        return Redaction(analysis, "", withheld)
    _refuse_unknown(analysis, withheld)
    rebuilt = _Rebuild(withheld, _new_ids(analysis, withheld)).of(analysis)
    return Redaction(rebuilt, _notice(withheld), withheld)


def _notice(withheld: Withheld) -> str:
    what = ", ".join(dict.fromkeys(withheld.stand_ins.values()))
    texts = " Texts and quotes of withheld sources are left out." if withheld.sources else ""
    return (
        f"Names are replaced by: {what}.{texts} Words that only point to a name, such as a "
        "nationality or a capital, stay unless they were withheld too."
    )


def check_nothing_left(page: str, redaction: Redaction) -> None:
    """Search the finished page for every withheld word.

    Raises
    ------
    DetenteError
        If one is left: rather no page than a leak.
    """
    withheld = redaction.withheld
    if not withheld.chosen:
        return
    body = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    raw = html.unescape(body)
    bare = html.unescape(re.sub(r"<[^>]*>", "", body))
    attributes = " ".join(html.unescape(v) for v in re.findall(r'="([^"]*)"', body))
    texts = (bare, attributes, re.sub(r"<[^>]*>", " ", raw))
    looks = [(text, withheld.patterns) for text in texts]
    folded = tuple(map(_folded_pattern, withheld.names))
    looks += [(_folded(text), folded) for text in texts]
    for text, patterns in looks:
        for pattern in patterns:
            found = pattern.search(text)
            if found:
                raise DetenteError(
                    f"the brief would still hold {found.group()!r}, which was to be withheld; "
                    "nothing was written. It may be a word of the brief itself: withhold a longer name"
                )
    plain = " ".join(bare.split())
    for quote in withheld.quotes:
        if quote in plain:
            raise DetenteError(
                f"the brief would still hold words of a withheld source ({quote[:30]!r} …); "
                "nothing was written"
            )


def _folded(text: str) -> str:
    """Bring a text to bare letters: a second look that does not trust how a name was written."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[\s_'’\u02bc-]+", " ", plain)


def _folded_pattern(name: str) -> re.Pattern[str]:
    flags = re.IGNORECASE if sum(c.isalnum() for c in name) >= LONG_NAME else re.NOFLAG
    return re.compile(rf"(?<![^\W_]){re.escape(_folded(name).strip())}(?![^\W_])", flags)


def _refuse_unknown(analysis: Analysis, withheld: Withheld) -> None:
    if not withheld.literals:
        return
    text = "\n".join(_strings(analysis.case))
    for name in withheld.literals:
        if not any(pattern.search(text) for pattern in name_patterns(name)):
            case = analysis.case
            known = "; ".join(
                f"{kind}: {', '.join(things) or 'none'}"
                for kind, things in (
                    ("parties", case.parties),
                    ("speakers", case.speakers),
                    ("sources", case.sources),
                )
            )
            raise NotFoundError(
                f"cannot withhold {name!r}, it does not occur in the case; there are: {known}; or "
                "any words that occur"
            )


def _strings(value: object) -> list[str]:
    match value:
        case Enum() | Place():
            return []
        case str():
            return [value]
        case Mapping():
            return [s for k, v in value.items() for s in (*_strings(k), *_strings(v))]
        case list() | tuple() | frozenset() | set():
            return [s for item in value for s in _strings(item)]
        case _ if dataclasses.is_dataclass(value):
            return [s for f in dataclasses.fields(value) for s in _strings(getattr(value, f.name))]
    return []


# --- ids ----------------------------------------------------------------------------------------


ID_SECTIONS = (
    "parties", "tables", "issues", "deals", "endings", "clocks", "facts", "levers", "scenarios",
    "norms", "chances", "explanations", "assumptions", "speakers", "sources", "claims",
)  # fmt: skip


def _new_ids(analysis: Analysis, withheld: Withheld) -> dict[str, str]:
    """Give every id that holds a withheld word, or is one, a new one that says nothing."""
    case, new = analysis.case, dict(withheld.ids)
    for section in ID_SECTIONS:
        for n, name in enumerate(getattr(case, section), 1):
            if name not in new and withheld.touches_id(name):
                new[name] = f"{section}_{n}"
    for k, issue in enumerate(case.issues.values(), 1):
        for n, option in enumerate(issue.options, 1):
            if option.id not in new and withheld.touches_id(option.id):
                new[option.id] = f"option_{k}_{n}"
    for k, rule in enumerate(case.rules, 1):
        if rule.id not in new and withheld.touches_id(rule.id):
            new[rule.id] = f"rule_{k}"
    return new


# --- every string of an analysis ----------------------------------------------------------------


class _Rebuild:
    """Walks an analysis and rebuilds it with other words in it."""

    def __init__(self, withheld: Withheld, new_ids: Mapping[str, str]) -> None:
        self._withheld = withheld
        self._ids = new_ids
        self._texts: dict[str, _Text] = {}

    def of(self, analysis: Analysis) -> Analysis:
        for source in analysis.case.sources.values():
            self._texts[source.id] = _Text(source.text, self._withheld)
        found: Analysis = self._value(analysis)
        return found

    def _value(self, value: Any) -> Any:
        match value:
            case Enum() | bool() | int() | float() | None:
                return value
            case str():
                return self._string(value)
            case Mapping():
                return {self._value(k): self._value(v) for k, v in value.items()}
            case tuple():
                return tuple(self._value(item) for item in value)
            case list():
                return [self._value(item) for item in value]
            case frozenset():
                return frozenset(self._value(item) for item in value)
            case Source():
                return self._source(value)
            case Claim():
                return self._claim(value)
            case Change():
                path = ".".join(self._string(part) for part in value.path.split("."))
                return dataclasses.replace(value, path=path, value=self._value(value.value))
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                return self._rebuilt(value)
            case _:
                return value  # dates and the like hold no words

    def _string(self, words: str) -> str:
        return self._ids.get(words) or self._withheld.replace(words)

    def _rebuilt(self, thing: T, **given: Any) -> T:
        changes = {
            field.name: given.get(field.name, self._value(getattr(thing, field.name)))
            for field in dataclasses.fields(thing)
            if field.init and field.name not in FIXED_WORDS.get(type(thing).__name__, ())
        }
        return dataclasses.replace(thing, **changes)

    def _source(self, source: Source) -> Source:
        if source.id not in self._withheld.sources:
            text = self._texts[source.id].words
            hashes = dict.fromkeys(("raw_sha256", "recorded_raw", "recorded_text"), "")
            return self._rebuilt(source, text=text, **hashes)
        return dataclasses.replace(
            source,
            id=SourceId(self._string(source.id)),
            title=self._withheld.stand_ins[source.id],
            text="",
            raw_sha256="",  # a hash names a document as well as its title does
            file="",
            author="withheld",
            publisher="withheld",
            published_basis="",
            note="",
            recorded_raw="",
            recorded_text="",
            place=Place("", 0, ""),
        )

    def _claim(self, claim: Claim) -> Claim:
        if claim.source in self._withheld.sources:
            return self._rebuilt(claim, quote=WORDS_WITHHELD, span=None, number=None)
        if claim.span is None:
            return self._rebuilt(claim)
        text = self._texts[claim.span.source]
        start, end = text.moved(claim.span.start, claim.span.end)
        quote = text.words[start:end]
        span = Span(SourceId(self._string(claim.span.source)), start, end, quote)
        return self._rebuilt(claim, quote=quote, span=span)


FIXED_WORDS = {
    "Party": ("kind",),
    "Claim": ("form", "kind"),
    "Fallback": ("mode",),
    "Rule": ("kind",),
    "Finding": ("kind",),
    "Consent": ("asked_as",),
    "DealAnswer": ("repair_kind",),
    "NamedPoint": ("name", "method"),
    "Source": ("language",),
    "Divisible": ("unit",),
    "Quantity": ("unit",),
    "DisputedFact": ("unit",),
    "LikelihoodScale": ("name", "title", "ranges"),
    "Overlay": (),
    "Conclusion": ("kind",),
    "Altered": ("field", "read_by"),
    "Driver": ("kind",),
    "Way": ("kind",),
    "WaitAnswer": ("method",),
}
"""Fields whose words are ours and not the case's."""


class _Text:
    """A source text with other words in it, and where its old places have gone."""

    def __init__(self, text: str, withheld: Withheld) -> None:
        parts: list[str] = []
        self._old: list[tuple[int, int]] = []
        self._new: list[tuple[int, int]] = []
        at = length = 0
        for start, end, stand_in in withheld.places(text):
            parts += [text[at:start], stand_in]
            length += start - at
            self._old.append((start, end))
            self._new.append((length, length + len(stand_in)))
            length += len(stand_in)
            at = end
        self.words = "".join([*parts, text[at:]])

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``start:end`` lies now; half a name becomes a whole one."""
        return self._moved(start, first=True), self._moved(end, first=False)

    def _moved(self, at: int, *, first: bool) -> int:
        k = bisect_right(self._old, at, key=lambda place: place[0]) - 1
        if k < 0:
            return at
        (_, old_end), (new_start, new_end) = self._old[k], self._new[k]
        if at >= old_end:
            return new_end + at - old_end
        if at == self._old[k][0]:
            return new_start
        return new_start if first else new_end
