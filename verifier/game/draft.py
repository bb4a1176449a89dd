"""A first instance file: commented, with made-up numbers, to be written over by one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from verifier.errors import InstanceError, SizeError
from verifier.game.model import NOTHING
from verifier.game.names import name_fault
from verifier.game.text.toml import quoted, spelled, toml_key

MOST = 20
"""The most states, actions, observations or agents of a draft."""
LONGEST_TITLE = 1000
BIAS = Fraction(1, 4)
"""What an agent gains, in a draft, whenever the action that he favours is taken."""

HEAD = """\
# A game in which agents advise a user. It can be verified as it stands:
#     verifier verify THIS_FILE
# Every number is an example: write yours over it. A fraction stands in quotes, as in "1/3"; whole
# numbers and decimals need none, and 0.1 is exactly 1/10.
# For an editor that completes and checks this file: `verifier schema -o instance.schema.json`, and
# this as the first line of the file:
#     #:schema ./instance.schema.json
format = 1
"""
PROSE = """\
# source = "where the game is from"
# notes = "what a reader should know"

# What may be the case, and what she may do.
"""
PRIOR = """\

# How likely each state is; the sum is 1. The agents see the state, and she sees nothing.
"""
JOINT = """\

# What the agents may see. Each row: what she sees, what the agents see, the state, and how likely
# that is together; the sum is 1, and what is in no row does not happen.
"""
USER = """\

# What each action is worth to her in each state.
[user.utility]
"""
AGENTS = """\

# What each action of hers is worth to the agents. Here each wants what she wants, and gains
# {bias} besides whenever the action that he favours is taken.
"""
REST = """\

# Without the lines below, everything is as the paper has it. Remove the # of a table and its keys.
# [conversation]
# rounds = 1              # of question and answers
# user_alphabet = 1       # how many things she can say; 1 is silence
# agent_alphabet = "rich" # how many words an agent has: "rich" is any number
# [model]
# ties = "any"            # where she is indifferent; or "belief", "favour-speaker", "order"
# evaluation = 0          # she who picks one agent may pick any within so much of the best
# [claim]
# tolerance = {bias}       # how near her the agents are said to be; else the exact hull distance
# hull = "simplex"        # mixtures with weights of sum 1; "cone": of any sum; or "state-offset"
"""


def draft(
    title: str,
    states: Sequence[str],
    actions: Sequence[str],
    agents: int,
    observations: Sequence[str] = (),
) -> str:
    """The text of an instance file with these names, in which agents lean towards their own action.

    With `observations` the agents see these instead of the state. Raises InstanceError for what is
    no name, or is one twice, and SizeError for more than MOST of anything.

    >>> print(draft("Umbrellas", ["rain", "sun"], ["take", "leave"], 1).partition("[user")[2][:58])
    .utility]
    take = { rain = 1, sun = 0 }
    leave = { rain = 0,
    """
    if len(title) > LONGEST_TITLE or not _is_text(title):
        raise InstanceError(f"--title: expected text of at most {LONGEST_TITLE} characters")
    _refuse("--states", states)
    _refuse("--actions", actions)
    _refuse("--observations", observations)
    if agents > MOST:
        raise SizeError(
            f"--agents {agents}: at most {MOST} are drafted; more can be written by hand"
        )
    hers = {
        (a, y): Fraction(n == m % len(actions))
        for n, a in enumerate(actions)
        for m, y in enumerate(states)
    }
    lines = [
        HEAD + f"title = {quoted(title)}",
        PROSE + f"states = {spelled(list(states))}",
        f"actions = {spelled(list(actions))}",
        _joint(states, observations) if observations else PRIOR + f"prior = {_prior(states)}",
        USER + _rows(hers, states, actions),
        AGENTS.format(bias=BIAS).rstrip("\n"),
    ]
    for n in range(agents):
        favoured = actions[n % len(actions)]
        his = {(a, y): value + BIAS * (a == favoured) for (a, y), value in hers.items()}
        lines += [
            "[[agents]]",
            f"name = {quoted(f'agent {n + 1}')}",
            "[agents.utility]",
            _rows(his, states, actions) + ("\n" if n < agents - 1 else ""),
        ]
    return "\n".join(lines) + "\n" + REST.format(bias=quoted(str(BIAS)))


def _is_text(title: str) -> bool:
    """Whether the title has a place in a UTF-8 file: bytes that are no text come as surrogates."""
    return not any(0xD800 <= ord(character) < 0xE000 for character in title)


def _refuse(option: str, names: Sequence[str]) -> None:
    """Raises InstanceError, or SizeError, for names that cannot stand side by side in a file."""
    if len(names) > MOST:
        raise SizeError(
            f"{option}: has {len(names)} names, at most {MOST} are drafted; more can be written by"
            " hand"
        )
    for name in names:
        fault = name_fault(name)
        if fault is not None:
            raise InstanceError(f"{option}: {fault}")
        if names.count(name) > 1:
            raise InstanceError(f"{option}: {name!r} appears twice, expected different names")


def _prior(states: Sequence[str]) -> str:
    """Probabilities that fall from state to state: in the proportions n : n - 1 : ... : 1."""
    total = len(states) * (len(states) + 1) // 2
    return spelled({y: _number(Fraction(len(states) - n, total)) for n, y in enumerate(states)})


def _joint(states: Sequence[str], observations: Sequence[str]) -> str:
    """Rows in which states and observations take turns, each row as likely as any other."""
    rows = max(len(states), len(observations))
    written = (
        [NOTHING, observations[n % len(observations)], states[n % len(states)], f"1/{rows}"]
        for n in range(rows)
    )
    lines = [f"    {spelled(row)}," for row in written]
    return "\n".join(
        [JOINT + f"agent_observations = {spelled(list(observations))}", "joint = [", *lines, "]"]
    )


def _number(value: Fraction) -> int | str:
    return int(value) if value.denominator == 1 else str(value)


def _rows(
    utility: Mapping[tuple[str, str], Fraction], states: Sequence[str], actions: Sequence[str]
) -> str:
    return "\n".join(
        f"{toml_key(a)} = {spelled({y: _number(utility[a, y]) for y in states})}" for a in actions
    )
