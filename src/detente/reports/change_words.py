"""What a lever or a scenario changes, in a practitioner's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detente.analysis import Consent, Stance
from detente.analysis.change_answers import (
    Effect,
    HoldShift,
    LeverFlaw,
    StanceShift,
    Turn,
    Variation,
    WaitShift,
)
from detente.analysis.change_examined import TableStand
from detente.analysis.conclusions import Conclusion, ConclusionKind
from detente.engines.deal_space import Verdict
from detente.model import Case
from detente.reports.case_words import reason_words
from detente.reports.change_field_words import field_phrases
from detente.reports.number_words import number_words
from detente.reports.wording import (
    STANCE_WORDS,
    VERDICT_SIGNS,
    listed,
    party_words,
    sentence_start,
    the_party,
)

__all__ = [
    "EFFECT_WORDS",
    "FLAW_WORDS",
    "QUESTION_WORDS",
    "conclusion_words",
    "count_words",
    "names_words",
    "not_reckoned_sentence",
    "title_words",
    "turn_words",
    "turned_only",
    "turns_words",
    "variation_sentences",
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
    "agreed": "Is it likely agreed?",
}
"""What is asked of a deal; of a table, whether it has a package that all would sign."""

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
        "would be signed rather than waited with by everybody asked",
        "would be waited with or refused by somebody asked",
        "could not be judged against waiting",
    ),
    "agreed": (
        "would more likely than not be what is agreed first",
        "would not be more likely than not what is agreed first",
        "would be about as likely as not what is agreed first, or could not be judged",
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


def turned_only(turns: Sequence[Turn]) -> list[Turn]:
    """Leave out what another turn says already: that a deal holds says that it is kept."""
    whole = {turn.conclusion.about for turn in turns if turn.conclusion.kind == "holds"}
    return [
        turn
        for turn in turns
        if turn.conclusion.kind not in ("carried_out", "kept") or turn.conclusion.about not in whole
    ]


def turn_words(case: Case, turn: Turn) -> str:
    """Say what turns."""
    return conclusion_words(case, turn.conclusion, turn.after)


def turns_words(case: Case, turns: Sequence[Turn]) -> list[str]:
    """Say what turns, the like of several deals or tables together."""
    by_predicate: dict[str, list[str]] = {}
    for turn in turned_only(turns):
        title = f"“{case.title_of(turn.conclusion.about)}”"
        predicate = turn_words(case, turn).removeprefix(f"{title} ")
        by_predicate.setdefault(predicate, []).append(title)
    return [f"{listed(titles)} {predicate}" for predicate, titles in by_predicate.items()]


def worth_words(case: Case, variation: Variation) -> str:
    """Say in short what a lever does: what turns, whom it moves which way, how many packages it leaves."""
    parts = turns_words(case, variation.turns)
    for way, words in ((1, "towards agreeing to"), (-1, "away from agreeing to")):
        by_deal: dict[str, list[str]] = {}
        for shift in variation.stances:
            if shift.towards == way:
                by_deal.setdefault(shift.deal, []).append(the_party(case, shift.party))
        parts += [
            f"moves {listed(who)} {words} “{case.title_of(deal)}”" for deal, who in by_deal.items()
        ]
    parts += _newly_asked(case, variation)
    parts += _counts(case, variation)
    if not parts and variation.effect is Effect.MOVES:
        parts = [s.rstrip(".") for shift in variation.holding for s in _holding(case, shift)]
        parts += [s.rstrip(".") for shift in variation.waiting for s in _waiting(case, shift)]
    if parts:
        return "; ".join(parts)
    return variation.impossible or EFFECT_WORDS[variation.effect]


def _newly_asked(case: Case, variation: Variation) -> Iterable[str]:
    by_answer: dict[tuple[str, str], list[str]] = {}
    for shift in variation.stances:
        after, before = shift.after, shift.before
        if after is not None and after.asked_as and (before is None or not before.asked_as):
            key = (the_party(case, shift.party), _stands_now(after))
            by_answer.setdefault(key, []).append(f"“{case.title_of(shift.deal)}”")
    for (who, stands), deals in by_answer.items():
        yield f"asks {who} too, who {stands} ({listed(deals)})"


# --- one variation --------------------------------------------------------------------------


def variation_sentences(case: Case, variation: Variation) -> list[str]:
    """Say what a lever or a scenario changes, and why; what nothing here reckons with last."""
    if variation.effect is Effect.IMPOSSIBLE:
        return [f"Cannot be: {variation.impossible}."]
    if variation.effect is Effect.NO_CHANGE:
        return ["It says what the case says already."]
    sentences = []
    told: set[str] = set()
    for turn in turned_only(variation.turns):
        sentences.append(f"{sentence_start(turn_words(case, turn))}{_why(case, turn, variation)}.")
        if turn.conclusion.kind == "possible":
            told.add(turn.conclusion.about)
    sentences += [
        f"{_stance(case, shift, opens=True)} (on “{case.title_of(shift.deal)}”)."
        for shift in variation.stances
        if shift.deal not in told
    ]
    sentences += [s for shift in variation.holding for s in _holding(case, shift)]
    sentences += [s for shift in variation.waiting for s in _waiting(case, shift)]
    sentences += [f"{sentence_start(words)}." for words in _counts(case, variation)]
    if variation.effect is Effect.NOTHING:
        sentences.append("No answer changes by it.")
    if variation.unreckoned:
        sentences.append(not_reckoned_sentence(case, variation))
    return sentences


def not_reckoned_sentence(case: Case, variation: Variation) -> str:
    """Say what a variation changes that no question here reckons with."""
    what = listed(field_phrases(case, variation.unreckoned))
    if variation.effect is Effect.NOT_RECKONED:
        return f"What it changes is not reckoned with here: {what}."
    return f"It also changes what is not reckoned with here: {what}."


def _why(case: Case, turn: Turn, variation: Variation) -> str:
    """Say who moved, where a deal finds consent or loses it."""
    if turn.conclusion.kind != "possible" or turn.conclusion.about in case.tables:
        return ""
    shifts = [s for s in variation.stances if s.deal == turn.conclusion.about]
    told = [_stance(case, shift) for shift in shifts]
    return f": {'; '.join(told)}" if told else ""


def _stance(case: Case, shift: StanceShift, *, opens: bool = False) -> str:
    """Say how one party stands now, and how it stood."""
    who = the_party(case, shift.party, opens=opens)
    before, after = shift.before, shift.after
    if after is None or (before is not None and before.asked_as and not after.asked_as):
        return f"{who} is no longer asked"
    if before is None or (after.asked_as and not before.asked_as):
        asked = "can stop it now" if after.asked_as == "can block" else "is asked now"
        return f"{who} {asked}{_stands(case, after)}"
    if before.stance is after.stance:
        return f"{who} is asked in another way"
    return (
        f"{who} {_stands_now(after)} (before: {STANCE_WORDS[before.stance]}){_since(case, after)}"
    )


def _stands(case: Case, consent: Consent) -> str:
    return f", and {_stands_now(consent)}{_since(case, consent)}"


def _stands_now(consent: Consent) -> str:
    return {
        Stance.RED_LINE: "has a red line against it",
        Stance.DEPENDS: "could go either way, depending on the numbers",
        Stance.UNKNOWN: "is not known to agree",
    }.get(consent.stance, STANCE_WORDS[consent.stance])


def _since(case: Case, consent: Consent) -> str:
    words = reason_words(case, consent).removeprefix("red line: ")
    return f": {words}" if words else ""


def _holding(case: Case, shift: HoldShift) -> Iterable[str]:
    """Say who no longer gains by stopping or breaking, and who newly does."""
    title = f"“{case.title_of(shift.deal)}”"
    for parties, words in (
        (shift.no_longer_unbound, f"{{}} {{is}} bound now by who agrees to {title}"),
        (shift.now_unbound, f"{{}} would have to act for {title} and {{is}} bound by nobody"),
        (shift.no_longer_stop, f"{{}} would no longer gain by stopping {title} half-way"),
        (shift.now_stop, f"{{}} would now gain by stopping {title} half-way"),
        (shift.no_longer_break, f"{{}} would no longer gain by breaking {title}"),
        (shift.now_break, f"{{}} would now gain by breaking {title}"),
    ):
        if parties:
            is_ = "is" if len(parties) == 1 else "are"
            who = party_words(case, parties)
            yield f"{sentence_start(words.format(who, **{'is': is_}))}."


def _waiting(case: Case, shift: WaitShift) -> Iterable[str]:
    """Say who no longer gains by waiting, who newly does, and what becomes of the chance of a deal."""
    title = f"“{case.title_of(shift.deal)}”"
    for parties, words in (
        (shift.no_longer_wait, f"would no longer gain by waiting rather than signing {title}"),
        (shift.now_wait, f"would now gain by waiting rather than signing {title}"),
    ):
        if parties:
            yield f"{sentence_start(party_words(case, parties))} {words}."
    before, after = shift.agreed
    if before is not None and after is not None and round(100 * before) != round(100 * after):
        chances = f"{100 * after:.0f}% instead of {100 * before:.0f}%"
        yield f"The chance that {title} is what is agreed first would be {chances}."


def _counts(case: Case, variation: Variation) -> Iterable[str]:
    """Say where the number of packages that all could live with is another."""
    by_counts: dict[tuple[str, str], list[str]] = {}
    for before, after in variation.counts:
        if before.n_possible == after.n_possible:
            yield from _undecided(case, after)
            continue
        new, old = count_words(after), count_words(before)
        if before.n_packages == after.n_packages and before.n_possible is not None:
            old = number_words(before.n_possible)
        by_counts.setdefault((new, old), []).append(f"at “{case.title_of(after.table)}”")
    for (new, old), where in by_counts.items():
        yield f"{listed(where)}, all who must agree could live with {new} instead of {old}"


def _undecided(case: Case, table: TableStand) -> Iterable[str]:
    if table.n_undecided is not None:
        n = number_words(table.n_undecided)
        yield f"at “{case.title_of(table.table)}”, another number of packages cannot be ruled on: {n}"


def count_words(table: TableStand) -> str:
    """Say how many packages are possible, of how many."""
    if table.n_possible is None or table.n_packages is None:
        return "a number that was not counted"
    return f"{number_words(table.n_possible)} of {number_words(table.n_packages)} packages"
