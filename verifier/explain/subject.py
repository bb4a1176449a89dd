"""What is explained: one guarantee on one game, what was found, what the kernel said of it, and a
repaired twin.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from verifier.game.model import Game
from verifier.theory.alignment import Hull
from verifier.theory.dropped import DroppedHypothesis
from verifier.theory.guarantee import Fails, Guarantee
from verifier.theory.verdict import Finding, Report, Verdict


@dataclass(frozen=True)
class RepairedGame:
    """The game with its one failing hypothesis repaired, and what the kernel said of it there."""

    row: DroppedHypothesis
    game: Game
    verdict: Verdict
    kernel: str | None


@dataclass(frozen=True, eq=False)
class Subject:
    """`verdict` is the finding's if the kernel accepted its certificate, `open` otherwise."""

    report: Report
    finding: Finding
    verdict: Verdict
    kernel: str | None
    twin: RepairedGame | None = None

    @property
    def game(self) -> Game:
        """The game that it is about."""
        return self.report.game

    @property
    def guarantee(self) -> Guarantee:
        """The guarantee that it is about."""
        return self.finding.guarantee

    @property
    def hull(self) -> Hull:
        """The paper's distance, with the weights that the proof uses."""
        return self.finding.setting.hull

    @cached_property
    def index(self) -> dict[str, int]:
        """Agent -> the index of his letters."""
        return {agent.name: n for n, agent in enumerate(self.game.agents, start=1)}

    @property
    def failing(self) -> dict[str, Fails]:
        """The hypotheses that fail."""
        return {
            name: entry
            for name, entry in self.finding.setting.hypotheses.items()
            if isinstance(entry, Fails)
        }

    @property
    def bound_accepted(self) -> bool:
        """Whether the kernel has checked the lower bound: a refutation brings none."""
        return self.verdict in (Verdict.PROVED, Verdict.VACUOUS)

    @property
    def theorem_applies(self) -> bool:
        """Whether all hypotheses but (hull), which is about the claimed tolerance, hold."""
        return set(self.failing) <= {"hull"}
