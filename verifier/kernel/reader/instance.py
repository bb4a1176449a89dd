"""What an instance may say (docs/reference/instance_format.md), and the game of one with one
user.

Shares no code with the verifier's own reader.
"""

import hashlib
import json
import re
from collections.abc import Collection
from fractions import Fraction
from typing import Any, NamedTuple

from verifier.kernel.reader.document import (
    Option,
    entries,
    readable,
    tame,
    total,
)

Names = tuple[str, ...]
Utility = dict[str, dict[str, Fraction]]  # action -> state -> utility
# letters that no other of them looks like; single spaces between them
NAME = re.compile(
    r"(?! |.*  |.* $)[ -~\u00c0-\u00c5\u00c7-\u00cf\u00d1-\u00d6\u00d8-\u00e5"
    r"\u00e7-\u00ef\u00f1-\u00f6\u00f8-\u0113\u0116-\u0130\u0134-\u0137"
    r"\u0139-\u013e\u0141-\u0148\u014c-\u014f\u0154-\u016f\u0172-\u017e"
    r"\u0393\u0394\u0398\u039b\u039e\u03a0\u03a3\u03a6\u03a8\u03a9\u03b4-\u03b8"
    r"\u03bb\u03bc\u03be\u03c0\u03c3\u03c6\u03c8\u03c9\u2080-\u2089]{1,100}"
)
PRIME = re.compile(r"\d{1,400}", re.ASCII)
TIES = ("any", "belief", "favour-speaker", "order")
HULLS = ("simplex", "cone", "state-offset")
TABLE = {str: {str: Fraction}}
AGENT = {
    "name": str,
    "utility": Option(TABLE),
    "utilities": Option({str: TABLE}),  # user -> table
    "prior": Option({str: Fraction}),
    "sees": Option([[str]]),
}
SOURCE = {  # of what is observed, and of the state
    "prior": Option({str: Fraction}),
    "joint": Option([(str, str, str, Fraction)]),
    "user_observations": Option([str]),
}
USER = {
    "name": str,
    "share": Fraction,
    "utility": TABLE,
    "ties": Option(str),
    **SOURCE,
}
CONVERSATION = {
    "rounds": Option(int, 1),
    "user_alphabet": Option(int, 1),
    "agent_alphabet": Option(Any, "rich"),
}
QUANTAL = {"eta": Option(Fraction, 10), "base": Option(Any, "e")}
SHAPE = {
    "format": int,
    "title": str,
    "source": Option(str),
    "notes": Option(str),
    "states": [str],
    "actions": [str],
    **SOURCE,
    "agent_observations": Option([str]),
    "user": Option({"utility": TABLE}),
    "users": Option([USER]),
    "agents": [AGENT],
    "conversation": Option(CONVERSATION, {}),
    "model": Option(
        {
            "ties": Option(str, "any"),
            "quantal": Option(QUANTAL, {}),
            "evaluation": Option(Fraction, 0),
        },
        {},
    ),
    "claim": Option(
        {
            "tolerance": Option(Fraction),
            "gamma": Option(Fraction, 0),
            "benchmark": Option(str, "guarantee"),
            "hull": Option(str, "simplex"),
        },
        {},
    ),
}


class Agent(NamedTuple):
    name: str
    utility: Utility
    sees: tuple[Names, ...]


class Game(NamedTuple):
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
    hull: str  # which mixtures count for what is claimed
    evaluation: Fraction  # how far from the best the offer may be that she picks
    whose: str  # which of several users she is, or all; empty where there is one
    people: dict[str, tuple[Fraction, Names]]  # where all users of several are one:
    # the share of each, and what she observes
    at: str  # the values of the parameters; empty where the file has none
    cell: Any  # where parameters have all values of a cell

    @property
    def digest(self) -> str:
        """Identifies the game, not the file: titles, notes, layout and parameters do not
        count.
        """
        parts = {**self._asdict(), "agents": [a._asdict() for a in self.agents]}
        for key in ("title", "whose", "people", "at", "cell"):
            del parts[key]
        usual = {"gamma": 0, "target": "guarantee", "hull": "simplex", "evaluation": 0}
        for key, value in usual.items():
            if parts[key] == value:  # they count only where they are not as usual
                del parts[key]
        text = json.dumps(parts, sort_keys=True, default=str)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def numbers_of(data: dict[str, Any]) -> int:
    """How many utilities there are for one user."""
    people = 1 + len(data["agents"])
    return len(data["states"]) * len(data["actions"]) * people


