"""Bargaining in time with outside options that move: who gains by waiting, and until when."""

from __future__ import annotations

from detente.engines.bargaining.chain import WorldChain, world_chain, worlds_of
from detente.engines.bargaining.course import Course, course_of
from detente.engines.bargaining.equilibrium import EXIT, BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame, bargaining_game
from detente.engines.bargaining.hazards import (
    Clock,
    CommonShock,
    ConstantClock,
    DatedClock,
    WeibullClock,
    rate_of_median,
    weibull_of_quantiles,
)

__all__ = [
    "EXIT",
    "BargainingEquilibrium",
    "BargainingGame",
    "Clock",
    "CommonShock",
    "ConstantClock",
    "Course",
    "DatedClock",
    "WeibullClock",
    "WorldChain",
    "bargaining_game",
    "course_of",
    "rate_of_median",
    "weibull_of_quantiles",
    "world_chain",
    "worlds_of",
]
