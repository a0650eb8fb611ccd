"""Answers on the terminal: sentences first, then tables; problems on standard error."""

from __future__ import annotations

import json
import textwrap
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from detente.errors import (
    CaseExistsError,
    DetenteError,
    NotFoundError,
    Problem,
)

if TYPE_CHECKING:
    from detente.analysis import Analysis, DealAnswer, Finding

__all__ = ["Output", "Step", "complain", "finish_with"]

Step = Callable[[int, int], None]
"""Called with the number of steps done and their total."""

SECONDS_BEFORE_BAR = 2.0


def complain(text: str) -> None:
    """Print to standard error."""
    typer.echo(text, err=True)


@contextmanager
def finish_with(as_json: bool) -> Iterator[None]:
    """Turn what was raised on purpose into a message and an exit code; let a bug show itself."""
    try:
        yield
    except DetenteError as error:
        usage = isinstance(error, NotFoundError | CaseExistsError)
        if as_json:
            from detente.reports.as_json import error_as_json

            _print_json(error_as_json(error))
        else:
            complain(str(error))
        raise typer.Exit(2 if usage else 1) from error
    except KeyboardInterrupt:
        complain("Stopped. Nothing was written.")
        raise typer.Exit(130) from None


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))


class Output:
    """Writes to standard output; as wide as the terminal, 80 columns where there is none."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console(highlight=False, soft_wrap=False, emoji=False)

    def json(self, data: Any) -> None:
        _print_json(data)

    def say(self, text: str, indent: int = 0, style: str = "") -> None:
        """Print text; where it wraps, its lines stay under each other."""
        for line in text.split("\n"):
            lead = " " * (indent + len(line) - len(line.lstrip()))
            wrapped = textwrap.wrap(
                line, self.console.width, initial_indent=lead, subsequent_indent=lead,
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip
            self.console.print("\n".join(wrapped), style=style, markup=False, soft_wrap=True)

    @contextmanager
    def progress(self, title: str) -> Iterator[Step]:
        """Show a bar on standard error if the work takes longer than two seconds."""
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        bar = Progress(console=console, transient=True)
        task = bar.add_task(title, total=None)
        timer = threading.Timer(SECONDS_BEFORE_BAR, bar.start)
        timer.daemon = True
        timer.start()
        try:
            yield lambda done, total: bar.update(task, completed=done, total=total)
        finally:
            timer.cancel()
            bar.stop()

    # --- check --------------------------------------------------------------------------

    def check(
        self, problems: Sequence[Problem], findings: Sequence[Finding], *, readable: bool
    ) -> None:
        if problems:
            self.say(f"{_count(len(problems), 'error')}:")
            for problem in problems:
                self.say(f"\n{problem}")
        else:
            self.say("No errors.")
        if not readable:
            self.say("\nFindings are listed once the errors are put right.")
            return
        if not findings:
            self.say("\nNo findings.")
            return
        self.say(f"\n{_count(len(findings), 'finding')}:")
        kinds: dict[str, list[Finding]] = {}
        for finding in findings:
            kinds.setdefault(finding.kind, []).append(finding)
        for kind, group in kinds.items():
            self.heading(f"{kind[0].upper()}{kind[1:]} ({len(group)})")
            self._group(group)

    def _group(self, group: Sequence[Finding]) -> None:
        """List findings of one kind; what to do about them is said once where it is the same."""
        one_fix = len(group) > 1 and len({finding.fix for finding in group}) == 1
        for finding in group:
            self.say(finding.words, 2)
            self.say(str(finding.place), 4, style="dim")
            if finding.fix and not one_fix:
                self.say(f"fix: {finding.fix}", 4, style="dim")
        if one_fix and group[0].fix:
            self.say(f"fix, for each: {group[0].fix}", 2, style="dim")

    # --- deals --------------------------------------------------------------------------

    def deals(self, analysis: Analysis) -> None:
        from detente.reports import answer_words as a
        from detente.reports.opening_words import opening_sentences, told_words

        case, answer = analysis.case, analysis.deals
        self.say(a.answer_sentence(case, answer), style="bold")
        basis = a.answer_basis(answer)
        if basis:
            self.say(f"Rests on: {', '.join(basis)}")
        else:
            self.say("Rests on no claim.")
        for deal in answer.deals:
            self._deal(analysis, deal)
        if answer.deals:
            self._matrix(analysis)
            self._comparisons(analysis)
        self.heading("At each table")
        for table in answer.tables:
            self.say(a.table_sentence(case, table))
            for point in table.points:
                self.say(a.point_sentence(case, point), 2)
            if table.no_points_because:
                self.say(f"No balance of points: {table.no_points_because}.", 2)
            if table.opening is not None:
                for heading, sentences in opening_sentences(case, table.opening):
                    self.say(f"{heading}:", 2)
                    for told in sentences:
                        self.say(f"- {told_words(case, told)}", 4)

    def heading(self, text: str) -> None:
        """Start a part of the answer."""
        self.console.print(f"\n{text}", style="bold underline", markup=False)

    def _deal(self, analysis: Analysis, deal: DealAnswer) -> None:
        from detente.reports import wording as w
        from detente.reports.opening_words import lack_sentences

        case = analysis.case
        self.heading(case.deals[deal.deal].title)
        self.say(w.deal_sentence(case, deal, analysis.deals.against))
        if deal.quota is not None:
            of = w.party_words(case, deal.quota.of)
            self.say(f"Enough means: at least {deal.quota.at_least} of {of}.")
        for consent in (*deal.blockers, *deal.undecided):
            claims = ", ".join(consent.reason.ground.claims)
            self.say(w.consent_sentence(case, consent) + (f" [{claims}]" if claims else ""), 2)
        repair = w.repair_sentence(case, deal)
        if repair:
            self.say(repair)
        beaten = w.among_sentence(case, deal)
        if beaten:
            self.say(beaten)
        for lack in lack_sentences(case, deal):
            self.say(lack, 2)
        for hole in deal.unbound:
            option = w.option_words(case, hole.issue, hole.option)
            self.say(
                f"Hole: {w.the_party(case, hole.party)} must act (“{option}”) and is bound by nobody."
            )
        for clock in deal.still_running:
            self.say(f"Does not stop a clock: “{case.title_of(clock)}” may still come.")
        for party, words in deal.beyond_mandate:
            self.say(f"Beyond the mandate of {w.the_party(case, party)}: “{words}”.")

    def _matrix(self, analysis: Analysis) -> None:
        from rich.table import Table

        from detente.reports import wording as w

        case, deals = analysis.case, analysis.deals.deals
        self.heading("Who could live with what")
        self.say("* its consent is needed")
        if any(consent.asked_as == "counts" for deal in deals for consent in deal.consents):
            self.say("° it is one of those of whom enough must agree")
        table = Table(show_edge=False, pad_edge=False)
        table.add_column("")
        for deal in deals:
            table.add_column(case.deals[deal.deal].title)
        stances = {
            (deal.deal, consent.party): consent for deal in deals for consent in deal.consents
        }
        for party in dict.fromkeys(c.party for deal in deals for c in deal.consents):
            cells = []
            for deal in deals:
                consent = stances.get((deal.deal, party))
                if consent is None:
                    cells.append("")
                    continue
                star = "*" if consent.is_asked else "°" if consent.asked_as else ""
                sign, word = w.STANCE_SIGNS[consent.stance], w.STANCE_WORDS[consent.stance]
                cells.append(f"{sign} {word}{star}")
            table.add_row(case.title_of(party), *cells)
        self.console.print(table)

    def _comparisons(self, analysis: Analysis) -> None:
        from rich.table import Table

        from detente.reports import wording as w

        case, answer = analysis.case, analysis.deals
        self.heading("Compared with")
        table = Table(show_edge=False, pad_edge=False)
        table.add_column("")
        for deal in answer.deals:
            table.add_column(case.deals[deal.deal].title)
        for comparison in answer.comparisons:
            cells = [w.VERDICT_WORDS[comparison.verdicts[deal.deal]] for deal in answer.deals]
            table.add_row(w.against_words(case, comparison.against), *cells)
        self.console.print(table)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
