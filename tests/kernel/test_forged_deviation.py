"""Forged deviations, by which an agent is said to gain: each is refused, for the reason that is
named.
"""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from tests.kernel.building import head, says
from tests.kernel.certificates import INSTANCES
from tests.kernel.forging import Certificate, Forger, add, both, drop, put, repeat
from verifier.certificate import deviation_certificate
from verifier.game.reader import load
from verifier.kernel.reader.document import UnreadableError, WrongError
from verifier.solve.effort import Effort
from verifier.theory.judge import Refutation
from verifier.theory.judge import judge as judge_profile

F = Fraction

JUDGE = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")
TWO = (INSTANCES / "classics/two_prosecutors.toml").read_text(encoding="utf-8")

SILENCE = [["innocent", "m", "1"], ["guilty", "m", "1"]]
OBEYED = [["innocent", "convict", "2/5"], ["innocent", "acquit", "3/5"], ["guilty", "convict", "1"]]
"""She strictly prefers to convict: he surely gets 3/10 + 7/10 * 2/5 = 29/50."""
SUPREMUM = [
    ["innocent", "convict", "3/7"],
    ["innocent", "acquit", "4/7"],
    ["guilty", "convict", "1"],
]
"""Told "convict" she is indifferent: he gets 3/5 if she convicts, and nothing if she acquits."""


def with_model(ties: str = "any", gamma: str = "0") -> str:
    return JUDGE + f'\n[model]\nties = "{ties}"\n[claim]\ngamma = "{gamma}"\n'


def leaves_silence(
    signal: list[list[str]], text: str = JUDGE, guarantee: str = "bayes"
) -> Certificate:
    """The prosecutor says nothing, and changes to a signal."""
    changed = {
        "rules": [{"agent": "prosecutor", "signal": SILENCE}],
        "agent": "prosecutor",
        "signal": signal,
    }
    return {**head(text, guarantee, "no equilibrium"), "deviation": changed}


@pytest.mark.parametrize("guarantee", ["bayes", "best-ai"])
@pytest.mark.parametrize("ties", ["any", "belief", "favour-speaker", "order"])
def test_a_signal_that_she_strictly_obeys_leaves_silence_behind_under_every_tie_rule(
    ties: str, guarantee: str
) -> None:
    said = says(leaves_silence(OBEYED, with_model(ties), guarantee), with_model(ties))
    assert said == (
        f"no equilibrium: with the {guarantee} user prosecutor has at most 0, and gets at least"
        " 29/50 by deviating"
    )


def test_where_she_is_indifferent_only_favour_speaker_counts_on_her() -> None:
    text = with_model("favour-speaker")
    assert says(leaves_silence(SUPREMUM, text), text).endswith("and gets at least 3/5 by deviating")
    for ties in ("any", "belief", "order"):  # under `order` she acquits, the action listed first
        text = with_model(ties)
        with pytest.raises(
            WrongError, match="prosecutor may have 0, and may get only 0 by deviating"
        ):
            says(leaves_silence(SUPREMUM, text), text)


def test_under_order_the_first_best_action_counts() -> None:
    """Conviction is listed first, so at indifference she convicts."""
    text = with_model("order").replace('["acquit", "convict"]', '["convict", "acquit"]')
    assert says(leaves_silence(SUPREMUM, text), text).endswith("and gets at least 3/5 by deviating")


def test_what_he_has_before_is_the_most_that_he_may_have() -> None:
    """He has 3/5 at best from the supremum, though perhaps nothing: to get 29/50 is no gain that is
    sure.
    """
    content = leaves_silence(OBEYED)
    content["deviation"]["rules"][0]["signal"] = SUPREMUM
    with pytest.raises(
        WrongError, match="prosecutor may have 3/5, and may get only 29/50 by deviating"
    ):
        says(content, JUDGE)


def test_a_gain_of_exactly_gamma_is_none() -> None:
    text = with_model(gamma="29/50")
    with pytest.raises(WrongError, match="may get only 29/50 by deviating"):
        says(leaves_silence(OBEYED, text), text)
    text = with_model(gamma="57/100")
    assert says(leaves_silence(OBEYED, text), text).startswith("no equilibrium")


def silent_prosecutor() -> tuple[str, Certificate]:
    game = load(INSTANCES / "classics/prosecutor.toml")
    quiet = {"prosecutor": {x: {"nothing": F(1)} for x in game.states}}
    found = judge_profile(game, quiet, Effort())
    assert isinstance(found, Refutation)
    content: Certificate = json.loads(deviation_certificate(game, found))
    return JUDGE, content


def test_silence_is_no_equilibrium() -> None:
    text, content = silent_prosecutor()
    assert says(content, text).startswith(
        "no equilibrium: with the bayes user prosecutor has at most 0, and gets at least "
    )


