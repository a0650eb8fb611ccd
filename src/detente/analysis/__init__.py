"""What follows for these parties? Names become arrays, engines answer, answers get names back."""

from __future__ import annotations

from detente.analysis.binding import UnboundPerformer, unbound_performers
from detente.analysis.conflict_actions import BROKEN, Action, Change
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
from detente.analysis.hold import analyse_hold
from detente.analysis.hold_answers import (
    Bearer,
    Binding,
    Bond,
    DealHold,
    HoldAnswer,
    Keeping,
    Kept,
    MoveOn,
    Order,
    Part,
    Performance,
    Preferring,
    Promise,
    Promised,
    StatedBreaker,
    Step,
    Stop,
    Temptation,
)
from detente.analysis.opening_answers import (
    Concession,
    Demand,
    Opening,
    ScopeChange,
    SeatChange,
    WayOut,
)
from detente.analysis.packages import Between, Number, Package
from detente.analysis.road_answers import Resting, Road, Roads, RoadStep
from detente.analysis.run import Analysis, analyse
from detente.analysis.unlisted import MOST_POINTS
from detente.analysis.voices import NotHeard, Voice, Voices, voices_of

__all__ = [
    "BROKEN",
    "MOST_POINTS",
    "Action",
    "Analysis",
    "Bearer",
    "Between",
    "Binding",
    "Bond",
    "Change",
    "Comparison",
    "Concession",
    "Consent",
    "DealAnswer",
    "DealHold",
    "DealsAnswer",
    "Demand",
    "Finding",
    "FindingKind",
    "FrontierAnswer",
    "FrontierPoint",
    "HoldAnswer",
    "Keeping",
    "Kept",
    "MoveOn",
    "NamedPoint",
    "NotHeard",
    "Number",
    "Opening",
    "Order",
    "Package",
    "Part",
    "Performance",
    "Preferring",
    "Promise",
    "Promised",
    "Reason",
    "Refusal",
    "Repair",
    "Resting",
    "Road",
    "RoadStep",
    "Roads",
    "Scatter",
    "ScatterPoint",
    "ScopeChange",
    "SeatChange",
    "Stance",
    "StatedBreaker",
    "Step",
    "Stop",
    "TableAnswer",
    "Temptation",
    "UnboundPerformer",
    "Voice",
    "Voices",
    "WayOut",
    "analyse",
    "analyse_deals",
    "analyse_hold",
    "findings_of",
    "judgements_of",
    "unbound_performers",
    "uses_of_claims",
    "voices_of",
]
