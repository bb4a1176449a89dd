"""Utilities and probabilities from dicts, lists, arrays and data frames, by names.

A table may be nested (`{"umbrella": {"rain": 1}}`), keyed by pairs (`{("umbrella", "rain"): 1}`),
in the order of the names (`[[1, 0], [0, 1]]`, an array), or a data frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from verifier.errors import InstanceError
from verifier.game.arguments.origin import Words, keys
from verifier.game.arguments.values import described, is_frame, listed, number, plain, refuse_floats
from verifier.game.place import MAX_NAMES, Path
from verifier.game.place import listed as in_quotes
from verifier.game.probabilities import MAX_JOINT_ROWS
from verifier.game.text.gathering import Gathering

ROW = "(user observation, agent observation, state)"


@dataclass(frozen=True)
class Table:
    """A table as a document has it, and how its entries are called in the argument."""

    value: Any
    words: Words


@dataclass(frozen=True)
class Axis:
    """The names along one side of a table, and what they are names of."""

    names: Sequence[str]
    what: str

    def __str__(self) -> str:
        return f"{len(self.names)} {self.what}: {in_quotes(self.names)}"

    def step(self, value: object, name: str) -> str:
        """How an entry of a dict is reached by its name, or one of a list by its position."""
        return keys((name,) if isinstance(value, Mapping) else (self.names.index(name),))


def utility_table(given: Any, said: str, actions: Sequence[str], states: Sequence[str]) -> Table:
    """A utility: a number for every action and state. Raises InstanceError for what is none."""
    rows, columns = Axis(actions, "actions"), Axis(states, "states")
    refuse_floats(given, said)
    if is_frame(given):
        return _of_frame(given, said, rows, columns)
    value = listed(given)
    if hasattr(given, "shape") and isinstance(value, list):
        return _of_array(value, tuple(given.shape), said, rows, columns)
    if isinstance(value, Mapping) and any(isinstance(key, tuple) for key in value):
        return _of_pairs(value, said)
    return _nested(value, said, rows, columns)


def prior_table(given: Any, said: str, states: Sequence[str]) -> Table:
    """A prior: a number for each state. Raises InstanceError for what is none."""
    return _row(given, said, Axis(states, "states"))


def joint_table(given: Any, said: str, sides: Sequence[Sequence[str]]) -> Table:
    """A joint distribution as rows: from a list, a dict by triples, an array, a frame of rows."""
    refuse_floats(given, said)
    if is_frame(given):
        return _rows(_cells(given, said), said)
    value = listed(given)
    if getattr(given, "ndim", 0) == 3:
        return _cube(value, tuple(given.shape), said, sides)
    if isinstance(value, Mapping):
        return _of_triples(value, said)
    if not isinstance(value, list):
        raise InstanceError(
            f"{said}: {described(given)}, expected rows {ROW[:-1]}, probability), or a dict from"
            f" {ROW} to the probability"
        )
    return _rows(value, said)


def _rows(rows: list[Any], said: str) -> Table:
    return Table(plain(rows[: MAX_JOINT_ROWS + 1], said), lambda path: f"{said}{keys(path)}")


def _of_triples(value: Mapping[Any, Any], said: str) -> Table:
    for key in value:
        if not isinstance(key, tuple) or len(key) != 3:
            raise InstanceError(f"{said}: the key {described(key)[3:]}, expected {ROW}")
    return _filled(list(value)[: MAX_JOINT_ROWS + 1], value.__getitem__, said)


def _cube(
    value: list[Any], shape: tuple[int, ...], said: str, sides: Sequence[Sequence[str]]
) -> Table:
    wanted = tuple(map(len, sides))
    if shape != wanted:
        raise InstanceError(f"{said}: is an array of shape {shape}, expected {wanted}: {ROW}")

    def entry(key: tuple[str, ...]) -> object:
        found: Any = value
        for side, name in zip(sides, key, strict=True):
            found = found[side.index(name)]
        return found

    return _filled(list(product(*sides)), entry, said)


def _filled(
    triples: Sequence[tuple[str, ...]], entry: Callable[[tuple[str, ...]], object], said: str
) -> Table:
    """The rows of a joint distribution with an entry for each of these triples."""

    def words(path: Path) -> str:
        return f"{said}{_pair(triples[int(path[0])])}" if path else said

    def row(place: int) -> list[object]:
        key = triples[place]
        return [*key, _number(entry(key), words, (place,))]

    with Gathering() as found:
        rows = found.every(row, range(len(triples)))
    return Table(rows, words)


def _pair(names: Iterable[object]) -> str:
    return f"[{', '.join(map(repr, names))}]"


def _nested(value: Any, said: str, rows: Axis, columns: Axis) -> Table:
    outer = _outer(
        value,
        said,
        rows,
        f"a table of {rows.what} by {columns.what}: nested dicts, a"
        " list of lists, an array, a data frame, or a dict by pairs",
    )
    with Gathering() as found:
        inner = dict(
            found.every(
                lambda key: (key, _row(outer[key], f"{said}{rows.step(value, key)}", columns)),
                outer,
            )
        )

    def words(path: Path) -> str:
        known = path and path[0] in inner
        return inner[str(path[0])].words(path[1:]) if known else f"{said}{keys(path)}"

    return Table({key: row.value for key, row in inner.items()}, words)


def _row(given: Any, said: str, axis: Axis) -> Table:
    """Numbers by name, from a dict, a series, a list or an array."""
    refuse_floats(given, said)
    value = listed(given)
    outer = _outer(value, said, axis, f"a dict or a list with a number for each of the {axis}")

    def words(path: Path) -> str:
        known = path and path[0] in outer
        return f"{said}{axis.step(value, str(path[0])) if known else keys(path)}"

    with Gathering() as found:
        numbers = dict(found.every(lambda key: (key, _number(outer[key], words, (key,))), outer))
    return Table(numbers, words)


def _outer(value: Any, said: str, axis: Axis, expected: str) -> dict[str, Any]:
    """The entries of a dict, or of a list in the order of the names."""
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise InstanceError(
                    f"{said}: the key {described(key)[3:]}, expected the names of the {axis}"
                )
        return {str(key): value[key] for key in value}
    if not isinstance(value, list):
        raise InstanceError(f"{said}: {described(value)}, expected {expected}")
    if len(value) != len(axis.names):
        raise InstanceError(
            f"{said}: has {len(value)} entries, expected one for each of the {axis}"
        )
    return dict(zip(axis.names, value, strict=True))


def _number(value: object, words: Words, path: Path) -> int | str:
    try:
        return number(value)
    except InstanceError as error:
        raise InstanceError(f"{words(path)}: {error}") from None


def _of_array(
    value: list[Any], shape: tuple[int, ...], said: str, rows: Axis, columns: Axis
) -> Table:
    wanted = (len(rows.names), len(columns.names))
    if shape != wanted:
        turned = f"; write {said}.T" if shape == wanted[::-1] else ""
        raise InstanceError(
            f"{said}: is an array of shape {shape}, expected {wanted}, {rows.what} by"
            f" {columns.what}{turned}"
        )

    def words(path: Path) -> str:
        places = zip((rows, columns), path, strict=False)
        return f"{said}{_pair(axis.names.index(str(name)) for axis, name in places)}"

    return Table(_crossed(value, words, rows, columns), lambda path: words(path) if path else said)


def _of_frame(frame: Any, said: str, rows: Axis, columns: Axis) -> Table:
    index, header = list(frame.index), list(frame.columns)
    if set(index) == set(columns.names) != set(rows.names) == set(header):
        raise InstanceError(
            f"{said}: has the {columns.what} as rows and the {rows.what} as columns; write {said}.T"
        )
    for axis, names, what in ((rows, index, "rows"), (columns, header, "columns")):
        if len(names) != len(axis.names) or set(names) != set(axis.names):
            called = in_quotes([str(name) for name in names[:MAX_NAMES]])
            raise InstanceError(f"{said}: its {what} are called {called}, expected the {axis}")
    cells = _cells(frame, said)
    down = {name: n for n, name in enumerate(index)}
    along = {name: n for n, name in enumerate(header)}
    value = [[cells[down[a]][along[y]] for y in columns.names] for a in rows.names]

    def words(path: Path) -> str:
        return f"{said}.loc{_pair(path)}" if path else said

    return Table(_crossed(value, words, rows, columns), words)


def _crossed(
    value: Sequence[Sequence[object]], words: Words, rows: Axis, columns: Axis
) -> dict[str, dict[str, int | str]]:
    """The table of numbers in the order of the names."""
    made: dict[str, dict[str, int | str]] = {name: {} for name in rows.names}

    def add(place: tuple[tuple[int, str], tuple[int, str]]) -> None:
        (i, a), (j, y) = place
        made[a][y] = _number(value[i][j], words, (a, y))

    with Gathering() as found:
        found.every(add, product(enumerate(rows.names), enumerate(columns.names)))
    return made


def _of_pairs(value: Mapping[Any, Any], said: str) -> Table:
    made: dict[str, dict[str, int | str]] = {}

    def words(path: Path) -> str:
        return f"{said}{_pair(path)}" if path else said

    def add(key: Any) -> None:
        names = isinstance(key, tuple) and all(isinstance(name, str) for name in key)
        if not names or len(key) != 2:
            raise InstanceError(f"{said}: the key {described(key)[3:]}, expected (action, state)")
        made.setdefault(str(key[0]), {})[str(key[1])] = _number(value[key], words, key)

    with Gathering() as found:
        found.every(add, value)
    return Table(made, words)


def _cells(frame: Any, said: str) -> list[list[Any]]:
    """The cells of a frame, row by row. Raises InstanceError for columns of floats."""
    kinds = zip(frame.columns, frame.dtypes, strict=True)
    floats = [str(name) for name, kind in kinds if getattr(kind, "kind", "") in ("f", "c")]
    if floats:
        raise InstanceError(
            f"{said}: has floats in the columns {in_quotes(floats)}, which are rounded; write"
            f" {said}.astype(str) to take the decimals that it shows"
        )
    found: list[list[Any]] = frame.to_dict("split")["data"]
    return found
