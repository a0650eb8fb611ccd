"""Source texts and the places in them.

Two hashes are kept: of the raw bytes (is this still the file we were given?) and of the
normalised text (do the offsets still mean the same words?). Offsets always go into the
normalised text, and the version of the normaliser is kept beside them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import NewType

from detente.errors import ModelError, Place
from detente.ledger.moments import Period

__all__ = ["NORMALISER", "Source", "SourceId", "Span", "normalise", "occurrences"]

SourceId = NewType("SourceId", str)

NORMALISER = 1
"""Version of :func:`normalise`; a change of its output is a new number."""


def normalise(text: str) -> str:
    r"""Bring a source text into the form that offsets refer to.

    Line ends become ``\n``, a byte-order mark goes, characters are composed (NFC). Nothing else
    changes: typographic quotes, dashes and spaces are evidence too.

    Examples
    --------
    >>> normalise("\ufeffone\r\ntwo")
    'one\ntwo'
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def occurrences(text: str, quote: str) -> tuple[tuple[int, int], ...]:
    r"""Return start and end of every place where ``quote`` stands in ``text``.

    The words must be the same to the letter; a run of white space equals any other, so that a
    line break inside a sentence does not hide it. Overlapping places count.

    Examples
    --------
    >>> occurrences("no deal,\nno deal", "no deal")
    ((0, 7), (9, 16))
    """
    words = quote.split()
    if not words:
        return ()
    pattern = r"(?=(" + r"\s+".join(map(re.escape, words)) + r"))"
    return tuple(found.span(1) for found in re.finditer(pattern, text))


@dataclass(frozen=True, slots=True)
class Source:
    """A document: where it came from, what it says, and whether it is still the same.

    ``reliability`` is the Admiralty letter (A completely reliable ... F cannot be judged); how
    credible one piece of information is, is a property of the claim. ``recorded_raw`` and
    ``recorded_text`` are the hashes written in the case; empty where none is.
    """

    id: SourceId
    title: str
    text: str
    raw_sha256: str
    file: str = ""
    author: str = ""
    publisher: str = ""
    published: Period | None = None
    published_basis: str = ""
    reliability: str = ""
    language: str = ""
    note: str = ""
    recorded_raw: str = ""
    recorded_text: str = ""
    recorded_normaliser: int = NORMALISER
    place: Place = Place("", 0, "")

    @property
    def text_sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start:end`` of a source's normalised text, and the words found there."""

    source: SourceId
    start: int
    end: int
    quote: str

    @classmethod
    def at(cls, source: Source, start: int, end: int, quote: str) -> Span:
        """Build the span, refusing one whose offsets do not hold the quoted words."""
        there = source.text[start:end]
        if there.split() != quote.split():
            raise ModelError(f"{source.id}: the words at {start} are not {quote[:40]!r}")
        return cls(source.id, start, end, there)
