"""Exhibited equilibria, and profiles that are none (theory.md 6.1, 6.7, 6.9)."""

from fractions import Fraction
from typing import Any

from verifier.kernel.core.bound import ASKING, dual_value
from verifier.kernel.core.game import Position, belief, team
from verifier.kernel.core.histories import SHAPE as HISTORIES
from verifier.kernel.core.histories import granted
from verifier.kernel.core.prices import SHAPE as PRICES
from verifier.kernel.core.prices import most
from verifier.kernel.core.rule import (
    RULES,
    Rule,
    each,
    hear,
    offered,
    play,
    read_rule,
    read_rules,
    reply,
    separates,
)
from verifier.kernel.reader.document import Option, fit, nonnegative, readable, require
from verifier.kernel.reader.instance import Game

SHAPE = {
    "rules": RULES,
    "picked": Option(str),
    "response": [[str]],
    "deviation_bounds": Option([{str: Any}]),
    "turns_to": Option({str: str}),
}
OUTCOMES = {
    "agent": str,
    "floor": Fraction,
    "marginal": [(str, str, Fraction)],
    "obedience": [(str, str, str, Fraction)],
} | ASKING
DEVIATION = {"rules": RULES, "agent": str, "rule": Any}


def equilibrium(position: Position, user: str, part: dict[str, Any]) -> Fraction:
    """What the user gets in the equilibrium, by whichever argument is brought."""
    rules = read_rules(position.game, part["rules"])
    if part["turns_to"] is not None:
        return erring(position, user, rules, part)
    if part["deviation_bounds"] is None:
        readable(part["picked"] is None, "picked: without bounds nothing reads it")
        return revealing(position, user, rules, part["response"])
    return priced(position, user, rules, part)


def priced(
    position: Position, user: str, rules: dict[str, Rule], part: dict[str, Any]
) -> Fraction:
    """Her response is best, and by no other rule an agent gains: there are bounds.

    A user who picks one of several agents hears only him.
    """
    game, heard = position.game, list(rules.values())
    picks, picked = user == "best-ai" and len(rules) > 1, part["picked"]
    good = picked is None or (picks and picked in rules)
    readable(good, f"picked: {picked!r:.40} is no agent whom she could pick")
    if picks:
        heard = [heard[0] if picked is None else rules[picked]]
    utility, *has = play(position, heard, part["response"])
    top = offered(position, rules.values(), position.user, 1)[0] if picks else utility
    require(utility == top, "picked: another agent offers her more")
    bounds = [
        fit(entry, shape(entry), "deviation_bounds")
        for entry in part["deviation_bounds"]
    ]
    given = {bound["agent"] for bound in bounds}
    beaten = list[dict[str, Any]]()
    if picks and game.ties != "favour-speaker":
        beaten = [{"agent": name} for name in rules if name not in given]
    named = each(game, bounds + beaten, "deviation_bounds")
    for (agent, bound), now in zip(named, has, strict=True):
        his = position.agents[agent.name]
        others = [r for n, r in rules.items() if n != agent.name]
        if picks:
            least = unpicked(position, agent.name, others, heard, now)
            others = []
            if agent.name not in given:  # she stays where no offer is better
                more = team(position, agent.sees)
                require(
                    more <= least,
                    f"deviation_bounds: {agent.name} may offer {more}, and be picked",
                )
                continue
        else:  # whom she hears she can ignore
            least = reply(position, others, position.user, 1)[0]
        floor = bound["floor"]
        nonnegative([floor], "floor")
        if "blocks" in bound:
            at_most = most(position, agent, hear(position, others), bound)
        elif "instead" in bound:
            at_most = granted(position, agent, others, bound)
        else:  # whatever he does, the outcome is obedient
            at_most = -dual_value(position, bound, his, -floor)
        at_most -= floor * least
        require(
            at_most <= now + game.gamma,
            f"deviation_bounds: {agent.name} has {now}, a deviation may give {at_most}",
        )
    return utility


def erring(
    position: Position, user: str, rules: dict[str, Rule], part: dict[str, Any]
) -> Fraction:
    """Whom she picks is nearly the best, as far as her evaluation can tell; whoever
    deviates, another's offer is so near to all that she could get that she turns to him.
    """
    game, picked, turns = position.game, part["picked"], part["turns_to"]
    good = user == "best-ai" and picked in rules and part["deviation_bounds"] is None
    readable(good, "turns_to: for a best-ai user, an agent picked, and no bounds")
    readable(turns.keys() == rules.keys(), "turns_to: expected every agent")
    require(
        game.ties == "any", f"turns_to: ties as {game.ties} says are not hers to break"
    )
    utility, *has = play(position, [rules[picked]], part["response"])
    top = offered(position, rules.values(), position.user, 1)[0]
    near = utility + game.evaluation >= top
    require(near, f"picked: another agent offers her {top}, too much more")
    for agent, now in zip(game.agents, has, strict=True):
        other, his = turns[agent.name], position.agents[agent.name]
        good = other in rules and other != agent.name
        readable(good, f"turns_to: {other!r:.40} is not another agent")
        worth, left = reply(position, [rules[other]], his, -1, False)
        require(
            worth + game.evaluation >= position.optimum,
            f"turns_to: {other} offers her {worth}, too little to be picked for certain",
        )
        require(
            left <= now + game.gamma,
            f"turns_to: {agent.name} has {now}, and {left} if she turns to {other}",
        )
    return utility


