"""On what a gain by waiting turns: which clock, which belief, which other deal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from detente.analysis.reckoning import Floats
from detente.analysis.timeline import median_span
from detente.analysis.wait_answers import BreakEven, Driver, DriverKind, Sweep
from detente.analysis.wait_gains import Gains
from detente.analysis.waiting_model import Turned
from detente.ledger import ClaimId, PartyId, Unknown
from detente.model import Case, DealId, TableId

__all__ = ["Question", "break_evens", "drivers", "questions", "sweeps"]

GRID = 9
"""Values of a range at which a gain is looked at before it is searched for where it turns."""

FAR = 64
"""How many times the range of a clock's median is followed beyond it, where never would turn a gain."""

CLOSE = 1e-3
"""How closely a turning point is searched for, as a share of its range."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that may or may not come, and the game without it."""

    kind: DriverKind
    name: str
    what: str
    turned: Turned
    claims: tuple[ClaimId, ...]
    leads_to: tuple[str, ...]
    """Endings and deals that it brings about or makes possible."""


def questions(gains: Gains) -> tuple[Question, ...]:
    """Return what waiting may rest on: clocks, what may follow them, other deals, breakdowns."""
    case = gains.case
    found: list[Question] = []
    asked: set[str] = set()
    for clock in case.clocks.values():
        leads = (str(clock.id),) if clock.then.ending is not None else ()
        found.append(
            Question(
                DriverKind.CLOCK,
                clock.id,
                clock.what,
                Turned(off=(clock.id,)),
                clock.ground.claims,
                leads,
            )
        )
        for perhaps in clock.then.perhaps:
            if perhaps.chance in asked:  # of several clocks: one question about all of them
                continue
            asked.add(perhaps.chance)
            chance = case.chances[perhaps.chance]
            whose = (None, *gains.model.believers)
            opened = tuple(
                d.id for d in case.deals.values() if d.table in _opened_with(case, chance.id)
            )
            never = Turned(chances=tuple((who, perhaps.chance, 0.0) for who in whose))
            found.append(
                Question(
                    DriverKind.CHANCE, chance.id, chance.what, never, chance.ground.claims, opened
                )
            )
    for deal in gains.deals:
        if gains.model.space.gathered.is_tabled(
            gains.model.space.named[deal], gains.model.reckoning.tabled
        ):
            entry = case.deals[deal]
            words = f"“{entry.title}” can be had"
            turned = Turned(without=(deal,))
            found.append(
                Question(DriverKind.DEAL, deal, words, turned, entry.ground.claims, (deal,))
            )
    if any(c.breakers and c.deal for c in gains.model.space.candidates):
        claims = tuple(dict.fromkeys(c for b in case.breakers for c in b.ground.claims))
        words = "Somebody breaks what was agreed"
        found.append(
            Question(DriverKind.BREAKING, "breakers", words, Turned(breaking="never"), claims, ())
        )
    return tuple(found)


def _opened_with(case: Case, chance: str) -> set[TableId]:
    follows = [p for clock in case.clocks.values() for p in clock.then.perhaps]
    return {table for p in follows if p.chance == chance for table in p.opens}


def drivers(
    gains: Gains, asked: Sequence[Question], party: PartyId, deal: DealId
) -> tuple[Driver, ...]:
    """Say what each thing that may come does to a gain, the most weighty first."""
    i, k = gains.column[party], gains.deals.index(deal)
    base = gains.on_the_first_day()[i, k]
    found = []
    for question in asked:
        if question.name == deal:
            continue
        gain = float(gains.on_the_first_day(question.turned)[i, k])
        turns = bool((gain >= 0) != (base >= 0))
        if abs(gain - base) > 1e-9 * (1 + abs(base)):
            found.append(
                Driver(question.kind, question.name, question.what, gain, turns, question.claims)
            )
    return tuple(sorted(found, key=lambda d: (not d.turns, -abs(d.gain - base))))


