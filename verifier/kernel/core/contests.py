"""Raising the bound where ties favour the agent who deviates: whom she picks, and who
offers as much (theory.md 6.21).

If she has v in an equilibrium, she picks a *winner*, and what she does is one thing for
certain. Either some *rival* offers her v as well: then nobody has more by his offer, or
he would turn her to it by changing nothing. Or the winner is alone: then he has as much
as by any rule of his.
"""

from fractions import Fraction
from typing import Any

from verifier.kernel.core.game import Payoff, Position, team
from verifier.kernel.core.pieces import DOMINATED, HEAD, Enough, promised, raised
from verifier.kernel.core.prices import OBEYED, Block, Strategy, Table
from verifier.kernel.core.rule import hear
from verifier.kernel.reader.document import (
    Option,
    affordable,
    entries,
    length,
    nonnegative,
    readable,
    require,
    total,
)

PRICED = {"prices": [(str, Fraction)], "reasons": [OBEYED]}
TIED = OBEYED | {"ties": Option([(int, str, str, Fraction)], [])}
RIVAL = PRICED | {"agent": str, "weights": [(str, Fraction)], "worth": Fraction}
WON = PRICED | {"strategies": Option([[str]]), "from": Fraction, "reasons": [TIED]}
CASE = {
    "winner": str,
    "rival": Option(RIVAL),
    "offers": HEAD["offers"],
    "tied": DOMINATED,
    "options": [WON],
}
CONTEST = {"upper": Fraction, "cases": [CASE]}


def excluded(position: Position, value: Fraction, part: dict[str, Any]) -> bool:
    """Whether pieces leave no equilibrium from `value` to the most that anybody can offer,
    where ties favour the agent who deviates.
    """
    tops = {agent.name: team(position, agent.sees) for agent in position.game.agents}
    value = raised(position, value, part, tops)
    past = bool(part["pieces"] or part["received"])
    if part["contests"]:
        value, past = contests(position, value, part["contests"], past)
    return past and value >= max(tops.values())


def contests(
    position: Position, value: Fraction, pieces: list[dict[str, Any]], past: bool
) -> tuple[Fraction, bool]:
    """The bound after all pieces, and whether no equilibrium is worth just as much; `past`
    says so of the bound before.
    """
    game = position.game
    favoured = game.ties == "favour-speaker" and len(game.agents) > 1
    exact = not (game.gamma or game.evaluation)
    require(
        favoured and exact, "contests: only if ties favour the speaker, without errors"
    )
    quiet = game.user_alphabet == 1 or len(position.users) == 1
    require(quiet, "contests: a user who speaks could tell an agent what she has seen")
    tops = {agent.name: team(position, agent.sees) for agent in game.agents}
    for piece in pieces:
        low, high = value, piece["upper"]
        require(
            low < high or (low == high and not past), "contests: expected rising ends"
        )
        able = [n for n, top in tops.items() if top > low or (top == low and not past)]
        left = {(w, j) for w in able for j in (*able, None) if w != j}
        closed = True
        for case in piece["cases"]:
            at_low, at_high = Case(position, case, low, high, tops).beyond()
            rises = at_low >= 0 and at_high >= 0 and at_low + at_high > 0
            good = rises and (past or at_low > 0)
            require(good, f"contests: {case['winner']} may win with {low} to {high}")
            closed = closed and at_high > 0
            left.discard((case["winner"], case["rival"] and case["rival"]["agent"]))
        require(not left, f"contests: {sorted(map(str, left))} are left out")
        value, past = high, closed
    return value, past


