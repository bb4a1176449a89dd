"""Shipped notebooks are run as Jupyter runs them, with IPython's own formatters and no kernel.

    python -m tests.notebooks docs/notebooks/first_game.ipynb

writes the notebook's outputs into it; without `--write` it is printed instead.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from tests.games import ROOT

NOTEBOOKS = ROOT / "docs" / "notebooks"
SHOWN = ("text/html", "text/plain")
"""The forms of a value that a notebook keeps."""


def executed(path: Path) -> dict[str, Any]:
    """The notebook with the outputs of all its cells, run in the notebook's folder."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    os.chdir(path.parent)
    names: dict[str, object] = {"__name__": "__main__"}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, 1):
        cell["execution_count"] = number
        cell["outputs"] = _outputs(shell, "".join(cell["source"]), names, number)
    return notebook


def _outputs(shell: Any, source: str, names: dict[str, object], number: int) -> list[Any]:
    """What a cell prints, and the value of its last line."""
    tree, value = ast.parse(source), None
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with redirect_stdout(StringIO()) as printed:
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    found: list[Any] = []
    if printed.getvalue():
        text = printed.getvalue().splitlines(keepends=True)
        found.append({"name": "stdout", "output_type": "stream", "text": text})
    if value is not None:
        data, _ = shell.display_formatter.format(value)
        kept = {kind: data[kind].splitlines(keepends=True) for kind in SHOWN if kind in data}
        result = {"data": kept, "execution_count": number, "metadata": {}}
        found.append({**result, "output_type": "execute_result"})
    return found


def text(notebook: dict[str, Any]) -> str:
    """The notebook as its file has it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Run the notebooks that are named, and print them or write them back."""
    *names, last = sys.argv[1:]
    if last == "--write":
        for path in [Path(name).resolve() for name in names]:
            path.write_text(text(executed(path)), encoding="utf-8")
    else:
        sys.stdout.write(text(executed(Path(last).resolve())))


if __name__ == "__main__":
    main()
