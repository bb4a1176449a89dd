"""An equilibrium in conversation rules: who asks and answers what, and why no agent gains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.explain.document import Block, Listing, Reference, Section, Table, Text, say, words
from verifier.explain.phrases import joined, observation_words
from verifier.explain.subject import Subject
from verifier.game.model import NOTHING, Agent, Game
from verifier.game.rules import ConversationRule, History, Transcript
from verifier.theory.equilibria.equilibrium import rational_utility
from verifier.theory.judgements.conversation import ConversationEquilibrium, OutcomeBound
from verifier.theory.judgements.history_bound import HistoryBound

MOST_NAMES = 3
"""A cell of more observations is named by the first."""

LARGEST = 24
"""Longer lists of what she asks and does are left to the certificate."""


def conversation(game: Game, shown: ConversationEquilibrium) -> Iterator[Block]:
    """The answers that agents give to what she asks, and what she asks and does."""
    rounds, speaking = game.conversation.rounds, _speaking(game, shown)
    if shown.picked is not None:
        offer = shown.profile[shown.picked]
        alike = all(rule.answers == offer.answers for rule in shown.profile.values())
        others = "All offer the same." if alike else "What the others offer is in the certificate."
        yield say(f"She picks {shown.picked}. {others}")
    for agent in speaking:
        items = tuple(_answers(game, agent, shown))
        told = f"{agent.name} answers, in every situation that arises:"
        yield say(told if items else f"{agent.name} says nothing of use.")
        if items:
            yield Listing(items)
    asked = [] if game.conversation.silent else list(_asks(game, shown))
    if len(asked) > LARGEST:
        yield say(f"What she asks in each of {len(asked)} situations is too long to be told here.")
    elif asked:
        yield say("What she asks, in every situation that arises:")
        yield Listing(tuple(asked))
    acts = [
        words(f"{_knowing(speaking, x, transcript)}she takes {moves.optimal[0]}")
        for (x, transcript), moves in shown.play.moves.items()
        if len(transcript[0]) == rounds
    ]
    if len(acts) <= LARGEST:
        yield say("What she does at last:")
        yield Listing(tuple(acts))
    else:
        yield say(
            f"After each of {len(acts)} conversations she takes the action that is best for her."
        )


def _speaking(game: Game, shown: ConversationEquilibrium) -> list[Agent]:
    """The agents to whom she talks: all, or the one whom she picks."""
    return [agent for agent in game.agents if shown.picked in (None, agent.name)]


def _answers(game: Game, agent: Agent, shown: ConversationEquilibrium) -> Iterator[Text]:
    """The agent's answers in the situations that arise; none if none of them says anything."""
    place, rule = _speaking(game, shown).index(agent), shown.profile[agent.name]
    situations = dict.fromkeys(
        (transcript[place], questions[place])
        for (_, transcript), moves in shown.play.moves.items()
        for questions in moves.optimal[:1]
        if not isinstance(questions, str)
    )
    said = {place: _by_word(game, agent, rule, *place) for place in situations}
    if all(len(words) == 1 for words in said.values()):
        return
    for (history, asked), answers in said.items():
        parts = "; ".join(f"“{word}” if it is {cells}" for word, cells in answers.items())
        if len(answers) == 1:
            parts = f"“{next(iter(answers))}” in any case"
        yield words(f"{_situation(game, history, asked)}{parts}")


def _by_word(
    game: Game, agent: Agent, rule: ConversationRule, history: History, asked: int
) -> dict[str, str]:
    """The words that may be said, each with the cells in which it is."""
    said: dict[str, list[str]] = {}
    signal = rule.answers.get((history, asked), {}) if rule.answers else rule.opening
    possible = {x for _, x in game.points}
    for cell in agent.sees:
        named = [x for x in cell if x in possible and x in signal]
        if named and _may_be(rule, history, named[0]):
            for word, p in rule.says(history, asked, named[0]).items():
                how = "" if p == 1 else f" (with probability {p})"
                said.setdefault(word, []).append(_cell(named) + how)
    return {word: joined(cells, "or") for word, cells in said.items()}


def _may_be(rule: ConversationRule, history: History, x: str) -> bool:
    """Whether the agent may have said what the history has, if he sees this."""
    return all(word in rule.says(history[:n], q, x) for n, (q, word) in enumerate(history))


def _cell(named: Sequence[str]) -> str:
    """The name of a cell: its observations, or where they are many the first of them."""
    return "/".join(named) if len(named) <= MOST_NAMES else f"{named[0]}/..."


def _situation(game: Game, history: History, asked: int) -> str:
    """When an answer is given."""
    before = f"after {_so_far(game, history)}, " if history else ""
    question = "" if game.conversation.silent else f"asked question {asked + 1}, "
    return before + question


