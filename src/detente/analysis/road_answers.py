"""The roads from today, and where things come to rest."""

from __future__ import annotations

from dataclasses import dataclass

from detente.analysis.conflict_actions import Change
from detente.analysis.packages import Package
from detente.ledger import PartyId
from detente.model import ClockId, IssueId

__all__ = ["Resting", "Road", "RoadStep", "Roads"]


@dataclass(frozen=True, slots=True)
class RoadStep:
    """One move on a road: who makes it, what it changes, whether it gains, whether it is bound.

    ``party`` is None where time does it: then ``clock`` says which clock.
    """

    party: PartyId | None
    clock: ClockId | None
    changes: tuple[Change, ...]
    gains: bool
    is_hole: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Road:
    """The shortest road from today to an ending, and the shortest by improvements alone."""

    to: str
    steps: tuple[RoadStep, ...] | None
    by_gains: tuple[RoadStep, ...] | None


@dataclass(frozen=True, slots=True)
class Resting:
    """Where things come to rest: states that nobody whose wants are known would leave alone.

    ``named`` are today, deals and endings among them, by the nearest state that stands for each.
    ``n_reached`` counts those that steps lead to from today by which everybody gains, today itself
    if it is one; ``n_states`` all of them.
    """

    named: tuple[str, ...]
    n_reached: int
    n_states: int
    leave_today: tuple[PartyId, ...] = ()
    """Who would leave today, if it is none of them."""
    unclear: tuple[PartyId, ...] = ()
    """Those of whose wants too little is stated to reckon with their moves."""
    best: tuple[Package, ...] = ()
    """Where no deal and no ending has a name: resting points that moves lead to from today and that no
    other of them is better than for everybody, nearest first."""
    n_more: int = 0
    """How many more there are."""


@dataclass(frozen=True, slots=True)
class Roads:
    """The roads from today to each ending; ``left_out`` names issues that were held as today."""

    roads: tuple[Road, ...]
    n_states: int
    n_reached: int
    left_out: tuple[IssueId, ...] = ()
    too_large: str = ""
    resting: Resting | None = None
