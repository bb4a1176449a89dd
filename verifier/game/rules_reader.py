"""Rules files and menu files: TOML to conversation rules, one for every agent (theory.md 1.2).

A rules file is TOML:

    format = 1

    # one round, or the same word repeated in every round
    [[rules]]
    agent  = "prosecutor"
    signal = { innocent = { convict = "3/7", acquit = "4/7" }, guilty = { convict = 1 } }

    # what is said after each history, when asked each question (from 1)
    [[rules]]
    agent   = "expert"
    answers = [
      { history = [],           asked = 1, signal = { low = { a = 1 }, high = { b = 1 } } },
      { history = [[1, "a"]],   asked = 2, signal = { low = { a = 1 } } },
    ]

A menu file lists the signals that the agents may choose from: `[[signals]]` with `name`, `signal`
and, if they are not for everybody, `agents = ["prosecutor"]`.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from pathlib import Path

from verifier.game.foreign import read
from verifier.game.model import Agent, Game
from verifier.game.place import Place, listed
from verifier.game.probabilities import probability, require_sum_one
from verifier.game.rules import ConversationRule, History, Menu, Signal
from verifier.game.text.gathering import Gathering

MAX_BYTES = 2**20
MAX_MESSAGES = 1000
MAX_ANSWERS = 10_000


def load_profile(path: Path | str, game: Game) -> dict[str, ConversationRule]:
    """The rules of every agent from a rules file.

    Raises InstanceError, SizeError with file, key and mismatch.
    """
    top = read(path, MAX_BYTES, "rules file")
    agents = {agent.name: agent for agent in game.agents}
    named: set[str] = set()

    def rule(entry: Place) -> ConversationRule:
        entry.table(("agent",), ("signal", "answers"))
        name = entry.at("agent").known(agents, "an agent")
        if name in named:
            entry.at("agent").fail(f"{name!r} has two rules, expected one for every agent")
        named.add(name)
        return _rule(entry, game, agents[name])

    with Gathering() as found:
        found.part(top.table, ("format", "rules"))
        found.part(lambda: top.at("format").integer(1, 1))
        rules = found.every(rule, top.at("rules").items(1, len(agents), "rules"))
    missing = [name for name in agents if name not in named]
    if missing:
        top.at("rules").fail(f"leaves out {listed(missing)}, expected a rule for every agent")
    by_agent = {rule.agent: rule for rule in rules}
    return {name: by_agent[name] for name in agents}


def load_menu(path: Path | str, game: Game) -> Menu:
    """The signals of a menu file, and who may choose them.

    Raises InstanceError, SizeError with file, key and mismatch.
    """
    top = read(path, MAX_BYTES, "menu file")
    signals: dict[str, Signal] = {}
    choices: dict[str, list[str]] = {agent.name: [] for agent in game.agents}

    def add(entry: Place) -> None:
        with Gathering() as found:
            found.part(entry.table, ("name", "signal"), ("agents",))
            name = found.part(lambda: _new_name(entry.at("name"), signals))
            senders = found.part(_senders, entry.get("agents"), game)
            for agent in senders():
                signal = _signal(entry.at("signal"), game, agent, game.agent_observations)
                _refuse_many_messages(entry.at("signal"), game, signal)
                signals[name()] = signal
                choices[agent.name].append(name())

    with Gathering() as found:
        found.part(top.table, ("format", "signals"))
        found.part(lambda: top.at("format").integer(1, 1))
        found.every(add, top.at("signals").items(1, MAX_MESSAGES, "signals"))
    with Gathering() as found:
        for name, chosen in choices.items():
            if not chosen:
                found.part(
                    top.at("signals").fail,
                    f"leaves {name!r} nothing to say, expected at least one signal for every agent",
                )
    return Menu(signals, {name: tuple(chosen) for name, chosen in choices.items()})


def _new_name(place: Place, signals: Collection[str]) -> str:
    name = place.name()
    if name in signals:
        place.fail(f"{name!r} is also another signal's name, expected different names")
    return name


def _senders(place: Place | None, game: Game) -> list[Agent]:
    """The agents that a signal is for, all where the file names none."""
    agents = {agent.name: agent for agent in game.agents}
    if place is None:
        return list(agents.values())
    with Gathering() as found:
        names = found.every(
            lambda entry: entry.known(agents, "an agent"), place.items(1, 200, "agents")
        )
    return [agents[name] for name in names]


def _rule(entry: Place, game: Game, agent: Agent) -> ConversationRule:
    signal, answers = entry.get("signal"), entry.get("answers")
    if answers is not None and signal is None:
        found = _answers(answers, game, agent)
        return ConversationRule(agent.name, {}, found, answers.where.strip())
    if signal is None or answers is not None:
        entry.fail("has both or neither of `signal` and `answers`, expected one of them")
    rule = ConversationRule(agent.name, _signal(signal, game, agent, game.agent_observations), {})
    _refuse_many_messages(signal, game, rule.opening)
    return rule


def _answers(place: Place, game: Game, agent: Agent) -> dict[tuple[History, int], Signal]:
    signals: dict[tuple[History, int], Signal] = {}

    def add(entry: Place) -> None:
        with Gathering() as found:
            found.part(entry.table, ("signal",), ("history", "asked"))
            history = found.part(_history, entry.get("history"), game)
            question = found.part(_question, entry.get("asked"), game)
            signal = found.part(lambda: _answer(entry.at("signal"), game, agent))
        if (history(), question()) in signals:
            entry.fail(
                "repeats the history and question of another answer, expected one answer for each"
            )
        signals[history(), question()] = signal()

    with Gathering() as found:
        found.every(add, place.items(1, MAX_ANSWERS, "answers"))
    return signals


def _answer(place: Place, game: Game, agent: Agent) -> Signal:
    """The signal of an answer, which may leave out observations."""
    given = place.value
    possible = tuple(
        x for x in game.agent_observations if not isinstance(given, dict) or x in given
    )
    signal = _signal(place, game, agent, possible)
    _refuse_many_messages(place, game, signal)
    return signal


def _question(place: Place | None, game: Game) -> int:
    return 0 if place is None else place.integer(1, game.conversation.user_alphabet) - 1


def _history(place: Place | None, game: Game) -> History:
    def round_(entry: Place) -> tuple[int, str]:
        if not isinstance(entry.value, list) or len(entry.value) != 2:
            entry.fail("is not a pair, expected [question from 1, answer]")
        return _question(entry.at(0), game), entry.at(1).name()

    if place is None:
        return ()
    most, what = game.conversation.rounds - 1, "[question, answer] of the rounds before the last"
    with Gathering() as found:
        rounds = found.every(round_, place.items(0, most, what))
    return tuple(rounds)


def _signal(place: Place, game: Game, agent: Agent, observations: tuple[str, ...]) -> Signal:
    """The signal with a distribution of messages for each observation, the same within a cell."""
    with Gathering() as found:
        found.part(place.table, observations or game.agent_observations)
        signal = dict(found.every(lambda x: (x, _distribution(place.at(x))), observations))
    for cell in agent.sees:
        inside = [x for x in cell if x in signal]
        for x in inside[1:]:
            if signal[x] != signal[inside[0]]:
                place.at(x).fail(
                    f"differs from {inside[0]!r}, but {agent.name} cannot tell them apart"
                )
    return signal


def _distribution(place: Place) -> dict[str, Fraction]:
    if not isinstance(place.value, dict) or not 1 <= len(place.value) <= MAX_MESSAGES:
        place.fail(f"is not a table of 1 to {MAX_MESSAGES} messages with their probabilities")
    with Gathering() as found:
        found.every(lambda message: place.member(message, message).name(), place.value)
        distribution = dict(
            found.every(lambda message: (message, probability(place.at(message))), place.value)
        )
    require_sum_one(place, distribution.values())
    return {message: p for message, p in distribution.items() if p}


def _refuse_many_messages(place: Place, game: Game, signal: Signal) -> None:
    messages = {message for distribution in signal.values() for message in distribution}
    alphabet = game.conversation.agent_alphabet
    if alphabet != "rich" and len(messages) > alphabet:
        place.fail(f"uses {len(messages)} messages, the alphabet has {alphabet}")
