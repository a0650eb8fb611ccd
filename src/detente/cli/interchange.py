"""The verbs that speak with other programs: import their domains, export a case to them."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from detente.cli.output import Output, finish_with
from detente.errors import CaseExistsError, CaseWriteError

__all__ = ["register"]


class ExportFormat(StrEnum):
    """What `detente export` writes."""

    GENIUS = "genius"
    GENIUSWEB = "geniusweb"
    NEGMAS = "negmas"


JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command("import")(import_domain)
    app.command("export")(export_case)


def import_domain(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SRC",
            help="A folder with a domain and its profiles, or the domain file in it: Genius XML "
            "(also with types and effects of time), GeniusWeb or NegoLog JSON, a NegMAS scenario, "
            "a scorable game.",
        ),
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")],
    profile: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Read only this profile; may be repeated. If left out, all of them, and of a "
            "party with several types the first.",
        ),
    ] = None,
    real_steps: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=10_000,
            help="Divide every range of real numbers into N equal steps, ends included. If left "
            "out, such a range is refused.",
        ),
    ] = None,
    no_deal: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            help="What no agreement is worth to a party whose file states nothing. If left out, "
            "unknown: from its worst package to its best.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Turn another program's negotiation domain into a case.

    What cannot be carried is listed, also at the top of the case file. A scenario
    of several deals becomes one case for each, in folders of their own.

    Example: detente import party-domain my-case
    """
    with finish_with(as_json):
        from detente.casefile.write import formatted
        from detente.interchange import case_text, read_foreign, with_steps
        from detente.interchange.names import file_names

        domains = read_foreign(source, profile or ())
        _check_free(folder)
        texts = {}
        insides, today = [""], date.today().isoformat()
        if len(domains) > 1:
            insides = file_names([domain.name.split("/", 1)[-1] for domain in domains])
        for inside, domain in zip(insides, domains, strict=True):
            whole = domain if real_steps is None else with_steps(domain, real_steps)
            seats = tuple(range(len(whole.profiles))) if profile else None
            texts[inside] = (domain, case_text(whole, today, seats, no_deal))
        _write_folder(
            folder,
            {
                f"{inside}/case.yaml" if inside else "case.yaml": formatted(text.text)
                for inside, (_, text) in texts.items()
            },
        )
        if as_json:
            Output().json(
                {
                    "schema": "detente/import/1",
                    "folder": str(folder),
                    "format": domains[0].format.value,
                    "cases": [
                        {
                            "file": str(folder / inside / "case.yaml"),
                            "domain": domain.name,
                            "packages": domain.size,
                            "parties": list(text.parties),
                            "issues": list(text.issues),
                            "not_carried": list(text.notes),
                        }
                        for inside, (domain, text) in texts.items()
                    ],
                }
            )
            return
        output = Output()
        for inside, (domain, text) in texts.items():
            place = folder / inside if inside else folder
            packages = "" if domain.size is None else f", {domain.size:,} packages"
            output.say(
                f"{place}/case.yaml: {domain.name}, {_count(len(text.parties), 'party', 'parties')}, "
                f"{_count(len(text.issues), 'issue', 'issues')}{packages}."
            )
            _list_notes(output, text.notes)
        output.say(f"Next: detente check {folder / next(iter(texts))}")


def export_case(
    case: Annotated[
        Path,
        typer.Argument(
            exists=True,
            metavar="CASE",
            help="A case folder, or one YAML file that holds the case.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="A folder that is new or empty.")
    ],
    to: Annotated[
        ExportFormat,
        typer.Option("--format", metavar="NAME", help="genius, geniusweb or negmas."),
    ] = ExportFormat.GENIUS,
    table: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The table to export; needed where there are several."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a case's table as another program's domain.

    Only parties whose preference is in points have a profile there. What cannot
    be carried is listed.

    Example: detente export my-case --format negmas -o scenario
    """
    with finish_with(as_json):
        from detente.casefile import read_case
        from detente.interchange import from_case, write_genius, write_geniusweb, write_negmas

        domain = from_case(read_case(case), table)
        writers = {
            ExportFormat.GENIUS: write_genius,
            ExportFormat.GENIUSWEB: write_geniusweb,
            ExportFormat.NEGMAS: write_negmas,
        }
        written = writers[to](domain)
        _check_free(out)
        _write_folder(out, written.files)
        output = Output()
        if as_json:
            output.json(
                {
                    "schema": "detente/export/1",
                    "folder": str(out),
                    "format": to.value,
                    "files": list(written.files),
                    "not_carried": list(written.notes),
                }
            )
            return
        output.say(f"{out}: {', '.join(written.files)}.")
        _list_notes(output, written.notes)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _list_notes(output: Output, notes: tuple[str, ...]) -> None:
    if not notes:
        output.say("Nothing was lost.", 2)
        return
    output.say("Not carried, or read with doubt:", 2)
    for note in notes:
        output.say(f"- {note}", 4)


def _check_free(folder: Path) -> None:
    try:
        taken = folder.is_symlink() or (
            folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
        )
    except OSError as error:
        raise CaseWriteError(
            f"{folder.as_posix()}: found a folder that cannot be read, expected a new one"
        ) from error
    if taken:
        raise CaseExistsError(
            f"{folder.as_posix()}: found something there already, expected an empty or a new "
            "folder; choose another name"
        )


def _write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write all files or none: beside the place first, then moved there in one step."""
    from detente.casefile import write_file

    target = folder.absolute()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            write_file(beside / name, text)
        if target.is_dir():
            target.rmdir()  # empty, as checked; a folder is not moved over another everywhere
        beside.rename(target)
    except (OSError, CaseWriteError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise CaseWriteError(
            f"{folder.as_posix()}: found {reason}, expected a place that can be written; nothing "
            "was left there"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(beside)
