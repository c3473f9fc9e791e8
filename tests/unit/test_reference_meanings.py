"""What a reference means, and whether a field takes that."""

import pytest

from reconciler.desired.reference_targets import Meanings
from reconciler.kinds import known_kinds
from reconciler.model import Means

ROLE = (Means("iam.role"),)
TEXTS = {
    "the ARN": ("${iam.role:app}", ""),
    "the ARN, written out": ("${iam.role:app#arn}", ""),
    "the name": ("${iam.role:app#name}", "is the name"),
    "another kind": ("${iam.policy:app}", "expected the ARN of"),
    "no reference": ("app", ""),
    "an unknown kind": ("${toy.queue:app}", ""),
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS.keys())
def test_a_field_takes_what_it_declares(text: str, expected: str) -> None:
    told = Meanings(known_kinds()).problem(text, ROLE)
    assert bool(told) == bool(expected)
    assert expected in told


def test_a_field_that_takes_the_same_of_several_kinds_or_of_any_says_so() -> None:
    meanings = Meanings(known_kinds())
    told = meanings.problem(
        "${iam.role:app#name}", (Means("iam.policy"), Means("sns.topic"), Means(None, "id"))
    )
    assert told.startswith("expected the ARN of a policy or of a topic or the id of anything, as in ")


def test_an_attribute_that_no_kind_declares_means_itself() -> None:
    meanings = Meanings(known_kinds())
    assert meanings.meant("iam.role", "name") == Means("iam.role", "name")
    assert meanings.meant("toy.queue", "colour") == Means("toy.queue", "colour")
