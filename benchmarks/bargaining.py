"""Measure bargaining in time: one large game, and many draws of a smaller one.

Run from the repository root: ``python benchmarks/bargaining.py``. About a minute and a half. The
large game: 8 parties, 10,000 packages, 16 worlds (four clocks, each struck or not), 365 periods, 3
tables, noisy consent; that takes 467 million answers 1 / (1 + exp(-x)), one for each period, world,
party and package. "Bare" is the cost of these alone, in a loop whose numbers stay in the cache:
once as the engine does it, several at a time, and once with the C library's exponential.
"""

from __future__ import annotations

import math
import os
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from ratio import compare

from detente.engines._compiled import compiled
from detente.engines.bargaining import (
    BargainingEquilibrium,
    BargainingGame,
    bargaining_game,
    course_of,
    solve_bargaining,
)
from detente.engines.bargaining.consent_kernels import exponential, ratio
from detente.engines.bargaining.draws import bargain_over_draws
from detente.engines.bargaining.draws_numbers import drawn_games

Numbers = npt.NDArray[np.float64]


def struck_or_not(hazards: Numbers) -> Numbers:
    """Return chances between worlds, (..., 2^k, 2^k), given hazards per period, (..., k)."""
    found = np.ones((*hazards.shape[:-1], 1, 1))
    for k in range(hazards.shape[-1]):
        one = np.zeros((*hazards.shape[:-1], 2, 2))
        one[..., 0, 0], one[..., 0, 1], one[..., 1, 1] = 1 - hazards[..., k], hazards[..., k], 1
        size = 2 * found.shape[-1]
        found = np.einsum("...ab,...cd->...acbd", found, one).reshape(*one.shape[:-2], size, size)
    return found


def large_game(n_packages: int = 10_000, n_periods: int = 365) -> BargainingGame:
    rng = np.random.default_rng(0)
    n, n_clocks = 8, 4
    n_worlds = 1 << n_clocks
    return bargaining_game(
        waiting=rng.normal(size=(n_worlds, n)),
        kept=0.5 + rng.normal(size=(1, n, n_packages)) + rng.normal(size=(n_worlds, n, 1)),
        chances=struck_or_not(rng.uniform(0.002, 0.01, n_clocks))[None, None, None],
        phase=np.zeros(n_periods, dtype=int),
        recognition=np.full((1, 3, n), 1 / n),
        meeting_rate=np.array([[1 / 7, 1 / 14, 1 / 30]]),
        discount_rate=0.001,
        noise=30.0,
    )


def with_whole_arrays(game: BargainingGame) -> Numbers:
    """Return what talks are worth, for games without exits, votes or breakdowns, in plain numpy."""
    p, d = game.chances[0, 0, 0], game.discount
    assert game.noise is not None
    n_worlds, n = game.waiting.shape
    floor = (game.table_comes_up[:, :, None] * game.recognition).sum(axis=1)
    system = [np.eye(n_worlds) - d[i] * p for i in range(n)]
    value = np.array([np.linalg.solve(system[i], game.waiting[:, i] * game.dt) for i in range(n)]).T
    worth = np.array([np.linalg.solve(system[i], game.kept[:, i] * game.dt) for i in range(n)])
    worth = worth.swapaxes(0, 1)
    values = [value]
    for _ in range(game.n_periods):
        stay = game.waiting * game.dt + d * (p @ value)
        later = (p @ worth.reshape(n_worlds, -1)).reshape(worth.shape)
        worth = game.kept * game.dt + d[:, None] * later
        yes = 1 / (1 + np.exp(-np.clip((worth - stay[:, :, None]) / game.noise, -36, 36)))
        agreed = np.prod(yes, axis=1)[:, None] / yes
        best = np.argmax(agreed * (worth - stay[:, :, None]), axis=2)
        value = stay.copy()
        for w in range(n_worlds):
            for k in range(n):
                gain = worth[w, :, best[w, k]] - stay[w]
                value[w] += floor[w, k] * agreed[w, k, best[w, k]] * gain
        values.append(value)
    return np.array(values[::-1])


@compiled
def bare(x: Numbers, out: Numbers, times: int) -> None:
    for _ in range(times):
        for c in range(len(x)):
            loss = min(36.0, -x[c])
            out[c] = ratio(1.0, 1.0 + exponential(max(-36.0, loss)))


@compiled
def bare_with_library(x: Numbers, out: Numbers, times: int) -> None:
    for _ in range(times):
        for c in range(len(x)):
            loss = min(36.0, -x[c])
            out[c] = ratio(1.0, 1.0 + math.exp(max(-36.0, loss)))


def answers_alone(kernel: Any, number: int, threads: int) -> None:
    x = np.random.default_rng(0).normal(size=1024)
    times = number // (threads * len(x))
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(kernel, x, np.empty_like(x), times) for _ in range(threads)]:
            done.result()


