"""Parameters: families of games, and what is said of files that are none."""
# ruff: noqa: E501 (one refusal a line, its message in full)

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.games import INSTANCES, ROOT
from verifier.certificate import certificate
from verifier.certified import verify, written
from verifier.errors import InstanceError
from verifier.game.model import digest
from verifier.game.parameters import Parameter, Parts
from verifier.game.reader import load, load_family, parse
from verifier.game.writer import write
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine

F = Fraction
REGIONS = sorted((INSTANCES / "regions").glob("*.toml"))
PRIOR = INSTANCES / "regions/prosecutor_prior.toml"
PROOF = INSTANCES / "regions/standard_of_proof.toml"
BONUS = INSTANCES / "regions/sponsors_bonus.toml"
TOLERANCE = INSTANCES / "regions/identical_tolerance.toml"


def message(text: str, **at: Any) -> str:
    """The message with which a file is refused."""
    with pytest.raises(InstanceError) as error:
        parse(text, "F", at)
    return str(error.value)


def changed(path: Path, *changes: tuple[str, str]) -> str:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def test_a_family_knows_its_parameters_and_what_depends_on_them() -> None:
    family = load_family(PRIOR)
    assert family.title == "A prosecutor, for every share of guilty defendants"
    assert family.parameters == (Parameter("t", F(0), F(1), F(3, 10)),)
    assert family.parts == Parts(prior=True)
    assert load_family(BONUS).parts == Parts(agents=("sponsored by A", "sponsored by B"))
    assert load_family(TOLERANCE).parts == Parts(claim=True)
    both = load_family(PROOF)
    assert [parameter.name for parameter in both.parameters] == ["t", "s"]
    assert both.parts == Parts(prior=True, user=True)
    text = changed(BONUS, ("[user]", '[model]\nquantal.eta = "1 + t"\n[user]'))
    assert load_family_of(text).parts.model


def load_family_of(text: str) -> Any:
    from verifier.game.foreign import of_text
    from verifier.game.reader import MAX_BYTES, family

    return family(of_text(text, "F", MAX_BYTES, "instance"))


def test_a_file_without_parameters_is_a_family_of_one_game() -> None:
    path = INSTANCES / "classics/prosecutor.toml"
    family = load_family(path)
    assert (family.parameters, family.parts) == ((), Parts())
    assert family.at() == load(path)
    with pytest.raises(InstanceError, match=r"t cannot be set \(--set\), it has no \[parameters\]"):
        family.at({"t": F(1)})


@pytest.mark.parametrize("values", [{}, {"t": F(2, 5)}, {"s": "3/4"}, {"t": 1, "s": F(3, 4)}])
def test_the_game_at_values_is_the_game_with_these_numbers(values: dict[str, Any]) -> None:
    family = load_family(PROOF)
    point = {"t": F(3, 10), "s": F(9, 10)} | {name: F(value) for name, value in values.items()}
    t, s = point["t"], point["s"]
    plain = changed(
        PROOF,
        ('"1 - t"', f'"{1 - t}"'),
        ('"t"', f'"{t}"'),
        ('"s"', f'"{s}"'),
        ('"1 - s"', f'"{1 - s}"'),
    )
    head, _, rest = plain.partition("[parameters]")
    game = family.at(values)
    assert game == parse(head + "[user]" + rest.partition("[user]")[2], "F")
    assert game == load(PROOF, values) == load(PROOF, at=values)
    assert game.parameters == point
    assert game.heading == f"{game.title}, at t = {t}, s = {s}"


@pytest.mark.parametrize("path", REGIONS, ids=lambda path: path.stem)
def test_families_can_be_sent_to_another_process(path: Path) -> None:
    family = load_family(path)
    again = pickle.loads(pickle.dumps(family))
    high = {parameter.name: parameter.high for parameter in family.parameters}
    assert again.at(high) == family.at(high)
    game = pickle.loads(pickle.dumps(family.at(high)))
    assert game.parameters == high


def test_a_game_that_is_derived_has_no_parameters() -> None:
    """It is not the game of the file any more, so no certificate may say so."""
    game = load(PRIOR)
    other = replace(game, gamma=F(1, 10))
    assert (game.parameters, other.parameters) == ({"t": F(3, 10)}, {})
    assert parse(write(game), "F") == game
    assert parse(write(game), "F").parameters == {}


