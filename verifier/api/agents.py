"""What single agents are to the user: how near to her, and what they can persuade her of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.api.given import (
    Given,
    agent_of,
    effort_of,
    game_of,
    limit_of,
    texts_of,
    whole_of,
)
from verifier.arguments import names_arguments
from verifier.errors import InstanceError
from verifier.frozen import frozen
from verifier.solve.effort import USUAL, Effort
from verifier.theory.alignment import Alignment, alignment
from verifier.theory.cheap_talk import one_sender, two_senders
from verifier.theory.cheap_talk.one_sender import CheapTalk
from verifier.theory.cheap_talk.two_senders import TwoSenderTalk
from verifier.theory.equilibria import optimal_signal
from verifier.theory.learning import straightforward
from verifier.theory.learning.straightforward import Learning
from verifier.theory.learning.substitutes import RECTANGLE_LIMIT


@names_arguments()
def hull(game: Given) -> Alignment:
    """Hull distance is how far the user's utility lies from the mixtures of the agents' utilities.

    A mixture is a weighted sum of the agents' utilities plus a constant. The distance of the
    nearest one is the largest difference at any pair of action and state.

    Parameters:
        game: a game, or the path or the text of an instance file.

    Returns:
        Alignment, with `simplex` (the paper's: weights sum to 1), `cone` (any nonnegative weights)
        and `state_offset` (a constant for each state); each has `epsilon`, `weights` and a signed
        measure as `witness` that no mixture is nearer.

    Example:
        >>> hull("instances/guarantees/film_night.toml").simplex.epsilon
        Fraction(1, 5)

    Source: theory.md 2.1 (the distance and its witness), 2.3 (other conventions).
    """
    return frozen(alignment(game_of(game)))


@names_arguments()
def persuade(game: Given, agent: str, effort: Effort = USUAL) -> optimal_signal.Persuasion:
    """Bayesian persuasion by one agent alone is solved: his optimal value, and optimal signals.

    She says nothing, and a signal has any number of messages, though the game may have few words.

    Parameters:
        game: a game, or the path or the text of an instance file.
        agent: the agent's name.
        effort: how large the linear program may be.

    Returns:
        Persuasion, with `value` for the agent, `worst` and `best`, his optimal signals that are
        worst and best for the user, and dual `prices` that show that no signal is worth more.

    Raises:
        InstanceError: no agent has this name.
        SizeError: a program is larger, or too many would be needed.

    Example:
        >>> found = persuade("instances/classics/prosecutor.toml", "prosecutor")
        >>> found.value, found.best.user_utility
        (Fraction(3, 5), Fraction(7, 10))

    Source: theory.md 6.2 (one agent).
    """
    given = game_of(game)
    return frozen(optimal_signal.persuade(given, agent_of(given, agent), effort_of(effort)))


@names_arguments(agent="agents")
def cheap_talk(
    game: Given,
    agents: str | Sequence[str] = (),
    effort: Effort = USUAL,
    limit: int | None = None,
) -> CheapTalk | TwoSenderTalk:
    """Cheap talk is solved: the equilibria of one or two agents who cannot commit to what they say.

    The user's replies are pure. One agent may mix; two, who must see the same, do so only where
    full revelation needs it.

    Parameters:
        game: a game, or the path or the text of an instance file; a silent user whose ties are
            broken as `any` or `favour-speaker` say, and no gamma.
        agents: the names of the one or two agents who talk; all of the game if not given.
        effort: how large a linear program may be.
        limit: the most sets of replies of one agent that are looked at (5,000 if not given), or of
            parts of partitions of two (20,000).

    Returns:
        CheapTalk for one agent, with `equilibria` by the sets of replies that are induced;
        TwoSenderTalk for two, with `outcomes`, and `revelation` if all can be revealed. Both have
        the `contrast`: what there is with commitment.

    Raises:
        InstanceError: no agent has this name, there are more than two, or the game is not covered.
        SizeError: more than `limit` candidates, or a program is too large.

    Example:
        >>> found = cheap_talk("instances/classics/prosecutor.toml")
        >>> [(e.replies, e.best.user_utility, e.agent_utility) for e in found.equilibria]
        [((('acquit',),), Fraction(7, 10), Fraction(0, 1))]
        >>> found.contrast.committed["prosecutor"].value
        Fraction(3, 5)

    Source: theory.md 11.1 (one agent), 11.2 (two agents).
    """
    given, work, most = game_of(game), effort_of(effort), limit_of(limit, "limit")
    wanted = dict.fromkeys(texts_of(agents, "agents"))
    named = tuple(agent_of(given, name) for name in wanted) or given.agents
    alone = replace(given, agents=named)
    if len(named) == 1:
        return frozen(one_sender.cheap_talk(alone, work, most or one_sender.SET_LIMIT))
    if len(named) == 2:
        parts = most or two_senders.PART_LIMIT
        return frozen(two_senders.two_sender_cheap_talk(alone, work, parts))
    names = ", ".join(agent.name for agent in named)
    raise InstanceError(
        f"cheap talk is decided for one or two agents, and these are {len(named)}: {names}; name"
        " one or two of them with --agent"
    )


@names_arguments()
def learning(
    game: Given,
    agent: str | None = None,
    rounds: int | None = None,
    steps: int | None = None,
    limit: int | None = None,
) -> Learning:
    """What she learns is found, round by round, if she and an agent say what they believe.

    Both announce what each action is worth on average, she first, rounded to the words they have.

    Parameters:
        game: a game, or the path or the text of an instance file.
        agent: the name of the agent she talks to; the game's first if not given.
        rounds: how many rounds they talk, at most 1000; the game's if not given.
        steps: of how many steps of the range of her utility the values are rounded down to one;
            if not given, as many as the alphabets have words for, and not at all if one is rich.
        limit: the most rectangles on which substitutes are looked for (20,000 if not given).

    Returns:
        Learning, with `moments` (before any word and after each round: `delta`, `error`, what she
        gets), and whether the observations are substitutes for her `decision` and for a `forecast`.

    Raises:
        InstanceError: no agent has this name, or a number is out of range.

    Example:
        >>> found = learning("instances/conversations/doctor_who_must_ask.toml", steps=4)
        >>> [str(moment.error) for moment in found.moments]
        ['23/36', '0', '0']

    Source: theory.md 13.2 (substitutes), 13.3 (the conversation).
    """
    given = game_of(game)
    talker = given.agents[0] if agent is None else agent_of(given, agent)
    long = None if rounds is None else whole_of(rounds, "rounds", 0, 1000)
    fine = None if steps is None else whole_of(steps, "steps", 1, 10**6)
    most = limit_of(limit, "limit") or RECTANGLE_LIMIT
    return frozen(straightforward.learning(given, talker, long, fine, most))
