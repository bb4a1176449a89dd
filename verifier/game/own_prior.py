"""An agent's own prior over the states becomes part of his utility (theory.md 1.7).

What he expects by his own prior of v is what the common prior says of v(a, y) p_i(y) / p(y). The
parties agree on how observations come about in each state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from verifier.game.model import Agent, Game, Joint, OwnPrior, Utility


def state_probabilities(joint: Joint, states: Iterable[str]) -> dict[str, Fraction]:
    """The probability p(y) of every state under a joint distribution."""
    found = dict.fromkeys(states, Fraction(0))
    for (_, _, state), p in joint.items():
        found[state] += p
    return found


def reweighted(
    utility: Utility, prior: Mapping[str, Fraction], common: Mapping[str, Fraction]
) -> Utility:
    """The utility v(a, y) p_i(y) / p(y) under the common prior p (theory.md 1.7).

    Where both probabilities are 0 it is v(a, y): the state counts in hull distances only. Where
    p(y) = 0 the prior p_i must say the same.
    """
    factor = {y: prior[y] / p if p else Fraction(1) for y, p in common.items()}
    return {(a, y): value * factor[y] for (a, y), value in utility.items()}


def believing(agent: Agent, prior: Mapping[str, Fraction], common: Mapping[str, Fraction]) -> Agent:
    """The agent whose utility is reweighted by his own prior, which he remembers."""
    found = Agent(agent.name, reweighted(agent.utility, prior, common), agent.sees)
    object.__setattr__(found, "own", OwnPrior(prior, agent.utility))
    return found


def own_priors(game: Game) -> dict[str, OwnPrior]:
    """The own priors of a game's agents, by name; only of those who have one.

    A game that was made from another, with another prior or other states, has none of them.
    """
    common = state_probabilities(game.joint, game.states)
    return {
        agent.name: agent.own
        for agent in game.agents
        if agent.own is not None
        and agent.own.prior.keys() == common.keys()
        and reweighted(agent.own.utility, agent.own.prior, common) == agent.utility
    }


def full_heading(game: Game) -> str:
    """The game's heading for a file of numbers alone, in which utilities may be reweighted ones."""
    reweighted_ones = ", utilities reweighted by own priors" if own_priors(game) else ""
    return f"{game.heading}{reweighted_ones}"
