"""Certificates changed at random: numbers, records, words, trees, claims, and the game itself."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, permutations, product
from random import Random
from typing import Any

from tests.kernel.building import Certificate
from verifier.game.model import Agent, Alphabet, Convention, Game, Target, Ties, digest
from verifier.game.reader import parse
from verifier.game.writer import write

F = Fraction

Place = tuple[Any, ...]
"""The keys that lead to something in a certificate."""


@dataclass(frozen=True)
class Base:
    """A certificate that is accepted, and the instance that it is about."""

    name: str
    content: Certificate
    instance: str


@dataclass(frozen=True)
class Mutant:
    """A changed certificate, and what it is checked against."""

    name: str
    text: str
    instance: str
    options: dict[str, str]
    known: tuple[Any, ...]
    """Claims that an accepted certificate of this very game makes."""


def places(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Everything in a certificate."""
    yield path, value
    pairs = value.items() if isinstance(value, dict) else []
    for key, entry in enumerate(value) if isinstance(value, list) else pairs:
        yield from places(entry, (*path, key))


def at(content: Any, path: Place) -> Any:
    for key in path:
        content = content[key]
    return content


def put(content: Any, path: Place, value: Any) -> None:
    at(content, path[:-1])[path[-1]] = value


def pattern(path: Place) -> Place:
    """The path without numbers: what stands there is of the same kind."""
    return tuple("*" if isinstance(key, int) else key for key in path)


def rational(value: Any) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > 200:
        return None
    try:
        return F(value)
    except (ValueError, ZeroDivisionError):
        return None


def numbers(content: Any) -> list[Place]:
    """The places of numbers, and of names that look like some."""
    return [path for path, value in places(content) if path and rational(value) is not None]


AMOUNTS = [F(1, 2), F(1), F(1, 1000), F(1, 10**12), F(1, 10**10), F(1, 3), F(10**30)]


def moved(dice: Random, content: Any) -> None:
    """A number moves: by a little, by much, to 0, to its negative, to another number's value."""
    found = numbers(content)
    path = dice.choice(found)
    value = rational(at(content, path)) or F(0)
    by = dice.choice(AMOUNTS) * dice.choice([1, -1])
    other = rational(at(content, dice.choice(found))) or F(0)
    put(content, path, str(dice.choice([value + by, value + by, value + by, F(0), -value, other])))


def shifted(dice: Random, content: Any) -> None:
    """Of two records of a list one gains what the other loses."""
    lists = [
        value
        for _, value in places(content)
        if isinstance(value, list)
        and len(value) > 1
        and all(isinstance(entry, list) and entry for entry in value)
        and all(rational(entry[-1]) is not None for entry in value)
    ]
    one, two = dice.sample(dice.choice(lists), 2)
    by = dice.choice([*AMOUNTS, rational(one[-1]) or F(1)])
    one[-1] = str((rational(one[-1]) or F(0)) - by)
    two[-1] = str((rational(two[-1]) or F(0)) + by)


def rewritten(dice: Random, content: Any) -> None:
    """A number is written in another way: the value is the same."""
    path = dice.choice(numbers(content))
    value = rational(at(content, path)) or F(0)
    ways: list[Any] = [f"{3 * value.numerator}/{3 * value.denominator}", f"+{abs(value)}"]
    if value.denominator == 1:
        ways += [int(value), f"{value}.0", f"{value}e0", f"{value}0e-1"]
    if 10**6 % value.denominator == 0:
        ways.append(f"{value * 10**6}e-6")
    put(content, path, dice.choice(ways))


def lists(content: Any, least: int) -> list[list[Any]]:
    return [v for _, v in places(content) if isinstance(v, list) and len(v) >= least]


def dropped(dice: Random, content: Any) -> None:
    entries = dice.choice(lists(content, 1))
    del entries[dice.randrange(len(entries))]


