"""The classical concepts on every state of an action space, without listing a single move."""

from detente.engines.stability.cube.cube import NO_MOVE, cube_stability, cube_thresholds
from detente.engines.stability.cube.prepared import Prepared, prepare

__all__ = ["NO_MOVE", "Prepared", "cube_stability", "cube_thresholds", "prepare"]
