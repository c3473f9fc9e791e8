"""Cycles of references, and where each is opened so that its members can be created one after another."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, pairwise
from typing import Any

from reconciler.contract import Adapter
from reconciler.stack import Key


def open_rings(
    before: Mapping[Key, Mapping[str, set[Key]]],
    kinds: Mapping[str, Adapter[Any]],
    cut: dict[Key, frozenset[str]],
) -> Iterator[tuple[Key, ...]]:
    """Note in `cut` fields that may follow later, only where they lie on a ring; gives the rings that stay closed.

    A ring is opened at the member that most others refer to, since it lies on their rings too: of a main menu and hundreds
    of menus that lead back to it the main menu alone is filled in a second step.
    """
    edges = {key: {*chain(*fields.values())} for key, fields in before.items()}
    referred = Counter(chain(*edges.values()))
    for ring in _rings(edges):
        ways = [_later_on(link, before, kinds) for link in pairwise(ring)]
        open_at = (at for at, names in enumerate(ways) if names)
        at = max(open_at, key=lambda at: (referred[ring[at]], at), default=None)
        if at is None:
            edges[ring[-2]].discard(ring[-1])
            yield ring
        else:
            key, names = ring[at], ways[at]
            cut[key] = cut.get(key, frozenset()) | names
            edges[key] = {*chain(*(found for name, found in before[key].items() if name not in cut[key]))}


def _later_on(
    link: tuple[Key, Key], before: Mapping[Key, Mapping[str, set[Key]]], kinds: Mapping[str, Adapter[Any]]
) -> frozenset[str]:
    """The fields by which one resource refers to another; none if not all of them may follow later."""
    key, following = link
    names = frozenset(name for name, targets in before[key].items() if following in targets)
    return names if names <= kinds[key.kind].create.deferrable.keys() else frozenset()


def _rings(edges: Mapping[Key, set[Key]]) -> Iterator[tuple[Key, ...]]:
    """Rings, each member referring to the next, until none is left; whoever is given one opens it before the next.

    Goes as deep as it can, and on from where a ring was opened: what has led into no ring never will. In a fixed order,
    so that the same files always make the same plan.
    """
    sound: set[Key] = set()
    for root in sorted(edges):
        path: dict[Key, Iterator[Key]] = {root: iter(sorted(edges[root]))}
        while path:
            key, ways = next(reversed(path.items()))
            target = next((each for each in ways if each in edges[key] and each not in sound), None)
            if target is None:
                sound.add(key)
                del path[key]
            elif target not in path:
                path[target] = iter(sorted(edges[target]))
            else:
                walked = list(path)
                yield (*walked[walked.index(target) :], target)
                opened = (
                    at for at, (one, other) in enumerate(pairwise(walked), 1) if other not in edges[one]
                )
                for each in walked[next(opened, len(walked)) :]:
                    del path[each]
