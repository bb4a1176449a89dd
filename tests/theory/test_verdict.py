"""Verdicts: the kernel accepts what is proposed, on random games of every kind (theory.md 9.1)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

import verifier.api as vf
from tests.games import INSTANCES, games, simple_game
from tests.oracles import sign_of
from verifier.certificate import certificate
from verifier.errors import SizeError
from verifier.game.model import Game, Target, Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.numbers import enclose
from verifier.solve import smt
from verifier.solve.effort import Effort
from verifier.solve.exponential import Decided, QuotientSum, UndecidedSign
from verifier.solve.program import Goal
from verifier.theory.guarantees.guarantee import Fails, Guarantee, Holds
from verifier.theory.verdict import Finding, Verdict, compare, examine

F = Fraction
often = settings(max_examples=20, deadline=None, derandomize=True)
PROSECUTOR = INSTANCES / "classics/prosecutor.toml"


def accepted_by_the_kernel(game: Game, tolerance: Fraction | None = None) -> None:
    """Whatever is proposed is confirmed; what is open has no certificate."""
    found = vf.verify(game, tolerance=tolerance)
    assert set(found.guarantees) == {"bayes", "quantal", "best-ai"}
    for name, certified in found.guarantees.items():
        proposed = certified.finding.verdict
        if proposed is Verdict.OPEN:
            assert certified.certificate is None and certified.reply is None
            continue
        assert certified.reply is not None
        assert certified.reply.accepted, f"{name} {proposed}: {certified.reply.text}\n{write(game)}"
        assert f"): {proposed}: " in certified.reply.text
        assert certified.verdict is proposed


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@settings(often, max_examples=9)
@given(game=games())
def test_the_kernel_accepts_every_verdict(ties: Ties, game: Game) -> None:
    accepted_by_the_kernel(replace(game, ties=ties))


@pytest.mark.slow
@settings(often, max_examples=9)
@given(
    game=games(
        min_agents=2,
        private=True,
        silent=False,
        rich=False,
        max_agent_observations=4,
        max_letters=2,
    )
)
def test_the_kernel_accepts_verdicts_on_poor_protocols_with_questions(game: Game) -> None:
    accepted_by_the_kernel(game)


@pytest.mark.slow
@settings(often, max_examples=7)
@given(game=games(max_agents=1, private=True, silent=True))
def test_the_kernel_accepts_verdicts_on_lone_agents(game: Game) -> None:
    accepted_by_the_kernel(replace(game, tolerance=F(0)))


@pytest.mark.slow
@settings(often, max_examples=7)
@given(game=games(min_agents=2, rich=True))
def test_the_kernel_accepts_verdicts_on_another_tolerance(game: Game) -> None:
    accepted_by_the_kernel(game, tolerance=F(1, 7))


def expected_verdict(game: Game, finding: Finding) -> Verdict:
    """theory.md 9.1 and 6.7 restated on the numbers of the finding."""
    shown = finding.equilibrium
    his = finding.guarantee is Guarantee.QUANTAL or game.ties in (Ties.ANY, Ties.FAVOUR_SPEAKER)
    exists = shown is not None or (len(game.agents) == 1 and his)
    below = shown is not None and sign_of(shown.user_utility, finding.claimed_bound) < 0
    if sign_of(finding.bound.value, finding.claimed_bound) >= 0:
        return Verdict.PROVED if exists else Verdict.VACUOUS
    return Verdict.REFUTED if below else Verdict.OPEN


@pytest.mark.slow
@often
@given(game=games())
def test_the_verdict_follows_from_the_numbers(game: Game) -> None:
    note(write(game))
    report = examine(game)
    for finding in report.findings.values():
        assert finding.verdict is expected_verdict(game, finding)
        assert (certificate(game, finding) is None) == (finding.verdict is Verdict.OPEN)
        claimed = report.alignment.claimed.epsilon if game.tolerance is None else game.tolerance
        assert finding.tolerance == claimed
        near = finding.setting.hypotheses["hull"]
        assert isinstance(near, Holds) == (report.alignment.claimed.epsilon <= claimed)


@pytest.mark.slow
@pytest.mark.parametrize("agents", [1, 2, 3])
@pytest.mark.parametrize("ties", list(Ties))
@settings(often, max_examples=12)
@given(data=st.data())
def test_no_equilibrium_lies_below_the_bound(ties: Ties, agents: int, data: st.DataObject) -> None:
    """Every equilibrium that is exhibited, for every kind of user: one below would refute a
    theorem.
    """
    game = data.draw(games(min_agents=agents, max_agents=agents, ties=ties))
    note(write(game))
    for finding in examine(game).findings.values():
        for shown in finding.found.equilibria:
            assert sign_of(finding.bound.value, shown.user_utility) <= 0
        assert finding.equilibrium == finding.found.worst
        if finding.paper_bound is not None:
            assert sign_of(finding.paper_bound, finding.bound.value) <= 0


@pytest.mark.slow
@often
@given(game=games(max_states=2), tolerance=st.sampled_from([F(0), F(1, 10), F(1, 3)]))
def test_refuted_exactly_where_the_worst_equilibrium_is_below_the_claim(
    game: Game, tolerance: Fraction
) -> None:
    note(write(game))
    for finding in examine(game, tolerance=tolerance).findings.values():
        worst = finding.found.worst
        below = worst is not None and sign_of(worst.user_utility, finding.claimed_bound) < 0
        assert (finding.verdict is Verdict.REFUTED) == below


@pytest.mark.slow
@often
@given(game=games())
def test_the_target_moves_the_claim_and_nothing_else(game: Game) -> None:
    note(write(game))
    plain, improved_bound = (
        examine(replace(game, target=target)) for target in (Target.GUARANTEE, Target.OPTIMUM)
    )
    for name, finding in improved_bound.findings.items():
        top = improved_bound.benchmarks.optimum - 2 * finding.tolerance
        claimed = finding.claimed_bound
        assert (claimed if isinstance(claimed, Fraction) else enclose(claimed).exact) == top
        assert finding.bound == plain.findings[name].bound
        assert sign_of(claimed, plain.findings[name].claimed_bound) >= 0


@pytest.mark.slow
@often
@given(game=games(claims=False))
def test_a_gamma_lowers_what_the_theorem_says_and_never_raises_the_bound(game: Game) -> None:
    """The paper's bound loses gamma, because weights sum to 1; with more equilibria the worst is no
    better.
    """
    note(write(game))
    plain, loose = examine(game), examine(replace(game, gamma=F(1, 10)))
    for name, finding in loose.findings.items():
        strict = plain.findings[name]
        assert finding.claimed_bound == strict.claimed_bound
        assert sign_of(finding.bound.value, strict.bound.value) <= 0
        if isinstance(finding.paper_bound, Fraction) and isinstance(strict.paper_bound, Fraction):
            assert finding.paper_bound == strict.paper_bound - F(1, 10)


@pytest.mark.slow
@often
@given(game=games(claims=False))
def test_with_all_hypotheses_and_the_own_distance_nothing_is_refuted_or_open(game: Game) -> None:
    """The three theorems, with the instance's own eps: a failed hypothesis is the only way out.

    Where (anonymous) holds of rules nearby only, in several rounds of few words, the bound may be
    too low.
    """
    note(write(game))
    for finding in examine(game).findings.values():
        found = finding.setting.hypotheses
        if not any(isinstance(hypothesis, Fails) for hypothesis in found.values()):
            nearby = found.get("anonymous") == Holds(nearby=True)
            long = game.conversation.rounds > 1 and not game.conversation.rich
            spare = [Verdict.OPEN] if nearby and long else []
            assert finding.verdict in (Verdict.PROVED, Verdict.VACUOUS, *spare)
            assert finding.paper_bound is not None


@pytest.mark.slow
@settings(often, max_examples=10)
@given(game=games())
def test_examining_twice_gives_the_same_certificates(game: Game) -> None:
    first, second = examine(game), examine(game)
    texts = [
        [certificate(game, finding) for finding in report.findings.values()]
        for report in (first, second)
    ]
    assert texts[0] == texts[1]


@pytest.mark.slow
@settings(often, max_examples=6)
@given(game=games())
def test_a_second_solver_changes_nothing(game: Game) -> None:
    plain, crossed = examine(game), examine(game, effort=Effort(smt.CrossCheck()))
    for name, finding in plain.findings.items():
        assert crossed.findings[name].bound == finding.bound
        assert crossed.findings[name].verdict is finding.verdict


def test_prosecutor_alone() -> None:
    report = examine(load(PROSECUTOR))
    found = report.findings[Guarantee.BAYES]
    assert (report.benchmarks.optimum, report.benchmarks.no_information) == (F(1), F(7, 10))
    assert (found.claimed_bound, found.paper_bound, found.bound.value) == (F(-1), F(-1), F(7, 10))
    assert found.verdict is Verdict.PROVED
    assert found.equilibrium is not None
    assert found.equilibrium.user_utility == F(7, 10)
    assert report.findings[Guarantee.QUANTAL].verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("tolerance", "verdict"),
    [
        (F(0), Verdict.REFUTED),
        (F(149, 1000), Verdict.REFUTED),
        (F(15, 100), Verdict.PROVED),
        (F(1), Verdict.PROVED),
    ],
)
def test_prosecutor_claims_around_the_truth(tolerance: Fraction, verdict: Verdict) -> None:
    """Her worst equilibrium is 7/10: OPT - 2 tolerance is right exactly from tolerance 3/20 on."""
    found = examine(load(PROSECUTOR), tolerance=tolerance).findings
    assert found[Guarantee.BAYES].verdict is verdict
    assert found[Guarantee.BEST_AI].verdict is verdict


def test_prosecutor_and_defender() -> None:
    """Opposed senders: distance 1/2, and both reveal everything in every equilibrium (5.5)."""
    report = examine(load(INSTANCES / "classics/opposed_advocates.toml"))
    assert report.alignment.simplex.epsilon == F(1, 2)
    assert {finding.verdict for finding in report.findings.values()} == {Verdict.PROVED}
    found = report.findings[Guarantee.BAYES]
    assert (found.bound.value, found.paper_bound) == (F(1), F(0))
    assert found.equilibrium is not None
    assert found.equilibrium.user_utility == 1


def test_a_claim_between_bound_and_equilibrium_stays_open() -> None:
    """Of drug sponsors with a bonus that may vary the rows prove 17/25, remarks by halves a little
    more, and others are not looked for; 18/25 is below 4/5.
    """
    found = vf.verify(
        load(INSTANCES / "regions/sponsors_bonus.toml"), ["bayes"], F(1, 25)
    ).guarantees["bayes"]
    assert (found.finding.bound.value, found.finding.claimed_bound) == (F(17009, 24000), F(18, 25))
    assert found.verdict is Verdict.OPEN
    assert found.certificate is None


def test_duplicate_actions_under_any_prove_nothing_that_is_false() -> None:
    """theory.md 7.1, identical dropped: two duplicate actions, each agent dislikes another one,
    distance 0.
    """
    states = {"l": F(1, 2), "r": F(1, 2)}
    user = {"one": [2, 0], "twin": [2, 0], "safe": [1, 1]}
    rows = {
        "hates one": {"one": [-8, -10], "twin": [12, 10], "safe": [1, 1]},
        "hates twin": {"one": [12, 10], "twin": [-8, -10], "safe": [1, 1]},
    }
    game = simple_game(states, user, rows)
    report = examine(game, [Guarantee.BAYES])
    assert report.alignment.simplex.epsilon == 0
    found = report.findings[Guarantee.BAYES]
    assert isinstance(found.setting.hypotheses["identical"], Fails)
    assert found.paper_bound is None
    assert found.verdict is not Verdict.PROVED or found.bound.value == found.claimed_bound


def test_limits_are_said_before_work_starts() -> None:
    with pytest.raises(SizeError, match=r"the limit is 3; raise it with --program-limit"):
        examine(load(PROSECUTOR), effort=Effort(program_limit=3))


def test_comparison_of_quantal_numbers_is_exact() -> None:
    def number(value: Fraction) -> QuotientSum:
        return QuotientSum("e", value)

    assert compare(F(1, 3), F(1, 3)) == Decided(0, 0)
    assert sign_of(F(1, 3), F(1, 2)) == -1
    assert sign_of(number(F(1, 3)), number(F(1, 3))) == 0
    tiny = F(1, 10**60)
    assert sign_of(number(tiny), number(F(0))) == 1
    assert enclose(number(tiny)).exact == tiny
    assert sign_of(F(1), number(F(1))) == 0 == sign_of(number(F(1)), F(1))


@pytest.mark.parametrize("eta", [300_000, 10**30])
@pytest.mark.parametrize("name", ["voter", "drug_sponsors", "home_buyer"])
def test_a_user_who_hardly_errs_is_decided_as_any_other(name: str, eta: int) -> None:
    game = load(INSTANCES / f"guarantees/{name}.toml")
    noiseless = replace(game, quantal=replace(game.quantal, eta=F(eta)))
    found = vf.verify(noiseless, [Guarantee.QUANTAL]).guarantees["quantal"]
    assert found.verdict is found.finding.verdict is Verdict.PROVED


def test_an_undecided_sign_is_not_a_negative_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not look like a refutation."""
    monkeypatch.setattr("verifier.theory.verdict.compare", lambda *_: UndecidedSign("too long"))
    for finding in examine(load(PROSECUTOR), tolerance=F(0)).findings.values():
        assert finding.verdict is Verdict.OPEN


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@settings(often, max_examples=8)
@given(game=games())
def test_what_is_asked_for_alone_is_what_is_found_with_all(ties: Ties, game: Game) -> None:
    """The worst equilibrium without the best, and each guarantee on a game that knows nothing yet.

    Certificates are the same, byte for byte, so that nothing depends on what was asked before.
    """
    note(write(game))
    game = replace(game, ties=ties)
    whole = examine(game)
    for guarantee, finding in whole.findings.items():
        alone = examine(replace(game), [guarantee], ends=[Goal.MINIMISE])
        assert alone.findings[guarantee].bound == finding.bound
        assert certificate(game, alone.findings[guarantee]) == certificate(game, finding)
    assert whole.alignment.cone.epsilon <= whole.alignment.simplex.epsilon
