"""AWS's checks of a task template besides the shape of the request."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.reference_paths import values_at
from reconciler.sandbox.connect.core.refusals import invalid_property, quota_reached
from reconciler.sandbox.connect.core.resource_types import CONTACT_FLOW, TASK_TEMPLATE

MOST_FIELDS = 50
MISSING, UNKNOWN = "REQUIRED_PROPERTY_MISSING", "REFERENCED_RESOURCE_NOT_FOUND"
CONSTRAINTS = ("RequiredFields", "ReadOnlyFields", "InvisibleFields")

Problem = tuple[str, str, str]


def require_fitting(instance: Instance, settings: Mapping[str, Any]) -> None:
    """Refuse a template that AWS would refuse, with its first mistake."""
    fields = settings.get("Fields", ())
    if len(fields) > MOST_FIELDS:
        raise quota_reached("fields of a task template", MOST_FIELDS)
    for problem in chain(
        _problems_of_members(settings),
        _problems_of_fields(fields),
        _problems_of_constraints(settings),
        _problems_of_defaults(settings),
        _problems_of_flows(instance, settings),
    ):
        raise invalid_property(*problem)


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("Id", {}).get("Name", ""))


def _problems_of_members(settings: Mapping[str, Any]) -> Iterator[Problem]:
    for member in ("Fields", "Status", "Constraints"):
        if not settings.get(member):
            yield member, MISSING, f"{member} must be given."
    types = {field.get("Type") for field in settings.get("Fields", ())}
    if "QUICK_CONNECT" not in types and not settings.get("ContactFlowId"):
        yield "ContactFlowId", MISSING, "Give ContactFlowId, or a field of type QUICK_CONNECT."


def _problems_of_fields(fields: Any) -> Iterator[Problem]:
    names = [_name(field) for field in fields]
    for number, field in enumerate(fields):
        path = f"Fields[{number}]"
        if not names[number]:
            yield f"{path}.Id.Name", MISSING, "A field must have a name."
        if names.index(names[number]) < number:
            text = f"Field {names[number]} is given twice."
            yield f"{path}.Id.Name", "UNIQUE_CONSTRAINT_VIOLATED", text
        if not field.get("Type"):
            yield f"{path}.Type", MISSING, f"Field {names[number]} must have a type."
        if field.get("Type") == "SINGLE_SELECT" and not field.get("SingleSelectOptions"):
            text = f"Field {names[number]} must have options."
            yield f"{path}.SingleSelectOptions", MISSING, text
    of_type_name = [field for field in fields if field.get("Type") == "NAME"]
    if not of_type_name:
        yield "Fields", MISSING, "There must be a field of type NAME."
    if len(of_type_name) > 1:
        yield "Fields", "UNIQUE_CONSTRAINT_VIOLATED", "There must be one field of type NAME only."


def _problems_of_constraints(settings: Mapping[str, Any]) -> Iterator[Problem]:
    constraints = settings.get("Constraints", {})
    types = {_name(field): field.get("Type") for field in settings.get("Fields", ())}
    for member in CONSTRAINTS:
        for number, item in enumerate(constraints.get(member, ())):
            if _name(item) not in types:
                path = f"Constraints.{member}[{number}].Id.Name"
                yield path, UNKNOWN, f"There is no field {_name(item)}."
    required = {types.get(_name(item)) for item in constraints.get("RequiredFields", ())}
    if "NAME" not in required:
        yield "Constraints.RequiredFields", MISSING, "The field of type NAME must be required."


def _problems_of_defaults(settings: Mapping[str, Any]) -> Iterator[Problem]:
    fields = {_name(field): field for field in settings.get("Fields", ())}
    for number, item in enumerate(settings.get("Defaults", {}).get("DefaultFieldValues", ())):
        path, value = f"Defaults.DefaultFieldValues[{number}]", item.get("DefaultValue", "")
        field = fields.get(_name(item))
        if field is None:
            yield f"{path}.Id.Name", UNKNOWN, f"There is no field {_name(item)}."
        elif not _fits(value, field):
            text = f"{value} is no value of field {_name(item)}."
            yield f"{path}.DefaultValue", "TYPE_MISMATCH", text


def _fits(value: str, field: Mapping[str, Any]) -> bool:
    if field["Type"] == "NUMBER":
        return value.removeprefix("-").replace(".", "", 1).isdecimal()
    if field["Type"] == "BOOLEAN":
        return value.lower() in {"true", "false"}
    if field["Type"] == "SINGLE_SELECT":
        return value in field["SingleSelectOptions"]
    return True


def _problems_of_flows(instance: Instance, settings: Mapping[str, Any]) -> Iterator[Problem]:
    for path in TASK_TEMPLATE.refers:
        for flow in values_at(settings, path):
            if instance.find(CONTACT_FLOW, flow) is None:
                yield path, UNKNOWN, f"Flow {flow} was not found."
