"""What would change this? Every lever and scenario beside the base, smallest sets, and who holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import comb

from detente.analysis.change_answers import (
    ChangeAnswer,
    PartyLeverage,
    Search,
    Variation,
)
from detente.analysis.change_beside import Beside, Vary
from detente.analysis.change_ledger import flaws_of, ledger_of
from detente.analysis.change_search import search_for
from detente.analysis.conclusions import Conclusion, conclusion_called, conclusions_of
from detente.analysis.deal_consents import check_against
from detente.analysis.unlisted import MOST_POINTS
from detente.engines.deal_space import Verdict
from detente.engines.stability import Concept
from detente.errors import NotFoundError
from detente.model import Case

__all__ = ["MOST_AT_A_TIME", "MOST_TRIED", "analyse_change"]

MOST_AT_A_TIME = 3
"""Levers that are pulled together in a search, unless more are asked for."""

MOST_TRIED = 2_000
"""Sets of levers that one search may try, unless more are allowed."""

Step = Callable[[int, int], None]


def analyse_change(
    case: Case,
    vary: Vary,
    levers: Sequence[str] | None = None,
    scenarios: Sequence[str] | None = None,
    turn: Iterable[str] | None = None,
    *,
    most: int = MOST_AT_A_TIME,
    most_tried: int = MOST_TRIED,
    events: Sequence[str] | None = None,
    against: str | None = None,
    concept: Concept = Concept.SEQ,
    most_points: int = MOST_POINTS,
    step: Step | None = None,
    keep_partial: bool = False,
) -> ChangeAnswer:
    """Set variations of a case beside it, and search for the smallest sets of levers that turn it.

    Parameters
    ----------
    case
        The case as it is.
    vary
        Lays levers and scenarios over it by name, as :class:`detente.casefile.Variations` does.
    levers, scenarios
        Those to set beside the base, one at a time, and all together where several are named. If
        neither is named, every lever and every scenario; if only one kind is, none of the other.
    turn
        Names of conclusions to search for (see :func:`~.conclusions.conclusions_of`). If left out:
        each deal and table for which there is no agreement, and each deal that would not hold.
    most
        How many levers are pulled at a time in a search, at most.
    most_tried
        How many sets of levers one search may try.
    events
        Scenarios after which the ledger is drawn up again. If left out, those named under
        ``scenarios``; if none is, every scenario of the case.
    against, concept, most_points
        As in :func:`~detente.analysis.analyse`.
    step
        Called with the number of steps done and their total, to show progress.
    keep_partial
        Where the work is interrupted from the keyboard, return what was found by then, marked as not
        complete.

    Raises
    ------
    NotFoundError
        If a lever, a scenario or a conclusion of that name does not exist, nor what is named under
        ``against``.

    Notes
    -----
    Each variation is built from the case's own data and answers only what is asked of it; where a
    question sees the same in two variations (:class:`~.change_seen.Sight`), it is answered
    once. A search is exact up to its size: effects need not add up, so that every set counts.
    """
    check_against(case, against)
    chosen = _known(case.levers, levers, "lever")
    given = _known(case.scenarios, scenarios, "scenario")
    pulled = chosen if chosen is not None else tuple(case.levers)
    shown: list[tuple[str, ...]] = [(name,) for name in (*(chosen or ()), *(given or ()))]
    if len(shown) > 1:
        shown.append(tuple(name for (name,) in shown))
    if chosen is None and given is None:
        shown = [(name,) for name in (*case.levers, *case.scenarios)]
    after_events = _known(case.scenarios, events, "scenario")
    if after_events is None:
        after_events = given if given is not None else tuple(case.scenarios)
    asked = None if turn is None else [conclusion_called(case, name) for name in turn]
    beside = Beside(vary, conclusions_of(case), against, concept, most_points)
    work = _Work(case, beside, pulled, step)
    try:
        base = work.base()
        work.count_steps(len(shown), asked, most, len(after_events))
        work.lay_over(shown)
        work.search(asked, most, most_tried, keep_partial=keep_partial)
        work.draw_up(after_events)
    except KeyboardInterrupt:
        if not keep_partial or work.found_base is None:
            raise
        base, work.was_stopped = work.found_base, True
    return ChangeAnswer(
        conclusions=beside.conclusions,
        base=base,
        variations=tuple(work.variations),
        searches=tuple(work.searches),
        ledger=work.ledger,
        events=after_events,
        flaws=tuple(flaws_of(case, pulled, work.singly)),
        n_variations=beside.n_variations,
        is_complete=not work.was_stopped and all(s.is_complete for s in work.searches),
        was_stopped=work.was_stopped,
    )


def _known(there: Iterable[str], names: Sequence[str] | None, kind: str) -> tuple[str, ...] | None:
    """Keep the names as they are given, once each; an unknown one is an error."""
    if names is None:
        return None
    known = list(there)
    for name in names:
        if name not in known:
            some = ", ".join(known) or "none"
            raise NotFoundError(f"no {kind} is called {name!r}; there are: {some}")
    return tuple(dict.fromkeys(names))


class _Work:
    """The steps of the work, and what they have brought so far."""

    def __init__(
        self, case: Case, beside: Beside, levers: Sequence[str], step: Step | None
    ) -> None:
        self.case, self.beside, self.levers, self._step = case, beside, levers, step
        self.found_base: Variation | None = None
        self.variations: list[Variation] = []
        self.searches: list[Search] = []
        self.ledger: tuple[PartyLeverage, ...] = ()
        self.singly: dict[str, Variation] = {}
        self.was_stopped = False
        self._done, self._total = 0, 0

    def base(self) -> Variation:
        self.found_base = self.beside.variation(())
        return self.found_base

    def count_steps(
        self, n_shown: int, asked: Sequence[Conclusion] | None, most: int, n_events: int
    ) -> None:
        n, n_searches = len(self.levers), len(self._sought(asked))
        sets = sum(comb(n, size) for size in range(min(n, most) + 1))
        self._total = n_shown + n_searches * sets + n * (n_events + 1)

    def _tick(self, n: int = 1) -> None:
        self._done += n
        if self._step is not None:
            self._step(min(self._done, self._total), self._total)

    def lay_over(self, shown: Sequence[tuple[str, ...]]) -> None:
        for names in shown:
            self.variations.append(self.beside.variation(names))
            self._tick()

    def _sought(self, asked: Sequence[Conclusion] | None) -> Sequence[Conclusion]:
        """Return what to search for: what is asked, or what agreement and keeping fail on."""
        if asked is not None:
            return asked
        base = self.beside.examined(())
        return [
            conclusion
            for conclusion in self.beside.conclusions
            if conclusion.is_main and conclusion.verdict(base) is not Verdict.YES
        ]

    def search(
        self,
        asked: Sequence[Conclusion] | None,
        most: int,
        most_tried: int,
        *,
        keep_partial: bool,
    ) -> None:
        for conclusion in self._sought(asked) if self.levers else ():
            start = self._done
            found = search_for(
                conclusion,
                self.beside,
                self.levers,
                most,
                most_tried=most_tried,
                step=lambda *_: self._tick(),
                keep_partial=keep_partial,
            )
            self.searches.append(found)
            n = len(self.levers)
            sets = sum(comb(n, size) for size in range(min(n, most) + 1))
            self._tick(start + sets - self._done)
            if not found.is_complete and found.n_tried < most_tried:
                raise KeyboardInterrupt  # passed on by whoever interrupted the search

    def draw_up(self, events: Sequence[str]) -> None:
        for lever in self.levers:
            self.singly[lever] = self.beside.variation((lever,))
            self._tick()
        after = {(event, lever): variation for event, lever, variation in self._after(events)}
        self.ledger = ledger_of(
            self.case, self.levers, self.singly, events, lambda e, n: after[e, n]
        )

    def _after(self, events: Sequence[str]) -> Iterator[tuple[str, str, Variation]]:
        for event in events:
            for lever in self.levers:
                yield event, lever, self.beside.variation((lever,), base=(event,))
                self._tick()
