"""The game of one of several users, and that of all of them with one rule for all
(theory.md 1.8).
"""

from typing import Any

from verifier.kernel.reader.document import readable
from verifier.kernel.reader.instance import (
    SOURCE,
    Game,
    Names,
    Utility,
    chances,
    names,
    numbers_of,
    single,
)


def game_of_users(data: dict[str, Any], user: str | None) -> Game:
    """The game of the user who is named, or of all."""
    people = data["users"]
    called = names([person["name"] for person in people], "users")
    chances({p["name"]: p["share"] for p in people}, called, "users.share")
    few = len(people) * numbers_of(data) <= 1_000_000
    readable(few, "more than 1000000 utilities")
    documents = [personal(data, called, person) for person in people]
    rows = sum(len(part["joint"] or part["prior"] or ()) for part in documents)
    readable(rows <= 100_000, "joint: more than 100000 rows for all users together")
    games = [single(part) for part in documents]
    if user is None:
        return population(games, people)
    readable(user in called, f"user: {user!r:.40} is not one of {', '.join(called)}")
    return games[called.index(user)]._replace(whose=f" for the user {user!a}")


def personal(
    data: dict[str, Any], called: Names, person: dict[str, Any]
) -> dict[str, Any]:
    """The document of one user's game, in which the agents have rules for her alone."""
    own = person["prior"] is not None or person["joint"] is not None
    agents = []
    for agent in data["agents"]:
        tables, common = agent["utilities"], agent["utility"]
        one = (tables is None) != (common is None)
        readable(one, "agents: expected either `utility` or `utilities`")
        tables = dict.fromkeys(called, common) if tables is None else tables
        good = tables.keys() == set(called)
        readable(good, "agents.utilities: expected every user, and no others")
        agents.append({**agent, "utility": tables[person["name"]]})
    alone = own or person["user_observations"] is None
    readable(alone, "users.user_observations: expected `joint` beside them")
    ties = data["model"]["ties"] if person["ties"] is None else person["ties"]
    return {
        **data,
        **{key: (person if own else data)[key] for key in SOURCE},
        "user": {"utility": person["utility"]},
        "model": {**data["model"], "ties": ties},
        "agents": agents,
    }


def population(games: list[Game], people: list[dict[str, Any]]) -> Game:
    """All users as one: who she is, is part of the state and of what she observes, and
    the agents do not see it (theory.md 1.8).
    """
    first, users = games[0], [person["name"] for person in people]
    readable(
        len({g.ties for g in games}) == 1, "users.ties: not the same for all users"
    )
    pairs = list(zip(users, games, strict=True))

    def joined(tables: list[Utility]) -> Utility:
        return {
            a: {
                f"{user}: {y}": value
                for user, table in zip(users, tables, strict=True)
                for y, value in table[a].items()
            }
            for a in first.actions
        }

    def seen(user: str, game: Game, x: str) -> str:
        return user if game.user_observations == ("nothing",) else f"{user}: {x}"

    rows = [
        (seen(user, game, x), o, f"{user}: {y}", person["share"] * p)
        for person, (user, game) in zip(people, pairs, strict=True)
        for x, o, y, p in game.joint
    ]
    return first._replace(
        states=names([f"{u}: {y}" for u, g in pairs for y in g.states], "states"),
        user_observations=names(
            [seen(u, g, x) for u, g in pairs for x in g.user_observations],
            "user_observations",
        ),
        joint=tuple(row for row in rows if row[3]),
        utility=joined([g.utility for g in games]),
        agents=tuple(
            agent._replace(utility=joined([g.agents[n].utility for g in games]))
            for n, agent in enumerate(first.agents)
        ),
        whose=" for all users, by one rule for all",
        people={
            user: (
                person["share"],
                tuple(seen(user, game, x) for x in game.user_observations),
            )
            for person, (user, game) in zip(people, pairs, strict=True)
        },
    )
