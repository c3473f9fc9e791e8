"""No resource is deleted because of cached data: a prune reads it again before it deletes it."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.applying import Quiet
from reconciler.cache_store import FileCache
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.planning.ownership import PROTECT_MARK, STACK_MARK
from reconciler.planning.plan import Action
from reconciler.reconcile import Pass
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Desired, Key, Place, Policy, Stack
from tests.engine.small_centre import HOUR, REGION, Centre, changes, looked, more, queue, stack, versions


def test_what_only_a_prune_looks_for_is_not_taken_from_memory(tmp_path: Path) -> None:
    """A kind without desired resources has no resources that are referred to either."""
    place = Place("stack.yaml", 1, 1)
    table = Key("dynamodb.table", "orders")
    settings = {
        "attribute_definitions": [{"attribute_name": "id", "attribute_type": "S"}],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
        "billing_mode": "PAY_PER_REQUEST",
    }
    wanted = Desired(table, settings, place, policy=Policy(protect=False))
    full = Stack("shop", "dev", "123456789012", REGION, {table: wanted})
    empty = replace(full, resources={}, prune=True)
    cache = FileCache(tmp_path / "sightings.sqlite")
    with sandboxed() as (box, clock):

        def planned(stack: Stack, *, dry_run: bool) -> list[str]:
            clock.sleep(HOUR)
            aws = account_in(box, REGION, clock)
            options = Options(dry_run=dry_run)
            report = Pass(stack, known_kinds(), aws, clock, options, Quiet(), cache=cache).run()
            return changes(report)

        assert planned(full, dry_run=False) == ["create orders"]
        assert planned(full, dry_run=False) == []
        for _ in range(3):
            assert planned(empty, dry_run=True) == ["delete orders"]
        assert planned(empty, dry_run=False) == ["delete orders"]
        assert planned(empty, dry_run=False) == []


TAKEN = {
    "its mark was taken away": ({}, [STACK_MARK]),
    "another stack has taken it": ({STACK_MARK: "other"}, []),
    "it was protected": ({PROTECT_MARK: "true"}, []),
}


@pytest.mark.parametrize(("tags", "gone"), TAKEN.values(), ids=TAKEN.keys())
def test_nothing_is_deleted_on_the_word_of_memory(
    warm: Centre, tags: dict[str, str], gone: list[str]
) -> None:
    """Tags may change without a change in the list; the current tags decide."""
    before = versions(warm, "quick_connects")
    (lawyer,) = (row for row in warm.found("quick_connects") if row["Name"] == "Lawyer")
    if tags:
        warm.connect.tag_resource(resourceArn=lawyer["Arn"], tags=tags)
    if gone:
        warm.connect.untag_resource(resourceArn=lawyer["Arn"], tagKeys=gone)
    assert versions(warm, "quick_connects") == before, (
        "the sandbox is no use here: the change shows in the list"
    )
    warm.desired = without_lawyer()
    report = warm.run()
    assert (changes(report), report.outcome) == (["update Complaints"], "settled")
    assert "Lawyer" in [row["Name"] for row in warm.found("quick_connects")]


def test_what_is_no_longer_desired_costs_a_look_at_its_tags(warm: Centre) -> None:
    warm.desired = replace(warm.desired, prune=True)
    warm.quiet()  # from now on the cache also has the tags of resources of others
    quiet = warm.quiet()
    warm.desired = without_lawyer()
    planned = warm.run(dry_run=True)
    assert changes(planned) == ["update Complaints", "delete Lawyer"]
    assert more(planned, quiet) == {"connect:ListTagsForResource": 1}
    assert warm.run().outcome == "settled"
    assert "Lawyer" not in [row["Name"] for row in warm.found("quick_connects")]
    assert "connect:ListTagsForResource" not in warm.quiet().calls


class Interrupted(Quiet):
    def step(self, action: Action, part: str) -> None:
        if part == "drop":
            raise KeyboardInterrupt


def test_what_is_about_to_go_is_forgotten_before(warm: Centre) -> None:
    lawyer = warm.id_of("quick_connects", "Lawyer")
    assert lawyer in looked(warm)
    warm.desired = without_lawyer()
    with pytest.raises(KeyboardInterrupt):
        warm.run(progress=Interrupted())
    assert lawyer not in looked(warm)


def without_lawyer() -> Stack:
    """The small centre without the user `lawyer`."""
    desired = stack(queue("Complaints", "Boss"))
    rest = {key: each for key, each in desired.resources.items() if key.name != "Lawyer"}
    return replace(desired, resources=rest, prune=True)
