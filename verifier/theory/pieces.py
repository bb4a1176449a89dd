"""The steps of the bound for a user who talks to one agent only, as a certificate has them.

theory.md 6.5 for the user who picks one of several agents, 6.2 for a single agent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.game.model import Cell
from verifier.theory.deviation import MessageSetBound
from verifier.theory.persuasion import Strategy

Perturbations = Mapping[Strategy, Mapping[Cell, Fraction]]
"""For each strategy, frequencies of cells at which the user strictly prefers to follow it."""


@dataclass(frozen=True)
class StrictPlan:
    """A plan (cell, strategy) -> probability with strict-incentive perturbations."""

    sends: Mapping[tuple[Cell, Strategy], Fraction]
    perturbations: Perturbations


@dataclass(frozen=True)
class OfferRow:
    """The row U_i(mu) >= what an agent gets by mixing two plans, with its multiplier."""

    agent: str
    multiplier: Fraction
    low: StrictPlan
    high: StrictPlan


@dataclass(frozen=True)
class LinearPiece:
    """A step of the improved bound: if no equilibrium is below a, none is below `upper`.

    a is the `upper` of the piece before, or else the bound before. The multipliers prove the step:
    those of `offers` belong to the rows U_i(mu) - slope u(mu) >= ..., `start` to u(mu) >= a.
    """

    upper: Fraction
    offers: tuple[OfferRow, ...]
    start: Fraction


@dataclass(frozen=True)
class OutcomePiece(LinearPiece):
    """A step over all obedient outcomes, with multipliers of the rows of the outcome program."""

    marginal: Mapping[tuple[str, str], Fraction]
    obedience: Mapping[tuple[str, str, str], Fraction]


@dataclass(frozen=True)
class WonPiece(LinearPiece):
    """A step over the outcomes of one agent's rules, with dual prices of his cells."""

    proof: MessageSetBound


@dataclass(frozen=True)
class Winner:
    """The steps for whatever this agent offers, or an agent who sees no more than he does.

    `options`: the strategies that his messages may lead to, and the steps for them.
    """

    agent: str
    options: tuple[tuple[tuple[Strategy, ...], tuple[WonPiece, ...]], ...]
