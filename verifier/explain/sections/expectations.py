"""Every expectation of a story as its sum, once: OPT, NOINFO, deviations, and an equilibrium's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from verifier.errors import SizeError
from verifier.explain.document import Block, Fold, Table, Text, words
from verifier.explain.subject import Subject
from verifier.game.model import NOTHING, Game, Payoff, Ties
from verifier.game.response import RangeEnd, allowed_actions, signal_distribution, sure_end
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.equilibrium import Equilibrium, FullRevelation
from verifier.theory.guarantees.guarantee import Deviation, Guarantee, deviation_payoff

LARGEST, WIDEST = 12, 4
"""Sums of more terms, or of more agents, are left to the reader."""

Played = tuple[str, str, str]
"""Her observation, the agents' observation, her action."""


def _places(game: Game, x: str, z: str) -> tuple[Text, ...]:
    """The cells that name a pair of observations; hers is left out where she observes nothing."""
    return (words(z),) if game.user_observations == (NOTHING,) else (words(x), words(z))


def _heads(game: Game) -> tuple[str, ...]:
    alone = game.user_observations == (NOTHING,)
    return ("agents' observation",) if alone else ("her observation", "agents' observation")


def _sum_row(game: Game, *sums: Fraction | None) -> tuple[Text, ...]:
    """The last row: the sums of the columns that have one."""
    blanks = [words("")] * (len(_heads(game)) - 1)
    return (words("sum"), *blanks, *(words("") if s is None else (s,) for s in sums))


def of_benchmarks(game: Game) -> Iterator[Block]:
    """OPT and NOINFO as sums over the pairs of observations."""
    if len(game.points) > LARGEST:
        return
    everything, hers, rows = tuple(game.agent_observations), game.user_payoff, []
    totals = [Fraction(0), Fraction(0)]
    for x, z in game.points:
        p = game.probability[x, z]
        row: list[Text] = [*_places(game, x, z), (p,)]
        for n, action in enumerate(
            (game.best_actions[x, z][0], game.optimal_actions(x, everything)[0])
        ):
            totals[n] += hers[x, z, action]
            row += [words(action), (hers[x, z, action] / p,)]
        rows.append(tuple(row))
    heads = (*_heads(game), "probability", "if she knew", "u", "alone", "u alone")
    last = _sum_row(game, Fraction(1), None, totals[0], None, totals[1])
    caption = "A sum is over the rows, each utility times the probability of its row"
    table = Table(caption, heads, (*rows, last))
    yield Fold("OPT and NOINFO as sums", (table,))


def of_deviations(subject: Subject) -> Iterator[Block]:
    """The deviation payoffs d of agents who reveal in one round, as sums."""
    game = subject.game
    if subject.guarantee is Guarantee.QUANTAL:
        return
    rows: list[tuple[Text, ...]] = []
    for deviation in subject.finding.setting.deviations:
        rows += _of_deviation(game, deviation)
    if not rows or len(rows) > 2 * LARGEST:
        return
    heads = ("agent", *_heads(game), "probability", "she takes", "his utility")
    caption = "Each payoff d is the sum of the utilities times the probabilities"
    yield Fold("The deviation payoffs as sums", (Table(caption, heads, tuple(rows)),))


def _of_deviation(game: Game, deviation: Deviation) -> Iterator[tuple[Text, ...]]:
    """The rows of one agent; none for a rule of several rounds or questions."""
    (answers, *questions), his = deviation.response.messages, game.agent_payoff(deviation.agent)
    if questions or any(answer.then is not None for answer in answers):
        return
    rows, total, blanks = list[tuple[Text, ...]](), Fraction(0), len(_heads(game)) - 1
    for answer in answers:
        for x in game.user_support:
            sign = sure_end(deviation.ties).value
            chosen = max(
                allowed_actions(game, x, answer.when, deviation.ties),
                key=lambda a: sign * game.expected(his, x, answer.when, a),
            )
            for z in (z for z in answer.when if (x, z) in game.probability):
                p, value = game.probability[x, z], his[x, z, chosen]
                total += value
                row = (*_places(game, x, z), (p,), words(chosen), (value / p,))
                rows.append((words(deviation.agent), *row))
    if total == deviation_payoff(game, deviation):
        yield from rows
        yield (words(deviation.agent), words("sum"), *[words("")] * (blanks + 2), (total,))


