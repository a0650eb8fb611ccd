"""What an answer about waiting does not reckon with, and the clocks of chance it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from detente.analysis.timeline import Timeline
from detente.analysis.waiting_model import WaitingModel
from detente.ledger import Quantity

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
    yield from _in_which_order(timeline)
    yield from _not_drawn(model)
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


def _in_which_order(timeline: Timeline) -> Iterator[str]:
    """Say of endings that settle the same thing differently which of them is taken to stand."""
    endings = [
        (tick, tick.clock.then.ending.sets)
        for tick in timeline.ticks
        if tick.clock is not None and tick.clock.then.ending is not None
    ]
    for k, (one, sets) in enumerate(endings):
        for other, others in endings[k + 1 :]:
            differ = any(others.get(issue, option) != option for issue, option in sets.items())
            if differ and (one.day is None or other.day is None):
                stands = one if one.day is None and other.day is not None else other
                yield (
                    f"“{_inside(one.what)}” and “{_inside(other.what)}” settle the same thing "
                    f"differently: once both have come, what “{_inside(stands.what)}” brings is taken "
                    "to stand, whichever came first"
                )


def _not_drawn(model: WaitingModel) -> Iterator[str]:
    """Say of which ranges the middle is taken in every world, and of which dates the first day."""
    case = model.case
    for clock in case.clocks.values():
        if any(c.low != c.high or t.low != t.high for c, t in clock.likely_by):
            yield f"of when “{_inside(clock.what)}” is likely, the middle of each range is taken"
        if clock.on is not None and clock.on.first != clock.on.last:
            yield f"of when “{_inside(clock.what)}” comes, the first day is taken"
    for view in case.views.values():
        left = view.time_left
        if isinstance(left, Quantity) and left.low != left.high:
            name = case.parties[view.party].name
            yield f"of the time that {name} has left, the middle of the range is taken"
    for table in case.tables.values():
        if any(seat.attends.low != seat.attends.high for seat in table.seats):
            yield (
                f"whoever is at “{table.title}” only now and then is taken to be there as often as the "
                "middle of the range says"
            )


def _inside(words: str) -> str:
    return words.rstrip(". ")
