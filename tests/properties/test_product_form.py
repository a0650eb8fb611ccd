"""A table in product form against the same table listed package by package."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.analysis.frame import Forum, Frame
from detente.analysis.preferences import ROUNDING, Form
from detente.analysis.product import ProductForm
from detente.casefile import read_case
from detente.engines.deal_space import Verdict
from detente.engines.deal_space.acceptance import is_met
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

NOWHERE, ALWAYS = Place("", 0, ""), Likelihood(1, 1, "always")
ROOT = Path(__file__).parents[2]
REAL_CASES = [
    ROOT / "examples" / "aleppo-2016",
    ROOT / "examples" / "published" / "raiffa-1982-panama-canal",
    ROOT / "tests" / "golden" / "cases" / "village",
]
T = TypeVar("T")
seeds = st.integers(0, 2**32 - 1)


# --- random cases ---------------------------------------------------------------------------


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


def real_forms(folder: Path) -> Iterator[tuple[ProductForm, Frame]]:
    case = read_case(folder)
    for table in case.tables.values():
        at_stake = tuple(d.id for d in case.deals.values() if d.table == table.id)
        forum = Forum(table.title, table.scope, table.must_agree, table.enough, at_stake)
        for against in (None, TODAY, *case.endings):
            yield ProductForm.of(case, forum, against), Frame.of(case, forum, against)


# --- what must hold -------------------------------------------------------------------------


class Listed:
    """All packages of a form, in the order of the frame's rows."""

    def __init__(self, form: ProductForm, frame: Frame) -> None:
        self.form, self.frame, self.n = form, frame, frame.n_packages
        codes = np.array(list(itertools.product(*map(range, form.domain.n_options))))
        self.allowed = form.domain.is_allowed(codes)
        rows = {tuple(row): k for k, row in enumerate(form.case_codes(codes).tolist())}
        self.at = np.array([rows[tuple(row)] for row in frame.codes[: self.n].tolist()], np.intp)
        self.codes = codes
        self.totals = form.domain.totals(codes)[self.at]

    def check_packages(self) -> None:
        form, frame = self.form, self.frame
        today = form.counts_today()
        assert int(self.allowed.sum()) == self.n + today
        assert self.allowed[self.at].all()
        assert len(set(self.at.tolist())) == self.n
        if not form.choices.without_choice:
            assert int((~self.allowed).sum()) == frame.n_struck
        assert is_met(form.changes_something, self.totals).all()
        if form.today is not None:
            assert not is_met(form.changes_something, form.domain.totals([form.today]))[0]
            assert (form.case_codes([form.today])[0] == frame.codes[frame.rows_of[TODAY]]).all()

    def check_verdicts(self) -> None:
        zone = self.frame.package_zone
        verdict = np.full(self.n, Verdict.UNDECIDED) if zone is None else zone.verdict
        assert (is_met(self.form.certain, self.totals) == (verdict == Verdict.YES)).all()
        assert (is_met(self.form.conceivable, self.totals) == (verdict != Verdict.NO)).all()

    def check_parties(self) -> None:
        form, frame = self.form, self.frame
        assert tuple(form.parties) == frame.parties
        for column, (party, own) in enumerate(form.parties.items()):
            said = frame.verdicts[: self.n, column]
            assert (is_met(own.certain, self.totals) == (said == Verdict.YES)).all()
            assert (is_met(own.conceivable, self.totals) == (said != Verdict.NO)).all()
            self.check_level(party)
            for part in own.red_lines:
                assert part.red_line is not None
                crossed = frame.space.holds(part.red_line.statement, frame.codes[: self.n])
                assert (is_met(part.certain, self.totals) == ~crossed).all()
            if party not in frame.forum.must_agree:
                free = [is_met(part.certain, self.totals) for part in own.blocks]
                bites = ~np.all(free, axis=0) if free else np.zeros(self.n, dtype=bool)
                assert (bites == frame.required[: self.n, column]).all()

    def check_level(self, party: PartyId) -> None:
        standpoint = self.frame.standpoints[party]
        level, found = standpoint.evaluation.level[: self.n], self.form.parties[party].level
        if not self.n:
            return
        assert (found is None) == bool(np.isnan(level).any())
        if found is None:
            return
        here = self.totals[:, found.column]
        if found.form is Form.POINTS:
            scale = self.form.domain.scale[found.column]
            assert np.abs(here / scale - level).max() <= ROUNDING
            floor = standpoint.floor()
            assert floor is not None
            assert found.floor is not None
            assert abs(found.floor / scale - floor) <= ROUNDING
            level = level.round(6)
        assert np.array_equal(
            np.unique(here, return_inverse=True)[1], np.unique(level, return_inverse=True)[1]
        )
        if found.floor is not None and found.form is Form.STATEMENTS:
            best = standpoint.verdicts()[: self.n] == Verdict.YES
            best |= standpoint.crossed[: self.n]
            assert ((here >= found.floor) <= best).all()

    def check_balanced_gains(self) -> None:
        form, frame = self.form, self.frame
        gains = form.balanced_gains
        asked = frame.forum.asked
        scaled = all(frame.standpoints[p].evaluation.form is Form.POINTS for p in asked)
        assert bool(gains.none_because) == (not asked or bool(frame.forum.quota) or not scaled)
        if gains.none_because:
            return
        assert gains.parties == asked
        crossed = [frame.standpoints[p].crossed[: self.n] for p in asked]
        outside = [k for k, party in enumerate(frame.parties) if party not in asked]
        refused = ((frame.verdicts == Verdict.NO) & frame.required)[: self.n, outside]
        signable = ~np.any(crossed, axis=0) & ~refused.any(axis=1)
        assert (is_met(gains.rule, self.totals) == signable).all()

    def check_narrowed(self) -> None:
        form = self.form
        totals = form.domain.totals(self.codes)
        levels = [level.column for level in form.ranking.values()]
        for rule in (form.certain, form.conceivable, form.balanced_gains.rule):
            narrow = form.narrowed(rule, levels)
            here = narrow.domain.totals(self.codes)
            inside = narrow.domain.is_allowed(self.codes) & is_met(narrow.rule, here)
            assert (inside == (self.allowed & is_met(rule, totals))).all()
            for column, place in narrow.place.items():
                assert (here[:, place] == totals[:, column]).all()
                assert narrow.domain.scale[place] == form.domain.scale[column]

    def check(self) -> None:
        self.check_packages()
        self.check_verdicts()
        self.check_parties()
        self.check_balanced_gains()
        self.check_narrowed()


