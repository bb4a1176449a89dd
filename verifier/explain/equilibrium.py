"""An equilibrium in words: what is said, what she does, and why no agent gains by saying anything else (theory.md 6)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from verifier.explain.letters import GAMMA, single
from verifier.explain.narrative import Block, Listing, Table, Text, say, words
from verifier.explain.speech import cell_words, joined, observation_words, rule_words, signal_items, silent
from verifier.explain.subject import Subject
from verifier.game.game import NOTHING
from verifier.theory.deviation import Deterrence, Option
from verifier.theory.equilibrium import CommonRule, Equilibrium, FullRevelation, Indifference
from verifier.theory.lone import Conversation
from verifier.theory.settled import SignalEquilibrium


def told(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    """What happens in it."""
    if isinstance(shown, SignalEquilibrium):
        yield from _signals(shown)
    elif isinstance(shown, Indifference):
        yield say("All agents are silent.")
    else:
        yield Listing(tuple(words(f"{name}: {rule_words(rule)}") for name, rule in shown.rules.items()))
    yield say("She gets ", shown.user_utility, ".")


def _signals(shown: SignalEquilibrium) -> Iterator[Block]:
    if all(silent(signal) for signal in shown.signals.values()):
        yield say("Nobody tells her anything.")
    elif len(shown.signals) > 1 and len({repr(signal) for signal in shown.signals.values()}) == 1:
        yield say("All agents say the same:")
        yield Listing(tuple(signal_items(next(iter(shown.signals.values())))))
    else:
        for name, signal in shown.signals.items():
            yield say(f"{name} says nothing." if silent(signal) else f"{name} says:")
            if not silent(signal):
                yield Listing(tuple(signal_items(signal)))
    yield Listing(tuple(_reply(shown, heard, action) for heard, action in shown.response.items()))


def _reply(shown: SignalEquilibrium, heard: tuple[str, ...], action: str) -> Text:
    x_user, *said = heard
    if all(silent(signal) for signal in shown.signals.values()):
        return words(f"{observation_words(x_user)}she takes {action}")
    spoken = joined([f"“{word}”" for word in dict.fromkeys(said)])
    return words(f"{observation_words(x_user)}hearing {spoken} she takes {action}")


def no_gain(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    """Why nobody gains by deviating, with the prices that prove it."""
    if isinstance(shown, SignalEquilibrium):
        yield from _priced(subject, shown)
    elif isinstance(shown, Conversation):
        yield say(f"No rule of any kind gives {shown.agent} more than ", shown.deterrence.value, ":")
        yield from _prices(shown.deterrence, frozenset())
    elif isinstance(shown, Indifference):
        yield say("In every state all actions are worth the same to every agent: nobody can gain by anything.")
    elif isinstance(shown, FullRevelation):
        yield say(
            "At least two agents tell her all that she can use. Whoever says something else changes nothing: she has heard it "
            "from another."
        )
    elif isinstance(shown, CommonRule):
        yield say(
            "All offer the rule that is best for her among all that anybody can offer. Whoever offers something else is not "
            "picked, or gains nothing: she stays with one who kept to the rule."
        )


def _priced(subject: Subject, shown: SignalEquilibrium) -> Iterator[Block]:
    gamma = subject.game.gamma
    rows = []
    for held in shown.deterrences:
        has, most = shown.agent_utilities[held.agent], held.value - held.floor * shown.user_utility
        rows.append((words(held.agent), (has,), (most,)))
    allowed = words(" Gains up to ", single(GAMMA), " = ", gamma, " are allowed.") if gamma else ()
    yield say("No agent could get more by any other rule, however clever and however random.", *allowed)
    yield Table("What each has, and the most that any rule could give him", ("agent", "has", "could have"), tuple(rows))
    yield say(
        "The second column is proved by prices. Put a price on each thing that an agent can see, such that any message of his, "
        "whatever she then does because it is best for her, gives him at most the price of what he saw on average. Then all "
        "his messages together give him at most the sum of the prices."
    )
    for held in shown.deterrences:
        yield from _prices(held, _spoken(shown))


def _spoken(shown: SignalEquilibrium) -> frozenset[str]:
    """The messages that tell her something."""
    return frozenset(
        word for signal in shown.signals.values() if not silent(signal) for says in signal.values() for word in says
    )


def _prices(held: Deterrence, spoken: frozenset[str]) -> Iterator[Block]:
    rows = []
    for block in held.blocks:
        for cell, price in block.best.prices.items():
            rows.append((words(cell_words(cell)), words(_facing(block.types, spoken)), (price,)))
    yield Table(f"Prices for {held.agent}", ("he sees", "she knows besides", "price"), tuple(rows))
    parts = sum((_total(block.best) for block in held.blocks), Fraction(0))
    if held.floor:
        yield say(
            "The prices come to ", parts, ", where each unit that she gets counts ", held.floor,
            " besides: to be picked he must leave her as much as she has.",
        )  # fmt: skip
    else:
        yield say("The prices come to ", parts, ".")


def _total(option: Option) -> Fraction:
    return sum(option.prices.values(), Fraction(0))


def _facing(types: tuple[tuple[str, ...], ...], spoken: frozenset[str]) -> str:
    """Her observation and what the others say, for the types of one block."""
    seen = [joined([part for n, part in enumerate(known) if (part in spoken if n else part != NOTHING)]) for known in types]
    return joined([part for part in dict.fromkeys(seen) if part], "or") or "nothing"
