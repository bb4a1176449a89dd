"""Families of random games: a family, a seed and a number make the same game on every machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from verifier.errors import InstanceError
from verifier.game.affine import stated
from verifier.game.model import (
    NOTHING,
    Agent,
    Game,
    Ties,
    Utility,
    joint_of_prior,
)
from verifier.meant import hint
from verifier.rng import Draws
from verifier.sweep.template import Template
from verifier.theory.guarantees.guarantee import Guarantee, answerable

Table = dict[tuple[str, str], Fraction]


@dataclass(frozen=True)
class RandomFamily:
    """A family of random games; every field is part of its identity.

    `name` is one of FAMILIES, or `template`.

    Utilities are multiples of 1/`grid` from 0 to 1, priors have denominators of at most `grid`
    times the number of their entries. `distance`, `bias` and `shared` are used by the families
    whose docstrings say so; `template` is the text of a file, and `at` has values of its
    parameters.
    """

    name: str
    states: int = 3
    actions: int = 3
    agents: int = 2
    grid: int = 10
    distance: Fraction = Fraction(0)
    bias: Fraction = Fraction(0)
    ties: Ties = Ties.ANY
    template: str | None = None
    at: tuple[tuple[str, str], ...] = ()
    shared: Fraction = Fraction(0)

    def text(self) -> str:
        """The family as one JSON text, the same for the same family."""
        numbers = {key: str(getattr(self, key)) for key in ("distance", "bias", "shared")}
        content = {**asdict(self), **numbers}
        for later in ("at", "shared"):  # stores of families without them go on
            if not getattr(self, later):
                del content[later]
        return json.dumps(content, sort_keys=True)

    @classmethod
    def read(cls, text: str) -> RandomFamily:
        """The family of a text that `text` has made."""
        given: dict[str, Any] = json.loads(text)
        numbers = {key: Fraction(given.get(key, 0)) for key in ("distance", "bias", "shared")}
        at = tuple((name, value) for name, value in given.get("at", ()))
        return cls(**{**given, **numbers, "ties": Ties(given["ties"]), "at": at})

    def game(self, seed: int, number: int, file: str = "the template") -> Game:
        """The game of a seed and a number from 1 on.

        Raises InstanceError, which names the template's file, where its draws do not fit together.
        """
        draws = Draws(self.text(), seed, number)
        title = f"{self.name}, seed {seed}, game {number}"
        if self.template is not None:
            return Template(self.template, file).game(draws, title, dict(self.at))
        return FAMILIES[self.name](_Drawing(self, draws, title))

    def heading(self, seed: int) -> str:
        """The name and the seed, with whose game a template's is, and values of its parameters."""
        said = f"{self.name}, seed {seed}"
        if self.template is None:
            return said
        draws = Draws(self.text(), seed, 1)
        game = Template(self.template, "the template").reading(draws, dict(self.at))
        values = f", at {stated(game.parameters)}" if game.parameters else ""
        return f"{said}{game.whose}{values}"

    def answerable(self, seed: int, guarantees: Sequence[Guarantee]) -> tuple[Guarantee, ...]:
        """Those of the guarantees that can be asked of its games. Raises InstanceError for none."""
        return answerable(self.game(seed, 1), guarantees)


class _Drawing:
    """A game in the making: its draws, its names, and tables of them."""

    def __init__(self, family: RandomFamily, draws: Draws, title: str) -> None:
        self.family, self.draws, self.title = family, draws, title
        self.states = tuple(f"y{n + 1}" for n in range(family.states))
        self.actions = tuple(f"a{n + 1}" for n in range(family.actions))

    def table(self, low: Fraction, high: Fraction) -> Table:
        """A table of independent multiples of 1/grid from `low` to `high`, multiples themselves."""
        grid = self.family.grid
        ends = int(low * grid), int(high * grid)
        return {
            (a, y): Fraction(self.draws.integer(*ends), grid)
            for a in self.actions
            for y in self.states
        }

    def utility(self) -> Table:
        return self.table(Fraction(0), Fraction(1))

    def probabilities(self, count: int) -> list[Fraction]:
        """Positive probabilities that sum to 1, with a denominator of grid times `count`."""
        total = self.family.grid * count
        return [Fraction(share, total) for share in self.draws.shares(count, total)]

    def agents(
        self, tables: list[Table], sees: list[tuple[tuple[str, ...], ...]] | None = None
    ) -> tuple[Agent, ...]:
        finest = tuple((y,) for y in self.states)
        partitions = sees or [finest] * len(tables)
        return tuple(
            Agent(f"agent {n + 1}", table, partitions[n]) for n, table in enumerate(tables)
        )

    def game(
        self, user: Utility, agents: tuple[Agent, ...], tolerance: Fraction | None = None
    ) -> Game:
        """The game in which the agents see the state and the user nothing."""
        prior = dict(zip(self.states, self.probabilities(len(self.states)), strict=True))
        return self.private_game(
            user, agents, (NOTHING,), self.states, joint_of_prior(prior), tolerance
        )

    def private_game(
        self,
        user: Utility,
        agents: tuple[Agent, ...],
        hers: tuple[str, ...],
        theirs: tuple[str, ...],
        joint: dict[tuple[str, str, str], Fraction],
        tolerance: Fraction | None = None,
    ) -> Game:
        return Game(
            title=self.title,
            states=self.states,
            actions=self.actions,
            user_observations=hers,
            agent_observations=theirs,
            joint=joint,
            utility=user,
            agents=agents,
            ties=self.family.ties,
            tolerance=tolerance,
        )


