"""DynamoDB tables."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    PAIR,
    Adapter,
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
    at_work,
    described,
    stream_arn,
)

TAGGING = tagging(TagWords(read="list_tags_of_resource", pair=PAIR, paged=True))


def _written_definitions(value: Any, written: Settings, _reported: Wired) -> Any:
    """Definitions that only indexes which nobody wrote ask for are nobody's either."""
    names = {each["attribute_name"] for each in written[table_changes.DEFINITIONS] or ()}
    return [each for each in value or () if each["attribute_name"] in names]


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
        list="list_tables",
        get="describe_table",
        shown_in="Table",
        alone=ASKED_ALONE,
        called=("kms:describe_key",),
    )
    tagging = TAGGING
    compared = {table_changes.DEFINITIONS: _written_definitions}
    tagging_api_type = "dynamodb:table"

    def problems(self, files: InFiles) -> Iterable[Finding]:
        return table_problems.problems(files)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        found = dict(super().get_fields(api, sighting, fields & ASKED_ALONE.keys()))
        if fields - ASKED_ALONE.keys():
            found |= described(api, self.describe(api, sighting), fields)
        return found

    def deletes(self, field: str, written: Settings, reported: Wired) -> str:
        return table_changes.rebuilt(field, written, reported)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(self.describe(api, sighting))
