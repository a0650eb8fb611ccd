"""What follows for these parties? Names become arrays, engines answer, answers get names back."""

from __future__ import annotations

from detente.analysis.binding import UnboundPerformer, unbound_performers
from detente.analysis.consent import Reason, Stance
from detente.analysis.deal_answers import (
    Comparison,
    Consent,
    DealAnswer,
    DealsAnswer,
    FrontierAnswer,
    FrontierPoint,
    NamedPoint,
    Refusal,
    Repair,
    Scatter,
    ScatterPoint,
    TableAnswer,
)
from detente.analysis.deals import analyse_deals
from detente.analysis.findings import Finding, FindingKind, findings_of
from detente.analysis.grounds import judgements_of, uses_of_claims
from detente.analysis.opening_answers import (
    Concession,
    Demand,
    Opening,
    ScopeChange,
    SeatChange,
    WayOut,
)
from detente.analysis.packages import Between, Number, Package
from detente.analysis.run import Analysis, analyse
from detente.analysis.unlisted import MOST_POINTS
from detente.analysis.voices import NotHeard, Voice, Voices, voices_of

__all__ = [
    "MOST_POINTS",
    "Analysis",
    "Between",
    "Comparison",
    "Concession",
    "Consent",
    "DealAnswer",
    "DealsAnswer",
    "Demand",
    "Finding",
    "FindingKind",
    "FrontierAnswer",
    "FrontierPoint",
    "NamedPoint",
    "NotHeard",
    "Number",
    "Opening",
    "Package",
    "Reason",
    "Refusal",
    "Repair",
    "Scatter",
    "ScatterPoint",
    "ScopeChange",
    "SeatChange",
    "Stance",
    "TableAnswer",
    "UnboundPerformer",
    "Voice",
    "Voices",
    "WayOut",
    "analyse",
    "analyse_deals",
    "findings_of",
    "judgements_of",
    "unbound_performers",
    "uses_of_claims",
    "voices_of",
]
