"""Hold the data against the schema, and say what is wrong in a reader's words."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from detente.casefile.folder import LoadedFolder
from detente.casefile.schema import CaseSchema
from detente.casefile.schema.common import Contradiction, Grounded
from detente.casefile.yaml_text import FieldPath

__all__ = ["closest", "fields_at", "in_words", "validate"]

ENTRIES = "entries of the form `name: value`"
SHAPES = {
    "dict_type": ENTRIES,
    "list_type": "a list",
    "model_type": ENTRIES,
    "string_type": "one piece of text",
    "one_or_many": "a word or a list of words",
}
EXPECTED = {
    **SHAPES,
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "finite_number": "a number",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "string_too_short": "some text",
    "too_short": "at least one entry",
}


def validate(folder: LoadedFolder) -> CaseSchema | None:
    """Return the case as the schema sees it; None, with problems noted, if it does not fit."""
    try:
        return CaseSchema.model_validate(folder.data)
    except ValidationError as error:
        found = [(_in_data(d["loc"], folder.data, d["type"]), d) for d in error.errors()]
        for where, details in _said_once(found):
            if details["type"] == "missing" and len(where) == 1 and not folder.is_whole:
                continue  # it may stand where reading stopped
            folder.report(where, *in_words(where, details))
        return None


def _said_once(found: list[tuple[FieldPath, Any]]) -> Iterator[tuple[FieldPath, Any]]:
    """Leave out what another complaint says already.

    Of an "either text or entries" field pydantic complains about both halves, and a misspelt
    field is also a missing one.
    """
    misspelt = {
        (*where[:-1], near)
        for where, details in found
        if details["type"] == "extra_forbidden"
        for near in difflib.get_close_matches(str(where[-1]), fields_at(where[:-1]), n=1)
    }
    inside = {where for where, details in found if details["type"] not in SHAPES}
    shapes: dict[FieldPath, list[Any]] = {}
    for where, details in found:
        if details["type"] in SHAPES:
            shapes.setdefault(where, []).append(details)
        elif details["type"] != "missing" or where not in misspelt:
            yield where, details
    for where, halves in shapes.items():
        if not any(other[: len(where)] == where for other in inside):
            wanted = dict.fromkeys(SHAPES[half["type"]] for half in halves)
            yield where, halves[0] | {"type": "shape", "msg": " or ".join(wanted)}


def in_words(where: FieldPath, details: Mapping[str, Any] | Any) -> tuple[str, str, str]:
    """Say what was found, what was expected and what to do, for one complaint of the schema."""
    kind, last = details["type"], str(where[-1]) if where else ""
    if kind == "missing":
        return "nothing", f"`{last}`", f"add `{last}:` here"
    if kind == "extra_forbidden":
        allowed = fields_at(where[:-1])
        fix = closest(last, allowed) or "remove it"
        return f"the field {last!r}", "one of " + ", ".join(allowed), fix
    found = _shown(details["input"])
    if kind == "literal_error":
        expected = str(details["ctx"]["expected"]).replace("'", "")
        fix = closest(str(details["input"]), expected.replace(" or ", ", ").split(", "))
        return found, expected, fix
    if kind == "value_error":
        error = details["ctx"]["error"]
        found = error.found if isinstance(error, Contradiction) else ""
        return found or _given(details["input"], str(error)), str(error), ""
    expected = EXPECTED.get(kind, details["msg"].replace("Input should be", "a number").strip())
    fix = "write it behind the colon, or take the line out" if details["input"] is None else ""
    return found, expected, fix


def _given(value: object, expected: str) -> str:
    """Name those of the fields spoken of that are there."""
    spoken_of = re.findall(r"`(\w+)`", expected)
    there = [f"`{name}`" for name in spoken_of if isinstance(value, Mapping) and name in value]
    if there:
        return " and ".join([", ".join(there[:-1]), there[-1]] if there[1:] else there)
    return "none of these fields" if len(spoken_of) > 1 else _shown(value)


def _shown(value: object) -> str:
    if value is None or value in ({}, []):
        return "nothing"
    if isinstance(value, Mapping):
        return ENTRIES
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "...")


def closest(word: str, known: typing.Iterable[str]) -> str:
    """Return "did you mean ...?" for a mistyped word, or nothing.

    Examples
    --------
    >>> closest("optoins", ["name", "options"])
    "did you mean 'options'?"
    """
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def _in_data(loc: tuple[str | int, ...], data: Any, kind: str) -> FieldPath:
    """Drop from a pydantic location what names a branch of a union rather than an entry."""
    where: list[str | int] = []
    at = data
    for n, step in enumerate(loc):
        found, inner = _inside(at, step)
        if found:
            at = inner
        elif n < len(loc) - 1 or kind != "missing":
            continue
        where.append(step)
    return tuple(where)


def _inside(at: Any, step: str | int) -> tuple[bool, Any]:
    if isinstance(at, Mapping) and step in at:
        return True, at[step]
    if isinstance(at, list) and isinstance(step, int) and step < len(at):
        return True, at[step]
    return False, None


def fields_at(where: FieldPath) -> list[str]:
    """Return the fields that the schema allows at a path; none where any name may stand."""
    models: list[Any] = [CaseSchema]
    for step in where:
        models = [inner for model in models for inner in _step(model, step)]
    names = [
        name
        for model in models
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name in model.model_fields
    ]
    return sorted(names, key=Grounded.model_fields.__contains__)  # what every entry has comes last


def _step(annotation: Any, step: str | int) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(step))
        return _branches(field.annotation) if field else []
    if typing.get_origin(annotation) in (dict, list):
        return _branches(typing.get_args(annotation)[-1])
    return []


def _branches(annotation: Any) -> list[Any]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [b for arg in typing.get_args(annotation) for b in _branches(arg)]
    if typing.get_origin(annotation) is typing.Annotated:
        return _branches(typing.get_args(annotation)[0])
    return [annotation]
