"""A case as a GMCR+ model: who can do what, what cannot be, who wants what; a list of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product

from detente.errors import ModelError, NotFoundError
from detente.interchange.from_case import left_behind
from detente.interchange.gmcr import (
    MOST_OPTIONS,
    Conjunction,
    DecisionMaker,
    Direction,
    GmcrModel,
    GmcrOption,
    letters,
    shortest,
)
from detente.interchange.gmcr_terms import Terms, YesOrNo, options_of, rule_patterns, terms_of
from detente.interchange.gmcr_wants import has_preference, with_preferences
from detente.ledger import PartyId
from detente.model import Case, Issue, TableId

__all__ = ["gmcr_from_case"]


def gmcr_from_case(case: Case, table: str | None = None) -> GmcrModel:
    """Take from a case what a graph model in option form holds.

    An issue of two options becomes one yes-or-no option of its performer; an issue of more, one
    for each option that is not today's, of which a performer takes one at a time. Where all of
    several parties must act each has an option of its own, and the outcome is there once all say
    yes; where any one of them is enough they share an option. Rules become infeasible patterns,
    wants become statements in their order, and an order that names every state becomes a ranking.

    Parameters
    ----------
    case : Case
    table : str, optional
        Keep the issues of this table alone; the others stay as they are today.

    Returns
    -------
    GmcrModel
        ``notes`` list what is not carried.

    Raises
    ------
    NotFoundError
        If no table has that name.
    ModelError
        If nothing can be settled, or there are more than :data:`MOST_OPTIONS` options.
    """
    if table is not None and table not in case.tables:
        known = ", ".join(case.tables) or "none"
        raise NotFoundError(f"no table is called {table!r}; there are: {known}")
    scope = tuple(case.issues) if table is None else case.tables[TableId(table)].scope
    issues = [case.issues[name] for name in scope]
    options = [option for issue in issues for option in options_of(issue)]
    if not options:
        raise ModelError("found no issue to be settled, expected at least one")
    if len(options) > MOST_OPTIONS:
        raise ModelError(
            f"found {len(options):,} options with their performers, expected at most "
            f"{MOST_OPTIONS}; name a table with fewer issues, or make the steps of divisible ones "
            "larger"
        )
    return _Taking(case, issues, options).model(len(scope) < len(case.issues))


class _Taking:
    def __init__(self, case: Case, issues: Sequence[Issue], options: Sequence[YesOrNo]) -> None:
        self.case, self.issues, self.options = case, issues, options
        self.terms: Terms = terms_of(case.issues.values(), options)
        self.notes: list[str] = []

    def model(self, is_part: bool) -> GmcrModel:
        if is_part:
            self.notes.append("issues outside of that table; they stay as they are today")
        hands = [self._hands(each) for each in self.options]
        options = tuple(
            GmcrOption(self._name(each), direction)
            for each, (_, direction) in zip(self.options, hands, strict=True)
        )
        patterns = [p for rule in self.case.rules for p in rule_patterns(rule, self.terms)]
        for issue in self.issues:
            patterns += self._one_at_a_time(issue)
        acting = {party for owners, _ in hands for party in owners}
        parties = [
            name for name in self.case.parties if name in acting or has_preference(self.case, name)
        ]
        self.notes += [
            f"party {name}: it neither acts nor prefers anything"
            for name in self.case.parties
            if name not in parties
        ]
        if not parties:
            raise ModelError("found nobody who acts or prefers anything, expected somebody")
        makers = tuple(
            DecisionMaker(
                self.case.parties[name].name,
                tuple(n for n, (owners, _) in enumerate(hands) if name in owners),
            )
            for name in parties
        )
        bare = GmcrModel(self.case.title, options, makers, shortest(patterns))
        makers = with_preferences(self.case, self.terms, parties, bare, self.notes)
        lost = left_behind(self.case, None, len(self.case.rules))
        if any(maker.ranking is not None for maker in makers):
            lost = [note.replace("endings: ", "titles of endings: ") for note in lost]
        self.notes += lost
        self._say_what_today_is()
        return replace(bare, makers=makers, notes=tuple(dict.fromkeys(self.notes)))

    # --- who can do what ------------------------------------------------------------------

    def _hands(self, each: YesOrNo) -> tuple[tuple[PartyId, ...], Direction]:
        """Return who changes an option, and in which direction it may be changed."""
        option = self.case.issues[each.issue].option(each.option)
        where = f"issue {each.issue}, option {each.option}"
        done_by = each.owners if option.done_by else ()
        undone_by = option.undone_by.parties if option.undone_by else done_by
        if option.irreversible:
            undone_by = ()
            if option.done_by and len(option.done_by.parties) > 1 and not option.done_by.any_one:
                self.notes.append(
                    f"{where}: it cannot be undone once all have acted; in the format, not once one "
                    "of them has"
                )
        owners = done_by or undone_by
        if not owners:
            self.notes.append(f"{where}: nobody can bring it about; an option that nobody controls")
            return (), "both"
        can_do, can_undo = bool(done_by), any(party in undone_by for party in owners)
        others = [party for party in undone_by if party not in owners]
        if option.undone_by and option.done_by and not option.irreversible:
            performers = option.done_by.parties
            others = [party for party in undone_by if party not in performers]
            if others or set(performers) - set(undone_by):
                self.notes.append(
                    f"{where}: that {', '.join(undone_by)} can undo it, and no others"
                )
        if can_do and can_undo:
            return owners, "both"
        return owners, "fwd" if can_do is not each.is_today_yes else "back"

    def _one_at_a_time(self, issue: Issue) -> Iterator[Conjunction]:
        """Strike what has one party, or one issue, do two things at once."""
        parts = self.terms.parts.get(issue.id, {})
        for one, other in combinations(parts.values(), 2):
            shared = [
                (first, second)
                for first, second in product(one, other)
                if self.options[first[0]].owners == self.options[second[0]].owners
            ]
            pairs: list[Conjunction] = list(shared)
            for pair in pairs or [(*one, *other)]:
                yield tuple(sorted(pair))

    def _name(self, each: YesOrNo) -> str:
        issue = self.case.issues[each.issue]
        if {option.id for option in issue.options} == {"yes", "no"}:
            name = issue.question
        else:
            name = f"{each.issue}: {each.option}".replace("_", " ")
        if len(self.terms.parts[each.issue][each.option]) > 1:
            name += f" ({self.case.parties[each.owners[0]].name})"
        return name

    def _say_what_today_is(self) -> None:
        today = sum(1 << n for n, each in enumerate(self.options) if each.is_today_yes)
        state = letters(today, len(self.options))
        self.notes.append(f"which state holds today: {state}")
        self.notes.append("sentences of options, and questions but of those that ask yes or no")
