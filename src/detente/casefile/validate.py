"""Hold the data against the schema, and say what is wrong in a reader's words."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from detente.casefile.folder import LoadedFolder
from detente.casefile.schema import CaseSchema
from detente.casefile.yaml_text import FieldPath

__all__ = ["closest", "fields_at", "in_words", "validate"]

EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "entries of the form `name: value`",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "entries of the form `name: value`",
    "string_too_short": "some text",
    "string_type": "one piece of text",
    "too_short": "at least one entry",
}


def validate(folder: LoadedFolder) -> CaseSchema | None:
    """Return the case as the schema sees it; None, with problems noted, if it does not fit."""
    try:
        return CaseSchema.model_validate(folder.data)
    except ValidationError as error:
        seen: set[tuple[FieldPath, str]] = set()
        for details in sorted(error.errors(), key=lambda d: d["type"] == "string_type"):
            where = _in_data(details["loc"], folder.data)
            if details["type"] == "missing" and len(where) == 1 and not folder.is_whole:
                continue  # it may stand where reading stopped
            if (where, details["type"]) in seen or (
                details["type"] == "string_type" and any(w[: len(where)] == where for w, _ in seen)
            ):
                continue  # the other half of an "either text or entries" field
            seen.add((where, details["type"]))
            folder.report(where, *in_words(where, details))
        return None


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
        expected = str(details["ctx"]["error"])
        return _given(details["input"], expected), expected, ""
    expected = EXPECTED.get(kind, details["msg"].removeprefix("Input should be ").lower())
    fix = "write it behind the colon, or take the line out" if details["input"] is None else ""
    return found, expected, fix


def _given(value: object, expected: str) -> str:
    """Name those of the fields spoken of that are there."""
    spoken_of = re.findall(r"`(\w+)`", expected)
    there = [f"`{name}`" for name in spoken_of if isinstance(value, Mapping) and name in value]
    if there:
        return " and ".join([", ".join(there[:-1]), there[-1]] if there[1:] else there)
    return "none of them" if len(spoken_of) > 1 else _shown(value)


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "entries of the form `name: value`"
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


def _in_data(loc: tuple[str | int, ...], data: Any) -> FieldPath:
    """Drop from a pydantic location what names a branch of a union rather than an entry."""
    where: list[str | int] = []
    at = data
    for n, step in enumerate(loc):
        found, inner = _inside(at, step)
        if found:
            at = inner
        elif n < len(loc) - 1 or not isinstance(at, Mapping) or _is_branch(step):
            continue
        where.append(step)
    return tuple(where)


def _inside(at: Any, step: str | int) -> tuple[bool, Any]:
    if isinstance(at, Mapping) and step in at:
        return True, at[step]
    if isinstance(at, list) and isinstance(step, int) and step < len(at):
        return True, at[step]
    return False, None


def _is_branch(step: str | int) -> bool:
    return isinstance(step, str) and (step.endswith("Schema") or "[" in step or step == "str")


def fields_at(where: FieldPath) -> list[str]:
    """Return the fields that the schema allows at a path; none where any name may stand."""
    models: list[Any] = [CaseSchema]
    for step in where:
        models = [inner for model in models for inner in _step(model, step)]
    return [
        name
        for model in models
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name in model.model_fields
    ]


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
