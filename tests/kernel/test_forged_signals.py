"""Forged rules and responses, and signals for the wrong kind of user: each is refused, for the
reason that is named.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.games import informed_game, simple_game
from tests.kernel.building import block, deterred, head, option, says, shown, signals
from tests.kernel.certificates import INSTANCES, judge, made
from tests.kernel.forging import (
    Certificate,
    Forger,
    add,
    both,
    drop,
    profile_only,
    put,
    refuse,
    repeat,
)
from verifier.game.model import NOTHING, Conversation
from verifier.kernel.reader.document import UnreadableError, WrongError

F = Fraction

PROSECUTOR = ("classics/prosecutor", "bayes")
TWO = ("classics/two_prosecutors", "bayes")
TWINS = ("counterexamples/identical", "bayes")
TWINS_AI = ("counterexamples/anonymous", "best-ai")
SPONSORS_AI = ("guarantees/drug_sponsors", "best-ai")


def alike(forger: Forger, *agents: int) -> Forger:
    """Does the same to the rule of each of these agents."""
    return lambda content: [forger(content["equilibrium"]["rules"][n]) for n in agents]


WRONG: list[tuple[str, tuple[str, str], Forger, str]] = [
    # the rules and her response
    (
        "probabilities beyond 1",
        PROSECUTOR,
        put("equilibrium", "rules", 0, "signal", 0, 2, "1"),
        "do not sum to 1",
    ),
    (
        "a cell without a message",
        PROSECUTOR,
        drop("equilibrium", "rules", 0, "signal", 2),
        "do not sum to 1",
    ),
    (
        "a negative probability",
        PROSECUTOR,
        both(
            put("equilibrium", "rules", 0, "signal", 0, 2, "-1"),
            put("equilibrium", "rules", 0, "signal", 1, 2, "2"),
        ),
        "negative probability",
    ),
    (
        "a rule for one agent only",
        TWO,
        drop("equilibrium", "rules", 1),
        "equilibrium.rules: expected one entry for every",
    ),
    (
        "an agent's rule twice",
        TWO,
        repeat("equilibrium", "rules"),
        "equilibrium.rules: expected one entry for every",
    ),
    (
        "more messages than there are",
        ("counterexamples/learning_alphabet_twin", "bayes"),
        lambda c: c.update(verdict="equilibrium", equilibrium=_four_words(c)),
        "more messages than there are",
    ),
    (
        "nothing said of a message",
        PROSECUTOR,
        drop("equilibrium", "response", 0),
        "one action for everything she may hear",
    ),
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
    (
        "a response that is not best",
        PROSECUTOR,
        put("equilibrium", "response", 0, 2, "convict"),
        "she takes 'acquit'",
    ),
    (
        "a tie broken against the order",
        TWO,
        put("equilibrium", "response", 0, 3, "acquit"),
        "she takes 'convict'",
    ),
    (
        "another utility for the user",
        PROSECUTOR,
        put("equilibrium", "user_utility", "1"),
        "7/10 follows, not 1",
    ),
    (
        "a rule that is no longer common",
        TWINS_AI,
        alike(put("signal", 0, 1, "quiet"), 0),
        "equilibrium.rules: not common",
    ),
    (
        "signals for a user who picks",
        SPONSORS_AI,
        both(lambda c: c.update(equilibrium=made(*TWINS)["equilibrium"])),
        "needs a common signal",
    ),
    (
        "a common signal for a user who hears all",
        TWINS,
        put("equilibrium", "kind", "common signal"),
        "no other does",
    ),
    (
        "signals for a quantal user",
        ("guarantees/drug_sponsors", "quantal"),
        lambda c: c.update(equilibrium=made(*PROSECUTOR)["equilibrium"]),
        "a quantal user needs full revelation",
    ),
    (
        "a rule for somebody else",
        PROSECUTOR,
        put("equilibrium", "rules", 0, "agent", "judge"),
        "expected one entry for every",
    ),
    ("no rules", PROSECUTOR, put("equilibrium", "rules", []), "expected one entry for every"),
    (
        "probabilities below 1",
        PROSECUTOR,
        drop("equilibrium", "rules", 0, "signal", 0),
        "do not sum to 1",
    ),
    (
        "a response to a message of probability 0",
        PROSECUTOR,
        both(
            add("equilibrium", "rules", 0, "signal", ["guilty", "pardon", "0"]),
            add("equilibrium", "response", ["nothing", "pardon", "acquit"]),
        ),
        "one action for everything she may hear",
    ),
    (
        "a response to a message that is sent elsewhere only",
        TWO,
        add(
            "equilibrium",
            "response",
            ["nothing", "innocent or guilty", "innocent or guilty", "acquit"],
        ),
        "one action for everything she may hear",
    ),
    (
        "a response to one agent only",
        TWO,
        drop("equilibrium", "response", 0, 1),
        "one action for everything she may hear",
    ),
    (
        "messages in another order",
        TWO,
        lambda c: _turn(c["equilibrium"]["response"]),
        "one action for everything",
    ),
    (
        "an action alone",
        PROSECUTOR,
        put("equilibrium", "response", 0, ["acquit"]),
        "one action for everything she may hear",
    ),
    (
        "a common signal for a user with one agent",
        ("classics/prosecutor", "best-ai"),
        put("equilibrium", "kind", "common signal"),
        "no other does",
    ),
    (
        "a smaller utility for the user",
        PROSECUTOR,
        put("equilibrium", "user_utility", "1/2"),
        "7/10 follows, not 1/2",
    ),
    (
        "a common signal with one rule",
        TWINS_AI,
        drop("equilibrium", "rules", 1),
        "equilibrium.rules: expected one entry",
    ),
]

UNREADABLE: list[tuple[str, tuple[str, str], Forger, str]] = [
    (
        "an unknown cell",
        PROSECUTOR,
        put("equilibrium", "rules", 0, "signal", 0, 0, "alibi"),
        "unknown cells",
    ),
    ("a message twice", PROSECUTOR, repeat("equilibrium", "rules", 0, "signal"), "unknown cells"),
    (
        "an unknown action",
        PROSECUTOR,
        put("equilibrium", "response", 0, 2, "pardon"),
        "'pardon' is not an action",
    ),
    ("an unknown kind", PROSECUTOR, put("equilibrium", "kind", "optimal plan"), "equilibrium.kind"),
    (
        "a probability that is a float",
        PROSECUTOR,
        put("equilibrium", "rules", 0, "signal", 0, 2, 1.0),
        "not a number",
    ),
    (
        "a probability that is true",
        PROSECUTOR,
        put("equilibrium", "rules", 0, "signal", 2, 2, True),
        "not a number",
    ),
    (
        "a probability over zero",
        PROSECUTOR,
        put("equilibrium", "rules", 0, "signal", 2, 2, "1/0"),
        "zero denominator",
    ),
    (
        "a message that is a number",
        PROSECUTOR,
        put("equilibrium", "rules", 0, "signal", 2, 1, 1),
        "not of type str",
    ),
    (
        "a message of probability 0 twice",
        PROSECUTOR,
        add("equilibrium", "rules", 0, "signal", ["guilty", "convict", "0"]),
        "unknown cells",
    ),
    (
        "an action that is a number",
        PROSECUTOR,
        put("equilibrium", "response", 0, 2, 0),
        "not of type str",
    ),
    (
        "a response that is a word",
        PROSECUTOR,
        put("equilibrium", "response", 0, "acquit"),
        "expected a list",
    ),
    ("no deterrence", PROSECUTOR, drop("equilibrium", "deterrence"), "missing key 'deterrence'"),
    ("a rule beside the signals", PROSECUTOR, put("equilibrium", "rule", []), "unknown key 'rule'"),
]


def _turn(response: list[list[str]]) -> None:
    for record in response:
        record[1], record[2] = record[2], record[1]


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
    return {
        "kind": "signals",
        "user_utility": "1",
        "rules": [{"agent": "guide", "signal": signal}],
        "response": response,
        "deterrence": [held],
    }


@pytest.mark.parametrize(
    ("source", "forge", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_forged_signal_is_wrong(source: tuple[str, str], forge: Forger, reason: str) -> None:
    refuse(source, forge, WrongError, reason)


@pytest.mark.parametrize(
    ("source", "forge", "reason"), [c[1:] for c in UNREADABLE], ids=[c[0] for c in UNREADABLE]
)
def test_a_forged_signal_is_unreadable(source: tuple[str, str], forge: Forger, reason: str) -> None:
    refuse(source, forge, UnreadableError, reason)


def test_under_belief_one_posterior_has_one_action() -> None:
    """Two messages that both leave her at even odds, and two actions."""
    text = """
        format = 1
        title = "coin"
        states = ["heads", "tails"]
        actions = ["h", "t"]
        prior = { heads = "1/2", tails = "1/2" }
        user.utility = { h = { heads = 1, tails = 0 }, t = { heads = 0, tails = 1 } }
        [[agents]]
        name = "i"
        utility = { h = { heads = 0, tails = 0 }, t = { heads = 0, tails = 0 } }
        [model]
        ties = "belief"
    """
    prices = {
        "types": [["nothing"]],
        "options": [{"prices": [["heads", "0"], ["tails", "0"]], "reasons": []}],
    }
    content = shown(text)
    content["equilibrium"] = {
        "kind": "signals",
        "user_utility": "1/2",
        "rules": [
            {
                "agent": "i",
                "signal": [[y, m, "1/2"] for y in ("heads", "tails") for m in ("m", "n")],
            }
        ],
        "response": [["nothing", "m", "h"], ["nothing", "n", "h"]],
        "deterrence": [
            {"agent": "i", "knows": "own observation", "floor": "0", "blocks": [prices]}
        ],
    }
    assert says(content, text).startswith("equilibrium: the bayes user gets 1/2")
    content["equilibrium"]["response"][1][2] = "t"
    with pytest.raises(WrongError, match="leads to a belief at which she takes 'h'"):
        says(content, text)


def test_messages_may_hold_any_text_and_are_told_apart() -> None:
    """Joined, what the two agents say would be the same in both states."""
    careless = {"a": (0, 0), "b": (0, 0)}
    game = simple_game(
        {"s": F(1, 2), "t": F(1, 2)}, {"a": (1, 0), "b": (0, 1)}, {"i": careless, "j": careless}
    )
    rules = {"i": [["s", "m,n", "1"], ["t", "m", "1"]], "j": [["s", "o", "1"], ["t", "n,o", "1"]]}
    response = [["nothing", "m,n", "o", "a"], ["nothing", "m", "n,o", "b"]]
    first = deterred(
        "i",
        block([["nothing", "o"]], option({"s": "0"})),
        block([["nothing", "n,o"]], option({"t": "0"})),
    )
    second = deterred(
        "j",
        block([["nothing", "m"]], option({"t": "0"})),
        block([["nothing", "m,n"]], option({"s": "0"})),
    )
    content = signals(game, rules, response, "1", [first, second])
    assert says(content, game).startswith("equilibrium: the bayes user gets 1")
    content["equilibrium"]["response"][0][1:3] = ["m", "n,o"]
    with pytest.raises(WrongError, match="two actions for one thing she may hear"):
        says(content, game)


def test_a_signal_speaks_of_every_cell_and_of_nothing_finer() -> None:
    """The agent cannot tell o from p, and q is never seen."""
    joint = {("x", "o", "y"): F(1, 2), ("x", "p", "y"): F(1, 2)}
    game = informed_game(
        ("x",),
        ("o", "p", "q"),
        ("y",),
        joint,
        {"a": (0,)},
        {"i": ({"a": (0,)}, [("o", "p"), ("q",)])},
    )

    def spoken(*signal: list[str]) -> str:
        held = [deterred("i", block([["x"]], option({"o": "0"})))]
        return says(signals(game, {"i": list(signal)}, [["x", "m", "a"]], "0", held), game)

    assert spoken(["o", "m", "1"], ["q", "n", "1"]).startswith("equilibrium")
    with pytest.raises(UnreadableError, match="the signal of i: unknown cells"):
        spoken(["o", "m", "1"], ["p", "n", "1"], ["q", "n", "1"])
    with pytest.raises(WrongError, match="the signal of i: probabilities do not sum to 1"):
        spoken(["o", "m", "1"])


@pytest.mark.parametrize(
    ("letters", "rounds", "messages", "good"),
    [(2, 1, 2, True), (2, 1, 3, False), (2, 2, 4, True), (2, 2, 5, False)],
)
def test_messages_are_counted_even_if_they_are_never_sent(
    letters: int, rounds: int, messages: int, good: bool
) -> None:
    talk = Conversation(rounds, 1, letters)
    game = simple_game({"s": 1}, {"a": (0,)}, {"i": {"a": (0,)}}, conversation=talk)
    words = [["s", f"m{n}", str(int(n == 0))] for n in range(messages)]
    held = [deterred("i", block([[NOTHING]], option({"s": "0"})))]
    content = signals(game, {"i": words}, [[NOTHING, "m0", "a"]], "0", held)
    if good:
        assert says(content, game).startswith("equilibrium")
    else:
        with pytest.raises(WrongError, match="the signal of i has more messages than there are"):
            says(content, game)


def test_an_equilibrium_of_another_instance_is_refused() -> None:
    """One in five defendants is guilty, not three in ten."""
    text = (
        (INSTANCES / "classics/prosecutor.toml")
        .read_text(encoding="utf-8")
        .replace("7/10", "4/5")
        .replace("3/10", "1/5")
    )
    content = made(*PROSECUTOR)
    profile_only(content)
    judge(content, PROSECUTOR[0])
    with pytest.raises(WrongError, match="instance: the certificate is for"):
        says(content, text)
    content["instance"] = head(text)["instance"]
    with pytest.raises(WrongError, match=r"told .*, she takes 'acquit'"):
        says(content, text)


@pytest.mark.parametrize("place", ["instead", "besides"])
def test_an_empty_response_record_is_refused(place: str) -> None:
    content = made(*PROSECUTOR)
    response = content["equilibrium"]["response"]
    if place == "instead":
        response[0] = []
    else:
        response.append([])
    with pytest.raises((WrongError, UnreadableError)):
        judge(content, PROSECUTOR[0])
