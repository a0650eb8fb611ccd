"""Bargaining in time with outside options that move: who gains by waiting, and until when."""

from __future__ import annotations

from detente.engines.bargaining.chain import WorldChain, world_chain, worlds_of
from detente.engines.bargaining.chain_reading import (
    OrderOfTwo,
    chance_struck_by,
    order_of_two,
    quiet_path,
    world_chances,
)
from detente.engines.bargaining.course import Course, course_of
from detente.engines.bargaining.deciding import (
    Deciding,
    deciding_comparison,
    deciding_comparisons,
)
from detente.engines.bargaining.deviations import (
    Departure,
    DeviationCheck,
    one_shot_deviations,
)
from detente.engines.bargaining.draws import DrawnBargains, bargain_over_draws
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
from detente.engines.bargaining.solve import solve_bargaining
from detente.engines.bargaining.two_types import (
    Reads,
    TwoTypeBargain,
    bargain_with_two_types,
    belief_after_refusals,
)
from detente.engines.bargaining.two_types_course import TwoTypeCourse

__all__ = [
    "EXIT",
    "BargainingEquilibrium",
    "BargainingGame",
    "Clock",
    "CommonShock",
    "ConstantClock",
    "Course",
    "DatedClock",
    "Deciding",
    "Departure",
    "DeviationCheck",
    "DrawnBargains",
    "OrderOfTwo",
    "Reads",
    "TwoTypeBargain",
    "TwoTypeCourse",
    "WeibullClock",
    "WorldChain",
    "bargain_over_draws",
    "bargain_with_two_types",
    "bargaining_game",
    "belief_after_refusals",
    "chance_struck_by",
    "course_of",
    "deciding_comparison",
    "deciding_comparisons",
    "one_shot_deviations",
    "order_of_two",
    "quiet_path",
    "rate_of_median",
    "solve_bargaining",
    "weibull_of_quantiles",
    "world_chain",
    "world_chances",
    "worlds_of",
]
