"""Claims that rules are an equilibrium, or none."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from tests.second_checker.claims import (
    Facts,
    check_inequality,
    kind,
    read_asking,
    read_marginal,
    read_obedience,
)
from tests.second_checker.game import TIES, Agent, Game, Point
from tests.second_checker.histories import by_histories
from tests.second_checker.play import (
    Range,
    Rule,
    Talk,
    check_together,
    follow_response,
    one_message,
    read_rule,
    read_rules,
    rules_digest,
    same_rule,
    tells,
)
from tests.second_checker.prices import by_prices
from tests.second_checker.quantal import Quantity, informed, read_ends, script_delta, told
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
    text,
)
from tests.second_checker.team import team_value


def over_outcomes(game: Game, agent: Agent, bound: Json, rho: Fraction) -> Fraction:
    """Check a bound over obedient outcomes; return D."""
    pi, kappa = read_marginal(game, bound["marginal"]), read_obedience(game, bound["obedience"])
    asking = read_asking(game, bound.get("asking", []))
    terms = [(ONE, agent.weights), (rho, game.weights), (ONE, asking)]
    check_inequality(game, pi, kappa, terms, ZERO)
    return -sum(pi.values(), ZERO)


def with_bounds(game: Game, claim: Json, user: str, rules: list[Rule]) -> Fraction:
    """Check an equilibrium by deviation bounds; return what she gets."""
    picks = user == "best-ai" and len(game.agents) > 1
    readable(picks or "picked" not in claim, "nobody is picked")
    hears, worths = rules, [Talk(game, [rule]).is_worth() for rule in rules] if picks else []
    if picks:
        name = text(claim.get("picked", game.names[0]))
        readable(name in game.names, f"no agent {name!r}")
        hears = [rules[game.names.index(name)]]
    gets = follow_response(game, hears, claim["response"])
    need(not picks or gets[0] == max(worths), "she would pick another agent")
    done = set()
    for bound in listing(claim["deviation_bounds"]):
        by_blocks = isinstance(bound, dict) and "blocks" in bound
        by_plans = not by_blocks and isinstance(bound, dict) and "instead" in bound
        how = "knows,blocks" if by_blocks else "instead" if by_plans else "marginal,obedience"
        optional = "" if by_blocks or by_plans else "asking"
        agent = game.agent(keys(bound, f"agent,floor,{how}", optional)["agent"])
        need(agent.name not in done, f"two bounds for {agent.name!r}")
        done.add(agent.name)
        i = game.names.index(agent.name)
        rho = number(bound["floor"])
        need(rho >= 0, "a floor is below 0")
        others = rules[:i] + rules[i + 1 :]
        if picks:
            least = not_picked(game, agent, rules, hears[0], gets[1 + i])
            others = []
        else:
            least = Talk(game, others).is_worth()
        if by_blocks:
            most = by_prices(game, agent, bound, others, rho)
        elif by_plans:
            most = by_histories(game, agent, bound, others, rho)
        else:
            most = over_outcomes(game, agent, bound, rho)
        need(most - rho * least <= gets[1 + i] + game.gamma, f"{agent.name!r} may gain")
    for i, agent in enumerate(game.agents):
        if agent.name not in done:
            need(picks and game.ties != "favour-speaker", "an agent has no bound")
            least = not_picked(game, agent, rules, hears[0], gets[1 + i])
            need(team_value(game, [agent]) <= least, f"{agent.name!r} has a better offer")
    return gets[0]


def turning(game: Game, claim: Json, user: str, rules: list[Rule]) -> Fraction:
    """Check an equilibrium in which she may turn to another agent; return what she gets."""
    turns, picked = claim["turns_to"], text(claim.get("picked"))
    readable(user == "best-ai" and picked in game.names, "no agent is picked")
    readable(isinstance(turns, dict) and set(turns) == set(game.names), "all agents, no others")
    need(game.ties == "any", "an agent could win her by a tie")
    talks = dict(zip(game.names, (Talk(game, [rule]) for rule in rules), strict=True))
    gets, *has = follow_response(game, [rules[game.names.index(picked)]], claim["response"])
    best = max(talk.is_worth() for talk in talks.values())
    need(gets >= best - game.evaluation, "she would pick another agent")
    for agent, now in zip(game.agents, has, strict=True):
        readable(turns[agent.name] in talks and turns[agent.name] != agent.name, "another agent")
        other = talks[turns[agent.name]]
        need(other.is_worth() >= game.optimum - game.evaluation, "she may have to stay")
        _, then, _ = other.respond(agent.weights, False)
        need(then <= now + game.gamma, f"{agent.name!r} gains if she turns away from him")
    return gets


def not_picked(game: Game, agent: Agent, rules: list[Rule], hears: Rule, has: Fraction) -> Fraction:
    """Check that an agent who is not picked does not gain; return what the others offer her."""
    i = game.names.index(agent.name)
    others = [(Talk(game, [rule]).is_worth(), rule) for rule in rules[:i] + rules[i + 1 :]]
    least = max(worth for worth, _ in others)
    best = [rule for worth, rule in others if worth == least]
    gets = what_else(game, agent, best, hears, has)
    need(gets <= has + game.gamma, f"{agent.name!r} gains where he is not picked")
    return least


def what_else(game: Game, agent: Agent, best: list[Rule], hears: Rule, has: Fraction) -> Fraction:
    """Return what an agent has, by the best of the other rules, if he is not picked."""
    if game.ties != "favour-speaker" and any(same_rule(hears, rule) for rule in best):
        return has
    ends = [Talk(game, [rule]).respond(agent.weights, game.ties == "order") for rule in best]
    if game.ties == "favour-speaker":
        return max(end[2] for end in ends)
    return min(end[1 if game.ties == "any" else 2] for end in ends)


def without_bounds(game: Game, claim: Json, user: str, rules: list[Rule]) -> Fraction:
    """Check an equilibrium in which two agents say enough; return what she gets."""
    worth = [Talk(game, [rule]).is_worth() for rule in rules]
    value = max(worth)
    teachers = [rule for rule, v in zip(rules, worth, strict=True) if v == value]
    need(len(teachers) >= 2, "there are no two teachers")
    if listing(claim["response"]) == []:
        need(user == "best-ai" and game.ties != "favour-speaker", "she may not stay with the rule")
        pairs = combinations(teachers, 2)
        need(any(same_rule(one, other) for one, other in pairs), "no two teachers say the same")
        need(value == max(team_value(game, [agent]) for agent in game.agents), "not TEAM")
        return value
    need(value == game.optimum, "what she gets is less than OPT")
    need(game.unique or sum(tells(game, rule) for rule in teachers) >= 2, "she may not know x_B")
    response: dict[Point, str] = {}
    for record in listing(claim["response"]):
        readable(len(listing(record)) == 3, "a record of a point and an action")
        seen, known, action = text(record[0]), text(record[1]), text(record[2])
        need((seen, known) in game.chance and (seen, known) not in response, "points, none twice")
        need(action in game.best[seen, known], f"{action!r} is not best at {seen!r}, {known!r}")
        response[seen, known] = action
    need(len(response) == len(game.points), "a point has no action")
    check_choices(game, response)
    return value


def check_choices(game: Game, response: dict[Point, str]) -> None:
    """Check that the tie rule allows these best actions, and that no deviation changes them."""
    believed: dict[tuple[str, tuple[Fraction, ...]], str] = {}
    for point, action in response.items():
        seen, known = point
        best = game.best[point]
        if game.ties == "order":
            need(action == best[0], "not the first best action")
        if game.ties == "belief":
            belief = (seen, game.belief(seen, {known: ONE}))
            need(believed.setdefault(belief, action) == action, "two actions at one belief")
        if game.ties == "favour-speaker":
            for agent in game.agents:
                most = max(agent.weights[*point, a] for a in best)
                need(most == agent.weights[*point, action], f"{agent.name!r} has more by a tie")


def equilibrium(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `equilibrium`."""
    user = text(claim.get("user"))
    if user == "quantal":
        return quantal_equilibrium(game, claim, facts)
    keys(claim, "claim,user,utility,rules,response", "deviation_bounds,picked,turns_to")
    how = [key for key in ("deviation_bounds", "turns_to") if key in claim]
    readable(len(how) < 2, "bounds, or to whom she turns, not both")
    readable(how or "picked" not in claim, "nothing reads who is picked")
    need(user in ("bayes", "best-ai"), f"no user {user!r}")
    rules = read_rules(game, claim["rules"])
    if user == "bayes":
        check_together(game, rules)
    check = with_bounds if how == ["deviation_bounds"] else turning if how else without_bounds
    value = check(game, claim, user, rules)
    need(number(claim["utility"]) == value, f"she gets {value}")
    facts.some[user] = value
    return (
        f"an {kind(game)} gives the {user} user {value}, {TIES[game.ties][1]}, "
        f"by the rules {rules_digest(claim['rules'])}"
    )


