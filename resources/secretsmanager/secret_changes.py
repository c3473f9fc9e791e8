"""The requests that change a secret."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Calls, Change, Delete, Request, Restore, Sends, Sighting, Wired, tag_list
from reconciler.model import Settings
from reconciler.resources.secretsmanager.secret_model import LONGEST, SHORTEST

WINDOW_TAG = "reconciler:recovery_window_in_days"
"""The tag of a secret with its recovery window in days. When the secret is deleted, the files no longer contain it."""
RULES = ("AutomaticallyAfterDays", "ScheduleExpression", "Duration")
NOW = "RotateImmediately"


def put_replicas(change: Change) -> Iterator[Request]:
    """Add new replicas, and remove others; one with another key is removed and added, because AWS changes no key."""
    before, after = (_by_region(side) for side in (change.observed, change.desired))
    other_key = [name for name in before if name in after and before[name] != after[name]]
    gone = [*other_key, *(name for name in before if name not in after)]
    new = [after[name] for name in after if name not in before or name in other_key]
    if other_key:
        yield _remove(change.address, gone)
    if new:
        yield Request("replicate_secret_to_regions", {**change.address, "AddReplicaRegions": new})
    if gone and not other_key:
        yield _remove(change.address, gone)


def _by_region(members: Wired) -> dict[str, Any]:
    return {row["Region"]: row for row in members.get("AddReplicaRegions") or ()}


def _remove(address: Wired, regions: Iterable[str]) -> Request:
    return Request("remove_regions_from_replication", {**address, "RemoveReplicaRegions": [*regions]})


def put_rotation(change: Change) -> Iterator[Request]:
    """Set function and schedule together, or switch the rotation off."""
    wanted = change.desired.get("Rotation")
    if not wanted:
        yield Request("cancel_rotate_secret", dict(change.address))
        return
    rules = {name: wanted[name] for name in RULES if name in wanted}
    at_once = {NOW: wanted[NOW]} if NOW in wanted else {}
    function = {"RotationLambdaARN": wanted["RotationLambdaARN"], "RotationRules": rules}
    yield Request("rotate_secret", {**change.address, **function, **at_once})


def rotation_in(row: Mapping[str, Any]) -> Wired | None:
    """The rotation of a secret in a reply; None if it is off, although AWS still shows function and schedule then."""
    if not row.get("RotationEnabled"):
        return None
    rules = row.get("RotationRules") or {}
    return {
        "RotationLambdaARN": row.get("RotationLambdaARN"),
        **{name: rules[name] for name in RULES if name in rules},
    }


def compared_rotation(live: Mapping[str, Any] | None, written: Settings, reported: Wired) -> Any:
    """The rotation as it is compared: AWS adds days that it derives from a schedule, and shows no `rotate_immediately`."""
    del reported
    wanted = written.get("rotation")
    if not live or not wanted:
        return live
    shown = {
        name: value for name, value in live.items() if name in wanted or name != "automatically_after_days"
    }
    at_once = {"rotate_immediately": wanted["rotate_immediately"]} if "rotate_immediately" in wanted else {}
    return {**shown, **at_once}


def put_window(change: Change) -> Iterator[Request]:
    """Store the recovery window, in days, in a tag of the secret."""
    days = change.desired.get("RecoveryWindowInDays")
    if days is None:
        yield Request("untag_resource", {**change.address, "TagKeys": [WINDOW_TAG]})
    else:
        yield Request("tag_resource", {**change.address, "Tags": tag_list({WINDOW_TAG: str(days)})})


def window_in(tags: Mapping[str, str]) -> dict[str, int]:
    """The recovery window from the tag, in days, as a parameter of DeleteSecret; without a tag AWS waits 30 days."""
    text = tags.get(WINDOW_TAG, "")
    days = int(text) if text.isascii() and text.isdigit() else 0
    return {"RecoveryWindowInDays": days} if SHORTEST <= days <= LONGEST else {}


def deletion(secret: Sighting) -> Wired:
    """The parameters of DeleteSecret."""
    return {**secret.address, **window_in(secret.tags or {})}


def before_delete(api: Api, secret: Sighting) -> Iterator[Request]:
    """Remove the replicas: AWS deletes no secret that has some."""
    found = api.call("describe_secret", **secret.address).get("ReplicationStatus") or ()
    if found:
        yield _remove(secret.address, [each["Region"] for each in found])


def restore(secret: Sighting, written: Mapping[str, Any]) -> Iterator[Request]:
    """Cancel the deletion."""
    del written
    yield Request("restore_secret", dict(secret.address))


GROUPS = (
    Sends("update_secret", ("description", "kms_key_id")),
    Sends("put_resource_policy", ("resource_policy",), cleared_by="delete_resource_policy"),
    Calls(put_replicas, ("replicas",), ("replicate_secret_to_regions", "remove_regions_from_replication")),
    Calls(put_rotation, ("rotation",), ("rotate_secret", "cancel_rotate_secret")),
    Calls(put_window, ("recovery_window_in_days",), ("tag_resource", "untag_resource")),
)
DELETE = Delete(
    "delete_secret",
    protected=True,
    parameters=deletion,
    before=before_delete,
    calls=("describe_secret", "remove_regions_from_replication"),
    restore=Restore(restore, ("restore_secret",)),
)
