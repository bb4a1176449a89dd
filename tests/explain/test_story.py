"""Stories: they say no more than the kernel accepted, their chains are true, and they are told of
every shipped game.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings

import verifier.api as vf
from tests.games import INSTANCES, games
from tests.shipped import FILES, verified
from verifier.checker import Check, Reply
from verifier.explain.document import (
    Block,
    Chain,
    Formula,
    Listing,
    Narrative,
    Paragraph,
    Section,
    Standing,
    Step,
    Table,
    Text,
)
from verifier.explain.render.text import text
from verifier.explain.subject import Subject
from verifier.game.model import Game, Ties
from verifier.game.reader import load
from verifier.solve.exponential import Decided, QuotientSum, sign
from verifier.theory.guarantee import Guarantee, deviation_payoff
from verifier.theory.outcome_program import quantal_deviation_payoff
from verifier.theory.signal_equilibrium import SignalEquilibrium


@cache
def stories(path: Path) -> dict[str, Narrative]:
    return vf.explain(verified(path))


def sections(told: Narrative) -> dict[str, Section]:
    return {section.name: section for section in told.sections}


def texts(block: Block) -> Iterator[Text]:
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, Listing):
        yield from block.items
    elif isinstance(block, Table):
        yield from (cell for row in block.rows for cell in row)
    else:
        yield from (step.reason for step in block.steps)


def plain(told: Narrative) -> str:
    return " ".join(text(told).split())


def chains(told: Narrative) -> list[Chain]:
    return [
        block for section in told.sections for block in section.blocks if isinstance(block, Chain)
    ]


def at_least(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> bool:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left >= right
    assert isinstance(left, QuotientSum) and isinstance(right, QuotientSum)
    found = sign(left - right)
    assert isinstance(found, Decided)
    return found.sign >= 0


def worth(subject: Subject, formula: Formula) -> Fraction | None:
    """A formula in d, OPT, TEAM, epsilon and gamma, by hand, for rational numbers; None where
    something else is in it.
    """
    game, setting = subject.game, subject.finding.setting
    known: dict[tuple[str, int | None], Fraction] = {
        ("epsilon", None): subject.hull.epsilon,
        ("gamma", None): subject.game.gamma,
        ("OPT", None): subject.report.benchmarks.optimum,
        ("TEAM", None): subject.report.benchmarks.team,
    }
    for deviation in setting.deviations:
        known["d", subject.index[deviation.agent]] = deviation_payoff(game, deviation)
    total = Fraction(0)
    for term in formula.terms:
        value: Fraction | QuotientSum | None = (
            Fraction(1) if term.coefficient is None else term.coefficient
        )
        for symbol in term.symbols:
            factor = known.get((symbol.name, symbol.index)) if symbol.argument is None else None
            value = value * factor if isinstance(value, Fraction) and factor is not None else None
        if not isinstance(value, Fraction):
            return None
        total += -value if term.minus else value
    return total


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_game_is_told_with_the_kernels_verdict(path: Path) -> None:
    for name, told in stories(path).items():
        kept = verified(path).guarantees[name]
        assert told.verdict == str(kept.verdict)
        names = [section.name for section in told.sections]
        assert names[:3] == ["players", "knowledge", "user"]
        assert names[-1] == "trust"
        assert len(set(names)) == len(names)
        if told.verdict == "refuted":
            assert {"equilibrium", "no-gain", "loss", "failed"} <= set(names)
            assert not {"proof", "breaks"} & set(names)
        else:
            assert {"deviations", "proof"} <= set(names)
        if kept.reply is not None:
            assert kept.reply.text in plain(told)
        else:
            assert "everything here is the verifier's word" in plain(told)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_of_a_chain_is_true(path: Path) -> None:
    """The numbers of the lines come out of the letters, and no equilibrium that is known lies below
    any of them.
    """
    for name, told in stories(path).items():
        subject = vf.told(verified(path), name)
        shown = subject.finding.equilibrium
        for chain in chains(told):
            for step in chain.steps:
                if step.value is None:
                    continue
                if shown is not None and not below_the_theorem(subject, step):
                    assert at_least(shown.user_utility, step.value)
                by_hand = (
                    None if told.guarantee == Guarantee.QUANTAL else worth(subject, step.formula)
                )
                if by_hand is not None and str(subject.game.ties) in ("any", "favour-speaker"):
                    assert step.value == by_hand


def below_the_theorem(subject: Subject, step: Step) -> bool:
    """A sum that exceeds the benchmark is capped afterwards, in words."""
    top = subject.report.benchmarks.optimum
    return isinstance(step.value, Fraction) and step.value > top


def test_the_numbers_of_film_night() -> None:
    told = stories(INSTANCES / "guarantees" / "film_night.toml")["bayes"]
    paper, checked = chains(told)
    assert [step.value for step in paper.steps] == [None, Fraction(1), Fraction(3, 5)]
    assert [step.value for step in checked.steps] == [None, Fraction(1)]
    assert [step.standing for step in paper.steps] == [
        Standing.KERNEL,
        Standing.VERIFIER,
        Standing.THEOREM,
    ]
    assert {step.standing for step in checked.steps} == {Standing.KERNEL}
    assert "tolerance that is 1/5 (0.2) smaller" in plain(told)


def test_the_story_of_a_refutation_names_what_failed_the_price_and_the_twin() -> None:
    told = plain(stories(INSTANCES / "counterexamples" / "identical.toml")["bayes"])
    assert "Nobody tells her anything." in told
    assert "The prices sum to 1/2 (0.5)." in told
    assert "She was promised at least 1, and gets 1/2 (0.5)." in told
    assert "(identical) whichever of them reveals, the same outcome follows. Here not:" in told
    assert 'Change one thing: ties = "belief"' in told
    assert "In that game the guarantee is proved. The kernel's words: accepted: proved" in told


@pytest.mark.parametrize(
    "name",
    [
        "hull",
        "identical",
        "learning_alphabet",
        "learning_question",
        "learning_split",
        "equilibrium",
    ],
)
def test_every_shipped_counterexample_has_its_twin_told(name: str) -> None:
    told = stories(INSTANCES / "counterexamples" / f"{name}.toml")["bayes"]
    assert "In that game the guarantee is proved." in plain(told)


def test_what_the_kernel_refuses_is_told_as_open(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Reply(1, "refused: the multipliers do not add up")
    monkeypatch.setattr(Check, "reply", lambda self: (self._process.communicate(), refused)[1])
    for file in ("guarantees/film_night.toml", "counterexamples/identical.toml"):
        for told in vf.explain(vf.verify(load(INSTANCES / file), ["bayes"])).values():
            assert told.verdict == "open"
            whole = plain(told)
            assert (
                "Proved:" not in whole
                and "Refuted:" not in whole
                and "proved: the claim" not in whole
            )
            assert refused.text in whole
            assert (
                "In every equilibrium she gets" not in whole
                and "By the verifier's word, in every equilibrium she gets" in whole
            )
            assert all(
                step.standing is not Standing.KERNEL or "shift lemma" in step.source
                for c in chains(told)
                for step in c.steps
            )


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(games())
def test_stories_of_random_games_can_be_told(game: Game) -> None:
    found = vf.verify(game, ["bayes", "best-ai"])
    for name, told in vf.explain(found).items():
        assert told.verdict == found.verdicts[name]
        assert text(told)


def test_a_quantal_users_chain_is_irrational_and_ordered() -> None:
    path = INSTANCES / "guarantees" / "film_night.toml"
    subject = vf.told(verified(path), "quantal")
    paper, _ = chains(stories(path)["quantal"])
    first, second = (step.value for step in paper.steps[1:])
    assert isinstance(first, QuotientSum) and isinstance(second, QuotientSum)
    assert at_least(first, second)
    mixed = [
        quantal_deviation_payoff(subject.game, subject.finding.setting, name).scale(w)
        for name, w in subject.hull.weights.items()
    ]
    offset = next(iter(subject.hull.offsets.values()))
    by_hand = sum(mixed[1:], mixed[0]) + QuotientSum.constant_sum(
        "e", offset - subject.hull.epsilon
    )
    gap = sign(first - by_hand)
    assert isinstance(gap, Decided) and gap.sign == 0


def told_numbers(told: Narrative, caption: str) -> dict[tuple[str, ...], Fraction]:
    """A table's last column by its other columns; empty if the story has no such table."""
    found = {}
    for section in told.sections:
        for block in section.blocks:
            if isinstance(block, Table) and block.caption == caption:
                for *names, (number,) in block.rows:
                    assert isinstance(number, Fraction)
                    found[tuple(str(part) for (part,) in names)] = number
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_inequalities_that_are_told_hold_at_every_observation_and_action(path: Path) -> None:
    """Prices, multiples of the agents and of obeying, as the story has them, against the payoffs."""
    for name, told in stories(path).items():
        prices = told_numbers(told, "Prices of observations")
        if not prices:
            continue
        subject = vf.told(verified(path), name)
        game, obeying = subject.game, told_numbers(told, "Multiples of obeying")
        assert name != "quantal" or not obeying
        shares: dict[str, Fraction] = {}
        for term in chains(told)[-1].steps[0].formula.terms:
            assert term.coefficient is None or isinstance(term.coefficient, Fraction)
            factor = Fraction(1) if term.coefficient is None else term.coefficient
            if term.symbols:
                (symbol,) = term.symbols
                shares[told.agents[symbol.index or 0]] = -factor if term.minus else factor
        for (x, z, a), hers in game.user_payoff.items():
            obeys = sum(
                (
                    m * (hers - game.user_payoff[x, z, b])
                    for (seen, taken, b), m in obeying.items()
                    if (seen, taken) == (x, a)
                ),
                Fraction(0),
            )
            theirs = sum(
                (share * game.agent_payoff(agent)[x, z, a] for agent, share in shares.items()),
                Fraction(0),
            )
            assert (
                min(shares.values(), default=Fraction(0)) >= 0
                and min(obeying.values(), default=Fraction(0)) >= 0
            )
            assert prices[x, z] + obeys + theirs <= hers


