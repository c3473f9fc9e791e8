"""Automatic snapshots of instances and disks: taken each day at the hour of the add-on, and kept for seven days.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-configuring-automatic-snapshots.html
"""

from datetime import UTC, datetime, timedelta

from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record, moment
from reconciler.sandbox.lightsail.core.refusals import absent, failed
from reconciler.sandbox.lightsail.instances.add_ons import AUTO_SNAPSHOT, WITH_ADD_ONS, bearer
from reconciler.sandbox.lightsail.instances.attachments import DISK
from reconciler.sandbox.lightsail.instances.snapshot_contents import Taken, of_disk, of_instance

KEPT = 7
DAY = timedelta(days=1)

operations = Operations()


@operations.before_each
def take_due_snapshots(plane: Plane) -> None:
    """Take the snapshots of all hours that have passed since the last request."""
    now = datetime.fromtimestamp(plane.now(), tz=UTC)
    for record in [each for each in plane.records.values() if each.type in WITH_ADD_ONS]:
        add_on = record.settings["addOns"].get(AUTO_SNAPSHOT)
        if add_on is None:
            continue
        since = datetime.fromtimestamp(add_on["since"], tz=UTC)
        hour = int(add_on["snapshotTimeOfDay"].partition(":")[0])
        due = max(since, now - KEPT * DAY).replace(hour=hour, minute=0, second=0, microsecond=0)
        while due <= now:
            if due > since:
                _take(plane, record, due)
            due += DAY
        add_on["since"] = plane.now()


@operations.answers
def get_auto_snapshots(plane: Plane, resourceName: str) -> Reply:
    """Show the automatic snapshots of a resource, the newest first."""
    record = bearer(plane, resourceName)
    rows = [
        {
            "date": date,
            "createdAt": moment(taken["created"]),
            "status": "Success",
            "fromAttachedDisks": [
                {"path": each["path"], "sizeInGb": each["sizeInGb"]} for each in taken.get("disks", ())
            ],
        }
        for date, taken in sorted(_kept(record).items(), reverse=True)
    ]
    return {"resourceName": record.name, "resourceType": record.type, "autoSnapshots": rows}


@operations.answers
def delete_auto_snapshot(plane: Plane, resourceName: str, date: str) -> Reply:
    """Delete an automatic snapshot."""
    record = bearer(plane, resourceName)
    if date not in _kept(record):
        raise absent("AutoSnapshot", f"{resourceName} {date}")
    record.settings["autoSnapshots"] = {day: each for day, each in _kept(record).items() if day != date}
    return done(plane, "DeleteInstanceSnapshot", record, date)


def automatic(record: Record, date: str | None) -> Taken:
    """Return what an automatic snapshot of a resource holds: of a day, or the latest."""
    kept = _kept(record)
    if not kept:
        raise failed(f"{record.name} has no automatic snapshots.")
    found = kept.get(date or max(kept))
    if found is None:
        raise absent("AutoSnapshot", f"{record.name} {date}")
    return found


def _kept(record: Record) -> dict[str, Taken]:
    found: dict[str, Taken] = record.settings.get("autoSnapshots", {})
    return found


def _take(plane: Plane, record: Record, due: datetime) -> None:
    content = of_disk(record) if record.type == DISK else of_instance(plane, record)
    taken = {**content, "created": due.timestamp(), "isFromAutoSnapshot": True}
    kept = {**_kept(record), due.date().isoformat(): taken}
    record.settings["autoSnapshots"] = dict(sorted(kept.items())[-KEPT:])
