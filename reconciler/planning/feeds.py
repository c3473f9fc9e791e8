"""Counts what feeds take away from AWS, and refuses a plan in which a feed has lost too many of its rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.appearance import noun_of
from reconciler.planning.action import Action
from reconciler.planning.ownership import FEED_MARK, Owner, owner_of
from reconciler.planning.world import World
from reconciler.stack import Feed, GuardLimits, Key, Stack


@dataclass(frozen=True, slots=True)
class FeedCount:
    """The resources of one feed in AWS, which have our mark and its name."""

    feed: Feed
    live: int
    """How many are there, without leavers whose change is done."""
    gone: int
    """How many of them have no row any more, or become leavers by this plan."""
    changes: bool
    """Whether the plan changes, deletes or creates a resource of the feed."""
    rowless: frozenset[Key] = frozenset()
    """Those in AWS that the stack no longer has."""
    leavers: frozenset[Key] = frozenset()
    """Those in AWS that are leavers and stay."""


def refuse_absent_leavers(stack: Stack, actions: dict[Key, Action]) -> tuple[Key, ...]:
    """Refuse the creates of leavers: who has left and is not in AWS is not wanted there; returns them.

    They bar what refers to them. Then they are no actions at all.
    """
    absent = []
    for key, action in actions.items() if stack.feeds else ():
        desired = stack.resources.get(key)
        if action.verb == "create" and desired is not None and desired.has_left:
            absent.append(key)
    for key in absent:
        why = f"{stack.resources[key].place}: this row is of somebody who has left, and AWS has no such {noun_of(key.kind)}"
        actions[key] = replace(actions[key], refusal=why)
    return tuple(absent)


def feed_counts(stack: Stack, world: World, actions: Mapping[Key, Action]) -> tuple[FeedCount, ...]:
    """The counts of all feeds."""
    if not stack.feeds:
        return ()
    of = {(each.kind, each.name): each for each in stack.feeds}
    live, gone = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    changed = set[tuple[str, str]]()
    rowless = dict[tuple[str, str], set[Key]]()
    there = dict[tuple[str, str], set[Key]]()
    for key, desired in stack.resources.items():
        if desired.fed is None or (key.kind, desired.fed.feed) not in of:
            continue
        feed, action = (key.kind, desired.fed.feed), actions.get(key)
        pending = action is not None and action.pending
        if pending:
            changed.add(feed)
        sighting = world.sightings.get(key)
        if sighting is None or owner_of(sighting.tags or {}, stack.mark) is not Owner.OURS:
            continue
        if desired.fed.left:
            there.setdefault(feed, set()).add(key)
        if not desired.fed.left:
            live[feed] += 1
        elif action is not None and pending and _leaves(of[feed], action):
            live[feed] += 1
            gone[feed] += 1
    for stray in world.strays:
        feed = (stray.key.kind, stray.tags.get(FEED_MARK, ""))
        if feed not in of or stray.key in stack.resources or stray.key in stack.release:
            continue
        live[feed] += 1
        gone[feed] += 1
        rowless.setdefault(feed, set()).add(stray.key)
        stray_action = actions.get(stray.key)
        if stray_action is not None and stray_action.pending:
            changed.add(feed)
    return tuple(
        FeedCount(
            each,
            live[key],
            gone[key],
            key in changed,
            frozenset(rowless.get(key, ())),
            frozenset(there.get(key, ())),
        )
        for key, each in of.items()
    )


def _leaves(feed: Feed, action: Action) -> bool:
    """Whether an action gives a leaver what leavers get."""
    return any(each.top in feed.leaver_fields for each in action.differences)


def brake(counts: tuple[FeedCount, ...], allow_leavers: int | None) -> list[str]:
    """Why the plan is refused, a line for each feed that has lost too many rows.

    `allow_leavers` is the number of leavers that the user has seen and approved; it has to be exact.
    """
    found = list(_braked(counts))
    number = leavers(counts)
    if allow_leavers == number and found:
        return []
    if allow_leavers is not None and allow_leavers != number:
        found.append(f"--allow-leavers says {allow_leavers}, and {number} leave by this plan")
    return found


def leavers(counts: tuple[FeedCount, ...]) -> int:
    """How many leave by the plan, over all feeds."""
    return sum(each.gone for each in counts)


def _braked(counts: tuple[FeedCount, ...]) -> Iterator[str]:
    for each in counts:
        feed, most = each.feed, each.feed.max_shrink_percent
        if each.changes and GuardLimits(most).exceeded(each.gone, each.live):
            noun = noun_of(feed.kind)
            yield (
                f"{feed.file}: {each.gone:,} of the {each.live:,} {noun}s in AWS that came from the feed {feed.name} have "
                f"left or have no row any more, and max_shrink_percent is {most}: nothing is applied; check that the file is "
                f"whole, or approve it"
            )
