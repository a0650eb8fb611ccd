"""Arguments and options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AgainstOption", "BudgetOption", "CaseArgument", "DrawsOption", "JsonOption"]

CaseArgument = Annotated[
    Path,
    typer.Argument(
        exists=True, metavar="CASE", help="A case folder, or one YAML file that holds the case."
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
]
AgainstOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Compare every deal with this for everybody: `today`, an ending or a deal. "
        "If left out, each party compares with what it expects without a deal.",
    ),
]

BudgetOption = Annotated[
    int | None,
    typer.Option(
        metavar="POINTS",
        min=1,
        help="At a table too large to list: how much may be held at once before answers are found "
        "only approximately. Larger is slower and more exact. Default: 50000.",
    ),
]

DrawsOption = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=0,
        max=20_000,
        help="How many worlds are drawn from the ranges that the case states, for who gains by waiting.",
    ),
]
