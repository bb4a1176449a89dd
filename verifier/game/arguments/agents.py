"""Agents by name, or as a list of their parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from verifier.errors import InstanceError
from verifier.game.arguments.origin import Words, below, keys
from verifier.game.arguments.tables import Table, utility_table
from verifier.game.arguments.values import described, listed, plain
from verifier.game.model import Agent
from verifier.game.place import Path
from verifier.game.reader import MAX_AGENTS
from verifier.game.text.gathering import Gathering


@dataclass(frozen=True)
class Entry:
    """An agent as he is given: his parts, and how he and his utility are called in messages."""

    said: str
    inside: str
    parts: Mapping[str, Any]


def agent_tables(
    given: Any, actions: Sequence[str], states: Sequence[str]
) -> tuple[list[dict[str, Any]], dict[Path, Words]]:
    """The agents as a document has them, and how their places are called.

    Raises InstanceError for what are no agents.
    """
    made: list[dict[str, Callable[[], Any]]] = []
    words: dict[Path, Words] = {}
    with Gathering() as found:
        for n, entry in enumerate(_entries(given, actions)):
            agent = {
                key: found.part(plain, value, f"{entry.said}[{key!r}]")
                for key, value in entry.parts.items()
                if key != "utility"
            }
            words["agents", n] = partial(below, entry.said)
            if "utility" in entry.parts:
                utility = entry.parts["utility"]
                table = found.part(utility_table, utility, entry.inside, actions, states)
                words["agents", n, "utility"] = partial(_called, table)
                agent["utility"] = partial(_value, table)
            made.append(agent)
    return [{key: read() for key, read in agent.items()} for agent in made], words


def _called(table: Callable[[], Table], path: Path) -> str:
    return table().words(path)


def _value(table: Callable[[], Table]) -> Any:
    return table().value


def _entries(given: Any, actions: Sequence[str]) -> list[Entry]:
    if isinstance(given, Mapping):
        return [_named(name, given[name], actions) for name in list(given)[: MAX_AGENTS + 1]]
    entries = listed(given)
    if not isinstance(entries, list) or hasattr(given, "shape"):
        raise InstanceError(
            f"agents: {described(given)}, expected a dict from each agent's name to his utility"
        )
    return [_listed(n, entry) for n, entry in enumerate(entries[: MAX_AGENTS + 1])]


def _named(name: object, given: Any, actions: Sequence[str]) -> Entry:
    """An agent of a dict by names: his parts, or his utility alone."""
    if not isinstance(name, str):
        raise InstanceError(f"agents: the key {described(name)[3:]}, expected an agent's name")
    said = f"agents{keys((name,))}"
    parts = isinstance(given, Mapping) and {"utility"} <= set(given) <= {"utility", "prior", "sees"}
    if parts and set(given) != set(actions):
        return Entry(said, f"{said}['utility']", {"name": name, **given})
    return Entry(said, said, {"name": name, "utility": given})


def _parts(agent: Agent) -> dict[str, Any]:
    """The parts of another game's agent, his prior and utility as they were stated."""
    own = {} if agent.own is None else {"prior": agent.own.prior, "utility": agent.own.utility}
    return {"name": agent.name, "utility": agent.utility, "sees": agent.sees, **own}


def _listed(n: int, given: Any) -> Entry:
    """An agent of a list: a dict of his parts, or one of another game."""
    said = f"agents[{n}]"
    parts = _parts(given) if isinstance(given, Agent) else given
    if not isinstance(parts, Mapping) or not all(isinstance(key, str) for key in parts):
        raise InstanceError(
            f"{said}: {described(given)}, expected a dict with name and utility; or write agents"
            " as a dict from each agent's name to his utility"
        )
    stated = {key: value for key, value in parts.items() if value is not None}
    return Entry(said, f"{said}['utility']", stated)
