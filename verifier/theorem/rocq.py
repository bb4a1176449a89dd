"""A Rocq file with a game as data, what is proved of it, and the proofs by computation.

The proofs are by `check_any_sound` of proofs/theories/Checkers.v: the file says nothing that the
prover does not check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from verifier.game.model import Game, Ties, digest
from verifier.game.own_prior import full_heading
from verifier.printable import printable
from verifier.theorem.evidence import (
    Claim,
    Conflict,
    Deviation,
    Members,
    Mixture,
    Offers,
    OneUser,
    Piece,
    Pieces,
    Program,
    Teachers,
    TwoOffers,
)
from verifier.theorem.integers import Instance, Row, Table, integers
from verifier.theorem.offers import Talk
from verifier.theorem.signals import AfterDeviation, Asking, Signals, Voice
from verifier.theorem.team import Aligned, Common, Dividing

HEADER = """\
From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Arithmetic Instance Checker SignalsChecker.
From Alignment Require Import OfferedTalk CommonRule Pieces Checkers.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.
Delimit Scope Q_scope with Q.
"""

Nested = int | tuple["Nested", ...]

SECTION = """\
(** ** What is proved of it

    Numbers come from any ordered field, for example the rationals.  There are lots for
    her to draw, and {words}. *)
Section Theorems.
Variables (R : realFieldType) (lots words : finType).
Hypothesis fit : enough the_instance lots words.
Notation G := (game_of R the_instance_is_lawful lots words).
"""

PRINT = "Print Assumptions what_is_proved.\n"
"""It prints "Closed under the global context" if the theorems rest on nothing else."""

NAMES = {
    ("hull distance", None): "hull_distance_of_the_game",
    ("optimum", None): "optimum_of_the_game",
    ("no information", None): "no_information_in_the_game",
    ("team", None): "team",
    ("every equilibrium", "bayes"): "every_equilibrium",
    ("every equilibrium", "best-ai"): "every_equilibrium_when_she_picks",
    ("equilibrium", "bayes"): "some_equilibrium",
    ("equilibrium", "best-ai"): "some_equilibrium_when_she_picks",
    ("conflict", None): "conflict",
    ("one user", None): "one_user",
}
"""The names of the theorems, by kind and user."""

TIES = {
    Ties.ANY: None,
    Ties.BELIEF: "ties_by_belief r {hearing}",
    Ties.FAVOUR_SPEAKER: "ties_favour_speaker r",
    Ties.ORDER: "ties_by_order r {hearing}",
}
"""What a tie rule asks of her response, in the words of Game.v."""


def theorem_file(game: Game, claims: Sequence[Claim]) -> str:
    """The text of a Rocq file that proves the claims, each by a theorem of its own."""
    return "\n".join([_title(game, claims), HEADER, *_body(game, claims), PRINT])


def theorems_file(games: Sequence[tuple[Game, Sequence[Claim]]]) -> str:
    """The text of a Rocq file that proves claims of several games, each in a module of its own."""
    parts = [HEADER]
    for n, (game, claims) in enumerate(games):
        parts += module(f"Game{n}", game, claims)
    every = [f"Game{n}.what_is_proved" for n, _ in enumerate(games)]
    return "\n".join([*parts, _together(every), PRINT])


def module(name: str, game: Game, claims: Sequence[Claim], further: str = "") -> list[str]:
    """A game and its theorems as a module, with further text that may use them at its end."""
    return [f"Module {name}.", *_body(game, claims, further), f"End {name}."]


def _body(game: Game, claims: Sequence[Claim], further: str = "") -> list[str]:
    instance = integers(game)
    return [
        "(** ** The game *)\n" + instance_definition(game),
        "Lemma the_instance_is_lawful : lawful the_instance.\n"
        "Proof. vm_cast_no_check (erefl true). Qed.\n",
        SECTION.format(words=_words(instance)),
        *(_theorem(game, claim) for claim in claims),
        *([further] if further else []),
        "End Theorems.\n",
        _together([theorem_name(claim) for claim in claims]),
    ]


def _together(names: Sequence[str]) -> str:
    """All theorems as one, so that the prover says once what they rest on."""
    return f"Definition what_is_proved := ({', '.join(['I', *(f'@{name}' for name in names)])}).\n"


def instance_definition(game: Game) -> str:
    """The game as data, one commented field a line."""
    fields = _instance(game, integers(game))
    lines = ["Definition the_instance : instance := Instance"]
    lines += [f"  {term} (* {comment} *)" for term, comment in fields]
    return "\n".join(lines) + ".\n"


def in_words(game: Game, claim: Claim) -> str:
    """What a claim says, in one sentence."""
    number = claim.number
    if claim.kind == "hull distance":
        return f"The hull distance is {number}."
    if claim.kind == "optimum":
        return f"If she knows all observations she gets {number}: OPT is {number}."
    if claim.kind == "no information":
        return f"If she hears nobody she gets {number}: NOINFO is {number}."
    if claim.kind == "team":
        names = " and ".join(game.agents[i].name for i in claim.members)
        return f"By a rule that {names} can offer she gets at most {number}: that is their TEAM."
    if isinstance(claim.evidence, Conflict):
        names = " and ".join(game.agents[i].name for i in claim.members)
        return (
            "Of her best responses where she knows all observations none is worst for each of "
            f"{names}: they get {claim.evidence.apart} if each gets his least, and together at "
            f"least {number}."
        )
    if claim.kind == "one user":
        names = " or ".join(game.user_observations[x] for x in claim.members)
        return f"In every equilibrium whoever observes {names} gets at least {number}."
    user = "the Bayesian user" if claim.user == "bayes" else "the user who picks the best AI"
    if claim.kind == "equilibrium":
        return f"In some equilibrium with {user} she gets {number}."
    return f"In every equilibrium with {user} she gets at least {number}."


def _title(game: Game, claims: Sequence[Claim]) -> str:
    said = "\n".join(f"    - {_comment(in_words(game, claim))}" for claim in claims)
    return (
        f"(** * {_comment(full_heading(game))}\n\n{said}\n\n"
        f"    The game is that of the instance with the digest\n    {digest(game)}. *)\n"
    )


def _words(instance: Instance) -> str:
    if instance.agent_words is None:
        return "at least as many words as there are\n    actions and observations of the agents"
    return f"the agents have {instance.agent_words} words"


def _instance(game: Game, instance: Instance) -> list[tuple[str, str]]:
    """The fields of the record, each with what a reader must know of it."""
    per_observation = "; ".join(_comment(x) for x in game.user_observations)
    return [
        (str(instance.states), "states: " + _listed(game.states)),
        (str(instance.actions), "actions: " + _listed(game.actions)),
        (str(instance.user_observations), "what she may observe: " + per_observation),
        (
            str(instance.agent_observations),
            "what agents may observe: " + _listed(game.agent_observations),
        ),
        (_integer(instance.whole), "probabilities are over this:"),
        (_nested(instance.joint, "Z"), "by her observation, the agents', and state"),
        (_integer(instance.unit), "utilities are over this:"),
        (_nested(instance.utility, "Z"), "hers, by action and state"),
        (
            _nested(instance.agent_utilities, "Z"),
            "the agents', likewise: " + _listed([agent.name for agent in game.agents]),
        ),
        (_nested(instance.cells, "N"), "what each agent sees of an observation"),
        (str(instance.rounds), "rounds"),
        (str(instance.user_messages), "messages of hers"),
        (
            "None" if instance.agent_words is None else f"(Some {instance.agent_words}%N)",
            "words of an agent; None: enough",
        ),
        (_TIE_NAMES[instance.ties], "ties"),
        (fraction(instance.slack), "gamma: what agents may gain in an equilibrium"),
    ]


_TIE_NAMES = {
    Ties.ANY: "Any",
    Ties.BELIEF: "Belief",
    Ties.FAVOUR_SPEAKER: "FavourSpeaker",
    Ties.ORDER: "Order",
}


def _theorem(game: Game, claim: Claim) -> str:
    name, statement, proof = theorem_name(claim), _statement(game, claim), _proof(game, claim)
    checked = f"{name}_is_checked"
    evidence = f"{name}_evidence"
    sound = f"(check_any_sound R the_instance_is_lawful fit {checked})"
    return (
        f"(** {_comment(in_words(game, claim))} *)\n"
        f"Definition {evidence} : evidence :=\n  {evidence_term(claim)}.\n\n"
        f"Lemma {checked} :\n  {check_term(evidence)} = Some ({_claim(claim)}).\n"
        f"Proof. vm_cast_no_check (erefl (Some ({_claim(claim)}))). Qed.\n\n"
        f"Theorem {name} :{statement}.\n"
        f"Proof. {proof.format(sound=sound)} Qed.\n"
    )


def check_term(evidence: str) -> str:
    """What the proved checks say of the instance and the evidence: a claim, if anything."""
    return f"check_any the_instance {evidence}"


def theorem_name(claim: Claim) -> str:
    """The name of the theorem in Rocq."""
    name = NAMES[claim.kind, claim.user]
    members = "_and_".join(map(str, claim.members))
    return f"{name}_of_{members}" if members else name


def _statement(game: Game, claim: Claim) -> str:
    number = f"rational R {fraction(claim.number)}"
    if claim.kind == "hull distance":
        return f" hull_distance G ({number})"
    if claim.kind == "optimum":
        return f" OPT G = {number}"
    if claim.kind == "no information":
        return f" NOINFO G = {number}"
    if claim.kind == "team":
        return f"\n  TEAM_of (G := G) {members_of(claim)} ({number})"
    if isinstance(claim.evidence, Conflict):
        apart = f"rational R {fraction(claim.evidence.apart)}"
        return f"\n  in_conflict (G := G) {members_of(claim)} ({apart}) ({number})"
    if claim.kind == "one user":
        hers = f"(fun xa => (xa : nat) \\in {_nested(claim.members, 'N')})"
        ties = [f"{tie} ->" for tie in _tie_hypotheses(game, picks=False)]
        return (
            f" let hers : pred 'I_(user_observations the_instance) := {hers} in\n"
            "  0 < share_of (G := G) hers /\\ forall (r : response G) (C : profile G),\n"
            f"  {' '.join(['bayes r ->', *ties])} "
            f"equilibrium (rational R {fraction(game.gamma)}) r C ->\n"
            f"  {number} <= gets_of (G := G) hers C (r None C) / share_of (G := G) hers"
        )
    picks = claim.user == "best-ai"
    bound = " pick" if picks else ""
    hypotheses = [
        "best_ai r pick" if picks else "bayes r",
        *_tie_hypotheses(game, picks),
        f"equilibrium (rational R {fraction(game.gamma)}) r C",
    ]
    worth = "worth C (r None C) (@user_payoff R G)"
    if claim.kind == "equilibrium":
        conditions = " /\\\n  ".join([*hypotheses, f"{worth} = {number}"])
        return f" exists (r : response G){bound} (C : profile G),\n  {conditions}"
    return (
        f" forall (r : response G){bound} (C : profile G),\n  {' -> '.join(hypotheses)} ->\n"
        f"  {number} <= {worth}"
    )


def members_of(claim: Claim) -> str:
    """The agents of a TEAM as a predicate."""
    return f"(fun i => (i : nat) \\in {_nested(claim.members, 'N')})"


def _tie_hypotheses(game: Game, picks: bool) -> Iterator[str]:
    rule = TIES[game.ties]
    if rule is None or (picks and game.ties is Ties.FAVOUR_SPEAKER):
        return
    yield rule.format(hearing="(picked pick)" if picks else "(@all_agents R G)")
    if picks:
        yield "anonymous r pick"


def _proof(game: Game, claim: Claim) -> str:
    """The proof from `check_any_sound`, whose statement has the tie rule as one hypothesis."""
    if claim.kind == "one user":
        given = "t0" if list(_tie_hypotheses(game, picks=False)) else "I"
        named = " t0" if given == "t0" else ""
        return (
            f"have [some least] := {{sound}}; split=> // r C best{named} eqm;"
            f" exact: least r C best {given} eqm."
        )
    if claim.user is None:
        return "exact: {sound}."
    picks = claim.user == "best-ai"
    ties = [f"t{n}" for n, _ in enumerate(_tie_hypotheses(game, picks))]
    pick = " pick" if picks else ""
    if claim.kind == "equilibrium":
        given = {0: "_", 1: "t0", 2: "[t0 t1]"}[len(ties)]
        names = f"[C [best {given} eqm value]]"
        bound = f"[r [pick {names}]]" if picks else f"[r {names}]"
        parts = " (conj ".join(["(conj best", *ties, "eqm value"]) + ")" * (2 + len(ties))
        return f"have {bound} := {{sound}}; exists r{pick and ', pick'}, C; exact: {parts}."
    given = {0: "I", 1: "t0", 2: "(conj t0 t1)"}[len(ties)]
    named = " ".join([*ties, "eqm"])
    return f"move=> r{pick} C best {named}; exact: {{sound}} r{pick} C best {given} eqm."


def _claim(claim: Claim) -> str:
    number = fraction(claim.number)
    members = _nested(claim.members, "N")
    if isinstance(claim.evidence, Conflict):
        return f"Conflict {members} {fraction(claim.evidence.apart)} {number}"
    if claim.kind in ("team", "one user"):
        return f"{'Team' if claim.kind == 'team' else 'OneUser'} {members} {number}"
    if claim.user is None:
        return f"{_CLAIMS[claim.kind]} {number}"
    return f"{_CLAIMS[claim.kind]} {_USERS[claim.user]} {number}"


_CLAIMS = {
    "hull distance": "HullDistance",
    "optimum": "Optimum",
    "no information": "NoInformation",
    "every equilibrium": "EveryEquilibrium",
    "equilibrium": "SomeEquilibrium",
}
_PROOFS = {
    "hull distance": "ProvesHullDistance",
    "optimum": "ProvesOptimum",
    "no information": "ProvesNoInformation",
    "every equilibrium": "ProvesEvery",
    "equilibrium": "ProvesSome",
}
_USERS = {"bayes": "BayesianUser", "best-ai": "PickingUser"}


def evidence_term(claim: Claim) -> str:
    """The claim with its evidence, as the proved checks read it."""
    number, members = fraction(claim.number), _nested(claim.members, "N")
    about = [] if claim.user is None else [_USERS[claim.user]]
    match claim.evidence:
        case Signals():
            words = ["SomeBySignals", *about, number, f"({_signals(claim.evidence)})"]
        case Dividing():
            words = ["TeamByDividing", members, number, _nested(claim.evidence.steps, "N")]
        case Aligned():
            words = ["SomeByTelling", *about, number, _nested(claim.evidence.steps, "N")]
        case Offers():
            words = ["EveryByOffers", *about, number, "\n    " + _offers(claim.evidence)]
        case Common():
            words = ["SomeByCommonRule", *about, number, "\n    " + _common(claim.evidence)]
        case Pieces():
            words = ["EveryByPieces", *about, number, "\n    " + _pieces(claim.evidence)]
        case Conflict():
            words = ["InConflict", members, fraction(claim.evidence.apart), number]
        case OneUser():
            words = ["ForOneUser", members, number, "\n    " + _program(claim.evidence.program)]
        case _:
            words = [f"Checked ({_certificate(claim)})"]
    return " ".join(words)


def _certificate(claim: Claim) -> str:
    """The claim with its evidence as a certificate of Checker.v."""
    if isinstance(claim.evidence, Members):
        members = _nested(claim.evidence.members, "N")
        rules = _deviations(claim.evidence.rules)
        return f"ProvesTeam {members} {fraction(claim.number)}\n    {rules}"
    words = [_PROOFS[claim.kind]]
    if claim.user is not None:
        words.append(_USERS[claim.user])
    words.append(fraction(claim.number))
    if isinstance(claim.evidence, Mixture):
        words.append("\n    " + _mixture(claim.evidence))
    if isinstance(claim.evidence, Program):
        words.append("\n    " + _program(claim.evidence))
    if isinstance(claim.evidence, Teachers):
        words.append("\n    " + _teachers(claim.evidence))
    return " ".join(words)


def _offers(offers: Offers) -> str:
    each = "; ".join(f"Offer {_talk(one.talk)} {_integer(one.tilt)}" for one in offers.offers)
    return f"{_program(offers.program)}\n    [:: {each}]"


def _pieces(evidence: Pieces) -> str:
    each = ";\n    ".join(map(_piece, evidence.pieces))
    return f"({evidence_term(evidence.start)})\n    [:: {each}]"


def _piece(piece: Piece) -> str:
    offers = ";\n      ".join(map(_two_offers, piece.offers))
    fields = [fraction(piece.upper), _program(piece.program), _integer(piece.from_lower)]
    return f"Piece {' '.join(fields)}\n      [:: {offers}]"


def _two_offers(offers: TwoOffers) -> str:
    fields = [
        _nested(offers.recommends, "N"),
        _integer(offers.sent_over),
        _nested(offers.sent_low, "Z"),
        _nested(offers.sent_high, "Z"),
        _nested(offers.perturbations, "Z"),
        fraction(offers.level),
        fraction(offers.slope),
    ]
    return f"TwoOffers {' '.join(fields)}"


def _talk(talk: Talk) -> str:
    if talk is None:
        return "Over"
    answers = "; ".join(
        f"({_nested(said, 'N')}, [:: {'; '.join(map(_talk, after))}])" for said, after in talk
    )
    return f"(Answers [:: {answers}])"


def _common(common: Common) -> str:
    alone = "; ".join(f"({fraction(x)}, {_nested(steps, 'N')})" for x, steps in common.alone)
    shared = _nested(common.shared, "N")
    return f"(Common {common.first} {common.second} {shared}\n    [:: {alone}])"


def _mixture(mixture: Mixture) -> str:
    fields = [
        _integer(mixture.weights_over),
        _nested(mixture.weight, "Z"),
        _integer(mixture.offset),
        _integer(mixture.witness_over),
        _nested(mixture.mass, "Z"),
    ]
    return f"(Mixture {' '.join(fields)})"


def _program(program: Program) -> str:
    fields = [
        _integer(program.over),
        _nested(program.marginal, "Z"),
        _nested(program.obedience, "Z"),
        _deviations(program.deviations),
    ]
    return f"(Program {' '.join(fields)})"


def _reasons(reasons: Sequence[tuple[Row, Table]]) -> str:
    """Strategies with their multipliers."""
    return _terms(
        f"({_nested(strategy, 'N')}, {_nested(kappas, 'Z')})" for strategy, kappas in reasons
    )


def _terms(terms: Iterable[str]) -> str:
    """A list of terms."""
    joined = "; ".join(terms)
    return f"[:: {joined}]" if joined else "[::]"


def _signals(evidence: Signals) -> str:
    fields = [
        _integer(evidence.chances_over),
        _terms(map(_voice, evidence.voices)),
        _nested(evidence.replies, "N"),
        "\n    " + _terms(map(_after_deviation, evidence.facings)),
    ]
    return f"Signals {' '.join(fields)}"


def _voice(voice: Voice) -> str:
    return f"Voice {voice.vocabulary} {_nested(voice.chances, 'Z')}"


def _after_deviation(after: AfterDeviation) -> str:
    askings = _terms(map(_asking, after.askings))
    return f"Facing {_integer(after.facing_over)} {_nested(after.turns, 'Z')}\n      {askings}"


def _asking(asking: Asking) -> str:
    fields = [_nested(asking.allowed, "N"), _nested(asking.asked, "Z"), _reasons(asking.grounds)]
    return f"Asking {' '.join(fields)}"


def _teachers(teachers: Teachers) -> str:
    return f"(Teachers {teachers.first} {teachers.second} {_deviations(teachers.rules)})"


def _deviations(deviations: Sequence[Deviation]) -> str:
    terms = (
        f"Deviation {_integer(one.multiplier)} {_nested(one.spelling, 'N')} "
        + _nested(one.recommended, "N")
        for one in deviations
    )
    return f"[:: {'; '.join(terms)}]"


def _integer(number: int) -> str:
    return f"({number})%Z" if number < 0 else f"{number}%Z"


def fraction(number: Fraction) -> str:
    """A fraction in the scope of Q."""
    top = f"({number.numerator})" if number < 0 else str(number.numerator)
    return f"({top} # {number.denominator})%Q"


def _nested(numbers: Nested, scope: str) -> str:
    """Nested lists of integers in the scope of Z or of natural numbers."""
    return f"{_list(numbers)}%{scope}"


def _list(numbers: Nested) -> str:
    if isinstance(numbers, int):
        return f"({numbers})" if numbers < 0 else str(numbers)
    return "[:: " + "; ".join(map(_list, numbers)) + "]" if numbers else "[::]"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_comment, names))


def _comment(text: str) -> str:
    """A name or a title as a part of a comment, which it cannot end, nest or quote."""
    kept = printable(text)
    return "".join(" " if c in '*"(){}\\' else c for c in kept)
