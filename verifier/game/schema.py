"""The JSON Schema of instance files, made of the limits and names that the reader has.

JSON Schema, draft 2020-12 (json-schema.org). It speaks of the data of a TOML file, in which a
decimal is a number. Editors check a file with it while it is being written; the reader
(`verifier.game.reader`) alone decides, and UNSAID is what it refuses besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from verifier.game import reader
from verifier.game.affine import LONGEST_EXPRESSION, NAME
from verifier.game.model import Convention, Target, Ties
from verifier.game.names import LETTERS, MAX_NAME_LENGTH
from verifier.game.parameters import MOST_PARAMETERS
from verifier.game.place import MAX_NAMES
from verifier.game.users import MAX_USERS
from verifier.numbers import MAX_DIGITS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

UNSAID = (
    "the probabilities of `prior` or `joint` sum to 1 exactly, and `joint` has one row for each"
    " combination",
    "the names in `prior`, `joint`, `utility` and `sees` are those of the file's own lists: all"
    " actions, all states, each observation in one cell",
    "two agents have different names, and two users; shares sum to 1",
    "a base is a prime",
    "an expression is affine in the file's parameters, each of which is used; there is a game at"
    " all their values, and `from`, `default` and `to` are in this order",
    "a whole number has no decimal point: 1.0 is none",
    "`inf` and `nan` are no numbers, and no numerator, denominator or decimal has more than"
    f" {MAX_DIGITS} digits",
    f"no file has more than {reader.MAX_BYTES} bytes, {reader.MAX_UTILITIES} utilities, or"
    " probabilities whose common denominator is huge",
)
"""What the reader refuses and the schema does not: sums, and what several places say together."""

NAMES = "x-names"
"""The keyword that says which of the file's own lists a name is from, or the keys of a table are.

It is no keyword of JSON Schema, where it counts as an annotation; an editor completes with it.
"""

RATIONAL = r"[+-]?[0-9]+(?:/0*[1-9][0-9]*|(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?)"
NOT_NEGATIVE = r"(?!-0*(?:\.0*)?[1-9])"
POSITIVE = r"(?=\+?0*(?:\.0*)?[1-9])"
"""Patterns of a rational in quotes, and of what it begins with where its sign matters."""

EXPRESSION = rf"[-+*/() .0-9A-Za-z_]{{1,{LONGEST_EXPRESSION}}}"
"""The pattern of what may be an expression in the parameters."""

NUMBERS = ("number", "nonnegative", "positive", "utility")
"""The definitions in which expressions may stand; `exact_` before them are those without."""

END = r"(?![\s\S])"
"""The end of a text, where `$` may also be before a line's end."""


def schema() -> Schema:
    """The schema of an instance file, as data for JSON.

    >>> schema()["required"]
    ['format', 'title', 'states', 'actions', 'agents']
    """
    return {
        "$schema": DIALECT,
        "title": "Instance file of the verifier, format 1",
        "$comment": "The reader also sees to this: " + "; ".join(UNSAID) + ".",
        **_table(_top(), [key for key in reader.REQUIRED if key != "user"]),
        "if": {"required": ["parameters"]},
        "else": {"properties": _without_expressions(_top())},
        "anyOf": [
            {
                "required": ["user", "prior"],
                "properties": dict.fromkeys(
                    ("users", "joint", "user_observations", "agent_observations"), False
                ),
            },
            {"required": ["user", "joint"], "properties": {"users": False, "prior": False}},
            {"required": ["users"], "properties": {"user": False}},
        ],
        "$defs": _definitions(),
    }


def _top() -> dict[str, Schema]:
    return {
        "format": _said("The format's number", {"const": 1, "type": "integer"}),
        "title": _said("The title, one line", {"type": "string"}),
        "source": _said("Where the game is from", {"type": "string"}),
        "notes": _said("What a reader should know", {"type": "string"}),
        "states": _said("The states of the world", _ref("names")),
        "actions": _said("The user's actions, in the order of `ties = order`", _ref("names")),
        **_sources(),
        "agent_observations": _said("With `joint`: what the agents may see", _ref("names")),
        "user": _said("The user", _table({"utility": _ref("utility")}, ("utility",))),
        "users": _said(
            "Several users in place of one, each with her share", _list(_person(), MAX_USERS)
        ),
        "agents": _said("The agents, in order", _list(_agent(), reader.MAX_AGENTS)),
        "conversation": _said("Who says how much, and how often", _conversation()),
        "model": _said("How the user decides", _model()),
        "claim": _said("What is claimed", _claim()),
        "parameters": _said("What numbers may depend on", _parameters()),
    }


