"""The report of a contest, as JSON and as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from verifier.dynamics.comparison import Comparison
from verifier.dynamics.contest import Contest
from verifier.dynamics.trajectory import Ending, Move, State, Trajectory
from verifier.game.model import Game
from verifier.numbers import LONGEST_STATE, about, at_most, show
from verifier.report.equilibria import signal_lines, signal_table

SHOWN = 40
"""Most moves that are listed; JSON has them all."""


def trajectory_record(found: Trajectory) -> dict[str, Any]:
    """The trajectory as JSON: the start, every move, and the end."""
    return {
        "start": _state_record(found.start),
        "moves": [
            {
                "round": move.round,
                "agent": move.agent,
                "wins": move.wins,
                **_state_record(move.state),
            }
            for move in found.moves
        ],
        "ending": str(found.ending),
        "cycle_from": found.since,
        "final_signal": signal_table(found.final.offer.signal),
    }


def _state_record(state: State) -> dict[str, Any]:
    return {
        "selected": state.offer.agent,
        "user_utility": str(state.offer.worth),
        "agent_utilities": {name: str(value) for name, value in state.offer.gives.items()},
        "offers": {offer.agent: str(offer.worth) for offer in state.offers},
    }


def contest_record(found: Contest) -> dict[str, Any]:
    """A contest as JSON, without its settings."""
    return {
        "yardsticks": comparison_record(found.comparison, found.step),
        **_evaluation_record(found.game),
        **trajectory_record(found.trajectory),
        "gains": gains_record(found.gains),
        "kernel": found.reply.text if found.reply else None,
        "certificate": found.certificate.as_posix() if found.certificate else None,
        "played": found.instance.as_posix() if found.instance else None,
    }


def contest_lines(found: Contest) -> Iterator[str]:
    """A contest as lines: the comparison, the moves, and what the kernel says of their end."""
    yield from comparison_lines(found.comparison, found.step)
    yield from _evaluation_lines(found.game)
    yield from trajectory_lines(found.trajectory)
    yield gains_line(found.gains)
    if found.reply is not None:
        yield f"  kernel, if all offer it: {found.reply.text}"
    elif found.trajectory.ending is Ending.EQUILIBRIUM and not found.late:
        yield (
            "  not certified: not all agents can offer this, or it is no equilibrium if they all do"
        )
    if found.certificate is not None and found.instance is not None:
        yield f"  certificate: {found.certificate.as_posix()}"
        yield f"  checked with the game as played: {found.instance.as_posix()}"


def _evaluation_record(game: Game) -> dict[str, Any]:
    """The error of her evaluation and whom she picks all the same, where it errs."""
    return {"evaluation": str(game.evaluation), "picks": "best offer"} if game.evaluation else {}


def _evaluation_lines(game: Game) -> Iterator[str]:
    """Whom she picks in the moves where her evaluation errs (theory.md 6.6)."""
    if game.evaluation:
        yield f"  her evaluation may err by {show(game.evaluation)}; in these moves she picks the"
        yield "  best offer all the same, so they do not show what else the error allows"


def comparison_record(found: Comparison, step: Fraction) -> dict[str, Any]:
    """The comparison of a trajectory with this step, as JSON."""
    rest = found.at_rest(step)
    values = (
        None
        if found.best_ai_values is None
        else [[str(low), str(high)] for low, high in found.best_ai_values.intervals]
    )
    return {
        "epsilon": str(found.epsilon),
        "no_information": str(found.no_information),
        "team": str(found.team),
        "optimum": str(found.optimum),
        "paper_bound": None if found.paper_bound is None else str(found.paper_bound),
        "certified_bound": str(found.certified_bound),
        "at_rest": None if rest is None else str(rest),
        "equilibrium_values": values,
        "alone": {name: str(value) for name, value in found.alone.items()},
        "alone_at_most": {name: str(value) for name, value in found.alone_at_most.items()},
    }


def trajectory_lines(found: Trajectory) -> Iterator[str]:
    """The trajectory as lines: a move, whether its agent wins, the selected agent, all payoffs."""
    names = [offer.agent for offer in found.start.offers]
    widths = [max(12, min(20, len(name))) for name in names]
    heads = "".join(f" {name[:w]:>{w}}" for name, w in zip(names, widths, strict=True))
    yield f"   move {'agent':20} {'':5} {'selected':20} {'the user':>12}{heads}"
    yield _line("start", "", "", found.start, widths)
    shown = (
        found.moves
        if len(found.moves) <= SHOWN
        else (*found.moves[: SHOWN // 2], *found.moves[-SHOWN // 2 :])
    )
    for number, move in zip(_numbers(len(found.moves), len(shown)), shown, strict=True):
        if number == len(found.moves) - SHOWN // 2 + 1 and len(shown) < len(found.moves):
            yield f"    ... {len(found.moves) - SHOWN} moves more"
        yield _line(str(number), move.agent, "wins" if move.wins else "loses", move.state, widths)
    yield from _ending_lines(found)


def _numbers(moves: int, shown: int) -> list[int]:
    numbers = list(range(1, moves + 1))
    return numbers if shown == moves else numbers[: SHOWN // 2] + numbers[-SHOWN // 2 :]


def _line(number: str, agent: str, how: str, state: State, widths: list[int]) -> str:
    gets = "".join(
        f" {_short(value):>{w}}"
        for value, w in zip(state.offer.gives.values(), widths, strict=True)
    )
    return (
        f"  {number:>5} {agent[:20]:20} {how:5} {state.offer.agent[:20]:20}"
        f" {_short(state.offer.worth):>12}{gets}"
    )


def _short(value: Fraction) -> str:
    return at_most(LONGEST_STATE, value, about(".6f"))


def _ending_lines(found: Trajectory) -> Iterator[str]:
    if found.ending is Ending.EQUILIBRIUM:
        yield "  nobody moves: an equilibrium of these dynamics"
    elif found.since is not None:
        cycle: tuple[Move, ...] = found.moves[found.since :]
        yield (
            f"  a cycle of {len(cycle)} moves, from move {found.since + 1} on; in it she gets "
            + _span(found.lasting)
        )
    elif found.ending is Ending.OUT_OF_TIME:
        yield f"  the time ran out after {len(found.moves)} moves (--seconds): the end is open"
    else:
        yield f"  the budget of {len(found.moves)} moves is spent"
    yield "  the selected rule at the end:"
    yield from signal_lines({found.final.offer.agent: found.final.offer.signal})


def _span(states: tuple[State, ...]) -> str:
    worths = [state.offer.worth for state in states]
    return (
        show(min(worths))
        if min(worths) == max(worths)
        else f"{show(min(worths))} to {show(max(worths))}"
    )


def comparison_lines(found: Comparison, step: Fraction) -> Iterator[str]:
    """The comparison of a trajectory with this step, as lines."""
    rest = found.at_rest(step)
    name, best = found.best_alone
    yield f"  hull distance           {show(found.epsilon)}"
    yield f"  no information          {show(found.no_information)}"
    most = found.alone_at_most[name]
    span = show(best) if most == best else f"{show(best)} to {show(most)}"
    yield f"  best agent alone        {span} ({name})"
    yield (
        "  paper bound            "
        f" {'none: a hypothesis fails' if found.paper_bound is None else show(found.paper_bound)}"
    )
    yield f"  bound in all equilibria {show(found.certified_bound)}"
    if step and rest is not None:
        yield f"  where nobody moves      {show(rest)} or more, with this step"
    if found.best_ai_values is not None:
        spans = [
            show(low) if low == high else f"{show(low)} to {show(high)}"
            for low, high in found.best_ai_values.intervals
        ]
        label = (
            "all equilibrium values "
            if found.best_ai_values.complete
            else "equilibria found       "
        )
        yield f"  {label} {', '.join(spans) or 'none'}"
    yield f"  TEAM                    {show(found.team)}"


def gains_record(gains: Mapping[str, Fraction] | None) -> dict[str, str] | None:
    """The gains that are left at the end, as JSON; None where the time did not suffice for them."""
    return None if gains is None else {name: str(gain) for name, gain in gains.items()}


def gains_line(gains: Mapping[str, Fraction] | None) -> str:
    """The gains that are left at the end, as a line."""
    if gains is None:
        return "  what matching the final offer would gain is open (--seconds)"
    left = {name: gain for name, gain in gains.items() if gain}
    if not left:
        return "  matching the final offer gains nobody anything"
    return "  by matching the final offer would gain: " + ", ".join(
        f"{name} {show(gain)}" for name, gain in left.items()
    )
