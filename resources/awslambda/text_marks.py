"""Our marks on aliases and layers, which have no tags: at the end of the description, which every client sees.

AWS counts them among the characters of the description.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Wired, text_and_tags, with_tags_in

DESCRIPTION = "Description"
LONGEST = 256
"""Source: CreateAlias, PublishLayerVersion (AWS Lambda API Reference)."""


def shown(row: Any) -> Wired:
    """A reply with the description alone, without the tags at its end."""
    found: Wired = row | {DESCRIPTION: text_and_tags(row.get(DESCRIPTION))[0]}
    return found


def tags_of(row: Wired) -> dict[str, str]:
    """The tags of a reply."""
    return text_and_tags(row.get(DESCRIPTION))[1]


def created_with(tags: Mapping[str, str]) -> Wired:
    """The description of a resource with these tags and without a text."""
    return {DESCRIPTION: with_tags_in("", tags)}
