"""Equilibria in which an agent tosses a coin for the user's ties (theory.md 6.16).

All announce the same partition, and one agent, the *sender*, says more in some of its cells: which
part of the cell x_B lies in, and a coin by which the user breaks her ties. What agents lose by her
ties in one cell may make up for what they could gain in another, where she may mix.

1. For each set of atoms that all can tell apart, and each of her best responses there, the payoffs;
   and what each agent could get there by another rule (theory.md 6.1).
2. One linear program for each partition and sender: the least that she can have while no agent's
   gains sum to more than gamma.
3. The signals are verified with deviation bounds of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import islice, product

from verifier.errors import SizeError
from verifier.game.model import Cell, Game, Ties
from verifier.game.response import SignalDistribution, best_actions_at, expected
from verifier.game.rules import Signal, common_coarsening
from verifier.solve.effort import USUAL, Effort
from verifier.solve.partitions import partitions
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.deviations.deviation import deviation_bound
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium, verify_profile
from verifier.theory.equilibria.partition_cells import cell_name

COIN_ATOM_LIMIT = 4
"""The largest number of atoms for which coins are tried."""

COIN_RESPONSE_LIMIT = 16
"""The largest number of the user's best responses to a set of atoms among which a coin may fall."""


@dataclass(frozen=True)
class Answered:
    """What is said of x_B, and one of the user's best responses, by her observation.

    `utilities` are the agents', in their order.
    """

    said: Cell
    actions: Mapping[str, str]
    user_utility: Fraction
    utilities: tuple[Fraction, ...]


@dataclass(frozen=True)
class Spoken:
    """What the sender says while all announce these cells, with what the user then has.

    `probabilities` are by the number of the cell and the place of an answer in it.
    """

    cells: Sequence[Cell]
    sender: int
    value: Fraction
    probabilities: Mapping[Key, Fraction]


def coin_equilibrium(
    game: Game, effort: Effort = USUAL, below: Fraction | None = None
) -> SignalEquilibrium | None:
    """The worst equilibrium for the user that is found with a sender who tosses coins.

    Domain: games with several agents. None where her ties leave nothing to toss for, where there
    are more than COIN_ATOM_LIMIT atoms, or where none is found. `below`: only those in which she
    has less count.
    """
    if game.ties is not Ties.ANY or game.has_unique_best_actions:
        return None
    search = _Coins(game, effort)
    if len(search.atoms) > COIN_ATOM_LIMIT:
        return None
    programs = (
        search.spoken([_union(cell) for cell in cells], sender)
        for cells in partitions(search.atoms, len(search.atoms))
        for sender in range(len(game.agents))
    )
    for spoken in sorted(filter(None, programs), key=lambda spoken: spoken.value):
        if below is not None and spoken.value >= below:
            return None
        if (found := search.verified(spoken)) is not None:
            return found
    return None


def _union(atoms: Sequence[Cell]) -> Cell:
    return tuple(x for atom in atoms for x in atom)


