"""Instance files: TOML to an exact game, or to a family of games (instance_format.md).

Everything that the format does not name is refused. Messages name the file, the key path, what
stands there and what was expected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Literal

from verifier.errors import InstanceError, SizeError
from verifier.game.affine import Affine, Evaluation
from verifier.game.examples import located
from verifier.game.foreign import of_text, read
from verifier.game.model import (
    NOTHING,
    Agent,
    Alphabet,
    Convention,
    Conversation,
    Game,
    Joint,
    Origin,
    Person,
    Quantal,
    Target,
    Ties,
    Utility,
    finest,
    read_from,
)
from verifier.game.own_prior import believing, state_probabilities
from verifier.game.parameters import (
    NOWHERE,
    Family,
    Parts,
    Value,
    corners,
    parameters,
    parts,
    refuse_values,
    require_fixed_priors,
    require_fixed_shares,
    require_used,
)
from verifier.game.place import MAX_NAMES, Place, kind, listed, short
from verifier.game.population import population
from verifier.game.probabilities import MAX_JOINT_ROWS as MAX_JOINT_ROWS  # with the other limits
from verifier.game.probabilities import joint_distribution, state_prior
from verifier.game.text.gathering import Gathering
from verifier.game.text.toml import toml_key
from verifier.game.users import document_of, shares_of
from verifier.meant import hint

MAX_BYTES = 8 * 2**20
MAX_AGENTS = 200
MAX_UTILITIES = 1_000_000
MAX_ROUNDS = 16
MAX_ALPHABET = 1000
MAX_PRIME = 10**6

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
    "parameters",
    "users",
)
TOP = (*REQUIRED, *OPTIONAL)


def load(path: Path | str, at: Mapping[str, Value] = NOWHERE, user: str | None = None) -> Game:
    """The game of an instance file, at values of its parameters; those not given are the defaults.

    Of a file with several users it is the game of the one that is named, or of all under one rule
    (theory.md 1.8). The path may be `example:NAME`, for a shipped game. Raises InstanceError
    (SizeError where it is too large) with file, key and mismatch.
    """
    return build(read(located(path), MAX_BYTES, "instance"), at, user)


def parse(text: str, name: str, at: Mapping[str, Value] = NOWHERE, user: str | None = None) -> Game:
    """The game of an instance file's text; `name` stands for the file in messages.

    Raises InstanceError, SizeError.
    """
    return build(of_text(text, name, MAX_BYTES, "instance"), at, user)


def load_users(path: Path | str) -> tuple[str, ...]:
    """The names of an instance file's users; none where it has one user. Raises as `load` does."""
    top = read(located(path), MAX_BYTES, "instance")
    if "parameters" in top.value:
        top = _with_values(top, Evaluation({p.name: p.default for p in parameters(top)}, {}))
    return tuple(shares_of(top, TOP)) if "users" in top.value else ()


def load_family(path: Path | str, user: str | None = None) -> Family:
    """The games of an instance file, one for each value of its parameters.

    `user` is as in `load`. Without parameters it is one game. Raises InstanceError, SizeError, as
    `load` does.
    """
    return family(read(located(path), MAX_BYTES, "instance"), user)


def family_in(text: str, name: str, user: str | None = None) -> Family:
    """The games of an instance file's text, as `load_family`; `name` stands for the file."""
    return family(of_text(text, name, MAX_BYTES, "instance"), user)


def build(top: Place, at: Mapping[str, Value] = NOWHERE, user: str | None = None) -> Game:
    """The game of a parsed document at values of its parameters.

    Raises InstanceError, SizeError.
    """
    if "parameters" in top.value:
        return family(top, user).at(at)
    refuse_values(top, at)
    game, people = _read(top, user)
    return _remembered(top, {}, people, user, game) if people else game


