"""Verdicts on profiles of conversation rules: equilibrium, profitable deviation, or unresolved.

1. Proof: a deviating agent is granted what the user sees. After any deviation the outcome is
   obedient (theory.md 5.1), and the user gets at least what she gets by ignoring the agent. The
   most that he gets over such outcomes, a linear program, is a bound on every deviation.
2. Refutation: a search through the agent's pure rules for one by which he surely gains.
3. In between, the profile stays unresolved.

The kernel is given the multipliers of the first, and the rule of the second (theory.md 6.10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from verifier.errors import SolverError
from verifier.game.model import Agent, Cell, Game
from verifier.game.response import RangeEnd, sure_end
from verifier.game.rules import ConversationRule, History, Profile, Signal, silence
from verifier.game.tree import alphabets
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.outcome_program import outcome_program
from verifier.theory.play import PLAY_LIMIT, Play, conversation_payoff_end, play

RULE_LIMIT = 2000
"""The largest number of pure rules of one agent that are tried."""


@dataclass(frozen=True)
class OutcomeBound:
    """The most that an agent gets over obedient outcomes that are worth enough to the user.

    With the multipliers of the outcome program's rows (theory.md 5.1) his payoff of every action at
    a point, plus `floor_price` times hers and `obedience[x_A, a, a']` times her loss by taking a'
    instead, is at most `-marginal[point]`.
    """

    value: Fraction
    floor_price: Fraction
    marginal: Mapping[tuple[str, str], Fraction]
    obedience: Mapping[tuple[str, str, str], Fraction]


@dataclass(frozen=True)
class ConversationEquilibrium:
    """A profile of conversation rules that is an equilibrium.

    `bounds[agent]`: the agent's utility, and a bound on what any deviation gives him, which
    `proofs[agent]` proves. `picked`: the agent whom a user who picks one has picked; None where
    she receives all answers.
    """

    profile: Profile
    play: Play
    bounds: Mapping[str, tuple[Fraction, Fraction]]
    proofs: Mapping[str, OutcomeBound]
    picked: str | None = None

    @property
    def user_utility(self) -> Fraction:
        """What the user gets."""
        return self.play.user_utility


@dataclass(frozen=True)
class ConversationRefutation:
    """A profitable deviation: the profile is no equilibrium, however the user breaks ties.

    Under the profile the agent has at most `before`; by `rule` he surely gets `after`.
    """

    profile: Profile
    agent: str
    rule: ConversationRule
    before: Fraction
    after: Fraction


@dataclass(frozen=True)
class UnresolvedConversation:
    """A profile of conversation rules that is neither proved nor refuted.

    `bounds` are those of `ConversationEquilibrium`. `tried` counts the pure rules that were tried
    for each agent: 0 where there are too many, or where the bound rules out a gain.
    """

    play: Play
    bounds: Mapping[str, tuple[Fraction, Fraction]]
    tried: Mapping[str, int]


ConversationJudgement = ConversationEquilibrium | ConversationRefutation | UnresolvedConversation
"""What may be said of a profile of conversation rules."""


def judge_conversation(
    game: Game,
    profile: Profile,
    effort: Effort,
    rule_limit: int = RULE_LIMIT,
    limit: int = PLAY_LIMIT,
) -> ConversationJudgement:
    """The verdict on conversation rules, for a user who receives all messages (`bayes`).

    Raises SizeError before work when an array would have more than `limit` entries.
    """
    found = play(game, profile, limit)
    proofs = {
        agent.name: obedient_outcome_bound(
            game, agent, worth_without(game, profile, agent.name, limit), effort
        )
        for agent in game.agents
    }
    bounds = {name: (found.agent_utilities[name], proof.value) for name, proof in proofs.items()}
    if all(most <= has + game.gamma for has, most in bounds.values()):
        return ConversationEquilibrium(profile, found, bounds, proofs)
    tried: dict[str, int] = {}
    for agent in game.agents:
        payoff, tried[agent.name] = game.agent_payoff(agent.name), 0
        before = conversation_payoff_end(game, profile, payoff, RangeEnd.GREATEST, limit)
        rules = pure_rules(game, agent, rule_limit) if before < bounds[agent.name][1] else ()
        for rule in rules:
            tried[agent.name] += 1
            changed = {**profile, agent.name: rule}
            after = conversation_payoff_end(game, changed, payoff, sure_end(game.ties), limit)
            if after > before + game.gamma:
                return ConversationRefutation(profile, agent.name, rule, before, after)
    return UnresolvedConversation(found, bounds, tried)


def worth_without(game: Game, profile: Profile, agent: str, limit: int = PLAY_LIMIT) -> Fraction:
    """What the user gets by ignoring one agent."""
    silent_rule = ConversationRule(agent, silence(game), {})
    return play(game, {**profile, agent: silent_rule}, limit).user_utility


def obedient_outcome_bound(
    game: Game, agent: Agent, least: Fraction, effort: Effort
) -> OutcomeBound:
    """The most that an agent gets over obedient outcomes that are worth `least` to the user.

    No rule of the agent after which she has at least so much gives him more, because after any rule
    the outcome is obedient.
    """
    program, grain = Program(Goal.MAXIMISE), game.grain
    for key, value in game.whole_agent_payoffs[agent.name].items():
        program.column(("play", *key), value)
    program.rows.update(outcome_program(game, obedient=True).rows)
    hers: dict[Key, Number] = {("play", *key): v for key, v in game.whole_user_payoff.items()}
    program.row("what she gets at least", hers, Sense.AT_LEAST, least / grain)
    answer = effort.solve(program)
    if not isinstance(answer, Optimal):
        raise SolverError("full information is obedient and worth most to her")
    dual = answer.dual
    return OutcomeBound(
        answer.value * grain,
        -dual["what she gets at least"],
        {point: -dual[("marginal", *point)] * grain for point in game.points},
        {
            (x, a, b): -dual["obedience", x, a, b]
            for x in game.user_support
            for a in game.actions
            for b in game.actions
            if dual.get(("obedience", x, a, b))
        },
    )


def pure_rules(game: Game, agent: Agent, limit: int) -> Iterator[ConversationRule]:
    """All pure rules: a message for every cell and sequence of questions.

    Nothing where there are more than `limit`.
    """
    talk = game.conversation
    messages = alphabets(game)[agent.name]
    questions = [
        sequence
        for length in range(1, talk.rounds + 1)
        for sequence in product(range(talk.user_alphabet), repeat=length)
    ]
    situations = list(product(agent.sees, questions))
    if len(messages) ** len(situations) > limit:
        return
    for chosen in product(messages, repeat=len(situations)):
        yield _pure_rule(game, agent, dict(zip(situations, chosen, strict=True)))


def _pure_rule(
    game: Game, agent: Agent, message: Mapping[tuple[Cell, tuple[int, ...]], str]
) -> ConversationRule:
    """The rule that answers a sequence of questions in a cell with the given message."""
    answers: dict[tuple[History, int], dict[str, dict[str, Fraction]]] = {}
    for (cell, questions), answer in message.items():
        history = tuple(
            (q, message[cell, questions[: n + 1]]) for n, q in enumerate(questions[:-1])
        )
        for x in cell:
            answers.setdefault((history, questions[-1]), {})[x] = {answer: Fraction(1)}
    in_instance_order: dict[tuple[History, int], Signal] = {
        key: {x: signal[x] for x in game.agent_observations if x in signal}
        for key, signal in answers.items()
    }
    return ConversationRule(agent.name, {}, in_instance_order)
