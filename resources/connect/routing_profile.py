"""connect.routing_profile: the queues and channels of an agent."""

from typing import Any

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Assigned, Create, Delete, RowCall, Sends, Wired, by_rows, from_rows
from reconciler.resources.connect import terraform, unused
from reconciler.resources.connect.common import IN_INSTANCE, KEPT, NAMES, ConnectAdapter, ConnectReads
from reconciler.resources.connect.routing_profile_model import RoutingProfile

ADD = "associate_routing_profile_queues"
AT_ONCE = 10  # queues in one request


def _reference(row: Wired) -> dict[str, Any]:
    return {"QueueReference": {"QueueId": row["QueueId"], "Channel": row["Channel"]}}


def _config(row: Wired) -> dict[str, Any]:
    return {**_reference(row), "Priority": row["Priority"], "Delay": row["Delay"]}


def _taken(member: str) -> RowCall:
    """The request that removes queues from a profile; it only needs their identities."""
    return RowCall(
        "disassociate_routing_profile_queues",
        many_in=member,
        at_once=AT_ONCE,
        row=lambda row, _: row["QueueReference"],
    )


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
    terraform = terraform.ROUTING_PROFILE
    model = RoutingProfile
    summary = "the queues and channels of an agent"
    identity = Assigned(
        address="RoutingProfileId", arn_in="RoutingProfileArn", arns=(IN_INSTANCE,), forms=NAMES
    )
    # Queues are sent in a second step: CreateRoutingProfile takes 10 of them, a profile has up to 50.
    create = Create(
        "create_routing_profile",
        ("description", "default_outbound_queue", "media_concurrencies", "agent_availability_timer"),
        needed=frozenset({"description", "default_outbound_queue", "media_concurrencies"}),
    )
    unused = unused.ROUTING_PROFILE
    updates = (
        Sends("update_routing_profile_name", ("name", "description")),
        Sends("update_routing_profile_default_outbound_queue", ("default_outbound_queue",)),
        Sends("update_routing_profile_concurrency", ("media_concurrencies",)),
        Sends("update_routing_profile_agent_availability_timer", ("agent_availability_timer",)),
        by_rows(
            RoutingProfile,
            "queue_configs",
            add=RowCall(ADD, many_in="QueueConfigs", at_once=AT_ONCE),
            update=RowCall("update_routing_profile_queues", many_in="QueueConfigs", at_once=AT_ONCE),
            remove=_taken("QueueReferences"),
        ),
        by_rows(
            RoutingProfile,
            "manual_assignment_queue_configs",
            add=RowCall(ADD, many_in="ManualAssignmentQueueConfigs", at_once=AT_ONCE),
            remove=_taken("ManualAssignmentQueueReferences"),
        ),
    )
    delete = Delete("delete_routing_profile", keeps_defaults=KEPT)
    # A search row has neither the timer nor cross-channel behaviour (SearchRoutingProfiles, API reference).
    reads = ConnectReads(
        list="search_routing_profiles",
        list_versions="list_routing_profiles",
        get="describe_routing_profile",
        shown_in="RoutingProfile",
        page=500,
        listed=frozenset({"description", "default_outbound_queue"}),
        partly_listed=frozenset({"media_concurrencies"}),
        details=frozenset(
            {"media_concurrencies", "agent_availability_timer", "manual_assignment_queue_configs"}
        ),
        alone={
            "queue_configs": from_rows(
                "list_routing_profile_queues", "QueueConfigs", _config, MaxResults=100
            ),
            "manual_assignment_queue_configs": from_rows(
                "list_routing_profile_manual_assignment_queues",
                "ManualAssignmentQueueConfigs",
                _reference,
                MaxResults=100,
            ),
        },
    )
    made_with_instance = frozenset({"Basic Routing Profile", "Basic routing profile"})
