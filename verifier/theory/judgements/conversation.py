"""Verdicts on profiles of conversation rules: equilibrium, profitable deviation, or unresolved.

1. Proof: a deviating agent is granted what the user sees. After any deviation the outcome is
   obedient (theory.md 5.1), and the user gets at least what she gets by ignoring the agent. The
   most that he gets over such outcomes, a linear program, is a bound on every deviation.
2. Where this is not enough, he is granted what she receives round by round, and she follows him
   only as long as she has nothing better to do without him (`history_bound`, theory.md 6.17).
3. Refutation: a search through the agent's pure rules for one by which he surely gains, through all
   of them where they are few, or by climbing.
4. In between, the profile stays unresolved.

The kernel is given the multipliers of the first two, and the rule of the third (theory.md 6.10).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import islice, product
from typing import TYPE_CHECKING, TypeAlias

from verifier.errors import SizeError, SolverError
from verifier.frozen import FrozenDict
from verifier.game.model import Agent, Game, Payoff
from verifier.game.response import RangeEnd, sure_end
from verifier.game.rules import ConversationRule, Profile, silence
from verifier.result import Result
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.bounds.asking import Asking, add_asking, asking_of
from verifier.theory.bounds.outcome_program import outcome_program
from verifier.theory.play import PLAY_LIMIT, Play, Taken, conversation_payoff_end, play

if TYPE_CHECKING:
    from verifier.theory.judgements.history_bound import HistoryBound

SHARES = tuple(Fraction(1, 2**n) for n in (3, 6, 12, 24))
"""How often an agent may follow another rule, so that she is not indifferent after his own."""

RULE_LIMIT = 2000
"""The largest number of pure rules of one agent that are tried."""


@dataclass(frozen=True)
class OutcomeBound:
    """The most that an agent gets over obedient outcomes that are worth enough to the user.

    With the multipliers of the outcome program's rows (theory.md 5.1) his payoff of every action at
    a point, plus `floor_price` times hers and `obedience[x_A, a, a']` times her loss by taking a'
    instead, is at most `-marginal[point]`; `asking` are those of asking as at another observation
    (5.9).
    """

    value: Fraction
    floor_price: Fraction
    marginal: Mapping[tuple[str, str], Fraction]
    obedience: Mapping[tuple[str, str, str], Fraction]
    asking: Asking = field(default_factory=dict)


ConversationBound: TypeAlias = "OutcomeBound | HistoryBound"
"""A bound on what an agent gets by any other rule, with what proves it."""


@dataclass(frozen=True, repr=False)
class ConversationEquilibrium(Result):
    """A profile of conversation rules that is an equilibrium.

    `kind` says where the profile comes from: `silent rules`, `revealing rules`, `team rules`,
    `common team rule`, `one team rule`, `conversations in turn`, `offered conversations`, `asked
    offer` or `given profile`.
    `bounds[agent]`: the agent's utility, and a bound on what any deviation gives him, which
    `proofs[agent]` proves; where all make an offer that he cannot better there need be none.
    `picked`: the agent whom a user who picks one has picked; None where she receives all answers.
    `taken`: what she does where she is indifferent, and does not take the first of her best moves.
    """

    profile: Profile
    play: Play
    bounds: Mapping[str, tuple[Fraction, Fraction]]
    proofs: Mapping[str, ConversationBound]
    picked: str | None = None
    kind: str = "given profile"
    taken: Taken = field(default_factory=FrozenDict)

    @property
    def user_utility(self) -> Fraction:
        """What the user gets."""
        return self.play.user_utility


@dataclass(frozen=True, repr=False)
class ConversationRefutation(Result):
    """A profitable deviation: the profile is no equilibrium, however the user breaks ties.

    Under the profile the agent has at most `before`; by `rule` he surely gets `after`.
    """

    profile: Profile
    agent: str
    rule: ConversationRule
    before: Fraction
    after: Fraction


@dataclass(frozen=True, repr=False)
class UnresolvedConversation(Result):
    """A profile of conversation rules that is neither proved nor refuted.

    `bounds` are those of `ConversationEquilibrium`. `tried` counts the pure rules that were tried
    for each agent: 0 where the bound rules out a gain.
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
    found, proofs = play(game, profile, limit), dict[str, ConversationBound]()
    for agent in game.agents:
        has = found.agent_utilities[agent.name]
        try:
            proofs[agent.name] = conversation_bound(game, profile, agent, has, effort, limit)
        except SizeError:
            least = worth_without(game, profile, agent.name, limit)
            proofs[agent.name] = obedient_outcome_bound(game, agent, least, effort)
    bounds = {name: (found.agent_utilities[name], proof.value) for name, proof in proofs.items()}
    if all(most <= has + game.gamma for has, most in bounds.values()):
        return ConversationEquilibrium(profile, found, bounds, proofs)
    tried: dict[str, int] = {}
    for agent in game.agents:
        payoff, name = game.agent_payoff(agent.name), agent.name
        before = conversation_payoff_end(game, profile, payoff, RangeEnd.GREATEST, limit)
        if bounds[name][1] <= before + game.gamma:
            tried[name] = 0
            continue

        def gets(rule: ConversationRule, end: RangeEnd, payoff: Payoff = payoff) -> Fraction:
            changed = {**profile, rule.agent: rule}
            return conversation_payoff_end(game, changed, payoff, end, limit)

        worth = partial(gets, end=sure_end(game.ties))
        hopes = partial(gets, end=RangeEnd.GREATEST)
        enough = before + game.gamma
        rule, tried[name] = gainful_rule(game, profile[name], worth, enough, effort, rule_limit)
        if rule is None and sure_end(game.ties) is not RangeEnd.GREATEST:
            rule = nearly_pure_rule(game, profile[name], worth, hopes, enough, effort, rule_limit)
        if rule is not None:
            return ConversationRefutation(profile, name, rule, before, worth(rule))
    return UnresolvedConversation(found, bounds, tried)


