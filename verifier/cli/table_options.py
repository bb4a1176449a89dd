"""Options of the commands that read tables: which columns count, and how the file is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from verifier.tables.columns import Choice
from verifier.tables.formats import Form
from verifier.tables.long import long_named

Command = TypeVar("Command", bound=Callable[..., Any])

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


def reading_options(command: Command) -> Command:
    """The options of a command about columns and about the form of the file."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def choice_of(
    user: str | None, agents: Sequence[str], only: Sequence[str], without: Sequence[str]
) -> Choice:
    """The choice of columns that the options make."""
    return Choice(user, tuple(agents), tuple(only), tuple(without))


def form_of(
    separator: str | None, decimal: str | None, tokens: Sequence[str], long: str | None
) -> Form:
    """The form of the file that the options state. Raises InstanceError for a bad --long."""
    return Form(separator, decimal, tuple(tokens), None if long is None else long_named(long))


def stated(context: click.Context, names: Iterable[str]) -> list[str]:
    """The options among these, by their parameters' names, that the command line states."""
    options = {
        parameter.name: parameter.opts[0]
        for parameter in context.command.params
        if isinstance(parameter, click.Option)
    }
    return [
        options[name]
        for name in names
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]


def refuse_unused(context: click.Context, names: Iterable[str], needed: str) -> None:
    """Raises UsageError for options that do nothing without another."""
    given = stated(context, names)
    if given:
        raise click.UsageError(f"{', '.join(given)}: only with {needed}")
