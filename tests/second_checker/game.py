"""The game, as the reader of an instance file makes it, and its digest."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from tests.second_checker.parameters import replaced, settings
from tests.second_checker.reading import (
    ZERO,
    Json,
    UnreadableError,
    canonical,
    count,
    from_text,
    keys,
    listing,
    need,
    number,
    quoted,
    readable,
    sha256,
    text,
)

LATIN_LEFT_OUT = (
    "\u00d7\u00f7\u0131\u0138\u013f\u0140\u0149\u017f\u00c6\u00e6\u0132\u0133\u0152\u0153"
    "\u00d0\u00f0\u0114\u0115\u014a\u014b\u0150\u0151\u0170\u0171"
)
GREEK = (
    "\u0393\u0394\u0398\u039b\u039e\u03a0\u03a3\u03a6\u03a8\u03a9"
    "\u03b4\u03b5\u03b6\u03b7\u03b8\u03bb\u03bc\u03be\u03c0\u03c3\u03c6\u03c8\u03c9"
)
LETTERS = (
    {chr(code) for code in range(0x20, 0x7F)}
    | {chr(code) for code in range(0xC0, 0x180)} - set(LATIN_LEFT_OUT)
    | set(GREEK)
    | {chr(code) for code in range(0x2080, 0x208A)}
)


def check_names(values: Any, what: str) -> list[str]:
    """Read a list of different names."""
    names = [text(name) for name in listing(values)]
    readable(names, f"{what}: a name is missing")
    readable(len(names) <= 1000, f"too large: {what}")
    for name in names:
        readable(1 <= len(name) <= 100, f"{what}: a name's length")
        readable(set(name) <= LETTERS, f"{what}: a letter that names do not have")
        readable(name == name.strip(" ") and "  " not in name, f"{what}: spaces")
    readable(len(set(names)) == len(names), f"{what}: a name comes twice")
    return names


Table = dict[tuple[str, str], Fraction]
"""(action, state) -> payoff."""

Weights = dict[tuple[str, str, str], Fraction]
"""(x_A, x_B, action) -> W."""

Point = tuple[str, str]
"""(x_A, x_B)."""

Shares = dict[str, Fraction]
"""q at every possible x_B, or a number for every cell."""

Joint = dict[tuple[str, str, str], Fraction]
"""(x_A, x_B, y) -> probability above 0."""

HULLS = ("simplex", "cone", "state-offset")
"""Which mixtures may count."""

TIES = {
    "any": ("under every tie rule", "for one way of breaking ties"),
    "belief": (
        "if she breaks ties by her belief alone",
        "for one way of breaking ties by her belief alone",
    ),
    "favour-speaker": ("if ties favour the speaker",) * 2,
    "order": ("if ties go to the first action",) * 2,
}
"""Tie rule -> what it means for a claim about every equilibrium, and about one."""


class FloatText(NamedTuple):
    """A TOML float as it is written."""

    written: str


@dataclass
class Agent:
    """An agent: his name, his cells of observations and his utilities."""

    name: str
    cells: list[tuple[str, ...]]
    table: Table
    weights: Weights = field(default_factory=dict)

    @property
    def span(self) -> Fraction:
        """Return max U - min U."""
        return max(self.table.values()) - min(self.table.values())


@dataclass
class Game:
    """A game as the instance describes it."""

    title: str
    states: list[str]
    actions: list[str]
    user_sees: list[str]
    agents_see: list[str]
    joint: Joint
    table: Table
    agents: list[Agent]
    rounds: int
    questions: int
    words: int | None
    ties: str
    eta: Fraction
    base: int | None
    tolerance: Fraction | None
    gamma: Fraction
    target: str
    hull: str
    evaluation: Fraction
    at: dict[str, Fraction] = field(default_factory=dict)
    whose: str = ""
    shares: dict[str, tuple[Fraction, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compute points, their probabilities and all W."""
        self.chance: dict[Point, Fraction] = {}
        for (seen, known, _), p in self.joint.items():
            self.chance[seen, known] = self.chance.get((seen, known), ZERO) + p
        self.points = [
            pair for pair in product(self.user_sees, self.agents_see) if pair in self.chance
        ]
        self.seen = [seen for seen in self.user_sees if any(seen == p[0] for p in self.points)]
        self.weights = self.weigh(self.table)
        for agent in self.agents:
            agent.weights = self.weigh(agent.table)
        self.names = [agent.name for agent in self.agents]
        self.best = {
            point: [
                a
                for a in self.actions
                if self.weights[*point, a] == max(self.weights[*point, b] for b in self.actions)
            ]
            for point in self.points
        }
        self.optimum = sum((self.weights[*p, self.best[p][0]] for p in self.points), ZERO)
        self.unique = all(len(actions) == 1 for actions in self.best.values())

    def weigh(self, table: Table) -> Weights:
        """Compute W_f at every point, for every action."""
        result = {(*point, a): ZERO for point in self.points for a in self.actions}
        for (seen, known, state), p in self.joint.items():
            for a in self.actions:
                result[seen, known, a] += p * table[a, state]
        return result

    def knows(self, seen: str) -> list[str]:
        """List the x_B that are possible together with this x_A."""
        return [known for known in self.agents_see if (seen, known) in self.chance]

    def belief(self, seen: str, q: Shares) -> tuple[Fraction, ...]:
        """Return her belief over states after x_A, if x_B has these weights."""
        mass = [
            sum((w * self.joint.get((seen, known, y), ZERO) for known, w in q.items()), ZERO)
            for y in self.states
        ]
        return tuple(m / sum(mass, ZERO) for m in mass)

    def agent(self, name: Any) -> Agent:
        """Find an agent by name."""
        need(text(name) in self.names, f"there is no agent {name!r}")
        return self.agents[self.names.index(name)]

    def told_at_once(self, rounds: int) -> int | None:
        """Return how many things can be told in so many rounds, None if there is no bound."""
        return None if self.words is None else self.words**rounds


