"""Finds mistakes that AWS would refuse and that depend on several fields of a flow log.

Source: CreateFlowLogs (Amazon EC2 API Reference); "Amazon S3 bucket permissions for flow logs" (Amazon VPC User Guide).
"""

import json
from collections.abc import Iterator
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference, parse_token, tokens_in_text
from reconciler.model import Finding
from reconciler.resources.ec2.flow_log_model import BUCKET, GROUP, KINDS, STREAM
from reconciler.resources.ec2.flow_log_reading import type_of

DESTINATIONS = {
    "logs": GROUP,
    "logs.log_group": GROUP,
    "s3": BUCKET,
    "s3.bucket": BUCKET,
    "firehose": STREAM,
    "firehose.delivery_stream": STREAM,
}
"""By service in an ARN, and by kind: the type of the destination."""
DELIVERY = "delivery.logs.amazonaws.com"


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one flow log."""
    yield from _logged(files)
    yield from _destination(files)
    yield from _roles(files)
    written = files.values
    if written.get("tag_field_specifications") and files.lacks("log_format"):
        said = "the tags are shown only by their fields in log_format; write that as well"
        yield Finding(said, ("tag_field_specifications",))


def _about(files: InFiles, name: str, said: str, *, warning: bool = False) -> Finding:
    """A finding about a field; of a reference nobody else knows the value, so its field is named in the text."""
    if has_reference(files.settings.get(name)):
        return Finding(f"{name}: {said}", warning=warning)
    return Finding(said, (name,), warning=warning)


def _logged(files: InFiles) -> Iterator[Finding]:
    """The type of the resource, and the fields that depend on it."""
    written = files.values
    resource, told = written.get("resource_id"), written.get("resource_type")
    token = parse_token(resource) if resource else None
    found = KINDS.get(token.word) if token else type_of(resource) if resource else None
    edge = (found, told) == ("CoreNetwork", "CoreNetworkEdge")
    if told and found and told != found and not edge:
        yield Finding(
            f"resource_id is of the type {found}; write that, or leave this out", ("resource_type",)
        )
        return
    type_ = told or found
    if type_ is None:
        return
    if type_.startswith(("Transit", "Core")):
        if "traffic_type" in written:
            yield Finding(
                "AWS takes no traffic type for a transit gateway or a core network; leave it out",
                ("traffic_type",),
            )
        interval = ("max_aggregation_interval",)
        if written.get("max_aggregation_interval") == 600:
            yield Finding("AWS takes 60 alone for a transit gateway or a core network; write 60", interval)
        elif files.lacks("max_aggregation_interval"):
            yield Finding(
                "a flow log of a transit gateway or a core network needs max_aggregation_interval: 60"
            )
    elif files.lacks("traffic_type"):
        yield Finding("a new flow log needs a traffic_type; write ACCEPT, REJECT or ALL")


def _type(files: InFiles) -> str | None:
    """The type of the destination; None if it is wrong."""
    wrong = "log_destination_type" in files.wrong
    return None if wrong else files.values.get("log_destination_type", GROUP)


def _destination(files: InFiles) -> Iterator[Finding]:
    written, type_ = files.values, _type(files)
    destination, group = written.get("log_destination"), written.get("log_group_name")
    if files.lacks("log_destination", "log_group_name"):
        yield Finding("a new flow log needs a destination; write log_group_name or log_destination")
    if destination and group:
        yield Finding("log_destination and log_group_name exclude each other; write only one")
    elif group and type_ not in (GROUP, None):
        said = f"it is only for log_destination_type: {GROUP}; write log_destination"
        yield _about(files, "log_group_name", said)
    needed = _type_of(destination) if destination else None
    if needed and type_ and needed != type_:
        said = f"log_destination needs log_destination_type: {needed}"
        yield Finding(said, ("log_destination_type",) if "log_destination_type" in written else ())
    elif destination and needed == BUCKET:
        yield from _bucket(files, destination)
    if "destination_options" in written and type_ not in (BUCKET, None):
        yield Finding(f"they are only for log_destination_type: {BUCKET}", ("destination_options",))


def _type_of(destination: str) -> str | None:
    """The type that a destination needs; None if it is not known."""
    first = next(tokens_in_text(destination), None)
    if first is not None and destination.startswith("${"):
        return DESTINATIONS.get(first.word)
    return None if has_reference(destination) else DESTINATIONS.get(destination.split(":")[2])


def _bucket(files: InFiles, destination: str) -> Iterator[Finding]:
    """A reserved folder, and a policy in the files that keeps the logs out."""
    folders = destination.rpartition("}")[2] if has_reference(destination) else destination
    if "AWSLogs" in folders.split("/")[1:]:
        said = "AWS reserves the folder AWSLogs; choose another one, or leave it out"
        yield _about(files, "log_destination", said)
    token = next(tokens_in_text(destination), None)
    bucket = files.others(token.word, token.name) if token else None
    policy: Any = bucket.get("bucket_policy") if bucket else None
    if token and policy and DELIVERY not in json.dumps(policy, default=str):
        said = (
            f"the policy of {token.name} does not let {DELIVERY} write; add its statements "
            "(Amazon S3 bucket permissions for flow logs), or leave bucket_policy out, and AWS adds them"
        )
        yield _about(files, "log_destination", said, warning=True)


def _roles(files: InFiles) -> Iterator[Finding]:
    """The roles that a type of destination needs, or takes."""
    type_, role = _type(files), "deliver_logs_permission_arn"
    written = files.values
    if type_ == GROUP and files.lacks(role):
        yield Finding(f"logs go into a log group with a role; write {role}")
    if type_ == BUCKET:
        for name in (role, "deliver_cross_account_role"):
            if name in written:
                yield _about(files, name, "the policy of a bucket lets the logs in; leave out the role")
    elif type_ == STREAM and "deliver_cross_account_role" in written and files.lacks(role):
        yield _about(files, "deliver_cross_account_role", f"a stream of another account needs {role} too")
