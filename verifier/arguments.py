"""Messages of the Python interface name its arguments where the command line's name options.

What is below both speaks of options, as in "raise it with --profile-limit". The command line says
that it is the one who asks (`as_command`); to whoever else calls a function of this interface the
argument is named which does the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from verifier.errors import VerifierError

P = ParamSpec("P")
T = TypeVar("T")

_COMMAND = ContextVar("command", default=False)

OPTION = re.compile(r"`[^`\n]*`|(?<![\w-])--[a-z][a-z-]*")
"""An option, or a whole command, which stays as it is."""

ARGUMENTS = {
    "--set": "at",
    "--program-limit": "effort.program_limit",
    "--protocol-limit": "effort.protocol_limit",
    "--sender-tries": "effort.sender_tries",
    "--profile-limit": "limit",
    "--tree-limit": "limit",
    "--seconds": "verifier.deadline.ends_after",
    "--drop-rows": 'missing="drop rows"',
    "--drop-columns": 'missing="drop columns"',
    "--separator": "form.separator",
    "--decimal": "form.decimal",
    "--long": "form.long",
    "--only": "choice.only",
    "--without": "choice.without",
    "--action": "actions",
    "--state": "states",
    "--method": "methods",
}
"""The arguments that are not called as the option is."""


@contextmanager
def as_command() -> Iterator[None]:
    """Within it the command line asks, and messages name its options."""
    token = _COMMAND.set(True)
    try:
        yield
    finally:
        _COMMAND.reset(token)


def names_arguments(**own: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A function of the Python interface, whose errors name its arguments and no options.

    `own` has the arguments of this function that are called otherwise than elsewhere, by option.
    """
    called = ARGUMENTS | {f"--{name.replace('_', '-')}": argument for name, argument in own.items()}

    def wrapped(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return function(*args, **kwargs)
            except VerifierError as error:
                if not _COMMAND.get():
                    error.args = tuple(_argued(part, called) for part in error.args)
                raise

        return asked

    return wrapped


def _argued(part: object, called: Mapping[str, str]) -> object:
    """A message with arguments in place of options."""

    def argument(found: re.Match[str]) -> str:
        word = found[0]
        return word if word[0] == "`" else called.get(word, word[2:].replace("-", "_"))

    return OPTION.sub(argument, part) if isinstance(part, str) else part
