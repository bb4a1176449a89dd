"""Several users: each one's own game, and that of all under one rule, by the definitions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
import z3
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import verifier.api as vf
from tests.games import ROOT
from tests.second_checker.game import digest as second_digest
from tests.second_checker.game import load_game
from verifier.errors import InstanceError, SizeError
from verifier.game.model import Game, digest
from verifier.game.reader import load, load_family, load_users, parse
from verifier.kernel.game_file import parsed, read_game
from verifier.kernel.reader.document import UnreadableError
from verifier.report.population import population_lines

F = Fraction
POPULATIONS = ROOT / "instances/populations"
TASTES = (POPULATIONS / "opposite_tastes.toml").read_text(encoding="utf-8")
COACHES = (POPULATIONS / "rival_coaches.toml").read_text(encoding="utf-8")
STATES, ACTIONS = ("y", "z"), ("a", "b")
USERS = ("ann", "bob")


def numbers() -> st.SearchStrategy[str]:
    return st.builds(lambda n, d: f'"{n}/{d}"', st.integers(-3, 3), st.integers(1, 3))


@st.composite
def tables(draw: st.DrawFn, key: str) -> str:
    """The lines of a utility under a key."""
    return "\n".join(
        f"{key}.{a} = {{ y = {draw(numbers())}, z = {draw(numbers())} }}" for a in ACTIONS
    )


def shared(parts: list[int]) -> list[str]:
    return [f'"{n}/{sum(parts)}"' for n in parts]


@st.composite
def files(draw: st.DrawFn, ties: str = "order") -> str:
    """A file with two users and two agents, in which users may have priors of their own."""
    weights = st.lists(st.integers(1, 4), min_size=2, max_size=2).map(shared)
    common, shares = draw(weights), draw(weights)
    lines = [
        'format = 1\ntitle = "Two users"\nstates = ["y", "z"]\nactions = ["a", "b"]',
        f"prior = {{ y = {common[0]}, z = {common[1]} }}",
    ]
    for user, share in zip(USERS, shares, strict=True):
        lines += ["[[users]]", f'name = "{user}"', f"share = {share}", draw(tables("utility"))]
        if draw(st.booleans()):
            own = draw(weights)
            lines += [f"prior = {{ y = {own[0]}, z = {own[1]} }}"]
        elif draw(st.booleans()):
            rows = product(("low", "high"), STATES)
            p = draw(st.lists(st.integers(1, 3), min_size=4, max_size=4).map(shared))
            written = [f'["{x}", "{y}", "{y}", {n}]' for (x, y), n in zip(rows, p, strict=True)]
            lines += ['user_observations = ["low", "high"]', f"joint = [{', '.join(written)}]"]
    for agent in ("one", "two"):
        lines += ["[[agents]]", f'name = "{agent}"']
        if draw(st.booleans()):
            lines += [draw(tables("utility"))]
        else:
            lines += [draw(tables(f"utilities.{user}")) for user in USERS]
    lines += [f'[model]\nties = "{ties}"']
    return "\n".join(lines) + "\n"


@st.composite
def plain_files(draw: st.DrawFn) -> str:
    """A file with two users who observe nothing, whose utilities differ from each other."""
    shares = draw(st.sampled_from([("1/2", "1/2"), ("1/3", "2/3")]))
    lines = ['format = 1\ntitle = "Two users"\nstates = ["y", "z"]\nactions = ["a", "b"]']
    lines += ['prior = { y = "2/5", z = "3/5" }']
    for user, share in zip(USERS, shares, strict=True):
        lines += ["[[users]]", f'name = "{user}"', f'share = "{share}"', draw(tables("utility"))]
    for agent in ("one", "two"):
        lines += ["[[agents]]", f'name = "{agent}"', draw(tables("utility"))]
    return "\n".join(lines) + "\n"


def readings(text: str) -> dict[str | None, Game]:
    return {user: parse(text, "game.toml", user=user) for user in (None, *USERS)}


@settings(max_examples=40, deadline=None)
@given(files())
def test_three_readers_read_the_same_games(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("game") / "game.toml"
    path.write_text(text, encoding="utf-8")
    assert load_users(path) == USERS
    for user, game in readings(text).items():
        kernel, second = parsed(text, "game.toml", "", user), load_game(path, None, user)
        assert digest(game) == kernel.digest == f"sha256:{second_digest(second)}"
        assert game.whose == kernel.whose == second.whose
        assert game.population == bool(kernel.people) == bool(second.shares) == (user is None)
        assert digest(load(path, user=user)) == digest(game)


def acted(game: Game, told: dict[str, str]) -> dict[tuple[str, str], str]:
    """What she does where she hears `told` of the state, by definition; ties to the first."""
    chosen = {}
    for x, z in game.points:
        worth = {
            a: sum(
                (
                    p * game.utility[a, y]
                    for (x_user, x_agent, y), p in game.joint.items()
                    if x_user == x and told[x_agent] == told[z]
                ),
                F(0),
            )
            for a in game.actions
        }
        chosen[x, z] = max(game.actions, key=lambda a: (worth[a], -game.actions.index(a)))
    return chosen


def payoffs(game: Game, told: dict[str, str]) -> dict[str, F]:
    """What the user and each agent have where she hears that."""
    chosen = acted(game, told)
    people = {"": game.utility, **{agent.name: agent.utility for agent in game.agents}}
    return {
        name: sum((p * table[chosen[x, z], y] for (x, z, y), p in game.joint.items()), F(0))
        for name, table in people.items()
    }


SILENT, OPEN = {"y": "", "z": ""}, {"y": "y", "z": "z"}


@settings(max_examples=25, deadline=None)
@given(files())
def test_equilibria_under_one_rule_by_the_sum_over_users(text: str) -> None:
    """Pure signals in two states: each agent is silent or tells, and all hear the same.

    Payoffs are those of each user's own game, added up by shares; no game of all is used.
    """
    games = readings(text)
    together, shares = games.pop(None), vf.load(text).origin.shares  # type: ignore[union-attr]

    def total(told: dict[str, str]) -> dict[str, F]:
        each = {user: payoffs(game, told) for user, game in games.items()}
        return {
            name: sum((shares[user] * each[user][name] for user in USERS), F(0))
            for name in ("", "one", "two")
        }

    values = {tell: total(OPEN if any(tell) else SILENT) for tell in product((0, 1), repeat=2)}
    expected = sorted(
        values[tell][""]
        for tell in values
        if values[tell]["one"] >= values[1 - tell[0], tell[1]]["one"]
        and values[tell]["two"] >= values[tell[0], 1 - tell[1]]["two"]
    )
    found = vf.restricted_equilibria(together, "bayes")
    assert sorted(e.user_utility for e in found.found) == expected
    assert payoffs(together, SILENT) == values[0, 0]
    assert payoffs(together, OPEN) == values[1, 1]


@settings(max_examples=10, deadline=None)
@given(files())
def test_benchmarks_are_means_by_shares(text: str) -> None:
    shares = vf.load(text).origin.shares  # type: ignore[union-attr]
    found = {
        user: vf.verify(game, "bayes").report.benchmarks for user, game in readings(text).items()
    }
    for key in ("optimum", "no_information"):
        mean = sum((shares[user] * getattr(found[user], key) for user in USERS), F(0))
        assert getattr(found[None], key) == mean
    apart = sum((shares[user] * found[user].team for user in USERS), F(0))
    assert found[None].team <= apart


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


OWN = 'joint = [["hot", "left", "left", "1/2"], ["cold", "right", "right", "1/2"]]'
REFUSED = [
    (TASTES, 'share = "1/2"', 'share = "1/3"', "users: sums to 5/6, expected 1"),
    (TASTES, 'share = "1/2"', 'share = "-1/2"', "at least 0"),
    (TASTES, 'share = "1/2"\n', "", r"users\[0\].share: is missing"),
    (TASTES, 'name  = "bob"', 'name  = "ann"', "is also another user's name"),
    (TASTES, 'name  = "bob"', 'name  = ""', "name"),
    (TASTES, 'name  = "bob"', 'name  = "bob"\nties = "order"', "has the tie rule 'order'"),
    (TASTES, 'name  = "bob"', 'name  = "bob"\nties = "none"', r"users\[1\].ties: 'none'"),
    (TASTES, 'name  = "bob"', 'name  = "bob"\nties = ""', r"users\[1\].ties"),
    (TASTES, 'name  = "bob"', f'name = "bob"\n{OWN}', r"users\[1\].joint\[0\].*'hot'"),
    (
        TASTES,
        'name  = "bob"',
        'name = "bob"\nuser_observations = ["hot", "cold"]',
        r"users\[1\].user_observations: stands without a `joint`",
    ),
    (TASTES, 'name  = "bob"', 'name = "bob"\nprior = { left = 1 }', r"users\[1\].prior"),
    (TASTES, "[[agents]]", "[user]\nutility = {}\n\n[[agents]]", "user: stands beside `users`"),
    (TASTES, 'name  = "bob"', f'name  = "{"b" * 99}"', r"users.*: .* 100"),
    (TASTES, "left = 0, right = 1 }", "left = 0 }", r"users\[0\].utility..go right"),
    (COACHES, "utilities.ada.", "utilities.ida.", r"agents\[0\].utilities"),
    (
        COACHES,
        "utilities.ada.",
        'utility."practise algebra" = { algebra = 1, geometry = 0 }\nutilities.ada.',
        r"agents\[0\].utilities: stands beside `utility`",
    ),
    (COACHES, "algebra = -2", 'algebra = "two"', r"agents\[0\].utilities.emmy..practise algebra"),
    (COACHES, "utilities.ada.", "utilities.bob.ada.", r"agents\[0\].utilities"),
]


@pytest.mark.parametrize(("text", "old", "new", "expected"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_population_is_refused_by_both_readers(
    text: str, old: str, new: str, expected: str
) -> None:
    bad = changed(text, old, new)
    with pytest.raises(InstanceError, match=expected) as told:
        parse(bad, "game.toml")
    assert "game.toml: " in str(told.value)
    with pytest.raises(UnreadableError):
        parsed(bad, "game.toml")


def test_names_that_become_the_same_are_refused() -> None:
    text = TASTES.replace('"ann"', '"a"').replace('"bob"', '"a: b"')
    text = text.replace('states  = ["left", "right"]', 'states = ["left", "b: left"]')
    text = text.replace("right = ", '"b: left" = ')
    with pytest.raises(InstanceError, match="is also entry"):
        parse(text, "game.toml")
    with pytest.raises(UnreadableError, match="different names"):
        parsed(text, "game.toml")
    assert parse(text, "game.toml", user="a").states == ("left", "b: left")


def test_users_who_break_ties_differently_have_games_of_their_own() -> None:
    text = changed(TASTES, 'name  = "bob"', 'name  = "bob"\nties = "order"')
    assert [str(parse(text, "game.toml", user=user).ties) for user in USERS] == ["any", "order"]
    assert parsed(text, "game.toml", "", "bob").ties == "order"


def test_a_user_who_is_not_there() -> None:
    with pytest.raises(InstanceError, match="expected one of 'ann', 'bob'; did you mean 'bob'"):
        parse(TASTES, "game.toml", user="bop")
    with pytest.raises(InstanceError, match=r"cannot be named \(--user\), it has only one"):
        load(ROOT / "instances/classics/prosecutor.toml", user="ann")
    with pytest.raises(UnreadableError, match="'bop' is not one of ann, bob"):
        parsed(TASTES, "game.toml", "", "bop")
    assert load_users(ROOT / "instances/classics/prosecutor.toml") == ()


def test_each_of_several_users_picks_for_herself() -> None:
    game = vf.load(TASTES)
    assert set(vf.verify(game).verdicts) == {"bayes", "quantal"}
    for ask in (vf.verify, vf.equilibria, vf.restricted_equilibria):
        with pytest.raises(InstanceError, match="each of several users picks for herself"):
            ask(game, "best-ai")
    with pytest.raises(InstanceError, match="each of several users picks for herself"):
        vf.dynamics(game)
    assert vf.verify(vf.load(TASTES, user="ann"), "best-ai").verdicts == {"best-ai": "proved"}


def with_share() -> str:
    """The share of ann is t, that of bob 1 - t."""
    text = changed(
        changed(TASTES, 'share = "1/2"', 'share = "t"'), 'share = "1/2"', 'share = "1 - t"'
    )
    return changed(
        text, "[claim]", '[parameters]\nt = { from = 0, to = 1, default = "1/2" }\n\n[claim]'
    )


@pytest.mark.parametrize("share", ["0", "1/3", "1/2", "1"])
def test_shares_may_depend_on_a_parameter(
    tmp_path_factory: pytest.TempPathFactory, share: str
) -> None:
    path = tmp_path_factory.mktemp("game") / "game.toml"
    path.write_text(with_share(), encoding="utf-8")
    assert load_users(path) == USERS
    game = load_family(path).at({"t": share})
    assert game.joint.get(("ann", "left", "ann: left"), F(0)) == F(share) * F(2, 3)
    assert parsed(with_share(), "game.toml", f'{{"t": "{share}"}}').digest == digest(game)
    if share == "1/2":
        reply = vf.verify(game, "bayes")["bayes"].reply
        assert reply is not None
        assert "for all users, by one rule for all at t = 1/2 (sha256:" in reply.text


def test_a_certificate_of_one_user_for_all_shares(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("game") / "game.toml"
    path.write_text(with_share(), encoding="utf-8")
    pieces = vf.region(path, "bayes", user="bob").pieces
    assert {str(piece.verdict) for piece in pieces} == {"proved"}
    assert all("for the user 'bob' at" in piece.reply.text for piece in pieces if piece.reply)


def test_shares_and_a_prior_that_both_depend_on_parameters_are_refused() -> None:
    moving = 'left = "2/3 - t/3", right = "1/3 + t/3"'
    text = changed(with_share(), 'left = "2/3", right = "1/3"', moving)
    with pytest.raises(InstanceError, match=r"users\[0\].share: depends on parameters"):
        parse(text, "game.toml")


def least(games: dict[str, Game], shares: dict[str, F], name: str) -> F:
    """What a user gets at least, by z3, from the rows of the users' own games written out.

    There are `sigma[user, state]`, the probabilities of the first action; it is binary, and nobody
    sees anything. An agent surely has what he has where all is told.
    """
    solver = z3.Optimize(ctx=z3.Context())
    sigma = {(u, y): z3.Real(f"{u} {y}", solver.ctx) for u in USERS for y in STATES}

    def exact(value: F) -> z3.ArithRef:
        return z3.Q(value.numerator, value.denominator, solver.ctx)

    def got(user: str, utility: Mapping[tuple[str, str], F]) -> z3.ArithRef:
        game = games[user]
        return z3.Sum(
            [
                exact(p * utility["a", y]) * sigma[user, y]
                + exact(p * utility["b", y]) * (1 - sigma[user, y])
                for (_, _, y), p in game.joint.items()
            ]
        )

    for user, game in games.items():
        better = {
            y: p * (game.utility["a", y] - game.utility["b", y])
            for (_, _, y), p in game.joint.items()
        }
        solver.add(z3.Sum([exact(g) * sigma[user, y] for y, g in better.items()]) >= 0)
        solver.add(z3.Sum([exact(g) * (1 - sigma[user, y]) for y, g in better.items()]) <= 0)
        for y in STATES:
            solver.add(sigma[user, y] >= 0, sigma[user, y] <= 1)
    for n, agent in enumerate(("one", "two")):
        told = sum((shares[u] * payoffs(game, OPEN)[agent] for u, game in games.items()), F(0))
        his = [exact(shares[u]) * got(u, game.agents[n].utility) for u, game in games.items()]
        solver.add(z3.Sum(his) >= exact(told))
    hers = got(name, games[name].utility)
    solver.minimize(hers)
    assert solver.check() == z3.sat
    value = solver.model().eval(hers, model_completion=True)
    return F(value.numerator_as_long(), value.denominator_as_long())


@settings(max_examples=15, deadline=None)
@given(plain_files())
def test_what_each_user_gets_by_rows_written_out(text: str) -> None:
    """Where best actions are unique an agent surely has what full revelation gives him."""
    together = vf.load(text)
    games = {user: vf.load(text, user=user) for user in USERS}
    assume(together.has_unique_best_actions)
    shares = together.origin.shares  # type: ignore[union-attr]
    found = vf.verify(together, "bayes")["bayes"].finding
    assert {name: bound.value for name, bound in found.each.items()} == {
        name: least(games, dict(shares), name) for name in USERS
    }


def test_each_user_has_a_claim_of_her_own() -> None:
    found = vf.verify(vf.load(COACHES), "bayes")["bayes"]
    assert {name: bound.value for name, bound in found.finding.each.items()} == {
        "ada": F(2, 3),
        "emmy": F(2, 3),
    }
    assert found.reply is not None
    for name in ("ada", "emmy"):
        assert (
            f"gives the bayes user '{name}' at least 2/3, under every tie rule" in found.reply.text
        )


def test_the_rows_of_all_users_together_are_bounded(tmp_path: Path) -> None:
    """Each user's game is read by itself, so 40 users would read the common rows 40 times."""
    seen, heard = [f"x{n}" for n in range(60)], [f"o{n}" for n in range(60)]
    rows = ", ".join(f'["{x}", "{o}", "y", "1/3600"]' for x in seen for o in heard)
    users = "".join(
        f'[[users]]\nname = "u{n}"\nshare = "1/40"\nutility = {{ a = {{ y = 0 }} }}\n'
        for n in range(40)
    )
    path = tmp_path / "many.toml"
    path.write_text(
        f'format = 1\ntitle = "many"\nstates = ["y"]\nactions = ["a"]\n'
        f"user_observations = {seen}\nagent_observations = {heard}\njoint = [{rows}]\n{users}"
        '[[agents]]\nname = "one"\nutility = { a = { y = 0 } }\n',
        encoding="utf-8",
    )
    said = "have 144000 rows of `joint` together, at most 100000 are read"
    with pytest.raises(SizeError, match=said):
        load(path)
    with pytest.raises(UnreadableError, match="more than 100000 rows"):
        read_game(str(path), user="u0")


