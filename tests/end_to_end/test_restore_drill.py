"""`reconciler smoke --drills`: a table is restored beside itself, compared, and the copy is deleted."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox.fault_injection import Attempt, FaultKind
from tests.end_to_end.live_centre import REGION, LiveCentre, live

STACK = f"""\
stack: drilled
environments:
  dev: {{account: "123456789012", region: {REGION}}}
"""
TABLE = """\
dynamodb.table:
  Orders:
    attribute_definitions: [{attribute_name: id, attribute_type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    billing_mode: PAY_PER_REQUEST
    point_in_time_recovery: {enabled: true}
s3.bucket:
  acme-photos-of-orders:
    versioning: {status: Enabled}
    encryption: {rules: [{sse_algorithm: "aws:kms"}]}
"""
SMOKE = """\
checks:
  dynamodb.table: {Orders: {restore: {rto: 900, most_items: 50}}}
  s3.bucket: {acme-photos-of-orders: {restore: {minutes_ago: 10, rto: 900, most_objects: 5}}}
"""
LINE, BUCKET = "dynamodb.table/Orders restore: ", "acme-photos-of-orders"
LINE_OF_BUCKET = f"s3.bucket/{BUCKET} restore: "


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drilled")
    for name, text in (("stack.yaml", STACK), ("tables.yaml", TABLE), ("smoke.yaml", SMOKE)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def centre(directory: Path) -> Iterator[LiveCentre]:
    with live(directory) as centre:
        dynamodb = client(centre)
        for number in range(30):
            dynamodb.put_item(TableName="Orders", Item={"id": {"S": str(number)}, "tags": {"SS": ["a", "b"]}})
        yield centre


def client(centre: LiveCentre, service: str = "dynamodb") -> Any:
    return centre.box.session(REGION).client(service)


def drilled(
    centre: LiveCentre, directory: Path, *words: str, line: str = LINE, only: str = "dynamodb.table/*"
) -> tuple[int, str]:
    """The exit code, and what is said of the drill."""
    typed = centre.type("smoke", directory, "--env", "dev", "--only", only, *words)
    (found,) = (each for each in typed.stdout.splitlines() if line in each)
    return typed.exit_code, found.replace(line, "")


def drilled_bucket(centre: LiveCentre, directory: Path) -> tuple[int, str]:
    return drilled(centre, directory, "--drills", line=LINE_OF_BUCKET, only="s3.bucket/*")


def test_a_copy_with_equal_items_passes_and_is_deleted(centre: LiveCentre, directory: Path) -> None:
    code, said = drilled(centre, directory, "--drills")
    assert code == 0, said
    assert said.startswith("passed  30 items, checksum ")
    assert said.endswith(" s")
    assert client(centre).list_tables()["TableNames"] == ["Orders"]


def test_without_the_option_nothing_is_restored(centre: LiveCentre, directory: Path) -> None:
    before = len(centre.box.journal)
    code, said = drilled(centre, directory)
    assert (code, said) == (0, "skipped a drill: it is made only with --drills")
    assert not any(call.mutating for call in centre.box.journal[before:])


def test_items_that_differ_fail_and_may_be_allowed(
    centre: LiveCentre, directory: Path, tmp_path: Path
) -> None:
    def another_client(attempt: Attempt) -> None:
        if attempt.operation == "Scan" and not done:
            done.append(True)
            client(centre).put_item(TableName="Orders", Item={"id": {"S": "new"}})

    done: list[bool] = []
    centre.box.inject(another_client)
    code, said = drilled(centre, directory, "--drills")
    assert code == 1
    assert "31 items" in said
    assert "and in the copy 30" in said
    assert ": 1 differ" in said
    for file in directory.iterdir():
        (tmp_path / file.name).write_text(file.read_text().replace("rto: 900", "may_differ: 1", 1))
    done.clear()
    assert drilled(centre, tmp_path, "--drills")[0] == 0


def test_what_an_earlier_drill_has_left_is_deleted(centre: LiveCentre, directory: Path) -> None:
    def refused(attempt: Attempt) -> FaultKind | None:
        return FaultKind.ACCESS_DENIED if attempt.operation == "DeleteTable" else None

    centre.box.inject(refused)
    code, said = drilled(centre, directory, "--drills")
    assert code == 1
    assert "is left: delete_table: AccessDenied" in said
    assert len(client(centre).list_tables()["TableNames"]) == 2
    centre.box.end_faults()
    centre.clock.sleep(60)
    assert drilled(centre, directory, "--drills")[0] == 0
    assert client(centre).list_tables()["TableNames"] == ["Orders"]


def test_a_table_that_cannot_be_restored_is_told(centre: LiveCentre, directory: Path) -> None:
    off = {"PointInTimeRecoveryEnabled": False}
    client(centre).update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=off)
    code, said = drilled(centre, directory, "--drills")
    assert code == 1
    assert said.endswith("got a table without point-in-time recovery")
    for number in range(60):
        client(centre).put_item(TableName="Orders", Item={"id": {"S": f"more {number}"}})
    assert "raise most_items" in drilled(centre, directory, "--drills")[1]


def test_a_restore_that_takes_too_long_gives_up_and_leaves_nothing(
    centre: LiveCentre, directory: Path
) -> None:
    centre.box.world.settling_seconds = 1200
    code, said = drilled(centre, directory, "--drills")
    assert code == 1, said
    assert "expected a copy within 900 s with equal items, got 30 items" in said
    assert re.search(r" in 12\d\d s$", said)
    centre.box.world.settling_seconds = 10 * 3600
    code, said = drilled(centre, directory, "--drills")
    assert code == 1
    assert "no usable copy after 14390 s; the copy Orders-restore-drill-" in said


def test_its_policy_is_printed_only_on_request(centre: LiveCentre, directory: Path) -> None:
    smoke = centre.type("iam-policy", directory, "--env", "dev", "--read-only", "--smoke").stdout
    assert "RestoreTableToPointInTime" not in smoke
    drills = centre.type("iam-policy", directory, "--env", "dev", "--read-only", "--smoke", "--drills").stdout
    assert "dynamodb:RestoreTableToPointInTime" in drills
    assert "table/Orders-restore-drill-*" in drills
    wrong = centre.type("iam-policy", directory, "--env", "dev", "--drills")
    assert wrong.exit_code == 3


def test_objects_are_compared_as_they_were_at_the_time(centre: LiveCentre, directory: Path) -> None:
    s3 = client(centre, "s3")
    for key in ("one", "two", "three"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=f"{key}, as it was".encode())
    s3.delete_object(Bucket=BUCKET, Key="three")
    centre.clock.sleep(3600)
    s3.put_object(Bucket=BUCKET, Key="one", Body=b"changed since then, and longer")
    s3.delete_object(Bucket=BUCKET, Key="two")
    s3.put_object(Bucket=BUCKET, Key="four", Body=b"new")
    code, said = drilled_bucket(centre, directory)
    assert code == 0, said
    assert said.startswith("passed  2 objects, 28 bytes, checksum ")
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == [BUCKET]
    made = [call.operation for call in centre.box.journal if call.service == "s3"]
    assert made.count("CopyObject") == 2
    assert "PutBucketEncryption" in made


def test_a_bucket_that_a_drill_has_left_is_deleted_by_the_next(centre: LiveCentre, directory: Path) -> None:
    def refused(attempt: Attempt) -> FaultKind | None:
        return FaultKind.ACCESS_DENIED if attempt.operation == "DeleteBucket" else None

    s3 = client(centre, "s3")
    s3.put_object(Bucket=BUCKET, Key="one", Body=b"one")
    s3.create_bucket(Bucket=f"{BUCKET}-drill-x", CreateBucketConfiguration={"LocationConstraint": REGION})
    centre.clock.sleep(3600)
    centre.box.inject(refused)
    code, said = drilled_bucket(centre, directory)
    assert code == 1
    assert "is left: delete_bucket: AccessDenied" in said
    centre.box.end_faults()
    centre.clock.sleep(60)
    assert drilled_bucket(centre, directory)[0] == 0
    names = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    assert names == [BUCKET, f"{BUCKET}-drill-x"], "a bucket of others with such a name stays"


def test_a_bucket_with_too_many_objects_is_told(centre: LiveCentre, directory: Path) -> None:
    s3 = client(centre, "s3")
    for number in range(6):
        s3.put_object(Bucket=BUCKET, Key=str(number), Body=b"x")
    centre.clock.sleep(3600)
    code, said = drilled_bucket(centre, directory)
    assert code == 1
    assert "got 6 objects with 6 bytes; write a prefix, or raise most_objects and most_bytes" in said
