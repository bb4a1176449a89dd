"""What a user gives to the Python interface becomes what the verifier works on.

This is the one place where a path, a text or a game becomes a game, and words become guarantees.
Whatever does not fit is refused in one sentence: what was given, what is expected, an example.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from pathlib import Path

from verifier.errors import InstanceError
from verifier.files import folder_or_temporary, hand_out
from verifier.game.arguments.values import described, exact, nonnegative, unboxed
from verifier.game.examples import located
from verifier.game.model import Agent, Convention, Game
from verifier.game.names import short
from verifier.game.parameters import NOWHERE, Family
from verifier.game.place import MAX_NAMES
from verifier.game.reader import family_in, load_family, parse
from verifier.game.reader import load as read_file
from verifier.meant import choose, hint
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantees.guarantee import Guarantee, named

Given = Game | str | os.PathLike[str]
"""A game, the path of its instance file, or the text of one."""

Guarantees = str | Iterable[str] | None
"""The name of a guarantee, several of them, or None for those that are usual."""

Exact = int | str | Fraction | Decimal
"""An exact number: whole, a string such as "1/20", a Fraction or a Decimal."""

A_GAME = "a game, the path of an instance file, or its text"


def game_of(given: Given, at: Mapping[str, Exact] = NOWHERE, user: str | None = None) -> Game:
    """The game that is given, or the one of the file or the text that is given.

    A text of several lines is an instance; any other is a path. `at` has the values of parameters,
    `user` names one of several users.
    Raises InstanceError where it is neither, or where the instance is no game.
    """
    named = None if user is None else text_of(user, "user")
    values = values_of(at)
    if isinstance(given, Game):
        if values:
            raise InstanceError("at: a game has the values that it was loaded at; give its file")
        if named is not None and named != given.user:
            raise InstanceError("user: a game is that of the user it was loaded for; give its file")
        return given
    if isinstance(given, str) and "\n" in given:
        return parse(given, "the text", values, named)
    if isinstance(given, str | os.PathLike):
        return read_file(path_of(given, "the instance"), values, named)
    if isinstance(given, Mapping):
        raise InstanceError(
            "the game: is a dict, expected the path of an instance file; a dict of a game's parts"
            " becomes one by vf.game(**parts)"
        )
    raise InstanceError(
        f"the game: {described(given)}, expected {A_GAME}, such as"
        ' "instances/classics/prosecutor.toml"'
    )


@contextmanager
def family_of(
    given: str | os.PathLike[str], user: str | None, keep: Path | None
) -> Iterator[tuple[Family, Path]]:
    """The games of the file or the text that is given, and the file that the kernel may read.

    A text becomes the file KEEP/instance.toml, which is removed where nothing is kept. Raises
    InstanceError for a game, whose parameters have values, and as `game_of` does.
    """
    named = None if user is None else text_of(user, "user")
    if isinstance(given, Game):
        raise InstanceError(
            "the instance: is a game, which has the values that it was loaded at; give its file, or"
            " the text of it"
        )
    if not isinstance(given, str) or "\n" not in given:
        path = located(path_of(given, "the instance"))
        yield load_family(path, named), path
        return
    family = family_in(given, "the text", named)
    with folder_or_temporary(keep) as folder:
        yield family, hand_out(folder / "instance.toml", given)


def values_of(at: Mapping[str, Exact]) -> dict[str, Fraction]:
    """The values of parameters, by name. Raises InstanceError for what is not exact."""
    if not isinstance(at, Mapping):
        raise InstanceError(f'at: {described(at)}, expected a dict such as {{"t": "2/5"}}')
    return {text_of(name, "at"): exact(f"at[{name!r}]", value) for name, value in at.items()}


def path_of(given: str | os.PathLike[str], said: str) -> Path:
    """The path that is given. Raises InstanceError for what is none."""
    if not isinstance(given, str | os.PathLike):
        raise InstanceError(f'{said}: {described(given)}, expected a path such as "folder/file"')
    name = os.fspath(given)
    if not isinstance(name, str):
        raise InstanceError(f'{said}: {described(name)}, expected a path such as "folder/file"')
    if not name or "\0" in name:
        raise InstanceError(f"{said}: {name!r} is no path")
    return given if isinstance(given, Path) else Path(name)


def folder_of(keep: str | os.PathLike[str] | None) -> Path | None:
    """The folder for certificates, None where nothing is kept."""
    return None if keep is None else path_of(keep, "keep")


def stem_of(stem: str) -> str:
    """The first part of the names of kept files. Raises InstanceError for what is no such name."""
    text = text_of(stem, "stem")
    if not text or text != Path(text).name or "\0" in text:
        raise InstanceError(f"stem: is {short(text)!r}, expected part of a file's name: 'game'")
    return text


def text_of(given: object, said: str) -> str:
    """A text. Raises InstanceError for anything else."""
    if not isinstance(given, str):
        raise InstanceError(f"{said}: {described(given)}, expected a text")
    return str(given)


def texts_of(given: object, said: str) -> tuple[str, ...]:
    """One text, or several. Raises InstanceError for anything else."""
    if isinstance(given, str):
        return (str(given),)
    if not isinstance(given, Iterable) or isinstance(given, Mapping | bytes):
        raise InstanceError(f"{said}: {described(given)}, expected a name or a list of names")
    return tuple(text_of(entry, f"{said}[{n}]") for n, entry in enumerate(islice(given, MAX_NAMES)))


def choice_of(given: object, said: str, names: Iterable[str]) -> str:
    """One of these names. Raises InstanceError, with the name that may have been meant."""
    known = {str(name): str(name) for name in names}
    if not isinstance(given, str):
        raise InstanceError(f"{said}: {described(given)}, expected one of {', '.join(known)}")
    return choose(said, str(given), known)


def whole_of(given: object, said: str, least: int, most: int) -> int:
    """A whole number between these. Raises InstanceError for anything else."""
    number = unboxed(given)
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise InstanceError(
            f"{said}: {described(number)}, expected a whole number from {least} to {most}"
        )
    return int(number)


def limit_of(given: object, said: str) -> int | None:
    """A limit of at least 1, None for the usual one."""
    return None if given is None else whole_of(given, said, 1, 10**18)


def seed_of(given: object) -> int:
    """The seed of random numbers."""
    return whole_of(given, "seed", -(2**63), 2**63)


def tolerance_of(given: Exact | None) -> Fraction | None:
    """The claimed tolerance, None for the instance's. Raises InstanceError for floats."""
    return None if given is None else nonnegative("tolerance", given)


