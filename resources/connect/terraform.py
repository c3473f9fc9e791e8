"""The types of Terraform for Amazon Connect, where their attributes differ from AWS's members.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/connect_instance, and the pages of the
other types beside it.
"""

from collections.abc import Sequence
from typing import Any

from reconciler.terraform import Attributes, TerraformPart, TerraformType, first_of, only

FLAGS = {
    "contact_flow_logs_enabled": "contactflow_logs",
    "contact_lens_enabled": "contact_lens",
    "auto_resolve_best_voices_enabled": "auto_resolve_best_voices",
    "early_media_enabled": "early_media",
    "multi_party_conference_enabled": "multi_party_conference",
}
"""By attribute of Terraform: the attribute of the instance."""
LEVELS = ("level_one", "level_two", "level_three", "level_four", "level_five")


def _instance(values: Attributes) -> Attributes:
    flags = {
        flag: str(values[name]).lower() for name, flag in FLAGS.items() if isinstance(values.get(name), bool)
    }
    return {**values, "attributes": flags}


def _functions(associations: Sequence[Attributes]) -> Attributes:
    return {"lambda_functions": [each.get("function_arn") for each in associations]}


def _bots(associations: Sequence[Attributes]) -> Attributes:
    return {"lex_bots": [only(each.get("lex_bot")) for each in associations]}


def _storage(configurations: Sequence[Attributes]) -> Attributes:
    rows = [
        {**only(each.get("storage_config")), "resource_type": each.get("resource_type")}
        for each in configurations
    ]
    return {"storage_configs": rows}


def _levels(structures: Sequence[Attributes]) -> Attributes:
    levels = only(first_of(structures).get("hierarchy_structure"))
    return {"hierarchy_structure": {name: only(levels.get(name)) for name in LEVELS}}


def _times(row: Attributes) -> Attributes:
    return {**row, "start_time": only(row.get("start_time")), "end_time": only(row.get("end_time"))}


def _hours(values: Attributes) -> Attributes:
    return {**values, "config": [_times(row) for row in values.get("config") or ()]}


def _queue(values: Attributes) -> Attributes:
    # Terraform writes 0 where the queue has no limit.
    return {**values, "max_contacts": values.get("max_contacts") or None}


def _routing_profile(values: Attributes) -> Attributes:
    rows = [{**row, "queue_reference": row} for row in values.get("queue_configs") or ()]
    return {**values, "queue_configs": rows}


def _number(values: Attributes) -> Attributes:
    return {
        "phone_number": values.get("phone_number"),
        "phone_number_country_code": values.get("country_code"),
        "phone_number_type": values.get("type"),
        "phone_number_description": values.get("description"),
    }


def _flow_of_number(associations: Sequence[Attributes]) -> Attributes:
    return {"contact_flow_id": first_of(associations).get("contact_flow_id")}


def in_instance(type_: str, id_in: str, **more: Any) -> TerraformType:
    """A type of resources in an instance."""
    return TerraformType(type=f"aws_connect_{type_}", id_in=id_in, **more)


INSTANCE = TerraformType(
    type="aws_connect_instance",
    name_in="instance_alias",
    settings=_instance,
    parts=(
        TerraformPart(
            type="aws_connect_lambda_function_association", owner_in="instance_id", settings=_functions
        ),
        TerraformPart(type="aws_connect_bot_association", owner_in="instance_id", settings=_bots),
        TerraformPart(type="aws_connect_instance_storage_config", owner_in="instance_id", settings=_storage),
        TerraformPart(type="aws_connect_user_hierarchy_structure", owner_in="instance_id", settings=_levels),
    ),
)
HOURS_OF_OPERATION = in_instance("hours_of_operation", "hours_of_operation_id", settings=_hours)
QUEUE = in_instance("queue", "queue_id", settings=_queue)
PHONE_NUMBER = in_instance(
    "phone_number",
    "id",
    name_in=None,
    settings=_number,
    parts=(
        TerraformPart(
            type="aws_connect_phone_number_contact_flow_association",
            owner_in="phone_number_id",
            settings=_flow_of_number,
        ),
    ),
)
CONTACT_FLOW = in_instance("contact_flow", "contact_flow_id")
QUICK_CONNECT = in_instance("quick_connect", "quick_connect_id")
ROUTING_PROFILE = in_instance("routing_profile", "routing_profile_id", settings=_routing_profile)
SECURITY_PROFILE = in_instance("security_profile", "security_profile_id")
USER = in_instance("user", "user_id")
USER_HIERARCHY_GROUP = in_instance("user_hierarchy_group", "hierarchy_group_id")
