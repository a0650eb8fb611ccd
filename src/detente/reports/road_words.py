"""Roads from today to the endings, in a practitioner's words: who moves, what it does, who gains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from detente.analysis import Change, Road, Roads, RoadStep
from detente.analysis.conflict_actions import BROKEN
from detente.ledger import PartyId
from detente.model import TODAY, Case, IssueId, OptionId
from detente.reports.wording import (
    listed,
    package_words,
    party_words,
    question_words,
    quoted_option,
    the_party,
)

__all__ = [
    "BOUND_BY_NOBODY",
    "GAINS_MEANS",
    "RoadKind",
    "ToldStep",
    "resting_sentences",
    "road_kind",
    "road_notes",
    "road_sentence",
    "road_sentences",
    "roads_answer",
    "told_step",
    "told_step_words",
]

BOUND_BY_NOBODY = "bound by nobody"

GAINS_MEANS = (
    "A road is the shortest there is, counted in steps; all that one party does at once is one "
    "step. To gain by a step is to be better off right after it than right before it, whatever "
    "comes later. Where too little is stated of what a party wants, it counts as not gaining."
)
"""What has to be known to read the roads."""


class RoadKind(StrEnum):
    """What the shortest road to an ending asks of those who move."""

    NONE = "no road"
    HERE = "as today"
    TIME = "time alone"
    GAINS = "everybody gains at each step"
    TIME_AND_GAINS = "time, and steps by which whoever moves gains"
    OTHER_GAINS = "everybody gains at each step of another road"
    AGAINST = "somebody gains nothing by a step"


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step in words: who moves, what it does, whether it gains, whether anybody binds it.

    ``gains`` and ``bound`` are empty where time moves, ``bound`` also where somebody binds it.
    """

    who: str
    does: str
    gains: str
    bound: str


def road_kind(road: Road) -> RoadKind:
    """Sort a road by what it asks of those who move."""
    if road.steps is None:
        return RoadKind.NONE
    if not road.steps:
        return RoadKind.HERE
    own = [step for step in road.steps if step.party is not None]
    if not own:
        return RoadKind.TIME
    if all(step.gains for step in own):
        return RoadKind.GAINS if len(own) == len(road.steps) else RoadKind.TIME_AND_GAINS
    return RoadKind.AGAINST if road.by_gains is None else RoadKind.OTHER_GAINS


# --- one step ---------------------------------------------------------------------------


def told_step(case: Case, step: RoadStep) -> ToldStep:
    """Say one step of a road."""
    if step.party is None:
        return ToldStep("Time", _time_words(case, step), "", "")
    gains = "gains by it" if step.gains else "gains nothing by it"
    if not step.gains and not _wants_are_stated(case, step.party):
        gains = "what it wants is not stated"
    return ToldStep(
        the_party(case, step.party, opens=True),
        _does_words(case, step.changes),
        gains,
        BOUND_BY_NOBODY if step.is_hole else "",
    )


def told_step_words(told: ToldStep) -> str:
    """Put one step into one line."""
    marks = ", ".join(words for words in (told.gains, told.bound) if words)
    return f"{told.who}: {told.does}{f' – {marks}' if marks else ''}."


def _wants_are_stated(case: Case, party: PartyId) -> bool:
    view = case.views.get(case.preference_holder(party))
    return view is not None and view.preference is not None


def _time_words(case: Case, step: RoadStep) -> str:
    clock = None if step.clock is None else case.clocks[step.clock]
    ending = None if clock is None else clock.then.ending
    sets = {} if ending is None else ending.sets
    settled = [
        (change.action.issue, change.after)
        for change in step.changes
        if change.action.issue is not None
        and change.action.kind in ("does", "time")
        and (not sets or sets.get(change.action.issue) == change.after)
    ]
    brings = _quoted(case, list(dict.fromkeys(settled)))
    what = "it passes" if clock is None else f"“{clock.what.strip().rstrip('.')}”"
    return f"{what}, which may come by itself{f' and brings {brings}' if brings else ''}"


def _does_words(case: Case, changes: Iterable[Change]) -> str:
    """Say what a party does, alike things together: "does its part of “A” and “B”"."""
    groups: dict[str, list[tuple[IssueId, OptionId]]] = {}
    for change in changes:
        verb, about = _deed(case, change)
        groups.setdefault(verb, []).extend(about)
    return "; ".join(
        f"{verb} {_quoted(case, about)}" if about else verb for verb, about in groups.items()
    )


