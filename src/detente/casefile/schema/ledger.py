"""Sources, speakers and claims, as they are written."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from detente.casefile.schema.common import Names, Numbers, Strict, Text

__all__ = ["ClaimDefaultsSchema", "ClaimSchema", "SourceSchema", "SpeakerSchema"]


class SourceSchema(Strict):
    title: Text
    """The document's title."""
    file: Text | None = None
    """Its file inside the case folder; never edited."""
    text: Text | None = None
    """Instead of a file: the text itself."""
    author: Text | None = None
    """Who wrote it."""
    publisher: Text | None = None
    """Who published it."""
    published: Text | None = None
    """When."""
    published_basis: Text | None = None
    """How the date is known, if the document does not print it."""
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = None
    """Admiralty letter of the source: A completely reliable ... F cannot be judged."""
    language: Text | None = None
    """Language tag, such as `en` or `ar`."""
    note: Text | None = None
    """Anything else a reader should know."""
    sha256: Text | None = None
    """Hash of the file's bytes when it was taken in; `detente fmt` fills it in."""
    text_sha256: Text | None = None
    """Hash of the normalised text, into which every quote's place points."""
    normaliser: int = Field(default=1, ge=1)
    """Version of the normaliser that made that text."""


class SpeakerSchema(Strict):
    name: Text
    """What the source calls him, her or them."""
    of: Text | None = None
    """The party this voice speaks for or belongs to."""
    named: bool = True
    """False for an unnamed voice."""
    count: int = Field(default=1, ge=1)
    """How many people the source counts behind it."""


class ClaimDefaultsSchema(Strict):
    source: Text | None = None
    """The source of every claim in this file that names none."""
    by: Names | None = None
    """The speakers of every claim in this file that names none."""
    credibility: int | None = Field(default=None, ge=1, le=6)
    """The credibility of every claim in this file that has none."""
    known: Text | None = None
    """When the claims in this file became known."""


class ClaimSchema(Strict):
    quote: Text
    """The exact words. They must stand in the source exactly once."""
    near: Names = []
    """Words before or after the quote, where the same words stand there more than once."""
    source: Text
    """The source."""
    by: Names
    """Who says it, nearest to us first: author, the paper cited, the official it heard."""
    form: Literal["reported", "view", "quote"] = "reported"
    """Reported as fact, somebody's view, or words in quotation marks."""
    kind: Literal[
        "event",
        "forecast",
        "demand",
        "offer",
        "condition",
        "threat",
        "commitment",
        "estimate",
        "judgement",
    ] = "event"
    """What is said: an event, forecast, demand, offer, condition, threat, commitment ..."""
    about: Names = []
    """The parties it speaks about."""
    number: Numbers | None = None
    """The number in it, with its unit."""
    happened: Text | None = None
    """When it happened: a day, month, year, `week of 2016-11-21`."""
    known: Text | None = None
    """When it became known."""
    credibility: int | None = Field(default=None, ge=1, le=6)
    """Admiralty number: 1 confirmed ... 6 cannot be judged. Separate from reliability."""
