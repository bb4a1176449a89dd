"""Claims about every equilibrium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from typing import Any, NamedTuple

from tests.second_checker.claims import (
    Facts,
    check_inequality,
    kind,
    mixed_weights,
    read_asking,
    read_marginal,
    read_obedience,
)
from tests.second_checker.game import TIES, Agent, Game, Point, Shares, Weights
from tests.second_checker.play import Range, Rule, Talk, one_message, read_rule, same_rule, tells
from tests.second_checker.prices import Block
from tests.second_checker.quantal import Quantity, informed, loss, read_ends, turned
from tests.second_checker.reading import (
    ONE,
    ZERO,
    Json,
    keys,
    listing,
    need,
    number,
    quoted,
    readable,
    records,
    text,
)
from tests.second_checker.remarks import check_remarks, open_ties
from tests.second_checker.team import team_value


class Deviation(NamedTuple):
    """A deviation of an agent, with its multiplier."""

    agent: Agent
    multiplier: Fraction
    rule: Rule
    secures: Fraction | None


def read_deviations(game: Game, value: Any, user: str) -> list[Deviation]:
    """Read the deviations of a claim about every equilibrium."""
    found = []
    for entry in listing(value):
        optional = "secures" if user == "bayes" else ""
        agent = game.agent(keys(entry, "agent,multiplier,rule", optional)["agent"])
        multiplier = number(entry["multiplier"])
        need(multiplier >= 0, "a multiplier is below 0")
        rule = read_rule(game, agent, entry["rule"])
        sure = announced(game, agent, rule, entry["secures"]) if "secures" in entry else None
        found.append(Deviation(agent, multiplier, rule, sure))
    need(len({d.agent.name for d in found}) == len(found), "an agent deviates twice")
    return found


def announced(game: Game, agent: Agent, rule: Rule, value: Any) -> Fraction:
    """Check what an agent secures by words that tell her less than she needs."""
    keys(value, "marginal,obedience")
    pi = read_marginal(game, value["marginal"])
    need(len(rule) == 1 and all(answer.then is None for answer in rule[0]), "not told at once")
    words = [answer.word for answer in rule[0]]
    kappa = records(value["obedience"], game.user_sees, words, game.actions, game.actions)
    need(all(k >= 0 for k in kappa.values()), "a kappa below 0")
    for answer, (s, x), a in product(rule[0], game.points, game.actions):
        if x in answer.at:
            left = pi[s, x]
            for b in game.actions:
                gain = game.weights[s, x, a] - game.weights[s, x, b]
                left += kappa.get((s, answer.word, a, b), ZERO) * gain
            need(left <= agent.weights[s, x, a], "he may have less")
    return sum(pi.values(), ZERO)


def surely_bayes(game: Game, deviations: list[Deviation]) -> Fraction:
    """Return S for the Bayesian user."""
    for d in deviations:
        need(Talk(game, [d.rule]).is_worth() == game.optimum, "a deviation is not worth OPT")
    clear = [d for d in deviations if game.unique or tells(game, d.rule)]
    total = ZERO
    for point in game.points:
        best = game.best[point]

        def gets(d: Deviation, a: str, at: Point = point) -> Fraction:
            return d.multiplier * d.agent.weights[*at, a]

        together = [sum((gets(d, a) for d in clear), ZERO) for a in best]
        if game.ties == "belief":
            total += min(together)
        elif game.ties == "order":
            total += together[0]
        elif game.ties == "favour-speaker":
            total += sum((max(gets(d, a) for a in best) for d in clear), ZERO)
        else:
            total += sum((min(gets(d, a) for a in best) for d in clear), ZERO)
        total += sum((min(gets(d, a) for a in best) for d in deviations if d not in clear), ZERO)
    return total


def surely_best_ai(game: Game, deviations: list[Deviation]) -> tuple[Fraction, list[Fraction]]:
    """Return S for the user who picks an agent, and what the rules are worth."""
    talks = [Talk(game, [d.rule]) for d in deviations]
    worth = [talk.is_worth() for talk in talks]
    if not deviations:
        return ZERO, []
    if game.ties in ("any", "favour-speaker"):
        which = 1 if game.ties == "any" else 2
        return sum(
            (
                d.multiplier * talk.respond(d.agent.weights)[which]
                for d, talk in zip(deviations, talks, strict=True)
            ),
            ZERO,
        ), worth
    need(all(same_rule(deviations[0].rule, d.rule) for d in deviations), "not all the same rule")
    total = mixed_weights(game, [(d.multiplier, d.agent.weights) for d in deviations])
    return talks[0].respond(total, game.ties == "order")[1], worth


def surely_quantal(game: Game, deviations: list[Deviation], value: Fraction) -> Quantity:
    """Return the bound for the quantal user, whose part without deviations is the value."""
    bound = Quantity(game.base, value)
    for d in deviations:
        need(one_message(d.rule), "a rule is not a script")
        bound = bound.plus(informed(game, d.agent.weights), d.multiplier)
        for point, change in turned(game, d.rule).items():
            gets = [d.agent.weights[*point, a] for a in game.actions]
            bound = bound.plus(loss(game, change / 2), -d.multiplier * (max(gets) - min(gets)))
    return bound.simplified()


Asked = tuple[str, ...]


def asked_in(game: Game, message: Any) -> Asked:
    """Return the observations at which she asks for a message."""
    return tuple(map(text, listing(message.get("asked", [])))) or tuple(game.seen)


def menu(game: Game, messages: Any) -> dict[Asked, set[Asked]]:
    """Check who asks for what; return the strategies that are recommended after each question."""
    found: dict[Asked, set[Asked]] = {}
    for message in listing(messages):
        said = tuple(map(text, listing(message["strategy"])))
        found.setdefault(asked_in(game, message), set()).add(said)
    everyone = [seen for asked in found for seen in asked]
    need(sorted(everyone) == sorted(game.seen), "every observation in one question")
    return found


def answers_left(game: Game, questions: int) -> int:
    """Return how many rounds can carry an answer to one of so many questions."""
    enough = [n for n in range(1, game.rounds + 1) if game.questions**n >= questions]
    need(enough, "more questions than she has")
    return game.rounds + 1 - enough[0]


def offer_value(game: Game, agent: Agent, value: Any) -> Range:
    """Check an offer; return what it is worth to her, and what it surely gives the agent."""
    named = {cell[0]: cell for cell in agent.cells}
    signals: dict[Asked, list[tuple[Shares, Shares]]] = {asked: [] for asked in menu(game, value)}
    hers = his = ZERO
    for entry in listing(value):
        keys(entry, "strategy,sends,perturbation", "asked")
        asked = asked_in(game, entry)
        strategy = [text(a) for a in listing(entry["strategy"])]
        need(len(strategy) == len(asked) and set(strategy) <= set(game.actions), "a strategy")
        p = {cell: w for (cell,), w in records(entry["sends"], named).items()}
        d = {cell: w for (cell,), w in records(entry["perturbation"], named).items()}
        need(all(w >= 0 for w in [*p.values(), *d.values()]), "an offer below 0")
        signals[asked].append((p, d))
        for seen, s in zip(asked, strategy, strict=True):
            more, gains = recommended(game, agent, seen, s, p, d)
            hers, his = hers + more, his + gains
    real = {known for _, known in game.points}
    cells = [c for c, cell in named.items() if real & set(cell)]
    favoured = game.ties == "favour-speaker"
    for messages in signals.values():
        sums = [[sum((m[n].get(c, ZERO) for m in messages), ZERO) for c in cells] for n in (0, 1)]
        need(set(sums[0]) <= {ONE}, "an offer's sum")
        whole = not favoured and (game.words is not None or len(signals) > 1)
        need(not whole or set(sums[1]) <= {ONE}, "a perturbation's sum")
    for asked, other in permutations(signals, 2):
        for seen in asked:
            own, instead = (
                [worth_asking(game, agent, seen, [m[n] for m in signals[q]]) for n in (0, 1)]
                for q in (asked, other)
            )
            strict = favoured or own[0] > instead[0] or own[1] > instead[1]
            need(own[0] >= instead[0] and strict, f"{seen!r}: another question is as good")
    return hers, his


def worth_asking(game: Game, agent: Agent, seen: str, messages: list[Shares]) -> Fraction:
    """Return what a signal is worth to her after x_A."""
    named = {cell[0]: cell for cell in agent.cells}
    total = ZERO
    for by in messages:
        pairs = [(m, x) for cell, m in by.items() for x in named[cell]]
        total += max(
            sum((m * game.weights.get((seen, x, a), ZERO) for m, x in pairs), ZERO)
            for a in game.actions
        )
    return total


def recommended(game: Game, agent: Agent, seen: str, s: str, p: Shares, d: Shares) -> Range:
    """Check a recommendation of s after x_A; return what she has, and what he surely has."""
    named = {cell[0]: cell for cell in agent.cells}

    def w(weights: Weights, by: Shares, a: str) -> Fraction:
        pairs = ((m, x) for cell, m in by.items() for x in named[cell])
        return sum((m * weights.get((seen, x, a), ZERO) for m, x in pairs), ZERO)

    same = [
        a
        for a in game.actions
        if all(w(game.weights, {c: ONE}, a) == w(game.weights, {c: ONE}, s) for c in named)
    ]
    for a in set(game.actions) - set(same):
        need(w(game.weights, p, s) >= w(game.weights, p, a), "she does not do as an offer says")
        strict = w(game.weights, d, s) > w(game.weights, d, a)
        need(strict or game.ties == "favour-speaker", "a perturbation")
    gains = [w(agent.weights, p, a) for a in same]
    if game.ties == "order":
        return w(game.weights, p, s), gains[0]
    if game.ties != "favour-speaker":
        return w(game.weights, p, s), min(gains)
    return w(game.weights, p, s), max(gains) if game.words is None else w(agent.weights, p, s)


def climb(
    game: Game, pieces: list[Any], low: Fraction, winners: bool = False, whole: bool = False
) -> Fraction:
    """Check the pieces of a claim; return the last upper end.

    A piece counts as a `whole` if it leaves no equilibrium at its ends, either.
    """
    for piece in pieces:
        outcomes = ("from,marginal,obedience", "asking")
        rest, optional = ("winners", "") if winners else outcomes
        keys(piece, f"upper,offers,{rest}", optional)
        high = number(piece["upper"])
        need(low < high or (whole and low == high), "a piece that does not climb")
        rivals = {a.name: others_offer(game, a) for a in game.agents} if whole else {}
        terms, total = promises(
            game, piece["offers"], low, high, {n: t for n, t in rivals.items() if t <= low}
        )
        if winners:
            total += win(game, listing(piece["winners"]), terms, low)
        else:
            tau, pi = number(piece["from"]), read_marginal(game, piece["marginal"])
            need(tau >= 0, "tau below 0")
            terms.append((ONE, read_asking(game, piece.get("asking", []))))
            check_inequality(game, pi, read_obedience(game, piece["obedience"]), terms, 1 - tau)
            total += tau * low + sum(pi.values(), ZERO)
        need(total > high or (total == high and not whole), "a piece does not reach its end")
        low = high
    return low


def others_offer(game: Game, agent: Agent) -> Fraction:
    """Return the most that any other agent can offer her."""
    return max(team_value(game, [a]) for a in game.agents if a.name != agent.name)


def promises(
    game: Game, offers: Any, low: Fraction, high: Fraction, enough: dict[str, Fraction | None]
) -> tuple[list[tuple[Fraction, Weights]], Fraction]:
    """Check offers; return the rows they are for, and what these come to at least.

    For some agents an offer is good enough if it is worth so much to her; None: whatever it is.
    """
    terms: list[tuple[Fraction, Weights]] = []
    total = ZERO
    for offer in listing(offers):
        keys(offer, "agent,multiplier,low,high")
        agent, multiplier = game.agent(offer["agent"]), number(offer["multiplier"])
        need(multiplier >= 0, "a multiplier is below 0")
        messages = [*listing(offer["low"]), *listing(offer["high"])]
        for message in messages:
            keys(message, "strategy,sends,perturbation", "asked")
        low_said, high_said = menu(game, offer["low"]), menu(game, offer["high"])
        need(low_said.keys() == high_said.keys(), "two offers with other questions")
        words = game.told_at_once(answers_left(game, len(low_said)))
        for asked, told in low_said.items():
            said = told | high_said[asked]
            need(words is None or len(said) <= words, "an offer with too many words")
        worth_low, gets_low = offer_value(game, agent, offer["low"])
        worth_high, gets_high = offer_value(game, agent, offer["high"])
        good = (worth_low >= low and worth_high >= high) or len(game.agents) == 1
        if agent.name in enough:
            least = enough[agent.name]
            good = good or least is None or min(worth_low, worth_high) >= least
        need(good, "an offer is worth too little to her")
        slope = ZERO if low == high else (gets_high - gets_low) / (high - low)
        terms += [(multiplier, agent.weights), (-multiplier * slope, game.weights)]
        total += multiplier * (gets_low - slope * low - game.gamma)
    return terms, total


def contests(game: Game, pieces: list[Any], low: Fraction, past: bool) -> tuple[Fraction, bool]:
    """Check who wins against whom; return the last upper end, and whether it is past."""
    need(game.ties == "favour-speaker" and len(game.agents) > 1, "no contests here")
    need(game.gamma == 0 and game.evaluation == 0, "no contests here")
    need(game.questions == 1 or len(game.seen) == 1, "she may tell an agent something")
    alone = {a.name: team_value(game, [a]) for a in game.agents}
    for piece in pieces:
        keys(piece, "upper,cases")
        high = number(piece["upper"])
        need(low < high or (low == high and not past), "a contest that does not climb")
        able = {n for n, top in alone.items() if (top > low if past else top >= low)}
        wanted = {(w, j) for w in able for j in {*able, ""} - {w}}
        ends = list[Fraction]()
        for case in listing(piece["cases"]):
            keys(case, "winner,offers,options", "rival,tied")
            left_low, left_high = won(game, case, low, high)
            need(min(left_low, left_high) >= 0 < max(left_low, left_high), "she may have so much")
            need(past or left_low > 0, "she may have just so much")
            ends.append(left_high)
            rival = text(case["rival"]["agent"]) if "rival" in case else ""
            wanted.discard((text(case["winner"]), rival))
        need(not wanted, f"nothing is said of {wanted}")
        low, past = high, all(end > 0 for end in ends)
    return low, past


def won(game: Game, case: Json, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Check the prices of a case; return the least D at both ends."""
    winner, types = game.agent(case["winner"]), Talk(game, []).types()
    enough: dict[str, Fraction | None] = {}
    most = others_offer(game, winner)
    if most <= low:
        enough[winner.name] = most
    if "rival" not in case and game.words is None:
        enough[winner.name] = None
    terms, total = promises(game, case["offers"], low, high, enough)
    if "rival" in case:
        rival = case["rival"]
        keys(rival, "agent,weights,worth,prices,reasons")
        other = game.agent(rival["agent"])
        rho = records(rival["weights"], [a.name for a in game.agents])
        need(all(weight >= 0 for weight in rho.values()), "rho below 0")
        more = [(weight, game.agent(name).weights) for (name,), weight in rho.items()]
        more.append((number(rival["worth"]), game.weights))
        less = mixed_weights(game, [(-weight, payoff) for weight, payoff in more])
        block = Block(game, replace(other, weights=less), types)
        only = {key: rival[key] for key in ("prices", "reasons")}
        for reason in listing(rival["reasons"]):
            keys(reason, "strategy", "obedience")
        (every,) = block.covered([only], set())
        total -= block.option(only, every, ZERO)
        terms += more
    mine, options = Block(game, winner, types), listing(case["options"])
    tied = mine.mixtures(case.get("tied", []))
    found = list[tuple[Fraction, Fraction]]()
    for option in options:
        keys(option, "from,prices,reasons", "strategies")
    for option, some in zip(options, mine.covered(options, set()), strict=True):
        tau = number(option["from"])
        weights = mixed_weights(game, [*terms, (tau - 1, game.weights)])
        block = Block(game, replace(winner, weights=weights), types)
        for reason in listing(option["reasons"]):
            keys(reason, "strategy", "obedience,ties")
        left = total - block.option(option, some, ZERO, tied)
        found.append((left - (1 - tau) * low, left - (1 - tau) * high))
    return min(at for at, _ in found), min(at for _, at in found)


