"""The evidence of claims, as the JSON that the kernel reads (proofs/FORMAT.md, "Evidence").

Rules are written as trees. A cell of an agent is named by its first observation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from verifier.game.model import Agent, Cell, Convention, Game
from verifier.game.rules import Answer, ConversationRule, History, Profile, Rule, Signal
from verifier.theory.alignment import Hull
from verifier.theory.bounds.asking import Asking
from verifier.theory.bounds.contested import Margins, Never, Towards
from verifier.theory.bounds.outcome_program import Bound, Multipliers
from verifier.theory.bounds.pieces import (
    AskedOffer,
    Case,
    ContestPiece,
    Exclusion,
    LinearPiece,
    OfferRow,
    Option,
    OutcomePiece,
    ReceivedPiece,
    StrictPlan,
)
from verifier.theory.deviations.deviation import DeviationBound, MessageSetBound, SubproblemBound
from verifier.theory.deviations.dominance import Mixture
from verifier.theory.judgements.conversation import ConversationBound, OutcomeBound
from verifier.theory.play import Taken

if TYPE_CHECKING:
    from verifier.theory.bounds.indifference import Tie
    from verifier.theory.bounds.long_shifts import LongShift
    from verifier.theory.bounds.rare_remarks import RemarkBound
    from verifier.theory.bounds.remark_proof import RemarkProof
    from verifier.theory.judgements.history_bound import HistoryBound


TieWeights = Mapping[tuple[tuple[str, ...], int, str, str], Fraction]
"""Multipliers by strategy, number of the type, action that ties and agent."""


def records(table: Mapping[Any, Fraction]) -> list[list[str]]:
    """A table of numbers: per entry the parts of its key, then the number."""
    return [
        [*((key,) if isinstance(key, str) else key), str(value)] for key, value in table.items()
    ]


def rule_tree(agent: Agent, rule: Rule) -> list[Any]:
    """A deterministic rule: per user message the answers, each named by the first observation."""

    def answer(entry: Answer) -> list[Any]:
        sends = [[cell[0], "1"] for cell in agent.sees if cell[0] in entry.when]
        return [entry.when[0], sends, None if entry.then is None else rule_tree(agent, entry.then)]

    return [[answer(entry) for entry in message] for message in rule.messages]


def signal_tree(agent: Agent, signal: Signal) -> list[Any]:
    """A signal: the rule with one user message whose answers are the signal's messages."""
    sends: dict[str, list[list[str]]] = {}
    for cell in agent.sees:
        for word, p in signal[cell[0]].items():
            sends.setdefault(word, []).append([cell[0], str(p)])
    return [[[word, probabilities, None] for word, probabilities in sends.items()]]


def conversation_tree(game: Game, agent: Agent, rule: ConversationRule) -> list[Any]:
    """A conversation rule: for every question, in every round, the answers that may be given."""
    if not rule.answers:
        return signal_tree(agent, rule.opening)

    def node(history: History, cells: Sequence[Cell]) -> list[Any] | None:
        if len(history) == game.conversation.rounds:
            return None
        return [answers(history, q, cells) for q in range(game.conversation.user_alphabet)]

    def answers(history: History, asked: int, cells: Sequence[Cell]) -> list[Any]:
        sends: dict[str, dict[Cell, Fraction]] = {}
        for cell in cells:
            for word, p in rule.says(history, asked, cell[0]).items():
                sends.setdefault(word, {})[cell] = p
        return [
            [
                word,
                [[cell[0], str(p)] for cell, p in likely.items()],
                node((*history, (asked, word)), list(likely)),
            ]
            for word, likely in sends.items()
        ]

    return node((), agent.sees) or []


def conversations_of(game: Game, profile: Profile) -> list[dict[str, Any]]:
    """The conversation rules of all agents."""
    return [
        {"agent": agent.name, "rule": conversation_tree(game, agent, profile[agent.name])}
        for agent in game.agents
    ]


def taken_moves(game: Game, taken: Taken) -> list[list[str]]:
    """What she does at some of the places that she may reach; questions are numbered from 1."""
    questions = range(game.conversation.user_alphabet)
    found = []
    for (x, transcript), move in taken.items():
        turns = [turn for finished in zip(*transcript, strict=True) for turn in finished]
        heard = [part for q, word in turns for part in (*_asked(game, q), word)]
        choices = list(product(questions, repeat=len(transcript)))
        does = move if isinstance(move, str) else str(choices.index(move) + 1)
        found.append([x, *heard, does])
    return found


