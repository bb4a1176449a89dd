"""Parameters of an instance: expressions are found where numbers stand, and replaced by values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from tests.second_checker.cells import as_text, cell_of, moves
from tests.second_checker.reading import (
    ZERO,
    Json,
    UnreadableError,
    from_text,
    keys,
    number,
    readable,
)

Linear = tuple[Fraction, ...]
"""A constant, and the multiple of each parameter."""

NAME = re.compile("[A-Za-z_][A-Za-z_0-9]{0,99}")
WORD = re.compile("[A-Za-z_][A-Za-z_0-9]*|[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,4})?")
STRENGTH = {"(": 0, "+": 1, "-": 1, "*": 2, "/": 2, "plus": 3, "minus": 3}


def entries(value: Any) -> list[tuple[Any, Any]]:
    """List the places of a table's values; none for what is no table."""
    return [(value, key) for key in value] if isinstance(value, dict) else []


def inner(value: Any, key: str) -> Any:
    """Return what stands under a key, None for what is no table."""
    return value.get(key) if isinstance(value, dict) else None


def elements(value: Any) -> list[Any]:
    """Return a list's elements; none for what is no list."""
    return value if isinstance(value, list) else []


def of_person(person: Any) -> Iterator[tuple[Any, Any]]:
    """List the holders and keys of the numbers of a user or an agent."""
    yield from entries(inner(person, "prior"))
    tables = [inner(person, "utility")]
    tables += [table[user] for table, user in entries(inner(person, "utilities"))]
    for table in tables:
        for row, action in entries(table):
            yield from entries(row[action])


def places(data: Json) -> Iterator[tuple[Any, Any]]:
    """List the holders and keys of all numbers that may be expressions."""
    agents, users = elements(data.get("agents")), elements(data.get("users"))
    yield from entries(data.get("prior"))
    for person in [data.get("user"), *agents, *users]:
        yield from of_person(person)
    yield from ((user, "share") for user in users if inner(user, "share") is not None)
    for whole in [data, *users]:
        rows = elements(inner(whole, "joint"))
        yield from ((row, 3) for row in rows if len(elements(row)) == 4)
    for table, key in [
        *entries(data.get("claim")),
        *entries(inner(data.get("model"), "quantal")),
    ]:
        if key in ("tolerance", "gamma", "eta", "evaluation"):
            yield table, key


def evaluate(written: str, names: list[str]) -> Linear:
    """Compute an expression with two stacks: of values, and of signs that wait for theirs."""
    readable(len(written) <= 200, "too large: an expression")
    values: list[Linear] = []
    waiting: list[str] = []
    at, complete = 0, False  # complete: a value has just ended
    while at < len(written):
        letter = written[at]
        word = WORD.match(written, at)
        at = word.end() if word else at + 1
        if letter == " ":
            continue
        if word or letter == "(":
            readable(not complete, "two factors without a sign")
            complete = word is not None
            if word:
                values.append(atom(word[0], names))
            else:
                waiting.append("(")
        elif letter == ")":
            readable(complete, "a bracket closes too early")
            apply_down_to(1, values, waiting)
            readable(waiting, "a bracket that was not opened")
            waiting.pop()
        elif letter in "+-" and not complete:
            waiting.append("plus" if letter == "+" else "minus")
        else:
            readable(letter in "+-*/" and complete, "no expression")
            apply_down_to(STRENGTH[letter], values, waiting)
            waiting.append(letter)
            complete = False
    readable(complete, "an expression ends too early")
    apply_down_to(1, values, waiting)
    readable(not waiting, "a bracket is not closed")
    return values[0]


def atom(word: str, names: list[str]) -> Linear:
    """Read a name or a decimal."""
    if word[0].isdigit():
        return (from_text(word, 400), *(ZERO for _ in names))
    readable(word in names, f"{word[:40]} is no parameter")
    return (ZERO, *(Fraction(word == name) for name in names))


def apply_down_to(strength: int, values: list[Linear], waiting: list[str]) -> None:
    """Apply the signs on top of the stack that bind at least so strongly."""
    while waiting and STRENGTH[waiting[-1]] >= strength:
        sign = waiting.pop()
        right = values.pop()
        if sign in ("plus", "minus"):
            values.append(tuple(x if sign == "plus" else -x for x in right))
        else:
            values.append(BINARY[sign](values.pop(), right))


def times(left: Linear, right: Linear) -> Linear:
    """Multiply, if one of the two is constant."""
    if any(left[1:]):
        left, right = right, left
    readable(not any(left[1:]), "parameters are multiplied")
    return tuple(left[0] * x for x in right)


def over(left: Linear, right: Linear) -> Linear:
    """Divide, by a constant that is not 0."""
    readable(not any(right[1:]) and right[0] != 0, "no such divisor")
    return tuple(x / right[0] for x in left)


BINARY: dict[str, Callable[[Linear, Linear], Linear]] = {
    "+": lambda left, right: tuple(x + y for x, y in zip(left, right, strict=True)),
    "-": lambda left, right: tuple(x - y for x, y in zip(left, right, strict=True)),
    "*": times,
    "/": over,
}


def is_expression(value: Any) -> bool:
    """Tell whether what stands for a number is none, but a string."""
    if not isinstance(value, str):
        return False
    try:
        from_text(value, 400)
    except UnreadableError:
        return True
    return False


def settings(
    data: Json, given: Json | None, read: Callable[[Any], Fraction]
) -> tuple[list[str], list[dict[str, Fraction]]]:
    """Read the parameters; list the values at which there must be a game, the given ones last."""
    if "parameters" not in data:
        readable(given is None, "values, but no parameters")
        return [], [{}]
    table = data["parameters"]
    readable(isinstance(table, dict) and 1 <= len(table) <= 2, "one or two parameters")
    names, ends, usual = list(table), [], {}
    for name in names:
        readable(NAME.fullmatch(name), "no name of a parameter")
        entry = keys(table[name], "from,to,default")
        low, high, default = (read(entry[key]) for key in ("from", "to", "default"))
        readable(low < high and low <= default <= high, f"the interval of {name}")
        ends.append((low, high))
        usual[name] = default
    values = keys(given, ",".join(names))
    if moves(values):
        here = cell_of(names, values, number)
    else:
        known = {n: from_text(str(values[n]), 400) for n in names if is_number(values[n])}
        readable(len(known) == len(names), "a value is no number")
        here = known
    for (low, high), value in zip(ends, here.values(), strict=True):
        readable(low <= value <= high, "a value outside of its interval")
    corners = [dict(zip(names, corner, strict=True)) for corner in product(*ends)]
    return names, [usual, *corners, here]


def is_number(value: Any) -> bool:
    """Tell whether a value may be a number: an integer or a string."""
    return isinstance(value, str | int) and not isinstance(value, bool)


def replaced(data: Json, names: list[str], points: list[dict[str, Fraction]]) -> Iterator[Json]:
    """Put the values of all expressions into the document, for one point after the other."""
    found: dict[str, Linear] = {}
    stand = [(table, key, table[key]) for table, key in places(data) if is_expression(table[key])]
    for _, _, written in stand:
        if written not in found:
            found[written] = evaluate(written, names)
            readable(len(found) <= 2_000, "too large: expressions")
    for n in range(len(names)):
        readable(any(value[n + 1] for value in found.values()), f"{names[n]} is not used")
    for point in points:
        for table, key, written in stand:
            constant, *multiples = found[written]
            parts = zip(multiples, point.values(), strict=True)
            table[key] = as_text(constant + sum((m * value for m, value in parts), ZERO))
        yield data
