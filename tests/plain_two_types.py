"""Bargaining with a party of unknown type, by plain definition: one state after another.

Nothing here knows how the engine works. One period at a time, for values of what comes later that
may come from anywhere; and the exact tree of beliefs, for tiny games.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import cached_property

from plain_bargaining import PlainBargain, above

from detente.engines.bargaining.game import BargainingGame

__all__ = ["PlainPeriod", "PlainTree", "logistic", "posterior"]

Column = list[float]
"""A number for each party, in the party's own place for its type that would deal; and in the last
place for its type that buys time."""
Worth = Callable[[int, float], Column]
"""At a world and a belief."""
Signed = Callable[[int, int, float], Column]
"""At a world, of a package, at a belief."""
Consents = Callable[[int, int, float], tuple[float, float]]


def logistic(gain: float) -> float:
    return 1 / (1 + math.exp(-gain)) if gain > -700 else 0.0


def posterior(belief: float, deals: float, stalls: float) -> float:
    """Return the belief after something that the types do with these chances."""
    if belief in (0.0, 1.0) or deals == stalls:
        return belief
    return belief * deals / (belief * deals + (1 - belief) * stalls)


class PlainPeriod:
    """What one period's meeting is worth, given what waiting, signing and the party's answers are."""

    def __init__(
        self,
        games: tuple[BargainingGame, BargainingGame],
        party: int,
        reads: str,
        waiting: Worth,
        signed: Signed,
        consents: Consents,
    ) -> None:
        self.game, self.games, self.x, self.reads = games[0], games, party, reads
        self.waiting, self.signed, self.consents = waiting, signed, consents
        self.n = self.game.n_parties
        self.parties = range(self.n)
        self.columns = range(self.n + 1)

    @cached_property
    def floor(self) -> Callable[[int, int, int], float]:
        found = PlainBargain.__new__(PlainBargain)  # for its chances of the floor only
        found.game = self.game
        return found.floor

    def who(self, c: int) -> tuple[BargainingGame, int]:
        """Return the game and the party that a column stands for."""
        return (self.games[1], self.x) if c == self.n else (self.games[0], c)

    def out(self, w: int, c: int) -> bool:
        return bool(self.game.out[w, self.who(c)[1]])

    def exit_worth(self, w: int, e: int, c: int) -> float:
        game, i = self.who(c)
        return 0.0 if self.out(w, c) else float(game.exit_worth[w, e, i])

    def may_exit(self, w: int, j: int) -> bool:
        return bool(self.game.exit_open[w, j]) and not self.out(w, j)

    def leaves(self, w: int, c: int, belief: float) -> bool:
        j = self.who(c)[1]
        return self.may_exit(w, j) and above(self.exit_worth(w, j, c), self.waiting(w, belief)[c])

    def refusing(self, w: int, c: int, belief: float) -> float:
        j = self.who(c)[1]
        alone = self.exit_worth(w, j, c) if self.may_exit(w, j) else -math.inf
        return max(self.waiting(w, belief)[c], alone)

    def asked(self, w: int, d: int, j: int, i: int) -> bool:
        needed = self.game.required[w, j, d] or self.game.counted[j, d]
        return bool(needed) and j != i and not self.out(w, j)

    def chance(self, w: int, d: int, j: int, belief: float) -> float:
        gain = self.signed(w, d, belief)[j] - self.refusing(w, j, belief)
        assert self.game.noise is not None
        return logistic(gain / self.game.noise)

    def ending(
        self, w: int, d: int, i: int, belief: float, said: bool | None, kind: int
    ) -> tuple[float, list[float], Column]:
        """Return who agrees and who leaves once the party of a kind has been heard; and the worth."""
        game, x = self.game, self.x
        yes = {}
        for j in self.parties:
            yes[j] = self.chance(w, d, j, belief) if self.asked(w, d, j, i) else 1.0
        if said is not None:
            yes[x] = float(said)
        voters = [j for j in self.parties if game.counted[j, d]]
        agreed = 0.0
        for votes in itertools.product((0, 1), repeat=len(voters)):
            if sum(votes) >= game.at_least[d]:
                agreed += math.prod(
                    yes[j] if v else 1 - yes[j] for j, v in zip(voters, votes, strict=True)
                )
        agreed *= math.prod(yes[j] for j in self.parties if game.required[w, j, d])
        exits, stayed = [0.0] * self.n, 1.0
        then = belief
        for e in self.parties:
            own = self.n if e == x and kind == 1 else e
            if game.required[w, e, d] and e != i and self.leaves(w, own, belief):
                exits[e] = stayed * (1 - yes[e])
                stayed *= yes[e]
        differ = self.leaves(w, x, belief) != self.leaves(w, self.n, belief)
        if said is False and game.required[w, x, d] and differ and self.reads == "everything":
            then = belief if belief in (0.0, 1.0) else 1.0 - kind
        rest = 1 - agreed - sum(exits)
        signed, waiting = self.signed(w, d, belief), self.waiting(w, then)
        worth = [
            agreed * signed[c]
            + rest * waiting[c]
            + sum(exits[e] * self.exit_worth(w, e, c) for e in self.parties)
            for c in self.columns
        ]
        return agreed, exits, worth

    def tabled(self, w: int, d: int, i: int, belief: float) -> Column:
        """Return what it is worth to everybody that a party tables a package."""
        if not self.asked(w, d, self.x, i):
            return self.ending(w, d, i, belief, None, 0)[2]
        q = self.consents(w, d, belief)
        after_yes = posterior(belief, *q)
        after_no = posterior(belief, 1 - q[0], 1 - q[1])
        yes = self.ending(w, d, i, after_yes, True, 0)[2]
        no = [self.ending(w, d, i, after_no, False, kind)[2] for kind in (0, 1)]
        mine = [q[k] * yes[c] + (1 - q[k]) * no[k][c] for k, c in enumerate((self.x, self.n))]
        found = [
            belief * (q[0] * yes[c] + (1 - q[0]) * no[0][c])
            + (1 - belief) * (q[1] * yes[c] + (1 - q[1]) * no[1][c])
            for c in self.columns
        ]
        found[self.x], found[self.n] = mine
        return found

    def picks(self, w: int, k: int, i: int, c: int, belief: float) -> dict[str | int, float]:
        """Return what a party does that has the floor, and how often."""
        best = {
            d: self.tabled(w, d, i, belief)[c]
            for d in range(self.game.n_packages)
            if self.game.may_table[k, i, d] and self.game.available[w, d]
        }
        top = max(best.values(), default=-math.inf)
        stay = self.waiting(w, belief)[c]
        may_end = self.game.exit_when_proposing and self.may_exit(w, i)
        if may_end and above(self.exit_worth(w, i, c), max(top, stay)):
            return {"exit": 1.0}
        if above(stay, top):
            return {"silence": 1.0}
        tied = [d for d in best if not above(top, best[d])]
        return {d: 1 / len(tied) for d in tied}

    def value(self, w: int, belief: float) -> Column:
        waiting = self.waiting(w, belief)
        found = list(waiting)
        for k, i in itertools.product(range(self.game.n_tables), self.parties):
            floor = self.floor(w, k, i)
            if not floor or self.out(w, i):
                continue
            first = self.picks(w, k, i, i, belief)
            second = self.picks(w, k, i, self.n, belief) if i == self.x else first
            for does in dict.fromkeys([*first, *second]):
                p = first.get(does, 0.0), second.get(does, 0.0)
                now = posterior(belief, *p) if self.reads == "everything" else belief
                if does == "silence":
                    worth = self.waiting(w, now)
                elif does == "exit":
                    worth = [self.exit_worth(w, i, c) for c in self.columns]
                else:
                    assert isinstance(does, int)
                    worth = self.tabled(w, does, i, now)
                for c in self.columns:
                    often = belief * p[0] + (1 - belief) * p[1]
                    often = p[0] if c == self.x else p[1] if c == self.n else often
                    found[c] += floor * often * (worth[c] - waiting[c])
        return found


class PlainTree:
    """Values by recursion over beliefs, whatever they are: no grid. Stated or no terminal values."""

    def __init__(
        self, games: tuple[BargainingGame, BargainingGame], party: int, reads: str
    ) -> None:
        self.games, self.game, self.x, self.reads = games, games[0], party, reads
        self.n = self.game.n_parties
        self.columns = range(self.n + 1)
        self.memo: dict[tuple[object, ...], Column] = {}
        self.doubtful = False
        """Whether some answer has more than one solution, as far as two starts can tell."""

    def own(self, c: int) -> tuple[BargainingGame, int]:
        return (self.games[1], self.x) if c == self.n else (self.games[0], c)

    def later(self, t: int, w: int, regime: int, c: int, worth: Worth) -> float:
        """Return the discounted worth of what a column has in the world of the next period."""
        game, i = self.own(c)
        moves = game.chances[game.phase[t], game.belief_of[i], regime, w]
        return float(game.discount[i]) * sum(
            float(p) * worth(v, 0.0)[c] for v, p in enumerate(moves) if p
        )

    def value(self, t: int, w: int, belief: float) -> Column:
        key = ("value", t, w, belief)
        if key not in self.memo:
            if t == self.game.n_periods:
                self.memo[key] = [self.end(w, c, None) for c in self.columns]
            else:
                period = PlainPeriod(
                    self.games,
                    self.x,
                    self.reads,
                    lambda w, m: self.waiting(t, w, m),
                    lambda w, d, m: self.signed(t, w, d, m),
                    lambda w, d, m: self.consents(t, w, d, m),
                )
                self.memo[key] = period.value(w, belief)
        return self.memo[key]

    def end(self, w: int, c: int, d: int | None) -> float:
        game, i = self.own(c)
        if game.out[w, i] or game.terminal_waiting is None or game.terminal_kept is None:
            assert game.terminal == "nothing" or game.terminal_waiting is not None
            return 0.0
        return float(game.terminal_waiting[w, i] if d is None else game.terminal_kept[w, i, d])

    def waiting(self, t: int, w: int, belief: float) -> Column:
        key = ("waiting", t, w, belief)
        if key not in self.memo:
            found = []
            for c in self.columns:
                game, i = self.own(c)
                worth = 0.0
                if not game.out[w, i]:
                    worth = float(game.waiting[w, i]) * game.dt
                    worth += self.later(t, w, 0, c, lambda v, _: self.value(t + 1, v, belief))
                found.append(worth)
            self.memo[key] = found
        return self.memo[key]

    def in_force(self, t: int, w: int, d: int, belief: float) -> Column:
        key = ("in force", t, w, d, belief)
        if key not in self.memo:
            self.memo[key] = [self.keeps(t, w, d, c, belief) for c in self.columns]
        return self.memo[key]

    def keeps(self, t: int, w: int, d: int, c: int, belief: float) -> float:
        game, i = self.own(c)
        if t == game.n_periods:
            return self.end(w, c, d)
        if game.out[w, i]:
            return 0.0
        breaks = float(game.breaks_down[w, d])

        def then(v: int, _: float) -> Column:
            found = [(1 - breaks) * worth for worth in self.in_force(t + 1, v, d, belief)]
            back = int(game.resumes_in[v, d])
            for column in self.columns:
                other, j = self.own(column)
                if breaks and not other.out[v, j]:
                    broken = (
                        self.value(t + 1, back, belief)[column]
                        if back >= 0
                        else float(other.broken_worth[v, j])
                    )
                    found[column] += breaks * broken
            return found

        return float(game.kept[w, i, d]) * game.dt + self.later(t, w, int(game.regime[d]), c, then)

    def signed(self, t: int, w: int, d: int, belief: float) -> Column:
        found = list(self.in_force(t, w, d, belief))
        for c in self.columns:
            game, i = self.own(c)
            found[c] += 0.0 if game.out[w, i] else float(game.lump[w, i, d])
        return found

    def consents(self, t: int, w: int, d: int, belief: float) -> tuple[float, float]:
        """Iterate, damped, from a refusal that tells nothing; and from one that tells all."""
        period = PlainPeriod(
            self.games,
            self.x,
            self.reads,
            lambda w, m: self.waiting(t, w, m),
            lambda w, d, m: self.signed(t, w, d, m),
            lambda _w, _d, _m: (0.0, 0.0),
        )
        noise = self.game.noise
        assert noise is not None

        def answer(yes: float, no: float) -> tuple[float, float]:
            q = [
                logistic((self.signed(t, w, d, yes)[c] - period.refusing(w, c, no)) / noise)
                for c in (self.x, self.n)
            ]
            return q[0], q[1]

        ends = []
        for no in (belief, 0.0, 1.0) if 0 < belief < 1 else (belief,):
            yes = belief
            for _ in range(200):
                q = answer(yes, no)
                to = posterior(belief, *q), posterior(belief, 1 - q[0], 1 - q[1])
                if abs(to[0] - yes) + abs(to[1] - no) < 1e-9:
                    break
                yes, no = yes + 0.7 * (to[0] - yes), no + 0.7 * (to[1] - no)
            else:
                self.doubtful = True
            ends.append(q)
        if any(abs(a - b) > 1e-8 for q in ends for a, b in zip(q, ends[0], strict=True)):
            self.doubtful = True
        return ends[0]
