"""From ratings to a game: writes instances/data/films.csv and instances/data/films.toml.

    python -m experiments.films_game

States are genres, actions decades; a person's utility is her mean rating of the films of that genre
and decade. The user is person 295, chosen because three others, none of whom is near her, are near
her together, and because the genre matters to her; found by looking at all 104 people of the table
`films_means` (experiments/judgements.py).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

from experiments.judgements import Judgements, means, ratings
from verifier.files import write_whole
from verifier.game.writer import write
from verifier.tables.cells import csv_text
from verifier.tables.reading import read_table
from verifier.tables.table_game import table_game

FOLDER = Path("instances/data")
USER, AGENTS = "person 295", ("person 213", "person 528", "person 253")
DECADES = ("1980s", "1990s", "2000s")
GENRES = ("Action", "Adventure", "Comedy", "Drama", "Thriller")
SOURCE = (
    "MovieLens ratings as in the R package dslabs (Harper and Konstan, The MovieLens Datasets,"
    " 2015); mean ratings of 3 decades in 5 genres"
)
NOTES = """
Which decade to watch tonight, when three people know the genre of the evening and the user does \
not? Each utility is that
person's mean rating of the films of a genre and a decade, exactly. The user was chosen because \
three people of whom none is
near her are near her together, and because the genre matters to her.
Expected verdicts: bayes proved; quantal proved; best-ai proved.
"""


def write_table(given: Judgements, path: Path) -> None:
    """The table of the game goes to a CSV file, with the user's column first."""
    place = {item: n for n, item in enumerate(given.items)}
    rows: list[list[object]] = [["action", "state", USER, *AGENTS]]
    for decade, genre in product(DECADES, GENRES):
        cell = place[f"{genre}, {decade}"]
        rows.append([decade, genre, *(given.values[name][cell] for name in (USER, *AGENTS))])
    write_whole(path, csv_text(rows))


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_table(means(ratings()), FOLDER / "films.csv")
    game = table_game(read_table(FOLDER / "films.csv"), "Which decade tonight?")
    text = write(replace(game, source=SOURCE, notes=NOTES.lstrip()))
    write_whole(FOLDER / "films.toml", text)


if __name__ == "__main__":
    main()
