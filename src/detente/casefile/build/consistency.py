"""What no single entry shows: outcomes that break a rule, orders that contradict themselves."""

from __future__ import annotations

from collections.abc import Container

from detente.casefile.build.context import Context
from detente.casefile.yaml_text import FieldPath
from detente.model import TODAY, Case, OutcomeOrder

__all__ = ["check_consistency"]


def check_consistency(ctx: Context, case: Case) -> None:
    """Report named outcomes that the case's own rules forbid, and ranks that cannot be."""
    places: dict[str, FieldPath] = {TODAY: ("issues",)}
    for name in map(str, case.endings):
        places[name] = (
            ("endings", name) if name in ctx.case.endings else ("clocks", name, "then", "ends_as")
        )
    places |= {name: ("deals", name, "says") for name in map(str, case.deals)}
    # what could not be read stands as today, which may break a rule or repeat another outcome
    places = {name: where for name, where in places.items() if not ctx.has_problem(where)}
    for name, where in places.items():
        outcome = case.outcome(name)
        for rule in case.rules:
            if rule.is_broken_by(outcome):
                found = f"“{case.title_of(name)}”, which breaks the rule {rule.id} ({rule.words})"
                fix = "settle the other issue too, or change the rule; unsaid issues stay as today"
                if name == TODAY:
                    fix = "change what an issue says under `today:`, or change the rule"
                ctx.report(where, found, "an outcome that no rule forbids", fix)
    for view in case.views.values():
        if isinstance(view.preference, OutcomeOrder):
            where = ("judgements", view.party, "order")
            _same_outcome_twice(ctx, case, view.preference, where, known=places)


def _same_outcome_twice(
    ctx: Context, case: Case, order: OutcomeOrder, where: FieldPath, *, known: Container[str]
) -> None:
    """Two names of one and the same outcome cannot stand in different places."""
    seen: dict[tuple[tuple[str, str], ...], tuple[int, str]] = {}
    for place, tier in enumerate(order.tiers):
        for name in filter(known.__contains__, tier):
            outcome = tuple(sorted(case.outcome(name).items()))
            first, other = seen.setdefault(outcome, (place, name))
            if first != place and other != name:
                found = f"{name!r} and {other!r} in different places"
                fix = "rank them alike, or add the option in which they differ"
                ctx.report((*where, place), found, "one place: they are the same outcome", fix)
