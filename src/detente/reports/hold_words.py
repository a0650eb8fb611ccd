"""Breaking, stopping half-way and answering, in a practitioner's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detente.analysis import (
    BROKEN,
    Bond,
    Change,
    DealHold,
    Keeping,
    Kept,
    Order,
    Part,
    Performance,
    Preferring,
    Stance,
    Stop,
    Temptation,
)
from detente.engines.deal_space import Verdict
from detente.engines.stability import Concept
from detente.ledger import PartyId
from detente.model import Case, IssueId, OptionId
from detente.reports.case_words import statement_words
from detente.reports.wording import (
    counted,
    listed,
    quoted_option,
    sentence_start,
    the_party,
)

__all__ = [
    "BOND_WORDS",
    "CONCEPT_WORDS",
    "HELD_SIGNS",
    "HELD_WORDS",
    "always_before_sentences",
    "carried_out_cell",
    "changes_words",
    "good_cell",
    "keeping_sentences",
    "order_words",
    "part_words",
    "performance_sentences",
    "stop_sentence",
    "why_words",
]

CONCEPT_WORDS = {
    Concept.NASH: "no answers count: whoever gains by breaking it breaks it",
    Concept.GMR: "any answer counts, also one that hurts those who give it",
    Concept.SMR: "any answer counts that the breaker cannot make up for by moving once more",
    Concept.SEQ: "only answers count that are gains for those who give them",
}
"""What is reckoned with as stopping somebody."""

BOND_WORDS = {
    Bond.SIGNS: "agrees itself",
    Bond.THROUGH_ANOTHER: "somebody who agrees speaks for it",
    Bond.NOBODY: "bound by nobody",
}

HELD_WORDS = {Verdict.YES: "yes", Verdict.NO: "no", Verdict.UNDECIDED: "cannot be said"}
HELD_SIGNS = {Verdict.YES: "+", Verdict.NO: "×", Verdict.UNDECIDED: "?"}  # noqa: RUF001


def carried_out_cell(hold: DealHold) -> tuple[Verdict, str, str]:
    """Return verdict, sign and word for whether a deal would be carried out."""
    found = hold.performance
    if hold.too_large or found.too_many:
        return Verdict.UNDECIDED, "?", "not examined"
    if found.verdict is Verdict.UNDECIDED and 0 < found.n_holding < found.n_orders:
        return Verdict.UNDECIDED, "±", "depends on the order"
    return found.verdict, HELD_SIGNS[found.verdict], HELD_WORDS[found.verdict]


def good_cell(hold: DealHold) -> tuple[Verdict, str, str]:
    """Return verdict, sign and word for whether a deal is good for those who bear it."""
    if not hold.good:
        return Verdict.UNDECIDED, "–", "nobody is said to bear it"
    if all(bearer.stance is Stance.EQUAL for bearer in hold.good):
        return Verdict.UNDECIDED, "=", "no difference"
    return hold.is_good, HELD_SIGNS[hold.is_good], HELD_WORDS[hold.is_good]


NO_REGRET = {
    Concept.NASH: "answers are not reckoned with",
    Concept.GMR: "nobody’s answer makes it regret that",
    Concept.SMR: "nobody’s answer makes it regret that for good",
    Concept.SEQ: "nobody who would gain by answering makes it regret that",
}
"""How a move that nothing deters is told, by which answers count."""

MOST_PARTS_TOLD = 4
MOST_CHANGES_TOLD = 4


# --- moves ------------------------------------------------------------------------------


def part_words(case: Case, part: Part) -> str:
    """Say what one party has to do: “The siege is lifted” (Russia)."""
    return f"{quoted_option(case, part.issue, part.option)} ({case.title_of(part.party)})"


def changes_words(case: Case, changes: Iterable[Change]) -> str:
    """Say what a move does, as what somebody can do: "go back on “The bombing stops”"."""
    told = [_change_words(case, change) for change in changes]
    if len(told) > MOST_CHANGES_TOLD:
        told[MOST_CHANGES_TOLD - 1 :] = [f"change {len(told) - MOST_CHANGES_TOLD + 1} more things"]
    return listed(told)


def _change_words(case: Case, change: Change) -> str:
    action = change.action
    if action.issue is None:
        answers = change.after != action.options[0]
        return "see to it that the breach has its consequence" if answers else "let the breach pass"
    issue = case.issues[action.issue]
    if change.after == BROKEN:
        begun = change.before not in (issue.today, BROKEN)
        verb = "go back on" if begun else "leave undone"
        return f"{verb} its part of {_promised(case, change)}"
    if action.kind == "undoes":
        ends = change.after != issue.today
        option = quoted_option(case, issue.id, change.after if ends else change.before)
        return f"put an end to {option}" if ends else f"let {option} be"
    if change.after == issue.today:
        return f"go back on {quoted_option(case, issue.id, change.before)}"
    return _does(case, issue.id, change.after)


def _promised(case: Case, change: Change) -> str:
    issue = case.issues[change.action.issue]  # type: ignore[index]  # checked by the caller
    if change.before not in (issue.today, BROKEN):
        return quoted_option(case, issue.id, change.before)
    own = [o for o in change.action.options if o not in (issue.today, BROKEN)]
    return quoted_option(case, issue.id, own[0])


def _does(case: Case, issue: IssueId, option: OptionId) -> str:
    done_by = case.issues[issue].option(option).done_by
    joint = done_by is not None and not done_by.any_one and len(done_by.parties) > 1
    words = quoted_option(case, issue, option)
    return f"do its part of {words}" if joint else f"bring about {words}"


def why_words(case: Case, why: Preferring) -> str:
    """Say why the party is better off, to stand in brackets; empty where nothing is stated."""
    if why.statement is not None:
        return f" (it wants {statement_words(case, why.statement)})"
    if why.points is not None:
        there, here = why.points
        return f" ({there:g} of its points instead of {here:g})"
    return ""


# --- kept -------------------------------------------------------------------------------


def keeping_sentences(case: Case, keeping: Keeping, concept: Concept) -> list[str]:
    """Say of one party that can move whether it would break the deal, and what stops it."""
    sentences = []
    if keeping.depends_on:
        sentences.append(
            f"Cannot be said of {the_party(case, keeping.party)}: what is stated of "
            f"{_wants_of(case, keeping.depends_on)} leaves it open."
        )
    if keeping.breaking is not None:
        sentences.append(_breaks(case, keeping, keeping.breaking, concept))
    elif not keeping.held_by and not keeping.depends_on:
        sentences.append(_nearest(case, keeping))
    sentences += [_held(case, keeping, held) for held in keeping.held_by]
    return sentences


def _nearest(case: Case, keeping: Keeping) -> str:
    """Say that a party has no reason to break the deal, and what comes nearest to one."""
    if not keeping.margin or not keeping.nearest or keeping.margin < 0:
        return "Holds: no move of its own is better for it."
    places = counted(keeping.margin, "place")
    can = changes_words(case, keeping.nearest)
    return (
        f"Holds: no move of its own is better for it. The most it could count on, if it chose to {can}, "
        f"is {places} lower in its own order."
    )


def _wants_of(case: Case, parties: Sequence[PartyId]) -> str:
    return f"the wants of {listed(the_party(case, party) for party in parties)}"


def _breaks(case: Case, keeping: Keeping, move: Temptation, concept: Concept) -> str:
    who = the_party(case, keeping.party)
    more = keeping.n_breaking - 1
    others = f" It has {counted(more, 'other such move')}." if more else ""
    nothing = NO_REGRET[concept]
    if keeping.kept is Kept.BREAKS and concept is not Concept.NASH:
        nothing = "nobody’s answer makes it regret that"
    elif keeping.kept is Kept.THREATENED:
        nothing = "the only answers that would make it regret that hurt those who give them"
    can = changes_words(case, move.changes)
    return f"Breaks: {who} can {can}{_gains(case, can, move.why)}; {nothing}.{others}"


def _gains(case: Case, does: str, why: Preferring) -> str:
    """Say that a move gains and by which want; shortly where the move is just what is wanted."""
    wanted = why_words(case, why)
    inside = wanted.removeprefix(" (it wants ").removesuffix(")")
    if inside and inside in does:
        return ", which is what it wants"
    return f", and gains{wanted}"


def _held(case: Case, keeping: Keeping, move: Temptation) -> str:
    who = the_party(case, keeping.party)
    answers = listed(
        f"{the_party(case, step.party)} can {changes_words(case, step.changes)}"
        + ("" if step.gains else ", at a cost to itself")
        for step in move.answer
    )
    return (
        f"Holds: if {who} chose to {changes_words(case, move.changes)}{why_words(case, move.why)}, "
        f"{answers}, which leaves {who} no better off than the deal."
    )


# --- carried out ------------------------------------------------------------------------


def performance_sentences(case: Case, performance: Performance) -> list[str]:
    """Say whether there is an order of steps in which nobody gains by stopping half-way."""
    if performance.too_many:
        return [f"Not examined: {performance.too_many}."]
    if not performance.parts:
        return ["Nobody has to do anything for it."]
    n, total = performance.n_holding, performance.n_orders
    if total == 0:
        sentences = [
            "The rules of the case leave no order in which it is done one part after another."
        ]
        if performance.best is not None:
            sentences.append(
                f"Nobody gains by stopping half-way in this one: {order_words(case, performance.best)}."
            )
        return sentences
    sentences = []
    if performance.unclear:
        sentences.append(
            f"What is stated of {_wants_of(case, performance.unclear)} leaves open whether they would "
            "stop, or answer; what follows holds only if they do neither."
        )
    sentences += _stated_order(case, performance)
    if len(performance.parts) == 1:
        sentences.append("It takes one step, so that there is no half-way.")
    elif n == total:
        order = "the one order" if total == 1 else f"none of {total:,} orders"
        nobody = "nobody gains" if total == 1 else "does anybody gain"
        sentences.append(f"In {order} of steps {nobody} by stopping half-way.")
    elif n:
        sentences.append(
            f"In {n:,} of {total:,} orders of steps nobody gains by stopping half-way."
        )
        sentences += always_before_sentences(case, performance.always_before)
        if performance.best is not None:
            sentences.append(f"One of them: {order_words(case, performance.best)}.")
    else:
        order = "the one order" if total == 1 else f"each of {total:,} orders"
        sentences.append(f"In {order} of steps somebody gains by stopping half-way.")
        if performance.best is not None:
            sentences.append(
                f"Nobody would if up to {performance.best.largest_step} parts were done at the same "
                f"time: {order_words(case, performance.best)}."
            )
    return sentences


def _stated_order(case: Case, performance: Performance) -> list[str]:
    """Say what becomes of the order that a deal states."""
    if performance.stated_breaks:
        rules = listed(performance.stated_breaks)
        return [f"The order that it states is not possible: on the way it breaks the rule {rules}."]
    if performance.stated is None:
        return []
    if performance.stated:
        return ["In the order that it states, nobody gains by stopping half-way."]
    who = listed(the_party(case, s.party) for s in performance.stops if s.in_stated)
    return [f"In the order that it states, somebody gains by stopping half-way: {who}."]


def always_before_sentences(case: Case, pairs: Sequence[tuple[Part, Part]]) -> list[str]:
    if not pairs:
        return []
    told = [f"{part_words(case, a)} before {part_words(case, b)}" for a, b in pairs]
    more = f", and {len(told) - 6} more" if len(told) > 6 else ""
    return [f"What they have in common: {'; '.join(told[:6])}{more}."]


def order_words(case: Case, order: Order) -> str:
    """Tell an order of steps, numbered; parts in one step are done at the same time."""
    told: list[str] = []
    for step in order.steps:
        by_term: dict[tuple[IssueId, OptionId], list[str]] = {}
        for part in step:
            by_term.setdefault((part.issue, part.option), []).append(case.title_of(part.party))
        words = " together with ".join(
            f"{quoted_option(case, *term)} ({listed(who)})" for term, who in by_term.items()
        )
        before = told[-1] if told else ""
        if (
            len(step) == 1
            and before.endswith(")")
            and before.startswith(words.split(" (")[0] + " (")
        ):
            told[-1] = f"{before[:-1]}, then {case.title_of(step[0].party)})"
        else:
            told.append(words)
    return "; ".join(f"({n}) {words}" for n, words in enumerate(told, start=1))


def stop_sentence(case: Case, stop: Stop, concept: Concept) -> str:
    """Say when a party would stop, how, and why it is better off."""
    who = the_party(case, stop.party)
    done = [part_words(case, part) for part in stop.done]
    if len(done) > MOST_PARTS_TOLD:
        done[MOST_PARTS_TOLD - 1 :] = [f"{len(done) - MOST_PARTS_TOLD + 1} more parts"]
    when = f"once {listed(done)} {'is' if len(done) == 1 else 'are'} done" if done else "at once"
    how = "do no more" if not stop.changes else changes_words(case, stop.changes)
    every = "Whatever the order of steps: " if stop.always else ""
    if stop.in_stated:
        every = "In the order that it states: "
    others = ""
    if stop.n_states > 1:
        others = f" It would gain so at {counted(stop.n_states, 'point')} on the way."
    return sentence_start(
        f"{every}{when}, {who} can {how}{_gains(case, how, stop.why)}; {NO_REGRET[concept]}.{others}"
    )
