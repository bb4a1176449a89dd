"""Several users under one rule: the search finds the smallest game in which it tells them nothing,
the grid leaves none out, and steps to smaller games keep its users.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement, product
from pathlib import Path

import pytest

import verifier.api as vf
from tests.games import INSTANCES
from verifier.checker import Check
from verifier.game.model import Game, Ties, Utility, digest
from verifier.game.population import gathered, own_games
from verifier.game.reader import load, parse
from verifier.game.shape import Shape, shape
from verifier.game.writer import write
from verifier.search.coverage import Found, Method, Objective
from verifier.search.integer_game import IntegerGame, Table, as_game
from verifier.search.kept import kept
from verifier.search.report import coverage_lines, games_of
from verifier.search.run import search
from verifier.search.shrink import shrink, steps
from verifier.search.size import Scope, size
from verifier.search.space import Grid, Renaming, between
from verifier.theory.benchmark import no_information, optimum
from verifier.theory.dropped import DROPPED, Counterexample, NoCounterexample, broken, judge
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

F = Fraction
PERSONALISED = DROPPED["personalised"]
SMALLEST = Shape(2, 2, 2, 2, 1, 0, 2)
TASTES = INSTANCES / "populations/opposite_tastes.toml"
COACHES = INSTANCES / "populations/rival_coaches.toml"


def searched(methods: list[Method], seed: int = 1) -> Found:
    return search(PERSONALISED, Guarantee.BAYES, Scope(), methods=methods, seed=seed)


def differences(game: Game) -> list[tuple[int, ...]]:
    """By how much the second action is better, state by state: to each user, to each agent."""
    first, second = game.actions

    def difference(table: Utility, states: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(int(table[second, y] - table[first, y]) for y in states)

    people = [person.game for person in game.people]
    users = [difference(one.utility, one.states) for one in people]
    agents = [difference(agent.utility, people[0].states) for agent in people[0].agents]
    return [*users, *agents]


def is_counterexample(game: Game) -> None:
    """By the theory's own verdicts, without the search's shortcuts."""
    finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    assert finding.verdict is Verdict.REFUTED
    assert finding.equilibrium is not None
    assert finding.equilibrium.user_utility == no_information(game) < optimum(game)
    for one in own_games(game):
        own = examine(one, [Guarantee.BAYES]).findings[Guarantee.BAYES]
        assert own.verdict is Verdict.PROVED
        assert own.bound.value == optimum(one) > no_information(one)


@pytest.mark.parametrize("method", [Method.ENUMERATE, Method.SAMPLE])
def test_opposite_tastes_are_found(method: Method) -> None:
    """The shipped game, with an even prior: hers is 2/3, so that nobody is indifferent alone."""
    found = searched([method])
    assert found.game is not None
    is_counterexample(found.game)
    reached, shipped = size(found.game), size(load(TASTES))
    assert reached.shape == shipped.shape == SMALLEST
    assert (reached.prior_denominator, shipped.prior_denominator) == (4, 6)
    assert (reached.scale, reached.largest_difference) == (1, 1)
    assert (shipped.scale, shipped.largest_difference) == (1, 1)
    for game in (found.game, load(TASTES)):
        *users, one, other = differences(game)
        assert sorted(users) == sorted([one, other]) == [(-1, 1), (1, -1)]
    assert found.minimal == (method is Method.ENUMERATE)
    assert not [step for step in steps(found.game) if broken(PERSONALISED, Guarantee.BAYES, step)]


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_other_seeds_shrink_to_the_same_size(seed: int) -> None:
    game = searched([Method.SAMPLE], seed).game
    assert game is not None
    reached = size(game)
    assert (reached.shape, reached.prior_denominator, reached.largest_difference) == (
        SMALLEST,
        4,
        1,
    )


def test_what_was_examined_is_told() -> None:
    lines = list(coverage_lines(searched([Method.SYNTHESISE])))
    assert lines[1] == (
        "  denominators of the users' shares up to 6, too; each agent wants the same, whoever acts"
    )
    assert (
        "asked of z3, 0 games examined: not asked: what it is asked is about one user" in lines[2]
    )
    scope = Scope(states=2, actions=2, prior_denominator=2, largest_difference=1)
    found = search(PERSONALISED, Guarantee.BAYES, scope, Objective.LOSS, [Method.ENUMERATE])
    (part,) = found.coverage
    assert part.counts is not None
    told = f"{part.counts.pairs} priors with shares and utilities of theirs,"
    assert (
        f"{told} {part.counts.hopeful} in which each of them could lose"
        in list(coverage_lines(found))[2]
    )


def test_the_best_loss_is_all_that_she_could_gain() -> None:
    """By theory.md 2.2 no game loses more than twice the distance; here it is all of OPT."""
    scope = Scope(states=2, actions=2, prior_denominator=2, largest_difference=2)
    found = search(PERSONALISED, Guarantee.BAYES, scope, Objective.RATIO, [Method.ENUMERATE])
    assert found.broken is not None
    assert found.broken.loss == optimum(found.broken.game) - no_information(found.broken.game)
    assert found.coverage[-1].outcome == "all examined"


def test_files_and_certificates(tmp_path: Path) -> None:
    found = searched([Method.ENUMERATE])
    files = kept(found, tmp_path)
    (instance,), twins = files["instance"], files["twin"]
    path = tmp_path / "personalised.toml"
    assert [one.user for one in twins] == ["Eve", "Fay"]
    assert {one.path for one in (instance, *twins)} == {path}
    assert instance.verified.verdicts == {"bayes": "refuted"}
    assert [one.verified.verdicts for one in twins] == [{"bayes": "proved"}] * 2
    for one in (instance, *twins):
        certificate = one.verified["bayes"].path
        assert certificate is not None
        verdict = one.verified.verdicts["bayes"]
        assert Check(certificate, path, ["--verdict", verdict]).reply().accepted
    game = load(path)
    assert found.game is not None and digest(game) == digest(found.game)
    assert PERSONALISED.lesson in " ".join((game.notes or "").split())
    assert write(game) == path.read_text(encoding="utf-8")


def test_from_python(tmp_path: Path) -> None:
    found = vf.search("personalised", users=2, keep=tmp_path)
    assert found.game is not None
    assert vf.verify(found.game, "bayes").verdicts == {"bayes": "refuted"}
    text = write(games_of(found)["instance"])
    for name in ("Eve", "Fay"):
        alone = vf.load(text, user=name)
        assert vf.verify(alone, "bayes").verdicts == {"bayes": "proved"}


@pytest.mark.parametrize("path", [TASTES, COACHES], ids=["tastes", "coaches"])
def test_what_is_shipped_is_a_counterexample(path: Path) -> None:
    game = load(path)
    is_counterexample(game)
    assert broken(PERSONALISED, Guarantee.BAYES, game) is not None


def test_one_user_and_users_with_one_mixture_are_none() -> None:
    game = load(TASTES)
    assert isinstance(judge(PERSONALISED, Guarantee.BAYES, replace(game)), NoCounterexample)
    first, second = game.people
    same = gathered([first, replace(second, game=first.game)])
    assert isinstance(judge(PERSONALISED, Guarantee.BAYES, same), NoCounterexample)
    nobody = gathered([replace(first, share=F(1)), replace(second, share=F(0))])
    assert isinstance(judge(PERSONALISED, Guarantee.BAYES, nobody), NoCounterexample)


def test_an_equilibrium_that_tells_something_is_no_counterexample() -> None:
    """Bob's stakes are small: the showman loses little by telling, so it takes both to be silent;
    where the equilibrium is worth more than NOINFO, it does not count.
    """
    game = load(TASTES)
    for shares in ((F(1, 3), F(2, 3)), (F(2, 3), F(1, 3))):
        people = [
            replace(person, share=share) for person, share in zip(game.people, shares, strict=True)
        ]
        judged = judge(PERSONALISED, Guarantee.BAYES, gathered(people))
        assert isinstance(judged, NoCounterexample)


def tables(values: range) -> Iterator[Table]:
    return (((0, one), (0, two)) for one, two in product(values, repeat=2))


def form(found: IntegerGame) -> tuple[object, ...]:
    """One and the same for all games that differ by names of states, actions and people."""
    keys = []
    for states, actions in product(((0, 1), (1, 0)), repeat=2):
        renaming = Renaming(states, states, (0,), actions)
        keys.append(
            (
                renaming.prior(found.prior),
                tuple(renaming.users(list(zip(found.users, found.shares, strict=True)))),
                tuple(sorted(renaming.table(table) for table in found.agents)),
            )
        )
    return min(keys)


def mixed(table: Table, one: Table, other: Table) -> bool:
    """By weights written out: with numbers up to 1 these are all that matter."""
    flat = [[v for column in t for v in column] for t in (table, one, other)]
    return any(
        all(c == w * a + (1 - w) * b for c, a, b in zip(*flat, strict=True))
        for w in (F(0), F(1, 2), F(1))
    )


def test_a_mixture_is_told_by_its_weight() -> None:
    for table, one, other in product(tables(range(-1, 2)), repeat=3):
        assert between(table, one, other) == mixed(table, one, other)


def learns(table: Table, prior: tuple[int, int]) -> bool:
    """Whether there is something to learn by one's utility, 0 for the first action."""
    worth = [weight * column[1] for weight, column in zip(prior, table, strict=True)]
    return max(0, sum(worth)) < sum(max(0, value) for value in worth)


