"""What is said of hostile files: one line that can be printed, an exit code that fits, and soon."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction as F  # noqa: N817
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.games import ROOT, simple_game
from tests.kernel.building import Certificate, certificate, read, says, shown
from tests.kernel.certificates import INSTANCES, SHIPPED, judge, made
from verifier.checker import Kernel
from verifier.game.model import Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.kernel.certificate import claim
from verifier.kernel.core.game import study
from verifier.kernel.game_file import read_game
from verifier.kernel.reader.document import BITS, UnreadableError, WrongError, read_json, tame

KERNEL = str(ROOT / "verifier" / "kernel" / "__main__.py")
SECONDS = 90.0
"""Far more than the kernel takes over anything; what it does is counted, not timed."""

TABLE = {
    "format": 2,
    "table": "",
    "user": "u",
    "agents": ["a"],
    "rows": 2,
    "left_out": 0,
    "columns_left_out": 0,
    "claims": [],
}
CLAIM = {
    "claim": "distance",
    "norm": "sup",
    "mixture": "simplex",
    "distance": "0",
    "weights": [["a", "1"]],
    "offset": "0",
    "witness": [],
}


def asked(
    folder: Path, certificate: object, instance: str = "u,a\n1,1\n2,2\n", locale: str = "utf-8"
) -> tuple[int, str]:
    """The kernel in a process of its own, on a table or a game: exit code and output."""
    (folder / "c.json").write_text(json.dumps(certificate), encoding="utf-8")
    (folder / "i.csv").write_text(instance, encoding="utf-8", newline="")
    options = ["-I", "-S", "-B", "-X", "pycache_prefix=/dev/null", "-X", "utf8=0"]
    words = [sys.executable, *options, KERNEL, "c.json", "i.csv"]
    environment = {"PYTHONIOENCODING": locale, "LC_ALL": "C"}
    ran = subprocess.run(
        words, capture_output=True, cwd=folder, env=environment, check=False, timeout=SECONDS
    )
    assert ran.stderr == b""
    return ran.returncode, ran.stdout.decode(locale)


def digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["\ud800", "a\naccepted: all is well", "\x1b[2J", "é" * 50])
@pytest.mark.parametrize("key", ["table", "user", "agents"])
def test_whatever_a_certificate_calls_things_one_line_is_said(
    key: str, name: str, tmp_path: Path
) -> None:
    text = "u,a\n1,1\n2,2\n"
    named: Any = [name] if key == "agents" else name
    content = {**TABLE, "table": digest(text), "claims": [CLAIM], key: named}
    code, said = asked(tmp_path, content, text)
    assert code == (1 if key == "table" else 2)
    assert said.count("\n") == 1 and said.startswith("refused: " if code == 1 else "unreadable: ")
    assert "\x1b" not in said and "\naccepted" not in said


def test_a_column_with_a_line_end_in_its_name_is_said_in_one_line(tmp_path: Path) -> None:
    text = '"u\nv",a\n1,1\n2,2\n'
    content = {**TABLE, "table": digest(text), "user": "u\nv", "claims": [CLAIM]}
    code, said = asked(tmp_path, content, text)
    assert (code, said.count("\n")) == (0, 1)
    assert r"the distance of 'u\nv' is 0 (sup norm, simplex)" in said


def test_a_terminal_that_knows_no_accents_gets_escapes(tmp_path: Path) -> None:
    text = "é,a\n1,1\n2,2\n"
    code, said = asked(
        tmp_path, {**TABLE, "table": digest(text), "user": "é", "claims": [CLAIM]}, text, "ascii"
    )
    assert code == 0 and r"the distance of '\xe9' is 0" in said


def primes() -> list[int]:
    """Denominators of a thousand digits and more, no two alike."""
    return [10**1000 + 2 * n + 1 for n in range(300)]


def test_numbers_that_take_for_ever_to_add_are_unreadable(tmp_path: Path) -> None:
    witness = [[n, f"1/{q}"] for n, q in enumerate(primes())]
    content = {
        **TABLE,
        "table": digest("u,a\n1,1\n2,2\n"),
        "claims": [{**CLAIM, "witness": witness}],
    }
    assert asked(tmp_path, content) == (
        2,
        "unreadable: too large: too many numbers, or too long a common denominator\n",
    )


def test_many_numbers_or_long_ones_but_not_both() -> None:
    tame([f"{n}/7" for n in range(100_000)])
    tame(["1/" + "3" * 4000] * 1000)
    assert (10**1000).bit_length() * 300 > BITS
    words = [["7/0", f"1/{q}"] for q in primes()]
    for hostile in (
        words,
        [f"1/{q}" for q in primes()],
        {"a": [[f"1/{q}" for q in primes()[:50]], ["1/2"] * 100_000]},
    ):
        with pytest.raises(
            UnreadableError, match="too many numbers, or too long a common denominator"
        ):
            tame(hostile)


@pytest.mark.slow
def test_shipped_certificates_are_far_from_that() -> None:
    for instance, guarantee in SHIPPED:
        tame(
            [read_json(str(ROOT / "proofs" / "certificates" / f"{instance}.{guarantee}.json"))]
            * 100
        )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (".".join("a" * 20_000) + " = 1", "a key of 100 parts"),
        ("a = { " + ".".join("a" * 20_000) + " = 1 }", "a key of 100 parts"),
        (".".join(['","'] * 8_000) + " = 1", "a key of 100 parts"),
        ("a = " + "[" * 100_000, "recursion|nested"),
    ],
    ids=["a key of many parts", "within a table", "quoted", "nesting"],
)
def test_instances_that_take_toml_for_ever_are_unreadable(
    text: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "game.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match=reason):
        read_game(str(path))


def test_points_in_prose_are_no_keys(tmp_path: Path) -> None:
    """Both readers take long comments and long notes without commas."""
    text = (INSTANCES / "classics" / "prosecutor.toml").read_text(encoding="utf-8")
    path = tmp_path / "game.toml"
    prose = "# " + "." * 300 + '\nsource = "' + "It is so. " * 300 + '"\n'
    path.write_text(
        prose + "\n".join(line for line in text.split("\n") if not line.startswith("source")),
        encoding="utf-8",
    )
    assert (
        read_game(str(path)).digest
        == read_game(str(INSTANCES / "classics" / "prosecutor.toml")).digest
    )
    assert load(path).states == ("innocent", "guilty")


@pytest.mark.parametrize(
    ("number", "parameters"),
    [("1/{}", ""), ("1/2 + t/{}", '[parameters]\nt = { from = 0, to = 1, default = "1/2" }\n')],
    ids=["rational", "affine"],
)
def test_priors_that_take_for_ever_to_add_are_unreadable(
    number: str, parameters: str, tmp_path: Path
) -> None:
    path = tmp_path / "game.toml"
    below = (10**150 + 2 * n + 1 for n in range(900))
    prior = ", ".join(f's{n} = "{number.format(q)}"' for n, q in enumerate(below))
    rest = "states = []\nactions = []\nagents = []\nuser.utility = {}"
    path.write_text(
        f"format = 1\ntitle = 'x'\n{rest}\nprior = {{ {prior} }}\n{parameters}", encoding="utf-8"
    )
    with pytest.raises(UnreadableError, match="too long a common denominator"):
        read_game(str(path))


def test_beliefs_are_compared_in_time_that_grows_with_the_game() -> None:
    """One look at every pair of observation and state, not one for every pair of pairs."""
    states = tuple(f"s{n}" for n in range(60))
    rows = {"a": tuple(range(60)), "b": (0,) * 60}
    game = replace(
        simple_game(dict.fromkeys(states, F(1, 60)), rows, {"i": rows, "j": rows}), ties=Ties.BELIEF
    )
    position = study(read(write(game)))
    counted = Counter[str]()

    class Watched(dict[Any, Any]):
        def items(self) -> Any:
            counted["looks"] += len(self)
            return super().items()

    position.likely.update({point: Watched(chances) for point, chances in position.likely.items()})
    (content,) = shown(game)["claims"]
    _, fact, _ = claim(position, content)
    assert fact == F(59, 2)
    assert counted["looks"] <= 60


@pytest.mark.slow
def test_too_many_payoffs_are_unreadable(tmp_path: Path) -> None:
    states, actions = [f"s{n}" for n in range(100)], [f"a{n}" for n in range(100)]
    names = [f"x{n}" for n in range(100)]
    row = "{ " + ", ".join(f"{y} = 0" for y in states) + " }"
    utility = "{ " + ", ".join(f"{a} = {row}" for a in actions) + " }"
    joint = ",\n".join(f'["n", "{x}", "{y}", "1/10000"]' for x in names for y in states)
    text = f"""format = 1
