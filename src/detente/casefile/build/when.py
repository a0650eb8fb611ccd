"""Clocks, levers and scenarios."""

from __future__ import annotations

import copy
from typing import Any

from pydantic import ValidationError

from detente.casefile.build.context import Context
from detente.casefile.schema import CaseSchema
from detente.casefile.schema.held import PartyViewSchema
from detente.casefile.schema.when import OverlayFields
from detente.casefile.validate import closest, fields_at
from detente.casefile.yaml_text import FieldPath
from detente.ledger import Likelihood, PartyId, Quantity
from detente.model import (
    Change,
    Clock,
    ClockId,
    Consequence,
    Ending,
    EndingId,
    Lever,
    Overlay,
    Scenario,
    TableId,
)

__all__ = ["build_clocks", "build_levers", "build_scenarios"]

REACHABLE = (
    "parties", "tables", "issues", "rules", "deals", "endings", "clocks", "facts", "chances",
    "norms",
)  # fmt: skip


def build_clocks(ctx: Context) -> dict[ClockId, Clock]:
    clocks = {}
    for name, clock in ctx.case.clocks.items():
        where: FieldPath = ("clocks", name)
        median = ctx.quantity(clock.half_likely_by, (*where, "half_likely_by"), "time")
        between = ctx.quantity(clock.half_likely_between, (*where, "half_likely_between"), "time")
        if clock.half_likely_by is None and between is not None:
            median = between
        quantiles = []
        for chance, time in clock.likely_by.items():
            inside = (*where, "likely_by", chance)
            share, when = ctx.likelihood(chance, inside), ctx.quantity(time, inside, "time")
            if isinstance(share, Likelihood) and when is not None:
                quantiles.append((share, when))
        if clock.likely_by and len(clock.likely_by) != 2:
            found = f"{len(clock.likely_by)} entries"
            ctx.report((*where, "likely_by"), found, "two, such as 10% and 90%")
        clocks[ClockId(name)] = Clock(
            id=ClockId(name),
            what=clock.what,
            on=ctx.period(clock.on, (*where, "on")),
            half_likely_by=_positive(ctx, median, (*where, "half_likely_by")),
            half_likely_between=between,
            likely_by=tuple(quantiles),
            while_=ctx.condition(clock.only_while, (*where, "only_while")),
            then=_consequence(ctx, name, where),
            note=clock.note or "",
            ground=ctx.ground(clock, where),
            place=ctx.place(where),
        )
    return clocks


def _positive(ctx: Context, time: Quantity | None, where: FieldPath) -> Quantity | None:
    if time is not None and time.low <= 0:
        ctx.report(where, repr(time.words), "a time above zero")
        return None
    return time


def _consequence(ctx: Context, name: str, where: FieldPath) -> Consequence:
    clock = ctx.case.clocks[name]
    then, inside = clock.then, (*where, "then")
    ending = None
    if then.ends_as:
        ending = Ending(
            id=EndingId(name),
            title=then.title or clock.what,
            sets=ctx.settled(then.ends_as, (*inside, "ends_as"), by_agreement=False),
            looks_like_a_deal=then.looks_like_a_deal,
            ground=ctx.ground(clock, where),
            place=ctx.place(where),
        )
    replaces = []
    for old, new in then.replaces.items():
        at = (*inside, "replaces", old)
        if ctx.name("parties", old, at) and ctx.name("parties", new, at):
            replaces.append((PartyId(old), PartyId(new)))
    return Consequence(
        ending=ending,
        replaces=tuple(replaces),
        opens=ctx.list_of("tables", then.opens, (*inside, "opens"), TableId),
        closes=ctx.list_of("tables", then.closes, (*inside, "closes"), TableId),
        overlay=_overlay(ctx, then, inside),
    )


def build_levers(ctx: Context) -> dict[str, Lever]:
    levers = {}
    for name, lever in ctx.case.levers.items():
        where: FieldPath = ("levers", name)
        believed = None
        if lever.believed is not None:
            chance = ctx.likelihood(lever.believed, (*where, "believed"))
            believed = chance if isinstance(chance, Likelihood) else None
        levers[name] = Lever(
            id=name,
            title=lever.title,
            in_the_hands_of=ctx.parties(lever.in_the_hands_of, (*where, "in_the_hands_of")),
            must_authorise=ctx.parties(lever.must_authorise, (*where, "must_authorise")),
            believed=believed,
            overlay=_overlay(ctx, lever, where),
            note=lever.note or "",
            ground=ctx.ground(lever, where),
            place=ctx.place(where),
        )
    return levers


def build_scenarios(ctx: Context) -> dict[str, Scenario]:
    return {
        name: Scenario(
            id=name,
            title=scenario.title,
            overlay=_overlay(ctx, scenario, ("scenarios", name)),
            ground=ctx.ground(scenario, ("scenarios", name)),
            place=ctx.place(("scenarios", name)),
        )
        for name, scenario in ctx.case.scenarios.items()
    }


def _overlay(ctx: Context, written: OverlayFields, where: FieldPath) -> Overlay:
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
        ctx.report(where, repr(name), "the name of an entry", closest(name, known))
        return None
    if not steps:
        ctx.report(where, repr(path), "entry.field, as in `kerry.may`", "name the field to change")
        return None
    fields = fields_at((section, name))
    held = list(PartyViewSchema.model_fields) if section == "parties" else []
    if steps[0] in held and steps[0] not in fields:
        return ["judgements", name, *steps]
    if steps[0] not in fields:
        expected = "one of " + ", ".join([*fields, *held])
        ctx.report(where, f"the field {steps[0]!r}", expected, closest(steps[0], fields + held))
        return None
    return [section, name, *steps]


def _accepted(ctx: Context, verb: str, target: list[str], value: Any, where: FieldPath) -> bool:
    """Try the change on a copy of the data; report what the schema says against it."""
    data = copy.deepcopy(ctx.folder.data)
    at = data
    for step in target[:-1]:
        at = at.setdefault(step, {})
        if not isinstance(at, dict):
            ctx.report(where, repr(".".join(target[1:])), "an entry that has fields of its own")
            return False
    there = at.get(target[-1])
    if verb == "sets":
        at[target[-1]] = value
    else:
        items = there if isinstance(there, list) else [] if there is None else [there]
        given = value if isinstance(value, list) else [value]
        if isinstance(there, dict):
            given = list(value) if isinstance(value, dict) else given
            if verb == "gives" and isinstance(value, dict):
                at[target[-1]] = {**there, **value}
                given = []
            else:
                items = list(there)
        if verb == "takes" and (missing := [g for g in given if g not in items]):
            found, expected = repr(missing[0]), "something that is there"
            ctx.report(where, found, expected, closest(str(missing[0]), map(str, items)))
            return False
        if verb == "gives" and not isinstance(there, dict):
            at[target[-1]] = [*items, *given]
    try:
        CaseSchema.model_validate(data)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        ctx.report(where, f"{str(value)[:60]!r}", f"what {'.'.join(target)} accepts: {message}")
        return False
    return True
