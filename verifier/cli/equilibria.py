"""`verifier equilibria`: worst and best, a given profile, or all equilibria of a restricted game."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.options import (
    app,
    as_json_option,
    certificates_option,
    effort_of,
    guarantees,
    path_argument,
    print_result,
    program_limit_option,
    waiting,
)

if TYPE_CHECKING:
    from verifier.solve.effort import Effort
    from verifier.theory.guarantee import Guarantee


@app.command(
    epilog=(
        "Example: verifier equilibria instances/guarantees/drug_sponsors.toml. With --rules FILE:"
        " is that profile an equilibrium? The proof, or the profitable deviation. With --pure or"
        " --menu FILE: all equilibria of the game restricted to pure rules, or to the signals in a"
        " file."
    )
)
@path_argument
@click.option(
    "--guarantee",
    multiple=True,
    help="bayes, quantal or best-ai; may be repeated. Default: bayes and best-ai.",
)
@click.option(
    "--rules", type=click.Path(path_type=Path), help="Judge the rules in this file instead."
)
@click.option(
    "--pure", is_flag=True, help="All equilibria of the game restricted to pure rules instead."
)
@click.option(
    "--menu",
    type=click.Path(path_type=Path),
    help="All equilibria of the game restricted to the signals in this file.",
)
@click.option(
    "--profile-limit", type=click.IntRange(1), help="Most profiles that --pure and --menu look at."
)
@as_json_option
@certificates_option
@program_limit_option
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

    game, effort = load(path), effort_of(program_limit)
    if sum((rules is not None, pure, menu is not None)) > 1:
        raise click.UsageError("--rules, --pure and --menu exclude each other")
    if pure or menu is not None:
        _small_scope(
            path, menu, guarantees(guarantee or ("bayes", "best-ai")), profile_limit, as_json
        )
        return
    if rules is not None:
        _judge(path, rules, as_json, certificates, effort)
        return
    names = guarantees(guarantee or ("bayes", "best-ai"))
    with waiting(f"equilibria of {path}"):
        found = certify_equilibria(game, path, certificates / path.stem, names, effort)
    lines = [game.title, f"  {path.as_posix()}"]
    for name, finding in found.report.findings.items():
        lines += equilibria_lines(str(name), finding, found.witnesses[str(name)])
    print_result(found.as_record(path.as_posix()), lines, as_json)


def _small_scope(
    path: Path, menu: Path | None, names: list[Guarantee], limit: int | None, as_json: bool
) -> None:
    """All equilibria of the restricted game."""
    from verifier.api import load, restricted_equilibria
    from verifier.report.restricted import small_scope_lines, small_scope_record

    game = load(path)
    with waiting(f"all profiles of {path}"):
        found = {name: restricted_equilibria(game, name, menu, limit) for name in names}
    told = {"menu": None if menu is None else menu.as_posix()}
    record = {
        "instance": path.as_posix(),
        **told,
        **{str(name): small_scope_record(entry) for name, entry in found.items()},
    }
    lines = [
        game.title,
        f"  {path.as_posix()}, restricted to {'pure rules' if menu is None else menu.as_posix()}",
    ]
    print_result(
        record,
        [*lines, *(line for entry in found.values() for line in small_scope_lines(entry))],
        as_json,
    )


def _judge(path: Path, rules: Path, as_json: bool, certificates: Path, effort: Effort) -> None:
    """Is this profile an equilibrium?"""
    from verifier.api import certify_judgement, load
    from verifier.report.judgement import judgement_lines, judgement_record

    with waiting(f"deviations from {rules}"):
        found, certificate, kernel = certify_judgement(
            load(path), path, rules, certificates, effort
        )
    told = {"certificate": certificate, "kernel": kernel}
    record = {
        "instance": path.as_posix(),
        "rules": rules.as_posix(),
        **judgement_record(found),
        **told,
    }
    lines = [
        rules.as_posix(),
        *judgement_lines(found),
        *(f"  {key}: {text}" for key, text in told.items() if text),
    ]
    print_result(record, lines, as_json)
