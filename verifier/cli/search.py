"""`verifier search`: a small counterexample to a guarantee without one of its hypotheses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from verifier.cli.completion import guarantee_names, one_of
from verifier.cli.exit import Exit
from verifier.cli.options import as_json_option, refuse_unused, seconds_option
from verifier.cli.output import say, show_json
from verifier.cli.progress import status_line
from verifier.extras import require
from verifier.meant import choose
from verifier.search.budget import Budget
from verifier.search.coverage import Found, Method, Objective, methods_of
from verifier.search.kept import Kept, kept
from verifier.search.report import found_lines, search_record, wrapped_coverage_lines
from verifier.search.run import search as run
from verifier.search.size import Scope
from verifier.theory.dropped import DROPPED, DroppedHypothesis

Command = TypeVar("Command", bound=Callable[..., Any])
COUNT = click.IntRange(1, 12)

SIZES = (
    ("--agents", "agents", COUNT, "Most agents."),
    ("--states", "states", COUNT, "Most states."),
    ("--actions", "actions", COUNT, "Most actions."),
    ("--observations", "observations", COUNT, "Most observations of the agents."),
    ("--user-observations", "user_observations", COUNT, "Most observations of the user."),
    (
        "--alphabet",
        "words",
        click.IntRange(2, 12),
        "Most messages of an agent, where their number is limited.",
    ),
    (
        "--largest-denominator",
        "prior_denominator",
        click.IntRange(1, 100),
        "Largest denominator of the prior, and of the users' shares.",
    ),
    (
        "--largest-difference",
        "largest_difference",
        click.IntRange(1, 100),
        "Most that two actions differ in one state; utilities are whole numbers.",
    ),
    ("--users", "users", click.IntRange(2, 12), "Most users, where one rule is for all."),
)
"""The options that set the fields of a `Scope`, with their types and what they say."""
SPENDING = (
    ("--games", "games", click.IntRange(1), "Most games that are verified."),
    ("--memory", "megabytes", click.IntRange(50), "Memory budget in megabytes."),
)
"""The options that set the fields of a `Budget`."""


def _limits(
    usual: Scope | Budget, options: Sequence[tuple[str, str, click.ParamType[Any], str]]
) -> Callable[[Command], Command]:
    """Options that set fields, by default to what they usually are."""

    def added(command: Command) -> Command:
        for flag, field, kind, says in reversed(options):
            option = click.option(
                flag, field, type=kind, default=getattr(usual, field), show_default=True, help=says
            )
            command = option(command)
        return command

    return added


@click.command(
    epilog=(
        "Example: verifier search --drop identical (two states, three actions, two agents; she"
        " loses 1/4). Exit code 0: found and certified, 3: not found within the budget, 2: bad"
        " input."
    )
)
@click.option(
    "--drop",
    required=True,
    shell_complete=one_of(lambda: DROPPED),
    help=f"The hypothesis to drop: {', '.join(DROPPED)}.",
)
@click.option(
    "--guarantee",
    shell_complete=one_of(guarantee_names),
    help="bayes, quantal or best-ai. Default: the first that uses the hypothesis.",
)
@_limits(Scope(), SIZES)
@click.option(
    "--objective",
    default="smallest",
    show_default=True,
    shell_complete=one_of(lambda: Objective),
    help=f"{', '.join(Objective)}.",
)
@click.option(
    "--method",
    "methods",
    multiple=True,
    shell_complete=one_of(lambda: Method),
    help=f"{', '.join(Method)}; may be repeated. Default: all, in this order.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of --method sample.")
@_limits(Budget(), SPENDING)
@seconds_option(60)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("counterexamples"),
    show_default=True,
    help="Folder for the instance, its repaired twin and their certificates.",
)
@as_json_option
@click.pass_context
def search(
    context: click.Context,
    /,
    drop: str,
    guarantee: str | None,
    output: Path,
    as_json: bool,
    **asked: Any,
) -> Exit:
    """Search for a game in which exactly one hypothesis fails and the guarantee is refuted, make it
    smaller, and certify it.

    The same options find the same game if the time suffices; --games limits the work independently
    of the machine.
    """
    found = _search(context, drop, guarantee, asked)
    return _report(found, kept(found, output), as_json)


def _search(
    context: click.Context, drop: str, guarantee: str | None, asked: dict[str, Any]
) -> Found:
    failed = choose("--drop", drop, DROPPED)
    objective = choose("--objective", asked["objective"], {str(name): name for name in Objective})
    methods = methods_of(asked["methods"], "--method")
    _refuse_unused(context, failed, objective, methods)
    if asked["methods"] and Method.SYNTHESISE in methods:
        require("z3", f"--method {Method.SYNTHESISE}")
    scope = Scope(**{field: asked[field] for _, field, *_ in SIZES})
    budget = Budget(**{field: asked[field] for _, field, *_ in SPENDING})
    with status_line() as show:
        return run(
            failed,
            failed.guarantee(guarantee),
            scope,
            objective,
            methods,
            asked["seed"],
            budget,
            show,
        )


def _refuse_unused(
    context: click.Context,
    failed: DroppedHypothesis,
    objective: Objective,
    methods: list[Method],
) -> None:
    """Options that this hypothesis, or these methods, do not use are refused: UsageError."""
    least, told = failed.smallest_shape, f"--drop {failed.name}: in its games"
    if not failed.own_observations:
        refuse_unused(context, ("observations",), f"not with {told} the agents see the state")
    if least.user_observations == 1:
        refuse_unused(context, ("user_observations",), f"not with {told} the user sees nothing")
    if not failed.personal:
        refuse_unused(context, ("users",), f"not with {told} there is one user")
    if not least.words:
        refuse_unused(context, ("words",), f"not with {told} agents have any number of words")
    if Method.SAMPLE not in methods:
        refuse_unused(context, ("seed",), f"only with --method {Method.SAMPLE}")
    if methods == [Method.SYNTHESISE]:
        refuse_unused(context, ("prior_denominator",), f"not with --method {methods[0]} alone")
    if objective is not Objective.SMALLEST and Method.SYNTHESISE in methods:
        refuse_unused(
            context, ("methods",), f"{Method.SYNTHESISE} is not for --objective {objective}"
        )


def _report(found: Found, files: dict[str, tuple[Kept, ...]], as_json: bool) -> Exit:
    written = {name: tuple(map(_file_record, parts)) for name, parts in files.items()}
    good = bool(written) and written["instance"][0]["verdict"] == "refuted"
    if as_json:
        show_json({**search_record(found), **_file_records(written)})
        return Exit.GOOD if good else Exit.NOT_DECIDED
    say(*found_lines(found, good))
    for name, entries in written.items():
        for entry in entries:
            whose = f" for {entry['user']}" if "user" in entry else ""
            verdict = entry["verdict"].upper()
            say(f"  {name}{whose}: {entry['path']}: {verdict}, kernel: {entry['kernel']}")
    say(*wrapped_coverage_lines(found))
    return Exit.GOOD if good else Exit.NOT_DECIDED


def _file_record(part: Kept) -> dict[str, Any]:
    """A file that is kept, with the verdict on its game, as JSON."""
    (found,) = part.verified.guarantees.values()
    return {
        "path": part.path.as_posix(),
        **({} if part.user is None else {"user": part.user}),
        "verdict": str(found.verdict),
        "certificate": None if found.path is None else found.path.as_posix(),
        "kernel": None if found.reply is None else found.reply.text,
    }


def _file_records(written: dict[str, tuple[dict[str, Any], ...]]) -> dict[str, Any]:
    """The files by name; the repairs of several users are a list."""
    return {
        **{name: entries[0] for name, entries in written.items() if "user" not in entries[0]},
        **{f"{name}s": entries for name, entries in written.items() if "user" in entries[0]},
    }