def _asked(game: Game, question: int) -> list[str]:
    return [] if game.conversation.silent else [str(question + 1)]


def rules_of(game: Game, rules: Mapping[str, Rule]) -> list[dict[str, Any]]:
    """The deterministic rules of all agents."""
    return [
        {"agent": agent.name, "rule": rule_tree(agent, rules[agent.name])} for agent in game.agents
    ]


def signals_of(game: Game, signals: Mapping[str, Signal]) -> list[dict[str, Any]]:
    """The signals of all agents."""
    return [
        {"agent": agent.name, "rule": signal_tree(agent, signals[agent.name])}
        for agent in game.agents
    ]


def hull_evidence(hull: Hull) -> dict[str, Any]:
    """The distance, weights and offset of the nearest mixture, and the signed measure.

    The offsets of states are what each is more than that of the first (theory.md 2.1, 2.3).
    """
    first = next(iter(hull.offsets.values()))
    more = {y: c - first for y, c in hull.offsets.items() if c != first}
    return {
        **({"hull": str(hull.convention)} if hull.convention is not Convention.SIMPLEX else {}),
        "distance": str(hull.epsilon),
        "weights": records(hull.weights),
        "offset": str(first),
        **({"state_offsets": records(more)} if more else {}),
        "witness": records(hull.witness),
    }


def bound_evidence(game: Game, bound: Bound) -> dict[str, Any]:
    """Deviations, multipliers and pieces of a bound (theory.md 5.4, 6.5)."""
    content = weighted_rows(game, bound, bound.multipliers) | pieces_of(bound)
    if bound.margins is not None:
        content["margins"] = _margins(bound.margins)
    if bound.remarks is not None:
        content["remarks"] = _remarks(bound.remarks)
    return content


def weighted_rows(game: Game, bound: Bound, multipliers: Multipliers) -> dict[str, Any]:
    """The deviations of a bound, and the multipliers of the outcome program's rows."""
    agents = {agent.name: agent for agent in game.agents}
    return {
        "deviations": [
            {
                "agent": deviation.agent,
                "multiplier": str(multipliers.agents[deviation.agent]),
                "rule": rule_tree(agents[deviation.agent], deviation.rule),
            }
            for deviation in bound.deviations
        ]
        + [
            {
                "agent": told.agent,
                "multiplier": str(multipliers.agents[told.agent]),
                "rule": rule_tree(agents[told.agent], told.rule),
                "secures": {
                    "marginal": records(told.marginal),
                    "obedience": records(told.obedience),
                },
            }
            for told in bound.announcements
        ],
        "marginal": records(multipliers.marginal),
        "obedience": records(multipliers.obedience),
    }


def _margins(margins: Margins) -> dict[str, Any]:
    """Why what she does not know is contested wherever it matters (theory.md 5.5)."""
    return {**_never(margins.never), "towards": _towards(margins.towards)}


def _towards(towards: Iterable[Towards]) -> list[dict[str, Any]]:
    return [
        {
            "observation": part.observation,
            "weights": records(part.weights),
            "indifferent": records(part.indifferent),
            "best": records(part.best),
        }
        for part in towards
    ]


def _never(never: Never | None) -> dict[str, Any]:
    """Which actions no equilibrium has, if this is used."""
    if never is None:
        return {}
    content = {
        "actions": [list(entry) for entry in never.actions],
        "deviations": records(never.agents),
        "marginal": records(never.marginal),
        "obedience": records(never.obedience),
    }
    return {"never": content}


def _remarks(found: RemarkBound) -> dict[str, Any]:
    """Where she may be indifferent, and what agents could remark (theory.md 5.7)."""
    content = {
        **_never(found.never),
        "shifts": [
            [shift.agent, list(shift.order), str(weight)]
            for shift, weight in found.ties.shifts.items()
        ],
        "ties": [
            {**_tie(tie), "multipliers": records(multipliers)}
            for tie, multipliers in found.ties.multipliers.items()
            if multipliers
        ],
    }
    if found.proof is None:
        return {**content, "towards": _towards(found.towards)}
    return {**content, "program": _remark_program(found.proof)}


def _tie(tie: Tie) -> dict[str, Any]:
    return {
        "user_observation": tie.user_observation,
        "best": list(tie.best),
        "possible": list(tie.possible),
        "action": tie.action,
    }