class Case:
    """A winner, and a rival or none, with what proves that she has not `low` to `high`."""

    def __init__(
        self,
        position: Position,
        case: dict[str, Any],
        low: Fraction,
        high: Fraction,
        tops: dict[str, Fraction],
    ) -> None:
        game = position.game
        self.position, self.case, self.ends = position, case, (low, high)
        self.agents = {agent.name: agent for agent in game.agents}
        self.faced = [(t[0], seen) for t, seen in hear(position, []).items()]
        winner, self.rival = case["winner"], case["rival"]
        reasons = [r for option in case["options"] for r in option["reasons"]]
        self.swayed = {name for r in reasons for _, _, name, _ in r["ties"]}
        named = self.swayed | {winner, self.rival["agent"] if self.rival else winner}
        readable(named <= self.agents.keys(), "contests: an unknown agent")
        most = max(top for n, top in tops.items() if n != winner)
        self.enough: Enough = {winner: most} if most <= low else {}
        if self.rival is None and game.agent_alphabet is None:
            self.enough = {winner: None}

    def beyond(self) -> tuple[Fraction, Fraction]:
        """By how much, at both ends, what the winner could make of such an outcome falls
        short of what it must be, whatever his messages are.
        """
        case, (low, high) = self.case, self.ends
        rows, least = promised(self.position, case["offers"], low, high, self.enough)
        if self.rival:
            least += self.fallen_back(rows)
        block = self.block(case["winner"], rows)
        tied = dict(block.mixtures(case["tied"]))
        swayed = {
            t[2] for o in case["options"] for r in o["reasons"] for t in r["ties"]
        }
        affordable(len(swayed) * len(block.hers), self.position.bits, "the ties")
        agents = self.position.agents.items()
        theirs = {n: block.table(his) for n, his in agents if n in self.swayed}
        given = [option["strategies"] for option in case["options"]]
        found = []
        for option, only in zip(
            case["options"], block.covered(given, set()), strict=True
        ):
            more = 1 - option["from"]
            lost = {h: row - more * self.position.user[h] for h, row in rows.items()}
            mine = self.block(case["winner"], lost)
            mine.tied, mine.theirs = tied, theirs
            short = least - mine.price(option, only)
            found.append((short - more * low, short - more * high))
        return min(short for short, _ in found), min(short for _, short in found)

    def fallen_back(self, rows: Payoff) -> Fraction:
        """Adds to the rows what all have by the winner's offer and not less than by the
        rival's, and what she has by both; the least of it, by prices.
        """
        position, rival = self.position, self.rival
        weights = entries(rival["weights"], "weights", self.agents)
        nonnegative(weights.values(), "weights")
        bits = position.bits + length([*weights.values(), rival["worth"]])
        affordable((1 + len(weights)) * len(position.user), bits, "the weights")
        lost = {}
        for h, hers in position.user.items():
            more = total(w * position.agents[n][h] for n, w in weights.items())
            more += rival["worth"] * hers
            rows[h] += more
            lost[h] = -more
        block = self.block(rival["agent"], lost)
        (every,) = block.covered([None], set())
        return -block.price(rival, every)

    def block(self, name: str, payoff: Payoff) -> "Tied":
        """What an agent can make her do, and this payoff by it."""
        position = self.position
        bits = position.bits + length(payoff.values())
        here = position._replace(agents={name: payoff}, bits=bits)
        return Tied(here, self.agents[name], self.faced, Fraction(0))


class Tied(Block):
    """A block in which nobody would have more by an action that is best wherever the one
    that she takes is.
    """

    tied: dict[tuple[int, str], dict[str, Fraction]]
    theirs: dict[str, Table]

    def columns(
        self, strategy: Strategy, reason: dict[str, Any]
    ) -> dict[str, Fraction]:
        """As in any block, and what agents would lose by such actions, weighted."""
        found = super().columns(strategy, reason)
        given = reason.get("ties", [])
        if not given:
            return found
        types, acts = range(len(strategy)), self.game.actions
        affordable(len(given) * len(self.cells), self.bits, "the ties")
        ties = entries(given, "ties", types, acts, self.theirs)
        nonnegative(ties.values(), "ties")
        for (n, b, name), weight in ties.items():
            a = strategy[n]
            require(
                b in self.tied.get((n, a), {}),
                f"ties: {b!r:.40} need not be best where {a!r:.40} is",
            )
            for c in self.cells:
                his = self.theirs[name]
                found[c] += weight * (his[c, n, a] - his[c, n, b])
        return found
