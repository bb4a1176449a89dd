"""Is a profile of conversations (several rounds, questions) an equilibrium? Proved, refuted by
search, or open (theory.md 6).

Proved by a bound that grants a deviator whatever the user sees: after any deviation the outcome is
obedient, and the user gets at least what she gets by ignoring him. Refuted by a pure rule of his
that surely gains. The kernel does not check these two; the numbers are printed so that they can be
replayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from verifier.errors import SolverError
from verifier.game.model import Agent, Game
from verifier.game.response import RangeEnd, sure_end
from verifier.game.rules import ConversationRule, History, Profile, Signal
from verifier.game.tree import alphabets
from verifier.notebook import bounds, table
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Optimal, Program, Sense
from verifier.theory.outcome_program import outcome_program
from verifier.theory.play import PLAY_LIMIT, Play, conversation_payoff_end, play

RULE_LIMIT = 2000
"""Most pure rules of one agent that are tried."""


@dataclass(frozen=True)
class Upheld:
    """An equilibrium: per agent what he has, and what no deviation exceeds."""

    play: Play
    bounds: Mapping[str, tuple[Fraction, Fraction]]

    def _repr_html_(self) -> str:
        """For notebooks."""
        return bounds("An equilibrium", self.bounds)


@dataclass(frozen=True)
class Broken:
    """No equilibrium: the agent has at most `before` and surely gets `after` by this rule, however
    she breaks her ties.
    """

    agent: str
    rule: ConversationRule
    before: Fraction
    after: Fraction

    def _repr_html_(self) -> str:
        """For notebooks."""
        row = (self.agent, self.before, self.after)
        return table(
            "No equilibrium", ["agent", "has at most", "surely gets by another rule"], [row]
        )


@dataclass(frozen=True)
class OpenProfile:
    """Neither:

    `tried` counts the pure rules that were looked at, per agent (0 where there are too many).
    """

    play: Play
    bounds: Mapping[str, tuple[Fraction, Fraction]]
    tried: Mapping[str, int]

    def _repr_html_(self) -> str:
        """For notebooks."""
        return bounds("Open", self.bounds)


def judge_conversation(
    game: Game,
    profile: Profile,
    effort: Effort,
    rule_limit: int = RULE_LIMIT,
    limit: int = PLAY_LIMIT,
) -> Upheld | Broken | OpenProfile:
    """Decides as far as the bound and the search go, for a user who hears all agents (`bayes`).

    Raises SizeError before work when an array would have more than `limit` entries.
    """
    found = play(game, profile, limit)
    bounds = {
        agent.name: (
            found.agent_utilities[agent.name],
            ceiling(game, profile, agent, effort, limit),
        )
        for agent in game.agents
    }
    if all(most <= has + game.gamma for has, most in bounds.values()):
        return Upheld(found, bounds)
    tried: dict[str, int] = {}
    for agent in game.agents:
        payoff, tried[agent.name] = game.agent_payoff(agent.name), 0
        before = conversation_payoff_end(game, profile, payoff, RangeEnd.GREATEST, limit)
        for rule in _pure_rules(game, agent, rule_limit) if before < bounds[agent.name][1] else ():
            tried[agent.name] += 1
            after = conversation_payoff_end(
                game, {**profile, agent.name: rule}, payoff, sure_end(game.ties), limit
            )
            if after > before + game.gamma:
                return Broken(agent.name, rule, before, after)
    return OpenProfile(found, bounds, tried)


def ceiling(
    game: Game, profile: Profile, agent: Agent, effort: Effort, limit: int = PLAY_LIMIT
) -> Fraction:
    """The most that an agent can get by any rule, granted what the user sees: over obedient
    outcomes that are worth as much to her as ignoring him.
    """
    quiet = {x: {"nothing": Fraction(1)} for x in game.agent_observations}
    alone = play(
        game, {**profile, agent.name: ConversationRule(agent.name, quiet, {})}, limit
    ).user_utility
    program = Program(Goal.MAXIMISE)
    for key, value in game.agent_payoff(agent.name).items():
        program.column(("play", *key), value)
    program.rows.update(outcome_program(game, obedient=True).rows)
    hers: dict[Key, Fraction] = {("play", *key): value for key, value in game.user_payoff.items()}
    program.row("what she gets without him", hers, Sense.AT_LEAST, alone)
    answer = effort.solve(program)
    if not isinstance(answer, Optimal):
        raise SolverError("full information is obedient and worth most to her")
    return answer.value


def _pure_rules(game: Game, agent: Agent, limit: int) -> Iterator[ConversationRule]:
    """All deterministic rules: a word for every cell and sequence of questions.

    None where there are more than `limit`.
    """
    talk = game.conversation
    words = alphabets(game)[agent.name]
    asked = [
        sequence
        for length in range(1, talk.rounds + 1)
        for sequence in product(range(talk.user_alphabet), repeat=length)
    ]
    places = list(product(agent.sees, asked))
    if len(words) ** len(places) > limit:
        return
    for chosen in product(words, repeat=len(places)):
        yield _rule(game, agent, dict(zip(places, chosen, strict=True)))


def _rule(
    game: Game, agent: Agent, says: Mapping[tuple[tuple[str, ...], tuple[int, ...]], str]
) -> ConversationRule:
    answers: dict[tuple[History, int], dict[str, dict[str, Fraction]]] = {}
    for (cell, questions), word in says.items():
        history = tuple((q, says[cell, questions[: n + 1]]) for n, q in enumerate(questions[:-1]))
        for x in cell:
            answers.setdefault((history, questions[-1]), {})[x] = {word: Fraction(1)}
    ordered: dict[tuple[History, int], Signal] = {
        key: {x: signal[x] for x in game.agent_observations if x in signal}
        for key, signal in answers.items()
    }
    return ConversationRule(agent.name, {}, ordered)