def convention_of(given: str | None) -> Convention | None:
    """The mixtures that are claimed, None for the instance's. Raises InstanceError otherwise."""
    if given is None:
        return None
    names = {str(convention): convention for convention in Convention}
    return choose("hull", text_of(given, "hull"), names)


def effort_of(given: Effort) -> Effort:
    """The effort that is given. Raises InstanceError for anything else."""
    if not isinstance(given, Effort):
        raise InstanceError(
            f"effort: {described(given)}, expected an Effort such as"
            f" vf.Effort(program_limit={USUAL.program_limit})"
        )
    for name in ("program_limit", "protocol_limit"):
        whole_of(getattr(given, name), f"effort.{name}", 1, 10**18)
    whole_of(given.sender_tries, "effort.sender_tries", 0, 10**18)
    whole_of(given.near_bits, "effort.near_bits", 0, 1000)
    return given


def guarantees_of(
    given: Guarantees, usual: Iterable[Guarantee] = tuple(Guarantee)
) -> list[Guarantee]:
    """The guarantees that are named, in their usual order.

    Raises InstanceError for another name, and for none at all.
    """
    if given is None:
        return list(usual)
    words = texts_of(given, "guarantees")
    if not words:
        raise InstanceError(f"guarantees: is empty, expected one of {', '.join(Guarantee)}")
    return named(words, "guarantees")


def guarantee_of(given: str) -> Guarantee:
    """The one guarantee that is named. Raises InstanceError for another name."""
    return named([text_of(given, "guarantee")], "guarantee")[0]


def agent_of(game: Game, name: str) -> Agent:
    """The agent of this name. Raises InstanceError where there is none."""
    wanted = text_of(name, "agent")
    for agent in game.agents:
        if agent.name == wanted:
            return agent
    names = [agent.name for agent in game.agents]
    raise InstanceError(
        f"no agent is called {short(wanted)!r}; the agents are"
        f" {', '.join(names)}{hint(wanted, names)}"
    )
