"""What agents who cannot tell her enough secure by announcing their cells (theory.md 5.6)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import Table, games, profiles, simple_game
from tests.oracles import best_actions, sign_of, situations, worth
from verifier.game.model import Conversation, Game
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.alignment import hull
from verifier.theory.bounds.announcement import announcement
from verifier.theory.bounds.outcome_program import bound
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import setting_of

F = Fraction
often = settings(max_examples=60, deadline=None, derandomize=True)
THIRDS = {"y0": F(1, 3), "y1": F(1, 3), "y2": F(1, 3)}


def split(sees: tuple[tuple[str, ...], ...]) -> Game:
    """Whoever is told y0 takes a, which the agent likes; of the others she takes b or c."""
    hers: Table = {"a": [3, 0, 0], "b": [0, 2, 1], "c": [0, 1, 2]}
    his: Table = {"a": [1, 1, 1], "b": [0, 0, 0], "c": [0, 0, 0]}
    game = simple_game(THIRDS, hers, {"agent": his})
    return replace(game, agents=(replace(game.agents[0], sees=sees),))


def test_he_secures_what_his_cells_make_her_do() -> None:
    """Told y0, and only then, she takes a; if he is silent she may take b, which is as good."""
    for sees, secured in (((("y0",), ("y1", "y2")), F(1, 3)), ((("y0", "y1", "y2"),), F(0))):
        game = split(sees)
        found = announcement(game, game.agents[0], Effort())
        assert found is not None
        assert sum(found.marginal.values()) == found.payoff == secured


def test_too_few_words_for_his_cells_secure_nothing() -> None:
    game = replace(split((("y0",), ("y1", "y2"))), conversation=Conversation(agent_alphabet=1))
    assert announcement(game, game.agents[0], Effort()) is None


@often
@given(data=st.data())
def test_he_has_it_whatever_the_others_say(data: st.DataObject) -> None:
    """The worst of her best actions for him, message by message, against random signals."""
    game = data.draw(games(min_agents=2, max_rounds=1, silent=True, rich=True))
    note(write(game))
    profile = data.draw(profiles(game))
    for agent in game.agents:
        found = announcement(game, agent, Effort())
        assert found is not None
        names = {x: cell[0] for cell in agent.sees for x in cell}
        script = {x: {names[x]: F(1)} for x in game.agent_observations}
        said = [script if name == agent.name else profile[name] for name in profile]
        has = sum(
            min(worth(game, agent.utility, masses)[a] for a in best_actions(game, masses))
            for masses in situations(game, said).values()
        )
        assert has >= found.payoff


@often
@given(game=games(min_agents=2, rich=True, silent=True, claims=False))
def test_no_equilibrium_is_below_the_bound_that_has_them(game: Game) -> None:
    note(write(game))
    placed = setting_of(game, Guarantee.BAYES, hull(game), F(0))
    found = bound(game, placed, Effort())
    assert {a.agent for a in found.announcements}.isdisjoint(d.agent for d in found.deviations)
    shown = exhibit(game, Guarantee.BAYES, Effort()).equilibria
    assert all(sign_of(equilibrium.user_utility, found.value) >= 0 for equilibrium in shown)
