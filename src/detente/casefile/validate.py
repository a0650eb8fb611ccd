"""Hold the data against the schema, and say what is wrong in a reader's words."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from detente.casefile.folder import LoadedFolder
from detente.casefile.schema import CaseSchema
from detente.casefile.yaml_text import FieldPath

__all__ = ["closest", "fields_at", "validate"]

EXPECTED = {
    "bool_parsing": "true or false",
    "dict_type": "entries of the form `name: value`",
    "float_parsing": "a number",
    "int_parsing": "a whole number",
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
            if (where, details["type"]) in seen or (
                details["type"] == "string_type" and any(w[: len(where)] == where for w, _ in seen)
            ):
                continue  # the other half of an "either text or entries" field
            seen.add((where, details["type"]))
            folder.report(where, *_in_words(where, details))
        return None


def _in_words(where: FieldPath, details: Mapping[str, Any] | Any) -> tuple[str, str, str]:
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
        return "something else", str(details["ctx"]["error"]), ""
    return found, EXPECTED.get(kind, details["msg"].removeprefix("Input should be ").lower()), ""


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
