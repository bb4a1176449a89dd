"""Instance files: TOML to a frozen, exact Game and back (interface.md, Instance file).

Everything that the format does not name is refused. Messages name the file, the key path and both sides of the mismatch.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
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
MAX_COMMON_BITS = 100_000
"""Most binary digits of the common denominator of all probabilities: beyond it, adding them up is work of its own."""

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_LONG_KEY = re.compile(r"""(?:^|[\[{,])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""", re.ASCII | re.MULTILINE)

REQUIRED = ("format", "title", "states", "actions", "user", "agents")
OPTIONAL = ("source", "notes", "prior", "user_observations", "agent_observations", "joint", "conversation", "model", "claim")


def load(path: Path | str) -> Game:
    """The game of an instance file. Raises InstanceError (SizeError if it is too large) with file, key and mismatch."""
    return parse(read_text(path, MAX_BYTES), str(path))


def read_text(path: Path | str, limit: int) -> str:
    """The text of a UTF-8 file. Raises SizeError above `limit` bytes and InstanceError for whatever cannot be read."""
    try:
        with Path(path).open("rb") as file:
            size = Path(path).stat().st_size
            data = file.read(limit + 1) if size <= limit else b""  # a pipe has size 0, whatever comes out of it
        if max(size, len(data)) > limit:
            raise SizeError(f"{path}: has {max(size, len(data))} bytes or more, at most {limit} are read")
        return data.decode("utf-8")
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InstanceError(f"{path}: is not UTF-8 text: byte {error.start} is wrong, expected UTF-8") from error
    except ValueError as error:
        raise InstanceError(f"{str(path)!r}: is not a path: {error}") from error


def parse(text: str, name: str) -> Game:
    """The game written in `text`; `name` stands for the file in messages. Raises InstanceError, SizeError."""
    if len(text) > MAX_BYTES:
        raise SizeError(f"{name}: has {len(text)} characters, at most {MAX_BYTES} are read")
    if text.startswith("\ufeff"):
        raise InstanceError(f"{name}: starts with a byte order mark, expected UTF-8 without one")
    if _LONG_KEY.search(text):  # tomllib's work grows with the square of a key's length
        raise InstanceError(f"{name}: has a key of more than 100 parts, expected keys of at most 5")
    try:
        data = tomllib.loads(text, parse_float=_Decimal)
    except RecursionError as error:
        raise InstanceError(f"{name}: is nested too deeply, expected tables in at most 5 levels") from error
    except tomllib.TOMLDecodeError as error:
        raise InstanceError(f"{name}: is not TOML: {error}") from error
    except ValueError as error:  # Python refuses to read integers of thousands of digits
        raise InstanceError(f"{name}: has an integer of thousands of digits, expected at most {MAX_DIGITS}") from error
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
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{_key(_short(key))}" for key in self.path).lstrip(".")
        raise kind(f"{self.file}: {where}: {what}" if where else f"{self.file}: {what}")

    def at(self, key: str | int) -> Place:
        """The place of a member."""
        return Place(self.file, (*self.path, key), self.value[key])

    def member(self, key: str, value: Any = None) -> Place:
        """The place where a member would be."""
        return Place(self.file, (*self.path, key), value)

    def table(self, required: Collection[str], optional: Collection[str] = ()) -> Place:
        """This place, once it is known to be a table with these keys and no others."""
        if not isinstance(self.value, dict):
            self.fail(f"is {_kind(self.value)}, expected a table")
        known = dict.fromkeys((*required, *optional))
        for key in self.value:
            if key not in known:
                self.member(key).fail(f"is unknown, expected only {_listed(known)}{_hint(key, known)}")
        for key in required:
            if key not in self.value:
                self.member(key).fail(f"is missing, expected {_listed(required)}")
        return self

    def get(self, key: str) -> Place | None:
        """The place of an optional member."""
        return self.at(key) if key in self.value else None

    def items(self, at_least: int, at_most: int, what: str) -> Iterator[Place]:
        """The members of a list whose length is bounded."""
        if not isinstance(self.value, list):
            self.fail(f"is {_kind(self.value)}, expected a list of {what}")
        if len(self.value) < at_least:
            self.fail(f"is an empty list, expected at least {at_least} of {what}")
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
            self.fail(f"has {len(text)} characters, expected a name of at most {MAX_NAME_LENGTH}")
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
            self.fail(f"{_short(name)!r} is not {what}, expected one of {_listed(names)}{_hint(name, names)}")
        return name

    def integer(self, least: int, most: int, instead: str = "") -> int:
        """An integer in a range; true is not one. `instead` names what else would do, in the message."""
        expected = f"{instead}the integer {least}" if least == most else f"{instead}an integer from {least} to {most}"
        if type(self.value) is not int:
            self.fail(f"is {_kind(self.value)}, expected {expected}")
        if not least <= self.value <= most:
            self.fail(f"is {self.value if abs(self.value) < 10**20 else 'a huge number'}, expected {expected}")
        return int(self.value)

    def rational(self) -> Fraction:
        """An integer, an exact decimal or a string "p/q"."""
        value = self.value
        if type(value) is int:
            if value.bit_length() > MAX_DIGITS * 7 // 2 or abs(value) >= 10**MAX_DIGITS:
                self.fail(f"is an integer of more than {MAX_DIGITS} digits, expected at most {MAX_DIGITS}")
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


def _short(text: str) -> str:
    return text if len(text) <= MAX_NAME_LENGTH else text[:MAX_NAME_LENGTH] + "..."


def _listed(names: Collection[str]) -> str:
    shown = [repr(name) for name in list(names)[:15]]
    return ", ".join(shown) + (f" and {len(names) - 15} more" if len(names) > 15 else "")


def _hint(wrong: str, names: Collection[str]) -> str:
    close = difflib.get_close_matches(wrong[:MAX_NAME_LENGTH], list(names), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _game(top: Place) -> Game:
    top.table(REQUIRED, OPTIONAL)
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
    return place.get(key) or place.member(key, {})


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
        top.member("prior").fail("is missing, expected either `prior` or `joint`")
    if prior is not None and joint is not None:
        joint.fail("stands beside `prior`, expected only one of the two")
    given = {key: top.get(key) for key in ("user_observations", "agent_observations")}
    if prior is not None:
        for place in given.values():
            if place is not None:
                place.fail("stands beside `prior`, expected `joint` (with a prior agents see the state, the user nothing)")
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
    kinds = ("a user observation", "an agent observation", "a state")
    ranks = [{name: n for n, name in enumerate(names)} for names in sets]
    found: dict[tuple[int, ...], Fraction] = {}
    for row in place.items(1, MAX_JOINT_ROWS, "rows [user observation, agent observation, state, probability]"):
        if not isinstance(row.value, list) or len(row.value) != 4:
            found_here = f"{len(row.value)} entries" if isinstance(row.value, list) else _kind(row.value)
            row.fail(f"is {found_here}, expected [user observation, agent observation, state, probability]")
        key = tuple(rank[row.at(n).known(rank, kinds[n])] for n, rank in enumerate(ranks))
        if key in found:
            row.fail(f"{_listed(row.value[:3])} appears twice, expected one row for each")
        found[key] = _probability(row.at(3))
    _sums_to_one(place, found.values())
    return {(sets[0][x], sets[1][o], sets[2][y]): p for (x, o, y), p in sorted(found.items()) if p}


def _probability(place: Place) -> Fraction:
    value = place.rational()
    if value < 0:
        place.fail(f"is {show(value)}, expected a probability of at least 0")
    return value


def _sums_to_one(place: Place, probabilities: Collection[Fraction]) -> None:
    common = 1
    for p in probabilities:
        common = math.lcm(common, p.denominator)
        if common.bit_length() > MAX_COMMON_BITS:
            place.fail(f"has a common denominator of over {MAX_COMMON_BITS} bits, at most that many are added up", SizeError)
    total = Fraction(sum(p.numerator * (common // p.denominator) for p in probabilities), common)
    if total != 1:
        short = common.bit_length() < 1000
        place.fail(f"sums to {show(total) if short else f'about {float(total):.6g}, not exactly 1'}, expected 1")


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
    for n, cell in enumerate(place.items(1, MAX_NAMES, "cells")):
        for member in cell.items(1, MAX_NAMES, "agent observations"):
            name = member.known(rank, "an agent observation")
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
        alphabet = given.integer(1, MAX_ALPHABET, instead='"rich" or ')
    return Conversation(whole("rounds", MAX_ROUNDS), whole("user_alphabet", MAX_ALPHABET), alphabet)


def _ties(model: Place) -> Ties:
    place = model.get("ties")
    return Ties.ANY if place is None else Ties(place.known([str(rule) for rule in Ties], "a tie rule"))


def _quantal(place: Place) -> Quantal:
    place.table((), ("eta", "base"))
    eta, base = place.get("eta"), place.get("base")
    value = Fraction(10) if eta is None else eta.rational()
    if eta is not None and value <= 0:
        eta.fail(f"is {show(value)}, expected a rational above 0")
    return Quantal(value, "e" if base is None else _base(base))


def _base(place: Place) -> Literal["e"] | int:
    if place.value == "e":
        return "e"
    expected = f'expected "e" or a prime up to {MAX_PRIME}'
    if isinstance(place.value, str) and not re.fullmatch(r"\d+", place.value, re.ASCII):
        place.fail(f"is {_short(place.value)!r}, {expected}")
    if not isinstance(place.value, str) and type(place.value) is not int:
        place.fail(f"is {_kind(place.value)}, {expected}")
    value = place.rational()
    if (
        value.denominator > 1
        or not 2 <= value <= MAX_PRIME
        or any(value % d == 0 for d in range(2, math.isqrt(int(value)) + 1))
    ):
        place.fail(f"is {show(value)}, {expected}")
    return int(value)


def _nonnegative(claim: Place, key: str) -> Fraction | None:
    place = claim.get(key)
    if place is None:
        return None
    value = place.rational()
    if value < 0:
        place.fail(f"is {show(value)}, expected a rational of at least 0")
    return value


def write(game: Game) -> str:
    """The instance file of a game: `parse(write(game), name)` gives an equal game. Same game, same bytes.

    What is left out is the default. Numbers of more than MAX_DIGITS digits are written, but would not be read back.
    """
    lines = ["format = 1", f"title = {_quoted(game.title)}"]
    lines += [f"{key} = {_prose(text)}" for key, text in (("source", game.source), ("notes", game.notes)) if text is not None]
    lines += ["", f"states = {_list(game.states)}", f"actions = {_list(game.actions)}", *_written_prior(game)]
    lines += ["", "[user.utility]", *_rows(game.utility, game)]
    finest = tuple((x,) for x in game.agent_observations)
    for agent in game.agents:
        lines += ["", "[[agents]]", f"name = {_quoted(agent.name)}"]
        lines += [f"sees = [{', '.join(map(_list, agent.sees))}]"] * (agent.sees != finest)
        lines += ["[agents.utility]", *_rows(agent.utility, game)]
    return "\n".join(lines + _written_rules(game)) + "\n"


def _written_prior(game: Game) -> list[str]:
    simple = game.user_observations == (NOTHING,) and game.agent_observations == game.states
    if simple and all(x_agent == state for _, x_agent, state in game.joint):
        return [f"prior = {_inline({y: game.joint.get((NOTHING, y, y), Fraction(0)) for y in game.states})}"]
    rows = [f"    [{', '.join(map(_quoted, key))}, {_number(p)}]," for key, p in game.joint.items()]
    observations = [("user_observations", game.user_observations), ("agent_observations", game.agent_observations)]
    return [*(f"{key} = {_list(names)}" for key, names in observations), "joint = [", *rows, "]"]


def _written_rules(game: Game) -> list[str]:
    talk, lines = game.conversation, []
    if talk != Conversation(1, 1, "rich"):
        alphabet = talk.agent_alphabet if isinstance(talk.agent_alphabet, int) else _quoted(talk.agent_alphabet)
        lines += ["", "[conversation]", f"rounds = {talk.rounds}", f"user_alphabet = {talk.user_alphabet}"]
        lines.append(f"agent_alphabet = {alphabet}")
    if game.ties != Ties.ANY or game.quantal != Quantal(Fraction(10), "e"):
        base = game.quantal.base if isinstance(game.quantal.base, int) else _quoted(game.quantal.base)
        lines += ["", "[model]", f"ties = {_quoted(game.ties)}"]
        lines.append(f"quantal = {{ eta = {_number(game.quantal.eta)}, base = {base} }}")
    if game.tolerance is not None:
        lines += ["", "[claim]", f"tolerance = {_number(game.tolerance)}"]
    return lines


def _rows(utility: Utility, game: Game) -> list[str]:
    return [f"{_key(a)} = {_inline({y: utility[a, y] for y in game.states})}" for a in game.actions]


def _inline(numbers: Mapping[str, Fraction]) -> str:
    return f"{{ {', '.join(f'{_key(key)} = {_number(value)}' for key, value in numbers.items())} }}"


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else _quoted(show(value))


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, names))}]"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _prose(text: str) -> str:
    """A multi-line TOML string where the text has lines."""
    lines = text.split("\n")
    return _quoted(text) if len(lines) == 1 else '"""\n' + "\n".join(_quoted(line)[1:-1] for line in lines) + '"""'


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes, with the characters beyond ASCII as they are."""
    escaped = "".join(c if ord(c) >= 128 else json.dumps(c)[1:-1] for c in text)
    return f'"{escaped}"'
