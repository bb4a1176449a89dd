"""The game: utilities, prior, partitions, conversation and kind of user (theory.md 1.1-1.4)."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.explain.document import Block, Reference, Section, Table, Text, say, words
from verifier.explain.phrases import TIES, joined, partition_words
from verifier.explain.subject import Subject
from verifier.game.model import NOTHING, Game, Ties, Utility
from verifier.game.own_prior import own_priors
from verifier.theory.guarantees.guarantee import Guarantee

LARGEST = 64
"""Tables with more entries than this are left to the instance file."""

USER = {
    Guarantee.BAYES: (
        "She receives every agent's messages, updates by Bayes' rule, and takes an action that is"
        " best for her."
    ),
    Guarantee.BEST_AI: (
        "She computes what each agent's rule is worth to her, picks an agent whose rule is worth"
        " most, listens to him alone, and takes an action that is best for her."
    ),
}

PICKS_FIRST = (
    "Before she observes anything she computes what each agent's rule is worth to her and picks an"
    " agent whose rule is worth most; then, whatever she observes, she listens to him alone, and"
    " takes an action that is best for her."
)
"""A best-AI user who has observations of her own (theory.md 1.3)."""

ALONE = (
    "She receives the agent's messages, updates by Bayes' rule, and takes an action that is best"
    " for her."
)
"""A user who best-responds, of either kind, where there is only one agent."""


def players(subject: Subject) -> Section:
    """The section on the utilities of the user and the agents."""
    game = subject.game
    count = len(game.agents)
    names = f"{count} agents"
    if count <= 8:
        kind = "the agent" if count == 1 else "the agents"
        names = f"{kind} {joined([agent.name for agent in game.agents])}"
    choice = "between" if len(game.actions) == 2 else "among"
    theirs = "has a utility of his own" if count == 1 else "have utilities of their own"
    blocks: list[Block] = [
        *_several(game),
        say(
            f"A user chooses {choice} {joined(game.actions)}. What an action is worth to her"
            f" depends on the state: {joined(game.states, 'or')}. She is advised by {names}, who"
            f" {theirs}."
        ),
        *utility_table(game, "Utility of the user, u", game.utility),
    ]
    priors = own_priors(game)
    for n, agent in enumerate(game.agents, start=1):
        called, own = f"Utility of {agent.name}, U{n}", priors.get(agent.name)
        if own is not None:
            blocks += utility_table(game, f"Utility of {agent.name}, v{n}", own.utility)
            called += f" = v{n} p{n}/p, reweighted by his own prior"
        blocks += utility_table(game, called, agent.utility)
    return Section("players", "Who wants what", tuple(blocks))


def _several(game: Game) -> Iterator[Block]:
    """Whose game it is, where a file has several users (theory.md 1.8)."""
    if game.origin is None or not game.origin.shares:
        return
    shares = game.origin.shares
    if game.user is not None:
        yield say(
            f"There are {len(shares)} users, and this is the game of {game.user}: the agents have"
            " rules for each of them, and choose those for her by what she does alone."
        )
        return
    names = f"{len(shares)} users"
    if len(shares) <= 8:
        each = [f"{name} ({share})" for name, share in shares.items()]
        names = f"{names}, with these shares: {joined(each)}"
    yield say(
        f"There are {names}. Each agent has one rule for all of them, and what he gets is the mean"
        " of what he gets by each, by their shares. So they are told of as one user: who she is, is"
        " part of the state and of what she observes, and no agent sees it. What she gets is the"
        " mean of what they get."
    )


def utility_table(game: Game, caption: str, utility: Utility) -> Iterator[Block]:
    """The table of a utility by action and state; a sentence instead where it is too large."""
    if len(game.actions) * len(game.states) > LARGEST:
        yield say(
            f"{caption}: {len(game.actions)} actions in {len(game.states)} states; see the"
            " instance."
        )
        return
    rows = tuple((words(a), *((utility[a, y],) for y in game.states)) for a in game.actions)
    yield Table(caption, ("action", *game.states), rows)


def knowledge(subject: Subject) -> Section:
    """The section on the prior, the agents' partitions, and the conversation."""
    game = subject.game
    blocks = (*_prior(game), *_own_priors(game), say(_sight(game)), say(_conversation(game)))
    return Section("knowledge", "Who knows what", blocks)


def user(subject: Subject) -> Section:
    """The section on the kind of user and her tie rule."""
    return Section("user", "How she decides", (say(*_user(subject)),))


