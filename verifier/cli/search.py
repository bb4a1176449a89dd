"""`verifier search`: a small game in which one hypothesis fails and the guarantee with it,
certified and explained.
"""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verifier.cli.options import Exit, app, as_json_option
from verifier.errors import InstanceError

if TYPE_CHECKING:
    from verifier.api import Verified
    from verifier.search.coverage import Found, Method, Objective
    from verifier.search.size import Scope

NAMES = (
    "hull",
    "identical",
    "learning-alphabet",
    "learning-question",
    "learning-split",
    "anonymous",
    "full-rationality",
    "equilibrium",
)
METHODS = ("enumerate", "z3", "sample")
OBJECTIVES = ("smallest", "largest-loss", "largest-ratio")
COUNT = click.IntRange(1, 12)
WIDTH = 112


@app.command(
    epilog=(
        "Example: verifier search --drop identical (two states, three actions, two agents; she"
        " loses 1/2). Exit code 0: found and certified, 3: not found within the budget, 2: bad"
        " input."
    )
)
@click.option("--drop", required=True, help=f"The hypothesis to drop: {', '.join(NAMES)}.")
@click.option(
    "--guarantee", help="bayes, quantal or best-ai. Default: the first that uses the hypothesis."
)
@click.option("--agents", type=COUNT, default=2, show_default=True, help="Most agents.")
@click.option("--states", type=COUNT, default=3, show_default=True, help="Most states.")
@click.option("--actions", type=COUNT, default=3, show_default=True, help="Most actions.")
@click.option(
    "--observations",
    type=COUNT,
    default=3,
    show_default=True,
    help="Most observations of the agents.",
)
@click.option(
    "--user-observations",
    type=COUNT,
    default=2,
    show_default=True,
    help="Most observations of the user.",
)
@click.option(
    "--alphabet",
    type=click.IntRange(2, 12),
    default=2,
    show_default=True,
    help="Most words, where words are few.",
)
@click.option(
    "--largest-denominator",
    type=click.IntRange(1, 100),
    default=6,
    show_default=True,
    help="Of the prior.",
)
@click.option(
    "--largest-difference",
    type=click.IntRange(1, 100),
    default=4,
    show_default=True,
    help="Most that two actions differ in one state; utilities are whole numbers.",
)
@click.option(
    "--objective", default="smallest", show_default=True, help=f"{', '.join(OBJECTIVES)}."
)
@click.option(
    "--method",
    "methods",
    multiple=True,
    help=f"{', '.join(METHODS)}; may be repeated. Default: all, in this order.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the random draws.")
@click.option(
    "--games",
    type=click.IntRange(1),
    default=20_000,
    show_default=True,
    help="Most games put to the verifier.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    default=60,
    show_default=True,
    help="Time budget.",
)
@click.option(
    "--memory",
    type=click.IntRange(50),
    default=4_000,
    show_default=True,
    help="Memory budget in megabytes.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("counterexamples"),
    show_default=True,
    help="Folder for the instance, its twin and their certificates.",
)
@as_json_option
def search(drop: str, guarantee: str | None, output: Path, as_json: bool, **asked: Any) -> Exit:
    """Look for a game in which exactly one hypothesis fails and the guarantee is refuted; shrink
    it, certify it, explain it.

    With the same options and enough time the same game is found; --games bounds the work alike on
    every machine.
    """
    found = _look(drop, guarantee, asked)
    if found.broken is None:
        return _report(found, None, output, as_json)
    return _report(found, _written(found, output), output, as_json)


def _look(drop: str, guarantee: str | None, asked: dict[str, Any]) -> Found:
    from verifier.search.budget import Budget
    from verifier.search.run import search as look
    from verifier.theory.dropped import DROPPED

    if drop not in DROPPED:
        raise InstanceError(f"--drop {drop}: expected one of {', '.join(DROPPED)}")
    dropped, objective, methods = (
        DROPPED[drop],
        _objective(asked["objective"]),
        _methods(asked["methods"]),
    )
    budget = Budget(asked["games"], asked["seconds"], asked["memory"])
    line = _Line()
    try:
        return look(
            dropped,
            dropped.guarantee(guarantee),
            _scope(asked),
            objective,
            methods,
            asked["seed"],
            budget,
            line.show,
        )
    finally:
        line.wipe()


