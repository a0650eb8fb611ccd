"""Parties and tables, as they are written."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from detente.casefile.schema.common import Grounded, Names, Numbers, Strict, Text, Words

__all__ = ["AliasSchema", "NormSchema", "PartySchema", "QuotaSchema", "TableSchema"]


class AliasSchema(Strict):
    name: Text
    """The other name, in the source's own wording."""
    source: Text | None = None
    """The source that uses it."""


class PartySchema(Grounded):
    name: Text
    """What people call the party."""
    kind: Literal["state", "government", "group", "person", "office", "organisation"] = "group"
    """What it is: state, government, group, person, office or organisation."""
    part_of: Text | None = None
    """The larger party it belongs to."""
    acts_for: Text | None = None
    """The principal it speaks for: an envoy sits, the principal decides."""
    also_called: list[Text | AliasSchema] = []
    """Its other names; with `source` where the wording is a source's own."""
    roles: Words = []
    """What it does, in plain words."""
    may: Words = []
    """Mandate: what it has authority to do."""
    may_not: Words = []
    """Mandate: what it has no authority to do."""
    may_not_offer: Words = []
    """Mandate in terms: statements such as `who_governs is damascus`."""
    backs: Names = []
    """Parties it supports."""
    depends_on: Names = []
    """Parties it cannot go on without."""
    talks_with: Names = []
    """Parties it is in touch with outside the tables."""
    can_block: Words = []
    """Terms that need its consent wherever they are agreed, as statements."""
    bears: Words = []
    """The costs that fall on it."""
    size: Numbers | None = None
    """How many people it is."""
    in_office_from: Text | None = None
    """The date from which it holds office."""
    in_office_until: Text | None = None
    """The date on which it leaves office."""
    replaced_by: Text | None = None
    """The party that takes its place then."""
    note: Text | None = None
    """Anything else a reader should know."""


class QuotaSchema(Strict):
    at_least: int = Field(ge=1)
    """How many of them must agree."""
    of: Names
    """The parties counted."""


class TableSchema(Grounded):
    title: Text
    """What people call these talks."""
    scope: Names = ["everything"]
    """The issues that may be settled here; `everything` for all issues."""
    scope_in_words: Text | None = None
    """The scope as a person says it."""
    seats: dict[Text, Numbers]
    """Who sits here and how often: always, sometimes, or a share such as `1 in 3`."""
    must_agree: Names | None = None
    """Whose consent a package here needs; if left out, everybody who always sits here."""
    enough: QuotaSchema | None = None
    """Besides those, at least so many of a list of parties must agree."""
    inside: Text | None = None
    """The larger table this one is part of."""
    go_between: Text | None = None
    """The party that talks to each of the others alone and alone sees the whole."""
    opens: Text | None = None
    """The date from which it meets."""
    closes: Text | None = None
    """The date until which it meets."""
    meets: Numbers | None = None
    """How often: `twice a week`."""
    exclusive: bool = True
    """Whether a package agreed here closes the other tables."""
    secrecy: Text | None = None
    """How public it is."""
    note: Text | None = None
    """Anything else a reader should know."""


class NormSchema(Grounded):
    says: Text
    """What the norm asks."""
    broken_by: Names = []
    """Parties whose conduct breaks it."""
    how: Text | None = None
    """How, in a sentence."""
