"""The pattern that Terraform's provider uses: one Describe for each resource, and lists for each association.

Calls of each resource's Read function, counted in hashicorp/terraform-provider-aws, internal/service/connect.
"""

from typing import Any

from reconciler.aws.account import Account
from reconciler.runtime.clock import Clock
from reconciler.runtime.lanes import Lane, fan_out

AT_ONCE = 10
"""Terraform's default parallelism."""

READS = {
    "list_users": ("UserId", ("describe_user",)),
    "list_queues": ("QueueId", ("describe_queue", "list_queue_quick_connects")),
    "list_routing_profiles": (
        "RoutingProfileId",
        ("describe_routing_profile", "list_routing_profile_queues"),
    ),
    "list_security_profiles": (
        "SecurityProfileId",
        ("describe_security_profile", "list_security_profile_permissions"),
    ),
    "list_contact_flows": ("ContactFlowId", ("describe_contact_flow",)),
    "list_quick_connects": ("QuickConnectId", ("describe_quick_connect",)),
    "list_hours_of_operations": ("HoursOfOperationId", ("describe_hours_of_operation",)),
}
"""By the list that names them: the parameter of the id, and the reads of one resource."""


def describe_each(account: Account, clock: Clock) -> None:
    """Read every resource of the instance one by one, each read paced to its quota.

    Terraform knows the ids from its state file: the lists that name them here are not counted.
    """
    connect = account.api("connect")
    instance = next(connect.pages("list_instances"))["Id"]
    lanes: list[Lane[tuple[str, dict[str, Any]]]] = []
    for listing, (parameter, operations) in READS.items():
        filters: dict[str, Any] = {"QueueTypes": ["STANDARD"]} if listing == "list_queues" else {}
        ids = [row["Id"] for row in connect.pages(listing, InstanceId=instance, MaxResults=1000, **filters)]
        place = [{"InstanceId": instance, parameter: identity} for identity in ids]
        lanes += [Lane([(operation, each) for each in place], AT_ONCE) for operation in operations]
    rows = connect.pages("list_phone_numbers_v2", InstanceId=instance, MaxResults=1000)
    numbers = [("describe_phone_number", {"PhoneNumberId": row["PhoneNumberId"]}) for row in rows]
    lanes.append(Lane(numbers, AT_ONCE))
    account.tally.calls.clear()

    def describe(each: tuple[str, dict[str, Any]]) -> None:
        operation, parameters = each
        connect.call(operation, **parameters)

    fan_out(clock, lanes, describe)
