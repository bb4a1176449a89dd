"""`verifier equilibria`: the worst and the best, a given profile, or a restricted game."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import click

from verifier.api import restricted_equilibria
from verifier.certified import Judged, certify_equilibria, certify_judgement, stem_of
from verifier.cli.completion import guarantee_names, one_of
from verifier.cli.exit import Exit
from verifier.cli.options import (
    as_json_option,
    certificates_option,
    effort_of,
    guarantees,
    path_argument,
    print_result,
    program_limit_option,
    refuse_unused,
    seconds_option,
    sender_tries_option,
    set_option,
    user_option,
)
from verifier.cli.output import not_finished
from verifier.cli.progress import clock
from verifier.deadline import finished, uninterrupted
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.report.equilibria import equilibria_record, equilibria_report_lines
from verifier.report.judgement import judgement_lines, judgement_record
from verifier.report.reading import reading_lines, reading_record
from verifier.report.restricted import restricted_lines, restricted_record
from verifier.solve.effort import Effort
from verifier.theory.guarantees.guarantee import Guarantee, answerable
from verifier.theory.judgements.signals import Unresolved


@click.command(
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
    shell_complete=one_of(guarantee_names),
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
@set_option
@user_option
@as_json_option
@certificates_option
@program_limit_option
@sender_tries_option
@seconds_option()
@click.pass_context
def equilibria(
    context: click.Context,
    path: Path,
    guarantee: tuple[str, ...],
    rules: Path | None,
    pure: bool,
    menu: Path | None,
    profile_limit: int | None,
    values: dict[str, Fraction],
    user: str | None,
    as_json: bool,
    certificates: Path,
    program_limit: int | None,
    sender_tries: int | None,
) -> Exit:
    """Find the equilibria that are worst and best for the user, each checked by the kernel.

    The user's utility in her worst equilibrium certainly lies in the interval that is printed.
    """
    game, effort = load(path, values, user), effort_of(program_limit, sender_tries)
    if sum((rules is not None, pure, menu is not None)) > 1:
        raise click.UsageError("--rules, --pure and --menu exclude each other")
    names = [*answerable(game, guarantees(guarantee or ("bayes", "best-ai")))]
    if pure or menu is not None:
        refuse_unused(
            context,
            ("program_limit", "sender_tries", "certificates"),
            "not with --pure or --menu: a restricted game is searched, without linear programs and"
            " certificates",
        )
        return _restricted(game, path, menu, names, profile_limit, as_json)
    refuse_unused(context, ("profile_limit",), "only with --pure or --menu")
    if rules is not None:
        refuse_unused(context, ("sender_tries",), "not with --rules: nothing is looked for")
        users = names if guarantee else [Guarantee.BAYES]
        return _judge(game, path, rules, users, as_json, certificates, effort)
    with clock(f"equilibria of {path}"):
        found = certify_equilibria(
            game, path, certificates, stem_of(path.stem, game), names, effort
        )
    with uninterrupted():
        print_result(
            equilibria_record(found, path.as_posix()),
            equilibria_report_lines(found, path.as_posix()),
            as_json,
        )
    return _ending([f"equilibria for {name}" for name in found.late])


def _ending(unfinished: list[str]) -> Exit:
    """The exit code, after it is said what the deadline has left open."""
    if unfinished:
        not_finished(unfinished)
    return Exit.NOT_DECIDED if unfinished else Exit.GOOD


PURE = "pure rules ('x, y | z' tells z from x and y)"
"""What pure rules are, and how they are written."""


def _restricted(
    game: Game,
    path: Path,
    menu: Path | None,
    names: list[Guarantee],
    limit: int | None,
    as_json: bool,
) -> Exit:
    """All equilibria of the restricted game are printed."""
    with clock(f"all profiles of {path}"):
        every = {
            name: finished(partial(restricted_equilibria, game, name, menu, limit), None)
            for name in names
        }
    found = {name: entry for name, entry in every.items() if entry is not None}
    record = {
        "instance": path.as_posix(),
        **reading_record(game),
        "menu": None if menu is None else menu.as_posix(),
        **{str(name): restricted_record(entry) for name, entry in found.items()},
    }
    lines = [
        game.title,
        *reading_lines(game),
        f"  {path.as_posix()}, restricted to {PURE if menu is None else menu.as_posix()}",
        *(line for entry in found.values() for line in restricted_lines(entry)),
    ]
    print_result(record, lines, as_json)
    return _ending([f"the restricted game of {name}" for name in names if name not in found])


def _judge(
    game: Game,
    path: Path,
    rules: Path,
    users: list[Guarantee],
    as_json: bool,
    certificates: Path,
    effort: Effort,
) -> Exit:
    """The judgements of the profile in a rules file are printed: one, or one for each user."""
    with clock(f"deviations from {rules}"):
        judged = {
            user: finished(
                partial(certify_judgement, game, path, rules, certificates, user, effort), OPEN
            )
            for user in users
        }
    found = {str(user): {**judgement_record(j.judgement), **_kept(j)} for user, j in judged.items()}
    alone = users == [Guarantee.BAYES]
    record: dict[str, Any] = found[Guarantee.BAYES] if alone else found
    lines = [rules.as_posix(), *reading_lines(game)]
    for user, judgement in judged.items():
        lines += [] if alone else [f"  {user}"]
        lines += judgement_lines(judgement.judgement, game.gamma)
        lines += [f"  {key}: {text}" for key, text in _kept(judgement).items() if text]
    named = {"instance": path.as_posix(), **reading_record(game), "rules": rules.as_posix()}
    print_result(named | record, lines, as_json)
    return _ending([f"the judgement for {user}" for user in users if judged[user] is OPEN])


OPEN = Judged(Unresolved({}), None, None)
"""The judgement of a profile where the deadline passed first."""


def _kept(found: Judged) -> dict[str, str | None]:
    """The certificate of a judgement and what the kernel says of it."""
    return {
        "certificate": None if found.certificate is None else found.certificate.as_posix(),
        "kernel": None if found.reply is None else found.reply.text,
    }
