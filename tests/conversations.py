"""Random conversation rules for the tests, measurable for their agents and within the alphabet."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import strategies as st

from tests.games import games
from verifier.game.model import Agent, Game
from verifier.game.rules import ConversationRule, History, Signal


def words_of(game: Game) -> list[str]:
    """The messages in use: the whole alphabet, three of a rich one."""
    letters = game.conversation.agent_alphabet
    return [f"m{n}" for n in range(3 if letters == "rich" else letters)]


small_conversations = games(
    max_agents=2, max_agent_observations=2, max_states=2, max_actions=2, max_rounds=2, max_letters=2
)
"""Games in which every profile of conversations can be judged quickly."""


@st.composite
def distributions(draw: st.DrawFn, words: list[str]) -> dict[str, Fraction]:
    """Positive probabilities with small denominators; certainty is likely."""
    if draw(st.booleans()):
        return {draw(st.sampled_from(words)): Fraction(1)}
    odds = draw(st.lists(st.integers(0, 2), min_size=len(words), max_size=len(words)).filter(any))
    return {word: Fraction(odd, sum(odds)) for word, odd in zip(words, odds, strict=True) if odd}


@st.composite
def signals(draw: st.DrawFn, game: Game, agent: Agent) -> Signal:
    """A distribution for each cell that the agent sees."""
    by_cell = {cell: draw(distributions(words_of(game))) for cell in agent.sees}
    return {x: by_cell[cell] for x in game.agent_observations for cell in agent.sees if x in cell}


@st.composite
def rules(draw: st.DrawFn, game: Game, agent: Agent) -> ConversationRule:
    """One word for ever, or a signal after every history and question."""
    if draw(st.booleans()):
        return ConversationRule(agent.name, draw(signals(game, agent)), {})
    questions, answers = range(game.conversation.user_alphabet), {}
    steps = list(product(questions, words_of(game)))
    for finished in range(game.conversation.rounds):
        for history in product(steps, repeat=finished):
            past: History = history
            for asked in questions:
                answers[past, asked] = draw(signals(game, agent))
    return ConversationRule(agent.name, {}, answers)


@st.composite
def profiles(draw: st.DrawFn, game: Game) -> dict[str, ConversationRule]:
    """A rule for every agent."""
    return {agent.name: draw(rules(game, agent)) for agent in game.agents}
