"""A file with several users is read as the files of its users, one after the other.

In the document of one user her own keys stand where those of the only user would. Messages still
name the places at which they are written (instance_format.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from verifier.errors import SizeError
from verifier.game.affine import Evaluation
from verifier.game.place import Path, Place, SourceLike
from verifier.game.probabilities import MAX_JOINT_ROWS, probability, require_sum_one
from verifier.game.text.gathering import Gathering

MAX_USERS = 200
SOURCES = ("prior", "joint", "user_observations")
"""Keys that a user may have of her own, all or none."""
TABLES = "utilities"
"""The key of an agent's utilities for each user."""


@dataclass(frozen=True)
class Moved:
    """A document in which parts stand at other paths than in its file; `real` has the file's."""

    file: SourceLike
    real: Mapping[Path, Path]

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.file.name

    @property
    def text(self) -> str:
        """The text of the file."""
        return self.file.text

    @property
    def evaluation(self) -> Evaluation | None:
        """What expressions mean; None where numbers are rationals only."""
        return self.file.evaluation

    def evaluated(self, evaluation: Evaluation) -> Moved:
        """The same where expressions have values."""
        return replace(self, file=self.file.evaluated(evaluation))

    def where(self, path: Path) -> str:
        """The place of a value in the file, with a colon at the end."""
        return self.file.where(self._in_file(path))

    def rewritten(self, path: Path, old: object, new: object) -> str:
        """What to write in a place instead of what stands there."""
        return self.file.rewritten(self._in_file(path), old, new)

    def misplaced(self, key: str) -> str:
        """What to do with a key of the whole document that stands in a part of it."""
        return self.file.misplaced(key)

    def _in_file(self, path: Path) -> Path:
        for length in range(len(path), 0, -1):
            if path[:length] in self.real:
                return self.real[path[:length]] + path[length:]
        return path


def shares_of(top: Place, above: Collection[str]) -> dict[str, Fraction]:
    """The shares of a document's users, by name; `above` are the keys of the whole document.

    Raises InstanceError for users who are none, and for agents who have no utility for each.
    """
    shares: dict[str, Fraction] = {}

    def add(place: Place) -> None:
        with Gathering() as found:
            found.part(place.table, ("name", "share", "utility"), ("ties", *SOURCES), above=above)
            name = found.part(lambda: place.at("name").name())
            share = found.part(lambda: probability(place.at("share")))
            found.part(_require_joint, top, place)
        if name() in shares:
            place.at("name").fail(
                f"{name()!r} is also another user's name, expected different ones"
            )
        shares[name()] = share()

    with Gathering() as found:
        if (user := top.get("user")) is not None:
            found.part(user.fail, "stands beside `users`, expected only one of the two")
        found.every(add, top.at("users").items(1, MAX_USERS, "users"))
    require_sum_one(top.at("users"), shares.values())
    _require_few_rows(top)
    _require_utilities(top, tuple(shares))
    return shares


def _require_few_rows(top: Place) -> None:
    """All users together have no more rows than one game may have."""
    users = top.at("users")
    rows = sum(_rows(users.at(n)) or _rows(top) for n in range(len(users.value)))
    if rows > MAX_JOINT_ROWS:
        users.fail(
            f"have {rows} rows of `joint` together, at most {MAX_JOINT_ROWS} are read", SizeError
        )


def _rows(place: Place) -> int:
    """The rows of a table's `joint`, or the states of its `prior`; 0 where it has neither."""
    found = place.get("joint") or place.get("prior")
    return len(found.value) if found is not None and isinstance(found.value, list | dict) else 0


def _require_joint(top: Place, place: Place) -> None:
    """Observations stand with the probabilities that they are part of."""
    seen = place.get("user_observations")
    if seen is not None and place.get("joint") is None:
        seen.fail("stands without a `joint` of hers, expected both or none")
    own = place.get("prior")
    if own is not None and top.get("agent_observations") is not None:
        own.fail("stands beside `agent_observations`, expected a `joint` of hers")


def _require_utilities(top: Place, names: tuple[str, ...]) -> None:
    agents = top.get("agents")
    with Gathering() as found:
        for n, agent in enumerate(
            agents.value if agents and isinstance(agents.value, list) else ()
        ):
            place = top.at("agents").at(n)
            if not isinstance(agent, dict) or (tables := place.get(TABLES)) is None:
                continue
            if "utility" in agent:
                found.part(tables.fail, "stands beside `utility`, expected only one of the two")
            found.part(tables.table, names)


def document_of(top: Place, n: int) -> Place:
    """The document in which the n-th user is the only one."""
    person, real = top.value["users"][n], dict[Path, Path]()
    data = {key: value for key, value in top.value.items() if key != "users"}
    data["user"] = {"utility": person["utility"]}
    real["user",] = ("users", n)
    if {"prior", "joint"} & set(person):
        data = {key: value for key, value in data.items() if key not in SOURCES}
        for key in SOURCES:
            real[key,] = ("users", n, key)
            if key in person:
                data[key] = person[key]
    model = data.get("model", {})
    if "ties" in person and isinstance(model, dict):
        data["model"] = {**model, "ties": person["ties"]}
        real["model", "ties"] = ("users", n, "ties")
    if isinstance(data.get("agents"), list):
        data["agents"] = [
            _with_utility(agent, person["name"], i, real) for i, agent in enumerate(data["agents"])
        ]
    return Place(Moved(top.file, real), (), data)


def _with_utility(agent: Any, user: str, n: int, real: dict[Path, Path]) -> Any:
    """The agent whose utility is that for one user."""
    if not isinstance(agent, dict) or TABLES not in agent:
        return agent
    real["agents", n, "utility"] = ("agents", n, TABLES, user)
    rest = {key: value for key, value in agent.items() if key != TABLES}
    return {**rest, "utility": agent[TABLES][user]}
