"""The program: a certificate and an instance are read, and one line is said."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from tests.second_checker.bounds import every_equilibrium, nonexistence, one_user
from tests.second_checker.cells import cell_in, with_quotients
from tests.second_checker.claims import (
    Facts,
    conflict,
    hull_distance,
    no_information,
    optimum,
    team,
)
from tests.second_checker.conclusion import conclude
from tests.second_checker.equilibria import equilibrium, existence, no_equilibrium, quantal_value
from tests.second_checker.game import Game, digest, load_game
from tests.second_checker.reading import (
    Json,
    RefusedError,
    count,
    keys,
    listing,
    load_json,
    need,
    number,
    quoted,
    readable,
    text,
)
from tests.second_checker.tables import decide_table

CLAIMS: dict[str, Callable[[Game, Json, Facts], str]] = {
    "hull distance": hull_distance,
    "optimum": optimum,
    "no information": no_information,
    "team": team,
    "conflict": conflict,
    "every equilibrium": every_equilibrium,
    "one user": one_user,
    "equilibrium": equilibrium,
    "no equilibrium": no_equilibrium,
    "existence": existence,
    "nonexistence": nonexistence,
    "quantal value": quantal_value,
}


def decide_game(data: Json, path: str | Path, options: dict[str, str]) -> str:
    """Check a certificate about a game; return the line."""
    keys(data, "format,game,claims", "conclusion,parameters,user")
    readable(count(data["format"]) == 2, "the format is 2")
    expected = options.pop("at", "").split(", ")
    readable("conclusion" in data or not options, "options, but no conclusion")
    given = data.get("parameters")
    readable(isinstance(given, dict) == ("parameters" in data), "parameters are an object")
    user = text(data["user"]) if "user" in data else None
    game = load_game(path, given, user)
    cell = cell_in(game.at)
    values = [f"{name} = {value}" for name, value in game.at.items()]
    if cell is not None:
        values = cell.texts
        for key in ("claims", "conclusion"):
            data |= {key: with_quotients(data[key], cell, number)} if key in data else {}
    need(set(expected) <= {*values, ""}, "other values of parameters")
    code = digest(game)
    need(text(data["game"]) == f"sha256:{code}", f"the game is sha256:{code}")
    facts, sentences, seen = Facts(), list[str](), set[tuple[object, ...]]()
    readable(listing(data["claims"]), "there is no claim")
    for claim in data["claims"]:
        readable(isinstance(claim, dict) and text(claim.get("claim")) in CLAIMS, "no such claim")
        readable(not game.shares or claim.get("user") != "best-ai", "each user picks for herself")
        readable(cell is None or claim.get("user") != "quantal", "a quantal user in a cell")
        sentences.append(CLAIMS[claim["claim"]](game, claim, facts))
        about = (claim["claim"], claim.get("user"), claim.get("name"), *claim.get("agents", []))
        if claim["claim"] == "hull distance":
            about = ("hull distance", claim.get("hull", "simplex"))
        readable(about not in seen or claim["claim"] == "no equilibrium", "two claims of one kind")
        seen.add(about)
    if "conclusion" in data:
        guarantee = keys(data["conclusion"], "verdict,guarantee,tolerance,claimed", "precision")[
            "guarantee"
        ]
        readable(not game.shares or guarantee != "best-ai", "each user picks for herself")
        sentences.insert(0, conclude(game, data["conclusion"], options, facts))
    at = f" at {', '.join(values)}" if values else ""
    return f"accepted: {quoted(game.title)}{game.whose}{at} (sha256:{code[:12]}): " + "; ".join(
        sentences
    )


def decide(
    certificate_path: str | Path, instance_path: str | Path, options: dict[str, str] | None = None
) -> tuple[int, str]:
    """Return the exit code and the line for a certificate, an instance and options.

    The options are texts: `guarantee`, `verdict`, `tolerance`, `hull`, `claimed`, `at`.
    """
    try:
        options = dict(options or {})
        known = {"guarantee", "verdict", "tolerance", "hull", "claimed", "at"}
        readable(set(options) <= known, "no such option")
        data = load_json(certificate_path)
        if "table" in data:
            readable(not options, "there are no options for a table")
            return 0, decide_table(data, instance_path)
        return 0, decide_game(data, instance_path, options)
    except RefusedError as error:
        return error.code, f"{'refused' if error.code == 1 else 'unreadable'}: {error}"
    except (OSError, UnicodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        return 2, f"unreadable: {str(error)!a}"
    except (RecursionError, MemoryError):
        return 2, "unreadable: too large"
    except Exception as error:
        return 3, f"failed: {type(error).__name__}: {str(error)!a}"


def main(arguments: list[str]) -> int:
    """Run the command line."""
    sys.set_int_max_str_digits(100_000)  # sums of honest numbers may be long
    paths: list[str] = []
    options: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        if argument.startswith("--"):
            value = next(rest, None)
            if argument[2:] in options or value is None:
                print("unreadable: an option comes twice, or has no value")
                return 2
            options[argument[2:]] = value
        else:
            paths.append(argument)
    if len(paths) != 2:
        print("unreadable: expected CERTIFICATE INSTANCE [--guarantee NAME] ...")
        return 2
    code, line = decide(paths[0], paths[1], options)
    print(line.encode("ascii", "backslashreplace").decode("ascii"))
    return code