def win(
    game: Game, winners: list[Any], terms: list[tuple[Fraction, Weights]], low: Fraction
) -> Fraction:
    """Check the prices of every option of whomever she may hear; return the least they leave."""
    need(game.questions == 1 or len(game.seen) == 1, "she may tell him something")
    types, left, seen = Talk(game, []).types(), [], []
    for entry in winners:
        agent = game.agent(keys(entry, "agent,options", "dominated")["agent"])
        seen.append(agent.cells)
        options = listing(entry["options"])
        for option in options:
            keys(option, "from,prices,reasons", "strategies")
            for reason in listing(option["reasons"]):
                keys(reason, "strategy", "obedience")
        mine = Block(game, agent, types)
        passed = mine.passed_over(entry.get("dominated", []))
        need(not passed or game.ties == "order", "she may take what is dominated")
        covered = mine.covered(options, passed)
        for option, some in zip(options, covered, strict=True):
            tau = number(option["from"])
            need(tau >= 0, "tau below 0")
            weights = mixed_weights(game, [*terms, (tau - 1, game.weights)])
            block = Block(game, replace(agent, weights=weights), types)
            left.append(tau * low - block.option(option, some, ZERO))
    for agent in game.agents:
        whole = [
            cells for cells in seen if all(any({*c} <= {*d} for d in agent.cells) for c in cells)
        ]
        need(bool(whole), f"the offers of {agent.name} are left out")
    return min(left)


