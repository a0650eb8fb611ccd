"""Variations of one case, built and examined once each, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from detente.analysis.change_answers import HoldShift, StanceShift, Turn, Variation, WaitShift
from detente.analysis.change_examined import Examined, Found, TableStand
from detente.analysis.change_fields import Altered, altered
from detente.analysis.change_seen import Sight
from detente.analysis.conclusions import Conclusion
from detente.analysis.deal_answers import Consent
from detente.analysis.hold_answers import DealHold
from detente.analysis.unlisted import MOST_POINTS
from detente.engines.deal_space import Verdict
from detente.engines.stability import Concept
from detente.errors import CaseFileError
from detente.ledger import PartyId
from detente.model import Case, DealId

__all__ = ["Beside", "Vary", "why_not"]

Vary = Callable[[tuple[str, ...]], Case]
"""Lays levers and scenarios over the case, by name; what cannot be is a ``CaseFileError``."""

Names = tuple[str, ...]


class Beside:
    """The variations of a case: each is built once, and what two of them share is found out once."""

    def __init__(
        self,
        vary: Vary,
        conclusions: Sequence[Conclusion],
        against: str | None = None,
        concept: Concept = Concept.SEQ,
        most_points: int = MOST_POINTS,
    ) -> None:
        self.conclusions = tuple(conclusions)
        self._vary = vary
        self._against, self._concept, self._most_points = against, concept, most_points
        self._found: Found = {}
        self._sight = Sight()
        self._examined: dict[Names, Examined | CaseFileError] = {}

    @property
    def n_variations(self) -> int:
        """How many cases were built, or could not be, besides the base."""
        return sum(1 for names in self._examined if names)

    def examined(self, names: Names) -> Examined:
        """Return the case with these laid over it, ready to be asked.

        Raises
        ------
        CaseFileError
            If there is no such case.
        """
        if names not in self._examined:
            try:
                case = self._vary(names)
                self._examined[names] = Examined(
                    case,
                    self._found,
                    self._against,
                    self._concept,
                    self._most_points,
                    self._sight,
                )
            except CaseFileError as error:
                self._examined[names] = error
        found = self._examined[names]
        if isinstance(found, CaseFileError):
            raise found
        return found

    def altered(self, names: Names, base: Names = ()) -> tuple[Altered, ...]:
        """Return the fields that differ once these are laid over ``base``.

        Raises
        ------
        CaseFileError
            If there is no such case.
        """
        return altered(self.examined(base).case, self.examined((*base, *names)).case)

    def variation(self, names: Names, base: Names = ()) -> Variation:
        """Set the case with these laid over ``base`` beside ``base`` itself."""
        try:
            after = self.examined((*base, *names))
            before = self.examined(base)
        except CaseFileError as error:
            return Variation(names, impossible=why_not(error))
        verdicts = tuple(c.verdict(after) for c in self.conclusions)
        turns = tuple(
            Turn(conclusion, was, verdict)
            for conclusion, verdict in zip(self.conclusions, verdicts, strict=True)
            if (was := conclusion.verdict(before)) is not verdict
        )
        tables = tuple(after.table(table) for table in after.case.tables)
        return Variation(
            names=names,
            verdicts=verdicts,
            tables=tables,
            turns=turns,
            stances=tuple(_stances(before, after)),
            holding=tuple(_holding(before, after)),
            waiting=tuple(_waiting(before, after)),
            altered=self.altered(names, base),
            counts=tuple(
                (before.table(table.table), table)
                for table in tables
                if _possible(before.table(table.table)) != _possible(table)
            ),
        )


def why_not(error: CaseFileError) -> str:
    """Say in one line why there is no such case."""
    return "; ".join(f"found {p.found}, expected {p.expected}" for p in error.problems[:3])


def _possible(table: TableStand) -> tuple[object, ...]:
    return table.n_possible, table.n_undecided


def _stances(before: Examined, after: Examined) -> Iterator[StanceShift]:
    for deal in after.case.deals:
        old, new = _by_party(before, deal), _by_party(after, deal)
        for party in dict.fromkeys((*new, *old)):
            shift = StanceShift(deal, party, old.get(party), new.get(party))
            if shift.is_asked and _stand(shift.before) != _stand(shift.after):
                yield shift


def _by_party(examined: Examined, deal: DealId) -> dict[PartyId, Consent]:
    return {consent.party: consent for consent in examined.deal(deal).consents}


def _stand(consent: Consent | None) -> tuple[object, ...]:
    return () if consent is None else (consent.stance, consent.is_asked, consent.asked_as == "")


def _holding(before: Examined, after: Examined) -> Iterator[HoldShift]:
    for deal in after.case.deals:
        old, new = before.hold(deal), after.hold(deal)
        unbound_old, unbound_new = before.deal(deal).unbound, after.deal(deal).unbound
        shift = HoldShift(
            deal,
            no_longer_stop=_without(_stopping(old), _stopping(new)),
            now_stop=_without(_stopping(new), _stopping(old)),
            no_longer_break=_without(_breaking(old), _breaking(new)),
            now_break=_without(_breaking(new), _breaking(old)),
            no_longer_unbound=_without(unbound_old, unbound_new),
            now_unbound=_without(unbound_new, unbound_old),
        )
        if shift.is_any:
            yield shift


def _waiting(before: Examined, after: Examined) -> Iterator[WaitShift]:
    for deal in after.case.deals:
        old, new = before.wait(deal), after.wait(deal)
        if Verdict.UNDECIDED in (old.verdict, new.verdict):
            # it can be signed on no day, or of one of them too little is said to compare
            if old.agreed is None or new.agreed is None:
                continue
            shift = WaitShift(deal, (), (), (old.agreed, new.agreed))
        else:
            shift = WaitShift(
                deal,
                _without(old.waiting, (*new.waiting, *new.refusing)),
                _without(new.waiting, (*old.waiting, *old.refusing)),
                (old.agreed, new.agreed),
            )
        if shift.is_any:
            yield shift


def _stopping(hold: DealHold) -> tuple[PartyId, ...]:
    return tuple(dict.fromkeys(stop.party for stop in hold.performance.stops_that_matter))


def _breaking(hold: DealHold) -> tuple[PartyId, ...]:
    return tuple(keeping.party for keeping in hold.breakers)


def _without(some: Sequence[PartyId], others: Sequence[PartyId]) -> tuple[PartyId, ...]:
    return tuple(party for party in some if party not in others)
