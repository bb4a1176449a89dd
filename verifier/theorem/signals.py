"""Given signals as an equilibrium, in the form that its proved check reads.

The check is that of proofs/theories/SignalsChecker.v: in one round in which only the agents speak,
prices prove that no agent has a better signal. Silence is the signal of one word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from verifier.game.model import Game, Ties
from verifier.theorem.beyond import BeyondError
from verifier.theorem.integers import Instance, Row, Table, Tables, common_denominator, over

MOST = 100_000
"""The most strategies of hers that are gone through, an action for each of her types."""

Type = tuple[int, Row]
"""What she has observed, and the word of every agent; from whom she receives nothing, the first."""

Lots = Mapping[int, Fraction]
"""With which chance she takes an action."""

Plan = tuple[Mapping[int, int], Mapping[tuple[int, int], Fraction]]
"""An action by type, and multipliers of obedience by type and action."""

Coverage = tuple[Mapping[int, Fraction], Sequence[Plan], bool]
"""Prices by what he sees, the strategies that they cover, and whether these are all."""


@dataclass(frozen=True)
class Voice:
    """An agent's signal: the record `voice` of SignalsChecker.v."""

    vocabulary: int
    chances: Table


@dataclass(frozen=True)
class Asking:
    """Prices that cover some strategies, or all: the record `asking` of SignalsChecker.v."""

    allowed: tuple[Row, ...]
    asked: Row
    grounds: tuple[tuple[Row, Table], ...]


@dataclass(frozen=True)
class AfterDeviation:
    """What follows if one agent deviates: the record `facing` of SignalsChecker.v."""

    facing_over: int
    turns: Tables
    askings: tuple[Asking, ...]


@dataclass(frozen=True)
class Signals:
    """What all agents say, and what she does then: the record `signals` of SignalsChecker.v."""

    chances_over: int
    voices: tuple[Voice, ...]
    replies: Row
    facings: tuple[AfterDeviation, ...]


def signals(game: Game, instance: Instance, entry: Mapping[str, Any]) -> Signals:
    """The evidence of an equilibrium with deviation bounds by prices.

    A user who picks may have been told something in the equilibrium of the certificate: where
    agents do not offer the same, what she gets there she may get in silence as well, by the same
    prices. Raises BeyondError where it is not so, or where the claim needs more than the check
    covers.
    """
    if not game.conversation.one_shot or game.ties is Ties.FAVOUR_SPEAKER:
        raise BeyondError("deviation bounds in conversations, or with ties that favour the speaker")
    writer = _Writer(game, instance, entry)
    if (found := writer.evidence(entry["rules"])) is None and not writer.receives_all:
        found = writer.evidence(
            [{**one, "rule": [[["", _always(game), None]]]} for one in entry["rules"]]
        )
    if found is None:
        raise BeyondError(f"deviation bounds as they are here under the tie rule {game.ties}")
    return found


def _always(game: Game) -> list[tuple[str, str]]:
    return [(x, "1") for x in game.agent_observations]