title = "large"
states = {json.dumps(states)}
actions = {json.dumps(actions)}
user_observations = ["n"]
agent_observations = {json.dumps(names)}
joint = [{joint}]
[user]
utility = {utility}
[[agents]]
name = "i"
utility = {utility}
[[agents]]
name = "j"
utility = {utility}
"""
    path = tmp_path / "large.toml"
    path.write_text(text, encoding="utf-8")
    content = made("classics/prosecutor", "bayes") | {"game": read_game(str(path)).digest}
    with pytest.raises(UnreadableError, match="3000000 steps"):
        says(content, text)


@pytest.mark.slow
def test_a_large_game_has_less_precision() -> None:
    content = made("guarantees/drug_sponsors", "quantal")
    content["conclusion"]["precision"] = 8_192
    judge(content, "guarantees/drug_sponsors")
    content["conclusion"]["precision"] = 65_536
    with pytest.raises(UnreadableError, match="too large: "):
        judge(content, "guarantees/drug_sponsors")
    for bits in (65_537, -1, 10**3000):
        content["conclusion"]["precision"] = bits
        with pytest.raises(UnreadableError, match="too large: a precision beyond 65536 bits"):
            judge(content, "guarantees/drug_sponsors")


def test_what_is_claimed_can_be_insisted_on() -> None:
    content = made("guarantees/drug_sponsors", "bayes")
    said = judge(content, "guarantees/drug_sponsors", claimed="1/5")
    assert "proved: OPT - 2 * 3/10 = 1/5, claimed for the bayes user" in said
    with pytest.raises(WrongError, match="claimed: 17/25 is stated, 1/5 follows"):
        judge(content, "guarantees/drug_sponsors", claimed="17/25")
    with pytest.raises(UnreadableError, match="--claimed: for a quantal user not rational"):
        judge(
            made("guarantees/drug_sponsors", "quantal"), "guarantees/drug_sponsors", claimed="1/5"
        )
    del content["conclusion"]
    with pytest.raises(UnreadableError, match="conclusion: there is none to be"):
        judge(content, "guarantees/drug_sponsors", claimed="1/5")


def test_another_nearest_mixture_is_another_claim() -> None:
    """Two sellers with one bias, the second blind: all weight on him makes TEAM what she knows
    alone. The sentence tells whose TEAM is claimed, and that less is no refutation.
    """
    game = load(INSTANCES / "counterexamples" / "hull.toml")
    seller, second = game.agents
    blind = write(replace(game, agents=(seller, replace(second, sees=(("sound", "bad"),)))))
    honest = made("counterexamples/hull", "best-ai")
    claims = {entry["claim"]: entry for entry in honest["claims"]}
    equilibrium = claims["equilibrium"]
    equilibrium["rules"][1]["rule"] = [[["buy", [["sound", "1"]], None]]]
    option = equilibrium["deviation_bounds"][1]["blocks"][0]["options"][0]
    option["prices"], option["reasons"] = [["sound", "1"]], []

    def forged(name: str, team: str) -> Certificate:
        weights = [[agent, "1" if agent == name else "0"] for agent in ("seller", "second seller")]
        content = certificate(
            blind,
            {**claims["hull distance"], "weights": weights},
            {"claim": "team", "agents": [name], "value": team},
            equilibrium,
        )
        return {**content, "conclusion": {**honest["conclusion"], "claimed": team}}

    said = says(forged("seller", "1/2"), blind, claimed="1/2")
    assert "): refuted: TEAM of 'seller' - 2 * 0 = 1/2, claimed for the best-ai user" in said
    with pytest.raises(WrongError, match="claimed: 0 is stated, 1/2 follows"):
        says(forged("seller", "1/2"), blind, claimed="0")
    with pytest.raises(WrongError, match="verdict: what she gets is not below the claimed 0"):
        says(forged("second seller", "0"), blind)
    with pytest.raises(WrongError, match="claims: 'team' is missing to conclude"):
        content = forged("seller", "1/2")
        content["claims"][0]["weights"] = [["seller", "0"], ["second seller", "1"]]
        says(content, blind)


# what is large in one way only: each kind of file, in a process of its own


def game_text(
    joint: list[tuple[str, str, str]],
    agents: int = 1,
    actions: int = 2,
    also: str = "",
    sees: list[list[str]] | None = None,
) -> str:
    """A game with these points and states, equally likely, whose agents care for nothing; what she
    does is worth 1 where it has the number of the state, modulo the actions.
    """
    users, observed, states = (list(dict.fromkeys(part)) for part in zip(*joint, strict=True))
    acts = [f"a{n}" for n in range(actions)]
    chance = f"1/{len(joint)}"

    def table(hers: bool) -> str:
        rows = (
            f"{a} = {{ {', '.join(f'{y} = {int(hers and m % actions == n)}' for m, y in named)} }}"
            for n, a in enumerate(acts)
        )
        return f"{{ {', '.join(rows)} }}"

    named = list(enumerate(states))
    partition = "" if sees is None else f"sees = {json.dumps(sees)}\n"
    theirs = "".join(
        f'[[agents]]\nname = "g{n}"\n{partition}utility = {table(False)}\n' for n in range(agents)
    )
    return f"""format = 1
