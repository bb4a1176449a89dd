"""Options that several commands share: what they mean, and how a command's result is handed out."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from verifier.cli.completion import guarantee_names, one_of, parameter_names, user_names
from verifier.cli.instance_path import InstancePath
from verifier.cli.output import say, show_json, show_text
from verifier.deadline import ends_after
from verifier.errors import InstanceError, OutputError, SizeError
from verifier.files import hand_out
from verifier.game.examples import PREFIX
from verifier.meant import hint
from verifier.numbers import number_meant, parse_rational
from verifier.printable import printable

if TYPE_CHECKING:  # what commands about tables need none of
    from verifier.game.model import Convention
    from verifier.solve.effort import Effort
    from verifier.theory.guarantees.guarantee import Guarantee

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print exact JSON, one object per line."
)


def path_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """The argument PATH; an error about the game in it, which names no file, gets the file's name.

    Errors about an option begin with the option, those about any file with the file.
    """

    @functools.wraps(command)
    def of_the_file(*given: Any, path: Path, **options: Any) -> Any:
        try:
            return command(*given, path=path, **options)
        except InstanceError as error:
            known = (path, *(value for value in options.values() if isinstance(value, Path)))
            if error.lines[0].startswith(("--", *(printable(f"{one}") for one in known))):
                raise
            kind = SizeError if isinstance(error, SizeError) else InstanceError
            raise kind(f"{path}: {error}") from error

    return click.argument("path", type=InstancePath())(of_the_file)


def values_of(words: tuple[str, ...]) -> dict[str, Fraction]:
    """The values of parameters that --set gives, by name.

    Raises InstanceError for what is not NAME=VALUE, and for a name that comes twice.
    """
    values: dict[str, Fraction] = {}
    for word in words:
        name, sign, text = word.partition("=")
        name = name.strip()
        if not (name and sign):
            raise InstanceError(f"--set {word}: expected NAME=VALUE, such as --set t=2/5")
        if name in values:
            raise InstanceError(f"--set {word}: {name} is set twice, expected one value for it")
        try:
            values[name] = parse_rational(text.strip())
        except InstanceError as error:
            raise InstanceError(f"--set {word}: {error}{number_meant(text)}") from error
    return values


set_option = click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    callback=lambda _context, _option, words: values_of(words),
    shell_complete=parameter_names,
    help="Set a parameter of the instance, as in t=2/5; may be repeated. Default: as it says.",
)
user_option = click.option(
    "--user",
    shell_complete=user_names,
    help="Of a file with several users: the one with this name. Default: all, by one rule for all.",
)
certificates_option = click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    default=Path("certificates"),
    show_default=True,
    help="Folder in which the certificates are written.",
)
guarantee_option = click.option(
    "--guarantee",
    multiple=True,
    shell_complete=one_of(guarantee_names),
    help="bayes, quantal or best-ai; may be repeated. Default: all three.",
)
tolerance_option = click.option(
    "--tolerance", help="Claim this tolerance instead of the instance's."
)
program_limit_option = click.option(
    "--program-limit", type=click.IntRange(1), help="Most coefficients of a linear program."
)
sender_tries_option = click.option(
    "--sender-tries",
    type=click.IntRange(0),
    help="Signals that are tried for two agents who speak at once, in small games. Default: 10.",
)

Command = TypeVar("Command", bound=Callable[..., Any])


def seconds_option(usual: float | None = None) -> Callable[[Command], Command]:
    """The option that ends a command with what is known; `usual` is its default."""
    return click.option(
        "--seconds",
        type=click.FloatRange(0, MOST_SECONDS, min_open=True),
        default=usual,
        show_default=True,
        expose_value=False,
        callback=_begin,
        help="End after so many seconds with what is known; the rest is open.",
    )


MOST_SECONDS = 10**8
"""The most that --seconds can be, three years."""


def _begin(context: click.Context, _: click.Parameter, seconds: float | None) -> None:
    """The time runs from here to the end of the command."""
    if seconds is not None and math.isnan(seconds):
        raise click.BadParameter("nan is not a number of seconds")
    context.with_resource(ends_after(seconds))


def guarantees(words: tuple[str, ...]) -> list[Guarantee]:
    """The guarantees that --guarantee names, all where it names none.

    Raises InstanceError for another name.
    """
    from verifier.theory.guarantees.guarantee import Guarantee, named

    return named(words, "--guarantee") if words else list(Guarantee)


class Named(click.Choice[str]):
    """A choice among names, with the one that may have been meant where a word is none of them."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """The message for a word that is none of the names."""
        message = super().get_invalid_choice_message(value, ctx)
        return f"{message.rstrip('.')}{hint(str(value), self.choices) or '.'}"


hull_option = click.option(
    "--hull",
    type=Named(["simplex", "cone", "state-offset"]),
    help="Claim it of these mixtures instead of the instance's.",
)


def convention_of(word: str | None) -> Convention | None:
    """The mixtures that --hull claims it of, None where it is not given."""
    from verifier.game.model import Convention

    return None if word is None else Convention(word)


def effort_of(program_limit: int | None, sender_tries: int | None = None) -> Effort:
    """The effort with what --program-limit and --sender-tries set."""
    from verifier.solve.effort import USUAL, Effort

    tries = USUAL.sender_tries if sender_tries is None else sender_tries
    return Effort(program_limit=program_limit or USUAL.program_limit, sender_tries=tries)


def nonnegative(option: str, word: str) -> Fraction:
    """The value of an option. Raises InstanceError for anything but a nonnegative rational."""
    try:
        value = parse_rational(word)
    except InstanceError as error:
        raise InstanceError(f"{option}: {error}{number_meant(word)}") from error
    if value < 0:
        raise InstanceError(f"{option} {word}: expected a nonnegative rational")
    return value


def tolerance_of(word: str | None) -> Fraction | None:
    """The tolerance that --tolerance claims, None where it is not given."""
    return None if word is None else nonnegative("--tolerance", word)


def print_result(record: Mapping[str, object], lines: Iterable[str], as_json: bool) -> None:
    """A result is printed as one JSON object or as lines."""
    if as_json:
        show_json(record)
    else:
        say(*lines)


def put(text: str, output: Path | None, escapes: str = "backslashreplace") -> None:
    """A text is written to the file that --output names, or printed where it names none.

    `escapes` is for an output that is not UTF-8 (`show_text`).
    """
    if output is None:
        show_text(text, escapes)
    else:
        hand_out(output, text, "--output")


def put_new(text: str, output: Path | None) -> None:
    """A text is written to a new file, or printed where `output` is None.

    Raises OutputError where something else is at that path already, which may be a person's work,
    and where the path would be read as that of a shipped game.
    """
    if output is not None and str(output).startswith(PREFIX):
        raise OutputError(f"{output}: names a shipped game wherever it is read; name another file")
    if output is not None and (output.is_symlink() or output.is_file()):
        raise OutputError(f"{output}: is there already; name another file, or move this one away")
    put(text, output, escapes="toml")


def refuse_input(output: Path | None, *inputs: Path) -> None:
    """Raises UsageError for an --output that is one of the files that are read."""
    for path in inputs:
        if output is not None and output.exists() and path.exists() and output.samefile(path):
            raise click.UsageError(f"--output {output}: is read here; name another file")


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


def refuse_unused(context: click.Context, names: Iterable[str], why: str) -> None:
    """Raises UsageError for options that would do nothing here; `why` says what would use them."""
    given = stated(context, names)
    if given:
        raise click.UsageError(f"{', '.join(given)}: {why}")