def _remark_program(proof: RemarkProof) -> dict[str, Any]:
    """The remarks that count, with all that proves what they do."""
    steady = {"steady": [_long_shift(shift) for shift in proof.shifts]} if proof.shifts else {}
    return {
        **steady,
        "remarks": [
            {"agent": remark.agent, "likelihoods": records(remark.likelihoods)}
            for remark in proof.remarks
        ],
        "directions": [
            [name, o, str(value)]
            for name, direction in proof.directions.items()
            for o, value in direction.items()
        ],
        "kept": [
            {
                **_tie(kept.tie),
                "agent": kept.agent,
                "instead": kept.instead,
                "remarks": records(kept.remarks),
                **({} if kept.direction is None else {"direction": records(kept.direction)}),
            }
            for kept in proof.kept
        ],
        "deviations": records(proof.agents),
        "marginal": records(proof.marginal),
        "leaves": [
            {
                "user_observation": leaf.user_observation,
                "plays": [[n, a] for n, a in leaf.plays.items()],
                "obedience": [[n, b, str(m)] for (n, b), m in leaf.obedience.items()],
            }
            for leaf in proof.leaves
        ],
    }


def _long_shift(shift: LongShift) -> dict[str, Any]:
    """A long shift: who makes it, and why they would gain where she turned (theory.md 5.10)."""
    return {
        "direction": [[o, str(n)] for o, n in shift.direction.items()],
        "weights": records(shift.weights),
        "crossings": [
            {
                **_tie(tie),
                "gain": str(turned.gain),
                "multipliers": records(turned.best),
                "within": [[n, c, str(m)] for (n, c), m in turned.within.items()],
            }
            for tie, turned in shift.turns.items()
        ],
    }


def pieces_of(steps: Bound | Exclusion) -> dict[str, Any]:
    """The steps over all outcomes and over what she may receive, as far as there are any."""
    found = {
        "pieces": [_outcome_piece(piece) for piece in steps.pieces],
        "received": [_received_piece(piece) for piece in steps.received],
        "contests": [_contest_piece(piece) for piece in steps.contests],
    }
    return {name: pieces for name, pieces in found.items() if pieces}


def _outcome_piece(piece: OutcomePiece) -> dict[str, Any]:
    """A piece, with multipliers over all obedient outcomes."""
    return {
        **_piece(piece),
        "from": str(piece.start),
        "marginal": records(piece.marginal),
        "obedience": records(piece.obedience),
        **_asking(piece.asking),
    }


def _received_piece(piece: ReceivedPiece) -> dict[str, Any]:
    """A piece, with prices for what every agent whom she may pick can make her do."""
    winners = [
        {
            "agent": name,
            **_dominated(piece.dominated.get(name, {})),
            "options": [_started(option) for option in options],
        }
        for name, options in piece.winners.items()
    ]
    return {**_piece(piece), "winners": winners}


def _contest_piece(piece: ContestPiece) -> dict[str, Any]:
    """A piece, with what leaves no equilibrium to each winner and rival (theory.md 6.21)."""
    return {"upper": str(piece.upper), "cases": [_case(case) for case in piece.cases]}


def _case(case: Case) -> dict[str, Any]:
    """A winner, and a rival or none, with prices of what they can make her do."""
    content: dict[str, Any] = {"winner": case.winner}
    if case.rival is not None:
        content["rival"] = {
            "agent": case.rival.agent,
            "weights": records(case.rival.weights),
            "worth": str(case.rival.worth),
            **_option(case.rival.proof),
        }
    pairs = {(n, s[n]) for option in case.options for s, n, _, _ in option.ties}
    used = {pair: mixture for pair, mixture in case.tied.items() if pair in pairs}
    return {
        **content,
        "offers": _offers(case.offers),
        **_mixtures("tied", used),
        "options": [_started(option) for option in case.options],
    }


def _started(option: Option) -> dict[str, Any]:
    """An option with the multiplier of what she has, and of what ties would change."""
    return {"from": str(option.start), **_option(option.proof, option.ties)}


def _piece(piece: LinearPiece) -> dict[str, Any]:
    """One of the pieces of a bound: an interval that has no equilibrium value (theory.md 6.5)."""
    return {"upper": str(piece.upper), "offers": _offers(piece.offers)}


def _offers(rows: Iterable[OfferRow]) -> list[dict[str, Any]]:
    """What agents could offer instead, with multipliers."""
    return [
        {
            "agent": row.agent,
            "multiplier": str(row.multiplier),
            "low": _offer(row.low),
            "high": _offer(row.high),
        }
        for row in rows
    ]


