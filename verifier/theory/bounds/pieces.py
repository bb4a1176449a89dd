"""The steps of the bound for a user who talks to one agent only, as a certificate has them.

theory.md 6.5 for the user who picks one of several agents, 6.2 for a single agent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from verifier.game.model import Cell
from verifier.theory.deviations.deviation import MessageSetBound
from verifier.theory.deviations.dominance import Mixture
from verifier.theory.deviations.persuasion import Strategy

Perturbations = Mapping[Strategy, Mapping[Cell, Fraction]]
"""For each strategy, frequencies of cells at which the user strictly prefers to follow it."""


@dataclass(frozen=True)
class StrictPlan:
    """A plan (cell, strategy) -> probability with strict-incentive perturbations."""

    sends: Mapping[tuple[Cell, Strategy], Fraction]
    perturbations: Perturbations


@dataclass(frozen=True)
class AskedOffer:
    """A plan for each observation of hers, by questions; its strategies are single actions."""

    asked: Mapping[str, StrictPlan]


@dataclass(frozen=True)
class OfferRow:
    """The row U_i(mu) >= what an agent gets by mixing two plans, with its multiplier."""

    agent: str
    multiplier: Fraction
    low: StrictPlan | AskedOffer
    high: StrictPlan | AskedOffer


@dataclass(frozen=True)
class LinearPiece:
    """A step of the improved bound: if no equilibrium is below a, none is below `upper`.

    a is the `upper` of the piece before, or else the bound before. The multipliers of `offers`
    belong to the rows U_i(mu) - slope u(mu) >= ..., for all outcomes alike.
    """

    upper: Fraction
    offers: tuple[OfferRow, ...]


@dataclass(frozen=True)
class OutcomePiece(LinearPiece):
    """A step over all obedient outcomes, with multipliers of the rows of the outcome program.

    `start` is that of u(mu) >= a, `asking` those of asking as at another observation (5.9).
    """

    start: Fraction
    marginal: Mapping[tuple[str, str], Fraction]
    obedience: Mapping[tuple[str, str, str], Fraction]
    asking: Mapping[tuple[str, str, str, str], Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """What an agent's messages may make her do, and the dual prices of his cells for it.

    `start` is the multiplier of u(mu) >= a for such outcomes.
    """

    start: Fraction
    proof: MessageSetBound
    ties: Mapping[tuple[Strategy, int, str, str], Fraction] = field(default_factory=dict)
    """Multipliers of what an agent would lose, at the n-th type, by an action that ties."""


@dataclass(frozen=True)
class ReceivedPiece(LinearPiece):
    """A step over the outcomes of whichever agent's rule she receives.

    `winners` has the options of every agent but those who see no more than another, `dominated` the
    actions that she never takes from him, as in a deviation bound.
    """

    winners: Mapping[str, tuple[Option, ...]]
    dominated: Mapping[str, Mapping[tuple[int, str], Mixture]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fallback:
    """A rival whose offer is worth as much to her as the winner's, and to nobody more.

    `weights` and `worth` are the multipliers of these rows; `proof` has the prices of what his
    messages may make her do.
    """

    agent: str
    weights: Mapping[str, Fraction]
    worth: Fraction
    proof: MessageSetBound


@dataclass(frozen=True)
class Case:
    """A winner, and a rival or none, who leave no equilibrium in a step (theory.md 6.21).

    `tied` has the actions that are best for her only where others are.
    """

    winner: str
    offers: tuple[OfferRow, ...]
    tied: Mapping[tuple[int, str], Mixture]
    options: tuple[Option, ...]
    rival: Fallback | None


@dataclass(frozen=True)
class ContestPiece:
    """A step in all cases of which no equilibrium lies."""

    upper: Fraction
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Exclusion:
    """Closed steps from a bound to the most that anybody can offer: there is no equilibrium."""

    pieces: tuple[OutcomePiece, ...]
    received: tuple[ReceivedPiece, ...]
    contests: tuple[ContestPiece, ...] = ()
