"""The sections of the brief, in the order in which they are printed.

A later lens adds its builder here; a builder that has nothing to say returns None.
"""

from __future__ import annotations

from detente.reports.section import SectionBuilder
from detente.reports.sections.change import change
from detente.reports.sections.comparisons import comparisons
from detente.reports.sections.deals import deals
from detente.reports.sections.heard import heard
from detente.reports.sections.hold import hold
from detente.reports.sections.holds import holds
from detente.reports.sections.holes import holes
from detente.reports.sections.judgements import judgements
from detente.reports.sections.ledger import claims, sources
from detente.reports.sections.matrix import matrix
from detente.reports.sections.method import method
from detente.reports.sections.possible import possible
from detente.reports.sections.roads import roads
from detente.reports.sections.takes import takes
from detente.reports.sections.wait import wait

__all__ = ["SECTIONS"]

SECTIONS: tuple[SectionBuilder, ...] = (
    heard,
    matrix,
    possible,
    takes,
    hold,
    roads,
    wait,
    change,
    deals,
    comparisons,
    holes,
    holds,
    sources,
    claims,
    judgements,
    method,
)
