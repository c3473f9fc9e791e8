"""The published versions of a Lambda function: when a new one is published, and which old ones are deleted.

Sources: PublishVersion, ListVersionsByFunction, DeleteFunction (AWS Lambda API Reference).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from reconciler.contract import Api, Attribute, Calls, Change, FieldRead, Request, Sighting, Wired
from reconciler.model import Settings

LATEST = "$LATEST"
NEW = "new"
"""Stands for the number of a version that is not published yet."""
OF_ONE = frozenset(
    {
        "Description", "FunctionArn", "LastModified", "LastUpdateStatus", "LastUpdateStatusReason",
        "LastUpdateStatusReasonCode", "MasterArn", "RevisionId", "RuntimeVersionConfig", "SigningJobArn", "State",
        "StateReason", "StateReasonCode", "Version",
    }
)  # fmt: skip
"""Members that differ between $LATEST and a version of the same code and settings. A version may have its own description."""


def _read(api: Api, sighting: Sighting) -> Wired:
    """The versions, those that an alias has, and whether the newest one equals $LATEST. How many are kept is only in files."""
    rows = {each["Version"]: each for each in api.pages("list_versions_by_function", **sighting.address)}
    latest = rows.pop(LATEST)
    numbers = sorted(rows, key=int)
    aliases = [*api.pages("list_aliases", **sighting.address)]
    weighted = [(each.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {} for each in aliases]
    return {
        "Publish": bool(numbers) and _compared(rows[numbers[-1]]) == _compared(latest),
        "KeptVersions": None,
        "Versions": numbers,
        "InUse": sorted({each["FunctionVersion"] for each in aliases}.union(*weighted)),
    }


def _compared(row: Wired) -> Mapping[str, Any]:
    """The members of a version that tell whether it equals another one."""
    start = {"ApplyOn": (row.get("SnapStart") or {}).get("ApplyOn", "None")}
    return {name: value for name, value in row.items() if name not in OF_ONE} | {"SnapStart": start}


def _superfluous(versions: Sequence[str], in_use: Collection[str], kept: int | None) -> list[str]:
    """The versions that are deleted: all but the newest ones, and those that an alias has."""
    old = versions[:-kept] if kept else ()
    return [each for each in old if each not in in_use]


def _requests(change: Change) -> Iterable[Request]:
    """Publish what $LATEST is now, if that was not done, and delete superfluous versions."""
    there, in_use = change.reported.get("Versions", ()), change.reported.get("InUse", ())
    kept = change.desired.get("KeptVersions") if "kept_versions" in change.written else None

    def delete(versions: Sequence[str]) -> Iterable[Request]:
        for each in _superfluous(versions, in_use, kept):
            yield Request("delete_function", {**change.address, "Qualifier": each})

    def publish(latest: Wired) -> Iterable[Request]:
        # What another client changes in between is not published.
        meant = {name: latest["Configuration"][name] for name in ("CodeSha256", "RevisionId")}
        yield Request("publish_version", {**change.address, **meant}, then=clean)

    def clean(made: Wired) -> Iterable[Request]:
        return delete([*(each for each in there if each != made["Version"]), made["Version"]])

    if "publish" in change.written and change.desired.get("Publish") and change.differs("Publish"):
        yield Request("get_function", dict(change.address), then=publish)
    else:
        yield from delete(there)


def published(live: Any, written: Settings, _reported: Wired) -> Any:
    """Whether the newest version equals $LATEST; if the files publish none, this makes no difference."""
    return live if written.get("publish") else written.get("publish")


def kept(_live: Any, written: Settings, reported: Wired) -> Any:
    """The written number of versions if there is none to delete, and otherwise the number of all."""
    wanted, versions = written.get("kept_versions"), reported["Versions"]
    return len(versions) if _superfluous(versions, reported["InUse"], wanted) else wanted


def deletes(field: str, written: Settings, reported: Wired) -> str:
    """The versions that are deleted with a change; each change of a function that publishes versions makes a new one."""
    del field
    if "Versions" not in reported:
        return ""
    new = [NEW] if written.get("publish") else []
    there = [*reported["Versions"], *new]
    gone = _superfluous(there, reported["InUse"], written.get("kept_versions"))
    return f"version {', '.join(gone)}" if gone else ""


def newest(api: Api, sighting: Sighting) -> str | None:
    """The number of the newest version; None if none is published."""
    rows = api.pages("list_versions_by_function", **sighting.address)
    numbers = [int(each["Version"]) for each in rows if each["Version"] != LATEST]
    return str(max(numbers)) if numbers else None


def without_version(settings: Mapping[str, Any]) -> str:
    """Why a function with these settings may have no version; empty if one is published."""
    return "" if settings.get("publish") else "the files publish none; write publish: true"


def attribute(follows: tuple[str, ...]) -> Attribute:
    """The attribute `version`, which follows these fields."""
    return Attribute("the number of its newest version", newest, follows, without_version)


VERSIONS = Calls(
    _requests,
    ("publish", "kept_versions"),
    ("publish_version", "delete_function"),
    overwrites={"kept_versions": ()},  # a new version may be one too many
)
READ = FieldRead(_read, ("list_versions_by_function", "list_aliases"))

COMPARED = {"publish": published, "kept_versions": kept}
"""By field: how its value is compared."""
