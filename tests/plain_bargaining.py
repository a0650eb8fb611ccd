"""Bargaining in time, by plain definition: one date, world and package after another.

Nothing here knows how the engine works. Lists and dictionaries, loops, small games only.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detente.engines.bargaining.equilibrium import EXIT, BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame

__all__ = ["Offer", "PlainBargain", "as_equilibrium", "same"]

TOLERANCE = 1e-10
Cell = tuple[int, int, int, int]
"""Period, world, table, proposer."""


def same(a: float, b: float) -> bool:
    """Say whether two worths count as equal; an infinite one equals only itself."""
    if math.isinf(a) or math.isinf(b):
        return a == b
    return abs(a - b) <= TOLERANCE * (1 + max(abs(a), abs(b)))


def above(a: float, b: float) -> bool:
    return a > b and not same(a, b)


@dataclass(frozen=True)
class Offer:
    """What the party that has the floor does, one of its tied best choices."""

    package: int
    chance: float
    accepted: float
    exited: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Answer:
    """What comes of tabling one package."""

    accepted: float
    exited: tuple[float, ...]
    shares: tuple[float, ...]
    worth: tuple[float, ...]
    """To each party, expected."""


class PlainBargain:
    """Values, waiting, signing and every cell's choices, by going backwards through the dates.

    ``value[t, w, i]``, ``waiting[t, w, i]``, ``signed[t, w, i, d]``, ``whole[t, w, i, d]`` (of the
    divisible good, signed then) for t up to T; ``cells[t, w, k, i]``: offers, none for silence.
    """

    def __init__(self, game: BargainingGame) -> None:
        self.game = game
        self.parties = range(game.n_parties)
        self.worlds = range(game.n_worlds)
        self.packages = range(game.n_packages)
        self.tables = range(game.n_tables)
        self.horizon = game.n_periods
        self.value: dict[tuple[int, int, int], float] = {}
        self.waiting: dict[tuple[int, int, int], float] = {}
        self.in_force: dict[tuple[int, int, int, int], float] = {}
        self.signed: dict[tuple[int, int, int, int], float] = {}
        self.good: dict[tuple[int, int, int, int], float] = {}
        self.whole: dict[tuple[int, int, int, int], float] = {}
        self.cells: dict[Cell, list[Offer]] = {}
        self.terminal()
        self.signing(self.horizon)
        for t in reversed(range(self.horizon)):
            for w, i in itertools.product(self.worlds, self.parties):
                self.waiting[t, w, i] = self.wait(t, w, i)
            for w in self.worlds:
                self.meet(t, w)
            self.go_on(t)
            self.signing(t)

    # --- one number at a time -----------------------------------------------------------

    @cached_property
    def discount(self) -> list[float]:
        rates: list[float] = self.game.discount_rate.tolist()
        return [math.exp(-rate * self.game.dt) for rate in rates]

    def out(self, w: int, i: int) -> bool:
        return bool(self.game.out[w, i])

    def chance(self, t: int, i: int, regime: int, w: int, then: int) -> float:
        phase, belief = int(self.game.phase[t]), int(self.game.belief_of[i])
        return float(self.game.chances[phase, belief, regime, w, then])

    def breaks(self, w: int, d: int) -> float:
        return 1 - math.exp(-float(self.game.breakdown_rate[w, d]) * self.game.dt)

    def exit_worth(self, w: int, e: int, i: int) -> float:
        return 0.0 if self.out(w, i) else float(self.game.exit_worth[w, e, i])

    def may_exit(self, w: int, i: int) -> bool:
        return bool(self.game.exit_open[w, i]) and not self.out(w, i)

    def floor(self, w: int, k: int, i: int) -> float:
        """Return the chance that the table meets in a period and the party has the floor."""
        rates: list[float] = self.game.meeting_rate[w].tolist()
        if math.inf in rates:
            meets = float(rates[k] == math.inf) / rates.count(math.inf)
        elif sum(rates) > 0:
            meets = rates[k] / sum(rates) * (1 - math.exp(-sum(rates) * self.game.dt))
        else:
            meets = 0.0
        return meets * float(self.game.recognition[w, k, i])

    def broken(self, talks: dict[tuple[int, int], float], w: int, i: int, d: int) -> float:
        """Return what a party has where a package breaks down on the way to a world."""
        if self.out(w, i):
            return 0.0
        then = int(self.game.resumes_in[w, d])
        return talks[then, i] if then >= 0 else float(self.game.broken_worth[w, i])

    # --- backwards ----------------------------------------------------------------------

    def terminal(self) -> None:
        end, game = self.horizon, self.game
        cells = list(itertools.product(self.worlds, self.parties))
        for w, i in cells:
            self.value[end, w, i] = 0.0
            for d in self.packages:
                self.in_force[end, w, i, d] = self.good[end, w, i, d] = 0.0
            if game.terminal_waiting is not None and not self.out(w, i):
                assert game.terminal_kept is not None
                self.value[end, w, i] = float(game.terminal_waiting[w, i])
                for d in self.packages:
                    self.in_force[end, w, i, d] = float(game.terminal_kept[w, i, d])
        if game.terminal_waiting is None and game.terminal == "status_quo":
            for _ in itertools.count():  # as in the last phase, over and over, until nothing moves
                before = [*self.value.values(), *self.in_force.values(), *self.good.values()]
                new = {(w, i): self.wait(end - 1, w, i) for w, i in cells}
                self.value |= {(end, w, i): worth for (w, i), worth in new.items()}
                self.go_on(end - 1)
                for kind in (self.in_force, self.good):
                    for w, i in cells:
                        for d in self.packages:
                            kind[end, w, i, d] = kind.pop((end - 1, w, i, d))
                after = [*self.value.values(), *self.in_force.values(), *self.good.values()]
                if all(
                    math.isclose(*pair, rel_tol=1e-15, abs_tol=1e-15)
                    for pair in zip(before, after, strict=True)
                ):
                    break
        for w, i in cells:
            self.waiting[end, w, i] = self.value[end, w, i]

    def wait(self, t: int, w: int, i: int) -> float:
        if self.out(w, i):
            return 0.0
        later = sum(self.chance(t, i, 0, w, v) * self.value[t + 1, v, i] for v in self.worlds)
        return float(self.game.waiting[w, i]) * self.game.dt + self.discount[i] * later

    def go_on(self, t: int) -> None:
        """Work out what a package in force is worth, without what is paid at signing."""
        game = self.game
        talks = {(w, i): self.value[t + 1, w, i] for w in self.worlds for i in self.parties}
        for w, i, d in itertools.product(self.worlds, self.parties, self.packages):
            self.in_force[t, w, i, d] = self.good[t, w, i, d] = 0.0
            if self.out(w, i):
                continue
            breaks = self.breaks(w, d)
            later = whole = 0.0
            for v in self.worlds:
                chance = self.chance(t, i, int(game.regime[d]), w, v)
                later += chance * (1 - breaks) * self.in_force[t + 1, v, i, d]
                later += chance * breaks * self.broken(talks, v, i, d)
                whole += chance * (1 - breaks) * self.good[t + 1, v, i, d]
            flow = 0.0 if game.share_flow is None else float(game.share_flow[w, i, d])
            self.in_force[t, w, i, d] = (
                float(game.kept[w, i, d]) * game.dt + self.discount[i] * later
            )
            self.good[t, w, i, d] = flow * game.dt + self.discount[i] * whole

    def signing(self, t: int) -> None:
        game = self.game
        for w, i, d in itertools.product(self.worlds, self.parties, self.packages):
            inside = not self.out(w, i)
            lump = float(game.lump[w, i, d]) if inside else 0.0
            whole = (
                float(game.share_lump[w, i, d]) if inside and game.share_lump is not None else 0.0
            )
            self.signed[t, w, i, d] = lump + self.in_force[t, w, i, d]
            self.whole[t, w, i, d] = whole + self.good[t, w, i, d]

    # --- a meeting ----------------------------------------------------------------------

    def meet(self, t: int, w: int) -> None:
        self.go_on(t)
        self.signing(t)
        worth = [0.0 for _ in self.parties]
        quiet = 1.0
        for k, proposer in itertools.product(self.tables, self.parties):
            floor = self.floor(w, k, proposer)
            self.cells[t, w, k, proposer], outcome = self.choose(t, w, k, proposer)
            quiet -= floor
            for i in self.parties:
                worth[i] += floor * outcome[i]
        for i in self.parties:
            self.value[t, w, i] = worth[i] + quiet * self.waiting[t, w, i]

    def choose(self, t: int, w: int, k: int, proposer: int) -> tuple[list[Offer], list[float]]:
        """Return the tied best choices of the party that has the floor, and what they are worth."""
        silent = [self.waiting[t, w, i] for i in self.parties]
        nothing = tuple(0.0 for _ in self.parties)
        if self.out(w, proposer):
            return [], silent
        answers = {}
        for d in self.packages:
            if self.game.may_table[k, proposer, d] and self.game.available[w, d]:
                answer = self.answer(t, w, proposer, d)
                if answer.accepted + sum(answer.exited) > TOLERANCE:
                    answers[d] = answer
        best = max((answer.worth[proposer] for answer in answers.values()), default=-math.inf)
        alone = self.exit_worth(w, proposer, proposer)
        may_end = self.game.exit_when_proposing and self.may_exit(w, proposer)
        if may_end and above(alone, max(best, silent[proposer])):
            exited = tuple(float(i == proposer) for i in self.parties)
            ended = [self.exit_worth(w, proposer, i) for i in self.parties]
            return [Offer(EXIT, 1.0, 0.0, exited, nothing)], ended
        if above(silent[proposer], best):
            return [], silent
        tied = {d: it for d, it in answers.items() if not above(best, it.worth[proposer])}
        chance = 1 / len(tied)
        offers = [Offer(d, chance, it.accepted, it.exited, it.shares) for d, it in tied.items()]
        return offers, [sum(it.worth[i] for it in tied.values()) * chance for i in self.parties]

    def reserve(self, t: int, w: int, j: int) -> float:
        """Return what refusing is worth to a party."""
        leave = self.exit_worth(w, j, j) if self.may_exit(w, j) else -math.inf
        return max(self.waiting[t, w, j], leave)

    def consents(self, t: int, w: int, j: int, d: int) -> float:
        if self.out(w, j):
            return 1.0
        gain = self.signed[t, w, j, d] - self.reserve(t, w, j)
        if self.game.noise is None:
            return float(not above(self.reserve(t, w, j), self.signed[t, w, j, d]))
        return 1 / (1 + math.exp(-gain / self.game.noise)) if gain / self.game.noise > -700 else 0.0

    def answer(self, t: int, w: int, proposer: int, d: int) -> Answer:
        game = self.game
        asked = [j for j in self.parties if game.required[w, j, d] and j != proposer]
        voters = [j for j in self.parties if game.counted[j, d] and j != proposer]
        still = int(game.at_least[d]) - int(game.counted[proposer, d])
        leavers = [
            j
            for j in asked
            if self.may_exit(w, j) and above(self.exit_worth(w, j, j), self.waiting[t, w, j])
        ]
        shares = [0.0 for _ in self.parties]
        consents = {j: self.consents(t, w, j, d) for j in asked + voters}
        if any(self.whole[t, w, i, d] for i in self.parties):
            agreed = self.share_out(t, w, proposer, d, asked, voters, still, shares)
            accepted = float(agreed)
            consents |= dict.fromkeys(leavers, float(agreed))
        else:
            accepted = 0.0
            for votes in itertools.product((False, True), repeat=len(voters)):
                if sum(votes) >= still:
                    accepted += math.prod(
                        consents[j] if yes else 1 - consents[j]
                        for j, yes in zip(voters, votes, strict=True)
                    )
            accepted *= math.prod(consents[j] for j in asked)
        exited = [0.0 for _ in self.parties]
        stayed = 1.0
        for e in leavers:
            exited[e] = stayed * (1 - consents[e])
            stayed *= consents[e]
        worth = []
        for i in self.parties:
            signed = self.signed[t, w, i, d] + shares[i] * self.whole[t, w, i, d]
            ended = sum(exited[e] * self.exit_worth(w, e, i) for e in leavers)
            rest = 1 - accepted - sum(exited)
            worth.append(accepted * signed + ended + rest * self.waiting[t, w, i])
        return Answer(accepted, tuple(exited), tuple(shares), tuple(worth))

    def share_out(
        self,
        t: int,
        w: int,
        proposer: int,
        d: int,
        asked: list[int],
        voters: list[int],
        still: int,
        shares: list[float],
    ) -> bool:
        """Fill in expected shares of the good, and say whether it goes round."""

        def price(j: int) -> float:
            if self.consents(t, w, j, d) == 1.0:
                return 0.0
            if not self.whole[t, w, j, d]:
                return math.inf
            return (self.reserve(t, w, j) - self.signed[t, w, j, d]) / self.whole[t, w, j, d]

        prices = {j: price(j) for j in asked + voters}
        cheapest = sorted(prices[j] for j in voters)[: max(still, 0)]
        total = sum(prices[j] for j in asked) + sum(cheapest)
        if above(total, 1.0):
            return False
        for j in asked:
            shares[j] = prices[j]
        if cheapest:
            surely = [j for j in voters if above(cheapest[-1], prices[j])]
            tied = [j for j in voters if same(prices[j], cheapest[-1])]
            for j in surely:
                shares[j] = prices[j]
            for j in tied:
                shares[j] = prices[j] * (still - len(surely)) / len(tied)
        shares[proposer] = max(0.0, 1.0 - total)
        return True


def as_equilibrium(
    plain: PlainBargain, named: tuple[int, ...] | None = None
) -> BargainingEquilibrium:
    """Write the plain result as the arrays that the engine returns; every package is named."""
    game = plain.game
    shape = (game.n_periods + 1, game.n_worlds, game.n_parties)
    kept = tuple(plain.packages) if named is None else named
    value, waiting = np.zeros(shape), np.zeros(shape)
    signed = np.zeros((*shape, len(kept)))
    for t, w, i in itertools.product(*map(range, shape)):
        value[t, w, i], waiting[t, w, i] = plain.value[t, w, i], plain.waiting[t, w, i]
        signed[t, w, i] = [plain.signed[t, w, i, d] for d in kept]
    starts = [0]
    rows: list[Offer] = []
    order = (range(game.n_periods), plain.worlds, plain.tables, plain.parties)
    for cell in itertools.product(*order):
        rows += plain.cells[cell]
        starts.append(len(rows))
    n = game.n_parties
    return BargainingEquilibrium(
        value=value,
        waiting=waiting,
        named=np.array(kept, dtype=np.intp),
        signed=signed,
        starts=np.array(starts, dtype=np.intp),
        package=np.array([row.package for row in rows], dtype=np.intp),
        chance=np.array([row.chance for row in rows]),
        accepted=np.array([row.accepted for row in rows]),
        exited=np.array([row.exited for row in rows]).reshape(-1, n),
        shares=np.array([row.shares for row in rows]).reshape(-1, n) if game.has_shares else None,
        tolerance=TOLERANCE,
        method="plain definition",
    )
