"""Quick connects: transfer destinations for agents."""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created, summarised
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import invalid
from reconciler.sandbox.connect.core.resource_types import QUEUE, QUICK_CONNECT
from reconciler.sandbox.connect.core.stored_records import Record

MEMBER_OF = {
    "USER": "UserConfig",
    "QUEUE": "QueueConfig",
    "PHONE_NUMBER": "PhoneConfig",
    "FLOW": "FlowConfig",
}

operations = Operations()


def _type(record: Record) -> str:
    return str(record.settings["QuickConnectConfig"]["QuickConnectType"])


def with_type(instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize a quick connect."""
    return {**summarised(instance, record), "QuickConnectType": _type(record)}


operations.describe("DescribeQuickConnect", QUICK_CONNECT, "QuickConnect")
operations.list_all(
    "ListQuickConnects",
    QUICK_CONNECT,
    "QuickConnectSummaryList",
    view=with_type,
    keep={"QuickConnectTypes": lambda record, wanted: not wanted or _type(record) in wanted},
)
operations.search("SearchQuickConnects", QUICK_CONNECT, "QuickConnects")
operations.update("UpdateQuickConnectName", QUICK_CONNECT, "Name", "Description")


@operations.on_instance
def create_quick_connect(
    instance: Instance,
    Name: str,
    QuickConnectConfig: Mapping[str, Any],
    Tags: Mapping[str, str] | None = None,
    **settings: Any,
) -> Reply:
    """Create a quick connect; its configuration must match its type."""
    _require_fitting(QuickConnectConfig)
    settings["QuickConnectConfig"] = QuickConnectConfig
    return created(instance.add(QUICK_CONNECT, Name, settings, tags=Tags))


@operations.on_instance
def update_quick_connect_config(
    instance: Instance, QuickConnectId: str, QuickConnectConfig: Mapping[str, Any]
) -> Reply:
    """Replace the configuration; the type may change."""
    _require_fitting(QuickConnectConfig)
    instance.change(instance.get(QUICK_CONNECT, QuickConnectId), {"QuickConnectConfig": QuickConnectConfig})
    return None


@operations.on_instance
def delete_quick_connect(instance: Instance, QuickConnectId: str) -> Reply:
    """Delete a quick connect, and remove it from queues."""
    record = instance.get(QUICK_CONNECT, QuickConnectId)
    for queue in list(instance.holders(record, QUEUE.noun).values()):
        left = [each for each in queue.settings["QuickConnectIds"] if each != record.id]
        instance.change_children(queue, "QuickConnectIds", left)
    instance.remove(record)
    return None


def _require_fitting(config: Mapping[str, Any]) -> None:
    kind = config["QuickConnectType"]
    wanted = MEMBER_OF[kind]
    given = set(config) - {"QuickConnectType"}
    if given != {wanted}:
        raise invalid(f"A quick connect of type {kind} needs {wanted} and nothing else.")
    number = config.get("PhoneConfig", {}).get("PhoneNumber", "+10")
    if not re.fullmatch(r"\+[1-9]\d{1,14}", number):
        raise invalid(f"Phone number {number} is not in E.164 format.")
