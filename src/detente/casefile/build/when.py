"""Clocks, levers and scenarios."""

from __future__ import annotations

from detente.casefile.build.context import Context
from detente.casefile.build.overlay import overlay
from detente.casefile.yaml_text import FieldPath
from detente.ledger import Likelihood, PartyId, Quantity
from detente.model import (
    Clock,
    ClockId,
    Consequence,
    Ending,
    EndingId,
    Lever,
    Scenario,
    TableId,
)

__all__ = ["build_clocks", "build_levers", "build_scenarios"]


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
        overlay=overlay(ctx, then, inside),
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
            overlay=overlay(ctx, lever, where),
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
            overlay=overlay(ctx, scenario, ("scenarios", name)),
            ground=ctx.ground(scenario, ("scenarios", name)),
            place=ctx.place(("scenarios", name)),
        )
        for name, scenario in ctx.case.scenarios.items()
    }
