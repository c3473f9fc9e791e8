"""`reconciler unused`: what nothing uses in the account of a stack, whoever owns it."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli.exits import FAILED, INVALID
from reconciler.kinds import known_kinds
from reconciler.permissions import Location
from reconciler.sandbox.fault_injection import FaultKind
from reconciler.unused.run import kinds_with_a_rule
from tests.end_to_end.checked_stack import write_checked_stack
from tests.end_to_end.live_centre import REGION, LiveCentre, live
from tests.end_to_end.typed import ROOT
from tests.faults.iam_evaluator import Guard

DEV = ("--env", "dev")
OTHER = {"reconciler:stack": "shop/prod", "reconciler:key": "sales"}
POLICY = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
})  # fmt: skip


def fill_by_hand(centre: LiveCentre) -> None:
    """Create resources beside the stack: some that nothing uses, and beside each of them one that is used."""
    client = centre.box.session(REGION).client
    client("lambda").invoke(FunctionName="lookup", Payload=b"{}")
    logs = client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/gone")
    logs.create_log_stream(logGroupName="/aws/lambda/gone", logStreamName="one")
    now = int(time.time() * 1000)  # moto drops events that are far from its own clock
    logs.put_log_events(
        logGroupName="/aws/lambda/gone",
        logStreamName="one",
        logEvents=[{"timestamp": now, "message": "hello"}],
    )
    iam = client("iam")
    iam.create_policy(PolicyName="unattached", PolicyDocument=POLICY)
    attached = iam.create_policy(PolicyName="attached", PolicyDocument=POLICY)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="runs", PolicyArn=attached)
    client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": name, "Value": value} for name, value in OTHER.items()],
    )
    client("dynamodb").put_item(TableName="Callers", Item={"id": {"S": "1"}})
    s3 = client("s3")
    for name in ("empty", "full"):
        place: Any = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket=f"bucket-{name}", CreateBucketConfiguration=place)
    s3.put_object(Bucket="bucket-full", Key="one", Body=b"1")
    sqs = client("sqs")
    sqs.create_queue(QueueName="dead-letters")
    target = {
        "deadLetterTargetArn": f"arn:aws:sqs:{REGION}:123456789012:dead-letters",
        "maxReceiveCount": "3",
    }
    sqs.create_queue(QueueName="idle", Attributes={"RedrivePolicy": json.dumps(target)})
    lambda_ = client("lambda")
    archive = b"PK\x05\x06" + b"\0" * 18  # of no file
    for _ in range(2):
        lambda_.publish_layer_version(LayerName="shared", Content={"ZipFile": archive})
    client("sns").create_topic(Name="silent")
    client("ec2").allocate_address(Domain="vpc", TagSpecifications=named("elastic-ip", "free"))
    subnet = client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    for name in ("idle", "routed"):
        asked: Any = {"SubnetId": subnet, "ConnectivityType": "private"}
        made = client("ec2").create_nat_gateway(**asked, TagSpecifications=named("natgateway", name))
    table, vpc = (
        client("ec2").describe_route_tables()["RouteTables"][0][each] for each in ("RouteTableId", "VpcId")
    )
    for name, of in (("nowhere", {}), ("inside", {"RouteTableIds": [table]})):
        service: Any = {"VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-2.s3", **of}
        client("ec2").create_vpc_endpoint(**service, TagSpecifications=named("vpc-endpoint", name))
    gateway = made["NatGateway"]["NatGatewayId"]
    client("ec2").create_route(RouteTableId=table, DestinationCidrBlock="10.9.0.0/16", NatGatewayId=gateway)


def named(type_: str, name: str) -> list[Any]:
    return [{"ResourceType": type_, "Tags": [{"Key": "Name", "Value": name}]}]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checked_stack(tmp_path_factory.mktemp("unused"))


@pytest.fixture(scope="module")
def centre(directory: Path) -> Iterator[LiveCentre]:
    with live(directory) as centre:
        fill_by_hand(centre)
        centre.clock.sleep(60)
        yield centre


def found(typed: Any) -> Mapping[str, Mapping[str, Any]]:
    """The candidates by kind and name in the files, or in AWS, with the part."""
    rows = json.loads(typed.stdout)["candidates"]
    return {
        " ".join(filter(None, (f"{row['kind']}/{row['key'] or row['name']}", row["part"]))): row
        for row in rows
    }


def test_what_nothing_uses_is_listed_with_owner_and_evidence_and_nothing_is_changed(
    centre: LiveCentre, directory: Path
) -> None:
    before = len(list(centre.box.journal))
    typed = centre.type("unused", directory, *DEV, "--json")
    assert typed.exit_code == 0, typed.output
    rows = found(typed)
    told = {
        name: (row["owner"], row["stack"], row["evidence"].partition(";")[0]) for name, row in rows.items()
    }
    assert told["dynamodb.table/sales"] == (
        "another", "shop/prod", "0 items, as counted within the last six hours",
    )  # fmt: skip
    assert told["iam.policy/unattached"] == (
        None, None, "0 attachments, and the boundary of no role or user",
    )  # fmt: skip
    assert told["kms.key/resting"] == ("this", "checked/dev", "Disabled")
    assert told["logs.log_group//aws/lambda/gone"] == (None, None, "there is no function gone")
    assert re.search("[1-9][0-9]* bytes, last event 20", rows["logs.log_group//aws/lambda/gone"]["evidence"])
    assert told["s3.bucket/bucket-empty"] == (None, None, "no objects and no earlier versions")
    assert told["sns.topic/silent"][2] == "0 subscriptions"
    assert told["ec2.elastic_ip/free"][2].endswith("is associated with nothing")
    assert told["ec2.nat_gateway/idle"][2] == "0 routes lead to it"
    assert told["ec2.vpc_endpoint/nowhere"][2].startswith("0 route tables lead to it")
    assert told["sqs.queue/idle"][2].startswith(
        "0 messages sent and 0 received from 2026-12-16 to 2027-01-15"
    )
    assert "version 2 is newer" in rows["lambda.layer/shared version 1"]["evidence"]
    used = {
        "ec2.nat_gateway/routed", "ec2.vpc_endpoint/inside", "dynamodb.table/Callers", "iam.policy/attached", "lambda.function/lookup", "s3.bucket/bucket-full",
        "sqs.queue/dead-letters", "lambda.layer/shared version 2", "logs.log_group//aws/lambda/lookup",
    }  # fmt: skip
    assert used & rows.keys() == set()
    called = [each.operation for each in list(centre.box.journal)[before:]]
    assert [each for each in called if not each.startswith(("Describe", "Get", "List", "Search"))] == []
    assert called.count("ListFunctions") <= 3  # for functions, layers and log groups


def test_text_has_a_line_for_each_candidate_and_a_summary(centre: LiveCentre, directory: Path) -> None:
    typed = centre.type("unused", directory, *DEV, "--kind", "iam.policy", "--days", "7")
    assert typed.exit_code == 0
    line, summary = typed.stdout.splitlines()
    (table, *_) = centre.type("unused", directory, *DEV, "--kind", "dynamodb.table").stdout.splitlines()
    assert table.startswith("dynamodb.table/orders (the stack shop/prod, as sales): 0 items")
    assert line.startswith("iam.policy/unattached (nobody): 0 attachments, and the boundary of no role")
    assert summary == (
        "123456789012 eu-west-2, 2027-01-08 to 2027-01-15: 2 resources of 1 kind, 1 candidate for removal; "
        "nothing was changed"
    )


def test_a_function_is_a_candidate_again_once_its_last_call_is_long_ago(
    centre: LiveCentre, directory: Path
) -> None:
    client = centre.box.session(REGION).client("lambda")
    client.create_alias(FunctionName="lookup", Name="live", FunctionVersion="$LATEST")
    centre.clock.sleep(10 * 86_400)
    row = found(centre.type("unused", directory, *DEV, "--kind", "lambda.function", "--days", "7", "--json"))
    assert row["lambda.function/lookup"]["evidence"].startswith("no invocation from 2027-01-18 to 2027-01-25")
    assert not found(centre.type("unused", directory, *DEV, "--kind", "lambda.function", "--json"))


def test_what_cannot_be_read_is_named_and_the_others_are_listed(centre: LiveCentre, directory: Path) -> None:
    struck = {"ListLayers", "GetTopicAttributes"}
    centre.box.inject(lambda attempt: FaultKind.ACCESS_DENIED if attempt.operation in struck else None)
    try:
        typed = centre.type("unused", directory, *DEV)
    finally:
        centre.box.end_faults()
    assert typed.exit_code == FAILED
    assert "lambda.layer could not be read: list_layers: AccessDenied" in typed.stderr
    assert "sns.topic/silent could not be read: get_topic_attributes: AccessDenied" in typed.stderr
    assert "iam.policy/unattached (nobody)" in typed.stdout


def test_the_policy_allows_what_it_calls(centre: LiveCentre, directory: Path) -> None:
    guard = Guard(Location("aws", REGION, "123456789012"))
    printed = centre.type("iam-policy", directory, *DEV, "--unused")
    guard.enforce(json.loads(printed.stdout))
    centre.box.inject(guard)
    try:
        typed = centre.type("unused", directory, *DEV)
    finally:
        centre.box.end_faults()
    assert typed.exit_code == 0, typed.output
    assert guard.refused == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("unused", "--kind", "iam.polcy"), '"iam.polcy" is unused; did you mean "iam.policy"?'),
        (("unused", "--kind", "iam.oidc_provider"), "the kinds with a rule are apigateway.rest_api, "),
        (("iam-policy", "--unused", "--smoke"), "leave out --smoke"),
        (("unused", "--days", "0"), "--days"),
    ],
)
def test_wrong_words_are_one_line(
    centre: LiveCentre, directory: Path, words: tuple[str, ...], said: str
) -> None:
    command, *more = words
    asked = centre.asked
    typed = centre.type(command, directory, *DEV, *more)
    assert typed.exit_code in (INVALID, 2)  # Typer's own; `main` makes 3 of it
    assert said in typed.output
    assert centre.asked == asked


def test_the_page_has_the_rule_of_each_kind() -> None:
    page = (ROOT / "docs" / "unused.md").read_text("utf-8")
    rows = [f"| `{kind}` | {rule.summary} |" for kind, rule in kinds_with_a_rule(known_kinds()).items()]
    table = [line for line in page.splitlines() if line.startswith("| `") and "." in line.split("`")[1]]
    assert table == rows
