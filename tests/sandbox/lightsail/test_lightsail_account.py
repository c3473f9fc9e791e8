"""What belongs to no single resource: operations, tags, pages, Regions and what AWS offers."""

from typing import Any

from botocore.model import Shape

from reconciler.sandbox.lightsail.backend import FAMILIES, plane_of
from reconciler.sandbox.lightsail.core.operations import MODEL
from tests.sandbox.lightsail.servers import SETTLING, Servers
from tests.sandbox.refusals import REGION


def test_an_operation_is_started_and_then_succeeds(servers: Servers) -> None:
    client = servers.client
    made = client.stop_instance(instanceName="web")["operations"][0]
    assert (made["operationType"], made["status"], made["isTerminal"]) == ("StopInstance", "Started", False)
    servers.settle()
    ended = client.get_operation(operationId=made["id"])["operation"]
    assert (ended["status"], ended["isTerminal"]) == ("Succeeded", True)
    assert (ended["statusChangedAt"] - ended["createdAt"]).total_seconds() == SETTLING
    of_web = client.get_operations_for_resource(resourceName="web")["operations"]
    assert [each["operationType"] for each in of_web] == ["CreateInstance", "StopInstance"]
    assert servers.refused("get_operation", operationId="none").startswith("NotFoundException")


def test_tags_are_added_replaced_and_removed(servers: Servers) -> None:
    client = servers.client
    client.tag_resource(resourceName="web", tags=[{"key": "team", "value": "a"}, {"key": "old"}])
    client.tag_resource(resourceName="web", tags=[{"key": "team", "value": "b"}])
    assert servers.shown()["tags"] == [{"key": "team", "value": "b"}, {"key": "old"}]
    client.untag_resource(resourceName="web", tagKeys=["old", "none"])
    assert servers.shown()["tags"] == [{"key": "team", "value": "b"}]
    client.allocate_static_ip(staticIpName="front")
    one = [{"key": "team", "value": "a"}]
    assert "cannot have tags: StaticIp" in servers.refused("tag_resource", resourceName="front", tags=one)
    many = [{"key": f"k{number}", "value": ""} for number in range(50)]
    assert "at most 50 tags" in servers.refused("tag_resource", resourceName="web", tags=many)
    assert "aws:" in servers.refused("tag_resource", resourceName="web", tags=[{"key": "aws:a"}])


def test_regions_bundles_and_blueprints_are_those_of_the_catalogue(servers: Servers) -> None:
    client = servers.client
    regions = client.get_regions(includeAvailabilityZones=True)["regions"]
    here = next(each for each in regions if each["name"] == REGION)
    assert [each["zoneName"] for each in here["availabilityZones"]] == [f"{REGION}{each}" for each in "abc"]
    assert here["relationalDatabaseAvailabilityZones"] == []
    bundles = {each["bundleId"]: each for each in client.get_bundles(includeInactive=True)["bundles"]}
    assert (
        bundles["medium_3_0"] | {"price": 24.0, "ramSizeInGb": 4.0, "diskSizeInGb": 80}
        == bundles["medium_3_0"]
    )
    active = {each["bundleId"] for each in client.get_bundles()["bundles"]}
    assert bundles.keys() - active == {each for each in bundles if each.endswith("_2_0")}
    blueprints = {each["blueprintId"]: each for each in client.get_blueprints()["blueprints"]}
    assert blueprints["ubuntu_22_04"]["version"] == "22.04 LTS"
    assert "ubuntu_18_04" not in blueprints


def test_names_are_unique_in_a_region_and_of_a_form(servers: Servers) -> None:
    client = servers.client
    assert "already in use: web" in servers.refused("allocate_static_ip", staticIpName="web")
    for wrong in ("a", "with space", "-web", "web-"):
        assert servers.refused("allocate_static_ip", staticIpName=wrong).startswith("InvalidInputException")
    assert client.get_active_names()["activeNames"] == ["LightsailDefaultKeyPair", "web"]
    other = servers.box.session("us-east-1").client("lightsail")
    other.allocate_static_ip(staticIpName="web")
    assert other.get_instances()["instances"] == []


def test_a_new_account_is_being_set_up_for_a_while(servers: Servers) -> None:
    plane = plane_of(servers.box.account, REGION)
    plane.account_setup_seconds = 60
    assert servers.refused("get_instances").startswith("AccountSetupInProgressException")
    servers.clock.sleep(60)
    assert [each["name"] for each in servers.client.get_instances()["instances"]] == ["web"]


def test_a_snapshot_of_the_sandbox_holds_everything(servers: Servers) -> None:
    servers.client.allocate_static_ip(staticIpName="front")
    before, kept = servers.client.get_static_ips()["staticIps"], servers.box.snapshot()
    servers.client.delete_instance(instanceName="web")
    servers.client.release_static_ip(staticIpName="front")
    servers.box.restore(kept)
    assert servers.state() == "running"
    assert servers.client.get_static_ips()["staticIps"] == before


def test_every_operation_is_in_one_family_and_in_the_model() -> None:
    names = [name for operations in FAMILIES.values() for name in operations.handlers]
    assert len(set(names)) == len(names)
    assert set(names) <= set(MODEL.operation_names)


def test_replies_have_the_members_types_and_values_of_the_model(servers: Servers) -> None:
    reply = servers.client.get_instance(instanceName="web", includeHealthStatus=True)
    reply.pop("ResponseMetadata")
    assert list(_wrong(MODEL.operation_model("GetInstance").output_shape, reply, "")) == []


def _wrong(shape: Shape, value: Any, path: str) -> list[str]:
    """Where a reply has a value that is not in the enum of the model, or that the model does not have."""
    if shape.type_name == "structure":
        members = shape.members
        unknown = [f"{path}.{name}" for name in value if name not in members]
        return unknown + [
            each
            for name in value
            if name in members
            for each in _wrong(members[name], value[name], f"{path}.{name}")
        ]
    if shape.type_name == "list":
        return [each for item in value for each in _wrong(shape.member, item, path)]
    enum = getattr(shape, "enum", None)
    return [f"{path}={value}"] if enum and value not in enum else []