def _prior(game: Game) -> Iterator[Block]:
    caption = "The user's prior" if own_priors(game) else "The common prior"
    prior = game.joint.items()
    if len(prior) > LARGEST:
        yield say(f"{caption} has {len(prior)} entries; see the instance.")
    elif game.user_observations == (NOTHING,) and all(z == y for (_, z, y), _ in prior):
        rows = tuple((words(y), (p,)) for (_, _, y), p in prior)
        yield Table(caption, ("state", "probability"), rows)
    else:
        header = ("her observation", "agents' observation", "state", "probability")
        all_rows = tuple((words(x), words(z), words(y), (p,)) for (x, z, y), p in prior)
        yield Table(caption, header, all_rows)


def _own_priors(game: Game) -> Iterator[Block]:
    """What the agents believe who have priors of their own (theory.md 1.7)."""
    priors = own_priors(game)
    if not priors:
        return
    names = [agent.name for agent in game.agents if agent.name in priors]
    one = len(names) == 1
    yield say(
        f"{joined(names)} {'has a prior of his' if one else 'have priors of their'} own: the prior"
        " above is the user's. What an agent with the prior pi expects of his utility vi is what"
        " the user's prior p says of the reweighted utility Ui = vi pi/p. So all that is said below"
        " of what he gets is what he himself expects; and how close utilities come to hers, as"
        " theirs are mixed, is said of reweighted ones."
    )
    if len(names) * len(game.states) <= LARGEST:
        rows = tuple((words(y), *((priors[name].prior[y],) for name in names)) for y in game.states)
        yield Table("Own priors", ("state", *names), rows)


def _sight(game: Game) -> str:
    fact = "the state" if all(z == y for (_, z, y) in game.joint) else "the observation"
    if all(agent.sees == game.agents[0].sees for agent in game.agents):
        seen = partition_words(game.agents[0].sees, fact)
        if len(game.agents) == 1:
            return f"The agent sees {seen}."
        return "No agent sees anything." if seen == "nothing" else f"Every agent sees {seen}."
    each = [f"{agent.name} sees {partition_words(agent.sees, fact)}" for agent in game.agents]
    return f"{'; '.join(each)}."


def _conversation(game: Game) -> str:
    conversation = game.conversation
    rounds = (
        "There is one round:"
        if conversation.rounds == 1
        else f"There are {conversation.rounds} rounds; in each,"
    )
    asks = (
        "the user says nothing"
        if conversation.user_alphabet == 1
        else f"the user sends one of {conversation.user_alphabet} messages"
    )
    choice = (
        "from as many messages as he likes"
        if conversation.agent_alphabet == "rich"
        else f"one of {conversation.agent_alphabet} messages"
    )
    who, commit = "every agent", "The agents commit to their rules first, and she knows them."
    if len(game.agents) == 1:
        who, commit = "the agent", "He commits to his rule first, and she knows it."
    return f"{rounds} {asks}, then {who} answers her in private, choosing {choice}. {commit}"


def _best_responding(subject: Subject) -> str:
    """How a user who best-responds decides: alone with one agent, or as her kind says."""
    game = subject.game
    if len(game.agents) == 1:
        return ALONE
    observes = len(game.user_support) > 1
    if observes and subject.guarantee is Guarantee.BEST_AI:
        return PICKS_FIRST
    return USER[subject.guarantee]


def _tied_questions(subject: Subject) -> str:
    """What the tie rule `order` says of questions, where it matters (theory.md 1.4)."""
    game = subject.game
    picks = subject.guarantee is Guarantee.BEST_AI and len(game.agents) > 1
    if game.ties is Ties.ORDER and picks and not game.conversation.silent:
        return " What she asks does not depend on whom she asks, only on his rule."
    return ""


def _evaluation(subject: Subject) -> Text:
    """How far the offer of the agent whom she picks may be from the best (theory.md 4.5)."""
    game = subject.game
    picks = subject.guarantee is Guarantee.BEST_AI and len(game.agents) > 1
    if not (picks and game.evaluation):
        return ()
    return words(
        " But her evaluation errs (",
        Reference("4.5"),
        "): the agent whom she picks may be any whose rule is worth at least the best less z = ",
        game.evaluation,
        ".",
    )


def _user(subject: Subject) -> Text:
    game = subject.game
    tied = f" The tie rule is {game.ties}: {TIES[game.ties]}."
    if subject.guarantee is not Guarantee.QUANTAL:
        decides = _best_responding(subject)
        return words(decides, *_evaluation(subject), tied + _tied_questions(subject))
    asks = " Her messages follow a fixed script." if game.conversation.user_alphabet > 1 else ""
    base = "e" if game.quantal.base == "e" else str(game.quantal.base)
    return words(
        "She does not always take a best action: having updated by Bayes' rule, she takes each"
        f" action with a probability proportional to {base} to the power of eta times its expected"
        " utility to her, with eta = ",
        game.quantal.eta,
        ".",
        asks,
    )
