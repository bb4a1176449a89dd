"""What a claim says, decided from its definition where the game is small: no prices, no
multipliers, no code of the kernel.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from itertools import islice, product
from math import comb, prod
from typing import Any

from tests.kernel.brute_force import Heard, Says, best, gained, grid, heard, surely, surely_picking
from tests.kernel.mixtures import could_get, passes
from tests.oracles import persuasion_value, possible_cells, sign_of, supremum, user_value
from verifier.errors import SizeError
from verifier.game.model import Agent, Convention, Game, Target, Ties, Utility
from verifier.game.reader import parse
from verifier.game.rules import common_coarsening
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.solve.exponential import QuotientSum
from verifier.theory.alignment import alignment
from verifier.theory.benchmark import team
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine

F = Fraction

MOST = 120
"""The largest number of payoffs (points, actions, players) of a game that is looked into."""

TRIED = 300
"""Deviations that are tried for each agent."""

Does = dict[tuple[str, ...], str]
"""x_A and the words -> her action."""


class UndecidedError(Exception):
    """What the definition cannot decide here: the game is too large, or rules ask questions."""


def false(game: Game, claim: Mapping[str, Any]) -> str | None:
    """Why a claim is false, None where it is true as far as the definition tells.

    Raises UndecidedError where nothing can be said.
    """
    refuse_if_large(game)
    return DECIDED[claim["claim"]](game, claim)


def refuse_if_large(game: Game) -> None:
    if len(game.points) * len(game.actions) * (1 + len(game.agents)) > MOST:
        raise UndecidedError("a large game")


def unlike(what: str, stated: Any, found: Fraction) -> str | None:
    return None if F(stated) == found else f"{what} is {found}, not {stated}"


def false_hull(game: Game, claim: Mapping[str, Any]) -> str | None:
    """The least distance by a linear program; the mixture's own distance by its best offset."""
    weights = {name: F(w) for name, w in claim["weights"]}
    convention = Convention(claim.get("hull", "simplex"))
    by_state = convention is Convention.STATE_OFFSET
    misses: dict[str, list[Fraction]] = {}
    for (a, y), value in game.utility.items():
        mixed = sum((w * agent.utility[a, y] for agent, w in weighed(game, weights)), F(0))
        misses.setdefault(y if by_state else "", []).append(value - mixed)
    if convention is Convention.SIMPLEX and sum(weights.values()) != 1:
        return "the weights do not sum to 1"
    least = max((max(values) - min(values)) / 2 for values in misses.values())
    nearest = unlike("the distance", claim["distance"], alignment(game).of(convention).epsilon)
    return nearest or unlike("this mixture's", claim["distance"], least)


def weighed(game: Game, weights: Mapping[str, Fraction]) -> list[tuple[Agent, Fraction]]:
    return [(agent, weights[agent.name]) for agent in game.agents]


def named(game: Game, cells: Sequence[Sequence[str]]) -> Says:
    """The signal that names the cell."""
    return {x: {str(n): F(1)} for n, cell in enumerate(cells) for x in cell}


def false_optimum(game: Game, claim: Mapping[str, Any]) -> str | None:
    everything = named(game, [[x] for x in game.agent_observations])
    return unlike("OPT", claim["value"], user_value(game, [everything]))


def false_no_information(game: Game, claim: Mapping[str, Any]) -> str | None:
    return unlike("NOINFO", claim["value"], user_value(game, []))


def false_team(game: Game, claim: Mapping[str, Any]) -> str | None:
    """The best signal of a silent user's agent by trying all; else the verifier's recursion."""
    cells = common_coarsening(game, [a.sees for a in game.agents if a.name in claim["agents"]])
    talk = game.conversation
    many = None if talk.agent_alphabet == "rich" else talk.agent_alphabet**talk.rounds
    if many is None:
        value = user_value(game, [named(game, cells)])
    elif talk.user_alphabet == 1 and many ** len(cells) <= TRIED:
        words = [{str(n): F(1)} for n in range(many)]
        value = max(
            user_value(game, [{x: w for cell, w in zip(cells, way, strict=True) for x in cell}])
            for way in product(words, repeat=len(cells))
        )
    else:
        value = team(game, cells).value
    return unlike("TEAM", claim["value"], value)


