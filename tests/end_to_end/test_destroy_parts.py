"""What `destroy` keeps: protected things, full buckets, what others own or use, and what AWS deletes later."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.observing import contents_reader
from reconciler.planning.ownership import KEY_MARK, PROTECT_MARK, STACK_MARK
from reconciler.resources.s3 import bucket_emptying
from reconciler.stack import Key, Policy
from tests.end_to_end.destroyed import Scene, applied, outcomes
from tests.end_to_end.stacks_in_files import CENTRE, HOURS, bucket, loaded, table
from tests.faults.workloads import settle

BUCKET = "acme-photos"
PHOTOS, ORDERS = Key("s3.bucket", BUCKET), Key("dynamodb.table", "Orders")
KEY, SECRET = Key("kms.key", "main"), Key("secretsmanager.secret", "token")
INSTANCE, LINE = Key("connect.instance", "acme-centre"), Key("connect.phone_number", "main")
QUEUE = Key("connect.queue", "Sales")
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}
RESOURCES: dict[str, Any] = {
    **bucket(BUCKET, versioning={"status": "Enabled"}),
    **table("Orders"),
    "kms.key": {"main": {"description": "ours", "key_policy": POLICY}},
    "secretsmanager.secret": {"token": {"description": "ours"}},
    "connect.instance": {"acme-centre": CENTRE},
    "connect.hours_of_operation": {"Always": HOURS},
    "connect.queue": {"Sales": {"hours_of_operation": "Always"}},
    "connect.phone_number": {"main": {"country_code": "GB", "type": "DID"}},
    "connect.routing_profile": {},
    "connect.security_profile": {},
}


@pytest.fixture(scope="module")
def applied_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with applied(loaded(tmp_path_factory.mktemp("stack"), RESOURCES)) as scene:
        yield scene


@pytest.fixture
def scene(applied_once: Scene) -> Scene:
    applied_once.start_again()
    return applied_once


def put(scene: Scene, key: str) -> dict[str, str]:
    reply = scene.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"x")
    return {"Bucket": BUCKET, "Key": key, "VersionId": reply["VersionId"]}


def test_a_number_goes_only_if_it_is_named(scene: Scene) -> None:
    report, left = scene.destroy(given_up=frozenset())
    assert outcomes(report)[str(LINE)] == "refused"
    said = "its number cannot be had again; --release connect.phone_number/main deletes it all the same"
    assert report.results[LINE].message == said
    assert f"must not be deleted: {LINE} ({said})" in report.results[INSTANCE].message
    assert dict(left.left).keys() == {LINE, INSTANCE}
    assert scene.client("connect").list_phone_numbers_v2()["ListPhoneNumbersSummaryList"]
    report, left = scene.destroy()
    assert (left.clean, scene.changed()) == (True, [])


def test_a_number_that_nothing_protects_still_has_to_be_named(scene: Scene) -> None:
    line = replace(scene.stack.resources[LINE], policy=Policy(protect=False))
    settle(scene.harness, replace(scene.stack, resources={**scene.stack.resources, LINE: line}))
    report, _ = scene.destroy(given_up=frozenset())
    assert outcomes(report)[str(LINE)] == "refused"


def test_what_only_its_mark_protects_is_kept(scene: Scene) -> None:
    connect = scene.client("connect")
    (row,) = [
        each
        for each in connect.list_instances()["InstanceSummaryList"]
        if each["InstanceAlias"] == "acme-centre"
    ]
    queues = connect.list_queues(InstanceId=row["Id"], QueueTypes=["STANDARD"])["QueueSummaryList"]
    (arn,) = [each["Arn"] for each in queues if each["Name"] == "Sales"]
    connect.tag_resource(resourceArn=arn, tags={PROTECT_MARK: "true"})
    report, left = scene.destroy(also_protected=False)
    said = "it is protected; --also-protected deletes it all the same"
    assert report.results[QUEUE].message == said
    assert (
        dict(left.left)[Key("connect.hours_of_operation", "Always")]
        == f"{QUEUE}, which is left alone, refers to it"
    )
    report, left = scene.destroy()
    assert (left.clean, scene.changed()) == (True, [])


def test_what_only_the_files_protect_yet_is_kept(scene: Scene) -> None:
    queue = replace(scene.stack.resources[QUEUE], policy=Policy(protect=True))
    before, scene.stack = scene.stack, replace(scene.stack, resources={**scene.stack.resources, QUEUE: queue})
    try:
        report, _ = scene.destroy(also_protected=False)
        assert outcomes(report)[str(QUEUE)] == "refused"
    finally:
        scene.stack = before


def test_a_bucket_with_objects_is_kept_and_its_contents_are_named(scene: Scene) -> None:
    put(scene, "a.jpg")
    scene.client("s3").delete_object(Bucket=BUCKET, Key="a.jpg")
    scene.client("s3").create_multipart_upload(Bucket=BUCKET, Key="b.jpg")
    report, left = scene.destroy(empties=False)
    said = (
        "AWS deletes it only when it is empty, and it holds 1 object versions, 1 delete markers, 1 unfinished uploads; "
        "--empty-buckets deletes them, too"
    )
    assert [*left.left] == [(PHOTOS, said)]
    assert report.outcome == "failed"
    assert len(scene.client("s3").list_object_versions(Bucket=BUCKET)["Versions"]) == 1
    planned = scene.plan()
    others = {each.noun: each.names for each in planned.plan.actions[PHOTOS].others}
    assert [*others] == ["object versions", "delete markers", "unfinished uploads"]
    assert others["unfinished uploads"] == ("b.jpg",)
    report, left = scene.destroy()
    assert (left.clean, scene.changed()) == (True, [])


def test_a_bucket_of_many_objects_is_emptied_page_by_page(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents_reader, "COUNTED", 10)
    monkeypatch.setattr(bucket_emptying, "AT_ONCE", 5)
    for number in range(11):
        put(scene, f"{number}")
    planned = scene.plan().plan.actions[PHOTOS]
    assert [(each.count, each.noun) for each in planned.others] == [("more than 10", "object versions")]
    scene.harness.box.journal.clear()
    _, left = scene.destroy()
    assert (left.clean, scene.changed()) == (True, [])
    assert len(scene.harness.box.journal.of("s3", "DeleteObjects")) == 3


def test_a_locked_object_is_named_and_its_bucket_is_not_emptied(scene: Scene) -> None:
    s3 = scene.client("s3")
    s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    held, kept, _free = put(scene, "held"), put(scene, "kept"), put(scene, "free")
    s3.put_object_legal_hold(**held, LegalHold={"Status": "ON"})
    until = datetime(2095, 1, 1, tzinfo=UTC)
    s3.put_object_retention(**kept, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until})
    report, left = scene.destroy()
    said = dict(left.left)[PHOTOS]
    assert said.startswith("AWS does not delete what is in it: ")
    assert f"held ({held['VersionId']}) (it is under a legal hold)" in said
    assert f"kept ({kept['VersionId']}) (its retention in mode COMPLIANCE ends on 2095-01-01" in said
    assert "free" not in said
    assert report.outcome == "failed"
    assert len(s3.list_object_versions(Bucket=BUCKET)["Versions"]) == 3


def test_an_object_that_is_locked_after_the_look_is_named(scene: Scene) -> None:
    put(scene, "held")
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/held",
    }
    scene.client("s3").put_bucket_policy(
        Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    report, left = scene.destroy()
    assert "S3 did not delete held (" in report.results[PHOTOS].message
    assert [*dict(left.left)] == [PHOTOS]
    assert any(
        each.startswith(f"{PHOTOS} is left: ") and "did not delete held" in each for each in report.notes
    )


def test_what_aws_deletes_later_is_named_with_its_date(scene: Scene) -> None:
    report, left = scene.destroy()
    assert left.clean
    assert {key for key, _ in left.scheduled} == {KEY, SECRET}
    dates = dict(left.scheduled)
    assert all("AWS deletes it on 20" in when for when in dates.values())
    assert any(each.startswith(f"{KEY}: AWS deletes it on 20") for each in report.notes)
    scene.harness.box.journal.clear()
    again, left = scene.destroy()
    assert (again.outcome, again.plan.actions, len([*left.scheduled])) == ("settled", {}, 2)
    assert scene.harness.box.journal.mutating() == []
    assert any(each.startswith(f"{KEY}: AWS deletes it on 20") for each in again.notes)


def test_what_another_stack_owns_in_our_instance_keeps_the_instance(scene: Scene) -> None:
    connect = scene.client("connect")
    (row,) = [
        each
        for each in connect.list_instances()["InstanceSummaryList"]
        if each["InstanceAlias"] == "acme-centre"
    ]
    instance = {"InstanceId": row["Id"]}
    hours = connect.list_hours_of_operations(**instance)["HoursOfOperationSummaryList"]
    (always,) = [each["Id"] for each in hours if each["Name"] == "Always"]
    tags = {STACK_MARK: "other/dev", KEY_MARK: "Sales"}
    connect.create_queue(**instance, Name="Theirs", HoursOfOperationId=always, Tags=tags)
    report, left = scene.destroy()
    assert 'connect.queue/Theirs (it has the mark of stack "other/dev")' in dict(left.left)[INSTANCE]
    said = report.results[Key("connect.hours_of_operation", "Always")].message
    assert "it is used by connect.queue/Theirs; delete that user or its reference first" in said
    assert report.outcome == "failed"
    assert [
        each["Name"] for each in connect.list_queues(**instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
    ] == [
        "BasicQueue",
        "Theirs",
    ]


def test_what_the_files_and_their_kinds_no_longer_name_goes_too(scene: Scene) -> None:
    before = scene.stack
    scene.stack = replace(scene.stack, resources={})
    try:
        _, left = scene.destroy(given_up=frozenset({LINE}))
        assert (left.clean, scene.changed()) == (True, [])
    finally:
        scene.stack = before


def test_what_the_files_release_is_only_unmarked(scene: Scene) -> None:
    before = scene.stack
    rest = {key: each for key, each in before.resources.items() if key != ORDERS}
    scene.stack = replace(before, resources=rest, release=(ORDERS,))
    try:
        report, left = scene.destroy()
        assert (left.clean, report.plan.actions[ORDERS].verb) == (True, "release")
        assert scene.client("dynamodb").list_tables()["TableNames"] == ["Orders", "neighbour"]
    finally:
        scene.stack = before
