"""What would change this: the answer in a sentence, the searches, and who holds which lever."""

from __future__ import annotations

from collections.abc import Sequence

from detente.analysis.change_answers import (
    ChangeAnswer,
    HeldLever,
    PartyLeverage,
    Search,
    Variation,
)
from detente.analysis.conclusions import Conclusion
from detente.engines.deal_space import Verdict
from detente.ledger import ClaimId
from detente.model import Case
from detente.reports.case_words import chance_words
from detente.reports.change_words import (
    FLAW_WORDS,
    conclusion_words,
    names_words,
    title_words,
    worth_words,
)
from detente.reports.wording import counted, listed, party_words, sentence_start, the_party

__all__ = [
    "HOW_SEARCHED",
    "authority_words",
    "believed_words",
    "change_answer_basis",
    "change_answer_sentence",
    "event_worth_words",
    "flaw_sentences",
    "holder_words",
    "search_sentence",
    "search_sentences",
    "turned_by",
]

MOST_NAMED = 3

HOW_SEARCHED = (
    "What levers do together need not be what each does alone, so that every set is tried, the "
    "smallest first."
)
"""Said once of all searches."""


# --- the answer -----------------------------------------------------------------------------


def change_answer_sentence(case: Case, answer: ChangeAnswer) -> str:
    """Say in one sentence what turns the main conclusion, or that nothing stated does."""
    main = answer.main
    if main is None:
        return "There is no deal and no table of which anything could be concluded."
    search = answer.searches[0] if answer.searches else None
    turning = turned_by(case, answer, main)
    scenarios = [v for v in turning if v.names[0] in case.scenarios]
    statement = sentence_start(conclusion_words(case, main, _sought(answer, main)))
    if search is None:
        if turning:
            return f"{statement} {_came_about(case, turning)}."
        as_is = conclusion_words(case, main, answer.base.verdicts[answer.conclusions.index(main)])
        return f"Nothing that the case names would change that {as_is}."
    if search.found:
        also = f", or {_came_about(case, scenarios)}" if scenarios else ""
        return f"{statement} {_done(case, search.found)}{also}."
    others = [other for other in answer.searches[1:] if other.found]
    if others and not scenarios:
        other = others[0]
        what = conclusion_words(case, other.conclusion, other.sought)
        return f"{_nothing(case, search)}. But {what} {_done(case, other.found)}."
    if not scenarios:
        return f"{_nothing(case, search)}."
    no_lever = "No lever of the case bears on it"
    if search.levers:
        no_lever = f"{_no_lever(case, search)} would do it"
    return f"{statement} {_came_about(case, scenarios)}. {no_lever}."


def _sought(answer: ChangeAnswer, main: Conclusion) -> Verdict:
    if answer.searches:
        return answer.searches[0].sought
    now = answer.base.verdicts[answer.conclusions.index(main)]
    return Verdict.NO if now is Verdict.YES else Verdict.YES


def turned_by(case: Case, answer: ChangeAnswer, main: Conclusion) -> list[Variation]:
    """Return the variations of a single lever or scenario by which a conclusion becomes what is sought."""
    sought = _sought(answer, main)
    return [
        variation
        for variation in answer.variations
        if len(variation.names) == 1
        and any(t.conclusion == main and t.after is sought for t in variation.turns)
        and (variation.names[0] in case.levers or variation.names[0] in case.scenarios)
    ]


def _came_about(case: Case, variations: Sequence[Variation]) -> str:
    """Say if which of them came about; the first of many."""
    told = [names_words(case, variation.names) for variation in variations[:MOST_NAMED]]
    return f"if {listed(told, 'or')} came about"


def _done(case: Case, found: Sequence[tuple[str, ...]]) -> str:
    """Say if which smallest sets of levers were pulled; the first of many."""
    told = []
    for names in found[:MOST_NAMED]:
        titles = listed(f"“{title_words(case, name)}”" for name in names)
        told.append(titles if len(names) == 1 else f"{titles} together")
    more = len(found) - len(told)
    also = f", or {counted(more, 'other set')} of levers" if more else ""
    return f"if this were done: {', or '.join(told)}{also}"


def _no_lever(case: Case, search: Search) -> str:
    so_far = "" if search.is_complete else "As far as it was tried, no"
    n_asked = len(search.levers) + len(search.cannot_matter)
    of_these = "lever of the case" if n_asked == len(case.levers) else "lever named here"
    most = min(search.most, len(search.levers))
    together = f", nor up to {most} of them together," if most > 1 else ""
    return f"{so_far or 'No'} {of_these}{together}"