def family(top: Place, user: str | None = None) -> Family:
    """The games of a parsed document: one at all values of its parameters, as far as is linear.

    That is checked at the corners of the parameters' rectangle. Raises InstanceError, SizeError.
    """
    if "parameters" not in top.value:
        game = build(top, user=user)
        return Family(game.title, (), Parts(), top.file.name, partial(_only, game))
    declared, forms = parameters(top), dict[str, Affine]()
    defaults = Evaluation({one.name: one.default for one in declared}, forms)
    game, _ = _read(_with_values(top, defaults), user)
    require_used(top, declared, defaults.uses)
    for corner in corners(declared):
        _read(_with_values(top, Evaluation(corner, forms)), user)
    found = parts(defaults.uses, game)
    require_fixed_priors(top, defaults.uses, game)
    require_fixed_shares(top, defaults.uses)
    return Family(game.title, declared, found, top.file.name, partial(_at, top, forms, user))


def _only(game: Game, _: Mapping[str, Fraction]) -> Game:
    return game


def _at(
    top: Place, forms: dict[str, Affine], user: str | None, values: Mapping[str, Fraction]
) -> Game:
    game, people = _read(_with_values(top, Evaluation(values, forms)), user)
    return _remembered(top, values, people, user, game)


def _remembered(
    top: Place,
    values: Mapping[str, Fraction],
    people: Sequence[Person],
    user: str | None,
    game: Game,
) -> Game:
    """The game with the file that it was read from, and how."""
    return read_from(Origin(top.file.text, values, tuple(people), user), game)


def _with_values(top: Place, evaluation: Evaluation) -> Place:
    return replace(top, file=top.file.evaluated(evaluation))


def _read(top: Place, user: str | None) -> tuple[Game, Sequence[Person]]:
    """The game of a document whose expressions have values, and its users where it has several.

    All users' games are read: a document is one for each of them.
    """
    if "users" not in top.value:
        if user is not None:
            raise InstanceError(
                f"{top.file.name}: the user {short(user)!r} cannot be named (--user), it has only"
                " one"
            )
        return _game(top), ()
    shares = shares_of(top, TOP)
    first = _game(document_of(top, 0))
    _refuse_if_large(top, len(shares) * len(first.utility))
    with Gathering() as found:
        others = found.every(lambda n: _game(document_of(top, n)), range(1, len(shares)))
    games = dict(zip(shares, (first, *others), strict=True))
    people = [Person(name, shares[name], game) for name, game in games.items()]
    if user is None:
        return _together(top, people), people
    if user not in games:
        raise InstanceError(
            f"{top.file.name}: {short(user)!r} is not one of its users, expected one of"
            f" {listed(games)}{hint(user, games)}"
        )
    return games[user], people


def _together(top: Place, people: Sequence[Person]) -> Game:
    """The game of all users under one rule."""
    first = people[0].game
    for n, person in enumerate(people):
        if person.game.ties is not first.ties:
            top.at("users").at(n).fail(
                f"has the tie rule {str(person.game.ties)!r}, and the first user"
                f" {str(first.ties)!r}, expected the same for all: by one rule for all they are"
                f" one game; for the game of one of them name her (--user {toml_key(person.name)})"
            )
    found = population(people)
    for key, names in (("states", found.states), ("observations", found.user_observations)):
        top.at("users").member(key, list(names)).names()
    return found


