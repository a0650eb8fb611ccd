"""Judgements, as they are written."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from detente.casefile.schema.common import Grounded, Names, Number, Numbers, Strict, Text, Words

__all__ = [
    "AssumptionSchema",
    "BreakerSchema",
    "ChanceSchema",
    "ExplanationSchema",
    "FallbackSchema",
    "PartyViewSchema",
    "WishSchema",
]


class WishSchema(Grounded):
    that: Text
    """The statement: `X is [not] Y [if A is B]`."""


class FallbackSchema(Grounded):
    one: Text | None = None
    """The ending, deal or `today` that the party expects without this deal."""
    best_of: Names | None = None
    """It gets whichever of these it likes best."""
    worst_of: Names | None = None
    """It must reckon with whichever of these it likes least."""
    at_least: Numbers | None = None
    """It walks away below this score (points only)."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [self.one, self.best_of, self.worst_of, self.at_least]
        if sum(value is not None for value in given) != 1:
            raise ValueError("exactly one of `one`, `best_of`, `worst_of`, `at_least`")
        return self


class PartyViewSchema(Grounded):
    wants: list[Text | WishSchema] = []
    """Statements, most important first: an earlier one outweighs all later ones together."""
    order: list[Names] = []
    """Instead: deals and endings by name, best first; equals in a list of their own."""
    points: dict[Text, dict[Text, Numbers]] = {}
    """Instead: points for options, by issue. For a divisible issue: `low` and `high`."""
    weights: dict[Text, Annotated[Number, Field(ge=0)]] = {}
    """With points: the weight of each issue; if left out, 1."""
    refuses: list[Text | WishSchema] = []
    """Red lines: what it will not sign, as statements."""
    without_a_deal: Text | FallbackSchema | None = None
    """What it gets without a deal: `today`, an ending, a deal elsewhere, or the details."""
    waiting_costs: Numbers | None = None
    """What waiting costs it: none, low, medium, high, very high, or a number with its unit."""
    time_left: Numbers | None = None
    """How long it has."""
    believes: dict[Text, Text] = {}
    """Its own chances, where they differ from ours: entry under `chances` and likelihood."""
    unknown: Text | None = None
    """What to assume of it when the ground of these judgements is struck."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if sum(map(bool, (self.wants, self.order, self.points))) > 1:
            raise ValueError("one form of preference: `wants`, `order` or `points`")
        if self.weights and not self.points:
            raise ValueError("`weights` only beside `points`")
        return self


class ChanceSchema(Grounded):
    what: Text
    """The event."""
    likelihood: Text
    """A word of the declared scale, a range in per cent, or `unknown`."""
    unknown: Text = "0 to 100%"
    """The range it falls back to when its ground is struck."""


class BreakerSchema(Grounded):
    deal: Text
    """The deal that is broken."""
    who: Text
    """The party that could break it."""
    could: Text
    """How."""
    sets: dict[Text, Text] = {}
    """The same in terms: the options that breaking it would bring about."""
    stopped_by: Words = []
    """Who could stop that; `nobody` if nobody can."""
    only_if: Text | None = None
    """The condition under which it is stopped."""
    within: Numbers | None = None
    """How soon."""
    then: Literal["talks resume", "talks end"] = "talks resume"
    """What follows: talks resume, or talks end."""
    unknown: Text | None = None
    """What to assume when the ground is struck."""


class AssumptionSchema(Strict):
    text: Text
    """What is assumed."""
    if_wrong: Text | None = None
    """What would follow if it were wrong."""
    check: Text | None = None
    """How to find out."""


class ExplanationSchema(Strict):
    text: Text
    """The explanation."""
    of: Text | None = None
    """The party whose conduct it explains."""
    supported_by: Names = []
    """Claims that fit it."""
    contradicted_by: Names = []
    """Claims that do not."""
