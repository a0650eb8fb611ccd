"""Small random pairs of games that differ only in what one party is like."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from random_bargaining import Features, random_bargaining

from detente.engines.bargaining.game import BargainingGame

__all__ = ["Pair", "another_type", "pairs"]

Pair = tuple[BargainingGame, BargainingGame, int]
"""Would deal, buys time, the party."""

OWN = {
    "waiting": 1,
    "kept": 1,
    "lump": 1,
    "exit_worth": 2,
    "broken_worth": 1,
    "terminal_waiting": 1,
    "terminal_kept": 1,
}
"""Where the party's numbers lie in what is drawn anew."""


def another_type(game: BargainingGame, party: int, rng: np.random.Generator) -> BargainingGame:
    """Draw the party's own numbers anew; some stay as they are."""
    changed: dict[str, Any] = {}
    for name, axis in OWN.items():
        old = getattr(game, name)
        if old is None or rng.random() < 0.3:
            continue
        new = old.copy()
        place = (slice(None),) * axis + (party,)
        new[place] = rng.integers(-2, 4, new[place].shape) / 2
        new.flags.writeable = False
        changed[name] = new
    if rng.random() < 0.3:
        rates = game.discount_rate.copy()
        rates[party] *= 2
        changed["discount_rate"] = rates
    if rng.random() < 0.3:
        beliefs = game.belief_of.copy()
        beliefs[party] = rng.integers(game.chances.shape[1])
        changed["belief_of"] = beliefs
    return replace(game, **changed)


@st.composite
def pairs(draw: st.DrawFn, /, **fixed: Any) -> Pair:
    """Draw sizes and features one by one, which shrink, and the numbers by a seed."""
    found: dict[str, Any] = {
        "noise": draw(st.sampled_from([0.25, 0.5, 1.0]), label="noise"),
        "terminal": draw(st.sampled_from(["nothing", "stated", "status_quo"]), label="terminal"),
    }
    on = ("halves", "lumps", "mandates", "signatories", "quotas", "breakdowns", "exits")
    for name in (*on, "exit_when_proposing", "out"):
        found[name] = draw(st.booleans(), label=name)
    for name, most in (("n", 4), ("packages", 3), ("periods", 4)):
        found[name] = draw(st.integers(1, most), label=name)
    for name, most in (("worlds", 3), ("tables", 2), ("phases", 2), ("beliefs", 2), ("regimes", 2)):
        found[name] = draw(st.integers(1, most), label=name)
    features = Features(**(found | fixed))
    seed = draw(st.integers(0, 2**32 - 1), label="seed")
    game = random_bargaining(seed, features)
    rng = np.random.default_rng(seed)
    party = int(rng.integers(game.n_parties))
    return game, another_type(game, party, rng), party
