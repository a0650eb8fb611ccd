"""Who is bound by a deal, and who would have to act without being bound."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from detente.ledger import PartyId
from detente.model import Case, Deal, IssueId, OptionId, Quota

__all__ = ["UnboundPerformer", "asked_at", "is_bound", "unbound_performers"]


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
    """Say whether a signer is the party, its principal, or the larger party it belongs to."""
    at: PartyId | None = party
    seen: set[PartyId] = set()
    while at is not None and at not in seen:
        if at in signers:
            return True
        seen.add(at)
        entry = case.parties[at]
        at = entry.acts_for or entry.part_of
    return False


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
