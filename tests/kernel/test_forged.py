"""Forged certificates: each is refused, for the reason that is named."""

from __future__ import annotations

import pytest

from tests.kernel.certificates import judge, made
from tests.kernel.forging import Certificate, Forger, borrow, both, drop, negate, put, repeat, scale
from verifier.kernel.reader.document import UnreadableError, WrongError

PROSECUTOR = ("classics/prosecutor", "bayes")
SPONSORS = ("guarantees/drug_sponsors", "bayes")
SPONSORS_AI = ("guarantees/drug_sponsors", "best-ai")
SPONSORS_QUANTAL = ("guarantees/drug_sponsors", "quantal")
LINE = ("guarantees/narrow_line", "bayes")
LINE_QUANTAL = ("guarantees/narrow_line", "quantal")
TABLETS = ("guarantees/twin_tablets", "bayes")
FLIGHTS = ("guarantees/twin_flights", "bayes")
OPINION = ("guarantees/second_opinion", "bayes")
NOISE = ("counterexamples/full_rationality", "quantal")
LAMP = ("guarantees/one_lamp", "best-ai")
THRESHOLD = ("classics/private_threshold", "bayes")


SILENT = [[[["innocent", "guilty"], None]]]

WRONG: list[tuple[str, tuple[str, str], Forger, str]] = [
    # what it is about
    (
        "another instance",
        PROSECUTOR,
        put("instance", "sha256:" + "0" * 64),
        "instance: the certificate is for",
    ),
    (
        "a whole certificate of another instance",
        PROSECUTOR,
        lambda c: c.update(made(*THRESHOLD)),
        "instance: the certificate",
    ),
    (
        "another tie rule",
        PROSECUTOR,
        put("ties", "favour-speaker"),
        "ties: the certificate is for 'favour-speaker'",
    ),
    (
        "another tolerance",
        PROSECUTOR,
        put("tolerance", "2"),
        "tolerance: the certificate is for 2, the claim is 1",
    ),
    (
        "a negative tolerance",
        PROSECUTOR,
        put("tolerance", "-1"),
        "tolerance: the certificate is for -1",
    ),
    (
        "another guarantee",
        PROSECUTOR,
        put("guarantee", "quantal"),
        "expected a table|claimed_bound",
    ),
    (
        "a claim that is easier",
        PROSECUTOR,
        put("claimed_bound", "-2"),
        "claimed_bound: -2 is stated, the claim is -1",
    ),
    (
        "a claim that is harder",
        PROSECUTOR,
        put("claimed_bound", "1"),
        "claimed_bound: 1 is stated, the claim is -1",
    ),
    (
        "proved called refuted",
        PROSECUTOR,
        both(put("verdict", "refuted"), drop("bound")),
        "is not below the claimed -1",
    ),
    # the hull
    (
        "too small a distance",
        PROSECUTOR,
        put("hull", "epsilon", "1/2"),
        "misses the user's utility",
    ),
    (
        "too large a distance",
        PROSECUTOR,
        put("hull", "epsilon", "2"),
        "does not keep prosecutor at distance 2",
    ),
    ("weights beyond 1", SPONSORS, put("hull", "weights", 0, 1, "1"), "hull.weights"),
    ("a weight left out", SPONSORS, drop("hull", "weights", 0), "hull.weights"),
    (
        "a negative weight",
        SPONSORS,
        both(put("hull", "weights", 0, 1, "-1/2"), put("hull", "weights", 1, 1, "3/2")),
        "hull.weights",
    ),
    ("another offset", PROSECUTOR, put("hull", "offset", "1/7"), "misses the user's utility"),
    ("a measure with mass", PROSECUTOR, put("hull", "witness", 0, -1, "1/3"), "total mass 0"),
    ("a measure that is too heavy", SPONSORS, scale("hull", "witness", by=2), "norm at most 1"),
    ("a measure of nothing", PROSECUTOR, put("hull", "witness", []), "does not keep prosecutor"),
    (
        "a measure that spares one agent",
        SPONSORS,
        scale("hull", "witness", by=-1),
        "it does not keep",
    ),
    # the bound
    (
        "a bound that is overstated",
        PROSECUTOR,
        put("bound", "value", "4/5"),
        "4/5 is stated, 7/10 follows",
    ),
    (
        "a bound that is understated",
        PROSECUTOR,
        put("bound", "value", "3/5"),
        "3/5 is stated, 7/10 follows",
    ),
    (
        "no multipliers at all",
        PROSECUTOR,
        put("bound", "marginal", []),
        "one multiplier for every point",
    ),
    (
        "a point left out",
        PROSECUTOR,
        drop("bound", "marginal", 0),
        "one multiplier for every point",
    ),
    ("a larger marginal multiplier", PROSECUTOR, put("bound", "marginal", 0, 2, "1"), "overshoot"),
    (
        "a negative obedience multiplier",
        PROSECUTOR,
        negate("bound", "obedience", 0, 3),
        "inequality is negative",
    ),
    ("no obedience", PROSECUTOR, put("bound", "obedience", []), "overshoot"),
    (
        "obedience the other way round",
        PROSECUTOR,
        put("bound", "obedience", 0, slice(1, 3), ["acquit", "convict"]),
        "overshoot",
    ),
    (
        "a negative deviation multiplier",
        SPONSORS,
        put("bound", "deviations", 0, "multiplier", "-1"),
        "inequality is negative",
    ),
    (
        "a larger deviation multiplier",
        SPONSORS,
        put("bound", "deviations", 0, "multiplier", "5"),
        "overshoot|is stated",
    ),
    ("a deviation twice", SPONSORS, repeat("bound", "deviations"), "two deviations of one agent"),
    (
        "the deviations left out, under an anonymous response",
        ("guarantees/twin_tablets", "best-ai"),
        both(
            put("bound", "deviations", []),
            put("bound", "obedience", []),
            lambda c: _lower(c["bound"]["marginal"]),
        ),
        "is stated, -200 follows",
    ),
    ("the deviations left out", SPONSORS, put("bound", "deviations", []), "overshoot"),
    (
        "a deviation that reveals nothing",
        PROSECUTOR,
        put("bound", "deviations", 0, "rule", SILENT),
        "does not let her attain OPT",
    ),
    (
        "a rule that leaves an observation out",
        PROSECUTOR,
        put("bound", "deviations", 0, "rule", [[[["guilty"], None]]]),
        "split",
    ),
    (
        "a rule that says two things at once",
        PROSECUTOR,
        put(
            "bound", "deviations", 0, "rule", [[[["innocent", "guilty"], None], [["guilty"], None]]]
        ),
        "do not split",
    ),
    (
        "a rule with an empty answer",
        PROSECUTOR,
        put(
            "bound",
            "deviations",
            0,
            "rule",
            [[[["innocent"], None], [["guilty"], None], [[], None]]],
        ),
        "do not split",
    ),
    (
        "a rule without user messages",
        PROSECUTOR,
        put("bound", "deviations", 0, "rule", []),
        "more rounds or user messages",
    ),
    (
        "a rule for a user who speaks, where she is silent",
        PROSECUTOR,
        put("bound", "deviations", 0, "rule", [[[["innocent"], None], [["guilty"], None]]] * 2),
        "more rounds or user messages",
    ),
    (
        "a rule that goes on after the last round",
        PROSECUTOR,
        put("bound", "deviations", 0, "rule", [[[["innocent"], SILENT], [["guilty"], None]]]),
        "more rounds or user messages",
    ),
    (
        "more answers than messages",
        LINE,
        lambda c: c["bound"]["deviations"][0].update(
            rule=[[[[x], None] for x in _observations(c)]]
        ),
        "answers where the alphabet has 2",
    ),
    (
        "a rule beyond what the agent sees",
        OPINION,
        lambda c: c["bound"]["deviations"].append(
            {
                "agent": c["hull"]["weights"][2][0],
                "multiplier": "0",
                "rule": c["bound"]["deviations"][0]["rule"],
            }
        ),
        "cannot tell apart",
    ),
    (
        "different rules where one response is anonymous",
        ("guarantees/twin_tablets", "best-ai"),
        lambda c: _pool(c["bound"]["deviations"][0]),
        "needs one common rule",
    ),
    (
        "a poorer rule than the benchmark's",
        ("guarantees/one_lamp", "best-ai"),
        lambda c: _pool(*c["bound"]["deviations"]),
        "is stated",
    ),
    # the equilibrium by revelation
    (
        "one agent's rule left out",
        SPONSORS,
        drop("equilibrium", "rules", 0),
        "one rule for every agent",
    ),
    (
        "one agent's rule twice",
        SPONSORS,
        repeat("equilibrium", "rules"),
        "one rule for every agent",
    ),
    (
        "only one agent reveals",
        SPONSORS,
        lambda c: _pool(c["equilibrium"]["rules"][0]),
        "so one of them can withhold",
    ),
    (
        "nobody reveals",
        SPONSORS,
        lambda c: _pool(*c["equilibrium"]["rules"]),
        "not 'full revelation'",
    ),
    (
        "nobody reveals to the best-ai user",
        SPONSORS_AI,
        both(
            lambda c: _pool(*c["equilibrium"]["rules"]),
            put("equilibrium", "kind", "common rule"),
            put("equilibrium", "response", []),
        ),
        "could offer a better rule",
    ),
    (
        "a response that is not best",
        SPONSORS,
        lambda c: _worse(c["equilibrium"]["response"]),
        "is not her choice",
    ),
    (
        "a response at some points only",
        SPONSORS,
        drop("equilibrium", "response", 0),
        "one action for every point",
    ),
    (
        "a tie broken against the order",
        FLIGHTS,
        put("equilibrium", "response", 0, 2, "second_airline"),
        "is not her choice under ties = order",
    ),
    (
        "tied best actions that nobody pins down",
        TABLETS,
        lambda c: _pool(c["equilibrium"]["rules"][0]),
        "so one of them can withhold",
    ),
    (
        "revelation by one to a quantal user",
        SPONSORS_QUANTAL,
        lambda c: _pool(c["equilibrium"]["rules"][0]),
        "fewer than two",
    ),
    (
        "a common rule that is called full revelation",
        LAMP,
        put("equilibrium", "kind", "full revelation"),
        "not 'full",
    ),
    (
        "full revelation that is called a common rule",
        SPONSORS,
        put("equilibrium", "kind", "common rule"),
        "not 'common rule'",
    ),
    (
        "a common rule for a quantal user",
        SPONSORS_QUANTAL,
        put("equilibrium", "kind", "common rule"),
        "needs full revelation",
    ),
    (
        "a common rule that is not the best there is",
        LAMP,
        lambda c: _pool(*c["equilibrium"]["rules"]),
        "could offer a better rule",
    ),
    (
        "two rules that are worth the same, but not one",
        LAMP,
        lambda c: c["equilibrium"]["rules"][0].update(
            rule=[[[["calm", "swell"], None], [["storm"], None]]]
        ),
        "only one common rule",
    ),
    (
        "one agent's signal where there are two",
        SPONSORS,
        borrow(PROSECUTOR, "equilibrium"),
        "one entry for every agent",
    ),
    (
        "a plan for a quantal user",
        SPONSORS_QUANTAL,
        borrow(PROSECUTOR, "equilibrium"),
        "a quantal user needs full revelation",
    ),
    (
        "revelation with one agent",
        PROSECUTOR,
        put(
            "equilibrium",
            {
                "kind": "full revelation",
                "rules": [{"agent": "prosecutor", "rule": SILENT}],
                "response": [],
            },
        ),
        "so one of them can withhold",
    ),
    # the quantal user
    (
        "a narrower claim",
        SPONSORS_QUANTAL,
        put("claimed_bound", {"lower": "0", "upper": "1/10"}),
        "does not enclose",
    ),
    (
        "a wide claim",
        SPONSORS_QUANTAL,
        put("claimed_bound", {"lower": "-10", "upper": "10"}),
        "does not enclose",
    ),
    (
        "another value",
        SPONSORS_QUANTAL,
        put("bound", "value", {"lower": "1", "upper": "1"}),
        "bound.value",
    ),
    ("a quantal user who obeys", SPONSORS_QUANTAL, lambda c: _obey(c), "obeys nothing"),
    (
        "a refuted quantal claim",
        SPONSORS_QUANTAL,
        both(put("verdict", "refuted"), drop("bound")),
        "what she gets is not below the claim",
    ),
    (
        "a rule that asks the quantal user",
        LINE_QUANTAL,
        lambda c: c["bound"]["deviations"][0].update(
            rule=made(*LINE)["bound"]["deviations"][0]["rule"]
        ),
        "follows a script",
    ),
    (
        "a script that says less than it secures",
        SPONSORS_QUANTAL,
        lambda c: _pool(*c["bound"]["deviations"]),
        "bound.value|does not reach",
    ),
]


