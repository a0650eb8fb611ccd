"""What the command line does with case folders: format them, start new ones, give the schema."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from detente.casefile.folder import LARGEST_YAML, case_files, text_of
from detente.casefile.schema import CaseSchema, ScenarioSchema, SourceSchema
from detente.casefile.write import edit_file, formatted, write_file
from detente.errors import (
    CaseExistsError,
    CaseFileError,
    CaseWriteError,
    NotFoundError,
    Problem,
)
from detente.ledger import NORMALISER

__all__ = [
    "Formatting",
    "SchemaPart",
    "example_names",
    "examples_folder",
    "format_case",
    "json_schema",
    "new_case",
]

SchemaPart = Literal["case", "part", "source", "scenario"]
SCHEMA_FOLDER = ".schema"


# --- schema ---------------------------------------------------------------------------------


def json_schema(part: SchemaPart = "case") -> dict[str, Any]:
    """Return the JSON Schema of a case file, generated from the classes that read it.

    ``part`` is for the other files of a folder (no entry is compulsory there), ``source`` and
    ``scenario`` for the files in the folders of those names.
    """
    models: dict[str, type[BaseModel]] = {"source": SourceSchema, "scenario": ScenarioSchema}
    schema = models.get(part, CaseSchema).model_json_schema()
    if part == "part":
        schema.pop("required", None)
    if part in ("case", "part"):
        # A claim may take these from `claim_defaults`.
        claim = schema["$defs"]["ClaimSchema"]
        claim["required"] = [name for name in claim["required"] if name == "quote"]
    return {"$schema": "http://json-schema.org/draft-07/schema#", **_as_read(schema)}


def _as_read(schema: Any) -> Any:
    """Allow what the reader takes: "true" for true, "3" for 3, and either 1 for the version."""
    if isinstance(schema, list):
        return [_as_read(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {name: _as_read(value) for name, value in schema.items()}
    match schema.get("type"):
        case "string" if schema.get("const", "").isdigit():
            schema |= {"enum": [int(schema["const"]), schema.pop("const")]}
            del schema["type"]
        case "boolean":
            schema |= {"type": ["boolean", "string"], "enum": [True, False, "true", "false"]}
        case "integer" | "number" as number:
            schema |= {"type": [number, "string"], "pattern": r"^[-+]?[0-9]+(\.[0-9]+)?$"}
    return schema


def _write_schemas(root: Path) -> None:
    folder = root / SCHEMA_FOLDER
    folder.mkdir(exist_ok=True)
    for part in ("case", "part", "source", "scenario"):
        text = json.dumps(json_schema(part), indent=1, ensure_ascii=False) + "\n"
        write_file(folder / f"{part}.schema.json", text)


# --- fmt ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Formatting:
    """What formatting would change, or has changed."""

    restyled: tuple[str, ...]
    hashed: tuple[str, ...]


def format_case(path: Path, *, write: bool = True) -> Formatting:
    """Bring a case's files into house style, and record the hashes of new sources.

    A hash that is there already is never touched: if a source has changed, ``check`` says so.

    Raises
    ------
    CaseFileError
        If a file cannot be read as YAML; nothing is written then.
    CaseWriteError
        If a file cannot be written.
    """
    from detente.casefile.read import examine_case

    root, files = case_files(path)
    problems: list[Problem] = []
    styled = {}
    for file, _ in files:
        name = file.relative_to(root).as_posix()
        text = text_of(root, name, problems, LARGEST_YAML)
        if text is None:
            continue
        try:
            styled[file] = (text, formatted(text, name), file.read_bytes())
        except CaseFileError as error:
            problems += error.problems
    if problems:
        raise CaseFileError(tuple(problems))
    restyled = tuple(
        file.relative_to(root).as_posix()
        for file, (_, new, raw) in styled.items()
        if new.encode() != raw
    )
    if write:
        for file, (_, new, raw) in styled.items():
            if new.encode() != raw:
                write_file(file, new)
    reading = examine_case(path)
    hashed = []
    for source in reading.case.sources.values() if reading.case else ():
        if source.recorded_raw or not source.file:
            continue
        hashed.append(str(source.id))
        if write:
            _record_hashes(root / source.place.file, source.place.field, source)
    return Formatting(restyled, tuple(hashed))


def _record_hashes(file: Path, field: str, source: Any) -> None:
    def change(data: Any) -> None:
        entry = data
        if field.startswith("sources.") and isinstance(data.get("sources"), dict):
            entry = data["sources"][source.id]
        entry["sha256"] = source.raw_sha256
        entry["text_sha256"] = source.text_sha256
        entry["normaliser"] = NORMALISER

    edit_file(file, change)


# --- new ------------------------------------------------------------------------------------

START = """\
# yaml-language-server: $schema=.schema/case.schema.json
detente: 1
negotiation: {title}
as_of: {today}
question: Is there a deal that everyone who must agree would rather have than wait?

