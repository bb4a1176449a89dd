"""The command line: the composition root. Reads files, runs the theory, has the kernel confirm, prints."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from verifier.errors import InstanceError, VerifierError

if TYPE_CHECKING:
    from fractions import Fraction

    from verifier.api import Limits, Verified
    from verifier.theory.guarantee import Guarantee


class Exit(IntEnum):
    """Exit codes of interface.md."""

    GOOD = 0
    REFUTED = 1
    BAD_INPUT = 2
    NOT_DECIDED = 3
    INTERRUPTED = 130


def main() -> None:
    """Entry point: errors are one line on stderr and exit code 2, never a traceback."""
    try:
        sys.exit(app.main(prog_name="verifier", standalone_mode=False) or Exit.GOOD)
    except VerifierError as error:
        _fail(str(error))
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        print("interrupted; every finished certificate is whole", file=sys.stderr)
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.GOOD)


def _fail(message: str) -> NoReturn:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(Exit.BAD_INPUT)


@click.group(help="Exact, checkable game theory for AI alignment: three guarantees, each proved, refuted or open.")
@click.version_option(package_name="emergent-alignment-verifier")
def app() -> None:
    pass


as_json_option = click.option("--json", "as_json", is_flag=True, help="Print exact JSON, one object per line.")
path_argument = click.argument("path", type=click.Path(path_type=Path))


@app.command(
    epilog="Example: verifier verify instances/classics/prosecutor.toml --guarantee bayes. "
    "Exit code 0: all proved, 1: any refuted, 3: otherwise, 2: bad input."
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--guarantee", multiple=True, help="bayes, quantal or best-ai; may be repeated. Default: all three.")
@as_json_option
@click.option(
    "--certificates", type=click.Path(path_type=Path), default=Path("certificates"), show_default=True,
    help="Folder in which the certificates are written.",
)  # fmt: skip
@click.option("--tolerance", help="Claim this tolerance instead of the instance's.")
@click.option("--cross-check", is_flag=True, help="Have z3 answer every linear program again.")
@click.option("--program-limit", type=click.IntRange(1), help="Most coefficients of a linear program.")
@click.option("--protocol-limit", type=click.IntRange(1), help="Most splits of observations that TEAM looks at.")
def verify(
    paths: tuple[Path, ...],
    guarantee: tuple[str, ...],
    as_json: bool,
    certificates: Path,
    tolerance: str | None,
    cross_check: bool,
    program_limit: int | None,
    protocol_limit: int | None,
) -> Exit:
    """Decide the guarantees of each instance, write certificates, and have the kernel check each.

    PATHS are instance files, or folders that are walked for *.toml.
    """
    files = instance_files(paths)
    names = _guarantees(guarantee)
    limits = _limits(program_limit, protocol_limit, cross_check)
    claimed = None if tolerance is None else _tolerance(tolerance)
    verdicts: list[str] = []
    unreadable = False
    with _progress(len(files)) as step:
        for path, stem in files:
            step(path)
            try:
                found = _verify_one(path, certificates / stem.parent, stem.name, names, claimed, limits)
            except VerifierError as error:
                print(f"error: {error}", file=sys.stderr)
                unreadable = True
                continue
            verdicts += found.verdicts.values()
            _print_report(path, found, as_json)
    if len(files) > 1 and not as_json:
        print(_summary(len(files), verdicts))
    return _exit_code(verdicts, unreadable)


def instance_files(paths: Iterable[Path]) -> list[tuple[Path, Path]]:
    """(file, certificate stem) for every file named and every *.toml below a folder, sorted within it.

    Raises InstanceError where a path does not exist or a folder holds no instance: checking nothing is not success.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
        if not inside:
            raise InstanceError(f"{path}: no instance files (*.toml) below this folder")
        for file in inside:
            if not file.is_file():
                raise InstanceError(f"{file}: no such file")
            relative = file.relative_to(path) if path.is_dir() else Path(file.name)
            found.setdefault(file, relative.with_suffix(""))
    return list(found.items())


