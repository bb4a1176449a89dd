"""Findings as certificates: canonical JSON that the kernel can check against the user's own file
(proofs/FORMAT.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from verifier.tables.distance import Distance
from verifier.tables.table import UtilityTable


def table_certificate(table: UtilityTable, distances: Sequence[Distance]) -> str:
    """The certificate of a table's distances, to be checked against the table itself
    (proofs/FORMAT.md).
    """
    content = {
        "format": 1,
        "verdict": "hull distance",
        "table": table.digest,
        "user": table.user,
        "agents": list(table.agents),
        "rows": len(table.rows),
        "left_out": table.left_out,
        "columns_left_out": len(table.dropped),
        "claims": [
            {
                "norm": str(found.norm),
                "mixture": str(found.mixture),
                "distance": str(found.distance),
                "weights": [
                    [agent, str(weight)] for agent, weight in found.weights.items() if weight
                ],
                "offset": str(found.offset),
                "witness": [[row, str(mass)] for row, mass in found.witness.items()],
            }
            for found in distances
        ],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
