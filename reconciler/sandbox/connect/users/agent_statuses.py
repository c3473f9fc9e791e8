"""Agent statuses: two of AWS, and custom ones, which cannot be deleted."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created, summarised
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import not_allowed, quota_reached
from reconciler.sandbox.connect.core.resource_types import AGENT_STATUS
from reconciler.sandbox.connect.core.stored_records import Record

MOST_STATUSES = 50

operations = Operations()


def with_type(instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize a status."""
    return {**summarised(instance, record), "Type": record.settings["Type"]}


operations.describe("DescribeAgentStatus", AGENT_STATUS, "AgentStatus")
operations.list_all(
    "ListAgentStatuses",
    AGENT_STATUS,
    "AgentStatusSummaryList",
    view=with_type,
    keep={"AgentStatusTypes": lambda record, wanted: not wanted or record.settings["Type"] in wanted},
)
operations.search("SearchAgentStatuses", AGENT_STATUS, "AgentStatuses")


@operations.on_instance
def create_agent_status(
    instance: Instance, Name: str, Tags: Mapping[str, str] | None = None, **settings: Any
) -> Reply:
    """Create a custom status; without a display order it is the last."""
    order = len(instance.store(AGENT_STATUS)) + 1
    if order > MOST_STATUSES:
        raise quota_reached(AGENT_STATUS.noun, MOST_STATUSES)
    settings = {"DisplayOrder": order, **settings, "Type": "CUSTOM"}
    return created(instance.add(AGENT_STATUS, Name, settings, tags=Tags))


@operations.on_instance
def update_agent_status(
    instance: Instance,
    AgentStatusId: str,
    Name: str | None = None,
    ResetOrderNumber: bool = False,
    **changes: Any,
) -> Reply:
    """Change the members in the request; AWS's statuses can be renamed, but not disabled."""
    record = instance.get(AGENT_STATUS, AgentStatusId)
    if record.aws_owned and changes.get("State") == "DISABLED":
        raise not_allowed(f"Agent status {record.name} cannot be disabled.")
    if ResetOrderNumber:
        changes["DisplayOrder"] = None
    instance.change(record, changes, Name)
    return None
