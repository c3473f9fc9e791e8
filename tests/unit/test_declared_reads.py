"""Reads that follow from a declaration: the list, a search by name, and fields with their own reads."""

from collections.abc import Mapping
from typing import Annotated, Any

import pytest

from reconciler.contract import (
    Adapter,
    Create,
    Delete,
    Named,
    Reads,
    RowsIn,
    Sends,
    Sighting,
    from_reply,
    from_rows,
)
from reconciler.errors import Absent
from reconciler.model import Resource, Unordered
from reconciler.service import Service


class Log(Resource):
    days: int | None = None
    rules: Annotated[list[str] | None, Unordered()] = None
    policy: str | None = None
    limit: int | None = None


SHARED = from_reply("get_limits", lambda reply: {"Policy": reply["Policy"], "Limit": reply["Limit"]})


class LogAdapter(Adapter[Log]):
    """A kind without methods of its own."""

    kind = "toy.log"
    model = Log
    service = Service(name="toy")
    identity = Named(name="LogName", arns=("arn:{partition}:toy:{region}:{account}:{name}",))
    create = Create("create_log", ("days",))
    updates = (Sends("update_log", ("days", "rules", "policy", "limit")),)
    delete = Delete("delete_log")
    reads = Reads(
        list="list_logs",
        list_with={"Sort": "own"},
        get="get_log",
        shown_in="Log",
        alone={"rules": from_rows("list_rules", "Rules", str.lower), "policy": SHARED, "limit": SHARED},
        listed=frozenset({"days"}),
    )


class Aws:
    """An API with two logs, of which one is found by its name; it records every call."""

    account, region, partition = "123456789012", "eu-west-2", "aws"

    def __init__(self) -> None:
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Any:
        self.calls.append((operation, parameters))
        logs = [{"LogName": "a", "Days": 1}, {"LogName": "b", "Days": 2}]
        return iter(["X", "Y"] if operation == "list_rules" else logs)

    def call(self, operation: str, **parameters: Any) -> Any:
        self.calls.append((operation, parameters))
        if operation == "get_log" and parameters["LogName"] != "a":
            raise Absent("get_log", "NoSuchLog", "gone")
        log = {"LogName": "a", "Days": 1}
        return {"Policy": "{}", "Limit": 3, "Log": log, "ResponseMetadata": {}}


@pytest.fixture
def aws() -> Any:
    return Aws()


ADAPTER = LogAdapter()
SEEN = Sighting("a", {"LogName": "a"}, "arn:aws:toy:eu-west-2:123456789012:a", settings={})


def test_every_row_of_the_list_is_a_sighting(aws: Any) -> None:
    assert [(seen.name, seen.settings["Days"]) for seen in ADAPTER.list(aws, {})] == [("a", 1), ("b", 2)]
    assert aws.calls == [("list_logs", {"Sort": "own"})]


def test_one_is_found_at_its_name_which_is_its_address(aws: Any) -> None:
    found = ADAPTER.find_by_name(aws, {}, "a")
    assert found
    assert (found.arn, found.settings["Days"]) == (SEEN.arn, 1)
    assert ADAPTER.find_by_name(aws, {}, "c") is None
    assert aws.calls == [("get_log", {"LogName": "a"}), ("get_log", {"LogName": "c"})]


def test_only_what_is_asked_for_is_read(aws: Any) -> None:
    assert ADAPTER.get_fields(aws, SEEN, frozenset({"rules"})) == {"Rules": ["x", "y"]}
    assert aws.calls == [("list_rules", {"LogName": "a"})]


def test_what_several_fields_share_is_read_once(aws: Any) -> None:
    found = ADAPTER.get_fields(aws, SEEN, frozenset({"policy", "limit"}))
    assert found == {"Policy": "{}", "Limit": 3}
    assert aws.calls == [("get_limits", {"LogName": "a"})]


def test_every_declared_operation_is_granted_once() -> None:
    assert ADAPTER.reads.operations == ("list_logs", "get_log", "list_rules", "get_limits")


def test_what_aws_has_nothing_to_show_of_means_what_the_read_says(aws: Any) -> None:
    other = Sighting("c", {"LogName": "c"}, "arn")
    assert from_reply("get_log", absent={"Policy": None}).read(aws, other) == {"Policy": None}
    with pytest.raises(Absent):
        from_reply("get_log").read(aws, other)
