"""The time from a changed text to its verdicts and story, as the editor's page asks for them.

    python -m benchmarks.editor [GAME ...] [--repeat N] [--json]

A server is started as `verifier serve` starts it, and asked about shipped games (four toy games, if
none is named), each time with another title. Prints medians in milliseconds: `answer` until the
verdicts are there, `story` until its page is, too, and `cpu`, what the verifier itself computes of
that, without its kernel, which says more than the others on a machine that does other work. The
page waits 100 ms after a key before it asks, and a browser draws what it is told; the whole should
take less than 300 ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from typing import Any

from verifier.game.examples import example
from verifier.serve.answers import checked

TOYS = ("prosecutor", "film_night", "identical", "two_guides")


def asked(address: str, path: str, body: object = None) -> bytes:
    """The answer to a request as the page would send it."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Origin": address.rsplit("/", 2)[0], "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address + path, data, headers)) as answer:
        content: bytes = answer.read()
    return content


def texts(name: str, repeat: int) -> list[str]:
    """The text of a game with so many other titles, and once as it is."""
    text = example(name).path.read_text(encoding="utf-8")
    return [text, *(text.replace('title = "', f'title = "{n} ', 1) for n in range(repeat))]


def through_a_server(address: str, name: str, repeat: int) -> dict[str, float]:
    """Medians in milliseconds; the first answer is not counted. Raises KeyError for errors."""
    answers, stories = [], []
    for text in texts(name, repeat):
        start = time.perf_counter()
        said = json.loads(asked(address, "check", {"tab": "benchmark", "text": text}))
        answers.append(time.perf_counter() - start)
        asked(address, f"story/{said['story']}")
        stories.append(time.perf_counter() - start)
    return {"answer": _milliseconds(answers[1:]), "story": _milliseconds(stories[1:])}


def computed(name: str, repeat: int) -> float:
    """The median in milliseconds of the processor's time in this process."""
    times = []
    for text in texts(name, repeat):
        start = time.process_time()
        found = checked(text, name)
        times.append(time.process_time() - start)
        if "page" not in found:
            raise RuntimeError(f"{name}: {found}")
    return _milliseconds(times[1:])


def _milliseconds(times: list[float]) -> float:
    return round(1000 * statistics.median(times), 1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("games", nargs="*", default=TOYS)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    command = [sys.executable, "-m", "verifier", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            for name in options.games:
                found[name] = through_a_server(address, name, options.repeat)
                found[name]["cpu"] = computed(name, options.repeat)
        finally:
            server.terminate()
    if options.json:
        print(json.dumps(found))
        return
    for name, times in found.items():
        print(f"{name:24}" + "".join(f"{key} {value:7.1f} ms   " for key, value in times.items()))


if __name__ == "__main__":
    main()
