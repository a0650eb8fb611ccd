"""Issues, rules, deals, endings and disputed facts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from detente.casefile.build.context import Context
from detente.casefile.schema.what import (
    DealSchema,
    IfNotSchema,
    IssueSchema,
    OptionSchema,
    PrivateGainSchema,
)
from detente.casefile.yaml_text import FieldPath
from detente.ledger import PartyId
from detente.model import (
    Blank,
    Condition,
    Deal,
    DealId,
    DisputedFact,
    Divisible,
    Ending,
    EndingId,
    Exchange,
    FactId,
    IfNot,
    Issue,
    IssueId,
    Option,
    OptionId,
    PrivateGain,
    Rule,
    RuleKind,
    TableId,
    Term,
)

__all__ = ["build_deals", "build_endings", "build_facts", "build_issues", "build_rules"]

NOBODY = ("nobody", "nobody yet", "no one")
NOT_AGREED = ("not agreed", "not stated", "unknown", "open")


def build_issues(ctx: Context) -> dict[IssueId, Issue]:
    for name, issue in ctx.case.issues.items():
        where: FieldPath = ("issues", name)
        default = ctx.performers(issue.done_by, (*where, "done_by"))
        divisible = None
        if issue.divisible is not None:
            d = issue.divisible
            divisible = Divisible(d.low, d.high, d.step, d.unit)
            numbers = [Divisible.name_of(number) for number in _steps(divisible)]
            options = tuple(
                Option(x, f"{x} {d.unit}", None if x == issue.today else default) for x in numbers
            )
        else:
            options = _options(ctx, issue, where, default)
        known = [option.id for option in options]
        today = issue.today
        if today not in known:
            expected = "an option of this issue: " + ", ".join(known[:12])
            ctx.report((*where, "today"), repr(today), expected, "name the option that holds now")
            today = known[0]
        elif next(option for option in options if option.id == today).not_by_agreement:
            found = f"{today!r}, marked `not_by_agreement`"
            ctx.report((*where, "today"), found, "an option that may stay", "remove the mark")
        fact = issue.size_depends_on
        sized = fact is not None and ctx.name("facts", fact, (*where, "size_depends_on"))
        ctx.issues[IssueId(name)] = Issue(
            id=IssueId(name),
            question=issue.question,
            options=options,
            today=OptionId(today),
            divisible=divisible,
            sized_by=FactId(fact) if fact and sized else None,
            arises_after_signing=issue.arises_after_signing,
            note=issue.note or "",
            ground=ctx.ground(issue, where),
            place=ctx.place(where),
        )
    return ctx.issues


def _steps(scale: Divisible) -> Iterator[float]:
    """Walk the scale in decimals: -0.3 and three steps of 0.1 is 0 here, not 5.6e-17."""
    low, step = Decimal(repr(scale.low)), Decimal(repr(scale.step))
    for n in range(round((scale.high - scale.low) / scale.step) + 1):
        yield float(low + n * step)


def _options(
    ctx: Context, issue: IssueSchema, where: FieldPath, default: object
) -> tuple[Option, ...]:
    options = []
    for name, details in issue.options.items():
        inside = (*where, "options", name)
        ctx.check_name(name, inside)
        if not isinstance(details, OptionSchema):
            details = OptionSchema(says=details)
        done_by = ctx.performers(details.done_by, (*inside, "done_by"))
        if done_by is None and name != issue.today and not details.not_by_agreement:
            done_by = default  # type: ignore[assignment]  # Performers | None, from one caller
        options.append(
            Option(
                id=OptionId(name),
                says=details.says,
                done_by=done_by,
                undone_by=ctx.performers(details.undone_by, (*inside, "undone_by")),
                irreversible=details.irreversible,
                not_by_agreement=details.not_by_agreement,
                ground=ctx.ground(details, inside),
            )
        )
    return tuple(options)


def build_rules(ctx: Context) -> tuple[Rule, ...]:
    rules = []
    for name, rule in ctx.case.rules.items():
        where: FieldPath = ("rules", name)
        kind: RuleKind
        conditions: list[Condition | None]
        if rule.never is not None:
            kind, words = "never", f"never: {rule.never}"
            conditions = [ctx.condition(rule.never, (*where, "never"))]
        elif rule.only_if is not None:
            kind, words = "only_if", f"{rule.where} only if {rule.only_if}"
            conditions = [
                ctx.condition(rule.where, (*where, "where")),
                ctx.condition(rule.only_if, (*where, "only_if")),
            ]
        else:
            texts = rule.together or []
            kind, words = "together", "together: " + "; ".join(texts)
            conditions = [
                ctx.condition(text, (*where, "together", n)) for n, text in enumerate(texts)
            ]
        kept = tuple(c for c in conditions if c is not None)
        if len(kept) == len(conditions):
            rules.append(Rule(name, kind, kept, words, ctx.ground(rule, where), ctx.place(where)))
    return tuple(rules)


def build_deals(ctx: Context) -> dict[DealId, Deal]:
    deals = {}
    for name, deal in ctx.case.deals.items():
        where: FieldPath = ("deals", name)
        says = ctx.settled(deal.says, (*where, "says"), by_agreement=True)
        checks = _checks(ctx, deal.who_checks, (*where, "who_checks"))
        if_not = _if_not(ctx, name, deal.if_not, (*where, "if_not"))
        table = deal.table
        on_table = table is not None and ctx.name("tables", table, (*where, "table"))
        if table is not None and on_table:
            scope = ctx.case.tables[table].scope
            for issue in says:
                if scope != ["everything"] and issue not in scope:
                    fix = "add it to the table's scope, or take it out of the deal"
                    found = f"{issue!r}, which is outside the scope of {table}"
                    ctx.report((*where, "says", issue), found, "an issue in scope", fix)
        must_agree = None
        if deal.must_agree is not None:
            must_agree = ctx.parties(deal.must_agree, (*where, "must_agree"))
        deals[DealId(name)] = Deal(
            id=DealId(name),
            title=deal.title,
            table=TableId(table) if table and on_table else None,
            terms=_terms(ctx, name, deal, says, where, checks, if_not),
            exchanges=tuple(
                Exchange(
                    ctx.list_of("issues", e.give, (*where, "in_exchange", n, "give"), IssueId),
                    ctx.list_of("issues", e.get, (*where, "in_exchange", n, "get"), IssueId),
                )
                for n, e in enumerate(deal.in_exchange)
            ),
            order=_order(ctx, deal, (*where, "order")),
            who_checks=checks,
            if_not=if_not,
            must_agree=must_agree,
            leaves_out=ctx.parties(deal.leaves_out, (*where, "leaves_out")),
            private_gain=tuple(
                _private_gain(ctx, p, gain, (*where, "private_gain", p))
                for p, gain in deal.private_gain.items()
                if ctx.name("parties", p, (*where, "private_gain", p))
            ),
            note=deal.note or "",
            ground=ctx.ground(deal, where),
            place=ctx.place(where),
        )
    return deals


def _private_gain(
    ctx: Context, party: str, written: str | PrivateGainSchema, where: FieldPath
) -> PrivateGain:
    if isinstance(written, str):
        return PrivateGain(PartyId(party), written)
    worth = ctx.quantity(written.worth, (*where, "worth"), "time")
    return PrivateGain(PartyId(party), written.says, worth)


def _terms(
    ctx: Context,
    name: str,
    deal: DealSchema,
    says: dict[IssueId, OptionId],
    where: FieldPath,
    checks: tuple[PartyId, ...] | Blank,
    if_not: IfNot | Blank,
) -> tuple[Term, ...]:
    for settled in deal.terms:
        if settled not in deal.says:
            expected = "an issue that the deal settles: " + ", ".join(deal.says)
            ctx.report((*where, "terms", settled), repr(settled), expected, "add it under `says`")
    terms = []
    for issue, option in says.items():
        details = deal.terms.get(issue)
        if details is None:
            terms.append(Term(issue, option, who_checks=checks, if_not=if_not))
            continue
        inside = (*where, "terms", issue)
        own = _checks(ctx, details.who_checks, (*inside, "who_checks"))
        terms.append(
            Term(
                issue=issue,
                option=option,
                act=details.act or "",
                when=details.when or "",
                condition=details.condition or "",
                who_checks=checks if details.who_checks is None else own,
                if_not=if_not
                if details.if_not is None
                else _if_not(ctx, name, details.if_not, (*inside, "if_not")),
            )
        )
    return tuple(terms)


def _if_not(
    ctx: Context, deal: str, written: str | IfNotSchema | None, where: FieldPath
) -> IfNot | Blank:
    if written is None:
        return Blank()
    if isinstance(written, str):
        return IfNot(written)
    leads_to = written.leads_to or ""
    inside = (*where, "leads_to")
    if leads_to == deal:
        fix = "name today, an ending or another deal"
        ctx.report(inside, f"{leads_to!r}, this very deal", "what follows if it is broken", fix)
    elif leads_to and not ctx.name("outcomes", leads_to, inside):
        leads_to = ""
    return IfNot(written.says, leads_to, ctx.parties(written.answered_by, (*where, "answered_by")))


def _checks(ctx: Context, names: list[str] | None, where: FieldPath) -> tuple[PartyId, ...] | Blank:
    if not names:
        return Blank()
    words = " ".join(names).lower()
    if words in NOBODY or words in NOT_AGREED:
        return Blank(words)
    return ctx.parties(names, where) or Blank()


def _order(
    ctx: Context, deal: DealSchema, where: FieldPath
) -> tuple[tuple[IssueId, ...], ...] | Blank:
    if deal.order is None:
        return Blank()
    if isinstance(deal.order, str):
        return Blank(deal.order)
    steps = []
    seen: dict[str, int] = {}
    for n, step in enumerate(deal.order):
        names = [step] if isinstance(step, str) else step
        for name in names:
            if name in seen:
                ctx.report(
                    (*where, n),
                    f"{name!r} again",
                    "each issue once",
                    f"first in step {seen[name] + 1}",
                )
            seen.setdefault(name, n)
            if name in ctx.case.issues and name not in deal.says:
                expected = "an issue that the deal settles: " + ", ".join(deal.says)
                ctx.report((*where, n), repr(name), expected, "add it under `says`")
        steps.append(ctx.list_of("issues", names, (*where, n), IssueId))
    return tuple(steps)


def build_endings(ctx: Context) -> dict[EndingId, Ending]:
    return {
        EndingId(name): Ending(
            id=EndingId(name),
            title=ending.title,
            sets=ctx.settled(ending.sets, ("endings", name, "sets"), by_agreement=False),
            looks_like_a_deal=ending.looks_like_a_deal,
            ground=ctx.ground(ending, ("endings", name)),
            place=ctx.place(("endings", name)),
        )
        for name, ending in ctx.case.endings.items()
    }


def build_facts(ctx: Context) -> dict[FactId, DisputedFact]:
    facts = {}
    for name, fact in ctx.case.facts.items():
        where: FieldPath = ("facts", name)
        said = []
        for party, number in fact.said_by.items():
            inside = (*where, "said_by", party)
            if ctx.name("parties", party, inside):
                said.append((PartyId(party), ctx.number(number, inside, unit=fact.unit)))
        facts[FactId(name)] = DisputedFact(
            id=FactId(name),
            what=fact.what,
            unit=fact.unit,
            said_by=tuple(said),
            sizes=ctx.list_of("issues", fact.sizes, (*where, "sizes"), IssueId),
            gains_by_misstating=tuple(
                (PartyId(p), words)
                for p, words in fact.gains_by_misstating.items()
                if ctx.name("parties", p, (*where, "gains_by_misstating", p))
            ),
            ground=ctx.ground(fact, where),
            place=ctx.place(where),
        )
    return facts
