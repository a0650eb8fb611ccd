"""Which packages would everyone who must agree rather have than what they get without one?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

from detente.analysis.binding import (
    asked_at,
    beyond_mandate,
    clocks_still_running,
    unbound_performers,
)
from detente.analysis.consent import Stance, Standpoint
from detente.analysis.deal_answers import (
    AskedAs,
    Comparison,
    Consent,
    DealAnswer,
    DealsAnswer,
    Refusal,
    Repair,
    RepairKind,
    TableAnswer,
)
from detente.analysis.forum import Forum
from detente.analysis.frame import Frame
from detente.analysis.listed_frontier import listed_frontier
from detente.analysis.named_points import named_points
from detente.analysis.opening_answers import Opening
from detente.analysis.openings import opening_of
from detente.analysis.packages import Number, Package
from detente.analysis.product import ProductForm
from detente.analysis.product_columns import NotInProductFormError
from detente.analysis.scatter import scatter_of
from detente.analysis.unlisted_repairs import efficiency_unlisted, repairs_unlisted
from detente.analysis.unlisted_table import table_answer_unlisted
from detente.engines.deal_space import Verdict, closest_to_agreement, nearest_packages
from detente.errors import NotFoundError
from detente.ledger import PartyId
from detente.model import TODAY, Case, Deal, DealId, Table, TableId

__all__ = ["Step", "analyse_deals"]

T = TypeVar("T")
Step = Callable[[int, int], None]
"""Called with the number of steps done and their total."""

SHOWN_PACKAGES = 12
SHOWN_REPAIRS = 6


def analyse_deals(
    case: Case,
    against: str | None = None,
    step: Step | None = None,
    *,
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
    if against is not None and against not in (TODAY, *case.endings, *case.deals):
        known = ", ".join([TODAY, *case.endings, *case.deals])
        raise NotFoundError(f"nothing to compare with is called {against!r}; there are: {known}")
    frames = _Frames(case, against)
    scoped = [table for table in case.tables.values() if table.scope]
    total = len(case.deals) + len(scoped) + len(case.endings) + 2
    tick = _Tick(step, total)
    deals: list[DealAnswer] = []
    tables: list[TableAnswer] = []
    comparisons: tuple[Comparison, ...] = ()
    is_complete = True
    try:
        deals.extend(tick(_deal_answer(frames.of_deal(d), d)) for d in case.deals.values())
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


class _Frames:
    """One frame for each table, and one for each deal that asks others than its table does."""

    def __init__(self, case: Case, against: str | None) -> None:
        self.case = case
        self.against = against
        self._tables: dict[TableId, Frame] = {}
        self._deals: dict[DealId, Frame] = {}

    def of_table(self, table: Table) -> Frame:
        if table.id not in self._tables:
            at_stake = tuple(d.id for d in self.case.deals.values() if d.table == table.id)
            forum = Forum(table.title, table.scope, table.must_agree, table.enough, at_stake)
            self._tables[table.id] = Frame.of(self.case, forum, self.against)
        return self._tables[table.id]

    def of_deal(self, deal: Deal) -> Frame:
        if deal.table is not None and deal.must_agree is None:
            return self.of_table(self.case.tables[deal.table])
        if deal.id not in self._deals:
            must_agree, quota = asked_at(self.case, deal)
            scope = self.case.tables[deal.table].scope if deal.table else tuple(deal.says)
            beside = [
                d.id for d in self.case.deals.values() if deal.table and d.table == deal.table
            ]
            forum = Forum(deal.title, scope, must_agree, quota, tuple(beside) or (deal.id,))
            self._deals[deal.id] = Frame.of(self.case, forum, self.against)
        return self._deals[deal.id]

    def compared_with(self, against: str | None) -> _Frames:
        """The same frames under another comparison."""
        if against == self.against:
            return self
        other = _Frames(self.case, against)
        other._tables = {k: f.compared_with(against) for k, f in self._tables.items()}
        other._deals = {k: f.compared_with(against) for k, f in self._deals.items()}
        return other


def _comparisons(frames: _Frames, tick: _Tick) -> tuple[Comparison, ...]:
    case, found = frames.case, []
    for against in (None, TODAY, *case.endings):
        these = frames.compared_with(against)
        verdicts, possible = {}, {}
        for deal in case.deals.values():
            frame = these.of_deal(deal)
            verdicts[deal.id] = _verdict(frame, frame.rows_of[deal.id])
        for table in case.tables.values():
            if table.scope:
                frame = these.of_table(table)
                possible[table.id] = _n_possible(frame, is_own=these is frames)
        found.append(tick(Comparison(against, verdicts, possible)))
    return tuple(found)


def _n_possible(frame: Frame, *, is_own: bool) -> Number:
    """Count possible packages; where they are not listed, only the case's own comparison asks more."""
    if frame.unlisted is None:
        return int(frame.is_possible.sum())
    return (
        frame.unlisted.n_possible if is_own else frame.unlisted.count(frame.unlisted.form.certain)
    )


def _verdict(frame: Frame, row: int) -> Verdict:
    zone = frame.zone
    return Verdict.UNDECIDED if zone is None else Verdict(int(zone.verdict[row]))


# --- one deal -------------------------------------------------------------------------------


