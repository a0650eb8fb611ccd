"""From the schema's classes to the model's: names looked up, texts parsed, problems collected."""

from __future__ import annotations

from detente.casefile.build.case import build_case

__all__ = ["build_case"]
