"""Writes a stack as plain data and as text, and reads it back; for a secret it stores only its place."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from reconciler.archives import Archive
from reconciler.model import Secret
from reconciler.stack import (
    AS_IN_THE_FILES,
    Desired,
    Fed,
    Feed,
    FeedRow,
    GuardLimits,
    IgnoredExtra,
    Key,
    Place,
    Policy,
    Role,
    Stack,
)

MARK = "$secret"
"""The key that distinguishes the place of a secret from a mapping."""

MARK_OF_ARCHIVE = "$archive"
"""The same key for an archive, of which only the folder and the digest are stored."""


NOT_PLAIN = (Secret, Archive, Mapping, list, tuple)
"""Types that JSON does not have, or that contain further values."""


def stack_text(stack: Stack) -> str:
    """A stack as JSON text.

    Raises:
        ValueError: a mapping in it has the key that marks secrets.
    """
    return json.dumps(stack_data(stack), separators=(",", ":"), ensure_ascii=False)


def stack_from(text: str) -> Stack:
    """Read a stack from a text that `stack_text` made.

    Raises:
        ValueError, KeyError, TypeError: the text is not one of these.
    """
    # Without the hook, which few stacks need, the text of a large stack is read in half of the time.
    special = MARK in text or MARK_OF_ARCHIVE in text
    return _stack(json.loads(text, object_hook=_secret_or_mapping if special else None))


def stack_data(stack: Stack) -> dict[str, Any]:
    """A stack as JSON data; raises as `stack_text` does."""
    return {
        "name": stack.name,
        "environment": stack.environment,
        "account": stack.account,
        "region": stack.region,
        "tags": dict(stack.tags),
        "prune": stack.prune,
        "release": [list(each) for each in stack.release],
        "ignore": [{**asdict(each), "place": list(each.place)} for each in stack.ignore],
        "outputs": dict(stack.outputs),
        "warnings": list(stack.warnings),
        "guard": asdict(stack.guard),
        "role": asdict(stack.role) if stack.role else None,
        "files_hash": stack.files_hash,
        **({"feeds": [_feed_data(each) for each in stack.feeds]} if stack.feeds else {}),
        "resources": [_resource_data(each) for each in stack.resources.values()],
    }


def value_data(value: Any) -> Any:
    """One value of desired state as JSON data.

    Raises:
        ValueError: it has the key that marks secrets.
    """
    if isinstance(value, Secret):
        return {MARK: [value.store, value.name, value.member]}
    if isinstance(value, Archive):
        return {MARK_OF_ARCHIVE: [value.folder, value.digest]}
    if isinstance(value, Mapping):
        for mark in {MARK, MARK_OF_ARCHIVE} & value.keys():
            raise ValueError(f"a mapping has the key {mark}")
        return {key: value_data(item) if isinstance(item, NOT_PLAIN) else item for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [value_data(item) if isinstance(item, NOT_PLAIN) else item for item in value]
    return value


def _resource_data(each: Desired) -> list[Any]:
    settings: Any = value_data(each.settings)
    scope = list(each.scope) if each.scope else None
    references = {name: [list(target) for target in targets] for name, targets in each.references.items()}
    policy = None if each.policy == Policy() else {**asdict(each.policy), "ignore": list(each.policy.ignore)}
    chosen = None if each.chosen is None else value_data(each.chosen)
    flags: list[Any] = [each.adopt, each.existing, each.renamed_from]
    if each.aws_name != each.key.name or each.fed:
        flags += [chosen, each.aws_name]
    if each.fed:
        flags.append(list(each.fed))
    return [list(each.key), settings, list(each.place), scope, references, policy, *flags]


def _feed_data(each: Feed) -> dict[str, Any]:
    data = {each_field.name: getattr(each, each_field.name) for each_field in fields(Feed)}
    return {**data, "rows": [list(row) for row in each.rows], "leaver_fields": list(each.leaver_fields)}


def _feed(data: Mapping[str, Any]) -> Feed:
    rows = tuple(FeedRow(*row) for row in data["rows"])
    return Feed(**{**data, "rows": rows, "leaver_fields": tuple(data["leaver_fields"])})


def _stack(data: Mapping[str, Any]) -> Stack:
    resources = dict(_resource(each) for each in data["resources"])
    release = tuple(Key(*each) for each in data["release"])
    warnings = tuple(data.get("warnings", ()))
    guard = GuardLimits(**data.get("guard", {}))  # the history of earlier releases has none
    role = Role(**data["role"]) if data.get("role") else None
    ignore = tuple(
        IgnoredExtra(**{**each, "place": Place(*each["place"])}) for each in data.get("ignore", ())
    )
    kept = {"role": role, "resources": resources, "release": release, "warnings": warnings, "guard": guard}
    feeds = tuple(_feed(each) for each in data.get("feeds", ()))
    return Stack(**{**data, **kept, "ignore": ignore, "feeds": feeds})


def _resource(data: Iterable[Any]) -> tuple[Key, Desired]:
    key, settings, place, scope, references, policy, adopt, existing, renamed_from, *more = data
    targets = {field: tuple(Key(*each) for each in found) for field, found in references.items()}
    rest: list[Any] = [None, AS_IN_THE_FILES, None]
    chosen, aws_name, fed = [*more, *rest[len(more) :]]
    policy = Policy(**{**policy, "ignore": tuple(policy["ignore"])}) if policy else Policy()
    desired = Desired(
        Key(*key),
        settings,
        Place(*place),
        Key(*scope) if scope else None,
        targets,
        policy,
        adopt,
        existing,
        renamed_from,
        chosen,
        aws_name,
        Fed(*fed) if fed else None,
    )
    return desired.key, desired


def _secret_or_mapping(value: dict[str, Any]) -> Any:
    """Convert an object of `json`: to a secret, an archive, or the mapping itself."""
    if MARK_OF_ARCHIVE in value:
        return Archive(*value[MARK_OF_ARCHIVE])
    return Secret(*value[MARK]) if MARK in value else value
