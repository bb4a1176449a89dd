"""Options of the commands that read tables: which columns count, and how the file is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from verifier.tables.columns import Choice
from verifier.tables.formats import Form
from verifier.tables.long import long_named

AGENT_HELP = "A column that is an agent; may be repeated. Default: all others with numbers."
OPTIONS = (
    click.option("--user", help="The user's column (default: the first with numbers)."),
    click.option("--agent", "agents", multiple=True, help=AGENT_HELP),
    click.option(
        "--only",
        multiple=True,
        help="A column that counts; may be repeated: all others are left out.",
    ),
    click.option("--without", multiple=True, help="A column that does not count; may be repeated."),
    click.option(
        "--separator",
        help="What separates cells: a character, or tab, semicolon, space (default: made out).",
    ),
    click.option(
        "--decimal",
        type=click.Choice([".", ","]),
        help="The decimal sign (default: a comma where nothing else is possible).",
    ),
    click.option(
        "--missing",
        "tokens",
        multiple=True,
        help="A text or number that means a missing cell, such as -99; may be repeated.",
    ),
    click.option(
        "--long",
        help="ITEM,PARTY,SCORE: the columns of a file that has a row for each score.",
    ),
)


@dataclass(frozen=True)
class Reading:
    """What these options say of a table: the columns that count, and how the file is written."""

    choice: Choice
    separator: str | None
    decimal: str | None
    tokens: tuple[str, ...]
    long: str | None

    @property
    def form(self) -> Form:
        """The form of the file. Raises InstanceError for a bad --long."""
        long = None if self.long is None else long_named(self.long)
        return Form(self.separator, self.decimal, self.tokens, long)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options about columns and the form of the file, as one parameter, `reading`."""

    @wraps(command)
    def gathered(
        *,
        user: str | None,
        agents: tuple[str, ...],
        only: tuple[str, ...],
        without: tuple[str, ...],
        separator: str | None,
        decimal: str | None,
        tokens: tuple[str, ...],
        long: str | None,
        **others: Any,
    ) -> Any:
        choice = Choice(user, agents, only, without)
        return command(reading=Reading(choice, separator, decimal, tokens, long), **others)

    for option in reversed(OPTIONS):
        gathered = option(gathered)
    return gathered
