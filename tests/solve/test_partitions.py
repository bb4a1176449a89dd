"""Set partitions against brute force over all functions from elements to parts."""

from __future__ import annotations

from itertools import product

import pytest

from verifier.solve.partitions import (
    growth_strings,
    members,
    partition_count,
    partitions,
    parts,
    splits,
)


def renumbered(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The same partition with its parts numbered as they come."""
    order = list(dict.fromkeys(numbers))
    return tuple(order.index(number) for number in numbers)


@pytest.mark.parametrize("count", range(6))
@pytest.mark.parametrize("most", range(1, 7))
def test_each_partition_is_listed_once_in_order(count: int, most: int) -> None:
    by_hand = {renumbered(numbers) for numbers in product(range(count), repeat=count)}
    expected = sorted(numbers for numbers in by_hand if max(numbers, default=0) < most)
    assert list(growth_strings(count, most)) == expected
    assert partition_count(count, most) == len(expected)
    listed = list(partitions(range(count), most))
    assert len(set(listed)) == len(expected)
    assert all(sorted(n for part in found for n in part) == list(range(count)) for found in listed)


@pytest.mark.parametrize("count", range(1, 6))
def test_every_part_with_the_first_element_is_split_off_once(count: int) -> None:
    masks = list(parts((1 << count) - 1))
    assert len(masks) == len(set(masks)) == 2 ** (count - 1)
    assert all(mask & 1 for mask in masks)
    found = splits(range(count))
    assert {part for part, _ in found} == {tuple(members(mask)) for mask in masks}
    assert len(found) == len(masks)
    assert all(sorted(part + rest) == list(range(count)) for part, rest in found)