def break_evens(gains: Gains, pairs: Sequence[tuple[PartyId, DealId]]) -> tuple[BreakEven, ...]:
    """Search for the beliefs at which signing and waiting are worth the same to a party."""
    case = gains.case
    found: list[BreakEven] = []
    follows = [p.chance for clock in case.clocks.values() for p in clock.then.perhaps]
    for chance in dict.fromkeys(follows):
        for party, deal in pairs:
            if gains.model.belief_of(party) == 0:
                continue
            i, k = gains.column[party], gains.deals.index(deal)

            def gain(
                value: float,
                i: int = i,
                k: int = k,
                who: PartyId = party,
                c: str = chance,
            ) -> float:
                turned = Turned(chances=((who, c, value),))
                return float(gains.on_the_first_day(turned)[i, k])

            at, first = _turning_points(gain, np.linspace(0.0, 1.0, GRID))
            own = dict(case.views[party].believes)
            stated = own.get(chance, case.chances[chance].likelihood)
            found.append(
                BreakEven(
                    party=party,
                    deal=deal,
                    chance=chance,
                    stated=(0.0, 1.0) if isinstance(stated, Unknown) else (stated.low, stated.high),
                    at=at,
                    waits_above=first >= 0 if len(at) == 1 else None,
                    waits_now=bool(gains.on_the_first_day()[i, k] < 0),
                )
            )
    return tuple(found)


def sweeps(gains: Gains, deals: Sequence[tuple[DealId, tuple[PartyId, ...]]]) -> tuple[Sweep, ...]:
    """Take each clock of chance faster and slower, over the range that was stated of its median."""
    found = []
    for clock in gains.case.clocks.values():
        span = median_span(clock)
        if not np.isfinite(span.high) or span.high <= span.low:
            continue
        medians = np.geomspace(span.low, span.high, GRID)
        for deal, parties in deals:
            k = gains.deals.index(deal)
            columns = [gains.column[p] for p in parties]
            rows = [_at_median(gains, clock.id, m)[columns, k] for m in medians]
            never = gains.on_the_first_day(Turned(off=(clock.id,)))[columns, k]
            far = np.geomspace(span.high, FAR * span.high, GRID)
            turns: list[tuple[PartyId, float]] = []
            beyond: list[tuple[PartyId, float]] = []
            for party, i in zip(parties, columns, strict=True):

                def gain(median: float, i: int = i, k: int = k, name: str = clock.id) -> float:
                    return float(_at_median(gains, name, median)[i, k])

                at, _ = _turning_points(gain, medians)
                turns += [(party, value) for value in at]
                column = columns.index(i)
                if not at and (rows[-1][column] >= 0) != (never[column] >= 0):
                    later, _ = _turning_points(gain, far)
                    beyond += [(party, value) for value in later[:1]]
            table = np.array(rows)
            found.append(
                Sweep(clock.id, deal, medians, parties, table, tuple(turns), tuple(beyond))
            )
    return tuple(found)


def _at_median(gains: Gains, clock: str, median: float) -> Floats:
    return gains.on_the_first_day(Turned(medians=((clock, round(float(median), 6)),)))


def _turning_points(
    gain: Callable[[float], float], grid: Floats
) -> tuple[tuple[float, ...], float]:
    """Return where a gain turns between the values of a grid, and what it is at the first."""
    values = [gain(float(x)) for x in grid]
    found = []
    for left, right, a, b in zip(grid, grid[1:], values, values[1:], strict=False):
        if (a >= 0) == (b >= 0):
            continue
        low, high = float(left), float(right)
        while high - low > CLOSE * float(grid[-1] - grid[0]):
            middle = (low + high) / 2
            if (gain(middle) >= 0) == (a >= 0):
                low = middle
            else:
                high = middle
        found.append((low + high) / 2)
    return tuple(found), values[0]
