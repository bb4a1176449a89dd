"""Games as instance files (instance_format.md); `verifier.game.reader` reads them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from verifier.game.model import (
    NOTHING,
    Agent,
    Convention,
    Conversation,
    Game,
    OwnPrior,
    Person,
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
    if game.population:
        return write_users(game.people)
    lines = [*_head(game), *_written_prior(game), "", "[user.utility]", *_rows(game.utility, game)]
    priors = own_priors(game)
    for agent in game.agents:
        own = priors.get(agent.name)
        lines += [*_agent_head(agent, game, own), "[agents.utility]"]
        lines += _rows(agent.utility if own is None else own.utility, game)
    return "\n".join(lines + _written_rules(game)) + "\n"


def write_users(people: Sequence[Person]) -> str:
    """The instance file of several users, as `write` has that of one.

    Actions, states, agents, protocol and rules are those of the first user's game.
    """
    game = people[0].game
    lines, alike = _head(game), all(_prior(one.game) == _prior(game) for one in people)
    if alike:
        lines += _written_prior(game)
    elif game.agent_observations != game.states:
        lines += [f"agent_observations = {_list(game.agent_observations)}"]
    for one in people:
        lines += ["", "[[users]]", f"name = {quoted(one.name)}", f"share = {_number(one.share)}"]
        if one.game.ties is not game.ties:
            lines += [f"ties = {quoted(one.game.ties)}"]
        lines += [] if alike else _own_source(one.game)
        lines += ["[users.utility]", *_rows(one.game.utility, game)]
    for n, agent in enumerate(game.agents):
        lines += _written_for_users(n, agent, people)
    return "\n".join(lines + _written_rules(game)) + "\n"


def _head(game: Game) -> list[str]:
    """The lines before the prior."""
    texts = (("source", game.source), ("notes", game.notes))
    return [
        "format = 1",
        f"title = {quoted(game.title)}",
        *(f"{key} = {_prose(text)}" for key, text in texts if text is not None),
        "",
        f"states = {_list(game.states)}",
        f"actions = {_list(game.actions)}",
    ]


def _prior(game: Game) -> tuple[object, ...]:
    """What a user has in common with others, or has of her own: her observations and prior."""
    return game.user_observations, tuple(game.joint.items())


def _own_source(game: Game) -> list[str]:
    """A user's own prior; agents' observations stand with what is common to all."""
    lines = _written_prior(game)
    return [line for line in lines if not line.startswith("agent_observations = ")]


def _agent_head(agent: Agent, game: Game, own: OwnPrior | None) -> list[str]:
    """The lines of an agent before his utility."""
    lines = ["", "[[agents]]", f"name = {quoted(agent.name)}"]
    if own is not None:
        lines.append(f"prior = {_inline(own.prior)}")
    if agent.sees != finest(game.agent_observations):
        lines.append(f"sees = [{', '.join(map(_list, agent.sees))}]")
    return lines


def _written_for_users(n: int, agent: Agent, people: Sequence[Person]) -> list[str]:
    """The lines of an agent with one utility for all users, or one for each."""
    game = people[0].game
    owns = [own_priors(one.game).get(agent.name) for one in people]
    utilities = [
        one.game.agents[n].utility if own is None or None in owns else own.utility
        for one, own in zip(people, owns, strict=True)
    ]
    lines = _agent_head(agent, game, None if None in owns else owns[0])
    if all(utility == utilities[0] for utility in utilities):
        return [*lines, "[agents.utility]", *_rows(utilities[0], game)]
    for one, utility in zip(people, utilities, strict=True):
        lines += [f"[agents.utilities.{toml_key(one.name)}]", *_rows(utility, game)]
    return lines


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
