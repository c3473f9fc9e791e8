"""Which observed resources refer to a resource."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Adapter, Sighting, Wired
from reconciler.field_schema import leaves, mentioned
from reconciler.planning.graph import DELETED_LAST, Users, kinds_by_field
from reconciler.planning.step_waits import leads_to
from reconciler.planning.world import World
from reconciler.stack import Key

WORDS = re.compile(r'[^\s"]+')
"""Matches a word that may be an id or an ARN, in a text or in a document."""
ENDS = re.compile(r"[/*:,;|?#'<>()\[\]{}&]|$")
"""Matches where an ARN may end within a longer text."""


def id_like_words(members: Wired) -> frozenset[str]:
    """Every word in a reply that may be an id or an ARN, also within a document."""
    texts = (leaf for leaf in leaves(members) if isinstance(leaf, str))
    return frozenset(word for text in texts for word in WORDS.findall(text))


def arns_in(words: Iterable[str]) -> frozenset[str]:
    """Every text in these words that may be an ARN: the whole word, or the beginning of it.

    A policy names the indexes of a table and the objects of a bucket by ARNs that begin with those of the table and the
    bucket.
    """
    found = (word[word.index("arn:") :] for word in words if "arn:" in word)
    return frozenset(arn[: end.start()] for arn in found for end in ENDS.finditer(arn))


def quoted_in(members: Wired) -> frozenset[str]:
    """Every text in a reply that is a whole value, also within a document."""
    texts = (leaf for leaf in leaves(members) if isinstance(leaf, str))
    return frozenset(part for text in texts for part in text.split('"'))


def has_name_as_id(sighting: Sighting) -> bool:
    """Whether its id is its name: another text may equal a name by chance, but not an id that AWS made."""
    return sighting.id == sighting.name


def refers(members: Wired, sighting: Sighting) -> bool:
    """Whether the live settings of a resource name another one."""
    words = id_like_words(members)
    by_id = quoted_in(members) if has_name_as_id(sighting) else words
    return sighting.arn in words or sighting.id in by_id


def mentions(adapter: Adapter[Any], members: Wired, key: Key, sighting: Sighting) -> bool:
    """Whether a text of a live resource names another one, in a language of AWS's own (`Mentions`)."""
    names = {(key.kind, sighting.name), (key.kind, sighting.arn)}
    return not names.isdisjoint(mentioned(adapter.model, members))


def fields_to(adapter: Adapter[Any], kind: str) -> frozenset[str]:
    """The fields by which resources of one kind may refer to another kind."""
    return frozenset(name for name, kinds in kinds_by_field(adapter.model).items() if kind in kinds)


def replaced_sightings(key: Key, way: str, world: World) -> tuple[Sighting, ...]:
    """The resources that a create-first replace deletes at the end; none for other actions."""
    found, observed = world.replaced.get(key, ()), world.observed.get(key)
    if way == "made first" and observed:
        return (observed.sighting, *found)
    return found if way in DELETED_LAST else ()


def users_of(verbs: Mapping[Key, str], world: World, kinds: Mapping[str, Adapter[Any]]) -> Users:
    """Which resources use those that these actions delete: desired ones as observed, deleted ones as listed."""
    gone = [stray for stray in world.strays if verbs.get(stray.key) == "delete"]
    going = [(stray.key, stray.sighting) for stray in gone]
    going += [(key, each) for key, verb in verbs.items() for each in replaced_sightings(key, verb, world)]
    if not going:
        return Users()
    seen = [(key, world.observed[key].members) for key in verbs if key in world.observed]
    seen += [(stray.key, stray.sighting.settings) for stray in gone]
    found = _named_for_sure(seen, going, kinds)
    for user, members in seen:
        for target, sighting in going:
            if target != user and mentions(kinds[user.kind], members, target, sighting):
                found.setdefault(target, set()).add(user)
    for target, user in _named_perhaps(seen, going):
        if not leads_to(user, target, found):  # what uses it cannot be used by it
            found.setdefault(target, set()).add(user)
    fields = {kind: _referring(kinds[kind], kinds) for kind in {stray.key.kind for stray in gone}}
    unread = {
        stray.key
        for stray in gone
        if not fields[stray.key.kind] <= kinds[stray.key.kind].reads.listed | stray.sighting.complete
    }
    return Users({key: frozenset(users) for key, users in found.items()}, frozenset(unread))


def _named_for_sure(
    seen: Iterable[tuple[Key, Wired]],
    going: Iterable[tuple[Key, Sighting]],
    kinds: Mapping[str, Adapter[Any]],
) -> dict[Key, set[Key]]:
    """Which resources name a deleted one by an ARN, or by an id that AWS made."""
    targets = {
        word: key
        for key, sighting in going
        for word in (sighting.id, sighting.arn)
        if word == sighting.arn or not has_name_as_id(sighting)
    }
    # What lives in a resource has an ARN that begins with that one's: that alone makes it no user.
    parents = {adapter.parent for adapter in kinds.values()}
    whole = {word for word, key in targets.items() if key.kind not in parents and word.startswith("arn:")}
    found: dict[Key, set[Key]] = {}
    for key, members in seen:
        words = id_like_words(members)
        for word in (words & targets.keys()) | (arns_in(words) & whole):
            if targets[word] != key:
                found.setdefault(targets[word], set()).add(key)
    return found


def _named_perhaps(
    seen: Iterable[tuple[Key, Wired]], going: Iterable[tuple[Key, Sighting]]
) -> Iterator[tuple[Key, Key]]:
    """Deleted resources whose id is a name, with each resource that holds the same text."""
    named = [(key, sighting.id) for key, sighting in going if has_name_as_id(sighting)]
    for user, members in seen:
        texts = quoted_in(members) if named else ()
        yield from ((key, user) for key, name in named if name in texts and key != user)


def _referring(adapter: Adapter[Any], kinds: Iterable[str]) -> frozenset[str]:
    """The fields by which a resource may refer to others than the one that it lives in."""
    return frozenset().union(*(fields_to(adapter, kind) for kind in kinds if kind != adapter.parent))
