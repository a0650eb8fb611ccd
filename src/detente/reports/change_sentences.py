"""What a lever or a scenario changes, and why, deal by deal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from detente.analysis.change_answers import Effect, HoldShift, Turn, Variation, WaitShift
from detente.model import Case
from detente.reports.change_field_words import field_phrases
from detente.reports.change_shift_words import (
    chances_words,
    counts_words,
    holding_words,
    stance_words,
    waiting_words,
)
from detente.reports.change_words import turn_words, turned_only
from detente.reports.wording import listed, sentence_start

__all__ = ["not_reckoned_sentence", "variation_sentences"]

REASONS: Mapping[str, tuple[str, ...]] = {
    "bound": ("stop", "break"),
    "carried_out": ("bound", "break"),
    "kept": ("bound", "stop"),
    "holds": ("bound",),
}
"""Of who stops, breaks or must act unbound, what is no reason for a turn of such a kind."""


def variation_sentences(case: Case, variation: Variation) -> list[str]:
    """Say what a lever or a scenario changes, and why; what nothing here reckons with last."""
    if variation.effect is Effect.IMPOSSIBLE:
        return [f"Cannot be: {variation.impossible}."]
    if variation.effect is Effect.NO_CHANGE:
        return ["It says what the case says already."]
    turns = turned_only(variation)
    about = dict.fromkeys(
        (*(turn.conclusion.about for turn in turns), *(str(deal) for deal in case.deals))
    )
    clauses = [
        clause
        for one in about
        for clause in (
            *(_turn(case, turn, variation) for turn in turns if _is_told(turn, variation, one)),
            *_without_turn(case, variation, one, turns),
        )
    ]
    clauses += chances_words(case, variation.waiting)
    clauses += counts_words(case, variation)
    sentences = [f"{sentence_start(clause)}." for clause in clauses]
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


def _is_told(turn: Turn, variation: Variation, about: str) -> bool:
    """Whether a turn gets a clause: not where the chances that are told say it in numbers."""
    if turn.conclusion.about != about:
        return False
    shift = _waiting_of(variation, about)
    return turn.conclusion.kind != "agreed" or shift is None or not _has_numbers(shift)


def _has_numbers(shift: WaitShift) -> bool:
    before, after = shift.agreed
    return before is not None and after is not None and round(100 * before) != round(100 * after)


def _turn(case: Case, turn: Turn, variation: Variation) -> str:
    """Say what turns, and who moved."""
    why = "; ".join(_reasons(case, turn, variation))
    words = turn_words(case, turn, variation)
    if why and ":" not in words:
        return f"{words}: {why}"
    return f"{words}; {why}" if why else words


def _reasons(case: Case, turn: Turn, variation: Variation) -> Iterator[str]:
    about, kind = turn.conclusion.about, turn.conclusion.kind
    if kind == "possible":
        yield from (stance_words(case, s) for s in variation.stances if s.deal == about)
    holding, waiting = _holding_of(variation, about), _waiting_of(variation, about)
    if kind in REASONS and holding is not None:
        yield from holding_words(case, holding, "it", REASONS[kind])
    if kind == "beats_waiting" and waiting is not None:
        yield from waiting_words(case, waiting, "it")


def _without_turn(
    case: Case, variation: Variation, deal: str, turns: Sequence[Turn]
) -> Iterator[str]:
    """Say what moves on a deal that is no reason for anything that turns."""
    kinds = {turn.conclusion.kind for turn in turns if turn.conclusion.about == deal}
    told: list[str] = []
    if "possible" not in kinds:
        told += (stance_words(case, shift) for shift in variation.stances if shift.deal == deal)
    holding, waiting = _holding_of(variation, deal), _waiting_of(variation, deal)
    if holding is not None:
        reasons = {
            reason
            for kind in kinds & REASONS.keys()
            for reason in ("bound", "stop", "break")
            if reason not in REASONS[kind]
        }
        told += holding_words(case, holding, "it", sorted(reasons))
    if waiting is not None and "beats_waiting" not in kinds:
        told += waiting_words(case, waiting, "it")
    if told:
        yield f"on “{case.title_of(deal)}”: {'; '.join(told)}"


def _holding_of(variation: Variation, deal: str) -> HoldShift | None:
    return next((shift for shift in variation.holding if shift.deal == deal), None)


def _waiting_of(variation: Variation, deal: str) -> WaitShift | None:
    return next((shift for shift in variation.waiting if shift.deal == deal), None)
