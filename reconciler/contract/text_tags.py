"""Tags of resources that AWS cannot tag, kept at the end of a text such as the description."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from reconciler.contract.calls import Wired
from reconciler.contract.tagging import Tagging

TAGS = re.compile(r"(?P<text>.*?) ?\[tags: (?P<tags>[^\s\[\]]*)\]", re.DOTALL)
KEPT = "/:@.-_"
"""Characters of tags that need no percent-encoding."""


def with_tags_in(text: str | None, tags: Mapping[str, str]) -> str:
    """A text with tags at its end: `for callers [tags: Team=shop&reconciler:key=live]`."""
    if not tags:
        return text or ""
    written = urlencode(sorted(tags.items()), quote_via=quote, safe=KEPT)
    return f"{text or ''} [tags: {written}]".lstrip()


def text_and_tags(found: str | None) -> tuple[str, dict[str, str]]:
    """A text without the tags at its end, and these tags."""
    parts = TAGS.fullmatch(found or "")
    if parts is None:
        return found or "", {}
    return parts["text"], dict(parse_qsl(parts["tags"], keep_blank_values=True))


@dataclass(frozen=True)
class TextTagging(Tagging):
    """Tags in a text of the resource. `member` is the text, in the create request and in the replies; `field` is it in the files."""

    member: str = "Description"
    field: str = "description"
    most: int = 256
    """The most characters that AWS accepts in the text, tags included."""

    def joined(self, members: Wired, tags: Mapping[str, str]) -> dict[str, Any]:
        return {**members, self.member: with_tags_in(members.get(self.member), tags)}