def says(agent: Agent, rule: Any) -> Says:
    """A rule that asks nothing as a signal: its words are the lists of what is said, as JSON."""

    def paths(rule: Any, cell: str) -> list[tuple[list[str], Fraction]]:
        if len(rule) != 1:
            raise UndecidedError("a rule with questions")
        found = []
        for word, sends, then in rule[0]:
            p = next((F(p) for named, p in sends if named == cell), F(0))
            rest = [(list[str](), F(1))] if then is None or not p else paths(then, cell)
            found += [([word, *more], p * q) for more, q in rest if p]
        return found

    return {
        x: {json.dumps(path): p for path, p in paths(rule, cell[0])}
        for cell in agent.sees
        for x in cell
    }


def rules_of(game: Game, claim: Mapping[str, Any]) -> dict[str, Says]:
    stated = {entry["agent"]: entry["rule"] for entry in claim["rules"]}
    return {agent.name: says(agent, stated[agent.name]) for agent in game.agents}


def transcript(hears: Sequence[str]) -> tuple[str, ...]:
    """x_A and the words, as a record of a choice has them: round by round, agent by agent."""
    paths = [json.loads(word) for word in hears[1:]]
    rounds = range(max(map(len, paths), default=0))
    return hears[0], *(path[n] for n in rounds for path in paths if n < len(path))


def followed(game: Game, claim: Mapping[str, Any], now: Heard) -> Does | str:
    """What she does by her response wherever she may be, or why that is no best response."""
    recorded = {tuple(record[:-1]): record[-1] for record in claim["response"]}
    does = {}
    for hears, worth in now.items():
        allowed = best(game, worth)
        action = recorded.get(transcript(hears), allowed[0])
        if transcript(hears) not in recorded and game.ties is Ties.BELIEF and len(allowed) > 1:
            raise UndecidedError("a choice that depends on an earlier one")
        if action not in allowed:
            return f"{action} is not best at {hears}"
        does[hears] = action
    return does


def pointwise(game: Game, claim: Mapping[str, Any], rules: Sequence[Says]) -> Does | None:
    """What she does by a response that is stated point by point; None where it does not say."""
    stated = {(x, o): a for x, o, a in claim["response"]}
    does: Does = {}
    for (x, o), action in stated.items():
        for words in product(*(rule[o] for rule in rules)):
            if does.setdefault((x, *words), action) != action:
                return None
    return does


def picked(
    game: Game, claim: Mapping[str, Any], rules: Sequence[Says]
) -> tuple[Says, Does | str | None]:
    """The rule of the agent whom she picks, and what she does."""
    if "deviation_bounds" in claim:
        names = [agent.name for agent in game.agents]
        rule = rules[names.index(claim["picked"])] if "picked" in claim else rules[0]
        return rule, followed(game, claim, heard(game, [rule]))
    for rule in rules:
        if not claim["response"]:
            if user_value(game, [rule]) == F(claim["utility"]):
                return rule, followed(game, claim, heard(game, [rule]))
        elif user_value(game, [rule]) == F(claim["utility"]):
            does = pointwise(game, claim, [rule])
            if does is not None:
                return rule, does
    raise UndecidedError("an agent whom she might pick")


def false_equilibrium(game: Game, claim: Mapping[str, Any]) -> str | None:
    """Her response is best, and no deviation on a grid gains; nor the best that oracles know."""
    user = claim["user"]
    if user == "quantal":
        return false_quantal_equilibrium(game, claim)
    if "turns_to" in claim:
        return false_turning(game, claim)
    picks = user == "best-ai" and len(game.agents) > 1
    rules = rules_of(game, claim)
    spoken = list(rules.values())
    does: Does | str | None
    if picks:
        rule, does = picked(game, claim, spoken)
        spoken = [rule]
    elif "deviation_bounds" in claim:
        does = followed(game, claim, heard(game, spoken))
    else:
        does = pointwise(game, claim, spoken)
    if does is None:
        return "the response does not say what she does"
    if isinstance(does, str):
        return does
    now = heard(game, spoken)
    has = {
        name: sum((worth[name][does[t]] for t, worth in now.items()), F(0)) for name in ["", *rules]
    }
    if has[""] != F(claim["utility"]):
        return f"she gets {has['']}"
    for agent in game.agents:
        others = [rule for name, rule in rules.items() if name != agent.name]
        why = gains(game, agent, rules, has, picks) or exceeds(game, agent, others, has, picks)
        if why:
            return why
    return below(game, user, has[""])


def gains(
    game: Game, agent: Agent, rules: Mapping[str, Says], has: Mapping[str, Fraction], picks: bool
) -> str | None:
    for signal in islice(grid(game, agent.sees), TRIED):
        if gained(game, agent, rules, signal, picks) > has[agent.name] + game.gamma:
            return f"{agent.name} gains by {signal}"
    return None


