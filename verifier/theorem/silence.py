"""Silence as an equilibrium, in the form that its proved check reads.

The check is that of proofs/theories/SilenceChecker.v: nobody says anything, and whoever deviates is
priced; she may turn to other actions then, which are as good to her.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.game.model import Game, Ties
from verifier.theorem.beyond import BeyondError
from verifier.theorem.integers import Instance, Row, Table, common_denominator, over

Kappas = Mapping[tuple[int, str], Fraction]


@dataclass(frozen=True)
class Breaking:
    """What follows if one agent breaks the silence: the record `breaking` of SilenceChecker.v."""

    turns: Table
    asked_over: int
    asked: Row
    grounds: tuple[tuple[Row, Table], ...]


@dataclass(frozen=True)
class Silence:
    """What she takes if nobody speaks: the record `silence_kept` of SilenceChecker.v."""

    takes: Row
    breakings: tuple[Breaking, ...]


def silence(game: Game, instance: Instance, entry: Mapping[str, Any]) -> Silence:
    """The evidence of an equilibrium in which nobody says anything.

    A user who picks may have been told something in the equilibrium of the certificate: what she
    gets there she may get in silence as well, by the same prices. Raises BeyondError where it is
    not so, or where the claim needs more than the check covers.
    """
    if not game.conversation.one_shot or game.ties is not Ties.ANY:
        raise BeyondError("deviation bounds in conversations, or with a tie rule")
    spoken = any(len(one["rule"]) != 1 or len(one["rule"][0]) != 1 for one in entry["rules"])
    takes = {} if spoken else {x: a for x, *_, a in entry["response"]}
    bounds = {one["agent"]: one for one in entry["deviation_bounds"]}
    sums = _sums(instance, instance.utility)
    found = Silence(
        takes=tuple(
            game.actions.index(takes[x]) if x in takes else best.index(max(best))
            for x, best in zip(game.user_observations, sums, strict=True)
        ),
        breakings=tuple(_breaking(game, instance, bounds.get(agent.name)) for agent in game.agents),
    )
    if not _suffices(instance, found, Fraction(entry["utility"])):
        raise BeyondError("deviation bounds with several agents who speak")
    return found


def _sums(instance: Instance, utility: Table) -> list[list[int]]:
    """What actions are worth to whoever knows x_A only, over the grain, by x_A and action."""
    return [
        [sum(column) for column in zip(*table, strict=True)] for table in instance.worths(utility)
    ]


def _suffices(instance: Instance, found: Silence, value: Fraction) -> bool:
    """Whether she gets the value, and no agent's prices ask for more than what he has."""

    def taken(utility: Table) -> Fraction:
        sums = _sums(instance, utility)
        return Fraction(
            sum(row[a] for row, a in zip(sums, found.takes, strict=True)), instance.grain
        )

    return taken(instance.utility) == value and all(
        Fraction(sum(one.asked), one.asked_over * instance.grain) <= taken(utility) + instance.slack
        for one, utility in zip(found.breakings, instance.agent_utilities, strict=True)
    )


def _breaking(game: Game, instance: Instance, bound: Mapping[str, Any] | None) -> Breaking:
    if bound is None:
        raise BeyondError("agents without deviation bounds")
    block, option = _only_option(game, bound)
    order = [x for x, *_ in block["types"]]
    turns = _turns(game, order, block, option)
    prices = {cell: Fraction(price) * instance.grain for cell, price in option["prices"]}
    reasons = [
        (one["strategy"], {(n, b): Fraction(k) for n, b, k in one.get("obedience", ())})
        for one in option["reasons"]
        if one.get("obedience")
    ]
    whole = common_denominator(
        [*prices.values(), *(kappa for _, kappas in reasons for kappa in kappas.values())]
    )
    zero = Fraction(0)
    return Breaking(
        turns=turns,
        asked_over=whole,
        asked=tuple(over(whole, prices.get(z, zero)) for z in game.agent_observations),
        grounds=tuple(_ground(game, whole, order, turns, *one) for one in reasons),
    )


def _only_option(game: Game, bound: Mapping[str, Any]) -> tuple[Any, Any]:
    """The one block of the bound and its one option."""
    blocks = bound.get("blocks", ())
    if len(blocks) != 1 or len(blocks[0]["types"]) != len(game.user_observations):
        raise BeyondError("deviation bounds of several blocks")
    (block,) = blocks
    if Fraction(bound["floor"]) or len(block["options"]) != 1:
        raise BeyondError("deviation bounds with a floor, or options")
    return block, block["options"][0]


def _turns(
    game: Game, order: Sequence[str], block: Mapping[str, Any], option: Mapping[str, Any]
) -> Table:
    """What she takes instead of each action, by x_A: not what is dominated, and of duplicates the
    one that is worst for the agent.
    """
    instead = {x: {a: a for a in game.actions} for x in game.user_observations}
    for n, dominated, action, share in block.get("dominated", ()):
        instead[order[n]][dominated] = _for_certain(action, share)
    chosen: dict[tuple[str, str], str] = {}
    for reason in option["reasons"]:
        for n, action, share in reason.get("duplicates", ()):
            taken = reason["strategy"][n]
            kept = chosen.setdefault((order[n], taken), _for_certain(action, share))
            if kept != action:
                raise BeyondError("duplicates by strategy")
    return tuple(
        tuple(
            game.actions.index(chosen.get((x, instead[x][a]), instead[x][a])) for a in game.actions
        )
        for x in game.user_observations
    )


def _for_certain(action: str, share: str) -> str:
    if Fraction(share) != 1:
        raise BeyondError("mixtures of actions")
    return action


def _ground(
    game: Game,
    whole: int,
    order: Sequence[str],
    turns: Table,
    strategy: Sequence[str],
    kappas: Kappas,
) -> tuple[Row, Table]:
    """A strategy by x_A, after she has turned, with its multipliers."""
    place = {x: n for n, x in enumerate(order)}
    taken, tables = list[int](), list[Row]()
    for turn, x in zip(turns, game.user_observations, strict=True):
        n = place[x]
        taken.append(turn[game.actions.index(strategy[n])])
        tables.append(tuple(over(whole, kappas.get((n, b), Fraction(0))) for b in game.actions))
    return tuple(taken), tuple(tables)