def _deed(case: Case, change: Change) -> tuple[str, list[tuple[IssueId, OptionId]]]:
    action, before, after = change.action, change.before, change.after
    if action.issue is None:
        if after == action.options[0]:
            return "lets a broken promise pass", []
        return "sees to it that a broken promise has its consequence", []
    issue = case.issues[action.issue]
    if action.kind == "undoes":
        if after == issue.today:
            return "lets stand", [(issue.id, before)]
        return "puts an end to", [(issue.id, after)]
    if after == BROKEN:
        own = [o for o in action.options if o not in (issue.today, BROKEN)]
        option = own[0] if before in (issue.today, BROKEN) else before
        return "does not do its part, as promised, of", [(issue.id, option)]
    if after == issue.today:
        if before == BROKEN:
            return "goes back to", [(issue.id, after)]
        return "stops working for", [(issue.id, before)]
    done_by = issue.option(after).done_by
    if done_by is not None and not done_by.any_one and len(done_by.parties) > 1:
        return "does its part of", [(issue.id, after)]
    return "brings about", [(issue.id, after)]


def _quoted(case: Case, about: Sequence[tuple[IssueId, OptionId]]) -> str:
    return listed(quoted_option(case, issue, option) for issue, option in about)


# --- one road ---------------------------------------------------------------------------


def road_sentence(case: Case, road: Road) -> str:
    """Say what the road to one ending asks of those who move."""
    words = {
        RoadKind.NONE: "No road leads there by the moves in the case.",
        RoadKind.HERE: "That is how things stand today.",
        RoadKind.TIME: "Time alone leads there; nobody has to move.",
        RoadKind.GAINS: "There is a road on which everybody who moves gains by each step.",
        RoadKind.TIME_AND_GAINS: (
            "It takes time as well; everybody who moves gains by each step of its own."
        ),
    }
    kind = road_kind(road)
    steps = road.steps or ()
    if kind in words:
        sentence = words[kind]
    else:
        who = party_words(case, _gain_nothing(steps))
        sentence = f"On the shortest road {who} would have to move without gaining by it."
        if kind is RoadKind.AGAINST:
            sentence += " There is no road on which everybody gains at each step."
        else:
            sentence += " There is another road on which everybody gains at each step."
    unbound = _unbound(steps)
    if unbound:
        part = "its step" if len(unbound) == 1 else "their steps"
        sentence += f" Nobody binds {party_words(case, unbound)} to {part}."
    return sentence


def _gain_nothing(steps: Iterable[RoadStep]) -> list[PartyId]:
    return list(dict.fromkeys(s.party for s in steps if s.party is not None and not s.gains))


def _unbound(steps: Iterable[RoadStep]) -> list[PartyId]:
    return list(dict.fromkeys(s.party for s in steps if s.party is not None and s.is_hole))


# --- all roads --------------------------------------------------------------------------


def roads_answer(case: Case, roads: Roads) -> str:
    """Answer in one sentence which roads lead where, and who would have to move."""
    if roads.too_large:
        return "The roads were not examined: there are too many moves."
    if not roads.roads:
        return "No deal and no ending of the case differs from today, so that there is no road to tell."

    def of(*wanted: RoadKind) -> list[Road]:
        return [road for road in roads.roads if road_kind(road) in wanted]

    n_gains = len(of(RoadKind.GAINS, RoadKind.OTHER_GAINS))
    verb = "is" if n_gains < 2 else "are"
    parts = [
        f"{n_gains or 'none'} {verb} reached by moves that each pay off for whoever makes them",
        *_part(case, of(RoadKind.HERE), "is as today", "are as today"),
        *_part(case, of(RoadKind.TIME), "comes by time alone", "come by time alone"),
        *_part(
            case, of(RoadKind.TIME_AND_GAINS),
            "takes time beside such moves", "take time beside such moves",
        ),
    ]  # fmt: skip
    against = of(RoadKind.AGAINST)
    if against:
        who = party_words(case, _gain_nothing(s for r in against for s in r.steps or ()))
        parts.append(
            f"on the shortest road to {len(against)} somebody has to move who gains nothing by it "
            f"({who})"
        )
    holes = [road for road in roads.roads if _unbound(road.steps or ())]
    if holes:
        who = party_words(case, _unbound(s for r in holes for s in r.steps or ()))
        parts.append(f"on the road to {len(holes)} somebody has to move whom nobody binds ({who})")
    parts += _part(case, of(RoadKind.NONE), "is reached by no road", "are reached by no road")
    n = len(roads.roads)
    opening = f"Of {n} deals and endings" if n > 1 else "Of one deal or ending"
    return f"{opening}, {'; '.join(parts)}."


