"""How one service writes and reads tags."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.contract.calls import Api, Request, Sighting, Wired


@dataclass(frozen=True)
class Tagging:
    """How one service writes and reads tags.

    `created_with` returns the parameters with the tags of a create request; `read` reads a live resource's tags; `change`
    makes the requests that turn all its tags before into all its tags after.

    If `created_with` is None, a create request takes no tags: the engine sets them right after it. A pass that ends in
    between leaves a resource without our mark. The next pass finds it by its name, or gets it again with the create token
    (`Create.token`). If a kind has neither, the next pass refuses to create a resource while one with the same settings
    exists.
    """

    created_with: Callable[[Mapping[str, str]], Wired] | None
    read: Callable[[Api, Sighting], Mapping[str, str]]
    change: Callable[[Sighting, Mapping[str, str], Mapping[str, str]], Iterable[Request]]
    operations: tuple[str, ...]
    """All its operations; those of other services as `s3control:tag_resource`."""
    whole: bool = False
    """Whether a change replaces all tags at once: then the present tags are read right before."""
    instead: "Callable[[Api, Sighting], Tagging | None] | None" = None
    """Called right before a change: returns another way to tag this resource; None: this one."""

    @property
    def after_create(self) -> bool:
        """Whether the tags are set by a separate call, right after the resource is created."""
        return self.created_with is None

    def in_create(self, tags: Mapping[str, str]) -> Wired:
        """The parameters of a create request with these tags; empty if it takes none."""
        return {} if self.created_with is None else self.created_with(tags)

    def joined(self, members: Wired, tags: Mapping[str, str]) -> dict[str, Any]:
        """The members of a create request, with these tags."""
        return {**members, **self.in_create(tags)}


Pair = tuple[str, str]
"""The members of one tag in a list of tags."""
PAIR: Pair = ("Key", "Value")
"""The names that most services use."""


def tag_list(tags: Mapping[str, str], pair: Pair = PAIR) -> list[dict[str, str]]:
    """Tags as the list of a request."""
    key, value = pair
    return [{key: tag, value: text} for tag, text in tags.items()]


def tags_in(rows: Iterable[Mapping[str, str]] | None, pair: Pair = PAIR) -> dict[str, str]:
    """Tags by key, from the list of a reply; a tag without a value has an empty one."""
    key, value = pair
    return {each[key]: each.get(value) or "" for each in rows or ()}


def tag_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The tags to set, and the keys of the tags to remove."""
    new = {tag: value for tag, value in after.items() if before.get(tag) != value}
    return new, [tag for tag in before if tag not in after]


@dataclass(frozen=True, kw_only=True)
class TagOperations:
    """The tag operations of a service that has one each to read, set and remove tags.

    The members of the operations `read` and `set` hold the tags; `pair` is None if AWS takes a map of tags.
    """

    read: str = "list_tags_for_resource"
    set: str = "tag_resource"
    remove: str = "untag_resource"
    at: str | None = "ResourceArn"
    """The member that holds the ARN; None: the resource's own address is used."""
    in_create: str | None = "Tags"
    """The member of a create request that holds the tags; None: it takes none, and they are set right after it."""
    shown: str = "Tags"
    """The member of the reply to `read`."""
    tags: str = "Tags"
    keys: str = "TagKeys"
    pair: Pair | None = None
    paged: bool = False
    """Whether `read` returns pages."""

    def spelled(self, tags: Mapping[str, str]) -> Any:
        """Tags as a request takes them."""
        return dict(tags) if self.pair is None else tag_list(tags, self.pair)

    def understood(self, found: Any) -> dict[str, str]:
        """Tags from a reply; a tag without a value has an empty one."""
        return dict(found or {}) if self.pair is None else tags_in(found, self.pair)

    def where(self, sighting: Sighting) -> dict[str, str]:
        """The parameters that identify the tagged resource."""
        return dict(sighting.address) if self.at is None else {self.at: sighting.arn}


def tagging(words: TagOperations) -> Tagging:
    """The `Tagging` of a service with these operations."""

    def read(api: Api, sighting: Sighting) -> Mapping[str, str]:
        if words.paged:
            return words.understood(api.pages(words.read, **words.where(sighting)))
        return words.understood(api.call(words.read, **words.where(sighting))[words.shown])

    def change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
        new, gone = tag_changes(before, after)
        if new:
            yield Request(words.set, {**words.where(sighting), words.tags: words.spelled(new)})
        if gone:
            yield Request(words.remove, {**words.where(sighting), words.keys: gone})

    def created_with(tags: Mapping[str, str]) -> Wired:
        return {str(words.in_create): words.spelled(tags)}

    return Tagging(
        created_with=created_with if words.in_create else None,
        read=read,
        change=change,
        operations=(words.read, words.set, words.remove),
    )
