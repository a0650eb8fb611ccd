"""The verbs that speak with other programs: import their domains, export a case to them."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.output import Output, finish_with
from detente.errors import CaseExistsError, CaseWriteError, NotFoundError

if TYPE_CHECKING:
    from detente.interchange import CaseText, Written
    from detente.model import Case

__all__ = ["register"]


class ExportFormat(StrEnum):
    """What `detente export` writes."""

    GENIUS = "genius"
    GENIUSWEB = "geniusweb"
    NEGMAS = "negmas"
    GMCR = "gmcr"


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
            "a scorable game. Or a save file of GMCR+.",
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
    today: Annotated[
        str | None,
        typer.Option(
            metavar="YNN",
            help="GMCR+: the state that holds today, one Y or N for each option. If left out, no to "
            "everything, as far as that is feasible and can be taken back.",
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
        from detente.interchange import find_gmcr

        model = find_gmcr(source)
        if model is not None:
            _refuse_for(model, {"profile": profile, "real-steps": real_steps, "no-deal": no_deal})
            imported = _graph_model(model, today)
        else:
            _refuse_for(source, {"today": today})
            imported = _domains(source, profile or (), real_steps, no_deal)
        _check_free(folder)
        _write_folder(
            folder,
            {
                f"{one.inside}/case.yaml" if one.inside else "case.yaml": formatted(one.text.text)
                for one in imported
            },
        )
        if as_json:
            Output().json(
                {
                    "schema": "detente/import/1",
                    "folder": str(folder),
                    "format": imported[0].format,
                    "cases": [
                        {
                            "file": str(folder / one.inside / "case.yaml"),
                            "domain": one.domain,
                            "packages": one.size,
                            "parties": list(one.text.parties),
                            "issues": list(one.text.issues),
                            "not_carried": list(one.text.notes),
                        }
                        for one in imported
                    ],
                }
            )
            return
        output = Output()
        for one in imported:
            place = folder / one.inside if one.inside else folder
            what = "states" if one.format == "gmcr" else "packages"
            packages = "" if one.size is None else f", {one.size:,} {what}"
            output.say(
                f"{place}/case.yaml: {one.domain}, "
                f"{_count(len(one.text.parties), 'party', 'parties')}, "
                f"{_count(len(one.text.issues), 'issue', 'issues')}{packages}."
            )
            _list_notes(output, one.text.notes)
        output.say(f"Next: detente check {folder / imported[0].inside}")


@dataclass(frozen=True, slots=True)
class _Imported:
    """A case that is to be written, in a folder ``inside`` the one named, or there itself."""

    inside: str
    domain: str
    size: int | None
    format: str
    text: CaseText


def _refuse_for(source: Path, options: Mapping[str, object]) -> None:
    """Refuse options that mean nothing for what is imported, rather than pass over them."""
    given = [f"--{name}" for name, value in options.items() if value not in (None, [])]
    if given:
        raise NotFoundError(
            f"{source.as_posix()}: found {', '.join(given)}, expected no such option for this "
            "format; leave it out"
        )


def _graph_model(file: Path, today: str | None) -> list[_Imported]:
    from detente.interchange import GMCR, gmcr_case_text, read_gmcr

    model = read_gmcr(file)
    text = gmcr_case_text(model, date.today().isoformat(), today)
    return [_Imported("", model.name, model.size, GMCR, text)]


def _domains(
    source: Path, profiles: Sequence[str], real_steps: int | None, no_deal: float | None
) -> list[_Imported]:
    from detente.interchange import case_text, read_foreign, with_steps
    from detente.interchange.names import file_names

    domains = read_foreign(source, profiles)
    insides, as_of = [""], date.today().isoformat()
    if len(domains) > 1:
        insides = file_names([domain.name.split("/", 1)[-1] for domain in domains])
    imported = []
    for inside, domain in zip(insides, domains, strict=True):
        whole = domain if real_steps is None else with_steps(domain, real_steps)
        seats = tuple(range(len(whole.profiles))) if profiles else None
        text = case_text(whole, as_of, seats, no_deal)
        imported.append(_Imported(inside, domain.name, domain.size, domain.format.value, text))
    return imported


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
        typer.Option("--format", metavar="NAME", help="genius, geniusweb, negmas or gmcr."),
    ] = ExportFormat.GENIUS,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The table to export; needed where there are several, but for gmcr: it takes the "
            "whole case.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a case's table as another program's domain.

    Only parties whose preference is in points have a profile there. gmcr is a
    graph model instead: who can do what, and what each party wants, in statements
    or an order of all states. What cannot be carried is listed.

    Example: detente export my-case --format negmas -o scenario
    """
    with finish_with(as_json):
        from detente.casefile import read_case

        written = _written(read_case(case), table, to)
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


def _written(case: Case, table: str | None, to: ExportFormat) -> Written:
    from detente.interchange import (
        from_case,
        gmcr_from_case,
        write_genius,
        write_geniusweb,
        write_gmcr,
        write_negmas,
    )

    if to is ExportFormat.GMCR:
        return write_gmcr(gmcr_from_case(case, table))
    writers = {
        ExportFormat.GENIUS: write_genius,
        ExportFormat.GENIUSWEB: write_geniusweb,
        ExportFormat.NEGMAS: write_negmas,
    }
    return writers[to](from_case(case, table))


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
