"""Instance files: TOML to an exact game (instance_format.md).

Everything that the format does not name is refused. Messages name the file, the key path, what
stands there and what was expected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from fractions import Fraction
from pathlib import Path
from typing import Literal

from verifier.errors import SizeError
from verifier.files import read_text
from verifier.game.model import (
    NOTHING,
    Agent,
    Alphabet,
    Conversation,
    Game,
    Quantal,
    Target,
    Ties,
    Utility,
    finest,
    joint_of_prior,
)
from verifier.game.place import MAX_NAMES, Place, document, kind, listed, short

MAX_BYTES = 8 * 2**20
MAX_AGENTS = 200
MAX_UTILITIES = 1_000_000
MAX_JOINT_ROWS = 100_000
MAX_ROUNDS = 16
MAX_ALPHABET = 1000
MAX_PRIME = 10**6
MAX_COMMON_BITS = 100_000
"""Most bits of the common denominator of all probabilities; above it, adding them takes long."""

REQUIRED = ("format", "title", "states", "actions", "user", "agents")
OPTIONAL = (
    "source",
    "notes",
    "prior",
    "user_observations",
    "agent_observations",
    "joint",
    "conversation",
    "model",
    "claim",
)
ROW = "[user observation, agent observation, state, probability]"


def load(path: Path | str) -> Game:
    """The game of an instance file.

    Raises InstanceError (SizeError where it is too large) with file, key and mismatch.
    """
    return parse(read_text(path, MAX_BYTES), str(path))


def parse(text: str, name: str) -> Game:
    """The game of an instance file's text; `name` stands for the file in messages.

    Raises InstanceError, SizeError.
    """
    return build(document(text, name, MAX_BYTES))


def build(top: Place) -> Game:
    """The game of a parsed document; raises InstanceError, SizeError."""
    top.table(REQUIRED, OPTIONAL)
    top.at("format").integer(1, 1)
    states, actions = top.at("states").names(), top.at("actions").names()
    _refuse_if_large(top, len(states) * len(actions))
    user_observations, agent_observations, joint = _observations(top, states)
    conversation, model, claim = (_optional(top, key) for key in ("conversation", "model", "claim"))
    conversation.table((), ("rounds", "user_alphabet", "agent_alphabet"))
    model.table((), ("ties", "quantal"))
    claim.table((), ("tolerance", "gamma", "benchmark"))
    user = top.at("user").table(("utility",)).at("utility")
    return Game(
        title=top.at("title").text(),
        source=_text(top, "source"),
        notes=_text(top, "notes"),
        states=states,
        actions=actions,
        user_observations=user_observations,
        agent_observations=agent_observations,
        joint=joint,
        utility=_utility(user, actions, states),
        agents=_agents(top.at("agents"), actions, states, agent_observations),
        conversation=_conversation(conversation),
        ties=_ties(model),
        quantal=_quantal(_optional(model, "quantal")),
        tolerance=_nonnegative(claim, "tolerance"),
        gamma=_nonnegative(claim, "gamma") or Fraction(0),
        target=_target(claim),
    )


def _optional(place: Place, key: str) -> Place:
    return place.get(key) or place.member(key, {})


def _text(top: Place, key: str) -> str | None:
    place = top.get(key)
    return None if place is None else place.text()


def _refuse_if_large(top: Place, pairs: int) -> None:
    agents = top.at("agents")
    count = len(agents.value) if isinstance(agents.value, list) else 0
    if pairs * (count + 1) > MAX_UTILITIES:
        top.fail(
            f"has {pairs * (count + 1)} utilities (actions x states x people), at most"
            f" {MAX_UTILITIES} are read",
            SizeError,
        )


def _observations(
    top: Place, states: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], dict[tuple[str, str, str], Fraction]]:
    prior, joint = top.get("prior"), top.get("joint")
    if prior is None and joint is None:
        top.member("prior").fail("is missing, expected either `prior` or `joint`")
    if prior is not None and joint is not None:
        joint.fail("stands beside `prior`, expected only one of the two")
    given = {key: top.get(key) for key in ("user_observations", "agent_observations")}
    if prior is not None:
        for place in given.values():
            if place is not None:
                place.fail(
                    "stands beside `prior`, expected `joint` (with a prior agents see the state,"
                    " the user nothing)"
                )
        return (NOTHING,), states, _prior(prior, states)
    users = (NOTHING,) if given["user_observations"] is None else given["user_observations"].names()
    agents = states if given["agent_observations"] is None else given["agent_observations"].names()
    return users, agents, _joint(joint or top, users, agents, states)


def _prior(place: Place, states: tuple[str, ...]) -> dict[tuple[str, str, str], Fraction]:
    place.table(states)
    prior = {y: _probability(place.at(y)) for y in states}
    _require_sum_one(place, prior.values())
    return joint_of_prior(prior)


def _joint(place: Place, *sets: tuple[str, ...]) -> dict[tuple[str, str, str], Fraction]:
    kinds = ("a user observation", "an agent observation", "a state")
    ranks = [{name: n for n, name in enumerate(names)} for names in sets]
    joint: dict[tuple[int, ...], Fraction] = {}
    for row in place.items(1, MAX_JOINT_ROWS, f"rows {ROW}"):
        if not isinstance(row.value, list) or len(row.value) != 4:
            entries = isinstance(row.value, list)
            given = f"{len(row.value)} entries" if entries else kind(row.value)
            row.fail(f"is {given}, expected {ROW}")
        key = tuple(rank[row.at(n).known(rank, kinds[n])] for n, rank in enumerate(ranks))
        if key in joint:
            row.fail(f"{listed(row.value[:3])} appears twice, expected one row for each")
        joint[key] = _probability(row.at(3))
    _require_sum_one(place, joint.values())
    return {(sets[0][x], sets[1][o], sets[2][y]): p for (x, o, y), p in sorted(joint.items()) if p}


def _probability(place: Place) -> Fraction:
    value = place.rational()
    if value < 0:
        place.fail(f"is {value}, expected a probability of at least 0")
    return value


def _require_sum_one(place: Place, probabilities: Collection[Fraction]) -> None:
    common = 1
    for p in probabilities:
        common = math.lcm(common, p.denominator)
        if common.bit_length() > MAX_COMMON_BITS:
            place.fail(
                f"has a common denominator of over {MAX_COMMON_BITS} bits, at most that many are"
                " added up",
                SizeError,
            )
    total = Fraction(sum(p.numerator * (common // p.denominator) for p in probabilities), common)
    if total != 1:
        exact = common.bit_length() < 1000
        place.fail(
            f"sums to {total if exact else f'about {float(total):.6g}, not exactly 1'}, expected 1"
        )


def _utility(place: Place, actions: tuple[str, ...], states: tuple[str, ...]) -> Utility:
    place.table(actions)
    rows = {a: place.at(a).table(states) for a in actions}
    return {(a, y): rows[a].at(y).rational() for a in actions for y in states}


def _agents(
    place: Place, actions: tuple[str, ...], states: tuple[str, ...], observations: tuple[str, ...]
) -> tuple[Agent, ...]:
    agents: dict[str, Agent] = {}
    for entry in place.items(1, MAX_AGENTS, "agents"):
        entry.table(("name", "utility"), ("sees",))
        name = entry.at("name").name()
        if name in agents:
            entry.at("name").fail(
                f"{name!r} is also another agent's name, expected different names"
            )
        utility = _utility(entry.at("utility"), actions, states)
        agents[name] = Agent(name, utility, _sees(entry.get("sees"), observations))
    return tuple(agents.values())


def _sees(place: Place | None, observations: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The partition, cells and members in instance order; the finest where none is given."""
    if place is None:
        return finest(observations)
    rank = {x: n for n, x in enumerate(observations)}
    cell_of: dict[str, int] = {}
    for n, cell in enumerate(place.items(1, MAX_NAMES, "cells")):
        for member in cell.items(1, MAX_NAMES, "agent observations"):
            name = member.known(rank, "an agent observation")
            if name in cell_of:
                member.fail(
                    f"{name!r} is also in cell {cell_of[name]}, expected each observation in one"
                    " cell"
                )
            cell_of[name] = n
    missing = [x for x in observations if x not in cell_of]
    if missing:
        place.fail(f"leaves out {listed(missing)}, expected every agent observation in one cell")
    cells: dict[int, list[str]] = {}
    for x in observations:
        cells.setdefault(cell_of[x], []).append(x)
    return tuple(tuple(cell) for cell in cells.values())


