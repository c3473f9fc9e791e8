"""dynamodb.table: a table with its settings."""

from collections.abc import Mapping
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    PAIR,
    Adapter,
    Api,
    Attribute,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    Sighting,
    TagOperations,
    Wired,
    tagging,
)
from reconciler.model import Means, Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.dynamodb import costs, table_changes, table_problems, terraform, unused
from reconciler.resources.dynamodb.service import DYNAMODB, KMS
from reconciler.resources.dynamodb.table_checks import CHECKS
from reconciler.resources.dynamodb.table_cloudformation import CLOUDFORMATION
from reconciler.resources.dynamodb.table_grants import for_key
from reconciler.resources.dynamodb.table_model import NAME, Table
from reconciler.resources.dynamodb.table_reading import (
    ASKED_ALONE,
    DESCRIBED,
    KEY_OF_AWS,
    at_work,
    described,
    stream_arn,
)

TAGGING = tagging(TagOperations(read="list_tags_of_resource", pair=PAIR, paged=True))


class TableAdapter(Adapter[Table]):
    """CreateTable, UpdateTable, which takes one type of change at a time, and an operation for each other setting."""

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
    terraform = terraform.TABLE
    model = Table
    costs = costs.TABLE
    summary = "a DynamoDB table with its indexes, capacity, backups, stream and policy"
    console = "https://{region}.console.aws.amazon.com/dynamodbv2/home?region={region}#table?name={name}"
    defaults: ClassVar[Settings] = {
        "billing_mode": "PROVISIONED",
        "table_class": "STANDARD",
        "deletion_protection_enabled": False,
        "point_in_time_recovery": {"enabled": False},
        "time_to_live": {"enabled": False},
        "warm_throughput": {"read_units_per_second": 12_000, "write_units_per_second": 4_000},
    }
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
        *(table_changes.CAPACITY, table_changes.STREAM, table_changes.ENCRYPTION),
        Sends("update_table", ("table_class",)),
        Sends("update_table", ("deletion_protection_enabled",)),
        *(table_changes.RECOVERY, table_changes.TIME_TO_LIVE, table_changes.RESOURCE_POLICY),
    )
    delete = Delete("delete_table", protected=True)
    reads = Reads(
        list="list_tables",
        get="describe_table",
        shown_in="Table",
        alone=ASKED_ALONE,
        hints=frozenset({KEY_OF_AWS}),
        called=("kms:describe_key",),
    )
    tagging = TAGGING
    tagging_api_type = "dynamodb:table"
    checks = CHECKS
    unused = unused.TABLE
    problems = staticmethod(table_problems.problems)
    compared = {table_changes.DEFINITIONS: table_changes.written_definitions}
    deletes = staticmethod(table_changes.rebuilt)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        found = dict(super().get_fields(api, sighting, fields & ASKED_ALONE.keys()))
        if fields - ASKED_ALONE.keys():
            known = sighting.settings.get(KEY_OF_AWS)
            found |= described(api, self.describe(api, sighting), fields, known)
        return found

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(self.describe(api, sighting))