def _part(case: Case, found: Sequence[Road], one: str, many: str) -> list[str]:
    if not found:
        return []
    if len(found) > 1:
        return [f"{len(found)} {many}"]
    return [f"1 {one} (“{case.title_of(found[0].to)}”)"]


def road_notes(case: Case, roads: Roads) -> list[str]:
    """Say what the roads mean and what was left out of them."""
    if roads.too_large:
        return [f"No roads were looked for: {roads.too_large.strip().rstrip('.')}."]
    notes = [GAINS_MEANS] if any(road.steps for road in roads.roads) else []
    if roads.left_out:
        questions = listed(f"“{question_words(case, issue)}”" for issue in roads.left_out)
        notes.append(
            "To keep the number of moves small, these questions were left as they are today, and "
            f"deals and endings that settle them otherwise have no road here: {questions}."
        )
    return notes


def resting_sentences(case: Case, roads: Roads) -> list[str]:
    """Say where nobody would move on alone: today, and the endings once reached.

    Whether a deal would stay is told where it is asked whether it would hold.
    """
    resting = roads.resting
    if resting is None:
        return []
    known = " as far as their wants are stated," if resting.unclear else ""
    if TODAY in resting.named:
        today = (
            f"Today is itself a resting point:{known} nobody would gain by moving alone and get away "
            "with it."
        )
    else:
        who = party_words(case, resting.leave_today)
        gains = "gains" if len(resting.leave_today) == 1 else "gain"
        today = (
            f"Today is no resting point: {who} {gains} by moving alone, and nothing deters that."
        )
    sentences = [today]
    endings = [r.to for r in roads.roads if r.steps is not None and r.to not in case.deals]
    rests = [name for name in endings if name in resting.named]
    moves = [name for name in endings if name not in resting.named]
    if rests:
        titles = listed(f"“{case.title_of(name)}”" for name in rests)
        sentences.append(f"Once reached, {titles} would stay, as far as moves of parties go.")
    if moves and not resting.unclear:
        titles = listed(f"“{case.title_of(name)}”" for name in moves)
        sentences.append(f"{titles} would not stay: somebody would gain by moving on.")
    if resting.best:
        told = "; ".join(f"({n}) {package_words(case, p)}" for n, p in enumerate(resting.best, 1))
        more = f"; and {resting.n_more} more" if resting.n_more else ""
        sentences.append(
            "Resting points that moves lead to from today, no other being better for one and no worse for "
            f"the rest: {told}{more}."
        )
    return sentences


def road_sentences(case: Case, roads: Roads) -> list[tuple[str, list[str]]]:
    """Tell every road: a heading and its lines, the notes last.

    Parameters
    ----------
    case
        The case.
    roads
        Its roads, from ``analysis.hold.roads``.

    Returns
    -------
    list of tuple
        First where things come to rest; for each deal and ending its title, then a summary and the
        steps in order; at the end,
        where there is anything to note, "How to read this" with its notes.
    """
    told: list[tuple[str, list[str]]] = []
    for road in roads.roads:
        lines = [road_sentence(case, road), *_numbered(case, road.steps or ())]
        if road.by_gains and road_kind(road) is RoadKind.OTHER_GAINS:
            lines += ["The other road:", *_numbered(case, road.by_gains)]
        told.append((case.title_of(road.to), lines))
    resting = resting_sentences(case, roads)
    if resting:
        told.insert(0, ("Where things come to rest", resting))
    notes = road_notes(case, roads)
    return [*told, ("How to read this", notes)] if notes else told


def _numbered(case: Case, steps: Iterable[RoadStep]) -> list[str]:
    return [f"{n}. {told_step_words(told_step(case, s))}" for n, s in enumerate(steps, start=1)]
