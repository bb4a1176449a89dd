"""Forged prices, blocks and reasons why nobody deviates: each is refused, for the reason that is
named.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.games import informed_game, simple_game
from tests.kernel.building import block, deterred, head, option, says, shown, signals
from tests.kernel.certificates import INSTANCES, judge, made
from tests.kernel.forging import Certificate, Forger, add, both, drop, put, refuse, repeat
from verifier.game.model import Conversation, Ties
from verifier.kernel.reader.document import UnreadableError, WrongError

F = Fraction

PROSECUTOR = ("classics/prosecutor", "bayes")
TWO = ("classics/two_prosecutors", "bayes")
TWINS = ("counterexamples/identical", "bayes")
TWINS_AI = ("counterexamples/anonymous", "best-ai")
HALF = [0, "second_brand", "1/2"]
GAMMA = ("counterexamples/equilibrium", "bayes")
ROADS = ("counterexamples/learning_alphabet", "bayes")
QUESTION = ("counterexamples/learning_question_twin", "bayes")

HER = ("equilibrium", "deterrence", 0)
BLOCK = (*HER, "blocks", 0)
OPTION = (*BLOCK, "options", 0)

WRONG: list[tuple[str, tuple[str, str], Forger, str]] = [
    # the deterrence
    (
        "a deterrence left out",
        TWO,
        drop("equilibrium", "deterrence", 1),
        "equilibrium.deterrence: expected one entry",
    ),
    (
        "a floor where she hears everybody",
        PROSECUTOR,
        put(*HER, "floor", "1"),
        "only a user who picks an agent has one",
    ),
    (
        "a negative floor",
        TWINS_AI,
        put(*HER, "floor", "-1"),
        "only a user who picks an agent has one",
    ),
    (
        "a price that is too low",
        PROSECUTOR,
        put(*OPTION, "prices", 1, 1, "1/2"),
        "is worth more than prosecutor's price",
    ),
    (
        "a price that is too high",
        PROSECUTOR,
        put(*OPTION, "prices", 1, 1, "1"),
        "a deviation may give 1",
    ),
    ("a price left out", PROSECUTOR, drop(*OPTION, "prices", 1), "one price for every cell"),
    (
        "no reasons",
        PROSECUTOR,
        put(*OPTION, "reasons", []),
        "is worth more than prosecutor's price",
    ),
    (
        "a negative multiplier",
        PROSECUTOR,
        put(*OPTION, "reasons", 0, "against", 0, 2, "-1"),
        "inequality is negative",
    ),
    ("a block twice", PROSECUTOR, repeat(*HER, "blocks"), "is not a block of types"),
    ("a block left out", PROSECUTOR, put(*HER, "blocks", []), "faces a user without a price"),
    ("a type twice", PROSECUTOR, repeat(*BLOCK, "types"), "is not a block of types"),
    (
        "a type that she cannot be",
        PROSECUTOR,
        put(*BLOCK, "types", [["nobody"]]),
        "is not a block of types",
    ),
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
    (
        "shares that do not sum to 1",
        TWINS,
        put(*BLOCK, "never", 0, 3, "1/2"),
        "shares that sum to 1",
    ),
    (
        "a share that is negative",
        TWINS,
        put(
            *BLOCK,
            "never",
            [[0, "second_brand", "first_brand", "2"], [0, "second_brand", "wait", "-1"]],
        ),
        "shares that sum to 1",
    ),
    (
        "an action that can be better",
        TWINS,
        put(*BLOCK, "never", 0, 2, "wait"),
        "'second_brand' can be better",
    ),
    (
        "two actions passed over for each other",
        TWINS,
        lambda c: _at_block(c)["never"].append([0, "first_brand", "second_brand", "1"]),
        "does not pass over",
    ),
    (
        "a reply that does not tie",
        TWINS,
        put(*OPTION, "reasons", 0, "reply", [HALF, [0, "wait", "1/2"]]),
        "does not tie with",
    ),
    (
        "a reply beyond 1",
        TWINS,
        put(*OPTION, "reasons", 0, "reply", 0, 2, "1/2"),
        "shares that sum to 1",
    ),
    (
        "a negative reply",
        TWINS,
        put(*OPTION, "reasons", 0, "reply", [[0, "second_brand", "-1"], [0, "first_brand", "2"]]),
        "shares that sum to 1",
    ),
    ("without the adverse reply", TWINS, drop(*OPTION, "reasons", 0), "is worth more than"),
    # poor alphabets, gamma, conversations
    (
        "a set of messages left out",
        ROADS,
        drop("equilibrium", "deterrence", "blocks", 0, "options", 2),
        "no option covers",
    ),
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
    (
        "a conversation with a floor",
        ROADS,
        put("equilibrium", "deterrence", "floor", "1"),
        "expected guide's",
    ),
    (
        "a conversation deterred for another",
        ROADS,
        put("equilibrium", "deterrence", "agent", "lamp"),
        "expected guide's",
    ),
    (
        "a conversation worth less than it could be",
        ROADS,
        put("equilibrium", "rule", [[[["north_open", "east_open", "south_open"], None]]]),
        "may get|a deviation may give",
    ),
    (
        "another utility for the conversation",
        ROADS,
        put("equilibrium", "user_utility", "1"),
        "2/3 follows, not 1",
    ),
    (
        "a conversation of two agents",
        TWO,
        lambda c: c.update(equilibrium=made(*ROADS)["equilibrium"]),
        "needs one agent",
    ),
    # attempts on the blocks, the types and the options
    (
        "types that fall apart taken together",
        TWO,
        both(
            add(
                "equilibrium",
                "deterrence",
                1,
                "blocks",
                0,
                "types",
                ["nothing", "innocent or guilty: acquit"],
            ),
            drop("equilibrium", "deterrence", 1, "blocks", 1),
        ),
        "is not a block of types",
    ),
    (
        "a block of no types",
        PROSECUTOR,
        add(*HER, "blocks", {"types": [], "options": []}),
        "is not a block of types",
    ),
    ("a block of an empty type", PROSECUTOR, put(*BLOCK, "types", [[]]), "is not a block of types"),
    (
        "a type without what the other says",
        TWO,
        put(*BLOCK, "types", [["nothing"]]),
        "is not a block of types",
    ),
    (
        "a type with what he says himself",
        PROSECUTOR,
        add(*BLOCK, "types", 0, "convict"),
        "is not a block of types",
    ),
    (
        "one agent's prices for the other",
        TWO,
        lambda c: _swap(c["equilibrium"]["deterrence"]),
        "is not a block of types",
    ),
    (
        "an unknown agent deterred",
        TWO,
        put(*HER, "agent", "judge"),
        "equilibrium.deterrence: expected one entry",
    ),
    ("no options", PROSECUTOR, put(*BLOCK, "options", []), "no option covers"),
    (
        "an option that leaves out what pays",
        PROSECUTOR,
        both(
            put(*OPTION, "only", [["acquit"]]),
            put(*OPTION, "prices", [["innocent", "0"], ["guilty", "0"]]),
            put(*OPTION, "reasons", []),
        ),
        r"no option covers \(\('acquit',\), \('convict',\)\)",
    ),
    (
        "two options that share the strategies between them",
        PROSECUTOR,
        both(
            put(*OPTION, "only", [["acquit"]]),
            put(*OPTION, "reasons", []),
            add(
                *BLOCK,
                "options",
                {
                    "only": [["convict"]],
                    "prices": [["innocent", "0"], ["guilty", "3/5"]],
                    "reasons": [],
                },
            ),
        ),
        "is worth more than",
    ),
    (
        "an option of no strategies",
        PROSECUTOR,
        both(put(*OPTION, "only", []), put(*OPTION, "reasons", [])),
        "no option covers",
    ),
    (
        "a strategy that is too long",
        PROSECUTOR,
        put(*OPTION, "only", [["acquit", "convict"]]),
        "a strategy that is not one",
    ),
    (
        "a strategy of an unknown action",
        PROSECUTOR,
        put(*OPTION, "only", [["pardon"]]),
        "a strategy that is not one",
    ),
    (
        "an option for what is passed over",
        TWINS,
        put(*OPTION, "only", [["wait"], ["first_brand"], ["second_brand"]]),
        "or is never followed",
    ),
    # attempts on what is passed over
    (
        "an action that no mixture replaces",
        PROSECUTOR,
        put(*BLOCK, "never", [[0, "convict", "acquit", "1"]]),
        "'convict' can be better",
    ),
    (
        "a share of nothing",
        TWINS,
        put(
            *BLOCK,
            "never",
            [[0, "second_brand", "first_brand", "1"], [0, "second_brand", "wait", "0"]],
        ),
        "shares that sum to 1",
    ),
    (
        "itself as a part of the mixture",
        TWINS,
        put(
            *BLOCK,
            "never",
            [[0, "second_brand", "first_brand", "1/2"], [0, "second_brand", "second_brand", "1/2"]],
        ),
        "other actions than 'second_brand'",
    ),
    (
        "shares beyond 1",
        TWINS,
        put(
            *BLOCK,
            "never",
            [[0, "second_brand", "first_brand", "1"], [0, "second_brand", "wait", "1"]],
        ),
        "shares that sum to 1",
    ),
    (
        "a reply that is only partly a twin",
        TWINS,
        put(*OPTION, "reasons", 0, "reply", 0, 1, "wait"),
        "does not tie with",
    ),
]

UNREADABLE: list[tuple[str, tuple[str, str], Forger, str]] = [
    (
        "what nobody knows",
        PROSECUTOR,
        put(*HER, "knows", "everything"),
        "equilibrium.deterrence.knows",
    ),
    (
        "an unknown price",
        PROSECUTOR,
        put(*OPTION, "prices", 0, 0, "alibi"),
        "'alibi' is not one of",
    ),
    ("a reason twice", PROSECUTOR, repeat(*OPTION, "reasons"), "a strategy appears twice"),
    (
        "a type by another number",
        PROSECUTOR,
        put(*OPTION, "reasons", 0, "against", 0, 0, 1),
        "1 is not one of 0",
    ),
    (
        "a negative number of a type",
        PROSECUTOR,
        put(*OPTION, "reasons", 0, "against", 0, 0, -1),
        "-1 is not one of 0",
    ),
    (
        "a truth value for a type",
        PROSECUTOR,
        put(*OPTION, "reasons", 0, "against", 0, 0, False),
        "not of type int",
    ),
    (
        "an unknown key of an option",
        PROSECUTOR,
        put(*OPTION, "value", "3/5"),
        "unknown key 'value'",
    ),
    (
        "a type numbered far beyond",
        PROSECUTOR,
        put(*OPTION, "reasons", 0, "against", 0, 0, 10**30),
        "is not one of 0",
    ),
    (
        "a type numbered by a float",
        PROSECUTOR,
        put(*OPTION, "reasons", 0, "against", 0, 0, 0.0),
        "not of type int",
    ),
    (
        "a type numbered by a word",
        PROSECUTOR,
        put(*OPTION, "reasons", 0, "against", 0, 0, "0"),
        "not of type int",
    ),
    (
        "a multiplier for an unknown action",
        PROSECUTOR,
        put(*OPTION, "reasons", 0, "against", 0, 1, "x"),
        "'x' is not one",
    ),
    ("a multiplier twice", PROSECUTOR, repeat(*OPTION, "reasons", 0, "against"), "appears twice"),
    (
        "a multiplier that is a float",
        PROSECUTOR,
        put(*OPTION, "reasons", 0, "against", 0, 2, 1.0),
        "not a number",
    ),
    ("a floor that is a truth value", PROSECUTOR, put(*HER, "floor", False), "not a number"),
    ("a price twice", PROSECUTOR, repeat(*OPTION, "prices"), "appears twice"),
    ("an action passed over twice", TWINS, repeat(*BLOCK, "never"), "appears twice"),
    (
        "a type that is not there passed over",
        TWINS,
        put(*BLOCK, "never", 0, 0, 1),
        "1 is not one of 0",
    ),
    ("a truth value passed over", TWINS, put(*BLOCK, "never", 0, 0, False), "not of type int"),
    (
        "an unknown action passed over",
        TWINS,
        put(*BLOCK, "never", 0, 1, "third_brand"),
        "'third_brand' is not one of",
    ),
    (
        "an unknown action in the mixture",
        TWINS,
        put(*BLOCK, "never", 0, 2, "third_brand"),
        "'third_brand' is not one of",
    ),
    (
        "an unknown action as a reply",
        TWINS,
        put(*OPTION, "reasons", 0, "reply", 0, 1, "third_brand"),
        "is not one of",
    ),
    (
        "a reply of another type",
        TWINS,
        put(*OPTION, "reasons", 0, "reply", 0, 0, 1),
        "1 is not one of 0",
    ),
    ("a reply twice", TWINS, repeat(*OPTION, "reasons", 0, "reply"), "appears twice"),
    ("a type that is a word", PROSECUTOR, put(*BLOCK, "types", ["nothing"]), "expected a list"),
    ("a deterrence without a floor", PROSECUTOR, drop(*HER, "floor"), "missing key 'floor'"),
]


def _at_block(content: Certificate) -> Certificate:
    block: Certificate = content["equilibrium"]["deterrence"][0]["blocks"][0]
    return block


def _swap(deviation_bound: list[Certificate]) -> None:
    deviation_bound[0]["agent"], deviation_bound[1]["agent"] = (
        deviation_bound[1]["agent"],
        deviation_bound[0]["agent"],
    )


@pytest.mark.parametrize(
    ("source", "forge", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_forged_deterrence_is_wrong(source: tuple[str, str], forge: Forger, reason: str) -> None:
    refuse(source, forge, WrongError, reason)


@pytest.mark.parametrize(
    ("source", "forge", "reason"), [c[1:] for c in UNREADABLE], ids=[c[0] for c in UNREADABLE]
)
def test_a_forged_deterrence_is_unreadable(
    source: tuple[str, str], forge: Forger, reason: str
) -> None:
    refuse(source, forge, UnreadableError, reason)


JUDGE = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")


def with_ties(rule: str) -> str:
    return (
        JUDGE.replace('ties = "any"', f'ties = "{rule}"')
        if "ties" in JUDGE
        else JUDGE + f'\n[model]\nties = "{rule}"\n'
    )


@pytest.mark.parametrize("rule", ["any", "belief", "favour-speaker"])
def test_the_optimal_signal_is_an_equilibrium_under_every_tie_rule_that_can_favour_it(
    rule: str,
) -> None:
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
    block["options"][0]["reasons"] = [
        {"strategy": ["first_airline"], "reply": [[0, "second_airline", "1"]]}
    ]
    with pytest.raises(WrongError, match="does not tie with"):
        says(content, text)


def test_a_gain_of_gamma_is_allowed_and_no_more() -> None:
    content = made(*GAMMA)
    assert judge(content, GAMMA[0]).startswith(
        "refuted: the bayes user gets 0 in an equilibrium up to gains of 1, less"
    )
    prices = content["equilibrium"]["deterrence"][0]["blocks"][0]["options"][0]["prices"]
    prices[0][1] = "3/2"
    with pytest.raises(WrongError, match="inspector has 0, a deviation may give 3/2"):
        judge(content, GAMMA[0])


def test_a_gain_beyond_gamma_is_refused() -> None:
    text = (
        (INSTANCES / f"{GAMMA[0]}.toml")
        .read_text(encoding="utf-8")
        .replace("gamma = 1", 'gamma = "49/100"')
    )
    content = {**head(text), "equilibrium": made(*GAMMA)["equilibrium"]}
    with pytest.raises(WrongError, match="inspector has 0, a deviation may give 1/2"):
        says(content, text)


def brands(ties: Ties, *, never: Any = (), reply: Any = ()) -> str:
    """What the kernel says of silence, where the agent gains if the patient takes his brand and not
    its twin.
    """
    user = {"wait": (0, 0), "his": (1, -2), "twin": (1, -2)}
    game = simple_game(
        {"ill": F(1, 2), "well": F(1, 2)},
        user,
        {"i": {"wait": (0, 0), "his": (1, 1), "twin": (0, 0)}},
        ties=ties,
    )
    reasons = [{"strategy": ["his"], "reply": list(reply)}] if reply else []
    priced = block([["nothing"]], option({"ill": "0", "well": "0"}, *reasons), never=never)
    silence = {"i": [["ill", "m", "1"], ["well", "m", "1"]]}
    return says(
        signals(game, silence, [["nothing", "m", "wait"]], "0", [deterred("i", priced)]), game
    )


def test_under_any_she_may_take_the_twin_that_he_does_not_like() -> None:
    assert brands(Ties.ANY, never=[[0, "his", "twin", "1"]]).startswith(
        "equilibrium: the bayes user gets 0"
    )
    assert brands(Ties.ANY, reply=[[0, "twin", "1"]]).startswith(
        "equilibrium: the bayes user gets 0"
    )


@pytest.mark.parametrize("ties", [Ties.BELIEF, Ties.FAVOUR_SPEAKER, Ties.ORDER])
def test_under_no_other_tie_rule_may_she(ties: Ties) -> None:
    with pytest.raises(WrongError, match=f"ties = {ties} does not pass over 'his'"):
        brands(ties, never=[[0, "his", "twin", "1"]])
    with pytest.raises(WrongError, match="'twin' does not tie with 'his'"):
        brands(ties, reply=[[0, "twin", "1"]])


@pytest.mark.parametrize(
    "never",
    [
        [[0, "his", "twin", "1"], [0, "twin", "his", "1"]],
        [[0, "his", "twin", "1"], [0, "twin", "his", "1"], [0, "wait", "his", "1"]],
    ],
)
def test_actions_are_not_passed_over_in_a_circle(never: Any) -> None:
    with pytest.raises(WrongError, match=r"ties = any does not pass over|can be better"):
        brands(Ties.ANY, never=never)


def test_three_twins_are_not_passed_over_in_a_circle() -> None:
    user = dict.fromkeys("abc", (1, 1))
    game = simple_game({"s": 1, "t": 0}, user, {"i": {"a": (0, 0), "b": (1, 1), "c": (1, 1)}})
    never = [[0, "a", "b", "1"], [0, "b", "c", "1"], [0, "c", "a", "1"]]
    priced = block([["nothing"]], option({"s": "0"}), never=never)
    content = signals(
        game,
        {"i": [["s", "m", "1"], ["t", "m", "1"]]},
        [["nothing", "m", "a"]],
        "1",
        [deterred("i", priced)],
    )
    with pytest.raises(WrongError, match="ties = any does not pass over 'a'"):
        says(content, game)
    content["equilibrium"]["deterrence"][0]["blocks"][0]["never"] = [
        [0, "b", "a", "1"],
        [0, "c", "a", "1"],
    ]
    assert says(content, game).startswith("equilibrium")


def quiet(conversation: Conversation, agents: int, users: tuple[str, ...] = ("x",)) -> str:
    """Agents who do not care say nothing, and are priced by what they see themselves."""
    joint = {(x, "y", "y"): Fraction(1, len(users)) for x in users}
    indifferent = {f"i{n}": ({"a": (0,)}, None) for n in range(agents)}
    game = informed_game(
        users, ("y",), ("y",), joint, {"a": (0,)}, indifferent, conversation=conversation
    )
    heard = ["m"] * (agents - 1)
    priced = block([[x, *heard] for x in users], option({"y": "0"}))
    rules = {name: [["y", "m", "1"]] for name in indifferent}
    response = [[x, *["m"] * agents, "a"] for x in users]
    return says(
        signals(game, rules, response, "0", [deterred(name, priced) for name in indifferent]), game
    )


@pytest.mark.parametrize(
    ("conversation", "agents", "users", "silent"),
    [
        (Conversation(1, 1, "rich"), 2, ("x", "z"), True),
        (Conversation(2, 1, "rich"), 2, ("x", "z"), True),
        (Conversation(1, 2, "rich"), 2, ("x",), True),
        (Conversation(2, 2, "rich"), 1, ("x",), True),
        (Conversation(1, 2, "rich"), 1, ("x", "z"), False),
        (Conversation(1, 2, "rich"), 2, ("x", "z"), False),
        (Conversation(2, 2, "rich"), 2, ("x",), False),
        (Conversation(2, 2, 1), 2, ("x",), False),
    ],
)
def test_an_agent_knows_only_his_observation_where_the_user_can_tell_him_nothing(
    conversation: Conversation, agents: int, users: tuple[str, ...], silent: bool
) -> None:
    if silent:
        assert quiet(conversation, agents, users).startswith("equilibrium")
    else:
        with pytest.raises(WrongError, match="a user who speaks could tell the agent"):
            quiet(conversation, agents, users)


def two_types() -> tuple[Any, Certificate]:
    """An agent who wants b whatever she has seen, and prices for both her observations at once."""
    joint = {
        ("lo", "s", "s"): F(3, 8),
        ("lo", "t", "t"): F(1, 8),
        ("hi", "s", "s"): F(1, 8),
        ("hi", "t", "t"): F(3, 8),
    }
    sender = {"i": ({"a": (0, 0), "b": (1, 1)}, None)}
    game = informed_game(
        ("lo", "hi"), ("s", "t"), ("s", "t"), joint, {"a": (1, 0), "b": (0, 1)}, sender
    )
    return game, shown(game, kind="optimal plan")


def test_types_may_stand_in_any_order_if_all_that_names_them_follows() -> None:
    game, content = two_types()
    says(content, game)
    priced = content["equilibrium"]["deterrence"][0]["blocks"][0]
    priced["types"].reverse()
    with pytest.raises(WrongError, match="is worth more than i's price"):
        says(content, game)
    for reason in priced["options"][0]["reasons"]:
        reason["strategy"].reverse()
        for record in reason["against"]:
            record[0] = 1 - record[0]
    assert says(content, game).startswith("equilibrium")


def test_types_that_a_cell_links_are_not_priced_one_by_one_unless_he_is_granted_them() -> None:
    game, content = two_types()
    held = content["equilibrium"]["deterrence"][0]
    apart = [block([[x]], option({"s": "1", "t": "1"})) for x in ("lo", "hi")]
    held["blocks"] = apart
    with pytest.raises(WrongError, match="is not a block of types that i faces"):
        says(content, game)
    held["knows"] = "what the user sees"
    with pytest.raises(WrongError, match="a deviation may give 4"):
        says(content, game)
    held["blocks"] = [block([["lo"], ["hi"]], option({"s": "1", "t": "1"}))]
    with pytest.raises(WrongError, match="is not a block of types that i faces"):
        says(content, game)


def test_prices_are_for_cells_not_for_observations_nor_for_what_cannot_happen() -> None:
    joint = {("x", "o", "y"): F(1, 2), ("x", "p", "y"): F(1, 2)}
    coarse = {"i": ({"a": (0,)}, [("o", "p"), ("q",)])}
    game = informed_game(("x",), ("o", "p", "q"), ("y",), joint, {"a": (0,)}, coarse)

    def priced(**prices: str) -> str:
        rules = {"i": [["o", "m", "1"], ["q", "m", "1"]]}
        return says(
            signals(
                game, rules, [["x", "m", "a"]], "0", [deterred("i", block([["x"]], option(prices)))]
            ),
            game,
        )

    assert priced(o="0").startswith("equilibrium")
    for name in ("p", "q"):
        with pytest.raises(UnreadableError, match=f"'{name}' is not one of o"):
            priced(o="0", **{name: "-1"})
