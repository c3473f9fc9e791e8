"""Event source mappings and URLs of functions refuse what AWS refuses, with a plain client.

Sources: CreateEventSourceMapping, UpdateEventSourceMapping, DeleteEventSourceMapping, ListEventSourceMappings,
CreateFunctionUrlConfig, UpdateFunctionUrlConfig, ListFunctionUrlConfigs (AWS Lambda API Reference).
"""

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import REGION, client_of, refused
from tests.sandbox.test_moto_lambda import ARN, INVALID, MISSING, NAME, PLAIN, with_role

SQS = f"arn:aws:sqs:{REGION}:123456789012:"
TOPIC = f"arn:aws:kafka:{REGION}:123456789012:cluster/events/11111111-2222-3333-4444-555555555555-1"
CONFLICT, IN_USE = "ResourceConflictException", "ResourceInUseException"


@pytest.fixture
def virtual() -> VirtualClock:
    return VirtualClock(1_800_000_000.0)


@pytest.fixture
def sandbox(virtual: VirtualClock) -> Iterator[Sandbox]:
    with Sandbox(clock=virtual.now, settling_seconds=5.0, sleep=virtual.sleep) as box:
        yield box


@pytest.fixture
def lambda_(sandbox: Sandbox, virtual: VirtualClock) -> Any:
    made = with_role(sandbox)
    made.create_function(**PLAIN)
    virtual.sleep(5)
    for name in ("orders", "tills"):
        client_of(sandbox, "sqs").create_queue(QueueName=name)
    return made


@pytest.fixture
def stream(sandbox: Sandbox) -> str:
    table = client_of(sandbox, "dynamodb").create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return str(table["TableDescription"]["LatestStreamArn"])


def of_queue(lambda_: Any, **more: Any) -> dict[str, Any]:
    return dict(lambda_.create_event_source_mapping(**NAME, EventSourceArn=f"{SQS}orders", **more))


def test_a_mapping_gets_the_defaults_of_its_source(lambda_: Any, stream: str) -> None:
    queue = of_queue(lambda_)
    assert (queue["BatchSize"], queue["MaximumBatchingWindowInSeconds"]) == (10, 0)
    assert "ParallelizationFactor" not in queue
    read = lambda_.create_event_source_mapping(**NAME, EventSourceArn=stream, StartingPosition="LATEST")
    assert (read["BatchSize"], read["ParallelizationFactor"], read["MaximumRetryAttempts"]) == (100, 1, -1)
    kafka = lambda_.create_event_source_mapping(
        **NAME, EventSourceArn=TOPIC, StartingPosition="LATEST", Topics=["events"]
    )
    assert kafka["AmazonManagedKafkaEventSourceConfig"]["ConsumerGroupId"] == kafka["UUID"]


def test_states_last_for_a_while(lambda_: Any, virtual: VirtualClock) -> None:
    at = {"UUID": of_queue(lambda_, Enabled=False)["UUID"]}
    states = [lambda_.get_event_source_mapping(**at)["State"]]
    assert refused(lambda_, "update_event_source_mapping", **at, BatchSize=5) == IN_USE
    assert refused(lambda_, "delete_event_source_mapping", **at) == IN_USE
    for change in ({"Enabled": True}, {"BatchSize": 5}, {"Enabled": False}):
        virtual.sleep(60)
        states += [lambda_.get_event_source_mapping(**at)["State"]]
        states += [lambda_.update_event_source_mapping(**at, **change)["State"]]
    virtual.sleep(60)
    states += [lambda_.delete_event_source_mapping(**at)["State"]]
    assert states == [
        *("Creating", "Disabled", "Enabling", "Enabled", "Updating", "Enabled", "Disabling"),
        "Deleting",
    ]
    virtual.sleep(60)
    assert refused(lambda_, "get_event_source_mapping", **at) == MISSING


def test_a_second_mapping_of_the_same_source_and_function_is_refused(lambda_: Any) -> None:
    of_queue(lambda_)
    again = {**NAME, "EventSourceArn": f"{SQS}orders"}
    assert refused(lambda_, "create_event_source_mapping", **again) == CONFLICT


WRONG = {
    "no such queue": {"EventSourceArn": f"{SQS}nothing"},
    "a position of a queue": {"EventSourceArn": f"{SQS}orders", "StartingPosition": "LATEST"},
    "a setting of streams": {"EventSourceArn": f"{SQS}orders", "ParallelizationFactor": 2},
    "a large batch without a window": {"EventSourceArn": f"{SQS}orders", "BatchSize": 11},
    "no topic": {"EventSourceArn": TOPIC, "StartingPosition": "LATEST"},
    "no position": {"EventSourceArn": TOPIC, "Topics": ["events"]},
    "no source": {},
}


