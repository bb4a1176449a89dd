"""Forged equilibria of signals, forged deviations and forged pieces: each is refused, for the reason that is named."""

from __future__ import annotations

import copy
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.certificates import INSTANCES, judge, made
from tests.kernel.forging import Certificate, Forger, both, drop, put, repeat
from verifier.certificate import deviation_certificate, equilibrium_certificate
from verifier.game.instance import load, parse
from verifier.game.user import Stakes
from verifier.kernel.claims import check
from verifier.kernel.document import UnreadableError, WrongError
from verifier.kernel.instance import Game, read_game
from verifier.solve.exact import solve
from verifier.theory.equilibrium import exhibit
from verifier.theory.guarantee import Guarantee
from verifier.theory.profile import Refutation
from verifier.theory.profile import judge as judge_profile

PROSECUTOR = ("classics/prosecutor", "bayes")
TWO = ("classics/two_prosecutors", "bayes")
TWINS = ("counterexamples/identical", "bayes")
TWINS_AI = ("counterexamples/anonymous", "best-ai")
GAMMA = ("counterexamples/equilibrium", "bayes")
ROADS = ("counterexamples/learning_alphabet", "bayes")
QUESTION = ("counterexamples/learning_question_twin", "bayes")
SPONSORS_AI = ("guarantees/drug_sponsors", "best-ai")
NOISE = ("counterexamples/full_rationality", "quantal")

HER = ("equilibrium", "deterrence", 0)
BLOCK = (*HER, "blocks", 0)
OPTION = (*BLOCK, "options", 0)
PIECE = ("bound", "pieces", 0)
LOW = (*PIECE, "offers", 0, "low")


def alike(forger: Forger, *agents: int) -> Forger:
    """Does the same to the rule of each of these agents."""
    return lambda content: [forger(content["equilibrium"]["rules"][n]) for n in agents]


