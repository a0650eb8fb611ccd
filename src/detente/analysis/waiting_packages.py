"""Which packages may be signed where, who must agree, and who could break them how soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from detente.analysis.binding import asked_at
from detente.analysis.frame import Frame
from detente.analysis.frames import Frames
from detente.analysis.packages import Package
from detente.analysis.space import Codes, Space
from detente.ledger import PartyId
from detente.model import TODAY, Breaker, Case, DealId, IssueId, OptionId, Quota, TableId

__all__ = ["MOST_PACKAGES", "Candidate", "Gathered", "Venue"]

MOST_PACKAGES = 2_000
"""Packages of a table, beyond which only named deals and the best packages are reckoned with."""

Ints = npt.NDArray[np.intp]
Outcome = Mapping[IssueId, OptionId]


@dataclass(frozen=True, slots=True, eq=False)
class Venue:
    """Where packages are tabled: a table, or a deal on no table among those it asks."""

    table: TableId | None
    title: str
    seats: tuple[tuple[PartyId, float, float], ...]
    """Party, and the lowest and highest share of the meetings at which it is there."""
    deal: DealId | None = None
    """The deal on no table."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A package that may be signed, and where: a named deal, or what a table can make.

    ``breakers`` are those who could break it; ``remains`` is what stays of it once it is broken.
    None: breaking it would undo nothing, since what it has done cannot be undone.
    """

    deal: DealId | None
    venue: int
    package: Package
    asked: tuple[PartyId, ...]
    quota: Quota | None
    breakers: tuple[Breaker, ...]
    remains: Outcome | None

    @property
    def members(self) -> tuple[PartyId, ...]:
        """Everybody whose consent counts."""
        return tuple(dict.fromkeys((*self.asked, *(self.quota.of if self.quota else ()))))


@dataclass(frozen=True, eq=False)
class Gathered:
    """The packages of a case that are reckoned with.

    ``beside`` is one package without a name that is put beside the named deals, to see what
    signing it would be worth.
    """

    case: Case
    beside: tuple[int, Outcome] | None = None

    @cached_property
    def space(self) -> Space:
        return Space.of(self.case)

    @cached_property
    def is_exclusive(self) -> bool:
        """Whether a package in force always ends the talks at every other table."""
        return all(table.exclusive for table in self.case.tables.values())

    @cached_property
    def frames(self) -> Frames:
        return Frames(self.case, TODAY, 1)

    @cached_property
    def venues(self) -> tuple[Venue, ...]:
        found = [
            Venue(t.id, t.title, tuple((s.party, s.attends.low, s.attends.high) for s in t.seats))
            for t in self.case.tables.values()
        ]
        for deal in self.case.deals.values():
            if deal.table is None:
                asked, quota = asked_at(self.case, deal)
                everybody = dict.fromkeys((*asked, *(quota.of if quota else ())))
                seats = tuple((p, 1.0, 1.0) for p in everybody)
                found.append(Venue(None, deal.title, seats, deal.id))
        return tuple(found)

    @cached_property
    def _all(self) -> tuple[tuple[Candidate, ...], Codes, frozenset[TableId]]:
        candidates: list[Candidate] = []
        rows: list[Codes] = []
        narrowed: set[TableId] = set()
        for number, venue in enumerate(self.venues):
            named = [
                d for d in self.case.deals.values()
                if d.table == venue.table and venue.deal in (None, d.id)
            ]  # fmt: skip
            for deal in named:
                frame = self.frames.of_deal(deal)
                row = frame.rows_of[deal.id]
                candidates.append(self._candidate(frame, row, number, deal.id))
                rows.append(frame.codes[row])
            if venue.table is None:
                continue
            frame = self.frames.of_table(self.case.tables[venue.table])
            if not self.is_exclusive:
                narrowed.add(venue.table)
                if self.beside is not None and self.beside[0] == number:
                    listed = self._rows_like(frame, self.beside[1])
                    candidates += [self._candidate(frame, k, number, None) for k in listed]
                    rows += [frame.codes[k] for k in listed]
                continue
            listed_rows = _worth_listing(frame)
            if listed_rows is None or len(listed_rows) < frame.n_packages:
                narrowed.add(venue.table)
            own = [d for d in named if d.must_agree is None]
            taken = {tuple(frame.codes[frame.rows_of[d.id]]) for d in own}
            for k in () if listed_rows is None else listed_rows:
                if tuple(frame.codes[k]) not in taken:
                    candidates.append(self._candidate(frame, int(k), number, None))
                    rows.append(frame.codes[k])
        codes = np.array(rows, dtype=np.int32).reshape(len(rows), len(self.space.issues))
        return tuple(candidates), codes, frozenset(narrowed)

    def _rows_like(self, frame: Frame, says: Outcome) -> list[int]:
        row = frame.row_of_package(self.space.encode([{**self.case.today, **says}])[0])
        return [] if row is None else [row]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self._all[0]

    @property
    def codes(self) -> Codes:
        """What each package settles, all other issues as today, shape (D, n_issues)."""
        return self._all[1]

    @property
    def narrowed(self) -> frozenset[TableId]:
        """Tables of which not every package is reckoned with."""
        return self._all[2]

    @cached_property
    def named(self) -> Mapping[DealId, int]:
        return {c.deal: k for k, c in enumerate(self.candidates) if c.deal is not None}

    def is_tabled(self, d: int, mode: Literal["stated", "all"]) -> bool:
        """Whether a package is reckoned to be proposed by anybody."""
        candidate = self.candidates[d]
        stated = [
            c for c in self.candidates
            if c.venue == candidate.venue and c.deal and not self.case.deals[c.deal].ground.our_idea
        ]  # fmt: skip
        on_a_table = self.venues[candidate.venue].table is not None
        if mode == "all" or (on_a_table and not stated):
            return self.beside is None or candidate.deal is not None
        return candidate in stated

    def others_at(self, venue: int) -> tuple[Frame | None, Ints]:
        """Return a table's frame and the rows of its packages, named ones among them."""
        table = self.venues[venue].table
        if table is None:
            return None, np.zeros(0, dtype=np.intp)
        frame = self.frames.of_table(self.case.tables[table])
        listed = _worth_listing(frame)
        return frame, np.zeros(0, dtype=np.intp) if listed is None else listed

    def _candidate(self, frame: Frame, row: int, venue: int, deal: DealId | None) -> Candidate:
        asked = tuple(p for k, p in enumerate(frame.parties) if frame.required[row, k])
        package = frame.package(row)
        breakers = self._breakers(package.settles, venue, deal)
        remains = self._remains(package.settles, breakers)
        return Candidate(deal, venue, package, asked, frame.forum.quota, breakers, remains)

    def _breakers(self, settles: Outcome, venue: int, deal: DealId | None) -> tuple[Breaker, ...]:
        """Return who could break a package.

        One without a name is broken like the named deal of its table with which it has most terms
        in common, as far as it contains what would be broken.
        """
        if deal is None:
            table = self.venues[venue].table
            beside = [d for d in self.case.deals.values() if d.table == table]
            if not beside:
                return ()
            like = max(beside, key=lambda d: _in_common(settles, d.says))
            deal = like.id
        says = self.case.deals[deal].says
        return tuple(
            b for b in self.case.breakers
            if b.deal == deal
            and all(settles.get(i) == says.get(i) for i, o in b.sets.items() if says.get(i) != o)
        )  # fmt: skip

    def _remains(self, settles: Outcome, breakers: Iterable[Breaker]) -> Outcome | None:
        """Return what is left of a package once it is broken: what cannot be undone.

        What a breaker says that it would bring about goes before. Where what is left could not
        stand by itself, nothing falls: breaking it then undoes nothing.
        """
        undone = {issue for breaker in breakers for issue in breaker.sets}
        left = {
            issue: option
            for issue, option in settles.items()
            if self.case.issues[issue].option(option).irreversible and issue not in undone
        }
        if not left:
            return {}
        outcome = {**self.case.today, **left}
        if any(rule.is_broken_by(outcome) for rule in self.case.rules):
            return None
        return left


def _in_common(settles: Outcome, says: Outcome) -> int:
    return sum(settles.get(issue) == option for issue, option in says.items())


def _worth_listing(frame: Frame) -> Ints | None:
    """Return the packages of a table that are reckoned with; None where they cannot be listed."""
    if frame.unlisted is not None or frame.too_large:
        return None
    if frame.n_packages <= MOST_PACKAGES:
        return np.arange(frame.n_packages)
    front = frame.front
    if front is None:
        return None
    return np.flatnonzero(front.efficient)[:MOST_PACKAGES]
