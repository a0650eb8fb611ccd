"""Whether the deals would hold, as plain data for programs: shape ``detente/hold/1``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from detente.analysis import (
    Analysis,
    Change,
    DealHold,
    HoldAnswer,
    Keeping,
    Order,
    Part,
    Performance,
    Preferring,
    Road,
    Roads,
    RoadStep,
    Temptation,
)
from detente.model import Case
from detente.reports.hold_answer_words import (
    hold_answer_basis,
    hold_answer_sentence,
    hold_sentence,
)
from detente.reports.hold_words import HELD_WORDS

__all__ = ["hold_as_json", "why_as_json"]

Json = dict[str, Any]


def hold_as_json(analysis: Analysis, answer: HoldAnswer) -> Json:
    """Return the answer to "would it hold?" as data, with the certificate of every verdict."""
    case = analysis.case
    return {
        "schema": "detente/hold/1",
        "negotiation": case.title,
        "as_of": str(case.as_of),
        "concept": answer.concept.name.lower(),
        "answer": hold_answer_sentence(case, answer),
        "rests_on": list(hold_answer_basis(answer)),
        "deals": [_deal(case, hold) for hold in answer.deals],
        "roads": _roads(answer.roads),
    }


def _deal(case: Case, hold: DealHold) -> Json:
    return {
        "deal": hold.deal,
        "sentence": hold_sentence(case, hold),
        "not_examined": hold.too_large or None,
        "n_states": hold.n_states,
        "agreed": HELD_WORDS[hold.agreed],
        "carried_out": HELD_WORDS[hold.performance.verdict],
        "kept": HELD_WORDS[hold.kept],
        "parties": [_keeping(keeping) for keeping in hold.keeping],
        "groups": [list(group) for group in hold.coalitions],
        "groups_up_to": hold.groups_up_to,
        "performance": _performance(hold.performance),
        "promised": [
            {"party": p.party, "leads_to": p.leads_to, "answered_by": list(p.answered_by)}
            for p in hold.promised
        ],
        "moves_on": [
            {
                "party": move.party,
                "changes": _changes(move.changes),
                "because": why_as_json(move.why),
            }
            for move in hold.moves_on
        ],
        "held_as_today": list(hold.held_as_today),
        "checks_not_stated": hold.unchecked,
        "would_hold_if": _binding(hold),
        "is_good": HELD_WORDS[hold.is_good],
        "good": [
            {
                "party": bearer.party,
                "bears": list(bearer.bears),
                "against": bearer.against,
                "stance": bearer.stance.value,
                "because": why_as_json(bearer.why),
            }
            for bearer in hold.good
        ],
        "stated_breakers": [
            {
                "party": stated.breaker.who,
                "could": stated.breaker.could,
                "found": stated.found,
                "rests_on": list(stated.breaker.ground.claims),
            }
            for stated in hold.stated
        ],
        "clocks_still_running": list(hold.clocks),
        "rests_on": list(hold.basis),
    }


def _keeping(keeping: Keeping) -> Json:
    return {
        "party": keeping.party,
        "bound": keeping.bond.value,
        "must_act": keeping.must_act,
        "kept": keeping.kept.value,
        "stays": {concept.name.lower(): stays for concept, stays in keeping.verdicts},
        "margin": keeping.margin,
        "margin_turns_on": _changes(keeping.nearest),
        "depends_on": list(keeping.depends_on),
        "n_breaking": keeping.n_breaking,
        "breaking": _temptation(keeping.breaking),
        "held_by": [_temptation(held) for held in keeping.held_by],
    }


def _temptation(move: Temptation | None) -> Json | None:
    if move is None:
        return None
    return {
        "changes": _changes(move.changes),
        "places_above_the_deal": move.places,
        "because": why_as_json(move.why),
        "answer": [
            {"party": step.party, "changes": _changes(step.changes), "gains": step.gains}
            for step in move.answer
        ],
    }


def _changes(changes: Iterable[Change]) -> list[Json]:
    return [
        {
            "kind": change.action.kind,
            "party": change.action.party,
            "issue": change.action.issue,
            "before": change.before,
            "after": change.after,
        }
        for change in changes
    ]


def why_as_json(why: Preferring | None) -> Json | None:
    """Return what decides between two outcomes for a party; None where nothing was compared."""
    if why is None:
        return None
    return {
        "statement": None if why.statement is None else why.statement.words,
        "points": None if why.points is None else list(why.points),
        "rests_on": list(why.ground.claims),
        "assumption": why.ground.assumption or None,
    }


def _performance(performance: Performance) -> Json:
    return {
        "parts": [_part(part) for part in performance.parts],
        "not_examined": performance.too_many or None,
        "not_known_of": list(performance.unclear),
        "n_orders": performance.n_orders,
        "n_orders_holding": performance.n_holding,
        "stated_order_holds": performance.stated,
        "stated_order_breaks": list(performance.stated_breaks),
        "order_that_holds": _order(performance.best),
        "always_before": [[_part(a), _part(b)] for a, b in performance.always_before],
        "stops": [
            {
                "party": stop.party,
                "after": [_part(part) for part in stop.done],
                "changes": _changes(stop.changes),
                "places_above_the_deal": stop.places,
                "because": why_as_json(stop.why),
                "n_states": stop.n_states,
                "in_every_order": stop.always,
                "in_the_stated_order": stop.in_stated,
                "outcome": dict(stop.outcome),
            }
            for stop in performance.stops
        ],
    }


def _part(part: Part) -> Json:
    return {"party": part.party, "issue": part.issue, "option": part.option}


def _order(order: Order | None) -> list[list[Json]] | None:
    return None if order is None else [[_part(part) for part in step] for step in order.steps]


def _binding(hold: DealHold) -> Json | None:
    binding = hold.binding
    if binding is None:
        return None
    return {
        "holds": binding.holds,
        "consequences": [
            {"party": p.party, "leads_to": p.leads_to, "bound": p.bond.value}
            for p in binding.promises
        ],
        "nothing_deters": list(binding.not_deterred),
        "still_break": list(binding.still_break),
        "is_complete": binding.is_complete,
        "n_orders_holding": binding.orders[0],
        "n_orders": binding.orders[1],
        "order_that_holds": _order(binding.best),
        "always_before": [[_part(a), _part(b)] for a, b in binding.always_before],
    }


def _roads(roads: Roads) -> Json:
    return {
        "not_examined": roads.too_large or None,
        "n_states": roads.n_states,
        "n_reached": roads.n_reached,
        "left_out": list(roads.left_out),
        "resting": None
        if roads.resting is None
        else {
            "named": list(roads.resting.named),
            "n_reached_by_gains": roads.resting.n_reached,
            "n_states": roads.resting.n_states,
            "leave_today": list(roads.resting.leave_today),
            "not_known_of": list(roads.resting.unclear),
            "best": [dict(package.settles) for package in roads.resting.best],
            "n_more": roads.resting.n_more,
        },
        "endings": [_road(road) for road in roads.roads],
    }


def _road(road: Road) -> Json:
    return {
        "to": road.to,
        "shortest": _steps(road.steps),
        "by_gains_alone": _steps(road.by_gains),
    }


def _steps(steps: tuple[RoadStep, ...] | None) -> list[Json] | None:
    if steps is None:
        return None
    return [
        {
            "party": step.party,
            "clock": step.clock,
            "changes": _changes(step.changes),
            "gains": step.gains,
            "bound_by_nobody": step.is_hole,
        }
        for step in steps
    ]