def shape(bound: dict[str, Any]) -> dict[str, Any]:
    """The kind of a bound on deviations: by prices, by histories or over outcomes."""
    return (
        PRICES if "blocks" in bound else HISTORIES if "instead" in bound else OUTCOMES
    )


def unpicked(
    position: Position, name: str, others: list[Rule], heard: list[Rule], now: Fraction
) -> Fraction:
    """What the others offer her at best, so that a rule that is worth less is not picked;
    he gains nothing by such a rule. Unless ties favour him she may pick, of the best of
    the others, whom he likes least.
    """
    ties, his = position.game.ties, position.agents[name]
    sign, hers = -1 if ties == "any" else 1, ties != "favour-speaker"
    found = [reply(position, [rule], his, sign, ties == "order") for rule in others]
    least = max(worth for worth, _ in found)
    left = (min if hers else max)(has for worth, has in found if worth == least)
    stays = hers and heard[0] in others
    require(
        stays or left <= now + position.game.gamma,
        f"rules: {name} has {now}, and may get {left} by an offer that is not picked",
    )
    return least


def revealing(
    position: Position, user: str, rules: dict[str, Rule], response: list[list[str]]
) -> Fraction:
    """At least two agents say enough, so no single deviation changes what the user can
    attain.
    """
    game = position.game
    reached = {n: reply(position, [r], position.user, 1)[0] for n, r in rules.items()}
    top = max(reached.values())
    teachers = [rule for name, rule in rules.items() if reached[name] == top]
    require(
        len(teachers) > 1,
        "rules: fewer than two agents reveal enough, so one of them can withhold",
    )
    if response:
        readable(top == position.optimum, "response: below OPT nothing reads it")
        settled(position, response, teachers)
        return top
    common = any(teachers.count(rule) > 1 for rule in teachers)
    require(
        user == "best-ai" and game.ties != "favour-speaker" and common,
        "rules: without a response only one common rule for best-ai is known to be"
        " stable, if ties do not favour the speaker",
    )
    best = max(team(position, agent.sees) for agent in game.agents)
    require(best == top, "rules: an agent could offer a better rule and be picked")
    return top


def settled(position: Position, records: list[list[str]], teachers: list[Rule]) -> None:
    """The stated response fits the tie rule and leaves nobody a deviation."""
    ties, taken = position.game.ties, dict[Any, str]()
    response = {tuple(record[:-1]): record[-1] for record in records if record}
    clear = position.unique or sum(separates(position, rule) for rule in teachers) > 1
    require(
        clear,
        "rules: with tied best actions two agents must tell their observations apart",
    )
    whole = response.keys() == position.mass.keys() and len(records) == len(response)
    require(whole, "response: expected one action for every point")
    for (x, o), best in position.optimal.items():
        action = response[x, o]
        fits = action in (best[:1] if ties == "order" else best)
        require(fits, f"response: {action!a:.40} at {(x, o)} is not her choice")
        if ties == "belief":
            also = taken.setdefault(belief(position, x, {o: Fraction(1)}), action)
            require(
                action == also,
                f"response: {(x, o)} leads to a belief at which she takes {also!a}",
            )
        if ties == "favour-speaker":
            require(
                all(
                    payoff[x, o, a] <= payoff[x, o, action]
                    for payoff in position.agents.values()
                    for a in best
                ),
                f"response: another tied action at {(x, o)} would favour an agent",
            )


def gains(
    position: Position, user: str, part: dict[str, Any]
) -> tuple[str, Fraction, Fraction]:
    """An agent, the most that he can have under the rules, and what he surely gets by
    another rule: more, by over gamma.
    """
    game, name = position.game, part["agent"]
    rules, changed = deviation(game, part)
    responds = reply if user == "bayes" else offered
    his, first = position.agents[name], game.ties == "order"
    before = responds(position, rules.values(), his, 1, first)[1]
    sign = 1 if game.ties == "favour-speaker" else -1
    after = responds(position, changed.values(), his, sign, first)[1]
    require(
        after > before + game.gamma,
        f"deviation: {name} may have {before}, and may get only {after} by deviating",
    )
    return name, before, after


def deviation(
    game: Game, part: dict[str, Any]
) -> tuple[dict[str, Rule], dict[str, Rule]]:
    """The rules, and what they are after one agent has changed his."""
    rules = read_rules(game, part["rules"])
    agents = {agent.name: agent for agent in game.agents}
    readable(part["agent"] in agents, f"agent: {part['agent']!r:.40} is not one")
    agent = agents[part["agent"]]
    return rules, rules | {agent.name: read_rule(part["rule"], game, agent)}
