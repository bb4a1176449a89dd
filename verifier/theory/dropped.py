"""The rows of theory.md 7: which hypothesis is dropped, what else must hold, and how the twin
repairs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from verifier.errors import InstanceError
from verifier.game.model import Agent, Game, Quantal, Target, Ties, finest
from verifier.game.shape import Shape
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import enclose
from verifier.theory.alignment import Hull, hull
from verifier.theory.benchmark import no_information, optimum, team
from verifier.theory.guarantee import Fails, Guarantee, Setting, bayes, best_ai, quantal
from verifier.theory.verdict import Finding, Verdict, examine

HASTY = Quantal(Fraction(1), 2)
CAREFUL = Quantal(Fraction(10), 2)
"""Full rationality: a user who takes an action worth 1 more twice as often, and one who takes it
2^10 times as often.
"""

SLACK = Fraction(1, 20)
"""The tolerance that is claimed of a nearly rational user: no quantal user gets all of OPT."""


@dataclass(frozen=True)
class DroppedHypothesis:
    """One hypothesis to drop.

    `fails` is the hypothesis of the guarantee that must be the only one to fail (None: the row is
    about the claim itself). `least` is the smallest shape at which it can happen at all, for the
    reason in `because`; `lesson` says in a sentence what goes wrong, `remedy` what the twin
    changes. `fits` says whether a game is of this kind, and `repair` gives its twin, in which every
    hypothesis holds.
    """

    name: str
    guarantees: tuple[Guarantee, ...]
    fails: str | None
    least: Shape
    because: str
    lesson: str
    remedy: str
    fits: Callable[[Game], bool]
    repair: Callable[[Game], Game]
    ties: Ties = Ties.ANY
    quantal: Quantal = field(default_factory=Quantal)
    target: Target = Target.GUARANTEE
    tolerance: Fraction = Fraction(0)
    gammas: bool = False
    aligned: bool = True
    own_observations: bool = False

    def guarantee(self, asked: str | None) -> Guarantee:
        """The guarantee that is refuted: the first of this row unless another is asked for.

        Raises InstanceError.
        """
        for known in self.guarantees:
            if asked in (None, str(known)):
                return known
        ours = " or ".join(self.guarantees)
        raise InstanceError(
            f"--guarantee {asked}: {self.name} is a hypothesis of {ours}; the other proofs do not"
            " use it"
        )


@dataclass(frozen=True)
class Broken:
    """A game in which the hypothesis of the row alone fails, and the finding that refutes the
    guarantee.
    """

    game: Game
    finding: Finding

    @property
    def loss(self) -> Fraction:
        """How far the equilibrium lies below the benchmark (for a quantal user: below OPT, from the
        upper end).
        """
        shown, setting = self.finding.equilibrium, self.finding.setting
        if shown is None:
            raise ValueError("nothing is refuted without an equilibrium")
        if isinstance(shown.user_utility, Fraction) and isinstance(setting.benchmark, Fraction):
            return setting.benchmark - shown.user_utility
        if isinstance(shown.user_utility, Fraction):
            raise TypeError("a quantal user's utility is compared with OPT")
        return optimum(self.game) - enclose(shown.user_utility).upper


@dataclass(frozen=True)
class Cleared:
    """A game that is no counterexample of the row: something else fails or holds, or the guarantee
    is proved.
    """


@dataclass(frozen=True)
class Doubtful:
    """A game in which the hypothesis of the row alone fails, and the guarantee is neither proved
    nor refuted.
    """


def judge(
    row: DroppedHypothesis, guarantee: Guarantee, game: Game, effort: Effort = USUAL
) -> Broken | Cleared | Doubtful:
    """Whether the game is a counterexample of this row; cheap conditions are looked at first.

    Raises SizeError.
    """
    if len(game.agents) < row.least.agents or not row.fits(game):
        return Cleared()
    if guarantee is not Guarantee.QUANTAL and no_information(game) == optimum(game):
        return Cleared()
    near = hull(game)
    if row.aligned != (near.epsilon == 0) or failing(
        setting(game, guarantee, near, row.tolerance)
    ) != alone(row):
        return Cleared()
    finding = examine(game, [guarantee], None, effort).findings[guarantee]
    if failing(finding.setting) != alone(row) or not _repaired(row, guarantee, game):
        return Cleared()
    if finding.verdict is Verdict.REFUTED:
        return Broken(game, finding)
    return Doubtful() if finding.verdict is Verdict.OPEN else Cleared()


def broken(row: DroppedHypothesis, guarantee: Guarantee, game: Game) -> Broken | None:
    """The refutation, if the game is a counterexample of this row."""
    found = judge(row, guarantee, game)
    return found if isinstance(found, Broken) else None


def _repaired(row: DroppedHypothesis, guarantee: Guarantee, game: Game) -> bool:
    twin = row.repair(game)
    near = hull(twin)
    return near.epsilon == 0 and not failing(setting(twin, guarantee, near, row.tolerance))


def setting(game: Game, guarantee: Guarantee, near: Hull, tolerance: Fraction) -> Setting:
    """The hypotheses of the guarantee on this game."""
    if guarantee is Guarantee.QUANTAL:
        return quantal(game, near, tolerance)
    return (bayes if guarantee is Guarantee.BAYES else best_ai)(game, near, tolerance)


def failing(found: Setting) -> frozenset[str]:
    """The hypotheses that fail."""
    return frozenset(name for name, entry in found.hypotheses.items() if isinstance(entry, Fails))


def alone(row: DroppedHypothesis) -> frozenset[str]:
    """What must fail, and nothing else."""
    return frozenset() if row.fails is None else frozenset([row.fails])


def _plain(game: Game) -> bool:
    """One round, a silent user, enough words, and agents who all see everything."""
    fine = all(len(cell) == 1 for agent in game.agents for cell in agent.sees)
    return fine and game.conversation.silent and game.conversation.rich


def _few_words(game: Game) -> bool:
    """All that is amiss is the number of words."""
    return _plain(_talking(game, agent_alphabet="rich")) and not game.conversation.rich


def _nothing_to_ask(game: Game) -> bool:
    """Words are few, and she has nothing to ask."""
    return _few_words(game) and len(game.user_observations) == 1


def _silent_asker(game: Game) -> bool:
    """Words are few; she has something to ask and is silent."""
    return _few_words(game) and len(game.user_observations) > 1


def _split(game: Game) -> bool:
    """No agent alone can help her to OPT, all of them together could, and words are plenty."""
    if not (game.conversation.rich and game.conversation.silent):
        return False
    top = optimum(game)
    together = tuple(_meet([agent.sees for agent in game.agents]))
    return (
        all(team(game, agent.sees).value < top for agent in game.agents)
        and team(game, together).value == top
    )


def _meet(partitions: list[tuple[tuple[str, ...], ...]]) -> Iterator[tuple[str, ...]]:
    """The cells that the agents could tell apart if they put together what they see."""
    key = {
        x: tuple(n for cells in partitions for n, cell in enumerate(cells) if x in cell)
        for cell in partitions[0]
        for x in cell
    }
    for code in dict.fromkeys(key.values()):
        yield tuple(x for x in key if key[x] == code)


def _talking(game: Game, **changes: object) -> Game:
    return replace(game, conversation=replace(game.conversation, **changes))  # type: ignore[arg-type]


def _with_ties(ties: Ties) -> Callable[[Game], Game]:
    return lambda game: replace(game, ties=ties)


def _one_turned(game: Game) -> Game:
    """The last agent is turned round until the average of all is the user's own utility."""
    *others, last = game.agents
    table = {
        key: len(game.agents) * value - sum((agent.utility[key] for agent in others), Fraction(0))
        for key, value in game.utility.items()
    }
    return replace(game, agents=(*others, Agent(last.name, table, last.sees)))


