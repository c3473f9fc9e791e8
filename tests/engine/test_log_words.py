"""Log events are the plan's verbs, with the stack, the environment and the fields."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from reconciler.applying.scheduler import _past
from reconciler.logs import configure
from reconciler.planning.plan import Verb
from reconciler.stack import Stack
from tests.engine.small_harness import Harness, key, stack, want

DAY = want("toy.hours/Day", {"zone": "UTC"})
SHOP = stack(DAY, want("toy.queue/Sales", {"hours": "Day", "limit": 5}))


@pytest.mark.parametrize(
    ("verb", "parts"),
    [
        ("create", {"make": "created", "fill": None}),
        ("replace", {"drop": "deleted", "make": "replaced", "fill": None}),
        ("delete", {"drop": "deleted"}),
        ("update", {"fill": "updated"}),
        ("adopt", {"make": None, "fill": "adopted"}),
        ("release", {"fill": "released"}),
    ],
)
def test_each_action_is_told_once_by_the_plans_verb(verb: Verb, parts: dict[str, str | None]) -> None:
    assert {part: _past(verb, part) for part in parts} == parts


def told(harness: Harness, wanted: Stack) -> list[tuple[str, str, str | None]]:
    configure(1)
    with capture_logs() as logged:
        assert harness.run(wanted).outcome == "settled"
    assert {(each["stack"], each["environment"]) for each in logged} <= {(wanted.name, wanted.environment)}
    return sorted((each["event"], each["name"], each.get("fields")) for each in logged)


def test_a_life_of_a_queue_in_the_plans_verbs(harness: Harness) -> None:
    assert told(harness, SHOP) == [
        ("created", "Day", "zone"),
        ("created", "Main", "size"),
        ("created", "Sales", "hours,limit"),
    ]
    assert told(harness, stack(DAY, want("toy.queue/Sales", {"hours": "Day", "limit": 6}))) == [
        ("updated", "Sales", "limit")
    ]
    assert told(harness, stack(DAY, release=(key("toy.queue/Sales"),))) == [("released", "Sales", None)]
    back = replace(want("toy.queue/Sales", {"hours": "Day", "limit": 7}), adopt=True)
    assert told(harness, stack(DAY, back)) == [("adopted", "Sales", "limit,tags")]
    assert told(harness, stack(DAY, prune=True)) == [("deleted", "Sales", None)]
