"""Issues, rules, deals and endings, as they are written."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from detente.casefile.schema.common import (
    Contradiction,
    Grounded,
    Names,
    Number,
    Numbers,
    Strict,
    Text,
    Words,
)

__all__ = [
    "DealSchema",
    "DivisibleSchema",
    "EndingSchema",
    "ExchangeSchema",
    "FactSchema",
    "IfNotSchema",
    "IssueSchema",
    "OptionSchema",
    "PerformersSchema",
    "PrivateGainSchema",
    "RuleSchema",
    "TermSchema",
]


class PerformersSchema(Strict):
    all_of: Names = []
    """All of them must act; any one can stop it."""
    any_of: Names = []
    """Any one of them can do it."""

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if bool(self.all_of) == bool(self.any_of):
            raise ValueError("either `all_of` or `any_of`, with at least one party")
        return self


class OptionSchema(Grounded):
    says: Text
    """The option as a sentence."""
    done_by: Names | PerformersSchema | None = None
    """Who must act for this option; a list means all of them."""
    undone_by: Names | PerformersSchema | None = None
    """Who can undo it, each able to alone; if left out, any one performer can."""
    irreversible: bool = False
    """True if it cannot be undone."""
    not_by_agreement: bool = False
    """True for what only comes about without a deal: no package contains it."""

    @model_validator(mode="after")
    def _undone_or_for_good(self) -> Self:
        if self.irreversible and self.undone_by is not None:
            raise ValueError(
                "either `irreversible` or `undone_by`: what cannot be undone has nobody to undo it"
            )
        return self


class DivisibleSchema(Strict):
    low: Number
    """The smallest share or sum."""
    high: Number
    """The largest."""
    step: Number = Field(gt=0)
    """The grain at which it is examined; every step is an option named by its number."""
    unit: Text
    """The unit: per cent, people, dollars."""

    @model_validator(mode="after")
    def _whole_steps(self) -> Self:
        steps = (self.high - self.low) / self.step
        if not (1 <= round(steps) < 100_000 and abs(steps - round(steps)) < 1e-9):
            expected = "`high` above `low`, a whole number of steps (below 100,000) apart"
            raise Contradiction(self._in_words(), expected)
        if self.step < max(abs(self.low), abs(self.high)) / 1e9:
            expected = "steps coarse enough to tell the numbers apart in ten digits"
            raise Contradiction(self._in_words(), expected)
        return self

    def _in_words(self) -> str:
        return f"{self.low:.10g} to {self.high:.10g} in steps of {self.step:.10g}"


class IssueSchema(Grounded):
    question: Text
    """The question to be settled."""
    options: dict[Text, Text | OptionSchema] = {}
    """The ways to settle it: name and sentence, or name and details."""
    divisible: DivisibleSchema | None = None
    """Instead of options: a share or a sum."""
    today: Text
    """The option that holds today."""
    done_by: Names | PerformersSchema | None = None
    """Who must act, for every option but today's that does not say otherwise."""
    size_depends_on: Text | None = None
    """The disputed fact that sets how large the obligation is."""
    arises_after_signing: bool = False
    """True if the question only comes up once a deal is being carried out."""
    note: Text | None = None
    """Anything else a reader should know."""

    @model_validator(mode="after")
    def _options_or_divisible(self) -> Self:
        if bool(self.options) == (self.divisible is not None):
            raise ValueError("either `options` or `divisible`")
        if self.options and len(self.options) < 2:
            raise ValueError("at least two options; an issue with one option settles nothing")
        return self


class RuleSchema(Grounded):
    never: Text | None = None
    """A condition that no outcome may fulfil."""
    where: Text | None = None
    """With `only_if`: the condition that needs the other one."""
    only_if: Text | None = None
    """The condition without which `where` cannot hold."""
    together: list[Text] | None = None
    """Conditions that hold all together or not at all."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [self.never is not None, self.only_if is not None, self.together is not None]
        if sum(kinds) != 1 or (self.where is not None) != (self.only_if is not None):
            raise ValueError("exactly one of `never`, `where` with `only_if`, `together`")
        if self.together is not None and len(self.together) < 2:
            raise ValueError("at least two conditions under `together`")
        return self


class ExchangeSchema(Strict):
    give: Names
    """The issues one side gives."""
    get: Names
    """The issues it gets for them."""


class IfNotSchema(Strict):
    says: Text
    """What follows, as a sentence."""
    leads_to: Text | None = None
    """The outcome that breaking it brings about: `today`, an ending, or another deal."""
    answered_by: Names = []
    """Who has to bring that about, each able to alone; if left out, it comes about by itself."""

    @model_validator(mode="after")
    def _an_answer_leads_somewhere(self) -> Self:
        if self.answered_by and self.leads_to is None:
            raise ValueError("`leads_to` beside `answered_by`: what their answer brings about")
        return self


class TermSchema(Strict):
    act: Text | None = None
    """What exactly is to be done, to what."""
    when: Text | None = None
    """By when."""
    condition: Text | None = None
    """What must have happened first."""
    who_checks: Names | None = None
    """Who checks this term; if left out, whoever checks the deal."""
    if_not: Text | IfNotSchema | None = None
    """What follows if it is not done, in words or as an outcome; if left out, the deal's own."""


class PrivateGainSchema(Strict):
    says: Text
    """What it gains, as a sentence."""
    worth: Numbers
    """So many days of having all that it wants instead of none of it."""


class DealSchema(Grounded):
    title: Text
    """What people call the package."""
    table: Text | None = None
    """The table it lies on."""
    says: dict[Text, Text] = Field(min_length=1)
    """Issue: option. What is not mentioned stays as it is today."""
    in_exchange: list[ExchangeSchema] = []
    """What is given for what."""
    order: list[Text | list[Text]] | Text | None = None
    """Issues in the order in which they are carried out (a list inside: at the same time)."""
    who_checks: Names | None = None
    """The parties that check it; `nobody` if the source says so."""
    if_not: Text | IfNotSchema | None = None
    """What follows if it is not carried out, in words or as an outcome."""
    terms: dict[Text, TermSchema] = {}
    """Details of single terms, by issue."""
    must_agree: Names | None = None
    """Whose consent it needs, if that differs from its table."""
    leaves_out: Names = []
    """Parties that the deal shuts out."""
    private_gain: dict[Text, Text | PrivateGainSchema] = {}
    """What a signer gains by signing, apart from what the deal is worth."""
    note: Text | None = None
    """Anything else a reader should know."""


class EndingSchema(Grounded):
    title: Text
    """What people would call it."""
    sets: dict[Text, Text] = Field(min_length=1)
    """Issue: option. What is not mentioned stays as it is today."""
    looks_like_a_deal: bool = False
    """True if it might be recorded as a settlement though it is none."""


class FactSchema(Grounded):
    what: Text
    """What is disputed."""
    unit: Text
    """The unit it is counted in."""
    said_by: dict[Text, Numbers]
    """Each side's own number; `unknown` where none is given."""
    sizes: Words = []
    """The issues whose obligations grow with it."""
    gains_by_misstating: dict[Text, Text] = {}
    """Party: why it would give a number that is too high or too low."""
