"""JSON texts with a line for every entry, as certificates are written."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any


def indented(part: Any, line: str = "\n") -> str:
    """The text of a part: that of `json.dumps` with `indent=1` and `ensure_ascii=False`.

    The standard library writes it with generators that take three times as long. `line` begins the
    part's lines; keys are texts.

    >>> print(indented({"weights": [["calm", "1/2"]]}))
    {
     "weights": [
      [
       "calm",
       "1/2"
      ]
     ]
    }
    """
    if isinstance(part, str):
        return encode_basestring(part)
    deeper = line + " "
    if isinstance(part, list | tuple) and part:
        return f"[{deeper}{f',{deeper}'.join([indented(p, deeper) for p in part])}{line}]"
    if isinstance(part, dict) and part:
        entries = [f"{encode_basestring(key)}: {indented(p, deeper)}" for key, p in part.items()]
        return f"{{{deeper}{f',{deeper}'.join(entries)}{line}}}"
    return json.dumps(part)
