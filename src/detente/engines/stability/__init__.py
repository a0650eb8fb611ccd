"""Would it hold? The graph model for conflict resolution.

States, and for each party the moves it can make alone and an order of preference. A state is stable
for a party if every improvement it could move to is answered in a way that leaves it no better off;
the concepts differ in who answers how. A state that is stable for every party is an equilibrium.

Row ``s`` of every table is state ``s`` and column ``i`` is party ``i``. A larger rank is better.
Other parties answer by *legal sequences*: one after another, in any order and number, nobody twice
in a row. An answer deters if it leaves the mover no better off than where it started (weakly).

- ``space``: states in option form or as listed moves; ranks, strength, what is unknown;
- ``classical``: Nash, general and symmetric metarational, sequential stability, with margins and
  certificates, where moves are listed; ``cube``: the same for all states of an action space,
  without listing a move;
- ``simultaneous``, ``limited_move``, ``coalitions``, ``uncertain``: other concepts;
- ``roads``: what is reached from a state, by whose moves; ``equilibria``: which are worth a look;
- ``inverse``: under which orders a state would be stable; ``misperception``: each party's own view;
- ``draws``: many draws of preferences over one graph at once.
"""

from detente.engines.stability.classical.certificates import Answer, Certificate, Step, certificate
from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.classical.guarantees import answer_to, guaranteed_ranks
from detente.engines.stability.classical.margins import Margins, margins
from detente.engines.stability.coalitions.certificates import (
    CoalitionCertificate,
    JointMove,
    JointStep,
    coalition_certificate,
)
from detente.engines.stability.coalitions.stability import (
    CoalitionStability,
    coalition_improvements,
    coalition_stability,
)
from detente.engines.stability.cube import NO_MOVE
from detente.engines.stability.cube.cube import cube_stability, cube_thresholds
from detente.engines.stability.cube.prepared import Prepared, prepare
from detente.engines.stability.draws import DrawnStability, stability_over_draws
from detente.engines.stability.equilibria import Selection, select_equilibria
from detente.engines.stability.inverse import Condition, Inverse, LeastChange, inverse
from detente.engines.stability.limited_move import (
    LimitedMoveStability,
    anticipated_moves,
    limited_move_stability,
)
from detente.engines.stability.misperception import Misperceived, misperceived_equilibria
from detente.engines.stability.roads import (
    LayeredRoads,
    Reach,
    Road,
    Roads,
    StatusQuo,
    layers,
    reachable,
    roads_between,
    status_quo_analysis,
)
from detente.engines.stability.simultaneous import (
    SimultaneousAnswer,
    SimultaneousCertificate,
    simultaneous_certificate,
    simultaneous_stability,
)
from detente.engines.stability.space.actions import ActionSpace, action_space
from detente.engines.stability.space.graph import MoveGraph, graph_of, move_graph
from detente.engines.stability.space.preferences import (
    Preferences,
    dense_ranks,
    preferences,
    prioritised_ranks,
)
from detente.engines.stability.uncertain.deterrence import Departure, Deterrence, deterrence
from detente.engines.stability.uncertain.strength import StrengthStability, strength_stability
from detente.engines.stability.uncertain.unknown import (
    Extension,
    UnknownStability,
    unknown_stability,
)
from detente.engines.stability.verdicts import Concept, Stability

__all__ = [
    "NO_MOVE",
    "ActionSpace",
    "Answer",
    "Certificate",
    "CoalitionCertificate",
    "CoalitionStability",
    "Concept",
    "Condition",
    "Departure",
    "Deterrence",
    "DrawnStability",
    "Extension",
    "Inverse",
    "JointMove",
    "JointStep",
    "LayeredRoads",
    "LeastChange",
    "LimitedMoveStability",
    "Margins",
    "Misperceived",
    "MoveGraph",
    "Preferences",
    "Prepared",
    "Reach",
    "Road",
    "Roads",
    "Selection",
    "SimultaneousAnswer",
    "SimultaneousCertificate",
    "Stability",
    "StatusQuo",
    "Step",
    "StrengthStability",
    "UnknownStability",
    "action_space",
    "answer_to",
    "anticipated_moves",
    "certificate",
    "coalition_certificate",
    "coalition_improvements",
    "coalition_stability",
    "cube_stability",
    "cube_thresholds",
    "dense_ranks",
    "deterrence",
    "graph_of",
    "graph_stability",
    "guaranteed_ranks",
    "inverse",
    "layers",
    "limited_move_stability",
    "margins",
    "misperceived_equilibria",
    "move_graph",
    "preferences",
    "prepare",
    "prioritised_ranks",
    "reachable",
    "roads_between",
    "select_equilibria",
    "simultaneous_certificate",
    "simultaneous_stability",
    "stability",
    "stability_over_draws",
    "status_quo_analysis",
    "strength_stability",
    "unknown_stability",
]
