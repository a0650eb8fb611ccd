"""Conditions of a case as alternatives of yes-or-no options, and which options those are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from detente.errors import ModelError
from detente.interchange.gmcr import Alternatives, Conjunction, shortest
from detente.ledger import PartyId
from detente.model import AllOf, AnyOf, Condition, Is, Issue, IssueId, OptionId, Rule, Statement

__all__ = ["Terms", "YesOrNo", "opposite", "options_of", "rule_patterns", "terms_of"]

MOST_ALTERNATIVES = 1_000
"""Alternatives of one statement; more could neither be read nor have been meant."""


@dataclass(frozen=True, slots=True)
class YesOrNo:
    """A yes-or-no option that stands for one party's part in one option of an issue.

    Attributes
    ----------
    owners : tuple of PartyId
        Who changes it: one party, or those of whom any one can.
    is_today_yes : bool
        Whether yes is what holds today; then the option meant is the one that is not today's,
        and its no.
    """

    issue: IssueId
    option: OptionId
    owners: tuple[PartyId, ...]
    is_today_yes: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Which yes-or-no options make which option of an issue; other issues stand as today.

    ``parts`` holds for each option that is not today's the literals that must all be so.
    """

    parts: Mapping[IssueId, Mapping[OptionId, Conjunction]]
    today: Mapping[IssueId, OptionId]

    def alternatives(self, condition: Condition) -> Alternatives:
        """Write a condition as alternatives; it holds exactly where one of them does.

        Raises
        ------
        ModelError
            If there are more than :data:`MOST_ALTERNATIVES`.
        """
        match condition:
            case Is():
                return self._is(condition)
            case AnyOf(parts):
                return _within(shortest(c for part in parts for c in self.alternatives(part)))
            case AllOf(parts):
                return _every([self.alternatives(part) for part in parts])

    def statement(self, statement: Statement) -> Alternatives:
        """Write a statement as alternatives; ``if`` is the conditional of logic."""
        if statement.given is None:
            return self.alternatives(statement.then)
        return self.alternatives(AnyOf((statement.then, opposite(statement.given))))

    def _is(self, condition: Is) -> Alternatives:
        own, today = self.parts.get(condition.issue), self.today[condition.issue]
        holds_today = (today in condition.options) is not condition.negated
        if own is None:
            return ((),) if holds_today else ()
        chosen = [name for name in own if (name in condition.options) is not condition.negated]
        if not holds_today:
            return shortest(own[name] for name in chosen)
        # Today's holds wherever no other does, so what counts is that none of the rest is done.
        return _every([_not_all(own[name]) for name in own if name not in chosen])


def opposite(condition: Condition) -> Condition:
    """Return what holds exactly where a condition does not."""
    match condition:
        case Is(issue, options, negated):
            return Is(issue, options, not negated)
        case AllOf(parts):
            return AnyOf(tuple(opposite(part) for part in parts))
        case AnyOf(parts):
            return AllOf(tuple(opposite(part) for part in parts))


def _not_all(parts: Conjunction) -> Alternatives:
    return tuple(((number, not yes),) for number, yes in parts)


def _every(factors: Sequence[Alternatives]) -> Alternatives:
    """Multiply out; what contradicts itself falls away."""
    result: Alternatives = ((),)
    for factor in factors:
        joined = (_joined(one, other) for one, other in product(result, factor))
        result = _within(shortest(_some(each for each in joined if each is not None)))
    return result


def _joined(one: Conjunction, other: Conjunction) -> Conjunction | None:
    both = dict(one)
    for number, yes in other:
        if both.setdefault(number, yes) is not yes:
            return None
    return tuple(sorted(both.items()))


def _some(conjunctions: Iterable[Conjunction]) -> list[Conjunction]:
    """Keep each once; stop where there are far too many to be compared with each other."""
    kept: dict[Conjunction, None] = {}
    for each in conjunctions:
        kept[each] = None
        if len(kept) > 4 * MOST_ALTERNATIVES:
            _within(tuple(kept))
    return list(kept)


def _within(alternatives: Alternatives) -> Alternatives:
    if len(alternatives) > MOST_ALTERNATIVES:
        raise ModelError(
            f"found a statement of more than {MOST_ALTERNATIVES:,} alternatives, expected fewer; "
            "divide it into several statements"
        )
    return alternatives


# --- issues and rules ------------------------------------------------------------------------


def options_of(issue: Issue) -> list[YesOrNo]:
    """Return the yes-or-no options of an issue: one for each option and performer.

    An issue that asks yes or no keeps its answers; elsewhere yes means what is not so today.
    """
    found = []
    names = {option.id for option in issue.options}
    for option in issue.options:
        if option.id == issue.today:
            continue
        is_today_yes = names == {"yes", "no"} and issue.today == "yes"
        performers = option.done_by or (None if option.irreversible else option.undone_by)
        if performers is None:
            found.append(YesOrNo(issue.id, option.id, (), is_today_yes))
        elif performers.any_one or option.done_by is None:
            found.append(YesOrNo(issue.id, option.id, performers.parties, is_today_yes))
        else:
            parts = performers.parties
            is_today_yes = is_today_yes and len(parts) == 1
            found += [YesOrNo(issue.id, option.id, (party,), is_today_yes) for party in parts]
    return found


def terms_of(issues: Iterable[Issue], options: Sequence[YesOrNo]) -> Terms:
    """Say which yes-or-no options make which option of an issue."""
    parts: dict[IssueId, dict[OptionId, Conjunction]] = {}
    for number, each in enumerate(options):
        of = parts.setdefault(each.issue, {})
        of[each.option] = (*of.get(each.option, ()), (number, not each.is_today_yes))
    return Terms(parts, {issue.id: issue.today for issue in issues})


def rule_patterns(rule: Rule, terms: Terms) -> Alternatives:
    """Return the patterns that a rule makes infeasible."""
    conditions = rule.conditions
    if rule.kind == "never":
        return terms.alternatives(conditions[0])
    if rule.kind == "only_if":
        return terms.alternatives(AllOf((conditions[0], opposite(conditions[1]))))
    # Round the circle: all hold or none exactly where none holds without the next one.
    following = (*conditions[1:], conditions[0])
    return shortest(
        pattern
        for one, other in zip(conditions, following, strict=True)
        for pattern in terms.alternatives(AllOf((one, opposite(other))))
    )
