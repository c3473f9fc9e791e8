"""The content of a new instance. AWS owns it, so it cannot be deleted."""

from typing import Any

from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.resource_types import (
    AGENT_STATUS,
    HOURS,
    PROMPT,
    QUEUE,
    ROUTING_PROFILE,
    SECURITY_PROFILE,
)
from reconciler.sandbox.connect.flows.default_flows import DEFAULT_FLOWS
from reconciler.sandbox.connect.flows.flows import add_flow
from reconciler.sandbox.connect.users.user_hierarchy import add_root
from reconciler.sandbox.connect.views.managed_views import add_managed_views

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MIDNIGHT = {"Hours": 0, "Minutes": 0}
PROMPTS = (
    "Beep.wav",
    "CustomerHold.wav",
    "CustomerQueue.wav",
    "Music_Jazz_MyTimetoFly_Inst.wav",
    "Music_Pop_ThisAndThatIsLife_Inst.wav",
    "Music_Pop_ThrowYourselfInFrontOfIt_Inst.wav",
    "Music_Rock_EverywhereTheSunShines_Inst.wav",
)
SECURITY_PROFILES = {
    "Admin": [
        "BasicAgentAccess",
        "RoutingPolicies.View",
        "Users.Create",
        "Users.Delete",
        "Users.Edit",
        "Users.View",
    ],
    "Agent": ["BasicAgentAccess", "OutboundCallAccess"],
    "CallCenterManager": ["BasicAgentAccess", "MetricsReports.View", "RoutingPolicies.View", "Users.View"],
    "QualityAnalyst": ["AccessMetrics", "MetricsReports.View"],
}
STATUSES = {"Available": "ROUTABLE", "Offline": "OFFLINE"}


def fill(instance: Instance) -> None:
    """Add the default content to a new instance."""
    add_root(instance)
    add_managed_views(instance)
    hours = instance.add(
        HOURS,
        "Basic Hours",
        {
            "Description": "Open all day, every day.",
            "TimeZone": "America/New_York",
            "Config": [{"Day": day, "StartTime": MIDNIGHT, "EndTime": MIDNIGHT} for day in DAYS],
        },
        aws_owned=True,
    )
    queue = instance.add(
        QUEUE,
        "BasicQueue",
        {"Description": "A simple, basic voice queue.", "HoursOfOperationId": hours.id, "Status": "ENABLED"},
        aws_owned=True,
    )
    instance.add(ROUTING_PROFILE, "Basic Routing Profile", _routing(queue.id), aws_owned=True)
    for name, permissions in SECURITY_PROFILES.items():
        settings = {"Type": "AWS_MANAGED", "Permissions": permissions}
        instance.add(SECURITY_PROFILE, name, settings, aws_owned=True)
    for order, (name, kind) in enumerate(STATUSES.items(), start=1):
        status = {"Type": kind, "State": "ENABLED", "DisplayOrder": order}
        instance.add(AGENT_STATUS, name, status, aws_owned=True)
    for name in PROMPTS:
        instance.add(PROMPT, name, {}, aws_owned=True)
    for name, (flow_type, content) in DEFAULT_FLOWS.items():
        add_flow(instance, name, {"Type": flow_type}, content, aws_owned=True)


def _routing(queue_id: str) -> dict[str, Any]:
    return {
        "Description": "A simple routing profile.",
        "DefaultOutboundQueueId": queue_id,
        "MediaConcurrencies": [{"Channel": "VOICE", "Concurrency": 1}],
        "AgentAvailabilityTimer": "TIME_SINCE_LAST_ACTIVITY",
        "QueueConfigs": [
            {"QueueReference": {"QueueId": queue_id, "Channel": "VOICE"}, "Priority": 1, "Delay": 0}
        ],
    }
