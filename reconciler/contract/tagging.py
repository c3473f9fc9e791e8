"""How one service writes and reads tags."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.contract.calls import Api, Request, Sighting, Wired


@dataclass(frozen=True)
class Tagging:
    """How one service writes and reads tags.

    `created_with` gives the parameters that carry tags in a create request; `read` reads a live resource's tags;
    `change` makes the requests that turn all its tags of before into all its tags of after.

    Where `created_with` is None, a create request takes no tags: the engine sets them right after it. A pass that ends in
    between leaves a resource without our mark. The next pass knows it by its name, or gets it again by the create token
    (`Create.token`). Where a kind has neither, the next pass refuses to create anything beside what looks the same.
    """

    created_with: Callable[[Mapping[str, str]], Wired] | None
    read: Callable[[Api, Sighting], Mapping[str, str]]
    change: Callable[[Sighting, Mapping[str, str], Mapping[str, str]], Iterable[Request]]
    operations: tuple[str, ...]
    """Those of all ways; one of another service as `s3control:tag_resource`."""
    whole: bool = False
    """Whether a change replaces all tags at once: then those that are there are read right before."""
    instead: "Callable[[Api, Sighting], Tagging | None] | None" = None
    """Asked right before a change: in which other way this resource is tagged; None: in this one."""

    @property
    def after_create(self) -> bool:
        """Whether the tags are set by a call of their own, right after the resource is made."""
        return self.created_with is None

    def in_create(self, tags: Mapping[str, str]) -> Wired:
        """The parameters of a create request that carry these tags; none where it takes none."""
        return {} if self.created_with is None else self.created_with(tags)


Pair = tuple[str, str]
"""The members of one tag in a list of tags."""
PAIR: Pair = ("Key", "Value")
"""As most services call them."""


def tag_list(tags: Mapping[str, str], pair: Pair = PAIR) -> list[dict[str, str]]:
    """Tags as a request carries them that takes a list."""
    key, value = pair
    return [{key: tag, value: text} for tag, text in tags.items()]


def tags_in(rows: Iterable[Mapping[str, str]] | None, pair: Pair = PAIR) -> dict[str, str]:
    """Tags as a list in a reply shows them, by key; a tag without a value has an empty one."""
    key, value = pair
    return {each[key]: each.get(value) or "" for each in rows or ()}


def tag_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The tags that have to be set, and the keys of those that have to go."""
    new = {tag: value for tag, value in after.items() if before.get(tag) != value}
    return new, [tag for tag in before if tag not in after]


@dataclass(frozen=True, kw_only=True)
class TagOperations:
    """How a service that has an operation each to read, set and remove tags spells them.

    `read` and `set` are the operations whose members hold the tags; `pair` is None where AWS takes a map of tags.
    """

    read: str = "list_tags_for_resource"
    set: str = "tag_resource"
    remove: str = "untag_resource"
    at: str | None = "ResourceArn"
    """The member that holds the ARN; None: the resource's own address is taken."""
    in_create: str | None = "Tags"
    """The member of a create request that holds the tags; None: it takes none, and they are set right after it."""
    shown: str = "Tags"
    """The member of the reply to `read`."""
    tags: str = "Tags"
    keys: str = "TagKeys"
    pair: Pair | None = None
    paged: bool = False
    """Whether `read` comes in pages."""

    def spelled(self, tags: Mapping[str, str]) -> Any:
        """Tags as a request carries them."""
        return dict(tags) if self.pair is None else tag_list(tags, self.pair)

    def understood(self, found: Any) -> dict[str, str]:
        """Tags as a reply shows them; a tag without a value has an empty one."""
        return dict(found or {}) if self.pair is None else tags_in(found, self.pair)

    def where(self, sighting: Sighting) -> dict[str, str]:
        """The parameters that say whose tags are meant."""
        return dict(sighting.address) if self.at is None else {self.at: sighting.arn}


def tagging(words: TagOperations) -> Tagging:
    """The tags of a service that spells them so."""

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
