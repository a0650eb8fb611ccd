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
    EFSA,
    ICD203,
    SCALES,
    Likelihood,
    LikelihoodScale,
    Quantity,
    Unknown,
)
from detente.ledger.sources import NORMALISER, Source, SourceId, Span, normalise, occurrences

__all__ = [
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
    "normalise",
    "occurrences",
]
