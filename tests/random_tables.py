"""Small random tables with few distinct values, so that everything meets everything."""

from __future__ import annotations

import itertools
from datetime import date
from typing import TypeVar

import numpy as np

from detente.analysis.forum import Forum
from detente.analysis.frame import Frame
from detente.analysis.product import ProductForm
from detente.errors import Place
from detente.ledger import Likelihood, PartyId, Period, Quantity
from detente.model import (
    TODAY,
    AllOf,
    AnyOf,
    Case,
    Condition,
    Deal,
    DealId,
    Ending,
    EndingId,
    Fallback,
    FallbackMode,
    Ground,
    Is,
    Issue,
    IssueId,
    Option,
    OptionId,
    OutcomeOrder,
    Party,
    PartyView,
    Points,
    Preference,
    Quota,
    RankedStatements,
    RedLine,
    Rule,
    Statement,
    Term,
    Wish,
)

__all__ = ["Drawer", "random_form"]

NOWHERE, ALWAYS = Place("", 0, ""), Likelihood(1, 1, "always")
T = TypeVar("T")


class Drawer:
    """Draws a small case with few distinct values, so that everything meets everything."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def number(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def often(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def some(self, things: list[T], at_least: int, at_most: int) -> list[T]:
        n = min(len(things), self.number(at_least, at_most))
        return [things[k] for k in self.rng.permutation(len(things))[:n]]

    def condition(self, issues: list[Issue], depth: int = 2) -> Condition:
        if depth and self.often(0.6):
            parts = tuple(self.condition(issues, depth - 1) for _ in range(self.number(2, 3)))
            return AllOf(parts) if self.often(0.5) else AnyOf(parts)
        (issue,) = self.some(issues, 1, 1)
        names = self.some([o.id for o in issue.options], 1, len(issue.options))
        return Is(issue.id, frozenset(names), self.often(0.3))

    def statement(self, issues: list[Issue], depth: int = 2) -> Statement:
        given_that = self.condition(issues, depth) if self.often(0.3) else None
        return Statement(self.condition(issues, depth), "words", given_that)

    def issue(self, n: int) -> Issue:
        names = [OptionId(f"o{k}") for k in range(1 + self.often(0.9) * self.number(1, 2))]
        forced = [self.often(0.1) for _ in names]
        forced[self.number(0, len(names) - 1)] = False
        options = tuple(
            Option(o, o, not_by_agreement=f) for o, f in zip(names, forced, strict=True)
        )
        return Issue(IssueId(f"i{n}"), "?", options, names[self.number(0, len(names) - 1)])

    def outcome(self, issues: list[Issue], *, agreed: bool) -> dict[IssueId, OptionId]:
        found = {}
        for issue in self.some(issues, 0, len(issues)):
            options = [o.id for o in issue.options if not (agreed and o.not_by_agreement)]
            if options:
                found[issue.id] = self.some(options, 1, 1)[0]
        return found

    def quantity(self) -> Quantity:
        low = self.number(0, 4) / 10
        wide = self.number(0, 2) / 10 if self.ranged and self.often(0.5) else 0.0
        best = low if wide and self.often(0.3) else None
        return Quantity(low, low + wide, "points", "p", best)

    def preference(self, case: Case) -> Preference | None:
        issues, kind = list(case.issues.values()), self.number(0, 9)
        if kind < 3:
            statements = [self.statement(issues) for _ in range(self.number(1, 5))]
            return RankedStatements(tuple(Wish(s, Ground(), NOWHERE) for s in statements))
        if kind < 5:
            names = self.some([TODAY, *case.endings, *case.deals], 1, 9)
            cuts = [k for k in range(1, len(names)) if self.often(0.6)]
            tiers = [names[a:b] for a, b in itertools.pairwise([0, *cuts, len(names)])]
            return OutcomeOrder(tuple(map(tuple, tiers)))
        if kind < 9:
            self.ranged = self.often(0.6)
            return Points(
                {
                    issue.id: {o.id: self.quantity() for o in issue.options}
                    for issue in self.some(issues, 0, len(issues))
                }
            )
        return None

    def fallback(self, case: Case, preference: Preference | None) -> Fallback | None:
        modes: list[FallbackMode] = ["one", "best_of", "worst_of", "best_of", "worst_of"]
        if isinstance(preference, Points):
            modes += ["at_least", "at_least"]
        (mode,) = self.some(modes, 1, 1)
        if mode == "at_least":
            low = self.number(0, 8) / 10
            return Fallback(mode, (), Quantity(low, low + self.number(0, 2) / 10, "points", "p"))
        names = self.some([TODAY, *case.endings, *case.deals], 1, 3)
        return Fallback(mode, tuple(names[:1] if mode == "one" else names))

    def rule(self, n: int, issues: list[Issue]) -> Rule:
        kind = self.number(0, 2)
        if kind == 0:
            few = tuple(self.condition(issues, 1) for _ in range(2))
            return Rule(f"r{n}", "never", (AllOf(few),), "never")
        if kind == 1:
            two = (self.condition(issues, 1), self.condition(issues, 1))
            return Rule(f"r{n}", "only_if", two, "only if")
        several = tuple(self.condition(issues, self.number(0, 1)) for _ in range(self.number(1, 3)))
        return Rule(f"r{n}", "together", several, "together")

    def case(self) -> Case:
        issues = {i.id: i for i in (self.issue(n) for n in range(self.number(1, 5)))}
        everything = list(issues.values())
        ids = [PartyId(f"p{n}") for n in range(self.number(1, 5))]
        parties = {
            party: Party(
                party,
                party.upper(),
                acts_for=ids[self.number(0, len(ids) - 1)] if self.often(0.25) else None,
                can_block=tuple(
                    self.statement(everything) for _ in range(self.number(0, 2) * self.often(0.6))
                ),
            )
            for party in ids
        }
        rules = tuple(self.rule(n, everything) for n in range(self.number(0, 2)))
        deals = {
            name: Deal(name, name, None, tuple(Term(i, o) for i, o in said.items()))
            for name in (DealId(f"d{n}") for n in range(self.number(0, 3)))
            for said in [self.outcome(everything, agreed=self.often(0.8))]
        }
        endings = {
            name: Ending(name, "E", self.outcome(everything, agreed=False))
            for name in (EndingId(f"e{n}") for n in range(self.number(0, 4)))
        }
        return self.with_views(
            Case(
                "Case",
                Period(date(2020, 1, 1), date(2020, 1, 1), "2020-01-01"),
                parties=parties,
                issues=issues,
                rules=rules,
                deals=deals,
                endings=endings,
            )
        )

    def with_views(self, case: Case) -> Case:
        views = {}
        for party in case.parties:
            if self.often(0.1):
                continue
            preference = self.preference(case)
            red_lines = [
                self.statement(list(case.issues.values()))
                for _ in range(self.number(0, 2) * self.often(0.5))
            ]
            views[party] = PartyView(
                party,
                preference,
                tuple(RedLine(s, Ground(), NOWHERE) for s in red_lines),
                self.fallback(case, preference) if self.often(0.8) else None,
            )
        fields = {name: getattr(case, name) for name in Case.__slots__}
        return Case(**(fields | {"views": views}))

    def forum(self, case: Case) -> Forum:
        least = 0 if self.often(0.05) else (len(case.issues) + 1) // 2
        scope = self.some(list(case.issues), least, len(case.issues))
        parties = list(case.parties)
        must_agree = self.some(parties, 0, len(parties))
        quota = None
        if self.often(0.4):
            counted = self.some(parties, 1, len(parties))
            quota = Quota(self.number(1, len(counted)), tuple(counted))
        at_stake = self.some(list(case.deals), 0, 2)
        return Forum("Talks", tuple(scope), tuple(must_agree), quota, tuple(at_stake))


def random_form(seed: int) -> tuple[ProductForm, Frame]:
    drawer = Drawer(seed)
    case = drawer.case()
    forum = drawer.forum(case)
    against = None
    if drawer.often(0.2):
        (against,) = drawer.some([TODAY, *case.endings, *case.deals], 1, 1)
    return ProductForm.of(case, forum, against), Frame.of(case, forum, against)
