"""A sample of what `run.py faults` tries by the hundred thousand."""

from __future__ import annotations

from tests.faults import KINDS, Faults, command


def test_damaged_inputs_end_in_an_answer_or_one_sentence() -> None:
    """Of each kind some are read and some refused, and nothing else happens."""
    faults = Faults(kinds={case: share for case, share in KINDS.items() if case is not command})
    faults.run(400)
    assert not faults.found
    for case in faults.kinds:
        assert faults.counts[case.__name__, "refused"] > 0, case


def test_what_must_not_be_is_found() -> None:
    def broken(*_: object) -> str:
        raise KeyError("x")

    def endless(*_: object) -> str:
        while True:
            pass

    faults = Faults(kinds={broken: 1, endless: 1}, seconds=0.01)
    faults.run(9)
    said = {line.partition(": ")[2] for line in faults.found}
    assert said == {"broken: KeyError: 'x'", "endless: more than 0.01 s"}
    assert len(faults.found) == 9


def test_the_same_seed_makes_the_same_cases() -> None:
    kinds = {case: 1 for case in KINDS if case is not command}
    first, again, other = (Faults(seed, kinds) for seed in (7, 7, 8))
    for faults in (first, again, other):
        faults.run(60)
    assert first.counts == again.counts != other.counts
