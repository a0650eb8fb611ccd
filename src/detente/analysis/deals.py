"""Which packages would everyone who must agree rather have than what they get without one?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from detente.analysis.binding import (
    beyond_mandate,
    clocks_still_running,
    unbound_performers,
)
from detente.analysis.consent import Stance
from detente.analysis.deal_answers import (
    Comparison,
    Consent,
    DealAnswer,
    DealsAnswer,
    Lack,
    Refusal,
    TableAnswer,
)
from detente.analysis.deal_consents import (
    broken_rules,
    check_against,
    consents_at,
    deal_verdict,
    n_possible,
    verdict_at,
)
from detente.analysis.frame import Frame
from detente.analysis.frames import Frames
from detente.analysis.listed_frontier import listed_frontier
from detente.analysis.listed_repairs import repairs_listed
from detente.analysis.median_point import median_point
from detente.analysis.named_points import named_points
from detente.analysis.opening_answers import Opening
from detente.analysis.openings import opening_of
from detente.analysis.packages import Package
from detente.analysis.product import ProductForm
from detente.analysis.product_columns import NotInProductFormError
from detente.analysis.scatter import scatter_of
from detente.analysis.standing import among_deals
from detente.analysis.unlisted import MOST_POINTS
from detente.analysis.unlisted_repairs import efficiency_unlisted, repairs_unlisted
from detente.analysis.unlisted_table import table_answer_unlisted
from detente.model import TODAY, Case, Deal, DealId, Table

__all__ = ["Step", "analyse_deals"]

T = TypeVar("T")
Step = Callable[[int, int], None]
"""Called with the number of steps done and their total."""

SHOWN_PACKAGES = 12


def analyse_deals(
    case: Case,
    against: str | None = None,
    step: Step | None = None,
    *,
    most_points: int = MOST_POINTS,
    keep_partial: bool = False,
) -> DealsAnswer:
    """Answer the first question for every named deal and every package of every table.

    Parameters
    ----------
    case
        The case.
    against
        None: each party compares with its own fallback (today, where none is stated). Otherwise
        ``today`` or the name of an ending or deal with which everybody compares.
    step
        Called with the number of steps done and their total, to show progress.
    most_points
        The budget of a table too large to list: points of a frontier that are held before it is
        approximated, with a proven bound.
    keep_partial
        Where the work is interrupted from the keyboard, return what was answered by then, marked
        as not complete. Otherwise, and where nothing was, the interruption passes through.

    Raises
    ------
    NotFoundError
        If ``against`` names nothing.

    Notes
    -----
    Equal is enough for consent; a red line is never crossed; a package settles at least one issue
    otherwise than today. Tables with up to :data:`~.frame.MOST_LISTED` packages are listed and
    examined one by one; larger ones are answered by sums (:class:`~.unlisted.Unlisted`).
    """
    check_against(case, against)
    frames = Frames(case, against, most_points)
    scoped = [table for table in case.tables.values() if table.scope]
    total = len(case.deals) + len(scoped) + len(case.endings) + 2
    tick = _Tick(step, total)
    deals: list[DealAnswer] = []
    tables: list[TableAnswer] = []
    comparisons: tuple[Comparison, ...] = ()
    is_complete = True
    try:
        deals.extend(
            tick(_deal_answer(frames.of_deal(d), d, frames.deals_beside(d)))
            for d in case.deals.values()
        )
        tables.extend(tick(_table_answer(frames.of_table(t), t)) for t in scoped)
        comparisons = _comparisons(frames, tick)
    except KeyboardInterrupt:
        if not keep_partial or not (deals or tables):
            raise
        is_complete = False
    basis = dict.fromkeys(claim for deal in deals for claim in deal.basis)
    return DealsAnswer(against, tuple(deals), tuple(tables), comparisons, tuple(basis), is_complete)


class _Tick:
    """Counts steps as their results pass through."""

    def __init__(self, step: Step | None, total: int) -> None:
        self.step, self.total, self.done = step, total, 0

    def __call__(self, result: T) -> T:
        self.done += 1
        if self.step is not None:
            self.step(self.done, self.total)
        return result


def _comparisons(frames: Frames, tick: _Tick) -> tuple[Comparison, ...]:
    case, found = frames.case, []
    for against in (None, TODAY, *case.endings):
        these = frames.compared_with(against)
        verdicts, possible = {}, {}
        for deal in case.deals.values():
            frame = these.of_deal(deal)
            verdicts[deal.id] = verdict_at(frame, frame.rows_of[deal.id])
        for table in case.tables.values():
            if table.scope:
                frame = these.of_table(table)
                possible[table.id] = n_possible(frame, is_own=these is frames)
        found.append(tick(Comparison(against, verdicts, possible)))
    return tuple(found)


# --- one deal -------------------------------------------------------------------------------


def _deal_answer(frame: Frame, deal: Deal, beside: tuple[DealId, ...]) -> DealAnswer:
    case, row = frame.case, frame.rows_of[deal.id]
    consents = tuple(consents_at(frame, row))
    verdict = verdict_at(frame, row)
    broken = broken_rules(frame, deal)
    tabled = deal.table is not None
    proof = ""
    if frame.unlisted is not None and tabled:
        kind, repairs, n_repairs, proof = repairs_unlisted(frame.unlisted, deal, verdict)
        efficient, improved_by = efficiency_unlisted(frame.unlisted, deal)
    else:
        kind, repairs, n_repairs = repairs_listed(frame, row, verdict, tabled=tabled)
        efficient, improved_by = _efficiency(frame, row)
        proof = "all packages of the table compared" if repairs else ""
    signers = {c.party for c in consents if c.asked_as}
    basis = dict.fromkeys(deal.ground.claims)
    for consent in consents:
        if consent.asked_as:
            basis |= dict.fromkeys(consent.reason.ground.claims)
    return DealAnswer(
        deal=deal.id,
        table=deal.table,
        verdict=deal_verdict(frame, deal),
        consents=consents,
        quota=frame.forum.quota,
        broken_rules=broken,
        unbound=unbound_performers(case, deal.says, signers),
        beyond_mandate=beyond_mandate(case, deal),
        still_running=clocks_still_running(case, deal),
        repair_kind=kind,
        repairs=repairs,
        n_repairs=n_repairs,
        is_efficient=efficient,
        improved_by=improved_by,
        basis=tuple(basis),
        among_deals=among_deals(frame, beside).get(deal.id),
        lacks=_lacks(frame, row, consents),
        proof=proof,
    )


def _lacks(frame: Frame, row: int, consents: tuple[Consent, ...]) -> tuple[Lack, ...]:
    """Say how many points a deal lacks for each who refuses it for being worth too little."""
    found = []
    for consent in consents:
        if consent.is_asked and consent.stance is Stance.WORSE:
            lack = frame.standpoints[consent.party].lack(row)
            if lack is not None:
                found.append(Lack(consent.party, *lack))
    return tuple(found)


def _efficiency(frame: Frame, row: int) -> tuple[bool | None, Package | None]:
    front, at = frame.front, frame.row_of_package(frame.codes[row])
    if front is None or at is None:
        return None, None
    by = int(front.dominated_by[at])
    return bool(front.efficient[at]), frame.package(by) if by >= 0 else None


# --- one table ------------------------------------------------------------------------------


def _table_answer(frame: Frame, table: Table) -> TableAnswer:
    if frame.unlisted is not None:
        return table_answer_unlisted(frame.unlisted, table)
    zone, front = frame.package_zone, frame.front
    possible = np.flatnonzero(frame.is_possible)
    good = possible if front is None else possible[front.efficient[possible]]
    shown = sorted(
        (int(k) for k in good), key=lambda k: (len(frame.package(k).settles), k)
    ) if len(good) <= 5_000 else [int(k) for k in good[:SHOWN_PACKAGES]]  # fmt: skip
    points, why_none = named_points(frame)
    median = median_point(frame)
    points = points if median is None else (*points, median)
    return TableAnswer(
        table=table.id,
        asked=frame.forum.asked,
        quota=table.enough,
        n_packages=frame.n_packages,
        n_struck=frame.n_struck,
        n_possible=len(possible),
        n_undecided=zone.n_undecided if zone else frame.n_packages,
        refusals=tuple(
            Refusal(party, int(zone.n_refused[k]), int(zone.n_opened_without[k]),
                    bool(zone.opens_without[k]))
            for k, party in enumerate(frame.parties)
        ) if zone else (),
        n_efficient=None if front is None else int(front.efficient.sum()),
        compared_on=frame.ranking if front is not None else (),
        not_compared_on=tuple(p for p in frame.forum.asked if p not in frame.ranking),
        possible=tuple(frame.package(k) for k in shown[:SHOWN_PACKAGES]),
        n_possible_efficient=None if front is None else len(good),
        points=points,
        no_points_because=why_none,
        scatter=scatter_of(frame),
        frontier=listed_frontier(frame),
        opening=_opening(frame),
        too_large=frame.too_large,
    )  # fmt: skip


def _opening(frame: Frame) -> Opening | None:
    """Explain a table whose every package somebody who must agree would refuse."""
    zone = frame.package_zone
    if zone is None or zone.n_possible or zone.n_undecided:
        return None
    try:
        form = ProductForm.of(frame.case, frame.forum, frame.against)
    except NotInProductFormError:
        return None
    return opening_of(form)
