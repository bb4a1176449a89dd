"""Games in numbers and in motion: dynamics, search, sweeps, and conversation trees."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from verifier.api.given import (
    Exact,
    Given,
    Guarantees,
    choice_of,
    effort_of,
    folder_of,
    game_of,
    guarantee_of,
    guarantees_of,
    limit_of,
    path_of,
    seed_of,
    stem_of,
    text_of,
    texts_of,
    whole_of,
)
from verifier.arguments import names_arguments
from verifier.dynamics.contest import Contest, compete
from verifier.dynamics.trajectory import Start
from verifier.errors import InstanceError
from verifier.extras import require
from verifier.files import folder_or_temporary, read_text
from verifier.frozen import frozen
from verifier.game.arguments.values import described, nonnegative
from verifier.game.model import Ties
from verifier.game.reader import MAX_BYTES
from verifier.process import cores
from verifier.report.conversation_tree import ConversationTree, conversation_tree
from verifier.search.budget import Budget
from verifier.search.coverage import Found, Method, Objective, methods_of
from verifier.search.kept import kept
from verifier.search.run import search as run_search
from verifier.search.size import Scope
from verifier.solve.effort import USUAL, Effort
from verifier.sweep.family import RandomFamily, family
from verifier.sweep.run import sweep as run_sweep
from verifier.sweep.run import workers_of
from verifier.sweep.store import Store, Sweep
from verifier.sweep.summary import Summary, summary
from verifier.theory.dropped import DROPPED

MOST_SECONDS = 10**8
"""The longest time for one game, three years."""

ORDERS = ("round-robin", "random")
"""Who revises when: in the order of the game, or in a new random order each round."""


@names_arguments()
def dynamics(
    game: Given,
    start: str = "silence",
    *,
    step: Exact = 0,
    order: str = "round-robin",
    seed: int = 1,
    moves: int = 1000,
    effort: Effort = USUAL,
    keep: str | os.PathLike[str] | None = None,
    stem: str = "instance",
) -> Contest:
    """Best-response dynamics: agents who compete for a best-AI user revise their offers in turn.

    They end in an equilibrium, in a cycle or after `moves` moves. Ties are broken in favour of who
    speaks: under no other rule has every agent a best response.

    Parameters:
        game: a game, or the path or the text of an instance file.
        start: what the agents offer at first: "silence", "truth", "alone" or "random".
        step: how much more than the best rival a challenger must offer her.
        order: "round-robin", or "random" for a new order each round.
        seed: the seed of a random order and a random start.
        moves: the most moves.
        effort: the solver of linear programs and the limits of the work.
        keep: the folder for the certificate KEEP/STEM.dynamics.json and the instance as played;
            nothing is kept if not given.
        stem: the first part of the names of the kept files.

    Returns:
        Contest, with `trajectory` (its `moves`, its `ending`), `comparison`, the `gains` that are
        left, and whether the kernel has `certified` its end as an equilibrium.

    Raises:
        InstanceError: the game is none, or its agents need not have best responses.
        SizeError: a program or a search would be larger than the effort's limits.
        OutputError: the certificate cannot be written.

    Example:
        >>> dynamics("instances/guarantees/film_night.toml", "truth")
        <Contest: 'Film night with partisan recommenders', 0 moves, equilibrium, certified>
        >>> len(dynamics("instances/guarantees/film_night.toml").trajectory.moves)
        8

    Source: theory.md 6.6 (where they come to rest).
    """
    random = choice_of(order, "order", ORDERS) == "random"
    drawn = seed_of(seed)
    return frozen(
        compete(
            game_of(game),
            choice_of(start, "start", Start),
            ties=Ties.FAVOUR_SPEAKER,
            step=nonnegative("step", step),
            order_seed=drawn if random else None,
            seed=drawn,
            moves=whole_of(moves, "moves", 0, 100_000),
            effort=effort_of(effort),
            keep=folder_of(keep),
            stem=stem_of(stem),
        )
    )


@names_arguments()
def search(
    drop: str,
    guarantee: str | None = None,
    *,
    agents: int = Scope.agents,
    states: int = Scope.states,
    actions: int = Scope.actions,
    observations: int = Scope.observations,
    user_observations: int = Scope.user_observations,
    alphabet: int = Scope.words,
    largest_denominator: int = Scope.prior_denominator,
    largest_difference: int = Scope.largest_difference,
    users: int = Scope.users,
    objective: str = "smallest",
    methods: str | Iterable[str] = (),
    seed: int = 1,
    games: int = Budget.games,
    memory: int = Budget.megabytes,
    keep: str | os.PathLike[str] | None = None,
) -> Found:
    """A small game is sought in which one hypothesis fails and the guarantee is refuted.

    The same arguments find the same game. The search ends when it has found one, or the games are
    examined; `with verifier.deadline.ends_after(60):` ends it after a minute.

    Parameters:
        drop: the hypothesis that fails, such as "identical".
        guarantee: as for `verify`; the first that uses the hypothesis if not given.
        agents: the most agents; and so on for `states`, `actions`, `observations` of the agents,
            `user_observations`, and `alphabet`, the messages where their number is limited.
        states: the most states.
        actions: the most actions.
        observations: the most observations of the agents.
        user_observations: the most observations of the user.
        alphabet: the most messages of an agent, where their number is limited.
        largest_denominator: the largest denominator of the prior, and of the users' shares.
        largest_difference: the most that two actions differ in a state; utilities are whole.
        users: the most users, where agents have one rule for all ("personalised").
        objective: "smallest", "largest-loss" or "largest-ratio".
        methods: "enumerate", "z3", "sample"; all three, in this order, if not given.
        seed: the seed of what is sampled.
        games: the most games that are verified.
        memory: the most megabytes.
        keep: a folder for the instance, its repaired game and their certificates; where each of
            several users has one, they are read from the instance.

    Returns:
        Found, with `game` (None where nothing was found), `broken`, its finding, and `coverage`,
        what has been examined. The kernel has not seen it: `verify(found.game)` asks it.

    Raises:
        InstanceError: a word or a number is not one of those above.
        OutputError: the folder cannot be written to.

    Example:
        >>> found = search("identical", games=2000)
        >>> len(found.game.states), len(found.game.actions), found.broken.loss
        (2, 3, Fraction(1, 4))

    Source: theory.md 7.1 (counterexamples).
    """
    failed = DROPPED[choice_of(drop, "drop", DROPPED)]
    scope = Scope(
        whole_of(agents, "agents", 1, 12),
        whole_of(states, "states", 1, 12),
        whole_of(actions, "actions", 1, 12),
        whole_of(observations, "observations", 1, 12),
        whole_of(user_observations, "user_observations", 1, 12),
        whole_of(alphabet, "alphabet", 2, 12),
        whole_of(largest_denominator, "largest_denominator", 1, 100),
        whole_of(largest_difference, "largest_difference", 1, 100),
        whole_of(users, "users", 2, 12),
    )
    budget = Budget(whole_of(games, "games", 1, 10**9), whole_of(memory, "memory", 50, 10**9))
    aim = Objective(choice_of(objective, "objective", Objective))
    named = texts_of(methods, "methods")
    ways = methods_of(named, "methods")
    if named and Method.SYNTHESISE in ways:
        require("z3", f"methods={Method.SYNTHESISE.value!r}")
    user = failed.guarantee(None if guarantee is None else str(guarantee_of(guarantee)))
    folder = folder_of(keep)
    found = run_search(failed, user, scope, aim, ways, seed_of(seed), budget)
    if folder is not None:
        kept(found, folder)
    return frozen(found)


@names_arguments(guarantee="guarantees")
def sweep(
    family: str,
    count: int,
    *,
    guarantees: Guarantees = None,
    seed: int = 1,
    states: int | None = None,
    actions: int | None = None,
    agents: int | None = None,
    grid: int | None = None,
    distance: Exact | None = None,
    bias: Exact | None = None,
    shared: Exact | None = None,
    ties: str | None = None,
    template: str | os.PathLike[str] | None = None,
    store: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    timeout: float = 60,
) -> Summary:
    """Random games of a family are verified side by side, and their verdicts are summed up.

    Parameters:
        family: "uniform", "near-hull", "shared-bias", "sponsors", "private" or "template".
        count: how many games, numbered from 1.
        guarantees: as for `verify`.
        seed: the seed of the games; another seed draws others.
        states: how many; 3 if not given, as for `actions`; 2 for `agents`.
        actions: how many.
        agents: how many.
        grid: utilities are multiples of 1/grid; 10 if not given.
        distance: the most noise ("near-hull"), or an agent's own part ("shared-bias").
        bias: the common part ("shared-bias"), or what an agent earns when his product is taken
            ("sponsors").
        shared: the part of the bias that he earns with anybody's product ("sponsors").
        ties: the tie rule; "any" if not given.
        template: the path or the text of an instance with ranges such as "0..1 step 1/10".
        store: the file that keeps every result, from which a later sweep goes on; none if not
            given.
        workers: the processes at once; one for each core if not given.
        timeout: the seconds for one game.

    Returns:
        Summary, with `summary[guarantee]`, the verdicts, gains and losses of all games.

    Raises:
        InstanceError: the family has no such parameter, or the store is another sweep's.

    Example:
        >>> found = sweep("near-hull", 3, guarantees="bayes", distance="1/20", workers=1)
        >>> found.games, sum(found["bayes"].verdicts.values())
        (3, 3)

    Source: theory.md 9.1 (verdicts).
    """
    given: dict[str, Any] = {
        "states": states,
        "actions": actions,
        "agents": agents,
        "grid": grid,
        "distance": distance,
        "bias": bias,
        "shared": shared,
        "ties": ties,
        "template": template,
    }
    chosen = _family(family, given, seed_of(seed))
    names = tuple(map(str, chosen.answerable(seed, guarantees_of(guarantees))))
    many, most = whole_of(count, "count", 1, 10**9), _seconds(timeout)
    at_once = cores() if workers is None else whole_of(workers, "workers", 1, 1024)
    file = None if store is None else path_of(store, "store")
    with folder_or_temporary(None if file is None else file.parent) as folder:
        path = folder / "sweep.sqlite" if file is None else file
        with Store(path, Sweep(chosen.text(), seed, names)) as kept_games:
            with workers_of(None, at_once) as (executor, running):
                run_sweep(kept_games, many, most, executor, running)
            title = chosen.heading(seed)
            return frozen(summary(kept_games.records(many), names, title))


def _family(name: str, given: dict[str, Any], seed: int) -> RandomFamily:
    """The family of these parameters, of which one game has been drawn to see whether it can be."""
    parts = {key: value for key, value in given.items() if value is not None}
    for key in ("states", "actions", "agents"):
        if key in parts:
            parts[key] = whole_of(parts[key], key, 1, 8)
    if "grid" in parts:
        parts["grid"] = whole_of(parts["grid"], "grid", 1, 10**6)
    for key in ("distance", "bias", "shared"):
        if key in parts:
            parts[key] = nonnegative(key, parts[key])
    if "ties" in parts:
        parts["ties"] = Ties(choice_of(parts["ties"], "ties", Ties))
    file = "the template"
    if "template" in parts and not (
        isinstance(parts["template"], str) and "\n" in parts["template"]
    ):
        path = path_of(parts["template"], "template")
        file, parts["template"] = str(path), read_text(path, MAX_BYTES)
    found = family(text_of(name, "family"), parts)
    found.game(seed, 1, file)
    return found


def _seconds(given: object) -> float:
    number = isinstance(given, int | float | Fraction) and not isinstance(given, bool)
    if not number or not 0 < given <= MOST_SECONDS:  # type: ignore[operator]
        raise InstanceError(f"timeout: {described(given)}, expected a positive number of seconds")
    return float(given)  # type: ignore[arg-type]


@names_arguments()
def tree(
    game: Given, rules: str | os.PathLike[str] | None = None, limit: int | None = None
) -> ConversationTree:
    """The conversation tree of a game is counted, drawn and exported.

    Without rules the agents are players, who do not commit; with rules their answers are chance
    moves, and everyone's utility is told when the user best-responds.

    Parameters:
        game: a game, or the path or the text of an instance file.
        rules: the path of a rules file.
        limit: the most nodes of a tree that is exported; 200,000 if not given.

    Returns:
        ConversationTree, with `size`, `dot` (for Graphviz), `efg` (for Gambit) and `play`.

    Raises:
        InstanceError: the rules do not fit the game.
        SizeError: there are more nodes than `limit`.

    Example:
        >>> tree("instances/classics/prosecutor.toml").size.nodes
        15

    Source: theory.md 1.2 (conversations).
    """
    profile = None if rules is None else path_of(rules, "rules")
    return frozen(conversation_tree(game_of(game), profile, limit_of(limit, "limit")))
