"""An equilibrium: signals or rules, the user's response, and why no agent gains (theory.md 6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.explain.document import (
    Block,
    Listing,
    Paragraph,
    Reference,
    Table,
    Text,
    say,
    words,
)
from verifier.explain.phrases import (
    joined,
    observation_words,
    rule_words,
    signal_items,
    silent,
    tells_nothing,
)
from verifier.explain.sections.answers import answers_to_rule, quantal_answers
from verifier.explain.sections.conversation import conversation, conversation_bounds
from verifier.explain.sections.deviations import deviation_bounds, no_gain_claim
from verifier.explain.sections.expectations import of_equilibrium
from verifier.explain.subject import Subject
from verifier.game.response import RangeEnd, rule_payoff_end
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.equilibrium import (
    CommonRule,
    Equilibrium,
    FullRevelation,
    Indifference,
)
from verifier.theory.equilibria.single_sender import OptimalConversation
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationEquilibrium

LARGEST = 12
"""Longer responses of the user are not listed."""


def behaviour(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    """The play of an equilibrium: rules or signals, the user's response and her utility."""
    if isinstance(shown, SignalEquilibrium):
        yield from _signals(shown)
    elif isinstance(shown, ConversationEquilibrium):
        yield from conversation(subject.game, shown)
    elif isinstance(shown, Indifference):
        yield say("All agents are silent.")
        yield say("She decides from the prior and her observation, with her quantal response.")
    else:
        yield Listing(
            tuple(words(f"{name}: {rule_words(rule)}") for name, rule in shown.rules.items())
        )
        if isinstance(shown, FullRevelation) and shown.response:
            yield from _informed(shown)
    if isinstance(shown, OptimalConversation):
        yield from answers_to_rule(subject.game, shown.rule)
    if isinstance(shown, FullRevelation) and subject.guarantee is Guarantee.QUANTAL:
        yield from quantal_answers(subject.game, shown)
    yield say("She gets ", shown.user_utility, ".")
    yield from of_equilibrium(subject, shown)


def _informed(shown: FullRevelation) -> Iterator[Block]:
    """What she does where all that matters is revealed."""
    if len(shown.response) > LARGEST:
        yield say(
            f"At each of the {len(shown.response)} pairs of observations she takes an action that"
            " is best for her there."
        )
        return
    yield say("Her response to each pair of observations:")
    yield Listing(
        tuple(
            words(f"{observation_words(x)}where the agents' observation is {z}: {a}")
            for (x, z), a in shown.response.items()
        )
    )


def _signals(shown: SignalEquilibrium) -> Iterator[Block]:
    """What each agent says, and what she does whatever she receives."""
    first, *others = shown.signals.values()
    if all(map(silent, shown.signals.values())):
        yield say("Nobody tells her anything.")
    elif others and all(signal == first for signal in others):
        what = "All agents use the same signal"
        if len(shown.received) == 1:
            what = "All agents offer the same signal, so it does not matter whom she picks"
        yield say(f"{what}:")
        yield Listing(tuple(signal_items(first)))
    else:
        for name, signal in shown.signals.items():
            yield say(f"{name} says nothing." if silent(signal) else f"The signal of {name}:")
            if not silent(signal):
                yield Listing(tuple(signal_items(signal)))
    if shown.picked is not None:
        yield say(f"She picks {shown.picked}.")
    if not all(map(silent, shown.received.values())):
        if all(map(tells_nothing, shown.received.values())):
            yield say(_coin(shown))
        yield say(f"{_naming(shown)} Her response:")
    yield Listing(tuple(_replies(shown)))


def _coin(shown: SignalEquilibrium) -> str:
    """What messages do that have nothing to do with what the agents see."""
    taken = {(user_type[0], action) for user_type, action in shown.response.items()}
    if len(taken) == len({x for x, _ in taken}):
        return "So she learns nothing."
    return "So she learns nothing; a coin decides among actions that are equally good to her."