title = "large"
states = {json.dumps(states)}
actions = {json.dumps(acts)}
user_observations = {json.dumps(users)}
agent_observations = {json.dumps(observed)}
joint = {json.dumps([[*row, chance] for row in joint])}
user.utility = {table(True)}
{also}
{theirs}"""


def points(users: int, observations: int, states: int = 1) -> list[tuple[str, str, str]]:
    """Everything is possible."""
    return [
        (f"x{n}", f"o{m}", f"s{k}")
        for n in range(users)
        for m in range(observations)
        for k in range(states)
    ]


def says_all(observations: int, words: int = 1) -> list[Any]:
    """The rule that draws one of these words, whatever is observed."""
    odds = [[f"o{m}", f"1/{words}"] for m in range(observations)]
    return [[[f"w{n}", odds, None] for n in range(words)]]


def profile(agents: int, rule: list[Any], **also: Any) -> Certificate:
    """A claim that it is an equilibrium if all agents use this rule."""
    rules = [{"agent": f"g{n}", "rule": rule} for n in range(agents)]
    claimed = {"claim": "equilibrium", "user": "bayes", "utility": "0", "rules": rules}
    return {**claimed, "response": [], "deviation_bounds": [], **also}


def broken(agents: int, rule: list[Any], by: list[Any] | None = None) -> Certificate:
    """A claim that it is none, since the first agent gains by another rule."""
    rules = [{"agent": f"g{n}", "rule": rule} for n in range(agents)]
    claimed = {"claim": "no equilibrium", "user": "bayes", "at most": "0", "deviating": "1"}
    return {**claimed, "rules": rules, "agent": "g0", "rule": by or rule}


Files = tuple[str, list[Certificate]]
"""The text of an instance, and claims about it."""


def beliefs() -> Files:
    """Two agents who toss dice, and a user who breaks ties by her belief over 500 states."""
    text = game_text(points(1, 200, 500), 2, also='model = { ties = "belief" }')
    return text, [profile(2, says_all(200, 30))]


def crowds() -> Files:
    """200 agents, of whom one tosses a die."""
    claimed = broken(200, says_all(6))
    claimed["rules"][0]["rule"] = says_all(6, 10)
    return game_text(points(1000, 6), 200, 1), [claimed]


def coins() -> Files:
    """200 agents who each toss a coin."""
    return game_text(points(1, 1), 200), [broken(200, says_all(1, 2))]


def questions() -> Files:
    """Two rounds, a thousand questions in each."""
    leaf = says_all(1)
    rule = [[["w", [["o0", "1"]], leaf * 1000]]] * 200
    also = 'conversation = { rounds = 2, user_alphabet = 1000, agent_alphabet = "rich" }'
    return game_text(points(1, 1), also=also), [broken(1, rule)]


def rounds() -> Files:
    """Sixteen rounds with two questions and two words: a tree of 4^8 and more."""
    also = "conversation = { rounds = 16, user_alphabet = 2, agent_alphabet = 2 }"

    def rule(depth: int) -> Any:
        then = rule(depth - 1) if depth else None
        return [[["w", [["o0", "1/2"]], then], ["v", [["o0", "1/2"]], then]]] * 2

    return game_text(points(1, 1), also=also), [broken(1, rule(7))]


def words() -> Files:
    """A message of very many words, none of which is said."""
    nothing: list[Any] = [[f"w{n}", [], None] for n in range(300_000)]
    return game_text(points(1, 1)), [broken(1, [[*nothing, ["z", [["o0", "1"]], None]]])]


def teams() -> Files:
    """TEAM of very many sets of agents, each by plain enumeration."""
    joint = [(f"x{n}", f"o{m}", f"s{(7 * n + m) % 5}") for n in range(5) for m in range(7)]
    also = "conversation = { rounds = 2, user_alphabet = 5, agent_alphabet = 2 }"
    sets = [("g0", f"g{n}", f"g{m}") for n in range(1, 199) for m in range(n + 1, 200)]
    return game_text(joint, 200, also=also), [
        {"claim": "team", "agents": list(names), "value": "1"} for names in sets[:3000]
    ]


def deltas() -> Files:
    """The least delta of 200 agents with eight cells each, all of positive weight."""
    also = "conversation = { agent_alphabet = 3 }"
    distance = {
        "claim": "hull distance",
        "distance": "1/2",
        "weights": [[f"g{n}", "1/200"] for n in range(200)],
        "offset": "1/2",
        "witness": [["a0", "s0", "1/2"], ["a1", "s0", "-1/2"]],
    }
    return game_text(points(5, 8, 5), 200, also=also), [distance]


def bounds() -> Files:
    """Very many bounds for one agent."""
    bound = {"agent": "g0", "knows": "own observation", "floor": "0", "blocks": []}
    return game_text(points(1, 1)), [
        profile(1, says_all(1), deviation_bounds=[bound] * 200_000),
    ]


def options() -> Files:
    """Very many options for no strategy."""
    option = {"strategies": [], "prices": [["o0", "0"]], "reasons": []}
    block = {"types": [["x0"]], "options": [option] * 150_000}
    bound = {"agent": "g0", "knows": "own observation", "floor": "0", "blocks": [block]}
    return game_text(points(1, 1)), [profile(1, says_all(1), deviation_bounds=[bound])]


def strategies() -> Files:
    """4096 strategies, 100 cells and 12 types."""
    cells = [[f"o{m}", "1"] for m in range(100)]
    block = {
        "types": [[f"x{n}"] for n in range(12)],
        "options": [{"prices": cells, "reasons": []}],
    }
    bound = {"agent": "g0", "knows": "own observation", "floor": "0", "blocks": [block]}
    also = profile(1, says_all(100), deviation_bounds=[bound], utility="1")
    return game_text(points(12, 100)), [also]


def passed_over() -> Files:
    """A thousand types and ten actions, nine of them passed over by mixtures of all others."""
    acts = [f"a{n}" for n in range(10)]
    mixed = [[n, a, b, "1/9"] for n in range(1000) for a in acts[1:] for b in acts if a != b]
    option = {"prices": [[f"o{m}", "0"] for m in range(100)], "reasons": []}
    block = {"types": [[f"x{n}"] for n in range(1000)], "dominated": mixed, "options": [option]}
    bound = {"agent": "g0", "knows": "own observation", "floor": "0", "blocks": [block]}
    return game_text(points(1000, 100), 1, 10), [
        profile(1, says_all(100), deviation_bounds=[bound], utility="1")
    ]


def offering(joint: list[tuple[str, str, str]], offer: list[Any]) -> Certificate:
    """A claim about every equilibrium by one agent's offer."""
    piece = {
        "upper": "1000",
        "offers": [{"agent": "g0", "multiplier": "0", "low": offer, "high": offer}],
        "from": "0",
        "marginal": [],
        "obedience": [],
    }
    return {
        "claim": "every equilibrium",
        "user": "best-ai",
        "at least": "0",
        "deviations": [],
        "marginal": [[x, o, "0"] for x, o in dict.fromkeys((x, o) for x, o, _ in joint)],
        "obedience": [],
        "pieces": [piece],
    }