def doubled(dice: Random, content: Any) -> None:
    entries = dice.choice(lists(content, 1))
    entries.insert(dice.randrange(len(entries) + 1), copy.deepcopy(dice.choice(entries)))


def reordered(dice: Random, content: Any) -> None:
    dice.shuffle(dice.choice(lists(content, 2)))


def exchanged(dice: Random, content: Any) -> None:
    """Two things of one kind change places: of agents, cells, types, claims, users."""
    kinds: dict[Place, list[Place]] = {}
    for path, _ in places(content):
        if path:
            kinds.setdefault(pattern(path), []).append(path)
    one, two = dice.sample(dice.choice([found for found in kinds.values() if len(found) > 1]), 2)
    if one == two[: len(one)] or two == one[: len(two)]:
        return
    first, second = copy.deepcopy(at(content, one)), copy.deepcopy(at(content, two))
    put(content, one, second)
    put(content, two, first)


def renamed(dice: Random, content: Any) -> None:
    """A text becomes another text of the certificate, or a new one."""
    texts = [path for path, value in places(content) if isinstance(value, str)]
    other = at(content, dice.choice(texts))
    put(content, dice.choice(texts), dice.choice([other, other, "x", dice.choice(STRANGE)]))


STRANGE = ["", "1", "2", "new", "\u00e9'\"", "\U0001f600", "\ud800", "\\\n\t\b\x7f"]
"""Words that a rule may say, and that are hard to write."""


def reworded(dice: Random, content: Any) -> None:
    """A word of a rule becomes another one, wherever it is said or heard: nothing else changes."""
    claim = dice.choice(content["claims"])
    said = [answer for node in nodes(claim) for message in node for answer in message]
    word, new = (
        dice.choice(said)[0],
        dice.choice(["", "1", "2", "new", "\ud83d\ude00", "\u00e9'\""]),
    )
    for answer in said:
        answer[0] = new if answer[0] == word else answer[0]
    heard = [record[1:-1] for record in claim.get("response", [])]
    for record, words in zip(claim.get("response", []), heard, strict=True):
        record[1:-1] = [new if entry == word else entry for entry in words]
    for path, value in places(claim):
        if path and path[-1] == "types":
            for name in value:
                name[1:] = [new if entry == word else entry for entry in name[1:]]


def nodes(content: Any) -> list[Any]:
    """All rules of a certificate, and all that follow in them."""

    def below(rule: Any) -> Iterator[Any]:
        if isinstance(rule, list):
            yield rule
            for message in rule:
                for answer in message:
                    yield from below(answer[2])

    return [
        node
        for path, value in places(content)
        if path and path[-1] == "rule"
        for node in below(value)
    ]


def grown(dice: Random, content: Any) -> None:
    """A tree is cut, grown, or split at one place."""
    every = nodes(content)
    node = dice.choice(every)
    message = dice.choice(node)
    answer = dice.choice(message)
    what = dice.randrange(9)
    if what == 0:
        answer[2] = None
    elif what == 1:
        answer[2] = copy.deepcopy(dice.choice(every))
    elif what == 2:
        answer[2] = [[["more", [[cell, "1"] for cell, _ in answer[1]], answer[2]]]]
    elif what == 3:
        node.append(copy.deepcopy(message))
    elif what == 4:
        node.remove(message)
    elif what == 5:
        message.append([answer[0] + "'", [[cell, halved(p)] for cell, p in answer[1]], answer[2]])
        answer[1] = [[cell, halved(p)] for cell, p in answer[1]]
    elif what == 6:
        message.append(["never", [[cell, "0"] for cell, _ in answer[1]], None])
    elif what == 7:
        merged(answer, dice.choice(message), message)
    else:
        node[:] = copy.deepcopy(dice.choice(every))


def halved(p: Any) -> str:
    return str((rational(p) or F(0)) / 2)