def contested(game: Game, value: Any, deviations: list[Deviation]) -> Fraction:
    """Check the margins of a claim about every equilibrium; return OPT."""
    keys(value, "towards", "never")
    one_shot = game.rounds == 1 and game.questions == 1 and game.words is None
    need(one_shot and game.gamma == 0 and game.unique, "margins do not apply to this game")
    never = unplayed(game, value["never"], deviations) if "never" in value else set()
    real = {known for _, known in game.points}
    weights = all_towards(game, value["towards"], never)
    alike = all(w == next(iter(weights.values())) for w in weights.values())
    need(alike or len(real) <= 2 or game.ties in ("order", "favour-speaker"), "other ties")
    return game.optimum


def all_towards(
    game: Game, value: Any, never: set[tuple[str, ...]]
) -> dict[str, dict[str, Fraction]]:
    """Check that every margin is contested towards all that she does not know."""
    real = {known for _, known in game.points}
    weights: dict[str, dict[str, Fraction]] = {}
    for entry in listing(value):
        known = text(keys(entry, "observation,weights,indifferent,best")["observation"])
        need(known in real and known not in weights, "an observation without a point, or twice")
        weights[known] = towards(game, known, entry, never)
    need(weights.keys() == real, "an observation is left out")
    return weights


def remarked(game: Game, value: Any, deviations: list[Deviation]) -> Fraction:
    """Check the remarks of a claim about every equilibrium; return what they prove."""
    keys(value, "shifts,ties", "never,towards,program")
    need(game.rounds == game.questions == 1 and game.words is None, "no remarks in this protocol")
    need(game.gamma == 0, "remarks while small gains are left")
    never = unplayed(game, value["never"], deviations) if "never" in value else set()
    still = open_ties(game, value, never)
    need(("towards" in value) != ("program" in value), "towards, or a program")
    if "towards" in value:
        need(not still, "she may be indifferent")
        all_towards(game, value["towards"], never)
        return game.optimum
    part = keys(value["program"], "remarks,directions,kept,deviations,marginal,leaves", "steady")
    given = records(part["deviations"], [d.agent.name for d in deviations])
    need(all(m >= 0 for m in given.values()), "a multiplier below 0")
    weighted = [d._replace(multiplier=given.get((d.agent.name,), ZERO)) for d in deviations]
    pi = read_marginal(game, part["marginal"])
    terms = [(d.multiplier, d.agent.weights) for d in weighted]
    check_remarks(game, part, still, never, pi, mixed_weights(game, terms))
    return sum(pi.values(), ZERO) + surely_bayes(game, weighted)


