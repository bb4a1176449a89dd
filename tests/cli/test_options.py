"""No option is without effect: each is used by a mode of its command, or refused there.

`TABLE` has every command, the modes that decide which of its options are used, and in each mode all
of its options. A new option or command has to be entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from _pytest.mark.structures import ParameterSet

from tests.commands import FILM, Ran, Run
from tests.games import INSTANCES, ROOT
from verifier import cli
from verifier.sweep.run import workers_of

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
LINE = INSTANCES / "guarantees/narrow_line.toml"
OPPOSED = INSTANCES / "classics/opposed_experts.toml"
TOLERANCE = INSTANCES / "regions/identical_tolerance.toml"
FEW_WORDS = INSTANCES / "counterexamples/learning_alphabet.toml"
TWO_PROSECUTORS = INSTANCES / "classics/two_prosecutors.toml"
TWO_SPEAKERS = INSTANCES / "guarantees/two_speakers.toml"
MENU = INSTANCES / "menus/prosecutor.menu"
TASTES = INSTANCES / "populations/opposite_tastes.toml"
FILMS = INSTANCES / "data/films.csv"
BRANDS = INSTANCES / "regions/identical_prior.toml"
PRIOR = INSTANCES / "regions/prosecutor_prior.toml"
SPONSORS = INSTANCES / "regions/sponsors_bonus.toml"
CERTIFICATE = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"


@dataclass(frozen=True)
class Used:
    """The option, with this value if it has one, changes what is printed or written."""

    value: object = None


@dataclass(frozen=True)
class Refused:
    """The option is refused, for a reason in which these words occur."""

    says: str
    value: object = None


@dataclass(frozen=True)
class Elsewhere:
    """Another test, which is named, sees what the option does."""

    test: str


Fate = Used | Refused | Elsewhere
Seen = tuple[Ran, dict[str, bytes]]
"""What a command printed, and the files that it wrote."""
Play = Callable[..., Seen]


@dataclass(frozen=True)
class Mode:
    """The words of a command that decide which options are used; `before` are run beforehand."""

    words: tuple[object, ...]
    options: Mapping[str, Fate]
    before: tuple[tuple[object, ...], ...] = ()


RULES = """
format = 1
[[rules]]
agent = "prosecutor"
signal = { innocent = { convict = 1 }, guilty = { convict = 1 } }
"""
TEMPLATE = """
format = 1
title = "a template"
states = ["y1", "y2"]
actions = ["a1", "a2"]
prior = { y1 = "1/2", y2 = "1/2" }
user = { utility = { a1 = { y1 = 1, y2 = 0 }, a2 = { y1 = 0, y2 = "0..1 step 1/10" } } }
agents = [{ name = "one", utility = { a1 = { y1 = 1, y2 = 0 }, a2 = { y1 = 0, y2 = 1 } } }]
"""
FILES = {
    "silent.toml": RULES,
    "table.csv": "item,u,a,b,c\nx,0,0,1,9\ny,1,4,0,9\nz,2,4,1/2,7\nv,0,2,3,2\nw,3,0.5,2,1\n",
    "gaps.csv": "item,u,a,b\nx,0,0,1\ny,1,4,\nz,2,4,1/2\nv,0,2,3\n",
    "comma.csv": "item;u;a\nx;0;0,500\ny;1;4,125\n",
    "blanks.csv": "item,u,a;b\nx,0,1;1\ny,1,3;0\n",
    "coded.csv": "item,u,a,b\nx,0,0,1\ny,1,-99,1\nz,2,4,2\n",
    "long.csv": "film,who,score,u,a\nx,ann,0,1,2\nx,bob,1,2,5\ny,ann,2,3,4\ny,bob,1,4,4\n",
    "states.csv": "state,item,u,a,b,c\ns,x,0,1,0.5,4\ns,y,1,0,2,4\nt,x,1,1,0,3\nt,y,0,2,1,3\n",
    "prior.csv": "state,probability\ns,1/3\nt,2/3\n",
    "labels.csv": "label,input\n0,I helped\n1,I stole\n",
    "judgements.csv": "one,two\n1,0\n0,0\n",
    "some.template": TEMPLATE,
    "parameters.template": TEMPLATE.replace("y2 = 1 }", 'y2 = "t" }')
    + '[parameters]\nt = { from = 0, to = 1, default = "1/2" }\n',
}
JSON = Used()
LIMIT = Used(1)
CERTIFICATES = Used("elsewhere")
SECONDS = Elsewhere("test_every_command_ends_after_its_seconds")
SET = Refused("it has no [parameters]", "t=1/2")
ONE = Refused("it has only one", "ann")
PEOPLE: dict[str, Fate] = {"--user": Used("ann")}
PARAMETERS: dict[str, Fate] = {"--set": Used("t=2/5")}
FIGURE = Used("figure.svg")
WIDTH = Elsewhere("test_beliefs_that_depend_on_the_parameter_are_left_undecided")


def refused(says: str, **values: object) -> dict[str, Fate]:
    """These options, each with a value or None, are refused for the same reason."""
    return {f"--{name.replace('_', '-')}": Refused(says, value) for name, value in values.items()}


TABLES = "for tables (.csv, .parquet) only"
READING: dict[str, Fate] = {
    "--user": Used("a"),
    "--agent": Used("b"),
    "--only": Used("u"),
    "--without": Used("c"),
    "--separator": Used("tab"),
    "--decimal": Used(","),
    "--missing": Used("4"),
    "--long": Used("item,u,a"),
}
SMALL = ("--states", 2, "--actions", 2, "--count", 3, "--guarantee", "bayes")
SHAPE = {"--states": Used(3), "--actions": Used(3), "--agents": Used(1), "--grid": Used(7)}
SWEEP: dict[str, Fate] = {
    "--count": Used(1),
    "--seconds": SECONDS,
    "--seed": Used(2),
    "--distance": Refused("the family uniform has no such parameter", "1/20"),
    "--bias": Refused("the family uniform has no such parameter", "1/20"),
    "--shared": Refused("the family uniform has no such parameter", "1/20"),
    "--ties": Used("belief"),
    "--template": Refused("the family uniform has no such parameter", "some.template"),
    "--guarantee": Used("best-ai"),
    "--store": Used("other.sqlite"),
    "--workers": Elsewhere("test_as_many_workers_as_asked_for"),
    "--dask": Used("127.0.0.1:1"),
    "--timeout": Used("0.001"),
    "--retry": Elsewhere("test_failures_are_rows_and_can_be_tried_again"),
    "--keep": Refused("only with --worst", 1),
    "--worst": Used("worst"),
    "--figure": FIGURE,
    "--set": Refused("only for the family template", "t=1/2"),
    "--json": JSON,
    **SHAPE,
}
NO_SHAPE = "the family template has no such parameter"
SEARCH: dict[str, Fate] = {
    "--drop": Used("identical"),
    "--guarantee": Used("best-ai"),
    "--agents": Used(1),
    "--states": Used(1),
    "--actions": Used(1),
    "--observations": Refused("the agents see the state", 3),
    "--user-observations": Refused("the user sees nothing", 2),
    "--alphabet": Refused("any number of words", 2),
    "--largest-denominator": Used(1),
    "--largest-difference": Used(1),
    "--objective": Used("largest-loss"),
    "--method": Used("sample"),
    "--seed": Elsewhere("search sampled"),
    "--games": Used(1),
    "--seconds": SECONDS,
    "--memory": Used(50),
    "--users": Refused("in its games there is one user", 3),
    "--output": Used("elsewhere"),
    "--json": JSON,
}
TABLE: dict[str, dict[str, Mode]] = {
    "verify": {
        "": Mode(
            (FEW_WORDS,),
            {
                "--seconds": SECONDS,
                "--guarantee": Used("bayes"),
                "--json": JSON,
                "--certificates": CERTIFICATES,
                "--tolerance": Used("1/7"),
                "--hull": Used("cone"),
                "--cross-check": Used(),
                "--program-limit": LIMIT,
                "--protocol-limit": LIMIT,
                "--sender-tries": Elsewhere("verify two senders"),
                "--set": SET,
                "--user": ONE,
            },
        ),
        "two senders": Mode((TWO_SPEAKERS,), {"--sender-tries": Used(0)}),
        "parameters": Mode((PRIOR,), PARAMETERS),
        "users": Mode((TASTES, "--guarantee", "bayes"), PEOPLE),
    },
    "check": {
        "a guarantee": Mode(
            (CERTIFICATE, PROSECUTOR),
            {
                "--seconds": SECONDS,
                "--guarantee": Used("best-ai"),
                "--verdict": Used("refuted"),
                "--tolerance": Used("1/7"),
                "--hull": Used("cone"),
                "--claimed": Used("1/7"),
                "--set": Used("t=1/7"),
            },
        ),
        "an equilibrium": Mode(
            ("certificates/prosecutor.bayes.worst.json", PROSECUTOR),
            {
                **refused(
                    "conclusion: there is none",
                    guarantee="bayes",
                    verdict="proved",
                    tolerance=0,
                    hull="cone",
                    claimed=0,
                ),
                "--set": Used("t=1/7"),
            },
            (("equilibria", PROSECUTOR),),
        ),
        "a table": Mode(
            ("certificates/table.hull.json", "table.csv"),
            refused(
                "a distance of a table has no options",
                guarantee="bayes",
                verdict="proved",
                tolerance=0,
                hull="cone",
                claimed=0,
                set="t=1/7",
            ),
            (("hull", "table.csv", "--certificates", "certificates"),),
        ),
    },
    "cheap-talk": {
        "": Mode(
            (OPPOSED,),
            {
                "--seconds": SECONDS,
                "--agent": Used("builder"),
                "--profile-limit": LIMIT,
                "--program-limit": LIMIT,
                "--json": JSON,
                "--set": SET,
                "--user": ONE,
            },
        ),
        "parameters": Mode((PRIOR,), PARAMETERS),
        "users": Mode((TASTES, "--agent", "showman"), PEOPLE),
    },
    "learning": {
        "": Mode(
            (LINE,),
            {
                "--seconds": SECONDS,
                "--agent": Used("plug garage"),
                "--rounds": Used(3),
                "--steps": Used(2),
                "--profile-limit": LIMIT,
                "--figure": FIGURE,
                "--json": JSON,
                "--set": SET,
                "--user": ONE,
            },
        ),
        "parameters": Mode((PRIOR,), PARAMETERS),
        "users": Mode((TASTES,), PEOPLE),
    },
    "dynamics": {
        "": Mode(
            (FILM,),
            {
                "--seconds": SECONDS,
                "--start": Used("truth"),
                "--ties": Used("favour-speaker"),
                "--step": Used("1/20"),
                "--order": Used("random"),
                "--seed": Refused("only with --order random or --start random", 2),
                "--moves": Used(1),
                "--figure": FIGURE,
                "--json": JSON,
                "--certificates": Elsewhere("dynamics at an end"),
                "--set": SET,
                "--user": ONE,
                "--program-limit": LIMIT,
            },
        ),
        "at an end": Mode((FILM, "--start", "truth"), {"--certificates": CERTIFICATES}),
        "at random": Mode((FILM, "--order", "random"), {"--seed": Used(2)}),
        "from a random start": Mode((FILM, "--start", "random"), {"--seed": Used(2)}),
        "parameters": Mode((SPONSORS,), PARAMETERS),
    },
    "equilibria": {
        "": Mode(
            (PROSECUTOR,),
            {
                "--seconds": SECONDS,
                "--guarantee": Used("bayes"),
                "--rules": Used("silent.toml"),
                "--pure": Used(),
                "--menu": Used("silent.toml"),
                "--profile-limit": Refused("only with --pure or --menu", 1),
                "--json": JSON,
                "--certificates": CERTIFICATES,
                "--program-limit": LIMIT,
                "--sender-tries": Elsewhere("equilibria two senders"),
                "--set": SET,
                "--user": ONE,
            },
        ),
        "two senders": Mode((TWO_SPEAKERS,), {"--sender-tries": Used(0)}),
        "rules": Mode(
            (PROSECUTOR, "--rules", "silent.toml"),
            {
                **refused("exclude each other", pure=None, menu="silent.toml"),
                "--guarantee": Used("quantal"),
                "--sender-tries": Refused("not with --rules", 3),
                "--profile-limit": Refused("only with --pure or --menu", 1),
                "--json": JSON,
                "--certificates": CERTIFICATES,
                "--program-limit": LIMIT,
            },
        ),
        "pure": Mode(
            (PROSECUTOR, "--pure"),
            {
                **refused("exclude each other", rules="silent.toml", menu="silent.toml"),
                **refused(
                    "not with --pure or --menu",
                    certificates="there",
                    program_limit=1,
                    sender_tries=3,
                ),
                "--guarantee": Used("bayes"),
                "--profile-limit": LIMIT,
                "--json": JSON,
            },
        ),
        "parameters": Mode((PRIOR,), PARAMETERS),
        "parameters and rules": Mode((PRIOR, "--rules", "silent.toml"), PARAMETERS),
        "parameters and pure rules": Mode((PRIOR, "--pure"), PARAMETERS),
        "menu": Mode(
            (TWO_PROSECUTORS, "--menu", MENU),
            {
                **refused("exclude each other", rules="silent.toml", pure=None),
                **refused(
                    "not with --pure or --menu",
                    certificates="there",
                    program_limit=1,
                    sender_tries=3,
                ),
                "--guarantee": Used("bayes"),
                "--profile-limit": LIMIT,
                "--json": JSON,
            },
        ),
        "users": Mode((TASTES,), PEOPLE),
    },
    "ethics": {
        "": Mode(
            ("labels.csv", "judgements.csv"),
            {"--ones": Used("right"), "-o": Used("x.csv"), "--seconds": SECONDS},
        )
    },
    "examples": {
        "": Mode(
            (),
            {
                "--seconds": SECONDS,
                "-o": Refused("only with the NAME of a game", "copy.toml"),
                "--json": JSON,
            },
        ),
        "one": Mode(
            ("prosecutor",),
            {"-o": Used("copy.toml"), "--json": Refused("only without a NAME")},
        ),
    },
    "explain": {
        "": Mode(
            (PROSECUTOR,),
            {
                "--seconds": SECONDS,
                "--guarantee": Used("bayes"),
                "--format": Used("md"),
                "-o": Used("story.txt"),
                "--full": Elsewhere("test_long_fractions_are_in_full_when_asked_for"),
                "--short": Used(),
                "--pictures": Used("pictures"),
                "--tolerance": Used("1/7"),
                "--hull": Used("cone"),
                "--program-limit": LIMIT,
                "--set": SET,
                "--user": ONE,
            },
        ),
        "parameters": Mode((PRIOR,), PARAMETERS),
        "a page of parameters": Mode((PRIOR, "--format", "html"), PARAMETERS),
        "a page": Mode((PROSECUTOR, "--format", "html"), refused("only for text", full=None)),
        "a folder": Mode(
            (ROOT / "instances/data", "-o", "site"),
            {
                "--guarantee": Used("bayes"),
                "--format": Refused("give --format html", "md"),
                "--full": Refused("only for text"),
                **refused("is a folder", short=None, pictures="pictures"),
                "--tolerance": Used("1/7"),
                "--hull": Used("cone"),
                "--program-limit": LIMIT,
            },
        ),
        "users": Mode((TASTES, "--guarantee", "bayes"), PEOPLE),
    },
    "hull": {
        "an instance": Mode(
            (PROSECUTOR,),
            {
                "--seconds": SECONDS,
                "--user": ONE,
                **refused(
                    TABLES,
                    agent="a",
                    only="a",
                    without="a",
                    separator="tab",
                    decimal=",",
                    missing="-",
                    long="a,b,c",
                    drop_rows=None,
                    drop_columns=None,
                    norm="mean",
                    sup_only=None,
                    curve=None,
                    orders=5,
                    seed=1,
                    figure="figure.svg",
                    within=1,
                    rounds=200,
                    hold_out="1/2",
                    robust=1,
                    baseline=1,
                    programs=5,
                    certificates="there",
                ),
                "--set": SET,
                "--json": JSON,
            },
        ),
        "an instance with parameters": Mode((SPONSORS,), PARAMETERS),
        "an instance with users": Mode((TASTES,), PEOPLE),
        "a table": Mode(
            ("table.csv",),
            {
                **READING,
                **refused("only with --curve or --figure", orders=5, seed=1, hold_out="1/2"),
                **refused("only with --within", rounds=200),
                **refused("only with --robust or --baseline", programs=5),
                "--robust": Used(1),
                "--baseline": Used(1),
                "--drop-rows": Elsewhere("hull a table with gaps"),
                "--drop-columns": Elsewhere("hull a table with gaps"),
                "--norm": Used("mean"),
                "--sup-only": Used(),
                "--curve": Used(),
                "--figure": FIGURE,
                "--within": Used(1),
                "--certificates": CERTIFICATES,
                "--set": Refused("for instances only", "t=1/2"),
                "--json": JSON,
            },
        ),
        "one norm": Mode(
            ("table.csv", "--norm", "mean"), refused("exclude each other", sup_only=None)
        ),
        "a table with gaps": Mode(("gaps.csv",), {"--drop-rows": Used(), "--drop-columns": Used()}),
        "a curve": Mode(
            (FILMS, "--curve"),
            {"--orders": Used(2), "--seed": Used(2), "--hold-out": Used("1/2")},
        ),
        "within": Mode((FILMS, "--within", "1/4"), {"--rounds": Used(0)}),
        "robust": Mode((FILMS, "--robust", 1), {"--programs": Used(1)}),
    },
    "instance": {
        "": Mode(
            ("states.csv",),
            {
                "--seconds": SECONDS,
                **READING,
                "--action": Used("x"),
                "--state": Used("s"),
                "--prior": Used("prior.csv"),
                "--title": Used("another"),
                "-o": Used("game.toml"),
            },
        )
    },
    "new": {
        "": Mode(
            ("--states", "rain,sun", "--actions", "go,stay"),
            {
                "--seconds": SECONDS,
                "--states": Used("dry,wet"),
                "--actions": Used("wait,walk"),
                "--agents": Used(1),
                "--observations": Used("clouds,stars"),
                "--title": Used("another"),
            },
        )
    },
    "persuade": {
        "": Mode(
            (PROSECUTOR, "--agent", "prosecutor"),
            {
                "--agent": Used("nobody"),
                "--program-limit": LIMIT,
                "--json": JSON,
                "--seconds": SECONDS,
                "--set": SET,
                "--user": ONE,
            },
        ),
        "parameters": Mode((PRIOR, "--agent", "prosecutor"), PARAMETERS),
        "users": Mode((TASTES, "--agent", "showman"), PEOPLE),
    },
    "program": {
        "hull": Mode(
            (PROSECUTOR, "--what", "hull"),
            {
                "--what": Used("bound"),
                "--format": Used("json"),
                "--output": Used("program.lp"),
                "--seconds": SECONDS,
                **refused("only with --what bound", guarantee="bayes"),
                **refused("only with --what deviation:AGENT", rules="silent.toml"),
                "--program-limit": LIMIT,
                "--set": SET,
                "--user": ONE,
            },
        ),
        "parameters": Mode((PRIOR, "--what", "bound"), PARAMETERS),
        "bound": Mode(
            (PROSECUTOR, "--what", "bound"),
            {"--guarantee": Used("quantal"), "--program-limit": LIMIT},
        ),
        "deviation": Mode(
            (PROSECUTOR, "--what", "deviation:prosecutor"),
            {
                "--rules": Elsewhere("test_the_others_follow_the_given_rules"),
                "--program-limit": LIMIT,
            },
        ),
        "users": Mode((TASTES, "--what", "bound"), PEOPLE),
    },
    "region": {
        "one parameter": Mode(
            (TOLERANCE, "--guarantee", "bayes"),
            {
                "--guarantee": Used("best-ai"),
                "--parameter": Used("s"),
                "--set": Used("t=1/3"),
                "--user": ONE,
                "--width": Elsewhere(
                    "test_beliefs_that_depend_on_the_parameter_are_left_undecided"
                ),
                "--derive": Used(),
                "--figure": FIGURE,
                "--json": JSON,
                "--certificates": CERTIFICATES,
                "--program-limit": LIMIT,
                "--seconds": SECONDS,
            },
        ),
        "two parameters": Mode(
            (BRANDS, "--guarantee", "bayes"),
            {
                "--guarantee": Used("best-ai"),
                "--parameter": Used("t"),
                "--set": Used("t=1/3"),
                "--width": Elsewhere("test_what_lies_around_a_curve_is_undecided_with_its_area"),
                "--derive": Used(),
                "--figure": FIGURE,
                "--json": JSON,
                "--certificates": CERTIFICATES,
                "--program-limit": LIMIT,
                "--seconds": SECONDS,
            },
        ),
    },
    "schema": {"": Mode((), {"--seconds": SECONDS, "-o": Used("instance.schema.json")})},
    "search": {
        "": Mode(("--drop", "hull", "--games", 500), SEARCH),
        "observations": Mode(
            ("--drop", "learning-question", "--games", 100),
            {"--observations": Used(1), "--user-observations": Used(1)},
        ),
        "words": Mode(("--drop", "learning-alphabet", "--games", 100), {"--alphabet": Used(3)}),
        "sampled": Mode(("--drop", "hull", "--method", "sample"), {"--seed": Used(2)}),
        "enumerated": Mode(
            ("--drop", "hull", "--method", "enumerate"), refused("--method sample", seed=2)
        ),
        "z3": Mode(
            ("--drop", "hull", "--method", "z3"),
            {
                "--seed": Refused("only with --method sample", 2),
                "--largest-denominator": Refused("not with --method z3 alone", 6),
            },
        ),
        "largest": Mode(
            ("--drop", "hull", "--objective", "largest-loss", "--method", "sample"),
            refused("z3 is not for --objective largest-loss", method="z3"),
        ),
    },
    "serve": {
        "a file": Mode(
            (PROSECUTOR,),
            {
                "--open": Elsewhere("test_the_page_is_opened_where_that_is_asked_for"),
                "--port": Elsewhere("test_a_port_that_is_taken_is_said"),
                "--seconds": Elsewhere("test_what_takes_too_long_is_killed"),
            },
        ),
    },
    "sweep": {
        "uniform": Mode(("uniform", *SMALL), SWEEP),
        "private": Mode(
            ("private", *SMALL),
            refused("no such parameter", distance=0, bias=0, shared=0, template="some.template"),
        ),
        "near-hull": Mode(
            ("near-hull", *SMALL),
            {
                "--distance": Used("1/3"),
                **refused("no such parameter", bias=0, shared=0, template="some.template"),
            },
        ),
        "shared-bias": Mode(
            ("shared-bias", *SMALL),
            {
                "--distance": Used("1/3"),
                "--bias": Used("1/3"),
                **refused("no such parameter", shared=0, template="some.template"),
            },
        ),
        "sponsors": Mode(
            ("sponsors", *SMALL),
            {
                "--bias": Used("1/3"),
                "--shared": Used("1/3"),
                **refused("no such parameter", distance=0, template="some.template"),
            },
        ),
        "template": Mode(
            ("template", "--template", "some.template", "--count", 2),
            {
                "--template": Used("silent.toml"),
                "--seed": Used(2),
                "--set": SET,
                **refused(
                    "no such parameter",
                    states=2,
                    actions=2,
                    agents=2,
                    grid=7,
                    distance=0,
                    bias=0,
                    shared=0,
                    ties="any",
                ),
            },
        ),
        "template with parameters": Mode(
            ("template", "--template", "parameters.template", "--count", 2, "--json"), PARAMETERS
        ),
        "a cluster": Mode(
            ("uniform", *SMALL, "--dask", "127.0.0.1:1"), refused("not with --dask", workers=2)
        ),
        "worst cases": Mode(
            ("uniform", *SMALL[:4], "--count", 12, *SMALL[6:], "--worst", "worst"),
            {"--keep": Used(1)},
        ),
    },
    "theorem": {
        "": Mode(
            (PROSECUTOR,),
            {
                "--guarantee": Used("best-ai"),
                "-o": Used("prosecutor.v"),
                "--check": Elsewhere(
                    "test_without_rocq_the_file_is_written_and_it_is_said_what_to_do"
                ),
                "--program-limit": LIMIT,
                "--seconds": SECONDS,
                "--set": SET,
                "--user": ONE,
            },
        ),
        "parameters": Mode((PRIOR,), PARAMETERS),
        "users": Mode((TASTES, "--guarantee", "bayes"), PEOPLE),
    },
    "tree": {
        "text": Mode(
            (PROSECUTOR,),
            {
                "--seconds": SECONDS,
                "--rules": Used("silent.toml"),
                "--format": Used("dot"),
                "--tree-limit": Refused("only with --format dot or efg, or with --rules", 1),
                "--set": SET,
                "--user": ONE,
            },
        ),
        "parameters": Mode((PRIOR,), PARAMETERS),
        "parameters for Gambit": Mode((PRIOR, "--format", "efg"), PARAMETERS),
        "json": Mode(
            (PROSECUTOR, "--format", "json"),
            {
                "--rules": Used("silent.toml"),
                "--tree-limit": Refused("only with --format dot or efg, or with --rules", 1),
            },
        ),
        "rules": Mode(
            (PROSECUTOR, "--rules", "silent.toml", "--format", "json"), {"--tree-limit": Used(1)}
        ),
        **{
            form: Mode(
                (PROSECUTOR, "--format", form),
                {"--rules": Used("silent.toml"), "--tree-limit": LIMIT},
            )
            for form in ("dot", "efg")
        },
        "users": Mode((TASTES,), PEOPLE),
    },
}


def options_of(command: str) -> set[str]:
    """The first names of a command's options."""
    found = cli.app.get_command(click.Context(cli.app), command)
    assert found is not None
    return {p.opts[0] for p in found.params if isinstance(p, click.Option)}


