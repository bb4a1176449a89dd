"""What a user who picks one of several agents is offered in equilibrium (theory.md 6.5).

Two offers count: the winner's, whom she picks, and a rival's, on whom she falls back where the
winner offers less. Both are worth the same to her, the winner has no more where the rival is
picked, and no agent has less than his frontier. The rival may make the winner's own offer (a common
signal), or all rivals are silent: then the winner has the most that he can have. Between
breakpoints of the frontiers this is linear, for each set of messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice, product

from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.response import Response
from verifier.game.rules import Signal, common_coarsening
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.deviations.dominance import Mixture, always_tied
from verifier.theory.deviations.frontier import Frontier, Frontiers, message_sets
from verifier.theory.deviations.persuasion import (
    Plan,
    Strategy,
    Subproblem,
    column_payoffs,
    read_plan,
    signal_program,
    subproblem_of,
)
from verifier.theory.deviations.recommendable import Recommendable, recommendable
from verifier.theory.deviations.signal_equilibrium import as_signal

PAIR_LIMIT = 400
"""The largest number of pairs of a winner's and a rival's message set that are tried."""


Span = tuple[Fraction, Fraction]
"""Two ends between which no frontier has a breakpoint, or one that is both."""


@dataclass(frozen=True, eq=False)
class Recommendations:
    """All signals that tell certain cells apart and recommend certain strategies."""

    curves: Frontiers
    parts: Sequence[Subproblem]
    able: Recommendable
    strategies: tuple[Strategy, ...]
    dominated: Mapping[tuple[int, str], Mixture]
    tied: Mapping[tuple[int, str], Mixture] = field(default_factory=dict)

    @cached_property
    def hers(self) -> Mapping[Key, int]:
        """Her payoff of each column, over the grain."""
        part = self.parts[0]
        return column_payoffs(part, self.strategies, part.user_payoff, self.curves.effort)

    @cached_property
    def his(self) -> Sequence[Mapping[Key, int]]:
        """Every agent's payoff of each column, over the grain."""
        return [
            column_payoffs(part, self.strategies, part.agent_payoff, self.curves.effort)
            for part in self.parts
        ]

    @cached_property
    def all(self) -> Program:
        """The program over these signals with the least of her payoff as its goal."""
        part = self.parts[0]
        program = signal_program(self.curves.game, part, self.strategies, Goal.MINIMISE, self.hers)
        for s in self.strategies:
            for n, chosen in enumerate(s):
                for other, i in product(self.tied.get((n, chosen), ()), range(len(self.parts))):
                    his = self.parts[i].agent_payoff
                    row: dict[Key, Number] = {
                        ("send", c, s): his[c, n, chosen] - his[c, n, other] for c in part.cells
                    }
                    if any(row.values()):
                        program.row(("tied", s, n, other, i), row, Sense.AT_LEAST)
        return program

    def unswayed(self) -> Recommendations:
        """The same, of which nobody has more by an action that cannot but tie (theory.md 6.21)."""
        game, effort = self.curves.game, self.curves.effort
        return replace(self, tied=always_tied(game, self.parts[0], effort))

    def of_all(self) -> Recommendations:
        """The same with all strategies, for which there may be too few words."""
        return replace(self, strategies=self.able.strategies, tied={})

    def program(self, goal: Goal) -> Program:
        """The same with this end of her payoff as its goal; more can be added to it."""
        program = self.all.copy()
        program.goal = goal
        return program

    def worth(self, pieces: Sequence[Span], goal: Goal) -> Program:
        """The program over these signals whose worth to her is in neighbouring pieces."""
        program, grain = self.program(goal), self.parts[0].grain
        program.row("from", self.hers, Sense.AT_LEAST, pieces[0][0] / grain)
        program.row("to", self.hers, Sense.AT_MOST, pieces[-1][1] / grain)
        return program

    def unrivalled(
        self, frontiers: Sequence[Frontier], pieces: Sequence[Span], goal: Goal
    ) -> Program:
        """The same where no agent has less than his frontier.

        On one piece all frontiers are linear. Over several their chords stand for them, so that
        more is allowed than can be an equilibrium; where nothing is, there is none in any of them.
        """
        program, grain = self.worth(pieces, goal), self.parts[0].grain
        ties = self.curves.game.ties
        for frontier, his in zip(frontiers, self.his, strict=True):
            if all(frontier.may_outbid(*piece, ties) for piece in pieces):
                line = frontier.chord(pieces[0][0], pieces[-1][1])
                row: dict[Key, Number] = {
                    key: value - line.slope * self.hers[key] for key, value in his.items()
                }
                most = line.value - line.slope * line.at - self.curves.game.gamma
                program.row(("outbid", frontier.agent), row, Sense.AT_LEAST, most / grain)
        return program

    def possible(self, program: Program) -> bool:
        """Whether there is such a signal."""
        return isinstance(self.curves.effort.solve(program), Optimal)

    def keep_apart(self, program: Program, margin: Fraction) -> None:
        """Adds rows by which she clearly prefers what is recommended, where ties would matter.

        That is under `order` to earlier actions, and where ties favour who deviates to all others.
        What she loses by another action in a cell is at least `margin` times the grain.
        """
        part, game = self.parts[0], self.curves.game
        hers = part.user_payoff
        for s in self.strategies:
            for n, chosen in enumerate(s):
                for other in _tempting(game, chosen):
                    if other in self.tied.get((n, chosen), ()):
                        continue
                    lost = {c: hers[c, n, chosen] - hers[c, n, other] for c in part.cells}
                    row: dict[Key, Number] = {
                        ("send", c, s): value - margin for c, value in lost.items()
                    }
                    program.row(("apart", s, n, other), row, Sense.AT_LEAST)

    def plan(self, primal: Mapping[Key, Fraction]) -> Plan:
        """The signal of a solution."""
        return read_plan(primal, self.hers, self.parts[0].grain)

    def signal(self, plan: Plan) -> tuple[Signal, Response]:
        """The plan as a signal, and how she follows it."""
        return as_signal(self.curves.game, self.parts[0], plan)


