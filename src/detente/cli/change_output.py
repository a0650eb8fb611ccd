"""What would change this, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.analysis.change_answers import ChangeAnswer, HeldLever, PartyLeverage, Variation
    from detente.cli.output import Output
    from detente.model import Case

__all__ = ["print_change"]


def print_change(output: Output, case: Case, answer: ChangeAnswer) -> None:
    """Print the answer: a sentence, what is so now, each lever and scenario, searches, the ledger."""
    from detente.reports import change_answer_words as a
    from detente.reports import change_words as w

    output.say(a.change_answer_sentence(case, answer), style="bold")
    basis = a.change_answer_basis(case, answer)
    output.say(f"Rests on: {', '.join(basis)}" if basis else "Rests on no claim.")
    _base(output, case, answer)
    singles = [v for v in answer.variations if len(v.names) == 1]
    _variations(output, case, "Each lever alone", [v for v in singles if v.names[0] in case.levers])
    _variations(
        output,
        case,
        "Each other course of events alone",
        [v for v in singles if v.names[0] in case.scenarios],
    )
    _variations(output, case, "All together", [v for v in answer.variations if len(v.names) > 1])
    if answer.searches:
        output.heading("The smallest sets of levers")
        output.say(a.HOW_SEARCHED)
    for search in answer.searches:
        output.say(a.search_sentence(case, search))
        if len(search.found) > 1:
            for names in search.found:
                output.say(f"- {w.names_words(case, names)}", 2)
        for sentence in a.search_sentences(case, search):
            output.say(f"- {sentence}", 2)
    _ledger(output, case, answer)
    for sentence in a.flaw_sentences(case, answer):
        output.say(sentence)


def _base(output: Output, case: Case, answer: ChangeAnswer) -> None:
    """Say what holds as it is: the base of every comparison."""
    from rich.table import Table

    from detente.reports import change_words as w
    from detente.reports.number_words import number_words
    from detente.reports.sections.change import columns_of

    output.heading("As it is")
    table = Table(show_edge=False, pad_edge=False)
    for column in ("", "now", "called"):
        table.add_column(column)
    about = ""
    for conclusion in columns_of(answer):
        if conclusion.about != about:
            about = conclusion.about
            table.add_row(case.title_of(about), "", "")
        of_table = about in case.tables
        question = w.OF_A_TABLE_ASKED if of_table else w.QUESTION_WORDS[conclusion.kind]
        verdict = answer.base.verdicts[answer.conclusions.index(conclusion)]
        sign, word = w.verdict_cell(verdict)
        table.add_row(f"  {question}", f"{sign} {word}", conclusion.id)
    output.console.print(table)
    for stand in answer.base.tables:
        if stand.n_possible is not None:
            count = number_words(stand.n_possible)
            output.say(f"“{case.title_of(stand.table)}”: all would sign {count} of its packages.")


def _variations(output: Output, case: Case, heading: str, variations: list[Variation]) -> None:
    from detente.reports import change_words as w
    from detente.reports.change_sentences import variation_sentences

    if not variations:
        return
    output.heading(heading)
    for variation in variations:
        name = w.names_words(case, variation.names)
        sentences = variation_sentences(case, variation)
        if len(sentences) == 1 and not variation.turns:
            output.say(f"{name}: {sentences[0]}")
            continue
        output.say(f"{name}: {w.EFFECT_WORDS[variation.effect]}")
        for sentence in sentences:
            output.say(f"- {sentence}", 2)


def _ledger(output: Output, case: Case, answer: ChangeAnswer) -> None:
    from detente.reports import change_answer_words as a
    from detente.reports import change_words as w

    if not answer.ledger:
        return
    output.heading("Who holds which lever")
    told: set[str] = set()
    for leverage in answer.ledger:
        output.say(a.holder_words(case, leverage))
        for held in leverage.levers:
            output.say(f"- “{w.title_words(case, held.lever)}”{_said_of(case, held, leverage)}", 2)
            if held.lever in told:
                output.say("as above", 4)
                continue
            told.add(held.lever)
            output.say(f"now: {w.worth_words(case, held.worth[0].variation)}", 4)
            for when, words in a.event_worth_words(case, held):
                output.say(f"{when}: {words}", 4)


def _said_of(case: Case, held: HeldLever, leverage: PartyLeverage) -> str:
    """Say who must authorise a lever and how believed it is, as far as that is said."""
    from detente.reports import change_answer_words as a

    said = []
    if held.must_authorise:
        said.append(f"must be authorised by: {a.authority_words(case, held, leverage)}")
    if held.believed is not None:
        said.append(f"believed: {a.believed_words(held)}")
    return f" ({'; '.join(said)})" if said else ""
