"""G3, the user who picks the best AI: (anonymous) and the team-optimal rule (theory.md 4.3).

Several rules may attain TEAM. (anonymous) needs one of them:

1. with one best response that is worst for all agents of positive weight; the rule of TEAM is tried
   first, then those that pool what fewer words cannot tell;
2. or with duplicates that do so: actions that are the same to her whatever these agents say. All
   other ties can be broken by a small change of the offered rule, the same for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice, product

from verifier.errors import SizeError
from verifier.game.model import Cell, Convention, Game
from verifier.game.response import UserType, best_messages
from verifier.game.rules import Rule, common_coarsening
from verifier.solve.effort import USUAL, Effort
from verifier.theory.alignment import Hull, hull
from verifier.theory.benchmark import Team, optimum, team
from verifier.theory.deviations.dominance import strictly_followed
from verifier.theory.deviations.persuasion import subproblem_of
from verifier.theory.guarantees.guarantee import (
    Deviation,
    Fails,
    Guarantee,
    Holds,
    Hypothesis,
    Setting,
    common_outcome,
    hull_hypothesis,
    tied_witness,
    worst_for,
)

POOLING_LIMIT = 100_000
"""Most splits of rectangles that one search for a rule with fewer words may look at."""

MIXED_AGENTS = 6
"""Most agents of whom all sets are looked at for a nearest mixture."""

STRATEGIES_LIMIT = 200
"""Most strategies that are tried for one message."""


def best_ai_setting(
    game: Game, nearest: Hull, tolerance: Fraction, effort: Effort = USUAL
) -> Setting:
    """G3 on a game, with a team-optimal rule as the deviation of all who can follow it."""
    best = supported_team(game, nearest, effort)
    rule, anonymous = _anonymous(game, nearest, best, effort)
    followers = [
        a.name for a in game.agents if common_coarsening(game, [a.sees, best.cells]) == best.cells
    ]
    value = best.value if nearest.supporters else optimum(game)  # theory.md 2.3
    if best.value < value:  # she may already have more than any rule could give her
        followers = []
    deviations = tuple(Deviation(name, rule, rule, game.ties) for name in followers)
    hypotheses = {"hull": hull_hypothesis(nearest, tolerance), "anonymous": anonymous}
    if game.evaluation:
        hypotheses["evaluation"] = Holds({"z": str(game.evaluation)})
    return Setting(Guarantee.BEST_AI, nearest, value, deviations, hypotheses)


def supported_team(game: Game, nearest: Hull, effort: Effort = USUAL) -> Team:
    """TEAM over the rules that every agent of positive weight can follow.

    Without such an agent any rule will do.
    """
    seen = [agent.sees for agent in game.agents if agent.name in nearest.supporters]
    return team(game, common_coarsening(game, seen), effort)


def widest_team(game: Game, nearest: Hull, effort: Effort = USUAL) -> Hull:
    """Of the nearest mixtures one whose agents of positive weight have the largest TEAM.

    Up to MIXED_AGENTS agents all sets are looked at; with more, `nearest` is taken as it is.
    """
    names = [agent.name for agent in game.agents]
    if len(names) > MIXED_AGENTS or len({agent.sees for agent in game.agents}) == 1:
        return nearest
    found, most = nearest, supported_team(game, nearest, effort).value
    least = 1 if nearest.convention is Convention.SIMPLEX else 0
    sets = (among for size in range(least, len(names)) for among in combinations(names, size))
    for near in (hull(game, nearest.convention, among) for among in sets):
        if near.epsilon == nearest.epsilon:
            value = supported_team(game, near, effort).value
            if value > most:
                found, most = replace(near, witness=nearest.witness), value
    return found


def _anonymous(game: Game, nearest: Hull, best: Team, effort: Effort) -> tuple[Rule, Hypothesis]:
    """A team-optimal rule, and the hypothesis (anonymous): with this rule it holds, if with any."""
    tried: list[tuple[Rule, Fails]] = []
    for rule in _optimal_rules(game, best, effort):
        offered = [Deviation(name, rule, rule, game.ties) for name in nearest.supporters]
        found = common_outcome(game, offered)
        if isinstance(found, Holds):
            return rule, found
        tried.append((rule, found))
    nearby = [_Nearby(game, best.cells, nearest.supporters, rule) for rule, _ in tried]
    for near in nearby:
        if near.agree(effort):
            return near.rule, Holds(nearby=True)
    rule, fails = tried[0]
    if fails.conflict is None:
        return rule, fails
    duplicates = nearby[0].divided()
    conflict = replace(fails.conflict, rule=rule, lasting=duplicates is not None)
    return rule, Fails(duplicates or fails.witness, conflict)


def _optimal_rules(game: Game, best: Team, effort: Effort) -> Iterator[Rule]:
    """The rule of TEAM, and rules worth as much with fewer words, the fewest first."""
    yield best.rule
    talk = game.conversation
    most = len(best.cells)
    if talk.agent_alphabet != "rich":
        most = min(most, talk.agent_alphabet)
    brief = replace(effort, protocol_limit=min(effort.protocol_limit, POOLING_LIMIT))
    for words in range(1, most):
        fewer = replace(game, conversation=replace(talk, agent_alphabet=words))
        try:
            found = team(fewer, best.cells, brief)
        except SizeError:
            return
        if found.value == best.value:
            yield found.rule


class _Nearby:
    """What rules near a team-optimal one leave open: only the choice between duplicates.

    Duplicates are actions that are the same to her at x_A in each cell that these agents tell
    apart.
    """

    def __init__(self, game: Game, cells: Sequence[Cell], names: Sequence[str], rule: Rule) -> None:
        self.game, self.cells, self.rule = game, tuple(cells), rule
        self.payoffs = {name: game.whole_agent_payoffs[name] for name in names}

    def agree(self, effort: Effort) -> bool:
        """Whether after some rule near this one, of duplicates that tie, one is worst for all.

        If the agents agree on all duplicates that are best, any change that breaks the other ties
        will do. Where she asks nothing, a message that tells one cell can be changed by itself, and
        any message where there are words to spare.
        """
        if not _asks_nothing(self.rule):
            users = self.game.user_support
            ends = [(x, cell) for x in users for cell in _ends(self.game, x, self.rule)]
            return all(self._whole(*end) for end in ends)
        return all(self._can_agree(cell, effort) for cell in self.rule.leaves())

    def divided(self) -> dict[str, object] | None:
        """Where only duplicates tie that divide the agents, by all rules near this one."""
        ends = [(x, cell) for cell in self.rule.leaves() for x in self.users(cell)]
        for x_user, cell in ends if _asks_nothing(self.rule) else []:
            duplicates, *others = self.tied(x_user, cell)
            if not others and not self.agreed(x_user, cell):
                return tied_witness(self.game, self.payoffs, x_user, cell, duplicates)
        return None

    def users(self, cell: Cell) -> list[str]:
        """Her observations at which x_B may lie in the cell."""
        return [x for x in self.game.user_support if _possible(self.game, x, cell)]

    def tied(self, x_user: str, cell: Cell) -> list[list[str]]:
        """Her best actions where she knows the cell, in classes of duplicates."""
        game, classes = self.game, dict[tuple[int, ...], list[str]]()
        for a in game.optimal_actions(x_user, cell):
            worth = tuple(game.total(game.whole_user_payoff, x_user, c, a) for c in self.cells)
            classes.setdefault(worth, []).append(a)
        return list(classes.values())

    def agreed(self, x_user: str, cell: Cell) -> list[str]:
        """Of each class of duplicates of which one is worst for all, the first action."""
        found = []
        for duplicates in self.tied(x_user, cell):
            worst = worst_for(self.game, self.payoffs, x_user, cell, duplicates)
            if set.intersection(*map(set, worst.values())):
                found.append(duplicates[0])
        return found

    def _whole(self, x_user: str, cell: Cell) -> bool:
        return len(self.agreed(x_user, cell)) == len(self.tied(x_user, cell))

    def _can_agree(self, cell: Cell, effort: Effort) -> bool:
        """Whether the message can be changed so that she strictly prefers agreed actions."""
        users = self.users(cell)
        if all(self._whole(x, cell) for x in users):
            return True
        if not self.game.conversation.rich and set(cell) not in map(set, self.cells):
            return False
        speaker = replace(self.game.agents[0], sees=self.cells)
        heard: dict[UserType, dict[str, Fraction | int]] = {
            (x,): {o: 1 for z, o in self.game.points if z == x} for x in users
        }
        subproblem = subproblem_of(self.game, speaker, heard)
        agreed = product(*(self.agreed(x, cell) for x in users))
        return any(
            strictly_followed(self.game, subproblem, strategy, effort) is not None
            for strategy in islice(agreed, STRATEGIES_LIMIT)
        )


def _asks_nothing(rule: Rule) -> bool:
    follow = (answer.then for message in rule.messages for answer in message)
    return len(rule.messages) == 1 and all(then is None or _asks_nothing(then) for then in follow)


def _possible(game: Game, x_user: str, cell: Cell) -> bool:
    return any((x_user, x) in game.probability for x in cell)


def _ends(game: Game, x_user: str, rule: Rule) -> Iterator[Cell]:
    """What she may know at the end, having asked best questions."""
    for message in best_messages(game, x_user, rule):
        for answer in rule.messages[message]:
            if answer.then is None:
                yield answer.when
            elif _possible(game, x_user, answer.when):
                yield from _ends(game, x_user, answer.then)