def _conversation(place: Place) -> Conversation:
    def whole(key: str, most: int) -> int:
        given = place.get(key)
        return 1 if given is None else given.integer(1, most)

    alphabet: Alphabet = "rich"
    given = place.get("agent_alphabet")
    if given is not None and given.value != "rich":
        alphabet = given.integer(1, MAX_ALPHABET, instead='"rich" or ')
    return Conversation(whole("rounds", MAX_ROUNDS), whole("user_alphabet", MAX_ALPHABET), alphabet)


def _ties(model: Place) -> Ties:
    place = model.get("ties")
    if place is None:
        return Ties.ANY
    return Ties(place.known([str(rule) for rule in Ties], "a tie rule"))


def _quantal(place: Place) -> Quantal:
    place.table((), ("eta", "base"))
    eta, base = place.get("eta"), place.get("base")
    value = Fraction(10) if eta is None else eta.rational()
    if eta is not None and value <= 0:
        eta.fail(f"is {value}, expected a rational above 0")
    return Quantal(value, "e" if base is None else _base(base))


def _base(place: Place) -> Literal["e"] | int:
    if place.value == "e":
        return "e"
    expected = f'expected "e" or a prime up to {MAX_PRIME}'
    if isinstance(place.value, str) and not re.fullmatch(r"\d+", place.value, re.ASCII):
        place.fail(f"is {short(place.value)!r}, {expected}")
    if not isinstance(place.value, str) and type(place.value) is not int:
        place.fail(f"is {kind(place.value)}, {expected}")
    value = place.rational()
    if (
        value.denominator > 1
        or not 2 <= value <= MAX_PRIME
        or any(value % d == 0 for d in range(2, math.isqrt(int(value)) + 1))
    ):
        place.fail(f"is {value}, {expected}")
    return int(value)


def _target(claim: Place) -> Target:
    place = claim.get("benchmark")
    if place is None:
        return Target.GUARANTEE
    return Target(place.known([str(target) for target in Target], "a benchmark"))


def _nonnegative(claim: Place, key: str) -> Fraction | None:
    place = claim.get(key)
    if place is None:
        return None
    value = place.rational()
    if value < 0:
        place.fail(f"is {value}, expected a rational of at least 0")
    return value
