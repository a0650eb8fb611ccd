"""Who is bound by a deal, and who would have to act without being bound."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from detente.ledger import PartyId
from detente.model import Case, ClockId, Deal, IssueId, OptionId, Party, Quota

__all__ = [
    "UnboundPerformer",
    "asked_at",
    "beyond_mandate",
    "clocks_still_running",
    "is_bound",
    "unbound_performers",
]


@dataclass(frozen=True, slots=True)
class UnboundPerformer:
    """A party that must act for a term although nobody who agrees speaks for it."""

    party: PartyId
    issue: IssueId
    option: OptionId


def asked_at(case: Case, deal: Deal) -> tuple[tuple[PartyId, ...], Quota | None]:
    """Return whose consent a deal needs before any right to block: all of these, and a quota.

    The deal's own list goes before its table's. A deal on no table asks those who must act.
    """
    if deal.must_agree is not None:
        return deal.must_agree, None
    if deal.table is not None:
        table = case.tables[deal.table]
        return table.must_agree, table.enough
    performers = [party for party, _, _ in _performers(case, deal.says)]
    return tuple(dict.fromkeys(performers)), None


def is_bound(case: Case, party: PartyId, signers: Collection[PartyId]) -> bool:
    """Say whether a signer is the party, acts for it, or is its principal or larger party."""
    above = _chain(case, party, lambda entry: entry.acts_for or entry.part_of)
    if above & set(signers):
        return True
    return any(party in _chain(case, signer, lambda entry: entry.acts_for) for signer in signers)


def _chain(case: Case, start: PartyId, up: Callable[[Party], PartyId | None]) -> set[PartyId]:
    """Return the party and everybody above it, one step after the other."""
    seen: set[PartyId] = set()
    at: PartyId | None = start
    while at is not None and at not in seen:
        seen.add(at)
        at = up(case.parties[at])
    return seen


def clocks_still_running(case: Case, deal: Deal) -> tuple[ClockId, ...]:
    """Return the clocks with an ending of their own that a deal does not stop.

    A clock runs on under a deal if its condition still holds there, or if it has none. The deal
    is compared with other outcomes as if it lasted; what the clock does to it is another question.
    """
    outcome = case.outcome(deal.id)
    return tuple(
        clock.id
        for clock in case.clocks.values()
        if clock.then.ending is not None
        and (clock.while_ is None or clock.while_.holds(outcome))
        and any(outcome[issue] != option for issue, option in clock.then.ending.sets.items())
    )


def beyond_mandate(case: Case, deal: Deal) -> tuple[tuple[PartyId, str], ...]:
    """Return who sits at the deal's table without authority to offer one of its terms."""
    if deal.table is None:
        return ()
    outcome = case.outcome(deal.id)
    return tuple(
        (seat.party, statement.words)
        for seat in case.tables[deal.table].seats
        for statement in case.parties[seat.party].may_not_offer
        if statement.holds(outcome) and statement.issues() & set(deal.says)
    )


def unbound_performers(
    case: Case, says: Mapping[IssueId, OptionId], signers: Collection[PartyId]
) -> tuple[UnboundPerformer, ...]:
    """Find every performer of a term whom no signer binds.

    Where any one performer is enough, one bound performer is enough too.
    """
    found = []
    for party, issue, option in _performers(case, says):
        performers = case.issues[issue].option(option).done_by
        if performers is None or is_bound(case, party, signers):
            continue
        if performers.any_one and any(is_bound(case, p, signers) for p in performers.parties):
            continue
        found.append(UnboundPerformer(party, issue, option))
    return tuple(found)


def _performers(
    case: Case, says: Mapping[IssueId, OptionId]
) -> Iterable[tuple[PartyId, IssueId, OptionId]]:
    for issue_id, option_id in says.items():
        issue = case.issues[issue_id]
        performers = issue.option(option_id).done_by
        if performers is None or option_id == issue.today:
            continue
        for party in performers.parties:
            yield party, issue_id, option_id
