"""Small random games of bargaining in time: few values, so that ties are common and exact.

Payoffs are multiples of 1/2 and chances of 1/4; discount factors and chances of a breakdown are
powers of 1/2. What ties in one way of reckoning then ties in any other.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from detente.engines.bargaining.game import BargainingGame, bargaining_game

__all__ = ["SHARP", "Features", "random_bargaining", "random_games"]

Numbers = npt.NDArray[np.float64]
HALF = float(np.log(2.0))
"""A rate at which half is left after one unit of time."""


@dataclass(frozen=True)
class Features:
    """Sizes, and what is in a game beside plain consent; everything off is the simplest game."""

    n: int = 2
    worlds: int = 1
    packages: int = 2
    tables: int = 1
    periods: int = 2
    phases: int = 1
    beliefs: int = 1
    regimes: int = 1
    halves: bool = False
    """Periods of half a unit of time."""
    lumps: bool = False
    mandates: bool = False
    """Some may not table everything everywhere, and not everything is available everywhere."""
    signatories: bool = False
    """Not everybody's consent is needed everywhere."""
    quotas: bool = False
    breakdowns: bool = False
    exits: bool = False
    exit_when_proposing: bool = False
    out: bool = False
    shares: bool = False
    noise: float | None = None
    terminal: str = "status_quo"


SHARP = [name.name for name in fields(Features) if name.type == "bool"]
"""Names of the features that are on or off."""


def random_bargaining(seed: int, features: Features | None = None) -> BargainingGame:
    """Draw a game; without features they are drawn too."""
    rng = np.random.default_rng(seed)
    return _Drawer(rng, features or random_features(rng)).game()


def random_features(rng: np.random.Generator) -> Features:
    on: dict[str, Any] = {name: bool(rng.random() < 0.4) for name in SHARP}
    on["noise"] = None if on["shares"] or rng.random() < 0.6 else float(rng.choice([0.25, 1.0]))
    return Features(
        n=int(rng.integers(1, 5)),
        worlds=int(rng.integers(1, 4)),
        packages=int(rng.integers(1, 5)),
        tables=int(rng.integers(1, 4)),
        periods=int(rng.integers(1, 5)),
        phases=int(rng.integers(1, 3)),
        beliefs=int(rng.integers(1, 3)),
        regimes=int(rng.integers(1, 3)),
        terminal=str(rng.choice(["status_quo", "nothing", "stated"])),
        **on,
    )


@st.composite
def random_games(draw: st.DrawFn, /, **fixed: Any) -> BargainingGame:
    """Draw sizes and features one by one, which shrink, and the numbers by a seed."""

    def size(name: str, most: int) -> int:
        return int(fixed[name]) if name in fixed else draw(st.integers(1, most), label=name)

    shares = fixed.get("shares", draw(st.booleans(), label="shares"))
    noisy = st.none() if shares else st.sampled_from([None, 0.25, 1.0])
    found: dict[str, Any] = {
        "shares": shares,
        "noise": draw(noisy, label="noise"),
        "terminal": draw(st.sampled_from(["nothing", "stated", "status_quo"]), label="terminal"),
    }
    found |= {name: draw(st.booleans(), label=name) for name in SHARP if name != "shares"}
    found |= {name: size(name, 4) for name in ("n", "packages", "periods")}
    found |= {name: size(name, 3) for name in ("worlds", "tables")}
    found |= {name: size(name, 2) for name in ("phases", "beliefs", "regimes")}
    features = Features(**(found | fixed))
    return random_bargaining(draw(st.integers(0, 2**32 - 1), label="seed"), features)


