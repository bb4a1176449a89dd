"""Stories: every shipped game has one, it claims what the kernel accepted, its chains are true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

import verifier.api as vf
from tests.games import INSTANCES, ROOT, games
from tests.kernel.casebook import instance_of, read
from tests.shipped import FILES, stories, verified
from verifier.checker import Reply
from verifier.explain.document import (
    Authority,
    Block,
    Chain,
    Fold,
    Formula,
    Listing,
    Narrative,
    Paragraph,
    Reference,
    Section,
    Step,
    Symbol,
    Table,
    Text,
    say,
)
from verifier.explain.render.text import text
from verifier.explain.sections.proof import DUAL_PRICES, OBEDIENCE
from verifier.explain.stories import subject_of
from verifier.explain.story import story
from verifier.explain.subject import Subject
from verifier.game.model import Game, Ties
from verifier.game.reader import load
from verifier.solve.exponential import Decided, QuotientSum, sign
from verifier.theory.bounds.long_shifts import LongShift
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.existence import Existence
from verifier.theory.guarantees.guarantee import Guarantee, deviation_payoff
from verifier.theory.guarantees.quantal import quantal_deviation_payoff
from verifier.theory.verdict import Verdict

THEORY = ROOT / "docs" / "explanation" / "theory.md"


def sections(narrative: Narrative) -> dict[str, Section]:
    return {section.name: section for section in narrative.sections}


def texts(block: Block) -> Iterator[Text]:
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, Listing):
        yield from block.items
    elif isinstance(block, Table):
        yield from (cell for row in block.rows for cell in row)
    elif isinstance(block, Fold):
        yield from (text for part in block.blocks for text in texts(part))
    else:
        yield from (step.reason for step in block.steps)


def plain(narrative: Narrative) -> str:
    return " ".join(text(narrative).split())


def references(narrative: Narrative) -> set[str]:
    """The anchors of all theorems that a story cites, in sentences and as sources of steps."""
    found: list[object] = [step.source for chain in chains(narrative) for step in chain.steps]
    for section in narrative.sections:
        found += [part for block in section.blocks for text in texts(block) for part in text]
    return {part.anchor for part in found if isinstance(part, Reference)}


def chains(narrative: Narrative) -> list[Chain]:
    return [
        block
        for section in narrative.sections
        for block in section.blocks
        if isinstance(block, Chain)
    ]


ANCHORS = set(re.findall(r'id="(t-[\d-]+)"', THEORY.read_text(encoding="utf-8")))


@pytest.mark.skipif(not ANCHORS, reason="the theorems of theory.md have no anchors")
@pytest.mark.parametrize("name", ["film_night", "one_lamp", "voter"])
def test_every_theorem_that_is_cited_exists(name: str) -> None:
    for narrative in stories(INSTANCES / "guarantees" / f"{name}.toml").values():
        assert set() < references(narrative) <= ANCHORS


def at_least(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> bool:
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
def test_every_shipped_game_has_a_story_with_the_kernels_verdict(path: Path) -> None:
    for name, narrative in stories(path).items():
        kept = verified(path).guarantees[name]
        assert narrative.verdict == str(kept.verdict)
        names = [section.name for section in narrative.sections]
        assert names[:3] == ["players", "knowledge", "user"]
        assert names[-1] == "trust"
        assert len(set(names)) == len(names)
        if narrative.verdict == "refuted":
            assert {"equilibrium", "no-gain", "loss", "failed"} <= set(names)
            assert not {"proof", "breaks"} & set(names)
        else:
            assert {"deviations", "proof"} <= set(names)
        if kept.reply is not None:
            assert kept.reply.text in plain(narrative)
        else:
            assert "everything here is said by the verifier alone" in plain(narrative)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_of_a_chain_is_true(path: Path) -> None:
    """The numbers of the lines come out of the letters, and no equilibrium that is known lies below
    any of them.
    """
    for name, narrative in stories(path).items():
        subject = subject_of(verified(path), name)
        shown = subject.finding.equilibrium
        for chain in chains(narrative):
            for step in chain.steps:
                if step.value is None:
                    continue
                if shown is not None and not below_the_theorem(subject, step):
                    assert at_least(shown.user_utility, step.value)
                by_hand = (
                    None
                    if narrative.guarantee == Guarantee.QUANTAL
                    else worth(subject, step.formula)
                )
                if by_hand is not None and str(subject.game.ties) in ("any", "favour-speaker"):
                    assert step.value == by_hand


def below_the_theorem(subject: Subject, step: Step) -> bool:
    """A sum that exceeds the benchmark is capped afterwards, in words; where her evaluation errs it
    holds in equilibria that are worth less than what is offered less twice the error (4.5).
    """
    top = subject.report.benchmarks.optimum - 2 * subject.game.evaluation
    return isinstance(step.value, Fraction) and step.value > top


def test_the_numbers_of_film_night() -> None:
    narrative = stories(INSTANCES / "guarantees" / "film_night.toml")["bayes"]
    paper, checked = chains(narrative)
    assert [step.value for step in paper.steps] == [None, Fraction(1), Fraction(3, 5)]
    assert [step.value for step in checked.steps] == [None, Fraction(1)]
    assert [step.authority for step in paper.steps] == [
        Authority.KERNEL,
        Authority.VERIFIER,
        Authority.THEOREM,
    ]
    assert {step.authority for step in checked.steps} == {Authority.KERNEL}
    assert "tolerance that is smaller by 1/5 (0.2)" in plain(narrative)


def test_the_story_of_a_refutation_names_what_failed_the_prices_and_the_repair() -> None:
    narrative = plain(stories(INSTANCES / "counterexamples" / "identical.toml")["bayes"])
    assert "Nobody tells her anything." in narrative
    assert "The dual prices sum to 1/2 (0.5)." in narrative
    assert "The claim is that she gets at least 1; she gets 1/2 (0.5)." in narrative
    assert (
        "(identical) whichever of them reveals, the outcome is the same. It fails here, as shown"
        in narrative
    )
    assert 'Change one thing: ties = "belief"' in narrative
    _, _, repaired = narrative.partition("In the repaired game the guarantee is proved.")
    assert repaired.startswith(" The kernel's words: accepted: 'Two brands of one drug")
    assert ": proved: OPT - 2 * 0 = 1, claimed for the bayes user" in repaired


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
def test_every_shipped_counterexample_has_its_repaired_game(name: str) -> None:
    narrative = stories(INSTANCES / "counterexamples" / f"{name}.toml")["bayes"]
    assert "In the repaired game the guarantee is proved." in plain(narrative)


CHOOSER = """format = 1
title = "A noisy chooser"
states = ["l", "r"]
actions = ["L", "R"]
prior = { l = "1/2", r = "1/2" }
[user.utility]
L = { l = 1, r = 0 }
R = { l = 0, r = 1 }
[[agents]]
name = "one"
[agents.utility]
L = { l = 2, r = 1 }
R = { l = 0, r = 1 }
[[agents]]
name = "two"
[agents.utility]
L = { l = 1, r = 0 }
R = { l = 1, r = 2 }
[model]
quantal = { eta = ETA, base = BASE }
[claim]
tolerance = "TOLERANCE"
benchmark = "optimum"
"""


def _repair_of_a_chooser(eta: str, base: str, tolerance: str) -> str:
    values = {"ETA": eta, "BASE": base, "TOLERANCE": tolerance}
    game = CHOOSER
    for name, value in values.items():
        game = game.replace(name, value)
    return plain(vf.explain(vf.verify(game, "quantal"))["quantal"])


def test_a_careless_user_is_repaired_by_ten_times_her_own_eta_and_nothing_else() -> None:
    told = _repair_of_a_chooser("3", "2", "1/100")
    assert "Change one thing: she is more careful, with ten times her eta." in told
    assert "In the repaired game the guarantee is proved." in told
    assert f"QR is {2**30}/{2**30 + 1};" in told  # eta = 30, the base is still 2


def test_a_change_after_which_the_claim_is_refuted_all_the_same_is_no_repair() -> None:
    told = _repair_of_a_chooser("12", '"e"', "0")
    assert "What one change does, which is not enough" in told
    assert "That is not enough: the claim is refuted in the game changed so, too" in told
    assert "repaired game" not in told and "There every hypothesis holds" not in told


def test_a_change_after_which_a_hypothesis_fails_still_is_no_repair() -> None:
    same = [[int(a == s) for s in range(4)] for a in range(4)]
    game = vf.game(
        states=list("abcd"),
        actions=list("ABCD"),
        user=same,
        agents={"same": same},
        prior=dict.fromkeys("abcd", "1/4"),
        conversation={"agent_alphabet": 2},
    )
    told = plain(vf.explain(vf.verify(game, "bayes"))["bayes"])
    assert "Change one thing: there is one more word." in told
    assert "in the game changed so (learning) fails" in told  # three words for four states
    assert "every hypothesis holds" not in told


def test_the_repaired_game_is_claimed_of_the_same_mixtures() -> None:
    game = vf.game(
        states=["up", "down"],
        actions=["buy", "sell"],
        prior={"up": "2/5", "down": "3/5"},
        user={"buy": {"up": 1, "down": -1}, "sell": {"up": 0, "down": 0}},
        agents={
            "broker": {"buy": {"up": 1, "down": "-1/2"}, "sell": {"up": 0, "down": 0}},
            "bear": {"buy": {"up": "1/2", "down": -1}, "sell": {"up": 0, "down": 0}},
        },
        gamma="1/10",
    )
    told = plain(vf.explain(vf.verify(game, "best-ai", hull="cone"))["best-ai"])
    _, _, repaired = told.partition("Change one thing: gamma = 0")
    kernel, _, _ = repaired.partition("The conclusion")
    assert "the hull distance is 0 (cone;" in kernel and "simplex" not in kernel


def test_what_the_kernel_refuses_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Reply(1, "refused: the multipliers do not add up")
    monkeypatch.setattr("verifier.checker.ask", lambda *_: refused)
    for file in ("guarantees/film_night.toml", "counterexamples/identical.toml"):
        for narrative in vf.explain(vf.verify(load(INSTANCES / file), ["bayes"])).values():
            assert narrative.verdict == "open"
            whole = plain(narrative)
            assert (
                "Proved:" not in whole
                and "Refuted:" not in whole
                and "proved: the claim" not in whole
            )
            assert refused.text in whole
            assert (
                "In every equilibrium she gets" not in whole
                and "According to the verifier alone, in every equilibrium she gets" in whole
            )
            assert all(
                step.authority is not Authority.KERNEL
                for c in chains(narrative)
                for step in c.steps
            )
            assert "The kernel did not accept the certificate: everything here is" in whole
            assert "Checked by the kernel" not in whole


@pytest.mark.parametrize(
    ("name", "guarantee", "checked", "unchecked"),
    [
        ("learning_split", "bayes", "that (learning) fails.", "which other hypotheses"),
        ("identical", "bayes", "that (identical) fails.", "which other hypotheses"),
        ("anonymous", "best-ai", "that (anonymous) fails.", "which other hypotheses"),
        ("hull", "bayes", "that (hull) fails.", "which other hypotheses"),
        ("anonymous", "best-ai", "OPT, NOINFO, TEAM, the claimed", "which other hypotheses"),
        ("identical", "quantal", "OPT, NOINFO, QR, the claimed", "TEAM, which hypotheses"),
    ],
)
def test_what_was_checked_is_what_the_certificate_claims(
    name: str, guarantee: str, checked: str, unchecked: str
) -> None:
    narrative = stories(INSTANCES / "counterexamples" / f"{name}.toml")[guarantee]
    trust = sections(narrative)["trust"].blocks[-1]
    assert isinstance(trust, Listing)
    (by_kernel,), (by_verifier,) = trust.items
    assert str(by_kernel).startswith("Checked by the kernel: ") and checked in str(by_kernel)
    assert str(by_verifier).startswith(f"Said by the verifier alone: {unchecked}")


SAID = {
    "hull distance": "the hull distance",
    "optimum": "OPT",
    "no information": "NOINFO",
    "quantal value": "QR",
    "team": "TEAM",
    "conflict": "fails",
    "every equilibrium": "the lower bound on what she gets in every equilibrium",
    "one user": "a lower bound for each user",
    "equilibrium": "the equilibrium, her utility in it",
    "existence": "that there is an equilibrium",
    "nonexistence": "that there is no equilibrium",
}
"""What the last section says of each kind of claim."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_claim_of_a_certificate_is_listed_as_checked(path: Path) -> None:
    """And no number of the story that the kernel's line has is said by the verifier alone."""
    for name, narrative in stories(path).items():
        subject, kept = subject_of(verified(path), name), verified(path).guarantees[name]
        if kept.certificate is None:
            continue
        trust = sections(narrative)["trust"].blocks[-1]
        assert isinstance(trust, Listing)
        (by_kernel,), (by_verifier,) = (map(str, item) for item in trust.items)
        claims = json.loads(kept.certificate)["claims"]
        for kind in {claim["claim"] for claim in claims}:
            assert SAID[kind] in by_kernel
        if len(subject.game.agents) == 1 and "team" in {claim["claim"] for claim in claims}:
            assert "TEAM" not in by_verifier
        for agent in subject.game.agents:
            if f"TEAM of {agent.name!r} is" in (narrative.kernel or ""):
                assert f"TEAM of {agent.name}" not in by_verifier


