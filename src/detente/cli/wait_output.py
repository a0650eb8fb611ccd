"""Who gains by waiting, on the terminal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.analysis import Analysis, DealWaiting, WaitAnswer
    from detente.cli.output import Output

__all__ = ["print_wait"]


DATE_WIDTH = 6
"""Columns of a date that is broken before its year, so that a narrow terminal has room for names."""


def print_wait(output: Output, analysis: Analysis, answer: WaitAnswer) -> None:
    """Print the answer: a sentence, how it may go by date, then deal by deal, then what it turns on."""
    from detente.reports import wait_turn_words as turns
    from detente.reports import wait_words as w

    case = analysis.case
    output.say(w.wait_answer_sentence(case, answer), style="bold")
    if steady := turns.steady_sentence(case, answer):
        output.say(steady)
    basis = w.wait_answer_basis(case, answer)
    output.say(f"Rests on: {', '.join(basis)}" if basis else "Rests on no claim.")
    if answer.ways:
        _ways(output, analysis, answer)
    if answer.deals:
        output.heading("Signing against waiting")
        output.say(w.UNIT_EXPLAINED)
    for deal in answer.deals:
        _deal(output, analysis, answer, deal)
    turning = turns.turning_sentences(case, answer)
    if turning:
        output.heading("Where it would turn")
        for sentence in turning:
            output.say(f"- {sentence}", 2)
    if answer.ripeness:
        output.heading("Is it ripe?")
        output.say(turns.WHEN_RIPE)
        before = ""
        for period, rows in groupby(answer.ripeness, key=lambda r: r.period):
            words = turns.ripeness_sentence(case, list(rows))
            if words and words != before:
                output.say(f"- {w.day_words(answer.day_of(period))}: {words}", 2)
                before = words
    output.heading("How it was reckoned")
    days = f"{answer.step:g} day{'s' if answer.step != 1 else ''}"
    until = w.day_words(answer.day_of(answer.n_periods))
    turned = len(answer.halving_turns)
    output.say(
        f"Until {until}, in steps of {days}. Halving the steps moved no gain by "
        f"more than {w.gain_words(answer.halving)} and turned {turned or 'nobody'}. "
        f"Each range was drawn from {answer.n_draws} times. Assumed:"
    )
    for assumed in answer.assumed:
        output.say(f"- {assumed.what}: {assumed.words}", 2)
    for note in answer.notes:
        output.say(f"- {note}", 2)


def _ways(output: Output, analysis: Analysis, answer: WaitAnswer) -> None:
    from rich.table import Table

    from detente.reports.sections.wait import shown_periods
    from detente.reports.wait_turn_words import HOW_CHANCES_READ, way_sentence
    from detente.reports.wait_words import day_words, short_day

    output.heading("What happens by which date")
    periods = shown_periods(answer)
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("")
    for period in periods:
        table.add_column(short_day(answer.day_of(period)), justify="right", max_width=DATE_WIDTH)
    names = {"deal": "agreed first: {}", "other deal": "agreed first: another package",
             "ending": "{}, nothing agreed", "open": "nothing agreed, no ending"}  # fmt: skip
    for way in answer.ways:
        shown = [f"{100 * way.chance.middle[p]:.0f}%" for p in periods]
        table.add_row(names[way.kind].format(way.title), *shown)
    output.console.print(table)
    output.say(f"By {day_words(answer.day_of(periods[-1]))}:")
    for way in answer.ways:
        output.say(f"- {way_sentence(analysis.case, way, periods[-1])}", 2)
    output.say(HOW_CHANCES_READ)


def _deal(output: Output, analysis: Analysis, answer: WaitAnswer, deal: DealWaiting) -> None:
    from detente.reports import wait_words as w

    case = analysis.case
    ours = " (our idea, in no source)" if case.deals[deal.deal].ground.our_idea else ""
    output.heading(f"{case.deals[deal.deal].title}{ours}")
    output.say(w.wait_sentence(case, answer, deal))
    if signable := w.signable_sentence(answer, deal):
        output.say(signable)
    for party in deal.parties if deal.can_be_signed else ():
        if party.is_asked:
            output.say(f"- {case.title_of(party.party)}: {w.party_sentence(answer, party)}", 2)
            for driver in w.drivers_that_matter(party):
                output.say(f"- {w.driver_sentence(case, party, driver)}", 6)
    extra = [*w.breaking_sentences(case, deal), w.offer_sentence(case, deal),
             w.tabled_sentence(case, deal)]  # fmt: skip
    for sentence in extra:
        if sentence:
            output.say(sentence, 2)
