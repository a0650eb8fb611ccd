"""Who is heard about whom, and who is not heard at all?"""

from __future__ import annotations

from detente.analysis import Analysis, NotHeard
from detente.ledger import ClaimId, PartyId
from detente.model import Case
from detente.reports.section import Section
from detente.reports.wording import listed, party_words, question_words

__all__ = ["heard", "not_heard_who_must_agree", "why_it_matters"]

SHOWN_ABOUT = 6


def heard(analysis: Analysis) -> Section | None:
    """Say whose words the case holds, about whom, and whose are missing."""
    case, voices = analysis.case, analysis.voices
    if not voices.n_claims:
        return None
    rows = []
    for voice in voices.voices:
        speaker = case.speakers[voice.speaker]
        own = tuple(c.id for c in case.claims.values() if c.origin == voice.speaker)
        count = f"counts as {speaker.count} people" if speaker.count > 1 else ""
        rows.append(
            {
                "name": speaker.name,
                "of": case.title_of(speaker.of) if speaker.of else "",
                "named": speaker.named,
                "count": count,
                "n": voice.n_claims,
                "about": _about(case, dict(voice.about)),
                "claims": own,
            }
        )
    silent = [
        {
            "name": case.title_of(s.party),
            "why": why_it_matters(case, s),
            "claims": s.claims_about,
        }
        for s in voices.not_heard
    ]
    return Section(
        id="heard",
        title="Who is heard, and who is not",
        question="Whose words is this built on?",
        answer=_answer(analysis),
        template="heard.html.j2",
        data={"voices": rows, "silent": silent},
        rests_on=_unnamed(analysis),
    )


def _answer(analysis: Analysis) -> str:
    case, voices = analysis.case, analysis.voices
    total = f"{voices.n_claims} claim{'s' if voices.n_claims != 1 else ''}"
    first = voices.voices[0]
    most = f"{first.n_claims} of {total} {'is' if first.n_claims == 1 else 'are'} the word of {case.speakers[first.speaker].name} alone"
    unnamed = f", {voices.n_unnamed} of unnamed voices" if voices.n_unnamed else ""
    silent = not_heard_who_must_agree(analysis)
    if silent:
        return (
            f"{most}{unnamed}; nobody speaks for {party_words(case, silent, 'or')}, who must agree."
        )
    if voices.not_heard:
        missing = party_words(case, (s.party for s in voices.not_heard), "or")
        return f"{most}{unnamed}; everyone who must agree is heard, nobody speaks for {missing}."
    return f"{most}{unnamed}; everyone who matters to a deal is heard."


def not_heard_who_must_agree(analysis: Analysis) -> tuple[PartyId, ...]:
    """Return those whose consent a named deal or a table needs and whom no source quotes."""
    silent = {s.party for s in analysis.voices.not_heard}
    asked = [c.party for d in analysis.deals.deals[:1] for c in d.consents if c.is_asked]
    asked += [] if asked else [p for t in analysis.deals.tables for p in t.asked]
    return tuple(p for p in dict.fromkeys(asked) if p in silent)


def why_it_matters(case: Case, silent: NotHeard) -> str:
    """Say in full why a party that is not heard matters."""
    words = []
    for why in silent.why_it_matters:
        if why.startswith("must act on "):
            issues = [i for i in case.issues.values() if _acts(case, silent.party, i.id)]
            why = "must act on " + listed(f"“{question_words(case, i.id)}”" for i in issues)
        words.append(why)
    return "; ".join(words)


def _acts(case: Case, party: PartyId, issue: str) -> bool:
    return any(
        option.done_by is not None and party in option.done_by.parties
        for i in case.issues.values()
        if i.id == issue
        for option in i.options
    )


def _about(case: Case, about: dict[PartyId, int]) -> str:
    order = sorted(about.items(), key=lambda item: (-item[1], item[0]))
    words = [f"{case.title_of(party)} ({n})" for party, n in order[:SHOWN_ABOUT]]
    more = len(order) - SHOWN_ABOUT
    return ", ".join(words) + (f", {more} more" if more > 0 else "")


def _unnamed(analysis: Analysis) -> tuple[ClaimId, ...]:
    case = analysis.case
    return tuple(c.id for c in case.claims.values() if not case.speakers[c.origin].named)
