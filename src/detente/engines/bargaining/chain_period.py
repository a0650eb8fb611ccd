"""What can happen to a set of clocks within one period: generators, and chances over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Floats, Ints

__all__ = ["Striking", "chances_over_period", "leads_to", "striking"]

PART = 1 << 17
"""Numbers that are worked on at once: so many stay in the cache of a core."""

NEGLIGIBLE = 1e-18
"""Terms of the series below this are left out; the chances add up to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Striking:
    """Where a strike of certain clocks leads from every world, under one regime.

    Attributes
    ----------
    source, target : ndarray of int, shape (n_moves,)
        Worlds; no pair twice.
    chance : ndarray of float, shape (draws or 1, beliefs or 1, n_moves)
    """

    source: Ints
    target: Ints
    chance: Floats


def striking(
    members: Sequence[int],
    worlds: Ints,
    strides: Sequence[int],
    branches: Sequence[Floats],
    runs: Bools,
) -> Striking:
    """Return where a joint strike of ``members`` leads: each that runs takes a branch of its own.

    Whether a clock runs is read off the world before the strike, so their order is of no account.
    """
    source = np.arange(len(worlds))
    target = source
    chance: Floats = np.ones((1, 1, len(worlds)))
    for c in members:
        moves = (worlds[source, c] == 0) & runs[source, c]
        outcomes = np.asarray(branches[c])
        stay = np.flatnonzero(~moves)
        go = np.flatnonzero(moves)
        parts = [chance[..., stay]]
        parts += [chance[..., go] * outcomes[..., b, None] for b in range(outcomes.shape[-1])]
        lead = np.broadcast_shapes(*(part.shape[:2] for part in parts))
        chance = np.concatenate(
            [np.broadcast_to(part, (*lead, part.shape[2])) for part in parts], axis=2
        )
        n_outcomes = outcomes.shape[-1]
        source = np.concatenate([source[stay], np.tile(source[go], n_outcomes)])
        steps = [target[go] + (b + 1) * strides[c] for b in range(n_outcomes)]
        target = np.concatenate([target[stay], *steps])
    return Striking(source, target, chance)


def leads_to(strikes: Striking, n_worlds: int) -> Floats:
    """Return a strike that is certain as chances, shape (draws or 1, beliefs or 1, W, W)."""
    chances = np.zeros((*strikes.chance.shape[:2], n_worlds, n_worlds))
    chances[:, :, strikes.source, strikes.target] = strikes.chance
    return chances


def chances_over_period(generators: Floats) -> Floats:
    """Return expm of many generators times the length of time, shape (..., W, W).

    By uniformisation: with q the largest rate at which a world is left, I + Q / q has no negative
    entry, and expm(Q) = sum over k of exp(-q) q^k / k! (I + Q / q)^k adds up what is not
    negative: small chances keep their digits, and what cannot happen has chance 0 exactly. Large
    q are halved first and the result squared.

    References
    ----------
    A. Jensen, Markoff chains as an aid in the study of Markoff processes, Skandinavisk
    Aktuarietidskrift 36, 1953, 87-91.
    """
    n_worlds = generators.shape[-1]
    flat = generators.reshape(-1, n_worlds, n_worlds)
    chances = np.empty_like(flat)
    size = max(1, PART // (n_worlds * n_worlds))
    for first in range(0, len(flat), size):
        chances[first : first + size] = _uniformised(flat[first : first + size])
    return chances.reshape(generators.shape)


def _uniformised(generators: Floats) -> Floats:
    diagonal = np.arange(generators.shape[-1])
    left = -generators[:, diagonal, diagonal].min(axis=1)
    largest = float(left.max())
    n_halvings = math.ceil(math.log2(largest)) if largest > 1 else 0
    scaled = left / 2**n_halvings
    steps = generators / 2**n_halvings
    steps[:, diagonal, diagonal] += scaled[:, None]
    n_terms = 1
    term = float(scaled.max())
    while term > NEGLIGIBLE:
        n_terms += 1
        term *= float(scaled.max()) / n_terms
    chances = np.zeros_like(steps)
    chances[:, diagonal, diagonal] = 1.0
    for k in range(n_terms, 0, -1):
        chances = steps @ chances / k
        chances[:, diagonal, diagonal] += 1.0
    chances *= np.exp(-scaled)[:, None, None]
    for _ in range(n_halvings):
        chances = chances @ chances
    return np.asarray(chances)