def _tempting(game: Game, chosen: str) -> list[str]:
    """The actions to which her tie rule might turn her from the chosen one."""
    if game.ties is Ties.ORDER:
        return list(game.actions[: game.actions.index(chosen)])
    return [a for a in game.actions if a != chosen] if game.ties is Ties.FAVOUR_SPEAKER else []


def recommendations(curves: Frontiers, sees: tuple[Cell, ...]) -> list[Recommendations]:
    """The signals of an agent who sees these cells, by message set.

    Under `order` she takes no dominated action (theory.md 6.8).
    """
    game = curves.game
    parts = [
        subproblem_of(game, Agent(agent.name, agent.utility, sees), curves.distribution)
        for agent in game.agents
    ]
    dominated = curves.dominated_in(parts[0]) if game.ties is Ties.ORDER else {}
    able = recommendable(game, parts[0], curves.effort, dominated)
    sets = message_sets(able.strategies, game.conversation.capacity)
    return [Recommendations(curves, parts, able, chosen, dominated) for chosen in sets]


@dataclass(frozen=True)
class Contest:
    """Who wins with which messages, and the rival, if any; without a winner all offer the same."""

    offers: Recommendations
    winner: int | None = None
    rival: tuple[int, Recommendations] | None = None

    def end(
        self,
        frontiers: Sequence[Frontier],
        pieces: Sequence[Span],
        goal: Goal,
        margin: Fraction | None = None,
    ) -> tuple[Plan, Plan | None] | None:
        """The offers of least or greatest worth in neighbouring pieces, where there are any.

        Over several pieces they need be no equilibrium (`Recommendations.unrivalled`). `margin`:
        the share of what is at stake by which she must prefer what she does to what her tie rule
        might have her do instead.
        """
        offers, program = self.offers, self.offers.unrivalled(frontiers, pieces, goal)
        if margin is not None:
            offers.keep_apart(program, margin)
        if self.rival is not None:
            self._fall_back(program, *self.rival, margin)
        elif self.winner is not None:
            most = frontiers[self.winner].breakpoints[0][1] - offers.curves.game.gamma
            least = most / offers.parts[0].grain
            program.row("alone", offers.his[self.winner], Sense.AT_LEAST, least)
        answer = offers.curves.effort.solve(program)
        if not isinstance(answer, Optimal):
            return None
        theirs = self.rival and self.rival[1].plan(
            {key: answer.primal["rival", key] for key in self.rival[1].hers}
        )
        return offers.plan(answer.primal), theirs

    def _fall_back(
        self, program: Program, rival: int, theirs: Recommendations, margin: Fraction | None
    ) -> None:
        """The rival's offer is worth as much to her, and not more to those who could lose to it.

        That is the winner; under `favour-speaker` anybody, for she falls back on whom he likes.
        """
        game, other = theirs.curves.game, theirs.all
        if margin is not None:
            other = other.copy()
            theirs.keep_apart(other, margin)
        swayed = range(len(game.agents)) if game.ties is Ties.FAVOUR_SPEAKER else [self.winner]
        his = {n: self.offers.his[n] for n in swayed if n is not None and n != rival}
        less = game.gamma / self.offers.parts[0].grain
        add_rival(program, self.offers.hers, his, theirs, other, less)


def add_rival(
    program: Program,
    hers: Mapping[Key, int],
    his: Mapping[int, Mapping[Key, int]],
    theirs: Recommendations,
    other: Program,
    less: Number = 0,
) -> None:
    """Adds a rival's offers to the program of a winner's: columns ("rival", key).

    To her they are worth as much, and to the agents in `his` not more, up to `less`. `other` is the
    program over `theirs`.
    """
    program.include("rival", other)
    program.row("worth", _beyond(hers, theirs.hers), Sense.EQUAL)
    for n, payoff in his.items():
        row = _beyond(payoff, theirs.his[n])
        program.row(("fall back", n), row, Sense.AT_LEAST, -less)


def _beyond(mine: Mapping[Key, int], theirs: Mapping[Key, int]) -> dict[Key, Number]:
    """A payoff of the winner's offer, less that of the rival's."""
    return {**mine, **{("rival", key): -value for key, value in theirs.items()}}


def stable(offers: Recommendations) -> Recommendations:
    """The signals, without those after which ties would turn her for certain."""
    game = offers.curves.game
    exact = game.ties is Ties.FAVOUR_SPEAKER and not game.gamma
    return offers.unswayed() if exact else offers


def common(curves: Frontiers) -> list[Contest]:
    """Signals that all agents can send alike."""
    sees = common_coarsening(curves.game, [agent.sees for agent in curves.game.agents])
    return [Contest(stable(offers)) for offers in recommendations(curves, sees)]


def different(curves: Frontiers) -> Iterator[Contest]:
    """A winner whose rivals are silent, and every pair of a winner and a rival.

    Of the pairs of message sets of two agents at most PAIR_LIMIT.
    """
    agents = curves.game.agents
    lists = {sees: recommendations(curves, sees) for sees in {agent.sees for agent in agents}}
    own = [lists[agent.sees] for agent in agents]
    for winner, mine in enumerate([[stable(offers) for offers in each] for each in own]):
        yield from (Contest(offers, winner) for offers in mine)
        for rival, theirs in enumerate(own):
            if rival != winner:
                pairs = islice(product(mine, theirs), PAIR_LIMIT)
                yield from (Contest(offers, winner, (rival, other)) for offers, other in pairs)
