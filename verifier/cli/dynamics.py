"""`verifier dynamics`: agents who compete for a best-AI user best-respond in turn."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from verifier.chart import ready
from verifier.cli.exit import Exit
from verifier.cli.options import (
    Named,
    as_json_option,
    certificates_option,
    effort_of,
    nonnegative,
    path_argument,
    print_result,
    program_limit_option,
    refuse_unused,
    seconds_option,
    set_option,
    user_option,
)
from verifier.cli.output import not_finished
from verifier.cli.progress import clock
from verifier.dynamics.contest import compete
from verifier.dynamics.figure import draw
from verifier.dynamics.report import contest_lines, contest_record
from verifier.game.model import Ties
from verifier.game.reader import load
from verifier.report.reading import reading_record
from verifier.report.terminal import title_lines


@click.command(
    epilog=(
        "Example: verifier dynamics instances/guarantees/film_night.toml. "
        "With --start alone: from what each agent would offer if he were the only one."
    )
)
@path_argument
@click.option(
    "--start",
    type=Named(["silence", "truth", "alone", "random"]),
    default="silence",
    show_default=True,
    help="What the agents offer at first.",
)
@click.option(
    "--ties",
    type=Named(["favour-speaker"]),
    help="The tie rule to play with: under no other has every agent a best response.",
)
@click.option(
    "--step",
    default="0",
    show_default=True,
    help="How much more than the best rival a challenger must offer her.",
)
@click.option(
    "--order",
    type=Named(["round-robin", "random"]),
    default="round-robin",
    show_default=True,
    help="Who revises when: in instance order, or in a new random order each round.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="Seed of --order random and --start random.",
)
@click.option(
    "--moves", type=click.IntRange(0, 100_000), default=1000, show_default=True, help="Most moves."
)
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    help="Draw it: a file that ends in .svg, .png or .pdf.",
)
@set_option
@user_option
@as_json_option
@certificates_option
@program_limit_option
@seconds_option()
@click.pass_context
def dynamics(
    context: click.Context,
    path: Path,
    start: str,
    ties: str | None,
    step: str,
    order: str,
    seed: int,
    moves: int,
    figure: Path | None,
    values: dict[str, Fraction],
    user: str | None,
    as_json: bool,
    certificates: Path,
    program_limit: int | None,
) -> Exit:
    """Let competing agents best-respond in turn until none moves, a state is repeated, or the most
    moves are made.

    The agents compete for a user who picks the single best AI (best-ai). Exit code 0: the end is an
    equilibrium that the kernel accepted; 3: a cycle, the most moves, the end of the time, or an end
    without certificate.
    """
    if "random" not in (start, order):
        refuse_unused(context, ("seed",), "only with --order random or --start random")
    more = nonnegative("--step", step)
    if figure is not None:
        ready(figure)
    game, effort = load(path, values, user), effort_of(program_limit)
    with clock(f"dynamics of {path}"):
        found = compete(
            game,
            start,
            ties=Ties.FAVOUR_SPEAKER,
            step=more,
            order_seed=seed if order == "random" else None,
            seed=seed,
            moves=moves,
            effort=effort,
            keep=certificates,
            stem=path.stem,
        )
    if figure is not None:
        draw(found.trajectory, found.comparison, game.heading, figure)
    record = {
        "instance": path.as_posix(),
        "title": game.title,
        **reading_record(game),
        "settings": {
            "start": start,
            "ties": str(found.game.ties),
            "step": str(more),
            "order": order,
            "seed": seed,
        },
        **contest_record(found),
    }
    lines = [
        *title_lines(game, None),
        f"  {path.as_posix()}, ties = {found.game.ties}, step {more}, {order}, start {start}",
    ]
    if ties is None and game.ties is not Ties.FAVOUR_SPEAKER:
        lines.append(
            f"  played with ties = {Ties.FAVOUR_SPEAKER}, not the instance's {game.ties}, under"
            " which an agent need not have a best response"
        )
    lines += contest_lines(found)
    print_result(record, lines, as_json)
    if found.late:
        not_finished(["where the moves lead"])
    return Exit.GOOD if found.certified else Exit.NOT_DECIDED
