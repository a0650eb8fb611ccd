"""What time does by itself, as worlds: which clock has struck, and what held besides.

A world says of every clock whether it has struck and, where the case says ``perhaps``, with which
of the things that may follow. Dates of the case that are no clocks (a table opens, somebody's time
is up) are clocks here too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import product

import numpy as np

from detente.analysis.reckoning import Draws, Floats, Reckoning, Span
from detente.ledger import PartyId, Period, Quantity, in_days
from detente.model import TODAY, Case, Clock, IssueId, OptionId, Perhaps, Table, TableId

__all__ = ["MOST_WORLDS", "Tick", "Timeline", "World", "median_span"]

MOST_WORLDS = 256
"""Worlds up to which time is reckoned with; they multiply with every clock."""

BASE_HORIZON = 180
LONGEST_HORIZON = 3 * 366
MOST_PERIODS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """One clock as the engine needs it: when it strikes, and what may follow.

    Exactly one of ``day`` (days from the day of the case), ``median`` (days, one per draw) and
    ``quantiles`` is given. ``branches`` are the sets of uncertain consequences that may hold once
    it has struck; ``chances`` of them per party (None: the analyst), shape (n + 1, n_branches).
    """

    name: str
    what: str
    clock: Clock | None = None
    day: float | None = None
    median: Floats | None = None
    quantiles: tuple[tuple[float, float], tuple[float, float]] | None = None
    branches: tuple[tuple[Perhaps, ...], ...] = ((),)
    chances: Mapping[PartyId | None, Floats] = field(default_factory=dict)
    opens: tuple[TableId, ...] = ()
    closes: tuple[TableId, ...] = ()
    leaves: PartyId | None = None
    """Whose time is up."""
    ends_talks: bool = False
    """Whether what each party expects without a deal follows from then on."""


@dataclass(frozen=True, slots=True)
class World:
    """Which clocks have struck: for each 0, or 1 and the number of the branch that holds."""

    state: tuple[int, ...]
    sets: Mapping[IssueId, OptionId]
    open_tables: frozenset[TableId]
    successor_of: Mapping[PartyId, PartyId]
    gone: frozenset[PartyId]
    not_yet: frozenset[PartyId]
    is_ended: bool
    """Whether a clock has brought an ending."""
    is_over: bool = False
    """Whether the talks are over, and what each party expects without a deal has come."""

    def in_place_of(self, party: PartyId) -> PartyId:
        """Return who holds a party's place in this world."""
        seen: set[PartyId] = set()
        while party in self.successor_of and party not in seen:
            seen.add(party)
            party = self.successor_of[party]
        return party


