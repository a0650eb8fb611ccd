"""The worlds of a negotiation in time: which clocks have struck, and what is in force besides.

Where a package agreed at one table leaves others open, what is in force is part of the world: the
talks go on beside it. What remains of a broken package that cannot be undone is part of it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

from detente.analysis.reckoning import Floats
from detente.analysis.timeline import Timeline, World
from detente.analysis.waiting_packages import Gathered
from detente.errors import SpaceTooLargeError
from detente.model import IssueId, OptionId

__all__ = ["MOST_STANDS", "Stand", "Worlds"]

MOST_STANDS = 64
"""Sets of packages in force, and of what is left of broken ones, up to which they are followed."""

Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands at a moment: packages in force beside which talks go on, remains of broken ones."""

    in_force: tuple[int, ...] = ()
    left: tuple[tuple[IssueId, OptionId], ...] = ()


@dataclass(frozen=True, eq=False)
class Worlds:
    """All pairs of a stand and a state of the clocks; the stand is the slower one."""

    timeline: Timeline
    gathered: Gathered

    @cached_property
    def stands(self) -> tuple[Stand, ...]:
        """Every stand that signing and breaking can lead to, the empty one first.

        Raises
        ------
        SpaceTooLargeError
            If there are more than :data:`MOST_STANDS`.
        """
        found: dict[Stand, None] = {Stand(): None}
        waiting = [Stand()]
        while waiting:
            stand = waiting.pop()
            new = [self.after_signing(stand, d) for d in range(len(self.gathered.candidates))]
            new += [self.after_breaking(stand, d) for d in stand.in_force if self.can_break(d)]
            for other in new:
                if other is not None and other not in found:
                    found[other] = None
                    waiting.append(other)
            if len(found) > MOST_STANDS:
                raise SpaceTooLargeError(
                    f"found more than {MOST_STANDS} ways in which deals may be in force beside one "
                    "another, or may be broken and leave something that cannot be undone, expected "
                    "fewer; make tables exclusive, or leave out deals or breakers"
                )
        return tuple(found)

    @cached_property
    def place(self) -> Mapping[Stand, int]:
        return {stand: k for k, stand in enumerate(self.stands)}

    @property
    def n_clocks(self) -> int:
        """How many states the clocks have."""
        return len(self.timeline.worlds)

    @property
    def n(self) -> int:
        return len(self.stands) * self.n_clocks

    def pairs(self) -> list[tuple[Stand, World]]:
        return [(stand, world) for stand in self.stands for world in self.timeline.worlds]

    # --- what signing and breaking lead to ---------------------------------------------------

    def leaves_open(self, d: int) -> bool:
        """Whether talks go on elsewhere while this package is in force."""
        table = self.gathered.venues[self.gathered.candidates[d].venue].table
        return table is not None and not self.gathered.case.tables[table].exclusive

    def fits(self, stand: Stand, d: int) -> bool:
        """Whether a package could be signed beside what stands: nothing of it is settled already."""
        settles = self.gathered.candidates[d].package.settles
        said = self.says(stand)
        taken = {i for k in stand.in_force for i in self.gathered.candidates[k].package.settles}
        return not (taken & set(settles)) and all(
            said.get(issue, option) == option for issue, option in settles.items()
        )

    def after_signing(self, stand: Stand, d: int) -> Stand | None:
        """Return what stands once a package is signed beside which talks go on; else None."""
        if not self.leaves_open(d) or not self.fits(stand, d):
            # an exclusive package is in force by itself; what is left of it stands if it is broken
            breaks = self.can_break(d) and self.fits(stand, d)
            return self.after_breaking(stand, d) if breaks else None
        settles = self.gathered.candidates[d].package.settles
        left = tuple(item for item in stand.left if item[0] not in settles)
        return Stand(tuple(sorted((*stand.in_force, d))), left)

    def can_break(self, d: int) -> bool:
        """Whether anybody could break a package and undo something of it."""
        candidate = self.gathered.candidates[d]
        return bool(candidate.breakers) and candidate.remains is not None

    def after_breaking(self, stand: Stand, d: int) -> Stand:
        """Return what stands once a package in force is broken."""
        left = {**dict(stand.left), **(self.gathered.candidates[d].remains or {})}
        return Stand(tuple(k for k in stand.in_force if k != d), tuple(sorted(left.items())))

    def says(self, stand: Stand) -> dict[IssueId, OptionId]:
        """Return what packages in force and remains of broken ones settle."""
        found = dict(stand.left)
        for d in stand.in_force:
            found.update(self.gathered.candidates[d].package.settles)
        return found

    def resumes_in(self) -> Ints:
        """Return the world in which talks are after each package's part in force is over, (W, D).

        Beside a package that leaves tables open they go on one period after it was signed.
        """
        n_packages, n_clocks = len(self.gathered.candidates), self.n_clocks
        found = np.tile(np.arange(self.n)[:, None], (1, n_packages))
        for z, stand in enumerate(self.stands):
            for d in range(n_packages):
                if not self.fits(stand, d):
                    continue
                after = (
                    self.after_signing(stand, d)
                    if self.leaves_open(d)
                    else self.after_breaking(stand, d)
                )
                if after is not None and after in self.place:
                    first = self.place[after] * n_clocks
                    found[z * n_clocks : (z + 1) * n_clocks, d] = first + np.arange(n_clocks)
        return found

    def breaking(self, rates: Floats, dt: float) -> Floats:
        """Return the chance of each stand after one period, shape (N, n_stands, n_stands).

        ``rates`` (N, D) of packages per day; infinite ones break within the period.
        """
        n = len(self.stands)
        generator = np.zeros((len(rates), n, n))
        for z, stand in enumerate(self.stands):
            for d in filter(self.can_break, stand.in_force):
                to = self.place[self.after_breaking(stand, d)]
                rate = np.minimum(rates[:, d], 1e3 / dt)
                generator[:, z, to] += rate
                generator[:, z, z] -= rate
        if n == 1 or not generator.any():
            return np.broadcast_to(np.eye(n), generator.shape)
        found = np.clip(expm(generator * dt), 0.0, None)
        return np.asarray(found / found.sum(axis=2, keepdims=True))