def toml_number(value: Any) -> Fraction:
    """Read a number of an instance."""
    if isinstance(value, FloatText):
        return from_text(value.written, 400)
    if isinstance(value, int):
        readable(abs(value) < 10**400, "too large: a number")
    return from_text(value, 400) if isinstance(value, str) else number(value)


def toml_count(value: Any, low: int, high: int, what: str) -> int:
    """Read a count of an instance, within bounds."""
    readable(low <= count(value) <= high, f"{what} is not from {low} to {high}")
    return count(value)


def read_table(value: Any, actions: list[str], states: list[str]) -> Table:
    """Read utilities: action -> state -> number, for every pair."""
    readable(isinstance(value, dict) and set(value) == set(actions), "utilities of other actions")
    for row in value.values():
        readable(isinstance(row, dict) and set(row) == set(states), "utilities of other states")
    return {(a, y): toml_number(value[a][y]) for a in actions for y in states}


def read_joint(data: Json, states: list[str]) -> tuple[list[str], list[str], Joint]:
    """Read the observations and the probabilities: from `prior`, or from `joint`."""
    readable(("prior" in data) != ("joint" in data), "either prior or joint")
    rows: Joint = {}
    if "prior" in data:
        readable(not {"user_observations", "agent_observations"} & set(data), "only with joint")
        prior = data["prior"]
        readable(isinstance(prior, dict) and set(prior) == set(states), "a prior of all states")
        user, agents = ["nothing"], states
        rows = {("nothing", y, y): toml_number(prior[y]) for y in states}
    else:
        user = check_names(data.get("user_observations", ["nothing"]), "user_observations")
        agents = check_names(data.get("agent_observations", list(states)), "agent_observations")
        readable(len(listing(data["joint"])) <= 100_000, "too large: joint")
        for row in data["joint"]:
            readable(len(listing(row)) == 4, "a row of joint has four entries")
            seen, known, state = where = text(row[0]), text(row[1]), text(row[2])
            readable(seen in user and known in agents and state in states, f"{where}: no such row")
            readable(where not in rows, f"the row {where} comes twice")
            rows[where] = toml_number(row[3])
    readable(all(p >= 0 for p in rows.values()), "a probability is below 0")
    readable(sum(rows.values(), ZERO) == 1, "the probabilities do not sum to 1")
    ordered = {
        (a, b, y): rows[a, b, y]
        for a in user
        for b in agents
        for y in states
        if rows.get((a, b, y), ZERO) > 0
    }
    return user, agents, ordered


def read_cells(value: Any, observations: list[str]) -> list[tuple[str, ...]]:
    """Read a partition of the agent observations, and put it in order."""
    place = {name: n for n, name in enumerate(observations)}
    cells = []
    for cell in listing(value):
        readable(listing(cell), "a cell is empty")
        readable(all(isinstance(x, str) and x in place for x in cell), "a cell of other names")
        cells.append(tuple(sorted(cell, key=place.__getitem__)))
    flat = [name for cell in cells for name in cell]
    readable(len(flat) == len(set(flat)) == len(observations), "sees is not a partition")
    return sorted(cells, key=lambda cell: place[cell[0]])


def own_utility(table: Table, prior: Any, states: list[str], joint: Joint) -> Table:
    """Multiply utilities by what an agent's own prior is of the common one, state by state."""
    readable(isinstance(prior, dict) and set(prior) == set(states), "a prior of all states")
    own = {y: toml_number(prior[y]) for y in states}
    readable(min(own.values()) >= 0 and sum(own.values()) == 1, "an own prior is no distribution")
    factor = {}
    for y in states:
        common = sum((p for (_, _, state), p in joint.items() if state == y), ZERO)
        readable(common > 0 or own[y] == 0, f"the common prior excludes {y}")
        factor[y] = own[y] / common if common else Fraction(1)
    return {(a, y): value * factor[y] for (a, y), value in table.items()}


