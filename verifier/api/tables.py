"""Tables of utilities: how near a user is to mixtures of models, and games made of tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from verifier.api.given import (
    Exact,
    choice_of,
    folder_of,
    path_of,
    seed_of,
    stem_of,
    text_of,
    texts_of,
    whole_of,
)
from verifier.arguments import names_arguments
from verifier.errors import InstanceError
from verifier.frozen import frozen
from verifier.game.arguments.values import described, nonnegative
from verifier.game.model import Game
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.tables import measure as measured
from verifier.tables.arrow import is_frame
from verifier.tables.columns import EVERYTHING, Choice
from verifier.tables.coverage import coverage
from verifier.tables.formats import USUAL, Form
from verifier.tables.gaps import Missing
from verifier.tables.growth import growth, require_both
from verifier.tables.norm import USUAL_NORMS, Norm
from verifier.tables.reading import read_source
from verifier.tables.removal import PROGRAMS, removal
from verifier.tables.report import CertifiedCoverage, CertifiedRemoval, TableReport
from verifier.tables.smallest import ROUNDS, smallest
from verifier.tables.table_game import Prior, read_prior, table_game

T = TypeVar("T")


@names_arguments(agent="choice.agents")
def table_hull(
    table: object,
    user: str | None = None,
    missing: Missing = Missing.REFUSE,
    choice: Choice = EVERYTHING,
    form: Form = USUAL,
    keep: str | os.PathLike[str] | None = None,
    stem: str = "table",
    *,
    norms: str | Iterable[str] = USUAL_NORMS,
    orders: int = 0,
    hold_out: Exact = 0,
    seed: int = 1,
    within: Exact | None = None,
    rounds: int = ROUNDS,
    robust: int | None = None,
    baseline: int | None = None,
    programs: int = PROGRAMS,
) -> TableReport:
    """The hull distance of a table is how far its user is from mixtures of its agents, certified.

    A table has a column of numbers for the user, and one for each agent. All numbers count exactly;
    a binary float is the shortest decimal that reads back as the same float.

    Parameters:
        table: a data frame of pandas, polars or pyarrow, or the path of a file (.csv, .tsv,
            .parquet, .jsonl, .json).
        user: the user's column; the first with numbers if not given.
        missing: what to do about missing cells: an error, or drop rows or columns.
        choice: the columns that are agents, the only ones that count, or those that do not.
        form: how a file is written: separator, decimal sign, missing cells, the long format.
        keep: the folder for the certificate, and for the CSV file that it is about unless that is
            the user's own; nothing is kept if not given.
        stem: the name of a data frame, in messages and for the kept files.
        norms: "sup" for the greatest difference, "mean" for the mean one, "squared" for the mean of
            the squares; the first two if not given.
        orders: so many random orders in which agents join, for the errors by their number, in the
            first of the norms.
        hold_out: the share of the rows, drawn at random, on which each order is tested instead of
            fitted; some rows, and less than all.
        seed: the seed of the orders.
        within: a tolerance, for the fewest agents who come within it of the user.
        rounds: the most sets of agents that are tried for that.
        robust: so many agents are removed, whoever they are: the distance after the worst removal.
        baseline: the number of the row, from 1, from which it is counted how many agents object to
            whatever harms the user: the rejection depth.
        programs: the most programs that are solved for that, or for the removal.

    Returns:
        TableReport, with `distances`, each with `distance`, `weights`, `offset` and `witness`, and
        `kernel`, the kernel's line; `orders`, `smallest`, `removal` and `coverage` where they were
        asked for.

    Raises:
        InstanceError: the table cannot be read, or a column seems to number its rows.
        SizeError: it has too many cells.
        OutputError: the certificate cannot be written.

    Example:
        >>> found = table_hull("instances/data/films.csv")
        >>> found.table.user, found.table.agents, found.kernel[:8]
        ('person 295', ('person 213', 'person 528', 'person 253'), 'accepted')

    Source: theory.md 2.1 (the distance and its witness).
    """
    wanted = [Norm(choice_of(name, "norms", Norm)) for name in texts_of(norms, "norms")]
    asked = measured.distances_in(wanted)
    if not asked:
        raise InstanceError(f"norms: is empty, expected one of {', '.join(Norm)}")
    many = whole_of(orders, "orders", 0, 1000)
    share = nonnegative("hold_out", hold_out)
    tolerance = None if within is None else nonnegative("within", within)
    tries = whole_of(rounds, "rounds", 0, 10**9)
    gone = None if robust is None else whole_of(robust, "robust", 0, 10**9)
    row = None if baseline is None else whole_of(baseline, "baseline", 1, 10**9)
    most = whole_of(programs, "programs", 1, 10**9)
    hers = None if user is None else text_of(user, "user")
    given = measured.read(
        _table(table),
        hers,
        Missing(choice_of(missing, "missing", Missing)),
        _one("choice", choice, Choice),
        _one("form", form, Form),
        stem_of(stem),
    )
    if share:
        require_both(given.table, share, "hold_out")
    report = measured.measure(given, asked, folder_of(keep))
    if many:
        along = growth(given.table, seed_of(seed), many, wanted[0], hold_out=share)
        report = replace(report, orders=along, orders_norm=wanted[0])
    if tolerance is not None:
        report = replace(report, smallest=smallest(given.table, tolerance, tries))
    if gone is not None:
        found = removal(given.table, gone, programs=most)
        claimed = measured.removal_claim(given.table.user, found)
        certified = measured.certify(given, claimed, folder_of(keep))
        report = replace(report, removal=CertifiedRemoval(found, *certified))
    if row is not None:
        depth = coverage(given.table, row, most)
        said = measured.coverage_claim(given.table.user, depth)
        kept = measured.certify(given, said, folder_of(keep))
        report = replace(report, coverage=CertifiedCoverage(depth, *kept))
    return frozen(report)


@names_arguments(agent="choice.agents", user="choice.user")
def game_of_table(
    table: object,
    title: str = "a game",
    choice: Choice = EVERYTHING,
    form: Form = USUAL,
    *,
    actions: str | Sequence[str] = (),
    states: str | Sequence[str] = (),
    prior: Mapping[str, Exact] | str | os.PathLike[str] | None = None,
) -> Game:
    """A table of utilities becomes a game: a row for each action in each state.

    The agents see the state, the user sees nothing.

    Parameters:
        table: as for `table_hull`, with the label columns `state`, and `action` or `item`.
        title: what the game is called.
        choice: the columns that are the user and the agents.
        form: how a file is written.
        actions: the actions to keep; all if not given.
        states: the states to keep; all if not given.
        prior: the probability of each state, or the path of a CSV file with the columns state and
            probability; all states are equally likely if not given.

    Returns:
        The game, as `load` returns one.

    Raises:
        InstanceError: the table cannot be read, or is not about actions in states.
        SizeError: it has too many cells.

    Source: theory.md 1.1 (the model).
    """
    one = _one("choice", choice, Choice)
    _, read = read_source(_table(table), choice=one, form=_one("form", form, Form))
    name = text_of(title, "title")
    game = table_game(
        read,
        name,
        one.agents,
        texts_of(actions, "actions"),
        texts_of(states, "states"),
        _prior(prior),
    )
    return frozen(parse(write(game), name))


def _prior(given: Mapping[str, Exact] | str | os.PathLike[str] | None) -> Prior | None:
    if given is None:
        return None
    if isinstance(given, Mapping):
        return Prior(
            {
                text_of(name, "prior"): nonnegative(f"prior[{name!r}]", value)
                for name, value in given.items()
            }
        )
    return read_prior(path_of(given, "prior"))


def _table(given: object) -> object:
    """A frame, or the path of a file. Raises InstanceError for anything else."""
    if is_frame(given):
        return given
    if not isinstance(given, str | os.PathLike):
        raise InstanceError(
            f"the table: {described(given)}, expected a data frame, or the path of a file such as"
            ' "utilities.csv"'
        )
    return path_of(given, "the table")


def _one(said: str, given: T, kind: type[T]) -> T:
    """A value of this type. Raises InstanceError for any other."""
    if not isinstance(given, kind):
        raise InstanceError(f"{said}: {described(given)}, expected a vf.{kind.__name__}")
    return given