@pytest.mark.parametrize(
    ("forge", "error", "reason"),
    [
        (
            put("deviation", "signal", [["innocent", "m", "1"], ["guilty", "m", "1"]]),
            WrongError,
            "may get only 0",
        ),
        (put("deviation", "agent", "judge"), UnreadableError, "'judge' is not an agent"),
        (put("deviation", "rules", []), WrongError, "deviation.rules|one entry for every agent"),
        (put("guarantee", "quantal"), WrongError, "only for a user who hears every agent"),
        (put("instance", "sha256:0"), WrongError, "instance: the certificate is for"),
        (put("ties", "order"), WrongError, "ties: the certificate is for"),
        (put("verdict", "equilibrium"), UnreadableError, "key 'deviation'|key 'equilibrium'"),
        (put("equilibrium", {}), UnreadableError, "unknown key 'equilibrium'"),
        (put("tolerance", "0"), UnreadableError, "unknown key 'tolerance'"),
        (drop("deviation"), UnreadableError, "missing key 'deviation'"),
        (put("deviation", "gain", "1"), UnreadableError, "unknown key 'gain'"),
        (put("deviation", "signal", []), WrongError, "do not sum to 1"),
        (put("deviation", "signal", SILENCE[:1]), WrongError, "do not sum to 1"),
        (put("deviation", "signal", [["alibi", "m", "1"]]), UnreadableError, "unknown cells"),
        (add("deviation", "signal", ["guilty", "m", "-1"]), WrongError, "negative probability"),
        (put("deviation", "signal", 0, 2, 1.0), UnreadableError, "not a number"),
        (repeat("deviation", "rules"), WrongError, "one entry for every agent"),
        (put("deviation", "rules", 0, "agent", "judge"), WrongError, "one entry for every agent"),
        # at the supremum she is indifferent: what he surely gets is nothing
        (
            put(
                "deviation",
                "signal",
                [["innocent", "c", "3/7"], ["innocent", "a", "4/7"], ["guilty", "c", "1"]],
            ),
            WrongError,
            "may get only 0",
        ),
    ],
)
def test_a_forged_deviation_is_refused(forge: Forger, error: type[Exception], reason: str) -> None:
    text, content = silent_prosecutor()
    forge(content)
    with pytest.raises(error, match=reason):
        says(content, text)


def two_are_silent(guarantee: str = "bayes") -> Certificate:
    rules = [{"agent": f"{n} prosecutor", "signal": SILENCE} for n in ("first", "second")]
    changed = {"rules": rules, "agent": "second prosecutor", "signal": OBEYED}
    return {**head(TWO, guarantee, "no equilibrium"), "deviation": changed}


def test_one_of_two_silent_agents_gains_by_speaking() -> None:
    said = says(two_are_silent(), TWO)
    assert said == (
        "no equilibrium: with the bayes user second prosecutor has at most 0, and gets at least"
        " 29/50 by deviating"
    )


@pytest.mark.parametrize("guarantee", ["best-ai", "quantal"])
def test_a_user_who_does_not_hear_everybody_is_not_judged(guarantee: str) -> None:
    with pytest.raises(WrongError, match="deviation: only for a user who hears every agent"):
        says(two_are_silent(guarantee), TWO)


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (drop("deviation", "rules", 0), "one entry for every agent"),
        (
            both(drop("deviation", "rules", 0), repeat("deviation", "rules")),
            "one entry for every agent",
        ),
        (
            put("deviation", "rules", 0, "signal", [["innocent", "i", "1"], ["guilty", "g", "1"]]),
            "may have 3/10, and may get",
        ),
    ],
)
def test_what_the_other_agent_says_counts(forge: Forger, reason: str) -> None:
    content = two_are_silent()
    forge(content)
    with pytest.raises(WrongError, match=reason):
        says(content, TWO)


def test_a_deviation_needs_messages_that_exist() -> None:
    text = JUDGE + "\n[conversation]\nagent_alphabet = 2\n"
    assert says(leaves_silence(OBEYED, text), text).startswith("no equilibrium")
    with pytest.raises(
        WrongError, match="the signal of prosecutor has more messages than there are"
    ):
        says(leaves_silence([*OBEYED, ["guilty", "pardon", "0"]], text), text)


def test_a_deviation_cannot_tell_apart_what_the_agent_cannot() -> None:
    text = JUDGE.replace(
        'name = "prosecutor"', 'name = "prosecutor"\nsees = [["innocent", "guilty"]]'
    )
    content = leaves_silence(OBEYED, text)
    content["deviation"]["rules"][0]["signal"] = SILENCE[:1]
    with pytest.raises(UnreadableError, match="the signal of prosecutor: unknown cells"):
        says(content, text)