def _so_far(game: Game, history: History) -> str:
    """What was asked and said, round by round."""
    if game.conversation.silent:
        return ", ".join(f"“{word}”" for _, word in history)
    return ", ".join(f"question {q + 1} and “{word}”" for q, word in history)


def _knowing(speaking: Sequence[Agent], x_user: str, transcript: Transcript) -> str:
    """What she has seen, and received from all agents."""
    received = [
        f"{agent.name} {' then '.join(f'“{word}”' for _, word in history)}"
        for agent, history in zip(speaking, transcript, strict=True)
        if history
    ]
    return observation_words(x_user) + (f"told by {joined(received)}, " if received else "")


def _asks(game: Game, shown: ConversationEquilibrium) -> Iterator[Text]:
    """What she asks before each round; in a last line the situations where it is all one to her."""
    speaking = _speaking(game, shown)
    every, otherwise, told = game.conversation.user_alphabet ** len(speaking), False, False
    for (x, transcript), moves in shown.play.moves.items():
        questions, best = moves.optimal[0], len(moves.optimal)
        if isinstance(questions, str):
            continue  # she acts
        if best == every and not any(questions):
            otherwise = True
            continue
        told = True
        whom = [
            f"{agent.name} question {q + 1}" for agent, q in zip(speaking, questions, strict=True)
        ]
        first = "at first " if not transcript[0] and x == NOTHING else ""
        yield words(
            f"{first}{_knowing(speaking, x, transcript)}she asks {joined(whom)}"
            f"{'; another choice would do as well' if best > 1 else ''}"
        )
    if otherwise:
        where = "in every other situation" if told else "in each of them"
        yield words(f"{where} question 1; any question is as good there")


def conversation_bounds(shown: ConversationEquilibrium) -> Iterator[Block]:
    """The utility of each agent, the bound on his deviations, and what proves it."""
    rows = tuple((words(name), (has,), (most,)) for name, (has, most) in shown.bounds.items())
    yield Table(
        "What each agent gets, and the most that he could get by another rule",
        ("agent", "gets", "could get"),
        rows,
    )
    for name in (name for name in shown.profile if name not in shown.proofs):
        yield say(
            f"{name}: no rule of his is worth more to her than what she is offered, so she need"
            " not pick him."
        )
    for name, proof in shown.proofs.items():
        if isinstance(proof, HistoryBound):
            yield say(
                f"{name}: suppose that he deviates, and that he may even know what she sees, and,"
                f" round by round, what others tell her. {_without_him(proof)} (",
                Reference("6.17"),
                ").",
            )
        else:
            yield say(
                f"{name}: suppose that he deviates, and that he may even know what she sees and"
                " hears. She does what is best for her, given all that she knows, and gets at least"
                f" {_what_she_has(shown)}; no such play gives him more (",
                Reference("6.10"),
                "). ",
                *_asked_instead(proof),
                "The multipliers that prove it are in the certificate.",
            )


def _asked_instead(proof: OutcomeBound) -> Iterator[str | Reference]:
    """That the bound knows what she could ask instead, where it does."""
    if proof.asking:
        yield "At each observation it is also worth as much to her as to ask as at another ("
        yield Reference("5.9")
        yield "). "


def _what_she_has(shown: ConversationEquilibrium) -> str:
    """What she gets at least, whatever the deviating agent does."""
    if shown.picked is None:
        return "what she gets by ignoring him"
    return "what the best of the others offers, or else he is not picked, and gains nothing"


def _without_him(proof: HistoryBound) -> str:
    """Why an agent who knows what the user receives gets no more."""
    if not proof.instead:
        return (
            "Even if she then asked and did whatever he liked, he would get no more: the others'"
            " answers do not lead where he could have more"
        )
    several = len(proof.instead) > 1
    return (
        "Whatever he makes her ask or do, she could ignore him from there on, and would if that"
        f" were better. {len(proof.instead)} {'plans' if several else 'plan'} of going on without"
        f" him {'bound' if several else 'bounds'} what he could get, and"
        f" {'are' if several else 'is'} in the certificate"
    )


def best_conversation(subject: Subject) -> Iterator[Section]:
    """The section on the best equilibrium found, where it is a conversation that was not told."""
    best, told = subject.finding.found.best, subject.finding.equilibrium
    if not isinstance(best, ConversationEquilibrium) or told is None:
        return
    if best.user_utility == rational_utility(told):
        return
    yield Section(
        "best-conversation",
        "A better equilibrium: a conversation",
        (
            say(
                "The equilibrium above is the worst that was found. This conversation is the best"
                " one. (The certificate of the verdict does not need it, so the verifier alone says"
                " it here; `verifier equilibria` certifies it.)"
            ),
            *conversation(subject.game, best),
            say("She gets ", best.user_utility, "."),
            *conversation_bounds(best),
        ),
    )
