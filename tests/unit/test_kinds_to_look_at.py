"""The kinds that a pruning pass lists: a search by our mark shows which kinds may have resources of ours."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.contract import Assigned
from reconciler.errors import Refused
from reconciler.observing.tag_reader import kinds_to_look_at
from reconciler.planning.ownership import STACK_MARK
from tests.unit.plan_toys import Hours, Menu, Queue, kind, stack, want


def swept(name: str, model: Any) -> Any:
    """A kind that the tagging API supports."""
    word = name.partition(".")[2]
    arns = (f"arn:{{partition}}:toy:{{region}}:{{account}}:{word}/{{name}}",)
    identity = Assigned(address="Id", arn_in="Arn", arns=arns)
    return kind(name, model, identity=identity, tagging_api_type=f"toy:{word}")


KINDS = {
    "toy.hours": swept("toy.hours", Hours),
    "toy.queue": swept("toy.queue", Queue),
    "toy.menu": swept("toy.menu", Menu),
    "toy.role": kind("toy.role", Hours),
}
"""Three kinds that the tagging API supports, and one that it does not."""


@dataclass
class Sweep:
    """The tagging API."""

    arns: tuple[str, ...] = ()
    refused: bool = False
    asked: list[Any] = field(default_factory=list)

    def __call__(self, service: str) -> Any:
        assert service == "resourcegroupstaggingapi"
        return self

    def pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        self.asked.append(parameters)
        if self.refused:
            raise Refused(operation, "AccessDenied", "no")
        yield from ({"ResourceARN": arn, "Tags": []} for arn in self.arns)


def arn(word: str) -> str:
    return f"arn:aws:toy:eu-west-2:111111111111:{word}/x/y"


SHOWN = {
    "nothing": ((), {"toy.role"}),
    "a queue": ((arn("queue"),), {"toy.role", "toy.queue"}),
    "what is of no kind of ours": ((arn("topic"),), {"toy.role"}),
    "two": ((arn("queue"), arn("hours")), {"toy.role", "toy.queue", "toy.hours"}),
}


@pytest.mark.parametrize(("arns", "looked_at"), SHOWN.values(), ids=SHOWN.keys())
def test_what_the_sweep_shows_is_looked_at_and_what_it_does_not_know(arns: Any, looked_at: Any) -> None:
    sweep = Sweep(arns)
    assert kinds_to_look_at(stack(prune=True), KINDS, sweep) == looked_at
    (asked,) = sweep.asked
    assert asked["ResourceTypeFilters"] == ["toy:hours", "toy:menu", "toy:queue"]
    assert asked["TagFilters"][0]["Key"] == STACK_MARK


def test_where_the_sweep_is_refused_every_kind_is_looked_at() -> None:
    assert kinds_to_look_at(stack(prune=True), KINDS, Sweep(refused=True)) == KINDS.keys()


def test_what_the_files_name_needs_no_sweep() -> None:
    sweep = Sweep()
    named = [want("toy.queue/Sales", {"size": 1}), want("toy.hours/Day", {"zone": "UTC"})]
    assert kinds_to_look_at(stack(*named, prune=True), KINDS, sweep) == KINDS.keys()
    assert sweep.asked == []


def test_without_prune_nothing_is_swept() -> None:
    sweep = Sweep((arn("menu"),))
    found = kinds_to_look_at(stack(want("toy.queue/Sales", {"size": 1})), KINDS, sweep)
    assert found == {"toy.queue"}
    assert sweep.asked == []
