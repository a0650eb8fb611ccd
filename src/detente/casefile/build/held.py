"""Judgements: preferences, red lines, fallbacks, chances, breakers, explanations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from detente.casefile.build.context import Context
from detente.casefile.schema.held import FallbackSchema, PartyViewSchema, WishSchema
from detente.casefile.validate import closest
from detente.casefile.yaml_text import FieldPath
from detente.errors import Place
from detente.ledger import ClaimId, Likelihood, PartyId, Quantity, Unknown, time_unit
from detente.model import (
    Assumption,
    Breaker,
    Chance,
    DealId,
    Explanation,
    Fallback,
    FallbackMode,
    Ground,
    Issue,
    IssueId,
    OptionId,
    OutcomeOrder,
    PartyView,
    Points,
    Preference,
    RankedStatements,
    RedLine,
    Statement,
    Wish,
)

__all__ = [
    "build_assumptions",
    "build_breakers",
    "build_chances",
    "build_explanations",
    "build_views",
]

PER_TIME = re.compile(r"(.+) (?:an?|per|each|every) (\w+)", re.IGNORECASE)
"""A cost with its time: `points a week`."""

COST_WORDS = ("none", "low", "medium", "high", "very high")


def build_views(ctx: Context) -> dict[PartyId, PartyView]:
    views = {}
    for name, view in ctx.case.judgements.items():
        where: FieldPath = ("judgements", name)
        if not ctx.name("parties", name, where):
            continue
        ground = ctx.ground(view, where)
        views[PartyId(name)] = PartyView(
            party=PartyId(name),
            preference=_preference(ctx, view, where, ground),
            red_lines=tuple(
                RedLine(*found)
                for found in _statements(ctx, view.refuses, (*where, "refuses"), ground, ctx.term)
            ),
            fallback=_fallback(ctx, view, where, ground),
            waiting_costs=_waiting_costs(ctx, view.waiting_costs, (*where, "waiting_costs")),
            time_left=ctx.number(view.time_left, (*where, "time_left"), "time"),
            believes=tuple(
                (chance, likelihood)
                for chance, words in view.believes.items()
                if ctx.name("chances", chance, (*where, "believes", chance))
                and isinstance(
                    likelihood := ctx.likelihood(words, (*where, "believes", chance)), Likelihood
                )
            ),
            unknown=view.unknown or "",
            ground=ground,
            place=ctx.place(where),
        )
    return views


def _statements(
    ctx: Context,
    items: list[str | WishSchema],
    where: FieldPath,
    default: Ground,
    read: Callable[[str, FieldPath], Statement | None],
) -> list[tuple[Statement, Ground, Place]]:
    """An item without a ground of its own rests on what its party's entry rests on."""
    found = []
    for n, item in enumerate(items):
        inside = (*where, n)
        if isinstance(item, WishSchema):
            own = ctx.ground(item, inside)
            statement = read(item.that, (*inside, "that"))
            ground = own if own.is_given else default
        else:
            statement, ground = read(item, inside), default
        if statement is not None:
            found.append((statement, ground, ctx.place(inside)))
    return found


def _preference(
    ctx: Context, view: PartyViewSchema, where: FieldPath, ground: Ground
) -> Preference | None:
    if view.wants:
        found = _statements(ctx, view.wants, (*where, "wants"), ground, ctx.statement)
        return RankedStatements(tuple(Wish(*item) for item in found))
    if view.order:
        seen: dict[str, int] = {}
        tiers = []
        for n, tier in enumerate(view.order):
            inside = (*where, "order", n)
            names = ctx.list_of("outcomes", tier, inside, str)
            for name in names:
                if name in seen:
                    found_again = f"{name!r} again"
                    ctx.report(
                        inside, found_again, "each name once", f"first in place {seen[name]}"
                    )
                seen.setdefault(name, n + 1)
            tiers.append(names)
        return OutcomeOrder(tuple(tiers))
    if view.points:
        return Points(_points(ctx, view, (*where, "points")))
    return None


def _points(
    ctx: Context, view: PartyViewSchema, where: FieldPath
) -> dict[IssueId, dict[OptionId, Quantity]]:
    values: dict[IssueId, dict[OptionId, Quantity]] = {}
    for name in view.weights:
        if ctx.name("issues", name, (*where[:-1], "weights", name)) and name not in view.points:
            found, expected = f"a weight for {name!r}", "an issue that has points"
            ctx.report((*where[:-1], "weights", name), found, expected, "add its points")
    for name, written in view.points.items():
        inside = (*where, name)
        if not ctx.name("issues", name, inside):
            continue
        issue, weight = ctx.issues[IssueId(name)], view.weights.get(name, 1.0)
        if issue.divisible is not None and set(written) == {"low", "high"}:
            low = ctx.quantity(written["low"], (*inside, "low"), unit="points")
            high = ctx.quantity(written["high"], (*inside, "high"), unit="points")
            if low is not None and high is not None:
                values[issue.id] = _along(issue, low, high, weight)
            continue
        values[issue.id] = {}
        for option in issue.options:
            if option.id not in written:
                found, fix = f"no points for {option.id!r}", f"add `{option.id}:`"
                ctx.report(inside, found, "points for each option", fix)
        for option_name, words in written.items():
            at = (*inside, option_name)
            if option_name not in {option.id for option in issue.options}:
                known = [option.id for option in issue.options]
                expected = f"an option of {issue.id}: {', '.join(known[:12])}"
                ctx.report(at, repr(option_name), expected, closest(option_name, known))
                continue
            number = ctx.quantity(words, at, unit="points")
            if number is not None:
                values[issue.id][OptionId(option_name)] = _times(number, weight)
            elif words.strip().lower() == "unknown":
                ctx.report(
                    at, "'unknown'", "a number or a range", "give the widest range it can be"
                )
    return values


