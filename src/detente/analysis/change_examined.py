"""One variation of a case, asked only what somebody wants to know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from detente.analysis.binding import (
    beyond_mandate,
    clocks_still_running,
    unbound_performers,
)
from detente.analysis.change_fields import Lens
from detente.analysis.change_seen import Sight
from detente.analysis.deal_answers import Consent
from detente.analysis.deal_consents import consents_at, deal_verdict, n_possible
from detente.analysis.frames import Frames
from detente.analysis.hold import hold_of
from detente.analysis.hold_answers import DealHold
from detente.analysis.packages import Number
from detente.analysis.unlisted import MOST_POINTS
from detente.analysis.wait_stands import WaitStand, wait_stands
from detente.engines.deal_space import Verdict
from detente.engines.stability import Concept
from detente.ledger import PartyId
from detente.model import Blank, Case, ClockId, Deal, DealId, TableId

__all__ = ["DealStand", "Examined", "Found", "TableStand"]

T = TypeVar("T")
Found = dict[object, Any]
"""What was found out, by question and by what the question sees of a case; shared by variations."""


@dataclass(frozen=True, slots=True)
class DealStand:
    """How everybody stands to one deal, who must act unbound, who has no authority, what time may do."""

    verdict: Verdict
    consents: tuple[Consent, ...]
    unbound: tuple[PartyId, ...]
    beyond_mandate: tuple[tuple[PartyId, str], ...]
    still_running: tuple[ClockId, ...]


@dataclass(frozen=True, slots=True)
class TableStand:
    """How many packages of a table all who must agree could live with; None where not counted."""

    table: TableId
    n_packages: int | None
    n_possible: Number | None
    n_undecided: Number | None

    @property
    def verdict(self) -> Verdict:
        """Whether there is such a package."""
        if self.n_possible is None:
            return Verdict.UNDECIDED
        low, high = _bounds(self.n_possible)
        if low:
            return Verdict.YES
        return Verdict.UNDECIDED if high or self.n_undecided != 0 else Verdict.NO


def _bounds(number: Number) -> tuple[int, int]:
    return (number, number) if isinstance(number, int) else (number.at_least, number.at_most)


@dataclass(frozen=True, eq=False)
class Examined:
    """A case that answers one question at a time.

    Variations that share ``found`` and ``sight`` share answers wherever a question sees the same in both of them.
    """

    case: Case
    found: Found = field(default_factory=dict)
    against: str | None = None
    concept: Concept = Concept.SEQ
    most_points: int = MOST_POINTS
    sight: Sight = field(default_factory=Sight)

    @cached_property
    def _prints(self) -> dict[tuple[Lens, str], int]:
        return {}

    def ask(self, lens: Lens, about: str, work: Callable[[], T], deal: str = "") -> T:
        """Answer a question of a lens, once for all variations in which it sees the same."""
        if (lens, deal) not in self._prints:
            seen = ("seen by", lens, deal, self.sight.fingerprint(self.case, lens, deal))
            self._prints[lens, deal] = self.found.setdefault(seen, len(self.found))
        key = (lens, about, self._prints[lens, deal])
        if key not in self.found:
            self.found[key] = work()
        answer: T = self.found[key]
        return answer

    @cached_property
    def _frames(self) -> Frames:
        return Frames(self.case, self.against, self.most_points)

    def deal(self, deal: DealId) -> DealStand:
        """How everybody stands to a deal."""
        return self.ask("deals", deal, lambda: self._deal(self.case.deals[deal]))

    def table(self, table: TableId) -> TableStand:
        """How many packages of a table are possible."""
        return self.ask("deals", table, lambda: self._table(table))

    def hold(self, deal: DealId) -> DealHold:
        """Whether a deal would be carried out and kept."""
        return self.ask("hold", deal, lambda: hold_of(self.case, deal, self.concept), deal)

    def wait(self, deal: DealId) -> WaitStand:
        """Who would rather wait than sign a deal, and how likely it is agreed first."""
        stands = self.ask("wait", "", lambda: wait_stands(self.case))
        return stands[deal]

    def is_checked(self, deal: DealId) -> bool:
        """Whether it is said of some term of a deal who checks it."""
        written = self.case.deals[deal]
        return any(
            not isinstance(who, Blank)
            for who in (written.who_checks, *(term.who_checks for term in written.terms))
        )

    def _deal(self, deal: Deal) -> DealStand:
        frame = self._frames.of_deal(deal)
        consents = tuple(consents_at(frame, frame.rows_of[deal.id]))
        signers = {consent.party for consent in consents if consent.asked_as}
        unbound = unbound_performers(self.case, deal.says, signers)
        return DealStand(
            deal_verdict(frame, deal),
            consents,
            tuple(dict.fromkeys(hole.party for hole in unbound)),
            beyond_mandate(self.case, deal),
            clocks_still_running(self.case, deal),
        )

    def _table(self, name: TableId) -> TableStand:
        table = self.case.tables[name]
        if not table.scope:
            return TableStand(name, None, None, None)
        frame = self._frames.of_table(table)
        unlisted, zone = frame.unlisted, frame.package_zone
        if frame.too_large or (unlisted is not None and unlisted.too_entangled):
            return TableStand(name, None, None, None)
        possible = n_possible(frame, is_own=True)
        if unlisted is not None:
            return TableStand(name, unlisted.n_packages, possible, unlisted.n_undecided)
        undecided = zone.n_undecided if zone is not None else frame.n_packages
        return TableStand(name, frame.n_packages, possible, undecided)