def _verify_one(
    path: Path, folder: Path, stem: str, names: list[Guarantee], tolerance: Fraction | None, limits: Limits
) -> Verified:
    from verifier.api import certify, load

    return certify(load(path), path, folder, stem, names, tolerance, limits)


def _print_report(path: Path, found: Verified, as_json: bool) -> None:
    record = found.as_record(path.as_posix())
    if as_json:
        print(json.dumps(record, ensure_ascii=False), flush=True)
        return
    from verifier.report.terminal import report_lines

    guarantees = record["guarantees"]
    told = {name: (entry["verdict"], entry["certificate"], entry["kernel"]) for name, entry in guarantees.items()}
    print(*report_lines(path.as_posix(), found.report, told), sep="\n", end="\n\n", flush=True)


def _summary(files: int, verdicts: list[str]) -> str:
    """How many guarantees have which verdict, the most wanted first."""
    counts = ((verdicts.count(word), word) for word in ("proved", "vacuous", "refuted", "open"))
    return f"{files} instances: " + ", ".join(f"{count} {word}" for count, word in counts if count)


def _exit_code(verdicts: list[str], unreadable: bool) -> Exit:
    if unreadable:
        return Exit.BAD_INPUT
    if "refuted" in verdicts:
        return Exit.REFUTED
    return Exit.GOOD if verdicts and set(verdicts) == {"proved"} else Exit.NOT_DECIDED


def _guarantees(words: tuple[str, ...]) -> list[Guarantee]:
    from verifier.theory.guarantee import Guarantee

    known = [str(name) for name in Guarantee]
    for word in words:
        if word not in known:
            raise InstanceError(f"--guarantee {word}: expected one of {', '.join(known)}")
    return [name for name in Guarantee if not words or str(name) in words]


def _limits(program: int | None, protocol: int | None, cross_check: bool) -> Limits:
    from verifier.api import Limits

    default = Limits()
    return Limits(program or default.program, protocol or default.protocol, cross_check)


def _tolerance(text: str) -> Fraction:
    from verifier.rational import parse_rational

    try:
        value = parse_rational(text)
    except InstanceError as error:
        raise InstanceError(f"--tolerance: {error}") from error
    if value < 0:
        raise InstanceError(f"--tolerance {text}: expected a nonnegative rational")
    return value


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Path], None]]:
    """Shows on stderr, only on a terminal and only for several files, which file is being verified."""
    shown = total > 1 and sys.stderr.isatty()
    count = 0

    def step(path: Path) -> None:
        nonlocal count
        count += 1
        if shown:
            print(f"\r\x1b[K[{count}/{total}] {path}", end="", file=sys.stderr, flush=True)

    try:
        yield step
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@app.command(epilog="Example: verifier check certificates/prosecutor.bayes.json instances/classics/prosecutor.toml")
@click.argument("certificate", type=click.Path(path_type=Path))
@click.argument("instance", type=click.Path(path_type=Path))
@click.option("--guarantee", help="Refuse certificates of another guarantee.")
@click.option("--verdict", help="Refuse certificates of another verdict.")
@click.option("--tolerance", help="The claimed tolerance, if not the instance's.")
def check(certificate: Path, instance: Path, guarantee: str | None, verdict: str | None, tolerance: str | None) -> int:
    """Run the kernel alone: exit code 0 accepted, 1 proof wrong, 2 unreadable."""
    from verifier.checker import Check

    asked = {"--guarantee": guarantee, "--verdict": verdict, "--tolerance": tolerance}
    words = [word for key, value in asked.items() if value is not None for word in (key, value)]
    reply = Check(certificate, instance, words).reply()
    print(reply.text, file=sys.stdout if reply.code < 2 else sys.stderr)
    return reply.code


