"""Pure conversation rules of one agent: all, those from which a search starts, and draws of them.

A pure rule is a table of answers, one for each cell that the agent sees and each sequence of
questions; what he has answered before follows from it. Words are numbered from 0 (theory.md 1.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from verifier.errors import SizeError
from verifier.game.model import Agent, Cell, Game
from verifier.game.rules import ConversationRule, History, Rule, Signal
from verifier.game.tree import alphabets
from verifier.solve.effort import Effort
from verifier.theory.benchmark import team

Situation = tuple[Cell, tuple[int, ...]]
"""A cell that the agent sees, and the user's questions to him so far, the last one included."""


Answers = Mapping[Situation, int]
"""A pure rule: the number of the word that the agent answers, in every situation."""


def situations(game: Game, agent: Agent) -> list[Situation]:
    """The situations in which a pure rule of the agent says a word, earlier rounds first."""
    talk = game.conversation
    return [
        (cell, asked)
        for length in range(1, talk.rounds + 1)
        for asked in product(range(talk.user_alphabet), repeat=length)
        for cell in agent.sees
    ]


def pure_rules(game: Game, agent: Agent, limit: int) -> Iterator[ConversationRule]:
    """All pure rules of the agent; nothing where there are more than `limit`."""
    places, words = situations(game, agent), range(len(alphabets(game)[agent.name]))
    if len(words) ** len(places) <= limit:
        for chosen in product(words, repeat=len(places)):
            yield pure_rule(game, agent, dict(zip(places, chosen, strict=True)))


def pure_rule(game: Game, agent: Agent, answers: Answers) -> ConversationRule:
    """The conversation rule that gives these answers.

    One that repeats its first word whatever is asked is written as such: the user has nothing to
    ask this agent, and what may happen in the conversation is counted with far fewer histories.
    """
    words = alphabets(game)[agent.name]
    first = {cell: answers[cell, (0,)] for cell in agent.sees}
    if all(word == first[cell] for (cell, _), word in answers.items()):
        said = {x: {words[first[cell]]: Fraction(1)} for cell in agent.sees for x in cell}
        return ConversationRule(agent.name, {x: said[x] for x in game.agent_observations}, {})
    return drawn_rule(game, agent, [(Fraction(1), answers)])


def drawn_rule(
    game: Game, agent: Agent, chances: Sequence[tuple[Fraction, Answers]]
) -> ConversationRule:
    """The conversation rule of an agent who draws one of these pure rules, and follows it.

    After what he has said in his cell, a rule that says so is as likely as it was among those that
    do (Kuhn 1953: he remembers what he was asked and has answered).
    """
    words = alphabets(game)[agent.name]
    found: dict[tuple[History, int], dict[Cell, dict[str, Fraction]]] = {}
    for chance, answers in chances:
        for (cell, asked), answer in answers.items():
            said = [words[answers[cell, asked[: n + 1]]] for n in range(len(asked) - 1)]
            history = tuple(zip(asked, said, strict=False))
            says = found.setdefault((history, asked[-1]), {}).setdefault(cell, {})
            says[words[answer]] = says.get(words[answer], Fraction(0)) + chance
    in_instance_order: dict[tuple[History, int], Signal] = {}
    for situation, by_cell in found.items():
        totals = {cell: sum(says.values()) for cell, says in by_cell.items()}
        signal = {
            x: {word: chance / totals[cell] for word, chance in says.items()}
            for cell, says in by_cell.items()
            for x in cell
        }
        in_instance_order[situation] = {
            x: signal[x] for x in game.agent_observations if x in signal
        }
    return ConversationRule(agent.name, {}, in_instance_order)


def quiet_answers(game: Game, agent: Agent) -> dict[Situation, int]:
    """The pure rule that always says the same word."""
    return dict.fromkeys(situations(game, agent), 0)


def revealing_answers(game: Game, agent: Agent) -> dict[Situation, int]:
    """The pure rule that spells the number of the cell, again and again, whatever the user asks.

    Cells share their words where R answers cannot name them all.
    """
    words, length = len(alphabets(game)[agent.name]), 1
    while words**length < len(agent.sees) and length < game.conversation.rounds:
        length += 1
    number = {cell: n for n, cell in enumerate(agent.sees)}
    return {
        (cell, asked): number[cell] // words ** (-len(asked) % length) % words
        for cell, asked in situations(game, agent)
    }


def tree_answers(game: Game, agent: Agent, rule: Rule) -> dict[Situation, int]:
    """The answers of a deterministic rule, which repeats its last word from then on."""
    found = dict[Situation, int]()
    after: dict[Situation, Rule | None] = {(cell, ()): rule for cell in agent.sees}
    for cell, asked in situations(game, agent):
        before, node = (cell, asked[:-1]), after[cell, asked[:-1]]
        if node is None:
            found[cell, asked], after[cell, asked] = found[before], None
        else:
            message = node.messages[min(asked[-1], len(node.messages) - 1)]
            said = next(n for n, answer in enumerate(message) if cell[0] in answer.when)
            found[cell, asked], after[cell, asked] = said, message[said].then
    return found


def likeliest_answers(game: Game, agent: Agent, rule: ConversationRule) -> dict[Situation, int]:
    """The pure rule that always gives an answer that is as likely as any under the given rule.

    Its words are numbered anew after each history, in the order in which the cells say them.
    """
    most = len(alphabets(game)[agent.name])
    chosen: dict[Situation, str] = {}
    found: dict[Situation, int] = {}
    for cell, asked in situations(game, agent):
        history = tuple((q, chosen[cell, asked[: n + 1]]) for n, q in enumerate(asked[:-1]))
        says = rule.says(history, asked[-1], cell[0])
        chosen[cell, asked] = max(says, key=lambda word: says[word])
        words = _words_after(agent, rule, history, asked[-1])
        found[cell, asked] = min(words.index(chosen[cell, asked]), most - 1)
    return found


def _words_after(agent: Agent, rule: ConversationRule, history: History, asked: int) -> list[str]:
    """The words that may be said after a history and a question, each once."""
    signal = rule.answers.get((history, asked), {}) if rule.answers else rule.opening
    cells = (cell[0] for cell in agent.sees if cell[0] in signal)
    return list(dict.fromkeys(word for x in cells for word in rule.says(history, asked, x)))


def team_answers(game: Game, agent: Agent, cells: Sequence[Cell], effort: Effort) -> Answers | None:
    """The team-optimal rule for these cells, which the agent can tell apart, as a pure rule.

    None where it is too much work to find.
    """
    try:
        return tree_answers(game, agent, team(game, cells, effort).rule)
    except SizeError:
        return None


def starts(game: Game, agent: Agent, own: Answers, effort: Effort) -> list[Answers]:
    """The pure rules from which a search for the agent's best one starts, each once.

    They are his own rule, silence, telling all that he sees, and his team-optimal rule.
    """
    found = [
        own,
        quiet_answers(game, agent),
        revealing_answers(game, agent),
        team_answers(game, agent, agent.sees, effort),
    ]
    known = [answers for answers in found if answers is not None]
    return [answers for n, answers in enumerate(known) if answers not in known[:n]]
