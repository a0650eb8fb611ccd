"""How is a case written down? YAML in, a Case out, or a list of problems with their lines."""

from __future__ import annotations

from detente.casefile.read import Reading, examine_case, read_case

__all__ = ["Reading", "examine_case", "read_case"]
