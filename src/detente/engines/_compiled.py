"""Compiling the inner loops of the engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled"]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(function: Kernel) -> Kernel:
    """Compile once and keep the machine code on disk, where there is a place to keep it."""
    try:
        kernel = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba finds no folder that it may write to
        kernel = numba.njit(nogil=True)(function)
    return cast(Kernel, kernel)  # a dispatcher is called like the function it compiles
