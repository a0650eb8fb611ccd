"""The compiled loops over states and joint improvements."""

from __future__ import annotations

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.sequences import seek

__all__ = ["joint_verdicts"]


@compiled
def joint_verdicts(
    starts: Ints,
    targets: Arcs,
    members: Bools,
    ranks: Arcs,
    answer_starts: Ints,
    answer_targets: Arcs,
    answering: Bools,
    answered: bool,
    states: Ints,
    first: Arcs,
    nodes: Arcs,
    answer_nodes: Arcs,
    stable: Bools,
) -> None:
    """Decide for some states whether one coalition, whose ranks are given, would stay.

    A joint improvement that was answered is not looked for again; the search then lists all.
    """
    everywhere = ranks[:0]
    limits = ranks[:, 0].copy()
    for k in range(len(states)):
        state = states[k]
        for m in range(len(limits)):
            limits[m] = ranks[m, state]
        found, n = seek(starts, targets, members, state, ranks, limits, True, first, nodes)
        if found < 0 or not answered:
            stable[k] = found < 0
            continue
        found, n = seek(
            starts, targets, members, state, everywhere, limits[:0], False, first, nodes
        )
        verdict = True
        for row in range(1, n):
            # The nodes of one state differ in the last mover only; looking twice does no harm.
            joint = True
            for m in range(len(limits)):
                if ranks[m, nodes[row, 0]] <= limits[m]:
                    joint = False
                    break
            if not joint:
                continue
            answer, _ = seek(
                answer_starts,
                answer_targets,
                answering,
                nodes[row, 0],
                ranks,
                limits,
                False,
                first,
                answer_nodes,
            )
            if answer < 0:
                verdict = False
                break
        stable[k] = verdict
