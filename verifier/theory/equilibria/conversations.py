"""Equilibria in conversations: pure rules that the agents' best replies in turn lead to.

They are looked for in protocols in which she asks or which have several rounds (theory.md 6.18).

1. Starts: all are silent; each tells all that he sees; each follows his own team-optimal rule; all
   follow that of what they can all tell apart; one follows his, and the others are silent.
2. In turn each agent takes the best pure rule that climbing finds against the others' (6.10),
   until nobody changes his, or SWEEPS are over.
3. The starts, and what comes to rest, are equilibria where bounds on all deviations say so (6.10,
   6.17).

Work is counted: in all at most RULES rules are tried, fewer where the arrays of play are large, and
the programs of all bounds have together at most as many coefficients as one program may have.
A user who picks one of several agents is offered every combination of silence, all that an agent
sees, and his team-optimal rule (6.12). What is found need not be the worst equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from verifier.errors import SizeError
from verifier.game.model import Agent, Game
from verifier.game.response import RangeEnd
from verifier.game.rules import ConversationRule, Profile, common_coarsening
from verifier.game.tree import alphabets
from verifier.solve.effort import USUAL, Effort, Solver
from verifier.solve.program import Answer, Program
from verifier.theory.judgements.climbing import Climb
from verifier.theory.judgements.conversation import ConversationEquilibrium, upheld_conversation
from verifier.theory.judgements.offers import upheld_offers
from verifier.theory.judgements.pure_rules import (
    Answers,
    pure_rule,
    quiet_answers,
    revealing_answers,
    starts,
    team_answers,
)
from verifier.theory.play import PLAY_LIMIT, AnswerTable, array_size, conversation_payoff_end

OFFERS = 100
"""The largest number of profiles that a user who picks is offered."""

SWEEPS = 4
"""How often each agent may reply before a start is given up."""

RULES = 2000
"""The largest number of pure rules that are tried, by all agents and from all starts."""

ENTRIES = 4_000_000
"""The largest number of entries of the arrays of play with all these rules."""

Chosen = Mapping[str, Answers]
"""A pure rule for each agent, in the order of the agents."""


class Searched(NamedTuple):
    """The equilibria that were found, and what kept others from being looked for, if anything."""

    equilibria: list[ConversationEquilibrium]
    left_out: str | None = None


def conversation_equilibria(
    game: Game, effort: Effort = USUAL, least: Fraction | None = None
) -> Searched:
    """The equilibria in pure conversation rules that are found; the user receives all answers.

    None in one round in which she is silent: rules are signals there. `least`: a lower bound on her
    utility in all equilibria; reaching it ends the search.
    """
    found, left_out = list[ConversationEquilibrium](), None
    if game.conversation.one_shot:
        return Searched(found)
    replies, tried, solve = _Replies(game, effort), list[Chosen](), _Counting(effort.solve)
    for kind, chosen in _profiles(replies):
        if any(shown.user_utility == least for shown in found):
            break
        if chosen in tried:
            continue
        tried.append(chosen)
        profile, left = _spoken(game, chosen), effort.program_limit - solve.coefficients
        if not _playable(game, profile):
            left_out = UNPLAYED
            continue
        limited = replace(effort, solve=solve, program_limit=left)
        try:
            shown = upheld_conversation(game, profile, kind, limited)
        except SizeError:
            left_out = (
                "bounds on what agents get in conversations would take more than"
                f" {effort.program_limit} coefficients; raise it with --program-limit"
            )
        else:
            found += [] if shown is None else [shown]
    return Searched(found, left_out)


def offered_conversations(game: Game, effort: Effort = USUAL) -> Searched:
    """The equilibria in pure conversation rules that are found; the user picks one of the agents.

    None in one round in which she is silent, or where there would be more than OFFERS profiles.
    """
    found = list[ConversationEquilibrium]()
    if game.conversation.one_shot:
        return Searched(found)
    if 3 ** len(game.agents) > OFFERS:
        return Searched(found, f"there are more than {OFFERS} profiles of plain rules")
    for profile in plain_profiles(game, effort):
        try:
            shown = upheld_offers(game, profile, "offered conversations", effort)
        except SizeError:
            return Searched(found, UNPLAYED)
        found += [] if shown is None else [shown]
    return Searched(found)


UNPLAYED = f"conversations are played up to {PLAY_LIMIT} transcripts and actions"
"""What is said where conversations are too large to be played."""


def _playable(game: Game, profile: Profile) -> bool:
    """Whether the arrays of play are small enough, with the words that these rules use."""
    words = [AnswerTable(game, rule).words for rule in profile.values()]
    return array_size(game, words) <= PLAY_LIMIT


class _Counting:
    """A solver that counts the coefficients of the programs that it is given."""

    def __init__(self, solve: Solver) -> None:
        self.solve, self.coefficients = solve, 0

    def __call__(self, program: Program) -> Answer:
        self.coefficients += sum(len(row.entries) for row in program.rows.values())
        return self.solve(program)


def plain_profiles(game: Game, effort: Effort = USUAL) -> Iterator[Profile]:
    """Profiles in which each is silent, tells what he sees, or follows his team-optimal rule."""
    rules = [
        [
            pure_rule(game, agent, answers)
            for answers in (
                quiet_answers(game, agent),
                revealing_answers(game, agent),
                team_answers(game, agent, agent.sees, effort),
            )
            if answers is not None
        ]
        for agent in game.agents
    ]
    for chosen in product(*rules):
        yield {rule.agent: rule for rule in chosen}


def _profiles(replies: _Replies) -> Iterator[tuple[str, Chosen]]:
    """The starts, each with the name that it has as an equilibrium, then where replies rest."""
    begun = list(_starts(replies.game, replies.effort))
    yield from begun
    for _, chosen in begun:
        resting = replies.rest(chosen)
        if resting is not None:
            yield "conversations in turn", resting


def _starts(game: Game, effort: Effort) -> Iterator[tuple[str, Chosen]]:
    silent = {agent.name: quiet_answers(game, agent) for agent in game.agents}
    yield "silent rules", silent
    yield "revealing rules", {agent.name: revealing_answers(game, agent) for agent in game.agents}
    team = {
        agent.name: team_answers(game, agent, agent.sees, effort) or silent[agent.name]
        for agent in game.agents
    }
    yield "team rules", team
    shared = common_coarsening(game, [agent.sees for agent in game.agents])
    common = {agent.name: team_answers(game, agent, shared, effort) for agent in game.agents}
    yield "common team rule", {name: rule or silent[name] for name, rule in common.items()}
    if len(team) > 1:
        for name, rule in team.items():
            yield "one team rule", {**silent, name: rule}


def _spoken(game: Game, chosen: Chosen) -> Profile:
    return {agent.name: pure_rule(game, agent, chosen[agent.name]) for agent in game.agents}


class _Replies:
    """Best replies in turn in one game, as far as climbing finds them."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        size = array_size(game, list(alphabets(game).values())) * len(game.user_support)
        self.left = min(RULES, ENTRIES // size) if size <= PLAY_LIMIT else 0

    def rest(self, start: Chosen) -> Chosen | None:
        """The pure rules at which replies from this start rest; None if they do not."""
        chosen, unchanged = dict(start), 0
        for _ in range(SWEEPS):
            for agent in self.game.agents:
                reply = self.reply(agent, chosen)
                if reply is None:
                    return None
                unchanged = unchanged + 1 if reply == chosen[agent.name] else 1
                chosen[agent.name] = reply
                if unchanged == len(chosen):
                    return chosen
        return None

    def reply(self, agent: Agent, chosen: Chosen) -> Answers | None:
        """The best rule found against the others', the agent's own if none is better.

        None where no more rules may be tried.
        """
        profile, payoff = _spoken(self.game, chosen), self.game.agent_payoff(agent.name)

        def worth(rule: ConversationRule) -> Fraction:
            changed = {**profile, agent.name: rule}
            return conversation_payoff_end(self.game, changed, payoff, RangeEnd.GREATEST)

        climb = Climb(self.game, agent, worth, self.left)
        found = climb.best(starts(self.game, agent, chosen[agent.name], self.effort))
        self.left -= climb.tried
        return found if self.left else None
