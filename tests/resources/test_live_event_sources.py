"""Passes over event source mappings: references, states, changes by hand, and mistakes in the files."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages
from tests.resources.test_live_invoked_functions import TRUST

CREATE, UPDATE, DELETE = (f"{verb}EventSourceMapping" for verb in ("Create", "Update", "Delete"))


def sources(**named: dict[str, Any]) -> dict[str, Any]:
    """Mappings, and the function, queues and table that they name."""
    function = {
        "code": {"folder": "code"},
        "role": "${iam.role:worker}",
        "runtime": "python3.13",
        "handler": "app.handler",
    }
    table = {
        "attribute_definitions": [{"attribute_name": "id", "attribute_type": "S"}],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
        "billing_mode": "PAY_PER_REQUEST",
        "stream_specification": {"stream_enabled": True, "stream_view_type": "NEW_IMAGE"},
    }
    return {
        "lambda.event_source_mapping": named,
        "lambda.function": {"reads": function, "archives": function},
        "sqs.queue": {"orders": {}},
        "dynamodb.table": {"customers": table},
        "iam.role": {"worker": {"assume_role_policy_document": TRUST}},
    }


OF_QUEUE = {"event_source_arn": "${sqs.queue:orders}", "function_name": "reads", "batch_size": 5}
OF_TABLE = {
    "event_source_arn": "${dynamodb.table:customers#stream_arn}",
    "function_name": "${lambda.function:reads}",
    "starting_position": "LATEST",
    "filter_criteria": {"filters": [{"pattern": {"eventName": ["INSERT"]}}]},
}


@pytest.fixture(autouse=True)
def _code(harness: LiveHarness) -> None:
    (harness.directory / "code").mkdir()
    (harness.directory / "code" / "app.py").write_text("def handler(event, context): return event\n")


def shown(harness: LiveHarness, service: str = "sqs") -> dict[str, Any]:
    rows = harness.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    (found,) = (each for each in rows if f":{service}:" in each["EventSourceArn"])
    return dict(found)


def made(harness: LiveHarness) -> list[str]:
    return [name for name, _ in harness.calls if name in (CREATE, UPDATE, DELETE)]


def test_mappings_are_created_after_what_they_name(harness: LiveHarness) -> None:
    harness.settle(sources(queue=OF_QUEUE, table=OF_TABLE))
    assert shown(harness)["FunctionArn"].endswith(":function:reads")
    assert shown(harness, "dynamodb")["StartingPosition"] == "LATEST"


def test_changes_by_hand_are_named_and_repaired(harness: LiveHarness) -> None:
    wanted = sources(queue={**OF_QUEUE, "enabled": True})
    harness.settle(wanted)
    harness.clock.sleep(60)
    at = {"UUID": shown(harness)["UUID"]}
    harness.client("lambda").update_event_source_mapping(**at, Enabled=False, BatchSize=1)
    report = harness.settle(wanted)
    assert sorted(fields(report)) == ["batch_size", "enabled"]
    assert shown(harness)["UUID"] == at["UUID"]


def test_another_function_is_an_update(harness: LiveHarness) -> None:
    harness.settle(sources(queue=OF_QUEUE))
    harness.run(sources(queue={**OF_QUEUE, "function_name": "archives"}))
    assert made(harness) == [UPDATE]


def test_a_disabled_mapping_settles_while_it_is_created(harness: LiveHarness) -> None:
    harness.settle(sources(queue={**OF_QUEUE, "enabled": False}))
    harness.clock.sleep(60)
    harness.require_quiet(sources(queue={**OF_QUEUE, "enabled": False}))
    assert shown(harness)["State"] == "Disabled"


def test_a_mapping_that_was_deleted_by_hand_is_created_again(harness: LiveHarness) -> None:
    wanted = sources(queue=OF_QUEUE)
    harness.settle(wanted)
    harness.clock.sleep(60)
    harness.client("lambda").delete_event_source_mapping(UUID=shown(harness)["UUID"])
    harness.settle(wanted)


def test_a_mapping_that_is_no_longer_in_the_files_is_deleted(harness: LiveHarness) -> None:
    harness.settle(sources(queue=OF_QUEUE, table=OF_TABLE))
    report = harness.run(sources(table=OF_TABLE), prune=True)
    assert report.outcome == "settled", messages(report)
    assert made(harness) == [DELETE]
    harness.clock.sleep(60)
    harness.require_quiet(sources(table=OF_TABLE), prune=True)


def test_another_source_needs_a_replace(harness: LiveHarness) -> None:
    wanted = sources(queue=OF_QUEUE)
    harness.settle(wanted)
    wanted["sqs.queue"]["returns"] = {}
    other = {**OF_QUEUE, "event_source_arn": "${sqs.queue:returns}"}
    refused = harness.run({**wanted, "lambda.event_source_mapping": {"queue": other}})
    assert "AWS cannot change event_source_arn" in messages(refused)[0]
    other["policy"] = {"replace": True}
    report = harness.run({**wanted, "lambda.event_source_mapping": {"queue": other}})
    assert report.outcome == "settled", messages(report)


def test_a_mapping_of_somebody_else_is_not_touched(harness: LiveHarness) -> None:
    harness.settle(sources())
    arn = "arn:aws:sqs:eu-west-2:123456789012:orders"
    theirs = harness.client("lambda").create_event_source_mapping(FunctionName="reads", EventSourceArn=arn)
    report = harness.run(sources(queue=OF_QUEUE))
    assert report.outcome != "settled"
    assert "it already exists, without our mark and with other settings" in messages(report)[0]
    assert shown(harness)["UUID"] == theirs["UUID"]
    harness.clock.sleep(60)
    harness.settle(sources(queue={**OF_QUEUE, "adopt": True}))
    assert shown(harness)["UUID"] == theirs["UUID"]


MISTAKES = {
    "no source": ({"function_name": "reads"}, "a mapping needs a source; write event_source_arn or self_man"),
    "no position": (
        {**OF_TABLE, "starting_position": None},
        "the stream of a table needs starting_position; write it: TRIM_HORIZON, LATEST or AT_TIMESTAMP",
    ),
    "a position of a queue": (
        {**OF_QUEUE, "starting_position": "LATEST"},
        "starting_position: it is only for a data stream and the stream of a table and",
    ),
    "a table, not its stream": (
        {**OF_TABLE, "event_source_arn": "${dynamodb.table:customers}"},
        "write ${dynamodb.table:customers#stream_arn}",
    ),
    "an unknown function": ({**OF_QUEUE, "function_name": "raeds"}, 'named "raeds"; did you mean "reads"?'),
    "a large batch": (
        {**OF_QUEUE, "batch_size": 11},
        "more than 10 messages of a queue need maximum_batching_window_in_seconds of 1 or more; write it",
    ),
    "no time": (
        {**OF_TABLE, "starting_position": "AT_TIMESTAMP"},
        "needs starting_position_timestamp; write",
    ),
}


@pytest.mark.parametrize(("written", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line(harness: LiveHarness, written: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidStack) as raised:
        harness.run(sources(orders={name: each for name, each in written.items() if each is not None}))
    (line,) = str(raised.value).splitlines()
    assert line.startswith("resources.yaml:1:")
    assert said in line
