"""The process that computes for the editor: one question a line in, one answer a line out.

    python -m verifier.serve.worker FOLDER

Temporary files are made in FOLDER. A question is a JSON object: `kind`, `seconds`, and the
arguments of the function in `verifier.serve.answers` that it is about. After so many seconds the
answer is what is known by then. Where Python cannot be interrupted, in a solver,
`verifier.serve.desk` ends this process.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

from verifier.deadline import OutOfTimeError, ends_after
from verifier.errors import VerifierError
from verifier.game.draft import draft
from verifier.serve.answers import Answer, checked, moving, next_counterexample, smallest_like


def main() -> None:
    """Questions are answered until standard input ends, each by the same kernel process.

    A first game is worked through before, so that the first question finds everything loaded.
    """
    _, tempfile.tempdir = sys.argv
    checked(draft("a first game", ["here", "there"], ["go", "stay"], 1), "first")
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


def answer(question: Mapping[str, Any]) -> Answer:
    """The answer to a question; `failed` says why there is none, `late` that the time is over."""
    try:
        with ends_after(question["seconds"]):
            match question["kind"]:
                case "check":
                    return checked(question["text"], question["stem"])
                case "moving":
                    return moving(question["text"], question["stem"])
                case "counterexample":
                    hypothesis, seen = question["hypothesis"], question["seen"]
                    return next_counterexample(hypothesis, question["number"], seen)
                case "smaller":
                    return smallest_like(question["text"], question["guarantee"])
                case kind:
                    raise ValueError(f"no question is of the kind {kind!r}")
    except VerifierError as error:
        return {"failed": list(error.lines)}
    except OutOfTimeError as late:
        return {"late": str(late)}


if __name__ == "__main__":
    main()