def leaves() -> Files:
    """Very many leaves about a user with a thousand observations, which say the same."""
    joint = points(1000, 1)
    marginal = [[x, o, "0"] for x, o, _ in joint]
    leaf = {"user_observation": "x999", "plays": [[0, "a0"]], "obedience": []}
    nothing: Certificate = {"remarks": [], "directions": [], "kept": [], "deviations": []}
    program = {**nothing, "marginal": marginal, "leaves": [leaf] * 200_000}
    claimed = {
        "claim": "every equilibrium",
        "user": "bayes",
        "at least": "0",
        "deviations": [],
        "marginal": marginal,
        "obedience": [],
        "remarks": {"shifts": [["g0", ["o0"], "1"]], "ties": [], "program": program},
    }
    return game_text(joint, also='model.ties = "order"'), [claimed]


def offers() -> Files:
    """Offers of 300 messages to a user with a thousand observations."""
    joint = [(f"x{n}", f"o{n}", "s0") for n in range(1000)]
    sure = [[f"o{m}", "1"] for m in range(1000)]
    message = {"strategy": ["a0"] * 1000, "sends": sure, "perturbation": sure}
    offer = [message] + [{**message, "sends": []}] * 300
    return game_text(joint, 2), [offering(joint, offer)]


def unsaid() -> Files:
    """Offers of very many messages that are never sent, about which she asks all at once."""
    message: Certificate = {"strategy": [], "sends": [], "perturbation": []}
    return game_text(points(1000, 10), 2), [offering(points(1000, 10), [message] * 12_000)]


