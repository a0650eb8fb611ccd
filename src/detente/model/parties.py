"""Parties, and the tables they sit at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NewType

from detente.errors import Place
from detente.ledger import Likelihood, PartyId, Period, Quantity, SourceId
from detente.model.ground import Ground
from detente.model.statements import IssueId, Statement

__all__ = ["Alias", "Norm", "Party", "PartyKind", "Quota", "Seat", "Table", "TableId"]

TableId = NewType("TableId", str)
PartyKind = Literal["state", "government", "group", "person", "office", "organisation"]


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a party, and the source whose wording it is (none: general use)."""

    name: str
    source: SourceId | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A state, government, group, person or office.

    ``acts_for`` ties an envoy to a principal: he sits, the principal decides. ``may`` and
    ``may_not`` are his mandate in words; ``may_not_offer`` says it in terms, so that packages
    beyond the mandate can be marked. ``can_block`` are terms that need this party's consent
    wherever they are agreed. ``bears`` names the costs that fall on it.
    """

    id: PartyId
    name: str
    kind: PartyKind = "group"
    part_of: PartyId | None = None
    acts_for: PartyId | None = None
    aliases: tuple[Alias, ...] = ()
    roles: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    may_not: tuple[str, ...] = ()
    may_not_offer: tuple[Statement, ...] = ()
    backs: tuple[PartyId, ...] = ()
    depends_on: tuple[PartyId, ...] = ()
    talks_with: tuple[PartyId, ...] = ()
    can_block: tuple[Statement, ...] = ()
    bears: tuple[str, ...] = ()
    size: Quantity | None = None
    in_office_from: Period | None = None
    in_office_until: Period | None = None
    replaced_by: PartyId | None = None
    note: str = ""
    ground: Ground = Ground()
    place: Place = Place("", 0, "")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the party goes by, its main name first."""
        return (self.name, *(alias.name for alias in self.aliases))


@dataclass(frozen=True, slots=True)
class Seat:
    """A party's place at a table, and at what share of the meetings it is there."""

    party: PartyId
    attends: Likelihood

    @property
    def is_always_there(self) -> bool:
        return self.attends.low == 1


@dataclass(frozen=True, slots=True)
class Quota:
    """At least ``at_least`` of these parties must agree, whichever they are."""

    at_least: int
    of: tuple[PartyId, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A forum: who sits there, what it may settle, whose consent it needs, when it is open.

    ``exclusive`` tables compete: a package in force at one closes the other.
    """

    id: TableId
    title: str
    scope: tuple[IssueId, ...]
    seats: tuple[Seat, ...]
    must_agree: tuple[PartyId, ...]
    enough: Quota | None = None
    scope_in_words: str = ""
    inside: TableId | None = None
    go_between: PartyId | None = None
    opens: Period | None = None
    closes: Period | None = None
    meets: Quantity | None = None
    exclusive: bool = True
    secrecy: str = ""
    note: str = ""
    ground: Ground = Ground()
    place: Place = Place("", 0, "")


@dataclass(frozen=True, slots=True)
class Norm:
    """A rule of law or decency that the conduct or a deal touches."""

    id: str
    says: str
    broken_by: tuple[PartyId, ...] = ()
    how: str = ""
    ground: Ground = Ground()
    place: Place = Place("", 0, "")