def _naming(shown: SignalEquilibrium) -> str:
    """What the names of messages mean."""
    actions = set(shown.response.values())
    lists = any(
        " / " in message and actions.intersection(message.split(" / "))
        for _, *messages in shown.response
        for message in messages
    )
    if lists:
        return (
            "Messages are only names; one with “/” lists what she does, case by case of what else"
            " she knows."
        )
    return "Messages are only names."


def _replies(shown: SignalEquilibrium) -> Iterator[Text]:
    """What she does after each of the messages that she may receive from those who say something.

    It is said who sent which message, where they may differ.
    """
    speakers = {name: n for n, (name, s) in enumerate(shown.received.items(), 1) if not silent(s)}
    heard = {t: {name: t[n] for name, n in speakers.items()} for t in shown.response}
    differ = any(len(set(messages.values())) > 1 for messages in heard.values())
    for t, messages in heard.items():
        said = [f"“{m}” from {name}" if differ else f"“{m}”" for name, m in messages.items()]
        received = f"receiving {joined(list(dict.fromkeys(said)))}, " if said else ""
        yield words(f"{observation_words(t[0])}{received}she takes {shown.response[t]}")


def no_gain(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    """The reason why no agent gains by deviating, with dual prices where there are any."""
    if isinstance(shown, SignalEquilibrium) and shown.turns_to:
        yield from _turns(subject, shown)
    elif isinstance(shown, SignalEquilibrium):
        yield Paragraph(no_gain_claim(subject))
        yield from deviation_bounds(
            subject,
            shown.deviation_bounds,
            dict(shown.agent_utilities),
            shown.at_most,
            shown.signals,
        )
    elif isinstance(shown, ConversationEquilibrium):
        yield Paragraph(no_gain_claim(subject))
        yield from conversation_bounds(shown)
    elif isinstance(shown, OptimalConversation):
        yield Paragraph(no_gain_claim(subject))
        has = {
            shown.agent: rule_payoff_end(
                subject.game, shown.rule, subject.game.agent_payoff(shown.agent), RangeEnd.LEAST
            )
        }
        bound = shown.deviation_bound
        at_most = {bound.agent: bound.value}
        yield from deviation_bounds(subject, [bound], has, at_most, {})
    elif isinstance(shown, Indifference):
        yield say(
            "In every state all actions are worth the same to every agent, so no agent can gain by"
            " anything that he says."
        )
    elif isinstance(shown, FullRevelation):
        yield say(_deviation_is_useless(subject, shown))
    elif isinstance(shown, CommonRule):
        yield say(
            "At least two agents offer the rule that is best for her among all that any of them can"
            " offer. An agent who offers something else is not picked, or gains nothing: she picks"
            " one who kept to the rule."
        )


def _turns(subject: Subject, shown: SignalEquilibrium) -> Iterator[Block]:
    """To whom she turns if an agent deviates, where her evaluation errs (theory.md 4.5)."""
    yield say(
        "Whatever an agent offers instead, she may turn to another, whose offer is within z = ",
        subject.game.evaluation,
        " of all that she could get (",
        Reference("4.5"),
        "). No agent gains by that.",
    )
    rows = tuple(
        (words(name), (has,), words(shown.turns_to[name]), (shown.at_most[name],))
        for name, has in shown.agent_utilities.items()
    )
    heads = ("agent", "gets", "if he deviates she turns to", "then he gets at most")
    yield Table("What each agent gets, and what if he deviates", heads, rows)


def _deviation_is_useless(subject: Subject, shown: FullRevelation) -> str:
    """The reason why a deviation changes nothing where two agents reveal everything."""
    quiet = all(len(message) == 1 for rule in shown.rules.values() for message in rule.messages)
    revealed = "At least two agents reveal all that she can use."
    if quiet:
        revealed = "She has no use for any message."
    if subject.guarantee is Guarantee.BEST_AI:
        return (
            f"{revealed} An agent who offers something else is not picked, or leads her to do the"
            " same, since others offer as much."
        )
    if quiet:
        return f"{revealed} So an agent who says something changes nothing."
    return f"{revealed} An agent who deviates changes nothing, since another still reveals it."