def quantal_equilibrium(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `equilibrium` about a quantal user."""
    keys(claim, "claim,user,utility,rules")
    rules = read_rules(game, claim["rules"]) if listing(claim["rules"]) else []
    need(all(map(one_message, rules)), "a rule is not a script")
    tell = [script_delta(game, rule) == 0 for rule in rules] or [False for _ in game.agents]
    for i, agent in enumerate(game.agents):
        cares = any(len({agent.table[a, y] for a in game.actions}) > 1 for y in game.states)
        idle = any(tell[:i] + tell[i + 1 :]) or len(agent.cells) == 1 or not cares
        need(idle, f"{agent.name!r} can change what she does, and cares")
    value = informed(game, game.weights) if any(tell) else told(game, rules, game.weights)
    how = f"by the rules {rules_digest(claim['rules'])}" if rules else "if all are silent"
    facts.some["quantal"] = value
    number_text = read_ends(claim["utility"], value, "what she gets")
    return f"an {kind(game)} gives the quantal user {number_text}, {how}"


def no_equilibrium(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `no equilibrium`."""
    keys(claim, "claim,user,at most,deviating,rules,agent,rule")
    user = text(claim["user"])
    need(user in ("bayes", "best-ai", "quantal"), f"no user {user!r}")
    need(user != "best-ai" or game.evaluation == 0, "it is not known whom she picks")
    rules = read_rules(game, claim["rules"])
    about = user, rules_digest(claim["rules"])
    readable(about not in facts.none, "two claims about the same user and rules")
    facts.none.add(about)
    agent = game.agent(claim["agent"])
    i = game.names.index(agent.name)
    changed = [*rules[:i], read_rule(game, agent, claim["rule"]), *rules[i + 1 :]]
    said = f"the rules {rules_digest(claim['rules'])} are no {kind(game)} with the {user} user"
    if user == "quantal":
        before, then = told(game, rules, agent.weights), told(game, changed, agent.weights)
        has = read_ends(claim["at most"], before, "at most")
        gets = read_ends(claim["deviating"], then, "deviating")
        more = then.plus(before, -ONE).plus(Quantity(game.base, game.gamma), -ONE)
        need(more.sign(4096) > 0, "he does not gain")
        return f"{said}: {quoted(agent.name)} has {has}, and gets {gets} by deviating"
    if user == "bayes":
        check_together(game, rules)
        check_together(game, changed)
    most = what_he_has(game, user, rules, agent)[1]
    least, greatest = what_he_has(game, user, changed, agent)
    gains = greatest if game.ties == "favour-speaker" else least
    need(number(claim["at most"]) == most, f"at most is {most}")
    need(number(claim["deviating"]) == gains, f"deviating is {gains}")
    need(gains > most + game.gamma, "he does not gain")
    return (
        f"{said}, {TIES[game.ties][0]}: {quoted(agent.name)} has at most {most}, "
        f"and gets at least {gains} by deviating"
    )


def existence(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `existence`."""
    keys(claim, "claim,user")
    user = text(claim["user"])
    need(user in ("bayes", "best-ai", "quantal"), f"no user {user!r}")
    need(len(game.agents) == 1, "known for one agent")
    need(user == "quantal" or game.ties in ("any", "favour-speaker"), "ties may go against him")
    facts.exists.add(user)
    ties = "" if user == "quantal" else f", {TIES[game.ties][1]}"
    return f"an {kind(game)} with the {user} user exists{ties}"


def what_he_has(game: Game, user: str, rules: list[Rule], agent: Agent) -> Range:
    """Return the least and the most that an agent may have under these rules."""
    groups = [rules] if user == "bayes" else [[rule] for rule in rules]
    ends = [Talk(game, group).respond(agent.weights, game.ties == "order") for group in groups]
    best = [end for end in ends if end[0] == max(other[0] for other in ends)]
    return min(end[1] for end in best), max(end[2] for end in best)


def quantal_value(game: Game, claim: Json, facts: Facts) -> str:
    """Check the claim `quantal value`."""
    keys(claim, "claim,user,value")
    need(claim["user"] == "quantal", "the user is quantal")
    return f"QR is {read_ends(claim['value'], informed(game, game.weights), 'QR')}"
