"""Games as instance files (instance_format.md); `verifier.game.reader` reads them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from verifier.game.model import (
    NOTHING,
    Convention,
    Conversation,
    Game,
    Quantal,
    Target,
    Ties,
    Utility,
    finest,
)
from verifier.game.own_prior import own_priors
from verifier.game.text.toml import quoted, toml_key


def write(game: Game) -> str:
    """The instance file of a game; equal games have the same text.

    `parse(write(game), name)` is an equal game. Defaults are left out. Numbers of more than
    MAX_DIGITS digits are written, but would not be read back.
    """
    lines = ["format = 1", f"title = {quoted(game.title)}"]
    lines += [
        f"{key} = {_prose(text)}"
        for key, text in (("source", game.source), ("notes", game.notes))
        if text is not None
    ]
    lines += [
        "",
        f"states = {_list(game.states)}",
        f"actions = {_list(game.actions)}",
        *_written_prior(game),
    ]
    lines += ["", "[user.utility]", *_rows(game.utility, game)]
    priors = own_priors(game)
    for agent in game.agents:
        own, utility = priors.get(agent.name), agent.utility
        lines += ["", "[[agents]]", f"name = {quoted(agent.name)}"]
        if own is not None:
            lines, utility = [*lines, f"prior = {_inline(own.prior)}"], own.utility
        lines += [f"sees = [{', '.join(map(_list, agent.sees))}]"] * (
            agent.sees != finest(game.agent_observations)
        )
        lines += ["[agents.utility]", *_rows(utility, game)]
    return "\n".join(lines + _written_rules(game)) + "\n"


def _written_prior(game: Game) -> list[str]:
    simple = game.user_observations == (NOTHING,) and game.agent_observations == game.states
    if simple and all(x_agent == state for _, x_agent, state in game.joint):
        prior = {y: game.joint.get((NOTHING, y, y), Fraction(0)) for y in game.states}
        return [f"prior = {_inline(prior)}"]
    rows = [f"    [{', '.join(map(quoted, key))}, {_number(p)}]," for key, p in game.joint.items()]
    observations = [
        ("user_observations", game.user_observations),
        ("agent_observations", game.agent_observations),
    ]
    return [*(f"{key} = {_list(names)}" for key, names in observations), "joint = [", *rows, "]"]


def _written_rules(game: Game) -> list[str]:
    talk, quantal, lines = game.conversation, game.quantal, []
    if talk != Conversation():
        lines += [
            "",
            "[conversation]",
            f"rounds = {talk.rounds}",
            f"user_alphabet = {talk.user_alphabet}",
            f"agent_alphabet = {_integer_or_text(talk.agent_alphabet)}",
        ]
    if game.ties != Ties.ANY or quantal != Quantal() or game.evaluation:
        eta, base = _number(quantal.eta), _integer_or_text(quantal.base)
        lines += [
            "",
            "[model]",
            f"ties = {quoted(game.ties)}",
            f"quantal = {{ eta = {eta}, base = {base} }}",
        ]
    if game.evaluation:
        lines.append(f"evaluation = {_number(game.evaluation)}")
    return lines + _written_claim(game)


def _integer_or_text(value: int | str) -> str:
    return str(value) if isinstance(value, int) else quoted(value)


def _written_claim(game: Game) -> list[str]:
    lines = []
    if game.tolerance is not None:
        lines.append(f"tolerance = {_number(game.tolerance)}")
    if game.gamma:
        lines.append(f"gamma = {_number(game.gamma)}")
    if game.target is not Target.GUARANTEE:
        lines.append(f"benchmark = {quoted(game.target)}")
    if game.hull is not Convention.SIMPLEX:
        lines.append(f"hull = {quoted(game.hull)}")
    return ["", "[claim]", *lines] if lines else []


def _rows(utility: Utility, game: Game) -> list[str]:
    return [
        f"{toml_key(a)} = {_inline({y: utility[a, y] for y in game.states})}" for a in game.actions
    ]


def _inline(numbers: Mapping[str, Fraction]) -> str:
    entries = (f"{toml_key(key)} = {_number(value)}" for key, value in numbers.items())
    return f"{{ {', '.join(entries)} }}"


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else quoted(str(value))


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, names))}]"


def _prose(text: str) -> str:
    """The text as a TOML string, over several lines where the text has several."""
    lines = text.split("\n")
    if len(lines) == 1:
        return quoted(text)
    return '"""\n' + "\n".join(quoted(line)[1:-1] for line in lines) + '"""'
