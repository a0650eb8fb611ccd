"""Changes laid over a case: does each reach an entry, and would the entry accept it?"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from detente.casefile.build.context import Context
from detente.casefile.build.held import build_chances, build_views
from detente.casefile.build.what import (
    build_deals,
    build_endings,
    build_facts,
    build_issues,
    build_rules,
)
from detente.casefile.build.who import build_norms, build_parties, build_tables
from detente.casefile.folder import LoadedFolder
from detente.casefile.schema import CaseSchema
from detente.casefile.schema.common import Grounded
from detente.casefile.schema.held import PartyViewSchema
from detente.casefile.schema.when import OverlayFields
from detente.casefile.validate import closest, fields_at, in_words
from detente.casefile.yaml_text import FieldPath
from detente.model import Change, Overlay

__all__ = ["overlay"]

BUILDERS: Mapping[str, Callable[[Context], object]] = {
    "parties": build_parties,
    "tables": build_tables,
    "issues": build_issues,
    "rules": build_rules,
    "deals": build_deals,
    "endings": build_endings,
    "facts": build_facts,
    "chances": build_chances,
    "norms": build_norms,
    "judgements": build_views,
}
REACHABLE = (*BUILDERS, "clocks")


def overlay(ctx: Context, written: OverlayFields, where: FieldPath) -> Overlay:
    """Check that every change reaches an entry and that the entry would accept it."""
    parts: dict[str, tuple[Change, ...]] = {}
    for verb in ("sets", "gives", "takes"):
        changes = []
        for path, value in getattr(written, verb).items():
            inside = (*where, verb, path)
            target = _target(ctx, path, inside)
            if target is not None and _accepted(ctx, verb, target, value, inside):
                changes.append(Change(path, value, ctx.place(inside)))
        parts[verb] = tuple(changes)
    return Overlay(**parts)


def _target(ctx: Context, path: str, where: FieldPath) -> list[str] | None:
    """Turn `russia.waiting_costs` into the steps that lead to it in the case's data."""
    name, *steps = path.split(".")
    section = next((s for s in REACHABLE if name in getattr(ctx.case, s)), None)
    if section is None:
        known = [n for s in REACHABLE for n in getattr(ctx.case, s)]
        fix = closest(name, known) or "write the name under which it is defined in the case"
        ctx.report(where, repr(name), "the name of an entry", fix)
        return None
    if not steps:
        ctx.report(where, repr(path), "entry.field, as in `kerry.may`", "name the field to change")
        return None
    fields = fields_at((section, name))
    held = list(PartyViewSchema.model_fields) if section == "parties" else []
    if steps[0] in held and steps[0] not in fields:
        return ["judgements", name, *steps]
    if steps[0] not in fields:
        both = sorted(dict.fromkeys([*fields, *held]), key=Grounded.model_fields.__contains__)
        expected = "one of " + ", ".join(both)
        ctx.report(where, f"the field {steps[0]!r}", expected, closest(steps[0], fields + held))
        return None
    return [section, name, *steps]


def _accepted(ctx: Context, verb: str, target: list[str], value: Any, where: FieldPath) -> bool:
    """Try the change on a copy of the entry; report what speaks against it."""
    section, name, *steps = target
    entry = copy.deepcopy(ctx.folder.data.get(section, {}).get(name) or {})
    at = entry
    for step in steps[:-1]:
        at = at.setdefault(step, {})
        if not isinstance(at, dict):
            ctx.report(where, repr(".".join(target[1:])), "an entry that has fields of its own")
            return False
    there, last = at.get(steps[-1]), steps[-1]
    if verb != "sets" and there is None and len(steps) == 1 and not _starts_empty(section, last):
        found, expected = f"{name}.{last}, which the case does not say", "a list to change"
        ctx.report(where, found, expected, "write the whole list, under `sets:`")
        return False
    if verb == "sets":
        at[last] = value
    elif verb == "gives":
        both_named = isinstance(value, dict) and isinstance(there, dict | None)
        at[last] = {**(there or {}), **value} if both_named else [*_items(there), *_items(value)]
    else:
        missing = [item for item in _items(value) if item not in _items(there)]
        if missing:
            fix = closest(str(missing[0]), map(str, _items(there)))
            there_is = ", ".join(map(str, _items(there))) or "nothing"
            ctx.report(where, repr(missing[0]), f"what can be taken: {there_is}", fix)
            return False
        left = [item for item in _items(there) if item not in _items(value)]
        at[last] = {item: there[item] for item in left} if isinstance(there, dict) else left
    return _fits(ctx, section, name, entry, where)


def _schema_of(section: str) -> type[BaseModel]:
    model: type[BaseModel] = get_args(CaseSchema.model_fields[section].annotation)[1]
    return model


def _starts_empty(section: str, field: str) -> bool:
    """Whether leaving the field out means an empty list; `must_agree` left out means everybody."""
    return _schema_of(section).model_fields[field].default in ([], {})


def _items(value: Any) -> list[Any]:
    if isinstance(value, list | dict):
        return list(value)
    return [] if value is None else [value]


def _fits(ctx: Context, section: str, name: str, entry: Any, where: FieldPath) -> bool:
    """Read the changed entry as if it stood in the case; what is wrong with it is reported here."""
    try:
        changed = _schema_of(section).model_validate(entry)
    except ValidationError as error:
        details = error.errors()[0]
        inside = tuple(str(step) for step in details["loc"] if not isinstance(step, int))
        found, expected, fix = in_words((section, name, *inside), details)
        ctx.report(where, found, f"{expected} in {name}.{'.'.join(inside)}".rstrip("."), fix)
        return False
    before = set(_problems(ctx, section, name, getattr(ctx.case, section).get(name)))
    new = [p for p in _problems(ctx, section, name, changed) if p not in before]
    for found, expected, fix in new:
        ctx.report(where, found, expected, fix)
    return not new


def _problems(ctx: Context, section: str, name: str, entry: Any) -> list[tuple[str, str, str]]:
    """What its builder says about one entry alone, among all names of the case."""
    if section not in BUILDERS or entry is None:
        return []
    trial = Context(ctx.case, LoadedFolder(ctx.folder.root, ctx.folder.main))
    trial.case = ctx.case.model_copy(update={section: {name: entry}})
    trial.issues, trial.scale = dict(ctx.issues), ctx.scale
    BUILDERS[section](trial)
    return [(p.found, p.expected, p.fix) for p in trial.folder.problems]
