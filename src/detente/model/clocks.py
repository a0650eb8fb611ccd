"""What time does by itself, and what somebody could change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from detente.errors import Place
from detente.ledger import Likelihood, PartyId, Period, Quantity
from detente.model.deals import Ending
from detente.model.ground import Ground
from detente.model.parties import TableId
from detente.model.statements import Condition

__all__ = ["Change", "Clock", "ClockId", "Consequence", "Lever", "Overlay", "Perhaps", "Scenario"]

ClockId = NewType("ClockId", str)


@dataclass(frozen=True, slots=True)
class Change:
    """One edit: the entry it reaches, as a dotted path, and the value in the file's own words."""

    path: str
    value: object
    place: Place = Place("", 0, "")


@dataclass(frozen=True, slots=True)
class Overlay:
    """Changes to lay over a case: values set, list items given, list items taken away."""

    sets: tuple[Change, ...] = ()
    gives: tuple[Change, ...] = ()
    takes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Perhaps:
    """What follows besides, with a chance of its own, once a clock has struck.

    ``chance`` names an entry under the case's chances; a party may believe another.
    """

    chance: str
    replaces: tuple[tuple[PartyId, PartyId], ...] = ()
    opens: tuple[TableId, ...] = ()
    closes: tuple[TableId, ...] = ()


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows when a clock strikes."""

    ending: Ending | None = None
    replaces: tuple[tuple[PartyId, PartyId], ...] = ()
    opens: tuple[TableId, ...] = ()
    closes: tuple[TableId, ...] = ()
    overlay: Overlay = Overlay()
    perhaps: tuple[Perhaps, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """An event by date or by chance.

    Exactly one of ``on`` (a date), ``half_likely_by`` (any day alike: a constant hazard with this
    median) and ``likely_by`` (two quantiles: a Weibull hazard) is given. ``half_likely_between``
    is our own uncertainty about the median, a different thing from the spread of the event.
    """

    id: ClockId
    what: str
    on: Period | None = None
    half_likely_by: Quantity | None = None
    half_likely_between: Quantity | None = None
    likely_by: tuple[tuple[Likelihood, Quantity], ...] = ()
    while_: Condition | None = None
    then: Consequence = Consequence()
    note: str = ""
    ground: Ground = Ground()
    place: Place = Place("", 0, "")


@dataclass(frozen=True, slots=True)
class Lever:
    """A change that lies in somebody's hands."""

    id: str
    title: str
    in_the_hands_of: tuple[PartyId, ...]
    must_authorise: tuple[PartyId, ...]
    believed: Likelihood | None
    overlay: Overlay
    note: str = ""
    ground: Ground = Ground()
    place: Place = Place("", 0, "")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Another course of events, laid over the case to compare."""

    id: str
    title: str
    overlay: Overlay
    ground: Ground = Ground()
    place: Place = Place("", 0, "")
