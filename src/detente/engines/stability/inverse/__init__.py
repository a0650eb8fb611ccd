"""Under which preferences would it hold? Conditions on one or several parties' orders.

A state ``s`` is stable for a party by one of the classical concepts if for every move it could make
from ``s`` one of several things holds, each of the form "``s`` is at least as good as these states".
What the things are depends on the moves, and for sequential stability on the others' preferences,
never on the party's own: so the orders under which ``s`` is stable are described, counted and
brought near without listing them.
"""

from detente.engines.stability.inverse.change import LeastChange, least_change
from detente.engines.stability.inverse.conditions import Condition, Requirement, condition
from detente.engines.stability.inverse.counting import share_of_orders
from detente.engines.stability.inverse.inverse import Inverse, PartyConditions, inverse
from detente.engines.stability.inverse.profiles import Profiles

__all__ = [
    "Condition",
    "Inverse",
    "LeastChange",
    "PartyConditions",
    "Profiles",
    "Requirement",
    "condition",
    "inverse",
    "least_change",
    "share_of_orders",
]