def test_the_grid_leaves_no_game_out() -> None:
    """Beside all games with these numbers, without normal forms or names."""
    found = [form(numbers) for numbers in Grid(PERSONALISED, SMALLEST, 3, 1)]
    assert len(found) == len(set(found))
    wanted = set()
    values = list(tables(range(-1, 2)))
    for prior, shares in product(((1, 1), (1, 2), (2, 1)), repeat=2):
        for users in product(values, repeat=2):
            if not all(learns(user, prior) for user in users):
                continue
            for agents in combinations_with_replacement(values, 2):
                if all(mixed(user, *agents) for user in users):
                    weights = tuple((0, y, y, w) for y, w in enumerate(prior))
                    game = IntegerGame(
                        SMALLEST,
                        weights,
                        users[0],
                        agents,
                        ((0, 1), (0, 1)),
                        others=users[1:],
                        shares=shares,
                    )
                    wanted.add(form(game))
    assert set(found) == wanted


def test_opposite_tastes_are_the_only_ones_on_the_grid() -> None:
    """As theory.md 1.8 says: all are decided, and shares are equal."""
    judged: dict[IntegerGame, object] = {
        numbers: judge(PERSONALISED, Guarantee.BAYES, as_game(PERSONALISED, numbers))
        for numbers in Grid(PERSONALISED, SMALLEST, 6, 1)
    }
    found = [n for n, answer in judged.items() if isinstance(answer, Counterexample)]
    cleared = [n for n, answer in judged.items() if isinstance(answer, NoCounterexample)]
    assert (len(judged), len(found), len(cleared)) == (342, 6, 336)
    opposite = (((0, -1), (0, 1)), ((0, 1), (0, -1)))
    assert all(n.shares == (1, 1) and n.users == n.agents == opposite for n in found)


