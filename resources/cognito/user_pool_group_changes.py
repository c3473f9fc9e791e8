"""The requests that change a group of users, and how it keeps our marks.

Source: UpdateGroup (Amazon Cognito User Pools API Reference).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.contract import (
    Calls,
    Change,
    Request,
    Sighting,
    TextTagging,
    Wired,
    text_and_tags,
    with_tags_in,
)

DESCRIPTION, GET, UPDATE = "Description", "get_group", "update_group"
FIELDS = ("description", "role_arn", "precedence")


def shown(row: Any) -> Wired:
    """A group with its description alone, without the tags at its end."""
    found: Wired = row | {DESCRIPTION: text_and_tags(row.get(DESCRIPTION))[0]}
    return found


def tags_of(row: Wired) -> dict[str, str]:
    """The tags of a group."""
    return text_and_tags(row.get(DESCRIPTION))[1]


def _update(change: Change) -> Iterable[Request]:
    """Send what differs; UpdateGroup keeps the rest."""
    changed = {
        name: change.desired.get(name)
        for name in (DESCRIPTION, "RoleArn", "Precedence")
        if change.differs(name)
    }

    def send(now: Wired) -> Iterable[Request]:
        text = changed.get(DESCRIPTION, shown(now["Group"])[DESCRIPTION])
        marked = {DESCRIPTION: with_tags_in(text, tags_of(now["Group"]))}
        yield Request(UPDATE, {**change.address, **changed, **marked})

    yield Request(GET, dict(change.address), then=send)


def _tag(sighting: Sighting, _before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """Replace the tags in the description."""

    def send(now: Wired) -> Iterable[Request]:
        text = with_tags_in(shown(now["Group"])[DESCRIPTION], after)
        yield Request(UPDATE, {**sighting.address, DESCRIPTION: text})

    yield Request(GET, dict(sighting.address), then=send)


TAGGING = TextTagging(
    created_with=lambda tags: {DESCRIPTION: with_tags_in("", tags)},
    read=lambda api, group: tags_of(api.call(GET, **group.address)["Group"]),
    change=_tag,
    operations=(GET, UPDATE),
    whole=True,
    most=2048,  # CreateGroup (Amazon Cognito API Reference)
)
UPDATES = (Calls(_update, FIELDS, (UPDATE,)),)