@dataclass(frozen=True, eq=False)
class Timeline:
    """The clocks of a case, its horizon and its worlds."""

    case: Case
    ticks: tuple[Tick, ...]
    horizon: float
    step: float

    @classmethod
    def of(cls, case: Case, reckoning: Reckoning, draws: Draws) -> Timeline:
        """Turn clocks and dates into ticks and choose horizon and step."""
        ticks = [_tick(case, clock, draws) for clock in case.clocks.values()]
        ticks += _other_dates(case)
        horizon = _horizon(case, ticks, reckoning)
        step = reckoning.step or next(
            (float(s) for s in (1, 2, 7, 14) if horizon / s <= MOST_PERIODS), 30.0
        )
        if _expects_something_else(case):
            over = Tick("end of the talks", "The talks are over", day=horizon, ends_talks=True)
            ticks.append(over)
        return cls(case, tuple(ticks), horizon, step)

    @property
    def n_periods(self) -> int:
        return max(1, math.ceil(self.horizon / self.step - 1e-9))

    def day_of(self, period: int) -> date:
        """Return the day on which a period begins."""
        return self.case.as_of.first + timedelta(days=round(period * self.step))

    def period_of(self, tick: Tick) -> int | None:
        """Return the first period in which a dated clock has struck."""
        return None if tick.day is None else max(0, math.ceil(tick.day / self.step - 1e-9))

    @property
    def beyond(self) -> tuple[Tick, ...]:
        """Dates that lie beyond the last period."""
        return tuple(t for t in self.ticks if (self.period_of(t) or 0) > self.n_periods)

    @property
    def past(self) -> tuple[Tick, ...]:
        """Dates up to the day of the case: they have struck."""
        return tuple(t for t in self.ticks if self.period_of(t) == 0)

    @property
    def ahead(self) -> tuple[Tick, ...]:
        """Dates in between."""
        return tuple(t for t in self.ticks if 0 < (self.period_of(t) or 0) <= self.n_periods)

    @cached_property
    def states(self) -> tuple[tuple[int, ...], ...]:
        """All worlds, the first clock slowest."""
        return tuple(product(*(range(1 + len(tick.branches)) for tick in self.ticks)))

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        return tuple(self._world(state) for state in self.states)

    @property
    def start(self) -> int:
        """The world on the day of the case: past dates have struck, nothing else has.

        Where something followed only perhaps, the likeliest branch is taken.
        """
        return self.states.index(
            tuple(self.struck(tick) if tick in self.past else 0 for tick in self.ticks)
        )

    @cached_property
    def along(self) -> tuple[int, ...]:
        """The world at the start of each period if no clock strikes by chance, nothing is agreed.

        Where something follows only perhaps, the likeliest branch is taken.
        """
        found = [self.start]
        for period in range(1, self.n_periods + 1):
            state = self.states[found[-1]]
            found.append(self.states.index(tuple(
                self.struck(tick) if self.period_of(tick) == period and self.runs(tick, found[-1]) else before
                for tick, before in zip(self.ticks, state, strict=True)
            )))  # fmt: skip
        return tuple(found)

    def runs(self, tick: Tick, world: int) -> bool:
        """Whether a clock runs in a world while nothing has been agreed."""
        condition = None if tick.clock is None else tick.clock.while_
        return condition is None or condition.holds({**self.case.today, **self.worlds[world].sets})

    @staticmethod
    def struck(tick: Tick) -> int:
        """Return the state of a clock that has struck, with the likeliest of what may follow it."""
        return 1 + (int(np.argmax(tick.chances[None][0])) if len(tick.branches) > 1 else 0)

    @cached_property
    def _order(self) -> tuple[int, ...]:
        """The ticks in the order in which what they bring is taken to come, later over earlier.

        Dated ones by their dates; those that come by chance after them, as the case lists them.
        """
        days = [math.inf if tick.day is None else tick.day for tick in self.ticks]
        return tuple(sorted(range(len(days)), key=days.__getitem__))

    def _world(self, state: Sequence[int]) -> World:
        case = self.case
        sets: dict[IssueId, OptionId] = {}
        opened: set[TableId] = set()
        closed: set[TableId] = set()
        successor: dict[PartyId, PartyId] = {}
        not_yet: set[PartyId] = set()
        gone: set[PartyId] = set()
        is_ended = False
        for k in self._order:
            tick, value = self.ticks[k], state[k]
            then = () if tick.clock is None else (tick.clock.then,)
            certain = [(t.replaces, t.opens, t.closes) for t in then]
            perhaps = [
                (p.replaces, p.opens, p.closes) for p in (tick.branches[value - 1] if value else ())
            ]
            turns = [t.replaces for t in then] + [p.replaces for t in then for p in t.perhaps]
            not_yet.update(new for replaces in turns for _, new in replaces)
            if not value:
                continue
            opened.update(tick.opens)
            closed.update(tick.closes)
            if tick.leaves is not None:
                gone.add(tick.leaves)
            for replaces, opens, closes in (*certain, *perhaps):
                successor.update(replaces)
                gone.update(old for old, _ in replaces)
                opened.update(opens)
                closed.update(closes)
            if tick.clock is not None and tick.clock.then.ending is not None:
                is_ended = True
                settled = tick.clock.then.ending.sets
                sets.update(settled)
                # What it settles is no longer on any table.
                closed.update(t.id for t in case.tables.values() if set(settled) & set(t.scope))
        shut = self._opened_by_something - opened
        open_tables = frozenset(t for t in case.tables if t not in shut and t not in closed)
        return World(
            tuple(state), sets, open_tables, successor, frozenset(gone),
            frozenset(not_yet - set(successor.values())), is_ended,
            any(t.ends_talks and v for t, v in zip(self.ticks, state, strict=True)),
        )  # fmt: skip

    @cached_property
    def _opened_by_something(self) -> set[TableId]:
        return {
            table
            for tick in self.ticks
            for table in (
                *tick.opens,
                *(() if tick.clock is None else tick.clock.then.opens),
                *(o for branch in tick.branches for p in branch for o in p.opens),
            )
        }


