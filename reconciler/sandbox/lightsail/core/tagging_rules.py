"""The rules for tags, which are those of Amazon Connect.

Source: https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_Tag.html
"""

from collections.abc import Iterable, Mapping

from reconciler.sandbox.connect.core import tag_rules
from reconciler.sandbox.lightsail.core.refusals import invalid

UNTAGGED = frozenset({"StaticIp", "PeeredVpc"})
"""The resource types that have no member `tags` in the model."""


def merged(tags: Mapping[str, str], more: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the tags of a resource with further ones, in the form of requests; refuse invalid ones."""
    added: dict[str, str] = {}
    for each in more:
        if not each.get("key"):
            raise invalid("A tag needs a key.")
        if each["key"] in added:
            raise invalid(f"Tag keys must be unique: {each['key']}")
        added[each["key"]] = each.get("value") or ""
    return tag_rules.merged(tags, added, invalid)