def least_seconds(call: Any, times: int) -> tuple[float, Any]:
    """Return the least: other programs on the machine can only add."""
    taken, found = [], None
    for _ in range(times):
        start = perf_counter()
        found = call()
        taken.append(perf_counter() - start)
    return min(taken), found


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def same_bits(one: BargainingEquilibrium, other: BargainingEquilibrium) -> bool:
    names = ("value", "waiting", "starts", "package", "chance", "accepted", "exited")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def large(rounds: int) -> None:
    small = large_game(500, 40)
    plain = with_whole_arrays(small)
    np.testing.assert_allclose(solve_bargaining(small).value, plain, rtol=1e-9, atol=1e-9)
    half = large_game(n_periods=40)
    against = compare(
        lambda: solve_bargaining(half, threads=1), lambda: with_whole_arrays(half), rounds
    )
    print(f"| large, 40 periods, one thread | whole arrays in numpy | {against} |", flush=True)
    game = large_game()
    number = game.n_periods * game.kept.size
    for threads in (1, 2):
        for name, kernel in (("bare", bare), ("bare, C library", bare_with_library)):
            against = compare(
                lambda t=threads: solve_bargaining(game, [0, 1], threads=t),
                lambda k=kernel, t=threads: answers_alone(k, number, t),
                rounds,
            )
            print(f"| large, {threads} threads | {name} | {against} |", flush=True)


def alone() -> None:
    game = large_game()
    before = peak()
    found = []
    print("| large game | seconds | peak MiB | MiB more than the game |")
    print("|---|---|---|---|")
    for threads in (1, 2):
        seconds, one = least_seconds(lambda t=threads: solve_bargaining(game, [0], threads=t), 3)
        found.append(one)
        print(f"| {threads} threads | {seconds:.2f} | {peak():,.0f} | {peak() - before:,.0f} |")
    assert same_bits(*found)


# --- many draws ------------------------------------------------------------------------------


def many_draws(n_draws: int) -> tuple[BargainingGame, dict[str, Numbers]]:
    """Draw a game of 6 parties, 150 packages in 4 regimes, 8 worlds, 180 periods, 2 tables."""
    rng = np.random.default_rng(0)
    n, n_packages, n_clocks, n_regimes, n_periods = 6, 150, 3, 4, 180
    n_worlds = 1 << n_clocks
    waiting = rng.normal(size=(n_draws, n_worlds, n))
    chances = struck_or_not(rng.uniform(0.002, 0.01, (n_draws, n_regimes, n_clocks)))
    drawn = {
        "waiting": waiting,
        "kept": 0.3 + rng.normal(size=(n_draws, 1, n, n_packages)) + waiting[..., None] / 2,
        "chances": chances[:, None, None],
        "discount_rate": rng.uniform(0.0005, 0.002, (n_draws, n)),
        "breakdown_rate": rng.uniform(0.0005, 0.002, (n_draws, 1, n_packages)),
        "noise": rng.uniform(20.0, 60.0, n_draws),
    }
    game = bargaining_game(
        waiting=waiting[0],
        kept=drawn["kept"][0],
        chances=drawn["chances"][0],
        phase=np.zeros(n_periods, dtype=int),
        recognition=np.full((1, 2, n), 1 / n),
        meeting_rate=np.array([[1 / 7, 1 / 14]]),
        discount_rate=0.001,
        regime=rng.integers(0, n_regimes, n_packages),
        required=rng.random((1, n, n_packages)) < 0.5,
        noise=30.0,
    )
    return game, drawn


def draws(n_draws: int) -> None:
    game, drawn = many_draws(n_draws)
    asked = {"named": [0, 3, 5], "along": np.zeros(game.n_periods + 1, dtype=int), "start": 0}
    few = {name: numbers[:10] for name, numbers in drawn.items()}
    games = drawn_games(game, few)

    def one_by_one() -> list[tuple[Numbers, Numbers]]:
        found = []
        for draw in range(10):
            one = games.at(draw)
            solved = solve_bargaining(one, asked["named"], threads=1)
            found.append((solved.value[:, 0], course_of(one, solved, 0).untried))
        return found

    ours = bargain_over_draws(game, few, **asked)
    for draw, (value, untried) in enumerate(one_by_one()):
        assert np.array_equal(ours.value[draw], value)
        np.testing.assert_allclose(ours.untried[draw], untried, rtol=0, atol=1e-12)
    against = compare(
        lambda: bargain_over_draws(game, few, threads=1, **asked), lambda: one_by_one(), 5
    )
    print(f"| 10 draws, one thread | one game after another | {against} |\n", flush=True)
    before = peak()
    print("| draws | threads | seconds | MiB more than the draws |")
    print("|---|---|---|---|")
    found = []
    for threads in (1, 2):
        seconds, one = least_seconds(
            lambda t=threads: bargain_over_draws(game, drawn, threads=t, **asked), 2
        )
        found.append(one)
        print(f"| {n_draws} | {threads} | {seconds:.2f} | {peak() - before:,.0f} |", flush=True)
    names = ("value", "waiting", "signed", "untried", "signed_by", "exited_by")
    assert all(np.array_equal(getattr(found[0], name), getattr(found[1], name)) for name in names)


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}, {os.cpu_count()} processors\n")
    alone()
    print("\n| ours | against | ours / theirs: median (quartiles) |")
    print("|---|---|---|")
    large(3)
    draws(1000)