def _sources() -> dict[str, Schema]:
    """What probabilities are read from; a user among several may have her own."""
    return {
        "prior": _said(
            "State -> probability; agents see the state, the user sees nothing",
            _map(_ref("nonnegative"), "states"),
        ),
        "user_observations": _said("With `joint`: what the user may see", _ref("names")),
        "joint": _said("Rows of user observation, agent observation, state, probability", _joint()),
    }


def _without_expressions(properties: Mapping[str, Schema]) -> dict[str, Schema]:
    """What is asked besides of those that may have expressions, in a file without parameters."""
    exact = {key: _exact(entry) for key, entry in properties.items() if key != "parameters"}
    return {key: entry for key, entry in exact.items() if entry != properties[key]}


def _exact(properties: Any) -> Any:
    """The same properties in a file without parameters, whose numbers are rationals only."""
    if isinstance(properties, list):
        return [_exact(entry) for entry in properties]
    if not isinstance(properties, dict):
        return properties
    for name in NUMBERS:
        if properties.get("$ref") == _ref(name)["$ref"]:
            return properties | _ref(f"exact_{name}")
    return {key: _exact(entry) for key, entry in properties.items()}


def _parameters() -> Schema:
    ends = ("from", "to", "default")
    return {
        "type": "object",
        "propertyNames": _text(NAME.pattern),
        "additionalProperties": _table(dict.fromkeys(ends, _ref("exact_number")), ends),
        "minProperties": 1,
        "maxProperties": MOST_PARAMETERS,
    }


def _definitions() -> dict[str, Schema]:
    letters = "".join(_ranges(LETTERS - {" "}))
    numbers = {
        "number": _said("A whole number, a decimal, or p/q in quotes", _rational()),
        "nonnegative": _said("A number of at least 0", _rational(NOT_NEGATIVE, minimum=0)),
        "positive": _said("A number above 0", _rational(POSITIVE, exclusiveMinimum=0)),
        "utility": _said("Action -> state -> number, every pair", _utility()),
    }
    return {
        "name": {
            "description": "Printable ASCII, Latin and Greek letters; single spaces inside",
            "type": "string",
            "maxLength": MAX_NAME_LENGTH,
            "pattern": f"^[{letters}](?: ?[{letters}])*{END}",
        },
        "names": _list(_ref("name"), MAX_NAMES) | {"uniqueItems": True},
        **{name: _open(number) for name, number in numbers.items()},
        **{f"exact_{name}": _exact(number) for name, number in numbers.items()},
    }


def _open(number: Schema) -> Schema:
    """A number in a file with parameters, where it may be an expression."""
    if "anyOf" not in number:
        return number
    expression = _said("An expression such as 1/2 + t/4", _text(EXPRESSION))
    return number | {"anyOf": [*number["anyOf"], expression]}


def _rational(sign: str = "", **bounds: int) -> Schema:
    """A number of the game, as a number or as a text that begins as the pattern `sign` says.

    In a file with parameters expressions may stand there as well (`_open`).
    """
    return {"anyOf": [{"type": "number", **bounds}, _text(sign + RATIONAL)]}


def _utility() -> Schema:
    return _map(_map(_ref("number"), "states"), "actions")


def _joint() -> Schema:
    names = ("user_observations", "agent_observations", "states")
    row = [*map(_from, names), _ref("nonnegative")]
    return _list(
        {"type": "array", "prefixItems": row, "items": False, "minItems": len(row)},
        reader.MAX_JOINT_ROWS,
    )