WRONG: list[tuple[str, tuple[str, str], Forger, str]] = [
    # the rules and her response
    ("probabilities beyond 1", PROSECUTOR, put("equilibrium", "rules", 0, "signal", 0, 2, "1"), "do not sum to 1"),
    ("a cell without a message", PROSECUTOR, drop("equilibrium", "rules", 0, "signal", 2), "do not sum to 1"),
    (
        "a negative probability",
        PROSECUTOR,
        both(put("equilibrium", "rules", 0, "signal", 0, 2, "-1"), put("equilibrium", "rules", 0, "signal", 1, 2, "2")),
        "negative probability",
    ),
    ("a rule for one agent only", TWO, drop("equilibrium", "rules", 1), "equilibrium.rules: expected one entry for every"),
    ("an agent's rule twice", TWO, repeat("equilibrium", "rules"), "equilibrium.rules: expected one entry for every"),
    (
        "more messages than there are",
        ("counterexamples/learning_alphabet_twin", "bayes"),
        lambda c: c.update(verdict="equilibrium", equilibrium=_four_words(c)),
        "more messages than there are",
    ),
    ("nothing said of a message", PROSECUTOR, drop("equilibrium", "response", 0), "one action for everything she may hear"),
    (
        "a response to what is never said",
        PROSECUTOR,
        lambda c: c["equilibrium"]["response"].append(["nothing", "x", "acquit"]),
        "one action for everything",
    ),
    (
        "two responses to one message",
        PROSECUTOR,
        lambda c: c["equilibrium"]["response"].append(["nothing", "convict", "acquit"]),
        "two actions for one thing",
    ),
    ("a response that is not best", PROSECUTOR, put("equilibrium", "response", 0, 2, "convict"), "she takes 'acquit'"),
    (
        "a tie broken against the order",
        TWO,
        put("equilibrium", "response", 0, 3, "acquit"),
        "she takes 'convict'",
    ),
    ("another utility for the user", PROSECUTOR, put("equilibrium", "user_utility", "1"), "7/10 follows, not 1"),
    ("a rule that is no longer common", TWINS_AI, alike(put("signal", 0, 1, "quiet"), 0), "equilibrium.rules: not common"),
    (
        "signals for a user who picks",
        SPONSORS_AI,
        both(lambda c: c.update(equilibrium=made(*TWINS)["equilibrium"])),
        "needs a common signal",
    ),
    ("a common signal for a user who hears all", TWINS, put("equilibrium", "kind", "common signal"), "no other does"),
    (
        "signals for a quantal user",
        ("guarantees/drug_sponsors", "quantal"),
        lambda c: c.update(equilibrium=made(*PROSECUTOR)["equilibrium"]),
        "a user who obeys",
    ),
    # the deterrence
    ("a deterrence left out", TWO, drop("equilibrium", "deterrence", 1), "equilibrium.deterrence: expected one entry"),
    ("a floor where she hears everybody", PROSECUTOR, put(*HER, "floor", "1"), "only a user who picks an agent has one"),
    ("a negative floor", TWINS_AI, put(*HER, "floor", "-1"), "only a user who picks an agent has one"),
    ("a price that is too low", PROSECUTOR, put(*OPTION, "prices", 1, 1, "1/2"), "is worth more than prosecutor's price"),
    ("a price that is too high", PROSECUTOR, put(*OPTION, "prices", 1, 1, "1"), "a deviation may give 1"),
    ("a price left out", PROSECUTOR, drop(*OPTION, "prices", 1), "one price for every cell"),
    ("no reasons", PROSECUTOR, put(*OPTION, "reasons", []), "is worth more than prosecutor's price"),
    ("a negative multiplier", PROSECUTOR, put(*OPTION, "reasons", 0, "against", 0, 2, "-1"), "inequality is negative"),
    ("a block twice", PROSECUTOR, repeat(*HER, "blocks"), "is not a block of types"),
    ("a block left out", PROSECUTOR, put(*HER, "blocks", []), "faces a user without a price"),
    ("a type twice", PROSECUTOR, repeat(*BLOCK, "types"), "is not a block of types"),
    ("a type that she cannot be", PROSECUTOR, put(*BLOCK, "types", [["nobody"]]), "is not a block of types"),
    (
        "types that belong together taken apart",
        TWO,
        put("equilibrium", "deterrence", 1, "knows", "own observation"),
        "is not a block of types",
    ),
    (
        "own observation where the user speaks",
        QUESTION,
        put("equilibrium", "deterrence", "knows", "own observation"),
        "could tell the agent what she has seen",
    ),
    # ties
    (
        "an action passed over for itself",
        TWINS,
        put(*BLOCK, "never", 0, 2, "second_brand"),
        "other actions than 'second_brand'",
    ),
    ("shares that do not sum to 1", TWINS, put(*BLOCK, "never", 0, 3, "1/2"), "shares that sum to 1"),
    (
        "a share that is negative",
        TWINS,
        put(*BLOCK, "never", [[0, "second_brand", "first_brand", "2"], [0, "second_brand", "wait", "-1"]]),
        "shares that sum to 1",
    ),
    ("an action that can be better", TWINS, put(*BLOCK, "never", 0, 2, "wait"), "'second_brand' can be better"),
    (
        "two actions passed over for each other",
        TWINS,
        lambda c: _at_block(c)["never"].append([0, "first_brand", "second_brand", "1"]),
        "does not pass over",
    ),
    ("a reply that does not tie", TWINS, put(*OPTION, "reasons", 0, "reply", 1, 1, "wait"), "does not tie with"),
    ("a reply beyond 1", TWINS, put(*OPTION, "reasons", 0, "reply", 0, 2, "1/2"), "shares that sum to 1"),
    (
        "a negative reply",
        TWINS,
        both(put(*OPTION, "reasons", 0, "reply", 0, 2, "-1"), put(*OPTION, "reasons", 0, "reply", 1, 2, "2")),
        "shares that sum to 1",
    ),
    ("without the adverse reply", TWINS, drop(*OPTION, "reasons", 0), "is worth more than"),
    # poor alphabets, gamma, conversations
    ("a set of messages left out", ROADS, drop("equilibrium", "deterrence", "blocks", 0, "options", 2), "no option covers"),
    (
        "an option for what she never does",
        ROADS,
        put("equilibrium", "deterrence", "blocks", 0, "options", 0, "only", 0, ["west"]),
        "a strategy that is not one",
    ),
    (
        "all in one option, at the price of two",
        ROADS,
        drop("equilibrium", "deterrence", "blocks", 0, "options", 0, "only"),
        "is worth more than guide's price",
    ),
    ("a conversation with a floor", ROADS, put("equilibrium", "deterrence", "floor", "1"), "expected guide's"),
    ("a conversation deterred for another", ROADS, put("equilibrium", "deterrence", "agent", "lamp"), "expected guide's"),
    (
        "a conversation worth less than it could be",
        ROADS,
        put("equilibrium", "rule", [[[["north_open", "east_open", "south_open"], None]]]),
        "may get|a deviation may give",
    ),
    ("another utility for the conversation", ROADS, put("equilibrium", "user_utility", "1"), "2/3 follows, not 1"),
    ("a conversation of two agents", TWO, lambda c: c.update(equilibrium=made(*ROADS)["equilibrium"]), "needs one agent"),
    # the quantal user
    (
        "a claim that QR does meet",
        NOISE,
        lambda c: c.update(made("counterexamples/full_rationality_twin", "quantal"), instance=c["instance"]),
        "does not enclose",
    ),
    # pieces
    (
        "pieces for a user who hears all",
        ("guarantees/drug_sponsors", "bayes"),
        lambda c: c["bound"].update(pieces=made(*SPONSORS_AI)["bound"]["pieces"]),
        "only for a user who picks the best AI",
    ),
    ("a piece that does not rise", SPONSORS_AI, put(*PIECE, "upper", "1/2"), "expected rising ends"),
    ("a piece that promises more", SPONSORS_AI, put(*PIECE, "upper", "31/40"), "does not offer the user enough|is claimed"),
    ("a negative start", SPONSORS_AI, put(*PIECE, "from", "-1"), "a nonnegative multiplier"),
    ("an unknown agent's offer", SPONSORS_AI, put(*PIECE, "offers", 0, "agent", "nobody"), "is unknown"),
    ("a negative weight of an offer", SPONSORS_AI, put(*PIECE, "offers", 0, "multiplier", "-1"), "a multiplier is negative"),
    ("a multiplier that overshoots", SPONSORS_AI, put(*PIECE, "marginal", 0, 2, "1"), "overshoot"),
    ("no offers at all", SPONSORS_AI, put(*PIECE, "offers", []), "overshoot|is claimed"),
    ("an offer of more than 1", SPONSORS_AI, put(*LOW, 0, "sends", 0, 1, "2"), "do not sum to 1"),
    ("an offer of less than nothing", SPONSORS_AI, put(*LOW, 0, "sends", 0, 1, "-1"), "a negative probability"),
    ("an offer of an unknown action", SPONSORS_AI, put(*LOW, 0, "strategy", ["pray"]), "'pray' is not an action"),
    (
        "an offer with two actions for one observation",
        SPONSORS_AI,
        put(*LOW, 0, "strategy", ["wait", "wait"]),
        "one action for every",
    ),
    ("an offer that she does not follow", SPONSORS_AI, put(*LOW, 0, "strategy", ["take_b"]), "she may take"),
    ("an offer that she need not follow", SPONSORS_AI, put(*LOW, 0, "nudge", []), "she may take"),
    (
        "an offer that gives her too little",
        SPONSORS_AI,
        put(
            "bound",
            "pieces",
            1,
            "offers",
            0,
            "high",
            [
                {
                    "strategy": ["wait"],
                    "sends": [["suits_a", "1"], ["suits_b", "1"], ["neither", "1"]],
                    "nudge": [["neither", "1"]],
                }
            ],
        ),
        "does not offer the user enough|she may take",
    ),
    ("a piece left out", SPONSORS_AI, drop("bound", "pieces", 0), "overshoot|is claimed|is stated"),
]

