"""`verifier sweep`: random games of one family are verified; interruptions lose no result."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import click

from verifier.chart import ready
from verifier.cli.completion import one_of
from verifier.cli.exit import Exit
from verifier.cli.options import (
    as_json_option,
    guarantee_option,
    guarantees,
    nonnegative,
    refuse_unused,
    seconds_option,
    set_option,
)
from verifier.cli.output import complain, note, say, show_json
from verifier.cli.progress import bar
from verifier.deadline import OutOfTimeError
from verifier.errors import InstanceError
from verifier.files import hand_out, read_text
from verifier.game.model import Ties
from verifier.game.population import with_each
from verifier.game.reader import MAX_BYTES
from verifier.game.writer import write
from verifier.meant import choose
from verifier.numbers import counted
from verifier.process import cores
from verifier.sweep.family import USES, RandomFamily, family
from verifier.sweep.figure import draw
from verifier.sweep.run import sweep as run
from verifier.sweep.run import workers_of
from verifier.sweep.store import FullError, Store, Sweep
from verifier.sweep.summary import (
    Summary,
    summary,
    summary_lines,
    summary_record,
    worst_cases,
)

SIZE = click.IntRange(1, 8)


@click.command(
    epilog=(
        "Example: verifier sweep near-hull --distance 1/20 --count 1000 --store near.sqlite."
        " Interrupted, the same command goes on. Exit code 0: all games done (those that timed out"
        " or crashed are counted), 3: not done, 2: bad input."
    )
)
@click.argument("name", metavar="FAMILY", shell_complete=one_of(lambda: USES))
@click.option(
    "--count", type=click.IntRange(1, 10**9), required=True, help="How many games, numbered from 1."
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Seed of the games; another seed draws others.",
)
@click.option("--states", type=SIZE, help="Default 3.")
@click.option("--actions", type=SIZE, help="Default 3.")
@click.option("--agents", type=SIZE, help="Default 2.")
@click.option(
    "--grid", type=click.IntRange(1, 10**6), help="Utilities are multiples of 1/GRID. Default 10."
)
@click.option(
    "--distance", help="near-hull: most noise, default 1/10; shared-bias: own part, default 1/10."
)
@click.option(
    "--bias",
    help=(
        "shared-bias: the common part; sponsors: what one earns when his product is taken. Default"
        " 1/2."
    ),
)
@click.option(
    "--shared",
    help="sponsors: the part of the bias that is earned with anybody's product, default 0.",
)
@click.option(
    "--ties",
    shell_complete=one_of(lambda: map(str, Ties)),
    help="any, belief, favour-speaker or order. Default any.",
)
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    help='An instance file with ranges such as "0..1 step 1/10".',
)
@set_option
@guarantee_option
@click.option(
    "--store", type=click.Path(path_type=Path), default=Path("sweep.sqlite"), show_default=True
)
@click.option(
    "--workers", type=click.IntRange(1, 1024), help="Processes at once. Default: one a core."
)
@click.option("--dask", metavar="ADDRESS", help="Use the workers of this Dask scheduler instead.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=60,
    show_default=True,
    help=(
        "Seconds for one game; one that takes longer is recorded so, and that depends on the"
        " machine."
    ),
)
@click.option(
    "--retry", is_flag=True, help="Examine again the games that timed out or crashed before."
)
@click.option(
    "--keep",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    help="How many worst cases of each kind --worst writes.",
)
@click.option(
    "--worst",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the worst cases here, as instances.",
)
@click.option(
    "--figure", type=click.Path(path_type=Path), help="Draw the distributions: .svg, .png or .pdf."
)
@seconds_option()
@as_json_option
@click.pass_context
def sweep(context: click.Context, /, name: str, as_json: bool, **asked: Any) -> Exit:
    """Verify many random games of a FAMILY: uniform, near-hull, shared-bias, sponsors,
    private, or template.

    Each result is stored as soon as it is known. After Ctrl-C, a crash or a lost worker the same
    command continues, and ends with the same bytes as if nothing had happened; a larger --count
    adds games.
    """
    if asked["dask"] is not None:
        refuse_unused(context, ("workers",), "not with --dask, which uses all of the cluster's")
    if asked["worst"] is None:
        refuse_unused(context, ("keep",), "only with --worst")
    if asked["figure"] is not None:
        ready(asked["figure"])
    family = _family(name, asked)
    names = tuple(map(str, family.answerable(asked["seed"], guarantees(asked["guarantee"]))))
    with Store(asked["store"], Sweep(family.text(), asked["seed"], names)) as store:
        try:
            _run(store, asked)
        except FullError as error:
            complain(
                f"{error}; {_safe(store, asked)}; free some space and give the same command again"
            )
            return Exit.NOT_DECIDED
        except KeyboardInterrupt:
            print(file=sys.stderr)  # the terminal has ^C on the line
            note(f"{_safe(store, asked)}; the same command goes on from there")
            return Exit.INTERRUPTED
        except OutOfTimeError as late:
            note(
                f"not finished: {late}; {_safe(store, asked)}; the same command goes on from there"
            )
            return Exit.NOT_DECIDED
        return _report(store, family, names, asked, as_json)


def _safe(store: Store, asked: dict[str, Any]) -> str:
    """How many of the games are in the store, in words."""
    safe = sum(1 for number in store.numbers() if number <= asked["count"])
    return f"{safe} of {asked['count']} games are safe"


def _family(name: str, asked: dict[str, Any]) -> RandomFamily:
    given = {key: asked[key] for key in ("states", "actions", "agents", "grid")}
    given |= {key: _number(key, asked[key]) for key in ("distance", "bias", "shared")}
    ties = {str(rule): rule for rule in Ties}
    given["ties"] = None if asked["ties"] is None else choose("--ties", asked["ties"], ties)
    given["template"] = (
        None if asked["template"] is None else read_text(asked["template"], MAX_BYTES)
    )
    if asked["values"]:
        if name != "template":
            raise InstanceError("--set: only for the family template, whose file has parameters")
        given["at"] = tuple((key, str(value)) for key, value in asked["values"].items())
    found = family(name, given)
    # a template that makes no sense is refused before any work
    found.game(asked["seed"], 1, str(asked["template"]))
    return found


def _number(key: str, text: str | None) -> Fraction | None:
    return None if text is None else nonnegative(f"--{key}", text)


def _run(store: Store, asked: dict[str, Any]) -> None:
    if asked["retry"]:
        store.forget("timed out", "crashed")
    wanted = asked["workers"] or cores()
    with (
        workers_of(asked["dask"], wanted) as (executor, workers),
        bar(asked["count"], "games") as kept,
    ):
        run(store, asked["count"], asked["timeout"], executor, workers, kept)


def _report(
    store: Store, family: RandomFamily, names: tuple[str, ...], asked: dict[str, Any], as_json: bool
) -> Exit:
    found = summary(store.records(asked["count"]), names)
    title = family.heading(asked["seed"])
    kept = [] if asked["worst"] is None else _write_worst(found, family, asked)
    if asked["figure"] is not None:
        draw(found, title, asked["figure"])
    if as_json:
        head = {"family": json.loads(family.text()), "seed": asked["seed"], "heading": title}
        show_json({**head, **summary_record(found), "worst": kept})
        return Exit.GOOD
    say(f"{title}: {counted(found.games, 'game')}", *summary_lines(found))
    if asked["worst"] is not None:
        nothing = ["  kept: nothing, for no game has a loss or an open interval"]
        say(*([f"  kept: {path}" for path in kept] or nothing))
    return Exit.GOOD


def _write_worst(found: Summary, family: RandomFamily, asked: dict[str, Any]) -> list[str]:
    """The worst cases are written as instance files, whose notes say why they were kept."""
    paths = []
    for stem, number, why in worst_cases(found, asked["keep"]):
        game = family.game(asked["seed"], number)
        notes = f"Game {number} of the family {family.name}, seed {asked['seed']}.\n{why}.\n"
        path = asked["worst"] / f"{stem}.toml"
        hand_out(path, write(with_each(game, partial(replace, notes=notes))), "--worst")
        paths.append(path.as_posix())
    return paths