def upheld_conversation(
    game: Game, profile: Profile, kind: str, effort: Effort
) -> ConversationEquilibrium | None:
    """The profile as an equilibrium of this kind; None where some agent's bound leaves him a gain.

    Raises SizeError before work when an array or a program would be too large.
    """
    found, proofs = play(game, profile), dict[str, ConversationBound]()
    for agent in game.agents:
        has = found.agent_utilities[agent.name]
        proof = proofs[agent.name] = conversation_bound(game, profile, agent, has, effort)
        if proof.value > has + game.gamma:
            return None
    bounds = {name: (found.agent_utilities[name], proof.value) for name, proof in proofs.items()}
    return ConversationEquilibrium(profile, found, bounds, proofs, kind=kind)


def gainful_rule(
    game: Game,
    rule: ConversationRule,
    worth: Callable[[ConversationRule], Fraction],
    limit: Fraction,
    effort: Effort,
    most: int = RULE_LIMIT,
) -> tuple[ConversationRule | None, int]:
    """A pure rule of an agent that is worth more than `limit` to him, and how many were tried.

    All are tried where there are at most `most`; otherwise so many at most, by climbing from his
    rule and others. None where none is found.
    """
    from verifier.theory.judgements.climbing import Climb
    from verifier.theory.judgements.pure_rules import likeliest_answers, pure_rules, starts

    agent = next(agent for agent in game.agents if agent.name == rule.agent)
    tried = 0
    for tried, other in enumerate(pure_rules(game, agent, most), 1):
        if worth(other) > limit:
            return other, tried
    if tried:
        return None, tried
    climb = Climb(game, agent, worth, most)
    begun = starts(game, agent, likeliest_answers(game, agent, rule), effort)
    return climb.above(begun, limit), climb.tried


def nearly_pure_rule(
    game: Game,
    rule: ConversationRule,
    worth: Callable[[ConversationRule], Fraction],
    hopes: Callable[[ConversationRule], Fraction],
    limit: Fraction,
    effort: Effort,
    most: int = RULE_LIMIT,
) -> ConversationRule | None:
    """A rule that is worth more than `limit` to an agent, near one that is if ties go his way.

    Now and then he follows another rule instead, for example the truth, or the same rule but for
    one answer: she is no longer indifferent. None where none is found.
    """
    from verifier.theory.judgements.climbing import Climb
    from verifier.theory.judgements.pure_rules import drawn_rule, likeliest_answers, starts

    agent = next(agent for agent in game.agents if agent.name == rule.agent)
    begun = starts(game, agent, likeliest_answers(game, agent, rule), effort)
    climb = Climb(game, agent, hopes, most)
    found = climb.best(begun)
    others = [*begun, *climb.around(found)]
    for other, share in islice(product(others, SHARES), most):
        drawn = drawn_rule(game, agent, [(1 - share, found), (share, other)])
        if worth(drawn) > limit:
            return drawn
    return None


def conversation_bound(
    game: Game,
    profile: Profile,
    agent: Agent,
    enough: Fraction,
    effort: Effort,
    limit: int = PLAY_LIMIT,
) -> ConversationBound:
    """A bound on what an agent gets by any other rule, as sharp as is needed beside `enough`.

    Over obedient outcomes, or by histories where that exceeds `enough` by more than gamma. Raises
    SizeError where the program for that would be too large.
    """
    least = worth_without(game, profile, agent.name, limit)
    found = obedient_outcome_bound(game, agent, least, effort)
    if found.value <= enough + game.gamma:
        return found
    from verifier.theory.judgements.history_bound import history_bound

    return history_bound(game, profile, agent, effort)


def worth_without(game: Game, profile: Profile, agent: str, limit: int = PLAY_LIMIT) -> Fraction:
    """What the user gets by ignoring one agent."""
    silent_rule = ConversationRule(agent, silence(game), {})
    return play(game, {**profile, agent: silent_rule}, limit).user_utility


def obedient_outcome_bound(
    game: Game, agent: Agent, least: Fraction, effort: Effort, *, asking: bool = False
) -> OutcomeBound:
    """The most that an agent gets over obedient outcomes that are worth `least` to the user.

    No rule of the agent after which she has at least so much gives him more, because after any rule
    the outcome is obedient. `asking`: at each observation it is also worth as much to her as to ask
    as at another one (theory.md 5.9).
    """
    program, grain = Program(Goal.MAXIMISE), game.grain
    for key, value in game.whole_agent_payoffs[agent.name].items():
        program.column(("play", *key), value)
    for name, row in outcome_program(game, obedient=True).rows.items():
        program.row(name, row.coefficients, row.sense, row.bound)
    if asking:
        add_asking(program, game)
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
        asking_of(dual, -1),
    )