def unplayed(game: Game, value: Any, deviations: list[Deviation]) -> set[tuple[str, ...]]:
    """Check that no equilibrium has some actions, and list them with their x_A."""
    keys(value, "actions,deviations,marginal,obedience")
    listed = {tuple(text(name) for name in listing(pair)) for pair in listing(value["actions"])}
    need(listed <= set(product(game.seen, game.actions)), "an action that never comes")
    given = records(value["deviations"], [d.agent.name for d in deviations])
    need(all(m >= 0 for m in given.values()), "a multiplier below 0")
    weighted = [d._replace(multiplier=given.get((d.agent.name,), ZERO)) for d in deviations]
    pi, kappa = read_marginal(game, value["marginal"]), read_obedience(game, value["obedience"])
    terms = [(d.multiplier, d.agent.weights) for d in weighted]
    played = {
        (s, x, a): game.chance[s, x] if (s, a) in listed else ZERO
        for (s, x), a in product(game.points, game.actions)
    }
    check_inequality(game, pi, kappa, [*terms, (ONE, played)], ZERO)
    need(sum(pi.values(), ZERO) + surely_bayes(game, weighted) >= 0, "these actions may come")
    return listed


def towards(game: Game, z: str, entry: Json, never: set[tuple[str, ...]]) -> dict[str, Fraction]:
    """Check that every margin is contested towards z; return the positive weights."""
    given = {n: w for (n,), w in records(entry["weights"], game.names).items() if w != 0}
    need(all(w > 0 for w in given.values()), "a weight below 0")
    real = {known for _, known in game.points}
    for name in given:
        need(
            all(z not in c or real & set(c) == {z} for c in game.agent(name).cells), "he sees less"
        )
    acts = game.actions
    theta = records(entry["indifferent"], game.user_sees, acts, acts)
    kappa = records(entry["best"], game.user_sees, acts, acts, acts)
    need(all(k >= 0 for k in kappa.values()), "a kappa below 0")
    mixed = mixed_weights(game, [(w, game.agent(name).weights) for name, w in given.items()])
    for s, a, b in product(game.seen, acts, acts):
        if (s, z) not in game.chance or a == b:
            continue
        more = game.weights[s, z, a] - game.weights[s, z, b]
        tied = more == 0 and acts.index(a) < acts.index(b)
        if not tied and (more <= 0 or (s, b) in never):
            continue
        for x in game.knows(s):
            w = {c: game.weights[s, x, c] for c in acts}
            left = ZERO if tied else mixed[s, x, a] - mixed[s, x, b]
            left -= theta.get((s, a, b), ZERO) * (w[a] - w[b])
            left -= sum((kappa.get((s, a, b, c), ZERO) * (w[a] - w[c]) for c in acts), ZERO)
            need(left > 0 if x == z else left >= 0, f"{a} over {b} is not contested towards {z}")
    return given


