"""How much of the time allowed is left, for questions that are asked of the solver in turn."""

from __future__ import annotations

import time

from detente.errors import EngineInputError

__all__ = ["Clock"]


class Clock:
    """Time left until a limit; without one, for ever."""

    def __init__(self, limit: float | None, name: str = "seconds") -> None:
        if limit is not None and not limit >= 0:
            raise EngineInputError(f"{name}: found {limit}, expected at least 0 seconds, or None")
        self._until = None if limit is None else time.monotonic() + limit

    @property
    def left(self) -> float | None:
        """Seconds left, at least 0; None where there is no limit."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    @property
    def is_up(self) -> bool:
        return self.left == 0.0