def test_names_of_users_are_hers() -> None:
    numbers = next(iter(Grid(PERSONALISED, SMALLEST, 2, 1)))
    game = as_game(PERSONALISED, numbers)
    assert [person.name for person in game.people] == ["Eve", "Fay"]
    assert digest(parse(write(game), "the text")) == digest(game)


def test_padding_comes_off_and_the_users_stay() -> None:
    """A third user like the first, a third agent, larger numbers, uneven shares."""
    ann, bob = load(TASTES).people
    third = replace(ann.game.agents[0], name="echo")
    wide = gathered(
        [
            replace(
                person,
                name=name,
                share=share,
                game=replace(person.game, agents=(*person.game.agents, third)),
            )
            for person, name, share in (
                (ann, "ann", F(3, 7)),
                (bob, "bob", F(1, 2)),
                (ann, "eve", F(1, 14)),
            )
        ]
    )
    assert shape(wide) == Shape(3, 2, 2, 2, 1, 0, 3)
    assert broken(PERSONALISED, Guarantee.BAYES, wide) is not None
    small = shrink(wide, lambda step: broken(PERSONALISED, Guarantee.BAYES, step) is not None)
    assert shape(small) == SMALLEST
    assert [person.share for person in small.people] == [F(1, 2), F(1, 2)]


def test_steps_keep_what_users_have_of_their_own() -> None:
    """Rival coaches have a utility for each user; with priors of their own these stay, too."""
    game = load(COACHES)
    assert all(step.population for step in steps(game))
    ada, emmy = game.people
    joint = dict(zip(emmy.game.joint, (F(1, 5), F(4, 5)), strict=True))
    apart = gathered([ada, replace(emmy, game=replace(emmy.game, joint=joint))])
    assert digest(parse(write(apart), "the text")) == digest(apart)
    found = list(steps(apart))
    assert found
    for step in found:
        assert [len(person.game.states) for person in step.people] == [2, 2]
        assert tuple(step.people[1].game.joint.values()) == (F(1, 5), F(4, 5))
        assert digest(parse(write(step), "the text")) == digest(step)


def test_tie_rules_of_users_are_written() -> None:
    text = TASTES.read_text(encoding="utf-8").replace(
        'name  = "bob"', 'name  = "bob"\nties = "order"'
    )
    bob = parse(text, "the text", user="bob")
    assert bob.ties is Ties.ORDER and bob.origin is not None
    assert bob.origin.people[1].game.ties is Ties.ORDER
