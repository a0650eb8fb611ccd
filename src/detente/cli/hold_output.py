"""Whether the deals would hold, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.analysis import Analysis, DealHold, HoldAnswer
    from detente.cli.output import Output

__all__ = ["print_hold"]


def print_hold(output: Output, analysis: Analysis, answer: HoldAnswer) -> None:
    """Print the answer: a sentence, the four outputs, then deal by deal, then the roads."""
    from detente.reports import hold_answer_words as a
    from detente.reports import hold_words as w
    from detente.reports.road_words import road_sentences

    case = analysis.case
    output.say(a.hold_answer_sentence(case, answer), style="bold")
    basis = a.hold_answer_basis(answer)
    output.say(f"Rests on: {', '.join(basis)}" if basis else "Rests on no claim.")
    output.say(f"Reckoned with: {w.CONCEPT_WORDS[answer.concept]}.")
    if answer.deals:
        _four(output, analysis, answer)
    for number, hold in enumerate(answer.deals):
        _deal(output, analysis, hold, is_first=number == 0)
    if answer.roads.roads or answer.roads.too_large or answer.roads.resting:
        output.heading("Roads from here")
        for heading, lines in road_sentences(case, answer.roads):
            output.say(heading)
            for line in lines:
                output.say(f"- {line}", 2)


def _four(output: Output, analysis: Analysis, answer: HoldAnswer) -> None:
    from rich.table import Table

    from detente.reports.hold_words import (
        HELD_SIGNS,
        HELD_WORDS,
        carried_out_cell,
        good_cell,
    )

    output.heading("Agreed, carried out, kept, good")
    table = Table(show_edge=False, pad_edge=False)
    for column in ("", "would all sign?", "carried out?", "kept?", "good for those who bear it?"):
        table.add_column(column)
    for hold in answer.deals:
        plain = [f"{HELD_SIGNS[v]} {HELD_WORDS[v]}" for v in (hold.agreed, hold.kept)]
        carried_out, good = (" ".join(c[1:]) for c in (carried_out_cell(hold), good_cell(hold)))
        cells = [plain[0], carried_out, plain[1], good]
        table.add_row(analysis.case.deals[hold.deal].title, *cells)
    output.console.print(table)


def _deal(output: Output, analysis: Analysis, hold: DealHold, *, is_first: bool) -> None:
    from detente.reports import hold_answer_words as a
    from detente.reports import hold_words as w

    case = analysis.case
    output.heading(case.deals[hold.deal].title)
    if not is_first:  # of the first it is the answer above
        output.say(a.hold_sentence(case, hold))
    if hold.too_large:
        return
    groups: list[tuple[str, list[str]]] = [
        ("Carrying it out", w.performance_sentences(case, hold.performance)),
        (
            "",
            [
                w.stop_sentence(case, stop, hold.concept)
                for stop in hold.performance.stops_that_matter
            ],
        ),
        (
            "Once it is carried out",
            [
                f"{case.title_of(keeping.party)}: {sentence[0].lower()}{sentence[1:]}"
                for keeping in hold.keeping
                if keeping.must_act or keeping.breaking or keeping.held_by or keeping.depends_on
                for sentence in w.keeping_sentences(case, keeping, hold.concept)
            ],
        ),
        ("", a.group_sentences(case, hold) + a.moving_sentences(case, hold)),
        ("What binds them", a.bond_sentences(case, hold)),
        ("What would hold it", a.binding_sentences(case, hold)),
        ("Good for those who bear it", [a.bearer_sentence(case, b) for b in hold.good]),
        ("What the case says could break it", [a.stated_sentence(case, s) for s in hold.stated]),
    ]
    for heading, sentences in groups:
        if sentences and heading:
            output.say(f"{heading}:", 2)
        for sentence in sentences:
            output.say(f"- {sentence}", 4)
