"""A table as an engine sees it that never lists packages: issues, columns, links and rules.

What :class:`~detente.analysis.frame.Frame` says of each listed package, a product form says of all
of them at once, as thresholds on sums: which packages are possible, which are undecided, which are
better for whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from detente.analysis.consent import Standpoint
from detente.analysis.forum import Forum
from detente.analysis.packages import Package
from detente.analysis.preferences import Evaluation, Form, evaluate
from detente.analysis.product_columns import (
    ALWAYS,
    NEVER,
    Columns,
    all_met,
    any_met,
    enough_met,
    link_against,
    links_of,
)
from detente.analysis.product_conditions import Choices, Formula, Ints
from detente.analysis.product_consent import Level, Part, PartyForm, party_form
from detente.analysis.space import Codes, Space
from detente.engines.deal_space.space.acceptance import (
    AcceptanceRule,
    AtLeast,
    Meets,
    all_of,
    is_met,
    leaves_of,
)
from detente.engines.deal_space.space.domain import Domain
from detente.ledger import PartyId
from detente.model import TODAY, Case

__all__ = ["BalancedGains", "Narrowed", "ProductForm", "verdict_rule"]


@dataclass(frozen=True, slots=True)
class BalancedGains:
    """What the named points are taken over, or why there are none.

    ``rule`` is met by the packages that cross no red line of the asked and that no blocker
    refuses. ``columns`` are the levels of ``parties``, ``floors`` their fallbacks in whole points.
    """

    rule: AcceptanceRule
    parties: tuple[PartyId, ...]
    columns: tuple[int, ...]
    floors: tuple[int, ...]
    none_because: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed:
    """A part of the packages: ``place`` says where a column of the whole domain stands now."""

    domain: Domain
    rule: AcceptanceRule
    place: Mapping[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class ProductForm:
    """The packages of one forum under one comparison, never listed.

    Attributes
    ----------
    case, forum, against
        What was asked, as in :class:`~detente.analysis.frame.Frame`.
    choices : Choices
        Which options of the case each issue of the engine stands for.
    domain : Domain
        Columns of levels, floors, red lines and rights to block; links for the rules of the case.
    struck_by : tuple of str, one per link
        The rule of the case that a link says; or the issue of the scope that has no choice.
    parties : mapping of PartyId to PartyForm
        Those asked, then those who can block: the order of ``Frame.parties``.
    certain, conceivable : AcceptanceRule
        Met by the packages whose verdict is YES; by those whose verdict is not NO.
    today : ndarray of int or None
        The package that changes nothing as a row of the engine; None where the table cannot make
        it. It stands in the domain, but is no package: see :attr:`changes_something` and
        :meth:`counts_today`.
    changes_something : AcceptanceRule
        Met by every package but that one.
    bars : mapping of Meets to tuple of Formula
        Thresholds of red lines and rights to block that are met exactly where none of these
        formulas holds, so that links can say the same.
    """

    case: Case
    forum: Forum
    against: str | None
    choices: Choices
    domain: Domain
    struck_by: tuple[str, ...]
    parties: Mapping[PartyId, PartyForm]
    certain: AcceptanceRule
    conceivable: AcceptanceRule
    today: Ints | None
    changes_something: AcceptanceRule
    bars: Mapping[Meets, tuple[Formula, ...]]

    @classmethod
    def of(cls, case: Case, forum: Forum, against: str | None) -> ProductForm:
        """Bring a forum into product form.

        Parameters
        ----------
        case, forum
            The case, and where a package is negotiated: its scope and whose consent it needs.
        against
            None: each party compares with its own fallback. Otherwise the name of what everybody
            compares with.

        Raises
        ------
        NotInProductFormError
            If a rule or a statement ties too many issues to be tabulated, or a party ranks more
            statements than one column can hold.
        EngineInputError
            If a package is worth more points than a float can hold.

        Notes
        -----
        The cost grows with what the case states (options, statements, rules and the combinations
        that each tells apart), not with the number of packages.
        """
        choices = Choices.of(Space.of(case), forum.scope)
        links, struck_by = links_of(case, choices)
        columns = Columns(choices)
        parties = {
            standpoint.party: party_form(standpoint, columns, links)
            for standpoint in _standpoints(case, choices.space, forum, against)
        }
        today = choices.engine_codes(_today(choices.space))
        changes = ALWAYS if today is None else columns.same_as(today.tolist())[1]
        return cls(
            case=case,
            forum=forum,
            against=against,
            choices=choices,
            domain=columns.domain(links),
            struck_by=struck_by,
            parties=MappingProxyType(parties),
            certain=verdict_rule(forum, parties, certain=True),
            conceivable=verdict_rule(forum, parties, certain=False),
            today=today,
            changes_something=changes,
            bars=MappingProxyType(columns.bars),
        )

    # --- who and why ------------------------------------------------------------------------

    @property
    def ranking(self) -> Mapping[PartyId, Level]:
        """The levels of those asked whose preference orders every package."""
        levels = {party: self.parties[party].level for party in self.forum.asked}
        return {party: level for party, level in levels.items() if level is not None}

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every floor, red line and right to block, party by party."""
        return tuple(part for form in self.parties.values() for part in form.parts)

    def parts_with(self, leaf: Meets) -> tuple[Part, ...]:
        """Return the parts that a threshold belongs to; several, where parties ask the same."""
        return tuple(
            part
            for part in self.parts
            if leaf in (*leaves_of(part.certain), *leaves_of(part.conceivable))
        )

    @property
    def unrefused_by(self) -> Mapping[PartyId, AcceptanceRule]:
        """Under which rule each party whose consent may be required does not refuse for certain."""
        found = {}
        for party, form in self.parties.items():
            if party in self.forum.must_agree:
                found[party] = form.conceivable
            elif form.blocks:
                found[party] = all_met(
                    any_met((block.conceivable, form.conceivable)) for block in form.blocks
                )
        return found

    @property
    def enough(self) -> AcceptanceRule | None:
        """Under which rule enough of those counted may still agree; None without a quota."""
        if self.forum.quota is None:
            return None
        counted = [self.parties[party].conceivable for party in dict.fromkeys(self.forum.quota.of)]
        return enough_met(counted, self.forum.quota.at_least)

    def narrowed(
        self, rule: AcceptanceRule, keep: Iterable[int] = (), *, as_links: bool = True
    ) -> Narrowed:
        """Return the packages that meet a rule as a smaller space under a shorter rule.

        Red lines and rights to block that every package must respect become links, and columns
        that nothing looks at any more are dropped, except those to ``keep``. An engine pays for
        each column; a link often spares it work. Very many of them entangle issues: without
        ``as_links`` they stay columns.
        """
        links, required = list(self.domain.links), []
        whole = isinstance(rule, AtLeast) and rule == all_of(*rule.parts)
        for part in rule.parts if isinstance(rule, AtLeast) and whole else (rule,):
            if as_links and isinstance(part, Meets) and part in self.bars:
                links += map(link_against, self.bars[part])
            else:
                required.append(part)
        columns = dict.fromkeys((*keep, *(leaf.column for r in required for leaf in leaves_of(r))))
        place = {column: k for k, column in enumerate(columns or [0])}
        narrow = self.domain.columns(tuple(place))
        terms = tuple(term for term in narrow.interactions if term.points.any())
        return Narrowed(
            Domain(narrow.points, tuple(links), terms, narrow.scale, narrow.rounding),
            all_met(_renumbered(part, place) for part in required),
            MappingProxyType(place),
        )

    @property
    def balanced_gains(self) -> BalancedGains:
        """What the named points consider: see :func:`~detente.analysis.named_points.named_points`.

        Whether there is any package at all, and any that can be signed, is for the engine to say.
        """
        asked = self.forum.asked
        forms = [self.parties[party] for party in asked]
        unscaled = [self.case.title_of(f.party) for f in forms if f.form is not Form.POINTS]
        because = ""
        if not asked:
            because = "nobody is asked"
        elif self.forum.quota is not None:
            because = "the agreement of some is enough, so it is not settled whose gains to balance"
        elif unscaled:
            because = "no points are stated for " + ", ".join(unscaled)
        levels = [form.level for form in forms if form.level is not None]
        floors = [level.floor for level in levels if level.floor is not None]
        if not because and len(floors) < len(asked):
            because = "a fallback has no points"
        if because:
            return BalancedGains(NEVER, (), (), (), because)
        red_lines = [part.conceivable for form in forms for part in form.red_lines]
        blocked = [rule for party, rule in self.unrefused_by.items() if party not in asked]
        return BalancedGains(
            all_met((*red_lines, *blocked)),
            asked,
            tuple(level.column for level in levels),
            tuple(floors),
        )

    # --- rows of the engine and of the case -------------------------------------------------

    def counts_today(self, rule: AcceptanceRule = ALWAYS) -> bool:
        """Say whether the package that changes nothing is among those allowed that meet a rule.

        A count over the domain takes it in; subtract it.
        """
        if self.today is None:
            return False
        row = self.today[None, :]
        return bool(self.domain.is_allowed(row)[0] and is_met(rule, self.domain.totals(row))[0])

    def case_codes(self, codes: npt.ArrayLike) -> Codes:
        """Turn rows of the engine into rows of the case, shape (n_packages, n_issues)."""
        return self.choices.case_codes(codes)

    def row_of(self, name: str) -> Ints | None:
        """Return today, an ending or a deal as a row of the engine; None if it is no package here.

        A row may still break a rule: ``domain.is_allowed`` says so.
        """
        (codes,) = self.choices.space.encode([self.case.outcome(name)])
        return self.choices.engine_codes(codes)

    def package(self, row: npt.ArrayLike) -> Package:
        """Name what a row of the engine settles otherwise than today."""
        outcome = self.choices.space.decode(self.case_codes(np.asarray(row)[None, :])[0])
        settles = {i: o for i, o in outcome.items() if o != self.case.issues[i].today}
        like = (name for name in self.case.deals if self.case.outcome(name) == outcome)
        return Package(settles, next(like, None))


