"""Changes laid over a case: does each reach an entry, and would the entry accept it?"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

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
from detente.casefile.text_problem import TextProblem
from detente.casefile.validate import closest, fields_at, in_words
from detente.casefile.yaml_text import FieldPath
from detente.model import Change, Overlay

__all__ = ["VERBS", "Target", "Verb", "edit", "items_of", "overlay", "target_of"]

Verb = Literal["sets", "gives", "takes"]
VERBS: tuple[Verb, ...] = ("sets", "gives", "takes")

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


@dataclass(frozen=True, slots=True)
class Target:
    """What a change reaches: an entry of a section, and the steps inside it."""

    section: str
    name: str
    steps: tuple[str, ...]

    @property
    def path(self) -> FieldPath:
        return (self.section, self.name, *self.steps)


def overlay(ctx: Context, written: OverlayFields, where: FieldPath) -> Overlay:
    """Check that every change reaches an entry and that the entry would accept it."""
    parts: dict[str, tuple[Change, ...]] = {}
    for verb in VERBS:
        changes = []
        for path, value in getattr(written, verb).items():
            inside = (*where, verb, path)
            target = target_of(ctx, path, inside)
            if target is not None and _accepted(ctx, verb, target, value, inside):
                changes.append(Change(path, value, ctx.place(inside)))
        parts[verb] = tuple(changes)
    return Overlay(**parts)


def target_of(ctx: Context, path: str, where: FieldPath) -> Target | None:
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
        return Target("judgements", name, tuple(steps))
    if steps[0] not in fields:
        both = sorted(dict.fromkeys([*fields, *held]), key=Grounded.model_fields.__contains__)
        expected = "one of " + ", ".join(both)
        ctx.report(where, f"the field {steps[0]!r}", expected, closest(steps[0], fields + held))
        return None
    return Target(section, name, tuple(steps))


def _accepted(ctx: Context, verb: Verb, target: Target, value: Any, where: FieldPath) -> bool:
    """Try the change on a copy of the entry; report what speaks against it."""
    entry = copy.deepcopy(ctx.folder.data.get(target.section, {}).get(target.name) or {})
    try:
        edit(entry, target, verb, value)
    except TextProblem as problem:
        ctx.report(where, problem.found, problem.expected, problem.fix)
        return False
    return _fits(ctx, target.section, target.name, entry, where)


def edit(entry: dict[str, Any], target: Target, verb: Verb, value: Any) -> None:
    """Make one change in an entry's own data.

    Raises
    ------
    TextProblem
        If there is nothing the change could be made to; the caller adds where it is written.
    """
    *steps, last = target.steps
    at = entry
    for step in steps:
        at = at.setdefault(step, {})
        if not isinstance(at, dict):
            path = ".".join((target.name, *target.steps))
            raise TextProblem(repr(path), "an entry that has fields of its own")
    there = at.get(last)
    if verb == "sets":
        at[last] = value
    elif there is None and not steps and not _starts_empty(target.section, last):
        found = f"{target.name}.{last}, which the case does not say"
        raise TextProblem(found, "a list to change", "write the whole list, under `sets:`")
    elif verb == "gives":
        if isinstance(value, dict) and isinstance(there, dict | None):
            at[last] = {**(there or {}), **value}
        else:
            at[last] = [*items_of(there), *items_of(value)]
    else:
        at[last] = _without(there, items_of(value))


def _without(there: Any, taken: list[Any]) -> Any:
    missing = [item for item in taken if item not in items_of(there)]
    if missing:
        there_is = ", ".join(map(str, items_of(there))) or "nothing"
        fix = closest(str(missing[0]), map(str, items_of(there)))
        raise TextProblem(repr(missing[0]), f"what can be taken: {there_is}", fix)
    left = [item for item in items_of(there) if item not in taken]
    return {item: there[item] for item in left} if isinstance(there, dict) else left


def _schema_of(section: str) -> type[BaseModel]:
    model: type[BaseModel] = get_args(CaseSchema.model_fields[section].annotation)[1]
    return model


def _starts_empty(section: str, field: str) -> bool:
    """Whether leaving the field out means an empty list; `must_agree` left out means everybody."""
    return _schema_of(section).model_fields[field].default in ([], {})


def items_of(value: Any) -> list[Any]:
    """Return what a list, a mapping or a single value holds, by name where things have names."""
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
