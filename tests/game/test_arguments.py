"""Games from Python's own values: every form is the same game, and is checked as a file is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, ROOT, games
from verifier.errors import InstanceError, SizeError
from verifier.frozen import FrozenDict
from verifier.game.arguments.build import game
from verifier.game.model import Agent, Conversation, Game, Quantal, Ties, Utility
from verifier.game.reader import MAX_AGENTS, load, parse
from verifier.game.writer import write

F = Fraction
STATES, ACTIONS = ["rain", "sun"], ["umbrella", "none"]
USER = {"umbrella": {"rain": 1, "sun": "1/3"}, "none": {"rain": 0, "sun": F(1, 2)}}
ROWS: list[list[Any]] = [[1, "1/3"], [0, F(1, 2)]]
BASE: dict[str, Any] = {
    "states": STATES,
    "actions": ACTIONS,
    "prior": {"rain": "1/3", "sun": "2/3"},
    "user": USER,
    "agents": {"seller": [[1, 1], [0, 0]]},
}


def made(**changes: Any) -> Game:
    given = {**BASE, **changes}
    return game(**{key: value for key, value in given.items() if value is not None})


def frame(rows: list[list[Any]], index: list[str], columns: list[str]) -> Any:
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(rows, index=index, columns=columns)


def test_what_is_made_is_what_a_file_says() -> None:
    found = made(title="Rain", tolerance="1/20", ties="order", conversation={"rounds": 2})
    assert parse(write(found), "written") == found
    assert (found.tolerance, found.ties, found.conversation.rounds) == (F(1, 20), Ties.ORDER, 2)
    assert found.utility["umbrella", "sun"] == F(1, 3)


@pytest.mark.parametrize(
    "user",
    [
        ROWS,
        tuple(map(tuple, ROWS)),
        dict(zip(ACTIONS, ROWS, strict=True)),
        [USER["umbrella"], USER["none"]],
        {(a, y): USER[a][y] for a in ACTIONS for y in STATES},
        {"utility": USER},
        np.array(ROWS, dtype=object),
        np.array([["1", "1/3"], ["0", "0.5"]]),
        [np.array([1, F(1, 3)], dtype=object), [0, Decimal("0.5")]],
    ],
)
def test_every_form_of_a_utility_is_the_same_one(user: Any) -> None:
    assert made(user=user) == made()
    assert made(agents={"seller": user}).agents[0].utility == made().utility


def test_arrays_of_whole_numbers_are_exact() -> None:
    for kind in (int, np.int8, np.uint64, np.int32):
        assert made(user=np.array([[1, 2], [3, 4]], dtype=kind)).utility["none", "rain"] == 3
    assert made(user=[[np.int64(3), np.uint8(200)], [0, 0]]).utility["umbrella", "sun"] == 200


def test_data_frames_go_by_their_names() -> None:
    exact = frame(ROWS, ACTIONS, STATES).astype(object)
    assert made(user=exact) == made()
    turned = frame([[F(1, 2), 0], ["1/3", 1]], ACTIONS[::-1], STATES[::-1]).astype(object)
    assert made(user=turned) == made()
    texts = frame([[1.0, 0.25], [0.0, 0.5]], ACTIONS, STATES).astype(str)
    assert made(user=texts).utility["umbrella", "sun"] == F(1, 4)


def test_priors_and_joint_distributions() -> None:
    pandas = pytest.importorskip("pandas")
    rows = [["nothing", "rain", "rain", "1/3"], ["nothing", "sun", "sun", "2/3"]]
    cube = np.array([[["1/3", 0], [0, "2/3"]]], dtype=object)
    assert made(prior=["1/3", F(2, 3)]) == made()
    assert made(prior=pandas.Series({"sun": "2/3", "rain": "1/3"})) == made()
    for joint in (
        rows,
        {tuple(row[:3]): row[3] for row in rows},
        cube,
        pandas.DataFrame(rows, columns=["hers", "theirs", "state", "probability"]),
    ):
        assert made(prior=None, joint=joint) == made()


def test_agents_by_name_or_as_a_list() -> None:
    parts = {"utility": [[1, 1], [0, 0]], "sees": [["rain", "sun"]]}
    by_name = made(agents={"seller": parts, "friend": USER})
    assert by_name.agents[0].sees == (("rain", "sun"),)
    listed = made(agents=[{"name": "seller", **parts}, {"name": "friend", "utility": USER}])
    assert listed == by_name
    assert made(agents=list(by_name.agents)) == by_name


def test_an_action_may_be_called_utility() -> None:
    found = made(actions=["utility"], user=[[1, 0]], agents={"seller": {"utility": [1, 2]}})
    assert found.agents[0].utility["utility", "sun"] == 2


def test_parts_of_other_games_are_taken() -> None:
    talk, noise = Conversation(2, 3, 4), Quantal(F(1, 2), 3)
    found = made(conversation=talk, quantal=noise, ties=Ties.BELIEF)
    assert (found.conversation, found.quantal, found.ties) == (talk, noise, Ties.BELIEF)


def test_a_game_that_was_made_cannot_be_changed() -> None:
    found = made()
    assert isinstance(found.utility, FrozenDict) and isinstance(found.joint, FrozenDict)
    with pytest.raises(TypeError, match="cannot be changed"):
        found.utility["umbrella", "rain"] = F(2)


def nested(utility: Utility, of: Game) -> Any:
    return {a: {y: utility[a, y] for y in of.states} for a in of.actions}


def rows(utility: Utility, of: Game) -> Any:
    return [[utility[a, y] for y in of.states] for a in of.actions]


def pairs(utility: Utility, of: Game) -> Any:
    return dict(utility)


def array(utility: Utility, of: Game) -> Any:
    filled = np.empty((len(of.actions), len(of.states)), dtype=object)
    filled[:] = [[str(utility[a, y]) for y in of.states] for a in of.actions]
    return filled


@settings(max_examples=60, deadline=None)
@given(of=games(), form=st.sampled_from([nested, rows, pairs, array]))
def test_a_game_is_made_again_of_its_parts(of: Game, form: Callable[..., Any]) -> None:
    note(write(of))

    def agent(entry: Agent) -> Mapping[str, Any]:
        return {"utility": form(entry.utility, of), "sees": entry.sees}

    again = game(
        title=of.title,
        source=of.source,
        notes=of.notes,
        states=of.states,
        actions=of.actions,
        user_observations=of.user_observations,
        agent_observations=of.agent_observations,
        joint=of.joint,
        user=form(of.utility, of),
        agents={entry.name: agent(entry) for entry in of.agents},
        conversation=of.conversation,
        ties=of.ties,
        quantal=of.quantal,
        tolerance=of.tolerance,
        gamma=of.gamma,
        benchmark=of.target,
        hull=of.hull,
    )
    assert again == of


class Unknown:
    """Nothing that a game is made of."""


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"user": [[1, 0.3], [0, 1]]}, r'user\[0\]\[1\]: is the float 0.3, which is rounded; .*"3/10"'),
    (
        {"user": np.array([[1, 0.3], [0, 1]])},
        r"user: .*float64.*; write user.astype\(str\)",
    ),
    ({"user": [[1, float("nan")], [0, 1]]}, r"user\[0\]\[1\]: is the float nan, expected a number"),
    ({"user": [[1, True], [0, 1]]}, r"user\[0\]\[1\]: is True \(a bool\), expected a number"),
    ({"user": [[1, None], [0, 1]]}, r"user\[0\]\[1\]: is None, expected a number"),
    ({"user": [[1, "x"], [0, 1]]}, r"user\[0\]\[1\]: 'x' is not a rational"),
    ({"user": [[1, "0,5"], [0, 1]]}, r"user\[0\]\[1\]: .*did you mean \"0.5\"\?"),
    ({"user": [[1, "1/0"], [0, 1]]}, r"user\[0\]\[1\]: 1/0 has a zero denominator"),
    ({"user": [[1, Decimal("NaN")], [0, 1]]}, r"user\[0\]\[1\]: is Decimal\('NaN'\)"),
    ({"user": [[1, F(1, 10**900)], [0, 1]]}, r"user\[0\]\[1\]: is a fraction of more than 400 dig"),
    ({"user": [[1, 10**500], [0, 1]]}, r"user\[0\]\[1\]: is an integer of more than 400 digits"),
    ({"user": [[1, 0]]}, r"user: has 1 entries, expected one for each of the 2 actions"),
    ({"user": [[1, 0], [0, 1, 2]]}, r"user\[1\]: has 3 entries, .* the 2 states: 'rain', 'sun'"),
    (
        {"user": np.zeros((3, 2), dtype=int)},
        r"user: .*shape \(3, 2\), expected \(2, 2",
    ),
    ({"user": 5}, r"user: is 5 \(an int\), expected a table of actions by states"),
    ({"user": Unknown()}, r"user: is an Unknown, expected a table"),
    ({"user": {"umbrela": [1, 0], "none": [0, 1]}}, r"\['umbrela'\]: is unknown.*mean 'umbrella'"),
    ({"user": {"umbrella": [1, 0]}}, r"user\['none'\]: is missing, expected 'umbrella', 'none'"),
    ({"user": {"umbrella": 1, "none": 0}}, r"user\['umbrella'\]: is 1 \(an int\), expected a dict"),
    ({"user": {0: [1, 0], 1: [0, 1]}}, r"user: the key 0 \(an int\), expected the names of the 2"),
    ({"user": {("umbrella",): 1}}, r"user: the key \('umbrella',\) .*expected \(action, state\)"),
    ({"user": {("umbrella", "fog"): 1}}, r"user\['umbrella', 'fog'\]: is unknown"),
    ({"user": {("none", "sun"): 0.5}}, r"user\['none', 'sun'\]: is the float 0.5"),
    (
        {"agents": {"bob": np.array([[1, 2], [3, "y"]], dtype=object)}},
        r"agents\['bob'\]\[1, 1\]: 'y'",
    ),
    ({"agents": {"bob": [[1, 2]]}}, r"agents\['bob'\]: has 1 entries"),
    ({"agents": {}}, r"agents: is an empty list, expected at least 1 of agents"),
    ({"agents": "bob"}, r"agents: is 'bob' \(a str\), expected a dict from each agent's name"),
    ({"agents": [USER]}, r"agents\[0\]\['umbrella'\]: is unknown, expected only 'name', 'utility'"),
    ({"agents": [5]}, r"agents\[0\]: is 5 \(an int\), expected a dict with name and utility"),
    ({"agents": [{"name": "bob"}]}, r"agents\[0\]\['utility'\]: is missing"),
    ({"agents": np.zeros((1, 2, 2))}, r"agents: is a ndarray, expected a dict from each agent"),
    ({"agents": {3: USER}}, r"agents: the key 3 \(an int\), expected an agent's name"),
    ({"agents": {"bob\n": USER}}, r"agents\['bob\\n'\]\['name'\]: .*character 4 is U\+000A"),
    (
        {"agents": {"bob": {"utility": USER, "sees": [["rain"], ["rain"]]}}},
        r"agents\['bob'\]\['sees'\]\[1\]\[0\]: 'rain' is also in cell 0",
    ),
    (
        {"agents": {"bob": {"utility": [[1, 0.1], [0, 0]], "sees": [STATES]}}},
        r"agents\['bob'\]\['utility'\]\[0\]\[1\]: is the float 0.1",
    ),
    ({"prior": {"rain": "1/2", "sun": "1/3"}}, r"prior: sums to 5/6, expected 1"),
    ({"prior": {"rain": "0.33", "sun": "0.66"}}, r"prior: sums to 99/100.*prior = {'rain': '1/3'"),
    ({"prior": ["3/2", "-1/2"]}, r"prior\[1\]: is -1/2, expected a probability of at least 0"),
    ({"prior": [0.5, 0.5]}, r'prior\[0\]: is the float 0.5, which is rounded; write "1/2"'),
    ({"prior": np.array([0.5, 0.5])}, r"prior: is an array of float64"),
    ({"prior": None}, r"prior: is missing, expected either `prior` or `joint`"),
    ({"joint": [["nothing", "rain", "rain", 1]]}, r"joint: stands beside `prior`"),
    ({"prior": None, "joint": 5}, r"joint: is 5 \(an int\), expected rows \(user observation"),
    (
        {"prior": None, "joint": [["nothing", "fog", "rain", 1]]},
        r"joint\[0\]\[1\]: 'fog' is not",
    ),
    (
        {"prior": None, "joint": {("rain", "sun"): 1}},
        r"joint: the key .*expected \(user",
    ),
    (
        {"prior": None, "joint": {("nothing", "sun", "sun"): -1}},
        r"joint\['nothing', 'sun', ",
    ),
    (
        {"prior": None, "joint": np.zeros((2, 2, 2), dtype=int)},
        r"joint: .*shape \(2, 2, 2\),",
    ),
    ({"states": "rain, sun"}, r"states: is a string, .*; write: states = \['rain', 'sun'\]"),
    ({"states": {"rain", "sun"}}, r"states: is .*set\), which has no order, expected a list"),
    ({"states": ["rain", "rain"]}, r"states\[1\]: 'rain' is also entry 0"),
    ({"states": ["rain", 2]}, r"states\[1\]: is an integer, expected a string"),
    ({"states": None}, r"states: missing; a game has states, actions, user, agents"),
    ({"user": None, "agents": None}, r"user and agents: missing"),
    ({"actions": []}, r"actions: is an empty list, expected at least 1 of names"),
    ({"ties": "anyy"}, r"ties: 'anyy' is not a tie rule.*did you mean 'any'\?"),
    ({"tolerance": 0.05}, r'tolerance: is the float 0.05, which is rounded; write "1/20"'),
    ({"tolerance": "-1"}, r"tolerance: is -1, expected a rational of at least 0"),
    ({"gamma": {}}, r"gamma: is a table, expected a rational"),
    ({"benchmark": "best"}, r"benchmark: 'best' is not a benchmark"),
    ({"hull": "cones"}, r"hull: 'cones' is not a kind of hull.*cone"),
    ({"conversation": 2}, r"conversation: is 2 \(an int\), expected a dict such as {'rounds': 2}"),
    ({"conversation": {"round": 2}}, r"conversation\['round'\]: is unknown.*mean 'rounds'"),
    ({"conversation": {"rounds": 99}}, r"conversation\['rounds'\]: is 99, expected an integer fr"),
    (
        {"conversation": {"title": "x"}},
        r"conversation\['title'\].*; title is an argument of",
    ),
    ({"quantal": {"eta": 0.5}}, r"quantal\['eta'\]: is the float 0.5"),
    ({"quantal": "e"}, r"quantal: is 'e' \(a str\), expected a dict such as {'eta': 10"),
    ({"title": 5}, r"title: is an integer, expected a string"),
    ({"notes": Unknown()}, r"notes: is an Unknown, expected text, a number, a list or a dict"),
    ({"notes": [[[[[[["x"]]]]]]]}, r"notes.*: is nested too deeply, expected at most 5 levels"),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_what_is_no_game_is_refused_with_its_place(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InstanceError, match=said) as error:
        made(**wrong)
    assert len(str(error.value)) < 400
    assert all(word not in str(error.value) for word in ("line ", "[[", "object at"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda frame: frame.T,
            r"user: has the states as rows .*; write user.T",
        ),
        (lambda frame: frame / 2, r"user: has floats in the columns 'rain', 'sun'.*astype\(str\)"),
        (
            lambda frame: frame.rename(index={"none": "no"}),
            r"user: its rows are called 'umbrella'",
        ),
        (
            lambda frame: frame[["rain"]],
            r"user: its columns are called 'rain', expected",
        ),
        (lambda frame: frame.astype(object).where(frame > 0), r"user.loc\['none', 'rain'\]: is "),
        (lambda frame: frame.set_axis(["a", "a"], axis=0), r"user: its rows are called 'a', 'a'"),
    ],
)
def test_what_is_wrong_with_a_data_frame(change: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(InstanceError, match=said):
        made(user=change(frame([[1, 2], [0, 4]], ACTIONS, STATES)))


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InstanceError) as error:
        made(user=[[0.5, 0], [0, "x"]], tolerance=0.1, prior={"rain": 1, "sun": True})
    lines = str(error.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["tolerance", "prior['sun']", "user[0][0]"]


def test_sizes_are_those_of_files() -> None:
    with pytest.raises(SizeError, match=f"agents: has {MAX_AGENTS + 1} entries, at most"):
        made(agents={f"agent {n}": ROWS for n in range(MAX_AGENTS + 50)})


def test_the_messages_are_those_of_the_reader() -> None:
    """The same fault in a file and in an argument: the same words after the place."""
    text = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")
    with pytest.raises(InstanceError) as in_file:
        parse(text.replace("7/10", "6/10"), "file")
    of = load(INSTANCES / "classics/prosecutor.toml")
    with pytest.raises(InstanceError) as in_call:
        game(
            states=of.states,
            actions=of.actions,
            user=of.utility,
            agents=list(of.agents),
            prior={"innocent": "6/10", "guilty": "3/10"},
        )
    assert (
        str(in_file.value).rpartition("prior: ")[2] == str(in_call.value).rpartition("prior: ")[2]
    )


def test_pandas_and_numpy_are_not_imported() -> None:
    code = (
        "import sys, verifier.game.arguments.build as build;"
        "build.game(states=['a'], actions=['x'], prior=[1], user=[[1]], agents={'p': [[1]]});"
        "print({'pandas', 'numpy'} & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "set()\n"
