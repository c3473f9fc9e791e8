"""Members that come first in a mapping are added before it, and before the comment of its first member."""

import pytest

from reconciler.editing.merging import Edits
from reconciler.editing.tree import parsed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "queues:  # all\n  # about B\n  B: {}\n  D: {}\nx: 1\n",
            "queues:  # all\n  A: {n: 1}\n  # about B\n  B: {}\n  D: {}\nx: 1\n",
        ),
        ("queues:\n    B: {}", "queues:\n    A: {n: 1}\n    B: {}"),
        ("queues: {B: {}, D: {}}\n", "queues: {A: {n: 1}, B: {}, D: {}}\n"),
        ("queues: {\n  B: {}\n}\n", "queues: {\n  A: {n: 1},\n  B: {}\n}\n"),
        ("queues:\r\n  B: {}\r\n", "queues:\r\n  A: {n: 1}\r\n  B: {}\r\n"),
    ],
)
def test_a_member_is_added_before_all_others(text: str, expected: str) -> None:
    tree, edits = parsed(text), Edits(text)
    owner = tree.entry("queues") if tree else None
    assert owner
    edits.add_first(owner, "A", {"n": 1})
    assert edits.result == expected
