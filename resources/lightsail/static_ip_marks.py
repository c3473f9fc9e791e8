"""The tags of static IP addresses, which AWS does not show: they are the tags of a key pair of their own.

A key pair is free of charge, has tags, and is of no use to anybody here: nobody has its private key, and no instance names it. It is
called as the address with `-marks` at the end, is created after the address, and is deleted after it.
"""

from collections.abc import Iterable, Mapping

from reconciler.contract import Api, Request, Sighting, Tagging, tag_list, tags_in
from reconciler.errors import Absent
from reconciler.resources.lightsail.common import LOWER, TAG, UNTAG, tag_requests

ENDING = "-marks"
READ, CREATE, DELETE = "get_key_pair", "create_key_pair", "delete_key_pair"


def key_pair_of(name: str) -> str:
    """The name of the key pair with the tags of an address."""
    return f"{name}{ENDING}"


def read(api: Api, sighting: Sighting) -> Mapping[str, str]:
    """The tags of an address; none if it has no key pair."""
    try:
        found = api.call(READ, keyPairName=key_pair_of(sighting.name))["keyPair"]
    except Absent:
        return {}
    return tags_in(found.get("tags"), LOWER)


def change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """Create the key pair with the first tags, change its tags, or delete it with the last of them."""
    name = key_pair_of(sighting.name)
    if not before and after:
        yield Request(CREATE, {"keyPairName": name, "tags": tag_list(after, LOWER)})
    elif before and not after:
        yield Request(DELETE, {"keyPairName": name})
    else:
        yield from tag_requests(name, before, after)


def after_release(sighting: Sighting) -> Iterable[Request]:
    """Delete the key pair of an address that no longer exists."""
    if sighting.tags:
        yield Request(DELETE, {"keyPairName": key_pair_of(sighting.name)})


TAGGING = Tagging(
    created_with=None,
    read=read,
    change=change,
    operations=(READ, CREATE, TAG, UNTAG, DELETE),
)
