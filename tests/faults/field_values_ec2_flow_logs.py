"""Two values for the fields of flow logs: each field with a destination that takes it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import known_kinds
from tests.contract.samples.ec2_flow_log import (
    ELSEWHERE,
    FORMS,
    GROUP,
    INTO_BUCKET,
    OTHER_ELSEWHERE,
    OTHER_GROUP,
    OTHER_ROLE,
    ROLE,
    SHORT,
    TO_STREAM,
    tag_fields,
)
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

BASE: Settings = {
    "resource_id": "${one_vpc}",
    "traffic_type": "ALL",
    "log_group_name": "flows",
    "deliver_logs_permission_arn": ROLE,
}


def without(settings: Settings, *names: str) -> Settings:
    return {name: value for name, value in settings.items() if name not in names}


def pair(first: Any, second: Any, base: Settings = BASE, *, tops: bool = False) -> FieldValues:
    return FieldValues(first, second, base=base, edges=(), tops=tops)


UNNAMED = without(BASE, "log_group_name")
BUCKET = without(FORMS[INTO_BUCKET], "destination_options")
STREAM = without(FORMS[TO_STREAM], "deliver_cross_account_role")
TAGGED = {**BASE, "log_format": SHORT}
ONE, TWO = tag_fields("Name"), tag_fields("Name", "Team")


def flow_log() -> KindValues:
    generated = kind_values_of(known_kinds()["ec2.flow_log"])
    by_path = {
        "tags": generated.by_path["tags"],
        "resource_id": pair("${one_vpc}", "${another_vpc}"),
        "resource_type": pair("VPC", "VPC"),
        "traffic_type": pair("REJECT", "ALL"),
        "log_destination": pair(OTHER_GROUP, GROUP, UNNAMED),
        "log_group_name": pair("others", "flows", UNNAMED),
        "deliver_logs_permission_arn": pair(OTHER_ROLE, ROLE),
        "deliver_cross_account_role": pair(OTHER_ELSEWHERE, ELSEWHERE, STREAM),
        "log_format": pair("$${version}", SHORT),
        "max_aggregation_interval": pair(60, 600),
        "destination_options": pair({"file_format": "parquet"}, {"per_hour_partition": True}, BUCKET),
        "destination_options.file_format": pair("parquet", "plain-text", BUCKET),
        "destination_options.hive_compatible_partitions": pair(True, False, BUCKET),
        "destination_options.per_hour_partition": pair(True, False, BUCKET),
        "tag_field_specifications": pair(ONE, TWO, TAGGED),
        "tag_field_specifications[].resource_type": pair(
            ONE, [{**ONE[0], "resource_type": "network-interface"}], TAGGED, tops=True
        ),
        "tag_field_specifications[].tag_keys": pair(ONE, TWO, TAGGED, tops=True),
    }
    needed = frozenset({"traffic_type", "log_destination", "log_group_name", "deliver_logs_permission_arn"})
    return replace(generated, base=BASE, by_path=by_path, needed=needed)


VALUES_BY_KIND: Mapping[str, KindValues] = {"ec2.flow_log": flow_log()}
