"""The game of an instance with parameters, at the values that a certificate gives, or at
all values of a cell at once.
"""

from collections.abc import Callable
from typing import Any

from verifier.kernel.parameters import cells
from verifier.kernel.parameters.affine import Form, corners, declared, numbers, within
from verifier.kernel.reader.document import readable
from verifier.kernel.reader.instance import Game


def moving_game(
    parameters: Any, given: dict[str, Any], game: Callable[..., Game]
) -> Game:
    """The game of a document with these parameters, at these values; `game` makes it of
    what reads its numbers.
    """
    known, forms = declared(parameters), dict[str, Form]()
    for point in corners(known):  # what is linear holds in between
        game(numbers(point, forms))
    used = all(any(form[name] for form in forms.values()) for name in known)
    readable(used, "parameters: one of them is used nowhere")
    values = cells.parameters(given, list(known))
    within(values, known)
    said = filter(None, map(cells.stated, values, values.values()))
    moving = [v.cell for v in values.values() if isinstance(v, cells.Quotient)]
    place = ", ".join(said), moving[0] if moving else None
    return game(numbers(values, forms), *place)


def insert(certificate: Any, found: Game) -> Any:
    """The certificate with its quotients read, but for the values of parameters."""
    return {
        key: value if key == "parameters" else cells.inserted(value, found.cell)
        for key, value in certificate.items()
    }
