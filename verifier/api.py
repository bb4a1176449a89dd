"""The public Python interface does what the commands do, one function per verb.

Games are loaded from instance files (docs/reference/instance_format.md). Numbers are fractions, and
all results are frozen.

The kernel has accepted what `verify` calls proved or refuted, the equilibria of `equilibria`, the
judgements of profiles by `judge`, and the distances of `table_hull`. With `keep=FOLDER` these
functions leave their certificates there, beside the file that they are about, for `verifier check`.
The results of `hull`, `persuade`, `cheap_talk` and `restricted_equilibria` are computed exactly,
but the kernel does not see them.

>>> import verifier.api as vf
>>> game = vf.load("instances/classics/prosecutor.toml")
>>> vf.verify(game, ["bayes"]).verdicts
{'bayes': 'proved'}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from verifier import certified, notebook
from verifier.certificate import Judgement
from verifier.certified import Certified, Equilibria, Verified, Witness, certify
from verifier.errors import InstanceError
from verifier.explain.stories import Stories, stories
from verifier.game.model import Agent, Game
from verifier.game.reader import load, load_family
from verifier.game.rules_reader import load_menu
from verifier.meant import hint
from verifier.region import partition
from verifier.region.piece import Region
from verifier.report.equilibria import equilibria_record
from verifier.report.record import verified_record
from verifier.solve.effort import USUAL, Effort
from verifier.tables import measure as tables
from verifier.tables.columns import EVERYTHING, Choice
from verifier.tables.formats import USUAL as USUAL_FORM
from verifier.tables.formats import Form
from verifier.tables.gaps import Missing
from verifier.tables.report import TableReport
from verifier.theory.alignment import Alignment, alignment
from verifier.theory.cheap_talk import one_sender, two_senders
from verifier.theory.cheap_talk.one_sender import CheapTalk
from verifier.theory.cheap_talk.two_senders import TwoSenderTalk
from verifier.theory.equilibria import optimal_signal
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.restricted import game as restricted

__all__ = [
    "Certified",
    "Choice",
    "Effort",
    "Equilibria",
    "Form",
    "Guarantee",
    "Judgement",
    "Missing",
    "Stories",
    "TableReport",
    "Verified",
    "Witness",
    "as_record",
    "certify",
    "cheap_talk",
    "equilibria",
    "explain",
    "hull",
    "judge",
    "load",
    "persuade",
    "restricted_equilibria",
    "table_hull",
    "verify",
]


def verify(
    game: Game,
    guarantees: Iterable[str] = tuple(Guarantee),
    tolerance: Fraction | None = None,
    effort: Effort = USUAL,
    keep: Path | None = None,
    stem: str = "instance",
) -> Verified:
    """Guarantees on a game are proved, refuted, vacuous or open, as far as the kernel accepts it.

    Each guarantee claims that the user gets at least a bound in every equilibrium: her benchmark
    less twice the tolerance and less the game's gamma (theory.md 4.1 to 4.4).

    Parameters:
        game: the game, as `load` returns it.
        guarantees: "bayes" for a Bayesian user, "quantal" for quantal response, "best-ai" for a
            user who picks the best AI; all three if not given.
        tolerance: the claimed tolerance, nonnegative; if not given the instance's, or else the
            game's hull distance.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificates KEEP/STEM.GUARANTEE.json and the instance
            KEEP/STEM.toml that they are about; nothing is kept if not given.
        stem: the first part of the names of the kept files.

    Returns:
        Verified, with `verdicts`, and `guarantees[name]` for the finding, the certificate and the
        kernel's reply.

    Raises:
        ValueError: a guarantee has another name.
        SizeError: a program or a search would be larger than the effort's limits.
        OutputError: the certificates cannot be written.

    Example:
        >>> game = load("instances/classics/prosecutor.toml")
        >>> found = verify(game, ["bayes"])
        >>> found.verdicts
        {'bayes': 'proved'}
        >>> found.guarantees["bayes"].finding.bound.value
        Fraction(7, 10)

    Source: theory.md 9.1 (verdicts), 10.1 (certificates).
    """
    names = [Guarantee(name) for name in guarantees]
    return certified.verify(game, names, tolerance, effort, keep, stem)


def equilibria(
    game: Game,
    guarantees: Iterable[str] = (Guarantee.BAYES, Guarantee.BEST_AI),
    effort: Effort = USUAL,
    keep: Path | None = None,
    stem: str = "instance",
) -> Equilibria:
    """Equilibria are found for each kind of user, her worst and best, and checked by the kernel.

    Parameters:
        game: the game, as `load` returns it.
        guarantees: the kinds of user, as for `verify`; "bayes" and "best-ai" if not given.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificates KEEP/STEM.GUARANTEE.worst.json and .best.json and the
            instance KEEP/STEM.toml that they are about; nothing is kept if not given.
        stem: the first part of the names of the kept files.

    Returns:
        Equilibria, with `certain(guarantee)`, the interval in which the user's worst equilibrium
        utility lies, and `witnesses[guarantee]`, the equilibria by "worst" and "best".

    Raises:
        ValueError: a guarantee has another name.
        SizeError: a program or a search would be larger than the effort's limits.
        OutputError: the certificates cannot be written.

    Example:
        >>> game = load("instances/classics/prosecutor.toml")
        >>> equilibria(game, ["bayes"]).certain("bayes")
        (Fraction(7, 10), Fraction(7, 10))

    Source: theory.md 5.2 (the lower end), 6.1 to 6.7 (the equilibria).
    """
    names = [Guarantee(name) for name in guarantees]
    with certified.written(game, keep, stem) as instance:
        return certified.certify_equilibria(game, instance, keep, stem, names, effort)


def judge(
    game: Game,
    rules: Path,
    effort: Effort = USUAL,
    keep: Path | None = None,
    stem: str = "instance",
    guarantee: str = Guarantee.BAYES,
) -> Judgement:
    """A profile of conversation rules is judged: an equilibrium, none, or open.

    The user is the guarantee's (theory.md 1.3). A profile is
    called an equilibrium, or none, only if the kernel accepts the judgement's certificate; it is
    open otherwise.

    Parameters:
        game: the game, as `load` returns it.
        rules: a rules file (docs/reference/instance_format.md).
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
        >>> game = load("instances/classics/prosecutor.toml")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     rules = Path(folder) / "truth.toml"
        ...     _ = rules.write_text('''
        ... format = 1
        ... [[rules]]
        ... agent = "prosecutor"
        ... signal = { innocent = { acquit = 1 }, guilty = { convict = 1 } }
        ... ''')
        ...     found = judge(game, rules)
        >>> type(found).__name__, found.agent, found.before, found.after
        ('Refutation', 'prosecutor', Fraction(3, 10), Fraction(9, 20))

    Source: theory.md 6.9 (signals), 6.10 (conversations), 6.12 (offers) and 6.13 (quantal).
    """
    user = Guarantee(guarantee)
    with certified.written(game, keep, stem) as instance:
        return certified.certify_judgement(game, instance, rules, keep, user, effort).judgement


def restricted_equilibria(
    game: Game, guarantee: str, menu: Path | None = None, limit: int | None = None
) -> restricted.RestrictedEquilibria:
    """Equilibria of the restricted game are listed completely: agents have finitely many signals.

    An agent chooses one of his pure rules, or one of the signals that a menu file leaves him.
    Deviations to other signals are not looked at, so an equilibrium here need not be one of the
    game.

    Parameters:
        game: the game, as `load` returns it; one round, and a user who sends no messages.
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
        >>> game = load("instances/classics/prosecutor.toml")
        >>> found = restricted_equilibria(game, "bayes")
        >>> len(found.found), found.profiles
        (1, 2)

    Source: theory.md 6.11.
    """
    most = limit or restricted.PROFILE_LIMIT
    choices = (
        restricted.pure_choices(game, most)
        if menu is None
        else restricted.menu_choices(load_menu(menu, game))
    )
    return restricted.restricted(game, choices, Guarantee(guarantee), USUAL, most)


def hull(game: Game) -> Alignment:
    """Hull distance is how far the user's utility lies from the mixtures of the agents' utilities.

    A mixture is a weighted sum of the agents' utilities plus a constant. The distance of the
    nearest one is the largest difference at any pair of action and state.

    Parameters:
        game: the game, as `load` returns it.

    Returns:
        Alignment, with `simplex` (the paper's: weights sum to 1), `cone` (any nonnegative weights)
        and `state_offset` (a constant for each state); each has `epsilon`, `weights` and a signed
        measure as `witness` that no mixture is nearer.

    Example:
        >>> hull(load("instances/guarantees/film_night.toml")).simplex.epsilon
        Fraction(1, 5)

    Source: theory.md 2.1 (the distance and its witness), 2.3 (other conventions).
    """
    return alignment(game)


def table_hull(
    table: object,
    user: str | None = None,
    missing: Missing = Missing.REFUSE,
    choice: Choice = EVERYTHING,
    form: Form = USUAL_FORM,
    keep: Path | None = None,
    stem: str = "table",
) -> TableReport:
    """The hull distance of a table is how far its user is from mixtures of its agents, certified.

    A table has a column of numbers for the user, and one for each agent. All numbers count exactly;
    a binary float is the shortest decimal that reads back as the same float.

    Parameters:
        table: a data frame of pandas, polars or pyarrow, or the path of a file (.csv, .tsv,
            .parquet, .jsonl, .json).
        user: the user's column; the first with numbers if not given.
        missing: what to do about missing cells: an error, or drop rows or columns.
        choice: the columns that are agents, the only ones that count, or those that do not.
        form: how a file is written: separator, decimal sign, missing cells, the long format.
        keep: the folder for the certificate, and for the CSV file that it is about unless that is
            the user's own; nothing is kept if not given.
        stem: the name of a data frame, in messages and for the kept files.

    Returns:
        TableReport, with `distances`, each with `distance`, `weights`, `offset` and `witness`, and
        `kernel`, the kernel's line.

    Raises:
        InstanceError: the table cannot be read, or a column seems to number its rows.
        SizeError: it has too many cells.
        OutputError: the certificate cannot be written.

    Example:
        >>> found = table_hull("instances/data/films.csv")
        >>> found.table.user, found.table.agents, found.kernel[:8]
        ('person 295', ('person 213', 'person 528', 'person 253'), 'accepted')

    Source: theory.md 2.1 (the distance and its witness).
    """
    return tables.measure(tables.read(table, user, missing, choice, form, stem), certificates=keep)


def persuade(game: Game, agent: str, effort: Effort = USUAL) -> optimal_signal.Persuasion:
    """Bayesian persuasion by one agent alone is solved: his optimal value, and optimal signals.

    Parameters:
        game: the game, as `load` returns it.
        agent: the agent's name.
        effort: how large the linear program may be.

    Returns:
        Persuasion, with `value` for the agent, `worst` and `best`, his optimal signals that are
        worst and best for the user, and dual `prices` that show that no signal is worth more.

    Raises:
        InstanceError: no agent has this name.
        SizeError: a program is larger, or too many would be needed.

    Example:
        >>> found = persuade(load("instances/classics/prosecutor.toml"), "prosecutor")
        >>> found.value, found.best.user_utility
        (Fraction(3, 5), Fraction(7, 10))

    Source: theory.md 6.2 (one agent).
    """
    return optimal_signal.persuade(game, _agent(game, agent), effort)


def _agent(game: Game, name: str) -> Agent:
    """The agent of this name. Raises InstanceError where there is none."""
    for agent in game.agents:
        if agent.name == name:
            return agent
    names = [agent.name for agent in game.agents]
    raise InstanceError(
        f"no agent is called {name!r}; the agents are {', '.join(names)}{hint(name, names)}"
    )


def cheap_talk(
    game: Game,
    agents: Iterable[str] = (),
    effort: Effort = USUAL,
    limit: int | None = None,
) -> CheapTalk | TwoSenderTalk:
    """Cheap talk is solved: the equilibria of one or two agents who cannot commit to what they say.

    The user's replies are pure. One agent may mix; two, who must see the same, do so only where
    full revelation needs it.

    Parameters:
        game: the game, as `load` returns it; a silent user whose ties are broken as `any` or
            `favour-speaker` say, and no gamma.
        agents: the names of the one or two agents who talk; all of the game if not given.
        effort: how large a linear program may be.
        limit: the most sets of replies of one agent that are looked at (5,000 if not given), or of
            parts of partitions of two (20,000).

    Returns:
        CheapTalk for one agent, with `equilibria` by the sets of replies that are induced;
        TwoSenderTalk for two, with `outcomes`, and `revelation` if all can be revealed. Both have
        the `contrast`: what there is with commitment.

    Raises:
        InstanceError: no agent has this name, there are more than two, or the game is not covered.
        SizeError: more than `limit` candidates, or a program is too large.

    Example:
        >>> found = cheap_talk(load("instances/classics/prosecutor.toml"))
        >>> [(e.replies, e.best.user_utility, e.agent_utility) for e in found.equilibria]
        [((('acquit',),), Fraction(7, 10), Fraction(0, 1))]
        >>> found.contrast.committed["prosecutor"].value
        Fraction(3, 5)

    Source: theory.md 11.1 (one agent), 11.2 (two agents).
    """
    named = tuple(_agent(game, name) for name in dict.fromkeys(agents)) or game.agents
    alone = replace(game, agents=named)
    if len(named) == 1:
        return one_sender.cheap_talk(alone, effort, limit or one_sender.SET_LIMIT)
    if len(named) == 2:
        return two_senders.two_sender_cheap_talk(alone, effort, limit or two_senders.PART_LIMIT)
    names = ", ".join(agent.name for agent in named)
    raise InstanceError(
        f"cheap talk is decided for one or two agents, and these are {len(named)}: {names}; name"
        " one or two of them with --agent"
    )


def explain(found: Verified, effort: Effort = USUAL) -> Stories:
    """Stories explain the guarantees: each one's proof, or its counterexample and a repaired game.

    A repaired game differs in the one hypothesis that fails. It is verified as well, and each of
    its certificates is checked by the kernel.

    Parameters:
        found: the result of `verify`.
        effort: the solver of linear programs and the limits of the work.

    Returns:
        Stories, a dict from each guarantee to its Narrative; a notebook shows them, and
        `verifier.explain.render` prints them as text, Markdown or HTML.

    Raises:
        SizeError: a program or a search would be larger than the effort's limits.

    Example:
        >>> game = load("instances/classics/prosecutor.toml")
        >>> found = explain(verify(game, ["bayes"]))
        >>> [section.title for section in found["bayes"].sections][:2]
        ['Who wants what', 'Who knows what']

    Source: theory.md 4.1 to 6.7 (proofs), 7.1 (counterexamples).
    """
    return stories(found, effort)


def as_record(found: Verified | Equilibria, instance: str) -> dict[str, Any]:
    """A record is the JSON object that the command line prints of a result with `--json`.

    Parameters:
        found: the result of `verify` or `equilibria`.
        instance: the name of the game's file, for the record's key `instance`; it is not read.

    Returns:
        A dict of strings, lists and dicts (docs/reference/json_output.md); numbers are strings such
        as "7/10".

    Example:
        >>> game = load("instances/classics/prosecutor.toml")
        >>> as_record(verify(game, ["bayes"]), "prosecutor.toml")["alignment"]["epsilon"]
        '1'
    """
    if isinstance(found, Equilibria):
        return equilibria_record(found, instance)
    return verified_record(found, instance)


notebook.register()


def region(
    instance: Path | str,
    guarantee: str = Guarantee.BAYES,
    parameter: str | None = None,
    at: Mapping[str, Fraction] | None = None,
    width: Fraction | None = None,
    effort: Effort = USUAL,
    keep: Path | None = None,
) -> Region:
    """The values of a parameter for which a guarantee holds, as exact cells that are certified.

    Parameters:
        instance: the path of an instance with parameters.
        guarantee: "bayes" or "best-ai".
        parameter: the one that moves; it may be left out where there is only one that is not set.
        at: the values of the others; their defaults if not given.
        width: gaps as narrow as this are left undecided; a 64th of the interval if not given.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificates, one for each cell and each single value.

    Returns:
        Region, whose `pieces` take turns: single values and open cells, each with its verdict, its
        numbers as functions of the parameter, its certificate and the kernel's reply.

    Raises:
        InstanceError: the file has no such parameter, or the user is quantal.
        SizeError: a program would be larger than the effort's limits.
        OutputError: the certificates cannot be written.

    Example:
        >>> found = region("instances/regions/identical_tolerance.toml")
        >>> [(piece.low, piece.high, str(piece.verdict)) for piece in found.pieces][1:3]
        [(Fraction(0, 1), Fraction(1, 4), 'refuted'), (Fraction(1, 4), Fraction(1, 4), 'proved')]

    Source: theory.md 12.1 (what is certified), 12.2 (how cells are found).
    """
    path = Path(instance)
    return partition.region(
        load_family(path),
        Guarantee(guarantee),
        path,
        parameter,
        at or {},
        width,
        effort,
        keep,
    )
