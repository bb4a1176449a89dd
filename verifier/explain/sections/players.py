"""Who wants what, and who knows what (theory.md 1)."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.explain.document import Block, Section, Table, Text, say, words
from verifier.explain.phrases import TIES, joined, partition_words, prior_rows
from verifier.explain.subject import Subject
from verifier.game.model import NOTHING, Game, Utility
from verifier.theory.guarantee import Guarantee

LARGEST = 64
"""Tables with more entries than this are left to the instance file."""

USER = {
    Guarantee.BAYES: (
        "She hears every agent, believes what follows by Bayes' rule, and takes an action that is"
        " best for her."
    ),
    Guarantee.BEST_AI: (
        "She looks at what each agent's rule is worth to her, picks one of the best, listens to"
        " that agent only, and takes an action that is best for her."
    ),
}

ALONE = (
    "She hears the agent, believes what follows by Bayes' rule, and takes an action that is best"
    " for her."
)
"""For either kind of user who best-responds, where there is only one to hear."""


def players(subject: Subject) -> Section:
    """The utilities of everyone."""
    game = subject.game
    count = len(game.agents)
    names = joined([agent.name for agent in game.agents]) if count <= 8 else f"{count} agents"
    theirs = "has a utility of his own" if count == 1 else "have utilities of their own"
    blocks: list[Block] = [
        say(
            f"A user chooses among {joined(game.actions)}. What that is worth to her depends on the"
            f" state: {joined(game.states, 'or')}. She asks {names}, who {theirs}."
        ),
        *utility_table(game, "What each action is worth to the user, u", game.utility),
    ]
    for n, agent in enumerate(game.agents, start=1):
        blocks += utility_table(game, f"What it is worth to {agent.name}, U{n}", agent.utility)
    return Section("players", "Who wants what", tuple(blocks))


def utility_table(game: Game, caption: str, utility: Utility) -> Iterator[Block]:
    """A utility by action and state, unless it is too large."""
    if len(game.actions) * len(game.states) > LARGEST:
        yield say(
            f"{caption}: {len(game.actions)} actions in {len(game.states)} states; see the"
            " instance."
        )
        return
    rows = tuple((words(a), *((utility[a, y],) for y in game.states)) for a in game.actions)
    yield Table(caption, ("action", *game.states), rows)


def knowledge(subject: Subject) -> Section:
    """The prior, what the agents see, and how they talk."""
    game = subject.game
    blocks = [
        *_prior(game),
        say(*_sight(game)),
        say(_conversation(game)),
    ]
    return Section("knowledge", "Who knows what", tuple(blocks))


def user(subject: Subject) -> Section:
    """What kind of user she is."""
    return Section("user", "What she does with what she hears", (say(*_user(subject)),))


def _prior(game: Game) -> Iterator[Block]:
    rows = prior_rows(game)
    if len(rows) > LARGEST:
        yield say(f"The common prior has {len(rows)} entries; see the instance.")
    elif game.user_observations == (NOTHING,) and all(x == y for _, x, y, _ in rows):
        yield Table(
            "The common prior",
            ("state", "probability"),
            tuple((words(y), (p,)) for _, _, y, p in rows),
        )
    else:
        header = ("she sees", "the agents could see", "state", "probability")
        body = tuple((words(x), words(z), words(y), (p,)) for x, z, y, p in rows)
        yield Table("The common prior", header, body)


def _sight(game: Game) -> Text:
    if all(agent.sees == game.agents[0].sees for agent in game.agents):
        return words(f"Every agent sees {partition_words(game, game.agents[0].sees)}.")
    return words(
        "; ".join(f"{agent.name} sees {partition_words(game, agent.sees)}" for agent in game.agents)
        + "."
    )


def _conversation(game: Game) -> str:
    talk = game.conversation
    rounds = "There is one round" if talk.rounds == 1 else f"There are {talk.rounds} rounds"
    asks = (
        "the user says nothing"
        if talk.silent
        else f"the user sends one of {talk.user_alphabet} messages"
    )
    letters = "as many messages as they like" if talk.rich else f"{talk.agent_alphabet} messages"
    return (
        f"{rounds}: {asks}, then every agent answers her privately, choosing among {letters}. The"
        " agents commit to their rules first, and she knows these rules."
    )


def _user(subject: Subject) -> Text:
    game = subject.game
    tied = f" The tie rule is {game.ties}: {TIES[game.ties]}."
    if subject.guarantee is not Guarantee.QUANTAL:
        one = len(game.agents) == 1
        return words((ALONE if one else USER[subject.guarantee]) + tied)
    asks = " What she asks follows a fixed script." if not game.conversation.silent else ""
    base = "e" if game.quantal.base == "e" else str(game.quantal.base)
    return words(
        "She does not always take the best action: having formed her beliefs she takes each action"
        f" with a probability proportional to {base} to the power of eta times what the action is"
        " worth to her, with eta = ",
        game.quantal.eta,
        ".",
        asks,
    )
