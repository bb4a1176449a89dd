"""How much a search may take: games, seconds, memory.

Games are counted exactly; time and memory only cut it short.
"""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Budget:
    """Limits of one search. A search that ends by `games` alone is the same on every machine."""

    games: int = 20_000
    seconds: float = 60
    megabytes: int = 4_000


@dataclass
class Spending:
    """What has been used of a budget."""

    budget: Budget
    games: int = 0
    start: float = field(default_factory=time.monotonic)

    def examined(self) -> None:
        """One more game was put to the verifier."""
        self.games += 1

    @property
    def seconds_left(self) -> float:
        """Never below 0."""
        return max(0.0, self.budget.seconds - (time.monotonic() - self.start))

    def exhausted(self) -> str | None:
        """What has run out, in words; None while nothing has."""
        if self.games >= self.budget.games:
            return f"{self.budget.games} games were examined (--games)"
        if not self.seconds_left:
            return f"{self.budget.seconds:g} seconds have passed (--seconds)"
        if _megabytes() > self.budget.megabytes:
            return f"more than {self.budget.megabytes} megabytes are in use (--memory)"
        return None


def _megabytes() -> int:
    """The most memory this process has used; Linux counts in kilobytes, macOS in bytes."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used >> (10 if used < 1 << 32 else 20)
