"""Instance files: TOML to a frozen, exact Game and back (interface.md, Instance file).

Everything that the format does not name is refused. Messages name the file, the key path and both sides of the mismatch.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, NoReturn

from verifier.errors import InstanceError, SizeError
from verifier.game.game import NOTHING, Agent, Alphabet, Conversation, Game, Quantal, Ties, Utility
from verifier.rational import MAX_DIGITS, parse_rational, show

MAX_BYTES = 8 * 2**20
MAX_NAMES = 1000
MAX_NAME_LENGTH = 100
MAX_AGENTS = 200
MAX_UTILITIES = 1_000_000
MAX_JOINT_ROWS = 100_000
MAX_ROUNDS = 16
MAX_ALPHABET = 1000
MAX_PRIME = 10**6

TOP = ("format", "title", "source", "notes", "states", "actions", "prior", "user_observations", "agent_observations",
       "joint", "user", "agents", "conversation", "model", "claim")  # fmt: skip


def load(path: Path | str) -> Game:
    """The game of an instance file. Raises InstanceError (SizeError if it is too large) with file, key and mismatch."""
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SizeError(f"{path}: has {path.stat().st_size} bytes, at most {MAX_BYTES} are read")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InstanceError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except ValueError as error:
        raise InstanceError(f"{path!r}: {error}") from error
    return parse(text, str(path))


def parse(text: str, name: str) -> Game:
    """The game written in `text`; `name` stands for the file in messages. Raises InstanceError."""
    try:
        data = tomllib.loads(text, parse_float=_Decimal)
    except RecursionError as error:
        raise InstanceError(f"{name}: is nested too deeply to be an instance") from error
    except ValueError as error:
        raise InstanceError(f"{name}: is not TOML: {error}") from error
    return _game(Place(name, (), data))


@dataclass(frozen=True)
class _Decimal:
    """A TOML float, kept as it was written."""

    text: str


@dataclass(frozen=True)
class Place:
    """A value with the file and key path where it stands, so that every message can say so."""

    file: str
    path: tuple[str | int, ...]
    value: Any

    def fail(self, what: str, kind: type[InstanceError] = InstanceError) -> NoReturn:
        """Raises an error about this place."""
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.path).lstrip(".")
        raise kind(f"{self.file}: {where}: {what}" if where else f"{self.file}: {what}")

    def at(self, key: str | int) -> Place:
        """The place of a member."""
        return Place(self.file, (*self.path, key), self.value[key])

    def table(self, required: Collection[str], optional: Collection[str] = ()) -> Place:
        """This place, once it is known to be a table with these keys and no others."""
        if not isinstance(self.value, dict):
            self.fail(f"is {_kind(self.value)}, expected a table")
        known = [*required, *optional]
        for key in self.value:
            if key not in known:
                close = difflib.get_close_matches(key, known, 1)
                hint = f", did you mean {close[0]!r}?" if close else ""
                self.fail(f"unknown key {key[:MAX_NAME_LENGTH]!r}, expected only {_listed(known)}{hint}")
        for key in required:
            if key not in self.value:
                self.fail(f"key {key!r} is missing, expected {_listed(required)}")
        return self

    def get(self, key: str) -> Place | None:
        """The place of an optional member."""
        return self.at(key) if key in self.value else None

    def items(self, at_least: int, at_most: int, what: str) -> Iterator[Place]:
        """The members of a list whose length is bounded."""
        if not isinstance(self.value, list):
            self.fail(f"is {_kind(self.value)}, expected a list of {what}")
        if len(self.value) < at_least:
            self.fail(f"has {len(self.value)} entries, expected at least {at_least}")
        if len(self.value) > at_most:
            self.fail(f"has {len(self.value)} entries, at most {at_most} are read", SizeError)
        return (self.at(n) for n in range(len(self.value)))

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            self.fail(f"is {_kind(self.value)}, expected a string")
        return self.value

    def name(self) -> str:
        """A nonempty printable string of bounded length."""
        text = self.text()
        if not text:
            self.fail("is empty, expected a name")
        if len(text) > MAX_NAME_LENGTH:
            self.fail(f"has {len(text)} characters, names have at most {MAX_NAME_LENGTH}")
        if not text.isprintable():
            self.fail(f"{text!r} has characters that do not print, expected a plain name")
        return text

    def names(self) -> tuple[str, ...]:
        """A nonempty list of different names."""
        found: dict[str, int] = {}
        for n, entry in enumerate(self.items(1, MAX_NAMES, "names")):
            name = entry.name()
            if name in found:
                entry.fail(f"{name!r} is also entry {found[name]}, expected different names")
            found[name] = n
        return tuple(found)

    def known(self, names: Collection[str], what: str) -> str:
        """One of the names declared elsewhere."""
        name = self.text()
        if name not in names:
            close = difflib.get_close_matches(name[:MAX_NAME_LENGTH], list(names), 1)
            hint = f", did you mean {close[0]!r}?" if close else ""
            self.fail(f"{name[:MAX_NAME_LENGTH]!r} is not a {what}, expected one of {_listed(names)}{hint}")
        return name

    def integer(self, least: int, most: int) -> int:
        """An integer in a range; true is not one."""
        if type(self.value) is not int:
            self.fail(f"is {_kind(self.value)}, expected an integer from {least} to {most}")
        if not least <= self.value <= most:
            shown = self.value if abs(self.value) < 10**20 else "a huge number"
            self.fail(f"is {shown}, expected an integer from {least} to {most}")
        return int(self.value)

    def rational(self) -> Fraction:
        """An integer, an exact decimal or a string "p/q"."""
        value = self.value
        if type(value) is int:
            if value.bit_length() > MAX_DIGITS * 7 // 2 or abs(value) >= 10**MAX_DIGITS:
                self.fail(f"is an integer of more than {MAX_DIGITS} digits")
            return Fraction(value)
        if not isinstance(value, str | _Decimal):
            self.fail(f'is {_kind(value)}, expected a rational: an integer, a decimal or a string "p/q"')
        try:
            return parse_rational(value if isinstance(value, str) else value.text)
        except InstanceError as error:
            self.fail(str(error))


def _kind(value: object) -> str:
    kinds: list[tuple[type, str]] = [(bool, "a truth value"), (int, "an integer"), (_Decimal, "a decimal"), (str, "a string"),
                                     (list, "a list"), (dict, "a table")]  # fmt: skip
    return next((name for kind, name in kinds if isinstance(value, kind)), "a date or time")


def _listed(names: Collection[str]) -> str:
    shown = [repr(name) for name in list(names)[:12]]
    return ", ".join(shown) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _game(top: Place) -> Game:
    top.table(("format", "title", "states", "actions", "user", "agents"), TOP)
    top.at("format").integer(1, 1)
    states, actions = top.at("states").names(), top.at("actions").names()
    _refuse_if_large(top, len(states) * len(actions))
    user_observations, agent_observations, joint = _observations(top, states)
    conversation, model, claim = (_optional(top, key) for key in ("conversation", "model", "claim"))
    conversation.table((), ("rounds", "user_alphabet", "agent_alphabet"))
    model.table((), ("ties", "quantal"))
    claim.table((), ("tolerance",))
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
    )


def _optional(place: Place, key: str) -> Place:
    return place.get(key) or Place(place.file, (*place.path, key), {})


def _text(top: Place, key: str) -> str | None:
    place = top.get(key)
    return None if place is None else place.text()


def _refuse_if_large(top: Place, pairs: int) -> None:
    agents = top.at("agents")
    count = len(agents.value) if isinstance(agents.value, list) else 0
    if pairs * (count + 1) > MAX_UTILITIES:
        top.fail(
            f"has {pairs * (count + 1)} utilities (actions x states x people), at most {MAX_UTILITIES} are read",
            SizeError,
        )


def _observations(
    top: Place, states: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], dict[tuple[str, str, str], Fraction]]:
    prior, joint = top.get("prior"), top.get("joint")
    if prior is None and joint is None:
        top.fail("key 'prior' is missing, expected `prior` (or `joint`)")
    if prior is not None and joint is not None:
        joint.fail("stands beside `prior`, expected only one of the two")
    given = {key: top.get(key) for key in ("user_observations", "agent_observations")}
    if prior is not None:
        for place in given.values():
            if place is not None:
                place.fail("stands beside `prior`, expected `joint` (with a prior the agents see the state, the user nothing)")
        return (NOTHING,), states, _prior(prior, states)
    users = (NOTHING,) if given["user_observations"] is None else given["user_observations"].names()
    agents = states if given["agent_observations"] is None else given["agent_observations"].names()
    return users, agents, _joint(joint or top, users, agents, states)


def _prior(place: Place, states: tuple[str, ...]) -> dict[tuple[str, str, str], Fraction]:
    place.table(states)
    found = {(NOTHING, y, y): _probability(place.at(y)) for y in states}
    _sums_to_one(place, found.values())
    return {key: p for key, p in found.items() if p}


def _joint(place: Place, *sets: tuple[str, ...]) -> dict[tuple[str, str, str], Fraction]:
    kinds = ("user observation", "agent observation", "state")
    ranks = [{name: n for n, name in enumerate(names)} for names in sets]
    found: dict[tuple[int, ...], Fraction] = {}
    for row in place.items(1, MAX_JOINT_ROWS, "rows [user observation, agent observation, state, probability]"):
        if not isinstance(row.value, list) or len(row.value) != 4:
            row.fail("expected a row [user observation, agent observation, state, probability]")
        key = tuple(rank[row.at(n).known(rank, kinds[n])] for n, rank in enumerate(ranks))
        if key in found:
            row.fail(f"{_listed(row.value[:3])} appears twice, expected one row for each")
        found[key] = _probability(row.at(3))
    _sums_to_one(place, found.values())
    return {(sets[0][x], sets[1][o], sets[2][y]): p for (x, o, y), p in sorted(found.items()) if p}


def _probability(place: Place) -> Fraction:
    value = place.rational()
    if value < 0:
        place.fail(f"is {show(value)}, expected a nonnegative probability")
    return value


def _sums_to_one(place: Place, probabilities: Collection[Fraction]) -> None:
    total = sum(probabilities, Fraction(0))
    if total != 1:
        place.fail(f"sums to {show(total)}, expected 1")


def _utility(place: Place, actions: tuple[str, ...], states: tuple[str, ...]) -> Utility:
    place.table(actions)
    rows = {a: place.at(a).table(states) for a in actions}
    return {(a, y): rows[a].at(y).rational() for a in actions for y in states}


def _agents(
    place: Place, actions: tuple[str, ...], states: tuple[str, ...], observations: tuple[str, ...]
) -> tuple[Agent, ...]:
    found: dict[str, Agent] = {}
    for entry in place.items(1, MAX_AGENTS, "agents"):
        entry.table(("name", "utility"), ("sees",))
        name = entry.at("name").name()
        if name in found:
            entry.at("name").fail(f"{name!r} is also another agent's name, expected different names")
        utility = _utility(entry.at("utility"), actions, states)
        found[name] = Agent(name, utility, _sees(entry.get("sees"), observations))
    return tuple(found.values())


def _sees(place: Place | None, observations: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The partition with cells and members in instance order; singletons if the instance gives none."""
    if place is None:
        return tuple((x,) for x in observations)
    rank = {x: n for n, x in enumerate(observations)}
    cell_of: dict[str, int] = {}
    for n, cell in enumerate(place.items(1, len(observations), "cells")):
        for member in cell.items(1, len(observations), "agent observations"):
            name = member.known(rank, "agent observation")
            if name in cell_of:
                member.fail(f"{name!r} is also in cell {cell_of[name]}, expected each observation in one cell")
            cell_of[name] = n
    missing = [x for x in observations if x not in cell_of]
    if missing:
        place.fail(f"leaves out {_listed(missing)}, expected every agent observation in one cell")
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
        if isinstance(given.value, str):
            given.fail(f'is {given.value[:MAX_NAME_LENGTH]!r}, expected "rich" or an integer from 1 to {MAX_ALPHABET}')
        alphabet = given.integer(1, MAX_ALPHABET)
    return Conversation(whole("rounds", MAX_ROUNDS), whole("user_alphabet", MAX_ALPHABET), alphabet)