# ---------------------------------------------------------------- who
parties:
  upper_village:
    name: Upper village
  lower_village:
    name: Lower village

# ------------------------------------------------------ what it is about
issues:
  water:
    question: Who may draw from the spring in a dry month?
    options:
      upper_only: The upper village alone.
      shared: Both, by turns.
    today: upper_only
    done_by: upper_village
  road:
    question: Does the lower village keep its road open to the upper one?
    options:
      closed: The road is closed in the harvest weeks.
      open: The road stays open.
    today: closed
    done_by: lower_village

# ------------------------------------------------------- where they talk
tables:
  talks:
    title: Talks at the mill
    scope: everything
    seats:
      upper_village: always
      lower_village: always

# ------------------------------------------------- deals on the table
deals:
  water_for_road:
    title: Water for the road
    table: talks
    says:
      water: shared
      road: open
    our_idea: true

# ---------------------------------------------------- what we think
judgements:
  upper_village:
    wants:
      - road is open
      - water is upper_only
    assumption: Replace this sentence by what you know, or by `because:` and claims.
  lower_village:
    wants:
      - water is shared
      - road is closed
    assumption: Replace this sentence by what you know, or by `because:` and claims.
"""


def examples_folder() -> Path:
    """Return where the examples lie: in the installed package, or beside its source.

    Raises
    ------
    NotFoundError
        If this installation has none.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "examples", package.parents[1] / "examples"):
        if folder.is_dir():
            return folder
    raise NotFoundError("this installation has no examples; install the wheel again")


def example_names() -> tuple[str, ...]:
    """Return the names under which examples can be copied."""
    folder = examples_folder()
    return tuple(_found(folder))


def _found(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("case.yaml")):
        yield file.parent.relative_to(folder).as_posix()


def new_case(folder: Path, title: str, today: str, example: str | None = None) -> None:
    """Start a case folder, empty but complete, or as a copy of an example.

    Raises
    ------
    CaseExistsError
        If there is anything in the folder already.
    NotFoundError
        If no example has that name.
    CaseWriteError
        If the folder cannot be made.
    """
    if _is_taken(folder):
        raise CaseExistsError(
            f"{folder.as_posix()}: found something there already, expected an empty or a new "
            "folder; choose another name"
        )
    if example is not None and example not in example_names():
        known = ", ".join(example_names())
        raise NotFoundError(f"no example is called {example!r}; there are: {known}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if example is not None:
            shutil.copytree(examples_folder() / example, folder, dirs_exist_ok=True)
        else:
            (folder / "sources").mkdir()
            # plain words need no quotation marks; anything else might mean something to YAML
            plain = re.fullmatch(r"\w[\w ]*", title) and title != "null"
            written = title if plain else json.dumps(title, ensure_ascii=False)
            text = formatted(START.format(title=written, today=today))
            write_file(folder / "case.yaml", text)
        _write_schemas(folder)
    except (OSError, CaseWriteError) as error:
        _empty(folder)
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise CaseWriteError(
            f"{folder.as_posix()}: found {reason}, expected a place that can be written; nothing "
            "was left there"
        ) from error


def _is_taken(folder: Path) -> bool:
    try:
        return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        found = f"a folder that cannot be read ({error.strerror})"
        raise CaseWriteError(f"{folder.as_posix()}: found {found}, expected a new one") from error


def _empty(folder: Path) -> None:
    """Take away what a failed start left behind; the folder was empty or absent before."""
    with contextlib.suppress(OSError):
        for left in folder.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()
