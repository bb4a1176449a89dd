"""The subject of a narrative: a guarantee on one game, its finding, and the kernel's reply."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from verifier.game.model import Game
from verifier.theory.alignment import Hull
from verifier.theory.dropped import DroppedHypothesis
from verifier.theory.guarantees.guarantee import Fails, Guarantee
from verifier.theory.verdict import Finding, Report, Verdict


@dataclass(frozen=True)
class RepairedGame:
    """A game with one thing repaired, the kernel's verdict and reply there, and what fails still.

    `failing` are the hypotheses that fail in it, by name: one change may be too little.
    """

    game: Game
    verdict: Verdict
    kernel: str | None
    failing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Repair:
    """The repair of a counterexample: one game, or for several users that of each by herself."""

    dropped: DroppedHypothesis
    games: tuple[RepairedGame, ...]

    @property
    def proved(self) -> bool:
        """Whether the guarantee is proved in all repaired games."""
        return all(one.verdict is Verdict.PROVED for one in self.games)

    @property
    def enough(self) -> bool:
        """Whether every hypothesis holds in all repaired games, and no claim is refuted there."""
        return not any(one.failing or one.verdict is Verdict.REFUTED for one in self.games)


@dataclass(frozen=True, eq=False)
class Subject:
    """The subject of one narrative.

    `verdict` is the finding's if the kernel accepted its certificate, `open` otherwise; `reason`
    says why it is open. `kernel` is the kernel's reply, None where there was no certificate.
    `claims` are the claims of the certificate that the kernel accepted, each with the agents that
    it names; there are none where it accepted nothing. `repaired` is the repair of a
    counterexample.
    """

    report: Report
    finding: Finding
    verdict: Verdict
    kernel: str | None
    reason: str | None = None
    claims: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    repaired: Repair | None = None

    @property
    def game(self) -> Game:
        """The game of the report."""
        return self.report.game

    @property
    def guarantee(self) -> Guarantee:
        """The guarantee of the finding."""
        return self.finding.guarantee

    @property
    def hull(self) -> Hull:
        """The hull distance with the weights that the proof uses."""
        return self.finding.setting.hull

    @property
    def offset(self) -> Fraction:
        """The constant of the nearest mixture: its expectation where it depends on the state."""
        chances = {y: Fraction(0) for y in self.game.states}
        for (_, _, y), p in self.game.joint.items():
            chances[y] += p
        return sum((p * self.hull.offsets[y] for y, p in chances.items()), Fraction(0))

    @cached_property
    def index(self) -> dict[str, int]:
        """The index of each agent's symbols."""
        return {agent.name: n for n, agent in enumerate(self.game.agents, start=1)}

    @property
    def failing(self) -> dict[str, Fails]:
        """The hypotheses that fail, each with its witness."""
        return {
            name: entry
            for name, entry in self.finding.setting.hypotheses.items()
            if isinstance(entry, Fails)
        }

    def vouched(self, claim: str, *agents: str) -> bool:
        """Whether the kernel has accepted this claim, about these agents where it names some."""
        return (claim, agents) in self.claims

    @property
    def bound_accepted(self) -> bool:
        """Whether the kernel has checked the lower bound, which a refutation does not come with."""
        return self.verdict in (Verdict.PROVED, Verdict.VACUOUS)

    @property
    def theorem_applies(self) -> bool:
        """Whether all hypotheses but (hull), which is about the claimed tolerance, hold."""
        return set(self.failing) <= {"hull"}
