"""How is a case written down? YAML in, a Case out, or a list of problems with their lines."""

from __future__ import annotations

from detente.casefile.changed import Variations
from detente.casefile.read import Reading, examine_case, read_case
from detente.casefile.tools import (
    Formatting,
    SchemaPart,
    example_names,
    examples_folder,
    format_case,
    json_schema,
    new_case,
)
from detente.casefile.write import edit_file, set_value, write_file

__all__ = [
    "Formatting",
    "Reading",
    "SchemaPart",
    "Variations",
    "edit_file",
    "examine_case",
    "example_names",
    "examples_folder",
    "format_case",
    "json_schema",
    "new_case",
    "read_case",
    "set_value",
    "write_file",
]
