"""One call that puts a case to every engine there is."""

from __future__ import annotations

from dataclasses import dataclass

from detente.analysis.deal_answers import DealsAnswer
from detente.analysis.deals import Step, analyse_deals
from detente.analysis.findings import Finding, findings_of
from detente.analysis.unlisted import MOST_POINTS
from detente.analysis.voices import Voices, voices_of
from detente.model import Case

__all__ = ["Analysis", "analyse"]


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """A case and everything that was found out about it."""

    case: Case
    findings: tuple[Finding, ...]
    voices: Voices
    deals: DealsAnswer


def analyse(
    case: Case,
    against: str | None = None,
    step: Step | None = None,
    *,
    most_points: int = MOST_POINTS,
    keep_partial: bool = False,
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

    Returns
    -------
    Analysis
        Every answer with its certificates and the claims it rests on.

    Raises
    ------
    NotFoundError
        If ``against`` names nothing.
    """
    deals = analyse_deals(case, against, step, most_points=most_points, keep_partial=keep_partial)
    return Analysis(case, findings_of(case), voices_of(case), deals)
