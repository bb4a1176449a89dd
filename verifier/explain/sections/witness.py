"""Why a hypothesis fails, as sentences: its witness in one game (theory.md 4.1 to 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from verifier.explain.document import Inline, Text, words
from verifier.explain.phrases import joined, observation_words
from verifier.theory.guarantees.guarantee import Fails


def witness_words(name: str, entry: Fails) -> Text:
    """The sentences that say why a hypothesis fails, without the signed measure: it has a table."""
    found = entry.witness
    if name == "hull":
        return words(
            "No mixture of their utilities is nearer to hers than ",
            Fraction(str(found["epsilon"])),
            ", and the claimed tolerance is ",
            Fraction(str(found["tolerance"])),
            ".",
        )
    if name == "learning":
        return words(*_too_little(found))
    if "messages" in found:
        return words(
            "Several questions are best for her, and lead to different outcomes: none of them is"
            " worst for all of the agents."
        )
    return words(*_tied(found))


def _too_little(found: Mapping[str, object]) -> Iterator[Inline]:
    """An agent who cannot tell her enough, and a cell in which she does not know what is best."""
    yield f"With the best rule that {found['agent']} can follow she gets "
    yield Fraction(str(found["team"]))
    yield ", and OPT is "
    yield Fraction(str(found["optimum"]))
    best = found.get("best_actions")
    if not isinstance(best, Mapping):
        yield "."
        return
    cell = joined(_names(found["cell"]), "or")
    actions = [f"if it is {x}, {joined(_names(a), 'or')} is best" for x, a in best.items()]
    seeing = observation_words(str(found["user_observation"]))
    yield f". For instance, {seeing}she may learn from it only that it is {cell}; then"
    yield f" {joined(actions)}."


def _tied(found: Mapping[str, object]) -> Iterator[Inline]:
    """Actions between which she is indifferent, and which of them is worst for each agent."""
    tied, cell = joined(_names(found["tied_actions"])), joined(_names(found["cell"]), "or")
    seeing = observation_words(str(found["user_observation"]))
    yield f"If she learns that it is {cell}, {seeing}she is indifferent between {tied}"
    worst = found["worst_for"]
    if isinstance(worst, Mapping):
        parts = [f"for {name} the worst is {joined(_names(a), 'or')}" for name, a in worst.items()]
        yield f"; {joined(parts)}. No answer is worst for all of them"
    yield "."


def _names(value: object) -> Sequence[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]
