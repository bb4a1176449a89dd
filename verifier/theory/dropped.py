"""Dropped hypotheses: the counterexamples without each of them, and their repair (theory.md 7.1).

A game is a counterexample if the dropped hypothesis alone fails in it, the kernel can be shown an
equilibrium below the claim, and one change, the repair, makes every hypothesis hold. Without
personalised rules that is (hull) of all users at once (theory.md 1.8), and the repaired games are
those of the users by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from verifier.errors import InstanceError
from verifier.game.model import Game, Person, Quantal, Target, Ties, finest
from verifier.game.population import own_games
from verifier.game.shape import Shape
from verifier.meant import hint
from verifier.numbers import enclose
from verifier.solve.effort import DIRECT, Effort
from verifier.theory.alignment import hull
from verifier.theory.benchmark import no_information, optimum, team
from verifier.theory.guarantees.guarantee import Fails, Guarantee, Setting
from verifier.theory.verdict import Finding, Verdict, examine, setting_of

HASTY = Quantal(Fraction(1), 2)
"""The user of `full-rationality`: worth 1 more, an action is twice as likely."""

SLACK = Fraction(1, 20)
"""The tolerance claimed for a quantal user, since no quantal user gets all of OPT."""


@dataclass(frozen=True)
class DroppedHypothesis:
    """A hypothesis to drop, and which games are counterexamples without it.

    `hypothesis` is the only one that may fail (None: the claim itself is changed). `applies` says
    whether a game has the right form; `repair` changes one thing in it, after which every
    hypothesis holds, and gives the game of each user where there are several. `lesson` says what
    goes wrong, `remedy` what the repair changes.
    `smallest_shape` is the least shape that a counterexample can have, for the reason in
    `why_smallest`. The other fields say what a counterexample has: tie rule, quantal user, target,
    tolerance, a positive gamma, hull distance 0, observations other than the states, an equilibrium
    that is worth no more than NOINFO.
    """

    name: str
    guarantees: tuple[Guarantee, ...]
    hypothesis: str | None
    smallest_shape: Shape
    why_smallest: str
    lesson: str
    remedy: str
    applies: Callable[[Game], bool]
    repair: Callable[[Game], tuple[Game, ...]]
    ties: Ties = Ties.ANY
    quantal: Quantal = field(default_factory=Quantal)
    target: Target = Target.GUARANTEE
    tolerance: Fraction = Fraction(0)
    positive_gamma: bool = False
    in_hull: bool = True
    own_observations: bool = False
    uninformative: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        return _called, (self.name,)

    def guarantee(self, asked: str | None) -> Guarantee:
        """The guarantee that is refuted: the first one, unless another is asked for by name.

        Raises InstanceError where the hypothesis is none of that guarantee.
        """
        for known in self.guarantees:
            if asked in (None, str(known)):
                return known
        ours = " or ".join(self.guarantees)
        raise InstanceError(
            f"--guarantee {asked}: {self.name} is a hypothesis of {ours}; the other proofs do not"
            f" use it{hint(str(asked), [str(known) for known in self.guarantees])}"
        )

    @property
    def personal(self) -> bool:
        """Whether it is about several users, for each of whom agents would have a rule."""
        return self.smallest_shape.users > 1

    def concerns(self, game: Game, guarantee: Guarantee) -> bool:
        """Whether it is about a guarantee on a game: what is about several users needs several."""
        return guarantee in self.guarantees and bool(game.population or not self.personal)

    @property
    def called(self) -> str:
        """The hypothesis as a text calls it; its own name where the theorem has none for it."""
        return self.name if self.personal or self.hypothesis is None else self.hypothesis

    @property
    def failing(self) -> frozenset[str]:
        """The hypotheses that fail in a counterexample: the dropped one alone."""
        return frozenset() if self.hypothesis is None else frozenset([self.hypothesis])


@dataclass(frozen=True)
class Counterexample:
    """A counterexample: the dropped hypothesis alone fails, and the guarantee is refuted."""

    game: Game
    finding: Finding

    @property
    def loss(self) -> Fraction:
        """The distance from the equilibrium up to the benchmark.

        For a quantal user the benchmark is OPT and the distance a lower bound.
        """
        worst, setting = self.finding.equilibrium, self.finding.setting
        if worst is None:
            raise ValueError("nothing is refuted without an equilibrium")
        if isinstance(worst.user_utility, Fraction) and isinstance(setting.benchmark, Fraction):
            return setting.benchmark - worst.user_utility
        if isinstance(worst.user_utility, Fraction):
            raise TypeError("a quantal user's utility is compared with OPT")
        return optimum(self.game) - enclose(worst.user_utility).upper


@dataclass(frozen=True)
class NoCounterexample:
    """No counterexample: another hypothesis fails, or none does, or the guarantee is proved."""


@dataclass(frozen=True)
class OpenCase:
    """A game in which the dropped hypothesis alone fails while the verdict is open."""


def judge(
    dropped: DroppedHypothesis, guarantee: Guarantee, game: Game, effort: Effort = DIRECT
) -> Counterexample | NoCounterexample | OpenCase:
    """Whether the game is a counterexample without the hypothesis; cheap conditions come first.

    Raises SizeError, and OutOfTimeError where the deadline passes before a bound is known.
    """
    if len(game.agents) < dropped.smallest_shape.agents or not dropped.applies(game):
        return NoCounterexample()
    if guarantee is not Guarantee.QUANTAL and no_information(game) == optimum(game):
        return NoCounterexample()
    nearest = hull(game)
    if dropped.in_hull != (nearest.epsilon == 0):
        return NoCounterexample()
    if failing(setting_of(game, guarantee, nearest, dropped.tolerance)) != dropped.failing:
        return NoCounterexample()
    finding = examine(game, [guarantee], None, effort).finding(guarantee)
    if failing(finding.setting) != dropped.failing or not _repaired(dropped, guarantee, game):
        return NoCounterexample()
    if dropped.uninformative and _informs(finding, game):
        return NoCounterexample()
    if finding.verdict is Verdict.REFUTED:
        return Counterexample(game, finding)
    return OpenCase() if finding.verdict is Verdict.OPEN else NoCounterexample()


def broken(dropped: DroppedHypothesis, guarantee: Guarantee, game: Game) -> Counterexample | None:
    """The counterexample that the game is, or None."""
    judged = judge(dropped, guarantee, game)
    return judged if isinstance(judged, Counterexample) else None


def _repaired(dropped: DroppedHypothesis, guarantee: Guarantee, game: Game) -> bool:
    """Whether every hypothesis holds in the repaired game, or in each of them."""

    def holds(repaired: Game) -> bool:
        nearest = hull(repaired)
        return nearest.epsilon == 0 and not failing(
            setting_of(repaired, guarantee, nearest, dropped.tolerance)
        )

    return all(map(holds, dropped.repair(game)))


def _informs(finding: Finding, game: Game) -> bool:
    """Whether every equilibrium is worth more to the user than what she has alone, or that found.

    The kernel is not asked about the bound: it only says which games need no certificate.
    """
    alone, worst, bound = no_information(game), finding.equilibrium, finding.bound.value
    if finding.verdict is Verdict.REFUTED:
        return worst is None or worst.user_utility != alone
    return isinstance(bound, Fraction) and bound > alone


def _called(name: str) -> DroppedHypothesis:
    """The hypothesis of this name, for pickle."""
    return DROPPED[name]


def failing(setting: Setting) -> frozenset[str]:
    """The hypotheses that fail, by name."""
    return frozenset(
        name for name, hypothesis in setting.hypotheses.items() if isinstance(hypothesis, Fails)
    )


def _plain_for_one(game: Game) -> bool:
    """Whether the game is plain and of one user, so that no rule is for several."""
    return _plain(game) and not game.population


def _plain_for_all(game: Game) -> bool:
    """Whether the game is plain and of several users, each of whom has something to learn.

    Each is by herself within the claimed tolerance of a mixture of the agents.
    """

    def fits(person: Person) -> bool:
        something_to_learn = no_information(person.game) < optimum(person.game)
        near = hull(person.game, game.hull).epsilon <= (game.tolerance or 0)
        return person.share > 0 and something_to_learn and near

    return _plain(game) and game.population and all(map(fits, game.people))


def _plain(game: Game) -> bool:
    """Whether the user is silent, the alphabet is rich and all agents see everything."""
    informed = all(len(cell) == 1 for agent in game.agents for cell in agent.sees)
    return informed and game.conversation.silent and game.conversation.rich


def _plain_but_for_words(game: Game) -> bool:
    """Whether the game is plain but for a finite alphabet."""
    return _plain(_with_conversation(game, agent_alphabet="rich")) and not game.conversation.rich


def _nothing_to_ask(game: Game) -> bool:
    """Whether the alphabet is finite and the user has no observations of her own."""
    return _plain_but_for_words(game) and len(game.user_observations) == 1


def _silent_asker(game: Game) -> bool:
    """Whether the alphabet is finite and a silent user has observations of her own."""
    return _plain_but_for_words(game) and len(game.user_observations) > 1


def _split(game: Game) -> bool:
    """Whether TEAM is OPT for what all agents see together, and less for each agent alone."""
    if not (game.conversation.rich and game.conversation.silent):
        return False
    best = optimum(game)
    if any(team(game, agent.sees).value == best for agent in game.agents):
        return False
    together = tuple(_joined([agent.sees for agent in game.agents]))
    return team(game, together).value == best


def _joined(partitions: list[tuple[tuple[str, ...], ...]]) -> Iterator[tuple[str, ...]]:
    """The coarsest common refinement of partitions: what the agents see together."""
    cells_of = {
        x: tuple(n for cells in partitions for n, cell in enumerate(cells) if x in cell)
        for cell in partitions[0]
        for x in cell
    }
    for numbers in dict.fromkeys(cells_of.values()):
        yield tuple(x for x in cells_of if cells_of[x] == numbers)


def _with_conversation(game: Game, **changes: object) -> Game:
    conversation = replace(game.conversation, **changes)  # type: ignore[arg-type]
    return replace(game, conversation=conversation)


def _to_one(change: Callable[[Game], Game]) -> Callable[[Game], tuple[Game, ...]]:
    """A repair that makes one game of one."""
    return lambda game: (change(game),)


def _with_ties(ties: Ties) -> Callable[[Game], Game]:
    return lambda game: replace(game, ties=ties)


def _with_mean_of_user(game: Game) -> Game:
    """The game with another last agent, so that the mean of all is the user's utility."""
    *others, last = game.agents
    utility = {
        key: len(game.agents) * value - sum((agent.utility[key] for agent in others), Fraction(0))
        for key, value in game.utility.items()
    }
    return replace(game, agents=(*others, replace(last, utility=utility)))


