"""An equilibrium: signals or rules, the user's response, and why no agent gains (theory.md 6)."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.explain.document import Block, Listing, Paragraph, Text, say, words
from verifier.explain.phrases import joined, observation_words, rule_words, signal_items, silent
from verifier.explain.sections.deviations import deviation_bounds, no_gain_claim
from verifier.explain.subject import Subject
from verifier.game.response import Extreme, extreme
from verifier.theory.equilibrium import CommonRule, Equilibrium, FullRevelation, Indifference
from verifier.theory.guarantee import Guarantee
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.single_sender import Conversation

LARGEST = 12
"""Longer responses of the user are left to the certificate."""


def behaviour(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    """The play of an equilibrium: rules or signals, the user's response and her utility."""
    if isinstance(shown, SignalEquilibrium):
        yield from _signals(shown)
    elif isinstance(shown, Indifference):
        yield say("All agents are silent.")
    else:
        yield Listing(
            tuple(words(f"{name}: {rule_words(rule)}") for name, rule in shown.rules.items())
        )
        if isinstance(shown, FullRevelation) and 0 < len(shown.response) <= LARGEST:
            yield say("At each pair of observations she does this:")
            yield Listing(
                tuple(
                    words(f"{observation_words(x)}where they could see {z}: {a}")
                    for (x, z), a in shown.response.items()
                )
            )
    yield say("She gets ", shown.user_utility, ".")


def _signals(shown: SignalEquilibrium) -> Iterator[Block]:
    quiet = all(silent(signal) for signal in shown.signals.values())
    if quiet:
        yield say("Nobody tells her anything.")
    elif len(shown.signals) > 1 and len({repr(signal) for signal in shown.signals.values()}) == 1:
        yield say("All agents say the same:")
        yield Listing(tuple(signal_items(next(iter(shown.signals.values())))))
    else:
        for name, signal in shown.signals.items():
            yield say(f"{name} says nothing." if silent(signal) else f"{name} says:")
            if not silent(signal):
                yield Listing(tuple(signal_items(signal)))
    if not quiet:
        yield say(
            "A message is called after what it announces, or after what she does on hearing it. She"
            " answers:"
        )
    yield Listing(
        tuple(_reply(shown, received, action) for received, action in shown.response.items())
    )


def _reply(shown: SignalEquilibrium, received: tuple[str, ...], action: str) -> Text:
    x_user, *said = received
    if all(silent(signal) for signal in shown.signals.values()):
        return words(f"{observation_words(x_user)}she takes {action}")
    spoken = joined([f"“{word}”" for word in dict.fromkeys(said)])
    return words(f"{observation_words(x_user)}hearing {spoken} she takes {action}")


def no_gain(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    """The reason why no agent gains by deviating, with dual prices where there are any."""
    if isinstance(shown, SignalEquilibrium):
        yield Paragraph(no_gain_claim(subject))
        yield from deviation_bounds(
            subject,
            shown.deviation_bounds,
            dict(shown.agent_utilities),
            shown.user_utility,
            _informative(shown),
        )
    elif isinstance(shown, Conversation):
        yield Paragraph(no_gain_claim(subject))
        has = {
            shown.agent: extreme(
                subject.game, shown.rule, subject.game.agent_payoff(shown.agent), Extreme.LEAST
            )
        }
        yield from deviation_bounds(
            subject, [shown.deviation_bound], has, shown.user_utility, frozenset()
        )
    elif isinstance(shown, Indifference):
        yield say(
            "In every state all actions are worth the same to every agent: nobody can gain by"
            " anything."
        )
    elif isinstance(shown, FullRevelation):
        yield say(_deviation_is_useless(subject, shown))
    elif isinstance(shown, CommonRule):
        yield say(
            "All offer the rule that is best for her among all that anybody can offer. Whoever"
            " offers something else is not picked, or gains nothing: she stays with one who kept to"
            " the rule."
        )


def _deviation_is_useless(subject: Subject, shown: FullRevelation) -> str:
    """The reason why a deviation changes nothing where two agents reveal everything."""
    quiet = all(len(message) == 1 for rule in shown.rules.values() for message in rule.messages)
    revealed = "At least two agents tell her all that she can use."
    if quiet:
        revealed = "Silence already leaves her all that she could use."
    if subject.guarantee is Guarantee.BEST_AI:
        return (
            f"{revealed} Whoever offers something else is not picked, or leads her to do the same:"
            " others offer as much."
        )
    if quiet:
        return f"{revealed} Whoever says something changes nothing."
    return f"{revealed} Whoever says something else changes nothing: she has heard it from another."


def _informative(shown: SignalEquilibrium) -> frozenset[str]:
    """The messages of signals that are not silent."""
    return frozenset(
        word
        for signal in shown.signals.values()
        if not silent(signal)
        for says in signal.values()
        for word in says
    )