@pytest.mark.parametrize(
    ("share", "said"),
    [("1/2", "each of them gets at least 2/3 "), ("0", "each of positive share gets at least 1,")],
)
def test_a_user_of_share_0_is_promised_nothing(share: str, said: str) -> None:
    """What she is told costs nobody anything: silence to her is part of an equilibrium.

    Ann has 1 in every equilibrium of hers, as the guide wants what she wants, and Zoe 2/3.
    """
    text = f"""format = 1
title = "A guide whom Zoe has no use for"
states = ["left", "right"]
actions = ["go left", "go right"]
prior = {{ left = "2/3", right = "1/3" }}
[[users]]
name = "ann"
share = "{1 - F(share)}"
utility."go left" = {{ left = 1, right = 0 }}
utility."go right" = {{ left = 0, right = 1 }}
[[users]]
name = "zoe"
share = "{share}"
utility."go left" = {{ left = 1, right = 0 }}
utility."go right" = {{ left = 0, right = 1 }}
[[agents]]
name = "guide"
utilities.ann."go left" = {{ left = 1, right = 0 }}
utilities.ann."go right" = {{ left = 0, right = 1 }}
utilities.zoe."go left" = {{ left = 0, right = 1 }}
utilities.zoe."go right" = {{ left = 1, right = 0 }}
"""
    found = [vf.verify(vf.load(text, user=user), "bayes") for user in ("ann", "zoe")]
    assert any(said in line for line in population_lines(found)), [*population_lines(found)]
