"""The requests that change a KMS key."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Calls, Change, Request, Restore, Sighting, Wired, row_changes
from reconciler.resources.kms.key_model import LONGEST, SHORTEST

WINDOW_TAG = "reconciler:pending_window_in_days"
"""The tag of a key with its waiting time in days. When the key is deleted, the files no longer contain it."""


def put_state(change: Change) -> Iterator[Request]:
    """Enable a key before its rotation is set, or disable it afterwards: AWS sets no rotation for a disabled key."""
    wanted = change.desired
    if change.differs("Enabled") and wanted.get("Enabled"):
        yield Request("enable_key", change.address)
    rotates = wanted.get("KeyRotationEnabled")
    if rotates and (change.differs("KeyRotationEnabled") or change.differs("RotationPeriodInDays")):
        days = wanted.get("RotationPeriodInDays")
        period = {} if days is None else {"RotationPeriodInDays": days}
        yield Request("enable_key_rotation", {**change.address, **period})
    elif change.differs("KeyRotationEnabled"):
        yield Request("disable_key_rotation", change.address)
    if change.differs("Enabled") and wanted.get("Enabled") is False:
        yield Request("disable_key", change.address)


def put_aliases(change: Change) -> Iterator[Request]:
    """Create new aliases first, then delete old ones."""
    names = row_changes(change, "Aliases")
    for name in names.new:
        at = {"AliasName": f"alias/{name}", "TargetKeyId": change.address["KeyId"]}
        yield Request("create_alias", at)
    for name in names.gone:
        yield Request("delete_alias", {"AliasName": f"alias/{name}"})


def put_window(change: Change) -> Iterator[Request]:
    """Store the waiting time, in days, in a tag of the key."""
    days = change.desired.get("PendingWindowInDays")
    if days is None:
        yield Request("untag_resource", {**change.address, "TagKeys": [WINDOW_TAG]})
    else:
        tags = [{"TagKey": WINDOW_TAG, "TagValue": str(days)}]
        yield Request("tag_resource", {**change.address, "Tags": tags})


def window_in(tags: Mapping[str, str]) -> dict[str, int]:
    """The waiting time from the tag, in days, as a parameter of ScheduleKeyDeletion; without a tag AWS waits 30 days."""
    text = tags.get(WINDOW_TAG, "")
    days = int(text) if text.isascii() and text.isdigit() else 0
    return {"PendingWindowInDays": days} if SHORTEST <= days <= LONGEST else {}


def deletion(key: Sighting) -> Wired:
    """The parameters of ScheduleKeyDeletion."""
    return {**key.address, **window_in(key.tags or {})}


def free_aliases(key: Sighting) -> Iterator[Request]:
    """Delete the aliases of a key that is replaced, so that the new key can get them."""
    for name in key.settings.get("Aliases") or ():
        yield Request("delete_alias", {"AliasName": f"alias/{name}"})


def restore(key: Sighting, written: Mapping[str, Any]) -> Iterator[Request]:
    """Enable the key again, unless the files disable it: CancelKeyDeletion leaves it disabled."""
    yield Request("cancel_key_deletion", dict(key.address))
    if written.get("enabled") is not False:
        yield Request("enable_key", dict(key.address))


STATE = Calls(
    put_state,
    ("enabled", "key_rotation_enabled", "rotation_period_in_days"),
    ("enable_key", "enable_key_rotation", "disable_key_rotation", "disable_key"),
)
ALIASES = Calls(put_aliases, ("aliases",), ("create_alias", "delete_alias"))
WINDOW = Calls(put_window, ("pending_window_in_days",), ("tag_resource", "untag_resource"))
RESTORE = Restore(restore, ("cancel_key_deletion", "enable_key"))
