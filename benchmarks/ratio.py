"""Compare two functions in one process, taken in turns, since seconds drift and ratios less so."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Comparison:
    """Quartiles of ours / peer over the rounds, and the median of our seconds."""

    first_quartile: float
    median: float
    third_quartile: float
    our_seconds: float

    def __str__(self) -> str:
        spread = f"{self.first_quartile:.3g} to {self.third_quartile:.3g}"
        return f"{self.median:.3g} ({spread}), ours {1000 * self.our_seconds:.3g} ms"


def seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def compare(ours: Callable[[], object], peer: Callable[[], object], rounds: int = 9) -> Comparison:
    """Time both in turns, swapping who goes first; the first round only warms up."""
    ratios: list[float] = []
    own: list[float] = []
    for turn in range(rounds + 1):
        gc.collect()
        if turn % 2:
            mine, theirs = seconds(ours), seconds(peer)
        else:
            theirs, mine = seconds(peer), seconds(ours)
        if turn:
            ratios.append(mine / theirs)
            own.append(mine)
    first, median, third = statistics.quantiles(ratios, n=4)
    return Comparison(first, median, third, statistics.median(own))
