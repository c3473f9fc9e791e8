"""IAM grants that the caller needs because of the destination of a flow log.

Sources: "Publish flow logs to CloudWatch Logs", "... to Amazon S3", "... to Amazon Data Firehose", "Using service-linked roles for
VPC Flow Logs" (Amazon VPC User Guide).
"""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model import Settings
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.grants import service_linked_role

SERVICES = ("vpc-flow-logs.amazonaws.com", "delivery.logs.amazonaws.com")
"""The services that use the role: for a log group, and for a stream of another account."""


def for_role(role: str, location: Location) -> Iterator[Grant]:
    """The grant to pass the role that delivers the logs."""
    del location
    yield Grant("iam:PassRole", role, (("StringEquals", "iam:PassedToService", SERVICES),))


def for_destination(destination: str, location: Location) -> Iterator[Grant]:
    """The grants to let the log delivery write into a bucket or a stream."""
    service = destination.split(":")[2]
    if service not in ("s3", "firehose"):
        return
    yield Grant("logs:CreateLogDelivery", "*", reason="IAM names no log delivery")
    if service == "s3":
        bucket = destination.partition("/")[0]
        yield Grant("s3:GetBucketPolicy", bucket)
        yield Grant("s3:PutBucketPolicy", bucket)
    else:
        yield Grant("firehose:TagDeliveryStream", destination)
        yield service_linked_role("delivery.logs.amazonaws.com", location)


def for_tags(rows: Sequence[Settings], location: Location) -> Iterator[Grant]:
    """The grant to let AWS create the role that reads tags."""
    del rows
    yield service_linked_role("vpc-flow-logs.amazonaws.com", location)


GRANTED_FOR: Mapping[str, GrantedFor] = {
    "deliver_logs_permission_arn": for_role,
    "log_destination": for_destination,
    "tag_field_specifications": for_tags,
}
