"""Best-response dynamics from Python: what `verifier dynamics` does, the end confirmed by the
kernel.

>>> from verifier.api import load
>>> from verifier.dynamics.contest import compete
>>> contest = compete(load("instances/guarantees/film_night.toml"), ties="favour-speaker")  # doctest: +SKIP
>>> contest.course.ending, contest.kernel                                                  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from verifier.certificate import equilibrium_certificate
from verifier.certified import written
from verifier.checker import Reply, certify
from verifier.dynamics.comparison import Comparison, comparison, settled
from verifier.dynamics.offer import Offers
from verifier.dynamics.trajectory import Ending, Start, Trajectory, gains, starting, trajectory
from verifier.game.model import Game, Ties
from verifier.rng import Draws
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantee import Guarantee


@dataclass(frozen=True)
class Contest:
    """A course on one game, what it is compared with, and what the kernel said of its end (None:
    nothing to certify).

    `gains` is what each agent would gain by matching the final bid if that were enough. `instance`
    and `certificate` are kept files; the kernel read the certificate together with that instance.
    """

    game: Game
    trajectory: Trajectory
    comparison: Comparison
    gains: Mapping[str, Fraction]
    reply: Reply | None
    certificate: Path | None = None
    instance: Path | None = None

    @property
    def certified(self) -> bool:
        """Whether the kernel accepted that all agents offering the final bid is an equilibrium."""
        return self.reply is not None and self.reply.accepted


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
    """Agents revise in turn from a start until an equilibrium, a repeated state or so many moves
    (`dynamics.course`).

    `ties` plays the game with another tie rule; `order_seed` draws a new order each round instead
    of instance order; `seed` is for random starts. Certificates go to KEEP/STEM.dynamics.json
    beside the instance as played, or are not kept. Raises InstanceError for games whose agents need
    not have best responses, SizeError as `verify` does.
    """
    game = game if ties is None else replace(game, ties=Ties(ties))
    offers = Offers(game, effort)
    draws = None if order_seed is None else Draws("dynamics", order_seed, "order")
    found = trajectory(offers, starting(offers, Start(start), seed), step, moves, draws)
    contest = Contest(
        game, found, comparison(offers, effort), gains(offers, found.final.offer), None
    )
    shown = settled(offers, found.final.offer) if found.ending is Ending.EQUILIBRIUM else None
    if shown is None:
        return contest
    text = equilibrium_certificate(game, Guarantee.BEST_AI, shown)
    with written(game, keep, f"{stem}.dynamics") as instance:
        certificate = instance.with_suffix(".json")
        confirmed = replace(contest, reply=certify(text, instance, certificate))
    if keep is None:
        return confirmed
    return replace(confirmed, certificate=certificate, instance=instance)
