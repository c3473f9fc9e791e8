"""`ignore` in `stack.yaml`: what lives beside a stack and is not reported, and every mistake in it with its place."""

from pathlib import Path

import pytest

from reconciler.desired import InvalidStack, load
from reconciler.kinds import known_kinds
from reconciler.stack import IgnoredExtra, Place, Stack
from reconciler.stack_json import stack_from, stack_text

HEADER = """\
stack: shop
environments:
  dev: {account: "123456789012", region: eu-west-2}
ignore:
"""


def loaded(folder: Path, *entries: str) -> Stack:
    """A stack with these entries, each on a line of its own from line 5 on."""
    (folder / "stack.yaml").write_text(HEADER + "".join(f"  - {each}\n" for each in entries), "utf-8")
    return load(folder, "dev", known_kinds())


def test_an_entry_has_a_resource_and_a_reason_and_perhaps_a_field_and_an_end(tmp_path: Path) -> None:
    stack = loaded(
        tmp_path,
        "{resource: connect.queue/Legacy*, reason: goes away, until: 2027-03-31}",
        "{resource: 'connect.*/${environment}-*', field: tags.*, reason: billing}",
    )
    assert stack.ignore == (
        IgnoredExtra("connect.queue/Legacy*", "goes away", Place("stack.yaml", 5, 16), None, "2027-03-31"),
        IgnoredExtra("connect.*/dev-*", "billing", Place("stack.yaml", 6, 16), "tags.*"),
    )
    assert stack_from(stack_text(stack)).ignore == stack.ignore


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            "{resource: connect.queu/A, reason: r}",
            '5:16: ignore[0].resource: no kind named "connect.queu" is known; did you mean "connect.queue"?',
        ),
        (
            "{resource: connect.queue, reason: r}",
            "5:16: ignore[0].resource: expected KIND/NAME; * and ? are wildcards",
        ),
        ("{resource: connect.queue/A}", "5:5: ignore[0].reason: this field is required"),
        ('{resource: connect.queue/A, reason: " "}', "5:41: ignore[0].reason: expected a reason"),
        (
            "{resource: connect.queue/A, reason: r, until: 2027-02-30}",
            "5:51: ignore[0].until: the calendar has no such day",
        ),
        (
            "{resource: connect.queue/A, reason: r, until: soon}",
            "5:51: ignore[0].until: expected a day as YYYY-MM-DD",
        ),
        (
            "{resource: connect.queue/A, reason: r, field: descripton}",
            '5:51: ignore[0].field: connect.queue has no field "descripton"; did you mean "description"?',
        ),
        ("{resource: connect.queue/A, reason: r, end: 1}", "5:44: ignore[0].end: there is no such field"),
        ("{resource: 7, reason: r}", "5:16: ignore[0].resource: expected text, got a whole number"),
        ("connect.queue/A", "5:5: ignore[0]: expected a mapping, got text"),
        ("{resource: 'connect.queue/${no}', reason: r}", '5:16: ignore[0].resource: no variable named "no"'),
    ],
)
def test_a_mistake_has_its_place(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(InvalidStack) as caught:
        loaded(tmp_path, entry)
    (mistake,) = caught.value.mistakes
    assert f"stack.yaml:{said}" in str(mistake)


def test_the_same_entry_twice_is_a_mistake(tmp_path: Path) -> None:
    entry = "{resource: connect.queue/A, reason: r}"
    with pytest.raises(InvalidStack) as caught:
        loaded(tmp_path, entry, entry)
    assert "stack.yaml:6:16: ignore[1].resource: line 5 has the same entry" in str(caught.value)
