"""The metrics of alarms, by the type of the resource that is monitored, and where AWS sends text messages.

Sources: PutAlarm, CreateContactMethod (Amazon Lightsail API Reference); "Resource metrics in Amazon Lightsail" (its User Guide).
"""

from collections.abc import Mapping

PERCENT, COUNT, BYTES, SECONDS = "Percent", "Count", "Bytes", "Seconds"
AVERAGE, SUM, MAXIMUM, MINIMUM = "Average", "Sum", "Maximum", "Minimum"
PER_SECOND = "Bytes/Second"

METRICS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Instance": {
        "BurstCapacityPercentage": (PERCENT, AVERAGE),
        "BurstCapacityTime": (SECONDS, MAXIMUM),
        "CPUUtilization": (PERCENT, AVERAGE),
        "DiskQueueLength": (COUNT, AVERAGE),
        "DiskReadBytes": (BYTES, SUM),
        "DiskReadOps": (COUNT, SUM),
        "DiskTotalReadTime": (SECONDS, SUM),
        "DiskTotalWriteTime": (SECONDS, SUM),
        "DiskWriteBytes": (BYTES, SUM),
        "DiskWriteOps": (COUNT, SUM),
        "NetworkIn": (BYTES, SUM),
        "NetworkOut": (BYTES, SUM),
        "StatusCheckFailed": (COUNT, SUM),
        "StatusCheckFailed_Instance": (COUNT, SUM),
        "StatusCheckFailed_System": (COUNT, SUM),
    },
    "LoadBalancer": {
        "ClientTLSNegotiationErrorCount": (COUNT, SUM),
        "HTTPCode_Instance_2XX_Count": (COUNT, SUM),
        "HTTPCode_Instance_3XX_Count": (COUNT, SUM),
        "HTTPCode_Instance_4XX_Count": (COUNT, SUM),
        "HTTPCode_Instance_5XX_Count": (COUNT, SUM),
        "HTTPCode_LB_4XX_Count": (COUNT, SUM),
        "HTTPCode_LB_5XX_Count": (COUNT, SUM),
        "HealthyHostCount": (COUNT, AVERAGE),
        "InstanceResponseTime": (SECONDS, AVERAGE),
        "RejectedConnectionCount": (COUNT, SUM),
        "RequestCount": (COUNT, SUM),
        "UnhealthyHostCount": (COUNT, AVERAGE),
    },
    "RelationalDatabase": {
        "CPUUtilization": (PERCENT, AVERAGE),
        "DatabaseConnections": (COUNT, MAXIMUM),
        "DiskQueueDepth": (COUNT, MAXIMUM),
        "FreeStorageSpace": (BYTES, MINIMUM),
        "NetworkReceiveThroughput": (PER_SECOND, AVERAGE),
        "NetworkTransmitThroughput": (PER_SECOND, AVERAGE),
    },
}
"""By type and metric: its unit, and the statistic that alarms compare."""
NOWHERE = ("FreeableMemory", "SwapUsage")
"""Metrics of the model that AWS documents for no type."""
SMS_REGIONS = (
    *("us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2"),
)
PERIOD = 300
"""The seconds of one period of an alarm."""
MOST_PERIODS = 288
MOST_ALARMS = 2
"""Of one metric of a resource."""
