"""Stacks of a few resources, written to files and loaded."""

import json
from pathlib import Path
from typing import Any

from reconciler.desired import InvalidStack, load
from reconciler.kinds import known_kinds
from reconciler.stack import Stack

HEADER: dict[str, Any] = {
    "stack": "s",
    "environments": {"dev": {"account": "111111111111", "region": "eu-west-2"}},
}
CENTRE: dict[str, Any] = {
    "identity_management_type": "CONNECT_MANAGED",
    "inbound_calls_enabled": True,
    "outbound_calls_enabled": True,
}
OPEN = {"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}
HOURS: dict[str, Any] = {"time_zone": "Europe/London", "config": [OPEN]}
HOLIDAY: dict[str, Any] = {
    "name": "Holiday", "config": [], "effective_from": "2026-12-25", "effective_till": "2026-12-25",
}  # fmt: skip
QUEUE = {"hours_of_operation": "Always"}
PROFILE = {
    "description": "Agents",
    "default_outbound_queue": "Sales",
    "media_concurrencies": [{"channel": "VOICE", "concurrency": 1}],
}
USER: dict[str, Any] = {
    "security_profiles": ["Agent"],
    "routing_profile": "Agents",
    "identity_info": {"first_name": "Ada", "last_name": "Lovelace"},
    "password": {"secret": {"ssm": "/ada"}},
}
AROUND: dict[str, Any] = {
    "connect.instance": {"main": {"existing": True}},
    "connect.hours_of_operation": {"Always": {"existing": True}},
    "connect.queue": {"Sales": {"existing": True}},
    "connect.routing_profile": {"Agents": {"existing": True}},
    "connect.security_profile": {"Agent": {"existing": True}},
}


def loaded(tmp_path: Path, resources: dict[str, Any], **header: Any) -> Stack:
    """The stack of these resources and those that they refer to, one file for each kind."""
    (tmp_path / "stack.yaml").write_text(json.dumps({**HEADER, **header}))
    connect = any(kind.startswith("connect.") for kind in resources.keys() - {"connect.instance"})
    for kind, named in {**(AROUND if connect else {}), **resources}.items():
        (tmp_path / f"{kind}.yaml").write_text(json.dumps({kind: named}))
    return load(tmp_path, None, known_kinds())


def mistakes(tmp_path: Path, resources: dict[str, Any], **header: Any) -> list[str]:
    try:
        loaded(tmp_path, resources, **header)
    except InvalidStack as error:
        return [each.message for each in error.mistakes]
    return []


def without(whole: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in names}


def user(**changes: Any) -> dict[str, Any]:
    return {"connect.user": {"ada": {**USER, **changes}}}


def hours(**changes: Any) -> dict[str, Any]:
    return {"connect.hours_of_operation": {"Always": {**HOURS, **changes}}}


def attribute(name: str) -> dict[str, str]:
    return {"attribute_name": name, "attribute_type": "S"}


def key(*elements: str) -> list[dict[str, str]]:
    return [
        {"attribute_name": name, "key_type": kind} for kind, name in (each.split(":") for each in elements)
    ]


TABLE: dict[str, Any] = {
    "attribute_definitions": [attribute("id")],
    "key_schema": key("HASH:id"),
    "billing_mode": "PAY_PER_REQUEST",
}
INDEX: dict[str, Any] = {
    "index_name": "by-at",
    "key_schema": key("HASH:at"),
    "projection": {"projection_type": "ALL"},
}
CAPACITY = {"read_capacity_units": 1, "write_capacity_units": 1}


def table(name: str = "Orders", **changes: Any) -> dict[str, Any]:
    return {"dynamodb.table": {name: {**TABLE, **changes}}}


def bucket(name: str = "acme-photos", **settings: Any) -> dict[str, Any]:
    return {"s3.bucket": {name: settings}}


def rule(**members: Any) -> dict[str, Any]:
    return bucket(lifecycle=[{"id": "a", "status": "Enabled", **members}])


def move(days: int, storage_class: str = "GLACIER") -> dict[str, Any]:
    return {"storage_class": storage_class, "days": days}


def replica(to: str = "arn:aws:s3:::elsewhere") -> dict[str, Any]:
    rules = [{"id": "a", "status": "Enabled", "destination": {"bucket": to}}]
    return {"role": "arn:aws:iam::111111111111:role/r", "rules": rules}
