"""How a row of packages stands: whose consent it needs, who would give it, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable

from detente.analysis.consent import Standpoint
from detente.analysis.deal_answers import AskedAs, Consent
from detente.analysis.frame import Frame
from detente.analysis.packages import Number
from detente.engines.deal_space import Verdict
from detente.errors import NotFoundError
from detente.ledger import PartyId
from detente.model import TODAY, Case, Deal

__all__ = [
    "broken_rules",
    "check_against",
    "consents_at",
    "deal_verdict",
    "n_possible",
    "verdict_at",
]


def check_against(case: Case, against: str | None) -> None:
    """See that what deals are to be compared with exists.

    Raises
    ------
    NotFoundError
        If it is neither today, nor an ending or a deal.
    """
    if against is not None and against not in (TODAY, *case.endings, *case.deals):
        known = ", ".join([TODAY, *case.endings, *case.deals])
        raise NotFoundError(f"nothing to compare with is called {against!r}; there are: {known}")


def verdict_at(frame: Frame, row: int) -> Verdict:
    """Say whether all whose consent a row needs would give it; open where nobody is asked."""
    zone = frame.zone
    return Verdict.UNDECIDED if zone is None else Verdict(int(zone.verdict[row]))


def deal_verdict(frame: Frame, deal: Deal) -> Verdict:
    """Say whether all who must agree would rather have a deal; no, where it breaks a rule."""
    if broken_rules(frame, deal):
        return Verdict.NO
    return verdict_at(frame, frame.rows_of[deal.id])


def broken_rules(frame: Frame, deal: Deal) -> tuple[str, ...]:
    """Return the rules of the case that a deal breaks, in words."""
    outcome = frame.case.outcome(deal.id)
    return tuple(rule.words for rule in frame.case.rules if rule.is_broken_by(outcome))


def n_possible(frame: Frame, *, is_own: bool) -> Number:
    """Count possible packages; where they are not listed, only the case's own comparison asks more."""
    if frame.unlisted is None:
        return int(frame.is_possible.sum())
    return (
        frame.unlisted.n_possible if is_own else frame.unlisted.count(frame.unlisted.form.certain)
    )


def consents_at(frame: Frame, row: int) -> Iterable[Consent]:
    """Everybody asked first, then every other party whose view is stated."""
    others = [party for party in frame.case.views if party not in frame.parties]
    for party in (*frame.parties, *others):
        standpoint: Standpoint = frame.standpoints.get(party) or frame.standpoint(party)
        yield Consent(
            party,
            standpoint.holder,
            standpoint.stance(row),
            standpoint.reason(row),
            _asked_as(frame, party, row),
        )


def _asked_as(frame: Frame, party: PartyId, row: int) -> AskedAs:
    if party in frame.forum.must_agree:
        return "must agree"
    if party not in frame.parties:
        return ""
    if frame.required[row, frame.parties.index(party)]:
        return "can block"
    return "counts" if party in frame.forum.asked else ""
