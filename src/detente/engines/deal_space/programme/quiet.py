"""HiGHS, as some versions of scipy ship it, prints a line of its own to standard output."""

from __future__ import annotations

import contextlib
import ctypes
import os
import tempfile
import threading
from collections.abc import Iterator

__all__ = ["without_solver_chatter"]

CHATTER = b"HighsMipSolverData::"

_turn = threading.Lock()


@contextlib.contextmanager
def without_solver_chatter() -> Iterator[None]:
    """Drop the lines that HiGHS prints; hand on, afterwards, what anybody else printed meanwhile.

    A stray line would spoil output that a program reads. The solver writes to the process's file
    descriptor and no option stops it, so the descriptor is turned aside for the time of the run,
    one run at a time. Where there is no such descriptor, nothing is done.
    """
    with _turn:
        try:
            kept = os.dup(1)
        except OSError:
            yield
            return
        with tempfile.TemporaryFile() as aside:
            os.dup2(aside.fileno(), 1)
            try:
                yield
            finally:
                _flush()
                os.dup2(kept, 1)
                aside.seek(0)
                for line in aside:
                    if not line.startswith(CHATTER):
                        os.write(kept, line)
                os.close(kept)


def _flush() -> None:
    """Empty the C library's buffers, where the line may still wait for a later moment."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).fflush(None)
