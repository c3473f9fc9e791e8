"""References in the texts and documents of real kinds: policies, flows, notifications, pictures and IAM."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.desired import load
from reconciler.iam import grants
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.permissions import Location
from reconciler.pictures.sources import stack as centre
from reconciler.reconcile import Pass
from reconciler.reports.data import as_data
from reconciler.runtime.clock import Clock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Stack

ACCOUNT, REGION = "111111111111", "eu-west-2"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/Users"
KEYS = {
    "attribute_definitions": [{"attribute_name": "id", "attribute_type": "S"}],
    "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
    "billing_mode": "PAY_PER_REQUEST",
}
INSTANCE = {
    "identity_management_type": "CONNECT_MANAGED",
    "inbound_calls_enabled": True,
    "outbound_calls_enabled": True,
}


def statement(sid: str, *resources: str, **more: Any) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": ACCOUNT},
        "Action": "dynamodb:Query",
        "Resource": [*resources],
        **more,
    }


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [*statements]}


def flow(attributes: Mapping[str, str]) -> dict[str, Any]:
    """A flow that sets these attributes of a contact."""
    end = {"Identifier": "Bye", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    on = {"NextAction": "Bye", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "Bye"}]}
    parameters = {"Attributes": attributes, "TargetContact": "Current"}
    first = {
        "Identifier": "Set",
        "Type": "UpdateContactAttributes",
        "Parameters": parameters,
        "Transitions": on,
    }
    return {"Version": "2019-10-30", "StartAction": "Set", "Actions": [first, end]}


@dataclass
class Harness:
    """One sandbox, and a stack in a folder."""

    folder: Path
    sandbox: Sandbox
    clock: Clock

    def stack(self, **resources: Any) -> Stack:
        environments = {"dev": {"account": ACCOUNT, "region": REGION}}
        written = {kind.replace("__", "."): named for kind, named in resources.items()}
        text = json.dumps({"stack": "texts", "environments": environments, **written})
        (self.folder / "stack.yaml").write_text(text)
        return load(self.folder, None, known_kinds())

    def once(self, *, dry_run: bool = False, **resources: Any) -> PassReport:
        stack = self.stack(**resources)
        aws = account_in(self.sandbox, stack.region, self.clock)
        return Pass(stack, known_kinds(), aws, self.clock, Options(dry_run=dry_run), Quiet()).run()

    def settle(self, **resources: Any) -> None:
        assert self.once(**resources).outcome == "settled"
        quiet = self.once(**resources)
        assert (quiet.outcome, quiet.mutating_calls, dict(quiet.plan.actions)) == ("settled", 0, {})

    def differences(self, **resources: Any) -> dict[str, tuple[Any, Any]]:
        actions = self.once(dry_run=True, **resources).plan.actions
        return {
            each.field: (each.observed, each.desired)
            for action in actions.values()
            for each in action.differences
        }

    def client(self, service: str) -> Any:
        return self.sandbox.session(REGION).client(service)

    def live_policy(self) -> Any:
        return json.loads(self.client("dynamodb").get_resource_policy(ResourceArn=TABLE)["Policy"])


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Harness]:
    with sandboxed(ACCOUNT) as (sandbox, clock):
        yield Harness(tmp_path, sandbox, clock)


OWN = statement("Own", "${dynamodb.table:Users}", "${dynamodb.table:Users}/index/*")


def test_a_policy_names_its_own_table(harness: Harness) -> None:
    users = {"Users": {**KEYS, "resource_policy": policy(OWN)}}
    harness.settle(dynamodb__table=users)
    assert harness.live_policy()["Statement"][0]["Resource"] == [TABLE, f"{TABLE}/index/*"]


def test_policies_are_compared_by_their_meaning_once_references_are_replaced(harness: Harness) -> None:
    users = {"Users": {**KEYS, "resource_policy": policy(OWN, statement("One", "${dynamodb.table:Users}"))}}
    harness.settle(dynamodb__table=users)
    same = policy(
        statement("One", TABLE, Resource=TABLE, Action=["DYNAMODB:query"]),
        statement("Own", f"{TABLE}/index/*", TABLE, Principal={"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]}),
    )
    harness.client("dynamodb").put_resource_policy(ResourceArn=TABLE, Policy=json.dumps(same))
    assert harness.differences(dynamodb__table=users) == {}


def test_a_literal_arn_and_a_reference_to_the_same_table_are_the_same(harness: Harness) -> None:
    both = statement("Own", TABLE, "${dynamodb.table:Users}")
    harness.settle(dynamodb__table={"Users": {**KEYS, "resource_policy": policy(both)}})
    harness.client("dynamodb").put_resource_policy(
        ResourceArn=TABLE, Policy=json.dumps(policy(statement("Own", TABLE)))
    )
    assert harness.differences(dynamodb__table={"Users": {**KEYS, "resource_policy": policy(both)}}) == {}


def test_a_difference_in_a_policy_shows_the_reference(harness: Harness) -> None:
    users = {"Users": {**KEYS, "resource_policy": policy(OWN)}}
    harness.settle(dynamodb__table=users)
    wider = policy(statement("Own", TABLE, f"{TABLE}/index/*", "*"))
    harness.client("dynamodb").put_resource_policy(ResourceArn=TABLE, Policy=json.dumps(wider))
    references = ["${dynamodb.table:Users}", "${dynamodb.table:Users}/index/*"]
    assert harness.differences(dynamodb__table=users) == {
        "resource_policy.Statement.Own.Resource": ([*references, "*"], references)
    }
    assert TABLE not in json.dumps(as_data(harness.once(dry_run=True, dynamodb__table=users))["actions"])
    harness.settle(dynamodb__table=users)


def test_variables_of_policies_stay(harness: Harness) -> None:
    condition = {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}", "$${dynamodb.table:Users}"]}
    }
    users = {"Users": {**KEYS, "resource_policy": policy({**OWN, "Condition": condition})}}
    harness.settle(dynamodb__table=users)
    live = harness.live_policy()["Statement"][0]["Condition"]["ForAllValues:StringEquals"][
        "dynamodb:LeadingKeys"
    ]
    assert live == ["${aws:username}", "${dynamodb.table:Users}"]


# -- attributes, over services ---------------------------------------------------------------------------------------------


def centre_with(view: str) -> dict[str, Any]:
    """A flow with references to the stream of a table, a bucket, and its instance."""
    attributes = {
        "stream": "${dynamodb.table:Users#stream_arn}",
        "site": "https://${s3.bucket:acme-site#regional_domain_name}/",
        "home": "${connect.instance:acme-texts#id}",
        "short": "to ${queue:Sales}",
    }
    stream = {"stream_enabled": True, "stream_view_type": view}
    return {
        "connect__instance": {"acme-texts": INSTANCE},
        "connect__hours_of_operation": {
            "Always": {
                "time_zone": "UTC",
                "config": [{"day": "MONDAY", "start_time": "00:00", "end_time": "00:00"}],
            }
        },
        "connect__queue": {"Sales": {"hours_of_operation": "Always"}},
        "connect__contact_flow": {"Main": {"type": "CONTACT_FLOW", "content": flow(attributes)}},
        "dynamodb__table": {"Users": {**KEYS, "stream_specification": stream}},
        "s3__bucket": {"acme-site": {}},
    }


def live_attributes(harness: Harness) -> Any:
    connect = harness.client("connect")
    (instance,) = connect.list_instances()["InstanceSummaryList"]
    flows = connect.list_contact_flows(InstanceId=instance["Id"])["ContactFlowSummaryList"]
    (main,) = (each["Id"] for each in flows if each["Name"] == "Main")
    content = connect.describe_contact_flow(InstanceId=instance["Id"], ContactFlowId=main)["ContactFlow"][
        "Content"
    ]
    return instance["Id"], json.loads(content)["Actions"][0]["Parameters"]["Attributes"]


def test_a_flow_refers_to_other_services_and_follows_them(harness: Harness) -> None:
    harness.settle(**centre_with("KEYS_ONLY"))
    instance, live = live_attributes(harness)
    table = harness.client("dynamodb").describe_table(TableName="Users")["Table"]
    assert live["stream"] == table["LatestStreamArn"]
    assert live["site"] == f"https://acme-site.s3.{REGION}.amazonaws.com/"
    assert live["home"] == instance
    assert live["short"].startswith(f"to arn:aws:connect:{REGION}:{ACCOUNT}:instance/{instance}/queue/")

    changed = harness.once(**centre_with("NEW_IMAGE"))
    assert changed.outcome == "settled"
    again = harness.client("dynamodb").describe_table(TableName="Users")["Table"]["LatestStreamArn"]
    assert again != table["LatestStreamArn"]
    assert live_attributes(harness)[1]["stream"] == again
    harness.settle(**centre_with("NEW_IMAGE"))


def test_an_edge_is_drawn_for_a_reference_in_a_text(harness: Harness) -> None:
    drawn = centre.draw(harness.stack(**centre_with("KEYS_ONLY")), known_kinds())
    assert ("connect.contact_flow/Main", "dynamodb.table/Users") in {each.ends for each in drawn.edges}


# -- names, buckets, IAM -----------------------------------------------------------------------------------------------------


def test_a_bucket_is_named_by_another_resource(harness: Harness) -> None:
    replication = {
        "role": f"arn:aws:iam::{ACCOUNT}:role/copies",
        "rules": [{"id": "all", "status": "Enabled", "priority": 1, "delete_marker_replication": "Disabled",
                   "filter": {"prefix": ""}, "destination": {"bucket": "${s3.bucket:acme-copies}"}}],
    }  # fmt: skip
    versioned = {"versioning": {"status": "Enabled"}}
    harness.settle(
        s3__bucket={"acme-photos": {**versioned, "replication": replication}, "acme-copies": versioned}
    )
    live = harness.client("s3").get_bucket_replication(Bucket="acme-photos")["ReplicationConfiguration"]
    assert live["Rules"][0]["Destination"]["Bucket"] == "arn:aws:s3:::acme-copies"


def test_iam_is_asked_for_what_a_reference_stands_for(harness: Harness) -> None:
    store = {"bucket_name": "${s3.bucket:acme-chats#name}", "bucket_prefix": "chats"}
    config = {"resource_type": "CHAT_TRANSCRIPTS", "storage_type": "S3", "s3_config": store}
    stack = harness.stack(
        connect__instance={"acme-texts": {**INSTANCE, "storage_configs": [config]}},
        s3__bucket={"acme-chats": {}},
    )
    found = {
        each
        for each in grants(stack, known_kinds(), Location("aws", REGION, ACCOUNT))
        if each.action == "s3:GetBucketAcl"
    }
    assert {each.resource for each in found} >= {"arn:aws:s3:::acme-chats"}
    assert not any(
        "$" in each.resource for each in grants(stack, known_kinds(), Location("aws", REGION, ACCOUNT))
    )


def test_a_word_of_a_document_that_is_also_the_name_of_something_is_no_difference(harness: Harness) -> None:
    content = flow({"name": "${s3.bucket:current#name}"})
    content["Actions"][0]["Parameters"].pop("TargetContact")
    resources = {
        "connect__instance": {"acme-texts": INSTANCE},
        "connect__contact_flow": {"Main": {"type": "CONTACT_FLOW", "content": content}},
        "s3__bucket": {"current": {}},
    }
    harness.settle(**resources)