UNREADABLE: list[tuple[str, tuple[str, str], Forger, str]] = [
    ("an unknown cell", PROSECUTOR, put("equilibrium", "rules", 0, "signal", 0, 0, "alibi"), "unknown cells"),
    ("a message twice", PROSECUTOR, repeat("equilibrium", "rules", 0, "signal"), "unknown cells"),
    ("an unknown action", PROSECUTOR, put("equilibrium", "response", 0, 2, "pardon"), "'pardon' is not an action"),
    ("what nobody knows", PROSECUTOR, put(*HER, "knows", "everything"), "equilibrium.deterrence.knows"),
    ("an unknown price", PROSECUTOR, put(*OPTION, "prices", 0, 0, "alibi"), "'alibi' is not one of"),
    ("a reason twice", PROSECUTOR, repeat(*OPTION, "reasons"), "a strategy appears twice"),
    ("a type by another number", PROSECUTOR, put(*OPTION, "reasons", 0, "against", 0, 0, 1), "1 is not one of 0"),
    ("a negative number of a type", PROSECUTOR, put(*OPTION, "reasons", 0, "against", 0, 0, -1), "-1 is not one of 0"),
    ("a truth value for a type", PROSECUTOR, put(*OPTION, "reasons", 0, "against", 0, 0, False), "not of type int"),
    ("an unknown kind", PROSECUTOR, put("equilibrium", "kind", "optimal plan"), "equilibrium.kind"),
    ("an unknown key of an option", PROSECUTOR, put(*OPTION, "value", "3/5"), "unknown key 'value'"),
    ("an offer to an unknown cell", SPONSORS_AI, put(*LOW, 0, "sends", 0, 0, "suits_c"), "'suits_c' is not one of"),
    ("a cell offered twice", SPONSORS_AI, repeat(*LOW, 0, "sends"), "appears twice"),
]


