"""connect.routing_profile: which queues and channels an agent serves."""

from collections.abc import Iterable
from typing import Any

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Assigned, Calls, Change, Create, Delete, Request, Sends, Wired
from reconciler.resources.connect.common import (
    IN_INSTANCE,
    KEPT,
    NAMES,
    Apart,
    ConnectAdapter,
    ConnectReads,
    chunks,
)
from reconciler.resources.connect.routing_profile_model import (
    RoutingProfile,
)

AT_ONCE = 10  # queues in one call


def _by_reference(rows: list[dict[str, Any]] | None) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["QueueReference"]["QueueId"], row["QueueReference"]["Channel"]): row for row in rows or []}


def set_queues(change: Change) -> Iterable[Request]:
    """Associate what is new, update what differs, then disassociate what is gone."""
    wanted, found = (_by_reference(side.get("QueueConfigs")) for side in (change.desired, change.observed))
    for rows in chunks([row for key, row in wanted.items() if key not in found], AT_ONCE):
        yield Request("associate_routing_profile_queues", {**change.address, "QueueConfigs": rows})
    for rows in chunks([row for key, row in wanted.items() if key in found and row != found[key]], AT_ONCE):
        yield Request("update_routing_profile_queues", {**change.address, "QueueConfigs": rows})
    for rows in chunks([row["QueueReference"] for key, row in found.items() if key not in wanted], AT_ONCE):
        yield Request("disassociate_routing_profile_queues", {**change.address, "QueueReferences": rows})


def set_manual_queues(change: Change) -> Iterable[Request]:
    """Associate what is new, then disassociate what is gone."""
    member = "ManualAssignmentQueueConfigs"
    wanted, found = (_by_reference(side.get(member)) for side in (change.desired, change.observed))
    for rows in chunks([row for key, row in wanted.items() if key not in found], AT_ONCE):
        yield Request("associate_routing_profile_queues", {**change.address, member: rows})
    for rows in chunks([row["QueueReference"] for key, row in found.items() if key not in wanted], AT_ONCE):
        gone = {"ManualAssignmentQueueReferences": rows}
        yield Request("disassociate_routing_profile_queues", {**change.address, **gone})


def _reference(row: Wired) -> dict[str, Any]:
    return {"QueueReference": {"QueueId": row["QueueId"], "Channel": row["Channel"]}}


def _config(row: Wired) -> dict[str, Any]:
    return {**_reference(row), "Priority": row["Priority"], "Delay": row["Delay"]}


class RoutingProfileAdapter(ConnectAdapter[RoutingProfile]):
    """CreateRoutingProfile and one operation for each group of settings."""

    kind = "connect.routing_profile"
    cloudformation = CloudFormation(type="AWS::Connect::RoutingProfile")
    appearance = Appearance(
        sort="profile",
        column=3,
        leads_to=frozenset({"connect.queue"}),
        led_to_by=frozenset({"queue_configs", "default_outbound_queue", "manual_assignment_queue_configs"}),
    )
    model = RoutingProfile
    summary = "which queues and channels an agent serves"
    identity = Assigned(
        address="RoutingProfileId",
        arn_in="RoutingProfileArn",
        arns=(IN_INSTANCE,),
        forms=NAMES,
    )
    # Queues are left to the second step: CreateRoutingProfile takes 10 of them, a profile 50.
    create = Create(
        "create_routing_profile",
        ("description", "default_outbound_queue", "media_concurrencies", "agent_availability_timer"),
        needed=frozenset({"description", "default_outbound_queue", "media_concurrencies"}),
    )
    updates = (
        Sends("update_routing_profile_name", ("name", "description")),
        Sends("update_routing_profile_default_outbound_queue", ("default_outbound_queue",)),
        Sends("update_routing_profile_concurrency", ("media_concurrencies",)),
        Sends("update_routing_profile_agent_availability_timer", ("agent_availability_timer",)),
        Calls(
            set_queues,
            ("queue_configs",),
            (
                "associate_routing_profile_queues",
                "update_routing_profile_queues",
                "disassociate_routing_profile_queues",
            ),
        ),
        Calls(
            set_manual_queues,
            ("manual_assignment_queue_configs",),
            ("associate_routing_profile_queues", "disassociate_routing_profile_queues"),
        ),
    )
    delete = Delete("delete_routing_profile", keeps_defaults=KEPT)
    # A search row has neither the timer nor cross-channel behaviour (SearchRoutingProfiles, API reference).
    reads = ConnectReads(
        search="search_routing_profiles",
        list="list_routing_profiles",
        describe="describe_routing_profile",
        shown_as="RoutingProfile",
        row=("RoutingProfileId", "RoutingProfileArn"),
        page=500,
        listed=frozenset({"description", "default_outbound_queue"}),
        partly_listed=frozenset({"media_concurrencies"}),
        apart={
            "queue_configs": Apart(
                operation="list_routing_profile_queues", member="QueueConfigs", of_row=_config
            ),
            "manual_assignment_queue_configs": Apart(
                operation="list_routing_profile_manual_assignment_queues",
                member="ManualAssignmentQueueConfigs",
                of_row=_reference,
            ),
        },
    )
    made_with_instance = frozenset({"Basic Routing Profile", "Basic routing profile"})