def _all_seeing(game: Game) -> Game:
    cells = finest(game.agent_observations)
    return replace(game, agents=tuple(replace(agent, sees=cells) for agent in game.agents))


def _one_more_word(game: Game) -> Game:
    words = game.conversation.agent_alphabet
    return _talking(game, agent_alphabet=words + 1 if isinstance(words, int) else words)


def _asked(game: Game) -> Game:
    return _talking(game, user_alphabet=len(game.user_observations))


_EITHER = (Guarantee.BAYES, Guarantee.BEST_AI)
_ONE_ACTION = "with one action, or nothing to learn, she loses nothing"

DROPPED: dict[str, DroppedHypothesis] = {
    row.name: row
    for row in (
        DroppedHypothesis(
            "hull",
            _EITHER,
            "hull",
            Shape(2, 2, 2, 2, 1, 0),
            f"one agent alone has no competition; {_ONE_ACTION}",
            "The agents share a bias and withhold together.",
            "the last agent is turned round, until the average of all is the user's own utility",
            _plain,
            _one_turned,
            aligned=False,
        ),
        DroppedHypothesis(
            "identical",
            (Guarantee.BAYES,),
            "identical",
            Shape(2, 2, 2, 2, 1, 0),
            f"one agent cannot quarrel with himself; {_ONE_ACTION}",
            "Where she is indifferent she does what hurts the agent who led her there, so nobody"
            " leads her.",
            'ties = "belief": what she does may depend on what she believes, not on who told her',
            _plain,
            _with_ties(Ties.BELIEF),
        ),
        DroppedHypothesis(
            "learning-alphabet",
            (Guarantee.BAYES,),
            "learning",
            Shape(1, 2, 2, 2, 1, 2),
            f"with one word nobody speaks; {_ONE_ACTION}",
            "To tell her enough takes more words than there are.",
            "there is one more word",
            _nothing_to_ask,
            _one_more_word,
        ),
        DroppedHypothesis(
            "learning-question",
            (Guarantee.BAYES,),
            "learning",
            Shape(1, 2, 2, 2, 2, 2),
            "with one word nobody speaks, and who has nothing to tell has nothing to ask;"
            f" {_ONE_ACTION}",
            "What she needs to know depends on what only she knows, and she is silent.",
            "she speaks first, and the words suffice to answer her",
            _silent_asker,
            _asked,
            own_observations=True,
        ),
        DroppedHypothesis(
            "learning-split",
            (Guarantee.BAYES,),
            "learning",
            Shape(2, 2, 2, 2, 1, 0),
            f"what one agent sees is not split; {_ONE_ACTION}",
            "Each agent sees a part, alone none can help her, and nobody gains by being the only"
            " one who speaks.",
            "all agents see everything",
            _split,
            _all_seeing,
            own_observations=True,
        ),
        DroppedHypothesis(
            "anonymous",
            (Guarantee.BEST_AI,),
            "anonymous",
            Shape(2, 2, 2, 2, 1, 0),
            f"one agent has no rival's name; {_ONE_ACTION}",
            "She picks the best agent, but what she does then depends on his name, so the rule that"
            " helps her does not pay.",
            'ties = "belief": what she does may depend on what she believes, not on whom she asked',
            _plain,
            _with_ties(Ties.BELIEF),
        ),
        DroppedHypothesis(
            "full-rationality",
            (Guarantee.QUANTAL,),
            None,
            Shape(2, 1, 2, 1, 1, 0),
            "of one agent no equilibrium with a quantal user is exhibited; with one action there is"
            " no noise",
            "Her own noise costs her something, however much she is told.",
            f"she is more careful, with eta = {CAREFUL.eta} instead of {HASTY.eta}",
            _plain,
            lambda game: replace(game, quantal=CAREFUL),
            quantal=HASTY,
            target=Target.OPTIMUM,
            tolerance=SLACK,
        ),
        DroppedHypothesis(
            "equilibrium",
            _EITHER,
            None,
            Shape(1, 2, 2, 2, 1, 0),
            _ONE_ACTION,
            "Agents who may leave a gain of gamma where it is need not speak.",
            "gamma = 0: whoever gains anything by speaking, speaks",
            _plain,
            lambda game: replace(game, gamma=Fraction(0)),
            gammas=True,
        ),
    )
}
"""What can be dropped, in the order of theory.md 7."""
