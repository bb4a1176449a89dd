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

from fractions import Fraction
from pathlib import Path

from verifier.files import read_text
from verifier.game.model import Agent, Game
from verifier.game.place import Place, document, listed
from verifier.game.rules import ConversationRule, History, Menu, Signal

MAX_BYTES = 2**20
MAX_MESSAGES = 1000
MAX_ANSWERS = 10_000


def load_profile(path: Path | str, game: Game) -> dict[str, ConversationRule]:
    """The rules of every agent from a rules file.

    Raises InstanceError, SizeError with file, key and mismatch.
    """
    top = document(read_text(path, MAX_BYTES), str(path), MAX_BYTES).table(("format", "rules"))
    top.at("format").integer(1, 1)
    agents = {agent.name: agent for agent in game.agents}
    rules: dict[str, ConversationRule] = {}
    for entry in top.at("rules").items(1, len(agents), "rules"):
        entry.table(("agent",), ("signal", "answers"))
        name = entry.at("agent").known(agents, "an agent")
        if name in rules:
            entry.at("agent").fail(f"{name!r} has two rules, expected one for every agent")
        rules[name] = _rule(entry, game, agents[name])
    missing = [name for name in agents if name not in rules]
    if missing:
        top.at("rules").fail(f"leaves out {listed(missing)}, expected a rule for every agent")
    return {name: rules[name] for name in agents}


def load_menu(path: Path | str, game: Game) -> Menu:
    """The signals of a menu file, and who may choose them.

    Raises InstanceError, SizeError with file, key and mismatch.
    """
    top = document(read_text(path, MAX_BYTES), str(path), MAX_BYTES).table(("format", "signals"))
    top.at("format").integer(1, 1)
    agents = {agent.name: agent for agent in game.agents}
    signals: dict[str, Signal] = {}
    choices: dict[str, list[str]] = {name: [] for name in agents}
    for entry in top.at("signals").items(1, MAX_MESSAGES, "signals"):
        entry.table(("name", "signal"), ("agents",))
        name = entry.at("name").name()
        if name in signals:
            entry.at("name").fail(
                f"{name!r} is also another signal's name, expected different names"
            )
        given = entry.get("agents")
        senders = (
            list(agents)
            if given is None
            else [place.known(agents, "an agent") for place in given.items(1, 200, "agents")]
        )
        for sender in senders:
            signal = _signal(entry.at("signal"), game, agents[sender], game.agent_observations)
            _refuse_many_messages(entry.at("signal"), game, signal)
            signals[name] = signal
            choices[sender].append(name)
    for name, chosen in choices.items():
        if not chosen:
            top.at("signals").fail(
                f"leaves {name!r} nothing to say, expected at least one signal for every agent"
            )
    return Menu(signals, {name: tuple(chosen) for name, chosen in choices.items()})


def _rule(entry: Place, game: Game, agent: Agent) -> ConversationRule:
    signal, answers = entry.get("signal"), entry.get("answers")
    if answers is not None and signal is None:
        return ConversationRule(agent.name, {}, _answers(answers, game, agent))
    if signal is None or answers is not None:
        entry.fail("has both or neither of `signal` and `answers`, expected one of them")
    rule = ConversationRule(agent.name, _signal(signal, game, agent, game.agent_observations), {})
    _refuse_many_messages(signal, game, rule.opening)
    return rule


def _answers(place: Place, game: Game, agent: Agent) -> dict[tuple[History, int], Signal]:
    signals: dict[tuple[History, int], Signal] = {}
    for entry in place.items(1, MAX_ANSWERS, "answers"):
        entry.table(("signal",), ("history", "asked"))
        given = entry.get("history")
        history = () if given is None else _history(given, game)
        asked = entry.get("asked")
        question = 0 if asked is None else asked.integer(1, game.conversation.user_alphabet) - 1
        if (history, question) in signals:
            entry.fail(
                "repeats the history and question of another answer, expected one answer for each"
            )
        given_for = entry.at("signal").value
        possible = tuple(
            x for x in game.agent_observations if not isinstance(given_for, dict) or x in given_for
        )
        signals[history, question] = _signal(entry.at("signal"), game, agent, possible)
        _refuse_many_messages(entry.at("signal"), game, signals[history, question])
    return signals


def _history(place: Place, game: Game) -> History:
    rounds = []
    for entry in place.items(
        0, game.conversation.rounds - 1, "[question, answer] of the rounds before the last"
    ):
        if not isinstance(entry.value, list) or len(entry.value) != 2:
            entry.fail("is not a pair, expected [question from 1, answer]")
        rounds.append(
            (entry.at(0).integer(1, game.conversation.user_alphabet) - 1, entry.at(1).name())
        )
    return tuple(rounds)


def _signal(place: Place, game: Game, agent: Agent, observations: tuple[str, ...]) -> Signal:
    """The signal with a distribution of messages for each observation, the same within a cell."""
    place.table(observations or game.agent_observations)
    signal = {x: _distribution(place.at(x)) for x in observations}
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
    for message in place.value:
        place.member(message, message).name()
    distribution = {message: place.at(message).rational() for message in place.value}
    for message, p in distribution.items():
        if p < 0:
            place.at(message).fail(f"is {p}, expected a probability of at least 0")
    total = sum(distribution.values(), Fraction(0))
    if total != 1:
        place.fail(f"sums to {total}, expected 1")
    return {message: p for message, p in distribution.items() if p}


def _refuse_many_messages(place: Place, game: Game, signal: Signal) -> None:
    messages = {message for distribution in signal.values() for message in distribution}
    alphabet = game.conversation.agent_alphabet
    if alphabet != "rich" and len(messages) > alphabet:
        place.fail(f"uses {len(messages)} messages, the alphabet has {alphabet}")
