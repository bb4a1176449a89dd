"""Rebuilds the game from the user's own TOML file (docs/reference/instance_format.md).

Shares no code with the verifier's own reader.
"""

import hashlib
import json
import re
import tomllib
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from verifier.kernel.reader.document import (
    UnreadableError,
    fit,
    rational,
    read_text,
    readable,
    tame,
)

Names = tuple[str, ...]
Utility = dict[str, dict[str, Fraction]]  # action -> state -> utility
PARTS = re.compile(
    r"""(?:^|[\[{,])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""",
    re.ASCII | re.MULTILINE,
)
# letters that no other of them looks like; single spaces between them
NAME = re.compile(
    r"(?! |.*  |.* $)[ -~\u00c0-\u00c5\u00c7-\u00cf\u00d1-\u00d6\u00d8-\u00e5"
    r"\u00e7-\u00ef\u00f1-\u00f6\u00f8-\u0113\u0116-\u0130\u0134-\u0137"
    r"\u0139-\u013e\u0141-\u0148\u014c-\u014f\u0154-\u016f\u0172-\u017e"
    r"\u0393\u0394\u0398\u039b\u039e\u03a0\u03a3\u03a6\u03a8\u03a9\u03b4-\u03b8"
    r"\u03bb\u03bc\u03be\u03c0\u03c3\u03c6\u03c8\u03c9\u2080-\u2089]{1,100}"
)
TABLE = {str: {str: Fraction}}
SHAPE = {
    "format": int,
    "title": str,
    "source?": str,
    "notes?": str,
    "states": [str],
    "actions": [str],
    "prior?": {str: Fraction},
    "joint?": [(str, str, str, Fraction)],
    "user_observations?": [str],
    "agent_observations?": [str],
    "user": {"utility": TABLE},
    "agents": [{"name": str, "utility": TABLE, "sees?": [[str]]}],
    "conversation?": {"rounds?": int, "user_alphabet?": int, "agent_alphabet?": Any},
    "model?": {"ties?": str, "quantal?": {"eta?": Fraction, "base?": Any}},
    "claim?": {"tolerance?": Fraction, "gamma?": Fraction, "benchmark?": str},
}


@dataclass(frozen=True)
class Agent:
    name: str
    utility: Utility
    sees: tuple[Names, ...]


@dataclass(frozen=True)
class Game:
    title: str
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
    gamma: Fraction  # how much agents may still gain in what is called an equilibrium
    target: str  # "guarantee", or "optimum" where OPT is claimed for every user

    def digest(self) -> str:
        """Identifies the game, not the file: titles, notes and layout do not count."""
        parts = asdict(self)
        del parts["title"]
        for key, usual in {"gamma": 0, "target": "guarantee"}.items():
            if parts[key] == usual:  # they count only where they are not as usual
                del parts[key]
        text = json.dumps(parts, sort_keys=True, default=str)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def read_game(path: str) -> Game:
    """The game of an instance file, or UnreadableError with the key at fault."""
    try:
        text = read_text(path, 8 * 2**20)
        readable(
            not PARTS.search(text), f"{path}: a key of 100 parts"
        )  # they would take tomllib quadratic time
        data = tomllib.loads(text, parse_float=rational)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{path}: {error}") from error
    tame([data.get("prior"), data.get("joint")])
    data = fit(data, SHAPE, path)
    readable(data["format"] == 1, "format: expected 1")
    states, actions = names(data["states"], "states"), names(data["actions"], "actions")
    size = len(states) * len(actions) * (1 + len(data["agents"]))
    readable(
        len(data["agents"]) <= 200 and size <= 1_000_000,
        "more than 200 agents or 1000000 utilities",
    )
    readable(
        "joint" in data or not any(key.endswith("_observations") for key in data),
        "observations need `joint`",
    )
    users = names(data.get("user_observations", ["nothing"]), "user_observations")
    observed = names(data.get("agent_observations", list(states)), "agent_observations")
    talk, model = data.get("conversation", {}), data.get("model", {})
    alphabet, quantal = talk.get("agent_alphabet", "rich"), model.get("quantal", {})
    rounds, voices, letters = (
        talk.get("rounds", 1),
        talk.get("user_alphabet", 1),
        1 if alphabet == "rich" else alphabet,
    )
    readable(
        type(letters) is int and 1 <= rounds <= 16,
        "conversation: expected 1 to 16 rounds and an integer alphabet",
    )
    readable(
        1 <= voices <= 1000 and 1 <= letters <= 1000,
        "conversation: expected alphabets from 1 to 1000",
    )
    ties, eta, claim = (
        model.get("ties", "any"),
        quantal.get("eta", Fraction(10)),
        data.get("claim", {}),
    )
    tolerance, gamma, target = (
        claim.get("tolerance"),
        claim.get("gamma", Fraction(0)),
        claim.get("benchmark", "guarantee"),
    )
    readable(
        ties in ("any", "belief", "favour-speaker", "order"),
        f"model.ties: {ties!r:.40} is not a tie rule",
    )
    readable(
        eta > 0 and (tolerance is None or tolerance >= 0),
        "eta must be positive and a tolerance nonnegative",
    )
    readable(
        gamma >= 0 and target in ("guarantee", "optimum"),
        "claim: expected gamma >= 0, and a benchmark that is known",
    )
    agents = tuple(
        Agent(
            names([entry["name"]], f"agents[{n}].name")[0],
            utility(entry["utility"], f"agents[{n}].utility", actions, states),
            partition(
                entry.get("sees", [[x] for x in observed]),
                f"agents[{n}].sees",
                observed,
            ),
        )
        for n, entry in enumerate(data["agents"])
    )
    names([agent.name for agent in agents], "agents")
    return Game(
        data["title"],
        states,
        actions,
        users,
        observed,
        joint(data, users, observed, states),
        utility(data["user"]["utility"], "user.utility", actions, states),
        agents,
        rounds,
        voices,
        None if alphabet == "rich" else letters,
        ties,
        eta,
        base(quantal.get("base", "e")),
        tolerance,
        gamma,
        target,
    )


