"""The settings of an alarm of Lightsail.

Source: PutAlarm (Amazon Lightsail API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.lightsail_offers.metrics import MOST_PERIODS
from reconciler.model import CamelResource, Cleared, Means, Settings, Unordered
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.lightsail.common import NAME

Metric = Literal[
    "BurstCapacityPercentage",
    "BurstCapacityTime",
    "CPUUtilization",
    "ClientTLSNegotiationErrorCount",
    "DatabaseConnections",
    "DiskQueueDepth",
    "DiskQueueLength",
    "DiskReadBytes",
    "DiskReadOps",
    "DiskTotalReadTime",
    "DiskTotalWriteTime",
    "DiskWriteBytes",
    "DiskWriteOps",
    "FreeStorageSpace",
    "FreeableMemory",
    "HTTPCode_Instance_2XX_Count",
    "HTTPCode_Instance_3XX_Count",
    "HTTPCode_Instance_4XX_Count",
    "HTTPCode_Instance_5XX_Count",
    "HTTPCode_LB_4XX_Count",
    "HTTPCode_LB_5XX_Count",
    "HealthyHostCount",
    "InstanceResponseTime",
    "NetworkIn",
    "NetworkOut",
    "NetworkReceiveThroughput",
    "NetworkTransmitThroughput",
    "RejectedConnectionCount",
    "RequestCount",
    "StatusCheckFailed",
    "StatusCheckFailed_Instance",
    "StatusCheckFailed_System",
    "SwapUsage",
    "UnhealthyHostCount",
]
Monitored = Annotated[
    str,
    NAME,
    Means("lightsail.instance", "name"),
    Means("lightsail.database", "name"),
    Means("lightsail.load_balancer", "name"),
]
Periods = Annotated[int | None, Field(ge=1, le=MOST_PERIODS), LASTS]


class Alarm(CamelResource):
    """An alarm. A period has five minutes."""

    monitored_resource_name: Annotated[Monitored | None, LASTS] = None
    """The instance, the load balancer or the database, such as `${lightsail.database:staff#name}`. AWS never changes it."""
    metric_name: Annotated[Metric | None, LASTS] = None
    """What is measured, as far as the resource has it. AWS never changes it."""
    comparison_operator: Annotated[
        Literal[
            "GreaterThanOrEqualToThreshold",
            "GreaterThanThreshold",
            "LessThanThreshold",
            "LessThanOrEqualToThreshold",
        ]
        | None,
        LASTS,
    ] = None
    threshold: Annotated[float | None, LASTS] = None
    evaluation_periods: Periods = None
    """How many periods are looked at."""
    datapoints_to_alarm: Periods = None
    """How many of these must be beyond the threshold; if left out, all."""
    treat_missing_data: Annotated[
        Literal["breaching", "notBreaching", "ignore", "missing"] | None, lasts("missing")
    ] = None
    contact_protocols: Annotated[list[Literal["Email", "SMS"]] | None, Unordered(), Cleared([])] = None
    """How the contact methods of the Region are told."""
    notification_triggers: Annotated[
        list[Literal["ALARM", "OK", "INSUFFICIENT_DATA"]] | None, Unordered(), lasts("[ALARM]")
    ] = None
    """The states that are told; ALARM is one of them."""
    notification_enabled: Annotated[bool | None, Cleared(True)] = None


DEFAULTS: Settings = {
    "treat_missing_data": "missing",
    "contact_protocols": [],
    "notification_triggers": ["ALARM"],
    "notification_enabled": True,
}
"""What AWS gives a new alarm."""
