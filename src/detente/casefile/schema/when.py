"""Clocks, levers and scenarios, as they are written."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from detente.casefile.schema.common import Grounded, Names, Numbers, Strict, Text

__all__ = [
    "ClockSchema",
    "ConsequenceSchema",
    "LeverSchema",
    "OverlayFields",
    "ScenarioSchema",
    "TurnSchema",
]


class OverlayFields(Strict):
    sets: dict[Text, Any] = {}
    """Entry: new value, as in `aleppo_talks.closes: 2017-01-20`."""
    gives: dict[Text, Any] = {}
    """List entry: what is added, as in `kerry.may: [threaten sanctions]`."""
    takes: dict[Text, Any] = {}
    """List entry: what is taken away."""


class TurnSchema(Strict):
    replaces: dict[Text, Text] = {}
    """Party: the party that takes its place."""
    opens: Names = []
    """Tables that open."""
    closes: Names = []
    """Tables that close."""


class ConsequenceSchema(TurnSchema, OverlayFields):
    title: Text | None = None
    """What people would call this ending, where the event settles issues."""
    ends_as: dict[Text, Text] = {}
    """Issue: option. The event itself settles these."""
    looks_like_a_deal: bool = False
    """True if this ending might be recorded as a settlement though it is none."""
    perhaps: dict[Text, TurnSchema] = {}
    """Entry under `chances`: what follows besides, with that chance, once the event has come."""

    @model_validator(mode="after")
    def _an_ending_settles_something(self) -> Self:
        if not self.ends_as and (self.title is not None or self.looks_like_a_deal):
            raise ValueError("`title` and `looks_like_a_deal` only beside `ends_as`")
        return self


class ClockSchema(Grounded):
    what: Text
    """The event."""
    on: Text | None = None
    """The date it comes, if it has one."""
    half_likely_by: Numbers | None = None
    """If it may come any day: the time by which it is as likely to have come as not."""
    half_likely_between: Numbers | None = None
    """How far that time itself is uncertain."""
    likely_by: dict[Numbers, Numbers] = {}
    """If it grows likelier with time: two chances and their times, as `10%: 20 days`."""
    only_while: Text | None = None
    """The condition under which the clock runs, as a statement."""
    then: ConsequenceSchema = ConsequenceSchema()
    """What follows."""
    note: Text | None = None
    """Anything else a reader should know."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [self.on is not None, self.half_likely_by is not None, bool(self.likely_by)]
        between_alone = self.half_likely_between is not None and not any(given)
        if sum(given) != 1 and not between_alone:
            raise ValueError("exactly one of `on`, `half_likely_by`, `likely_by`")
        if self.half_likely_between is not None and (self.on is not None or self.likely_by):
            raise ValueError("`half_likely_between` only beside `half_likely_by`, or alone")
        return self


class LeverSchema(Grounded, OverlayFields):
    title: Text
    """What somebody would do."""
    in_the_hands_of: Names = []
    """Who could do it."""
    must_authorise: Names = []
    """Whose authority it needs."""
    believed: Text | None = None
    """How likely the others are to believe it, in the words of the scale."""
    note: Text | None = None
    """Anything else a reader should know."""


class ScenarioSchema(Grounded, OverlayFields):
    title: Text
    """The other course of events."""
