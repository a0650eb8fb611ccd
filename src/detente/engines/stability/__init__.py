"""Would it hold? The graph model for conflict resolution.

States, and for each party the moves it can make alone and an order of preference. A state is stable
for a party if every improvement it could move to is answered in a way that leaves it no better off;
the concepts differ in who answers how. A state that is stable for every party is an equilibrium.

Row ``s`` of every table is state ``s`` and column ``i`` is party ``i``. A larger rank is better.
Other parties answer by *legal sequences*: one after another, in any order and number, nobody twice
in a row. An answer deters if it leaves the mover no better off than where it started (weakly).
"""

from detente.engines.stability.classical.certificates import Answer, Certificate, certificate
from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.classical.guarantees import answer_to, guaranteed_ranks
from detente.engines.stability.classical.margins import Margins, margins
from detente.engines.stability.coalitions.stability import (
    CoalitionStability,
    coalition_improvements,
    coalition_stability,
)
from detente.engines.stability.cube.cube import cube_stability, cube_thresholds
from detente.engines.stability.cube.prepared import Prepared, prepare
from detente.engines.stability.space.actions import ActionSpace, action_space
from detente.engines.stability.space.graph import MoveGraph, graph_of, move_graph
from detente.engines.stability.space.preferences import Preferences, dense_ranks, preferences
from detente.engines.stability.verdicts import Concept, Stability

__all__ = [
    "ActionSpace",
    "Answer",
    "Certificate",
    "CoalitionStability",
    "Concept",
    "Margins",
    "MoveGraph",
    "Preferences",
    "Prepared",
    "Stability",
    "action_space",
    "answer_to",
    "certificate",
    "coalition_improvements",
    "coalition_stability",
    "cube_stability",
    "cube_thresholds",
    "dense_ranks",
    "graph_of",
    "graph_stability",
    "guaranteed_ranks",
    "margins",
    "move_graph",
    "preferences",
    "prepare",
    "stability",
]
