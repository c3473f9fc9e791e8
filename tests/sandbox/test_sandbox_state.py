"""The state in a file: save and load, permissions, and refused files."""

import os
import pickle
import stat
from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox import Sandbox, state
from reconciler.sandbox.fault_injection import Lag, SandboxSettings
from reconciler.sandbox.server import serve
from reconciler.sandbox.state import MAGIC, BadState
from tests.sandbox.plain_clients import client_in, make_hours, make_instance, make_user

ONE_KEY = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.state"


def everything(box: Sandbox) -> dict[str, Any]:
    """The replies to plain clients, without members that differ in each request."""

    def ask(service: str, operation: str, region: str = "eu-west-2", **members: Any) -> Any:
        reply = getattr(client_in(box, service, region), operation)(**members)
        reply.pop("ResponseMetadata")
        return reply

    (instance,) = ask("connect", "list_instances")["InstanceSummaryList"]
    where = {"InstanceId": instance["Id"]}
    users = [each["Id"] for each in ask("connect", "list_users", **where)["UserSummaryList"]]
    return {
        "instance": ask("connect", "describe_instance", **where),
        "users": [ask("connect", "describe_user", **where, UserId=user) for user in users],
        "queues": ask("connect", "list_queues", **where),
        "flows": ask("connect", "search_contact_flows", **where),
        "hours": ask("connect", "search_hours_of_operations", **where),
        "numbers": ask("connect", "list_phone_numbers_v2", **where),
        "elsewhere": ask("connect", "list_instances", "us-east-1")["InstanceSummaryList"],
        "table": ask("dynamodb", "describe_table", TableName="Stamps"),
        "items": ask("dynamodb", "scan", TableName="Stamps"),
        "buckets": ask("s3", "list_buckets"),
        "objects": ask("s3", "list_objects_v2", Bucket="kept"),
        "bucket tags": ask("s3", "get_bucket_tagging", Bucket="kept"),
        "body": client_in(box, "s3").get_object(Bucket="kept", Key="a/b")["Body"].read(),
        "parameters": ask("ssm", "get_parameters_by_path", Path="/", Recursive=True, WithDecryption=True),
        "parameter tags": ask("ssm", "list_tags_for_resource", ResourceType="Parameter", ResourceId="/mine"),
        "secret": ask("secretsmanager", "get_secret_value", SecretId="mine"),
        "given": ask("secretsmanager", "get_secret_value", SecretId="sandbox/password"),
        "given elsewhere": ask("ssm", "get_parameter", "us-east-1", Name="/sandbox/password"),
        "tagged": ask("resourcegroupstaggingapi", "get_resources"),
    }


def create_surroundings(box: Sandbox) -> None:
    connect = client_in(box)
    instance = make_instance(connect)
    make_instance(client_in(box, region="us-east-1"), "acme-elsewhere")
    make_user(connect, instance)
    hours = make_hours(connect, instance)
    arn = f"arn:aws:connect:eu-west-2:{box.account}:instance/{instance}/operating-hours/{hours}"
    connect.tag_resource(resourceArn=arn, tags={"team": "night"})
    offered = connect.search_available_phone_numbers(
        TargetArn=f"arn:aws:connect:eu-west-2:{box.account}:instance/{instance}",
        PhoneNumberCountryCode="GB",
        PhoneNumberType="DID",
    )["AvailableNumbersList"]
    connect.claim_phone_number(InstanceId=instance, PhoneNumber=offered[0]["PhoneNumber"])
    dynamodb = client_in(box, "dynamodb")
    dynamodb.create_table(TableName="Stamps", Tags=[{"Key": "team", "Value": "rally"}], **ONE_KEY)
    dynamodb.put_item(TableName="Stamps", Item={"id": {"S": "first"}})
    s3 = client_in(box, "s3")
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_bucket_tagging(Bucket="kept", Tagging={"TagSet": [{"Key": "team", "Value": "rally"}]})
    s3.put_object(Bucket="kept", Key="a/b", Body=b"content" * 1000)
    ssm = client_in(box, "ssm")
    ssm.put_parameter(Name="/mine", Value="one", Type="String", Tags=[{"Key": "team", "Value": "x"}])
    ssm.put_parameter(Name="/mine", Value="two", Type="String", Overwrite=True)
    client_in(box, "secretsmanager").create_secret(Name="mine", SecretString="hush")