def _ties(model: Place) -> Ties:
    place = model.get("ties")
    return Ties.ANY if place is None else Ties(place.known([str(rule) for rule in Ties], "tie rule"))


def _quantal(place: Place) -> Quantal:
    place.table((), ("eta", "base"))
    eta, base = place.get("eta"), place.get("base")
    value = Fraction(10) if eta is None else eta.rational()
    if eta is not None and value <= 0:
        eta.fail(f"is {show(value)}, expected a positive rational")
    return Quantal(value, "e" if base is None else _base(base))


def _base(place: Place) -> Literal["e"] | int:
    if place.value == "e":
        return "e"
    value = place.rational()
    small = value.denominator == 1 and 2 <= value <= MAX_PRIME
    if not small or any(value % d == 0 for d in range(2, int(value) if value < 4 else int(int(value) ** 0.5) + 2) if d < value):
        place.fail(f'is {show(value)}, expected "e" or a prime up to {MAX_PRIME}')
    return int(value)


def _nonnegative(claim: Place, key: str) -> Fraction | None:
    place = claim.get(key)
    if place is None:
        return None
    value = place.rational()
    if value < 0:
        place.fail(f"is {show(value)}, expected a nonnegative rational")
    return value


def write(game: Game) -> str:
    """The instance file of a game: `parse(write(game), name)` gives an equal game. Same game, same bytes."""
    head = ["format = 1", f"title = {_quoted(game.title)}"]
    head += [f"{key} = {_quoted(text)}" for key, text in (("source", game.source), ("notes", game.notes)) if text is not None]
    head += ["", f"states = {_list(game.states)}", f"actions = {_list(game.actions)}"]
    lines = [*head, *_written_prior(game), "", "[user]", f"utility = {_table(game.utility, game)}"]
    for agent in game.agents:
        lines += ["", "[[agents]]", f"name = {_quoted(agent.name)}", f"utility = {_table(agent.utility, game)}"]
        lines.append(f"sees = [{', '.join(map(_list, agent.sees))}]")
    talk = game.conversation
    alphabet = talk.agent_alphabet if isinstance(talk.agent_alphabet, int) else _quoted(talk.agent_alphabet)
    lines += ["", "[conversation]", f"rounds = {talk.rounds}", f"user_alphabet = {talk.user_alphabet}"]
    base = game.quantal.base if isinstance(game.quantal.base, int) else _quoted(game.quantal.base)
    lines += [f"agent_alphabet = {alphabet}", "", "[model]", f"ties = {_quoted(game.ties)}"]
    lines.append(f"quantal = {{ eta = {_quoted(show(game.quantal.eta))}, base = {base} }}")
    if game.tolerance is not None:
        lines += ["", "[claim]", f"tolerance = {_quoted(show(game.tolerance))}"]
    return "\n".join(lines) + "\n"


