"""Claims: the exact words of a source, who says them, and how they reached us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NewType

from detente.errors import Place
from detente.ledger.moments import Period
from detente.ledger.quantities import Quantity
from detente.ledger.sources import SourceId, Span

__all__ = ["Claim", "ClaimForm", "ClaimId", "ClaimKind", "PartyId", "Speaker", "SpeakerId"]

ClaimId = NewType("ClaimId", str)
SpeakerId = NewType("SpeakerId", str)
PartyId = NewType("PartyId", str)

ClaimForm = Literal["reported", "view", "quote"]
ClaimKind = Literal[
    "event",
    "forecast",
    "demand",
    "offer",
    "condition",
    "threat",
    "commitment",
    "estimate",
    "judgement",
]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone whose words reach us.

    ``of`` is the party he speaks for or belongs to; ``count`` is how many people the source
    counts behind the words ("four officials"); ``named`` is false for "an official".
    """

    id: SpeakerId
    name: str
    of: PartyId | None = None
    named: bool = True
    count: int = 1
    place: Place = Place("", 0, "")


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement in a source.

    ``form`` says how it is put (reported as fact, somebody's view, words in quotation marks);
    ``kind`` says what it is. ``by`` is the chain, nearest to us first: the columnist, the paper
    he cites, the official it heard. ``happened`` is when the thing took place, ``known`` when it
    became known: what a party could know at a date depends on the second.
    """

    id: ClaimId
    source: SourceId
    quote: str
    by: tuple[SpeakerId, ...]
    span: Span | None = None
    form: ClaimForm = "reported"
    kind: ClaimKind = "event"
    about: tuple[PartyId, ...] = ()
    number: Quantity | None = None
    happened: Period | None = None
    known: Period | None = None
    credibility: int | None = None
    place: Place = Place("", 0, "")

    @property
    def origin(self) -> SpeakerId:
        """The end of the chain: the one who is reported to know."""
        return self.by[-1]