class _Writer:
    """One claim about a game, by the numbers of its observations, words, actions and agents."""

    def __init__(self, game: Game, instance: Instance, entry: Mapping[str, Any]) -> None:
        self.game, self.instance, self.entry = game, instance, entry
        self.users = {x: n for n, x in enumerate(game.user_observations)}
        self.agents = {x: n for n, x in enumerate(game.agent_observations)}
        self.actions = {a: n for n, a in enumerate(game.actions)}
        self.number = len(game.agents)
        self.receives_all = entry["user"] == "bayes" or (self.number == 1 and game.ties is Ties.ANY)

    def evidence(self, rules: Sequence[Mapping[str, Any]]) -> Signals | None:
        """Agents who follow the rules; None if she does not get the value by the check."""
        by_name = {one["agent"]: one["rule"] for one in rules}
        answers = [by_name[agent.name][0] for agent in self.game.agents]
        chances = [self._chances(i, said) for i, said in enumerate(answers)]
        words = [[word for word, *_ in said] for said in answers]
        whole = common_denominator(p for table in chances for row in table for p in row)
        voices = tuple(
            Voice(len(table[0]), tuple(tuple(over(whole, p) for p in row) for row in table))
            for table in chances
        )
        scale = whole**self.number
        facings = tuple(self._after_deviation(i, words, scale) for i in range(self.number))
        received = voices if self.receives_all else voices[:1]
        found = Signals(whole, voices, self._replies(whole, received, words), facings)
        return found if self._suffices(found, received) else None

    def _chances(self, i: int, said: Sequence[Any]) -> list[list[Fraction]]:
        """The chance of every word at every x_B that names a cell; at others, the first word."""
        named = {cell[0] for cell in self.game.agents[i].sees}
        chances = [{cell: Fraction(p) for cell, p in row} for _, row, _ in said]
        return [
            [
                row.get(z, Fraction(0)) if z in named else Fraction(n == 0)
                for n, row in enumerate(chances)
            ]
            for z in self.agents
        ]

    def _types(self, vocabularies: Sequence[int]) -> list[Type]:
        """Her types, in the order of the check: who tells her nothing has one word."""
        sizes = [*vocabularies, *[1] * (self.number - len(vocabularies))]
        return [*product(range(len(self.users)), product(*map(range, sizes)))]

    def _after(self, whole: int, received: Sequence[Voice], of: Type, utility: Table) -> list[int]:
        """What actions are worth to her after some words, over the scale."""
        x, said = of
        values = [0] * len(self.actions)
        for z, worth in enumerate(self.instance.worths(utility)[x]):
            weight = whole ** (self.number - len(received)) * prod(
                voice.chances[self.instance.cells[j][z]][said[j]]
                for j, voice in enumerate(received)
            )
            values = [value + weight * one for value, one in zip(values, worth, strict=True)]
        return values

    def _replies(self, whole: int, received: Sequence[Voice], words: Sequence[list[str]]) -> Row:
        """Her action by type: the recorded one if ties are any, else the first that is best."""
        spoken = words if self.receives_all else words[:1]
        recorded = {}
        for x, *said, a in self.entry["response"] if self.game.ties is Ties.ANY else ():
            if all(word in names for names, word in zip(spoken, said, strict=True)):
                received_words = tuple(map(list.index, spoken, said))
                recorded[self.users[x], received_words] = self.actions[a]
        replies = []
        for x, said in self._types([voice.vocabulary for voice in received]):
            values = self._after(whole, received, (x, said), self.instance.utility)
            best = values.index(max(values))
            replies.append(recorded.get((x, said[: len(spoken)]), best))
        return tuple(replies)

    def _suffices(self, found: Signals, received: Sequence[Voice]) -> bool:
        """Whether she gets the value, she may pick whom she likes, and no prices ask for more."""
        grain = self.instance.grain * found.chances_over**self.number
        types = self._types([voice.vocabulary for voice in received])

        def gets(utility: Table) -> Fraction:
            return Fraction(
                sum(
                    self._after(found.chances_over, received, of, utility)[a]
                    for of, a in zip(types, found.replies, strict=True)
                ),
                grain,
            )

        words = self.instance.agent_words
        if words is None:
            words = self.instance.agent_observations + self.instance.actions
        return (
            gets(self.instance.utility) == Fraction(self.entry["utility"])
            and all(voice.vocabulary <= words for voice in found.voices)
            and (self.receives_all or self._same(found.voices))
            and all(
                Fraction(sum(asking.asked), one.facing_over * grain)
                <= gets(utility) + self.instance.slack
                for one, utility in zip(found.facings, self.instance.agent_utilities, strict=True)
                for asking in one.askings
            )
        )

    def _same(self, voices: Sequence[Voice]) -> bool:
        """Whether all agents say the same at every x_B."""
        said = {
            tuple(voice.chances[cell] for cell in cells)
            for voice, cells in zip(voices, self.instance.cells, strict=True)
        }
        return len(said) == 1

    def _after_deviation(
        self, i: int, words: Sequence[Sequence[str]], scale: int
    ) -> AfterDeviation:
        """The bound of an agent, with strategies of all her types in place of blocks."""
        bounds = {one["agent"]: one for one in self.entry["deviation_bounds"]}
        bound = bounds.get(self.game.agents[i].name, {})
        if not bound.get("blocks") or Fraction(bound["floor"]):
            raise BeyondError("deviation bounds with a floor, or none by prices")
        others = [names for j, names in enumerate(words) if j != i] if self.receives_all else []
        sizes = [1 if j == i else len(names) for j, names in enumerate(words)]
        sizes = sizes if self.receives_all else []
        if max(len(self.actions), 2) ** (len(self.users) * prod(sizes)) > MOST:
            raise BeyondError(f"a user with more than {MOST} strategies")
        types = self._types(sizes)
        place = {of: n for n, of in enumerate(types)}

        def numbered(x: str, *said: str) -> int:
            met = [names.index(word) for names, word in zip(others, said, strict=True)]
            whole = (*met[:i], 0, *met[i:]) if self.receives_all else (0,) * self.number
            return place[self.users[x], whole]

        blocks = [([numbered(*of) for of in block["types"]], block) for block in bound["blocks"]]
        turns = self._turns(blocks)
        free = set(range(len(types))) - {n for order, _ in blocks for n in order}
        if self.game.ties is Ties.ANY:
            turns |= {(n, a): {0: Fraction(1)} for n in free for a in self.actions.values() if a}
        options = [
            [self._option(order, turns, block, option) for option in block["options"]]
            for order, block in blocks
        ]
        rest = [dict.fromkeys(free, 0)] if self.game.ties is Ties.ANY else self._anything(free)
        unasked: Coverage = ({}, [(taken, {}) for taken in rest], True)
        self._go_through(options, len(types))
        return self._over_all(scale, len(types), turns, product(*options, [unasked]))

    def _go_through(self, options: Sequence[Sequence[Coverage]], types: int) -> None:
        """Raises BeyondError where there are too many strategies, or choices for all words."""
        words = 1
        if not all(everything for block in options for _, _, everything in block):
            if self.instance.agent_words is None:
                raise BeyondError("options of which none covers all strategies")
            words = self.instance.agent_words
        strategies: int = len(self.actions) ** (types * words)
        if strategies * prod(map(len, options)) > MOST:
            raise BeyondError(f"a user with more than {MOST} strategies")

    def _anything(self, free: Iterable[int]) -> list[dict[int, int]]:
        """Whatever she may do as types that do not occur."""
        order = sorted(free)
        every = product(self.actions.values(), repeat=len(order))
        return [dict(zip(order, taken, strict=True)) for taken in every]

    def _turns(
        self, blocks: Sequence[tuple[Sequence[int], Mapping[str, Any]]]
    ) -> dict[tuple[int, int], dict[int, Fraction]]:
        """What she draws instead of an action, by type: not what is dominated, and of duplicates
        the one that is worst for the agent.
        """
        passed: dict[tuple[int, int], dict[int, Fraction]] = {}
        for order, block in blocks:
            for n, dominated, action, share in block.get("dominated", ()):
                lots = passed.setdefault((order[n], self.actions[dominated]), {})
                lots[self.actions[action]] = Fraction(share)
        if any((n, b) in passed for (n, _), lots in passed.items() for b in lots):
            raise BeyondError("actions that are dominated by dominated ones")
        chosen: dict[tuple[int, int], int] = {}
        for order, block in blocks:
            for reason in (one for option in block["options"] for one in option["reasons"]):
                for n, action, share in reason.get("duplicates", ()):
                    at, to = (order[n], self.actions[reason["strategy"][n]]), self.actions[action]
                    if Fraction(share) != 1 or chosen.setdefault(at, to) != to:
                        raise BeyondError("duplicates by strategy, or in lots")
        turns = {
            (n, a): _turned(passed.get((n, a), {a: Fraction(1)}), n, chosen)
            for n, a in passed.keys() | chosen.keys()
        }
        turns = {(n, a): lots for (n, a), lots in turns.items() if lots != {a: 1}}
        if turns and self.game.ties is not Ties.ANY:
            raise BeyondError(f"dominated actions under the tie rule {self.game.ties}")
        return turns

    def _option(
        self,
        order: Sequence[int],
        turns: Mapping[tuple[int, int], Lots],
        block: Mapping[str, Any],
        option: Mapping[str, Any],
    ) -> Coverage:
        """What an option covers, by the actions that she takes in the end.

        Where she turns to what she takes in another strategy, that one's own multipliers serve.
        """
        passed = {(n, a) for n, a, *_ in block.get("dominated", ())}
        reasons = {
            tuple(reason["strategy"]): {
                (order[n], self.actions[b]): Fraction(k) for n, b, k in reason.get("obedience", ())
            }
            for reason in option["reasons"]
        }
        listed = [tuple(strategy) for strategy in option.get("strategies", ())]
        plans: dict[Row, Mapping[tuple[int, int], Fraction]] = {}
        for strategy in listed or product(self.actions, repeat=len(order)):
            if passed & {*enumerate(strategy)}:
                continue
            own = tuple(self.actions[name] for name in strategy)
            taken = tuple(
                next(iter(turns.get((n, a), {a: 1}))) for n, a in zip(order, own, strict=True)
            )
            kappas = reasons.get(strategy, {})
            plans[taken] = kappas if taken == own else plans.get(taken, kappas)
        cells = {self.agents[cell]: Fraction(price) for cell, price in option["prices"]}
        whole = [(dict(zip(order, taken, strict=True)), kappas) for taken, kappas in plans.items()]
        return cells, whole, not listed

    def _over_all(
        self,
        scale: int,
        size: int,
        turns: Mapping[tuple[int, int], Lots],
        choices: Iterable[Sequence[Coverage]],
    ) -> AfterDeviation:
        """All numbers over one denominator: an option of each block is one of all types."""
        joined = [_joined(parts) for parts in choices]
        grain = self.instance.grain * scale
        whole = common_denominator(
            [
                *(price * grain for prices, _, _ in joined for price in prices.values()),
                *(k for _, plans, _ in joined for _, kappas in plans for k in kappas.values()),
                *(share for lots in turns.values() for share in lots.values()),
            ]
        )
        zero = Fraction(0)

        def strategy(taken: Mapping[int, int]) -> Row:
            return tuple(taken[n] for n in range(size))

        return AfterDeviation(
            facing_over=whole,
            turns=tuple(
                tuple(
                    tuple(over(whole, turns[n, a].get(b, zero)) for b in self.actions.values())
                    if (n, a) in turns
                    else ()
                    for a in self.actions.values()
                )
                for n in range(size if turns else 0)
            ),
            askings=tuple(
                Asking(
                    allowed=() if all_covered else tuple(strategy(taken) for taken, _ in plans),
                    asked=tuple(
                        over(whole, prices.get(z, zero) * grain) for z in self.agents.values()
                    ),
                    grounds=tuple(
                        (
                            strategy(taken),
                            tuple(
                                tuple(
                                    over(whole, kappas.get((n, b), zero))
                                    for b in self.actions.values()
                                )
                                for n in range(size)
                            ),
                        )
                        for taken, kappas in plans
                        if kappas
                    ),
                )
                for prices, plans, all_covered in joined
            ),
        )


def _turned(lots: Lots, n: int, chosen: Mapping[tuple[int, int], int]) -> dict[int, Fraction]:
    """What she draws at type n, and of duplicates the one that is chosen."""
    found: dict[int, Fraction] = {}
    for b, share in lots.items():
        action = chosen.get((n, b), b)
        found[action] = found.get(action, Fraction(0)) + share
    return found


def _joined(parts: Sequence[Coverage]) -> Coverage:
    """An option for each of several blocks as one of all types."""
    prices: dict[int, Fraction] = {}
    for costs, _, _ in parts:
        for cell, price in costs.items():
            prices[cell] = prices.get(cell, Fraction(0)) + price
    plans: list[Plan] = []
    for chosen in product(*(plans for _, plans, _ in parts)):
        taken, kappas = dict[int, int](), dict[tuple[int, int], Fraction]()
        for actions, multipliers in chosen:
            taken |= actions
            kappas |= multipliers
        plans.append((taken, kappas))
    return prices, plans, all(whole for _, _, whole in parts)