def read_agent(
    data: Any, actions: list[str], states: list[str], observations: list[str], joint: Joint
) -> Agent:
    """Read one agent of an instance."""
    value = keys(data, "name,utility", "prior,sees")
    cells = read_cells(value.get("sees", [[name] for name in observations]), observations)
    name = check_names([value["name"]], "an agent's name")[0]
    table = read_table(value["utility"], actions, states)
    if "prior" in value:
        table = own_utility(table, value["prior"], states, joint)
    return Agent(name, cells, table)


def load_game(path: str | Path, given: Json | None = None, user: str | None = None) -> Game:
    """Read an instance file, at values of its parameters, for one of its users or for all."""
    content = Path(path).read_bytes()
    readable(len(content) <= 8 * 2**20, "too large: the instance")
    try:
        written = content.decode("utf-8").removeprefix("\ufeff")
        parsed = tomllib.loads(written, parse_float=FloatText)
    except ValueError as error:  # also integers that are too long for Python
        raise UnreadableError(ascii(str(error))) from error
    names, points = settings(parsed, given, toml_number)
    if not names:
        return read_users(parsed, user)
    games = [read_users(data, user) for data in replaced(parsed, names, points)]
    games[-1].at = points[-1]
    return games[-1]


OWN = ("prior", "joint", "user_observations")


def read_users(parsed: Json, user: str | None) -> Game:
    """Read a document: the game of its only user, of one of several, or of all as one."""
    if "users" not in parsed:
        readable(user is None, "there is one user, who has no name")
        return read_game(parsed)
    readable("user" not in parsed, "either user or users")
    people = [
        keys(person, "name,share,utility", "ties," + ",".join(OWN))
        for person in listing(parsed["users"])
    ]
    called = check_names([person["name"] for person in people], "users")
    shares = [toml_number(person["share"]) for person in people]
    readable(min(shares) >= 0 and sum(shares) == 1, "the shares are no distribution")
    documents = [alone(parsed, person, called) for person in people]
    rows = [data.get("joint", data.get("prior", [])) for data in documents]
    readable(sum(len(part or []) for part in rows) <= 100_000, "too large: rows of all users")
    games = [read_game(data) for data in documents]
    if user is None:
        return one_of_all(called, shares, games)
    readable(user in called, "there is no such user")
    found = games[called.index(user)]
    found.whose = f" for the user {quoted(user)}"
    return found


def alone(parsed: Json, person: Json, called: list[str]) -> Json:
    """Write the document in which a user is the only one."""
    data = {key: value for key, value in parsed.items() if key != "users"}
    data["user"] = {"utility": person["utility"]}
    if "prior" in person or "joint" in person:
        for key in OWN:
            data.pop(key, None)
            if key in person:
                data[key] = person[key]
    else:
        readable("user_observations" not in person, "observations without probabilities")
    if "ties" in person:
        data["model"] = {**data.get("model", {}), "ties": person["ties"]}
    data["agents"] = [with_utility(agent, person["name"], called) for agent in data["agents"]]
    return data


def with_utility(agent: Json, user: str, called: list[str]) -> Json:
    """Give an agent the utility that he has for one user."""
    if "utilities" not in agent:
        return agent
    tables = agent["utilities"]
    readable("utility" not in agent, "either utility or utilities")
    readable(isinstance(tables, dict) and set(tables) == set(called), "utilities for all users")
    rest = {key: value for key, value in agent.items() if key != "utilities"}
    return {**rest, "utility": tables[user]}


def one_of_all(called: list[str], shares: list[Fraction], games: list[Game]) -> Game:
    """Make one game of all users: each user's states and observations begin with her name."""
    first = games[0]
    readable(all(game.ties == first.ties for game in games), "users break ties differently")
    states: list[str] = []
    seen: list[str] = []
    joint: Joint = {}
    mine: Table = {}
    hers: dict[str, tuple[Fraction, list[str]]] = {}
    theirs: list[Table] = [{} for _ in first.agents]
    for name, share, game in zip(called, shares, games, strict=True):
        label = {x: f"{name}: {x}" for x in game.user_sees}
        if game.user_sees == ["nothing"]:
            label = {"nothing": name}
        seen += label.values()
        hers[name] = share, list(label.values())
        states += [f"{name}: {y}" for y in game.states]
        for (x, z, y), p in game.joint.items():
            if share:
                joint[label[x], z, f"{name}: {y}"] = share * p
        mine |= {(a, f"{name}: {y}"): value for (a, y), value in game.table.items()}
        for table, agent in zip(theirs, game.agents, strict=True):
            table |= {(a, f"{name}: {y}"): value for (a, y), value in agent.table.items()}
    agents = [
        Agent(agent.name, agent.cells, table)
        for agent, table in zip(first.agents, theirs, strict=True)
    ]
    return replace(
        first,
        states=check_names(states, "states"),
        user_sees=check_names(seen, "user_observations"),
        joint=joint,
        table=mine,
        agents=agents,
        whose=" for all users, by one rule for all",
        shares=hers,
    )


