"""Equilibria in signals that best replies in turn lead to (theory.md 6.14).

1. Starts: all are silent; each tells all that he sees, whether or not the others see the same; one
   of them does; all announce what all can tell apart; some merge at random what they see.
2. In turn each agent who could gain sends an optimal signal against the others' (theory.md 6.1),
   which the user follows, until nobody gains or SWEEPS are over.
3. What comes to rest is verified with the deviation bounds that stopped it (theory.md 6.9).

The work is bounded: a reply is looked for where the user has at most REPLY_STRATEGIES strategies.
What is found need not be the worst equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product

from verifier.errors import SizeError
from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.response import (
    RangeEnd,
    Response,
    SignalDistribution,
    best_actions_at,
    expected,
    payoff_end,
    signal_distribution,
)
from verifier.game.rules import Signal, common_coarsening
from verifier.rng import Draws
from verifier.solve.effort import USUAL, Effort
from verifier.theory.deviations.deviation import DeviationBound, Knowledge, deviation_bound
from verifier.theory.deviations.persuasion import (
    Subproblem,
    independent_types,
    strategy_name,
    subproblem_of,
)
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium, verify_profile
from verifier.theory.equilibria.partition_cells import cell_name

SWEEPS = 6
"""How often each agent may reply before a start is given up."""

REPLY_STRATEGIES = 250
"""The largest number of strategies of the user in a subproblem in which a reply is looked for."""

RESPONSE_LIMIT = 64
"""The largest number of the user's best responses to a start that are tried."""

RANDOM_STARTS = 3
"""How many starts are drawn, each from the stream of its number."""

Announced = Mapping[str, Sequence[Cell]]
"""The partition that each agent announces."""

Signals = Mapping[str, Signal]
"""The agents' signals, in the order of the agents."""


def reply_equilibria(
    game: Game, effort: Effort = USUAL, least: Fraction | None = None
) -> list[SignalEquilibrium]:
    """The equilibria at which best replies from the starts come to rest.

    Domain: games with several agents. The user receives the messages of all. `least`: a lower bound
    on her utility in all equilibria; reaching it ends the search.
    """
    replies, found = _Replies(game, effort), list[SignalEquilibrium]()
    for kind, cells in _starts(game):
        if any(shown.user_utility == least for shown in found):
            break
        try:
            resting = replies.rest(kind, {name: _announcing(cells[name]) for name in cells})
        except SizeError:
            continue
        found += [] if resting is None else [resting]
    return found


def _starts(game: Game) -> Iterator[tuple[str, Announced]]:
    """The different profiles of partitions that are started from, in which the words suffice.

    Each has the name that it has as an equilibrium, if it is one.
    """
    everything = (game.agent_observations,)
    shared = common_coarsening(game, [agent.sees for agent in game.agents])
    silent: Announced = {agent.name: everything for agent in game.agents}
    telling: Announced = {agent.name: agent.sees for agent in game.agents}
    starts = [("silence", silent), ("all tell", telling)]
    starts += [("partition", dict.fromkeys(silent, shared))]
    starts += [("one tells", {**silent, name: telling[name]}) for name in telling]
    starts += [("announcements", _merged(game, number)) for number in range(RANDOM_STARTS)]
    seen = []
    for kind, cells in starts:
        conveyed = all(game.conversation.conveys(len(said)) for said in cells.values())
        if conveyed and cells not in seen:
            seen.append(cells)
            yield kind, cells


def _merged(game: Game, number: int) -> Announced:
    """For each agent a partition that is coarser than what he sees, drawn at random."""
    draws, merged = Draws("best replies", number), dict[str, Sequence[Cell]]()
    for agent in game.agents:
        parts: dict[int, Cell] = {}
        for cell in agent.sees:
            part = draws.below(game.conversation.messages(len(agent.sees)))
            parts[part] = (*parts.get(part, ()), *cell)
        merged[agent.name] = tuple(parts.values())
    return merged


def _announcing(cells: Sequence[Cell]) -> Signal:
    return {x: {cell_name(cell): Fraction(1)} for cell in cells for x in cell}


