"""The case file as it is written. Pydantic is used in this room only."""

from __future__ import annotations

from detente.casefile.schema.case import CaseSchema
from detente.casefile.schema.ledger import SourceSchema
from detente.casefile.schema.when import ScenarioSchema

__all__ = ["CaseSchema", "ScenarioSchema", "SourceSchema"]
