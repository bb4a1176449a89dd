"""Wrong use of the Python interface answers with a sentence, and with no error from inside."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import verifier.api as vf
from tests.games import INSTANCES
from verifier.errors import VerifierError

PROSECUTOR = str(INSTANCES / "classics/prosecutor.toml")
FILMS = str(INSTANCES / "data/films.csv")

FAMILY = str(INSTANCES / "regions/identical_tolerance.toml")
TWO = str(INSTANCES / "regions/identical_prior.toml")
VOTERS = str(INSTANCES / "populations/opposite_tastes.toml")
FILM_NIGHT = str(INSTANCES / "guarantees/film_night.toml")

Call = Callable[[], object]


def wrong(said: str, call: Call) -> Any:
    return pytest.param(call, said, id=said[:40])


use: Any = vf
"""The interface without its types: what is wrong here, mypy would find."""

GAPS = pd.DataFrame({"user": [1, 2, 3], "a": [1, None, 3], "b": [3, 2, 1]})
NUMBERED = pd.DataFrame({"nr": [1, 2, 3], "a": [1, 2, 5], "b": [3, 2, 5]})

FOUND: Any = vf.verify(PROSECUTOR, "bayes")

CALLS = [
    wrong(r"the game: is 5 \(an int\), expected a game, the path", lambda: use.load(5)),
    wrong(r"the game: is None, expected a game", lambda: use.verify(None)),
    wrong(r"the game: is a dict, .* vf.game\(\*\*parts\)", lambda: use.hull({"states": []})),
    wrong(r"the game: is b'x' \(a bytes\)", lambda: use.load(b"x")),
    wrong(r"the game: is a Verified, expected a game", lambda: use.hull(FOUND)),
    wrong(r"no.toml: no such file", lambda: use.verify("no.toml")),
    wrong(r"the instance: '' is no path", lambda: use.load("")),
    wrong(r"the text: lacks 'states', 'actions'", lambda: use.load('format = 1\ntitle = "x"\n')),
    wrong(r"the text: line 2: ", lambda: use.load("format = 1\nstates = [\n")),
    wrong(r"guarantees bays: .*did you mean 'bayes'\?", lambda: use.verify(PROSECUTOR, "bays")),
    wrong(r"guarantees G4: expected one of", lambda: use.verify(PROSECUTOR, ["G1", "G4"])),
    wrong(r"guarantees\[1\]: is 2 \(an int\)", lambda: use.verify(PROSECUTOR, ["G1", 2])),
    wrong(r"guarantees: is 2 \(an int\), expected a name", lambda: use.equilibria(PROSECUTOR, 2)),
    wrong(r"guarantees: is empty, expected one of bayes", lambda: use.verify(PROSECUTOR, [])),
    wrong(
        r'tolerance: is the float 0.05, which is rounded; write "1/20"',
        lambda: use.verify(PROSECUTOR, tolerance=0.05),
    ),
    wrong(
        r"tolerance: is -1, expected a number of at",
        lambda: use.verify(PROSECUTOR, tolerance=-1),
    ),
    wrong(r"tolerance: 'x' is not a rational", lambda: use.verify(PROSECUTOR, tolerance="x")),
    wrong(r'tolerance: .*did you mean "1/20"\?', lambda: use.verify(PROSECUTOR, tolerance="5%")),
    wrong(r"effort: is 9 \(an int\), expected an Effort", lambda: use.verify(PROSECUTOR, effort=9)),
    wrong(
        r"effort.program_limit: is 0 \(an int\), expected a whole number from 1",
        lambda: use.verify(PROSECUTOR, effort=use.Effort(program_limit=0)),
    ),
    wrong(
        r"effort.near_bits: is 1001 \(an int\), expected a whole number from 0 to 1000",
        lambda: use.verify(PROSECUTOR, effort=use.Effort(near_bits=1001)),
    ),
    wrong(r"keep: is 3 \(an int\), expected a path", lambda: use.verify(PROSECUTOR, keep=3)),
    wrong(r"stem: is 'a/b', expected part", lambda: use.verify(PROSECUTOR, keep="x", stem="a/b")),
    wrong(r"rules: is \{\} \(a dict\), expected a path", lambda: use.judge(PROSECUTOR, {})),
    wrong(r"missing.toml: no such file", lambda: use.judge(PROSECUTOR, "missing.toml")),
    wrong(
        r"guarantee g9: expected one of",
        lambda: use.restricted_equilibria(PROSECUTOR, "g9"),
    ),
    wrong(
        r"guarantee: is \['bayes'\] \(a list\), expected a text",
        lambda: use.restricted_equilibria(PROSECUTOR, ["bayes"]),
    ),
    wrong(r"limit: is 0 \(an int\), expected a whole", lambda: use.tree(PROSECUTOR, limit=0)),
    wrong(r"limit: is 1.5 \(a float\), expected a whole", lambda: use.tree(PROSECUTOR, limit=1.5)),
    wrong(
        r"no agent is called 'prosecuter'; .*did you mean 'prosecutor'\?",
        lambda: use.persuade(PROSECUTOR, "prosecuter"),
    ),
    wrong(r"agent: is 0 \(an int\), expected a text", lambda: use.persuade(PROSECUTOR, 0)),
    wrong(r"agents\[0\]: is None, expected a text", lambda: use.cheap_talk(PROSECUTOR, [None])),
    wrong(r"steps: is 0 \(an int\), expected a whole", lambda: use.learning(PROSECUTOR, steps=0)),
    wrong(r"rounds: is 1.5 \(a float\), expected", lambda: use.learning(PROSECUTOR, rounds=1.5)),
    wrong(r"the game: is a function, expected", lambda: use.explain(use.hull)),
    wrong(
        r"found: is a Game, expected the result of",
        lambda: use.as_record(use.load(PROSECUTOR), "x"),
    ),
    wrong(r"instance: is None, expected a text", lambda: use.as_record(FOUND, None)),
    wrong(r"start slience: .*you mean 'silence'\?", lambda: use.dynamics(PROSECUTOR, "slience")),
    wrong(r'step: is the float 0.1, .*write "1/10"', lambda: use.dynamics(PROSECUTOR, step=0.1)),
    wrong(r"order turn: expected one of round", lambda: use.dynamics(PROSECUTOR, order="turn")),
    wrong(r"moves: is -1 \(an int\), expected a whole", lambda: use.dynamics(PROSECUTOR, moves=-1)),
    wrong(r"seed: is '1' \(a str\), expected a whole", lambda: use.dynamics(PROSECUTOR, seed="1")),
    wrong(r"drop hul: .*did you mean 'hull'\?", lambda: use.search("hul")),
    wrong(r"drop: is None, expected one of hull, identical", lambda: use.search(None)),
    wrong(r"identical is a hypothesis of bayes", lambda: use.search("identical", "best-ai")),
    wrong(r"agents: is 13 \(an int\), .* from 1 to 12", lambda: use.search("hull", agents=13)),
    wrong(
        r"methods z4: expected one of enumerate",
        lambda: use.search("hull", methods="z4"),
    ),
    wrong(r"objective: is 1 \(an int\), expected one of", lambda: use.search("hull", objective=1)),
    wrong(r"unifrom: no such family, .*mean 'uniform'\?", lambda: use.sweep("unifrom", 1)),
    wrong(r"count: is 0 \(an int\), expected a whole", lambda: use.sweep("uniform", 0)),
    wrong(r"distance: is the float 0.1", lambda: use.sweep("near-hull", 1, distance=0.1)),
    wrong(r"bias: the family near-hull has no such", lambda: use.sweep("near-hull", 1, bias=1)),
    wrong(
        r"timeout: is 'long' \(a str\), expected", lambda: use.sweep("uniform", 1, timeout="long")
    ),
    wrong(r"ties anyy: expected one of any", lambda: use.sweep("uniform", 1, ties="anyy")),
    wrong(r"the table: is \[\] \(a list\), expected a data frame", lambda: use.table_hull([])),
    wrong(r"missing drop: expected one of", lambda: use.table_hull(FILMS, missing="drop")),
    wrong(r"choice: is \{\} \(a dict\), expected a vf.C", lambda: use.table_hull(FILMS, choice={})),
    wrong(r"norms max: expected one of sup, mean", lambda: use.table_hull(FILMS, norms="max")),
    wrong(r"within: is the float 0.2", lambda: use.table_hull(FILMS, within=0.2)),
    wrong(r"orders: is -2 \(an int\)", lambda: use.table_hull(FILMS, orders=-2)),
    wrong(
        r"prior\['1990s'\]: is the float 0.5",
        lambda: use.game_of_table(FILMS, prior={"1990s": 0.5}),
    ),
    wrong(r"best-ai: was not asked for; there are bayes", lambda: FOUND["best-ai"]),
    wrong(r"guarantee bayse: .*did you mean 'bayes'\?", lambda: FOUND["bayse"]),
    wrong(r"guarantee: is 0, expected a text such as", lambda: FOUND[0]),
    wrong(r"quantal: was not asked for", lambda: use.explain(FOUND)["quantal"]),
    wrong(r"quantal: was not asked for", lambda: use.equilibria(PROSECUTOR).certain("quantal")),
    wrong(
        r"path 'x.doc': the ending .doc: expected one of .txt",
        lambda: use.explain(FOUND).save("x.doc"),
    ),
    wrong(r"path: is None, expected a path", lambda: use.explain(FOUND).save(None)),
    wrong(r"the instance: is a game, which has", lambda: use.region(use.load(FAMILY))),
    wrong(r"the instance: is a game, which has", lambda: use.plane(use.load(FAMILY))),
    wrong(r"the instance: is 5 \(an int\), expected a path", lambda: use.region(5)),
    wrong(r"the text: line 1: is not TOML", lambda: use.region("not\na game")),
    wrong(r"at\['t'\]: is the float 0.5", lambda: use.region(FAMILY, at={"t": 0.5})),
    wrong(r"width: is 0, expected a number above 0", lambda: use.region(FAMILY, width="0")),
    wrong(r"width: is the float 0.1", lambda: use.plane(FAMILY, width=0.1)),
    wrong(r"parameter: is 1 \(an int\), expected", lambda: use.region(FAMILY, parameter=1)),
    wrong(r"name it \(parameter p\), or set", lambda: use.region(TWO)),
    wrong(r"q cannot be set \(at\)", lambda: use.load(PROSECUTOR, at={"q": "1/2"})),
    wrong(r"name one or two of them with agents$", lambda: use.cheap_talk(FILM_NIGHT)),
    wrong(r"each of several users .*one of them \(user\)$", lambda: use.dynamics(VOTERS)),
    wrong(r"one of them \(user\), or ask for bayes", lambda: use.verify(VOTERS, "best-ai")),
    wrong(r"raise it with limit$", lambda: use.restricted_equilibria(PROSECUTOR, "bayes", limit=1)),
    wrong(r'\(missing="drop rows" keeps 2 of 3 rows', lambda: use.table_hull(GAPS)),
    wrong(r"leave out .*\(choice.without nr\)", lambda: use.table_hull(NUMBERED)),
    wrong(r"Finding: is no table", lambda: FOUND["bayes"].finding.frame()),
]


@pytest.mark.parametrize(("call", "said"), CALLS)
def test_wrong_use_answers_with_a_sentence(call: Call, said: str) -> None:
    with pytest.raises(VerifierError, match=said) as error:
        call()
    assert len(str(error.value)) < 500
    assert "object at" not in str(error.value)


RULES = """format = 1
[[rules]]
agent = "prosecutor"
signal = { innocent = { i = 1 }, guilty = { g = 1 } }
"""

ODD: list[Any] = [
    None,
    True,
    -1,
    1.5,
    float("nan"),
    10**400,
    b"x",
    "",
    "nonsense",
    "two\nlines",
    "\0",
    [],
    [None],
    ["nonsense"],
    {},
    {1: 2},
    object(),
    print,
    set(),
    Fraction(-1, 2),
    1j,
    ...,
]
"""Values of all kinds, which no parameter, or only one, is meant for."""


def good(rules: Path) -> list[tuple[Callable[..., object], dict[str, Any]]]:
    """Calls that take no time, with every parameter."""
    usual = {"effort": vf.Effort(), "stem": "x", "keep": None}
    return [
        (vf.load, {"given": PROSECUTOR, "at": {}, "user": None}),
        (
            vf.verify,
            {"game": PROSECUTOR, "guarantees": "bayes", "tolerance": 1, "hull": None, **usual},
        ),
        (vf.equilibria, {"game": PROSECUTOR, "guarantees": "bayes", **usual}),
        (vf.judge, {"game": PROSECUTOR, "rules": rules, "guarantee": "bayes", **usual}),
        (vf.hull, {"game": PROSECUTOR}),
        (vf.persuade, {"game": PROSECUTOR, "agent": "prosecutor", "effort": vf.Effort()}),
        (vf.explain, {"found": FOUND, "effort": vf.Effort()}),
        (vf.as_record, {"found": FOUND, "instance": "x"}),
        (vf.tree, {"game": PROSECUTOR, "rules": None, "limit": 9}),
        (
            vf.restricted_equilibria,
            {"game": PROSECUTOR, "guarantee": "bayes", "menu": None, "limit": None},
        ),
        (
            vf.region,
            {"instance": FAMILY, "guarantee": "bayes", "parameter": "t", "at": {}, "width": "1"}
            | {"effort": vf.Effort(), "keep": None, "user": None},
        ),
        (
            vf.plane,
            {"instance": TWO, "guarantee": "bayes", "width": "1"}
            | {"effort": vf.Effort(), "keep": None, "user": None},
        ),
        (
            vf.cheap_talk,
            {"game": PROSECUTOR, "agents": (), "effort": vf.Effort(), "limit": None},
        ),
        (
            vf.learning,
            {"game": PROSECUTOR, "agent": None, "rounds": 2, "steps": 3, "limit": None},
        ),
        (
            vf.dynamics,
            {"game": PROSECUTOR, "start": "alone", "step": 0, "order": "random", "seed": 1}
            | {"moves": 3, **usual},
        ),
        (
            vf.search,
            {"drop": "hull", "guarantee": None, "agents": 2, "states": 2, "actions": 2}
            | {"observations": 2, "user_observations": 1, "alphabet": 2, "games": 3, "seed": 1}
            | {"largest_denominator": 2, "largest_difference": 1, "memory": 4000, "keep": None}
            | {"methods": "sample", "objective": "smallest", "users": 2},
        ),
        (
            vf.table_hull,
            {"table": FILMS, "user": None, "missing": vf.Missing.REFUSE, "choice": vf.Choice()}
            | {"form": vf.Form(), "keep": None, "stem": "t", "norms": "sup", "orders": 0}
            | {"seed": 1, "within": None, "rounds": 1, "hold_out": 0, "robust": None}
            | {"baseline": None, "programs": 9},
        ),
        (
            vf.game_of_table,
            {"table": FILMS, "title": "t", "choice": vf.Choice(), "form": vf.Form()}
            | {"actions": (), "states": (), "prior": None},
        ),
        (
            vf.game,
            {"states": ["a"], "actions": ["x"], "prior": [1], "user": [[1]], "title": "t"}
            | {"agents": {"p": [[1]]}, "joint": None, "user_observations": None, "source": None}
            | {"agent_observations": None, "conversation": None, "ties": None, "quantal": None}
            | {"tolerance": None, "gamma": None, "benchmark": None, "notes": None}
            | {"hull": None, "evaluation": None},
        ),
    ]


@pytest.mark.slow
def test_no_odd_value_of_any_parameter_leaks_an_error_from_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each parameter of each function gets each odd value: an answer, or a sentence."""
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for function, arguments in good(tmp_path / "rules.toml"):
        assert arguments.keys() == inspect.signature(function).parameters.keys()
        for name in arguments:
            for value in ODD:
                try:
                    function(**arguments | {name: value})
                except VerifierError as error:
                    assert str(error), (function, name, value)


def test_the_calls_that_are_tried_with_odd_values_are_good(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    for function, arguments in good(tmp_path / "rules.toml"):
        assert function(**arguments) is not None