@app.command(epilog="Examples: verifier hull instances/guarantees/film_night.toml, or verifier hull utilities.csv")
@path_argument
@as_json_option
def hull(path: Path, as_json: bool) -> None:
    """Hull distance in every convention, with weights, offset and the witness that nothing is nearer.

    PATH is an instance, or a CSV of utilities whose first column is the user.
    """
    if path.suffix.lower() == ".csv":
        _table_hull(path, as_json)
        return
    from verifier.game.instance import load
    from verifier.report.record import alignment_record
    from verifier.report.terminal import hull_lines
    from verifier.theory.alignment import alignment

    found = alignment(load(path))
    _print({"instance": path.as_posix(), **alignment_record(found)}, hull_lines(path.as_posix(), found), as_json)


def _print(record: Mapping[str, object], lines: Iterable[str], as_json: bool) -> None:
    print(*([json.dumps(record, ensure_ascii=False)] if as_json else lines), sep="\n")


def _table_hull(path: Path, as_json: bool) -> None:
    from verifier.game.table import read_table
    from verifier.report.record import table_record
    from verifier.report.terminal import table_lines
    from verifier.theory.alignment import Convention, table_hull

    table = read_table(path)
    simplex, cone = (table_hull(table, convention) for convention in (Convention.SIMPLEX, Convention.CONE))
    _print({"table": path.as_posix(), **table_record(simplex, cone)}, table_lines(table, simplex, cone), as_json)


@app.command(
    epilog="Example: verifier persuade instances/classics/prosecutor.toml --agent prosecutor (the value is exactly 3/5)"
)
@path_argument
@click.option("--agent", required=True, help="The agent's name in the instance.")
@as_json_option
def persuade(path: Path, agent: str, as_json: bool) -> None:
    """One agent alone with the user: optimal value, the user's utility, and the signal."""
    from verifier.api import load
    from verifier.api import persuade as best_plan
    from verifier.game.user import Stakes
    from verifier.report.record import persuasion_record
    from verifier.report.terminal import persuasion_lines
    from verifier.theory.persuasion import attained

    game = load(path)
    found = best_plan(game, agent)
    follows = attained(Stakes(game), found.worst) or attained(Stakes(game), found.best)
    _print(
        {"instance": path.as_posix(), **persuasion_record(game, found, follows)},
        persuasion_lines(game, found, follows),
        as_json,
    )


@app.command(
    epilog="Example: verifier equilibria instances/guarantees/drug_sponsors.toml. "
    "With --rules FILE: is that profile an equilibrium? The proof, or the profitable deviation. "
    "With --pure or --menu FILE: all equilibria of the game restricted to pure rules, or to the signals in a file."
)
@path_argument
@click.option("--guarantee", multiple=True, help="bayes, quantal or best-ai; may be repeated. Default: bayes and best-ai.")
@click.option("--rules", type=click.Path(path_type=Path), help="Judge the rules in this file instead.")
@click.option("--pure", is_flag=True, help="All equilibria of the game restricted to pure rules instead.")
@click.option(
    "--menu", type=click.Path(path_type=Path), help="All equilibria of the game restricted to the signals in this file."
)
@click.option("--profile-limit", type=click.IntRange(1), help="Most profiles that --pure and --menu look at.")
@as_json_option
@click.option("--certificates", type=click.Path(path_type=Path), default=Path("certificates"), show_default=True,
              help="Folder in which the certificates are written.")  # fmt: skip
@click.option("--program-limit", type=click.IntRange(1), help="Most coefficients of a linear program.")
def equilibria(
    path: Path,
    guarantee: tuple[str, ...],
    rules: Path | None,
    pure: bool,
    menu: Path | None,
    profile_limit: int | None,
    as_json: bool,
    certificates: Path,
    program_limit: int | None,
) -> None:
    """The equilibria found, worst and best for the user, and the interval that is certain."""
    from verifier.api import certify_equilibria, load
    from verifier.report.equilibria import equilibria_lines

    game, limits = load(path), _limits(program_limit, None, False)
    if sum((rules is not None, pure, menu is not None)) > 1:
        raise click.UsageError("--rules, --pure and --menu exclude each other")
    if pure or menu is not None:
        _small_scope(path, menu, _guarantees(guarantee or ("bayes", "best-ai")), profile_limit, as_json)
        return
    if rules is not None:
        _judge(path, rules, as_json, certificates, limits)
        return
    names = _guarantees(guarantee or ("bayes", "best-ai"))
    found = certify_equilibria(game, path, certificates / path.stem, names, limits)
    lines = [game.title, f"  {path.as_posix()}"]
    for name, finding in found.report.findings.items():
        lines += equilibria_lines(str(name), finding, found.witnesses[str(name)])
    _print(found.as_record(path.as_posix()), lines, as_json)


