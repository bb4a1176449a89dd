"""The block triangular form of a square matrix, from where its entries are not 0.

1. Each column is given a row of its own in which it has an entry, where need be by moving other
   columns along an augmenting path (Duff, On algorithms for obtaining a maximum transversal, 1981).
2. A column leads to the columns whose rows it has entries in. Columns that lead to each other are a
   block (Tarjan, Depth-first search and linear graph algorithms, 1972).

Systems are then solved block by block; bases of programs over games have many small blocks. Duff
and Reid, An implementation of Tarjan's algorithm for the block triangularization of a matrix, 1978.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Block = tuple[list[int], list[int]]
"""As many rows as columns, which none of the rows of earlier blocks share with later columns."""


def blocks(rows_of: Mapping[int, Sequence[int]]) -> list[Block]:
    """The smallest blocks of a matrix with as many rows as columns.

    `rows_of`: the rows in which each column has an entry. Raises ZeroDivisionError where some
    columns have entries in fewer rows than they are, as the matrix is then singular.
    """
    row_of, column_of = dict[int, int](), dict[int, int]()
    for column in sorted(rows_of, key=lambda column: len(rows_of[column])):
        if not _given_a_row(column, rows_of, row_of, column_of):
            raise ZeroDivisionError("columns with too few rows")
    leads_to = {column: [column_of[row] for row in rows] for column, rows in rows_of.items()}
    parts = reversed(_components(leads_to))
    return [([row_of[column] for column in part], part) for part in parts]


def _given_a_row(
    column: int,
    rows_of: Mapping[int, Sequence[int]],
    row_of: dict[int, int],
    column_of: dict[int, int],
) -> bool:
    """Whether a further column has got a row of its own; others may have changed theirs."""
    wanted_by, asking = dict[int, int](), [column]
    for one in asking:  # grows on the way
        for row in rows_of[one]:
            if row in wanted_by:
                continue
            wanted_by[row] = one
            if row in column_of:
                asking.append(column_of[row])
                continue
            free: int | None = row
            while free is not None:
                taker = wanted_by[free]
                before = row_of.get(taker)
                row_of[taker], column_of[free] = free, taker
                free = before
            return True
    return False


def _components(leads_to: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """The strongly connected components of a graph, each after those that it leads to.

    `first[node]` is the lowest place in `path` that is known to be reached from a node; nodes of
    components that are complete have left the path, and count as beyond its end.
    """
    path, first, found = list[int](), dict[int, int](), list[list[int]]()
    for root in leads_to:
        trail = list[tuple[int, int, Iterator[int]]]()
        node = None if root in first else root
        while node is not None or trail:
            if node is not None:
                trail.append((node, len(path), iter(leads_to[node])))
                first[node] = len(path)
                path.append(node)
            here, place, others = trail[-1]
            node = None
            for other in others:
                if other not in first:
                    node = other
                    break
                first[here] = min(first[here], first[other])
            else:
                trail.pop()
                if first[here] == place:
                    found.append(path[place:])
                    del path[place:]
                    first |= dict.fromkeys(found[-1], len(leads_to))
                elif trail:
                    above = trail[-1][0]
                    first[above] = min(first[above], first[here])
    return found
