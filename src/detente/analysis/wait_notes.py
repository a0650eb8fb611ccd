"""What an answer about waiting does not reckon with, and the clocks of chance it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from detente.analysis.timeline import Timeline
from detente.analysis.waiting_model import WaitingModel

__all__ = ["medians_of", "notes_of"]


def medians_of(timeline: Timeline) -> tuple[tuple[str, str, float, float, float], ...]:
    """Return clocks of chance: name, words, and the lowest, middle and highest median drawn."""
    found = []
    for tick in timeline.ticks:
        if tick.median is not None and tick.clock is not None:
            others = tick.median[1:] if len(tick.median) > 1 else tick.median
            low, high = float(others.min()), float(others.max())
            found.append((tick.name, tick.what, low, float(tick.median[0]), high))
    return tuple(found)


def notes_of(model: WaitingModel) -> Iterator[str]:
    """Say what is left out or taken to be one way."""
    case, timeline = model.case, model.timeline
    for clock in case.clocks.values():
        overlay = clock.then.overlay
        if overlay.sets or overlay.gives or overlay.takes:
            yield f"what “{_inside(clock.what)}” changes in entries of the case is not reckoned with"
    for tick in timeline.past:
        if len(tick.branches) > 1:
            yield (
                f"“{_inside(tick.what)}” has come already; of what may follow it, the likeliest is "
                "taken to have followed"
            )
    for tick in timeline.beyond:
        yield f"“{_inside(tick.what)}” lies beyond the last day"
    if any(tick.ends_talks for tick in timeline.ticks):
        yield (
            "no clock brings an ending, so that after the last day each has what it expects without a "
            "deal"
        )
    if not model.space.gathered.is_exclusive:
        yield "what is agreed at one table leaves others open, so only named deals are reckoned with"
    for view in case.views.values():
        if view.preference and view.party not in model.space.column:
            name = case.parties[view.party].name
            yield f"the order of {name} does not name every way it may go, so it is left out"
    if not model.space.parties or not model.space.candidates:
        return
    for party in model.values.unnamed:
        name = case.parties[party].name
        yield (
            f"the order of {name} does not name everything that others may agree on, which is taken "
            "to be the worst for it"
        )


def _inside(words: str) -> str:
    return words.rstrip(". ")
