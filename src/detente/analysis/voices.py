"""Who is heard about whom, and who is not heard at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from detente.ledger import ClaimId, PartyId, SpeakerId
from detente.model import Case

__all__ = ["NotHeard", "Voice", "Voices", "voices_of"]


@dataclass(frozen=True, slots=True)
class Voice:
    """One origin of claims: how many are its own, and about whom."""

    speaker: SpeakerId
    n_claims: int
    about: Mapping[PartyId, int]


@dataclass(frozen=True, slots=True)
class NotHeard:
    """A party that matters and has no voice in the sources, and the claims others make about it."""

    party: PartyId
    why_it_matters: tuple[str, ...]
    claims_about: tuple[ClaimId, ...]


@dataclass(frozen=True, slots=True)
class Voices:
    """The matrix of who speaks about whom, and its empty rows."""

    voices: tuple[Voice, ...]
    not_heard: tuple[NotHeard, ...]
    n_unnamed: int
    n_claims: int


def voices_of(case: Case) -> Voices:
    """Count the claims by the end of their chain of speakers.

    A party is heard if a speaker anywhere in a chain speaks for it, or for a party that belongs
    to it or acts for it.
    """
    own: Counter[SpeakerId] = Counter()
    about: dict[SpeakerId, Counter[PartyId]] = {}
    heard: set[PartyId] = set()
    unnamed = 0
    for claim in case.claims.values():
        own[claim.origin] += 1
        about.setdefault(claim.origin, Counter()).update(claim.about)
        unnamed += not case.speakers[claim.origin].named
        for name in claim.by:
            heard.update(_upwards(case, case.speakers[name].of))
    voices = tuple(
        Voice(speaker, n, dict(sorted(about[speaker].items())))
        for speaker, n in sorted(own.items(), key=lambda item: (-item[1], item[0]))
    )
    not_heard = []
    for party in case.parties.values():
        why = _why_it_matters(case, party.id)
        if why and party.id not in heard:
            claims = tuple(c.id for c in case.claims.values() if party.id in c.about)
            not_heard.append(NotHeard(party.id, why, claims))
    return Voices(voices, tuple(not_heard), unnamed, len(case.claims))


def _upwards(case: Case, party: PartyId | None) -> set[PartyId]:
    """Return the party, its principal, and what it is part of, all the way up."""
    found: set[PartyId] = set()
    waiting = [party]
    while waiting:
        at = waiting.pop()
        if at is None or at in found:
            continue
        found.add(at)
        waiting += [case.parties[at].acts_for, case.parties[at].part_of]
    return found


def _why_it_matters(case: Case, party: PartyId) -> tuple[str, ...]:
    why = []
    if any(party in table.must_agree for table in case.tables.values()):
        why.append("must agree")
    acts = sorted(
        issue.id
        for issue in case.issues.values()
        if any(o.done_by is not None and party in o.done_by.parties for o in issue.options)
    )
    if acts:
        why.append("must act on " + ", ".join(acts))
    if case.parties[party].can_block:
        why.append("can block")
    if case.parties[party].bears:
        why.append("bears the cost")
    if any(party in deal.leaves_out for deal in case.deals.values()):
        why.append("is left out of a deal")
    return tuple(why)