def merged(one: Any, two: Any, message: list[Any]) -> None:
    """Two answers become one that is said where either was."""
    if one is not two:
        sends: dict[str, Fraction] = {}
        for cell, p in [*one[1], *two[1]]:
            sends[cell] = sends.get(cell, F(0)) + F(p)
        one[1] = [[cell, str(p)] for cell, p in sends.items()]
        message.remove(two)


def retyped(dice: Random, content: Any) -> None:
    """A value of another type, or a key that is missing, unknown or misspelt."""
    path, value = dice.choice([(path, value) for path, value in places(content) if path])
    if isinstance(path[-1], str) and dice.random() < 0.5:
        table = at(content, path[:-1])
        del table[path[-1]]
        if dice.random() < 0.5:
            table[dice.choice([path[-1] + "s", "rule", "user", "floor", "strategies"])] = value
    else:
        strange: list[Any] = [None, True, False, [], {}, 1.5, [value], {"a": value}, "1/0", 7, ""]
        put(content, path, dice.choice(strange))


def concluded(dice: Random, content: Any) -> None:
    """Another verdict, guarantee, user or number; or none."""
    found = content.get("conclusion")
    what = dice.randrange(6)
    if found is None or what == 0:
        users = [claim for claim in content["claims"] if "user" in claim]
        dice.choice(users)["user"] = dice.choice(["bayes", "best-ai", "quantal"])
    elif what == 1:
        del content["conclusion"]
    elif what == 2:
        found["precision"] = dice.choice([64, 512, 4096, 65_536, 65_537, -1])
    elif what == 3:
        found["guarantee"] = dice.choice(["bayes", "best-ai", "quantal"])
    else:
        found["verdict"] = dice.choice(["proved", "vacuous", "refuted"])


MOVES: list[Callable[[Random, Any], None]] = [
    moved,
    moved,
    moved,
    shifted,
    rewritten,
    dropped,
    doubled,
    reordered,
    exchanged,
    exchanged,
    renamed,
    reworded,
    grown,
    grown,
    retyped,
    concluded,
]

OF_GAMES = (reworded, grown, concluded)
"""Changes that only certificates about games have a place for."""


def spliced(dice: Random, content: Any, others: Sequence[Base]) -> Any:
    """A claim or the conclusion of another certificate comes in, beside or in place of its own."""
    other = copy.deepcopy(dice.choice(others).content)
    claims = content["claims"]
    if "conclusion" in other and dice.random() < 0.2:
        content["conclusion"] = other["conclusion"]
    elif dice.random() < 0.5:
        claims[dice.randrange(len(claims))] = dice.choice(other["claims"])
    else:
        claims.insert(dice.randrange(len(claims) + 1), dice.choice(other["claims"]))
    return copy.deepcopy(other["claims"]) if other["game"] == content["game"] else []


def changed(dice: Random, game: Game) -> Game:
    """Another game with the same names."""
    talk, agents = game.conversation, list(game.agents)
    what = dice.randrange(11)
    if what == 0:
        letters: Alphabet = dice.choice(["rich", 1, 2, 3])
        return replace(game, conversation=replace(talk, agent_alphabet=letters))
    if what == 1:
        return replace(game, conversation=replace(talk, rounds=dice.choice([1, 2, 3])))
    if what == 2:
        return replace(game, conversation=replace(talk, user_alphabet=dice.choice([1, 2, 3])))
    if what == 3:
        return replace(game, gamma=dice.choice([F(0), F(1, 1000), F(1, 4), F(1)]))
    if what == 4:
        return replace(game, tolerance=dice.choice([None, F(0), F(1, 7), F(1)]))
    if what == 5:
        return replace(game, target=dice.choice(list(Target)))
    if what > 9:
        error = dice.choice([F(0), F(0), F(1, 8), F(1)])
        return replace(game, hull=dice.choice(list(Convention)), evaluation=error)
    if what == 6:
        agents[dice.randrange(len(agents))] = worse(dice, dice.choice(agents))
        names = {agent.name for agent in agents}
        return replace(game, agents=tuple(agents)) if len(names) == len(agents) else game
    if what == 7:
        key = dice.choice(list(game.utility))
        bumped = game.utility[key] + dice.choice([F(1, 1000), F(-1, 1000), F(1), F(-1)])
        return replace(game, utility={**game.utility, key: bumped})
    return replace(game, ties=dice.choice(list(Ties)))


