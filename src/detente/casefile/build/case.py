"""Build the whole case, in the order in which its parts need each other."""

from __future__ import annotations

from datetime import date

from detente.casefile.build.consistency import check_consistency
from detente.casefile.build.context import Context
from detente.casefile.build.held import (
    build_assumptions,
    build_breakers,
    build_chances,
    build_explanations,
    build_views,
)
from detente.casefile.build.ledger import build_claims, build_sources, build_speakers
from detente.casefile.build.what import (
    build_deals,
    build_endings,
    build_facts,
    build_issues,
    build_rules,
)
from detente.casefile.build.when import build_clocks, build_levers, build_scenarios
from detente.casefile.build.who import build_norms, build_parties, build_tables
from detente.casefile.folder import LoadedFolder
from detente.casefile.schema import CaseSchema
from detente.errors import Place
from detente.ledger import Period
from detente.model import Case, EndingId

__all__ = ["build_case"]

NO_DAY = Period(date.min, date.min, "not known")
"""Stands in while the rest of a case without a readable day is looked through."""


def build_case(written: CaseSchema, folder: LoadedFolder) -> Case | None:
    """Return the case, as far as it can be built; problems are noted in the folder.

    None is returned only where nothing sensible is left: no day, no issue, no party.
    """
    ctx = Context(written, folder)
    ctx.choose_scale()
    ctx.check_names()
    as_of: Period | None = ctx.period(written.as_of, ("as_of",))
    for section in ("parties", "issues"):
        if not getattr(written, section):
            ctx.report((section,), "nothing", "at least one entry", f"describe the {section}")
    if not written.issues or not written.parties:
        return None
    issues = build_issues(ctx)
    parties = build_parties(ctx)
    sources = build_sources(ctx)
    clocks = build_clocks(ctx)
    endings = build_endings(ctx)
    endings |= {
        EndingId(name): clock.then.ending
        for name, clock in clocks.items()
        if clock.then.ending is not None
    }
    case = Case(
        title=written.negotiation,
        as_of=as_of or NO_DAY,
        question=" ".join((written.question or "").split()),
        as_of_basis=written.as_of_basis or "",
        scale=ctx.scale,
        parties=parties,
        tables=build_tables(ctx),
        issues=issues,
        rules=build_rules(ctx),
        deals=build_deals(ctx),
        endings=endings,
        clocks=clocks,
        facts=build_facts(ctx),
        levers=build_levers(ctx),
        scenarios=build_scenarios(ctx),
        norms=build_norms(ctx),
        views=build_views(ctx),
        chances=build_chances(ctx),
        breakers=build_breakers(ctx),
        explanations=build_explanations(ctx),
        assumptions=build_assumptions(ctx),
        speakers=build_speakers(ctx, sources),
        sources=sources,
        claims=build_claims(ctx, sources),
        place=Place(folder.main, 1, ""),
    )
    check_consistency(ctx, case)
    return case if as_of else None