class _Coins:
    """The search in one game, over partitions into sets of atoms."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        possible = {x for _, x in game.points}
        shared = common_coarsening(game, [agent.sees for agent in game.agents])
        self.atoms = [cell for cell in shared if possible.intersection(cell)]
        self.answers, self.bounds = cache(self._answers), cache(self._bounds)

    def spoken(self, cells: Sequence[Cell], sender: int) -> Spoken | None:
        """What the sender says that is worst for the user while all announce these cells."""
        try:
            answer = self.effort.solve(self.program(cells, sender))
        except SizeError:
            return None
        if not isinstance(answer, Optimal):
            return None
        used = {key: p for key, p in answer.primal.items() if p}
        return Spoken(cells, sender, answer.value, used)

    def program(self, cells: Sequence[Cell], sender: int) -> Program:
        """The least for the user; column (number of the cell, place of an answer in it).

        The column is the probability with which the sender says it, at every x_B that it names.
        """
        program, agents = Program(Goal.MINIMISE), range(len(self.game.agents))
        gains: list[dict[Key, Number]] = [{} for _ in agents]
        for number, cell in enumerate(cells):
            said: dict[str, dict[Key, Number]] = {x: {} for x in cell}
            for place, one in enumerate(self.parts(cell)):
                key, bounds = (number, place), self.bounds(one.said)
                program.column(key, one.user_utility)
                for n in agents:
                    gains[n][key] = (0 if n == sender else bounds[n]) - one.utilities[n]
                for x in one.said:
                    said[x][key] = 1
            for x, row in said.items():
                program.row(("said", x), row, Sense.EQUAL, 1)
        own = sum([self.bounds(cell)[sender] for cell in cells])
        for n in agents:
            room = self.game.gamma - (own if n == sender else 0)
            program.row(("gain", n), gains[n], Sense.AT_MOST, room)
        return program

    def parts(self, cell: Cell) -> list[Answered]:
        """All that the sender may say in a cell, with every response of the user."""
        inside = [atom for atom in self.atoms if set(atom) <= set(cell)]
        chosen = product([False, True], repeat=len(inside))
        sets = [[a for a, taken in zip(inside, mask, strict=True) if taken] for mask in chosen]
        return [one for atoms in sets if atoms for one in self.answers(_union(atoms))]

    def _answers(self, said: Cell) -> list[Answered]:
        game, types = self.game, self.types(said, 0)
        choices = [best_actions_at(game, t, points) for t, points in types.items()]
        found = []
        for actions in islice(product(*choices), COIN_RESPONSE_LIMIT):
            response = dict(zip(types, actions, strict=True))
            his = tuple([expected(his, types, response) for his in game.agent_payoffs.values()])
            hers = expected(game.user_payoff, types, response)
            found.append(Answered(said, {t[0]: a for t, a in response.items()}, hers, his))
        return found

    def _bounds(self, said: Cell) -> tuple[Fraction, ...]:
        """What each agent could get at most where the others say this, in their order."""
        types = self.types(said, len(self.game.agents) - 1)
        return tuple(
            deviation_bound(self.game, agent, types, self.effort).value
            for agent in self.game.agents
        )

    def types(self, said: Cell, others: int) -> SignalDistribution:
        """The user's types where so many agents say this."""
        found: dict[tuple[str, ...], dict[str, Number]] = {}
        for x_user, x in self.game.points:
            if x in said:
                found.setdefault((x_user, *[cell_name(said)] * others), {})[x] = 1
        return found

    def verified(self, spoken: Spoken) -> SignalEquilibrium | None:
        """The signals with these probabilities, if they are an equilibrium."""
        cells, sender = spoken.cells, spoken.sender
        agents, signals = self.game.agents, dict[str, Signal]()
        messages: dict[str, dict[str, Fraction]] = {x: {} for cell in cells for x in cell}
        response: dict[tuple[str, ...], str] = {}
        for (number, one), message, p in self.messages(cells, spoken.probabilities):
            for x in one.said:
                messages[x][message] = p
            told = [
                message if n == sender else cell_name(cells[number]) for n in range(len(agents))
            ]
            response |= {(x_user, *told): action for x_user, action in one.actions.items()}
        anything = next(iter(messages.values()))  # for observations of probability zero
        for n, agent in enumerate(agents):
            announced = {x: {cell_name(cell): Fraction(1)} for cell in cells for x in cell}
            sent: Signal = messages if n == sender else announced
            rest = anything if n == sender else next(iter(announced.values()))
            signals[agent.name] = {x: sent.get(x, rest) for x in self.game.agent_observations}
        words = {message for sent in messages.values() for message in sent}
        if not self.game.conversation.conveys(max(len(words), len(cells))):
            return None
        return verify_profile(self.game, "coin", signals, response, self.effort)

    def messages(
        self, cells: Sequence[Cell], spoken: Mapping[Key, Fraction]
    ) -> Iterator[tuple[tuple[int, Answered], str, Fraction]]:
        """The number of the cell, what is said there, as which message, and how often."""
        for number, cell in enumerate(cells):
            parts = enumerate(self.parts(cell))
            said = [
                (one, spoken[number, place]) for place, one in parts if (number, place) in spoken
            ]
            for one, p in said:
                same = [other for other, _ in said if other.said == one.said]
                side = f" ({same.index(one) + 1})" if len(same) > 1 else ""
                yield (number, one), cell_name(one.said) + side, p