def worse(dice: Random, agent: Agent) -> Agent:
    """An agent who sees less, or likes something else."""
    if len(agent.sees) > 1 and dice.random() < 0.5:
        first, second, *rest = agent.sees
        return replace(agent, sees=((*first, *second), *rest))
    key = dice.choice(list(agent.utility))
    return replace(agent, utility={**agent.utility, key: agent.utility[key] + 1})


def asked(dice: Random, content: Certificate) -> dict[str, str]:
    """What is expected of a certificate: mostly nothing, and mostly what it says."""
    stated = content.get("conclusion")
    if dice.random() < 0.9 or not isinstance(stated, dict):
        return {}
    key = dice.choice(["verdict", "guarantee", "tolerance", "claimed", "hull"])
    other = {
        "verdict": "proved",
        "guarantee": "bayes",
        "tolerance": "1/3",
        "claimed": "0.5",
        "hull": "cone",
    }[key]
    own = stated.get(key)
    return {key: own if isinstance(own, str) and dice.random() < 0.7 else other}


def roughened(dice: Random, text: str) -> str:
    """The text itself is damaged, so that it may be no JSON."""
    place = dice.randrange(len(text))
    return dice.choice(
        [
            text[:place],
            text + dice.choice([" \n", "{}", "\x00"]),
            "\ufeff" + text,
            text[:place] + dice.choice(['"', "0", " ", ",", "NaN", "\t"]) + text[place:],
            text.replace('"claims"', '"claims": [], "claims"', 1),
        ]
    )


CELLS = [
    "NA",
    "",
    " 1/2 ",
    "1e0",
    "0.50",
    "x",
    '"1"',
    '"1',
    'a"b',
    "+3",
    "1,2",
    "\u00a01",
    "nan",
    "1_0",
]
"""What may stand in a table."""


def written(dice: Random, text: str) -> str:
    """The same table with other spaces, quotes, line ends, cells, lines or columns."""
    lines = text.split("\n")
    n = dice.randrange(len(lines))
    cells = lines[n].split(",")
    m = dice.randrange(len(cells))
    ways: list[Callable[[], None]] = [
        lambda: cells.__setitem__(m, f" {cells[m]} "),
        lambda: cells.__setitem__(m, f'"{cells[m]}"'),
        lambda: cells.__setitem__(m, dice.choice(CELLS)),
        lambda: cells.append(dice.choice(CELLS)),
        lambda: lines.insert(n, dice.choice(["", "  ", '""', ",", "\t"])),
        lambda: lines.insert(n, dice.choice(lines)),
    ]
    dice.choice(ways)()
    lines = [",".join(cells) if line == text.split("\n")[n] else line for line in lines]
    found = dice.choice(["\n", "\n", "\n", "\r\n", "\r"]).join(lines)
    return dice.choice([found, found, found, "\ufeff" + found, found.rstrip("\n")])


NUMERALS: list[str] = re.findall(
    r"\S+",
    """
    0.5 "1/2" 5e-1 "0.5" 1_0 +1 1e0 1.0 0 -0 -1 1e9999 inf nan 0x1 01 "1/0" "+1/2" true "" "1e-2"
    .5 1. 1979-05-27 "\u00b2" "1_0" [1] "rich" "e" "-1/-2" "1/+2" "0x1" "1." ".5" "1e5000" 1.5e-3 ''
    """,
)
"""What may stand where an instance has a number."""

