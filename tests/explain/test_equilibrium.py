"""Equilibria as stories tell them: what is told is what is played, and what is listed proves it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, product
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, note, settings

import verifier.api as vf
from tests.games import INSTANCES, games, simple_game
from tests.games import Table as GameTable
from tests.shipped import FILES, stories, verified
from verifier.explain.document import Fold, Formula, Listing, Narrative, Paragraph, Section, Text
from verifier.explain.render.text import text
from verifier.game.model import Game
from verifier.game.writer import write
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium

TOLD = re.compile(r"(?:seeing (?P<x>[^,]*), )?(?:receiving (?P<said>.*), )?she takes (?P<a>.*)")
SAID = re.compile(r"“([^”]*)”(?: from ((?:(?! and “|, “).)*))?")
LEFT_OUT = re.compile(r"(.*) is left out(?:, if she also knows (.*))?: in no row")


def plain(path: Path, guarantee: str = "bayes") -> str:
    return " ".join(text(stories(path)[guarantee]).split())


def flat(parts: Text) -> str:
    return "".join(str(number(part)) if isinstance(part, Formula) else str(part) for part in parts)


def lines(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Listing):
            yield from map(flat, block.items)


def number(part: object) -> Fraction:
    if isinstance(part, Formula):
        (term,) = part.terms
        assert isinstance(term.coefficient, Fraction) and not term.symbols
        return -term.coefficient if term.minus else term.coefficient
    assert isinstance(part, Fraction)
    return part


def in_signals() -> Iterator[tuple[Game, Narrative, SignalEquilibrium]]:
    """The shipped stories of equilibria in signals."""
    for path in FILES:
        for name, narrative in stories(path).items():
            shown = verified(path).report.findings[vf.Guarantee(name)].equilibrium
            if isinstance(shown, SignalEquilibrium):
                yield verified(path).report.game, narrative, shown


Signals = dict[str, dict[str, dict[str, Fraction]]]


def told_signals(game: Game, section: Section) -> Signals:
    """The signals that she hears, read from the sentences of a story; none of who is silent."""
    signals: Signals = {}
    everybody = [agent.name for agent in game.agents]
    said, picked = "", None
    for block in section.blocks:
        if isinstance(block, Paragraph):
            said = flat(block.text)
            if said.startswith("She picks "):
                picked = said.removeprefix("She picks ").removesuffix(".")
        elif isinstance(block, Listing) and flat(block.items[0]).startswith(("on ", "whatever ")):
            one = [said.removeprefix("The signal of ").removesuffix(":")]
            if said.startswith("All agents"):
                one = everybody if "use the same" in said else everybody[:1]
            for name, (places, sent) in product(one, map(told_signal, block.items)):
                for z in places or game.agent_observations:
                    signals.setdefault(name, {})[z] = sent
    return signals if picked is None else {picked: signals[picked]}


def told_signal(item: Text) -> tuple[list[str], dict[str, Fraction]]:
    """The observation, none for whatever he sees, and the messages of a line of a signal."""
    place, _, sends = flat(item).partition(": ")
    parts = re.findall(r"“([^”]*)”(?: with probability ([\d/]+))?", sends)
    where = [] if place == "whatever he sees" else [place.removeprefix("on ")]
    return where, {message: Fraction(p or 1) for message, p in parts}


def check_played(game: Game, narrative: Narrative, shown: SignalEquilibrium) -> None:
    """Her utility, from the sentences alone: who says what, and what she does on receiving it."""
    (section,) = (part for part in narrative.sections if part.name == "equilibrium")
    replies = [TOLD.fullmatch(item) for item in lines(section)]
    responses = [reply for reply in replies if reply is not None]
    speaking = told_signals(game, section)
    total = Fraction(0)
    for (x, z, y), p in game.joint.items():
        for messages in product(*(signal[z].items() for signal in speaking.values())):
            says = {n: m for n, (m, _) in zip(speaking, messages, strict=True)}
            chance = p
            for _, q in messages:
                chance *= q
            (action,) = (r["a"] for r in responses if answers(r, x, says))
            total += chance * game.utility[action, y]
    assert total == shown.user_utility, game.title


def test_what_is_told_is_played_and_gives_her_what_is_told() -> None:
    for told in in_signals():
        check_played(*told)


def answers(told: re.Match[str], x: str, says: Mapping[str, str]) -> bool:
    """Whether a line of her response is about what she sees and what she is told."""
    if told["x"] is not None and told["x"] != x:
        return False
    heard = SAID.findall(told["said"] or "")
    if any(name for _, name in heard):
        return {name: message for message, name in heard} == says
    return {message for message, _ in heard} == set(says.values())


@pytest.mark.parametrize("name", ["anonymous", "identical"])
def test_a_coin_that_is_tossed_for_her_is_told(name: str) -> None:
    told = plain(INSTANCES / "counterexamples" / f"{name}.toml", "best-ai")
    assert (
        "All agents offer the same signal, so it does not matter whom she picks: - whatever he"
        " sees: “first_brand” with probability 1/2 (0.5), “second_brand” with probability 1/2"
        " (0.5) So she learns nothing; a coin decides among actions that are equally good to her."
    ) in told
    assert "- receiving “first_brand”, she takes first_brand" in told
    assert "ill second_brand 1/4 (0.25) 1 0 2" in told  # her sums have a row for each


def test_who_says_nothing_has_no_message() -> None:
    told = plain(INSTANCES / "classics" / "two_prosecutors.toml")
    assert "second prosecutor says nothing." in told
    assert "- receiving “innocent or guilty: convict”, she takes convict" in told


def test_who_sent_a_message_is_told_where_it_matters() -> None:
    told = plain(INSTANCES / "guarantees" / "two_speakers.toml")
    assert "- receiving “1” from pilot and “coast / coast” from charterer, she takes coast" in told
    assert "one with “/” lists what she does, case by case of what else she knows." in told


def chances(
    game: Game, shown: SignalEquilibrium, agent: str, user_type: tuple[str, ...]
) -> dict[str, Fraction]:
    """How likely the others' messages of a type are at each observation, from scratch."""
    others = [signal for name, signal in shown.signals.items() if name != agent]
    found = {}
    for x, z in game.probability:
        if x == user_type[0]:
            sent = zip(others, user_type[1:], strict=False)
            found[z] = prod(
                [signal[z].get(m, Fraction(0)) for signal, m in sent], start=Fraction(1)
            )
    return found


