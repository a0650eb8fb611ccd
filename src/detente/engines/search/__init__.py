"""Which smallest sets of changes turn an answer? Sets of numbers ``0 .. n - 1`` in, exactly.

What a set does is asked of a function, because changes interact: two that turn nothing alone may
turn it together, and one may undo what another does. So nothing is inferred from a set about
larger ones, but for two things: a set that contains one that turns is not smallest, and one that
contains an impossible one is impossible too.
"""

from __future__ import annotations

from detente.engines.search.smallest import Outcome, SmallestSets, smallest_sets

__all__ = ["Outcome", "SmallestSets", "smallest_sets"]
