"""Roads from here: what is reached from a state, by whose moves, and how far by improvements only.

A road is a legal sequence: one party moves after another, nobody twice in a row. Distances count
moves. A road by improvements is one that everybody on it has reason to take a step along; a road
with a step that is not an improvement needs somebody to act against its own next preference.
"""

from detente.engines.stability.roads.layers import LayeredRoads, RoadMove, layers
from detente.engines.stability.roads.reach import Reach, reachable
from detente.engines.stability.roads.status_quo import (
    Road,
    Roads,
    StatusQuo,
    roads_between,
    status_quo_analysis,
)

__all__ = [
    "LayeredRoads",
    "Reach",
    "Road",
    "RoadMove",
    "Roads",
    "StatusQuo",
    "layers",
    "reachable",
    "roads_between",
    "status_quo_analysis",
]
