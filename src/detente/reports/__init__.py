"""How do we show it? Answers to sentences, tables, pictures and the brief; nothing is decided here."""

from __future__ import annotations