def _deal_answer(frame: Frame, deal: Deal) -> DealAnswer:
    case, row = frame.case, frame.rows_of[deal.id]
    consents = tuple(_consents(frame, row))
    verdict = _verdict(frame, row)
    broken = tuple(r.words for r in case.rules if r.is_broken_by(case.outcome(deal.id)))
    tabled = deal.table is not None
    proof = ""
    if frame.unlisted is not None and tabled:
        kind, repairs, n_repairs, proof = repairs_unlisted(frame.unlisted, deal, verdict)
        efficient, improved_by = efficiency_unlisted(frame.unlisted, deal)
    else:
        kind, repairs, n_repairs = _repairs(frame, row, verdict, tabled=tabled)
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
        verdict=Verdict.NO if broken else verdict,
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
        lacks=_lacks(frame, row, consents),
        proof=proof,
    )


def _consents(frame: Frame, row: int) -> Iterable[Consent]:
    """Everybody asked first, then every other party whose view is stated."""
    others = [party for party in frame.case.views if party not in frame.parties]
    for party in (*frame.parties, *others):
        standpoint: Standpoint = frame.standpoints.get(party) or frame.standpoint(party)
        yield Consent(
            party,
            standpoint.holder,
            standpoint.stance(row),
            standpoint.reason(row),
            _asked_as(frame, party, row),
        )


def _lacks(
    frame: Frame, row: int, consents: tuple[Consent, ...]
) -> tuple[tuple[PartyId, float], ...]:
    """Say how many points a deal lacks for each who refuses it for being worth too little."""
    found = []
    for consent in consents:
        if consent.is_asked and consent.stance is Stance.WORSE:
            lack = float(frame.standpoints[consent.party].shortfall()[row])
            if lack > 0:
                found.append((consent.party, lack))
    return tuple(found)


def _asked_as(frame: Frame, party: PartyId, row: int) -> AskedAs:
    if party in frame.forum.must_agree:
        return "must agree"
    if party not in frame.parties:
        return ""
    if frame.required[row, frame.parties.index(party)]:
        return "can block"
    return "counts" if party in frame.forum.asked else ""


def _efficiency(frame: Frame, row: int) -> tuple[bool | None, Package | None]:
    front, at = frame.front, frame.row_of_package(frame.codes[row])
    if front is None or at is None:
        return None, None
    by = int(front.dominated_by[at])
    return bool(front.efficient[at]), frame.package(by) if by >= 0 else None


def _repairs(
    frame: Frame, row: int, verdict: Verdict, *, tabled: bool
) -> tuple[RepairKind, tuple[Repair, ...], int]:
    """Return the nearest packages that all would accept, else those the fewest refuse.

    On no table, a changed term would change who must act and so who is asked; other packages are
    not examined there, nor where there are too many to list.
    """
    n = frame.n_packages
    if verdict is Verdict.YES:
        return "none", (), 0
    if frame.too_large or not tabled or not frame.forum.asked:
        return "not examined", (), 0
    if n == 0:
        return "none", (), 0
    target, packages = frame.codes[row], frame.codes[:n]
    near = nearest_packages(packages, target, frame.is_possible)
    if len(near.packages):
        order = _best_first(frame, near.packages, row)
        repairs = tuple(_repair(frame, int(k), row) for k in order[:SHOWN_REPAIRS])
        return "possible", repairs, len(near.packages)
    shortfalls = np.column_stack([frame.standpoints[p].shortfall()[:n] for p in frame.parties])
    missing = frame.quota_votes_missing
    verdicts = np.hstack([frame.verdicts, np.where(missing, Verdict.NO, Verdict.YES)])
    required = np.hstack([frame.required, np.ones_like(missing)])
    shortfalls = np.hstack([shortfalls, np.zeros((n, missing.shape[1]))])
    closest = closest_to_agreement(verdicts[:n], required[:n], packages, target, shortfalls)
    refusing = int((required & (verdicts == Verdict.NO))[row].sum())
    if closest.n_refusals >= refusing:
        return "none", (), 0  # no package is refused by fewer than the deal itself
    order = _best_first(frame, closest.packages, row)
    repairs = tuple(_repair(frame, int(k), row) for k in order[:SHOWN_REPAIRS])
    return "closest", repairs, len(closest.packages)


def _best_first(
    frame: Frame, rows: np.ndarray[tuple[int], np.dtype[np.intp]], target: int
) -> list[int]:
    """Order equally near packages: the smallest step of a share or sum first, then unbeaten ones."""
    shares = [k for k, issue in enumerate(frame.space.issues) if issue.divisible is not None]
    steps = abs(frame.codes[rows][:, shares] - frame.codes[target, shares]).sum(axis=1)
    front = frame.front
    beaten = np.zeros(len(rows), dtype=np.bool_) if front is None else ~front.efficient[rows]
    return [int(rows[k]) for k in np.lexsort((rows, beaten, steps))]


def _repair(frame: Frame, row: int, target: int) -> Repair:
    here, there = frame.space.decode(frame.codes[target]), frame.space.decode(frame.codes[row])
    refused = frame.required[row] & (frame.verdicts[row] == Verdict.NO)
    return Repair(
        package=frame.package(row),
        changes=tuple((i, here[i], there[i]) for i in here if here[i] != there[i]),
        refused_by=tuple(p for p, no in zip(frame.parties, refused, strict=True) if no),
    )


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
