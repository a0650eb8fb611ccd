"""Deals on the table, and the endings without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NewType

from detente.errors import Place
from detente.ledger import PartyId, Quantity
from detente.model.ground import Ground
from detente.model.parties import TableId
from detente.model.statements import IssueId, OptionId

__all__ = [
    "Blank",
    "Deal",
    "DealId",
    "Ending",
    "EndingId",
    "Exchange",
    "IfNot",
    "PrivateGain",
    "Term",
]

DealId = NewType("DealId", str)
EndingId = NewType("EndingId", str)


@dataclass(frozen=True, slots=True)
class Blank:
    """Something a deal leaves open; a finding, not a default."""

    words: str = "not stated"

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class IfNot:
    """What follows if a term is not carried out.

    ``leads_to`` names the outcome that breaking it brings about (``today``, an ending or another
    deal); empty where it is only said in words. It comes about by itself, or, with ``answered_by``,
    only if one of these parties sees to it: then it is a move of theirs, which they may not want.
    """

    words: str
    leads_to: str = ""
    answered_by: tuple[PartyId, ...] = ()

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Exchange:
    """Terms given for terms."""

    give: tuple[IssueId, ...]
    get: tuple[IssueId, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One settled issue of a deal, with what makes it a usable obligation.

    Performers come from the option. ``act`` says what is to be done to what, ``when`` by when,
    ``condition`` what must come first; ``who_checks`` and ``if_not`` fall back on the deal's.
    """

    issue: IssueId
    option: OptionId
    act: str = ""
    when: str = ""
    condition: str = ""
    who_checks: tuple[PartyId, ...] | Blank = Blank()
    if_not: IfNot | Blank = Blank()


@dataclass(frozen=True, slots=True)
class PrivateGain:
    """What a signer gains by signing as such, whatever the deal is worth and whether or not it lasts.

    ``worth`` is in days of having all that it wants instead of none of it; None where it
    is only said in words.
    """

    party: PartyId
    words: str
    worth: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """A named package: options for some issues; every other issue stays as it is today."""

    id: DealId
    title: str
    table: TableId | None
    terms: tuple[Term, ...]
    exchanges: tuple[Exchange, ...] = ()
    order: tuple[tuple[IssueId, ...], ...] | Blank = Blank()
    who_checks: tuple[PartyId, ...] | Blank = Blank()
    if_not: IfNot | Blank = Blank()
    must_agree: tuple[PartyId, ...] | None = None
    leaves_out: tuple[PartyId, ...] = ()
    private_gain: tuple[PrivateGain, ...] = ()
    note: str = ""
    ground: Ground = Ground()
    place: Place = Place("", 0, "")

    @property
    def says(self) -> Mapping[IssueId, OptionId]:
        return MappingProxyType({term.issue: term.option for term in self.terms})


@dataclass(frozen=True, slots=True)
class Ending:
    """How it may end without a deal: an outcome like any other. Unset issues stay as today.

    ``looks_like_a_deal`` marks an ending (a surrender) that might be recorded as a settlement.
    """

    id: EndingId
    title: str
    sets: Mapping[IssueId, OptionId]
    looks_like_a_deal: bool = False
    ground: Ground = Ground()
    place: Place = Place("", 0, "")

    def __post_init__(self) -> None:
        object.__setattr__(self, "sets", MappingProxyType(dict(self.sets)))
