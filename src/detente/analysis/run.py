"""One call that puts a case to every engine there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from detente.analysis.change_answers import ChangeAnswer
from detente.analysis.deal_answers import DealsAnswer
from detente.analysis.deals import Step, analyse_deals
from detente.analysis.findings import Finding, findings_of
from detente.analysis.hold import analyse_hold
from detente.analysis.hold_answers import HoldAnswer
from detente.analysis.reckoning import Reckoning
from detente.analysis.unlisted import MOST_POINTS
from detente.analysis.voices import Voices, voices_of
from detente.analysis.wait import analyse_wait
from detente.analysis.wait_answers import WaitAnswer
from detente.engines.stability import Concept
from detente.errors import SpaceTooLargeError
from detente.model import Case

__all__ = ["Analysis", "analyse"]


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """A case and everything that was found out about it.

    ``hold`` and ``wait`` are None where they were not asked, and ``wait`` also where there are too
    many clocks to answer: then ``no_wait`` says why. ``change`` needs the case's files and is asked
    by :func:`~detente.analysis.analyse_change`.
    """

    case: Case
    findings: tuple[Finding, ...]
    voices: Voices
    deals: DealsAnswer
    hold: HoldAnswer | None = None
    wait: WaitAnswer | None = None
    change: ChangeAnswer | None = None
    no_wait: str = ""


def analyse(
    case: Case,
    against: str | None = None,
    step: Step | None = None,
    *,
    most_points: int = MOST_POINTS,
    keep_partial: bool = False,
    with_hold: bool = True,
    with_wait: bool = True,
    reckoning: Reckoning | None = None,
    concept: Concept = Concept.SEQ,
    hold_of: Iterable[str] | None = None,
) -> Analysis:
    """Run every analysis on a case.

    Parameters
    ----------
    case
        The case, as :func:`detente.read_case` returns it.
    against
        What a deal is compared with: None for each party's own fallback, else ``today`` or the
        name of an ending or deal.
    step
        Called with the number of steps done and their total, to show progress.
    most_points
        Points of a frontier that are held before it is approximated, at tables too large to list.
    keep_partial
        Return what was answered when the work is interrupted from the keyboard;
        ``deals.is_complete`` then says that it is not all.
    with_hold
        Whether to ask also whether the deals would hold.
    with_wait
        Whether to ask also who gains by waiting.
    reckoning
        How time is reckoned with.
    concept
        Which answers count as stopping a party that would gain by breaking a deal.
    hold_of
        The deals of which this is asked; all, if left out.

    Returns
    -------
    Analysis
        Every answer with its certificates and the claims it rests on.

    Raises
    ------
    NotFoundError
        If ``against`` or an entry of ``hold_of`` names nothing.
    """
    deals = analyse_deals(case, against, step, most_points=most_points, keep_partial=keep_partial)
    hold = None
    if with_hold and deals.is_complete:
        agreed = {deal.deal: deal.verdict for deal in deals.deals}
        hold = analyse_hold(case, agreed, concept, hold_of)
    wait, no_wait = None, ""
    if with_wait and deals.is_complete:
        try:
            wait = analyse_wait(case, reckoning, step)
        except SpaceTooLargeError as error:
            no_wait = str(error)
    return Analysis(case, findings_of(case), voices_of(case), deals, hold, wait, None, no_wait)