def _expects_something_else(case: Case) -> bool:
    """Whether somebody expects without a deal what no clock brings about.

    Where a clock brings an ending, time itself leads to what follows without a deal. Where none
    does, what a party expects is what it has once the talks are over.
    """
    if any(clock.then.ending is not None for clock in case.clocks.values()):
        return False
    fallbacks = (view.fallback for view in case.views.values() if view.preference is not None)
    return any(f is not None and f.names != (TODAY,) for f in fallbacks)


def _tick(case: Case, clock: Clock, draws: Draws) -> Tick:
    branches: tuple[tuple[Perhaps, ...], ...] = ((),)
    chances: dict[PartyId | None, Floats] = {}
    if clock.then.perhaps:
        holds = list(product((True, False), repeat=len(clock.then.perhaps)))
        branches = tuple(
            tuple(p for p, on in zip(clock.then.perhaps, row, strict=True) if on) for row in holds
        )
        single: dict[PartyId | None, list[Floats]] = {
            None: [draws.likelihood(case.chances[p.chance].likelihood) for p in clock.then.perhaps]
        }
        for view in case.views.values():
            own = dict(view.believes)
            if any(p.chance in own for p in clock.then.perhaps):
                single[view.party] = [
                    draws.likelihood(own[p.chance]) if p.chance in own else single[None][k]
                    for k, p in enumerate(clock.then.perhaps)
                ]
        for who, each in single.items():
            columns = [
                np.prod([c if on else 1 - c for c, on in zip(each, row, strict=True)], axis=0)
                for row in holds
            ]
            chances[who] = np.column_stack(columns)
    tick = Tick(clock.id, clock.what, clock, branches=branches, chances=chances)
    if clock.on is not None:
        return replace(tick, day=float(_days_until(case, clock.on)))
    if clock.likely_by:
        points = sorted(((c.low + c.high) / 2, in_days(t).middle) for c, t in clock.likely_by)
        return replace(tick, quantiles=(points[0], points[1]))
    return replace(tick, median=draws.between(median_span(clock), by_factor=True))


def median_span(clock: Clock) -> Span:
    """Return the median of a clock of chance in days, with our uncertainty about it."""
    stated = clock.half_likely_by or clock.half_likely_between
    outer = clock.half_likely_between or clock.half_likely_by
    if stated is None or outer is None:
        return Span(math.inf, math.inf, math.inf)
    inner, around = in_days(stated), in_days(outer)
    return Span.of_factor(around.low, inner.best, around.high)


def _days_until(case: Case, period: Period) -> int:
    return (period.first - case.as_of.first).days


def _other_dates(case: Case) -> list[Tick]:
    """Dates on which a table opens or closes, or a party's time is up."""
    found: list[Tick] = []
    for table in case.tables.values():
        found += _table_dates(case, table)
    replaced = {old for c in case.clocks.values() for old, _ in c.then.replaces}
    replaced |= {old for c in case.clocks.values() for p in c.then.perhaps for old, _ in p.replaces}
    for view in case.views.values():
        if isinstance(view.time_left, Quantity) and view.preference and view.party not in replaced:
            day = in_days(view.time_left).middle
            words = f"The time of {case.parties[view.party].name} is up"
            found.append(Tick(f"time of {view.party}", words, day=day, leaves=view.party))
    return found


def _table_dates(case: Case, table: Table) -> list[Tick]:
    found = []
    if table.opens is not None and (day := _days_until(case, table.opens)) > 0:
        words = f"{table.title}: they open"
        found.append(Tick(f"opening of {table.id}", words, day=float(day), opens=(table.id,)))
    if table.closes is not None:
        day = (table.closes.last - case.as_of.first).days + 1
        words = f"{table.title}: they close"
        found.append(Tick(f"closing of {table.id}", words, day=float(day), closes=(table.id,)))
    return found


def _horizon(case: Case, ticks: Sequence[Tick], reckoning: Reckoning) -> float:
    if reckoning.until is not None:
        return float(max(1, (reckoning.until - case.as_of.first).days))
    needed = [float(BASE_HORIZON)]
    for tick in ticks:
        if tick.day is not None:
            needed.append(tick.day + 60)
        elif tick.median is not None and math.isfinite(tick.median[0]):
            needed.append(3 * float(tick.median[0]))
        elif tick.quantiles is not None:
            needed.append(1.5 * tick.quantiles[1][1])
    return float(min(math.ceil(max(needed)), LONGEST_HORIZON))
