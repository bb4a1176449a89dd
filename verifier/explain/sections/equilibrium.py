"""An equilibrium in words: what is said, what she does, and why no agent gains by saying anything
else (theory.md 6).
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.explain.document import Block, Listing, Paragraph, Text, say, words
from verifier.explain.phrases import joined, observation_words, rule_words, signal_items, silent
from verifier.explain.sections.deviations import gained, priced
from verifier.explain.subject import Subject
from verifier.game.response import RangeEnd, rule_payoff_end
from verifier.theory.equilibrium import CommonRule, Equilibrium, FullRevelation, Indifference
from verifier.theory.guarantee import Guarantee
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.single_sender import Conversation

LARGEST = 12
"""Longer lists of what she does are left to the certificate."""


def told(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    """What happens in it."""
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
        yield Paragraph(gained(subject))
        yield from priced(
            subject,
            shown.deviation_bounds,
            dict(shown.agent_utilities),
            shown.user_utility,
            _spoken(shown),
        )
    elif isinstance(shown, Conversation):
        yield Paragraph(gained(subject))
        has = {
            shown.agent: rule_payoff_end(
                subject.game, shown.rule, subject.game.agent_payoff(shown.agent), RangeEnd.LEAST
            )
        }
        yield from priced(subject, [shown.deviation_bound], has, shown.user_utility, frozenset())
    elif isinstance(shown, Indifference):
        yield say(
            "In every state all actions are worth the same to every agent: nobody can gain by"
            " anything."
        )
    elif isinstance(shown, FullRevelation):
        yield say(_enough(subject, shown))
    elif isinstance(shown, CommonRule):
        yield say(
            "All offer the rule that is best for her among all that anybody can offer. Whoever"
            " offers something else is not picked, or gains nothing: she stays with one who kept to"
            " the rule."
        )


def _enough(subject: Subject, shown: FullRevelation) -> str:
    """Why one agent's deviation changes nothing where two leave her all that she can use."""
    quiet = all(len(message) == 1 for rule in shown.rules.values() for message in rule.messages)
    told = "At least two agents tell her all that she can use."
    if quiet:
        told = "Silence already leaves her all that she could use."
    if subject.guarantee is Guarantee.BEST_AI:
        return (
            f"{told} Whoever offers something else is not picked, or leads her to do the same:"
            " others offer as much."
        )
    if quiet:
        return f"{told} Whoever says something changes nothing."
    return f"{told} Whoever says something else changes nothing: she has heard it from another."


def _spoken(shown: SignalEquilibrium) -> frozenset[str]:
    """The messages that tell her something."""
    return frozenset(
        word
        for signal in shown.signals.values()
        if not silent(signal)
        for says in signal.values()
        for word in says
    )