def _game(top: Place) -> Game:
    """The game of a document with one user, whose expressions have values."""
    with Gathering() as found:
        found.part(top.table, REQUIRED, OPTIONAL)
        found.part(lambda: top.at("format").integer(1, 1))
        title = found.part(lambda: top.at("title").text())
        source, notes = (found.part(_text, top, key) for key in ("source", "notes"))
        states = found.part(lambda: top.at("states").names())
        actions = found.part(lambda: top.at("actions").names())
        found.part(lambda: _refuse_if_large(top, len(states()) * len(actions())))
        hers = found.part(_names, top, "user_observations", lambda: (NOTHING,))
        theirs = found.part(_names, top, "agent_observations", states)
        joint = found.part(lambda: joint_distribution(top, hers(), theirs(), states()))
        user = found.part(lambda: _user(top.at("user"), actions(), states()))
        agents = found.part(lambda: _agents(top.at("agents"), actions(), states(), theirs, joint))
        conversation = found.part(_conversation, _optional(top, "conversation"))
        model = found.part(_model, _optional(top, "model"))
        claim = found.part(_claim, _optional(top, "claim"))
    (ties, quantal, evaluation), (tolerance, gamma, target, hull) = model(), claim()
    return Game(
        title=title(),
        source=source(),
        notes=notes(),
        states=states(),
        actions=actions(),
        user_observations=hers(),
        agent_observations=theirs(),
        joint=joint(),
        utility=user(),
        agents=agents(),
        conversation=conversation(),
        ties=ties,
        quantal=quantal,
        tolerance=tolerance,
        gamma=gamma,
        target=target,
        hull=hull,
        evaluation=evaluation,
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


def _names(top: Place, key: str, otherwise: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """The observations under a key; where there are none, those that the format says."""
    place = top.get(key)
    return otherwise() if place is None else place.names()


def _user(place: Place, actions: tuple[str, ...], states: tuple[str, ...]) -> Utility:
    with Gathering() as found:
        found.part(place.table, ("utility",), above=TOP)
        utility = found.part(lambda: _utility(place.at("utility"), actions, states))
    return utility()


def _utility(place: Place, actions: tuple[str, ...], states: tuple[str, ...]) -> Utility:
    utility: dict[tuple[str, str], Fraction] = {}

    def add(action: str) -> None:
        row = place.at(action)
        with Gathering() as found:
            found.part(row.table, states)
            numbers = found.every(lambda state: row.at(state).rational(), states)
        utility.update({(action, y): u for y, u in zip(states, numbers, strict=True)})

    with Gathering() as found:
        found.part(place.table, actions, inner=states)
        found.every(add, actions)
    return utility


def _agents(
    place: Place,
    actions: tuple[str, ...],
    states: tuple[str, ...],
    observations: Callable[[], tuple[str, ...]],
    joint: Callable[[], Joint],
) -> tuple[Agent, ...]:
    agents: dict[str, Agent] = {}

    def add(entry: Place) -> None:
        with Gathering() as found:
            found.part(entry.table, ("name", "utility"), ("prior", "sees"), above=TOP)
            name = found.part(lambda: _new_name(entry.at("name"), agents))
            utility = found.part(lambda: _utility(entry.at("utility"), actions, states))
            prior = found.part(lambda: _own_prior(entry.get("prior"), common))
            sees = found.part(lambda: _sees(entry.get("sees"), observations()))
        agent, own = Agent(name(), utility(), sees()), prior()
        agents[name()] = agent if own is None else believing(agent, own, common())

    def common() -> dict[str, Fraction]:
        return state_probabilities(joint(), states)

    with Gathering() as found:
        found.every(add, place.items(1, MAX_AGENTS, "agents"))
    return tuple(agents.values())


def _own_prior(
    place: Place | None, common: Callable[[], Mapping[str, Fraction]]
) -> dict[str, Fraction] | None:
    """An agent's own prior, which may only be positive where the common prior is."""
    if place is None:
        return None
    prior = state_prior(place, tuple(common()))
    with Gathering() as found:
        for state, p in common().items():
            if prior[state] and not p:
                found.part(
                    place.at(state).fail,
                    f"is {prior[state]} where the common prior is 0, expected 0: what follows from"
                    f" {short(state)!r} depends on beliefs that nobody else can hold; give it a"
                    " positive probability in the common prior",
                )
    return prior


def _new_name(place: Place, agents: Collection[str]) -> str:
    name = place.name()
    if name in agents:
        place.fail(f"{name!r} is also another agent's name, expected different names")
    return name


def _sees(place: Place | None, observations: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The partition, cells and members in instance order; the finest where none is given."""
    if place is None:
        return finest(observations)
    cell_of: dict[str, int] = {}

    def add(member: Place) -> None:
        name, cell = member.known(rank, "an agent observation"), int(member.path[-2])
        if name in cell_of:
            member.fail(
                f"{name!r} is also in cell {cell_of[name]}, expected each observation in one cell"
            )
        cell_of[name] = cell

    rank = {x: n for n, x in enumerate(observations)}
    with Gathering() as found:
        for cell in place.items(1, MAX_NAMES, "cells"):
            found.every(add, cell.items(1, MAX_NAMES, "agent observations"))
    missing = [x for x in observations if x not in cell_of]
    if missing:
        place.fail(f"leaves out {listed(missing)}, expected every agent observation in one cell")
    cells: dict[int, list[str]] = {}
    for x in observations:
        cells.setdefault(cell_of[x], []).append(x)
    return tuple(tuple(cell) for cell in cells.values())


def _conversation(place: Place) -> Conversation:
    with Gathering() as found:
        found.part(place.table, (), ("rounds", "user_alphabet", "agent_alphabet"), above=TOP)
        rounds = found.part(_whole, place, "rounds", MAX_ROUNDS)
        questions = found.part(_whole, place, "user_alphabet", MAX_ALPHABET)
        words = found.part(_words, place.get("agent_alphabet"))
    return Conversation(rounds(), questions(), words())


def _whole(place: Place, key: str, most: int) -> int:
    given = place.get(key)
    return 1 if given is None else given.integer(1, most)


def _words(place: Place | None) -> Alphabet:
    if place is None or place.value == "rich":
        return "rich"
    return place.integer(1, MAX_ALPHABET, instead='"rich" or ')


def _model(place: Place) -> tuple[Ties, Quantal, Fraction]:
    with Gathering() as found:
        found.part(place.table, (), ("ties", "quantal", "evaluation"), above=TOP)
        ties = found.part(_ties, place)
        quantal = found.part(_quantal, _optional(place, "quantal"))
        evaluation = found.part(_nonnegative, place, "evaluation")
    return ties(), quantal(), evaluation() or Fraction(0)


def _claim(place: Place) -> tuple[Fraction | None, Fraction, Target, Convention]:
    with Gathering() as found:
        found.part(place.table, (), ("tolerance", "gamma", "benchmark", "hull"), above=TOP)
        tolerance = found.part(_nonnegative, place, "tolerance")
        gamma = found.part(_nonnegative, place, "gamma")
        target = found.part(_target, place)
        hull = found.part(_hull, place)
    return tolerance(), gamma() or Fraction(0), target(), hull()


def _ties(model: Place) -> Ties:
    place = model.get("ties")
    if place is None:
        return Ties.ANY
    return Ties(place.known([str(rule) for rule in Ties], "a tie rule"))


def _quantal(place: Place) -> Quantal:
    with Gathering() as found:
        found.part(place.table, (), ("eta", "base"))
        eta = found.part(_eta, place.get("eta"))
        base = found.part(_base, place.get("base"))
    return Quantal(eta(), base())


def _eta(place: Place | None) -> Fraction:
    value = Fraction(10) if place is None else place.rational()
    if place is not None and value <= 0:
        place.fail(f"is {value}, expected a rational above 0")
    return value


def _base(place: Place | None) -> Literal["e"] | int:
    if place is None or place.value == "e":
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


def _hull(claim: Place) -> Convention:
    place = claim.get("hull")
    if place is None:
        return Convention.SIMPLEX
    return Convention(place.known([str(name) for name in Convention], "a kind of hull"))


def _nonnegative(table: Place, key: str) -> Fraction | None:
    place = table.get(key)
    if place is None:
        return None
    value = place.rational()
    if value < 0:
        place.fail(f"is {value}, expected a rational of at least 0")
    return value
