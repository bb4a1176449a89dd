"""The game of an instance with parameters, at the values that a certificate gives, or at
all values of a cell at once.
"""

from typing import Any

from verifier.kernel.parameters.affine import Form, corners, declared, numbers, within
from verifier.kernel.parameters.cells import Quotient, inserted, parameters, stated
from verifier.kernel.reader.document import readable
from verifier.kernel.reader.instance import Game, game


def moving_game(
    data: dict[str, Any], path: str, given: dict[str, Any], user: str | None
) -> Game:
    """The game of a document with a table of parameters, at these values."""
    known, forms = declared(data.pop("parameters")), dict[str, Form]()
    for point in corners(known):  # what is linear holds in between
        game(data, path, numbers(point, forms), user)
    used = all(any(form[name] for form in forms.values()) for name in known)
    readable(used, "parameters: one of them is used nowhere")
    values = parameters(given, list(known))
    within(values, known)
    said = filter(None, map(stated, values, values.values()))
    cells = [value.cell for value in values.values() if isinstance(value, Quotient)]
    place = ", ".join(said), cells[0] if cells else None
    return game(data, path, numbers(values, forms), user, *place)


def insert(certificate: Any, found: Game) -> Any:
    """The certificate with its quotients read, but for the values of parameters."""
    return {
        key: value if key == "parameters" else inserted(value, found.cell)
        for key, value in certificate.items()
    }
