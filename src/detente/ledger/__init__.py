"""What do we know, and where did we read it? Sources, speakers, claims, dates and numbers."""

from __future__ import annotations

from detente.ledger.claims import (
    Claim,
    ClaimForm,
    ClaimId,
    ClaimKind,
    PartyId,
    Speaker,
    SpeakerId,
)
from detente.ledger.moments import Period
from detente.ledger.quantities import (
    DAYS_PER,
    EFSA,
    ICD203,
    SCALES,
    Likelihood,
    LikelihoodScale,
    Quantity,
    Unknown,
    in_days,
    per_day,
    time_unit,
)
from detente.ledger.sources import NORMALISER, Source, SourceId, Span, normalise, occurrences

__all__ = [
    "DAYS_PER",
    "EFSA",
    "ICD203",
    "NORMALISER",
    "SCALES",
    "Claim",
    "ClaimForm",
    "ClaimId",
    "ClaimKind",
    "Likelihood",
    "LikelihoodScale",
    "PartyId",
    "Period",
    "Quantity",
    "Source",
    "SourceId",
    "Span",
    "Speaker",
    "SpeakerId",
    "Unknown",
    "in_days",
    "normalise",
    "occurrences",
    "per_day",
    "time_unit",
]
