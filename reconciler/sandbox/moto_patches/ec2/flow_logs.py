"""Flow logs: every setting and destination, and AWS's refusals.

Known-lossy: no traffic is logged; what is logged of a core network, and the role of a flow log of another account, are not
checked; a flow log of a deleted subnet or interface stays (AWS documents the end of those of VPCs alone).
"""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.flow_logs import FlowLogs
from moto.ec2.utils import random_flow_log_id

from reconciler.sandbox.moto_patches.ec2.flow_log_checks import (
    CWL,
    S3,
    check_destination,
    check_resource,
    checked,
    held,
    let_deliver,
)
from reconciler.sandbox.moto_patches.ec2.requests import (
    Params,
    Reply,
    Values,
    found_by,
    page,
    refuse_dry_run,
    refused,
    shown_tags,
    tags_for,
    value_of,
)
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} "
    "${start} ${end} ${action} ${log-status}"
)
"""https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html"""
OPTIONS = {"FileFormat": "plain-text", "HiveCompatiblePartitions": False, "PerHourPartition": False}
UNKNOWN = "InvalidFlowLogId.NotFound"
KEPT = 3600.0
"""Seconds for which the flow log of a deleted VPC stays; AWS says: eventually."""


def create(ec2: EC2Backend, params: Params) -> Reply:
    """CreateFlowLogs: a flow log for each resource; a resource that fails is in `Unsuccessful`.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
    """
    _forget(ec2)
    tags, token = tags_for("vpc-flow-log", params), params.get("ClientToken")
    shape = checked(ec2, params)
    before = [each.id for each in _all(ec2) if token and vars(each).get("sandbox_token") == token]
    refuse_dry_run(params)
    if before:
        return {"FlowLogIds": before, "Unsuccessful": [], "ClientToken": token}
    made, failed = [], []
    for resource_id in params["ResourceIds"]:
        try:
            check_resource(ec2, params["ResourceType"], resource_id)
            check_destination(ec2, shape)
        except SandboxError as error:
            failed.append(
                {"ResourceId": resource_id, "Error": {"Code": error.code, "Message": error.message}}
            )
            continue
        made.append(_made(ec2, resource_id, shape, token))
        made[-1].add_tags(tags)
    return {"FlowLogIds": [each.id for each in made], "Unsuccessful": failed, "ClientToken": token}


def describe(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeFlowLogs: of unknown ids it shows nothing."""
    _forget(ec2)
    refuse_dry_run(params)
    ids = params.get("FlowLogIds")
    shown = [show(ec2, each) for each in _all(ec2) if not ids or each.id in ids]
    filters = {"Filters": params.get("Filter")}
    found = found_by(filters, shown, FILTERS, lambda row: ec2.tags.get(row["FlowLogId"], {}))
    return page("FlowLogs", found, params)


def delete(ec2: EC2Backend, params: Params) -> Reply:
    """DeleteFlowLogs: an unknown id is in `Unsuccessful`."""
    _forget(ec2)
    refuse_dry_run(params)
    failed = []
    for each in params["FlowLogIds"]:
        if ec2.flow_logs.pop(each, None) is None:
            failed.append({"ResourceId": each, "Error": {"Code": UNKNOWN, "Message": _unknown([each])}})
        ec2.tags.pop(each, None)
    return {"Unsuccessful": failed}


def require(ec2: EC2Backend, ids: list[str]) -> None:
    """Refuse ids of flow logs that do not exist."""
    _forget(ec2)
    missing = [each for each in ids if each not in ec2.flow_logs]
    if missing:
        raise refused(UNKNOWN, _unknown(missing))


def _unknown(ids: list[str]) -> str:
    return f"These flow log ids in the input list are not found: [TotalCount: {len(ids)}] {' '.join(ids)}"


def vpc_is_gone(ec2: EC2Backend, vpc_id: str) -> None:
    """Note that a VPC is deleted: AWS removes its flow logs later.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
    """
    for each in _all(ec2):
        if each.resource_id == vpc_id:
            vars(each)["sandbox_removed_at"] = current().clock() + KEPT


def show(ec2: EC2Backend, log: FlowLogs) -> Reply:
    """Return a flow log in the form of replies."""
    type_ = log.log_destination_type
    prefix = log.resource_id.rpartition("-")[0]
    lacking = type_ == CWL and log.log_group_name not in held("logs", ec2, "groups")
    shown = {
        "CreationTime": log.creation_time,
        "FlowLogId": log.id,
        "FlowLogStatus": "ACTIVE",
        "DeliverLogsStatus": "FAILED" if lacking else "SUCCESS",
        "DeliverLogsErrorMessage": "Access error" if lacking else None,
        "ResourceId": log.resource_id,
        "TrafficType": None if prefix.startswith(("tgw", "core", "attachment")) else log.traffic_type,
        "LogDestinationType": type_,
        "LogDestination": log.log_destination,
        "LogGroupName": log.log_group_name,
        "LogFormat": log.log_format,
        "MaxAggregationInterval": log.max_aggregation_interval,
        "DeliverLogsPermissionArn": log.deliver_logs_permission_arn,
        "Tags": shown_tags(ec2, log.id),
        **vars(log).get("sandbox_further", {}),
    }
    return {name: value for name, value in shown.items() if value is not None}


def _all(ec2: EC2Backend) -> list[FlowLogs]:
    return list(ec2.flow_logs.values())


def _forget(ec2: EC2Backend) -> None:
    """Remove the flow logs of VPCs that were deleted some time ago."""
    now = current().clock()
    for each in _all(ec2):
        if vars(each).get("sandbox_removed_at", now + 1) <= now:
            del ec2.flow_logs[each.id]
            ec2.tags.pop(each.id, None)


def _made(ec2: EC2Backend, resource_id: str, shape: Params, token: str | None) -> FlowLogs:
    same = [
        each
        for each in _all(ec2)
        if (each.resource_id, each.log_group_name, each.log_destination)
        == (resource_id, shape["LogGroupName"], shape.get("LogDestination"))
    ]
    if same:
        text = "Error. There is an existing Flow Log with the same configuration and log destination."
        raise refused("FlowLogAlreadyExists", text)
    kind: Any = FlowLogs  # abstract to mypy, because moto's metaclass adds methods
    log: FlowLogs = kind(
        ec2,
        random_flow_log_id(),
        resource_id,
        shape.get("TrafficType"),
        shape.get("LogDestination"),
        shape["LogGroupName"],
        shape.get("DeliverLogsPermissionArn"),
        shape.get("MaxAggregationInterval") or 600,
        shape["LogDestinationType"],
        shape.get("LogFormat") or FORMAT,
    )
    further = {
        name: shape[name] for name in ("DeliverCrossAccountRole", "TagFieldSpecifications") if name in shape
    }
    if shape["LogDestinationType"] == S3:
        further["DestinationOptions"] = {**OPTIONS, **(shape.get("DestinationOptions") or {})}
        let_deliver(ec2, shape["LogDestination"])
    vars(log).update(sandbox_token=token, sandbox_further=further)
    ec2.flow_logs[log.id] = log
    return log


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html
FILTERS: Mapping[str, Values] = {
    "deliver-log-status": value_of("DeliverLogsStatus"),
    "log-destination-type": value_of("LogDestinationType"),
    "flow-log-id": value_of("FlowLogId"),
    "log-group-name": value_of("LogGroupName"),
    "resource-id": value_of("ResourceId"),
    "traffic-type": value_of("TrafficType"),
}
