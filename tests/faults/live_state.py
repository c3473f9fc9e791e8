"""The state of the sandbox, read from its internal data, in a form that is equal for equal runs: ids are replaced by labels."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

from moto.core.base_backend import BaseBackend
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from reconciler.aws.account import Account
from reconciler.planning.ownership import KEY_MARK, STACK_MARK
from reconciler.sandbox.connect import plane_of
from tests.faults.declared_state import declared_resources
from tests.faults.platform_state import platform

ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?:sg|subnet|vpc)-[0-9a-f]{8,17}"
)
OTHER_STACK = "another"
"""Another stack; some of its resources have our keys."""
EDIT_TAG = "Rival"
"""The tag that edits by other clients set."""
IGNORED_MEMBERS = frozenset(
    {
        *(
            "LastModifiedTime",
            "ContentModified",
            "BusyUntil",
            "created",
            "modified",
            "created_at",
            "creation_date",
            "acl",
        ),
        *("children_modified", "targets", "latest_stream_label", "life", "keys", "multiparts"),
        *(
            "backend",
            "plane",
            "table",
            "account_id",
            "warm_throughput",
            "throughput",
            "EarliestRestorableDateTime",
        ),
        *("LatestRestorableDateTime", "LastUpdateToPayPerRequestDateTime", "@xmlns"),
        *("creationTime", "StateTransitionedTimestamp"),
    }
)
"""Members that tell when something happened, or belong to the sandbox's own machinery."""
IGNORED_DEFAULT = ("BucketKeyEnabled", "false")
"""A default of a bucket's encryption: it has the same meaning whether it is present or not."""
ROW_KEYS = (
    "QueueReference",
    "Channel",
    "Day",
    "Sid",
    "Id",
    "ID",
    "id",
    "IndexName",
    "index_name",
    "Key",
    "Name",
)
"""Members that identify a row in a list of structures."""


@dataclass(frozen=True)
class LiveResource:
    """One live resource: its id and name in AWS, and its settings."""

    noun: str
    id: str
    name: str
    tags: Mapping[str, str]
    settings: Any
    """Its settings as plain data, with ids."""
    deletion_scheduled: bool = False
    """Whether its deletion is scheduled."""

    @property
    def label(self) -> str:
        """A label that is the same in every run: our key, or AWS's name."""
        key = None if self.owner == OTHER_STACK else self.tags.get(KEY_MARK)
        return f"{self.noun}:{key or self.name}{', about to go' if self.deletion_scheduled else ''}"

    @property
    def owner(self) -> str | None:
        """The stack whose mark it has."""
        return self.tags.get(STACK_MARK)


def live_resources(account: str, region: str) -> dict[str, LiveResource]:
    """Every live resource of one account and Region, by id."""
    return {each.id: each for each in _all(account, region)}


class Fingerprint(NamedTuple):
    """A live resource as one text, to detect changes, and a function that returns the resource."""

    noun: str
    text: str
    load: Callable[[], LiveResource]


def connect_fingerprints(account: str, region: str) -> dict[str, Fingerprint]:
    """Every live resource of Amazon Connect as one text, by id; faster than `live_resources`."""
    found = {}
    for centre in plane_of(account, region).centres.values():
        text = repr((centre.settings, centre.attributes, centre.lists, centre.tags))
        found[centre.id] = Fingerprint("Instance", text, partial(_instance, centre))
        for store in centre._stores.values():
            for each in store:
                text = f"{each.name} {each.settings!r} {each.tags!r}"
                found[each.id] = Fingerprint(each.kind.noun, text, partial(_record, each))
    return found


def other_fingerprints(account: str, region: str) -> dict[str, Fingerprint]:
    """Every live resource of the other services as one text, by id."""
    found = _data(account, region)
    return {
        resource.id: Fingerprint(resource.noun, repr(resource), partial(_itself, resource))
        for resource in found
    }


def _all(account: str, region: str) -> Iterator[LiveResource]:
    for centre in plane_of(account, region).centres.values():
        yield _instance(centre)
        for store in centre._stores.values():
            yield from map(_record, store)
    yield from _data(account, region)


def _instance(centre: Any) -> LiveResource:
    settings = {"settings": centre.settings, "attributes": centre.attributes, "lists": centre.lists}
    return LiveResource("Instance", centre.id, str(centre.alias), dict(centre.tags), plain(settings))


def _record(record: Any) -> LiveResource:
    noun = record.kind.noun
    name = "" if noun == "PhoneNumber" else record.name
    return LiveResource(noun, record.id, name, dict(record.tags), plain(record.settings))