def _renumbered(rule: AcceptanceRule, place: Mapping[int, int]) -> AcceptanceRule:
    if isinstance(rule, Meets):
        return Meets(place[rule.column], rule.at_least)
    return replace(rule, parts=tuple(_renumbered(part, place) for part in rule.parts))


def _today(space: Space) -> Codes:
    return np.array([issue.number(issue.today) for issue in space.issues], dtype=np.int32)


def _standpoints(
    case: Case, space: Space, forum: Forum, against: str | None
) -> Iterable[Standpoint]:
    """Put everybody whose consent may matter to the outcomes that have a name, and to no other."""
    names = [TODAY, *case.endings, *case.deals]
    codes = space.encode(case.outcome(name) for name in names)
    rows_of = {name: row for row, name in enumerate(names)}
    evaluations: dict[PartyId, Evaluation] = {}
    blocking = (party.id for party in case.parties.values() if party.can_block)
    for party in dict.fromkeys((*forum.asked, *blocking)):
        holder = case.preference_holder(party)
        if holder not in evaluations:
            evaluations[holder] = evaluate(case, space, case.views.get(holder), codes)
        yield Standpoint.of(
            case,
            space,
            party,
            evaluations[holder],
            rows_of,
            scope=forum.scope,
            at_stake=forum.at_stake,
            against=against,
        )


def verdict_rule(
    forum: Forum,
    parties: Mapping[PartyId, PartyForm],
    *,
    certain: bool,
    but: PartyId | None = None,
) -> AcceptanceRule:
    """Kleene's conjunction of the consents required and the quota, as one rule.

    With nobody asked nothing is settled: no package is YES and none is NO. The consent of ``but``
    is not required, and where it counts it counts as given.
    """
    if not forum.asked:
        return NEVER if certain else ALWAYS
    consents = {
        party: ALWAYS if party == but else form.certain if certain else form.conceivable
        for party, form in parties.items()
    }
    required = [consents[party] for party in forum.must_agree]
    for party, form in parties.items():
        if party not in forum.must_agree:
            required += [any_met((block.certain, consents[party])) for block in form.blocks]
    if forum.quota is not None:
        counted = [consents[party] for party in dict.fromkeys(forum.quota.of)]
        required.append(enough_met(counted, forum.quota.at_least))
    return all_met(required)
