"""How many resources of a kind Amazon Connect allows, by the control plane's names of the kinds."""

from collections.abc import Mapping

# https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html, for an account that has
# asked for nothing more.
DEFAULT: Mapping[str, int] = {
    "Instance": 2,
    "AgentStatus": 50,
    "ContactFlow": 100,
    "ContactFlowModule": 200,
    "HoursOfOperation": 100,
    "PhoneNumber": 5,
    "PredefinedAttribute": 150,
    "Prompt": 500,
    "Queue": 100,
    "QuickConnect": 100,
    "RoutingProfile": 500,
    "SecurityProfile": 100,
    "User": 500,
    "UserHierarchyGroup": 500,
}

LIMITS: Mapping[str, Mapping[str, int]] = {"none": {}, "default": DEFAULT}
