"""The requests that change a backup vault, and what is read before them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from reconciler.contract import (
    Api,
    Calls,
    Change,
    FieldRead,
    Request,
    Sends,
    Sighting,
    TagOperations,
    Wired,
    from_reply,
    tagging,
)
from reconciler.errors import Refused
from reconciler.model import Settings

DAYS_TAG = "reconciler:changeable_for_days"
"""The tag of a vault with the days until its lock is final: AWS shows the date alone."""
TAGGING = tagging(
    TagOperations(read="list_tags", in_create="BackupVaultTags", keys="TagKeyList", paged=False)
)
PUT_NOTIFICATIONS, DROP_NOTIFICATIONS = "put_backup_vault_notifications", "delete_backup_vault_notifications"
PUT_LOCK, DROP_LOCK = "put_backup_vault_lock_configuration", "delete_backup_vault_lock_configuration"


def _put_notifications(change: Change) -> Iterator[Request]:
    wanted = change.desired.get("Notifications")
    if wanted is None:
        yield Request(DROP_NOTIFICATIONS, change.address)
    else:
        yield Request(PUT_NOTIFICATIONS, {**change.address, **wanted})


def _put_lock(change: Change) -> Iterator[Request]:
    """Replace the lock as a whole. Its days are noted in a tag before, because a pass may end in between.

    A lock date is only removed with the lock.
    """
    wanted: Wired | None = change.desired.get("LockConfiguration")
    days = (wanted or {}).get("ChangeableForDays")
    if days is not None:
        yield Request("tag_resource", {"ResourceArn": change.arn, "Tags": {DAYS_TAG: str(days)}})
    if wanted is None or (days is None and change.reported.get("LockDate") is not None):
        yield Request(DROP_LOCK, change.address)
    if wanted is not None:
        sent = {name: value for name, value in wanted.items() if value is not None}
        yield Request(PUT_LOCK, {**change.address, **sent})


def _lock(api: Api, sighting: Sighting) -> Wired:
    """The lock, and its date. A lock that differs from its note was set by others; it shows no days then."""
    vault = api.call("describe_backup_vault", **sighting.address)
    if not vault.get("Locked"):
        return {"LockConfiguration": None, "LockDate": None}
    days: dict[str, Any] = {
        name: vault[name] for name in ("MinRetentionDays", "MaxRetentionDays") if name in vault
    }
    date = vault.get("LockDate")
    if date is not None:
        noted = TAGGING.read(api, sighting).get(DAYS_TAG, "")
        days["ChangeableForDays"] = int(noted) if noted.isascii() and noted.isdigit() else 0
    return {"LockConfiguration": days, "LockDate": date, "LockIsFinal": _is_past(date, api.wall())}


def _is_past(date: Any, now: float) -> bool:
    return isinstance(date, datetime) and date.timestamp() <= now


ALONE: Mapping[str, FieldRead] = {
    "access_policy": from_reply("get_backup_vault_access_policy", absent={"Policy": None}),
    "notifications": from_reply(
        "get_backup_vault_notifications",
        lambda reply: {"Notifications": {name: reply[name] for name in ("SNSTopicArn", "BackupVaultEvents")}},
        absent={"Notifications": None},
    ),
    "lock_configuration": FieldRead(_lock, ("describe_backup_vault", "list_tags")),
}
"""By field."""
UPDATES = (
    Sends(
        "put_backup_vault_access_policy", ("access_policy",), cleared_by="delete_backup_vault_access_policy"
    ),
    Calls(_put_notifications, ("notifications",), (PUT_NOTIFICATIONS, DROP_NOTIFICATIONS)),
    Calls(_put_lock, ("lock_configuration",), (PUT_LOCK, DROP_LOCK, "tag_resource")),
)


def impossible(field: str, written: Settings, reported: Wired) -> str:
    """Why a lock cannot be changed: its date has passed."""
    del written
    if field.partition(".")[0] == "lock_configuration" and reported.get("LockIsFinal"):
        return f"the lock of this vault is final since {reported['LockDate']}: nobody can change or remove it; write it as it is"
    return ""


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """When the lock of a vault is final."""
    date, lock = reported.get("LockDate"), written.get("lock_configuration") or {}
    if reported.get("LockIsFinal"):
        return
    if date is not None:
        yield f"its lock becomes final on {date}: nobody can change or remove it then; until then `lock_configuration: null` removes it"
    elif lock.get("changeable_for_days"):
        yield f"its lock becomes final {lock['changeable_for_days']} days after this pass sets it: nobody can change or remove it then"


def require_empty(api: Api, sighting: Sighting) -> Iterable[Request]:
    """Make no request.

    Raises:
        Refused: the vault holds recovery points.
    """
    rows = api.pages("list_backup_vaults")
    held = next(
        (row.get("NumberOfRecoveryPoints") for row in rows if row["BackupVaultName"] == sighting.name), 0
    )
    if held:
        said = f"the vault holds {held} recovery points, and AWS deletes only empty vaults; delete them first"
        raise Refused("delete_backup_vault", "NotEmpty", said)
    return ()
