"""A table of utilities becomes a game: rows are actions in states, columns user and agents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from verifier.errors import InstanceError, SizeError
from verifier.files import read_text
from verifier.game.model import NOTHING, Agent, Game, Utility, finest
from verifier.game.names import name_fault
from verifier.game.place import MAX_NAMES
from verifier.game.reader import MAX_AGENTS, MAX_UTILITIES
from verifier.meant import hint
from verifier.tables.cells import CsvRows, numbers
from verifier.tables.grid import MAX_BYTES, listed
from verifier.tables.table import UtilityTable

ACTIONS = ("action", "item")
"""The label column that names actions: the first of these that the table has."""


@dataclass(frozen=True)
class Prior:
    """The probability of each state, and what is named in messages about it: a file, say."""

    chances: Mapping[str, Fraction]
    name: str = "the prior"


def table_game(
    table: UtilityTable,
    title: str,
    agents: Sequence[str] = (),
    actions: Sequence[str] = (),
    states: Sequence[str] = (),
    prior: Prior | None = None,
) -> Game:
    """The game with a table's utilities in which the agents see the state and the user nothing.

    The table needs a label column `state`, and `action` or `item`. `agents`, `actions` and `states`
    choose among the table's, in this order (default: all). Without a prior every state is equally
    likely. Raises InstanceError where an action and a state have no row, or several, and where a
    chosen one is no name of an instance; SizeError for more than an instance may hold.
    """
    rows = _rows(table)
    chosen_actions = _chosen(table, "action", actions, (a for a, _ in rows))
    chosen_states = _chosen(table, "state", states, (y for _, y in rows))
    names = _chosen(table, "agent", agents, table.agents)
    _refuse_unfit(table, {"action": chosen_actions, "state": chosen_states, "agent": names})
    _refuse_if_large(table, len(chosen_actions), len(chosen_states), len(names))
    missing = [(a, y) for a in chosen_actions for y in chosen_states if (a, y) not in rows]
    if missing:
        raise InstanceError(
            f"{table.name}: {len(missing)} of {len(chosen_actions) * len(chosen_states)} pairs of"
            f" an action and a state have no row, the first is {missing[0]}: choose others with"
            " --action and --state, or add the rows"
        )
    columns = {name: n for n, name in enumerate((table.user, *table.agents))}

    def utility(name: str) -> Utility:
        column = columns[name]
        return {
            (a, y): Fraction(table.rows[p][column], table.scales[p])
            for a in chosen_actions
            for y in chosen_states
            for p in [rows[a, y]]
        }

    return Game(
        title=title,
        source=f"{Path(table.name).name}, user {table.user}",
        states=chosen_states,
        actions=chosen_actions,
        agent_observations=chosen_states,
        joint=_joint(table, chosen_states, prior),
        utility=utility(table.user),
        agents=tuple(Agent(name, utility(name), finest(chosen_states)) for name in names),
    )


def _rows(table: UtilityTable) -> dict[tuple[str, str], int]:
    """The number of the point of every pair (action, state)."""
    label = next((name for name in ACTIONS if name in table.labels), None)
    if label is None or "state" not in table.labels:
        have = ", ".join(table.labels) or "none"
        raise InstanceError(
            f"{table.name}: has the label columns {have}; a game needs `state`, and `action` or"
            " `item`"
        )
    action, state = table.labels.index(label), table.labels.index("state")
    rows: dict[tuple[str, str], int] = {}
    for p, point in enumerate(table.points):
        pair = point[action], point[state]
        if pair in rows:
            raise InstanceError(
                f"{table.name}: rows {table.numbers[rows[pair]]} and {table.numbers[p]} below the"
                f" header are both about {pair}, expected one"
            )
        rows[pair] = p
    return rows


def _chosen(
    table: UtilityTable, what: str, wanted: Sequence[str], known: Iterable[str]
) -> tuple[str, ...]:
    """The names that were asked for, or all in the order of the table.

    `what` is the kind of name, for messages.
    """
    there = tuple(dict.fromkeys(known))
    for name in wanted:
        if name not in there:
            raise InstanceError(
                f"{table.name}: no {what} is called {name!r}, there are {listed(there)}"
                f"{hint(name, there)}"
            )
    if len(set(wanted)) < len(wanted):
        raise InstanceError(f"{table.name}: an {what} is asked for twice among {', '.join(wanted)}")
    return tuple(wanted) or there


def _refuse_unfit(table: UtilityTable, chosen: Mapping[str, Sequence[str]]) -> None:
    """Labels and columns of a table may be any text, names of a game may not."""
    for what, names in chosen.items():
        for n, name in enumerate(names, 1):
            wrong = name_fault(name)
            if wrong is not None:
                raise InstanceError(f"{table.name}: {what} number {n}: {wrong}")


def _refuse_if_large(table: UtilityTable, actions: int, states: int, agents: int) -> None:
    utilities = actions * states * (1 + agents)
    if max(actions, states) > MAX_NAMES or agents > MAX_AGENTS or utilities > MAX_UTILITIES:
        raise SizeError(
            f"{table.name}: would be a game of {actions} actions, {states} states and {agents}"
            f" agents ({utilities} utilities); at most {MAX_NAMES} actions and states, {MAX_AGENTS}"
            f" agents and {MAX_UTILITIES} utilities: choose fewer with --action, --state and"
            " --agent"
        )


def _joint(
    table: UtilityTable, states: tuple[str, ...], prior: Prior | None
) -> dict[tuple[str, str, str], Fraction]:
    if prior is None:
        prior = Prior(dict.fromkeys(states, Fraction(1, len(states))))
    chances = prior.chances
    for name in sorted(chances.keys() ^ set(states)):
        where = (
            f"is not a state of the game from {table.name}; its states are {listed(states)}"
            if name in chances
            else f"is a state of the game from {table.name} and has no probability"
        )
        raise InstanceError(f"{prior.name}: {name!r} {where}")
    if min(chances.values()) < 0 or sum(chances.values()) != 1:
        raise InstanceError(
            f"{prior.name}: sums to {sum(chances.values())}, expected 1, without negative numbers"
        )
    return {(NOTHING, y, y): chances[y] for y in states if chances[y]}


def read_prior(path: Path) -> Prior:
    """The prior in a CSV file with the columns state and probability.

    Raises InstanceError, with file and line, for other columns, a state that comes twice, and a
    probability that is missing or not rational. That they sum to 1 is left to `table_game`.
    """
    rows = CsvRows(str(path), read_text(path, MAX_BYTES))
    if rows.header != ["state", "probability"]:
        raise InstanceError(
            f"{path}: line 1: has the columns {', '.join(rows.header) or 'none'}, expected state,"
            " probability"
        )
    prior: dict[str, Fraction] = {}
    for cells in rows:
        where, state = f"{path}: line {rows.line}", cells[0].strip()
        if state in prior:
            raise InstanceError(f"{where}: state {state!r} appears twice")
        read = numbers(cells[1:], rows.header[1:], where)
        if read is None:
            raise InstanceError(f"{where}: probability is missing")
        prior[state] = Fraction(read[0][0], read[1])
    if not prior:
        raise InstanceError(f"{path}: has no rows below its header")
    return Prior(prior, str(path))