def precise() -> Files:
    """An offer of two messages with probabilities of nearly 4,000 digits."""
    joint, dice = points(6, 7), Random(1)
    odds = {}
    for _, o, _ in joint:
        below = dice.randrange(10**3989, 10**3990)
        odds[o] = F(dice.randrange(1, below), below)
    ways = (odds, {o: 1 - p for o, p in odds.items()})
    offer = [
        {"strategy": ["a0"] * 6, "sends": [[o, str(p)] for o, p in way.items()], "perturbation": []}
        for way in ways
    ]
    return game_text(joint, 2, 100), [offering(joint, offer)]


def alone() -> Files:
    """That there is no equilibrium, whatever each of 200 agents can offer by himself."""
    joint = [(f"x{n}", f"o{n}", "s0") for n in range(1000)]
    nothing: Certificate = {"marginal": [[x, o, "0"] for x, o, _ in joint], "obedience": []}
    claimed = {
        "claim": "nonexistence",
        "user": "best-ai",
        "deviations": [],
        **nothing,
        "pieces": [{"upper": "1", "offers": [], "from": "0", **nothing}],
        "received": [],
    }
    return game_text(joint, 200, also='model.ties = "favour-speaker"'), [claimed]


def pieces() -> Files:
    """Very many pieces without offers."""
    sure = [["x0", "o0", "1"]]
    piece = {"upper": "1", "offers": [], "from": "0", "marginal": sure, "obedience": []}
    claimed = {
        "claim": "every equilibrium",
        "user": "best-ai",
        "at least": "1",
        "deviations": [],
        "marginal": [["x0", "o0", "0"]],
        "obedience": [],
        "pieces": [{**piece, "upper": f"{n}/100000"} for n in range(1, 100_001)],
    }
    return game_text(points(1, 1), 2, 1), [claimed]