def _with_finest_cells(game: Game) -> Game:
    cells = finest(game.agent_observations)
    return replace(game, agents=tuple(replace(agent, sees=cells) for agent in game.agents))


def _with_one_more_message(game: Game) -> Game:
    alphabet = game.conversation.agent_alphabet
    return _with_conversation(
        game, agent_alphabet=alphabet + 1 if isinstance(alphabet, int) else alphabet
    )


def _with_questions(game: Game) -> Game:
    return _with_conversation(game, user_alphabet=len(game.user_observations))


def _with_ten_times_the_care(game: Game) -> Game:
    return replace(game, quantal=replace(game.quantal, eta=10 * game.quantal.eta))


_EITHER = (Guarantee.BAYES, Guarantee.BEST_AI)
_ONE_ACTION = "with one action, or nothing to learn, she loses nothing"

DROPPED: dict[str, DroppedHypothesis] = {
    dropped.name: dropped
    for dropped in (
        DroppedHypothesis(
            name="hull",
            guarantees=_EITHER,
            hypothesis="hull",
            smallest_shape=Shape(2, 2, 2, 2, 1, 0),
            why_smallest=f"one agent alone has no competition; {_ONE_ACTION}",
            lesson="The agents share a bias and withhold together.",
            remedy=(
                "the last agent is turned round, until the average of all is the user's own utility"
            ),
            applies=_plain_for_one,
            repair=_to_one(_with_mean_of_user),
            in_hull=False,
        ),
        DroppedHypothesis(
            name="identical",
            guarantees=(Guarantee.BAYES,),
            hypothesis="identical",
            smallest_shape=Shape(2, 2, 2, 2, 1, 0),
            why_smallest=f"one agent cannot quarrel with himself; {_ONE_ACTION}",
            lesson=(
                "Where she is indifferent she does what hurts the agent who led her there, so"
                " nobody leads her."
            ),
            remedy=(
                'ties = "belief": what she does may depend on what she believes, not on who'
                " told her"
            ),
            applies=_plain,
            repair=_to_one(_with_ties(Ties.BELIEF)),
        ),
        DroppedHypothesis(
            name="learning-alphabet",
            guarantees=(Guarantee.BAYES,),
            hypothesis="learning",
            smallest_shape=Shape(1, 2, 2, 2, 1, 2),
            why_smallest=f"with one word nothing can be said; {_ONE_ACTION}",
            lesson="To tell her enough takes more words than there are.",
            remedy="there is one more word",
            applies=_nothing_to_ask,
            repair=_to_one(_with_one_more_message),
        ),
        DroppedHypothesis(
            name="learning-question",
            guarantees=(Guarantee.BAYES,),
            hypothesis="learning",
            smallest_shape=Shape(1, 2, 2, 2, 2, 2),
            why_smallest=(
                "with one word nothing can be said, and a user who observes nothing has nothing to"
                " ask;"
                f" {_ONE_ACTION}"
            ),
            lesson="What she needs to know depends on what only she knows, and she is silent.",
            remedy="she speaks first, and the words suffice to answer her",
            applies=_silent_asker,
            repair=_to_one(_with_questions),
            own_observations=True,
        ),
        DroppedHypothesis(
            name="learning-split",
            guarantees=(Guarantee.BAYES,),
            hypothesis="learning",
            smallest_shape=Shape(2, 2, 2, 2, 1, 0),
            why_smallest=f"what one agent sees is not split; {_ONE_ACTION}",
            lesson=(
                "Each agent sees a part, alone none can help her, and nobody gains by being the"
                " only one who speaks."
            ),
            remedy="all agents see everything",
            applies=_split,
            repair=_to_one(_with_finest_cells),
            own_observations=True,
        ),
        DroppedHypothesis(
            name="anonymous",
            guarantees=(Guarantee.BEST_AI,),
            hypothesis="anonymous",
            smallest_shape=Shape(2, 2, 2, 2, 1, 0),
            why_smallest=f"one agent has no rival's name; {_ONE_ACTION}",
            lesson=(
                "She picks the best agent, but what she does then depends on his name, so the"
                " rule that helps her does not pay."
            ),
            remedy=(
                'ties = "belief": what she does may depend on what she believes, not on whom'
                " she asked"
            ),
            applies=_plain,
            repair=_to_one(_with_ties(Ties.BELIEF)),
        ),
        DroppedHypothesis(
            name="full-rationality",
            guarantees=(Guarantee.QUANTAL,),
            hypothesis=None,
            smallest_shape=Shape(2, 1, 2, 1, 1, 0),
            why_smallest=(
                "of one agent no equilibrium with a quantal user is exhibited; with one action"
                " there is no noise"
            ),
            lesson="Her own noise costs her something, however much she is told.",
            remedy="she is more careful, with ten times her eta",
            applies=_plain,
            repair=_to_one(_with_ten_times_the_care),
            quantal=HASTY,
            target=Target.OPTIMUM,
            tolerance=SLACK,
        ),
        DroppedHypothesis(
            name="equilibrium",
            guarantees=_EITHER,
            hypothesis=None,
            smallest_shape=Shape(1, 2, 2, 2, 1, 0),
            why_smallest=_ONE_ACTION,
            lesson="Agents who are content to forgo a gain of gamma need not speak.",
            remedy="gamma = 0: whoever gains anything by speaking, speaks",
            applies=_plain,
            repair=_to_one(lambda game: replace(game, gamma=Fraction(0))),
            positive_gamma=True,
        ),
        DroppedHypothesis(
            name="personalised",
            guarantees=(Guarantee.BAYES,),
            hypothesis="hull",
            smallest_shape=Shape(2, 2, 2, 2, 1, 0, 2),
            why_smallest=(
                "one agent who wants what each user wants tells all, and one user's rule is hers"
                f" alone; {_ONE_ACTION}"
            ),
            lesson=(
                "What an agent tells one user he tells the others too, who may use it against"
                " him; so under one rule for all nobody gains by telling anything."
            ),
            remedy="each agent has a rule for each user, as if she were the only one",
            applies=_plain_for_all,
            repair=own_games,
            in_hull=False,
            uninformative=True,
        ),
    )
}
"""The hypotheses that can be dropped, by name, in the order of theory.md 7.1."""
