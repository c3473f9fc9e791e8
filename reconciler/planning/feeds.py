"""Counts what feeds take away from AWS, and refuses a plan in which a feed has lost too many of its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.appearance import noun_of
from reconciler.contract import Sighting
from reconciler.planning.action import Action
from reconciler.planning.ownership import FEED_MARK, Owner, owner_of
from reconciler.planning.world import Stray, World
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
    found = {(each.kind, each.name): _Counting(each) for each in stack.feeds}
    for key, desired in stack.resources.items() if found else ():
        counting = found.get((key.kind, desired.fed.feed)) if desired.fed else None
        if counting is not None:
            counting.add_row(
                key, world.sightings.get(key), actions.get(key), stack.mark, left=desired.has_left
            )
    for counting in found.values() if stack.beside else ():
        counting.add_rows_beside(stack)
    for stray in world.strays if found else ():
        counting = found.get(_came_from(stray, stack))
        if counting is not None and stray.key not in stack.resources and stray.key not in stack.release:
            counting.add_stray(stray.key, actions.get(stray.key))
    return tuple(each.count for each in found.values())


def tell_rows(stack: Stack, actions: dict[Key, Action]) -> None:
    """Give refused actions the places of their rows."""
    for key, action in actions.items() if stack.feeds else ():
        desired = stack.resources.get(key)
        if action.refusal and desired is not None and desired.fed is not None:
            actions[key] = replace(action, place=str(desired.place))


@dataclass
class _Counting:
    """The counts of one feed, up to now."""

    feed: Feed
    live: int = 0
    gone: int = 0
    changes: bool = False
    rowless: set[Key] = field(default_factory=set)
    leavers: set[Key] = field(default_factory=set)

    @property
    def count(self) -> FeedCount:
        """The counts."""
        sets = frozenset(self.rowless), frozenset(self.leavers)
        return FeedCount(self.feed, self.live, self.gone, self.changes, *sets)

    def add_row(
        self, key: Key, sighting: Sighting | None, action: Action | None, mark: str, *, left: bool
    ) -> None:
        """Count the resource of a row; only those in AWS that have our mark can leave."""
        pending = action is not None and action.pending
        self.changes |= pending
        if sighting is None or owner_of(sighting.tags or {}, mark) is not Owner.OURS:
            return
        leaves = left and pending and action is not None and _leaves(self.feed, action)
        self.live += not left or leaves
        self.gone += leaves
        if left:
            self.leavers.add(key)

    def add_rows_beside(self, stack: Stack) -> None:
        """Count rows whose resources a pass over a few has not read."""
        rows = (Key(self.feed.kind, row.name) for row in self.feed.rows if not row.left)
        self.live += sum(key in stack.beside for key in rows)

    def add_stray(self, key: Key, action: Action | None) -> None:
        """Count a resource without a row."""
        self.live += 1
        self.gone += 1
        self.rowless.add(key)
        self.changes |= action is not None and action.pending


def _came_from(stray: Stray, stack: Stack) -> tuple[str, str]:
    """The kind and the name of the feed that a resource came from; if that was renamed, of the only one of the kind."""
    name = stray.tags.get(FEED_MARK, "")
    names = [each.name for each in stack.feeds if each.kind == stray.key.kind]
    return stray.key.kind, names[0] if name and name not in names and len(names) == 1 else name


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