def names(found: list[str], where: str) -> Names:
    good = all(map(NAME.fullmatch, found)) and len(set(found)) == len(found)
    readable(
        good and 0 < len(found) <= 1000,
        f"{where}: expected 1 to 1000 different names in the format's letters",
    )
    return tuple(found)


def utility(rows: Utility, where: str, actions: Names, states: Names) -> Utility:
    good = rows.keys() == set(actions) and all(
        row.keys() == set(states) for row in rows.values()
    )
    readable(good, f"{where}: expected every action and state, and no others")
    return {a: {y: rows[a][y] for y in states} for a in actions}


def partition(cells: list[list[str]], where: str, observed: Names) -> tuple[Names, ...]:
    members = [x for cell in cells for x in cell]
    readable(
        sorted(members) == sorted(observed) and all(cells),
        f"{where}: not a partition of the agent observations",
    )
    rank = {x: n for n, x in enumerate(observed)}
    return tuple(
        sorted(
            (tuple(sorted(cell, key=rank.__getitem__)) for cell in cells),
            key=lambda cell: rank[cell[0]],
        )
    )


def joint(
    data: dict[str, Any], *sets: Names
) -> tuple[tuple[str, str, str, Fraction], ...]:
    readable(
        ("prior" in data) != ("joint" in data), "expected either `prior` or `joint`"
    )
    if "prior" in data:
        readable(
            data["prior"].keys() == set(sets[2]),
            "prior: expected every state, and no others",
        )
    rows = (
        data["joint"]
        if "joint" in data
        else [["nothing", y, y, p] for y, p in data["prior"].items()]
    )
    readable(len(rows) <= 100_000, "joint: more than 100000 rows")
    ranks = [{name: n for n, name in enumerate(known)} for known in sets]
    for row in rows:
        known = all(name in rank for name, rank in zip(row, ranks, strict=False))
        readable(
            known and row[3] >= 0,
            f"joint: {row[:3]} has unknown names or a negative probability",
        )
    given = {
        tuple(rank[name] for name, rank in zip(row, ranks, strict=False)): row[3]
        for row in rows
    }
    readable(len(given) == len(rows), "joint: a row appears twice")
    readable(
        sum(given.values()) == 1,
        f"the probabilities sum to {sum(given.values())}, expected 1",
    )
    return tuple(
        (sets[0][x], sets[1][o], sets[2][y], p)
        for (x, o, y), p in sorted(given.items())
        if p
    )


def base(value: Any) -> int | None:
    if value == "e":
        return None
    prime = rational(value, "model.quantal.base")
    good = (
        prime.denominator == 1
        and 2 <= prime <= 10**6
        and all(prime % d for d in range(2, 1001) if d * d <= prime)
    )
    readable(good, 'model.quantal.base: expected "e" or a prime up to 1000000')
    return int(prime)
