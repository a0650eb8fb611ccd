"""Several roads from one state as one graph in layers, ready to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detente.engines.stability.roads.status_quo import Road
from detente.errors import EngineInputError

__all__ = ["MOST_NODES", "LayeredRoads", "RoadMove", "layers"]

MOST_NODES = 40
"""States beyond which a drawing of roads says nothing any more."""


class RoadMove(NamedTuple):
    """One move on some of the roads.

    ``goes_back`` is true of the move that would close a circle with moves of earlier roads: it
    leads to the same layer or a layer before, every other move to a later one.
    """

    origin: int
    target: int
    mover: int
    is_improvement: bool
    goes_back: bool
    roads: tuple[int, ...]
    """Numbers of the roads that it is part of."""


@dataclass(frozen=True, slots=True)
class LayeredRoads:
    """Roads that share their states.

    Attributes
    ----------
    start : int
    states : tuple of tuple of int
        The states of each layer, ascending; the start alone in the first. A state is in the layer
        that the longest way to it along the moves reaches, those that go back left out.
    moves : tuple of RoadMove
        By layer of origin, then origin, target and mover.
    drawn : tuple of int
        Numbers of the roads that are in.
    left_out : tuple of int
        Numbers of the roads that would have taken more states than are allowed.
    """

    start: int
    states: tuple[tuple[int, ...], ...]
    moves: tuple[RoadMove, ...]
    drawn: tuple[int, ...]
    left_out: tuple[int, ...]

    def layer_of(self, state: int) -> int:
        """Return the layer that a state is in.

        Raises
        ------
        EngineInputError
            If no road that is drawn passes through it.
        """
        for number, layer in enumerate(self.states):
            if state in layer:
                return number
        raise EngineInputError(f"state: found {state}, expected a state on one of the roads")


def layers(roads: Sequence[Road], most_nodes: int = MOST_NODES) -> LayeredRoads:
    """Merge roads from one state to a graph in layers.

    Roads are taken in the order given, each whole or not at all: one that would bring the states
    to more than ``most_nodes`` is left out, and later shorter ones may still come in.

    Parameters
    ----------
    roads : sequence of Road
        At least one, all from the same start.
    most_nodes : int
        At least 1.

    Raises
    ------
    EngineInputError
        If there is no road, they start in different states, or ``most_nodes`` is less than 1.

    Notes
    -----
    O(moves on the roads * most_nodes) time.

    Examples
    --------
    >>> from detente.engines.stability.roads import Road, layers
    >>> long = Road(0, ((0, 1), (1, 3), (0, 4)), (True, True, False))
    >>> short = Road(0, ((1, 2), (0, 3)), (True, True))
    >>> layers([long, short]).states
    ((0,), (1, 2), (3,), (4,))
    >>> layers([long, short], most_nodes=3).left_out
    (0,)
    """
    if not roads:
        raise EngineInputError("roads: found none, expected at least one")
    start = roads[0].start
    for number, road in enumerate(roads):
        if road.start != start:
            raise EngineInputError(
                f"roads[{number}]: found a road from {road.start}, expected all from {start}"
            )
    if most_nodes < 1:
        raise EngineInputError(f"most_nodes: found {most_nodes}, expected at least 1")
    # Moves onward from each state, without those that go back: never a circle among them.
    onward: dict[int, set[int]] = {start: set()}
    moves: dict[tuple[int, int, int], tuple[bool, bool, list[int]]] = {}
    drawn, left_out = [], []
    for number, road in enumerate(roads):
        if len(onward.keys() | set(road.states)) > most_nodes:
            left_out.append(number)
            continue
        drawn.append(number)
        origin = start
        for (mover, target), improving in zip(road.moves, road.improving, strict=True):
            key = (origin, target, mover)
            if key not in moves:
                goes_back = target in onward and _leads(onward, target, origin)
                moves[key] = (improving, goes_back, [])
                onward.setdefault(target, set())
                if not goes_back:
                    onward[origin].add(target)
            # The same road may pass twice where a party's moves are not transitive.
            if number not in moves[key][2]:
                moves[key][2].append(number)
            origin = target
    layer = _longest(onward, start)
    states = tuple(
        tuple(sorted(state for state, at in layer.items() if at == number))
        for number in range(max(layer.values()) + 1)
    )
    ordered = sorted(moves.items(), key=lambda item: (layer[item[0][0]], item[0]))
    return LayeredRoads(
        start,
        states,
        tuple(
            RoadMove(*key, improving, goes_back, tuple(numbers))
            for key, (improving, goes_back, numbers) in ordered
        ),
        tuple(drawn),
        tuple(left_out),
    )


def _leads(onward: dict[int, set[int]], here: int, there: int) -> bool:
    seen, open_ = {here}, [here]
    while open_:
        state = open_.pop()
        if state == there:
            return True
        fresh = onward[state] - seen
        seen |= fresh
        open_.extend(fresh)
    return False


def _longest(onward: dict[int, set[int]], start: int) -> dict[int, int]:
    """Return the length of the longest way to each state; every one is on a way from the start."""
    before = dict.fromkeys(onward, 0)
    for targets in onward.values():
        for target in targets:
            before[target] += 1
    layer = {start: 0}
    open_ = [start]
    while open_:
        state = open_.pop()
        for target in onward[state]:
            layer[target] = max(layer.get(target, 0), layer[state] + 1)
            before[target] -= 1
            if before[target] == 0:
                open_.append(target)
    return layer