class _Replies:
    """Best replies in turn, in one game."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort

    def rest(self, kind: str, start: Signals) -> SignalEquilibrium | None:
        """The equilibrium where replies from this start come to rest; None if they do not.

        A start that is an equilibrium under one of the user's best responses rests at once, and
        is of this kind.
        """
        found = self.upheld(kind, start)
        if found is not None:
            return found
        signals = dict(start)
        distribution = signal_distribution(self.game, list(signals.values()))
        response = next(self.responses(distribution))
        for _ in range(SWEEPS):
            bounds: dict[str, DeviationBound] = {}
            for agent in self.game.agents:
                now = self.utility(agent, signals, response)
                bounds[agent.name] = bound = self.bound(agent, signals, now)
                if bound.value > now + self.game.gamma:
                    reply = self.reply(agent, signals, bound)
                    if reply is None:
                        return None
                    signals[agent.name], response = reply
                    bounds = {agent.name: bound}
            if len(bounds) == len(signals):
                return verify_profile(
                    self.game, "best replies", signals, response, self.effort, bounds
                )
        return None

    def upheld(self, kind: str, signals: Signals) -> SignalEquilibrium | None:
        """The profile as an equilibrium, if it is one under a response that is tried."""
        game, bounds = self.game, dict[str, DeviationBound]()
        distribution = signal_distribution(game, list(signals.values()))
        for agent in game.agents:
            least, most = (
                payoff_end(game, game.agent_payoff(agent.name), distribution, end)
                for end in (RangeEnd.LEAST, RangeEnd.GREATEST)
            )
            bounds[agent.name] = self.bound(agent, signals, least)
            if bounds[agent.name].value > most + game.gamma:
                return None
        verified = (
            verify_profile(game, kind, signals, response, self.effort, bounds)
            for response in self.responses(distribution)
        )
        return next((found for found in verified if found is not None), None)

    def responses(self, distribution: SignalDistribution) -> Iterator[Response]:
        """The user's best responses that fit the tie rule, up to RESPONSE_LIMIT."""
        game = self.game
        choices = [
            best_actions_at(game, t, points, game.ties) for t, points in distribution.items()
        ]
        for actions in islice(product(*choices), RESPONSE_LIMIT):
            yield dict(zip(distribution, actions, strict=True))

    def utility(self, agent: Agent, signals: Signals, response: Response) -> Fraction:
        """What the agent has under the signals and the response."""
        distribution = signal_distribution(self.game, list(signals.values()))
        return expected(self.game.agent_payoff(agent.name), distribution, response)

    def met(self, agent: Agent, signals: Signals) -> SignalDistribution:
        """The types of the user that the agent meets."""
        others = [signal for name, signal in signals.items() if name != agent.name]
        return signal_distribution(self.game, others)

    def bound(self, agent: Agent, signals: Signals, now: Fraction) -> DeviationBound:
        """The agent's deviation bound, granted what the user sees where that is enough."""
        game, met, enough = self.game, self.met(agent, signals), now + self.game.gamma
        size = max(map(len, independent_types(agent, met)))
        few = len(game.actions) ** size <= REPLY_STRATEGIES
        knowledge = Knowledge.OWN_OBSERVATION if few else Knowledge.USER_TYPE
        return deviation_bound(game, agent, met, self.effort, enough, knowledge=knowledge)

    def reply(
        self, agent: Agent, signals: Signals, bound: DeviationBound
    ) -> tuple[Signal, Response] | None:
        """The optimal signal behind the bound, and the user's response to it and the others.

        None where the bound grants the agent more than he knows, or words for more than he has.
        """
        game, met = self.game, self.met(agent, signals)
        parts = list(independent_types(agent, met))
        plans = {frozenset(part.types): part.best.sends for part in bound.subproblems}
        if any(frozenset(part) not in plans for part in parts):
            return None
        subproblems = [subproblem_of(game, agent, part) for part in parts]
        signal, follows = _spoken(game, subproblems, [plans[frozenset(part)] for part in parts])
        if not game.conversation.conveys(len({m for sent in signal.values() for m in sent})):
            return None
        changed = {**signals, agent.name: signal}
        distribution = signal_distribution(game, list(changed.values()))
        if game.ties is Ties.ORDER:
            return signal, next(self.responses(distribution))
        place = 1 + game.agents.index(agent)
        return signal, {t: follows[(*t[:place], *t[place + 1 :]), t[place]] for t in distribution}


def _spoken(
    game: Game,
    subproblems: Sequence[Subproblem],
    plans: Sequence[Mapping[tuple[Cell, tuple[str, ...]], Fraction]],
) -> tuple[Signal, dict[tuple[tuple[str, ...], str], str]]:
    """The plans as one signal, with what each type does after each message.

    A message is the name of the strategy; with several subproblems it is a number, which stands
    for a strategy in each of them.
    """
    signal: dict[str, dict[str, Fraction]] = {x: {} for x in game.agent_observations}
    follows: dict[tuple[tuple[str, ...], str], str] = {}
    for subproblem, plan in zip(subproblems, plans, strict=True):
        for number, s in enumerate(dict.fromkeys(s for _, s in plan), 1):
            message = strategy_name(s) if len(subproblems) == 1 else str(number)
            for cell in subproblem.cells:
                if (cell, s) in plan:
                    for x in cell:
                        signal[x][message] = plan[cell, s]
            follows |= {(t, message): a for t, a in zip(subproblem.types, s, strict=True)}
    anything = next(sent for sent in signal.values() if sent)
    return {x: sent or anything for x, sent in signal.items()}, follows
