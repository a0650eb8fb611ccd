"""What the entries of a case file have in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

__all__ = ["Contradiction", "Grounded", "Names", "Number", "Numbers", "Strict", "Text", "Words"]


class Strict(BaseModel):
    """Unknown fields are errors; every field's docstring is its help text in the editor."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Contradiction(ValueError):
    """What an entry's fields say together cannot be; ``found`` says it in the entry's words."""

    def __init__(self, found: str, expected: str) -> None:
        self.found = found
        super().__init__(expected)


def _as_list(value: Any) -> Any:
    if value is None or isinstance(value, dict):
        raise PydanticCustomError("one_or_many", "a word or a list of words")
    return [value] if isinstance(value, str) else value


def _one_or_many(schema: dict[str, Any]) -> None:
    item = schema.get("items", {"type": "string"})
    schema.pop("type", None)
    schema.pop("items", None)
    schema["anyOf"] = [item, {"type": "array", "items": item}]


Text = Annotated[
    str,
    Field(
        min_length=1,
        json_schema_extra={"type": ["string", "number", "boolean"]},
    ),
]
"""Some text. The reader keeps 2016, 15 or true as written; editors must let them stand too."""

Words = Annotated[list[Text], BeforeValidator(_as_list), Field(json_schema_extra=_one_or_many)]
"""One text or a list of texts."""

Names = Words
"""One name or a list of names that are defined elsewhere in the case."""

Number = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
"""One bare number, small enough that sums of it stay exact."""

Numbers = Annotated[str, Field(min_length=1, json_schema_extra={"type": ["string", "number"]})]
"""A number as a person writes it: 60 days, 15 to 120 days, about 60 days, 55 to 80%, unknown."""


class Grounded(Strict):
    """What an entry rests on: claims, or an assumption, or it is our own idea."""

    because: Names = []
    """Claims it rests on; it stands while any one of them stands."""
    because_all: Names = []
    """Claims it rests on when it needs every one of them."""
    assumption: Text | None = None
    """What is assumed instead: the name of an entry under `assumptions`, or a sentence."""
    our_idea: bool = False
    """True for what is in no source."""
