"""Notebooks show results as HTML tables and stories, by formatters that IPython is told of.

The types that are shown know nothing of this. `register` names them to the running IPython, which
looks a formatter up when it first meets a type of that module and name; without IPython nothing
happens. `html` gives the same HTML anywhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any

from verifier.errors import SizeError
from verifier.explain.render.html import fragment, narrow
from verifier.numbers import show
from verifier.printable import printable
from verifier.sheets import SHEETS, sheet_of
from verifier.solve.exponential import QuotientSum

if TYPE_CHECKING:
    from verifier.certified import Verified
    from verifier.report.conversation_tree import ConversationTree
    from verifier.theory.alignment import Alignment
    from verifier.theory.equilibria.optimal_signal import Persuasion


def register() -> None:
    """HTML formatters are registered with the running IPython; without one nothing happens."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None:
        return
    formatter = shell.display_formatter.formatters["text/html"]
    for (module, name), function in FORMATTERS.items():
        formatter.for_type_by_name(module, name, function)


def html(result: object) -> str:
    """The HTML of a result, as a notebook shows it. Raises KeyError for a type that has none."""
    kind = type(result)
    return FORMATTERS[kind.__module__, kind.__qualname__](result)


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as HTML; every word is escaped, and fractions have a decimal beside them.

    >>> table("Value", ["agent", "utility"], [["a < b", Fraction(1, 2)]])[-60:]
    '<tr><td>a &lt; b</td><td>1/2 (0.5)</td></tr></tbody></table>'
    """
    head = "".join(f'<th scope="col">{_words(name)}</th>' for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<table><caption>{_words(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    return show(cell) if isinstance(cell, Fraction | QuotientSum) else _words(str(cell))


def _words(text: str) -> str:
    return escape(printable(text))


def _sheet(result: object) -> str:
    sheet = sheet_of(result)
    return "" if sheet is None else table(sheet.caption, sheet.header, sheet.rows)


def _with_pictures(result: object, drawn: Iterable[str]) -> str:
    return _sheet(result) + "".join(f"<figure>{narrow(picture)}</figure>" for picture in drawn)


def _verified(found: Verified) -> str:
    """The verdicts, and the pictures of the game and of each guarantee where they are not large."""
    from verifier.explain.picture.index import of_the_game, pictures

    drawn: list[str] = []
    try:
        drawn += of_the_game(found.report).values() if found.guarantees else ()
        for certified in found.guarantees.values():
            shown = pictures(found.report, certified.finding, certified.verdict)
            drawn += (svg for svgs in shown.values() for svg in svgs)
    except SizeError:  # the table is there all the same
        pass
    return _with_pictures(found, drawn)


def _alignment(found: Alignment) -> str:
    from verifier.explain.picture import hull

    apart = hull.picture(found.game, found.simplex)
    return _with_pictures(found, [] if apart is None else [hull.draw(apart)])


def _persuasion(found: Persuasion) -> str:
    from verifier.explain.picture import envelope
    from verifier.explain.picture.belief import prior, signal_of

    if prior(found.game) is None:
        return _sheet(found)
    curve = envelope.picture(found.game, found.agent, signal_of(found.game, found.best))
    return _with_pictures(found, [] if curve is None else [envelope.draw(curve)])


def _tree(found: ConversationTree) -> str:
    from verifier.explain.picture import tree

    picture = tree.picture(found.game)
    return _with_pictures(found, [] if picture is None else [tree.draw(picture)])


def _readable(found: Any) -> str:
    written: str = found.html
    return written


FORMATTERS: dict[tuple[str, str], Callable[[Any], str]] = {
    **dict.fromkeys(SHEETS, _sheet),
    ("verifier.api.stories", "Stories"): _readable,
    ("verifier.api.stories", "Story"): _readable,
    ("verifier.certified", "Verified"): _verified,
    ("verifier.explain.document", "Narrative"): fragment,
    ("verifier.report.conversation_tree", "ConversationTree"): _tree,
    ("verifier.theory.alignment", "Alignment"): _alignment,
    ("verifier.theory.equilibria.optimal_signal", "Persuasion"): _persuasion,
}
"""The types that have a formatter, each by module and name."""
