"""Automatic snapshots of instances and disks, as Lightsail's add-on.

Sources: EnableAddOn, DisableAddOn, AddOnRequest (Amazon Lightsail API Reference). The other add-on, StopInstanceOnIdle, is for
Lightsail for Research alone.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from reconciler.contract import Calls, Change, Request, Wired, row_changes
from reconciler.forms import Form
from reconciler.model import CamelPart, Cleared, Rows
from reconciler.resources.lasting import LASTS

ENABLE, DISABLE = "enable_add_on", "disable_add_on"
DETAILS = "autoSnapshotAddOnRequest"
LIVE = ("Enabled", "Enabling")


class AutoSnapshot(CamelPart):
    """When automatic snapshots are taken."""

    snapshot_time_of_day: Annotated[
        Annotated[str, Form(r"([01]\d|2[0-3]):00", 'an hour in UTC as HH:00, such as "02:00"')] | None, LASTS
    ] = None
    """The hour in UTC, as HH:00; if left out, AWS chooses one. AWS keeps the snapshots of seven days."""


class AddOn(CamelPart):
    """An add-on."""

    add_on_type: Literal["AutoSnapshot"]
    auto_snapshot_add_on_request: Annotated[AutoSnapshot | None, LASTS] = None


AddOns: TypeAlias = Annotated[list[AddOn] | None, Rows(("add_on_type",)), Cleared([])]


def change_add_ons(change: Change) -> Iterator[Request]:
    """Enable add-ons, change their hours, and disable others."""
    name = next(iter(change.address.values()))
    rows = row_changes(change, "addOns", key=lambda row: row["addOnType"])
    for row in (*rows.new.values(), *rows.changed.values()):
        yield Request(ENABLE, {"resourceName": name, "addOnRequest": row})
    for type_ in rows.gone:
        yield Request(DISABLE, {"resourceName": name, "addOnType": type_})


def shown_add_ons(row: Wired) -> list[dict[str, Any]]:
    """The add-ons of a resource in the form of requests."""
    return [
        {"addOnType": each["name"], DETAILS: {"snapshotTimeOfDay": each.get("snapshotTimeOfDay")}}
        for each in row.get("addOns") or ()
        if each.get("status") in LIVE
    ]


ADD_ONS = Calls(change_add_ons, ("add_ons",), (ENABLE, DISABLE))
