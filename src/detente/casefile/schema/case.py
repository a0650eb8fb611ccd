"""The whole case file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from detente.casefile.schema.common import Strict, Text
from detente.casefile.schema.held import (
    AssumptionSchema,
    BreakerSchema,
    ChanceSchema,
    ExplanationSchema,
    PartyViewSchema,
)
from detente.casefile.schema.ledger import (
    ClaimDefaultsSchema,
    ClaimSchema,
    SourceSchema,
    SpeakerSchema,
)
from detente.casefile.schema.what import (
    DealSchema,
    EndingSchema,
    FactSchema,
    IssueSchema,
    RuleSchema,
)
from detente.casefile.schema.when import ClockSchema, LeverSchema, ScenarioSchema
from detente.casefile.schema.who import NormSchema, PartySchema, TableSchema

__all__ = ["CaseSchema"]


class CaseSchema(Strict):
    """A negotiation. One file may hold it all; in a folder the entries may be split."""

    detente: Annotated[Literal["1"], Field(json_schema_extra={"enum": ["1", 1]})] = "1"
    """Version of the case format."""
    negotiation: Text
    """What is being negotiated, as a title."""
    as_of: Text
    """The day on which the case stands."""
    as_of_basis: Text | None = None
    """How that day is known, if the source does not print it."""
    question: Text | None = None
    """The question the reader has."""
    scale: Text = "icd203"
    """The scale of likelihood words: icd203, icd203_odds (its second row of words) or efsa."""
    parties: dict[Text, PartySchema]
    """Who: states, governments, groups, persons, offices."""
    tables: dict[Text, TableSchema] = {}
    """Where they talk."""
    issues: dict[Text, IssueSchema]
    """What it is about."""
    rules: dict[Text, RuleSchema] = {}
    """What cannot go together."""
    deals: dict[Text, DealSchema] = {}
    """Packages on the table."""
    endings: dict[Text, EndingSchema] = {}
    """How it may end without a deal, apart from the endings that clocks bring."""
    clocks: dict[Text, ClockSchema] = {}
    """What time does by itself."""
    facts: dict[Text, FactSchema] = {}
    """Disputed facts, with each side's number."""
    levers: dict[Text, LeverSchema] = {}
    """What somebody could change."""
    scenarios: dict[Text, ScenarioSchema] = {}
    """Other courses of events to compare."""
    norms: dict[Text, NormSchema] = {}
    """Norms that conduct or deals touch."""
    judgements: dict[Text, PartyViewSchema] = {}
    """What we think each party wants, refuses and expects."""
    chances: dict[Text, ChanceSchema] = {}
    """How likely we think things are."""
    breakers: list[BreakerSchema] = []
    """Who could break a deal afterwards."""
    explanations: dict[Text, ExplanationSchema] = {}
    """Rival explanations of conduct."""
    assumptions: dict[Text, AssumptionSchema] = {}
    """What is held without a source."""
    speakers: dict[Text, SpeakerSchema] = {}
    """The voices in the sources."""
    sources: dict[Text, SourceSchema] = {}
    """The documents."""
    claim_defaults: ClaimDefaultsSchema | None = None
    """What holds for every claim in this file unless it says otherwise."""
    claims: dict[Text, ClaimSchema] = {}
    """What the sources say, in their exact words."""
