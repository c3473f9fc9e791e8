"""Converts replies about an instance to the members of requests, and tells what AWS is doing with it."""

from typing import Any

from reconciler.contract import Api, Wired
from reconciler.resources.lightsail.add_ons import shown_add_ons

LIST, STATE = "get_instances", "get_instance_state"
AT_REST = ("running", "stopped")
STATE_NAME = "stateName"
"""A member that we add to replies: the name of the state alone."""
GOING = ("shutting-down", "terminated")
"""The states of an instance that does not exist any more, although AWS shows it."""


def shown(row: Any) -> Wired:
    """An instance with the members that requests have."""
    found: Wired = row | {
        "availabilityZone": row["location"]["availabilityZone"],
        "keyPairName": row.get("sshKeyName"),
        "portInfos": row["networking"]["ports"],
        "addOns": shown_add_ons(row),
        STATE_NAME: row["state"]["name"],
    }
    return found


def at_work(api: Api, name: str) -> str | None:
    """What AWS is doing with an instance; None if it accepts changes."""
    state = api.call(STATE, instanceName=name)["state"]["name"]
    return None if state in AT_REST else f"instance is {state}"


def still_there(api: Api, members: Wired) -> str | None:
    """What AWS is doing with an instance that is being deleted; None once it does not know it."""
    found = (row for row in api.pages(LIST) if row["name"] == members["instanceName"])
    return next((f"instance is {row['state']['name']}" for row in found), None)