def _scope(asked: dict[str, Any]) -> Scope:
    from verifier.search.size import Scope

    return Scope(
        agents=asked["agents"],
        states=asked["states"],
        actions=asked["actions"],
        observations=asked["observations"],
        user_observations=asked["user_observations"],
        words=asked["alphabet"],
        prior_denominator=asked["largest_denominator"],
        largest_difference=asked["largest_difference"],
    )


def _objective(word: str) -> Objective:
    from verifier.search.coverage import Objective

    if word not in OBJECTIVES:
        raise InstanceError(f"--objective {word}: expected one of {', '.join(OBJECTIVES)}")
    return Objective(word)


def _methods(words: tuple[str, ...]) -> list[Method]:
    from verifier.search.coverage import Method

    for word in words:
        if word not in METHODS:
            raise InstanceError(f"--method {word}: expected one of {', '.join(METHODS)}")
    return [method for method in Method if not words or str(method) in words]


def _written(found: Found, folder: Path) -> dict[str, tuple[Path, Verified]]:
    """The counterexample and its twin as instance files, verified, each certificate checked by the
    kernel.
    """
    from verifier.search.report import coverage_lines, paragraph

    if found.broken is None:
        return {}
    dropped, stem = found.dropped, found.dropped.name.replace("-", "_")
    told = [
        paragraph(dropped, found.broken),
        "How it was found:",
        *(line.strip() for line in coverage_lines(found)),
    ]
    title = f"A counterexample without the hypothesis {dropped.name}"
    notes = "\n".join(line for text in told for line in textwrap.wrap(text, WIDTH))
    game = replace(found.broken.game, title=title, notes=notes + "\n")
    twin = replace(
        dropped.repair(found.broken.game),
        title=f"{title}, repaired",
        notes=f"As in {stem}.toml, but {dropped.remedy}.\n",
    )
    return {
        "instance": _certified(found, game, folder, stem),
        "twin": _certified(found, twin, folder, f"{stem}_twin"),
    }


def _certified(found: Found, game: Any, folder: Path, stem: str) -> tuple[Path, Verified]:
    from verifier.api import certify, load
    from verifier.game.writer import write

    path = folder / f"{stem}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".part")
        draft.write_text(write(game), encoding="utf-8", newline="\n")
        draft.replace(path)
    except OSError as error:
        raise InstanceError(f"--output {folder}: cannot be written: {error.strerror}") from error
    return path, certify(load(path), path, folder, stem, [found.guarantee])


def _report(
    found: Found, files: dict[str, tuple[Path, Verified]] | None, folder: Path, as_json: bool
) -> Exit:
    from verifier.search.report import coverage_lines, paragraph, search_record

    told: dict[str, Any] = {}
    for name, (path, verified) in (files or {}).items():
        (kept,) = verified.guarantees.values()
        certificate = None if kept.path is None else kept.path.as_posix()
        told[name] = {
            "path": path.as_posix(),
            "verdict": str(kept.verdict),
            "certificate": certificate,
            "kernel": None if kept.reply is None else kept.reply.text,
        }
    good = bool(told) and told["instance"]["verdict"] == "refuted"
    if as_json:
        print(json.dumps({**search_record(found), **told}, ensure_ascii=False))
        return Exit.GOOD if good else Exit.NOT_DECIDED
    print(
        f"without {found.dropped.name}, {found.guarantee}: "
        + ("a counterexample" if good else "nothing found within the budget")
    )
    if found.broken is not None:
        print(
            *(
                f"  {line}"
                for line in textwrap.wrap(paragraph(found.dropped, found.broken), WIDTH - 2)
            ),
            sep="\n",
        )
    for name, entry in told.items():
        print(f"  {name}: {entry['path']}: {entry['verdict'].upper()}, kernel: {entry['kernel']}")
    for line in coverage_lines(found):
        indent = " " * (len(line) - len(line.lstrip()))
        print(*textwrap.wrap(line, WIDTH, subsequent_indent=indent + "  "), sep="\n")
    return Exit.GOOD if good else Exit.NOT_DECIDED


class _Line:
    """What is being looked at, on stderr, only on a terminal."""

    def show(self, text: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def wipe(self) -> None:
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
