"""Whether a deal would hold, what would hold it, and for whom it is good: the answers in words."""

from __future__ import annotations

from detente.analysis import (
    Bearer,
    Binding,
    Bond,
    DealHold,
    HoldAnswer,
    Stance,
    StatedBreaker,
)
from detente.engines.deal_space import Verdict
from detente.ledger import ClaimId, PartyId
from detente.model import Case
from detente.reports.hold_words import (
    always_before_sentences,
    changes_words,
    order_words,
    why_words,
)
from detente.reports.wording import against_words, counted, listed, party_words, the_party

__all__ = [
    "bearer_sentence",
    "binding_sentences",
    "bond_sentences",
    "group_sentences",
    "hold_answer_basis",
    "hold_answer_sentence",
    "hold_in_short",
    "hold_sentence",
    "stated_sentence",
]

# --- what would hold it -----------------------------------------------------------------


def binding_sentences(case: Case, hold: DealHold) -> list[str]:
    """Say which consequences would make a deal hold that does not."""
    binding = hold.binding
    if binding is None:
        return []
    sentences = []
    if binding.promises:
        opening = "It would hold if" if binding.holds else "It would help, and not be enough, if"
        sentences.append(f"{opening} {_promises(case, binding)}.")
    if binding.holds and binding.orders[0] < binding.orders[1]:
        n, total = binding.orders
        sentences.append(f"Then {n:,} of {total:,} orders of steps hold.")
        sentences += always_before_sentences(case, binding.always_before)
        if binding.best is not None:
            sentences.append(f"One of them: {order_words(case, binding.best)}.")
    elif binding.holds and binding.orders[1]:
        sentences.append("Then every order of steps holds.")
    if binding.not_deterred:
        who = party_words(case, binding.not_deterred)
        sentences.append(
            f"For {who} the case names no outcome that is worse than the deal and could follow from "
            "breaking it."
        )
    elif not binding.holds and binding.still_break:
        who = party_words(case, binding.still_break)
        sentences.append(f"Even so, {who} would gain by breaking it.")
    holes = [p.party for p in binding.promises if p.bond is Bond.NOBODY]
    if holes:
        them = "It would" if len(holes) == 1 else "They would"
        who = party_words(case, holes)
        sentences.append(f"Nobody binds {who} now. {them} have to be brought to a table first.")
    return sentences


def _promises(case: Case, binding: Binding) -> str:
    """Say what breaking would have to lead to, for whom; to stand after "if"."""
    by_outcome: dict[str, list[PartyId]] = {}
    for promise in binding.promises:
        by_outcome.setdefault(promise.leads_to, []).append(promise.party)
    ends = [
        f"to {against_words(case, name)} for {party_words(case, parties)}"
        for name, parties in by_outcome.items()
    ]
    return f"breaking it were certain to lead {listed(ends)}"


def bond_sentences(case: Case, hold: DealHold) -> list[str]:
    """Say who must act unbound, what breaking costs by the case, and whether anybody checks."""
    sentences = []
    if hold.holes:
        who = party_words(case, hold.holes)
        verb = "has" if len(hold.holes) == 1 else "have"
        sentences.append(
            f"Bound by nobody: {who} {verb} to act and nobody who agrees speaks for it."
        )
    if hold.promised:
        who = party_words(case, hold.promised)
        sentences.append(f"A consequence of breaking it is stated for {who}, and counted above.")
    elif hold.performance.parts:
        sentences.append(
            "The case states no consequence of breaking it, so that to have signed binds nobody: "
            "whoever can gain by going back on it can do so as if it had not signed."
        )
    if hold.unchecked and hold.performance.parts:
        sentences.append("Nobody checks any of it: a breach may go unseen.")
    return sentences


def group_sentences(case: Case, hold: DealHold) -> list[str]:
    """Say which parties could break a deal together though none of them would alone."""
    return [
        f"Together, {party_words(case, group)} could go where each of them is better off than in "
        "the deal, though neither would go alone."
        if len(group) == 2
        else f"Together, {party_words(case, group)} could go where each of them is better off than "
        "in the deal, though fewer of them would not."
        for group in hold.coalitions
    ]


# --- good -------------------------------------------------------------------------------


def bearer_sentence(case: Case, bearer: Bearer) -> str:
    """Say how the deal, carried out, is for somebody who bears its cost or is left out of it."""
    who = the_party(case, bearer.party, opens=True)
    against = against_words(case, bearer.against)
    match bearer.stance:
        case Stance.BETTER:
            words = f"{who} would rather have it than {against}"
        case Stance.WORSE:
            words = f"{who} would rather have {against}"
        case Stance.EQUAL:
            words = (
                f"For {the_party(case, bearer.party)} it is no better and no worse than {against}"
            )
        case Stance.DEPENDS:
            words = f"{who}: it depends on where in their ranges the numbers lie"
        case _:
            return f"{who}: what it would want is not known."
    return f"{words}{'' if bearer.why is None else why_words(case, bearer.why)}."


