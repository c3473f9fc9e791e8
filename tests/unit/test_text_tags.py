"""Tags at the end of a text, and tags as ids of statements of a policy."""

import pytest

from reconciler.contract import text_and_tags, with_tags_in
from reconciler.resources.awslambda.layer_marks import FORMER, IDS, ids_of, is_tag

MARKS = {"reconciler:key": "Sales _x23_1", "reconciler:stack": "desk/prod"}


@pytest.mark.parametrize("text", ["", "For callers", "a [b]", "two\nlines", "x [tags: y"])
@pytest.mark.parametrize("tags", [{}, MARKS, {"a": ""}, {"a&b=[c]": "d e%"}])
def test_a_text_comes_back_with_its_tags(text: str, tags: dict[str, str]) -> None:
    assert text_and_tags(with_tags_in(text, tags)) == (text, tags)


def test_a_text_without_tags_is_all_text() -> None:
    assert text_and_tags(None) == ("", {})
    assert text_and_tags("For [tags: a b]") == ("For [tags: a b]", {})


def test_tags_come_back_from_ids_of_statements() -> None:
    tags = {f"reconciler:{number}": "x" * 60 for number in range(12)}
    ids = ids_of(tags)
    assert all(is_tag(each) and len(each) <= 100 for each in ids)
    assert IDS.tags_in(["partner", *reversed(ids)]) == tags
    assert IDS.tags_in(ids[1:]) == {}
    assert IDS.tags_in([*ids[:-1], ids[-1][:-1]]) == {}


def test_the_last_complete_set_of_statements_counts() -> None:
    old, new = ids_of(MARKS), ids_of({**MARKS, "Team": "orders"})
    assert IDS.tags_in([*old, *new[:-1]]) == MARKS
    assert IDS.tags_in([*old, *new]) == {**MARKS, "Team": "orders"}


def test_the_version_that_shows_the_owner_is_no_tag() -> None:
    assert ids_of({**MARKS, FORMER: "3"}) == ids_of(MARKS)
