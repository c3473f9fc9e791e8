"""connect.routing_profile."""

from reconciler.testing import Change, Drift, Sample
from tests.contract.contract_around import in_instance

HOURS = {
    "time_zone": "Europe/London",
    "config": [{"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}],
}
QUEUE = {"hours_of_operation": "Weekdays"}
ORDERS = {"queue": "Orders", "channel": "VOICE", "priority": 1, "delay": 0}
RETURNS = {"queue": "Returns", "channel": "CHAT", "priority": 2, "delay": 30}
VOICE = {
    "channel": "VOICE",
    "concurrency": 1,
    "cross_channel_behavior": {"behavior_type": "ROUTE_CURRENT_CHANNEL_ONLY"},
}
CHAT = {"channel": "CHAT", "concurrency": 3}
BY_WORKLOAD = {
    "channel": "TASK",
    "workload_type_concurrencies": [
        {
            "workload_type": "back office",
            "concurrency": 2,
            "cross_channel_workload_behavior": {
                "channel_workload_behavior_type": "ROUTE_ANY_CHANNEL_ANY_WORKLOAD_TYPE"
            },
        }
    ],
}

SAMPLE = Sample(
    name="Agents",
    around=in_instance(
        {
            "connect.hours_of_operation": {"Weekdays": HOURS},
            "connect.queue": {"Orders": QUEUE, "Returns": QUEUE},
        }
    ),
    base={
        "description": "Most agents",
        "default_outbound_queue": "Orders",
        "media_concurrencies": [VOICE, CHAT],
        "queue_configs": [ORDERS],
        "manual_assignment_queue_configs": [{"queue": "Orders", "channel": "TASK"}],
        "agent_availability_timer": "TIME_SINCE_LAST_INBOUND",
        "tags": {"Team": "orders"},
    },
    changes=(
        Change("description", "All agents", ("UpdateRoutingProfileName",)),
        Change("default_outbound_queue", "Returns", ("UpdateRoutingProfileDefaultOutboundQueue",)),
        Change("media_concurrencies", [VOICE, BY_WORKLOAD], ("UpdateRoutingProfileConcurrency",)),
        Change(
            "media_concurrencies",
            [{**VOICE, "cross_channel_behavior": {"behavior_type": "ROUTE_ANY_CHANNEL"}}, CHAT],
            ("UpdateRoutingProfileConcurrency",),
            "in what no search shows",
        ),
        Change(
            "queue_configs",
            [RETURNS],
            ("AssociateRoutingProfileQueues", "DisassociateRoutingProfileQueues"),
        ),
        Change("queue_configs", [{**ORDERS, "priority": 9}], ("UpdateRoutingProfileQueues",), "in priority"),
        Change("queue_configs", None, ("DisassociateRoutingProfileQueues",), "cleared"),
        Change(
            "manual_assignment_queue_configs",
            [{"queue": "Returns", "channel": "TASK"}],
            ("AssociateRoutingProfileQueues", "DisassociateRoutingProfileQueues"),
        ),
        Change(
            "agent_availability_timer",
            "TIME_SINCE_LAST_ACTIVITY",
            ("UpdateRoutingProfileAgentAvailabilityTimer",),
        ),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("description", "update_routing_profile_name", {"Description": "by hand"}),
        Drift(
            "media_concurrencies",
            "update_routing_profile_concurrency",
            {"MediaConcurrencies": [{"Channel": "VOICE", "Concurrency": 1}]},
        ),
        Drift(
            "agent_availability_timer",
            "update_routing_profile_agent_availability_timer",
            {"AgentAvailabilityTimer": "TIME_SINCE_LAST_ACTIVITY"},
        ),
    ),
)
