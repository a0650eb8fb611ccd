"""The world chain from its definition, world by world, in plain Python."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

Floats = npt.NDArray[np.float64]
World = tuple[int, ...]


@dataclass(frozen=True)
class PlainClock:
    """A clock under one belief: a date, or a Weibull law (a constant hazard has shape 1)."""

    outcomes: tuple[float, ...]
    date: int | None = None
    shape: float = 1.0
    rate: float = 0.0

    def cumulative(self, time: float) -> float:
        return math.pow(self.rate * time, self.shape)


@dataclass(frozen=True)
class PlainChain:
    """Clocks and shocks under one belief and one regime; ``runs[w][c]`` by number of the world."""

    clocks: tuple[PlainClock, ...]
    shocks: tuple[tuple[tuple[int, ...], float], ...]
    runs: tuple[tuple[bool, ...], ...]
    dt: float

    @property
    def worlds(self) -> list[World]:
        return list(itertools.product(*(range(len(c.outcomes) + 1) for c in self.clocks)))

    def after(self, world: World, members: tuple[int, ...]) -> dict[World, float]:
        """Return where a joint strike leads, with what chance."""
        running = self.runs[self.worlds.index(world)]
        moved = [c for c in members if world[c] == 0 and running[c]]
        found: dict[World, float] = {}
        for outcomes in itertools.product(*(range(len(self.clocks[c].outcomes)) for c in moved)):
            new = list(world)
            chance = 1.0
            for c, b in zip(moved, outcomes, strict=True):
                new[c] = b + 1
                chance *= self.clocks[c].outcomes[b]
            found[tuple(new)] = found.get(tuple(new), 0.0) + chance
        return found

    def period(self, t: int) -> Floats:
        """Return the chances of period t: what strikes by chance, then what is dated t + 1."""
        worlds = self.worlds
        events = list(self.shocks)
        for c, clock in enumerate(self.clocks):
            if clock.date is None:
                start, end = t * self.dt, (t + 1) * self.dt
                mean = (clock.cumulative(end) - clock.cumulative(start)) / self.dt
                events.append(((c,), mean))
        generator = np.zeros((len(worlds), len(worlds)))
        for w, world in enumerate(worlds):
            for members, rate in events:
                for new, chance in self.after(world, members).items():
                    generator[w, worlds.index(new)] += rate * chance
                generator[w, w] -= rate
        due = tuple(c for c, clock in enumerate(self.clocks) if clock.date == t + 1)
        dated = np.zeros_like(generator)
        for w, world in enumerate(worlds):
            for new, chance in self.after(world, due).items():
                dated[w, worlds.index(new)] += chance
        return np.asarray(expm(generator * self.dt) @ dated)
