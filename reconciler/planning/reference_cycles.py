"""Finds cycles of references, and the field at which each is opened so that its members can be created in turn."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, pairwise
from typing import Any

from reconciler.contract import Adapter
from reconciler.stack import Key


def open_cycles(
    before: Mapping[Key, Mapping[str, set[Key]]],
    kinds: Mapping[str, Adapter[Any]],
    cut: dict[Key, frozenset[str]],
) -> Iterator[tuple[Key, ...]]:
    """Note in `cut` the fields on cycles that can be set later; returns the cycles that stay closed.

    A cycle is opened at the member that most others refer to, since it is on their cycles too: if hundreds of menus lead
    back to a main menu, only the main menu is filled in a second step.
    """
    edges = {key: {*chain(*fields.values())} for key, fields in before.items()}
    referred = Counter(chain(*edges.values()))
    for cycle in _cycles(edges):
        ways = [_later_on(link, before, kinds) for link in pairwise(cycle)]
        open_at = (at for at, names in enumerate(ways) if names)
        at = max(open_at, key=lambda at: (referred[cycle[at]], at), default=None)
        if at is None:
            edges[cycle[-2]].discard(cycle[-1])
            yield cycle
        else:
            key, names = cycle[at], ways[at]
            cut[key] = cut.get(key, frozenset()) | names
            edges[key] = {*chain(*(found for name, found in before[key].items() if name not in cut[key]))}


def _later_on(
    link: tuple[Key, Key], before: Mapping[Key, Mapping[str, set[Key]]], kinds: Mapping[str, Adapter[Any]]
) -> frozenset[str]:
    """The fields by which one resource refers to another; none if one of them cannot be set later."""
    key, following = link
    names = frozenset(name for name, targets in before[key].items() if following in targets)
    return names if names <= kinds[key.kind].create.deferrable.keys() else frozenset()


def _cycles(edges: Mapping[Key, set[Key]]) -> Iterator[tuple[Key, ...]]:
    """Yield cycles, each member referring to the next, until none is left; the caller opens each before it takes the next.

    A depth-first search that continues where a cycle was opened: a node that led into no cycle is not visited again. The
    order is fixed, so that the same files always make the same plan.
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
