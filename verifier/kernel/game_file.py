"""The user's own file as a game: of one user or of several, at values of its parameters.

Shares no code with the verifier's own reader.
"""

import json
import re
import tomllib
from functools import lru_cache, partial
from typing import Any

from verifier.kernel.reader.document import (
    SPENT,
    Number,
    UnreadableError,
    fit,
    plain,
    read_text,
    readable,
)
from verifier.kernel.reader.instance import SHAPE, Game, single

PARTS = re.compile(
    r"""(?:^|[\[{,])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""",
    re.ASCII | re.MULTILINE,
)


class Written(str):
    """A decimal as it stands there; no text."""


def read_game(path: str, given: Any = None, user: str | None = None) -> Game:
    """The game of an instance file, at the values that the certificate gives its
    parameters, and of the user that it names, or UnreadableError with the key at fault.

    The file is read every time, and its text parsed unless it is what was parsed last.
    """
    readable(given != {}, "parameters: expected values, or no such key")
    SPENT[0] = 0
    fit({} if given is None else given, {str: Any}, "parameters")
    fit("" if user is None else user, str, "user")
    text = read_text(path, 8 * 2**20).removeprefix("\ufeff")
    return parsed(text, path, "" if given is None else json.dumps(given), user)


@lru_cache(maxsize=1)
def parsed(text: str, path: str, given: str = "", user: str | None = None) -> Game:
    """The game of a text; nobody changes it."""
    try:
        # tomllib would take quadratic time
        readable(not PARTS.search(text), f"{path}: a key of 100 parts")
        data = tomllib.loads(text, parse_float=Written)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{path}: {error}") from error
    if "parameters" not in data:
        readable(not given, "parameters: the instance has none")
        return game(data, path, user, plain)
    from verifier.kernel.parameters.moving import moving_game  # for such files only

    read = partial(game, data, path, user)
    return moving_game(data.pop("parameters"), json.loads(given or "{}"), read)


def game(
    data: dict[str, Any],
    path: str,
    user: str | None,
    number: Number,
    at: str = "",
    cell: Any = None,
) -> Game:
    """The game of a document, whose numbers are read so, at these values of its
    parameters: of one of its users, or of all.
    """
    data = fit(data, SHAPE, path, number)
    readable(
        (data["users"] is None) != (data["user"] is None),
        "expected either `user` or `users`",
    )
    if data["users"] is None:
        one = all(a["utilities"] is None is not a["utility"] for a in data["agents"])
        readable(one, "agents: expected `utility`, as there is one user")
        readable(user is None, f"user: {user!r:.40}, but the instance has one user")
        return single(data)._replace(at=at, cell=cell)
    from verifier.kernel.users.several import game_of_users  # for such files only

    return game_of_users(data, user)._replace(at=at, cell=cell)
