"""Putting the chances of a world chain together from clocks, shocks and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines.bargaining.chain_period import (
    Striking,
    chances_over_period,
    leads_to,
    striking,
)
from detente.engines.bargaining.hazards import (
    Clock,
    CommonShock,
    DatedClock,
    mean_hazards,
)
from detente.errors import EngineInputError

__all__ = ["Phase", "Rules", "strides_of"]


def strides_of(sizes: Sequence[int]) -> list[int]:
    """How many worlds further a clock's next state is; the first clock is slowest."""
    strides = [1] * len(sizes)
    for c in range(len(sizes) - 2, -1, -1):
        strides[c] = strides[c + 1] * sizes[c + 1]
    return strides


@dataclass(frozen=True, slots=True)
class Phase:
    """Periods that are alike: which row of the mean hazards holds, and which dates end them."""

    hazard: int
    due: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Clocks and shocks, checked, with the worlds they make."""

    clocks: tuple[Clock, ...]
    shocks: tuple[CommonShock, ...]
    worlds: Ints
    runs: Bools
    dt: float
    n_periods: int
    block: int

    @property
    def branches(self) -> list[Floats]:
        return [np.asarray(clock.branches) for clock in self.clocks]

    @property
    def strides(self) -> list[int]:
        return strides_of([1 + chances.shape[-1] for chances in self.branches])

    @property
    def can_move(self) -> Bools:
        """Whether a clock runs and has not struck, shape (n_regimes, W, n_clocks)."""
        return np.asarray(self.runs & (self.worlds == 0))

    def events(self) -> list[tuple[tuple[int, ...], Floats]]:
        """Return who strikes together and at which mean hazards (draws, blocks, beliefs)."""
        ends = np.arange(0, self.n_periods + self.block, self.block).clip(max=self.n_periods)
        edges = np.asarray(ends * self.dt)
        found = [
            ((c,), mean_hazards(clock, edges))
            for c, clock in enumerate(self.clocks)
            if not isinstance(clock, DatedClock)
        ]
        return found + [(shock.clocks, mean_hazards(shock, edges)) for shock in self.shocks]

    def varies(self) -> bool:
        """Whether some hazard changes over time."""
        return any(hazards.shape[1] > 1 for _, hazards in self.events())

    def phases(self) -> tuple[list[Phase], Ints]:
        """Return the phases, in the order of their last periods, and the phase of each period."""
        due: dict[int, tuple[int, ...]] = {}
        for c, clock in enumerate(self.clocks):
            if isinstance(clock, DatedClock):
                due[clock.period - 1] = (*due.get(clock.period - 1, ()), c)
        varies = self.varies()
        found = [
            Phase(t // self.block if varies else 0, due.get(t, ())) for t in range(self.n_periods)
        ]
        last = {(phase.hazard, phase.due): t for t, phase in enumerate(found)}
        number = {key: p for p, key in enumerate(sorted(last, key=last.__getitem__))}
        steps = [number[phase.hazard, phase.due] for phase in found]
        return [Phase(*key) for key in number], np.array(steps, dtype=np.intp)

    def chances(self, phases: Sequence[Phase], shape: tuple[int, ...]) -> Floats:
        """Return the chances of all phases, in the full shape."""
        n_regimes, n_worlds = len(self.runs), len(self.worlds)
        _, kept, which = np.unique(
            np.packbits(self.can_move.reshape(n_regimes, -1), axis=1),
            axis=0, return_index=True, return_inverse=True,
        )  # fmt: skip
        regimes = self.runs[kept]
        within = chances_over_period(self._generators(regimes) * self.dt)
        at_dates: dict[tuple[int, ...], Floats] = {}
        chances = np.empty(shape)
        for p, phase in enumerate(phases):
            moves = within[:, phase.hazard]
            if phase.due:
                if phase.due not in at_dates:
                    strikes = [self._strike(phase.due, runs) for runs in regimes]
                    at_dates[phase.due] = np.stack(
                        [leads_to(strike, n_worlds) for strike in strikes], axis=2
                    )
                moves = moves @ at_dates[phase.due]
            chances[:, p] = moves[:, :, which.reshape(-1)]
        return chances

    def _strike(self, members: Sequence[int], runs: Bools) -> Striking:
        return striking(members, self.worlds, self.strides, self.branches, runs)

    def _generators(self, regimes: Bools) -> Floats:
        """Return generators, shape (draws, blocks, beliefs, regimes, W, W), leading ones may be 1."""
        events = self.events()
        leads = [(1, 1, 1)]
        for members, hazards in events:
            branch_leads = [self.branches[c].shape[:2] for c in members]
            leads += [hazards.shape, *((draws, 1, beliefs) for draws, beliefs in branch_leads)]
        n_worlds = len(self.worlds)
        lead = np.broadcast_shapes(*leads)
        generators = np.zeros((*lead, len(regimes), n_worlds, n_worlds))
        for members, hazards in events:
            for g, runs in enumerate(regimes):
                strike = self._strike(members, runs)
                moved = strike.source != strike.target
                source, target = strike.source[moved], strike.target[moved]
                rates = hazards[..., None] * strike.chance[:, None, :, moved]
                generators[:, :, :, g, source, target] += rates
        diagonal = np.arange(n_worlds)
        generators[..., diagonal, diagonal] = -generators.sum(axis=-1)
        return generators

    def is_exact(self) -> bool:
        """Whether the mean hazards give the exact chances: nothing varies, or all commutes."""
        if not self.varies():
            return True
        open_ = self.worlds == 0
        by_chance = sorted({c for members, _ in self.events() for c in members})
        alike = all(
            len(np.unique(runs[open_[:, c], c])) == 1 for runs in self.runs for c in by_chance
        )
        return self.block == 1 and alike

    def never(self) -> Bools:
        """Return which clocks cannot strike within the horizon."""
        strikes = np.zeros(len(self.clocks), dtype=np.bool_)
        for members, hazards in self.events():
            strikes[list(members)] |= (hazards > 0).any()
        for c, clock in enumerate(self.clocks):
            if isinstance(clock, DatedClock):
                strikes[c] |= clock.period <= self.n_periods
        strikes &= self.can_move.any(axis=(0, 1))
        for c, clock in enumerate(self.clocks):
            strikes[c] |= isinstance(clock, DatedClock) and clock.period <= 0
        return ~strikes

    def start(self) -> int:
        """Return the world at the start of period 0."""
        world = 0
        for c, clock in enumerate(self.clocks):
            if isinstance(clock, DatedClock) and clock.period <= 0:
                certain = np.flatnonzero((self.branches[c] >= 1 - 1e-9).all(axis=(0, 1)))
                if not len(certain):
                    raise EngineInputError(
                        f"clocks[{c}].branches: found no certain outcome of a clock dated "
                        f"{clock.period}, which has struck before the first period; expected "
                        "chance 1 for the one that happened"
                    )
                world += (int(certain[0]) + 1) * self.strides[c]
        return world
