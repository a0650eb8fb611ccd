"""The verbs that answer: one for each of the questions a mediator asks."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from detente.cli.change import change
from detente.cli.options import AgainstOption, BudgetOption, CaseArgument, DrawsOption, JsonOption
from detente.cli.output import Output, complain, finish_with

__all__ = ["register_answers"]


class ConceptName(StrEnum):
    """Names of the stability concepts, as the field abbreviates them."""

    NASH = "nash"
    GMR = "gmr"
    SMR = "smr"
    SEQ = "seq"


class TabledName(StrEnum):
    """Which packages are reckoned to be proposed."""

    STATED = "stated"
    ALL = "all"


def register_answers(app: typer.Typer) -> None:
    """Add the verbs, in the order of the questions."""
    for verb in (deals, hold, wait, change):
        app.command()(verb)


def deals(
    case: CaseArgument,
    against: AgainstOption = None,
    budget: BudgetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which packages would everyone who must agree rather have than none?

    For each deal: who could live with it, who blocks it over what, and the nearest package that
    all would accept. For each table: how many of its packages are possible.

    Example: detente deals examples/aleppo-2016 --against today
    """
    with finish_with(as_json):
        from detente.analysis import MOST_POINTS, analyse
        from detente.casefile import read_case
        from detente.reports.as_json import deals_as_json

        read = read_case(case)
        output = Output()
        with output.progress("Examining packages") as step:
            analysis = analyse(
                read,
                against,
                step,
                most_points=budget or MOST_POINTS,
                keep_partial=True,
                with_hold=False,
                with_wait=False,
            )
        if as_json:
            output.json(deals_as_json(analysis))
        else:
            output.deals(analysis)
        if not analysis.deals.is_complete:
            complain("Stopped. What was answered by then is above; the rest was not looked at.")
            raise typer.Exit(130)


def hold(
    case: CaseArgument,
    deal: Annotated[
        list[str] | None,
        typer.Option("--deal", metavar="NAME", help="Only this deal; may be repeated."),
    ] = None,
    concept: Annotated[
        ConceptName,
        typer.Option(
            help="Which answers count as stopping somebody who would gain by breaking a deal. "
            "nash: none. gmr: any. smr: any that cannot be made up for by one more move. "
            "seq: only those that are gains for who gives them.",
        ),
    ] = ConceptName.SEQ,
    as_json: JsonOption = False,
) -> None:
    """Once signed, would it be carried out and kept? Who could break it, and what stops them?

    For each deal: who gains by stopping half-way, under every order of steps; who could break it
    once it is carried out, by which move, and who could answer; what would have to follow from
    breaking it for it to hold. Then the roads from today to each ending.

    Example: detente hold examples/aleppo-2016 --deal kerry_package
    """
    with finish_with(as_json):
        from detente.analysis import analyse
        from detente.casefile import read_case
        from detente.cli.hold_output import print_hold
        from detente.engines.stability import Concept
        from detente.reports.hold_json import hold_as_json

        read = read_case(case)
        output = Output()
        with output.progress("Examining moves") as step:
            analysis = analyse(
                read, None, step, concept=Concept[concept.name], hold_of=deal, with_wait=False
            )
        if analysis.hold is None:
            return
        if as_json:
            output.json(hold_as_json(analysis, analysis.hold))
        else:
            print_hold(output, analysis, analysis.hold)


def wait(
    case: CaseArgument,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="The last day looked at. If left out, chosen from the clocks."
        ),
    ] = None,
    draws: DrawsOption = 100,
    tabled: Annotated[
        TabledName,
        typer.Option(
            help="Which packages are reckoned to be proposed. stated: the deals on the table, or all "
            "packages of a table without any. all: our own ideas too, and every package of every "
            "table where a deal at one ends the talks at the others.",
        ),
    ] = TabledName.STATED,
    as_json: JsonOption = False,
) -> None:
    """Who gains by waiting, until when, and what happens by which date?

    For each deal and each party whose consent it needs: signing against waiting, today and at every
    date, and what that turns on. The chance of each ending by date. What today's offer would have
    to contain to beat waiting. Whom time hurts, and who sees a way out.

    Example: detente wait examples/aleppo-2016 --until 2017-03-31
    """
    with finish_with(as_json):
        from detente.analysis import Reckoning, analyse
        from detente.casefile import read_case
        from detente.cli.wait_output import print_wait
        from detente.reports.wait_json import wait_as_json

        read = read_case(case)
        last = None if until is None else _day_after(until, read.as_of.first)
        reckoning = Reckoning(until=last, draws=draws, tabled=tabled.value)
        output = Output()
        with output.progress("Reckoning with time") as step:
            analysis = analyse(read, None, step, with_hold=False, reckoning=reckoning)
        if analysis.wait is None:
            complain(analysis.no_wait)
            raise typer.Exit(1)
        if as_json:
            output.json(wait_as_json(analysis, analysis.wait))
        else:
            print_wait(output, analysis, analysis.wait)


def _day_after(text: str, start: date) -> date:
    """Read a date that lies after another one, or end with what is wrong with it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        complain(f"--until: found {text!r}, expected a date such as 2017-03-31")
        raise typer.Exit(2) from None
    if day <= start:
        complain(f"--until: found {text}, expected a day after {start}, the day of the case")
        raise typer.Exit(2)
    return day