def test_everything_is_as_it_was_ids_and_tags_included(file: Path) -> None:
    with Sandbox() as box:
        create_surroundings(box)
        before = everything(box)
        state.save(file, box.world)
    with Sandbox() as box:
        state.load(file, box.world)
        assert everything(box) == before


def test_what_was_loaded_can_be_worked_on(file: Path) -> None:
    with Sandbox() as box:
        create_surroundings(box)
        state.save(file, box.world)
    with Sandbox() as box:
        state.load(file, box.world)
        connect = client_in(box)
        instance = connect.list_instances()["InstanceSummaryList"][0]["Id"]
        make_hours(connect, instance, "Nights")
        with pytest.raises(connect.exceptions.DuplicateResourceException):
            make_hours(connect, instance, "Days")
        ssm = client_in(box, "ssm")
        ssm.put_parameter(Name="/new", Value="v", Type="String")
        ssm.add_tags_to_resource(
            ResourceType="Parameter", ResourceId="/new", Tags=[{"Key": "a", "Value": "b"}]
        )
        client_in(box, "dynamodb").create_table(TableName="More", **ONE_KEY)
        s3 = client_in(box, "s3")
        s3.put_object(Bucket="kept", Key="c", Body=b"")
        s3.delete_objects(Bucket="kept", Delete={"Objects": [{"Key": "a/b"}, {"Key": "c"}]})
        s3.delete_bucket(Bucket="kept")
        state.save(file, box.world)


def test_settings_are_those_of_the_sandbox_that_loads(file: Path) -> None:
    with Sandbox(settings=SandboxSettings(lag=Lag.everywhere(1000), limits={"Instance": 1})) as box:
        make_instance(client_in(box))
        state.save(file, box.world)
    with Sandbox() as box:
        state.load(file, box.world)
        connect = client_in(box)
        make_instance(connect, "acme-second")
        assert len(connect.list_instances()["InstanceSummaryList"]) == 2


def test_a_server_starts_from_its_file_and_saves_to_it(file: Path, over_http: Any) -> None:
    with serve(0, state=file) as server:
        made = over_http(server.url)("connect").create_instance(
            IdentityManagementType="CONNECT_MANAGED",
            InstanceAlias="acme",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )["Id"]
        assert not file.exists()
    with serve(0, state=file) as server:
        assert over_http(server.url)("connect").describe_instance(InstanceId=made)["Instance"]["Id"] == made


def test_only_its_owner_may_read_the_file(file: Path) -> None:
    with Sandbox() as box:
        state.save(file, box.world)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_file_is_replaced_whole_or_not_at_all(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(b"before")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with Sandbox() as box, pytest.raises(OSError, match="No space"):
        state.save(file, box.world)
    assert file.read_bytes() == b"before"
    assert list(file.parent.iterdir()) == [file]


class Hostile:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("false",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a saved state"),
        (b"something else", "not a saved state"),
        (MAGIC, "damaged"),
        (MAGIC + b"rubbish", "damaged"),
        (MAGIC + pickle.dumps({"account": "123456789012"}), "damaged"),
        (MAGIC + pickle.dumps(Hostile()), "is not part of a sandbox"),
        (MAGIC + b"cmoto.core.utils\nutcnow\n.", "is not part of a sandbox"),
    ],
)
def test_a_file_that_is_no_state_is_refused_in_one_line(file: Path, content: bytes, message: str) -> None:
    file.write_bytes(content)
    with pytest.raises(BadState, match=message) as refused:
        serve(0, state=file)
    assert "\n" not in str(refused.value)
    assert file.read_bytes() == content


def test_the_state_of_another_account_or_version_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox("222222222222") as box:
        state.save(file, box.world)
    with Sandbox() as box, pytest.raises(BadState, match="belongs to account 222222222222"):
        state.load(file, box.world)
    monkeypatch.setattr(state, "MOTO", "4.0.0")
    with Sandbox("222222222222") as box, pytest.raises(BadState, match="saved with moto"):
        state.load(file, box.world)


def test_a_place_where_no_file_can_be_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(BadState, match="no directory"):
        serve(0, state=tmp_path / "none" / "sandbox.state")
    with pytest.raises(BadState, match="is a directory"):
        serve(0, state=tmp_path)