def exceeds(
    game: Game, agent: Agent, others: Sequence[Says], has: Mapping[str, Fraction], picks: bool
) -> str | None:
    """What an agent with many words can get: by chords, or by a program over strategies."""
    if picks or game.conversation.agent_alphabet != "rich" or game.ties is Ties.BELIEF:
        return None
    most = has[agent.name]
    if len(possible_cells(game, agent)) <= 2:
        most = supremum(game, agent, others)
    elif game.ties is Ties.FAVOUR_SPEAKER and strategies(game, others) <= 9:
        most = persuasion_value(game, agent, others)
    return f"{agent.name} gets {most}" if most > has[agent.name] + game.gamma else None


def strategies(game: Game, others: Sequence[Says]) -> int:
    return int(len(game.actions) ** len(heard(game, others)))


@lru_cache(maxsize=1000)
def proved(text: str, user: str) -> Fraction | QuotientSum:
    """The verifier's own bound on what she gets in every equilibrium."""
    game = parse(text, "game.toml")
    return examine(game, [Guarantee(user)]).findings[Guarantee(user)].bound.value


@lru_cache(maxsize=1000)
def exhibited(text: str, user: str) -> tuple[Fraction | QuotientSum, ...]:
    """What she gets in the equilibria that the verifier finds."""
    found = exhibit(parse(text, "game.toml"), Guarantee(user), Effort()).equilibria
    return tuple(shown.user_utility for shown in found)


def below(game: Game, user: str, value: Fraction) -> str | None:
    try:
        bound = proved(write(game), user)
    except SizeError as error:
        raise UndecidedError(str(error)) from error
    return f"every equilibrium gives {bound}" if sign_of(value, bound) < 0 else None


def false_turning(game: Game, claim: Mapping[str, Any]) -> str | None:
    """Whoever deviates on a grid, some pick that her evaluation allows leaves him no gain."""
    if game.ties is not Ties.ANY:
        raise UndecidedError("ties that are not free")
    rules = rules_of(game, claim)
    offers = {name: heard(game, [rule]) for name, rule in rules.items()}
    now, has = offers[claim["picked"]], dict[str, Fraction]()
    does = followed(game, claim, now)
    if isinstance(does, str):
        return does
    for name in ["", *rules]:
        has[name] = sum((worth[name][does[t]] for t, worth in now.items()), F(0))
    if has[""] != F(claim["utility"]):
        return f"she gets {has['']}"
    if has[""] + game.evaluation < max(map(most_of_hers, offers.values())):
        return "another offers too much more"
    for agent in game.agents:
        for signal in islice(grid(game, agent.sees), TRIED):
            after = {**offers, agent.name: heard(game, [signal])}
            top = max(map(most_of_hers, after.values())) - game.evaluation
            near = [offer for offer in after.values() if most_of_hers(offer) >= top]
            if min(least_of(offer, agent.name) for offer in near) > has[agent.name] + game.gamma:
                return f"{agent.name} gains by {signal}"
    return None


def most_of_hers(offer: Mapping[Any, Mapping[str, Mapping[str, Fraction]]]) -> Fraction:
    """What she gets by a rule that she hears alone."""
    return sum((max(worth[""].values()) for worth in offer.values()), F(0))


def least_of(offer: Mapping[Any, Mapping[str, Mapping[str, Fraction]]], name: str) -> Fraction:
    """The least that an agent has by it, where ties may go against him."""
    total = F(0)
    for worth in offer.values():
        best = max(worth[""].values())
        total += min(v for a, v in worth[name].items() if worth[""][a] == best)
    return total


def false_every(game: Game, claim: Mapping[str, Any]) -> str | None:
    """No equilibrium that is found gives her less, nor a mixture that no agent betters.

    Contests say more of equilibria than that no agent betters them: who wins, and who could.
    """
    user, stated = claim["user"], claim["at least"]
    least = F(stated["lower"] if user == "quantal" else stated)
    if user != "quantal" and not claim.get("contests") and mixtures_known(game, user):
        below = lowest(write(game), least)
        if below is not None:
            return f"no agent betters a mixture that gives {below}"
    found = exhibited(write(game), user)
    if not found:
        raise UndecidedError("no equilibrium is known")
    lower = [value for value in found if sign_of(least, value) > 0]
    return f"an equilibrium gives {lower[0]}" if lower else None


