"""Verdicts on guarantees, equilibria, and judgements of profiles, as the kernel accepts them."""

from __future__ import annotations

import os
from typing import Any

from verifier import certified
from verifier.api.given import (
    Exact,
    Given,
    Guarantees,
    convention_of,
    effort_of,
    folder_of,
    game_of,
    guarantee_of,
    guarantees_of,
    limit_of,
    path_of,
    stem_of,
    text_of,
    tolerance_of,
)
from verifier.arguments import names_arguments
from verifier.certificate import Judgement
from verifier.certified import Equilibria, Verified
from verifier.errors import InstanceError
from verifier.frozen import frozen
from verifier.game.arguments.values import described
from verifier.game.rules_reader import load_menu
from verifier.report.equilibria import equilibria_record
from verifier.report.record import verified_record
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantees.guarantee import Guarantee, answerable
from verifier.theory.restricted import game as restricted


@names_arguments(guarantee="guarantees")
def verify(
    game: Given,
    guarantees: Guarantees = None,
    tolerance: Exact | None = None,
    effort: Effort = USUAL,
    keep: str | os.PathLike[str] | None = None,
    stem: str = "instance",
    hull: str | None = None,
) -> Verified:
    """Guarantees on a game are proved, refuted, vacuous or open, as far as the kernel accepts it.

    Each guarantee claims that the user gets at least a bound in every equilibrium: her benchmark
    less twice the tolerance and less the game's gamma (theory.md 4.1 to 4.4).

    Parameters:
        game: a game, or the path or the text of an instance file.
        guarantees: one name or several: "bayes" (or "G1") for a Bayesian user, "quantal" ("G2")
            for quantal response, "best-ai" ("G3") for a user who picks the best AI; all three if
            not given.
        tolerance: the claimed tolerance, an exact number of at least 0; if not given the
            instance's, or else the game's hull distance.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificates KEEP/STEM.GUARANTEE.json and the instance
            KEEP/STEM.toml that they are about; nothing is kept if not given.
        stem: the first part of the names of the kept files.
        hull: the mixtures that count: "simplex" (weights that sum to 1), "cone" (any weights) or
            "state-offset" (and a constant for each state); if not given the instance's.

    Returns:
        Verified, with `verdicts`, and `found[name]` for the finding, the certificate and the
        kernel's reply on one guarantee.

    Raises:
        InstanceError: the game is none, a guarantee has another name, or a number is not exact.
        SizeError: a program or a search would be larger than the effort's limits.
        OutputError: the certificates cannot be written.

    Example:
        >>> found = verify("instances/classics/prosecutor.toml", "bayes")
        >>> found.verdicts
        {'bayes': 'proved'}
        >>> found["bayes"].finding.bound.value
        Fraction(7, 10)

    Source: theory.md 9.1 (verdicts), 10.1 (certificates).
    """
    found = certified.verify(
        game_of(game),
        guarantees_of(guarantees),
        tolerance_of(tolerance),
        effort_of(effort),
        folder_of(keep),
        stem_of(stem),
        convention=convention_of(hull),
    )
    return frozen(found)


@names_arguments(guarantee="guarantees")
def equilibria(
    game: Given,
    guarantees: Guarantees = None,
    effort: Effort = USUAL,
    keep: str | os.PathLike[str] | None = None,
    stem: str = "instance",
) -> Equilibria:
    """Equilibria are found for each kind of user, her worst and best, and checked by the kernel.

    Parameters:
        game: a game, or the path or the text of an instance file.
        guarantees: the kinds of user, as for `verify`; "bayes" and "best-ai" if not given.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificates KEEP/STEM.GUARANTEE.worst.json and .best.json and the
            instance KEEP/STEM.toml that they are about; nothing is kept if not given.
        stem: the first part of the names of the kept files.

    Returns:
        Equilibria, with `found[guarantee]`, the equilibria by "worst" and "best", and
        `certain(guarantee)`, the interval in which the user's worst equilibrium utility
        lies.

    Raises:
        InstanceError: the game is none, or a guarantee has another name.
        SizeError: a program or a search would be larger than the effort's limits.
        OutputError: the certificates cannot be written.

    Example:
        >>> equilibria("instances/classics/prosecutor.toml", "bayes").certain("bayes")
        (Fraction(7, 10), Fraction(7, 10))

    Source: theory.md 5.2 (the lower end), 6.1 to 6.7 (the equilibria).
    """
    names = guarantees_of(guarantees, (Guarantee.BAYES, Guarantee.BEST_AI))
    given, folder, begin = game_of(game), folder_of(keep), stem_of(stem)
    with certified.written(given, folder, begin) as instance:
        return frozen(
            certified.certify_equilibria(given, instance, folder, begin, names, effort_of(effort))
        )