def deviating() -> Files:
    """A bound with a deviation of each of 200 agents, each a lottery of many words."""
    rule = says_all(6, 20)
    claimed = {
        "claim": "every equilibrium",
        "user": "best-ai",
        "at least": "0",
        "deviations": [{"agent": f"g{n}", "multiplier": "1", "rule": rule} for n in range(200)],
        "marginal": [[f"x{n}", f"o{m}", "0"] for n in range(500) for m in range(6)],
        "obedience": [],
    }
    return game_text(points(500, 6), 200), [claimed]


def elsewhere() -> Files:
    """Very many questions of other observations, where nothing is possible."""
    joint = points(1, 1)
    users, observed = ([f"{c}{n}" for n in range(300)] for c in "xo")
    text = game_text(joint, 2, 1)
    for key, names in (("user", users), ("agent", observed)):
        one = f'{key}_observations = ["{names[0]}"]'
        text = text.replace(one, f"{key}_observations = {json.dumps(names)}")
    claimed = offering(joint, [])
    claimed["pieces"][0] |= {
        "offers": [],
        "marginal": claimed["marginal"],
        "asking": [[x, z, "a0", "a0", 1] for x in users[1:] for z in users],
    }
    return text, [claimed]


def outdone() -> Files:
    """A winner of 60 cells, and 240 actions that are passed over by mixtures of all others."""
    joint = [("x", f"o{n}", f"s{n}") for n in range(60)]
    acts = [f"a{n}" for n in range(300)]
    text = game_text(joint, 2, 300, also='model.ties = "order"')
    dominated = [[0, a, b, "1/299"] for a in acts[60:] for b in acts if a != b]
    winner = {"agent": "g0", "dominated": dominated, "options": []}
    claimed = offering(joint, [])
    del claimed["pieces"]
    return text, [{**claimed, "received": [{"upper": "1", "offers": [], "winners": [winner]}]}]


