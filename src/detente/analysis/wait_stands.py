"""Signing or waiting in short: what one middle game says of every named deal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from detente.analysis.reckoning import Reckoning
from detente.analysis.waiting_model import WaitingModel
from detente.engines.bargaining import course_of, solve_bargaining
from detente.engines.deal_space import Verdict
from detente.errors import SpaceTooLargeError
from detente.ledger import PartyId
from detente.model import Case, DealId

__all__ = ["WaitStand", "wait_stands"]


@dataclass(frozen=True, slots=True)
class WaitStand:
    """Whether everybody asked would rather sign a deal than wait, and how likely it is agreed.

    ``verdict`` is of the first day on which the deal can be signed, undecided where it never can
    be or too little is known. ``waiting`` are those asked who would rather wait, ``refusing`` those
    with a red line. ``agreed`` is the chance that it is what is agreed first, by the last day.
    """

    verdict: Verdict
    waiting: tuple[PartyId, ...] = ()
    refusing: tuple[PartyId, ...] = ()
    agreed: float | None = None


NOT_SAID = WaitStand(Verdict.UNDECIDED)


def wait_stands(case: Case, reckoning: Reckoning | None = None) -> Mapping[DealId, WaitStand]:
    """Answer for the middle of everything that is stated, without draws."""
    model = WaitingModel(case, replace(reckoning or Reckoning(), draws=0))
    if not model.space.parties or not model.space.candidates:
        return dict.fromkeys(case.deals, NOT_SAID)
    try:
        game = model.game()
    except SpaceTooLargeError:
        return dict.fromkeys(case.deals, NOT_SAID)
    named = list(model.space.named.values())
    found = solve_bargaining(game, named)
    course = course_of(game, found, model.start)
    signed = dict(zip(course.packages.tolist(), course.signed_by[-1].tolist(), strict=True))
    along = list(model.along[:-1])
    open_to_sign = model.space.open_to_sign[along]
    stands = {}
    for k, (deal, d) in enumerate(model.space.named.items()):
        if model.space.unknown_consents[d] or not open_to_sign[:, d].any():
            stands[deal] = NOT_SAID
            continue
        first = int(np.argmax(open_to_sign[:, d]))
        world = along[first]
        asked = model.space.required[world, :, d] | model.space.quotas[1][:, d]
        gain = found.signed[first, world, :, k] - found.waiting[first, world]
        red = model.space.crossed[world, :, d]
        waiting = tuple(
            p for p, i in model.space.column.items() if asked[i] and not red[i] and gain[i] < 0
        )
        refusing = tuple(p for p, i in model.space.column.items() if red[i])
        verdict = Verdict.NO if waiting or refusing else Verdict.YES
        stands[deal] = WaitStand(verdict, waiting, refusing, float(signed.get(d, 0.0)))
    return {deal: stands.get(deal, NOT_SAID) for deal in case.deals}
