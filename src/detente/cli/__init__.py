"""How is it asked for in a terminal? One verb per answer; words in, tables and sentences out."""

from __future__ import annotations

from detente.cli.app import main

__all__ = ["main"]
