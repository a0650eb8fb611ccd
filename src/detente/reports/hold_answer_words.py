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
from detente.model import TODAY, Case
from detente.reports.hold_words import (
    always_before_sentences,
    changes_words,
    order_words,
    why_words,
)
from detente.reports.wording import (
    against_words,
    counted,
    listed,
    party_words,
    question_words,
    the_party,
)

__all__ = [
    "bearer_sentence",
    "binding_sentences",
    "bond_sentences",
    "group_sentences",
    "hold_answer_basis",
    "hold_answer_sentence",
    "hold_in_short",
    "hold_sentence",
    "moving_sentences",
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
    if binding.holds and binding.orders[1] and not binding.orders[0]:
        sentences.append(
            "Then the order that it states holds, and no order of one part after another."
        )
    elif binding.holds and binding.orders[0] < binding.orders[1]:
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
        even = "Even so," if binding.promises else "Whatever followed from it,"
        sentences.append(f"{even} {who} would gain by breaking it.")
    if not binding.holds and not binding.is_complete:
        sentences.append("Not every combination of parties and consequences was tried.")
    sentences += _other_order(case, hold)
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
    told = []
    for name, parties in by_outcome.items():
        follows = f"“{case.title_of(name)}” followed"
        if name == TODAY:
            follows = "things went back to how they are today"
        told.append(f"whenever {party_words(case, parties, 'or')} broke it, {follows}")
    return f"it were certain that, {'; and that, '.join(told)}"


def _other_order(case: Case, hold: DealHold) -> list[str]:
    """Say that another order of steps holds where the stated one does not."""
    found = hold.performance
    fails = found.stated is False or bool(found.stated_breaks)
    if not fails or found.best is None or Verdict.NO is hold.kept:
        return []
    return [f"Another order of steps would do: {order_words(case, found.best)}."]


def bond_sentences(case: Case, hold: DealHold) -> list[str]:
    """Say who must act unbound, what breaking costs by the case, and whether anybody checks."""
    sentences = []
    if hold.holes:
        who = party_words(case, hold.holes)
        verb = "has" if len(hold.holes) == 1 else "have"
        sentences.append(
            f"Bound by nobody: {who} {verb} to act and nobody who agrees speaks for it."
        )
    for promised in hold.promised:
        who = the_party(case, promised.party)
        by = party_words(case, promised.answered_by, "or")
        condition = f", if {by} will have it so" if by else ""
        sentences.append(
            f"If {who} breaks it, {against_words(case, promised.leads_to)} follows{condition}."
        )
    if not hold.promised and hold.performance.parts:
        answered = any(keeping.held_by for keeping in hold.keeping)
        only = " What holds it is only what the others would answer." if answered else ""
        sentences.append(
            "The case states no consequence of breaking it, so that to have signed binds nobody: "
            f"whoever can gain by going back on it can do so as if it had not signed.{only}"
        )
    if hold.unchecked and hold.performance.parts:
        nobody = str(case.deals[hold.deal].who_checks).startswith(("nobody", "no one"))
        checks = "Nobody checks any of it" if nobody else "The case does not say who checks it"
        sentences.append(f"{checks}: a breach may go unseen.")
    if hold.held_as_today:
        questions = listed(f"“{question_words(case, issue)}”" for issue in hold.held_as_today)
        sentences.append(
            "To keep the number of moves small, these questions of its table were left as they are "
            f"today: {questions}."
        )
    return sentences


def moving_sentences(case: Case, hold: DealHold) -> list[str]:
    """Say what may come after the deal without any of its terms being taken back, and what time does."""
    sentences = []
    for move in hold.moves_on:
        who = the_party(case, move.party, opens=True)
        sentences.append(
            f"Things may move on: {who} can {changes_words(case, move.changes)} and gains"
            f"{why_words(case, move.why)}; that takes no term of the deal back."
        )
    for clock in hold.clocks:
        what = case.clocks[clock].what.strip().rstrip(".")
        sentences.append(f"It does not stop a clock: “{what}” may still come, and would end it.")
    return sentences


def group_sentences(case: Case, hold: DealHold) -> list[str]:
    """Say which parties could break a deal together though none of them would alone."""
    limit = []
    if hold.groups_up_to:
        limit = [f"Groups of more than {hold.groups_up_to} parties were not examined."]
    return limit + [
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
        "deterred": "By the moves and wants stated here it would gain, and be answered.",
        "would not gain": "By the moves and wants stated here it would not gain by that.",
        "no such move": "No move of the case stands for it, so that it rests on the judgement alone.",
        "not in terms": "The case does not say which options that would change, so that it rests on "
        "the judgement alone.",
        "not known": "What is stated of its wants leaves it open.",
    }[stated.found]
    could = breaker.could.strip().rstrip(".")
    return f"{who} could {could}{within}{stopped}. {found}"


# --- the answer -------------------------------------------------------------------------


def hold_sentence(case: Case, hold: DealHold) -> str:
    """Answer in one sentence whether a deal, once signed, would be carried out and kept."""
    title = f"“{case.deals[hold.deal].title}”"
    if hold.too_large:
        return f"{title} was not examined: {hold.too_large}."
    if not hold.performance.parts and not hold.keeping:
        return f"{title}: nobody has to do anything for it, and nobody can undo it by a move of the case."
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
        n, total = hold.performance.n_holding, hold.performance.n_orders
        if kept is Verdict.YES and hold.performance.parts and not total:
            return (
                f"{opening} would be kept once carried out; the rules of the case leave no order in "
                f"which it is done one part after another{outside}."
            )
        if kept is Verdict.YES and 0 < n < total:
            return f"{opening} would hold in {n:,} of {total:,} orders of steps; in the others somebody gains by stopping half-way{outside}."  # fmt: skip
        return (
            f"{opening}: cannot be said, since what is stated of the wants of some who can move leaves "
            "it open."
        )
    reasons = []
    if carried is Verdict.NO:
        reasons.append(_stopping(case, hold))
    if kept is Verdict.NO:
        reasons.append(_breaking(case, hold))
    return f"{opening} would not hold: {'; and '.join(reasons)}."


def _outside(case: Case, hold: DealHold) -> str:
    """Name those who by the case could break a deal though no option of it is in their hands."""
    other = ("no such move", "not in terms")
    parties = dict.fromkeys(s.breaker.who for s in hold.stated if s.found in other)
    clocks = listed(f"“{case.clocks[c].what.strip().rstrip('.')}”" for c in hold.clocks)
    also = f"; but time may end it: {clocks}" if clocks else ""
    if parties:
        also += (
            f"; but the case says that {party_words(case, parties)} could break it by other means"
        )
    return also


def _kept_words(kept: Verdict) -> str:
    return {
        Verdict.YES: "once carried out it would be kept",
        Verdict.NO: "once carried out it would be broken",
        Verdict.UNDECIDED: "whether it would be kept cannot be said",
    }[kept]


def _stopping(case: Case, hold: DealHold) -> str:
    found = hold.performance
    if found.stated_breaks:
        return "the order of steps that it states breaks a rule on the way"
    always = [s.party for s in found.stops if s.always]
    stated = [s.party for s in found.stops if s.in_stated]
    told = stated or always or [s.party for s in found.stops]
    if not told:
        return "no order of steps is possible"
    who = listed(
        the_party(case, party) + (" (which nobody binds)" if party in hold.holes else "")
        for party in told
    )
    gains = f"{who} {'gains' if len(told) == 1 else 'gain'} by stopping half-way"
    if stated:
        return f"in the order of steps that it states, {gains}"
    if always:
        return f"whatever the order of steps, {gains}"
    return f"{gains}, in every order of steps one of them"


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
        return (
            "There is no named deal whose keeping could be examined; write one down under `deals:`."
        )
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
