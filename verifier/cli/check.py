"""`verifier check`: the kernel alone, on one certificate and one instance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import click

from verifier.checker import check as ask_kernel
from verifier.cli.completion import guarantee_names, one_of
from verifier.cli.exit import Exit
from verifier.cli.instance_path import InstancePath
from verifier.cli.options import Named, guarantees, seconds_option, set_option
from verifier.cli.output import complain, note, say
from verifier.errors import InstanceError
from verifier.files import read_text
from verifier.game.affine import stated
from verifier.game.foreign import is_about_a_table
from verifier.game.reader import load

CERTIFICATE_BYTES = 64 * 2**20
"""The longest certificate that the kernel reads."""


@click.command(
    epilog=(
        "Example: verifier check certificates/prosecutor.bayes.json"
        " instances/classics/prosecutor.toml"
    )
)
@click.argument("certificate", type=click.Path(path_type=Path))
@click.argument("instance", type=InstancePath())
@click.option(
    "--guarantee",
    shell_complete=one_of(guarantee_names),
    help="Refuse certificates of another guarantee.",
)
@click.option("--verdict", help="Refuse certificates of another verdict.")
@click.option("--tolerance", help="The claimed tolerance, if not the instance's.")
@click.option(
    "--hull",
    type=Named(["simplex", "cone", "state-offset"]),
    help="The mixtures that it is claimed of, if not the instance's.",
)
@click.option("--claimed", help="Refuse certificates of another claimed bound (a rational).")
@set_option
@seconds_option()
def check(
    certificate: Path, instance: Path, values: dict[str, Fraction], **asked: str | None
) -> int:
    """Have the kernel check a certificate against the instance that it is about.

    The verifier takes no part in it. Exit code 0: accepted, 1: the proof is wrong, 2: unreadable.
    """
    if asked["guarantee"] is not None:
        (asked["guarantee"],) = map(str, guarantees((asked["guarantee"],)))
    words = [
        word for key, value in asked.items() if value is not None for word in (f"--{key}", value)
    ]
    if values:
        words += ["--at", stated(values)]
    for path in (certificate, instance):
        if not path.exists():
            raise InstanceError(f"{path}: no such file")
    reply = ask_kernel(certificate, instance, words)
    (say if reply.code < 2 else note)(reply.text)
    if reply.code == Exit.BAD_INPUT:
        _explain(certificate, instance)
    elif not reply.accepted:
        _suggest(certificate, reply.text, asked)
    return reply.code


OTHER_CLAIMS = {
    "refused: claims: 'hull distance' is missing to conclude": "hull",
    "refused: tolerance: ": "tolerance",
}
"""How the kernel refuses a certificate of another claim, and the option that states that claim."""


def _suggest(certificate: Path, said: str, asked: Mapping[str, str | None]) -> None:
    """The option with which a certificate was made, where it was not given and is what fails."""
    option = next((o for begin, o in OTHER_CLAIMS.items() if said.startswith(begin)), None)
    if option is None or asked[option] is not None:
        return
    made = json.loads(read_text(certificate, CERTIFICATE_BYTES))
    stated = (
        made["conclusion"]["tolerance"]
        if option == "tolerance"
        else next(
            (
                claim.get("hull", "simplex")
                for claim in made["claims"]
                if claim["claim"] == "hull distance"
            ),
            None,
        )
    )
    if isinstance(stated, str):
        note(f"the certificate was made for --{option} {stated}, which is to be stated here, too")


def _explain(certificate: Path, instance: Path) -> None:
    """What the kernel could not read is told again by the verifier's reader, in more words."""
    try:
        if not is_about_a_table(certificate, CERTIFICATE_BYTES):
            load(instance)
    except InstanceError as error:
        complain(*error.lines)
