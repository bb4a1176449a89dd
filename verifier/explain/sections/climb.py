"""The climb of the bound for a user who listens to one agent, with numbers (theory.md 6.2, 6.5)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from verifier.explain.document import Block, Inline, Listing, Number, Reference, Text, say, words
from verifier.explain.phrases import joined
from verifier.explain.sections.inequalities import exact
from verifier.explain.subject import Subject
from verifier.explain.symbols import USER_UTILITY, single, utility_symbol
from verifier.game.model import Game, Payoff
from verifier.theory.bounds.pieces import (
    AskedOffer,
    ContestPiece,
    LinearPiece,
    OfferRow,
    ReceivedPiece,
    StrictPlan,
)


def climb(subject: Subject, start: Number) -> Iterator[Block]:
    """The steps from the bound of the outcome program up, each with the offers that prove it."""
    lower = subject.finding.bound
    alone = len(subject.game.agents) == 1
    why = "). In an equilibrium worth v to her, each agent could offer her more and be picked:"
    if alone:
        why = "). The agent has the most that any rule of his gives him:"
    yield say("The bound can be improved (", Reference("6.2" if alone else "6.5"), why)
    items: list[Text] = []
    reached = start if isinstance(start, Fraction) else Fraction(0)
    for piece in (*lower.pieces, *lower.received):
        items.append(words(*_step(subject, piece, reached, alone=alone)))
        reached = piece.upper
    items += map(_contests, lower.contests)
    yield Listing(tuple(items))
    if any(piece.offers for piece in (*lower.pieces, *lower.received)):
        yield say(
            "In each step the inequalities for the agents' payoffs, each times its multiplier, and"
            " prices of the pairs of observations prove that an outcome with such payoffs gives her"
            " no less than the step says."
        )


def _contests(piece: ContestPiece) -> Text:
    """A step in which every winner, and every rival or none, is looked at."""
    cases = len(piece.cases)
    return words(
        "no equilibrium is worth less to her than ",
        piece.upper,
        ", whomever she picks, and whoever offers her as much (",
        Reference("6.21"),
        f"): prices prove it in {cases} case{'s' if cases > 1 else ''}, for nobody has more by a"
        " rival's offer, and who has no rival has the most that he can have",
    )


def _step(subject: Subject, piece: LinearPiece, reached: Fraction, *, alone: bool) -> Text:
    whom: Text = ()
    if isinstance(piece, ReceivedPiece) and not alone:
        whom = words(f" whether she picks {_whom(subject, piece)}")
    head = words("no equilibrium is worth less to her than ", piece.upper, *whom)
    if not piece.offers:
        return head
    if alone:
        return words(*head, *_alone(subject, piece))
    parts: list[Inline] = [" (from ", exact(reached), "): "]
    for n, row in enumerate(piece.offers):
        parts += ["; " if n else "", *_offer(subject, row)]
    return words(*head, *parts)


def _alone(subject: Subject, piece: LinearPiece) -> Text:
    """What a single agent surely has, since he may choose any rule."""
    parts: list[Inline] = []
    for n, row in enumerate(piece.offers):
        least = _worth(subject.game, row.agent, row.high)[0]
        parts += ["; " if n else ": by the best of his rules ", f"{row.agent} surely gets "]
        parts += [exact(least), *_row(subject, row, words(exact(least)))]
    return words(*parts)


def _offer(subject: Subject, row: OfferRow) -> Text:
    """What an agent surely has, as he could offer her a mixture of two rules."""
    game, name = subject.game, row.agent
    (low, worth), (high, more) = (_worth(game, name, plan) for plan in (row.low, row.high))
    ends = words(
        f"{name} could offer her ", exact(worth), " and have ", exact(low), ", or offer her "
    )
    line = words(exact(more), " and have ", exact(high), ", or a mixture of the two")
    slack: Text = words(" - ", exact(game.gamma)) if game.gamma else ()
    if worth == more:
        return words(*ends[:-1], *_row(subject, row, words(exact(low), *slack)))
    slope = (high - low) / (more - worth)
    right: list[Inline] = [exact(low)]
    if slope:
        right += [" + (", exact(slope), ") · (", single(USER_UTILITY), " - ", exact(worth), ")"]
    return words(*ends, *line, *_row(subject, row, words(*right, *slack)))


def _row(subject: Subject, row: OfferRow, least: Text) -> Text:
    """What the agent then has at least, with the multiplier of this inequality."""
    has = single(utility_symbol(subject.index[row.agent]))
    return words("; so ", has, " ≥ ", *least, " (multiplier ", exact(row.multiplier), ")")


def _worth(game: Game, name: str, plan: StrictPlan | AskedOffer) -> tuple[Fraction, Fraction]:
    """What the agent and the user get by a plan, without its perturbations."""
    return _expected(game, game.agent_payoff(name), plan), _expected(game, game.user_payoff, plan)


def _expected(game: Game, payoff: Payoff, plan: StrictPlan | AskedOffer) -> Fraction:
    if isinstance(plan, StrictPlan):
        told = [(game.user_support, plan)]
    else:
        told = [((x,), signal) for x, signal in plan.asked.items()]
    return sum(
        (
            p * game.expected(payoff, x, cell, action)
            for users, signal in told
            for (cell, strategy), p in signal.sends.items()
            for x, action in zip(users, strategy, strict=True)
        ),
        Fraction(0),
    )


def _whom(subject: Subject, piece: ReceivedPiece) -> str:
    """Whom she may pick: those who see most, and whoever else there is."""
    others = len(subject.game.agents) > len(piece.winners)
    return joined([*piece.winners, *(["one who sees no more"] if others else [])], "or")
