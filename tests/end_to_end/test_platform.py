"""The stack connect_platform in the sandbox: what others change by hand is named exactly and put right."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.cache_store import Cache, FileCache, NoCache
from reconciler.desired import load
from reconciler.destroying import destroy, emptied
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Destruction, Stack
from tests.end_to_end.typed import ROOT

PREFIX = "acme-dev"
NO_CACHE = NoCache()
RECORDINGS = "acme-dev-recordings-123456789012"
FUNCTION = f"{PREFIX}-connect-handler"


@dataclass
class Platform:
    """The stack in a sandbox, and clients of others."""

    stack: Stack
    box: Sandbox
    clock: VirtualClock
    cache: FileCache

    def one_pass(self, *, dry_run: bool = False) -> PassReport:
        """One pass without a cache."""
        return self.new_pass(self.stack, Options(dry_run=dry_run)).run()

    def warm_pass(self, *, dry_run: bool = False) -> PassReport:
        """One pass with the cache of an hour before."""
        self.clock.sleep(3600)
        return self.new_pass(self.stack, Options(dry_run=dry_run), self.cache).run()

    def new_pass(self, stack: Stack, options: Options, cache: Cache = NO_CACHE) -> Pass:
        """A pass over this stack."""
        aws = account_in(self.box, self.stack.region, self.clock)
        return Pass(stack, known_kinds(), aws, self.clock, options, Quiet(), cache=cache)

    def client(self, service: str) -> Any:
        """A plain client."""
        return self.box.session(self.stack.region).client(service)

    def named(self, service: str, operation: str, key: str, **values: str) -> Any:
        """The row of a list in which these members have these values."""
        rows = getattr(self.client(service), operation)()[key]
        (found,) = (row for row in rows if values.items() <= row.items())
        return found

    @property
    def instance(self) -> str:
        """The id of the Connect instance."""
        return str(self.named("connect", "list_instances", "InstanceSummaryList", InstanceAlias=PREFIX)["Id"])

    @property
    def key(self) -> str:
        """The id of the key."""
        return str(self.named("kms", "list_aliases", "Aliases", AliasName=f"alias/{PREFIX}")["TargetKeyId"])


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    cache = FileCache(tmp_path_factory.mktemp("cache") / "sightings.sqlite")
    stack = load(ROOT / "desired_state" / "connect_platform", "dev", known_kinds())
    with sandboxed(stack.account) as (box, clock):
        made = Platform(stack, box, clock, cache)
        assert made.one_pass().outcome == "settled"
        yield made


def _key(at: Platform) -> str:
    at.client("kms").disable_key_rotation(KeyId=at.key)
    return "kms.key/main.key_rotation_enabled"


def _secret(at: Platform) -> str:
    at.client("secretsmanager").delete_resource_policy(SecretId="acme/dev/pseudonyms")
    return "secretsmanager.secret/acme/dev/pseudonyms.resource_policy"


def _role(at: Platform) -> str:
    at.client("iam").delete_role_policy(RoleName=FUNCTION, PolicyName="data")
    return f"iam.role/{FUNCTION}.policies"


def _policy(at: Platform) -> str:
    statement = {"Effect": "Allow", "Action": "connect:*", "Resource": "*"}
    at.client("iam").create_policy_version(
        PolicyArn=f"arn:aws:iam::123456789012:policy/{PREFIX}-connect-operations",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        SetAsDefault=True,
    )
    return f"iam.policy/{PREFIX}-connect-operations.policy_document"


def _table(at: Platform) -> str:
    at.client("dynamodb").update_continuous_backups(
        TableName=f"{PREFIX}-customers",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )
    return f"dynamodb.table/{PREFIX}-customers.point_in_time_recovery"


def _bucket(at: Platform) -> str:
    at.client("s3").delete_public_access_block(Bucket=RECORDINGS)
    return f"s3.bucket/{RECORDINGS}.public_access_block"


def _function(at: Platform) -> str:
    at.client("lambda").update_function_configuration(FunctionName=FUNCTION, Timeout=3)
    return f"lambda.function/{FUNCTION}.timeout"


def _log_group(at: Platform) -> str:
    at.client("logs").delete_retention_policy(logGroupName=f"/vpc/{PREFIX}/flow")
    return f"logs.log_group//vpc/{PREFIX}/flow.retention_in_days"


def _alarm(at: Platform) -> str:
    cloudwatch = at.client("cloudwatch")
    (row,) = cloudwatch.describe_alarms(AlarmNames=[f"{PREFIX}-flow-errors"])["MetricAlarms"]
    given = set(cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members)
    cloudwatch.put_metric_alarm(
        **{name: each for name, each in row.items() if name in given} | {"Threshold": 500.0}
    )
    return f"cloudwatch.alarm/{PREFIX}-flow-errors.threshold"


def _dashboard(at: Platform) -> str:
    at.client("cloudwatch").put_dashboard(
        DashboardName=f"{PREFIX}-center", DashboardBody=json.dumps({"widgets": []})
    )
    return f"cloudwatch.dashboard/{PREFIX}-center.dashboard_body"


def _topic(at: Platform) -> str:
    at.client("sns").set_topic_attributes(
        TopicArn=f"arn:aws:sns:ap-northeast-1:123456789012:{PREFIX}-alerts",
        AttributeName="KmsMasterKeyId",
        AttributeValue="",
    )
    return f"sns.topic/{PREFIX}-alerts.kms_master_key_id"


def _security_group(at: Platform) -> str:
    row = at.named("ec2", "describe_security_groups", "SecurityGroups", GroupName="functions")
    at.client("ec2").authorize_security_group_ingress(
        GroupId=row["GroupId"], IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    return "ec2.security_group/functions.ingress"


def _queue(at: Platform) -> str:
    connect = at.client("connect")
    queues = connect.list_queues(InstanceId=at.instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
    (found,) = (each["Id"] for each in queues if each["Name"] == "Support")
    connect.update_queue_max_contacts(InstanceId=at.instance, QueueId=found, MaxContacts=1)
    return "connect.queue/Support.max_contacts"


def _instance(at: Platform) -> str:
    connect = at.client("connect")
    (function,) = connect.list_lambda_functions(InstanceId=at.instance)["LambdaFunctions"]
    connect.disassociate_lambda_function(InstanceId=at.instance, FunctionArn=function)
    return f"connect.instance/{PREFIX}.lambda_functions"


DEEDS: tuple[Callable[[Platform], str], ...] = (
    _key, _secret, _role, _policy, _table, _bucket, _function, _log_group, _alarm, _dashboard, _topic,
    _security_group, _queue, _instance,
)  # fmt: skip


def test_a_warm_pass_makes_few_calls(platform: Platform) -> None:
    """docs/performance.md has the figures for many functions, roles and log groups."""
    assert platform.warm_pass().outcome == "settled"
    quiet = platform.warm_pass()
    assert {name: number for name, number in quiet.calls.items() if number > 1} == {
        "connect:ListInstanceAttributes": 2,
        "connect:ListInstanceStorageConfigs": 2,
        "ec2:DescribeVpcAttribute": 2,
    }
    assert quiet.outcome == "settled"
    # Seven more for 200 functions, 200 roles and 100 log groups have to stay below 60.
    assert sum(quiet.calls.values()) <= 51


def test_every_change_by_hand_is_named_and_put_right(platform: Platform) -> None:
    expected = {deed(platform) for deed in DEEDS}
    dry = platform.warm_pass(dry_run=True)
    named = {
        f"{key}.{re.split('[.[]', each.field)[0]}"
        for key, action in dry.plan.actions.items()
        for each in action.differences
    }
    assert (named, dry.mutating_calls) == (expected, 0)
    repaired = platform.warm_pass()
    done = {str(key) for key, result in repaired.results.items() if result.outcome == "done"}
    assert done == {field.rpartition(".")[0] for field in expected}
    quiet = platform.one_pass()  # reads all again
    assert (quiet.outcome, quiet.mutating_calls) == ("settled", 0)


def test_after_everything_was_deleted_the_stack_is_made_again(platform: Platform) -> None:
    kinds = known_kinds()
    lost = frozenset(key for key in platform.stack.resources if kinds[key.kind].loses)
    assert {key.kind for key in lost} == {"connect.phone_number", "ec2.elastic_ip"}
    asked = Destruction(also_protected=True, empties=True, given_up=lost)
    base = emptied(platform.stack, asked)
    report, left = destroy(base, platform.new_pass)
    assert (report.outcome, [*left.left]) == ("settled", [])
    assert {key.kind for key, _ in left.scheduled} == {"kms.key", "secretsmanager.secret"}
    again = platform.one_pass()
    assert again.outcome == "settled", [
        str(each) for each in again.results.values() if each.outcome != "done"
    ]
    quiet = platform.one_pass()
    assert (quiet.outcome, quiet.mutating_calls) == ("settled", 0)