def _at_block(content: Certificate) -> Certificate:
    block: Certificate = content["equilibrium"]["deterrence"][0]["blocks"][0]
    return block


def _four_words(content: Certificate) -> Certificate:
    """The three roads named by four words, where the alphabet has three."""
    for key in ("tolerance", "claimed_bound", "hull", "bound"):
        content.pop(key, None)
    roads = ("north", "east", "south")
    signal = [[f"{road}_open", road, "1"] for road in roads]
    signal[0][2] = "1/2"
    signal.append(["north_open", "north again", "1/2"])
    response = [["nothing", road, road] for road in roads] + [["nothing", "north again", "north"]]
    prices = [[f"{road}_open", "1/3"] for road in roads]
    block = {"types": [["nothing"]], "options": [{"prices": prices, "reasons": []}]}
    held = {"agent": "guide", "knows": "own observation", "floor": "0", "blocks": [block]}
    return {"kind": "signals", "user_utility": "1", "rules": [{"agent": "guide", "signal": signal}],
            "response": response, "deterrence": [held]}  # fmt: skip


@pytest.mark.parametrize(("source", "forge", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_forged_equilibrium_is_wrong(source: tuple[str, str], forge: Forger, reason: str) -> None:
    content = made(*source)
    judge(content, source[0])
    forge(content)
    with pytest.raises(WrongError, match=reason):
        judge(content, source[0])


@pytest.mark.parametrize(("source", "forge", "reason"), [c[1:] for c in UNREADABLE], ids=[c[0] for c in UNREADABLE])
def test_a_forged_equilibrium_is_unreadable(source: tuple[str, str], forge: Forger, reason: str) -> None:
    content = made(*source)
    forge(content)
    with pytest.raises(UnreadableError, match=reason):
        judge(content, source[0])


@cache
def _kernel_game(text: str) -> Game:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.toml"
        path.write_text(text, encoding="utf-8")
        return read_game(str(path))


def shown(text: str, guarantee: str = "bayes", kind: str | None = None) -> Certificate:
    """The certificate of the worst equilibrium (of a kind) that is found in a game."""
    game = parse(text, "game.toml")
    found = exhibit(Stakes(game), Guarantee(guarantee), solve).equilibria
    chosen = next(e for e in found if kind is None or e.kind == kind)
    content: Certificate = json.loads(equilibrium_certificate(game, Guarantee(guarantee), chosen))
    return content


def says(content: Any, text: str) -> str:
    return check(copy.deepcopy(content), _kernel_game(text), {})


JUDGE = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")


def with_ties(rule: str) -> str:
    return JUDGE.replace('ties = "any"', f'ties = "{rule}"') if "ties" in JUDGE else JUDGE + f'\n[model]\nties = "{rule}"\n'


@pytest.mark.parametrize("rule", ["any", "belief", "favour-speaker"])
def test_the_optimal_signal_is_an_equilibrium_under_every_tie_rule_that_can_favour_it(rule: str) -> None:
    said = says(shown(with_ties(rule)), with_ties(rule))
    assert said == "equilibrium: the bayes user gets 7/10, and no agent gains more than 0"


@pytest.mark.parametrize("rule", ["belief", "favour-speaker"])
def test_only_any_and_order_pass_over_actions(rule: str) -> None:
    content = shown(with_ties(rule))
    content["equilibrium"]["deterrence"][0]["blocks"][0]["never"] = [[0, "convict", "acquit", "1"]]
    with pytest.raises(WrongError, match=r"can be better|does not pass over"):
        says(content, with_ties(rule))


def test_a_twin_is_passed_over_under_order_only_for_an_earlier_one() -> None:
    text = (INSTANCES / "guarantees/twin_flights.toml").read_text(encoding="utf-8")
    content = shown(text, kind="partition")
    block = content["equilibrium"]["deterrence"][0]["blocks"][0]
    block["never"] = [[0, "second_airline", "first_airline", "1"]]
    says(content, text)
    block["never"] = [[0, "first_airline", "second_airline", "1"]]
    with pytest.raises(WrongError, match="ties = order does not pass over 'first_airline'"):
        says(content, text)
    block["never"] = []
    block["options"][0]["reasons"] = [{"strategy": ["first_airline"], "reply": [[0, "second_airline", "1"]]}]
    with pytest.raises(WrongError, match="does not tie with"):
        says(content, text)


def test_under_belief_one_posterior_has_one_action() -> None:
    """Two messages that both leave her at even odds, and two actions."""
    text = """
        format = 1
        title = "coin"
        states = ["heads", "tails"]
        actions = ["h", "t"]
        prior = { heads = "1/2", tails = "1/2" }
        user.utility = { h = { heads = 1, tails = 0 }, t = { heads = 0, tails = 1 } }
        agents = [{ name = "i", utility = { h = { heads = 0, tails = 0 }, t = { heads = 0, tails = 0 } } }]
        model.ties = "belief"
    """
    prices = {"types": [["nothing"]], "options": [{"prices": [["heads", "0"], ["tails", "0"]], "reasons": []}]}
    content = shown(text)
    content["equilibrium"] = {
        "kind": "signals", "user_utility": "1/2",
        "rules": [{"agent": "i", "signal": [[y, m, "1/2"] for y in ("heads", "tails") for m in ("m", "n")]}],
        "response": [["nothing", "m", "h"], ["nothing", "n", "h"]],
        "deterrence": [{"agent": "i", "knows": "own observation", "floor": "0", "blocks": [prices]}],
    }  # fmt: skip
    assert says(content, text).startswith("equilibrium: the bayes user gets 1/2")
    content["equilibrium"]["response"][1][2] = "t"
    with pytest.raises(WrongError, match="leads to a belief at which she takes 'h'"):
        says(content, text)


def test_a_gain_of_gamma_is_allowed_and_no_more() -> None:
    content = made(*GAMMA)
    assert judge(content, GAMMA[0]).startswith("refuted: an equilibrium gives the user 4/5")
    prices = content["equilibrium"]["deterrence"][0]["blocks"][0]["options"][0]["prices"]
    prices[0][1] = "91/100"
    with pytest.raises(WrongError, match="first inspector has 4/5, a deviation may give"):
        judge(content, GAMMA[0])


def silent_prosecutor() -> tuple[str, Certificate]:
    game = load(INSTANCES / "classics/prosecutor.toml")
    from fractions import Fraction

    quiet = {"prosecutor": {x: {"nothing": Fraction(1)} for x in game.states}}
    found = judge_profile(Stakes(game), quiet, solve)
    assert isinstance(found, Refutation)
    content: Certificate = json.loads(deviation_certificate(game, found))
    return JUDGE, content


def test_silence_is_no_equilibrium() -> None:
    text, content = silent_prosecutor()
    assert says(content, text).startswith("no equilibrium: prosecutor has at most 0, and gets at least ")


@pytest.mark.parametrize(
    ("forge", "error", "reason"),
    [
        (put("deviation", "signal", [["innocent", "m", "1"], ["guilty", "m", "1"]]), WrongError, "may get only 0"),
        (put("deviation", "agent", "judge"), UnreadableError, "'judge' is not an agent"),
        (put("deviation", "rules", []), WrongError, "deviation.rules|one entry for every agent"),
        (put("guarantee", "quantal"), WrongError, "only for a user who hears every agent"),
        (put("instance", "sha256:0"), WrongError, "instance: the certificate is for"),
        # at the supremum she is indifferent: what he surely gets is nothing
        (
            put("deviation", "signal", [["innocent", "c", "3/7"], ["innocent", "a", "4/7"], ["guilty", "c", "1"]]),
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


def test_a_deviation_must_gain_more_than_gamma() -> None:
    text, content = silent_prosecutor()
    allowed = text + '\n[claim]\ngamma = "3/5"\n'
    content["instance"] = _kernel_game(allowed).digest()
    with pytest.raises(WrongError, match="may have 0, and may get only"):
        says(content, allowed)


def test_a_user_who_may_hear_too_much_is_unreadable() -> None:
    states = [f"s{n}" for n in range(3)]
    row = "{ " + ", ".join(f"{y} = 1" for y in states) + " }"
    prior = "{ " + ", ".join(f'{y} = "1/3"' for y in states) + " }"
    agents = ", ".join(f'{{ name = "g{n}", utility = {{ a = {row} }} }}' for n in range(17))
    text = f"""
        format = 1
        title = "crowd"
        states = {json.dumps(states)}
        actions = ["a"]
        prior = {prior}
        user.utility = {{ a = {row} }}
        agents = [{agents}]
    """
    content = made(*PROSECUTOR)
    for key in ("tolerance", "claimed_bound", "hull", "bound"):
        del content[key]
    words = [[y, m, "1/2"] for y in states for m in ("m", "n")]
    content |= {"verdict": "equilibrium", "instance": _kernel_game(text).digest()}
    content["equilibrium"]["rules"] = [{"agent": f"g{n}", "signal": words} for n in range(17)]
    with pytest.raises(UnreadableError, match="too large: the user may hear 393216 things"):
        says(content, text)


def test_too_many_strategies_are_unreadable() -> None:
    users = [f"x{n}" for n in range(13)]
    joint = ", ".join(f'["{x}", "y", "y", "1/13"]' for x in users)
    text = f"""
        format = 1
        title = "many"
        states = ["y"]
        actions = ["a", "b"]
        user_observations = {json.dumps(users)}
        agent_observations = ["y"]
        joint = [{joint}]
        user.utility = {{ a = {{ y = 1 }}, b = {{ y = 0 }} }}
        agents = [{{ name = "i", utility = {{ a = {{ y = 0 }}, b = {{ y = 1 }} }} }}]
    """
    content = made(*PROSECUTOR)
    for key in ("tolerance", "claimed_bound", "hull", "bound"):
        del content[key]
    content |= {"verdict": "equilibrium", "instance": _kernel_game(text).digest()}
    block = {"types": [[x] for x in users], "options": [{"prices": [["y", "0"]], "reasons": []}]}
    content["equilibrium"] = {
        "kind": "signals", "user_utility": "1", "rules": [{"agent": "i", "signal": [["y", "m", "1"]]}],
        "response": [[x, "m", "a"] for x in users],
        "deterrence": [{"agent": "i", "knows": "own observation", "floor": "0", "blocks": [block]}],
    }  # fmt: skip
    with pytest.raises(UnreadableError, match="up to 5000 user strategies"):
        says(content, text)
