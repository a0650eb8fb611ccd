"""What do other programs' negotiation domains say? Foreign files in and out, losses listed."""

from __future__ import annotations

from detente.interchange.as_case import CaseText, case_text
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
from detente.interchange.from_case import from_case
from detente.interchange.genius_write import write_genius
from detente.interchange.geniusweb_write import write_geniusweb
from detente.interchange.gmcr import FORMAT as GMCR
from detente.interchange.gmcr import DecisionMaker, GmcrModel, GmcrOption
from detente.interchange.gmcr_case import gmcr_case_text
from detente.interchange.gmcr_from_case import gmcr_from_case
from detente.interchange.gmcr_read import find_gmcr, read_gmcr
from detente.interchange.gmcr_write import write_gmcr
from detente.interchange.negmas_write import write_negmas
from detente.interchange.read import read_foreign
from detente.interchange.written import Written

__all__ = [
    "GMCR",
    "Agreement",
    "CaseText",
    "DecisionMaker",
    "ForEngine",
    "ForeignDomain",
    "ForeignFileError",
    "ForeignIssue",
    "ForeignProfile",
    "Format",
    "GmcrModel",
    "GmcrOption",
    "Written",
    "case_text",
    "find_gmcr",
    "from_case",
    "gmcr_case_text",
    "gmcr_from_case",
    "is_additive",
    "read_foreign",
    "read_gmcr",
    "to_engine",
    "utilities",
    "utility",
    "with_steps",
    "write_genius",
    "write_geniusweb",
    "write_gmcr",
    "write_negmas",
]
