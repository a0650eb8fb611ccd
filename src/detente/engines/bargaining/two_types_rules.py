"""Two games that differ only in what one party is like, as one set of arrays."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints
from detente.engines.bargaining.answers import signing_backwards, terminal_value
from detente.engines.bargaining.game import BargainingGame
from detente.errors import EngineInputError

__all__ = ["Rules", "check_same", "ends_of", "rules_of"]

PARTY_AXIS = {
    "belief_of": 0,
    "broken_worth": 1,
    "discount_rate": 0,
    "exit_worth": 2,
    "kept": 1,
    "lump": 1,
    "terminal_kept": 1,
    "terminal_waiting": 1,
    "waiting": 1,
}
"""Where a party's own numbers lie in the fields that may differ between its types."""


class Rules(NamedTuple):
    """Both games at once, for compiled code.

    C = n + 1 columns: the parties, in the party's own column its type that would deal; in the
    last column its type that buys time. Packages come before columns, so that what everybody gets
    from one package lies together.
    """

    party: int
    beliefs: Floats
    """(M,) in ascending order, from 0 to 1."""
    chances: Floats
    phase: Ints
    belief_of: Ints
    regime: Ints
    waiting: Floats
    """(W, C) of one period."""
    kept: Floats
    """(W, D, C) of one period."""
    lump: Floats
    discount: Floats
    out: Bools
    floor: Floats
    """(W, K, n)"""
    may_table: Bools
    """(W, K, n, D) wherever the package is available too."""
    ever: Bools
    """(W, n, D) whether a party ever has the floor where it may table a package."""
    required: Bools
    """(W, D, n)"""
    counted: Bools
    """(D, n)"""
    at_least: Ints
    breaks: Floats
    resumes_in: Ints
    broken_worth: Floats
    """(W, C)"""
    exit_open: Bools
    """(W, n) and not out."""
    exit_worth: Floats
    """(W, n, C)"""
    exit_when_proposing: bool
    noise: float
    reads: bool
    """Whether everybody reads the party's type from what it tables itself."""


def check_same(would_deal: BargainingGame, buys_time: BargainingGame, party: int) -> None:
    """Refuse two games that differ in more than what concerns the party."""
    n = would_deal.n_parties
    if not 0 <= party < n:
        raise EngineInputError(f"party: found {party}, expected 0 to {n - 1}")
    for field in fields(BargainingGame):
        name = field.name
        one, other = getattr(would_deal, name), getattr(buys_time, name)
        arrays = isinstance(one, np.ndarray), isinstance(other, np.ndarray)
        if not all(arrays):
            if any(arrays) or one != other:
                raise EngineInputError(
                    f"buys_time.{name}: found {_brief(other)}, expected {_brief(one)} as in "
                    "would_deal; the two games may differ only in what concerns the party itself"
                )
            continue
        if one.shape != other.shape:
            raise EngineInputError(
                f"buys_time.{name}: found shape {other.shape}, expected {one.shape} as in would_deal"
            )
        differs = one != other
        if name in PARTY_AXIS:
            differs = differs & np.expand_dims(
                np.arange(n) != party,
                tuple(axis for axis in range(one.ndim) if axis != PARTY_AXIS[name]),
            )
        if differs.any():
            place = tuple(int(k) for k in np.argwhere(differs)[0])
            allowed = ", ".join(sorted(PARTY_AXIS))
            raise EngineInputError(
                f"buys_time.{name}{list(place)}: found {other[place]}, expected {one[place]} as in "
                f"would_deal; the two games may differ only in party {party}'s own {allowed}"
            )
    if would_deal.noise is None:
        raise EngineInputError(
            "noise: found sharp consent, expected a positive number; a sharp answer would tell the "
            "two types apart at once or never"
        )


def _brief(value: object) -> str:
    return "an array" if isinstance(value, np.ndarray) else repr(value)


def rules_of(
    would_deal: BargainingGame, buys_time: BargainingGame, party: int, reads: bool
) -> Rules:
    """Put both games side by side; the beliefs are filled in per grid."""
    game = would_deal

    def columns(name: str) -> Floats:
        return _beside(getattr(would_deal, name), getattr(buys_time, name), party, PARTY_AXIS[name])

    inside = np.concatenate([~game.out, ~game.out[:, [party]]], axis=1)
    lump = columns("lump") * inside[:, :, None]
    floor = game.table_comes_up[:, :, None] * game.recognition * ~game.out[:, None, :]
    may_table = game.may_table[None] & game.available[:, None, None]
    noise = 0.0 if game.noise is None else game.noise
    return Rules(
        party=party,
        beliefs=np.array([0.0, 1.0]),
        chances=game.chances,
        phase=game.phase,
        belief_of=np.append(would_deal.belief_of, buys_time.belief_of[party]),
        regime=game.regime,
        waiting=np.ascontiguousarray(columns("waiting") * game.dt * inside),
        kept=_packages_first(columns("kept") * game.dt * inside[:, :, None]),
        lump=_packages_first(lump),
        discount=np.append(would_deal.discount, buys_time.discount[party]),
        out=np.ascontiguousarray(~inside),
        floor=np.ascontiguousarray(floor),
        may_table=np.ascontiguousarray(may_table),
        ever=np.ascontiguousarray((may_table & (floor > 0)[:, :, :, None]).any(axis=1)),
        required=np.ascontiguousarray(game.required.transpose(0, 2, 1)),
        counted=np.ascontiguousarray(game.counted.T),
        at_least=game.at_least,
        breaks=np.ascontiguousarray(game.breaks_down),
        resumes_in=game.resumes_in,
        broken_worth=np.ascontiguousarray(columns("broken_worth") * inside),
        exit_open=np.ascontiguousarray(game.exit_open & ~game.out),
        exit_worth=np.ascontiguousarray(columns("exit_worth") * inside[:, None]),
        exit_when_proposing=game.exit_when_proposing,
        noise=noise,
        reads=reads,
    )


def ends_of(
    would_deal: BargainingGame, buys_time: BargainingGame, party: int
) -> tuple[Floats, Floats]:
    """Return what talks and packages in force are worth at the end, shapes (W, C) and (W, D, C).

    Nobody learns anything any more then, so that the belief does not matter.
    """
    talks, kept = [], []
    for game in (would_deal, buys_time):
        value = terminal_value(game)
        _, signed, _ = next(signing_backwards(game, value[None]))
        talks.append(value)
        kept.append(signed - game.lump * ~game.out[:, :, None])
    both = _beside(talks[0], talks[1], party, 1)
    return both, _packages_first(_beside(kept[0], kept[1], party, 1))


def _beside(
    one: npt.NDArray[np.float64], other: npt.NDArray[np.float64], party: int, axis: int
) -> Floats:
    """Append the party's second type along the axis of parties."""
    return np.concatenate([one, np.take(other, [party], axis=axis)], axis=axis)


def _packages_first(array: Floats) -> Floats:
    """Turn (W, C, D) into (W, D, C)."""
    return np.ascontiguousarray(array.transpose(0, 2, 1))
