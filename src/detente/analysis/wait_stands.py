"""Signing or waiting in short: what one middle game says of every named deal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from detente.analysis.reckoning import Reckoning
from detente.analysis.timeline import MOST_WORLDS, Timeline
from detente.analysis.wait_gains import Gains
from detente.analysis.waiting_model import WaitingModel
from detente.engines.bargaining import course_of
from detente.engines.deal_space import Verdict
from detente.errors import SpaceTooLargeError
from detente.ledger import PartyId
from detente.model import Case, DealId

__all__ = ["WaitStand", "wait_stands"]


@dataclass(frozen=True, slots=True)
class WaitStand:
    """Whether all who must agree would rather sign a deal than wait, and how likely it is agreed.

    ``verdict`` is of the first day on which the deal can be signed, undecided where it never can
    be or too little is known. ``waiting`` are those asked who would rather wait, ``refusing`` those
    with a red line; of those counted for a quota some may, and the deal be signed all the same.
    ``agreed`` is the chance that it is what is agreed first, by the last day; None where too
    little is known.
    """

    verdict: Verdict
    waiting: tuple[PartyId, ...] = ()
    refusing: tuple[PartyId, ...] = ()
    agreed: float | None = None


NOT_SAID = WaitStand(Verdict.UNDECIDED)


def wait_stands(case: Case, reckoning: Reckoning | None = None) -> Mapping[DealId, WaitStand]:
    """Answer for the middle of everything that is stated, without draws.

    A case that is too large to be reckoned in time is not ruled on.
    """
    model = WaitingModel(case, replace(reckoning or Reckoning(), draws=0))
    if _n_worlds(model.timeline) > MOST_WORLDS:
        return dict.fromkeys(case.deals, NOT_SAID)
    if not model.space.parties or not model.space.candidates:
        return dict.fromkeys(case.deals, NOT_SAID)
    try:
        game = model.game()
    except SpaceTooLargeError:
        return dict.fromkeys(case.deals, NOT_SAID)
    gains = Gains(model, lambda: None)
    course = course_of(game, gains.middle, model.start)
    signed = dict(zip(course.packages.tolist(), course.signed_by[-1].tolist(), strict=True))
    stands = {deal: _stand(gains, deal, signed) for deal in gains.deals}
    return {deal: stands.get(deal, NOT_SAID) for deal in case.deals}


def _n_worlds(timeline: Timeline) -> int:
    return int(np.prod([1 + len(tick.branches) for tick in timeline.ticks], dtype=object))


def _stand(gains: Gains, deal: DealId, signed: Mapping[int, float]) -> WaitStand:
    model, space = gains.model, gains.model.space
    d, k = space.named[deal], gains.deals.index(deal)
    ever_asked = space.required[:, :, d].any(axis=0) | space.may_vote[:, d]
    if space.unknown_consents[d] or (model.values.unclear[:, d] & ever_asked).any():
        return NOT_SAID
    agreed = float(signed.get(d, 0.0))
    world = gains.first[k][1]
    asked = space.required[world, :, d] | space.may_vote[:, d]
    if not gains.can_be_signed[:, k].any() or not asked.any():
        return WaitStand(Verdict.UNDECIDED, agreed=agreed)
    gain, red = gains.on_the_first_day()[:, k], space.crossed[world, :, d] & asked
    is_signed = bool(space.is_carried(d, world, gain >= 0))
    return WaitStand(
        Verdict.YES if is_signed else Verdict.NO,
        tuple(p for p, i in gains.column.items() if asked[i] and not red[i] and gain[i] < 0),
        tuple(p for p, i in gains.column.items() if red[i]),
        agreed,
    )