def _offer(offered: StrictPlan | AskedOffer) -> list[dict[str, Any]]:
    """An offer: per recommended strategy its probabilities, and those that make it strict."""
    if isinstance(offered, AskedOffer):
        return [
            {"asked": [x], **message}
            for x, plan in offered.asked.items()
            for message in _offer(plan)
        ]
    return [
        {
            "strategy": list(strategy),
            "sends": [[cell[0], str(p)] for (cell, s), p in offered.sends.items() if s == strategy],
            "perturbation": [[cell[0], str(p)] for cell, p in perturbation.items() if p],
        }
        for strategy, perturbation in offered.perturbations.items()
    ]


def deviation_bounds(bounds: Sequence[DeviationBound]) -> list[dict[str, Any]]:
    """The dual certificates of the agents' deviation bounds (theory.md 6.1)."""
    return [
        {
            "agent": bound.agent,
            "knows": str(bound.knowledge),
            "floor": str(bound.floor_price),
            "blocks": [_block(part) for part in bound.subproblems],
        }
        for bound in bounds
    ]


def conversation_bounds(
    bounds: Mapping[str, ConversationBound],
) -> list[dict[str, Any]]:
    """The dual certificates of bounds on deviations in conversations (theory.md 6.10, 6.17)."""
    return [
        {"agent": name, **(_outcomes(bound) if isinstance(bound, OutcomeBound) else _plans(bound))}
        for name, bound in bounds.items()
    ]


def _outcomes(bound: OutcomeBound) -> dict[str, Any]:
    """Multipliers over obedient outcomes."""
    return {
        "floor": str(bound.floor_price),
        "marginal": records(bound.marginal),
        "obedience": records(bound.obedience),
        **_asking(bound.asking),
    }


def _asking(multipliers: Asking) -> dict[str, Any]:
    """The multipliers of asking as at another observation, if there are any."""
    return {"asking": records(multipliers)} if multipliers else {}


def _plans(bound: HistoryBound) -> dict[str, Any]:
    """What she could do instead, after each history and what she asks or does there."""
    instead = [
        {"after": list(after), "plan": [[list(record), str(t)] for record, t in plan.items()]}
        for after, plan in bound.instead.items()
    ]
    return {"floor": "0", "instead": instead}


def _block(part: SubproblemBound) -> dict[str, Any]:
    """A subproblem, with its dominated actions."""
    return {
        "types": [list(user_type) for user_type in part.types],
        **_dominated(part.dominated),
        "options": [_option(message_set) for message_set in part.message_sets],
    }


def _dominated(dominated: Mapping[tuple[int, str], Mixture]) -> dict[str, Any]:
    """The dominated actions with their mixtures, if there are any."""
    return _mixtures("dominated", dominated)


def _mixtures(key: str, mixtures: Mapping[tuple[int, str], Mixture]) -> dict[str, Any]:
    """Actions with mixtures of others, if there are any."""
    found = [
        [n, a, b, str(share)]
        for (n, a), mixture in mixtures.items()
        for b, share in mixture.items()
    ]
    return {key: found} if found else {}


def _option(
    message_set: MessageSetBound, ties: TieWeights = MappingProxyType({})
) -> dict[str, Any]:
    """A message set with dual prices, and a reason for each strategy that needs one."""
    content: dict[str, Any] = {}
    if message_set.strategies is not None:
        content["strategies"] = [list(strategy) for strategy in message_set.strategies]
    prices = {cell[0]: price for cell, price in message_set.dual_prices.items()}
    return {**content, "prices": records(prices), "reasons": _reasons(message_set, ties)}


def _reasons(message_set: MessageSetBound, ties: TieWeights) -> list[dict[str, Any]]:
    """The multipliers of obedience and ties, and the weights of duplicate actions, by strategy."""
    reasons: dict[tuple[str, ...], dict[str, Any]] = {}
    weights: dict[str, Mapping[Any, Fraction]] = {
        "obedience": message_set.multipliers,
        "duplicates": message_set.duplicate_weights,
        "ties": ties,
    }
    for key, table in weights.items():
        for (strategy, *rest), weight in table.items():
            reason = reasons.setdefault(strategy, {"strategy": list(strategy)})
            reason.setdefault(key, []).append([*rest, str(weight)])
    return list(reasons.values())
