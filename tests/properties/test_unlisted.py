"""A table whose packages are not listed gives the answers of one whose packages are."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_tables import random_form

from detente.analysis.frame import Frame
from detente.analysis.named_points import named_points
from detente.analysis.packages import Between, Number
from detente.analysis.unlisted import Unlisted
from detente.analysis.unlisted_points import named_points_unlisted
from detente.analysis.unlisted_repairs import repairs_unlisted
from detente.analysis.unlisted_table import table_answer_unlisted
from detente.engines.deal_space import Verdict, pareto_front
from detente.model import Table, TableId

seeds = st.integers(0, 2**32 - 1)


def agrees(count: Number, truth: int) -> bool:
    if isinstance(count, Between):
        return count.at_least <= truth <= count.at_most
    return count == truth


def table_of(frame: Frame) -> Table:
    forum = frame.forum
    return Table(
        TableId("talks"),
        forum.title,
        seats=(),
        scope=forum.scope,
        must_agree=forum.must_agree,
        enough=forum.quota,
    )


@given(seeds)
def test_counts_and_frontier_are_those_of_the_list(seed: int) -> None:
    form, frame = random_form(seed)
    n = frame.n_packages
    unlisted = Unlisted(form)
    answer = table_answer_unlisted(unlisted, table_of(frame))
    assert answer.n_packages == n
    zone = frame.package_zone
    if zone is None or not n:
        return
    assert agrees(answer.n_possible, zone.n_possible)
    assert agrees(answer.n_undecided, zone.n_undecided)
    assert [r.party for r in answer.refusals] == list(frame.parties)
    for k, refusal in enumerate(answer.refusals):
        assert agrees(refusal.n_refused, int(zone.n_refused[k]))
        assert agrees(refusal.n_opened_without, int(zone.n_opened_without[k]))
        if refusal.opens is not None:
            assert refusal.opens == zone.opens_without[k]
    assert answer.compared_on == tuple(form.ranking)
    possible = np.flatnonzero(frame.is_possible)
    if answer.frontier is None or not len(possible):
        assert answer.frontier is None or answer.frontier.n_points == 0
        return
    levels = np.column_stack([frame.standpoints[p].evaluation.level for p in form.ranking])[:n]
    best = possible[pareto_front(levels[possible]).efficient]
    assert answer.n_possible_efficient in (None, len(best))
    assert answer.frontier.n_points == len(np.unique(levels[best], axis=0))
    settled = {tuple(sorted(frame.package(int(k)).settles.items())) for k in best}
    assert {tuple(sorted(p.package.settles.items())) for p in answer.frontier.points} <= settled
    if answer.n_efficient is not None:
        assert answer.n_efficient == int(pareto_front(levels).efficient.sum())


@given(seeds)
def test_named_points_are_those_of_the_list(seed: int) -> None:
    form, frame = random_form(seed)
    expected, why_none = named_points(frame)
    found, why = named_points_unlisted(Unlisted(form))
    assert why == why_none
    assert [p.name for p in found] == [p.name for p in expected]
    for mine, theirs in zip(found, expected, strict=True):
        assert mine.n_packages == theirs.n_packages
        assert mine.reason == theirs.reason
        assert mine.gains == pytest.approx(theirs.gains)
        if theirs.n_packages is not None and theirs.n_packages <= 6:
            assert {tuple(sorted(p.settles.items())) for p in mine.packages} == {
                tuple(sorted(p.settles.items())) for p in theirs.packages
            }


@given(seeds)
def test_the_nearest_package_is_as_near_as_on_the_list(seed: int) -> None:
    form, frame = random_form(seed)
    n, zone = frame.n_packages, frame.package_zone
    if not n or zone is None:
        return
    unlisted = Unlisted(form)
    for deal in form.case.deals.values():
        row = frame.rows_of[deal.id]
        verdict = Verdict(int(frame.zone.verdict[row])) if frame.zone else Verdict.UNDECIDED
        kind, repairs, n_repairs, _ = repairs_unlisted(unlisted, deal, verdict)
        changes = (frame.codes[:n] != frame.codes[row]).sum(axis=1)
        if verdict is Verdict.YES:
            assert (kind, repairs) == ("none", ())
        elif kind == "possible":
            least = changes[frame.is_possible].min()
            assert {len(r.changes) for r in repairs} == {least}
            assert n_repairs in (None, int((changes[frame.is_possible] == least).sum()))
        elif kind == "closest":
            assert not frame.is_possible.any()
            refused = (frame.required & (frame.verdicts == Verdict.NO))[:n].sum(axis=1)
            assert {len(r.refused_by) for r in repairs} == {int(refused.min())}
        elif kind == "none":
            assert not frame.is_possible.any()


def test_every_kind_of_repair_occurs_among_the_random_tables() -> None:
    seen: Counter[str] = Counter()
    for form, frame in map(random_form, range(120)):
        if not frame.n_packages or frame.zone is None:
            continue
        for deal in form.case.deals.values():
            verdict = Verdict(int(frame.zone.verdict[frame.rows_of[deal.id]]))
            seen[repairs_unlisted(Unlisted(form), deal, verdict)[0]] += 1
    assert min(seen[kind] for kind in ("possible", "closest", "none")) >= 5, seen
