"""Clocks, levers and scenarios."""

from __future__ import annotations

from collections.abc import Mapping

from detente.casefile.build.context import Context
from detente.casefile.build.overlay import overlay
from detente.casefile.schema.when import TurnSchema
from detente.casefile.yaml_text import FieldPath
from detente.ledger import Likelihood, PartyId, Quantity, in_days
from detente.model import (
    Clock,
    ClockId,
    Consequence,
    Ending,
    EndingId,
    Lever,
    Perhaps,
    Scenario,
    TableId,
)

__all__ = ["build_clocks", "build_levers", "build_scenarios"]


def build_clocks(ctx: Context) -> dict[ClockId, Clock]:
    clocks = {}
    for name, clock in ctx.case.clocks.items():
        where: FieldPath = ("clocks", name)
        median = _time(ctx, clock.half_likely_by, (*where, "half_likely_by"))
        between = _time(ctx, clock.half_likely_between, (*where, "half_likely_between"))
        if clock.half_likely_by is None and between is not None:
            median = between
        elif median is not None and between is not None:
            inner, outer = in_days(median), in_days(between)
            if not outer.low <= inner.middle <= outer.high:
                found, expected = repr(between.words), f"a range around {median.words}"
                ctx.report((*where, "half_likely_between"), found, expected)
        clocks[ClockId(name)] = Clock(
            id=ClockId(name),
            what=clock.what,
            on=ctx.period(clock.on, (*where, "on")),
            half_likely_by=median,
            half_likely_between=between,
            likely_by=_quantiles(ctx, clock.likely_by, (*where, "likely_by")),
            while_=ctx.condition(clock.only_while, (*where, "only_while")),
            then=_consequence(ctx, name, where),
            note=clock.note or "",
            ground=ctx.ground(clock, where),
            place=ctx.place(where),
        )
    return clocks


def _time(ctx: Context, words: str | None, where: FieldPath) -> Quantity | None:
    """Read when a clock strikes: here "unknown" and zero would leave nothing to reckon with."""
    time = ctx.number(words, where, "time")
    if isinstance(time, Quantity):
        if time.low > 0:
            return time
        ctx.report(where, repr(words), "a time above zero")
    elif time.reason == "not known":
        ctx.report(where, repr(words), "a length of time", "give the widest range it can be")
    return None


def _quantiles(
    ctx: Context, written: Mapping[str, str], where: FieldPath
) -> tuple[tuple[Likelihood, Quantity], ...]:
    """Two chances and the times by which they are reached: the likelier, the later."""
    if not written:
        return ()
    found = []
    for words, time in written.items():
        inside = (*where, words)
        chance = ctx.likelihood(words, inside)
        when = _time(ctx, time, inside)
        if isinstance(chance, Likelihood) and not 0 < chance.low <= chance.high < 1:
            ctx.report(inside, repr(words), "a chance above 0% and below 100%")
        elif isinstance(chance, Likelihood) and when is not None:
            found.append((chance, when))
    if len(written) != 2:
        count = "1 entry" if len(written) == 1 else f"{len(written)} entries"
        expected = "two chances with their times, as `10%: 20 days` and `90%: 90 days`"
        ctx.report(where, count, expected)
    elif len(found) == 2:
        (low, early), (high, late) = sorted(found, key=lambda entry: entry[0].low)
        if not (low.high < high.low and in_days(early).high < in_days(late).low):
            both = f"'{low}: {early}' and '{high}: {late}'"
            fix = "give the higher chance the later time, and let neither range overlap the other"
            ctx.report(where, both, "two chances, the likelier the later", fix)
    return tuple(found)


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
    perhaps = tuple(
        Perhaps(chance, *_opening_and_closing(ctx, branch, (*inside, "perhaps", chance)))
        for chance, branch in then.perhaps.items()
        if ctx.name("chances", chance, (*inside, "perhaps", chance))
    )
    return Consequence(
        ending,
        *_opening_and_closing(ctx, then, inside),
        overlay=overlay(ctx, then, inside),
        perhaps=perhaps,
    )


def _opening_and_closing(
    ctx: Context, then: TurnSchema, where: FieldPath
) -> tuple[tuple[tuple[PartyId, PartyId], ...], tuple[TableId, ...], tuple[TableId, ...]]:
    """Return who takes whose place, and the tables that open and close."""
    replaces = []
    for old, new in then.replaces.items():
        at = (*where, "replaces", old)
        if ctx.name("parties", old, at) and ctx.name("parties", new, at):
            replaces.append((PartyId(old), PartyId(new)))
    return (
        tuple(replaces),
        ctx.list_of("tables", then.opens, (*where, "opens"), TableId),
        ctx.list_of("tables", then.closes, (*where, "closes"), TableId),
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
