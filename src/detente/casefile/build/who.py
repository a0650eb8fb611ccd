"""Parties, tables and norms."""

from __future__ import annotations

from detente.casefile.build.context import Context
from detente.casefile.schema.who import AliasSchema, TableSchema
from detente.casefile.yaml_text import FieldPath
from detente.errors import ModelError
from detente.ledger import Likelihood, PartyId, Quantity, SourceId, Unknown
from detente.model import Alias, IssueId, Norm, Party, Quota, Seat, Table, TableId

__all__ = ["build_norms", "build_parties", "build_tables"]

ALWAYS = Likelihood(1.0, 1.0, "always")
SOMETIMES = Likelihood(0.0, 1.0, "sometimes")


def build_parties(ctx: Context) -> dict[PartyId, Party]:
    parties = {}
    for name, party in ctx.case.parties.items():
        where: FieldPath = ("parties", name)
        aliases = []
        for n, alias in enumerate(party.also_called):
            if isinstance(alias, AliasSchema):
                inside = (*where, "also_called", n, "source")
                known = alias.source is not None and ctx.name("sources", alias.source, inside)
                aliases.append(Alias(alias.name, SourceId(alias.source or "") if known else None))
            else:
                aliases.append(Alias(alias))
        parties[PartyId(name)] = Party(
            id=PartyId(name),
            name=party.name,
            kind=party.kind,
            part_of=ctx.party(party.part_of, (*where, "part_of")),
            acts_for=ctx.party(party.acts_for, (*where, "acts_for")),
            aliases=tuple(aliases),
            roles=tuple(party.roles),
            may=tuple(party.may),
            may_not=tuple(party.may_not),
            may_not_offer=ctx.terms(party.may_not_offer, (*where, "may_not_offer")),
            backs=ctx.parties(party.backs, (*where, "backs")),
            depends_on=ctx.parties(party.depends_on, (*where, "depends_on")),
            talks_with=ctx.parties(party.talks_with, (*where, "talks_with")),
            can_block=ctx.terms(party.can_block, (*where, "can_block")),
            bears=tuple(party.bears),
            size=ctx.quantity(party.size, (*where, "size")),
            in_office_from=ctx.period(party.in_office_from, (*where, "in_office_from")),
            in_office_until=ctx.period(party.in_office_until, (*where, "in_office_until")),
            replaced_by=ctx.party(party.replaced_by, (*where, "replaced_by")),
            note=party.note or "",
            ground=ctx.ground(party, where),
            place=ctx.place(where),
        )
    for field in ("part_of", "acts_for", "replaced_by"):
        _no_circles(ctx, parties, field)
    return parties


def _no_circles(ctx: Context, parties: dict[PartyId, Party], field: str) -> None:
    said: set[PartyId] = set()
    for start in parties:
        at, steps = start, [start]
        while (up := getattr(parties[at], field)) is not None and up in parties:
            steps.append(up)
            if up == start and start not in said:
                found = f"a circle: {' > '.join(steps)}"
                ctx.report(("parties", start, field), found, "an end to it", "take one link out")
                said.update(steps)
                break
            if up in steps[:-1]:
                break  # a circle further up is reported where it begins
            at = up


def build_tables(ctx: Context) -> dict[TableId, Table]:
    tables = {}
    for name, table in ctx.case.tables.items():
        where: FieldPath = ("tables", name)
        if table.scope == ["everything"]:
            scope = tuple(ctx.issues)
        else:
            scope = ctx.list_of("issues", table.scope, (*where, "scope"), IssueId)
        seats = _seats(ctx, table, where)
        if table.must_agree is not None:
            must_agree = ctx.parties(table.must_agree, (*where, "must_agree"))
        else:
            must_agree = tuple(seat.party for seat in seats if seat.is_always_there)
        opens = ctx.period(table.opens, (*where, "opens"))
        closes = ctx.period(table.closes, (*where, "closes"))
        if opens and closes and closes.last < opens.first:
            expected = f"a date after {opens}"
            ctx.report((*where, "closes"), repr(str(closes)), expected, "exchange the two")
        inside = table.inside
        known = inside is not None and ctx.name("tables", inside, (*where, "inside"))
        tables[TableId(name)] = Table(
            id=TableId(name),
            title=table.title,
            scope=scope,
            seats=seats,
            must_agree=must_agree,
            enough=_quota(ctx, table, where),
            scope_in_words=table.scope_in_words or "",
            inside=TableId(inside) if inside and known else None,
            go_between=ctx.party(table.go_between, (*where, "go_between")),
            opens=opens,
            closes=closes,
            meets=ctx.quantity(table.meets, (*where, "meets"), kind="rate"),
            exclusive=table.exclusive,
            secrecy=table.secrecy or "",
            note=table.note or "",
            ground=ctx.ground(table, where),
            place=ctx.place(where),
        )
    return tables


def _seats(ctx: Context, table: TableSchema, where: FieldPath) -> tuple[Seat, ...]:
    seats = []
    for name, attendance in table.seats.items():
        inside = (*where, "seats", name)
        if not ctx.name("parties", name, inside):
            continue
        words = " ".join(attendance.lower().split())
        if words in ("always", "sometimes"):
            attends = ALWAYS if words == "always" else SOMETIMES
        else:
            share = ctx.number(attendance, inside, kind="share")
            attends = SOMETIMES if isinstance(share, Unknown) else _share(share)
        seats.append(Seat(PartyId(name), attends))
    return tuple(seats)


def _share(share: Quantity) -> Likelihood:
    try:
        return Likelihood(share.low, share.high, share.words)
    except ModelError:  # the parser has reported the bounds already
        return SOMETIMES


def _quota(ctx: Context, table: TableSchema, where: FieldPath) -> Quota | None:
    if table.enough is None:
        return None
    inside = (*where, "enough")
    counted = ctx.parties(table.enough.of, (*inside, "of"))
    n_listed = len(set(table.enough.of))
    if table.enough.at_least > n_listed:
        found, expected = str(table.enough.at_least), f"at most {n_listed}, the parties listed"
        ctx.report((*inside, "at_least"), found, expected, "lower it, or list more parties")
    return Quota(table.enough.at_least, counted)


def build_norms(ctx: Context) -> dict[str, Norm]:
    return {
        name: Norm(
            id=name,
            says=norm.says,
            broken_by=ctx.parties(norm.broken_by, ("norms", name, "broken_by")),
            how=norm.how or "",
            ground=ctx.ground(norm, ("norms", name)),
            place=ctx.place(("norms", name)),
        )
        for name, norm in ctx.case.norms.items()
    }