def _nothing(case: Case, search: Search) -> str:
    wanted = conclusion_words(case, search.conclusion, search.sought)
    if not search.levers:
        return f"Nothing that these levers change bears on whether {wanted}"
    return f"{_no_lever(case, search)} would bring it about that {wanted}"


def change_answer_basis(case: Case, answer: ChangeAnswer) -> tuple[ClaimId, ...]:
    """Return the claims behind the answer: of the levers and scenarios it names."""
    main = answer.main
    if main is None:
        return ()
    names = [n for v in turned_by(case, answer, main) for n in v.names]
    names += [n for s in answer.searches[:1] for found in s.found[:MOST_NAMED] for n in found]
    claims: dict[ClaimId, None] = {}
    for name in dict.fromkeys(names):
        thing = case.levers[name] if name in case.levers else case.scenarios[name]
        claims |= dict.fromkeys(thing.ground.claims)
    return tuple(claims)


# --- searches -------------------------------------------------------------------------------


def search_sentence(case: Case, search: Search) -> str:
    """Say what a search found."""
    wanted = conclusion_words(case, search.conclusion, search.sought)
    if search.found:
        return f"{sentence_start(wanted)} {_done(case, search.found)}."
    return f"{_nothing(case, search)}."


def search_sentences(case: Case, search: Search) -> list[str]:
    """Say how it is known: what was tried, what was left out, what cannot go together."""
    sentences = []
    sizes = f"up to {search.most} at a time" if search.most > 1 else "one at a time"
    n, tried = len(search.levers), search.n_tried - 1  # without the base, which was asked before
    if search.levers:
        of_these = "the only lever" if n == 1 else f"the {n} levers"
        sets = counted(max(tried, 0), "set")
        sentences.append(f"Tried: {sets} of {of_these} that can bear on it, {sizes}.")
    several = [found for found in search.found if len(found) > 1]
    if several:
        sentences.append("Every smaller part of a set that was found was tried, and is not enough.")
    if search.cannot_matter:
        left = listed(f"“{title_words(case, name)}”" for name in search.cannot_matter)
        sentences.append(f"Left out, since nothing they change bears on it: {left}.")
    for names, why in search.excluded:
        sentences.append(f"{names_words(case, names)} exclude each other: {why}.")
    for names, why in search.no_case:
        together = "together make" if len(names) > 1 else "makes"
        sentences.append(f"{names_words(case, names)} {together} no case that can be read: {why}.")
    if not search.is_complete:
        done = search.sizes_done
        upto = (
            f"Sets of up to {counted(done, 'lever')} were"
            if done > 0
            else "Not even single levers were"
        )
        sentences.append(f"{upto} all tried; then the search stopped, so that some may be missing.")
    return sentences


# --- who holds what -------------------------------------------------------------------------


def holder_words(case: Case, leverage: PartyLeverage) -> str:
    """Name whose levers they are."""
    if leverage.party is None:
        return "In nobody’s hands"
    return the_party(case, leverage.party, opens=True)


def authority_words(case: Case, held: HeldLever, holder: PartyLeverage) -> str:
    """Say who must authorise a lever, and whether that is whoever holds it."""
    if not held.must_authorise:
        return "nobody else named"
    if holder.party is not None and held.must_authorise == (holder.party,):
        return "itself"
    others = [p for p in held.must_authorise if p != holder.party]
    also = "itself and " if holder.party in held.must_authorise else ""
    return f"{also}{party_words(case, others)}"


def believed_words(held: HeldLever) -> str:
    """Say how likely the others are to believe it."""
    return chance_words(held.believed) if held.believed is not None else "not said"


def event_worth_words(case: Case, held: HeldLever) -> list[tuple[str, str]]:
    """Say what a lever does after each event where that is another thing than now, with the event."""
    now = worth_words(case, held.worth[0].variation)
    by_worth: dict[str, list[str]] = {}
    for worth in held.worth[1:]:
        words = worth_words(case, worth.variation)
        if words != now:
            by_worth.setdefault(words, []).append(f"“{title_words(case, worth.event)}”")
    told = [(f"after {listed(events, 'or')}", words) for words, events in by_worth.items()]
    n_same = len(held.worth) - 1 - sum(len(events) for events in by_worth.values())
    if n_same and told:
        told.append((f"after {counted(n_same, 'other event')}", "the same as now"))
    elif n_same:
        told.append((f"after {counted(n_same, 'event')} looked at", "the same as now"))
    return told


def flaw_sentences(case: Case, answer: ChangeAnswer) -> list[str]:
    """Say what a careful reader should know of the levers."""
    return [f"“{title_words(case, name)}”: {FLAW_WORDS[flaw]}." for name, flaw in answer.flaws]