LINES = """
notes = "x"
source = 3
rounds = 2
format = 1
prior = {}
sees = []
gamma = 0
"title" = ""
title = "\\u00e9"
[claim]
[model]
[conversation]
[[agents]]
x.y = 1
ties = "order"
benchmark = "optimum"
tolerance = 0.25
eta = 2
user_alphabet = 1
""".splitlines()
"""Lines that an instance may have."""

LETTERS: list[str] = [*"\"'=[]{},# \t\r\x00\x7f", "\u00e9", "\u2080", "\u03b1", "\u00a0", ""]
"""Letters that an instance may have."""


def rewritten_instance(dice: Random, text: str) -> str:
    """An instance file in which a line, a number or a letter is another one."""
    lines = text.split("\n")
    n, m = dice.randrange(len(lines)), dice.randrange(len(lines))
    found = list(re.finditer(r'"?-?[0-9]+(?:[./][0-9]+)?"?', text))
    what = dice.randrange(8)
    if what <= 2 and found:
        number = dice.choice(found)
        return text[: number.start()] + dice.choice(NUMERALS) + text[number.end() :]
    if what == 3:
        lines.insert(n, dice.choice(LINES))
    elif what == 4:
        del lines[n]
    elif what == 5:
        lines.insert(n, lines[m])
    elif what == 6:
        lines[n], lines[m] = lines[m], lines[n]
    else:
        place = dice.randrange(len(text) + 1)
        letter = dice.choice(LETTERS)
        return text[:place] + letter + text[place + dice.randrange(2) :]
    return "\n".join(lines)


def table_mutant(dice: Random, base: Base) -> Mutant:
    """A certificate of a table that is changed, or whose table is."""
    content, text, done = copy.deepcopy(base.content), base.instance, list[str]()
    if dice.random() < 0.5:
        text = written(dice, text)
        content["table"] = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
        done.append("another table")
    for _ in range(dice.choice([0, 1, 1, 2, 3])):
        move = dice.choice([move for move in MOVES if move not in OF_GAMES])
        try:
            move(dice, content)
        except (LookupError, TypeError, AttributeError, ValueError):
            continue
        done.append(move.__name__)
    return Mutant(f"{base.name}: {', '.join(done)}", json.dumps(content), text, {}, ())


def variants(game: Game) -> list[Game]:
    """The game with other tie rules, gains that are allowed, and protocols."""
    talk = game.conversation
    letters: list[Alphabet] = ["rich", 1, 2]
    talks = [
        *(replace(talk, agent_alphabet=many) for many in letters),
        *(replace(talk, rounds=many) for many in (1, 2)),
        *(replace(talk, user_alphabet=many) for many in (1, 2)),
    ]
    return [
        *(replace(game, ties=ties) for ties in Ties),
        *(replace(game, gamma=gamma) for gamma in (F(0), F(1, 8), F(1, 2), F(2))),
        *(replace(game, conversation=other) for other in talks),
    ]


def replays(base: Base, game: Game) -> Iterator[Mutant]:
    """The certificate as one of games that differ a little, and for the other kind of user."""
    other_user = {"bayes": "best-ai", "best-ai": "bayes"}
    for swapped in (False, True):
        content = copy.deepcopy(base.content)
        for table in [*content["claims"], content.get("conclusion", {})] if swapped else []:
            for key in ("user", "guarantee"):
                if key in table:
                    table[key] = other_user.get(table[key], table[key])
        for other in variants(game)[: len(Ties) if swapped else None]:
            content["game"] = digest(other)
            text = json.dumps(content)
            yield Mutant(f"{base.name}: another game", text, write(other), {}, ())