def uniform(draw: _Drawing) -> Game:
    """Games with independent uniform utilities, and the paper's claim for each."""
    user = draw.utility()
    return draw.game(user, draw.agents([draw.utility() for _ in range(draw.family.agents)]))


def near_hull(draw: _Drawing) -> Game:
    """Games whose user is a random mixture of the agents, plus noise of at most `distance`.

    So her hull distance is no larger.
    """
    tables = [draw.utility() for _ in range(draw.family.agents)]
    weights = draw.probabilities(len(tables)) if len(tables) > 1 else [Fraction(1)]
    distance, steps = draw.family.distance, draw.family.grid
    user = {
        key: (
            sum((w * table[key] for w, table in zip(weights, tables, strict=True)), Fraction(0))
            + distance * Fraction(draw.draws.integer(-steps, steps), steps)
        )
        for key in tables[0]
    }
    return draw.game(user, draw.agents(tables), distance)


def shared_bias(draw: _Drawing) -> Game:
    """Games whose agents have the user's utility, plus a shared bias, plus a part of their own.

    The bias is at most `bias`, an agent's own part at most `distance`.
    """
    user, bias = draw.utility(), draw.table(Fraction(-1), Fraction(1))
    own = [draw.table(Fraction(-1), Fraction(1)) for _ in range(draw.family.agents)]
    tables = [
        {
            k: u + draw.family.bias * bias[k] + draw.family.distance * part[k]
            for k, u in user.items()
        }
        for part in own
    ]
    return draw.game(user, draw.agents(tables))


def sponsors(draw: _Drawing) -> Game:
    """Games whose agents have the user's utility, and earn more where a product is taken.

    The first actions are products, one of each agent. He earns (1 - `shared`) `bias` when his own
    is taken, and `shared` `bias` when anybody's is. With k agents and an action that is no product
    the hull distance is (`shared` + (1 - `shared`) / k) `bias` / 2: the mixture in equal weights is
    her utility and that bonus on all products. Without such an action it is 0.
    """
    user, products = draw.utility(), draw.actions[: draw.family.agents]
    all_share = draw.family.shared * draw.family.bias
    tables = [
        {
            (a, y): u + (a in products) * all_share + (a == own) * (draw.family.bias - all_share)
            for (a, y), u in user.items()
        }
        for own in products
    ]
    return draw.game(user, draw.agents(tables))


def private(draw: _Drawing) -> Game:
    """Games in which the user has observations of her own and the agents see noisy ones.

    Hers are two; every agent has a random partition of theirs.
    """
    hers, theirs = ("early", "late"), tuple(f"signal {n + 1}" for n in range(draw.family.states))
    places = [(x_user, x, y) for x_user in hers for x in theirs for y in draw.states]
    joint = dict(zip(places, draw.probabilities(len(places)), strict=True))
    cells = [
        _cells(theirs, [draw.draws.below(len(theirs)) for _ in theirs])
        for _ in range(draw.family.agents)
    ]
    user = draw.utility()
    return draw.private_game(
        user, draw.agents([draw.utility() for _ in cells], cells), hers, theirs, joint
    )


def _cells(names: tuple[str, ...], labels: list[int]) -> tuple[tuple[str, ...], ...]:
    pairs = list(zip(names, labels, strict=True))
    return tuple(
        tuple(name for name, own in pairs if own == label) for label in dict.fromkeys(labels)
    )


FAMILIES = {
    "uniform": uniform,
    "near-hull": near_hull,
    "shared-bias": shared_bias,
    "sponsors": sponsors,
    "private": private,
}
"""The families that are drawn from scratch; `template` is the other."""

USES = {
    "uniform": set[str](),
    "near-hull": {"distance"},
    "shared-bias": {"distance", "bias"},
    "sponsors": {"bias", "shared"},
    "private": set[str](),
    "template": {"template", "at"},
}
"""The parameters, besides the sizes, that a family has."""

SIZES = ("states", "actions", "agents", "grid", "ties")
DEFAULTS = {
    "near-hull": {"distance": Fraction(1, 10)},
    "shared-bias": {"distance": Fraction(1, 10), "bias": Fraction(1, 2)},
    "sponsors": {"bias": Fraction(1, 2)},
}


def family(name: str, given: dict[str, Any]) -> RandomFamily:
    """The family of a name with these parameters; None stands for a default.

    Raises InstanceError for an unknown name and for a parameter that the family does not have.
    """
    if name not in USES:
        raise InstanceError(
            f"{name}: no such family, expected one of {', '.join(USES)}{hint(name, USES)}"
        )
    known = USES[name] | (set() if name == "template" else set(SIZES))
    chosen = {key: value for key, value in given.items() if value is not None}
    for key in chosen:
        if key not in known:
            raise InstanceError(
                f"--{key}: the family {name} has no such parameter, expected"
                f" {', '.join(sorted(known))}"
            )
    if name == "template":
        if "template" not in chosen:
            raise InstanceError(
                "--template: is missing; the family template draws from an instance file with"
                " ranges"
            )
        return RandomFamily(name, template=chosen["template"], at=chosen.get("at", ()))
    found = RandomFamily(name, **{**DEFAULTS.get(name, {}), **chosen})
    if found.shared > 1:
        raise InstanceError(f"--shared: is {found.shared}, expected a part of the bias, at most 1")
    if name == "sponsors" and found.agents > found.actions:
        raise InstanceError(
            f"--agents: {found.agents} sponsors need as many actions, one each: expected at most"
            f" {found.actions}, or more --actions"
        )
    return found