def stated_sentence(case: Case, stated: StatedBreaker) -> str:
    """Set what the case says of a breaker beside what its stated wants and moves show."""
    breaker = stated.breaker
    who = the_party(case, breaker.who, opens=True)
    within = f", within {breaker.within}" if breaker.within else ""
    stopped = ""
    if breaker.stopped_by:
        condition = f" (only if: {breaker.only_if})" if breaker.only_if else ""
        stopped = f"; {party_words(case, breaker.stopped_by)} could stop it{condition}"
    found = {
        "breaks": "The moves and wants stated here bear it out.",
        "stops": "The moves and wants stated here bear it out for the time before all is done.",
        "would not gain": "By the moves and wants stated here it would not gain by breaking it.",
        "no such move": "No option of the case is in its hands, so that this rests on the judgement alone.",
        "not known": "What it wants is not known.",
    }[stated.found]
    return f"{who} could {breaker.could}{within}{stopped}. {found}"


# --- the answer -------------------------------------------------------------------------


def hold_sentence(case: Case, hold: DealHold) -> str:
    """Answer in one sentence whether a deal, once signed, would be carried out and kept."""
    title = f"“{case.deals[hold.deal].title}”"
    if hold.too_large:
        return f"{title} was not examined: {hold.too_large}."
    if not hold.performance.parts and not hold.keeping:
        return (
            f"{title}: nobody has to act for it, and nobody can undo it by the moves in the case."
        )
    even_if = "Even if all signed it, " if hold.agreed is Verdict.NO else ""
    opening = f"{even_if}{title}" if even_if else title
    carried, kept = hold.performance.verdict, hold.kept
    if Verdict.NO not in (carried, kept):
        if hold.performance.too_many:
            return (
                f"{opening}: whether it would be carried out was not examined; {_kept_words(kept)}."
            )
        outside = _outside(case, hold)
        if carried is Verdict.YES and kept is Verdict.YES:
            return f"{opening} would hold by the moves in the case: nobody gains by stopping half-way, and nobody by breaking it once it is carried out{outside}."  # fmt: skip
        if kept is Verdict.YES:
            n, total = hold.performance.n_holding, hold.performance.n_orders
            return f"{opening} would hold in {n:,} of {total:,} orders of steps; in the others somebody gains by stopping half-way{outside}."  # fmt: skip
        return (
            f"{opening}: cannot be said, since too little is known of what some who can move want."
        )
    reasons = []
    if carried is Verdict.NO:
        reasons.append(_stopping(case, hold))
    if kept is Verdict.NO:
        reasons.append(_breaking(case, hold))
    return f"{opening} would not hold: {'; and '.join(reasons)}."


def _outside(case: Case, hold: DealHold) -> str:
    """Name those who by the case could break a deal though no option of it is in their hands."""
    parties = dict.fromkeys(s.breaker.who for s in hold.stated if s.found == "no such move")
    if not parties:
        return ""
    return f"; but the case says that {party_words(case, parties)} could break it by other means"


def _kept_words(kept: Verdict) -> str:
    return {
        Verdict.YES: "once carried out it would be kept",
        Verdict.NO: "once carried out it would be broken",
        Verdict.UNDECIDED: "whether it would be kept cannot be said",
    }[kept]


def _stopping(case: Case, hold: DealHold) -> str:
    stops = hold.performance.stops
    always = [s.party for s in stops if s.always]
    told = always or [s.party for s in stops]
    if not told:
        return "no order of steps is possible"
    who = listed(
        the_party(case, party) + (" (which nobody binds)" if party in hold.holes else "")
        for party in told
    )
    verb = "gains" if len(told) == 1 else "gain"
    if always:
        return f"whatever the order of steps, {who} {verb} by stopping half-way"
    return f"{who} {verb} by stopping half-way, in every order of steps one of them"


def _breaking(case: Case, hold: DealHold) -> str:
    told = []
    for keeping in hold.breakers[:2]:
        move = keeping.breaking
        if move is not None:
            can = changes_words(case, move.changes[:2])
            told.append(f"{the_party(case, keeping.party)} can {can}, and gains by it")
    more = len(hold.breakers) - len(told)
    also = f", and {counted(more, 'more party', 'more parties')} likewise" if more else ""
    return f"once it is carried out, {listed(told)}{also}, and no answer deters that"


def hold_answer_sentence(case: Case, answer: HoldAnswer) -> str:
    """Answer the second question in one sentence: of the first deal, and what would hold it."""
    if not answer.deals:
        return "There is no named deal whose keeping could be examined."
    first = answer.deals[0]
    sentence = hold_sentence(case, first)
    binding = first.binding
    if binding is not None and binding.holds:
        return f"{sentence} It would hold if {_promises(case, binding)}."
    return sentence


def hold_in_short(case: Case, answer: HoldAnswer) -> str:
    """Answer the second question for the cover: who would break the first deal, and no more."""
    if not answer.deals or answer.deals[0].too_large:
        return ""
    first = answer.deals[0]
    title = f"“{case.deals[first.deal].title}”"
    if Verdict.NO not in (first.performance.verdict, first.kept):
        return hold_sentence(case, first)
    reasons = []
    if first.performance.verdict is Verdict.NO:
        reasons.append(_stopping(case, first))
    if first.kept is Verdict.NO:
        who = party_words(case, (k.party for k in first.breakers))
        reasons.append(f"{who} would break it once it is carried out")
    binding = first.binding
    then = ""
    if binding is not None and binding.holds:
        then = f" It would hold if {_promises(case, binding)}."
    return f"{title} would not: {'; '.join(reasons)}.{then}"


def hold_answer_basis(answer: HoldAnswer) -> tuple[ClaimId, ...]:
    """Return the claims on which the one-sentence answer rests."""
    return answer.deals[0].basis if answer.deals else ()