@given(seeds)
def test_a_random_table_is_the_same_listed_and_in_product_form(seed: int) -> None:
    Listed(*random_form(seed)).check()


def test_what_must_agree_occurs_often_among_the_random_tables() -> None:
    seen: Counter[str] = Counter()
    for form, frame in map(random_form, range(300)):
        n, zone = frame.n_packages, frame.package_zone
        if not n or zone is None:
            continue
        seen["struck"] += frame.n_struck > 0
        seen["interactions"] += bool(form.domain.interactions)
        seen["quota"] += frame.forum.quota is not None
        seen["yes and no"] += len(set(zone.verdict.tolist())) > 1
        seen["named points"] += not form.balanced_gains.none_because
        for column, (party, own) in enumerate(form.parties.items()):
            standpoint, required = frame.standpoints[party], frame.required[:n, column]
            level = standpoint.evaluation.level[:n]
            seen["ties"] += len(set(level.tolist())) < n
            seen["ranges"] += own.form is Form.POINTS and own.floor.certain != own.floor.conceivable
            seen["several fallbacks"] += len(own.fallback.names) > 1
            seen["red line"] += bool(0 < standpoint.crossed[:n].sum() < n)
            seen["block"] += bool(0 < required.sum() < n)
            seen["order"] += own.form is Form.ORDER and len(set(frame.verdicts[:n, column])) > 1
    assert len(seen) == 11
    assert min(seen.values()) >= 15, seen


@pytest.mark.parametrize("folder", REAL_CASES, ids=lambda folder: folder.name)
def test_the_tables_of_a_case_are_the_same_listed_and_in_product_form(folder: Path) -> None:
    for form, frame in real_forms(folder):
        Listed(form, frame).check()
