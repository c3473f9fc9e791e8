"""Converts replies about flow logs to the form of requests."""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Api, Wired
from reconciler.model import Settings
from reconciler.resources.ec2.flow_log_model import GROUP, TYPES


def type_of(resource_id: str) -> str | None:
    """The type of a resource by its id; None if the id does not tell it."""
    return TYPES.get(resource_id.rpartition("-")[0])


def completed(api: Api, row: Any) -> Any:
    """A flow log with the ARN of its log group, which AWS shows only if a request has named it by its ARN."""
    if row.get("LogDestinationType") != GROUP or row.get("LogDestination") or not row.get("LogGroupName"):
        return row
    group = f"arn:{api.partition}:logs:{api.region}:{api.account}:log-group:{row['LogGroupName']}"
    return row | {"LogDestination": group}


def with_type(api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of create: a list of one resource, with its type if the files leave it out."""
    del api
    resource_id = parameters["ResourceId"]
    others = {name: value for name, value in parameters.items() if name != "ResourceId"}
    found = type_of(resource_id)
    return {"ResourceIds": [resource_id], **({"ResourceType": found} if found else {}), **others}


def error_of(reported: Wired) -> str:
    """Why AWS delivers nothing."""
    return str(reported.get("DeliverLogsErrorMessage") or "")


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """That AWS cannot deliver the logs."""
    del written
    if reported.get("DeliverLogsStatus") == "FAILED":
        yield f"AWS cannot deliver the logs: {error_of(reported) or 'it gives no reason'}"