def every_equilibrium(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `every equilibrium`."""
    user = text(claim.get("user"))
    optional = {
        "bayes": "pieces,received,margins,remarks",
        "best-ai": "pieces,received,contests",
    }.get(user, "")
    keys(claim, "claim,user,at least,deviations,marginal,obedience", optional)
    pieces, received = (listing(claim.get(key, [])) for key in ("pieces", "received"))
    one = (user == "best-ai" and game.evaluation == 0) or len(game.agents) == 1
    need(one or not (pieces or received), "she hears several agents")
    deviations, value = weighed(game, claim, user)
    if user == "quantal":
        bound = facts.every[user] = surely_quantal(game, deviations, value)
        ends = read_ends(claim["at least"], bound, "the bound")
        return f"every {kind(game)} gives the quantal user at least a number that is {ends}"
    if user == "bayes":
        value = told_to_bayes(game, deviations, value)
        teachers = [d for d in deviations if d.secures is None]
        if "margins" in claim:
            value = contested(game, claim["margins"], teachers)
        if "remarks" in claim:
            value = remarked(game, claim["remarks"], teachers)
    else:
        need(user == "best-ai", f"no user {user!r}")
        surely, worth = surely_best_ai(game, deviations)
        value = min([value + surely, *(v - 2 * game.evaluation for v in worth)])
    value = climb(game, received, climb(game, pieces, value), winners=True)
    if listing(claim.get("contests", [])):
        value, _ = contests(game, listing(claim["contests"]), value, False)
    need(number(claim["at least"]) == value, f"the bound is {value}")
    facts.every[user] = value
    return f"every {kind(game)} gives the {user} user at least {value}, {TIES[game.ties][0]}"


def one_user(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `one user`; what others than she get is moved to the left side as it is."""
    keys(claim, "claim,name,at least,deviations,marginal,obedience")
    name = text(claim["name"])
    readable(name in game.shares, "she is none of several users")
    share, seen = game.shares[name]
    need(share > 0, "her share is 0")
    others = {at: ZERO if at[0] in seen else w for at, w in game.weights.items()}
    value = told_to_bayes(game, *weighed(game, claim, "bayes", [(ONE, others)])) / share
    need(number(claim["at least"]) == value, f"the bound is {value}")
    about = f"every {kind(game)} gives the bayes user {quoted(name)} at least {value}"
    return f"{about}, {TIES[game.ties][0]}"


def nonexistence(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `nonexistence`."""
    keys(claim, "claim,user,deviations,marginal,obedience", "pieces,received,contests")
    user = text(claim["user"])
    readable(user in ("bayes", "best-ai"), "no user who best-responds")
    deviations, value = weighed(game, claim, user)
    if user == "bayes":
        value = told_to_bayes(game, deviations, value)
    else:
        surely, worth = surely_best_ai(game, deviations)
        value = min([value + surely, *(v - 2 * game.evaluation for v in worth)])
    pieces, received = listing(claim.get("pieces", [])), listing(claim.get("received", []))
    more = listing(claim.get("contests", []))
    if pieces or received or more:
        need(user == "best-ai" and len(game.agents) > 1, "she does not pick")
        need(game.ties == "favour-speaker" and game.evaluation == 0, "he may not be picked")
        value = climb(game, pieces, value, whole=True)
        value = climb(game, received, value, winners=True, whole=True)
        past = bool(pieces or received)
        if more:
            value, past = contests(game, more, value, past)
        need(past, "she may have just so much")
        need(value >= max(team_value(game, [a]) for a in game.agents), "something is left")
    else:
        need(value > game.optimum, f"only {value} follows")
    facts.empty.add(user)
    return f"no {kind(game)} with the {user} user exists, {TIES[game.ties][0]}"


def weighed(
    game: Game, claim: Json, user: str, more: Sequence[tuple[Fraction, Weights]] = ()
) -> tuple[list[Deviation], Fraction]:
    """Check the multipliers; return the deviations, and the bound without what they surely give."""
    deviations = read_deviations(game, claim["deviations"], user)
    pi, kappa = read_marginal(game, claim["marginal"]), read_obedience(game, claim["obedience"])
    terms = [*((d.multiplier, d.agent.weights) for d in deviations), *more]
    check_inequality(game, pi, kappa, terms, ONE)
    value = sum(pi.values(), ZERO) - game.gamma * sum((d.multiplier for d in deviations), ZERO)
    need(user != "quantal" or not kappa, "a quantal user does not obey")
    return deviations, value


def told_to_bayes(game: Game, deviations: list[Deviation], value: Fraction) -> Fraction:
    """Add what the deviations surely give, for the Bayesian user."""
    value += surely_bayes(game, [d for d in deviations if d.secures is None])
    return value + sum(
        (d.multiplier * d.secures for d in deviations if d.secures is not None), ZERO
    )
