"""The public Python interface does what the commands do, one function per verb.

What takes a game takes the path or the text of an instance file as well
(docs/reference/instance_format.md); `game` makes one of dicts, lists, arrays and data frames.
Numbers are fractions, and all results are frozen: `repr` is one line, `str` has the lines that the
command prints, `frame()` is a data frame of pandas, and a notebook shows tables and pictures.

The kernel has accepted what `verify` calls proved or refuted, the equilibria of `equilibria`, the
judgements of profiles by `judge`, the end of `dynamics` where it is `certified`, and the distances
of `table_hull`. With `keep=FOLDER` these functions leave their certificates there, beside the file
that they are about, for `verifier check`. The results of `hull`, `persuade`, `cheap_talk` and
`restricted_equilibria` are computed exactly, but the kernel does not see them.

>>> import verifier.api as vf
>>> found = vf.verify("instances/classics/prosecutor.toml", "bayes")
>>> found
<Verified: 'A prosecutor persuades a judge', bayes proved>
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier import notebook
from verifier.api.agents import cheap_talk, hull, learning, persuade
from verifier.api.experiments import dynamics, search, sweep, tree
from verifier.api.given import Exact, Given, game_of
from verifier.api.presentation import register
from verifier.api.regions import plane, region
from verifier.api.stories import Stories, Story, explain
from verifier.api.tables import game_of_table, table_hull
from verifier.api.verdicts import as_record, equilibria, judge, restricted_equilibria, verify
from verifier.arguments import names_arguments
from verifier.certificate import Judgement
from verifier.certified import Certified, Equilibria, Verified, Witness, certify
from verifier.errors import InstanceError, OutputError, SizeError, VerifierError
from verifier.frozen import frozen
from verifier.game.arguments.build import game
from verifier.game.model import Game
from verifier.game.parameters import NOWHERE
from verifier.solve.effort import Effort
from verifier.tables.columns import Choice
from verifier.tables.formats import Form
from verifier.tables.gaps import Missing
from verifier.tables.report import TableReport
from verifier.theory.guarantees.guarantee import Guarantee

__all__ = [
    "Certified",
    "Choice",
    "Effort",
    "Equilibria",
    "Form",
    "Game",
    "Guarantee",
    "InstanceError",
    "Judgement",
    "Missing",
    "OutputError",
    "SizeError",
    "Stories",
    "Story",
    "TableReport",
    "Verified",
    "VerifierError",
    "Witness",
    "as_record",
    "certify",
    "cheap_talk",
    "dynamics",
    "equilibria",
    "explain",
    "game",
    "game_of_table",
    "hull",
    "judge",
    "learning",
    "load",
    "persuade",
    "plane",
    "region",
    "restricted_equilibria",
    "search",
    "sweep",
    "table_hull",
    "tree",
    "verify",
]


@names_arguments()
def load(given: Given, at: Mapping[str, Exact] = NOWHERE, user: str | None = None) -> Game:
    """A game is loaded from an instance file, or read from the text of one.

    Parameters:
        given: the path of an instance file, or its text (of several lines); a game stays as it is.
        at: the values of the file's parameters, such as {"t": "2/5"}; those that are not given have
            their defaults.
        user: of a file with several users, the one whose game it is; if not given that of all, by
            one rule for all.

    Returns:
        The game, which is frozen.

    Raises:
        InstanceError: the instance is no game; the message says where, what stands there and what
            was expected, with a line for each thing that is wrong.
        SizeError: it is too large.

    Example:
        >>> load("instances/classics/prosecutor.toml").actions
        ('acquit', 'convict')

    Source: theory.md 1.1 (the model).
    """
    return frozen(game_of(given, at, user))


register()
notebook.register()
