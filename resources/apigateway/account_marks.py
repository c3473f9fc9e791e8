"""The tags of the settings of the account, which AWS cannot tag: they are in tags of the role that the settings name.

So settings that name another role are not ours. The key of the tag has the Region, because one role may write the logs of several
Regions. A tag that is left on a role which the account no longer has does no harm.

Sources: GetAccount, UpdateAccount (API Gateway API Reference); ListRoleTags, TagRole, UntagRole (IAM API Reference).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.contract import (
    Api,
    Calls,
    Change,
    Delete,
    Request,
    Sighting,
    Tagging,
    Wired,
    tag_list,
    tags_in,
)
from reconciler.errors import Absent, Refused
from reconciler.resources.apigateway.patches import PATCHES, patch
from reconciler.resources.parent_tags import packed, removed, unpacked

GET, UPDATE, ROLE = "get_account", "update_account", "cloudwatchRoleArn"
REGION = "region"
"""The address of the settings is their Region. No request takes it."""
IAM, READ, SET, REMOVE = "iam", "list_role_tags", "tag_role", "untag_role"
READS = (f"{IAM}:{READ}",)
WRITES = (f"{IAM}:{SET}", f"{IAM}:{REMOVE}")
OF_ROLE = "TagsOfRole"
"""A member that we add to the reply: the tags of the role that the account has right before a change."""


def marks_of(api: Api, role: str | None) -> dict[str, str] | None:
    """The tags of the settings that name this role; None without a role, or if it is gone: then API Gateway writes nothing."""
    try:
        return unpacked(_key(api.region), _tags_of(api, role)) if role else None
    except Absent:
        return None


def naming(role: str) -> dict[str, Any]:
    """The parameters of the request that names a role; an empty text for none."""
    return {PATCHES: [patch("replace", f"/{ROLE}", role)]}


def _key(region: str) -> str:
    return f"reconciler:apigateway/{region}"


def _tags_of(api: Api, role: str) -> dict[str, str]:
    return tags_in(api.beside(IAM).pages(READ, rows_in="Tags", RoleName=_name(role)))


def _name(role: str) -> str:
    return role.rpartition("/")[2]


def _set(role: str, tags: Mapping[str, str]) -> Iterator[Request]:
    if tags:
        yield Request(SET, {"RoleName": _name(role), "Tags": tag_list(tags)}, service=IAM)


def _remove(role: str, keys: list[str]) -> Iterator[Request]:
    if keys:
        yield Request(REMOVE, {"RoleName": _name(role), "TagKeys": keys}, service=IAM)


def _read(api: Api, sighting: Sighting) -> Mapping[str, str]:
    del sighting
    found = marks_of(api, api.call(GET).get(ROLE))
    if found is None:
        raise Absent(GET, "NotFound", "the account has no role for logs")
    return found


def _change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """The requests that change the tags of the settings with the role that the sighting shows."""
    key, role = _key(sighting.id), sighting.settings[ROLE]
    old, new = packed(key, before), packed(key, after)
    yield from _set(role, new)
    yield from _remove(role, [each for each in old if each not in new])


def _of_present_role(api: Api, sighting: Sighting) -> Tagging:
    """How the settings are tagged now: with another role than was listed, if they have been changed or made since."""
    del sighting
    settings = api.call(GET)

    def change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
        return _change(replace(sighting, settings=settings), before, after)

    return replace(TAGGING, change=change, instead=None)


def _look(api: Api, change: Change) -> Wired:
    """The tags of the present role.

    Raises:
        Refused: somebody has named another role since the plan was made.
    """
    role = api.call(GET).get(ROLE)
    if role != change.observed[ROLE]:
        raise Refused(
            UPDATE, "Changed", f"the account has {role or 'no role'} for logs now; it is left alone"
        )
    return {OF_ROLE: _tags_of(api, role)}


def _moved(change: Change) -> Iterator[Request]:
    """Mark the new role, name it, and unmark the former one: the settings are never without our mark."""
    old, new = change.observed[ROLE], change.desired[ROLE]
    key = _key(change.address[REGION])
    tags = change.reported[OF_ROLE]
    marks = {name: tags[name] for name in tags if name == key or name.startswith(f"{key}/")}
    yield from _set(new, marks)
    yield Request(UPDATE, naming(new))
    yield from _remove(old, [*marks])


def _still_there(api: Api, sighting: Sighting) -> Iterable[Request]:
    """Check that the account still has the role of the settings that are deleted.

    Raises:
        Absent: it has another one, or none.
    """
    if api.call(GET).get(ROLE) != sighting.settings[ROLE]:
        raise Absent(UPDATE, "NotFound", "the account has another role for logs now")
    return ()


CHANGE = Calls(_moved, ("cloudwatch_role_arn",), (UPDATE, *WRITES), looks=_look)
TAGGING = Tagging(
    created_with=None,
    read=_read,
    change=_change,
    operations=(*READS, *WRITES),
    whole=True,
    instead=_of_present_role,
)
DELETE = Delete(
    UPDATE,
    protected=True,
    parameters=lambda _: naming(""),
    before=_still_there,
    after=removed(TAGGING),
    calls=(GET, *READS, *WRITES),
)
