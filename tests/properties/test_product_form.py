"""A table in product form against the same table listed package by package."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_tables import random_form

from detente.analysis.forum import Forum
from detente.analysis.frame import Frame
from detente.analysis.preferences import ROUNDING, Form
from detente.analysis.product import ProductForm
from detente.casefile import read_case
from detente.engines.deal_space import Verdict
from detente.engines.deal_space.space.acceptance import is_met
from detente.ledger import PartyId
from detente.model import TODAY

ROOT = Path(__file__).parents[2]
REAL_CASES = [
    ROOT / "examples" / "aleppo-2016",
    ROOT / "examples" / "published" / "raiffa-1982-panama-canal",
    ROOT / "tests" / "golden" / "cases" / "village",
]
seeds = st.integers(0, 2**32 - 1)


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