def of_equilibrium(subject: Subject, shown: Equilibrium) -> Iterator[Block]:
    """What everybody gets in an equilibrium, as sums over what may happen in it."""
    game = subject.game
    if subject.guarantee is Guarantee.QUANTAL:
        return
    played = _played(game, shown)
    if played is None or len(played) > LARGEST or len(game.agents) > WIDEST:
        return
    payoffs: list[Payoff] = [game.user_payoff, *(game.agent_payoff(a.name) for a in game.agents)]
    rows, totals = list[tuple[Text, ...]](), [Fraction(0)] * (len(payoffs) + 1)
    for (x, z, action), share in played.items():
        p = game.probability[x, z]
        values = [payoff[x, z, action] / p for payoff in payoffs]
        terms = [share * p, *(share * p * value for value in values)]
        totals = [total + term for total, term in zip(totals, terms, strict=True)]
        rows.append((*_places(game, x, z), words(action), (share * p,), *((v,) for v in values)))
    heads = ("probability", "u", *(f"U{n}" for n in range(1, len(payoffs))))
    blanks = [words("")] * len(_heads(game))
    last = (words("sum"), *blanks, *((total,) for total in totals))
    caption = "What everybody gets is the sum of the utilities times the probabilities"
    table = Table(caption, (*_heads(game), "she takes", *heads), (*rows, last))
    yield Fold("What everybody gets, as sums", (table,))


def _played(game: Game, shown: Equilibrium) -> Mapping[Played, Fraction] | None:
    """How likely each action is at each pair of observations; None for rules of several rounds."""
    if isinstance(shown, FullRevelation):
        return {(x, z, a): Fraction(1) for (x, z), a in shown.response.items()} or None
    if not isinstance(shown, SignalEquilibrium):
        return None
    try:
        distribution = signal_distribution(game, list(shown.received.values()))
    except SizeError:
        return None
    played: dict[Played, Fraction] = {}
    for user_type, chances in distribution.items():
        action = shown.response.get(user_type)
        if action is None:
            return None
        for z, p in chances.items():
            key = (user_type[0], z, action)
            played[key] = played.get(key, Fraction(0)) + p
    order = {point: n for n, point in enumerate(game.points)}
    return {key: played[key] for key in sorted(played, key=lambda key: order[key[:2]])}


def answers_to_revelation(game: Game) -> Iterator[Block]:
    """What she would do if one agent alone told her what he sees, and which answer is his."""
    rows: list[tuple[Text, ...]] = []
    for agent in game.agents:
        payoff, end = game.agent_payoff(agent.name), sure_end(game.ties)
        for cell in agent.sees:
            for x in game.user_support:
                if not any((x, z) in game.probability for z in cell):
                    continue
                best = game.optimal_actions(x, cell)
                taken = _against(game, payoff, (x, cell), best, end)
                seen = [] if x == NOTHING else [f", seeing {x}"]
                told = words(" or ".join(cell), *seen)
                rows.append((words(agent.name), told, words(", ".join(best)), words(taken)))
    if len(rows) > 2 * LARGEST or all(agent.sees == () for agent in game.agents):
        return
    alone = len(game.agents) == 1
    yield Fold(
        f"Her answers, if {'the' if alone else 'one'} agent told her what he sees",
        (
            Table(
                "What she would do" if alone else "While the others say nothing",
                ("agent", "he says it is", "best for her", "she takes"),
                tuple(rows),
            ),
        ),
    )


def _against(
    game: Game,
    payoff: Payoff,
    place: tuple[str, tuple[str, ...]],
    best: Sequence[str],
    end: RangeEnd,
) -> str:
    """The action that the tie rule lets her take, where it matters to the agent."""
    if game.ties is Ties.ORDER:
        return best[0]
    x, cell = place
    worth = {a: game.expected(payoff, x, cell, a) for a in best}
    if game.ties is Ties.BELIEF and len(best) > 1:
        return "any of them, whoever told her"
    if len(set(worth.values())) == 1:
        return best[0] if len(best) == 1 else "any of them"
    wanted = (min if end is RangeEnd.LEAST else max)(worth.values())
    how = "the worst for him" if end is RangeEnd.LEAST else "the best for him"
    return f"{next(a for a in best if worth[a] == wanted)}, {how}"