def messages(cells: list[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The ways to send one message for sure from some cells and never from the others."""
    for size in range(1, len(cells) + 1):
        yield from combinations(cells, size)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_message_adds_more_than_its_prices(path: Path) -> None:
    """What the story says of prices, where the others are silent and she sees nothing: each message
    against its prices.
    """
    for name, found in verified(path).report.findings.items():
        shown, game, game = (
            found.equilibrium,
            vf.told(verified(path), str(name)).game,
            verified(path).report.game,
        )
        if not isinstance(shown, SignalEquilibrium) or len(game.user_observations) > 1:
            continue
        for held in shown.deviation_bounds:
            block, *more = held.blocks
            if more or len(block.types) > 1 or len(block.options) > 1:
                continue
            tied = bool(block.never or block.best.replies)
            for sent in messages(list(block.best.prices)):
                together = tuple(x for cell in sent for x in cell)
                user = game.user_observations[0]
                value = {
                    a: game.expected(game.user_payoff, user, together, a) for a in game.actions
                }
                his = {
                    a: game.expected(game.agent_payoff(held.agent), user, together, a)
                    for a in game.actions
                }
                best = [a for a in game.actions if value[a] == max(value.values())]
                alike = [
                    [
                        b
                        for b in best
                        if all(game.utility[a, y] == game.utility[b, y] for y in game.states)
                    ]
                    for a in best
                ]
                gets = max(his[a] for a in best)
                if tied and game.ties is Ties.ANY:
                    gets = max(min(his[b] for b in same) for same in alike)
                elif tied:
                    gets = his[best[0]]
                price = sum((block.best.prices[cell] for cell in sent), Fraction(0))
                assert gets + held.floor * max(value.values()) <= price, (held.agent, sent)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_told_to_be_secured_adds_up(path: Path) -> None:
    """A line in the d_i is the sum of the table's; a line in U_i(nu), where one response counts for
    all, is no less.
    """
    for name, told in stories(path).items():
        if name == "quantal":
            continue
        alone = told_numbers(told, "The deviation of each agent")
        secures_alone = {agent: value for (agent, _), value in alone.items()}
        for step in (step for chain in chains(told) for step in chain.steps):
            if step.value is None or not any(
                symbol.name in "dU" for term in step.formula.terms for symbol in term.symbols
            ):
                continue
            total, common = Fraction(0), False
            for term in step.formula.terms:
                factor = Fraction(1) if term.coefficient is None else term.coefficient
                assert isinstance(factor, Fraction)
                for symbol in term.symbols:
                    assert symbol.name == "d" or symbol.argument == "nu"
                    common = common or symbol.argument == "nu"
                    factor *= secures_alone[told.agents[symbol.index or 0]]
                total += -factor if term.minus else factor
            assert isinstance(step.value, Fraction)
            assert step.value >= total if common else step.value == total
