"""What everything rests on: one list of judgements, and who uses which claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from detente.ledger import ClaimId, Likelihood, Quantity, Unknown
from detente.model import (
    Case,
    Ground,
    Judgement,
    OutcomeOrder,
    PartyView,
    Points,
    RankedStatements,
)

__all__ = ["judgements_of", "uses_of_claims"]

NO_WISH = "no such wish"


def judgements_of(case: Case) -> tuple[Judgement, ...]:
    """Return everything the analyst holds, each with its ground and what it falls back to."""
    found = [j for view in case.views.values() for j in _of_party(case, view)]
    for chance in case.chances.values():
        words = f"{chance.what}: {chance.likelihood}"
        found.append(Judgement(chance.id, "", words, chance.unknown, chance.ground, chance.place))
    for n, breaker in enumerate(case.breakers, 1):
        deal, who = case.title_of(breaker.deal), case.title_of(breaker.who)
        words = f"{who} could break “{deal}”: {breaker.could}"
        found.append(
            Judgement(
                f"breakers.{n}", breaker.who, words, breaker.unknown, breaker.ground, breaker.place
            )
        )
    return tuple(found)


def _of_party(case: Case, view: PartyView) -> Iterator[Judgement]:
    def judgement(name: str, words: str, unknown: str, ground: Ground, place: object) -> Judgement:
        where = view.place if not hasattr(place, "line") else place
        return Judgement(f"{view.party}.{name}", view.party, words, unknown, ground, where)  # type: ignore[arg-type]

    match view.preference:
        case RankedStatements(wishes):
            for n, wish in enumerate(wishes, 1):
                fallback = view.unknown or NO_WISH
                words = f"wants: {wish.statement.words}"
                yield judgement(f"wants.{n}", words, fallback, wish.ground, wish.place)
        case OutcomeOrder(tiers):
            words = "prefers: " + ", then ".join(
                " as much as ".join(case.title_of(name) for name in tier) for tier in tiers
            )
            fallback = view.unknown or "any order"
            yield judgement("order", words, fallback, view.ground, view.place)
        case Points(values):
            for issue, options in values.items():
                span = [number for q in options.values() for number in (q.low, q.high)]
                if not span:
                    continue
                words = f"gives points to {issue}: {min(span):g} to {max(span):g}"
                fallback = view.unknown or f"{min(span):g} to {max(span):g} for each option"
                yield judgement(f"points.{issue}", words, fallback, view.ground, view.place)
        case None:
            pass
    for n, red_line in enumerate(view.red_lines, 1):
        words = f"refuses: {red_line.statement.words}"
        fallback = view.unknown or "no such red line"
        yield judgement(f"refuses.{n}", words, fallback, red_line.ground, red_line.place)
    if view.fallback is not None:
        expected = ", ".join(case.title_of(name) for name in view.fallback.names)
        words = f"without a deal: {expected or view.fallback.at_least}"
        fallback = view.unknown or "today or any ending"
        yield judgement(
            "without_a_deal", words, fallback, view.fallback.ground, view.fallback.place
        )
    if not isinstance(view.waiting_costs, Unknown):
        words, fallback = f"waiting costs it: {view.waiting_costs}", "none to very high"
        yield judgement("waiting_costs", words, view.unknown or fallback, view.ground, view.place)
    if isinstance(view.time_left, Quantity):
        words, fallback = f"time left: {view.time_left}", "no limit"
        yield judgement("time_left", words, view.unknown or fallback, view.ground, view.place)
    for name, likelihood in view.believes:
        what = case.chances[name].what if name in case.chances else name
        words = f"believes: {what}: {_likely(likelihood)}"
        yield judgement(f"believes.{name}", words, "0 to 100%", view.ground, view.place)


def _likely(likelihood: Likelihood) -> str:
    return likelihood.words


def uses_of_claims(case: Case) -> Mapping[ClaimId, tuple[str, ...]]:
    """Return, for each claim, the entries that rest on it or weigh it, in words."""
    uses: dict[ClaimId, list[str]] = defaultdict(list)

    def note(ground: Ground, user: str) -> None:
        for claim in ground.claims:
            uses[claim].append(user)

    for judgement in judgements_of(case):
        note(judgement.ground, f"judgement {judgement.id}")
    sections: tuple[tuple[str, Mapping[str, object]], ...] = tuple(
        (kind, dict(getattr(case, section).items()))
        for kind, section in (
            ("party", "parties"),
            ("table", "tables"),
            ("issue", "issues"),
            ("deal", "deals"),
            ("ending", "endings"),
            ("clock", "clocks"),
            ("fact", "facts"),
            ("lever", "levers"),
            ("scenario", "scenarios"),
            ("norm", "norms"),
        )
    )
    for kind, things in sections:
        for name, thing in things.items():
            note(thing.ground, f"{kind} {name}")  # type: ignore[attr-defined]
    for issue in case.issues.values():
        for option in issue.options:
            note(option.ground, f"option {issue.id}.{option.id}")
    for rule in case.rules:
        note(rule.ground, f"rule {rule.id}")
    for explanation in case.explanations.values():
        for claim in (*explanation.supported_by, *explanation.contradicted_by):
            uses[claim].append(f"explanation {explanation.id}")
    for view in case.views.values():
        note(view.ground, f"view of {view.party}")
    return {claim: tuple(dict.fromkeys(users)) for claim, users in uses.items()}