@pytest.mark.parametrize(
    ("name", "verified_alone"),
    [("guarantees/drug_sponsors", ""), ("conversations/debate_with_a_reply", "TEAM, ")],
)
def test_team_is_the_kernels_where_an_agent_can_follow_the_same_rules(
    name: str, verified_alone: str
) -> None:
    """Both sponsors see all; the debaters see different things, and can follow no rule together."""
    trust = sections(stories(INSTANCES / f"{name}.toml")["bayes"])["trust"].blocks[-1]
    assert isinstance(trust, Listing)
    (by_verifier,) = trust.items[-1]
    assert str(by_verifier).startswith(f"Said by the verifier alone: {verified_alone}which ")


AS_NEEDED = "in the form that the proof needs: one outcome"


@pytest.mark.parametrize(
    ("name", "guarantee", "said"),
    [
        ("guarantees/drug_sponsors", "best-ai", AS_NEEDED),
        ("counterexamples/anonymous_twin", "best-ai", "who offers it: holds."),
        ("classics/prosecutor", "best-ai", "who offers it: holds."),
        ("guarantees/one_lamp", "bayes", "the same: holds, if each of them could reveal"),
        ("guarantees/drug_sponsors", "bayes", "the outcome is the same: holds."),
    ],
)
def test_what_holds_is_what_her_ties_allow(name: str, guarantee: str, said: str) -> None:
    """Where she may break ties by who told her, one outcome will do, if it is bad for each."""
    game = load(INSTANCES / f"{name}.toml")
    alike = game.ties in (Ties.BELIEF, Ties.ORDER) or len(game.agents) == 1
    assert alike or guarantee == "bayes" or said == AS_NEEDED
    told = plain(stories(INSTANCES / f"{name}.toml")[guarantee])
    assert said in told and (AS_NEEDED in told) == (said == AS_NEEDED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_improvement_of_a_bound_is_said_to_be_in_the_certificate(path: Path) -> None:
    for name, narrative in stories(path).items():
        subject = subject_of(verified(path), name)
        told = "Not all numbers that prove this improvement are shown" in plain(narrative)
        assert told == (subject.verdict is not Verdict.REFUTED and subject.finding.bound.improved)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_chain_from_one_outcome_comes_to_what_the_agents_get_in_it(path: Path) -> None:
    """U_i(nu) of the text: they are what a best response of hers gives, all at once."""
    for name, narrative in stories(path).items():
        subject = subject_of(verified(path), name)
        for chain, payoffs in outcomes(narrative):
            step = next(step for step in chain.steps if has_outcome(step.formula))
            assert worth_in(payoffs, step.formula) == step.value
            assert set(payoffs) == {
                symbol.index for symbol in symbols(step.formula) if symbol.argument == "nu"
            }
            assert possible(subject, payoffs)


def symbols(formula: Formula) -> list[Symbol]:
    return [symbol for term in formula.terms for symbol in term.symbols]


def has_outcome(formula: Formula) -> bool:
    return any(symbol.argument == "nu" for symbol in symbols(formula))


def outcomes(narrative: Narrative) -> Iterator[tuple[Chain, dict[int | None, Fraction]]]:
    """Every chain with U_i(nu) that comes to a number, with what is said of them below."""
    shown: dict[int | None, Fraction] = {}
    for section in narrative.sections:
        for chain, below in pairwise([*section.blocks, say()]):
            valued = isinstance(chain, Chain) and any(
                step.value is not None and has_outcome(step.formula) for step in chain.steps
            )
            if not valued:
                continue
            assert isinstance(chain, Chain)
            if isinstance(below, Paragraph) and below.text[:1] == ("Here ",):
                _, *parts = below.text
                shown = {}
                for formula, value in zip(parts[::4], parts[2::4], strict=True):
                    assert isinstance(formula, Formula) and isinstance(value, Fraction)
                    shown[symbols(formula)[0].index] = value
            assert shown
            yield chain, shown


def worth_in(payoffs: dict[int | None, Fraction], formula: Formula) -> Fraction:
    total = Fraction(0)
    for term in formula.terms:
        value = Fraction(1) if term.coefficient is None else term.coefficient
        assert isinstance(value, Fraction)
        for symbol in term.symbols:
            value *= payoffs[symbol.index]
        total += -value if term.minus else value
    return total


def possible(subject: Subject, payoffs: dict[int | None, Fraction]) -> bool:
    """Whether one choice of best actions after full information, or after the common rule, gives
    each agent what is said.
    """
    game = subject.game
    names = {subject.index[name]: name for name in subject.index}
    response = subject.finding.setting.deviations[0].response
    if len(response.messages) > 1 or any(a.then for a in response.messages[0]):
        return True
    reached = {tuple(Fraction(0) for _ in payoffs)}
    for x in game.user_support:
        for answer in response.messages[0]:
            added = {
                tuple(
                    game.expected(game.agent_payoff(names[n or 0]), x, answer.when, action)
                    for n in payoffs
                )
                for action in game.optimal_actions(x, answer.when)
            }
            reached = {
                tuple(one + more for one, more in zip(old, new, strict=True))
                for old in reached
                for new in added
            }
    return tuple(payoffs.values()) in reached


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_story_says_once_whether_there_is_an_equilibrium(path: Path) -> None:
    """Where none is exhibited: with one agent there is one, so that the claim is not empty."""
    for name, narrative in stories(path).items():
        found = subject_of(verified(path), name).finding
        told = plain(narrative)
        assert ("may be empty" in told) == (found.existence is Existence.UNKNOWN)
        assert told.count("as there is one agent") == (found.existence is Existence.THEOREM)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_kernels_word_is_in_the_kernels_sentence(path: Path) -> None:
    """What the last section lists as checked is what the accepted line says."""
    claims = {
        "OPT": r"; OPT is ",
        "NOINFO": r"; NOINFO is ",
        "QR": r"; QR is ",
        "TEAM": r"; TEAM of ",
        "the equilibrium": r"; an equilibrium .*gives the ",
        "the multipliers": r"; every equilibrium .*gives the ",
        "(learning)": r"; TEAM of ",
        "(identical)": r"; no best response to ",
        "(anonymous)": r"; no best response to ",
        "(hull)": r": the hull distance is |; the hull distance is ",
    }
    for narrative in stories(path).values():
        trust = sections(narrative)["trust"].blocks[-1]
        if narrative.kernel is None:
            assert not isinstance(trust, Listing)
            continue
        assert isinstance(trust, Listing)
        (by_kernel,) = trust.items[0]
        for word, sentence in claims.items():
            said = re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", str(by_kernel))
            assert said is None or re.search(sentence, narrative.kernel), word


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(games())
def test_random_games_have_stories(game: Game) -> None:
    found = vf.verify(game, ["bayes", "best-ai"])
    for name, narrative in vf.explain(found).items():
        assert narrative.verdict == found.verdicts[name]
        assert text(narrative)


def test_a_quantal_users_chain_is_irrational_and_ordered() -> None:
    path = INSTANCES / "guarantees" / "film_night.toml"
    subject = subject_of(verified(path), "quantal")
    paper, _ = chains(stories(path)["quantal"])
    first, second = (step.value for step in paper.steps[1:])
    assert isinstance(first, QuotientSum) and isinstance(second, QuotientSum)
    assert at_least(first, second)
    mixed = [
        w * quantal_deviation_payoff(subject.game, subject.finding.setting, name)
        for name, w in subject.hull.weights.items()
    ]
    offset = next(iter(subject.hull.offsets.values()))
    by_hand = sum(mixed[1:], mixed[0]) + QuotientSum("e", offset - subject.hull.epsilon)
    gap = sign(first - by_hand)
    assert isinstance(gap, Decided) and gap.sign == 0


def table_numbers(narrative: Narrative, caption: str) -> dict[tuple[str, ...], Fraction]:
    """A table's last column by its other columns; empty if the story has no such table."""
    found = {}
    for section in narrative.sections:
        for block in section.blocks:
            if isinstance(block, Table) and block.caption == caption:
                for *names, (number,) in block.rows:
                    assert isinstance(number, Fraction)
                    found[tuple(str(part) for (part,) in names)] = number
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_inequalities_of_a_story_hold_at_every_observation_and_action(path: Path) -> None:
    """Dual prices and multiples of agents and of obeying, as in the story, against the payoffs."""
    for name, narrative in stories(path).items():
        prices = table_numbers(narrative, DUAL_PRICES)
        if not prices:
            continue
        subject = subject_of(verified(path), name)
        game, obeying = subject.game, table_numbers(narrative, OBEDIENCE)
        assert name != "quantal" or not obeying
        shares: dict[str, Fraction] = {}
        for term in chains(narrative)[-1].steps[0].formula.terms:
            assert term.coefficient is None or isinstance(term.coefficient, Fraction)
            factor = Fraction(1) if term.coefficient is None else term.coefficient
            if term.symbols:
                (symbol,) = term.symbols
                shares[narrative.agents[symbol.index or 0]] = -factor if term.minus else factor
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
            subject_of(verified(path), str(name)).game,
            verified(path).report.game,
        )
        if not isinstance(shown, SignalEquilibrium) or len(game.user_observations) > 1:
            continue
        for held in shown.deviation_bounds:
            block, *more = held.subproblems
            if more or len(block.types) > 1 or len(block.message_sets) > 1:
                continue
            tied = bool(block.dominated or block.best.duplicate_weights)
            for sent in messages(list(block.best.dual_prices)):
                together = tuple(x for cell in sent for x in cell)
                user = game.user_observations[0]
                value = {
                    a: game.expected(game.user_payoff, user, together, a) for a in game.actions
                }
                agent_values = {
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
                gets = max(agent_values[a] for a in best)
                if tied and game.ties is Ties.ANY:
                    kept = [same for same in alike if (0, same[0]) not in block.dominated]
                    gets = max(min(agent_values[b] for b in same) for same in kept)
                elif tied:
                    gets = agent_values[best[0]]
                price = sum((block.best.dual_prices[cell] for cell in sent), Fraction(0))
                assert gets + held.floor_price * max(value.values()) <= price, (
                    held.agent,
                    sent,
                )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_deviation_payoffs_of_a_story_add_up(path: Path) -> None:
    """A line in the d_i is the sum of the table's; a line in U_i(nu), where one response counts for
    all, is no less.
    """
    for name, narrative in stories(path).items():
        if name == "quantal":
            continue
        alone = table_numbers(narrative, "The deviation of each agent")
        secures_alone = {agent: value for (agent, _), value in alone.items()}
        for step in (step for chain in chains(narrative) for step in chain.steps):
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
                    factor *= secures_alone[narrative.agents[symbol.index or 0]]
                total += -factor if term.minus else factor
            assert isinstance(step.value, Fraction)
            assert step.value >= total if common else step.value == total


def test_a_story_says_how_often_she_errs() -> None:
    """The judge convicts the innocent, three in ten, and loses as much; twice the distance is 2."""
    path = INSTANCES / "classics/two_prosecutors.toml"
    told = " ".join(plain(stories(path)["bayes"]).split())
    assert "another action than the best with probability 3/10 (0.3), and loses 3/10" in told
    assert "on average: at most 3/5 (0.6)." in told


def test_a_story_says_what_nobody_remarks() -> None:
    """The remark that counts, and that it proves more than the outcome program."""
    told = stories(INSTANCES / "guarantees/print_or_hold.toml")["bayes"]
    assert table_numbers(told, "Remarks by which nobody gains").keys() == {
        ("1", "colleague", "urgent")
    }
    assert "t-5-7" in references(told)
    assert "In fact she gets at least 8/3" in plain(told)


def test_what_is_proved_by_sets_and_by_remarks_is_said_once() -> None:
    subject = subject_of(verified(INSTANCES / "guarantees/print_or_hold.toml"), "bayes")
    bound = subject.finding.bound
    assert bound.remarks is not None and bound.remarks.proof is not None
    shift = LongShift({"harmless": 0, "urgent": 1, "false": 0}, {}, {})
    both = replace(bound.remarks, proof=replace(bound.remarks.proof, shifts=(shift,)))
    finding = replace(subject.finding, bound=replace(bound, remarks=both))
    told = plain(story(replace(subject, finding=finding)))
    assert told.count("In fact she gets at least") == 1
    assert "(theory.md 5.10): in an equilibrium she is indifferent nowhere" in told
    assert "In fact she gets at least 8/3 (2.666666..) (theory.md 5.7)" in told


def test_a_story_says_what_she_could_be_told_without_doing_anything_else(tmp_path: Path) -> None:
    """The sets are where the directions of the case are greatest."""
    case = read("correct/remarks-with-long-shifts")
    path = tmp_path / "game.toml"
    path.write_text(instance_of(case), encoding="utf-8")
    told = vf.explain(vf.verify(load(path), ["bayes"]))["bayes"]
    tables = [b for s in told.sections for b in s.blocks if isinstance(b, Table)]
    (sets,) = (table.rows for table in tables if table.caption == "What would change nothing")
    shown = {"".join(map(str, part)) for (part,) in sets}
    assert shown == {"y2", "y0 or y2", "y1"}
    assert "t-5-10" in references(told) and "In fact she gets at least 19/3" in plain(told)
