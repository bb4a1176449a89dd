"""python -m verifier.sweep.worker: one job a line on standard input, one record a line on standard
output.
"""

from __future__ import annotations

import json
import sys

from verifier.checker import Kernel
from verifier.sweep.examination import examine
from verifier.sweep.family import Family
from verifier.theory.guarantee import Guarantee


def main() -> None:
    """Until the input ends.

    A game that brings this process down is the business of whoever started it.
    """
    with Kernel() as kernel:
        for line in sys.stdin:
            job = json.loads(line)
            guarantees = [Guarantee(name) for name in job["guarantees"]]
            record = examine(
                Family.read(job["family"]), job["seed"], job["number"], guarantees, kernel
            )
            print(json.dumps(record, sort_keys=True), flush=True)


if __name__ == "__main__":
    main()
