"""Shared by kinds that AWS makes larger of a snapshot only: the snapshot of the old resource, and a free name for the new one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.contract import Api, Request, Sighting
from reconciler.errors import Waiting

NAMES = "get_active_names"
FRESH = 3600.0
"""The seconds for which a snapshot of an earlier try is used: what was written since is not in it."""
ENDING = "-to-replace-"
MOST_NAMES = 1000


@dataclass(frozen=True)
class Snapshots:
    """The operations on the snapshots of a type of resource."""

    take: str
    show: str
    remove: str
    named: str
    """The member of requests with the name of a snapshot."""
    source: str
    """The member of a snapshot with the name of its resource."""

    @property
    def calls(self) -> tuple[str, ...]:
        """Every operation, and the one that shows which names are free."""
        return (NAMES, self.show, self.remove, self.take)

    def ours(self, api: Api, name: str) -> list[dict[str, Any]]:
        """The snapshots that we took of a resource to replace it, the newest last."""
        found = (row for row in api.pages(self.show) if row.get(self.source) == name)
        rows = [row for row in found if str(row["name"]).startswith(f"{name}{ENDING}")]
        return sorted(rows, key=lambda row: _seconds(row["createdAt"]))

    def taking(self, api: Api, old: Sighting) -> Iterator[Request]:
        """Take a snapshot, unless there is a fresh one."""
        if not self._fresh(api, old.id):
            name = f"{old.id}{ENDING}{int(api.wall())}"
            yield Request(self.take, {**old.address, self.named: name})

    def ready(self, api: Api, old: Sighting, operation: str) -> str:
        """The name of the snapshot.

        Raises:
            Waiting: AWS is still taking it.
        """
        found = self._fresh(api, old.id)
        if not found or found[-1].get("state") != "available":
            state = found[-1].get("state") if found else "not shown yet"
            raise Waiting(operation, "NotYet", f"the snapshot of {old.id} is {state}")
        return str(found[-1]["name"])

    def removing(self, api: Api, old: Sighting) -> Iterator[Request]:
        """Remove the snapshots that we took of a resource."""
        for row in self.ours(api, old.id):
            yield Request(self.remove, {self.named: row["name"]})

    def _fresh(self, api: Api, name: str) -> list[dict[str, Any]]:
        return [row for row in self.ours(api, name) if _seconds(row["createdAt"]) > api.wall() - FRESH]


def free_name(api: Api, wanted: str) -> str:
    """A name that no resource of the Region has: the wanted one, or `NAME-2` and so on."""
    used = set(api.pages(NAMES))
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, MOST_NAMES)))
    return next(each for each in names if each not in used)


def _seconds(moment: datetime | float) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
