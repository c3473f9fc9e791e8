"""connect.instance: a contact centre, with what belongs to all of it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Attribute,
    Calls,
    Change,
    Create,
    Delete,
    InFiles,
    Reads,
    Request,
    Sends,
    Sighting,
    Wired,
)
from reconciler.errors import Refused
from reconciler.forms import Form
from reconciler.model import Finding, Means, Settings
from reconciler.resources.connect.common import IN_INSTANCE, TAGGING
from reconciler.resources.connect.helpers import of_instance
from reconciler.resources.connect.instance_contents import UNMANAGED
from reconciler.resources.connect.instance_grants import GRANTED_FOR
from reconciler.resources.connect.instance_model import (
    STORAGE_TYPES,
    STORES,
    Instance,
)
from reconciler.resources.connect.service import CONNECT


def set_attributes(change: Change) -> Iterable[Request]:
    """One call for each attribute; calls in and out are attributes, too."""
    calls = {"INBOUND_CALLS": "InboundCallsEnabled", "OUTBOUND_CALLS": "OutboundCallsEnabled"}
    wanted = {**(change.desired.get("Attributes") or {})}
    found = {**(change.observed.get("Attributes") or {})}
    for side, values in ((change.desired, wanted), (change.observed, found)):
        values |= {kind: str(side[member]).lower() for kind, member in calls.items() if member in side}
    for kind, value in wanted.items():
        if found.get(kind) != value:
            yield Request(
                "update_instance_attribute", {**change.address, "AttributeType": kind, "Value": value}
            )


def _members(
    member: str, add: str, remove: str, request: Callable[[Any], dict[str, Any]]
) -> Callable[[Change], Iterable[Request]]:
    """A set with one call for each member: associate what is new, then disassociate what is gone."""

    def requests(change: Change) -> Iterable[Request]:
        wanted, found = change.desired.get(member) or [], change.observed.get(member) or []
        for each in wanted:
            if each not in found:
                yield Request(add, {**change.address, **request(each)})
        for each in found:
            if each not in wanted:
                yield Request(remove, {**change.address, **request(each)})

    return requests


def set_security_keys(change: Change) -> Iterable[Request]:
    """Keys are taken away by the id of their association."""
    ids = {row["Key"]: row["AssociationId"] for row in change.reported.get("SecurityKeyRows") or []}
    wanted, found = change.desired.get("SecurityKeys") or [], change.observed.get("SecurityKeys") or []
    for key in wanted:
        if key not in found:
            yield Request("associate_security_key", {**change.address, "Key": key})
    for key in found:
        if key not in wanted:
            yield Request("disassociate_security_key", {**change.address, "AssociationId": ids[key]})


def _store(row: Wired) -> dict[str, Any]:
    """A store as requests carry it: its type, and only the structure that belongs to the type."""
    belongs = {"StorageType", STORES[row["StorageType"]]}
    return {name: value for name, value in row.items() if name in belongs}


def _bare(row: Wired, alias: str) -> dict[str, Any]:
    """A store with the prefix that was asked for: AWS makes `<prefix>-connect-<alias>-contact-` of that of a video stream.

    Found by the Terraform provider (aws_connect_instance_storage_config); the API reference does not say it.
    """
    video = row.get("KinesisVideoStreamConfig")
    if not video:
        return {**row}
    prefix = video["Prefix"].removesuffix(_made_of("", alias)) or video["Prefix"]
    return {**row, "KinesisVideoStreamConfig": {**video, "Prefix": prefix}}


def _made_of(prefix: str, alias: str) -> str:
    """What AWS makes of the prefix of a video stream."""
    return f"{prefix}-connect-{alias}-contact-"


def set_storage_configs(change: Change) -> Iterable[Request]:
    """One storage for each type of data."""
    alias = change.reported.get("InstanceAlias", "")
    ids = {row["ResourceType"]: row["AssociationId"] for row in change.reported.get("StorageConfigs") or []}
    wanted, found = (
        {row["ResourceType"]: _bare(row, alias) for row in side.get("StorageConfigs") or []}
        for side in (change.desired, change.observed)
    )
    for kind, row in wanted.items():
        place = {**change.address, "ResourceType": kind}
        config = _store(row)
        if kind not in found:
            yield Request("associate_instance_storage_config", {**place, "StorageConfig": config})
        elif row != found[kind]:
            again = {"AssociationId": ids[kind], "StorageConfig": config}
            yield Request("update_instance_storage_config", {**place, **again})
    for kind in found:
        if kind not in wanted:
            place = {**change.address, "ResourceType": kind, "AssociationId": ids[kind]}
            yield Request("disassociate_instance_storage_config", place)


ORIGINS = ("associate_approved_origin", "disassociate_approved_origin")
LAMBDAS = ("associate_lambda_function", "disassociate_lambda_function")
BOTS = ("associate_bot", "disassociate_bot")


class InstanceAdapter(Adapter[Instance]):
    """CreateInstance, UpdateInstanceAttribute and the associations of an instance."""

    kind = "connect.instance"
    cloudformation = CloudFormation(
        type="AWS::Connect::Instance",
        needed={
            "attributes": "calls in and out are fields of their own here, and needed",
            "inbound_calls_enabled": "one of Attributes there, which are required",
            "outbound_calls_enabled": "one of Attributes there, which are required",
        },
        not_granted={"iam:DeleteRolePolicy": "no call of ours is documented to ask for it"},
    )
    appearance = Appearance(column=1, frame=True, helpers=of_instance)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "service_role": Attribute(
            "the ARN of its service-linked role",
            lambda api, seen: _described(api, seen).get("ServiceRole"),
            means=Means("iam.role"),
        ),
        "access_url": Attribute(
            "the address at which its users log in",
            lambda api, seen: _described(api, seen).get("InstanceAccessUrl"),
        ),
    }
    service = CONNECT
    granted_for = GRANTED_FOR
    model = Instance
    summary = "a contact centre, with its attributes, storage and integrations"
    identity = Assigned(
        name="InstanceAlias",
        address="InstanceId",
        id_in="Id",
        arn_in="Arn",
        arns=(IN_INSTANCE,),
        forms=(
            Form(r"(?!d-).*", "an alias that does not begin with d-"),
            Form(
                r"[a-zA-Z0-9](-*[a-zA-Z0-9])*",
                "an alias of letters, digits and hyphens that begins and ends with a letter or a digit",
            ),
            Form(r".{1,45}", "an alias of 1 to 45 characters"),
        ),
    )
    tagging = TAGGING
    # Without our token: an alias is unique, so that AWS itself refuses the second instance, and a token that AWS
    # remembers would stand in the way of an instance that was deleted behind our back.
    create = Create(
        "create_instance",
        ("identity_management_type", "directory_id", "inbound_calls_enabled", "outbound_calls_enabled"),
        needed=frozenset({"identity_management_type", "inbound_calls_enabled", "outbound_calls_enabled"}),
        fixed=frozenset({"identity_management_type"}),
        write_only=frozenset({"directory_id"}),
    )
    updates = (
        Calls(
            set_attributes,
            ("inbound_calls_enabled", "outbound_calls_enabled", "attributes"),
            ("update_instance_attribute",),
        ),
        Calls(
            _members("ApprovedOrigins", *ORIGINS, lambda it: {"Origin": it}), ("approved_origins",), ORIGINS
        ),
        Calls(
            _members("LambdaFunctions", *LAMBDAS, lambda it: {"FunctionArn": it}),
            ("lambda_functions",),
            LAMBDAS,
        ),
        Calls(_members("LexBots", *BOTS, lambda it: {"LexBot": it}), ("lex_bots",), BOTS),
        Calls(
            _members("LexV2Bots", *BOTS, lambda it: {"LexV2Bot": {"AliasArn": it}}), ("lex_v2_bots",), BOTS
        ),
        Calls(set_security_keys, ("security_keys",), ("associate_security_key", "disassociate_security_key")),
        Calls(
            set_storage_configs,
            ("storage_configs",),
            (
                "associate_instance_storage_config",
                "update_instance_storage_config",
                "disassociate_instance_storage_config",
            ),
        ),
        Sends("update_user_hierarchy_structure", ("hierarchy_structure",)),
    )
    delete = Delete("delete_instance", protected=True)
    reads = Reads(
        called=(
            "list_instances",
            "describe_instance",
            "list_instance_attributes",
            "list_approved_origins",
            "list_lambda_functions",
            "list_bots",
            "list_security_keys",
            "list_instance_storage_configs",
            "describe_user_hierarchy_structure",
        ),
        listed=frozenset({"identity_management_type", "inbound_calls_enabled", "outbound_calls_enabled"}),
    )
    unmanaged = UNMANAGED

    def problems(self, files: InFiles) -> Iterable[Finding]:
        identities, directory = (
            files.settings.get(name) for name in ("identity_management_type", "directory_id")
        )
        if identities == "EXISTING_DIRECTORY" and files.lacks("directory_id"):
            yield Finding("identity_management_type EXISTING_DIRECTORY takes directory_id; write it")
        if identities in ("CONNECT_MANAGED", "SAML") and directory is not None:
            said = f"directory_id belongs to identity_management_type EXISTING_DIRECTORY, and here it is {identities}"
            yield Finding(f"{said}; remove one", ("directory_id",))

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in api.pages("list_instances", **scope):
            # A failed instance stays listed for a day; its alias is free.
            if row.get("InstanceStatus") != "CREATION_FAILED":
                alias = row.get("InstanceAlias") or row["Id"]
                yield Sighting(alias, {"InstanceId": row["Id"]}, row["Arn"], settings=row)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        instance = _described(api, sighting)
        if instance["InstanceStatus"] == "CREATION_FAILED":
            reason = (instance.get("StatusReason") or {}).get("Message", "no reason given")
            raise Refused("create_instance", "CREATION_FAILED", reason)
        return None if instance["InstanceStatus"] == "ACTIVE" else f"instance is {instance['InstanceStatus']}"

    def compared(self, field: str, value: Any, written: Settings, reported: Wired) -> Any:
        if field != "storage_configs" or not value:
            return value
        asked = {row["resource_type"]: _prefix(row) for row in written.get(field) or []}
        alias = reported.get("InstanceAlias", "")
        return [_as_asked(row, asked.get(row["resource_type"]), alias) for row in value]

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        found: dict[str, Any] = {}
        if fields & self.reads.listed:
            found |= _described(api, sighting)
        if "storage_configs" in fields:
            found["InstanceAlias"] = sighting.name  # AWS makes prefixes of it
        for name in fields & READERS.keys():
            found |= READERS[name](api, sighting.address)
        return found


def _described(api: Api, sighting: Sighting) -> Wired:
    """An instance as DescribeInstance shows it."""
    instance: Wired = api.call("describe_instance", **sighting.address)["Instance"]
    return instance


def _prefix(row: Mapping[str, Any]) -> str | None:
    return (row.get("kinesis_video_stream_config") or {}).get("prefix")


def _as_asked(row: Mapping[str, Any], asked: str | None, alias: str) -> Mapping[str, Any]:
    """A live store with the prefix as it is written, where AWS has made the live one of that."""
    if asked is None or _prefix(row) != _made_of(asked, alias):
        return row
    video = {**row["kinesis_video_stream_config"], "prefix": asked}
    return {**row, "kinesis_video_stream_config": video}


def _read_attributes(api: Api, address: Address) -> Wired:
    rows = api.pages("list_instance_attributes", **address)
    return {"Attributes": {row["AttributeType"]: row["Value"] for row in rows}}


def _read_bots(api: Api, address: Address, version: str) -> list[Any]:
    return list(api.pages("list_bots", **address, LexVersion=version))


def _read_security_keys(api: Api, address: Address) -> Wired:
    rows = list(api.pages("list_security_keys", **address))
    return {"SecurityKeyRows": rows, "SecurityKeys": [row["Key"] for row in rows]}


def _read_storage(api: Api, address: Address) -> Wired:
    configs: list[dict[str, Any]] = []
    for kind in STORAGE_TYPES:
        for row in api.pages("list_instance_storage_configs", **address, ResourceType=kind):
            configs += [row | {"ResourceType": kind}]
    return {"StorageConfigs": configs}


def _read_structure(api: Api, address: Address) -> Wired:
    found = api.call("describe_user_hierarchy_structure", **address).get("HierarchyStructure") or {}
    return {"HierarchyStructure": {level: {"Name": each["Name"]} for level, each in found.items()}}


READERS: dict[str, Callable[[Api, Address], Wired]] = {
    "attributes": _read_attributes,
    "approved_origins": lambda api, at: {"ApprovedOrigins": list(api.pages("list_approved_origins", **at))},
    "lambda_functions": lambda api, at: {"LambdaFunctions": list(api.pages("list_lambda_functions", **at))},
    "lex_bots": lambda api, at: {"LexBots": [row["LexBot"] for row in _read_bots(api, at, "V1")]},
    "lex_v2_bots": lambda api, at: {
        "LexV2Bots": [row["LexV2Bot"]["AliasArn"] for row in _read_bots(api, at, "V2")]
    },
    "security_keys": _read_security_keys,
    "storage_configs": _read_storage,
    "hierarchy_structure": _read_structure,
}
"""What no bulk read shows, and how each is read."""
