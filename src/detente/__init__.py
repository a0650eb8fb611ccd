"""Analyse a negotiation: which deals are possible, and which sentence each answer rests on.

>>> import detente
>>> case = detente.read_case("examples/aleppo-2016")  # doctest: +SKIP
>>> detente.analyse(case).deals.deals[0].verdict  # doctest: +SKIP
<Verdict.NO: 0>
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from detente._version import __version__
from detente.errors import CaseFileError, DetenteError

if TYPE_CHECKING:
    from detente.analysis import Analysis, Finding, analyse, findings_of
    from detente.casefile import read_case
    from detente.model import Case

__all__ = [
    "Analysis",
    "Case",
    "CaseFileError",
    "DetenteError",
    "Finding",
    "__version__",
    "analyse",
    "findings_of",
    "read_case",
]

_HOMES = {
    "Analysis": "detente.analysis",
    "Case": "detente.model",
    "Finding": "detente.analysis",
    "analyse": "detente.analysis",
    "findings_of": "detente.analysis",
    "read_case": "detente.casefile",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use: numpy and pydantic cost more than the rest together."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'detente' has no attribute {name!r}")