@names_arguments()
def judge(
    game: Given,
    rules: str | os.PathLike[str],
    effort: Effort = USUAL,
    keep: str | os.PathLike[str] | None = None,
    stem: str = "instance",
    guarantee: str = Guarantee.BAYES,
) -> Judgement:
    """A profile of conversation rules is judged: an equilibrium, none, or open.

    The user is the guarantee's (theory.md 1.3). A profile is
    called an equilibrium, or none, only if the kernel accepts the judgement's certificate; it is
    open otherwise.

    Parameters:
        game: a game, or the path or the text of an instance file.
        rules: the path of a rules file (docs/reference/instance_format.md).
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificate KEEP/STEM.RULES.json and the instance KEEP/STEM.toml
            that it is about; nothing is kept if not given.
        stem: the first part of the names of the kept files.
        guarantee: `bayes`, `quantal` or `best-ai`.

    Returns:
        SignalEquilibrium or ConversationEquilibrium for an equilibrium, Refutation or
        ConversationRefutation with an agent's profitable deviation, Unresolved or
        UnresolvedConversation otherwise. With a quantal user QuantalEquilibrium, QuantalRefutation
        or QuantalUnresolved.

    Raises:
        InstanceError: the rules do not fit the game, or ask a quantal user something.
        SizeError: a program or an array would be larger than its limit.
        OutputError: the certificate cannot be written.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     rules = Path(folder) / "truth.toml"
        ...     _ = rules.write_text('''
        ... format = 1
        ... [[rules]]
        ... agent = "prosecutor"
        ... signal = { innocent = { acquit = 1 }, guilty = { convict = 1 } }
        ... ''')
        ...     found = judge("instances/classics/prosecutor.toml", rules)
        >>> type(found).__name__, found.agent, found.before, found.after
        ('Refutation', 'prosecutor', Fraction(3, 10), Fraction(9, 20))

    Source: theory.md 6.9 (signals), 6.10 (conversations), 6.12 (offers) and 6.13 (quantal).
    """
    given, folder, user = game_of(game), folder_of(keep), guarantee_of(guarantee)
    profile = path_of(rules, "rules")
    with certified.written(given, folder, stem_of(stem)) as instance:
        found = certified.certify_judgement(
            given, instance, profile, folder, user, effort_of(effort)
        )
    return frozen(found.judgement)


@names_arguments()
def restricted_equilibria(
    game: Given,
    guarantee: str,
    menu: str | os.PathLike[str] | None = None,
    limit: int | None = None,
) -> restricted.RestrictedEquilibria:
    """Equilibria of the restricted game are listed completely: agents have finitely many signals.

    An agent chooses one of his pure rules, or one of the signals that a menu file leaves him.
    Deviations to other signals are not looked at, so an equilibrium here need not be one of the
    game.

    Parameters:
        game: a game, or the path or the text of an instance file; one round, and a user who sends
            no messages.
        guarantee: the kind of user, "bayes" or "best-ai".
        menu: a menu file (docs/reference/instance_format.md); pure rules if not given.
        limit: the most profiles that are looked at; 20,000 if not given.

    Returns:
        RestrictedEquilibria: `found`, with `worst` and `best` for the user.

    Raises:
        InstanceError: the game has several rounds or a user who sends messages, or the menu does
            not fit the game.
        SizeError: there are more profiles than `limit`.

    Example:
        >>> found = restricted_equilibria("instances/classics/prosecutor.toml", "bayes")
        >>> len(found.found), found.profiles
        (1, 2)

    Source: theory.md 6.11.
    """
    given, user = game_of(game), guarantee_of(guarantee)
    answerable(given, [user])
    most = limit_of(limit, "limit") or restricted.PROFILE_LIMIT
    choices = (
        restricted.pure_choices(given, most)
        if menu is None
        else restricted.menu_choices(load_menu(path_of(menu, "menu"), given))
    )
    return frozen(restricted.restricted(given, choices, user, USUAL, most))


@names_arguments()
def as_record(found: Verified | Equilibria, instance: str) -> dict[str, Any]:
    """A record is the JSON object that the command line prints of a result with `--json`.

    Parameters:
        found: the result of `verify` or `equilibria`.
        instance: the name of the game's file, for the record's key `instance`; it is not read.

    Returns:
        A dict of strings, lists and dicts (docs/reference/json_output.md); numbers are strings such
        as "7/10".

    Raises:
        InstanceError: the result is another one.

    Example:
        >>> found = verify("instances/classics/prosecutor.toml", "bayes")
        >>> as_record(found, "prosecutor.toml")["alignment"]["epsilon"]
        '1'
    """
    name = text_of(instance, "instance")
    if isinstance(found, Equilibria):
        return equilibria_record(found, name)
    if isinstance(found, Verified):
        return verified_record(found, name)
    raise InstanceError(f"found: {described(found)}, expected the result of verify or equilibria")
