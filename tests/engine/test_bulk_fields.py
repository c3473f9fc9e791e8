"""Fields that one call shows of many resources, and fields that a pass takes from the cache until the audit."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.cache_store import FileCache
from reconciler.desired.loader import load
from reconciler.kinds import known_kinds
from reconciler.observing.cache_policy import AUDIT_UNTIL, LAG
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.sandbox.fault_injection.faults import FaultKind

REGION, HOUR = "eu-west-2", 3600.0
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
FILTER = {
    "filter_name": "errors",
    "filter_pattern": "ERROR",
    "metric_transformations": [{"metric_name": "Errors", "metric_namespace": "app", "metric_value": "1"}],
}


@dataclass
class Account:
    """A sandbox with a cache, in which passes run over a stack."""

    box: Sandbox
    clock: VirtualClock
    folder: Path
    calls: Counter[str] = field(default_factory=Counter)
    """The calls of the last pass, by operation."""

    def client(self, service: str) -> Any:
        """A client of others."""
        return self.box.session(REGION).client(service)

    def run(self, resources: Mapping[str, Any]) -> PassReport:
        """Run a pass that must be settled."""
        environment = {"account": self.box.account, "region": REGION}
        for file, content in (
            ("stack.yaml", {"stack": "desk", "environments": {"test": environment}}),
            ("resources.yaml", resources),
        ):
            (self.folder / file).write_text(json.dumps(content), encoding="utf-8")
        loaded, aws = load(self.folder, None, known_kinds()), account_in(self.box, REGION, self.clock)
        before = len(self.box.journal)
        cache = FileCache(self.folder / "cache.sqlite")
        report = Pass(loaded, known_kinds(), aws, self.clock, Options(), Quiet(), cache=cache).run()
        self.calls = Counter(each.operation for each in self.box.journal[before:])
        assert report.outcome == "settled", [str(each) for each in report.results.values()]
        return report

    def updated(self, report: PassReport) -> list[str]:
        """The names of the resources that the pass changed."""
        return [key.name for key, result in report.results.items() if result.outcome == "done"]


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with sandboxed() as (box, clock):
        yield Account(box, clock, tmp_path)


def groups(number: int, **more: Any) -> dict[str, Any]:
    return {
        "logs.log_group": {f"/app/{each}": {"metric_filters": [FILTER], **more} for each in range(number)}
    }


def roles(number: int) -> dict[str, Any]:
    settings = {"assume_role_policy_document": TRUST, "description": "works", "max_session_duration": 7200}
    return {"iam.role": {f"work-{each}": settings for each in range(number)}}


def test_one_call_reads_the_filters_of_many_groups(account: Account) -> None:
    account.run(groups(20))
    account.run(groups(20))
    assert account.calls["DescribeMetricFilters"] == 1


def test_a_filter_changed_by_others_is_found_and_put_right(account: Account) -> None:
    account.run(groups(20))
    transformations = [{"metricName": "Errors", "metricNamespace": "app", "metricValue": "1"}]
    account.client("logs").put_metric_filter(
        logGroupName="/app/7",
        filterName="errors",
        filterPattern="WARN",
        metricTransformations=transformations,
    )
    assert account.updated(account.run(groups(20))) == ["/app/7"]


def test_a_few_groups_are_read_alone(account: Account) -> None:
    account.run(groups(2))
    account.run(groups(2))
    assert account.calls["DescribeMetricFilters"] == 2


def test_a_bulk_read_ends_where_single_reads_cost_as_much(account: Account) -> None:
    logs = account.client("logs")
    transformations = [{"metricName": "E", "metricNamespace": "n", "metricValue": "1"}]
    for group in range(10):
        logs.create_log_group(logGroupName=f"/a/{group}")
        for each in range(30):
            logs.put_metric_filter(
                logGroupName=f"/a/{group}",
                filterName=str(each),
                filterPattern="",
                metricTransformations=transformations,
            )
    account.run(groups(3))
    account.run(groups(3))
    assert account.calls["DescribeMetricFilters"] <= 3 + 1 + 3
    assert account.updated(account.run(groups(3))) == []


def test_one_call_reads_what_the_details_of_the_account_leave_out(account: Account) -> None:
    account.run(roles(20))
    account.run(roles(20))
    assert (account.calls["ListRoles"], account.calls["GetRole"]) == (1, 0)
    account.client("iam").update_role(RoleName="work-3", Description="by hand", MaxSessionDuration=3600)
    assert account.updated(account.run(roles(20))) == ["work-3"]


def test_if_aws_refuses_the_bulk_read_each_role_is_read_alone(account: Account) -> None:
    account.run(roles(4))
    account.box.inject(lambda call: FaultKind.ACCESS_DENIED if call.operation == "ListRoles" else None)
    account.run(roles(4))
    assert account.calls["GetRole"] == 4


def streams(account: Account) -> dict[str, Any]:
    """Log groups with a subscription filter to a stream."""
    kinesis = account.client("kinesis")
    role = f"arn:aws:iam::{account.box.account}:role/to-kinesis"
    if not kinesis.list_streams()["StreamNames"]:
        kinesis.create_stream(StreamName="all", ShardCount=1)
        account.client("iam").create_role(RoleName="to-kinesis", AssumeRolePolicyDocument=json.dumps(TRUST))
    stream = f"arn:aws:kinesis:{REGION}:{account.box.account}:stream/all"
    row = {"filter_name": "all", "filter_pattern": "", "destination_arn": stream, "role_arn": role}
    return groups(3, subscription_filters=[row])


def remove_a_subscription(account: Account) -> None:
    account.client("logs").delete_subscription_filter(logGroupName="/app/1", filterName="all")


def test_subscription_filters_come_from_the_cache_until_the_audit(account: Account) -> None:
    wanted = streams(account)
    account.run(wanted)
    account.run(wanted)
    assert account.calls["DescribeSubscriptionFilters"] == 3
    account.clock.sleep(LAG + 1)
    account.run(wanted)
    assert account.calls["DescribeSubscriptionFilters"] == 0
    remove_a_subscription(account)
    assert account.updated(account.run(wanted)) == []
    account.clock.sleep(AUDIT_UNTIL)
    assert account.updated(account.run(wanted)) == ["/app/1"]


def test_shortly_after_the_first_read_nothing_is_taken_from_the_cache(account: Account) -> None:
    wanted = streams(account)
    account.run(wanted)
    account.run(wanted)
    remove_a_subscription(account)
    assert account.updated(account.run(wanted)) == ["/app/1"]


def test_if_the_row_shows_a_change_its_subscription_filters_are_read(account: Account) -> None:
    wanted = streams(account)
    account.run(wanted)
    account.run(wanted)
    account.clock.sleep(HOUR)
    remove_a_subscription(account)
    account.client("logs").put_retention_policy(logGroupName="/app/1", retentionInDays=30)
    assert account.updated(account.run(wanted)) == ["/app/1"]


def test_only_the_kinds_of_storage_that_were_used_are_read_again(account: Account) -> None:
    storage = {"storage_type": "S3", "s3_config": {"bucket_name": "recordings", "bucket_prefix": "calls"}}
    instance = {
        "identity_management_type": "CONNECT_MANAGED",
        "inbound_calls_enabled": True,
        "outbound_calls_enabled": True,
        "storage_configs": [{"resource_type": "CALL_RECORDINGS", **storage}],
    }
    account.client("s3").create_bucket(
        Bucket="recordings", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    wanted = {"connect.instance": {"acme": instance}}
    account.run(wanted)
    account.run(wanted)
    all_types = account.calls["ListInstanceStorageConfigs"]
    account.clock.sleep(LAG + 1)
    account.run(wanted)
    assert all_types > account.calls["ListInstanceStorageConfigs"] == 1
    connect = account.client("connect")
    (at,) = (each["Id"] for each in connect.list_instances()["InstanceSummaryList"])
    (row,) = connect.list_instance_storage_configs(InstanceId=at, ResourceType="CALL_RECORDINGS")[
        "StorageConfigs"
    ]
    connect.disassociate_instance_storage_config(
        InstanceId=at, ResourceType="CALL_RECORDINGS", AssociationId=row["AssociationId"]
    )
    assert account.updated(account.run(wanted)) == ["acme"]
