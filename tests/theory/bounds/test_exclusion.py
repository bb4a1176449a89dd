"""Where ties favour the speaker: nothing may be left to offer, and who wins against whom
(theory.md 6.7, 6.21).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from itertools import product

import pytest

from benchmarks.coverage import Factors, random_game
from tests.kernel.brute_force import Heard, Says, best, grid, heard
from tests.kernel.building import says
from tests.kernel.mixtures import could_get
from verifier.certificate import certificate
from verifier.game.model import Game, Ties
from verifier.game.writer import write
from verifier.numbers import rational
from verifier.theory.equilibria.existence import Existence
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Finding, examine

F = Fraction


def found_in(game: Game) -> Finding:
    return examine(game, [Guarantee.BEST_AI], ends=()).findings[Guarantee.BEST_AI]


def favouring(seed: int) -> Game:
    """A random game in which a best-ai user breaks ties in favour of who deviates."""
    draw = random.Random(seed)
    return random_game(
        draw,
        Factors(
            actions=draw.choice((2, 3)),
            ties=Ties.FAVOUR_SPEAKER,
            partitions=draw.random() < 0.5,
            alphabet=draw.choice((2, "rich")),
            integers=True,
        ),
    )


@dataclass(frozen=True)
class Offer:
    """A signal, as a user who picks it may answer it."""

    game: Game
    says: Says

    @cached_property
    def told(self) -> Heard:
        return heard(self.game, [self.says])

    @cached_property
    def worth(self) -> Fraction:
        return sum((max(each[""].values()) for each in self.told.values()), F(0))

    @cached_property
    def results(self) -> list[dict[str, Fraction]]:
        """What the agents get, whatever of the best she does."""
        names, found = [agent.name for agent in self.game.agents], []
        for chosen in product(*(best(self.game, each) for each in self.told.values())):
            pairs = list(zip(self.told.values(), chosen, strict=True))
            found.append({name: sum((w[name][a] for w, a in pairs), F(0)) for name in names})
        return found

    def favourably(self, name: str) -> Fraction:
        return max(found[name] for found in self.results)


def gives(offer: Offer, rival: Offer, name: str) -> Fraction:
    """What an agent gets who offers this beside his rival, with all ties in his favour."""
    best_offers = [o for o in (offer, rival) if o.worth == max(offer.worth, rival.worth)]
    return max(o.favourably(name) for o in best_offers)


@dataclass(frozen=True)
class Stable:
    """Two offers and what the agents get, where no signal on the grid is better for either."""

    offers: tuple[Offer, Offer]
    has: dict[str, Fraction]

    @property
    def worth(self) -> Fraction:
        return max(offer.worth for offer in self.offers)


def equilibria(game: Game) -> Iterator[Stable]:
    """The pairs of signals on a grid, and of her answers, such that no signal there is better."""
    one, two = (agent.name for agent in game.agents)
    mine, others = ([Offer(game, s) for s in grid(game, agent.sees)] for agent in game.agents)
    most = {
        one: [max(gives(offer, rival, one) for offer in mine) for rival in others],
        two: [max(gives(offer, rival, two) for offer in others) for rival in mine],
    }
    for (i, a), (j, b) in product(enumerate(mine), enumerate(others)):
        picked = (offer for offer in (a, b) if offer.worth == max(a.worth, b.worth))
        for has in (result for offer in picked for result in offer.results):
            if most[one][j] <= has[one] and most[two][i] <= has[two]:
                yield Stable((a, b), has)


def test_no_offers_are_an_equilibrium_where_none_is_said_to_be() -> None:
    """Whatever both offer, of signals with a few words on a grid, somebody gains by another."""
    games = [favouring(seed) for seed in range(120)]
    empty = [game for game in games if found_in(game).existence is Existence.NO_OUTCOME]
    assert len(empty) >= 10
    for game in empty:
        assert next(equilibria(game), None) is None


def test_where_one_is_exhibited_the_grid_has_one_now_and_then() -> None:
    """The search on the grid is no search that finds nothing."""
    games = [game for game in map(favouring, range(40)) if found_in(game).existence is None]
    assert sum(next(equilibria(game), None) is not None for game in games) > len(games) / 2


@pytest.mark.parametrize("ties", [Ties.ANY, Ties.BELIEF, Ties.ORDER])
def test_other_tie_rules_leave_an_equilibrium(ties: Ties) -> None:
    """Where she need not pick who offers as much, two common rules are stable."""
    games = [favouring(seed) for seed in range(60)]
    empty = [game for game in games if found_in(game).existence is Existence.NO_OUTCOME]
    assert all(found_in(replace(game, ties=ties)).existence is None for game in empty)


# Who wins against whom


def split(seed: int) -> Game:
    """A random game of two agents who see different things, with ties that favour the speaker."""
    draw = random.Random(f"wins {seed}")
    return random_game(
        draw,
        Factors(
            agents=2,
            states=draw.choice((2, 3)),
            actions=draw.choice((2, 3)),
            ties=Ties.FAVOUR_SPEAKER,
            partitions=True,
            alphabet=draw.choice((2, "rich")),
            integers=draw.random() < 0.5,
        ),
    )


def exact(game: Game) -> Iterator[Stable]:
    """The pairs of signals on the grid to which no signal at all is better, off it as well."""

    @cache
    def most(n: int, worth: Fraction) -> Fraction | None:
        return could_get(game, game.agents[n], worth)

    for found in equilibria(game):
        limits = [most(n, found.offers[1 - n].worth) for n in range(2)]
        has = [found.has[agent.name] for agent in game.agents]
        if all(more is None or more <= now for more, now in zip(limits, has, strict=True)):
            yield found


EMPTY = (2, 12, 87, 98, 110, 140, 151, 157, 159, 196, 206, 226, 240, 241)
"""Seeds of games in which contests leave no equilibrium."""

RAISED = (9, 178)
"""Seeds of games in which they raise the bound."""


@pytest.mark.parametrize("seed", EMPTY)
def test_contests_leave_no_equilibrium(seed: int) -> None:
    """By the definition, on the grid, there is none; and the kernel accepts the proof."""
    game = split(seed)
    found = found_in(game)
    assert found.bound.excluded is not None
    assert found.bound.excluded.contests
    assert found.existence is Existence.NO_OUTCOME
    made = certificate(game, found)
    assert made is not None
    assert "no equilibrium with the best-ai user exists" in says(json.loads(made.text), game)
    assert next(exact(game), None) is None, write(game)


@pytest.mark.parametrize("seed", RAISED)
def test_no_equilibrium_of_the_grid_lies_below_what_contests_prove(seed: int) -> None:
    game = split(seed)
    found = found_in(game)
    assert found.bound.contests
    made = certificate(game, found)
    assert made is not None
    assert "if ties favour the speaker" in says(json.loads(made.text), game)
    least = rational(found.bound.value)
    assert all(pair.worth >= least for pair in exact(game)), write(game)


def test_with_pairs_of_offers_the_grid_has_equilibria_in_such_games() -> None:
    """Of games of the same kind in which one is exhibited the grid has one now and then, and none
    of these is worth less than the bound.
    """
    games = [game for game in map(split, range(30)) if found_in(game).equilibrium is not None]
    least: dict[int, Fraction] = {}
    for n, game in enumerate(games):
        worths = [pair.worth for pair in exact(game)]
        least |= {n: min(worths)} if worths else {}
    assert len(least) > len(games) / 4
    bounds = {n: rational(found_in(games[n]).bound.value) for n in least}
    assert all(worth >= bounds[n] for n, worth in least.items())
