"""The tags of a resource that AWS cannot tag, kept in tags of the resource that it lives in.

One tag of the parent, such as `reconciler:selection/ID`, holds all tags of the resource as a JSON object in base64. AWS allows 256
characters, so a longer text goes on in `reconciler:selection/ID/2`; it begins with the number of its parts.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping

from reconciler.contract import Request, Sighting, Tagging

PART = 250
"""Characters of one part."""


def packed(key: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags of a parent that hold these tags; `key` is the first of them."""
    if not tags:
        return {}
    told = json.dumps(dict(sorted(tags.items())), separators=(",", ":"))
    text = base64.urlsafe_b64encode(told.encode()).decode()
    parts = [text[at : at + PART] for at in range(0, len(text), PART)]
    keys = [key, *(f"{key}/{number}" for number in range(2, len(parts) + 1))]
    return dict(zip(keys, [f"{len(parts)}:{parts[0]}", *parts[1:]], strict=True))


def removed(tagging: Tagging) -> Callable[[Sighting], Iterable[Request]]:
    """A function that makes the requests which remove the tags of a deleted resource from its parent."""
    return lambda sighting: tagging.change(sighting, sighting.tags or {}, {})


def unpacked(key: str, of_parent: Mapping[str, str]) -> dict[str, str]:
    """The tags of a resource, from those of its parent; empty if the parent has none or only some of them."""
    count, _, first = of_parent.get(key, "").partition(":")
    if not (count.isascii() and count.isdecimal()):
        return {}
    others = (of_parent.get(f"{key}/{number}", "") for number in range(2, int(count) + 1))
    try:
        found = json.loads(base64.urlsafe_b64decode("".join([first, *others])))
    except (ValueError, binascii.Error):
        return {}
    return found if isinstance(found, dict) else {}
