"""The claims about a game and a user who best-responds, one function for each: it checks
the evidence and returns whom the claim is about, what it establishes, and its sentence.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from verifier.kernel.core import (
    bound,
    contests,
    equilibrium,
    margins,
    pieces,
    remarks,
)
from verifier.kernel.core.game import Position, common_cells, team
from verifier.kernel.core.hull import SHAPE as HULL
from verifier.kernel.core.hull import hull
from verifier.kernel.core.rule import informed, lasting, read_rule, reply
from verifier.kernel.reader.document import Option, readable, require, total
from verifier.kernel.reader.instance import Game

Facts = dict[tuple[str, Any], Any]  # (claim, whom it is about) -> what is established
Found = tuple[Any, Any, str]
EVERY = {
    "any": "under every tie rule",
    "belief": "if she breaks ties by her belief alone",
    "favour-speaker": "if ties favour the speaker",
    "order": "if ties go to the first action",
}
SOME = EVERY | {
    "any": "for one way of breaking ties",
    "belief": "for one way of breaking ties by her belief alone",
}


def stated(name: str, value: Fraction, follows: Fraction) -> None:
    require(value == follows, f"{name}: {value} is stated, {follows} follows")


def kind(game: Game) -> str:
    return f"equilibrium up to gains of {game.gamma}" if game.gamma else "equilibrium"


def digest(value: Any) -> str:
    """Identifies a part of the certificate as it is written."""
    text = json.dumps(value, sort_keys=True, default=str)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def hull_distance(position: Position, part: dict[str, Any]) -> Found:
    distance, weights = hull(position.game, part)
    mixture = ", ".join(f"{w} {name!r}" for name, w in weights.items() if w)
    said = (
        f"the hull distance is {distance} ({part['hull']}; nearest mixture"
        f" {mixture or 'of no agent'})"
    )
    return part["hull"], (distance, weights), said


def optimum(position: Position, part: dict[str, Any]) -> Found:
    stated("optimum", part["value"], position.optimum)
    return None, position.optimum, f"OPT is {position.optimum}"


def no_information(position: Position, part: dict[str, Any]) -> Found:
    value = reply(position, [], position.user, 1)[0]
    stated("no information", part["value"], value)
    return None, value, f"NOINFO is {value}"


def team_value(position: Position, part: dict[str, Any]) -> Found:
    names = tuple(part["agents"])
    agents = [agent for agent in position.game.agents if agent.name in names]
    good = names == tuple(agent.name for agent in agents) != ()
    readable(good, "team: expected agents, in instance order")
    value = team(position, common_cells(position.game, agents))
    stated("team", part["value"], value)
    return names, value, f"TEAM of {listed(names)} is {value}"


def conflict(position: Position, part: dict[str, Any]) -> Found:
    """No best response to the rule is worst for all the agents who may offer it."""
    agents = [agent for agent in position.game.agents if agent.name in part["agents"]]
    good = len(agents) == len(part["agents"]) > 0
    readable(good, "conflict: expected different agents")
    payoffs = [position.agents[agent.name] for agent in agents]
    joint = {key: total(f[key] for f in payoffs) for key in position.user}
    rule, name, nearby = informed(position.game), "full information", ""
    if part["rule"] is not None:
        rule = read_rule(part["rule"], position.game, agents[0])
        name = f"the rule {digest(part['rule'])}"
        if lasting(position, rule, payoffs, common_cells(position.game, agents)):
            nearby = ", and so it is by every rule near it that they can all offer"
    apart = sum(reply(position, [rule], f, -1)[1] for f in payoffs)
    together = reply(position, [rule], joint, -1)[1]
    good = part["apart"] == apart < together == part["together"]
    require(good, f"conflict: one by one they get {apart}, together {together}")
    said = (
        f"no best response to {name} is worst for all of {listed(part['agents'])}: they"
        f" get {apart} at the worst for each, {together} at the worst for all{nearby}"
    )
    return tuple(part["agents"]), None, said


def every_equilibrium(position: Position, part: dict[str, Any]) -> Found:
    game, user = position.game, part["user"]
    deviations = bound.deviations(position, user, part)
    found = bound.bound(position, user, part, deviations)
    picks = (user == "best-ai" and not game.evaluation) or len(game.agents) == 1
    good = picks or not (part["pieces"] or part["received"] or part["contests"])
    require(good, "pieces: only for a user who hears one agent")
    found = pieces.raised(position, found, part, {})
    if part["contests"]:
        found, _ = contests.contests(position, found, part["contests"], False)
    if part["margins"]:
        require(user == "bayes", "margins: only for a user who hears all agents")
        teachers = [d for d in deviations if not d.secures]
        found = margins.margins(position, part["margins"], teachers)
    if part["remarks"]:
        require(user == "bayes", "remarks: only for a user who hears all agents")
        teachers = [d for d in deviations if not d.secures]
        found = remarks.remarks(position, part["remarks"], teachers)
    stated("at least", part["at least"], found)
    ties = EVERY[game.ties]
    said = f"every {kind(game)} gives the {user} user at least {found}, {ties}"
    return user, found, said


def one_user(position: Position, part: dict[str, Any]) -> Found:
    """What one of several users gets in every equilibrium with one rule for all (theory.md
    5.8).
    """
    game, name = position.game, part["name"]
    readable(name in game.people, f"name: {name!r:.40} is none of several users")
    share, seen = game.people[name]
    require(share > 0, f"name: the share of {name!r} is not positive")
    found = bound.deviations(position, "bayes", part)
    least = bound.bound(position, "bayes", part, found, seen) / share
    stated("at least", part["at least"], least)
    ties = EVERY[game.ties]
    said = f"every {kind(game)} gives the bayes user {name!r} at least {least}, {ties}"
    return name, None, said


def some_equilibrium(position: Position, part: dict[str, Any]) -> Found:
    game, user = position.game, part["user"]
    found = equilibrium.equilibrium(position, user, part)
    stated("utility", part["utility"], found)
    said = (
        f"an {kind(game)} gives the {user} user {found}, {SOME[game.ties]}, by the"
        f" rules {digest(part['rules'])}"
    )
    return user, found, said


def no_equilibrium(position: Position, part: dict[str, Any]) -> Found:
    user, shown = part["user"], digest(part["rules"])
    errs = user == "best-ai" and position.game.evaluation
    require(not errs, "evaluation: whom she picks after a deviation is not known")
    agent, before, after = equilibrium.gains(position, user, part)
    stated("at most", part["at most"], before)
    stated("deviating", part["deviating"], after)
    said = (
        f"the rules {shown} are no {kind(position.game)} with the {user} user,"
        f" {EVERY[position.game.ties]}: {agent!r} has at most {before}, and gets at"
        f" least {after} by deviating"
    )
    return (user, shown), None, said


def existence(position: Position, part: dict[str, Any]) -> Found:
    """One agent, and ties that may go his way: some rule gives him most."""
    game, user = position.game, part["user"]
    freely = len(game.agents) == 1 and game.ties in ("any", "favour-speaker")
    require(freely, "existence: known for one agent, and ties that may go his way")
    return user, None, f"an {kind(game)} with the {user} user exists, {SOME[game.ties]}"


def nonexistence(position: Position, part: dict[str, Any]) -> Found:
    """What holds in every equilibrium is more than OPT, or leaves nothing to offer."""
    game, user = position.game, part["user"]
    found = bound.bound(position, user, part, bound.deviations(position, user, part))
    more = found > position.optimum
    if part["pieces"] or part["received"] or part["contests"]:
        picks = user == "best-ai" and len(game.agents) > 1 and not game.evaluation
        require(
            picks and game.ties == "favour-speaker",
            "pieces: only if she picks, and ties favour the speaker",
        )
        more = contests.excluded(position, found, part)
    require(more, f"nonexistence: she may have {found}, or more than is excluded")
    said = f"no {kind(game)} with the {user} user exists, {EVERY[game.ties]}"
    return user, None, said


Check = Callable[[Position, dict[str, Any]], Found]
HEAD = {"claim": str}
CLAIMS: dict[str, tuple[dict[str, Any], Check]] = {
    "hull distance": (HEAD | HULL, hull_distance),
    "optimum": (HEAD | {"value": Fraction}, optimum),
    "no information": (HEAD | {"value": Fraction}, no_information),
    "team": (HEAD | {"agents": [str], "value": Fraction}, team_value),
    "conflict": (
        HEAD
        | {
            "agents": [str],
            "rule": Option(Any),
            "apart": Fraction,
            "together": Fraction,
        },
        conflict,
    ),
    "every equilibrium": (
        HEAD
        | {
            "user": str,
            "at least": Fraction,
            "pieces": Option([pieces.SHAPE], []),
            "received": Option([pieces.RECEIVED], []),
            "contests": Option([contests.CONTEST], []),
            "margins": Option(margins.SHAPE),
            "remarks": Option(remarks.SHAPE),
        }
        | bound.SHAPE,
        every_equilibrium,
    ),
    "one user": (
        HEAD | {"name": str, "at least": Fraction} | bound.SHAPE,
        one_user,
    ),
    "equilibrium": (
        HEAD | {"user": str, "utility": Fraction} | equilibrium.SHAPE,
        some_equilibrium,
    ),
    "existence": (HEAD | {"user": str}, existence),
    "nonexistence": (
        HEAD
        | {
            "user": str,
            "pieces": Option([pieces.SHAPE], []),
            "received": Option([pieces.RECEIVED], []),
            "contests": Option([contests.CONTEST], []),
        }
        | bound.SHAPE,
        nonexistence,
    ),
    "no equilibrium": (
        HEAD
        | {"user": str, "at most": Fraction, "deviating": Fraction}
        | equilibrium.DEVIATION,
        no_equilibrium,
    ),
}