class _Drawer:
    def __init__(self, rng: np.random.Generator, features: Features) -> None:
        self.rng = rng
        self.has = features

    def halves(self, low: int, high: int, *shape: int) -> Numbers:
        """Draw multiples of 1/2 between two whole numbers."""
        return self.rng.integers(2 * low, 2 * high, shape, endpoint=True) / 2

    def marks(self, share: float, *shape: int) -> npt.NDArray[np.bool_]:
        return np.asarray(self.rng.random(shape) < share)

    def rates(self, *shape: int, none: float = 0.3) -> Numbers:
        """Draw rates after which nothing, half, three quarters or everything is gone in a period."""
        some = (1 - none) / 3
        kinds = np.array([0.0, HALF, 2 * HALF, np.inf]) * (2 if self.has.halves else 1)
        return self.rng.choice(kinds, shape, p=[none, some, some, some])

    def rows(self, *shape: int) -> Numbers:
        """Draw chances in quarters that add up to 1 along the last axis."""
        *places, n = shape
        found = np.zeros(shape)
        for place in np.ndindex(*places):
            ends = self.rng.integers(0, n, self.rng.choice([1, 2, 4]))
            for end in ends:
                found[place][end] += 1 / len(ends)
        return found

    def game(self) -> BargainingGame:
        has, rng = self.has, self.rng
        n, worlds, d, k = has.n, has.worlds, has.packages, has.tables
        more: dict[str, Any] = {}
        twins = rng.integers(0, d, d) if rng.random() < 0.5 else np.arange(d)  # pay all the same
        if has.lumps:
            more["lump"] = self.halves(-1, 1, worlds, n, d)[:, :, twins]
        if has.mandates:
            more["may_table"] = self.marks(0.7, k, n, d)
            more["available"] = self.marks(0.8, worlds, d)
        required = np.ones((worlds, n, d), dtype=bool)
        if has.signatories:
            required = self.marks(0.7, worlds, n, d)
        if has.quotas:
            more["counted"] = counted = self.marks(0.6, n, d)
            required &= ~counted
            more["at_least"] = rng.integers(0, counted.sum(axis=0), endpoint=True)
        if has.breakdowns:
            more["breakdown_rate"] = self.rates(worlds, d, none=0.4)
            more["resumes_in"] = rng.integers(-1, worlds, (worlds, d))
            more["broken_worth"] = self.halves(-1, 2, worlds, n)
        if has.exits:
            more["exit_open"] = self.marks(0.6, worlds, n)
            more["exit_worth"] = self.halves(-1, 2, worlds, n, n)
        if has.out:
            more["out"] = self.marks(0.25, worlds, n)
        if has.shares:  # not with every package, nor for everybody
            good = self.marks(0.7, d)
            more["share_flow"] = self.halves(0, 1, worlds, n, d) * good
            more["share_lump"] = self.halves(0, 2, worlds, n, d) * good
        if has.terminal == "stated":
            more["terminal_waiting"] = self.halves(-1, 2, worlds, n)
            more["terminal_kept"] = self.halves(-1, 2, worlds, n, d)
        elif has.terminal == "nothing":
            more["terminal"] = "nothing"
        recognition = np.zeros((worlds, k, n))
        recognition[...] = self.rows(worlds, k, n + 1)[:, :, :n]
        meeting = self.rates(worlds, k, none=0.15)
        for table in range(k):  # somebody can propose at every table, somewhere
            world, party = rng.integers(worlds), rng.integers(n)
            recognition[world, table] *= 0.5
            recognition[world, table, party] += 0.5
            meeting[world, table] = meeting[world, table] or HALF
        return bargaining_game(
            waiting=self.halves(-1, 1, worlds, n),
            kept=self.halves(-1, 2, worlds, n, d)[:, :, twins],
            chances=self.rows(has.phases, has.beliefs, has.regimes, worlds, worlds),
            phase=rng.integers(0, has.phases, has.periods),
            recognition=recognition,
            discount_rate=rng.choice([1.0, 2.0], n) * HALF * (2 if has.halves else 1),
            dt=0.5 if has.halves else 1.0,
            meeting_rate=meeting,
            belief_of=rng.integers(0, has.beliefs, n),
            regime=rng.integers(0, has.regimes, d),
            required=required,
            exit_when_proposing=has.exit_when_proposing,
            noise=has.noise,
            **more,
        )