class Row:
    """An observation of an agent, with what the user also knows: the payoffs of what she does."""

    def __init__(self, game: Game, agent: str, cell: tuple[str, ...], types: object) -> None:
        self.types = types
        self.payoffs = {"his": game.agent_payoff(agent), "hers": game.user_payoff}
        self.cell = cell

    def worth(self, whose: str, n: int, mixture: Mapping[str, Fraction]) -> Fraction:
        """The utility of a mixture of actions of a type, weighted by the prior."""
        x, weights = self.types[n]  # type: ignore[index]
        payoff = self.payoffs[whose]
        terms = [
            share * weights[z] * payoff[x, z, a]
            for z in self.cell
            if z in weights
            for a, share in mixture.items()
        ]
        return sum(terms, Fraction(0))


def prices(narrative: Narrative) -> Iterator[tuple[str, Fold]]:
    start = "The inequality behind every price of "
    for section in narrative.sections:
        for block in section.blocks:
            if isinstance(block, Fold) and block.title.startswith(start):
                agent = block.title.removeprefix(start)
                if agent != "a pair":
                    yield agent, block


def check_listed(game: Game, narrative: Narrative, shown: SignalEquilibrium) -> set[str]:
    """Every response has a line, with what he gets by it, or is left out for a reason that is so;
    a response is named with what she is taken to do if that is something else.

    Returns which of this was found.
    """
    kinds = set[str]()
    for agent, fold in prices(narrative):
        (bound,) = (b for b in shown.deviation_bounds if b.agent == agent)
        *remarks, listing = (block for block in fold.blocks if isinstance(block, Listing))
        groups = [list(g) for _, g in groupby(listing.items, lambda item: row_named(item[0]))]
        rows = [
            (part, [(t[0], chances(game, shown, agent, t)) for t in part.types], cell)
            for part in bound.subproblems
            for cell in part.best.dual_prices
        ]
        for (part, types, cell), group in zip(rows, groups, strict=True):
            row = Row(game, agent, cell, types)
            named = {one for item in group for one in named_in(row, item, kinds)}
            sentences = [item for block in remarks for item in block.items]
            left = {pair for item in sentences for pair in left_out(row, item, part.types)}
            kinds |= {"left out"} if left else set()
            for one in product(game.actions, repeat=len(types)):
                few = part.best.strategies is not None and one not in part.best.strategies
                out = any((n, a) in left for n, a in enumerate(one))
                assert (one in named) != (few or out), (game.title, agent, one)
    return kinds