def chosen() -> Files:
    """Very many options of a winner who cannot tell 300 observations apart."""
    joint = points(1, 300)
    observed = [o for _, o, _ in joint]
    option = {"from": "0", "prices": [["o0", "0"]], "reasons": []}
    winner = {"agent": "g0", "options": [option] * 20_000}
    claimed = offering(joint, [])
    del claimed["pieces"]
    received = [{"upper": "1", "offers": [], "winners": [winner]}]
    return game_text(joint, 1, 1, sees=[observed]), [{**claimed, "received": received}]


def contested() -> Files:
    """A contest that says the same very often of one pair, each time with the weights of 200
    agents: the first tells her all and wants what she wants, the others see nothing.
    """
    seen, acts = ["o0", "o1"], 500
    joint = [("x", o, f"s{n}") for n, o in enumerate(seen)]
    text = game_text(joint, 200, acts, 'model.ties = "favour-speaker"', [seen])
    hers = text.partition("user.utility = ")[2].partition("\n")[0]
    theirs = text.rpartition("utility = ")[2].strip()
    blind = f'name = "g0"\nsees = {json.dumps([seen])}\nutility = {theirs}'
    assert blind in text
    text = text.replace(blind, f'name = "g0"\nutility = {hers}')
    rule = [[[o, [[o, "1"]], None] for o in seen]]
    weights = [[f"g{n}", "0"] for n in range(200)]
    none: Certificate = {"prices": [["o0", "0"]], "reasons": []}
    case = {
        "winner": "g1",
        "rival": {"agent": "g2", "weights": weights, "worth": "0", **none},
        "offers": [],
        "options": [{"from": "2", "prices": [["o0", "1/2"]], "reasons": []}],
    }
    claimed = {
        "claim": "nonexistence",
        "user": "best-ai",
        "deviations": [{"agent": "g0", "multiplier": "1", "rule": rule}],
        "marginal": [["x", o, "0"] for o in seen],
        "obedience": [],
        "contests": [{"upper": "1", "cases": [case] * 300}],
    }
    return text, [claimed]


