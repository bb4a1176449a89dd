"""Rebuilds the game from the user's own TOML file (interface.md). Shares no code with the verifier's own reader."""

import hashlib
import json
import re
import tomllib
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from verifier.kernel.document import Unreadable, count, items, one_of, read_text, table

Utility = dict[str, dict[str, Fraction]]  # action -> state -> utility
Names = tuple[str, ...]
NUMBER = re.compile(r"([+-]?)(\d+)(?:/(\d+)|(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?)", re.ASCII)
DIGITS = 400
SETS = ("user_observations", "agent_observations")
OPTIONAL = (*SETS, "source", "notes", "prior", "joint", "conversation", "model", "claim")


@dataclass(frozen=True)
class Agent:
    name: str
    utility: Utility
    sees: tuple[Names, ...]


@dataclass(frozen=True)
class Game:
    states: Names
    actions: Names
    user_observations: Names
    agent_observations: Names
    joint: tuple[tuple[str, str, str, Fraction], ...]  # (x_A, x_B, y, p) with p > 0
    utility: Utility
    agents: tuple[Agent, ...]
    rounds: int
    user_alphabet: int
    agent_alphabet: int | None  # None: rich
    ties: str
    eta: Fraction
    base: int | None  # None: e
    tolerance: Fraction | None

    def agent(self, name: str) -> Agent:
        return next(agent for agent in self.agents if agent.name == name)

    def digest(self) -> str:
        """Identifies the game, not the file: titles, notes and layout do not count."""
        return "sha256:" + hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()


def read_game(path: str) -> Game:
    """The game of an instance file. Raises Unreadable with the key at fault."""
    try:
        data = tomllib.loads(read_text(path, 8 * 2**20), parse_float=number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path}: {error}") from error
    table(data, path, ("format", "title", "states", "actions", "user", "agents"), OPTIONAL)
    count(data["format"], "format", 1, 1)
    for key in ("title", "source", "notes"):
        if not isinstance(data.get(key, ""), str):
            raise Unreadable(f"{key}: expected a string")
    states, actions = names(data["states"], "states"), names(data["actions"], "actions")
    number_of_agents = len(items(data["agents"], "agents"))
    if not 0 < number_of_agents <= 200 or len(states) * len(actions) * (1 + number_of_agents) > 1_000_000:
        raise Unreadable("expected 1 to 200 agents and at most 1000000 utilities")
    if "joint" not in data and any(key in data for key in SETS):
        raise Unreadable("user_observations and agent_observations need `joint`")
    users = names(data.get("user_observations", ["nothing"]), "user_observations")
    observed = names(data.get("agent_observations", list(states)), "agent_observations")
    talk = table(data.get("conversation", {}), "conversation", (), ("rounds", "user_alphabet", "agent_alphabet"))
    rich = talk.get("agent_alphabet", "rich") == "rich"
    model = table(data.get("model", {}), "model", (), ("ties", "quantal"))
    quantal = table(model.get("quantal", {}), "model.quantal", (), ("eta", "base"))
    claim = table(data.get("claim", {}), "claim", (), ("tolerance",))
    agents = tuple(agent(entry, f"agents[{n}]", actions, states, observed) for n, entry in enumerate(data["agents"]))
    if len({agent.name for agent in agents}) < len(agents):
        raise Unreadable("agents: two have the same name")
    game = Game(
        states, actions, users, observed, joint(data, users, observed, states),
        utility(table(data["user"], "user", ("utility",))["utility"], "user.utility", actions, states),
        agents,
        count(talk.get("rounds", 1), "conversation.rounds", 1, 16),
        count(talk.get("user_alphabet", 1), "conversation.user_alphabet", 1, 1000),
        None if rich else count(talk["agent_alphabet"], "conversation.agent_alphabet", 1, 1000),
        one_of(model.get("ties", "any"), "model.ties", ("any", "belief", "favour-speaker", "order")),
        number(quantal.get("eta", 10)), base(quantal.get("base", "e")),
        number(claim["tolerance"]) if "tolerance" in claim else None,
    )  # fmt: skip
    if game.eta <= 0 or (game.tolerance or 0) < 0:
        raise Unreadable("eta must be positive and a tolerance nonnegative")
    return game