def _itself(resource: LiveResource) -> LiveResource:
    return resource


def _data(account: str, region: str) -> Iterator[LiveResource]:
    """The live resources of all services except Amazon Connect."""
    s3 = s3_backends[account]["aws"]
    for name, bucket in s3.buckets.items():
        tags = {tag: value or "" for tag, value in s3.tagger.tags.get(bucket.arn, {}).items()}
        yield LiveResource("Bucket", f"bucket/{name}", name, tags, plain(bucket))
    for name, table in dynamodb_backends[account][region].tables.items():
        tags = {each["Key"]: each["Value"] for each in table.tags}
        yield LiveResource(
            "Table",
            f"table/{name}",
            name,
            tags,
            plain({key: value for key, value in vars(table).items() if key != "tags"}),
        )
    for each in platform(account, region):
        yield LiveResource(
            each.noun, each.id, each.name, each.tags, plain(each.settings), each.deletion_scheduled
        )


def declared(account: Account) -> Iterator[LiveResource]:
    """The live resources of the kinds that internal data do not show."""
    for each in declared_resources(account):
        seen = each.sighting
        yield LiveResource(
            each.adapter.kind,
            f"{each.adapter.kind}|{seen.arn}",
            seen.name,
            each.tags,
            plain(each.settings),
            bool(seen.deletion),
        )


def plain(value: Any) -> Any:
    """A value as maps, lists and scalars, without members that only have times."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dict | Mapping):  # dict first: the check for the abstract class takes much longer
        return {
            str(key): plain(each)
            for key, each in value.items()
            if key not in IGNORED_MEMBERS and (key, each) != IGNORED_DEFAULT
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, datetime | BaseBackend | type):
        return None
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return plain({each.name: getattr(value, each.name) for each in fields(value)})
    return plain(vars(value)) if hasattr(value, "__dict__") else str(value)


def state_by_label(found: Mapping[str, LiveResource]) -> dict[str, Any]:
    """All live resources by label, with every id replaced by the label of its resource."""
    labels = {each.id: each.label for each in found.values()}
    state: dict[str, Any] = {}
    for each in found.values():
        label = each.label
        while label in state:
            label += " again"
        state[label] = with_labels(each, labels)
    return state


def with_labels(resource: LiveResource, labels: Mapping[str, str]) -> dict[str, Any]:
    """One resource with every id replaced by a label."""
    return {"tags": dict(resource.tags), "name": resource.name, **with_labels_in(resource.settings, labels)}


def with_labels_in(value: Any, labels: Mapping[str, str]) -> Any:
    """A plain value with labels instead of ids, and lists in an order that does not depend on ids."""
    if isinstance(value, Mapping):
        return {key: with_labels_in(each, labels) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((with_labels_in(each, labels) for each in value), key=canonical)
    if isinstance(value, str):
        return ID.sub(lambda match: labels.get(match[0], "<id>"), value)
    return value


def canonical(value: Any) -> str:
    """A plain value as one text, the same for equal values."""
    return json.dumps(value, sort_keys=True, default=str)


def differences(left: Any, right: Any, path: str = "") -> Iterator[str]:
    """The differences between two plain values."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for key in sorted({*left, *right}):
            yield from differences(left.get(key), right.get(key), f"{path}.{key}" if path else str(key))
    elif left != right:
        yield f"{path}: {_short(left)} instead of {_short(right)}"


def intermediate_violations(now: Any, before: Any, after: Any, path: str = "") -> Iterator[str]:
    """The violations of an intermediate value: it lacks what `before` and `after` have in common, or has what neither has."""
    if isinstance(before, Mapping) and isinstance(after, Mapping) and isinstance(now, Mapping):
        for key in sorted({*before} & {*after}):
            yield from intermediate_violations(now.get(key), before[key], after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and isinstance(now, list):
        has, had, will = ({_row(each) for each in rows} for rows in (now, before, after))
        for row in sorted((had & will) - has):
            yield f"{path} lacks {row} on the way"
        for row in sorted(has - had - will):
            yield f"{path} has {row} on the way"
    elif now not in (before, after):
        yield f"{path} is {_short(now)} on the way from {_short(before)} to {_short(after)}"


def _row(row: Any) -> str:
    if isinstance(row, Mapping):
        found = {key: row[key] for key in ROW_KEYS if key in row}
        return canonical(found or row)
    return canonical(row)


def _short(value: Any) -> str:
    text = canonical(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
