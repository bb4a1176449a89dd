"""Certificates' JSON is written as the standard library would, only sooner."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from verifier.json_text import indented

texts = st.text(max_size=8)
documents = st.recursive(
    texts | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(document=documents)
def test_the_text_is_the_standard_library_s(document: object) -> None:
    assert indented(document) == json.dumps(document, indent=1, ensure_ascii=False)