@pytest.mark.parametrize("params", WRONG.values(), ids=WRONG.keys())
def test_wrong_settings_are_refused(lambda_: Any, params: dict[str, Any]) -> None:
    assert refused(lambda_, "create_event_source_mapping", **NAME, **params) == INVALID


def test_empty_values_remove_settings_and_tags_are_kept(lambda_: Any, virtual: VirtualClock) -> None:
    given = {
        "FilterCriteria": {"Filters": [{"Pattern": "{}"}]},
        "ScalingConfig": {"MaximumConcurrency": 5},
        "MetricsConfig": {"Metrics": ["EventCount"]},
    }
    made = of_queue(lambda_, **given, Tags={"Team": "shop"})
    assert {name: made[name] for name in given} == given
    virtual.sleep(60)
    nothing: dict[str, Any] = {"FilterCriteria": {}, "ScalingConfig": {}, "MetricsConfig": {"Metrics": []}}
    shown = lambda_.update_event_source_mapping(UUID=made["UUID"], **nothing)
    assert not shown.keys() & given.keys()
    arn = {"Resource": made["EventSourceMappingArn"]}
    lambda_.tag_resource(**arn, Tags={"Cost": "42"})
    lambda_.untag_resource(**arn, TagKeys=["Team"])
    assert lambda_.list_tags(**arn)["Tags"] == {"Cost": "42"}


def test_lists_of_mappings_have_pages_and_filters(lambda_: Any) -> None:
    for queue in ("orders", "tills"):
        lambda_.create_event_source_mapping(**NAME, EventSourceArn=f"{SQS}{queue}")
    page = lambda_.list_event_source_mappings(MaxItems=1)
    rest = lambda_.list_event_source_mappings(Marker=page["NextMarker"])
    assert [len(each["EventSourceMappings"]) for each in (page, rest)] == [1, 1]
    (found,) = lambda_.list_event_source_mappings(EventSourceArn=f"{SQS}tills")["EventSourceMappings"]
    assert found["FunctionArn"] == ARN


def test_the_function_and_each_alias_have_one_url(lambda_: Any) -> None:
    version = lambda_.publish_version(**NAME)["Version"]
    lambda_.create_alias(**NAME, Name="live", FunctionVersion=version)
    lambda_.create_function_url_config(**NAME, AuthType="NONE")
    lambda_.create_function_url_config(**NAME, AuthType="AWS_IAM", Qualifier="live")
    assert refused(lambda_, "create_function_url_config", **NAME, AuthType="NONE") == CONFLICT
    found = lambda_.list_function_url_configs(**NAME)["FunctionUrlConfigs"]
    assert {each["FunctionArn"]: each["AuthType"] for each in found} == {
        ARN: "NONE",
        f"{ARN}:live": "AWS_IAM",
    }
    page = lambda_.list_function_url_configs(**NAME, MaxItems=1)
    assert (
        len(lambda_.list_function_url_configs(**NAME, Marker=page["NextMarker"])["FunctionUrlConfigs"]) == 1
    )
    lambda_.delete_alias(**NAME, Name="live")
    assert len(lambda_.list_function_url_configs(**NAME)["FunctionUrlConfigs"]) == 1
    lambda_.delete_function_url_config(**NAME)
    assert refused(lambda_, "get_function_url_config", **NAME) == MISSING


def test_a_url_is_changed_and_its_cors_replaced(lambda_: Any) -> None:
    cors = {"AllowOrigins": ["https://a.example.com"], "AllowMethods": ["GET"], "MaxAge": 60}
    made = lambda_.create_function_url_config(**NAME, AuthType="AWS_IAM", Cors=cors)
    assert (made["InvokeMode"], made["Cors"]) == ("BUFFERED", cors)
    other = {"AllowOrigins": ["*"]}
    lambda_.update_function_url_config(**NAME, Cors=other, InvokeMode="RESPONSE_STREAM")
    shown = lambda_.get_function_url_config(**NAME)
    assert (shown["Cors"], shown["InvokeMode"], shown["AuthType"]) == (other, "RESPONSE_STREAM", "AWS_IAM")
    both = {**NAME, "Cors": {"AllowOrigins": ["*"], "AllowCredentials": True}}
    assert refused(lambda_, "update_function_url_config", **both) == INVALID
    lambda_.update_function_url_config(**NAME, Cors={})
    assert "Cors" not in lambda_.get_function_url_config(**NAME)


def test_the_url_of_a_deleted_function_is_gone(lambda_: Any) -> None:
    lambda_.create_function_url_config(**NAME, AuthType="NONE")
    lambda_.delete_function(**NAME)
    lambda_.create_function(**PLAIN)
    assert lambda_.list_function_url_configs(**NAME)["FunctionUrlConfigs"] == []