def read_game(parsed: Json) -> Game:
    """Read the document of an instance in which numbers stand."""
    data = keys(
        parsed,
        "format,title,states,actions,user,agents",
        "source,notes,joint,prior,user_observations,agent_observations,conversation,model,claim,"
        "parameters",
    )
    readable(count(data["format"]) == 1, "the format of an instance is 1")
    for key in ("title", "source", "notes"):
        text(data.get(key, ""))
    states, actions = check_names(data["states"], "states"), check_names(data["actions"], "actions")
    user, observations, joint = read_joint(data, states)
    readable(listing(data["agents"]), "there is no agent")
    readable(len(data["agents"]) <= 200, "too large: agents")
    readable((1 + len(data["agents"])) * len(states) * len(actions) <= 1e6, "too large: utilities")
    agents = [read_agent(value, actions, states, observations, joint) for value in data["agents"]]
    readable(len({agent.name for agent in agents}) == len(agents), "two agents have one name")
    talk = keys(data.get("conversation", {}), "", "rounds,user_alphabet,agent_alphabet")
    model = keys(data.get("model", {}), "", "ties,quantal,evaluation")
    quantal = keys(model.get("quantal", {}), "", "eta,base")
    claim = keys(data.get("claim", {}), "", "tolerance,gamma,benchmark,hull")
    words = talk.get("agent_alphabet", "rich")
    base = quantal.get("base", "e")
    if isinstance(base, str) and re.fullmatch("[0-9]{1,400}", base):
        base = int(base)
    if base != "e":
        toml_count(base, 2, 1_000_000, "base")
        readable(all(base % d for d in range(2, int(base**0.5) + 1)), "the base is not a prime")
    game = Game(
        title=data["title"],
        states=states,
        actions=actions,
        user_sees=user,
        agents_see=observations,
        joint=joint,
        table=read_table(keys(data["user"], "utility")["utility"], actions, states),
        agents=agents,
        rounds=toml_count(talk.get("rounds", 1), 1, 16, "rounds"),
        questions=toml_count(talk.get("user_alphabet", 1), 1, 1000, "user_alphabet"),
        words=None if words == "rich" else toml_count(words, 1, 1000, "agent_alphabet"),
        ties=text(model.get("ties", "any")),
        eta=toml_number(quantal.get("eta", 10)),
        base=None if base == "e" else base,
        tolerance=toml_number(claim["tolerance"]) if "tolerance" in claim else None,
        gamma=toml_number(claim.get("gamma", 0)),
        target=text(claim.get("benchmark", "guarantee")),
        hull=text(claim.get("hull", "simplex")),
        evaluation=toml_number(model.get("evaluation", 0)),
    )
    readable(game.ties in TIES, "no such tie rule")
    readable(game.target in ("guarantee", "optimum"), "no such benchmark")
    readable(game.hull in HULLS, "no such hull")
    readable(game.evaluation >= 0, "the evaluation is below 0")
    readable(game.eta > 0 and game.gamma >= 0, "eta is not above 0, or gamma below 0")
    readable(game.tolerance is None or game.tolerance >= 0, "the tolerance is below 0")
    return game


def digest(game: Game) -> str:
    """Return the 64 digits of the game."""

    def rows(table: Table) -> Json:
        return {a: {y: str(table[a, y]) for y in game.states} for a in game.actions}

    value: Json = {
        "actions": game.actions,
        "agent_alphabet": game.words,
        "agent_observations": game.agents_see,
        "agents": [
            {
                "name": agent.name,
                "sees": [list(cell) for cell in agent.cells],
                "utility": rows(agent.table),
            }
            for agent in game.agents
        ],
        "base": game.base,
        "eta": str(game.eta),
        "joint": [[*where, str(p)] for where, p in game.joint.items()],
        "rounds": game.rounds,
        "states": game.states,
        "ties": game.ties,
        "tolerance": None if game.tolerance is None else str(game.tolerance),
        "user_alphabet": game.questions,
        "user_observations": game.user_sees,
        "utility": rows(game.table),
    }
    if game.gamma:
        value["gamma"] = str(game.gamma)
    if game.target != "guarantee":
        value["target"] = game.target
    if game.hull != "simplex":
        value["hull"] = game.hull
    if game.evaluation:
        value["evaluation"] = str(game.evaluation)
    return sha256(canonical(value))
