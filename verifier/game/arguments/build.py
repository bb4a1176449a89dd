"""A game from the arguments of a call (docs/reference/python.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from verifier.errors import InstanceError
from verifier.frozen import frozen
from verifier.game.arguments.agents import agent_tables
from verifier.game.arguments.origin import Arguments, Words, below
from verifier.game.arguments.tables import joint_table, prior_table, utility_table
from verifier.game.arguments.values import described, listed, plain
from verifier.game.model import NOTHING, Conversation, Game, Quantal
from verifier.game.place import Path, Place
from verifier.game.reader import build
from verifier.game.text.gathering import Gathering

SETS = ("states", "actions", "user_observations", "agent_observations")
REQUIRED = ("states", "actions", "user", "agents")
TABLES = ("prior", "joint", "user", "agents")
GROUPS = {
    "model": ("ties", "quantal", "evaluation"),
    "claim": ("tolerance", "gamma", "benchmark", "hull"),
}
"""The tables of an instance whose keys are arguments by themselves."""


def game(
    *,
    states: object = None,
    actions: object = None,
    user: object = None,
    agents: object = None,
    prior: object = None,
    joint: object = None,
    user_observations: object = None,
    agent_observations: object = None,
    conversation: object = None,
    ties: object = None,
    quantal: object = None,
    evaluation: object = None,
    tolerance: object = None,
    gamma: object = None,
    benchmark: object = None,
    hull: object = None,
    title: object = "a game",
    source: object = None,
    notes: object = None,
) -> Game:
    """A game is built from Python's own values, under the rules of instance files.

    Numbers are whole numbers, Fractions, Decimals or strings such as "1/3"; floats are refused.

    Parameters:
        states: the names of the states, in order.
        actions: the names of the user's actions, in order.
        user: her utility, actions by states: nested dicts, a dict by pairs, a list of lists, an
            array of numpy or a data frame of pandas.
        agents: a dict from the name of each agent to his utility, or to a dict with `utility` and
            `sees` or `prior`; or a list of such dicts with a `name`.
        prior: the probability of each state, where agents see the state and the user nothing.
        joint: otherwise rows (user observation, agent observation, state, probability), a dict by
            triples, a data frame with these four columns, or an array with three sides.
        user_observations: the names of what the user may observe, with `joint`.
        agent_observations: the names of what the agents may observe, with `joint`.
        conversation: a dict with `rounds`, `user_alphabet`, `agent_alphabet`.
        ties: "any", "belief", "favour-speaker" or "order".
        quantal: a dict with `eta` and `base`.
        evaluation: how far from the best the offer may be that a best-ai user picks.
        tolerance: the claimed tolerance.
        gamma: how much an agent may still gain in an equilibrium.
        benchmark: "guarantee" or "optimum".
        hull: "simplex", "cone" or "state-offset".
        title: what the game is called.
        source: where it is from.
        notes: any text about it.

    Returns:
        The game, as `load` returns one.

    Raises:
        InstanceError: the arguments are no game; the message names the argument, what stands there
            and what was expected, with a line for each thing that is wrong.
        SizeError: the game would be larger than what is read from a file.

    Example:
        >>> rainy = game(
        ...     states=["rain", "sun"],
        ...     actions=["umbrella", "none"],
        ...     prior={"rain": "1/3", "sun": "2/3"},
        ...     user=[[1, 0], [0, 1]],
        ...     agents={"seller": {"umbrella": [1, 1], "none": [0, 0]}},
        ... )
        >>> rainy.agents[0].utility["umbrella", "sun"]
        Fraction(1, 1)

    Source: theory.md 1.1 (the model).
    """
    given = {
        "title": "a game" if title is None else title,
        "source": source,
        "notes": notes,
        "states": states,
        "actions": actions,
        "user_observations": user_observations,
        "agent_observations": agent_observations,
        "conversation": conversation,
        "model": _stated({"ties": ties, "quantal": quantal, "evaluation": evaluation}),
        "claim": _stated(
            {"tolerance": tolerance, "gamma": gamma, "benchmark": benchmark, "hull": hull}
        ),
        "prior": prior,
        "joint": joint,
        "user": user,
        "agents": agents,
    }
    return frozen(build(_document(_stated(given))))


def _stated(given: Mapping[str, object]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None}


def _document(given: Mapping[str, Any]) -> Place:
    """The document of the arguments. Raises InstanceError for what no instance file could say."""
    missing = [key for key in REQUIRED if key not in given]
    if missing:
        raise InstanceError(
            f"{' and '.join(missing)}: missing; a game has {', '.join(REQUIRED)} and prior or joint"
        )
    words: dict[Path, Words] = {
        (group, key): partial(below, key) for group, names in GROUPS.items() for key in names
    }
    with Gathering() as found:
        parts = {
            key: found.part(_part, key, value) for key, value in given.items() if key not in TABLES
        }
        for key in TABLES:
            if key in given:
                parts[key] = found.part(_table, key, given[key], parts, words)
    data = {key: read() for key, read in parts.items()}
    return Place(Arguments(words), (), {"format": 1, **data})


def _part(key: str, value: Any) -> Any:
    """An argument that is no table of numbers."""
    if key in GROUPS:
        return {name: _part(name, entry) for name, entry in value.items()}
    if key in ("conversation", "quantal"):
        return _fields(key, vars(value) if isinstance(value, Conversation | Quantal) else value)
    if key in SETS and not isinstance(listed(value), str | list):
        unordered = ", which has no order" if isinstance(value, set | frozenset) else ""
        raise InstanceError(
            f"{key}: {described(value)}{unordered}, expected a list of names such as"
            " ['rain', 'sun']"
        )
    return plain(value, key)


def _fields(key: str, value: object) -> Any:
    if not isinstance(value, Mapping):
        example = {"rounds": 2} if key == "conversation" else {"eta": 10, "base": "e"}
        raise InstanceError(f"{key}: {described(value)}, expected a dict such as {example}")
    return plain(value, key)


def _table(
    key: str, value: Any, parts: Mapping[str, Callable[[], Any]], words: dict[Path, Words]
) -> Any:
    """A table of numbers by names; how its entries are called is added to `words`.

    Where names are missing, which the reader says, an empty one.
    """
    names = {name: read() for name, read in parts.items() if name in SETS}
    if not {"states", "actions"} <= set(names) or not all(map(_are_names, names.values())):
        return {}
    states, actions = names["states"], names["actions"]
    if key == "agents":
        agents, called = agent_tables(value, actions, states)
        words |= called
        return agents
    if key == "user":
        table = utility_table(_utility_of(value, actions), key, actions, states)
        words["user", "utility"] = table.words
        return {"utility": table.value}
    if key == "prior":
        table = prior_table(value, key, states)
    else:
        hers = names.get("user_observations", [NOTHING])
        table = joint_table(value, key, (hers, names.get("agent_observations", states), states))
    words[key,] = table.words
    return table.value


def _are_names(value: object) -> bool:
    """Whether these are texts, all different; the reader says what is wrong with others."""
    texts = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    return texts and 0 < len(set(value)) == len(value)  # type: ignore[arg-type, call-overload]


def _utility_of(value: Any, actions: list[str]) -> Any:
    """The utility in `{"utility": ...}`, as an instance has it, or the value itself."""
    alone = isinstance(value, Mapping) and set(value) == {"utility"} and set(actions) != {"utility"}
    return value["utility"] if alone else value