def _small_scope(path: Path, menu: Path | None, names: list[Guarantee], limit: int | None, as_json: bool) -> None:
    """All equilibria of the restricted game."""
    from verifier.api import load, restricted_equilibria
    from verifier.report.small_scope import small_scope_lines, small_scope_record

    game = load(path)
    found = {name: restricted_equilibria(game, name, menu, limit) for name in names}
    told = {"menu": None if menu is None else menu.as_posix()}
    record = {"instance": path.as_posix(), **told, **{str(name): small_scope_record(entry) for name, entry in found.items()}}
    lines = [game.title, f"  {path.as_posix()}, restricted to {'pure rules' if menu is None else menu.as_posix()}"]
    _print(record, [*lines, *(line for entry in found.values() for line in small_scope_lines(entry))], as_json)


def _judge(path: Path, rules: Path, as_json: bool, certificates: Path, limits: Limits) -> None:
    """Is this profile an equilibrium?"""
    from verifier.api import certify_judgement, load
    from verifier.report.judgement import judgement_lines, judgement_record

    found, certificate, kernel = certify_judgement(load(path), path, rules, certificates, limits)
    told = {"certificate": certificate, "kernel": kernel}
    record = {"instance": path.as_posix(), "rules": rules.as_posix(), **judgement_record(found), **told}
    lines = [rules.as_posix(), *judgement_lines(found), *(f"  {key}: {text}" for key, text in told.items() if text)]
    _print(record, lines, as_json)


@app.command(epilog="Example: verifier tree instances/classics/prosecutor.toml --format efg > prosecutor.efg")
@path_argument
@click.option("--rules", type=click.Path(path_type=Path), help="The agents follow the rules in this file.")
@click.option("--format", "form", type=click.Choice(["text", "dot", "efg", "json"]), default="text", show_default=True)
@click.option("--tree-limit", type=click.IntRange(1), help="Most nodes of a tree.")
def tree(path: Path, rules: Path | None, form: str, tree_limit: int | None) -> None:
    """The conversation tree: counts and a drawing, Graphviz, Gambit's extensive form, or counts as JSON.

    Without rules the agents are players; with them their answers are chance moves, and text and JSON add what everyone
    gets when the user best-responds.
    """
    from verifier.api import load
    from verifier.game.conversation import TREE_LIMIT, build, size_of
    from verifier.game.profile import load_profile
    from verifier.game.user import Stakes
    from verifier.report import tree as drawing
    from verifier.theory.play import play

    game = load(path)
    profile = None if rules is None else load_profile(rules, game)
    size = size_of(game, profile)
    found = play(Stakes(game), profile) if profile is not None and form in ("text", "json") else None
    if form == "json":
        record = {"instance": path.as_posix(), **drawing.counts_record(game, size)}
        print(json.dumps(record | ({} if found is None else drawing.play_record(found)), ensure_ascii=False))
        return
    if form == "text":
        told = [] if found is None else drawing.play_lines(found)
        print(*drawing.counts_lines(game, size, profile is not None), *told, sep="\n")
    grown = build(game, profile, tree_limit or TREE_LIMIT)
    lines = {"text": drawing.text_lines, "dot": drawing.dot_lines}.get(form)
    print(*(drawing.efg_lines(game, grown) if lines is None else lines(grown)), sep="\n")


if __name__ == "__main__":
    main()
