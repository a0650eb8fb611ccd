"""What signing is worth and who would answer what, in plain numpy: for checks and explanations.

This does not share a line with the compiled solver, so that the one can be checked by the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Floats
from detente.engines.bargaining.game import BargainingGame

__all__ = ["Answers", "above", "answers_to", "mandate", "signing_backwards", "terminal_value"]


def above(a: Floats, b: Floats, tolerance: float) -> Bools:
    """Say where a is larger than b by more than the tolerance, relative for large numbers."""
    bound = tolerance * (1 + np.maximum(np.abs(a), np.abs(b)))
    return np.asarray((a > b) & (np.isinf(bound) | (a - b > bound)))


def mandate(game: BargainingGame, world: int, table: int, party: int) -> Bools:
    """Say which packages a party may table there, shape (D,)."""
    return np.asarray(game.may_table[table, party] & game.available[world])


# --- what signing is worth --------------------------------------------------------------


def terminal_value(game: BargainingGame) -> Floats:
    """Return what being in talks is worth once the last period is over, shape (W, n)."""
    inside = ~game.out
    if game.terminal_waiting is not None:
        return np.asarray(game.terminal_waiting * inside)
    found = np.zeros(inside.shape)
    if game.terminal == "status_quo":
        for i, delta in enumerate(game.discount):
            moves = game.chances[game.phase[-1], game.belief_of[i], 0] * inside[:, i]
            system = np.eye(game.n_worlds) - delta * moves
            found[:, i] = np.linalg.solve(system, game.waiting[:, i] * game.dt)
    return found * inside


def signing_backwards(
    game: BargainingGame, value: Floats
) -> Iterator[tuple[int, Floats, Floats | None]]:
    """Go backwards from the end, with what signing each package then is worth.

    Parameters
    ----------
    game : BargainingGame
    value : ndarray of float, shape (T + 1, W, n)
        What being in talks is worth, for what follows breakdowns. Entries for a date are read only
        after the date before has been asked for.

    Yields
    ------
    period : int
        From T down to 0.
    signed : ndarray of float, shape (W, n, D)
        Worth of signing at the start of that period, lump included, shares not.
    whole : ndarray of float, shape (W, n, D), or None
        Worth of the whole of the divisible good, where there is one.
    """
    inside = ~game.out[:, :, None]
    lump = game.lump * inside
    no_good = np.zeros(game.kept.shape)
    share_lump = (no_good if game.share_lump is None else game.share_lump) * inside
    share_flow = no_good if game.share_flow is None else game.share_flow
    kept, good = _terminal_kept(game, value[-1], game.kept), no_good
    if game.has_shares:
        good = _terminal_kept(game, None, share_flow)
    yield game.n_periods, lump + kept, share_lump + good if game.has_shares else None
    for t in range(game.n_periods - 1, -1, -1):
        kept = _one_period(game, int(game.phase[t]), game.kept, kept, _broken(game, value[t + 1]))
        if game.has_shares:
            good = _one_period(game, int(game.phase[t]), share_flow, good, no_good)
        yield t, lump + kept, share_lump + good if game.has_shares else None


def _broken(game: BargainingGame, talks: Floats) -> Floats:
    """Return what a breakdown on the way to each world leaves everybody with, (W, n, D)."""
    resumed = talks[np.maximum(game.resumes_in, 0)].transpose(0, 2, 1)
    stays = (game.resumes_in >= 0)[:, None, :]
    return np.where(stays, resumed, game.broken_worth[:, :, None]) * ~game.out[:, :, None]


def _one_period(
    game: BargainingGame, phase: int, flow: Floats, later: Floats, broken: Floats
) -> Floats:
    """Return the worth one period earlier: its flow, and what the world and breakdowns leave."""
    found = np.zeros(later.shape)
    breaks = game.breaks_down[:, None, :]
    for i, delta in enumerate(game.discount):
        for regime in np.unique(game.regime):
            mine = game.regime == regime
            moves = game.chances[phase, game.belief_of[i], regime]
            lasts, ends = moves @ later[:, i, mine], moves @ broken[:, i, mine]
            risk = breaks[:, 0, mine]
            found[:, i, mine] = delta * ((1 - risk) * lasts + risk * ends)
    return np.asarray((flow * game.dt + found) * ~game.out[:, :, None])


def _terminal_kept(game: BargainingGame, talks: Floats | None, flow: Floats) -> Floats:
    """Return the worth of a package in force at the end (of the good, if ``talks`` is None)."""
    inside = ~game.out[:, :, None]
    if game.terminal_kept is not None:
        return np.zeros(flow.shape) if talks is None else game.terminal_kept * inside
    if game.terminal == "nothing":
        return np.zeros(flow.shape)
    broken = np.zeros(flow.shape) if talks is None else _broken(game, talks)
    found, unit = np.zeros(flow.shape), np.eye(game.n_worlds)
    paid = _one_period(game, int(game.phase[-1]), flow, np.zeros(flow.shape), broken)
    lasts = (1 - game.breaks_down.T)[:, :, None]
    for i, delta in enumerate(game.discount):
        moves = game.chances[game.phase[-1], game.belief_of[i]][game.regime] * ~game.out[:, i]
        system = unit - delta * lasts * moves
        found[:, i] = np.linalg.solve(system, paid[:, i].T[:, :, None])[:, :, 0].T
    return found * inside


# --- who answers what -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What comes of tabling each package, for one party with the floor in one period and world.

    Attributes
    ----------
    refusing : ndarray of float, shape (n,)
        What refusing is worth to each party.
    consents : ndarray of float, shape (n, D)
        Chance that a party would consent without a share of a divisible good.
    accepted : ndarray of float, shape (D,)
    exited : ndarray of float, shape (n, D)
    shares : ndarray of float, shape (n, D)
        Expected, of the divisible good; 0 where there is none.
    worth : ndarray of float, shape (n, D)
        Expected worth to each party of that package being tabled.
    proposal : ndarray of bool, shape (D,)
        Whether tabling it does anything at all.
    """

    refusing: Floats
    consents: Floats
    accepted: Floats
    exited: Floats
    shares: Floats
    worth: Floats
    proposal: Bools


