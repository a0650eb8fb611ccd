"""What do other programs' negotiation domains say? Foreign files in and out, losses listed."""

from __future__ import annotations

from detente.interchange.evaluate import ForEngine, is_additive, to_engine, utilities, utility
from detente.interchange.files import ForeignFileError
from detente.interchange.foreign import (
    Agreement,
    ForeignDomain,
    ForeignIssue,
    ForeignProfile,
    Format,
    with_steps,
)
from detente.interchange.read import read_foreign

__all__ = [
    "Agreement",
    "ForEngine",
    "ForeignDomain",
    "ForeignFileError",
    "ForeignIssue",
    "ForeignProfile",
    "Format",
    "is_additive",
    "read_foreign",
    "to_engine",
    "utilities",
    "utility",
    "with_steps",
]
