"""`destroy` leaves what belongs to another environment or stack, also where ours lives in theirs."""

from dataclasses import replace
from pathlib import Path

from reconciler.stack import Desired, Key, Stack
from tests.end_to_end.destroyed import applied, outcomes
from tests.end_to_end.stacks_in_files import CENTRE, HOURS, bucket, loaded, table
from tests.faults.workloads import settle

EMPTY: dict[str, dict[str, object]] = {"connect.routing_profile": {}, "connect.security_profile": {}}
INNER = {
    "connect.hours_of_operation": {"Always": HOURS},
    "connect.queue": {"Sales": {"hours_of_operation": "Always"}},
}


def test_two_environments_in_one_account(tmp_path: Path) -> None:
    small = {**bucket("acme-one"), **table("Orders")}
    dev = loaded(tmp_path, small)
    stg = replace(dev, environment="stg", resources=_renamed(dev, "acme-one", "acme-two", "Orders", "Others"))
    with applied(dev, lambda harness: settle(harness, stg)) as scene:
        _, left = scene.destroy()
        assert (left.clean, scene.changed()) == (True, [])
        assert scene.client("dynamodb").list_tables()["TableNames"] == ["Others"]


def test_a_stack_in_an_instance_of_another_one(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    nothing: dict[str, dict[str, object]] = {"connect.hours_of_operation": {}, "connect.queue": {}}
    host = loaded(tmp_path, {"connect.instance": {"acme-centre": CENTRE}, **EMPTY, **nothing})
    around = {"connect.instance": {"acme-centre": {"existing": True}}, **EMPTY}
    guest = loaded(tmp_path / "inner", {**around, **INNER}, stack="guest")
    with applied(guest, lambda harness: settle(harness, host)) as scene:
        for files in (guest, replace(guest, resources={})):
            scene.start_again()
            scene.stack = files
            report, left = scene.destroy()
            assert (report.outcome, left.clean, scene.changed()) == ("settled", True, [])
            assert set(outcomes(report)) == {"connect.queue/Sales", "connect.hours_of_operation/Always"}


def _renamed(stack: Stack, *names: str) -> dict[Key, Desired]:
    """The resources of a stack under other names: each pair of names is an old and a new one."""
    other = dict(zip(names[::2], names[1::2], strict=True))
    keys = {key: Key(key.kind, other[key.name]) for key in stack.resources}
    return {
        keys[key]: replace(each, key=keys[key], aws_name=keys[key].name)
        for key, each in stack.resources.items()
    }
