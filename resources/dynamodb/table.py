"""DynamoDB tables."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    PAIR,
    Adapter,
    Address,
    Api,
    Attribute,
    Calls,
    Create,
    Delete,
    InFiles,
    Named,
    Reads,
    Sends,
    Sighting,
    TagWords,
    Wired,
    tagging,
)
from reconciler.errors import Absent
from reconciler.model import Finding, Means, Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.dynamodb import table_changes, table_problems
from reconciler.resources.dynamodb.service import DYNAMODB, KMS
from reconciler.resources.dynamodb.table_cloudformation import CLOUDFORMATION
from reconciler.resources.dynamodb.table_grants import for_key
from reconciler.resources.dynamodb.table_model import NAME, Table
from reconciler.resources.dynamodb.table_reading import (
    ASKED_ALONE,
    DESCRIBED,
    stream_arn,
    without_managed_key,
)

TAGGING = tagging(TagWords(read="list_tags_of_resource", pair=PAIR, paged=True))
AT_WORK = ("CREATING", "UPDATING", "DELETING")
SSE = "SSESpecification"


class TableAdapter(Adapter[Table]):
    """A DynamoDB table; most of it changes by update_table, which takes one kind of change at a time."""

    kind = "dynamodb.table"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="storage", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "stream_arn": Attribute(
            "the ARN of its stream",
            stream_arn,
            ("stream_specification",),
            table_problems.without_stream,
            Means("dynamodb.stream"),
        )
    }
    service = DYNAMODB
    beside = (KMS,)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"sse": for_key}
    model = Table
    summary = "a DynamoDB table with its indexes, capacity, backups, stream and policy"
    identity = Named(
        name="TableName",
        shown_in="TableDescription.TableArn",
        arns=("arn:{partition}:dynamodb:{region}:{account}:table/{name}",),
        forms=(NAME,),
    )
    create = Create(
        "create_table",
        tuple(DESCRIBED),
        needed=frozenset({"attribute_definitions", "key_schema"}),
        fixed=frozenset({"key_schema", "local_secondary_indexes"}),
    )
    updates = (
        Calls(
            table_changes.capacity_and_indexes,
            (
                "attribute_definitions",
                "global_secondary_indexes",
                "billing_mode",
                "provisioned_throughput",
                "on_demand_throughput",
                "warm_throughput",
            ),
            ("update_table",),
        ),
        Calls(table_changes.stream, ("stream_specification",), ("update_table",)),
        Calls(
            table_changes.switched("update_table", "SSESpecification", "Enabled"), ("sse",), ("update_table",)
        ),
        Sends("update_table", ("table_class",)),
        Sends("update_table", ("deletion_protection_enabled",)),
        Calls(
            table_changes.switched(
                "update_continuous_backups",
                "PointInTimeRecoverySpecification",
                "PointInTimeRecoveryEnabled",
            ),
            ("point_in_time_recovery",),
            ("update_continuous_backups",),
        ),
        Calls(table_changes.time_to_live, ("time_to_live",), ("update_time_to_live",)),
        Calls(
            table_changes.resource_policy,
            ("resource_policy",),
            ("put_resource_policy", "delete_resource_policy"),
        ),
    )
    delete = Delete("delete_table", protected=True)
    reads = Reads(
        called=(
            "list_tables",
            "describe_table",
            "describe_continuous_backups",
            "describe_time_to_live",
            "get_resource_policy",
            "kms:describe_key",
        ),
    )
    tagging = TAGGING
    tagging_api_type = "dynamodb:table"

    def problems(self, files: InFiles) -> Iterable[Finding]:
        return table_problems.problems(files)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for name in api.pages("list_tables"):
            yield self.identity.sighting(api, scope, name)

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        try:
            api.call("describe_table", TableName=name)["Table"]
        except Absent:
            return None
        return self.identity.sighting(api, scope, name)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        settings = {}
        described = fields & DESCRIBED.keys()
        if described:
            table = api.call("describe_table", **sighting.address)["Table"]
            settings = {member: find(table) for member, find in (DESCRIBED[field] for field in described)}
        if SSE in settings:
            settings[SSE] = without_managed_key(settings[SSE], api)
        for field in fields & ASKED_ALONE.keys():
            settings |= ASKED_ALONE[field](api, sighting)
        return settings

    def compared(self, field: str, value: Any, written: Settings, reported: Wired) -> Any:
        """Definitions that only indexes which nobody wrote ask for are nobody's either."""
        del reported
        if field != table_changes.DEFINITIONS:
            return value
        names = {each["attribute_name"] for each in written[field] or ()}
        return [each for each in value or () if each["attribute_name"] in names]

    def deletes(self, field: str, written: Settings, reported: Wired) -> str:
        return table_changes.rebuilt(field, written, reported)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        table = api.call("describe_table", **sighting.address)["Table"]
        if table["TableStatus"] in AT_WORK:
            return f"table is {table['TableStatus']}"
        busy = (each for each in table.get("GlobalSecondaryIndexes", ()) if each["IndexStatus"] in AT_WORK)
        return next((f"index {each['IndexName']} is {each['IndexStatus']}" for each in busy), None)
