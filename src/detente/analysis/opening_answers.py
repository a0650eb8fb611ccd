"""Why a table is empty, and what would open it: the shape of the answer.

A demand is something that a package has to meet: that a party has no less than without a deal,
that it crosses no red line of its, that enough of those counted agree, that a rule of the case
holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from detente.analysis.packages import Package
from detente.ledger import PartyId
from detente.model import Ground, IssueId

__all__ = ["Concession", "Demand", "Opening", "ScopeChange", "SeatChange", "WayOut"]

DemandKind = Literal["floor", "score", "red line", "block", "quota", "rule"]


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that a package has to meet. ``words`` are those of the case file, where it has any.

    For a ``floor`` they name what the party compares with, for a ``score`` what it asks at least.
    """

    kind: DemandKind
    party: PartyId | None
    words: str
    ground: Ground = Ground()


@dataclass(frozen=True, slots=True)
class WayOut:
    """A largest set of demands that one package meets, said by what it leaves unmet."""

    unmet: tuple[Demand, ...]
    package: Package | None


@dataclass(frozen=True, slots=True)
class Concession:
    """The least that would open the table if this party alone were moved, in its own points.

    A side payment, a guarantee, or a threat against no deal worth so much to it. ``points`` is
    None where moving this party alone is not enough.
    """

    party: PartyId
    points: float | None
    package: Package | None
    is_proven: bool


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """An issue that opens the table when it is added to the scope, or taken out of it."""

    issue: IssueId
    is_added: bool
    package: Package


@dataclass(frozen=True, slots=True)
class SeatChange:
    """A party without whose consent something would be possible, and the package."""

    party: PartyId
    package: Package


@dataclass(frozen=True, slots=True)
class Opening:
    """Why a table is empty, and which single change would open it.

    ``conflicts`` are irreducible: each would vanish if one of its demands were dropped. Where
    ``is_complete``, they are all there are, and ``ways_out`` all largest sets that still agree.
    ``left_out`` says what there was no time for.
    """

    conflicts: tuple[tuple[Demand, ...], ...]
    ways_out: tuple[WayOut, ...]
    is_complete: bool
    concessions: tuple[Concession, ...]
    scope: tuple[ScopeChange, ...]
    seats: tuple[SeatChange, ...]
    left_out: tuple[str, ...]
    method: str
