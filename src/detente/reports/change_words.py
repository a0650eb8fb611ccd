"""What a lever or a scenario turns, in a practitioner's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detente.analysis.change_answers import Effect, LeverFlaw, Turn, Variation
from detente.analysis.conclusions import Conclusion, ConclusionKind
from detente.engines.deal_space import Verdict
from detente.model import Case
from detente.reports.change_shift_words import (
    chances_words,
    counts_words,
    holding_words,
    stands_now,
    waiting_words,
)
from detente.reports.wording import VERDICT_SIGNS, listed, the_party

__all__ = [
    "EFFECT_WORDS",
    "FLAW_WORDS",
    "OF_A_TABLE_ASKED",
    "QUESTION_WORDS",
    "conclusion_words",
    "names_words",
    "title_words",
    "turn_words",
    "turned_only",
    "turns_words",
    "verdict_cell",
    "worth_words",
]

QUESTION_WORDS: dict[ConclusionKind, str] = {
    "possible": "Would all sign?",
    "bound": "Is everybody bound who must act?",
    "within_mandates": "Is it within all mandates?",
    "lasting": "Does time leave it alone?",
    "checked": "Is it said who checks?",
    "carried_out": "Would it be carried out?",
    "kept": "Would it then be kept?",
    "holds": "Would it hold?",
    "good": "Good for those who bear it?",
    "beats_waiting": "Would all sign rather than wait?",
    "agreed": "Likely to be agreed first?",
}
"""What is asked of a deal."""

OF_A_TABLE_ASKED = "Any package that all would sign?"

OR_NOT_JUDGED = ", or could not be judged"

PREDICATES: dict[ConclusionKind, tuple[str, str, str]] = {
    "possible": (
        "would find the consent of everyone who must agree",
        "would be blocked",
        "could not be judged: too little is known of who would agree",
    ),
    "bound": (
        "would bind everybody who has to act for it",
        "would leave somebody who has to act for it bound by nobody",
        "could not be judged as to who is bound",
    ),
    "within_mandates": (
        "would be within everybody’s mandate",
        "would go beyond somebody’s mandate",
        "could not be judged as to mandates",
    ),
    "lasting": (
        "would stop every clock that could end it",
        "would leave a clock running that could end it",
        "could not be judged as to what time does to it",
    ),
    "checked": (
        "would say who checks it",
        "would not say who checks it",
        "could not be judged as to who checks it",
    ),
    "carried_out": (
        "would be carried out once signed",
        "would not be carried out: somebody would gain by stopping half-way",
        "might be carried out or not: it cannot be said, or depends on the order of steps",
    ),
    "kept": (
        "would be kept once carried out",
        "would be broken once carried out",
        "might be kept or not: it cannot be said",
    ),
    "holds": (
        "would hold once signed",
        "would not hold once signed",
        "might hold once signed or not: it cannot be said",
    ),
    "good": (
        "would be better than today for those who bear the cost",
        "would be no better than today for some who bear the cost",
        "could not be judged as to those who bear the cost",
    ),
    "beats_waiting": (
        "would be signed rather than put off by everyone who must agree",
        "would be put off or refused by somebody who must agree",
        "could not be judged against waiting, since it can be signed on no day or too little is known",
    ),
    "agreed": (
        "would be more likely than not to be agreed first",
        "would be less likely than not to be agreed first",
        f"would be about as likely as not to be agreed first{OR_NOT_JUDGED}",
    ),
}
"""What is said of a deal: if it is so, if it is not, if it cannot be said."""

OF_A_TABLE = (
    "would have a package that everyone who must agree could live with",
    "would have no package that everyone who must agree could live with",
    "might have such a package or not: it cannot be said",
)

WAY = {Verdict.YES: 0, Verdict.NO: 1, Verdict.UNDECIDED: 2}

ANSWERS = {Verdict.YES: "yes", Verdict.NO: "no", Verdict.UNDECIDED: "cannot be said"}

EFFECT_WORDS = {
    Effect.TURNS: "turns something",
    Effect.MOVES: "turns nothing, but moves something",
    Effect.NOTHING: "changes no answer",
    Effect.NOT_RECKONED: "not reckoned with here",
    Effect.NO_CHANGE: "says what holds already",
    Effect.IMPOSSIBLE: "cannot be",
}
"""What came of a variation, in short."""

FLAW_WORDS = {
    LeverFlaw.NOBODY_HOLDS: "it is in nobody’s hands: say under `in_the_hands_of:` who could do it",
    LeverFlaw.NOTHING_FOLLOWS: "nothing in the case changes by it: say under `sets:`, `gives:` or "
    "`takes:` what it would change",
}


def title_words(case: Case, name: str) -> str:
    """Return what people call a lever, a scenario or a clock."""
    if name in case.scenarios:
        return case.scenarios[name].title.strip().rstrip(".")
    return case.title_of(name).strip().rstrip(".")


def names_words(case: Case, names: Sequence[str]) -> str:
    """Name levers and scenarios laid over the case together."""
    return listed(f"“{title_words(case, name)}”" for name in names) or "the case as it is"


def conclusion_words(case: Case, conclusion: Conclusion, verdict: Verdict) -> str:
    """Say of a deal or a table what holds of it, as what would be so."""
    title = f"“{case.title_of(conclusion.about)}”"
    if conclusion.about in case.tables:
        return f"{title} {OF_A_TABLE[WAY[verdict]]}"
    return f"{title} {PREDICATES[conclusion.kind][WAY[verdict]]}"


def verdict_cell(verdict: Verdict) -> tuple[str, str]:
    """Return the sign and the word for a verdict."""
    return VERDICT_SIGNS[verdict], ANSWERS[verdict]


# --- what turns -----------------------------------------------------------------------------


def turned_only(variation: Variation) -> list[Turn]:
    """Leave out what is said already by another turn, or by the numbers of packages.

    That a deal holds says that it is kept; that somebody blocks it, that it is not signed at once.
    """
    kinds = {(turn.conclusion.about, turn.conclusion.kind, turn.after) for turn in variation.turns}
    held = {about for about, kind, _ in kinds if kind == "holds"}
    blocked = {about for about, kind, after in kinds if kind == "possible" and after is Verdict.NO}
    counted = {
        table.table
        for before, table in variation.counts
        if before.n_possible != table.n_possible and table.n_possible is not None
    }

    def is_said(turn: Turn) -> bool:
        about, kind = turn.conclusion.about, turn.conclusion.kind
        return (
            (kind in ("carried_out", "kept") and about in held)
            or (kind == "beats_waiting" and about in blocked and turn.after is Verdict.NO)
            or about in counted
        )

    return [turn for turn in variation.turns if not is_said(turn)]


def turn_words(case: Case, turn: Turn, variation: Variation) -> str:
    """Say what turns."""
    words = conclusion_words(case, turn.conclusion, turn.after)
    chances = (s.agreed[1] for s in variation.waiting if s.deal == turn.conclusion.about)
    is_known = next(chances, None) is not None
    return words.removesuffix(OR_NOT_JUDGED) if is_known else words


def turns_words(case: Case, variation: Variation) -> list[str]:
    """Say what turns, the like of several deals or tables together, and all of one together."""
    by_predicate: dict[str, list[str]] = {}
    for turn in turned_only(variation):
        title = f"“{case.title_of(turn.conclusion.about)}”"
        predicate = turn_words(case, turn, variation).removeprefix(f"{title} ")
        by_predicate.setdefault(predicate, []).append(title)
    by_titles: dict[tuple[str, ...], list[str]] = {}
    for predicate, titles in by_predicate.items():
        by_titles.setdefault((*titles, predicate if ":" in predicate else ""), []).append(predicate)
    return [f"{listed(titles[:-1])} {listed(said)}" for titles, said in by_titles.items()]


def worth_words(case: Case, variation: Variation) -> str:
    """Say in short what a lever does: what turns, whom it moves which way, how many packages it leaves."""
    parts = turns_words(case, variation)
    for way, words in ((1, "towards agreeing to"), (-1, "away from agreeing to")):
        by_deal: dict[str, list[str]] = {}
        for shift in variation.stances:
            if shift.towards == way:
                by_deal.setdefault(shift.deal, []).append(the_party(case, shift.party))
        parts += [
            f"moves {listed(who)} {words} “{case.title_of(deal)}”" for deal, who in by_deal.items()
        ]
    parts += _newly_asked(case, variation)
    parts += counts_words(case, variation)
    if not parts and variation.effect is Effect.MOVES:
        parts = [words for shift in variation.holding for words in holding_words(case, shift)]
        parts += [words for shift in variation.waiting for words in waiting_words(case, shift)]
        parts += chances_words(case, variation.waiting)
    if parts:
        return "; ".join(parts)
    return variation.impossible or EFFECT_WORDS[variation.effect]


def _newly_asked(case: Case, variation: Variation) -> Iterable[str]:
    asked: dict[str, dict[str, list[str]]] = {}
    for shift in variation.stances:
        after, before = shift.after, shift.before
        if after is not None and after.asked_as and (before is None or not before.asked_as):
            stands = asked.setdefault(the_party(case, shift.party), {})
            stands.setdefault(stands_now(after), []).append(f"“{case.title_of(shift.deal)}”")
    for who, stands in asked.items():
        told = (f"{words} ({listed(deals)})" for words, deals in stands.items())
        yield f"asks {who} too, who {listed(told)}"