def conflicts() -> Files:
    """Conflicts of very many sets of agents."""
    sets = [(f"g{n}", f"g{m}") for n in range(200) for m in range(n + 1, 200)]
    claimed = {"claim": "conflict", "rule": says_all(6, 4), "apart": "0", "together": "0"}
    return game_text(points(100, 6), 200), [{**claimed, "agents": list(s)} for s in sets]


def nested() -> Files:
    """Evidence that is nested as deep as JSON can be read."""
    rule: Any = None
    for _ in range(300):
        rule = [[["w", [["o0", "1"]], rule]]]
    return game_text(points(1, 1)), [broken(1, rule)]


KINDS = [
    beliefs,
    crowds,
    coins,
    questions,
    rounds,
    words,
    teams,
    deltas,
    bounds,
    options,
    strategies,
    passed_over,
    leaves,
    offers,
    unsaid,
    precise,
    alone,
    pieces,
    deviating,
    elsewhere,
    outdone,
    chosen,
    contested,
    conflicts,
    nested,
]


CONCLUDED = {"verdict": "vacuous", "tolerance": "1/2", "claimed": {"lower": "0", "upper": "0"}}


QUICK = (
    coins,
    teams,
    deltas,
    strategies,
    nested,
    conflicts,
    questions,
    unsaid,
    precise,
    alone,
    elsewhere,
    outdone,
)
"""What is answered within some seconds; the others are tried by `run.py attack`."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.heavy) for kind in KINDS],
    ids=lambda kind: kind.__name__,
)
def test_every_kind_of_large_file_is_answered(kind: Callable[[], Files], tmp_path: Path) -> None:
    """Soon, in one line, and not by accepting it: too large, or wrong where that is seen first."""
    text, claims = kind()
    content = {**certificate(text, *claims), "conclusion": {**CONCLUDED, "guarantee": "quantal"}}
    code, said = asked(tmp_path, content, text)
    assert said.count("\n") == 1 and len(said) < 10_000
    assert (code, said.partition(":")[0]) in ((1, "refused"), (2, "unreadable"))


def test_what_was_too_large_costs_the_next_certificate_nothing(tmp_path: Path) -> None:
    """In one process the work is counted anew for each certificate."""
    text, claims = strategies()
    (tmp_path / "large.toml").write_text(text, encoding="utf-8")
    (tmp_path / "large.json").write_text(json.dumps(certificate(text, *claims)), encoding="utf-8")
    small = INSTANCES / "classics/prosecutor.toml"
    honest = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"
    with Kernel() as kernel:
        for _ in range(3):
            reply = kernel(tmp_path / "large.json", tmp_path / "large.toml")
            assert reply.code == 2 and reply.text.startswith("unreadable: too large: ")
            assert kernel(honest, small).accepted


@pytest.mark.slow
def test_a_long_title_is_not_printed_or_is_printed_once(tmp_path: Path) -> None:
    text = game_text(points(1, 1)).replace('title = "large"', f'title = "{"long " * 1_000_000}"')
    code, said = asked(tmp_path, certificate(text, {"claim": "optimum", "value": "1"}), text)
    assert said.count("\n") == 1 and code in (0, 2) and len(said) < 6_000_000


@pytest.mark.slow
def test_many_claims_about_a_long_table_are_too_much(tmp_path: Path) -> None:
    """Their number times the rows."""
    text = "u,a\n" + "1,1\n" * 200_000
    content = {
        **TABLE,
        "table": digest(text),
        "rows": 200_000,
        "claims": [CLAIM | {"weights": [["a", "1"]]}] * 20_000,
    }
    code, said = asked(tmp_path, content, text)
    assert (code, said.count("\n")) == (2, 1) and said.startswith("unreadable: too large")
