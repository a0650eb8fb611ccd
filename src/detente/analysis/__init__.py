"""What follows for these parties? Names become arrays, engines answer, answers get names back."""

from __future__ import annotations

from detente.analysis.binding import UnboundPerformer, unbound_performers
from detente.analysis.consent import Reason, Stance
from detente.analysis.deal_answers import (
    Comparison,
    Consent,
    DealAnswer,
    DealsAnswer,
    NamedPoint,
    Package,
    Refusal,
    Repair,
    Scatter,
    ScatterPoint,
    TableAnswer,
)
from detente.analysis.deals import analyse_deals
from detente.analysis.findings import Finding, FindingKind, findings_of
from detente.analysis.grounds import judgements_of, uses_of_claims
from detente.analysis.run import Analysis, analyse
from detente.analysis.voices import NotHeard, Voice, Voices, voices_of

__all__ = [
    "Analysis",
    "Comparison",
    "Consent",
    "DealAnswer",
    "DealsAnswer",
    "Finding",
    "FindingKind",
    "NamedPoint",
    "NotHeard",
    "Package",
    "Reason",
    "Refusal",
    "Repair",
    "Scatter",
    "ScatterPoint",
    "Stance",
    "TableAnswer",
    "UnboundPerformer",
    "Voice",
    "Voices",
    "analyse",
    "analyse_deals",
    "findings_of",
    "judgements_of",
    "unbound_performers",
    "uses_of_claims",
    "voices_of",
]
