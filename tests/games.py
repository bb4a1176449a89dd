"""Random and hand-made games for the tests: exact, small, in the order and form that the instance
reader gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from verifier.game.model import (
    NOTHING,
    Agent,
    Alphabet,
    Convention,
    Conversation,
    Game,
    Quantal,
    Target,
    Ties,
    Utility,
    finest,
    joint_of_prior,
)
from verifier.game.rules import Signal

ROOT = Path(__file__).resolve().parent.parent
INSTANCES = ROOT / "instances"

Table = Mapping[str, Sequence[int | Fraction]]
"""action -> one utility per state, in state order."""

SILENT = Conversation()

LETTERS = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåçèéêëìíîïñòóôõöøùúûüýþÿ"
    "ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİĴĵĶķĹĺĻļĽľŁłŃńŅņŇňŌōŎŏ"
    "ŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŧŨũŪūŬŭŮůŲųŴŵŶŷŸŹźŻżŽž"
    "ΓΔΘΛΞΠΣΦΨΩδεζηθλμξπσφψω₀₁₂₃₄₅₆₇₈₉"
)
"""Every character that a name can have, written out: a list that no reader shares."""


def rationals(least: int = -2, most: int = 2) -> st.SearchStrategy[Fraction]:
    """Small rationals; integers are likely, so that ties are."""
    whole = sorted(range(least, most + 1), key=abs)
    parts = [Fraction(n, d) for d in (2, 3) for n in range(least * d, most * d + 1) if n % d]
    return st.sampled_from([Fraction(n) for n in whole for _ in range(3)] + parts)


def utilities(actions: Sequence[str], states: Sequence[str]) -> st.SearchStrategy[Utility]:
    """One rational for every action and state."""
    return st.fixed_dictionaries({(a, y): rationals() for a in actions for y in states})


@st.composite
def partitions(draw: st.DrawFn, observations: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """A partition, cells and members in the order of `observations`; the finest is the simplest."""
    labels = {x: draw(st.integers(0, n)) for n, x in enumerate(observations)}
    cells: dict[int, list[str]] = {}
    for n, x in enumerate(observations):
        cells.setdefault(n if draw(st.booleans()) else labels[x], []).append(x)
    return tuple(
        tuple(cell) for cell in cells.values()
    )  # cells stand in the order of their first members


@st.composite
def joints(
    draw: st.DrawFn, users: Sequence[str], agents: Sequence[str], states: Sequence[str]
) -> dict[tuple[str, str, str], Fraction]:
    """A distribution over (user observation, agent observation, state): positive entries only, in
    instance order.
    """
    keys = [(x, o, y) for x in users for o in agents for y in states]
    masses = draw(st.lists(st.integers(0, 3), min_size=len(keys), max_size=len(keys)).filter(any))
    return {
        key: Fraction(mass, sum(masses)) for key, mass in zip(keys, masses, strict=True) if mass
    }


@st.composite
def priors(draw: st.DrawFn, states: Sequence[str]) -> dict[tuple[str, str, str], Fraction]:
    """The agents see the state and the user sees nothing; some states may have probability 0."""
    masses = draw(
        st.lists(st.integers(0, 4), min_size=len(states), max_size=len(states)).filter(any)
    )
    return joint_of_prior(
        {y: Fraction(m, sum(masses)) for y, m in zip(states, masses, strict=True)}
    )


def texts() -> st.SearchStrategy[str]:
    """Any text a TOML string can hold: control characters, quotes and backslashes included; no lone
    surrogates.
    """
    return st.text(
        st.characters(codec="utf-8") | st.sampled_from("\"'\\\n\r\t\x00\x7f\u2028#=[]"), max_size=20
    )


def names(
    prefix: str, most: int, odd: bool = False, *, least: int = 1
) -> st.SearchStrategy[tuple[str, ...]]:
    """Different names, from `least` to `most` of them: prefix0, prefix1, ..., or (`odd`) any that
    the format has.
    """
    if not odd:
        return st.integers(least, most).map(
            lambda count: tuple(f"{prefix}{n}" for n in range(count))
        )
    characters = st.sampled_from(LETTERS) | st.sampled_from("\"'\\.#=[]{} ,é")
    text = st.text(characters, min_size=1, max_size=8).filter(single_spaced)
    return st.lists(text, min_size=least, max_size=most, unique=True).map(tuple)


def single_spaced(name: str) -> bool:
    """Whether a text has no space at its ends and never two in a row."""
    return name == " ".join(name.split())


@st.composite
def games(
    draw: st.DrawFn,
    *,
    min_states: int = 1,
    max_states: int = 3,
    max_actions: int = 3,
    min_agents: int = 1,
    max_agents: int = 3,
    max_user_observations: int = 2,
    max_agent_observations: int = 3,
    max_rounds: int = 2,
    max_letters: int = 3,
    private: bool | None = None,
    partitioned: bool = True,
    rich: bool | None = None,
    silent: bool | None = None,
    ties: Ties | None = None,
    claims: bool = True,
    odd: bool = False,
) -> Game:
    """A game within these bounds, in the form that the reader gives.

    `min_states`, `max_states`, `max_actions`, `min_agents`, `max_agents`, `max_user_observations`,
    `max_agent_observations`, `max_rounds`: sizes, inclusive. `max_letters`: the largest finite
    alphabet. `private`: the user sees something and the agents see other things than the state
    (None: either). `partitioned`: agents may see less than the observation. `rich`, `silent`: the
    agents' alphabet is rich, the user is silent (None: either). `ties`: that rule (None: any of the
    four). `claims`: the author may claim a tolerance, allow agents a gain `gamma`, claim OPT for
    every kind of user, and any hull. `odd`: names, title, source and notes are any text the format
    allows, not y0, a0, x0, o0.
    """
    states = draw(names("y", max_states, odd, least=min_states))
    actions = draw(names("a", max_actions, odd))
    apart = draw(st.booleans()) if private is None else private
    users: tuple[str, ...] = (NOTHING,)
    agents = states
    if apart:
        users = draw(names("x", max_user_observations, odd))
        agents = draw(names("o", max_agent_observations, odd))
    joint = draw(joints(users, agents, states) if apart else priors(states))
    senders = tuple(
        Agent(
            name,
            draw(utilities(actions, states)),
            (draw(partitions(agents)) if partitioned and draw(st.booleans()) else finest(agents)),
        )
        for name in draw(names("agent ", max_agents, odd, least=min_agents))
    )
    free = draw(st.booleans()) if rich is None else rich
    alphabet: Alphabet = "rich" if free else draw(st.integers(1, max_letters))
    quiet = draw(st.booleans()) if silent is None else silent
    talk = Conversation(
        draw(st.integers(1, max_rounds)),
        1 if quiet else draw(st.integers(1, max_letters)),
        alphabet,
    )
    return Game(
        title=draw(texts()) if odd else "a random game",
        source=draw(st.none() | texts()) if odd else None,
        notes=draw(st.none() | texts()) if odd else None,
        states=states,
        actions=actions,
        user_observations=users,
        agent_observations=agents,
        joint=joint,
        utility=draw(utilities(actions, states)),
        agents=senders,
        conversation=talk,
        ties=ties or draw(st.sampled_from(Ties)),
        quantal=Quantal(
            draw(st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(10)])),
            draw(st.sampled_from(["e", 2, 3])),
        ),
        tolerance=draw(st.none() | rationals(0, 1)) if claims else None,
        gamma=(
            draw(st.sampled_from([Fraction(0)] * 5 + [Fraction(1, 10)])) if claims else Fraction(0)
        ),
        target=(
            draw(st.sampled_from([Target.GUARANTEE] * 5 + [Target.OPTIMUM]))
            if claims
            else Target.GUARANTEE
        ),
        hull=(
            draw(st.sampled_from([Convention.SIMPLEX] * 3 + list(Convention)))
            if claims
            else Convention.SIMPLEX
        ),
    )


@st.composite
def signals(draw: st.DrawFn, game: Game, agent: Agent, words: int = 2, steps: int = 3) -> Signal:
    """What an agent says: shares of at most `steps` each for the words w0, w1, ..., the same
    throughout a cell.
    """
    signal: dict[str, dict[str, Fraction]] = {}
    for cell in agent.sees:
        shares = draw(st.lists(st.integers(0, steps), min_size=words, max_size=words).filter(any))
        says = {f"w{n}": Fraction(share, sum(shares)) for n, share in enumerate(shares) if share}
        signal |= dict.fromkeys(cell, says)
    return {x: signal[x] for x in game.agent_observations}


@st.composite
def profiles(draw: st.DrawFn, game: Game, words: int = 2) -> dict[str, Signal]:
    """A signal of every agent, within the alphabet."""
    alphabet = game.conversation.agent_alphabet
    most = words if alphabet == "rich" else min(words, alphabet)
    return {agent.name: draw(signals(game, agent, most)) for agent in game.agents}


def table(rows: Table, states: Sequence[str]) -> dict[tuple[str, str], Fraction]:
    """A utility from rows of numbers."""
    return {
        (a, y): Fraction(value)
        for a, row in rows.items()
        for y, value in zip(states, row, strict=True)
    }


def simple_game(
    prior: Mapping[str, Fraction | int],
    user: Table,
    agents: Mapping[str, Table],
    *,
    ties: Ties = Ties.ANY,
    conversation: Conversation = SILENT,
    eta: Fraction | int = 10,
    tolerance: Fraction | None = None,
) -> Game:
    """A game in which every agent sees the state and the user sees nothing."""
    joint = joint_of_prior({y: Fraction(p) for y, p in prior.items()})
    senders = {name: (rows, None) for name, rows in agents.items()}
    return informed_game(
        (NOTHING,),
        tuple(prior),
        tuple(prior),
        joint,
        user,
        senders,
        ties=ties,
        conversation=conversation,
        eta=eta,
        tolerance=tolerance,
    )


def informed_game(
    users: tuple[str, ...],
    observations: tuple[str, ...],
    states: tuple[str, ...],
    joint: Mapping[tuple[str, str, str], Fraction],
    user: Table,
    agents: Mapping[str, tuple[Table, Sequence[tuple[str, ...]] | None]],
    *,
    ties: Ties = Ties.ANY,
    conversation: Conversation = SILENT,
    eta: Fraction | int = 10,
    tolerance: Fraction | None = None,
) -> Game:
    """A game with observations of its own; each agent comes with her partition, None for all
    singletons.
    """
    return Game(
        title="a small game",
        states=states,
        actions=tuple(user),
        user_observations=users,
        agent_observations=observations,
        joint=joint,
        utility=table(user, states),
        agents=tuple(
            Agent(name, table(rows, states), tuple(sees or finest(observations)))
            for name, (rows, sees) in agents.items()
        ),
        conversation=conversation,
        ties=ties,
        quantal=Quantal(Fraction(eta)),
        tolerance=tolerance,
    )


NASTY = ["<b>&\"'", "$x_1$", "a|b", "](javascript:1)", "&lt;i&gt;", "`*_{}#"]
"""Names that are markup to somebody."""


def nasty_game() -> Game:
    first, second, *others = NASTY
    hers: Table = {first: [1, 0], second: [0, 1]}
    game = simple_game(
        {"dry": Fraction(1, 2), "wet": Fraction(1, 2)}, hers, dict.fromkeys(others, hers)
    )
    return replace(game, title="<script>alert(1)</script>")


def many_thresholds(types: int) -> Game:
    """A reader acts if the value 0, 1/2 or 1 is above her threshold, of which there are many."""
    users, cells = [f"t{n}" for n in range(types)], ("lo", "mid", "hi")
    mass = {x: min(n + 1, types - n) for n, x in enumerate(users)}
    states = [f"{cell} {x}" for cell in cells for x in users]
    gain = [Fraction(v, 2) - Fraction(2 * n + 1, 2 * types) for v in range(3) for n in range(types)]
    return informed_game(
        tuple(users),
        cells,
        tuple(states),
        {
            (x, cell, f"{cell} {x}"): Fraction(mass[x], 3 * sum(mass.values()))
            for x in users
            for cell in cells
        },
        {"pass": [0] * len(states), "act": gain},
        {"sender": ({"pass": [0] * len(states), "act": [1] * len(states)}, None)},
    )


def meaningless_types(types: int) -> Game:
    """The prosecutor, and a judge who observes a number that means nothing."""
    states = ("innocent", "guilty")
    users = tuple(str(n) for n in range(types))
    prior = {"innocent": Fraction(7, 10 * types), "guilty": Fraction(3, 10 * types)}
    return informed_game(
        users,
        states,
        states,
        {(x, y, y): prior[y] for x in users for y in states},
        {"acquit": [1, 0], "convict": [0, 1]},
        {"prosecutor": ({"acquit": [0, 0], "convict": [1, 1]}, None)},
    )


def two_firms() -> Game:
    """Two firms test their own drug, high or low; a buyer takes any, or only what is likely high.

    Gentzkow and Kamenica (2017), introduction; a little more for one of them decides her ties.
    """
    cells, users = ("hh", "hl", "lh", "ll"), ("any1", "any2", "choosy1", "choosy2")
    share = {"h": Fraction(1, 5), "l": Fraction(4, 5)}
    states = tuple(f"{cell}_{x}" for cell in cells for x in users)

    def worth(firm: int, cell: str, x: str) -> Fraction:
        least = 1 if x.startswith("any") else Fraction(-1, 2)
        return least + (cell[firm] == "h") + Fraction(x.endswith(str(firm + 1)), 1000)

    hers: dict[str, list[int | Fraction]] = {
        f"buy{firm + 1}": [worth(firm, cell, x) for cell in cells for x in users]
        for firm in range(2)
    }
    sees = [[("hh", "hl"), ("lh", "ll")], [("hh", "lh"), ("hl", "ll")]]
    bought = {f"firm {n + 1}": {a: [int(a == f"buy{n + 1}")] * 16 for a in hers} for n in range(2)}
    return informed_game(
        users,
        cells,
        states,
        {
            (x, cell, f"{cell}_{x}"): share[cell[0]] * share[cell[1]] / 4
            for x in users
            for cell in cells
        },
        {**hers, "none": [0] * 16},
        {
            name: ({**gets, "none": [0] * 16}, sees[n])
            for n, (name, gets) in enumerate(bought.items())
        },
    )