def merges(base: Base) -> Iterator[Mutant]:
    """The certificate with any two answers of a deviation told by one word."""
    found = [path for path, _ in places(base.content) if path[-2:] == ("rule", 0)]
    for path in [path for path in found if "deviations" in path]:
        for one, two in combinations(range(len(at(base.content, path))), 2):
            content = copy.deepcopy(base.content)
            message = at(content, path)
            merged(message[one], message[two], message)
            yield Mutant(f"{base.name}: merged", json.dumps(content), base.instance, {}, ())


def emptied(base: Base) -> Iterator[Mutant]:
    """The certificate with one list of records that is empty."""
    for path, value in list(places(base.content)):
        if isinstance(value, list) and value and isinstance(path[-1], str) and "rules" not in path:
            content = copy.deepcopy(base.content)
            put(content, path, [])
            name = f"{base.name}: no {path[-1]}"
            yield Mutant(name, json.dumps(content), base.instance, {}, ())


def passes(base: Base, game: Game) -> Iterator[Mutant]:
    """The certificate with one action at a type passed over for another, or each for the other."""
    blocks = [path[:-1] for path, _ in places(base.content) if path and path[-1] == "types"]
    for path in blocks:
        types = len(at(base.content, path)["types"])
        for n, (a, b), both in product(range(types), permutations(game.actions, 2), (False, True)):
            content = copy.deepcopy(base.content)
            pass_over(at(content, path), n, [(a, b), (b, a)] if both else [(a, b)])
            yield Mutant(f"{base.name}: passed over", json.dumps(content), base.instance, {}, ())


def pass_over(block: Any, n: int, pairs: Sequence[tuple[str, str]]) -> None:
    gone = [a for a, _ in pairs]
    block["dominated"] = [*block.get("dominated", []), *([n, a, b, "1"] for a, b in pairs)]
    for option in block["options"]:
        option["reasons"] = [e for e in option["reasons"] if e["strategy"][n] not in gone]
        if "strategies" in option:
            option["strategies"] = [s for s in option["strategies"] if s[n] not in gone]


STATED = re.compile(r"refused: ([a-z_ ]+): (\S+) is stated, (\S+) follows")


def repaired(text: str, line: str) -> str | None:
    """The certificate with the number that is said to follow, None where none is said."""
    match = STATED.fullmatch(line)
    if match is None:
        return None
    key, stated, follows = match.groups()
    content, hits = json.loads(text), 0
    for path, value in list(places(content)):
        if path and path[-1] == key and rational(value) == rational(stated):
            put(content, path, follows)
            hits += 1
    return json.dumps(content) if hits else None


def mutant(dice: Random, base: Base, pool: Sequence[Base], games: dict[str, Game]) -> Mutant:
    """A certificate with one to five changes; `pool` has others, `games` are read already."""
    content, instance, known = copy.deepcopy(base.content), base.instance, base.content["claims"]
    twins = [other for other in pool if other.instance == base.instance]
    done: list[str] = []
    if dice.random() < 0.12:
        at, user = content.pop("parameters", {}), content.pop("user", None)
        # what is written has neither
        game = games.setdefault(f"{instance}{at}{user}", parse(instance, "game.toml", at, user))
        other = changed(dice, game)
        instance, content["game"] = write(other), digest(other)
        known, done = known if digest(game) == digest(other) else [], ["another game"]
    for _ in range(dice.choice([1, 1, 1, 2, 2, 3, 5]) - len(done)):
        try:
            if dice.random() < 0.15:
                known = [*known, *spliced(dice, content, twins if dice.random() < 0.7 else pool)]
                done.append("spliced")
            else:
                move = dice.choice(MOVES)
                move(dice, content)
                done.append(move.__name__)
        except (LookupError, TypeError, AttributeError, ValueError):
            continue  # there is nothing of the kind, or what was broken before is in the way
    options = asked(dice, content)
    text = json.dumps(content)
    if dice.random() < 0.02:
        text, done = roughened(dice, text), [*done, "roughened"]
    return Mutant(f"{base.name}: {', '.join(done)}", text, instance, options, tuple(known))
