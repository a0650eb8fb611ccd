"""Who gains by waiting? Each named deal against waiting, for each party, at each date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from detente.analysis.deals import Step
from detente.analysis.hold_answers import Preferring
from detente.analysis.preferring import why_rather
from detente.analysis.reckoning import Reckoning
from detente.analysis.space import Codes
from detente.analysis.timeline import MOST_WORLDS
from detente.analysis.wait_answers import (
    DealWaiting,
    Driver,
    IfTabled,
    Offer,
    PartyWaiting,
    WaitAnswer,
)
from detente.analysis.wait_gains import Gains, windows_of
from detente.analysis.wait_notes import medians_of, notes_of
from detente.analysis.wait_turns import Question, break_evens, drivers, questions, sweeps
from detente.analysis.wait_ways import ripeness_of, ways_of
from detente.analysis.waiting_model import Turned, WaitingModel
from detente.engines.bargaining import course_of, solve_bargaining
from detente.errors import SpaceTooLargeError
from detente.ledger import ClaimId, PartyId
from detente.model import TODAY, Case, DealId, IssueId, OptionId

__all__ = ["analyse_wait"]

METHOD = (
    "bargaining in time by backward induction, with consent that is the likelier the more a party "
    "gains by signing; every range drawn from, one world after another"
)

MOST_OFFERS = 3
"""Packages shown that would beat waiting today."""

MOST_BESIDE = 60
"""Packages without a name that are put beside a deal before the search ends."""

MOST_SIZE = 3e9
"""Periods x worlds x parties x packages of one game, beyond which nothing is searched for."""


def analyse_wait(
    case: Case, reckoning: Reckoning | None = None, step: Step | None = None
) -> WaitAnswer:
    """Answer the third question: who gains by waiting, until when, and what happens by which date.

    Parameters
    ----------
    case
        The case.
    reckoning
        How far, in which steps, and with which defaults time is reckoned with.
    step
        Called with the number of games solved and about how many there will be.

    Returns
    -------
    WaitAnswer

    Raises
    ------
    SpaceTooLargeError
        If there are too many clocks, or too many deals that may be in force beside one another.

    Notes
    -----
    A deal is compared with waiting, present value against present value: what it is worth from the
    day it is signed, with the chance that it is broken, against what going on without it is worth,
    with everything that may come, other deals among it. Only who the case says may break a deal
    does; a deal is carried out when it is signed.
    """
    reckoning = reckoning or Reckoning()
    model = WaitingModel(case, reckoning)
    n_worlds = int(np.prod([1 + len(t.branches) for t in model.timeline.ticks], dtype=object))
    if n_worlds > MOST_WORLDS:
        raise SpaceTooLargeError(
            f"found {n_worlds} worlds in {len(model.timeline.ticks)} clocks and dates, expected at "
            f"most {MOST_WORLDS}; leave out clocks that change nothing"
        )
    return _Waiting(case, model, _Counter(step)).answer()


@dataclass
class _Counter:
    step: Step | None
    total: int = 60
    done: int = 0

    def __call__(self) -> None:
        self.done += 1
        self.total = max(self.total, self.done)
        if self.step is not None:
            self.step(self.done, self.total)


@dataclass(frozen=True, eq=False)
class _Waiting:
    case: Case
    model: WaitingModel
    solved: _Counter
    _notes: list[str] = field(default_factory=list)

    @cached_property
    def gains(self) -> Gains:
        return Gains(self.model, self.solved)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return questions(self.gains)

    @cached_property
    def is_small(self) -> bool:
        game = self.model.game()
        return game.n_periods * game.n_worlds * game.n_parties * game.n_packages <= MOST_SIZE

    def answer(self) -> WaitAnswer:
        space, timeline = self.model.space, self.model.timeline
        self._notes.extend(notes_of(self.model))
        if not space.parties or not space.candidates:
            return self._nothing()
        if not self.is_small:
            self._notes.append(
                "it is too large to look into what gains turn on, and for what would beat waiting"
            )
        named = tuple(self._deal(deal) for deal in self.gains.deals)
        pairs = [
            (p.party, d.deal) for d in named if d.can_be_signed
            for p in d.parties if p.is_asked and not p.red_line
        ]  # fmt: skip
        by_deal = [
            (d.deal, tuple(p for p, deal in pairs if deal == d.deal)) for d in named
            if any(deal == d.deal for _, deal in pairs)
        ]  # fmt: skip
        halved = self.gains.on_the_first_day(Turned(parts=2))
        base = self.gains.on_the_first_day()
        asked = [(self.gains.column[p], self.gains.deals.index(d), p, d) for p, d in pairs]
        return WaitAnswer(
            as_of=self.case.as_of.first,
            parties=space.parties,
            deals=named,
            ways=ways_of(self.gains),
            events=tuple(
                (timeline.period_of(tick) or 0, tick.name, tick.what) for tick in timeline.ahead
            ),
            medians=medians_of(timeline),
            break_evens=break_evens(self.gains, pairs) if self.is_small else (),
            sweeps=sweeps(self.gains, by_deal) if self.is_small else (),
            ripeness=ripeness_of(self.gains, self._asked(named)),
            n_periods=timeline.n_periods,
            step=timeline.step,
            n_draws=self.model.reckoning.draws,
            seed=self.model.reckoning.seed,
            halving=max((abs(halved[i, k] - base[i, k]) for i, k, _, _ in asked), default=0.0),
            halving_turns=tuple(
                (p, d) for i, k, p, d in asked if (halved[i, k] >= 0) != (base[i, k] >= 0)
            ),
            assumed=self.model.assumed,
            notes=tuple(self._notes),
            narrowed=tuple(t for t in self.case.tables if t in space.gathered.narrowed),
            basis=self._basis(named),
            method=METHOD,
            looked_into=self.is_small,
        )

    def _nothing(self) -> WaitAnswer:
        timeline = self.model.timeline
        return WaitAnswer(
            self.case.as_of.first, (), (), (), (), medians_of(timeline), (), (), (), timeline.n_periods, timeline.step,
            self.model.reckoning.draws, self.model.reckoning.seed, 0.0, (), (), tuple(self._notes),
            (), (), METHOD,
        )  # fmt: skip

    @staticmethod
    def _asked(named: tuple[DealWaiting, ...]) -> frozenset[PartyId]:
        return frozenset(p.party for deal in named for p in deal.parties if p.is_asked)

    # --- one deal ----------------------------------------------------------------------------

    def _deal(self, deal: DealId) -> DealWaiting:
        space, gains = self.model.space, self.gains
        d, k = space.named[deal], gains.deals.index(deal)
        candidate = space.candidates[d]
        unknown = self._unknown(d)
        open_ = () if unknown else windows_of(gains.can_be_signed[:, k])
        parties = () if unknown else tuple(self._parties(deal))
        asked = [p for p in parties if p.is_asked]
        signs = gains.agreed_in_draws(deal)
        breakable = bool(candidate.breakers) and candidate.remains is not None
        unstated = tuple(dict.fromkeys(b.who for b in candidate.breakers if b.within is None))
        offers, n_offers, n_looked_at = (
            self._offers(deal) if asked and open_ and open_[0].first == 0 else ((), 0, 0)
        )
        return DealWaiting(
            deal=deal,
            unknown=unknown,
            can_be_signed=open_,
            parties=parties,
            enough=int(space.votes_needed[d]),
            windows=windows_of(gains.agreed_over_time(deal)) if asked else (),
            share=float(signs.mean()) if signs.size and asked else float("nan"),
            offers=offers,
            n_offers=n_offers,
            n_looked_at=n_looked_at,
            if_kept=self._waiting_if(deal, asked, Turned(breaking="never")) if breakable else (),
            if_broken=self._waiting_if(deal, asked, Turned(breaking="at once"))
            if breakable
            else (),
            has_breakers=breakable,
            unstated=unstated,
            if_tabled=self._if_tabled(deal) if not unknown else None,
        )

    def _unknown(self, d: int) -> tuple[PartyId, ...]:
        """Return whose wants, or whose ranking of what may come of a package, are not known."""
        space = self.model.space
        asked = space.required[:, :, d].any(axis=0) | space.may_vote[:, d]
        unclear = self.model.values.unclear[:, d] & asked
        silent = (p for p, i in space.column.items() if unclear[i])
        return tuple(dict.fromkeys((*space.unknown_consents[d], *silent)))

    def _waiting_if(
        self, deal: DealId, asked: list[PartyWaiting], turned: Turned
    ) -> tuple[PartyId, ...]:
        gain = self.gains.on_the_first_day(turned)
        k = self.gains.deals.index(deal)
        return tuple(
            p.party for p in asked if p.red_line or gain[self.gains.column[p.party], k] < 0
        )

    def _parties(self, deal: DealId) -> Iterator[PartyWaiting]:
        space, gains = self.model.space, self.gains
        d, k = space.named[deal], gains.deals.index(deal)
        can = gains.can_be_signed[:, k]
        world = gains.first[k][1]
        needed = space.required[world, :, d]
        asked = needed | space.may_vote[:, d]
        for party, i in gains.column.items():
            if self.model.values.unclear[i, d]:  # not asked, and not known what it is worth to it
                continue
            over_time = gains.over_time(party, deal)
            red = gains.crosses_red_line(party, deal)
            gain = float(gains.on_the_first_day()[i, k])
            signs = can & ~red & (np.nan_to_num(over_time.middle, nan=-1.0) >= 0)
            why: tuple[Driver, ...] = ()
            if asked[i] and self.is_small and can.any():
                why = drivers(gains, self.questions, party, deal)
            against = self._against(why)
            yield PartyWaiting(
                party=party,
                is_asked=bool(asked[i]),
                is_counted=bool(asked[i] and not needed[i]),
                red_line=bool(asked[i] and space.crossed[world, i, d]),
                gain=gain,
                share=float((gains.in_draws[1:, i, k] >= 0).mean()) if len(gains.in_draws) > 1 else float(gain >= 0),
                over_time=over_time,
                windows=windows_of(signs),
                drivers=why,
                why=self._why(party, deal, against, gain) if asked[i] else None,
                against=against,
            )  # fmt: skip

    def _against(self, why: tuple[Driver, ...]) -> str:
        """Name the ending or deal on which a gain turns most."""
        leads = {question.name: question.leads_to for question in self.questions}
        for driver in why:
            if leads.get(driver.name):
                return leads[driver.name][0]
        return TODAY

    def _why(self, party: PartyId, deal: DealId, against: str, gain: float) -> Preferring:
        """Say which want decides between the deal and what waiting may bring."""
        case = self.case
        here, there = case.outcome(deal), case.outcome(against)
        return (
            why_rather(case, party, here, there)
            if gain >= 0
            else why_rather(case, party, there, here)
        )

    # --- what would beat waiting ----------------------------------------------------------------

    def _offers(self, deal: DealId) -> tuple[tuple[Offer, ...], int, int]:
        """Return the packages nearest to a deal that everybody asked would sign today.

        They are looked through by the number of changed terms, fewest first, until some are found.
        """
        space = self.model.space
        venue = space.candidates[space.named[deal]].venue
        frame, rows = space.gathered.others_at(venue)
        if frame is None or not self.is_small or self.case.deals[deal].must_agree is not None:
            return (), 0, 0
        target = frame.codes[frame.rows_of[deal]]
        changed = (frame.codes[rows] != target).sum(axis=1)
        nearest = sorted(zip(rows, changed, strict=True), key=lambda pair: (pair[1], pair[0]))
        self.gains.prepare(venue, (frame.package(int(row)) for row, _ in nearest[:MOST_BESIDE]))
        found: list[Offer] = []
        tried, at, others = 0, -1, 0
        for row, n in nearest:
            if found and n > at:
                break
            if tried >= MOST_BESIDE:
                self._notes.append(
                    f"what would beat waiting was looked for in {MOST_BESIDE} packages nearest to "
                    f"“{self.case.deals[deal].title}”"
                )
                break
            package = frame.package(int(row))
            # with the same terms it is the deal itself that is asked about, not its twin
            itself = bool(self.gains.agreed_over_time(deal)[0])
            suits = self.gains.suits(venue, package) if n else itself
            tried += suits is not None
            others += bool(n) and suits is not None
            if suits:
                at = int(n)
                changes = self._changes(target, frame.codes[row])
                found.append(Offer(package, changes))
        return tuple(found[:MOST_OFFERS]), len(found), others

    def _changes(
        self,
        target: Codes,
        row: Codes,
    ) -> tuple[tuple[IssueId, OptionId, OptionId], ...]:
        space = self.model.space.space
        here, there = space.decode(target), space.decode(row)
        return tuple((i, here[i], there[i]) for i in here if here[i] != there[i])

    def _if_tabled(self, deal: DealId) -> IfTabled | None:
        """Say how it would go if a deal that is only our own idea lay on the table."""
        space = self.model.space
        if space.gathered.is_tabled(space.named[deal], self.model.reckoning.tabled):
            return None
        game = self.model.game(Turned(also=(deal,)))
        found = solve_bargaining(game)
        self.solved()
        course = course_of(game, found, self.model.start)
        signed = dict(zip(course.packages.tolist(), course.signed_by[-1].tolist(), strict=True))
        return IfTabled(float(signed.get(space.named[deal], 0.0)))

    # --- the rest ----------------------------------------------------------------------------

    def _basis(self, named: tuple[DealWaiting, ...]) -> tuple[ClaimId, ...]:
        """Return the claims on which the answer rests: the first deal's, then the clocks'."""
        claims: dict[ClaimId, None] = {}
        for deal in named:
            for party in deal.parties:
                if party.is_asked and party.why is not None:
                    for driver in party.drivers[:1]:
                        claims |= dict.fromkeys(driver.claims)
                    claims |= dict.fromkeys(party.why.ground.claims)
        return tuple(claims)
