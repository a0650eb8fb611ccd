"""One section of the brief: a question, its answer in a sentence, and what the answer rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from detente.analysis import Analysis
from detente.ledger import ClaimId

__all__ = ["Section", "SectionBuilder"]


@dataclass(frozen=True, slots=True)
class Section:
    """What a template needs to print one section.

    ``id`` is its anchor, ``template`` the file under ``templates/`` that prints ``data`` below
    question and answer. ``rests_on`` are the claims behind the answer itself.
    """

    id: str
    title: str
    question: str
    answer: str
    template: str
    data: Mapping[str, object]
    rests_on: tuple[ClaimId, ...] = ()


SectionBuilder = Callable[[Analysis], Section | None]
"""Returns None where the case holds nothing for the section."""