def _person() -> Schema:
    """One of several users; what she lacks is as in the whole file."""
    return _table(
        {
            "name": _said("A name, different for each user", _ref("name")),
            "share": _said("Her share of all users; shares sum to 1", _ref("nonnegative")),
            "utility": _ref("utility"),
            "ties": _said("What she does where she is indifferent", {"enum": [*map(str, Ties)]}),
            **_sources(),
        },
        ("name", "share", "utility"),
    )


def _agent() -> Schema:
    cells = _list(_list(_from("agent_observations"), MAX_NAMES), MAX_NAMES)
    return _table(
        {
            "name": _said("A name, different for each agent", _ref("name")),
            "utility": _ref("utility"),
            "utilities": _said(
                "With several users: his utility of what each of them does",
                {"type": "object", "additionalProperties": _ref("utility")},
            ),
            "prior": _said(
                "His own prior over the states, where it is not the common one",
                _map(_ref("nonnegative"), "states"),
            ),
            "sees": _said("A partition of the agents' observations: what he can tell apart", cells),
        },
        ("name",),
    ) | {
        "oneOf": [
            {"required": [key], "properties": {other: False}}
            for key, other in (("utility", "utilities"), ("utilities", "utility"))
        ]
    }


def _conversation() -> Schema:
    words = {"anyOf": [{"const": "rich"}, _whole(1, reader.MAX_ALPHABET)]}
    return _table(
        {
            "rounds": _said("Rounds of question and answers", _whole(1, reader.MAX_ROUNDS)),
            "user_alphabet": _said(
                "How many things she can say in a round; 1 is silence",
                _whole(1, reader.MAX_ALPHABET),
            ),
            "agent_alphabet": _said("How many words an agent has; `rich` is any number", words),
        }
    )


def _model() -> Schema:
    prime = {"anyOf": [{"const": "e"}, _whole(2, reader.MAX_PRIME), _text("[0-9]+")]}
    quantal = {
        "eta": _said("The quantal parameter, above 0", _ref("positive")),
        "base": _said("`e` or a prime", prime),
    }
    return _table(
        {
            "ties": _said("What she does where she is indifferent", {"enum": [*map(str, Ties)]}),
            "quantal": _said("Probabilities proportional to base^(eta g)", _table(quantal)),
            "evaluation": _said(
                "How far from the best the offer may be that a best-ai user picks",
                _ref("nonnegative"),
            ),
        }
    )


def _claim() -> Schema:
    return _table(
        {
            "tolerance": _said(
                "The eps that is claimed; else the hull distance", _ref("nonnegative")
            ),
            "gamma": _said("Gains of up to gamma do not count as gains", _ref("nonnegative")),
            "benchmark": _said(
                "OPT, QR or TEAM as the theorem says, or OPT for every kind of user",
                {"enum": [*map(str, Target)]},
            ),
            "hull": _said(
                "Mixtures of weights that sum to 1, of any weights, or with a constant by state",
                {"enum": [*map(str, Convention)]},
            ),
        }
    )


def _said(description: str, about: Schema) -> Schema:
    return {"description": description, **about}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _from(names: str) -> Schema:
    """A name from one of the file's own lists."""
    return {**_ref("name"), NAMES: names}


def _table(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _map(value: Schema, names: str) -> Schema:
    """A table whose keys are the names of one of the file's own lists."""
    return {
        NAMES: names,
        "type": "object",
        "propertyNames": _ref("name"),
        "additionalProperties": value,
        "minProperties": 1,
        "maxProperties": MAX_NAMES,
    }


def _list(entry: Schema, most: int) -> Schema:
    return {"type": "array", "items": entry, "minItems": 1, "maxItems": most}


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern}){END}"}


def _ranges(letters: Iterable[str]) -> Iterable[str]:
    r"""The letters as a character class of a regular expression, in which neighbours are a range.

    >>> print(*_ranges("abcd]x"))
    \] a-d x
    """
    codes = sorted(map(ord, letters))
    for _, run in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0]):
        first, *_, last = [code for _, code in run] * 2
        yield _letter(first) if first == last else f"{_letter(first)}-{_letter(last)}"


def _letter(code: int) -> str:
    return f"\\{chr(code)}" if chr(code) in "\\]^-[" else chr(code)
