"""The verb ``change``: levers and scenarios beside the case as it is."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.options import AgainstOption, CaseArgument, JsonOption
from detente.cli.output import Output, complain, finish_with

__all__ = ["change"]


def change(
    case: CaseArgument,
    lever: Annotated[
        list[str] | None,
        typer.Option(
            "--lever",
            metavar="NAME",
            help="Only this lever; may be repeated: then also all that are named together.",
        ),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            metavar="NAME",
            help="Only this other course of events; may be repeated, and joined with levers.",
        ),
    ] = None,
    turn: Annotated[
        list[str] | None,
        typer.Option(
            "--turn",
            metavar="ID",
            help="Search for the smallest sets of levers that turn this, as kerry_package.possible; "
            "may be repeated. If left out: whatever would not be signed, or not hold.",
        ),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=1, help="Levers pulled together, at most.")
    ] = 3,
    against: AgainstOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which lever, or which other course of events, would turn these answers? Whose is it?

    Every lever and scenario beside the case as it is: what turns, who moves, how many packages are
    left. The smallest sets of levers that turn a conclusion, each part of them tried. Who holds which
    lever, and what it is worth before and after other events.

    Example: detente change examples/aleppo-2016 --turn kerry_package.possible --most 2
    """
    with finish_with(as_json):
        from detente.analysis.change import analyse_change
        from detente.casefile import Variations
        from detente.cli.change_output import print_change
        from detente.reports.change_json import change_as_json

        vary = Variations(case)
        output = Output()
        with output.progress("Trying levers") as step:
            answer = analyse_change(
                vary.case,
                vary,
                lever,
                scenario,
                turn,
                most=most,
                against=against,
                step=step,
                keep_partial=True,
            )
        if as_json:
            output.json(change_as_json(vary.case, answer))
        else:
            print_change(output, vary.case, answer)
        if answer.was_stopped:
            complain("Stopped. What was found by then is above; the rest was not looked at.")
            raise typer.Exit(130)