def _observations(content: Certificate) -> list[str]:
    return list(dict.fromkeys(record[1] for record in content["bound"]["marginal"]))


def _pool(*entries: Certificate) -> None:
    """Makes one-round rules say the same everywhere."""
    for entry in entries:
        everything = [x for when, _ in entry["rule"][0] for x in when]
        entry["rule"] = [[[everything, None]]]


def _lower(marginal: list[list[str]]) -> None:
    for record in marginal:
        record[2] = "-100"


def _worse(response: list[list[str]]) -> None:
    actions = [record[2] for record in response]
    response[0][2] = next(a for a in actions if a != actions[0])


def _without(records: list[list[str]], name: str) -> None:
    records[:] = [record for record in records if record[0] != name]


def _obey(content: Certificate) -> None:
    record = content["bound"]["marginal"][0]
    actions = list(dict.fromkeys(pair[0] for pair in content["hull"]["witness"]))
    content["bound"]["obedience"] = [[record[0], actions[0], actions[-1], "1"]]


UNREADABLE: list[tuple[str, tuple[str, str], Forger, str]] = [
    ("another format", PROSECUTOR, put("format", 2), "format: expected 1"),
    ("a format that is true", PROSECUTOR, put("format", True), "not of type int"),
    (
        "an unknown guarantee",
        PROSECUTOR,
        put("guarantee", "everything"),
        "guarantee: 'everything' is not one",
    ),
    ("an unknown verdict", PROSECUTOR, put("verdict", "true"), "verdict: 'true' is not one"),
    ("a verdict that is a list", PROSECUTOR, put("verdict", ["proved"]), "is not one of proved"),
    ("proved without an equilibrium", PROSECUTOR, drop("equilibrium"), "missing key 'equilibrium'"),
    (
        "vacuous with an equilibrium",
        PROSECUTOR,
        put("verdict", "vacuous"),
        "unknown key 'equilibrium'",
    ),
    ("proved without a bound", PROSECUTOR, drop("bound"), "missing key 'bound'"),
    (
        "refuted with a bound beside it",
        PROSECUTOR,
        put("verdict", "refuted"),
        "unknown key 'bound'",
    ),
    ("a profile with a claim beside it", PROSECUTOR, put("verdict", "equilibrium"), "unknown key"),
    ("its own game", PROSECUTOR, put("game", {"states": []}), "unknown key 'game'"),
    ("its own rows", PROSECUTOR, put("bound", "rows", []), "unknown key 'rows'"),
    ("a missing key", PROSECUTOR, drop("hull"), "missing key 'hull'"),
    ("a missing key inside", PROSECUTOR, drop("bound", "obedience"), "missing key 'obedience'"),
    (
        "an unknown agent",
        PROSECUTOR,
        put("hull", "weights", 0, 0, "judge"),
        "'judge' is not one of prosecutor",
    ),
    (
        "an unknown agent who deviates",
        PROSECUTOR,
        put("bound", "deviations", 0, "agent", "judge"),
        "unknown agent",
    ),
    (
        "an unknown state",
        PROSECUTOR,
        put("hull", "witness", 0, 1, "insane"),
        "'insane' is not one of",
    ),
    (
        "an unknown observation",
        PROSECUTOR,
        put("bound", "marginal", 0, 1, "alibi"),
        "'alibi' is not one of",
    ),
    ("an unknown kind", PROSECUTOR, put("equilibrium", "kind", "trust me"), "equilibrium.kind"),
    ("an equilibrium that is a word", PROSECUTOR, put("equilibrium", "yes"), "equilibrium.kind"),
    ("a bound that is a number", PROSECUTOR, put("bound", 1), "bound: expected a table"),
    (
        "pieces of a quantal bound",
        SPONSORS_QUANTAL,
        put("bound", "pieces", []),
        "unknown key 'pieces'",
    ),
    ("a float", PROSECUTOR, put("tolerance", 1.0), "not a number, or too long"),
    ("not a number", PROSECUTOR, put("tolerance", "nan"), "is not a rational"),
    ("infinity", PROSECUTOR, put("tolerance", "inf"), "is not a rational"),
    ("a truth value for a number", PROSECUTOR, put("tolerance", True), "not a number, or too long"),
    ("a zero denominator", PROSECUTOR, put("tolerance", "1/0"), "zero denominator"),
    ("an endless integer", PROSECUTOR, put("tolerance", "9" * 5000), "too many digits"),
    ("an endless number", PROSECUTOR, put("tolerance", "9" * 50_000), "not a number, or too long"),
    ("a huge exponent", PROSECUTOR, put("tolerance", "1e9999"), "too many digits"),
    ("a longer exponent", PROSECUTOR, put("tolerance", "1e999999999"), "is not a rational"),
    ("digits of another script", PROSECUTOR, put("tolerance", "\u0661"), "is not a rational"),
    ("a record twice", PROSECUTOR, repeat("bound", "marginal"), "appears twice"),
    (
        "a record that is too short",
        PROSECUTOR,
        put("bound", "marginal", 0, ["innocent", "1"]),
        "expected a list like",
    ),
    ("a list for a name", PROSECUTOR, put("bound", "marginal", 0, 0, []), "not of type str"),
    (
        "a rule that is a table",
        PROSECUTOR,
        put("bound", "deviations", 0, "rule", {}),
        "expected a list like",
    ),
    ("precision beyond bounds", SPONSORS_QUANTAL, put("bound", "precision", 10**9), "precision"),
    (
        "a quantal value that is one number",
        SPONSORS_QUANTAL,
        put("bound", "value", "1"),
        "expected a table",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "forge", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_forged_proof_is_wrong(source: tuple[str, str], forge: Forger, reason: str) -> None:
    content = made(*source)
    judge(content, source[0])
    forge(content)
    with pytest.raises((WrongError, UnreadableError), match=reason) as caught:
        judge(content, source[0])
    assert "table" in reason or caught.type is WrongError


@pytest.mark.parametrize(
    ("source", "forge", "reason"), [c[1:] for c in UNREADABLE], ids=[c[0] for c in UNREADABLE]
)
def test_a_forged_document_is_unreadable(
    source: tuple[str, str], forge: Forger, reason: str
) -> None:
    content = made(*source)
    forge(content)
    with pytest.raises(UnreadableError, match=reason):
        judge(content, source[0])


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        ({"guarantee": "best-ai"}, "guarantee: the certificate is for 'bayes', not for 'best-ai'"),
        ({"verdict": "refuted"}, "verdict: the certificate is for 'proved', not for 'refuted'"),
        ({"tolerance": "1/3"}, "tolerance: the certificate is for 1, the claim is 1/3"),
    ],
)
def test_a_certificate_of_something_else_than_was_asked_is_refused(
    expected: dict[str, str], reason: str
) -> None:
    with pytest.raises(WrongError, match=reason):
        judge(made(*PROSECUTOR), PROSECUTOR[0], **expected)


