"""The verbs.

Exit codes: 0 done, 1 the case has problems (or a file could not be written), 2 wrong usage.
Heavy imports happen inside the verbs, so that ``--help`` stays quick.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from detente.cli.answers import register_answers
from detente.cli.interchange import register
from detente.cli.options import AgainstOption, BudgetOption, CaseArgument, DrawsOption, JsonOption
from detente.cli.output import Output, complain, finish_with

__all__ = ["main"]

app = typer.Typer(
    name="detente",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from detente._version import __version__

        typer.echo(f"detente {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Negotiation analysis that shows the sentence each answer rests on.

    A case is a folder of YAML files and source texts. Start with an example:

      detente new my-case --from aleppo-2016

      detente report my-case -o brief.html
    """


@app.command()
def check(case: CaseArgument, as_json: JsonOption = False) -> None:
    """List everything wrong with a case, then what a careful reader should know.

    Errors end with status 1; findings alone with 0.

    Example: detente check examples/aleppo-2016
    """
    with finish_with(as_json):
        from detente.analysis import findings_of
        from detente.casefile import examine_case
        from detente.reports.as_json import findings_as_json

        reading = examine_case(case)
        found = findings_of(reading.case, reading.undescribed) if reading.case else ()
        output = Output()
        if as_json:
            output.json(findings_as_json(reading.problems, found))
        else:
            output.check(reading.problems, found, readable=reading.case is not None)
        if reading.problems:
            raise typer.Exit(1)


register_answers(app)


@app.command()
def report(
    case: CaseArgument,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="Where to write the brief.")
    ] = Path("brief.html"),
    against: AgainstOption = None,
    budget: BudgetOption = None,
    draws: DrawsOption = 100,
    redact: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Hide a party, a speaker or a source everywhere in the brief; may be repeated.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the brief: every answer on one printable page that opens from a file.

    Example: detente report examples/aleppo-2016 -o brief.html
    """
    with finish_with(as_json):
        from detente.analysis import MOST_POINTS, Reckoning, analyse, analyse_change
        from detente.casefile import Variations, write_file
        from detente.reports.answer_words import answer_sentence
        from detente.reports.brief import as_html

        vary = Variations(case)
        read = vary.case
        most_points = budget or MOST_POINTS
        output = Output()
        with output.progress("Examining packages") as step:
            reckoning = Reckoning(draws=draws)
            analysis = analyse(read, against, step, most_points=most_points, reckoning=reckoning)
            analysis = replace(
                analysis,
                change=analyse_change(
                    read, vary, against=against, events=(), most_points=most_points, step=step
                ),
            )
        page = as_html(analysis, redact or ())
        write_file(out, page)
        if as_json:
            output.json(
                {"schema": "detente/report/1", "file": str(out), "bytes": len(page.encode())}
            )
            return
        if not redact:
            output.say(answer_sentence(read, analysis.deals))
        output.say(f"The brief is in {out}. Open it in a browser; it prints.")


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")],
    example: Annotated[
        str | None,
        typer.Option("--from", metavar="EXAMPLE", help="Copy an example instead."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Start a case: a small one to change, or a copy of an example.

    Example: detente new my-case --from aleppo-2016
    """
    with finish_with(as_json):
        from detente.casefile import new_case

        title = folder.resolve().name.replace("-", " ").replace("_", " ").strip() or "A negotiation"
        new_case(folder, title[0].upper() + title[1:], date.today().isoformat(), example)
        output = Output()
        if as_json:
            output.json({"schema": "detente/new/1", "folder": str(folder), "from": example})
            return
        output.say(f"{folder}/case.yaml is ready. Next: detente check {folder}")


@app.command()
def examples(as_json: JsonOption = False) -> None:
    """List the examples that `detente new --from` copies.

    Example: detente examples
    """
    with finish_with(as_json):
        from detente.casefile import example_names

        output = Output()
        if as_json:
            output.json({"schema": "detente/examples/1", "examples": list(example_names())})
            return
        for name in example_names():
            output.say(name)


@app.command()
def fmt(
    case: CaseArgument,
    look: Annotated[
        bool, typer.Option("--check", help="Change nothing; status 1 if something would change.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring a case's files into house style, and record the hashes of new sources.

    Words, order and comments stay.

    Example: detente fmt my-case
    """
    with finish_with(as_json):
        from detente.casefile import format_case

        done = format_case(case, write=not look)
        output = Output()
        changed = bool(done.restyled or done.hashed)
        if as_json:
            output.json(
                {
                    "schema": "detente/fmt/1",
                    "written": not look,
                    "restyled": list(done.restyled),
                    "hashed": list(done.hashed),
                }
            )
        else:
            verb = "would be " if look else ""
            for name in done.restyled:
                output.say(f"{name}: {verb}restyled")
            for name in done.hashed:
                output.say(f"{name}: hash {verb}recorded")
            if not changed:
                output.say("Nothing to change.")
        if look and changed:
            raise typer.Exit(1)


register(app)


@app.command()
def schema(
    part: Annotated[
        str,
        typer.Argument(
            metavar="PART",
            help="case, part (the other files of a folder), source or scenario; "
            "or the JSON that a verb prints: check, deals, hold, wait, change, report, new, examples, fmt, import, export or error.",
        ),
    ] = "case",
) -> None:
    """Print a JSON Schema: of the case file, for editors; or of a verb's --json output.

    Example: detente schema > case.schema.json
    """
    with finish_with(as_json=False):
        found = _schema(part)
        if found is None:
            complain(
                f"PART: found {part!r}, expected case, part, source, scenario, or a verb that has --json"
            )
            raise typer.Exit(2)
        Output().json(found)


def _schema(part: str) -> dict[str, Any] | None:
    from detente.casefile import SchemaPart, json_schema

    parts: dict[str, SchemaPart] = {
        "case": "case", "part": "part", "source": "source", "scenario": "scenario",
    }  # fmt: skip
    if part in parts:
        return json_schema(parts[part])
    from importlib.resources import files

    file = files("detente.reports") / "schemas" / f"{part}-1.json"
    if not part.isalpha() or not file.is_file():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may not know every sign
    app()