def test_the_kernel_reads_the_file_with_the_parameters(tmp_path: Path) -> None:
    game = load(PRIOR, {"t": "2/5"})
    with written(game) as path:
        assert path.read_text(encoding="utf-8") == PRIOR.read_text(encoding="utf-8")
    found = verify(game, [Guarantee.BAYES], keep=tmp_path, stem="game").guarantees["bayes"]
    assert found.reply is not None and found.reply.accepted
    assert " at t = 2/5 (sha256:" in found.reply.text
    assert digest(load(tmp_path / "game.toml", {"t": "2/5"})) == digest(game)


def test_a_certificate_names_parameters_only_where_there_are_some() -> None:
    for path, there in ((PRIOR, True), (INSTANCES / "classics/prosecutor.toml", False)):
        game = load(path)
        made = certificate(game, examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES])
        assert made is not None
        assert ('"parameters"' in made.text) is there


T = 't = { from = 0, to = 1, default = "3/10" }'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"1 - t"', '"1 - t/2"', "prior: at t = 3/10 sums to 23/20, expected 1"),
        ('"1 - t"', '"7/10"', "prior: at t = 0 sums to 7/10, expected 1"),
        (f'"1 - t", guilty = "t" }}\n\n[parameters]\n{T}', f'"3/2 - t", guilty = "t - 1/2" }}\n\n[parameters]\n{T.replace("3/10", "1/2")}', 'prior.guilty: "t - 1/2" at t = 0 is -1/2, expected a probability of at least 0'),
        ('"1 - t"', '"1 - u"', "prior.innocent: '1 - u' names u, expected parameters only: t"),
        ('"1 - t"', '"1 - tt"', "prior.innocent: '1 - tt' names tt, expected parameters only: t; did you mean 't'?"),
        ('"1 - t"', '"1 - t*t"', "prior.innocent: '1 - t*t' multiplies parameters, expected a rational or an expression that is affine"),
        ('"1 - t"', '"1/t"', "prior.innocent: '1/t' divides by a parameter"),
        ('"1 - t"', '"t/(1 - 1)"', "prior.innocent: 't/(1 - 1)' divides by 0"),
        ('"1 - t"', '"1 - 1t"', "prior.innocent: '1 - 1t' has no sign between two factors"),
        ('"1 - t"', '"1 - (t"', "prior.innocent: '1 - (t' is not complete"),
        ('"1 - t"', '"t.real"', "prior.innocent: 't.real' has '.' in it"),
        ('"1 - t"', '"abs(t)"', "prior.innocent: 'abs(t)' names abs"),
        ('"1 - t"', '"t(1)"', "prior.innocent: 't(1)' has no sign between two factors"),
        ('"1 - t"', '"0,7"', "prior.innocent: '0,7' has ',' in it, expected a rational or an expression that is affine in the parameters, such as \"1/2 + t/4\"; did you mean \"0.7\"?"),
        ('"1 - t"', f'"t + {"0" * 200}"', "prior.innocent: is an expression of 204 characters, expected at most 200"),
        ('"1 - t"', "true", "prior.innocent: is a truth value, expected a rational"),
        (T, f"{T}\ns = {{ from = 0, to = 1, default = 0 }}", "parameters.s: is a parameter on which no number of the file depends"),
        (T, "", "parameters: has 0 entries, expected 1 to 2 parameters"),
        (T, T + "".join(f"\n{n} = {{ from = 0, to = 1, default = 0 }}" for n in "rs"), "parameters: has 3 entries, expected 1 to 2 parameters"),
        (f"[parameters]\n{T}", "", "prior.innocent: '1 - t' is not a rational"),
        (T, "t = 1", "parameters.t: is an integer, expected a table"),
        (T, T.replace("from", "form"), "parameters.t.form: is unknown, expected only 'from', 'to', 'default'; did you mean 'from'?"),
        (T, T.replace(', default = "3/10"', ""), "parameters.t.default: is missing, expected 'from', 'to', 'default'"),
        (T, T.replace("to = 1", "to = 0"), "parameters.t: goes from 0 to 0, expected an interval in which from < to"),
        (T, T.replace('"3/10"', "2"), "parameters.t.default: is 2, expected a rational from 0 to 1"),
        (T, T.replace("to = 1", 'to = "1 + 1"'), "parameters.t.to: '1 + 1' is not a rational"),
        (T, T.replace("t =", "t-1 ="), "parameters.t-1: is no name of a parameter"),
        ("[user]", '[claim]\ntolerance = "t - 1/10"\n[user]', 'claim.tolerance: "t - 1/10" at t = 0 is -1/10, expected a rational of at least 0'),
        ("[user]", '[claim]\ngamma = "1/2 - t"\n[user]', 'claim.gamma: "1/2 - t" at t = 1 is -1/2, expected a rational of at least 0'),
        ("[user]", '[model]\nquantal.eta = "t"\n[user]', 'model.quantal.eta: "t" at t = 0 is 0, expected a rational above 0'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_the_corner(old: str, new: str, expected: str) -> None:
    found = message(changed(PRIOR, (old, new)))
    assert expected in found, found
    assert found.startswith("F: line ")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ({"u": 1}, "F: u cannot be set (--set), its parameters are t"),
        ({"T": 1}, "F: T cannot be set (--set), its parameters are t; did you mean 't'?"),
        ({"t": 2}, "F: t = 2, expected 0 <= t <= 1"),
        ({"t": F(-1, 9)}, "F: t = -1/9, expected 0 <= t <= 1"),
        ({"t": 0.5}, 'F: the value of t is a float, expected an exact number, such as "2/5" or Fraction(2, 5)'),
        ({"t": True}, "F: the value of t is a bool, expected an exact number"),
        ({"t": "30%"}, "F: t: '30%' is not a rational, expected an integer, a decimal or a string like \"7/10\"; did you mean \"3/10\"?"),
        ({"t": F(1, 10**400)}, "F: the value of t has more than 400 digits, expected at most 400"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_value_is_named(at: dict[str, Any], expected: str) -> None:
    assert message(PRIOR.read_text(encoding="utf-8"), **at).startswith(expected)


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = changed(PRIOR, ('"1 - t"', '"1 - u"'), ("innocent = 1,", 'innocent = "t*t",'))
    assert len(message(text).splitlines()) == 2


def test_only_files_with_parameters_need_sympy() -> None:
    code = (
        "import sys; from verifier.game.reader import load;"
        " load('instances/classics/prosecutor.toml'); assert 'sympy' not in sys.modules;"
        " load('instances/regions/prosecutor_prior.toml'); assert 'sympy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.slow
@pytest.mark.parametrize("t", [F(0), F(1, 4), F(1, 2), F(2, 3), F(1)])
def test_the_prosecutor_s_values_have_a_kink_at_one_half(t: Fraction) -> None:
    """As the notes say: he gets 2t, she 1 - t below 1/2; he gets 1, she t from there on."""
    from verifier.api import persuade

    found = persuade(load(PRIOR, {"t": t}), "prosecutor")
    assert found.value == min(2 * t, 1)
    assert found.worst.user_utility == max(t, 1 - t)


@pytest.mark.slow
@pytest.mark.parametrize(("t", "s"), [("3/10", "9/10"), ("1/2", "3/4"), ("4/5", "3/5")])
def test_the_standard_of_proof_is_what_the_notes_say(t: str, s: str) -> None:
    from verifier.api import persuade

    found = persuade(load(PROOF, {"t": t, "s": s}), "prosecutor")
    share, standard = F(t), F(s)
    acquits = share < standard
    assert found.value == (share / standard if acquits else 1)
    hers = standard * (1 - share) if acquits else (1 - standard) * share
    assert found.worst.user_utility == hers


@pytest.mark.slow
@pytest.mark.parametrize("t", [F(0), F(1, 2), F(6, 5), F(2)])
def test_a_quarter_of_the_bonus_is_the_hull_distance(t: Fraction) -> None:
    report = examine(load(BONUS, {"t": t}), [Guarantee.BAYES])
    assert report.alignment.simplex.epsilon == t / 4
    assert report.findings[Guarantee.BAYES].claimed_bound == F(4, 5) - t / 2


@pytest.mark.slow
@pytest.mark.parametrize(("t", "verdict"), [("0", "refuted"), ("6/25", "refuted"), ("1/4", "proved"), ("1/2", "proved")])  # fmt: skip
def test_from_a_quarter_on_the_claim_holds(t: str, verdict: str) -> None:
    found = verify(load(TOLERANCE, {"t": t}), [Guarantee.BAYES, Guarantee.BEST_AI])
    assert found.verdicts == {"bayes": verdict, "best-ai": verdict}


def test_an_expression_without_parameters_is_met_with_how_to_declare_them() -> None:
    lines = (INSTANCES / "regions/prosecutor_prior.toml").read_text(encoding="utf-8").splitlines()
    at = lines.index("[parameters]")
    text = "\n".join([*lines[:at], *lines[at + 2 :]])
    said = message(text)
    assert "prior.innocent: '1 - t' is not a rational" in said
    assert "is t a parameter? Then declare it: parameters.t = { from = " in said
