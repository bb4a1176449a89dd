"""Contests: best-response dynamics on a game, with their end confirmed by the kernel.

This is `verifier dynamics`; from Python it is `verifier.api.dynamics`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from verifier.certificate import equilibrium_certificate
from verifier.certified import written
from verifier.checker import Reply, certify
from verifier.deadline import finished, in_time, passed, uninterrupted
from verifier.dynamics.comparison import Comparison, comparison, end_equilibrium
from verifier.dynamics.offer import Offers
from verifier.dynamics.trajectory import Ending, Start, Trajectory, gains, starting, trajectory
from verifier.errors import InstanceError
from verifier.game.model import Game, Ties
from verifier.result import Result
from verifier.rng import Draws
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantees.guarantee import Guarantee


@dataclass(frozen=True, repr=False)
class Contest(Result):
    """A trajectory on one game, its comparison, and the kernel's reply about its end.

    `gains` is what each agent would gain by matching the final offer if that were enough, None
    where the time did not suffice to find out. `step` is how much more than the best rival a
    challenger had to offer. `reply` is None where there is nothing to certify. `instance` and
    `certificate` are kept files; the kernel has read the certificate together with that instance.
    """

    game: Game
    trajectory: Trajectory
    comparison: Comparison
    gains: Mapping[str, Fraction] | None
    step: Fraction
    reply: Reply | None
    certificate: Path | None = None
    instance: Path | None = None

    @property
    def certified(self) -> bool:
        """Whether the kernel has accepted "all agents make the final offer" as an equilibrium."""
        return self.reply is not None and self.reply.accepted

    @property
    def late(self) -> bool:
        """Whether a deadline has kept it from being found where the moves lead."""
        return self.gains is None or (passed() is not None and not self.certified)


def compete(
    game: Game,
    start: str = Start.SILENCE,
    *,
    ties: str | None = None,
    step: Fraction = Fraction(0),
    order_seed: int | None = None,
    seed: int = 1,
    moves: int = 1000,
    effort: Effort = USUAL,
    keep: Path | None = None,
    stem: str = "instance",
) -> Contest:
    """The contest in which agents revise their offers in turn (`trajectory`), from a start on.

    It ends in an equilibrium, in a repeated state or after `moves` moves. `ties` plays the game
    with another tie rule; `order_seed` draws a new order each round instead of instance order;
    `seed` is for random starts. Certificates go to KEEP/STEM.dynamics.json beside the instance as
    played, or are not kept. Raises InstanceError for several users under one rule, and for games
    whose agents need not have best responses, SizeError as `verify` does, OutOfTimeError where the
    deadline passes before the first move; later it ends the trajectory.
    """
    if game.population:
        raise InstanceError(
            "dynamics are those of agents among whom one user picks, and here each of several users"
            " picks for herself; name one of them (--user)"
        )
    game = game if ties is None else replace(game, ties=Ties(ties))
    offers = Offers(game, effort)
    draws = None if order_seed is None else Draws("dynamics", order_seed, "order")
    with uninterrupted():
        compared = in_time(lambda: comparison(offers, effort))
        first = in_time(lambda: starting(offers, Start(start), seed))
        found = trajectory(offers, first, step, moves, draws)
        left = finished(lambda: gains(offers, found.final.offer), None)
        contest = Contest(game, found, compared, left, step, None)
        if found.ending is not Ending.EQUILIBRIUM:
            return contest
        return finished(lambda: _certified(contest, offers, keep, stem), contest)


def _certified(contest: Contest, offers: Offers, keep: Path | None, stem: str) -> Contest:
    """The contest with the kernel's reply about its end, if "all offer this" is an equilibrium."""
    game, shown = contest.game, end_equilibrium(offers, contest.trajectory.final.offer)
    if shown is None:
        return contest
    claimed = equilibrium_certificate(game, Guarantee.BEST_AI, shown)
    with written(game, keep, f"{stem}.dynamics") as instance:
        certificate = instance.with_suffix(".json")
        confirmed = replace(contest, reply=certify(claimed, instance, certificate))
    if keep is None:
        return confirmed
    return replace(confirmed, certificate=certificate, instance=instance)
