"""The parameters of a database's engine: some of those that the engines have.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-updating-database-parameters.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.lightsail_offers import Row, table
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import invalid
from reconciler.sandbox.lightsail.databases.databases import DATABASE, SETTLED

IMMEDIATE, AT_REBOOT = "immediate", "pending-reboot"
STATIC = "static"

operations = Operations()


@operations.pages("parameters", order=lambda row: str(row["parameterName"]))
def get_relational_database_parameters(plane: Plane, relationalDatabaseName: str) -> Sequence[dict[str, Any]]:
    """Show all parameters of a database."""
    record = plane.get(DATABASE, relationalDatabaseName)
    return [_shown(record, row) for row in _rows(record)]


@operations.answers
def update_relational_database_parameters(
    plane: Plane, relationalDatabaseName: str, parameters: Sequence[Mapping[str, Any]]
) -> Reply:
    """Change parameters: dynamic ones at once, static ones when the database is rebooted."""
    record = plane.get(DATABASE, relationalDatabaseName)
    plane.require_state(record, SETTLED)
    known = {row["parameter_name"]: row for row in _rows(record)}
    for each in parameters:
        _require_valid(known.get(each.get("parameterName", "")), each)
    changed = {each["parameterName"]: each["parameterValue"] for each in parameters}
    record.settings["parameters"] = {**record.settings["parameters"], **changed}
    if any(
        known[each["parameterName"]]["apply_type"] == STATIC or each.get("applyMethod") == AT_REBOOT
        for each in parameters
    ):
        record.settings["parameterApplyStatus"] = AT_REBOOT
    return done(plane, "UpdateRelationalDatabaseParameters", record)


def _rows(record: Record) -> list[Row]:
    return [row for row in table("database_parameters") if row["engine"] == record.settings["engine"]]


def _shown(record: Record, row: Row) -> dict[str, Any]:
    changed: Mapping[str, str] = record.settings["parameters"]
    default = row["parameter_value"]
    value = changed.get(row["parameter_name"], None if default is None else str(default))
    return {
        "allowedValues": str(row["allowed_values"] or ""),
        "applyMethod": AT_REBOOT if row["apply_type"] == STATIC else IMMEDIATE,
        "applyType": row["apply_type"],
        "dataType": row["data_type"],
        "description": row["description"],
        "isModifiable": row["is_modifiable"],
        "parameterName": row["parameter_name"],
        **({"parameterValue": value} if value is not None else {}),
    }


def _require_valid(row: Row | None, asked: Mapping[str, Any]) -> None:
    name, value = asked.get("parameterName"), asked.get("parameterValue")
    if row is None:
        raise invalid(f"The parameter does not exist: {name}")
    if value is None:
        raise invalid(f"The parameter needs a value: {name}")
    if not row["is_modifiable"]:
        raise invalid(f"The parameter is not modifiable: {name}")
    if row["apply_type"] == STATIC and asked.get("applyMethod") == IMMEDIATE:
        raise invalid(f"The apply method of a static parameter is {AT_REBOOT}: {name}")
    if not _allowed(str(row["allowed_values"] or ""), str(value)):
        raise invalid(f"The value of {name} must be one of {row['allowed_values']}: {value}")


def _allowed(allowed: str, value: str) -> bool:
    """Whether a value is one of a list, or in a range of numbers."""
    if not allowed:
        return True
    if "," in allowed:
        return value in allowed.split(",")
    first, _, last = allowed[1:].partition("-")
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        return value.startswith("{")  # a formula, such as {DBInstanceClassMemory/12582880}
    return int(allowed[0] + first) <= int(value) <= int(last)
