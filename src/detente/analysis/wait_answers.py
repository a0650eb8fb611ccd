"""The answer to "who gains by waiting?", as it is read by the reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from detente.analysis.hold_answers import Preferring
from detente.analysis.packages import Package
from detente.analysis.reckoning import Assumed
from detente.engines.deal_space import Verdict
from detente.ledger import ClaimId, PartyId
from detente.model import DealId, IssueId, OptionId, TableId

__all__ = [
    "BreakEven",
    "DealWaiting",
    "Driver",
    "DriverKind",
    "Fan",
    "IfTabled",
    "Offer",
    "PartyWaiting",
    "Ripeness",
    "Sweep",
    "WaitAnswer",
    "Way",
    "Window",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """A value over time: the middle of what was stated, and how far the worlds drawn spread.

    One entry per period. ``low`` and ``high`` leave out a tenth of the worlds on either side.
    """

    middle: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Window:
    """Periods, first and last included; ``last`` is None where it does not close in sight."""

    first: int
    last: int | None


class DriverKind(StrEnum):
    """What a gain may turn on."""

    CLOCK = "clock"
    CHANCE = "chance"
    DEAL = "deal"
    BREAKING = "breaking"


@dataclass(frozen=True, slots=True)
class Driver:
    """What would be left of a gain by waiting (or by signing) if something could not come.

    ``gain`` is what signing today would be worth beyond waiting, without it.
    """

    kind: DriverKind
    name: str
    what: str
    gain: float
    turns: bool
    claims: tuple[ClaimId, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PartyWaiting:
    """One party between signing a deal and waiting.

    ``gain`` is what signing on the first day on which the deal can be signed is worth beyond
    waiting, in days of having all that it wants instead of none of it; below zero, it gains by
    waiting. ``share`` of the worlds
    drawn in which it would sign. ``over_time`` is the gain at each date, if nothing has come until
    then; NaN where the deal can no longer be signed or the party's time is up.
    """

    party: PartyId
    is_asked: bool
    is_counted: bool
    """Asked only as one of those of whom so many must agree: it alone may not stop the deal."""
    red_line: bool
    gain: float
    share: float
    over_time: Fan
    windows: tuple[Window, ...]
    """When it would sign, as long as the deal can be signed."""
    drivers: tuple[Driver, ...]
    why: Preferring | None
    """What it hopes to get by waiting, or fears, against what the deal gives it."""
    against: str
    """The ending or deal that ``why`` compares with."""

    @property
    def verdict(self) -> Verdict:
        """Whether it would sign on that day."""
        return Verdict.NO if self.red_line or self.gain < 0 else Verdict.YES


@dataclass(frozen=True, slots=True)
class Offer:
    """A package that everybody asked would rather sign today than wait, and how it is reached."""

    package: Package
    changes: tuple[tuple[IssueId, OptionId, OptionId], ...]


@dataclass(frozen=True, slots=True)
class IfTabled:
    """How it would go if a deal that is only our own idea lay on the table."""

    agreed: float
    """Chance that it would be what is agreed first, by the last day."""


@dataclass(frozen=True, slots=True, eq=False)
class DealWaiting:
    """One deal against waiting.

    ``unknown`` are those asked of whom it is not known what they want: then nothing else is said.
    """

    deal: DealId
    unknown: tuple[PartyId, ...]
    can_be_signed: tuple[Window, ...]
    """When its table is open and everybody asked is in office, if nothing comes by chance."""
    parties: tuple[PartyWaiting, ...]
    enough: int
    """How many of those counted must agree."""
    windows: tuple[Window, ...]
    """When all whose consent is needed at that date would sign, and enough of those counted."""
    share: float
    """Of the worlds drawn, in how many it would be agreed on the first day on which it can be."""
    offers: tuple[Offer, ...]
    n_offers: int
    n_looked_at: int
    """How many other packages that can be signed today were weighed in search of them."""
    if_kept: tuple[PartyId, ...]
    """Who would rather wait if the deal, once signed, were never broken."""
    if_broken: tuple[PartyId, ...]
    """Who would rather wait if it were broken at once."""
    has_breakers: bool
    unstated: tuple[PartyId, ...]
    """Who could break it without anything being said of how soon."""
    if_tabled: IfTabled | None = None
    """None for what lies on the table anyway."""

    @property
    def asked(self) -> tuple[PartyWaiting, ...]:
        return tuple(p for p in self.parties if p.is_asked)

    @property
    def holdouts(self) -> tuple[PartyId, ...]:
        """Whose consent is needed and who would rather wait; of those counted, if too few sign."""
        votes = sum(p.is_counted and p.verdict is Verdict.YES for p in self.parties)
        return tuple(
            p.party
            for p in self.parties
            if p.is_asked
            and p.verdict is Verdict.NO
            and not (p.is_counted and votes >= self.enough)
        )

    @property
    def verdict(self) -> Verdict:
        if self.unknown or not self.can_be_signed or not self.asked:
            return Verdict.UNDECIDED
        return Verdict.NO if self.holdouts else Verdict.YES

    def of(self, party: PartyId) -> PartyWaiting | None:
        return next((p for p in self.parties if p.party == party), None)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way it may go, with its chance by each date: a deal, an ending, or neither.

    ``kind`` is "deal", "other deal" (some package of a table), "ending" (of a clock, with nothing
    agreed), or "open". Chances of all ways add up to 1 at every date.
    """

    kind: str
    name: str
    title: str
    chance: Fan


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A belief of a party at which it is all the same to it whether to sign or to wait.

    ``at`` are the values between 0 and 1 where it turns, none if it never does; ``waits_above``
    whether waiting pays above the (only) value.
    """

    party: PartyId
    deal: DealId
    chance: str
    stated: tuple[float, float]
    at: tuple[float, ...]
    waits_above: bool | None
    waits_now: bool


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """What becomes of every gain as one clock is taken faster or slower, over its stated range.

    ``gains`` (n_medians, n_parties) of signing today beyond waiting; ``turns`` the medians within
    the range at which a party turns; ``beyond`` those far above it, for who turns nowhere within.
    """

    clock: str
    deal: DealId
    medians: Floats
    parties: tuple[PartyId, ...]
    gains: Floats
    turns: tuple[tuple[PartyId, float], ...]
    beyond: tuple[tuple[PartyId, float], ...]


@dataclass(frozen=True, slots=True)
class Ripeness:
    """Does time hurt a party, and does it see a way out, at one date?

    ``drift`` is what lies ahead without any deal, compared with today lasting for ever at no
    cost, in days of having all that it wants instead of none of it: below zero, time hurts it. ``way_out`` tells
    whether some package would suit it and everybody else whose consent that needs.
    """

    party: PartyId
    period: int
    drift: float
    way_out: bool
    in_office: bool


@dataclass(frozen=True, slots=True, eq=False)
class WaitAnswer:
    """Who gains by waiting, until when, and what happens by which date.

    ``ripeness`` is of those whose consent some deal needs. ``halving`` is the furthest that a gain
    on the first day moved when every period was halved, ``halving_turns`` whom that turned.
    """

    as_of: date

    parties: tuple[PartyId, ...]
    deals: tuple[DealWaiting, ...]
    ways: tuple[Way, ...]
    events: tuple[tuple[int, str, str], ...]
    """Period, name and words of each dated event within the horizon."""
    medians: tuple[tuple[str, str, float, float, float], ...]
    """Clocks of chance: name, words, and the days by which they are as likely as not to strike."""
    break_evens: tuple[BreakEven, ...]
    sweeps: tuple[Sweep, ...]
    ripeness: tuple[Ripeness, ...]
    n_periods: int
    step: float
    n_draws: int
    seed: int
    halving: float
    halving_turns: tuple[tuple[PartyId, DealId], ...]
    assumed: tuple[Assumed, ...]
    notes: tuple[str, ...]
    narrowed: tuple[TableId, ...]
    basis: tuple[ClaimId, ...]
    method: str
    looked_into: bool = True
    """Whether it was asked what gains turn on; not where a game is too large to be solved often."""

    def day_of(self, period: int) -> date:
        """Return the day on which a period begins."""
        return self.as_of + timedelta(days=round(period * self.step))

    def deal(self, name: DealId) -> DealWaiting | None:
        return next((d for d in self.deals if d.deal == name), None)