def single(data: dict[str, Any]) -> Game:
    """The game of a document with one user."""
    tame([data["prior"], data["joint"], *(a["prior"] for a in data["agents"])])
    readable(data["format"] == 1, "format: expected 1")
    talk, model, claim = data["conversation"], data["model"], data["claim"]
    states, actions = names(data["states"], "states"), names(data["actions"], "actions")
    users, observed = data["user_observations"], data["agent_observations"]
    alone = users is None and observed is None
    readable(data["joint"] is not None or alone, "observations need `joint`")
    users = names(["nothing"] if users is None else users, "user_observations")
    observed = names([*states] if observed is None else observed, "agent_observations")
    small = len(data["agents"]) <= 200 and numbers_of(data) <= 1_000_000
    readable(small, "more than 200 agents or 1000000 utilities")
    rich = talk["agent_alphabet"] == "rich"
    letters, voices = 1 if rich else talk["agent_alphabet"], talk["user_alphabet"]
    good = type(letters) is int and 1 <= letters <= 1000 and 1 <= voices <= 1000
    readable(good, "conversation: expected alphabets from 1 to 1000")
    readable(1 <= talk["rounds"] <= 16, "conversation: expected 1 to 16 rounds")
    readable(model["ties"] in TIES, f"model.ties: expected one of {TIES}")
    readable(model["quantal"]["eta"] > 0, "model.quantal.eta: expected more than 0")
    positive = claim["gamma"] >= 0 and (claim["tolerance"] or 0) >= 0
    readable(positive, "claim: a negative number")
    readable(model["evaluation"] >= 0, "model.evaluation: a negative number")
    target = claim["benchmark"] in ("guarantee", "optimum")
    readable(target, "claim.benchmark: expected guarantee or optimum")
    readable(claim["hull"] in HULLS, f"claim.hull: expected one of {HULLS}")
    rows = joint(data["joint"], data["prior"], users, observed, states)
    common = dict.fromkeys(states, Fraction(0))
    for row in rows:
        common[row[2]] += row[3]
    agents = tuple(
        Agent(
            entry["name"],
            reweighted(
                utility(entry["utility"], f"agents[{n}].utility", actions, states),
                entry["prior"],
                common,
            ),
            partition(entry["sees"], f"agents[{n}].sees", observed),
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
        rows,
        utility(data["user"]["utility"], "user.utility", actions, states),
        agents,
        talk["rounds"],
        voices,
        None if rich else letters,
        model["ties"],
        model["quantal"]["eta"],
        base(model["quantal"]["base"]),
        claim["tolerance"],
        claim["gamma"],
        claim["benchmark"],
        claim["hull"],
        model["evaluation"],
        whose="",
        people={},
        at="",
        cell=None,
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


def reweighted(
    table: Utility, prior: dict[str, Fraction] | None, common: dict[str, Fraction]
) -> Utility:
    """The utility of an agent with a prior of his own, under the common one (theory.md
    1.7).
    """
    if prior is None:
        return table
    chances(prior, common, "agents.prior")
    good = all(p == 0 or common[y] != 0 for y, p in prior.items())
    readable(good, "agents.prior: positive where the common prior is 0")
    return {
        a: {y: v * prior[y] / common[y] if common[y] else v for y, v in row.items()}
        for a, row in table.items()
    }


def chances(prior: dict[str, Fraction], states: Collection[str], where: str) -> None:
    """Refuses what is not a probability for every state, 1 in sum."""
    whole = prior.keys() == set(states)
    readable(whole, f"{where}: expected every state, and no others")
    readable(all(p >= 0 for p in prior.values()), f"{where}: a negative probability")
    readable(total(prior.values()) == 1, f"{where}: its sum is not 1")


def partition(
    cells: list[list[str]] | None, where: str, observed: Names
) -> tuple[Names, ...]:
    given = [[x] for x in observed] if cells is None else cells
    whole = sorted(x for cell in given for x in cell) == sorted(observed)
    readable(
        whole and all(given), f"{where}: not a partition of the agent observations"
    )
    rank = {x: n for n, x in enumerate(observed)}
    ordered = [tuple(sorted(cell, key=rank.__getitem__)) for cell in given]
    return tuple(sorted(ordered, key=lambda cell: rank[cell[0]]))


def joint(
    rows: list[Any] | None, prior: dict[str, Fraction] | None, *sets: Names
) -> tuple[tuple[str, str, str, Fraction], ...]:
    readable((rows is None) != (prior is None), "expected either `prior` or `joint`")
    if prior is not None:
        whole = prior.keys() == set(sets[2])
        readable(whole, "prior: expected every state, and no others")
        rows = [["nothing", y, y, p] for y, p in prior.items()]
    readable(len(rows or ()) <= 100_000, "joint: more than 100000 rows")
    ranks = [{name: n for n, name in enumerate(known)} for known in sets]
    given = entries(rows or [], "joint", *ranks)
    readable(all(p >= 0 for p in given.values()), "joint: a negative probability")
    everything = total(given.values())
    readable(everything == 1, f"the probabilities sum to {everything}, expected 1")
    order = sorted(given, key=lambda row: [*map(dict.__getitem__, ranks, row)])
    return tuple((*row, given[row]) for row in order if given[row])


def base(value: Any) -> int | None:
    if value == "e":
        return None
    written = PRIME.fullmatch(str(value))
    prime = int(written[0]) if written else 0
    good = 2 <= prime <= 10**6 and all(
        prime % d for d in range(2, 1001) if d * d <= prime
    )
    readable(good, 'model.quantal.base: expected "e" or a prime up to 1000000')
    return prime