def pairs(kind: type[Fate]) -> list[ParameterSet]:
    """Every mode with every option that has this fate in it."""
    return [
        pytest.param(command, mode, option, fate, id=f"{command} {name} {option}")
        for command, modes in TABLE.items()
        for name, mode in modes.items()
        for option, fate in mode.options.items()
        if isinstance(fate, kind)
    ]


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_option_is_in_the_table(command: str) -> None:
    entered = {option for mode in TABLE[command].values() for option in mode.options}
    assert entered == options_of(command)
    first = next(iter(TABLE[command].values()))
    assert first.options.keys() == options_of(command), "the first mode has all of them"


def test_what_is_seen_elsewhere_is_seen() -> None:
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    modes = {f"{command} {name}" for command, modes in TABLE.items() for name in modes}
    for *_, fate in (param.values for param in pairs(Elsewhere)):
        assert isinstance(fate, Elsewhere)
        assert f"def {fate.test}(" in tests or fate.test in modes


@pytest.fixture(scope="module")
def worker() -> Iterator[tuple[Executor, int]]:
    """One worker for all sweeps; how many there are changes nothing, as the last test sees."""
    with workers_of(None, 1) as started:
        yield started


@pytest.fixture
def play(
    run: Run, worker: tuple[Executor, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Play:
    """A command with these words, in a folder of its own with all files: what is seen of it."""
    monkeypatch.setattr(
        "verifier.cli.sweep.workers_of",
        lambda address, count: workers_of(address, count) if address else nullcontext(worker),
    )

    def call(command: str, mode: Mode, *words: object) -> Seen:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        monkeypatch.chdir(folder)
        for name, text in FILES.items():
            Path(name).write_text(text, encoding="utf-8")
        for words_before in mode.before:
            assert run(*words_before).code == 0
        before = set(folder.rglob("*"))
        ran = run(command, *mode.words, *words)
        written = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(set(folder.rglob("*")) - before)
            if path.is_file()
        }
        return ran, written

    return call


@pytest.mark.parametrize(("command", "mode", "option", "fate"), pairs(Refused))
def test_an_option_that_is_not_used_is_refused(
    play: Play, command: str, mode: Mode, option: str, fate: Refused
) -> None:
    ran, written = play(command, mode, option, *([] if fate.value is None else [fate.value]))
    assert (ran.code, ran.out, written) == (2, "", {})
    assert len(ran.err.splitlines()) == 1
    assert option in ran.err or command == "check"
    assert fate.says in ran.err


@pytest.fixture(scope="module")
def played() -> dict[tuple[object, ...], Seen]:
    """What was seen of a command in a mode without any further option, when it was first run."""
    return {}


@pytest.mark.slow
@pytest.mark.parametrize(("command", "mode", "option", "fate"), pairs(Used))
def test_an_option_that_is_used_changes_something(
    play: Play,
    played: dict[tuple[object, ...], Seen],
    command: str,
    mode: Mode,
    option: str,
    fate: Used,
) -> None:
    key = (command, *mode.words, *mode.before)
    if key not in played:
        played[key] = play(command, mode)
    without = played[key]
    assert without[0].code in (0, 1, 3) or mode.words[0] == "gaps.csv"
    assert play(command, mode, option, *([] if fate.value is None else [fate.value])) != without


def test_as_many_workers_as_asked_for(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """More workers change nothing but the time."""
    wanted: list[int] = []

    def noted(address: str | None, count: int) -> Any:
        wanted.append(count)
        return workers_of(address, count)

    monkeypatch.setattr("verifier.cli.sweep.workers_of", noted)
    mode = TABLE["sweep"]["uniform"]
    assert play("sweep", mode, "--workers", 2) == play("sweep", mode, "--workers", 1)
    assert wanted == [2, 1]
