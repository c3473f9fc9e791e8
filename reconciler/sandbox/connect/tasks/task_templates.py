"""Task templates: forms with which agents create tasks. An update replaces the whole template."""

from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, invalid_property
from reconciler.sandbox.connect.core.resource_types import TASK_TEMPLATE
from reconciler.sandbox.connect.core.stored_records import Record, moment
from reconciler.sandbox.connect.tasks.task_template_rules import require_fitting

MEMBERS = (
    "Description",
    "ContactFlowId",
    "SelfAssignFlowId",
    "ContactHooks",
    "Constraints",
    "Defaults",
    "Status",
    "Fields",
)

operations = Operations()


def _times(record: Record) -> dict[str, Any]:
    return {"CreatedTime": moment(record.created), "LastModifiedTime": moment(record.modified)}


def _whole(instance: Instance, record: Record) -> dict[str, Any]:
    identity = {"InstanceId": instance.id, "Id": record.id, "Arn": record.arn, "Name": record.name}
    return {**identity, **record.settings, **_times(record)}


def as_listed(_instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize a template."""
    settings = record.settings
    shown: dict[str, Any] = {name: settings[name] for name in ("Description", "Status") if name in settings}
    return {"Id": record.id, "Arn": record.arn, "Name": record.name, **shown, **_times(record)}


operations.list_all(
    "ListTaskTemplates",
    TASK_TEMPLATE,
    "TaskTemplates",
    view=as_listed,
    most=100,
    keep={
        "Status": lambda record, wanted: bool(record.settings["Status"] == wanted),
        "Name": lambda record, wanted: bool(record.name == wanted),
    },
)
operations.delete("DeleteTaskTemplate", TASK_TEMPLATE)


@operations.on_instance
def create_task_template(instance: Instance, Name: str, **settings: Any) -> Reply:
    """Create a template; without a status it is ACTIVE."""
    settings = {"Status": "ACTIVE", **settings}
    require_fitting(instance, settings)
    _require_free(instance, Name)
    return created(instance.add(TASK_TEMPLATE, Name, settings))


@operations.on_instance
def get_task_template(instance: Instance, TaskTemplateId: str, SnapshotVersion: str | None = None) -> Reply:
    """Describe a template with its tags; snapshots exist only with tasks, which the sandbox does not have."""
    record = instance.get(TASK_TEMPLATE, TaskTemplateId)
    if SnapshotVersion:
        raise absent("Snapshot", SnapshotVersion)
    return {**_whole(instance, record), "Tags": dict(record.tags)}


@operations.on_instance
def update_task_template(
    instance: Instance, TaskTemplateId: str, Name: str | None = None, **settings: Any
) -> Reply:
    """Replace a template: members that the request omits are removed, except the name."""
    record = instance.get(TASK_TEMPLATE, TaskTemplateId)
    require_fitting(instance, settings)
    if Name not in {None, record.name}:
        _require_free(instance, str(Name))
    instance.change(record, {member: settings.get(member) for member in MEMBERS}, Name)
    return _whole(instance, record)


def _require_free(instance: Instance, name: str) -> None:
    if instance.store(TASK_TEMPLATE).named(name):
        text = f"A task template with the name {name} already exists."
        raise invalid_property("Name", "RESOURCE_NAME_ALREADY_EXISTS", text)
