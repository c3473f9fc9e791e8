"""Names in the values of tags: encoded if AWS refuses a character, and decoded again for any name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.planning.ownership import KEY_MARK, STACK_MARK, bind
from reconciler.planning.tag_encoding import (
    LONGEST,
    from_mark,
    mark_in_between,
    marks_for,
    name_in_between,
    to_mark,
)
from reconciler.stack import Key
from tests.unit.plan_toys import seen, want

ALLOWED = re.compile(r"[\w\s.:/=+\-@]*")
NAMES = st.text(max_size=40) | st.text("_xX#25F0é/ ", max_size=40)

FORMS = {
    "plain": ("UK Sales_1.a:b/c=d+e-f@g", "UK Sales_1.a:b/c=d+e-f@g"),
    "letters of other scripts": ("Zürich 東京", "Zürich 東京"),
    "a number sign": ("Sales #1", "Sales _x23_1"),
    "an ampersand and brackets": ("R&D (UK)", "R_x26_D _x28_UK_x29_"),
    "an emoji": ("☎", "_x260E_"),
    "looks encoded": ("_x23_", "_x5F_x23_"),
    "looks encoded once encoded": ("_x23#", "_x5F_x23_x23_"),
    "looks like the code of a plain letter": ("_x41_", "_x41_"),
}


@pytest.mark.parametrize(("name", "mark"), FORMS.values(), ids=FORMS.keys())
def test_the_form_of_a_mark(name: str, mark: str) -> None:
    assert to_mark(name) == mark
    assert from_mark(mark) == name


@given(NAMES.filter(lambda name: len(to_mark(name)) < LONGEST))
def test_every_name_comes_back(name: str) -> None:
    mark = to_mark(name)
    assert from_mark(mark) == name
    assert ALLOWED.fullmatch(mark)


@given(st.text("abxzZ09_.:/=+-@ ", max_size=256))
def test_plain_names_stay_unless_they_look_encoded(name: str) -> None:
    assert to_mark(name) == name or "_x" in name


@given(st.text("#é(", min_size=100, max_size=256), st.text("#é(", min_size=100, max_size=256))
def test_names_too_long_for_a_tag_are_told_apart(one: str, other: str) -> None:
    assert len(to_mark(one)) <= LONGEST
    assert (to_mark(one) == to_mark(other)) is (one == other)


@pytest.mark.parametrize("name", ["Sales #1", "#" * 127, "_x23_"])
def test_what_bears_a_mark_of_either_form_is_found_under_another_name(name: str) -> None:
    wanted = want(f"toy.queue/{name}")
    for mark in marks_for(name):
        live = seen("Hotline", {STACK_MARK: "shop/dev", KEY_MARK: mark})
        binding = bind("shop/dev", [wanted], [live])
        assert binding.bound == {wanted.key: live}
        assert not binding.strays


def test_temporary_names_differ_between_stacks_kinds_and_names() -> None:
    sales = Key("toy.queue", "Sales")
    owners = [("shop/dev", sales), ("shop/test", sales), ("shop/dev", Key("toy.hours", "Sales"))]
    names = {name_in_between("{name}-{digest}", stack, key, "Sales") for stack, key in owners}
    assert all(re.fullmatch("Sales-[0-9a-f]{8}", name) for name in names)
    assert len(names) == len({mark_in_between(stack, key) for stack, key in owners}) == len(owners)
    assert name_in_between("{name}-{digest}", "shop/dev", sales, "Sales") in names