def mixtures_known(game: Game, user: str) -> bool:
    """Whether she hears one agent and asks nothing, ties favour him, and his rules are few."""
    talk, types = game.conversation, len({x for x, _ in game.points})
    many = len(game.actions) ** types
    words = many if talk.capacity is None else min(many, talk.capacity)
    alone = user == "best-ai" or len(game.agents) == 1
    favoured = game.ties is Ties.FAVOUR_SPEAKER and talk.user_alphabet == 1
    return alone and favoured and many <= 9 and comb(many, words) <= 10


@lru_cache(maxsize=1000)
def lowest(text: str, below: Fraction) -> Fraction | None:
    """A value less than this one, of a few, that some mixture of what she may hear has and no agent
    betters.
    """
    game = parse(text, "game.toml")
    silence = user_value(game, [])
    for v in (silence + (below - silence) * F(n, 4) for n in range(4) if silence < below):
        most = {agent.name: could_get(game, agent, v) for agent in game.agents}
        if passes(game, v, most):
            return v
    return None


def false_none(game: Game, claim: Mapping[str, Any]) -> str | None:
    """He gains by this very deviation."""
    rules, name = rules_of(game, claim), claim["agent"]
    changed = rules | {name: says(next(a for a in game.agents if a.name == name), claim["rule"])}
    if claim["user"] == "quantal":
        return false_quantal_none(game, claim, rules, changed)
    if claim["user"] == "best-ai":
        worths = {other: user_value(game, [rule]) for other, rule in rules.items()}
        groups = [[rules[o]] for o, worth in worths.items() if worth == max(worths.values())]
        least = surely_picking(game, changed, name)
    else:
        groups = [list(rules.values())]
        least = surely(game, heard(game, list(changed.values())), name)
    most = max(
        sum(
            (
                max(worth[name][a] for a in best(game, worth))
                for worth in heard(game, spoken).values()
            ),
            F(0),
        )
        for spoken in groups
    )
    if least <= most + game.gamma:
        return f"{name} has {most}, and gets {least}"
    return unlike("at most", claim["at most"], most) or unlike("after", claim["deviating"], least)


def false_quantal_none(
    game: Game, claim: Mapping[str, Any], rules: Mapping[str, Says], changed: Mapping[str, Says]
) -> str | None:
    """What an agent has and gets, to forty digits."""
    utility = next(agent.utility for agent in game.agents if agent.name == claim["agent"])
    before, after = (quantal(game, utility, list(spoken.values())) for spoken in (rules, changed))
    return (
        outside("what he has", claim["at most"], before)
        or outside("what he gets", claim["deviating"], after)
        or (None if F(after) > F(before) + game.gamma else "he does not gain")
    )


def false_conflict(game: Game, claim: Mapping[str, Any]) -> str | None:
    agents = [agent for agent in game.agents if agent.name in claim["agents"]]
    rule = named(game, [[x] for x in game.agent_observations])
    if "rule" in claim:
        rule = says(agents[0], claim["rule"])
    apart = together = F(0)
    for worth in heard(game, [rule]).values():
        top = [a for a in game.actions if worth[""][a] == max(worth[""].values())]
        apart += sum((min(worth[agent.name][a] for a in top) for agent in agents), F(0))
        together += min(sum((worth[agent.name][a] for agent in agents), F(0)) for a in top)
    return (
        unlike("apart", claim["apart"], apart)
        or unlike("together", claim["together"], together)
        or (None if apart < together else "there is no conflict")
    )


def quantal(game: Game, utility: Utility, spoken: Sequence[Says]) -> Decimal:
    """What a quantal user makes of a payoff, to forty digits, hearing these signals."""
    with localcontext() as context:
        context.prec = 60
        base = game.quantal.base
        growth = Decimal(1) if base == "e" else Decimal(base).ln()
        total = Decimal(0)
        groups: dict[tuple[str, ...], list[tuple[str, Fraction]]] = {}
        for (x, o, y), p in game.joint.items():
            for words in product(*(signal[o].items() for signal in spoken)):
                chance = p * prod((q for _, q in words), start=F(1))
                groups.setdefault((x, *(word for word, _ in words)), []).append((y, chance))
        for rows in groups.values():
            mass = sum((p for _, p in rows), F(0))
            likely = []
            for a in game.actions:
                mean = sum((p * game.utility[a, y] for y, p in rows), F(0)) / mass
                likely.append((decimal(game.quantal.eta * mean) * growth).exp())
            for a, weight in zip(game.actions, likely, strict=True):
                value = sum((p * utility[a, y] for y, p in rows), F(0))
                total += decimal(value) * weight / sum(likely)
        return total


def decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def outside(what: str, ends: Mapping[str, Any], found: Decimal) -> str | None:
    room = F(1, 10**40)
    inside = F(ends["lower"]) - room <= F(found) <= F(ends["upper"]) + room
    return None if inside else f"{what} is {found}"


def false_quantal_value(game: Game, claim: Mapping[str, Any]) -> str | None:
    everything = named(game, [[x] for x in game.agent_observations])
    return outside("QR", claim["value"], quantal(game, game.utility, [everything]))


def false_quantal_equilibrium(game: Game, claim: Mapping[str, Any]) -> str | None:
    """She gets that much; and no agent gains by a deviation on a grid."""
    rules = rules_of(game, claim) if claim["rules"] else {}
    value = quantal(game, game.utility, list(rules.values()))
    why = outside("what she gets", claim["utility"], value)
    for agent in game.agents if rules else ():
        has = quantal(game, agent.utility, list(rules.values()))
        most = F(has) + game.gamma + F(1, 10**40)
        for signal in islice(grid(game, agent.sees), TRIED // 10):
            changed = {**rules, agent.name: signal}
            if F(quantal(game, agent.utility, list(changed.values()))) > most:
                return f"{agent.name} gains by {signal}"
    return why


def false_conclusion(game: Game, content: Mapping[str, Any]) -> str | None:
    """What is claimed is the benchmark less twice the tolerance, and the claims reach it, or fail.

    For a rational number; raises UndecidedError for others.
    """
    refuse_if_large(game)
    stated = content["conclusion"]
    user, verdict = stated["guarantee"], stated["verdict"]
    by_user = {(claim["claim"], claim.get("user")): claim for claim in content["claims"]}
    if user == "quantal":
        raise UndecidedError("a number that is not rational")
    benchmarks = list(_benchmarks(game, user, content["claims"]))
    claimed, less = F(stated["claimed"]), F(stated["tolerance"])
    less = max(less, game.evaluation) if user == "best-ai" else less
    if claimed not in [benchmark - 2 * less for benchmark in benchmarks]:
        return f"what is claimed, {claimed}, is of none of {benchmarks}"
    if verdict == "refuted":
        holds = F(by_user["equilibrium", user]["utility"]) < claimed
    else:
        holds = F(by_user["every equilibrium", user]["at least"]) >= claimed
    known = verdict != "proved" or ("equilibrium", user) in by_user
    return None if holds and known else f"it is not {verdict}"


def _benchmarks(game: Game, user: str, claims: Sequence[Mapping[str, Any]]) -> Iterator[Fraction]:
    """OPT or TEAM, for the weights of every hull of which something is claimed."""
    for hull in (claim for claim in claims if claim["claim"] == "hull distance"):
        team_of = [agent.name for agent in game.agents if F(dict(hull["weights"])[agent.name])]
        if user == "bayes" or game.target is Target.OPTIMUM or not team_of:
            yield user_value(game, [named(game, [[x] for x in game.agent_observations])])
        else:
            found = [c for c in claims if c["claim"] == "team" and c["agents"] == team_of]
            yield from (F(claim["value"]) for claim in found)


def false_existence(game: Game, claim: Mapping[str, Any]) -> str | None:
    """Of several agents nobody knows it; of one it is true where one is found."""
    if len(game.agents) > 1:
        return "there are several agents"
    if not exhibited(write(game), claim["user"]):
        raise UndecidedError("no equilibrium is found")
    return None


def false_nonexistence(game: Game, claim: Mapping[str, Any]) -> str | None:
    """An equilibrium that is found refutes it."""
    found = exhibited(write(game), claim["user"])
    if not found:
        raise UndecidedError("no equilibrium is found")
    return f"an equilibrium gives {found[0]}"


def false_one_user(game: Game, claim: Mapping[str, Any]) -> str | None:
    """What one of several users gets is compared with a program of its own elsewhere
    (tests/game/test_population.py).
    """
    raise UndecidedError(f"what {claim['name']} gets of {game.title}")


DECIDED: Mapping[str, Callable[[Game, Mapping[str, Any]], str | None]] = {
    "hull distance": false_hull,
    "optimum": false_optimum,
    "no information": false_no_information,
    "team": false_team,
    "conflict": false_conflict,
    "every equilibrium": false_every,
    "one user": false_one_user,
    "equilibrium": false_equilibrium,
    "no equilibrium": false_none,
    "existence": false_existence,
    "nonexistence": false_nonexistence,
    "quantal value": false_quantal_value,
}
"""The kind of a claim -> why it is false."""
