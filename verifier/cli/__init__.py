"""The command line is a group of commands; each is imported only when it is asked for."""

from __future__ import annotations

import os
import sys
from collections import Counter
from importlib import import_module
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from verifier.arguments import as_command
from verifier.cli.completion import completed
from verifier.cli.exit import Exit
from verifier.cli.output import (
    Replaced,
    complain,
    defect,
    discard,
    escape_what_cannot_be_shown,
    note,
    say,
    unheard,
)
from verifier.deadline import OutOfTimeError
from verifier.errors import VerifierError
from verifier.files import LOG
from verifier.meant import hint

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: more threads mostly wait

COMMANDS = {
    "cheap-talk": "Find the equilibria of agents who cannot commit.",
    "check": "Have the kernel check a certificate against an instance.",
    "dynamics": "Let competing agents best-respond in turn.",
    "equilibria": "Find equilibria, or judge a given profile of rules.",
    "ethics": "Make a table of utilities from models' judgements.",
    "examples": "List the shipped games, print or copy one.",
    "explain": "Explain proofs and counterexamples step by step.",
    "hull": "Measure how far the user is from the agents' mixtures.",
    "instance": "Make an instance from a table of utilities.",
    "learning": "Find what is learnt if both say what they believe.",
    "new": "Write a first instance file, with comments.",
    "persuade": "Solve Bayesian persuasion by one agent alone.",
    "program": "State a linear program of the game for other solvers.",
    "region": "Decide for which values of a parameter a guarantee holds.",
    "schema": "Print the JSON Schema of instance files.",
    "search": "Search for a counterexample without one hypothesis.",
    "serve": "Edit an instance in the browser.",
    "sweep": "Verify many random games of one family.",
    "theorem": "Write what is proved as a theorem for Rocq.",
    "tree": "Count, draw or export the conversation tree.",
    "verify": "Prove or refute the guarantees, with certificates.",
}
"""What `verifier --help` says of each command; command NAME is NAME in the module of that name, an
underscore for a hyphen.
"""


class Commands(click.Group):
    """The group lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"verifier.cli.{name}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names; click's error, with the one that was meant."""
        try:
            name, command, rest = super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = hint(args[0], COMMANDS)
            message = error.message.rstrip(".") + close if close else error.message
            raise click.UsageError(message, error.ctx) from error
        if command is not None:
            _refuse_repeated(command, rest, ctx)
        return name, command, rest

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, none of which is imported, and the options."""
        options = click.Command.shell_complete(self, ctx, incomplete)
        named = COMMANDS.items()
        return [
            CompletionItem(name, help=text) for name, text in named if name.startswith(incomplete)
        ] + options

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of the commands for `verifier --help`."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _refuse_repeated(command: click.Command, words: list[str], above: click.Context) -> None:
    """Raises UsageError for an option that is given twice and has one value; the last would win.

    What else is wrong with the words is left to the command.
    """
    context = click.Context(command, above, command.name)
    try:
        _, _, order = command.make_parser(context).parse_args(list(words))
    except click.UsageError:
        return
    for parameter, times in Counter(order).items():
        if not isinstance(parameter, click.Option) or parameter.multiple or parameter.count:
            continue
        if times > 1 and not parameter.is_flag:
            raise click.UsageError(
                f"{parameter.opts[0]}: is given {times} times, and has one value", context
            )


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """The installed package's version; a copy that is run without being installed has none."""
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version  # a third of the time of --help

    try:
        say(f"verifier {version('emergent-alignment-verifier')}")
    except PackageNotFoundError:
        print("verifier, not installed: its version is in pyproject.toml")
    context.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Exact, checkable game theory for AI alignment: three guarantees, each proved, vacuous,"
        " refuted or open."
    ),
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
def app() -> None:
    pass


def main() -> None:
    """The entry point: errors are lines on stderr and exit code 2, never a traceback."""
    if sys.stdout is None:
        _fail("there is no standard output; send it to a file, or to /dev/null")
    escape_what_cannot_be_shown()
    try:
        code = _run()
        sys.stdout.flush()
        sys.exit(code)
    except VerifierError as error:
        _fail(*error.lines)
    except click.ClickException as error:
        _shown(error)
        sys.exit(Exit.BAD_INPUT)
    except OutOfTimeError as late:
        note(
            f"not finished: {late}; open: whatever is not printed above; give it more seconds, or a"
            " smaller game or table"
        )
        sys.exit(Exit.NOT_DECIDED)
    except (click.Abort, KeyboardInterrupt):
        note("interrupted; the certificates written so far are complete")
        sys.exit(Exit.INTERRUPTED)
    except OSError as error:
        if error.filename is not None:
            _fail(str(error))
        discard(sys.stdout)
        if isinstance(error, BrokenPipeError):
            sys.exit(Exit.OUTPUT_CLOSED)
        _fail(f"the output could not be written: {error.strerror}")
    except Exception as error:
        _fail(defect(error))


def _run() -> int:
    """Runs a command; not by click's own `main`, which makes exit code 1 of a closed output.

    In the end it is said which files of other runs were replaced. A shell that completes a line
    gets its words instead.
    """
    if (code := completed(app)) is not None:
        return code
    replaced = Replaced()
    LOG.addHandler(replaced)
    try:
        with as_command(), app.make_context("verifier", sys.argv[1:]) as context:
            return app.invoke(context) or Exit.GOOD
    except click.exceptions.Exit as done:
        return done.exit_code
    finally:
        LOG.removeHandler(replaced)
        replaced.tell()


def _shown(error: click.ClickException) -> None:
    """A mistake on the command line is one line, which says where help is; no command is help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        with unheard():
            error.show()
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = f" ({context.command_path} --help says more)" if context is not None else ""
    complain(error.format_message() + where)


def _fail(*messages: str) -> NoReturn:
    complain(*messages)
    sys.exit(Exit.BAD_INPUT)