def _times(number: Quantity, weight: float) -> Quantity:
    ends = sorted((number.low * weight, number.high * weight))
    best = None if number.best is None else number.best * weight
    return Quantity(ends[0], ends[1], "points", number.words, best)


def _along(issue: Issue, low: Quantity, high: Quantity, weight: float) -> dict[OptionId, Quantity]:
    """Points grow evenly from the smallest share to the largest."""
    steps = len(issue.options) - 1
    result = {}
    for n, option in enumerate(issue.options):
        t = n / steps
        at_low = low.low * (1 - t) + high.low * t
        at_high = low.high * (1 - t) + high.high * t
        best = low.middle * (1 - t) + high.middle * t
        words = f"{best:g}"
        result[option.id] = _times(Quantity(at_low, max(at_low, at_high), "points", words), weight)
    return result


def _fallback(
    ctx: Context, view: PartyViewSchema, where: FieldPath, ground: Ground
) -> Fallback | None:
    written, inside = view.without_a_deal, (*where, "without_a_deal")
    if written is None:
        return None
    if isinstance(written, str):
        names = ctx.list_of("outcomes", [written], inside, str)
        return Fallback("one", names, None, ground, ctx.place(inside)) if names else None
    own = ctx.ground(written, inside)
    ground = own if own.is_given else ground
    if written.at_least is not None:
        if not view.points:
            found, fix = "`at_least` without points", "name an ending instead"
            ctx.report(inside, found, "points for this party", fix)
        floor = ctx.quantity(written.at_least, (*inside, "at_least"), unit="points")
        return Fallback("at_least", (), floor, ground, ctx.place(inside)) if floor else None
    mode, listed = _named(written)
    names = ctx.list_of("outcomes", listed, (*inside, mode), str)
    return Fallback(mode, names, None, ground, ctx.place(inside)) if names else None


def _named(written: FallbackSchema) -> tuple[FallbackMode, list[str]]:
    if written.best_of is not None:
        return "best_of", written.best_of
    if written.worst_of is not None:
        return "worst_of", written.worst_of
    return "one", [written.one or ""]


def _waiting_costs(ctx: Context, text: str | None, where: FieldPath) -> Quantity | str | Unknown:
    if text is None:
        return Unknown()
    words = " ".join(text.lower().split())
    if words in COST_WORDS:
        return words
    if not any(c.isdigit() for c in words) and words != "unknown":
        expected = "one of " + ", ".join(COST_WORDS) + ", or a number with its unit"
        ctx.report(where, repr(text), expected)
        return Unknown("not readable")
    found = ctx.number(text, where)
    rate = PER_TIME.fullmatch(found.unit) if isinstance(found, Quantity) else None
    if isinstance(found, Quantity) and rate and (time := time_unit(rate[2])):
        return replace(found, unit=f"{rate[1]} per {time}")
    return found


def build_chances(ctx: Context) -> dict[str, Chance]:
    chances = {}
    for name, chance in ctx.case.chances.items():
        where: FieldPath = ("chances", name)
        ctx.likelihood(chance.unknown, (*where, "unknown"))
        chances[name] = Chance(
            id=name,
            what=chance.what,
            likelihood=ctx.likelihood(chance.likelihood, (*where, "likelihood")),
            unknown=chance.unknown,
            ground=ctx.ground(chance, where),
            place=ctx.place(where),
        )
    return chances


def build_breakers(ctx: Context) -> tuple[Breaker, ...]:
    breakers = []
    for n, breaker in enumerate(ctx.case.breakers):
        where: FieldPath = ("breakers", n)
        known = ctx.name("deals", breaker.deal, (*where, "deal"))
        who = ctx.party(breaker.who, (*where, "who"))
        stoppers = [s for s in breaker.stopped_by if s.lower() not in ("nobody", "no one")]
        if known and who is not None:
            breakers.append(
                Breaker(
                    deal=DealId(breaker.deal),
                    who=who,
                    could=breaker.could,
                    sets=ctx.settled(breaker.sets, (*where, "sets"), by_agreement=False),
                    stopped_by=ctx.parties(stoppers, (*where, "stopped_by")),
                    only_if=breaker.only_if or "",
                    within=ctx.quantity(breaker.within, (*where, "within"), "time"),
                    unknown=breaker.unknown or "never, or at once",
                    ground=ctx.ground(breaker, where),
                    place=ctx.place(where),
                    ends_talks=breaker.then == "talks end",
                )
            )
    return tuple(breakers)


def build_explanations(ctx: Context) -> dict[str, Explanation]:
    explanations = {}
    for name, written in ctx.case.explanations.items():
        where: FieldPath = ("explanations", name)
        explanations[name] = Explanation(
            id=name,
            of=ctx.party(written.of, (*where, "of")),
            text=written.text,
            supported_by=ctx.list_of(
                "claims", written.supported_by, (*where, "supported_by"), ClaimId
            ),
            contradicted_by=ctx.list_of(
                "claims", written.contradicted_by, (*where, "contradicted_by"), ClaimId
            ),
            place=ctx.place(where),
        )
    return explanations


def build_assumptions(ctx: Context) -> dict[str, Assumption]:
    return {
        name: Assumption(
            id=name,
            text=written.text,
            if_wrong=written.if_wrong or "",
            check=written.check or "",
            place=ctx.place(("assumptions", name)),
        )
        for name, written in ctx.case.assumptions.items()
    }