def _written_prior(game: Game) -> list[str]:
    simple = game.user_observations == (NOTHING,) and game.agent_observations == game.states
    if simple and all(x_agent == state for _, x_agent, state in game.joint):
        entries = (f"{_quoted(y)} = {_quoted(show(game.joint.get((NOTHING, y, y), Fraction(0))))}" for y in game.states)
        return [f"prior = {{ {', '.join(entries)} }}"]
    rows = [f"    [{', '.join(map(_quoted, (*key, show(p))))}]," for key, p in game.joint.items()]
    return [
        f"user_observations = {_list(game.user_observations)}",
        f"agent_observations = {_list(game.agent_observations)}",
        "joint = [",
        *rows,
        "]",
    ]


def _table(utility: Utility, game: Game) -> str:
    rows: list[str] = []
    for a in game.actions:
        entries = (f"{_quoted(y)} = {_quoted(show(utility[a, y]))}" for y in game.states)
        rows.append(f"{_quoted(a)} = {{ {', '.join(entries)} }}")
    return f"{{ {', '.join(rows)} }}"


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, names))}]"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes, with the characters beyond the first plane as they are."""
    escaped = "".join(c if ord(c) >= 128 else json.dumps(c)[1:-1] for c in text)
    return f'"{escaped}"'.replace("\x7f", "\\u007f")