def at_tolerance(tolerance: str, claimed: str) -> Certificate:
    """The hasty reader gets QR = 2/3, whatever is claimed of OPT = 1."""
    content = made(*NOISE)
    content.update(tolerance=tolerance, claimed_bound={"lower": claimed, "upper": claimed})
    return content


def test_a_quantal_claim_of_the_optimum_is_refuted_where_it_is_above_qr() -> None:
    assert (
        judge(made(*NOISE), NOISE[0])
        == "refuted: the quantal user gets less than the claimed 9/10 in an equilibrium"
    )
    said = judge(at_tolerance("333/2000", "667/1000"), NOISE[0], tolerance="333/2000")
    assert said.endswith("less than the claimed 667/1000 in an equilibrium")


@pytest.mark.parametrize(("tolerance", "claimed"), [("1/6", "2/3"), ("1/5", "3/5"), ("1", "-1")])
def test_a_quantal_claim_of_the_optimum_is_not_refuted_by_qr_itself(
    tolerance: str, claimed: str
) -> None:
    with pytest.raises(WrongError, match="what she gets is not below the claimed bound"):
        judge(at_tolerance(tolerance, claimed), NOISE[0], tolerance=tolerance)


def test_a_quantal_claim_of_the_optimum_has_one_size() -> None:
    with pytest.raises(WrongError, match="does not enclose what follows tightly"):
        judge(at_tolerance("1/20", "2/3"), NOISE[0])


def test_there_are_at_least_sixty_forgeries() -> None:
    assert len(WRONG) + len(UNREADABLE) >= 60


def test_a_profile_has_no_tolerance() -> None:
    content = made(*PROSECUTOR)
    for key in ("tolerance", "claimed_bound", "hull", "bound"):
        del content[key]
    content["verdict"] = "equilibrium"
    assert judge(content, PROSECUTOR[0]).startswith("equilibrium:")
    with pytest.raises(WrongError, match="tolerance: the certificate is for None, not for '1'"):
        judge(content, PROSECUTOR[0], tolerance="1")
