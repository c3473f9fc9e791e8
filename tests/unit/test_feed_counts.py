"""How many users of a feed leave by a plan."""

from dataclasses import replace

from reconciler.planning.action import Action, Verb
from reconciler.planning.diff import Difference
from reconciler.planning.feeds import FeedCount, brake, feed_counts
from reconciler.planning.ownership import FEED_MARK
from reconciler.planning.world import Stray, World
from reconciler.stack import Fed, Feed, FeedRow, Key, Stack
from tests.unit.plan_toys import marked, seen, stack, want, world

KIND = "toy.queue"
FEED = Feed("lines", KIND, "lines.csv", leaver_fields=("note",))


def key(number: int) -> Key:
    return Key(KIND, f"L{number}")


def fed(rows: int, left: int = 0, *, feed: Feed = FEED) -> Stack:
    """A stack with so many rows, of which the first ones have left."""
    wanted = [replace(want(str(key(n))), fed=Fed(feed.name, n < left)) for n in range(rows)]
    lines = tuple(FeedRow(n + 2, f"L{n}", n < left) for n in range(rows))
    return replace(stack(*wanted), feeds=(replace(feed, rows=lines),))


def alive(rows: int, strays: int = 0, mark: str = "lines") -> World:
    """So many rows in AWS, and others that have none."""
    found = world()
    found.sightings = {key(n): seen(f"L{n}", marked(f"L{n}")) for n in range(rows)}
    for n in range(strays):
        tags = {**marked(f"S{n}"), FEED_MARK: mark}
        found.strays.append(Stray(Key(KIND, f"S{n}"), seen(f"S{n}", tags), tags))
    return found


def actions(verb: Verb, *keys: Key, field: str = "note") -> dict[Key, Action]:
    return {each: Action(each, verb, (Difference(field, 1, 2),)) for each in keys}


def counts(of: Stack, live: World, planned: dict[Key, Action]) -> tuple[int, int, bool]:
    (count,) = feed_counts(of, live, planned)
    return count.live, count.gone, count.changes


def test_resources_without_rows_are_gone() -> None:
    assert counts(fed(8), alive(8, 2), {}) == (10, 2, False)
    assert counts(fed(8), alive(8, 2), actions("delete", Key(KIND, "S0"))) == (10, 2, True)
    assert counts(fed(9), alive(8), actions("create", key(8))) == (8, 0, True)


def test_leavers_are_gone_once_and_only_by_what_leavers_get() -> None:
    leaving = fed(10, left=3)
    assert counts(leaving, alive(10), actions("update", key(0), key(1))) == (9, 2, True)
    assert counts(leaving, alive(10), actions("update", key(0), field="other")) == (7, 0, True)
    assert counts(leaving, alive(10), {}) == (7, 0, False)


def test_a_feed_that_was_renamed_and_one_of_another_stack() -> None:
    assert counts(fed(8), alive(8, 2, "former"), {}) == (10, 2, False)
    assert counts(fed(8), alive(8, 2, ""), {}) == (8, 0, False)
    two = replace(fed(8), feeds=(*fed(8).feeds, Feed("others", KIND, "others.csv")))
    assert [each.gone for each in feed_counts(two, alive(8, 2, "former"), {})] == [0, 0]
    let_go = replace(fed(8), release=(Key(KIND, "S0"),))
    assert counts(let_go, alive(8, 2), {}) == (9, 1, False)


def test_a_pass_over_a_few_counts_the_rows_of_the_others() -> None:
    whole = fed(10)
    few = replace(
        whole,
        resources={each: whole.resources[each] for each in (key(0), key(1))},
        beside=frozenset(whole.resources.keys() - {key(0), key(1)}),
    )
    assert counts(few, alive(2, 1), actions("update", key(0))) == (11, 1, True)


def test_the_brake() -> None:
    def count(live: int, gone: int, *, changes: bool = True) -> tuple[FeedCount, ...]:
        return (FeedCount(FEED, live, gone, changes),)

    assert brake(count(10, 1), None) == []
    assert brake(count(1, 1), None) == []
    assert brake(count(20, 2), None) == []
    assert brake(count(20, 3, changes=False), None) == []
    (line,) = brake(count(1_000, 120), None)
    assert line.startswith(
        "lines.csv: 120 of the 1,000 queues in AWS that came from the feed lines have left"
    )
    assert brake(count(1_000, 120), 120) == []
    assert brake(count(1_000, 120), 119) == [line, "--allow-leavers says 119, and 120 leave by this plan"]
    assert brake(count(20, 2), 2) == []
    assert brake(count(20, 2), 5) == ["--allow-leavers says 5, and 2 leave by this plan"]
