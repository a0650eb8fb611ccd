"""Many draws of a game's numbers: checked together, handed out one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, frozen
from detente.engines.bargaining.game import BargainingGame
from detente.errors import EngineInputError

__all__ = ["DrawnGames", "drawn_games"]

AXES = {
    "waiting": "Wn",
    "kept": "WnD",
    "lump": "WnD",
    "chances": "PBGWW",
    "discount_rate": "n",
    "meeting_rate": "WK",
    "recognition": "WKn",
    "breakdown_rate": "WD",
    "broken_worth": "Wn",
    "exit_worth": "Wnn",
    "noise": "",
}
"""What can be drawn, and its own axes: phases P, beliefs B, regimes G, worlds, parties n, packages
D, tables K."""

RATES = ("discount_rate", "meeting_rate", "breakdown_rate")
MAY_BE_INFINITE = ("meeting_rate", "breakdown_rate")


@dataclass(frozen=True, slots=True, eq=False)
class DrawnGames:
    """A game in which some numbers differ from draw to draw."""

    game: BargainingGame
    drawn: dict[str, Floats]
    """Each (1 or n_draws, ...), one entry for all allowed along any axis."""
    shapes: dict[str, tuple[int, ...]]
    n_draws: int

    def at(self, draw: int) -> BargainingGame:
        """Return the game of one draw."""
        changed: dict[str, Any] = {}
        for name, numbers in self.drawn.items():
            here = numbers[draw if len(numbers) > 1 else 0]
            shape = self.shapes[name]
            changed[name] = (
                frozen(np.ascontiguousarray(np.broadcast_to(here, shape))) if shape else float(here)
            )
        return replace(self.game, **changed)


def drawn_games(game: BargainingGame, drawn: Mapping[str, npt.ArrayLike]) -> DrawnGames:
    """Check all draws against the game, as the game itself was checked."""
    n_phases, n_beliefs, n_regimes = game.chances.shape[:3]
    sizes = {"P": n_phases, "B": n_beliefs, "G": n_regimes}
    sizes |= {"W": game.n_worlds, "n": game.n_parties, "D": game.n_packages, "K": game.n_tables}
    found: dict[str, Floats] = {}
    shapes: dict[str, tuple[int, ...]] = {}
    for name, numbers in drawn.items():
        if name not in AXES:
            raise EngineInputError(f"drawn: found {name!r}, expected one of {', '.join(AXES)}")
        shapes[name] = tuple(sizes[axis] for axis in AXES[name])
        found[name] = _fitting(np.asarray(numbers, dtype=np.float64), name, shapes[name])
    counts = {len(numbers) for numbers in found.values()} - {1}
    if len(counts) > 1:
        listed = ", ".join(f"{len(numbers)} of {name}" for name, numbers in found.items())
        raise EngineInputError(f"drawn: found {listed}, expected as many draws of each, or one")
    _check(game, found)
    return DrawnGames(game, found, shapes, counts.pop() if counts else 1)


def _fitting(numbers: Floats, name: str, shape: tuple[int, ...]) -> Floats:
    """Return the draws if each can be broadcast to the shape of the game's own numbers."""
    fits = numbers.ndim == 1 + len(shape) and all(
        mine in (1, its) for mine, its in zip(numbers.shape[1:], shape, strict=True)
    )
    if not fits or not len(numbers):
        raise EngineInputError(
            f"drawn[{name!r}]: found shape {numbers.shape}, expected {('n_draws', *shape)}; "
            "1 stands for all along an axis"
        )
    return numbers


def _check(game: BargainingGame, found: dict[str, Floats]) -> None:
    for name, numbers in found.items():
        wrong = np.isnan(numbers) if name in MAY_BE_INFINITE else ~np.isfinite(numbers)
        if name in RATES:
            wrong |= numbers < 0
        if wrong.any():
            place = tuple(int(k) for k in np.argwhere(wrong)[0])
            expected = "a number from 0" if name in RATES else "a finite number"
            raise EngineInputError(
                f"drawn[{name!r}]{list(place)}: found {numbers[place]}, expected {expected}"
            )
    if "chances" in found:
        chances = found["chances"]
        sums = chances.sum(axis=-1) * (game.n_worlds if chances.shape[-1] == 1 else 1)
        if (chances < 0).any() or not np.allclose(sums, 1.0, rtol=0, atol=1e-9):
            raise EngineInputError(
                "drawn['chances']: expected rows of numbers from 0 that add up to 1"
            )
    if "recognition" in found:
        floor = found["recognition"]
        sums = floor.sum(axis=-1) * (game.n_parties if floor.shape[-1] == 1 else 1)
        if (floor < 0).any() or (sums > 1 + 1e-9).any():
            raise EngineInputError(
                "drawn['recognition']: expected chances that add up to at most 1 at a table"
            )
    for_ever = game.terminal_waiting is None and game.terminal == "status_quo"
    if for_ever and "discount_rate" in found:
        rates = found["discount_rate"]
        patient = np.exp(-rates * game.dt) == 1.0
        if patient.any():
            raise EngineInputError(
                f"drawn['discount_rate']: found {rates[patient][0]:g} with a status quo that lasts "
                "for ever, which is worth no finite number; expected rates that discount one period,"
                " or terminal values"
            )
    if "noise" in found:
        if game.noise is None:
            raise EngineInputError(
                "drawn['noise']: found noise for a game whose consent is sharp; state its noise in "
                "the game too"
            )
        if (found["noise"] <= 0).any():
            raise EngineInputError(
                f"drawn['noise']: found {found['noise'].min()}, expected positive numbers"
            )