def number(value: Any) -> Fraction:
    """An integer, an exact decimal or a string "p/q", of at most DIGITS digits."""
    if isinstance(value, Fraction):
        return value
    short = value.bit_length() < 1400 if type(value) is int else isinstance(value, str) and len(value) < 900
    match = NUMBER.fullmatch(str(value)) if short else None
    if match is None:
        raise Unreadable(f"{str(value)[:40]!r} is not a rational" if short else "a number is too long, or not a number")
    sign, whole, below, places, power = match[1], match[2], match[3], match[4] or "", int(match[5] or 0)
    if max(len(whole) + len(places) + abs(power), len(below or "")) > DIGITS or int(below or 1) == 0:
        raise Unreadable(f"{str(value)[:40]!r} has a zero denominator or too many digits")
    return Fraction(int(sign + whole + places), int(below or 1)) * Fraction(10) ** (power - len(places))


def names(value: Any, where: str) -> Names:
    found = items(value, where)
    good = all(isinstance(name, str) and 0 < len(name) <= 100 and name.isprintable() for name in found)
    if not found or len(found) > 1000 or not good or len(set(found)) < len(found):
        raise Unreadable(f"{where}: expected 1 to 1000 different names")
    return tuple(found)


def utility(value: Any, where: str, actions: Names, states: Names) -> Utility:
    rows = {a: table(table(value, where, actions)[a], f"{where}.{a}", states) for a in actions}
    return {a: {y: number(rows[a][y]) for y in states} for a in actions}


def agent(value: Any, where: str, actions: Names, states: Names, observed: Names) -> Agent:
    entry = table(value, where, ("name", "utility"), ("sees",))
    given = items(entry.get("sees", [[x] for x in observed]), f"{where}.sees")
    cells = [sorted(names(cell, f"{where}.sees"), key=lambda x: (x in observed and observed.index(x), x)) for cell in given]
    if sorted(x for cell in cells for x in cell) != sorted(observed):
        raise Unreadable(f"{where}.sees: not a partition of the agent observations")
    sees = tuple(tuple(cell) for cell in sorted(cells, key=lambda cell: observed.index(cell[0])))
    name = names([entry["name"]], f"{where}.name")[0]
    return Agent(name, utility(entry["utility"], f"{where}.utility", actions, states), sees)


def joint(data: dict[str, Any], *sets: Names) -> tuple[tuple[str, str, str, Fraction], ...]:
    if ("prior" in data) == ("joint" in data):
        raise Unreadable("expected either `prior` or `joint`")
    if "prior" in data:
        rows = [["nothing", y, y, p] for y, p in table(data["prior"], "prior", sets[2]).items()]
    else:
        rows = items(data["joint"], "joint")
    given: dict[tuple[int, ...], Fraction] = {}
    ranks = [{name: n for n, name in enumerate(known)} for known in sets]
    for row in rows:
        if len(items(row, "joint")) != 4 or len(rows) > 100_000:
            raise Unreadable("joint: expected at most 100000 rows [user observation, agent observation, state, probability]")
        key = tuple(rank[one_of(name, "joint", rank)] for name, rank in zip(row, ranks, strict=False))
        if key in given or number(row[3]) < 0:
            raise Unreadable(f"joint: {row[:3]} is negative or appears twice")
        given[key] = number(row[3])
    if sum(given.values()) != 1:
        raise Unreadable(f"the probabilities sum to {sum(given.values())}, expected 1")
    return tuple((sets[0][x], sets[1][o], sets[2][y], p) for (x, o, y), p in sorted(given.items()) if p)


def base(value: Any) -> int | None:
    if value == "e":
        return None
    prime = number(value)
    if prime.denominator != 1 or not 2 <= prime <= 10**6 or any(prime % d == 0 for d in range(2, 1001) if d * d <= prime):
        raise Unreadable('model.quantal.base: expected "e" or a prime up to 1000000')
    return int(prime)