def answers_to(
    game: BargainingGame,
    world: int,
    proposer: int,
    waiting: Floats,
    signed: Floats,
    whole: Floats | None,
    tolerance: float,
) -> Answers:
    """Work out the answers to every package that one party might table, by the definitions.

    ``waiting``, shape (n,), is what letting the period pass is worth; ``signed`` and ``whole``,
    shape (n, D), what signing and the whole of a divisible good are.
    """
    inside = ~game.out[world]
    exit_worth = game.exit_worth[world] * inside
    alone = np.diagonal(exit_worth)
    may_exit = game.exit_open[world] & inside
    refusing = np.where(may_exit, np.maximum(waiting, alone), waiting)
    others = (np.arange(game.n_parties) != proposer)[:, None]
    asked, voters = game.required[world] & others, game.counted & others
    still = game.at_least - game.counted[proposer]
    leaves = asked & (may_exit & above(alone, waiting, tolerance))[:, None]
    if game.noise is None:
        willing = 1.0 - above(refusing[:, None], signed, tolerance)
    else:
        willing = 0.5 + 0.5 * np.tanh((signed - refusing[:, None]) / (2 * game.noise))
    consents: Floats = np.where(inside[:, None], willing, 1.0)
    accepted = np.where(asked, consents, 1.0).prod(axis=0) * _enough(voters, consents, still)
    shares, answered = np.zeros(signed.shape), consents
    if whole is not None:
        good = (whole != 0).any(axis=0)
        goes_round, found = _share_out(
            asked, voters, still, proposer, refusing, consents, signed, whole, tolerance
        )
        accepted = np.where(good, goes_round, accepted)
        shares = np.where(good & goes_round, found, 0.0)
        answered = np.where(good, goes_round, consents)
    exited, stayed = np.zeros(signed.shape), np.ones(len(accepted))
    for e in range(game.n_parties):
        exited[e] = np.where(leaves[e], stayed * (1 - answered[e]), 0.0)
        stayed = np.where(leaves[e], stayed * answered[e], stayed)
    agreed = signed if whole is None else signed + shares * whole
    rest = 1 - accepted - exited.sum(axis=0)
    worth = accepted * agreed + exit_worth.T @ exited + rest * waiting[:, None]
    # What would end the talks with next to no chance is no proposal.
    some = accepted + exited.sum(axis=0) > tolerance
    return Answers(refusing, consents, accepted, exited, shares, worth, np.asarray(some))


def _enough(voters: Bools, consents: Floats, still: Floats) -> Floats:
    """Return the chance that so many of the voters consent, package by package."""
    n, n_packages = voters.shape
    if not voters.any():
        return np.asarray(still <= 0, dtype=np.float64)
    count = np.zeros((n + 1, n_packages))
    count[0] = 1.0
    for j in range(n):
        yes = np.where(voters[j], consents[j], 0.0)
        count[1:] = count[1:] * (1 - yes) + count[:-1] * yes
        count[0] *= 1 - yes
    return np.asarray(np.where(np.arange(n + 1)[:, None] >= still, count, 0.0).sum(axis=0))


def _share_out(
    asked: Bools,
    voters: Bools,
    still: Floats,
    proposer: int,
    refusing: Floats,
    consents: Floats,
    signed: Floats,
    whole: Floats,
    tolerance: float,
) -> tuple[Bools, Floats]:
    """Say where the good goes round, and who then gets what share of it, expected."""
    lacks = np.where(consents > 0, 0.0, refusing[:, None] - signed)
    never = np.where(lacks > 0, np.inf, 0.0)
    price = np.divide(lacks, whole, out=never, where=whole != 0)
    bids = np.sort(np.where(voters, price, np.inf), axis=0)
    bought = np.arange(len(price))[:, None] < still
    total = np.where(asked, price, 0.0).sum(axis=0) + np.where(bought, bids, 0.0).sum(axis=0)
    goes_round = ~above(total, np.ones(len(total)), tolerance)
    last = np.where(bought & np.isfinite(bids), bids, -1.0).max(axis=0)
    surely = voters & above(last, price, tolerance)
    margin = voters & (last >= 0) & ~surely & ~above(price, last, tolerance)
    left = (still - surely.sum(axis=0)) / np.maximum(margin.sum(axis=0), 1)
    chance = np.where(asked | surely, 1.0, np.where(margin, left, 0.0))
    shares = chance * np.where(np.isfinite(price), price, 0.0)
    shares[proposer] = np.maximum(0.0, 1 - total)
    return np.asarray(goes_round), shares
