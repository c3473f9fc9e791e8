"""Passes with a cache: what needs a call for each resource is read again only if a list shows a change."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.cache_store import FileCache
from tests.resources.live_harness import LiveHarness, fields, messages
from tests.resources.test_live_aliases import TRUST
from tests.sandbox.refusals import ANYBODY

HOUR, MINUTE = 3600.0, 60.0
SECRET, FUNCTION, LAYER = {"SecretId": "shop"}, {"FunctionName": "lookup"}, {"LayerName": "tools"}
PERMISSION = {"action": "lambda:InvokeFunction", "principal": "sns.amazonaws.com"}
POLICY = {"Version": "2012-10-17", "Statement": [{**ANYBODY, "Resource": "*"}]}
ONE_BY_ONE = {
    "cloudwatch:GetDashboard",
    "kms:ListResourceTags",
    "lambda:GetLayerVersion",
    "lambda:GetPolicy",
    "lambda:ListLayerVersions",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetResourcePolicy",
    "sns:ListTagsForResource",
}
"""The reads of single resources that a warm pass leaves out."""


def resources(*, kept: int = 3, **layer: Any) -> dict[str, Any]:
    """A stack in which each of these reads is needed."""
    function = {
        "role": "${iam.role:lookup}",
        "runtime": "python3.13",
        "handler": "app.handler",
        "code": {"folder": "code"},
        "layers": ["${lambda.layer:tools}"],
        "permissions": [{"statement_id": "topic", **PERMISSION}],
    }
    return {
        "cloudwatch.dashboard": {"shop": {"dashboard_body": {"widgets": []}}},
        "iam.role": {"lookup": {"assume_role_policy_document": TRUST}},
        "kms.key": {"main": {"pending_window_in_days": 7}},
        "lambda.function": {"lookup": function},
        "lambda.layer": {"tools": {"content": {"folder": "tools"}, "kept_versions": kept, **layer}},
        "secretsmanager.secret": {"shop": {"resource_policy": POLICY}},
        "sns.topic": {"alerts": {"subscriptions": [{"protocol": "email", "endpoint": "ops@example.com"}]}},
    }


@pytest.fixture
def warm(harness: LiveHarness) -> LiveHarness:
    """The stack an hour after a pass that read all of it."""
    for file in ("code/app.py", "tools/python/tools.py"):
        (harness.directory / file).parent.mkdir(parents=True, exist_ok=True)
        (harness.directory / file).write_text("TOOL = 1\n", encoding="utf-8")
    harness.cache = FileCache(harness.directory / "cache.sqlite")
    harness.settle(resources())
    harness.clock.sleep(HOUR)
    harness.require_quiet(resources())
    harness.clock.sleep(HOUR)
    return harness


def permit(at: LiveHarness) -> None:
    at.client("lambda").remove_permission(**FUNCTION, StatementId="topic")


def publish(at: LiveHarness) -> None:
    lambda_ = at.client("lambda")
    lambda_.publish_layer_version(
        **LAYER, Description="By hand", Content={"ZipFile": b"PK\x05\x06" + bytes(18)}
    )


def draw(at: LiveHarness) -> None:
    text = {"type": "text", "properties": {"markdown": "By hand"}}
    at.client("cloudwatch").put_dashboard(DashboardName="shop", DashboardBody=json.dumps({"widgets": [text]}))


def open_up(at: LiveHarness) -> None:
    at.client("secretsmanager").delete_resource_policy(**SECRET)


DEEDS: dict[Callable[[LiveHarness], None], set[str]] = {
    permit: {"permissions"},
    publish: {"content", "tags"},
    draw: {"dashboard_body"},
    open_up: {"resource_policy"},
}


def test_a_warm_pass_reads_nothing_one_by_one_and_sees_what_others_change(warm: LiveHarness) -> None:
    quiet = warm.run(resources())
    assert (quiet.outcome, ONE_BY_ONE & quiet.calls.keys()) == ("settled", set())
    warm.clock.sleep(HOUR)
    for deed in DEEDS:
        deed(warm)
    dry = warm.run(resources(), dry_run=True)
    named = {each.partition("[")[0].partition(".")[0] for each in fields(dry)}
    assert named - {"layers"} == set().union(*DEEDS.values())
    repaired = warm.run(resources())
    assert repaired.outcome == "settled", messages(repaired)
    warm.clock.sleep(HOUR)
    warm.require_quiet(resources())


def test_a_scheduled_deletion_is_seen_and_what_was_read_soon_after_a_change_is_not_trusted(
    warm: LiveHarness,
) -> None:
    warm.client("secretsmanager").delete_secret(**SECRET, RecoveryWindowInDays=7)
    dry = warm.run(resources(), dry_run=True)
    assert [str(key) for key in dry.plan.actions] == ["secretsmanager.secret/shop"]
    warm.client("secretsmanager").restore_secret(**SECRET)
    reads = []
    for pause in (MINUTE, 10 * MINUTE, 10 * MINUTE):
        warm.clock.sleep(pause)
        reads.append(warm.run(resources()).calls.get("secretsmanager:GetResourcePolicy", 0))
    assert reads == [1, 1, 0]


def test_versions_in_use_are_looked_for_right_before_old_ones_are_deleted(warm: LiveHarness) -> None:
    lambda_ = warm.client("lambda")
    old = lambda_.list_layers()["Layers"][0]["LatestMatchingVersion"]["LayerVersionArn"]
    for text in ("Two", "Three"):
        warm.settle(resources(description=text))
    warm.clock.sleep(HOUR)
    warm.require_quiet(resources(description="Three"))
    image = {"PackageType": "Image", "Code": {"ImageUri": "x:y"}}
    role = lambda_.get_function_configuration(**FUNCTION)["Role"]
    lambda_.create_function(FunctionName="pinned", **image, Role=role)
    lambda_.update_function_configuration(FunctionName="pinned", Layers=[old])
    warm.clock.sleep(HOUR)
    report = warm.run(resources(kept=2, description="Three"))
    assert report.outcome == "settled", messages(report)
    rows = lambda_.list_layer_versions(**LAYER)["LayerVersions"]
    assert [each["Version"] for each in rows] == [3, 2, 1]


def test_the_tags_of_a_topic_are_read_before_a_subscription_is_requested_again(warm: LiveHarness) -> None:
    sns = warm.client("sns")
    (row,) = sns.list_topics()["Topics"]
    warm.clock.sleep(48 * HOUR)  # the request has lapsed
    report = warm.run(resources())
    assert (report.outcome, [operation for operation, _ in warm.calls]) == (
        "settled",
        ["Subscribe", "TagResource"],
    )
    assert sns.list_subscriptions_by_topic(**row)["Subscriptions"]
