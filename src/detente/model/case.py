"""The whole case: one frozen object that every answer starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from detente.errors import NotFoundError, Place
from detente.ledger import (
    ICD203,
    Claim,
    ClaimId,
    LikelihoodScale,
    PartyId,
    Period,
    Source,
    SourceId,
    Speaker,
    SpeakerId,
)
from detente.model.clocks import Clock, ClockId, Lever, Scenario
from detente.model.deals import Deal, DealId, Ending, EndingId
from detente.model.issues import DisputedFact, FactId, Issue, Rule
from detente.model.judgements import (
    Assumption,
    Breaker,
    Chance,
    Explanation,
    PartyView,
)
from detente.model.parties import Norm, Party, Table, TableId
from detente.model.statements import IssueId, OptionId

__all__ = ["TODAY", "Case"]

TODAY = "today"
"""The name under which the present state of affairs is spoken of wherever an ending may be named."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Parties, tables, issues, deals, clocks, levers, facts, judgements, claims and sources."""

    title: str
    as_of: Period
    question: str = ""
    as_of_basis: str = ""
    scale: LikelihoodScale = ICD203
    parties: Mapping[PartyId, Party] = field(default_factory=dict)
    tables: Mapping[TableId, Table] = field(default_factory=dict)
    issues: Mapping[IssueId, Issue] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    deals: Mapping[DealId, Deal] = field(default_factory=dict)
    endings: Mapping[EndingId, Ending] = field(default_factory=dict)
    clocks: Mapping[ClockId, Clock] = field(default_factory=dict)
    facts: Mapping[FactId, DisputedFact] = field(default_factory=dict)
    levers: Mapping[str, Lever] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    norms: Mapping[str, Norm] = field(default_factory=dict)
    views: Mapping[PartyId, PartyView] = field(default_factory=dict)
    chances: Mapping[str, Chance] = field(default_factory=dict)
    breakers: tuple[Breaker, ...] = ()
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    assumptions: Mapping[str, Assumption] = field(default_factory=dict)
    speakers: Mapping[SpeakerId, Speaker] = field(default_factory=dict)
    sources: Mapping[SourceId, Source] = field(default_factory=dict)
    claims: Mapping[ClaimId, Claim] = field(default_factory=dict)
    place: Place = Place("case.yaml", 1, "")

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, dict):
                object.__setattr__(self, name, MappingProxyType(value))

    @property
    def today(self) -> Mapping[IssueId, OptionId]:
        """The present state of affairs, one option for every issue."""
        return {issue.id: issue.today for issue in self.issues.values()}

    def outcome(self, name: str) -> Mapping[IssueId, OptionId]:
        """Return the outcome that ``today``, an ending or a deal stands for.

        What a deal or an ending does not mention stays as it is today.

        Raises
        ------
        NotFoundError
            If nothing has that name.
        """
        if name == TODAY:
            return self.today
        if name in self.endings:
            return {**self.today, **self.endings[EndingId(name)].sets}
        if name in self.deals:
            return {**self.today, **self.deals[DealId(name)].says}
        known = ", ".join([TODAY, *self.endings, *self.deals])
        raise NotFoundError(f"no ending or deal is called {name!r}; there are: {known}")

    def title_of(self, name: str) -> str:
        """Return what people call today, an ending, a deal, a party or a table."""
        if name == TODAY:
            return "Today goes on"
        kinds: tuple[Mapping[Any, Any], ...] = (
            self.endings, self.deals, self.parties, self.tables, self.clocks, self.levers,
        )  # fmt: skip
        for things in kinds:
            if name in things:
                thing = things[name]
                return str(getattr(thing, "title", "") or getattr(thing, "name", "") or name)
        return name

    def preference_holder(self, party: PartyId) -> PartyId:
        """Follow ``acts_for`` up to the first party with a view of its own; else the party."""
        at: PartyId | None = party
        seen: set[PartyId] = set()
        while at is not None and at not in seen:
            if at in self.views and self.views[at].preference is not None:
                return at
            seen.add(at)
            at = self.parties[at].acts_for
        return party
