"""A key that was changed without `renamed_from` is noticed: the plan deletes a resource and creates its equal."""

from dataclasses import replace
from typing import Any

import pytest

from reconciler.contract import Reads, Sends
from reconciler.planning.plan import Plan, make_plan
from reconciler.planning.world import Stray
from tests.unit.plan_toys import KINDS, Queue, key, kind, marked, seen, stack, want, world

QUEUE = kind("toy.queue", Queue, reads=Reads(list="list_them", listed=frozenset({"size", "note"})))
LASTING = kind(
    "toy.queue",
    Queue,
    reads=QUEUE.reads,
    updates=(Sends("update_it", tuple(each for each in Queue.model_fields if each != "tags")),),
)
VIP = {"Size": 5, "Note": "first"}
SAME = {"size": 5, "note": "first"}


def gone(name: str = "VIP", members: Any = VIP) -> Stray:
    """A resource with our mark that the files no longer have."""
    return Stray(key(f"toy.queue/{name}"), replace(seen(name, marked(name)), settings=members), marked(name))


def planned(settings: Any, *strays: Stray, adapter: Any = QUEUE, **header: Any) -> Plan:
    wanted = stack(want("toy.queue/Gold", settings), **header)
    return make_plan(wanted, world(strays=list(strays)), {**KINDS, "toy.queue": adapter})


def test_the_hint_names_both_and_what_to_write() -> None:
    said = "toy.queue/Gold is new and has the same settings as VIP, which is deleted or released: `renamed_from: VIP` renames it"
    assert planned(SAME, gone(), prune=True).hints == (said,)
    assert planned(SAME, gone()).hints == (
        said.replace("which is deleted or released", "which is no longer in the files"),
    )


NO_HINT = {
    "another setting": ({**SAME, "note": "second"}, [gone()]),
    "one setting says too little": ({"size": 5, "sort": "x"}, [gone()]),
    "the list does not show enough": (SAME, [gone(members={"Size": 5})]),
    "two are equal": (SAME, [gone(), gone("Platinum")]),
    "nothing goes": (SAME, []),
}


@pytest.mark.parametrize(("settings", "strays"), NO_HINT.values(), ids=NO_HINT.keys())
def test_there_is_no_hint_without_one_equal(settings: Any, strays: list[Stray]) -> None:
    assert planned(settings, *strays, prune=True).hints == ()


def test_there_is_no_hint_where_aws_cannot_rename() -> None:
    assert planned(SAME, gone(), adapter=LASTING, prune=True).hints == ()


def test_what_is_released_is_not_meant() -> None:
    assert planned(SAME, gone(), release=(key("toy.queue/VIP"),)).hints == ()