def test_the_listed_inequalities_are_about_all_that_she_may_do() -> None:
    kinds = set[str]().union(*(check_listed(*told) for told in in_signals()))
    assert kinds == {"left out", "duplicates", "plain"}


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(games(min_agents=2, max_states=2, max_actions=3, max_rounds=1, claims=False))
def test_they_are_in_random_games(game: Game) -> None:
    note(write(game))
    found = vf.verify(game, ["bayes"])
    shown = found.report.findings[vf.Guarantee.BAYES].equilibrium
    if isinstance(shown, SignalEquilibrium):
        narrative = vf.explain(found)["bayes"]
        check_listed(game, narrative, shown)
        check_played(game, narrative, shown)


def row_named(head: object) -> str:
    assert isinstance(head, str)
    return re.sub(r" \(she takes .*\)", "", head).rpartition(", ")[0]


def named_in(row: Row, item: Text, kinds: set[str]) -> Iterator[tuple[str, ...]]:
    """The responses that a line is about, having checked what he gets by it."""
    head, _, _, own = item[:4]
    assert isinstance(head, str)
    response, taken = told_response(head)
    kinds.add("duplicates" if taken else "plain")
    does = taken or [{a: Fraction(1)} for (a,) in response]
    assert number(own) == sum(row.worth("his", n, mixture) for n, mixture in enumerate(does)), head
    for n, (alike, mixture) in enumerate(zip(response, does, strict=True)):
        assert set(mixture) <= set(alike)
        assert len({row.worth("hers", n, {a: Fraction(1)}) for a in alike}) == 1
    yield from product(*response)


def left_out(row: Row, item: Text, types: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """The types and the action that a sentence leaves out, having checked its reason."""
    found = LEFT_OUT.match(flat(item))
    assert found is not None
    for n, (x, *messages) in enumerate(types):
        knows = {x, *(f"“{message}”" for message in messages)}
        if found[2] is None or any(case <= knows for case in cases(found[2])):
            assert row.worth("hers", n, {found[1]: Fraction(1)}) <= row.worth(
                "hers", n, mixed(item)
            )
            yield n, found[1]


def cases(known: str) -> list[set[str]]:
    """The things that she may know, each with its parts: "x and “m”; or ..." or "a, b or c"."""
    if " and " in known:
        return [set(case.split(" and ")) for case in known.split("; or ")]
    return [{case} for case in re.findall("“[^”]*”|[^ ,“”]+", known) if case != "or"]


def mixed(item: Text) -> dict[str, Fraction]:
    """The mixture of a sentence "... than 1/2 a + 1/2 b; so where it is best, ..."."""
    said = flat(item).partition("worth more to her than ")[2].partition(";")[0]
    found = {}
    for part in said.split(" + "):
        share = re.match(r"(\d+/\d+) ", part)
        found[part[share.end() :] if share else part] = Fraction(share[1] if share else 1)
    return found


def told_response(head: str) -> tuple[list[list[str]], list[dict[str, Fraction]]]:
    """The actions of each type in the head of a line, and what she is taken to do, if told."""
    body = head.removesuffix(": ")
    found = re.search(r" \(she takes (.*)\)$", body)
    taken = []
    if found:
        body = body[: found.start()]
        for part in found[1].split(" / "):
            shares = [re.fullmatch(r"(?:(\d+/\d+) )?(.*)", one) for one in part.split(" + ")]
            taken.append({s[2]: Fraction(s[1] or 1) for s in shares if s})
    _, _, response = re.sub(r" \(she also knows .*\)", "", body).rpartition(", ")
    return [part.split(" or ") for part in response.split(" / ")], taken


def test_a_response_that_is_too_long_is_summed_up() -> None:
    """Two who see one of thirteen doors tell her which; she opens it."""
    doors = [f"y{n}" for n in range(13)]
    hers: GameTable = {f"a{n}": [int(m == n) for m in range(13)] for n in range(13)}
    game = simple_game(dict.fromkeys(doors, Fraction(1, 13)), hers, {"Ada": hers, "Bo": hers})
    told = " ".join(text(vf.explain(vf.verify(game, ["bayes"]))["bayes"]).split())
    assert "At each of the 13 pairs of observations she takes an action that is best" in told
