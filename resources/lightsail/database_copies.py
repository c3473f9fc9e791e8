"""How a larger database is made: of a snapshot, under another name; the old database is stopped and stays.

No operation gives a database another bundle or another name, and names are unique in a Region.

Sources: UpdateRelationalDatabase, CreateRelationalDatabaseSnapshot, CreateRelationalDatabaseFromSnapshot, StopRelationalDatabase
(Amazon Lightsail API Reference);
https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-creating-a-database-from-snapshot.html
"""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Api, Copying, Request, Sighting
from reconciler.errors import Absent
from reconciler.resources.lightsail.copies import Snapshots, free_name
from reconciler.resources.lightsail.database_reading import GET, IN

MAKE, STOP = "create_relational_database_from_snapshot", "stop_relational_database"
ADDRESS = "relationalDatabaseName"
TAKEN = ("availabilityZone", "relationalDatabaseBundleId", "publiclyAccessible", "tags")
"""The members that both creates have; engine, names and password are in the snapshot, and the other settings follow."""
SNAPSHOTS = Snapshots(
    take="create_relational_database_snapshot",
    show="get_relational_database_snapshots",
    remove="delete_relational_database_snapshot",
    named="relationalDatabaseSnapshotName",
    source="fromRelationalDatabaseName",
)


def copied(api: Api, old: Sighting, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a database of the snapshot, under a free name."""
    snapshot = SNAPSHOTS.ready(api, old, MAKE)
    kept = {name: parameters[name] for name in TAKEN if name in parameters}
    return {**kept, ADDRESS: free_name(api, str(parameters[ADDRESS])), SNAPSHOTS.named: snapshot}


def retire(api: Api, old: Sighting, new: Sighting) -> Iterator[Request]:
    """Remove the snapshots, and stop the old database."""
    del new
    yield from SNAPSHOTS.removing(api, old)
    try:
        state = api.call(GET, **old.address)[IN]["state"]
    except Absent:
        return
    if state not in ("stopping", "stopped"):
        yield Request(STOP, old.address)


COPIES = Copying(
    operation=MAKE,
    fields=frozenset({"availability_zone", "relational_database_bundle_id", "publicly_accessible"}),
    first=SNAPSHOTS.taking,
    parameters=copied,
    retires=retire,
    calls=(GET, STOP, *SNAPSHOTS.calls),
    says="makes another database of a snapshot, with another address for clients (#address), changes what refers to it, and stops the "
    "old one, which stays until `destroy`",
)
