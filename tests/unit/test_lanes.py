"""Work runs in order within a lane, with a limited number of jobs at once, and in parallel in different lanes."""

from collections import Counter
from dataclasses import dataclass, field

import pytest

from reconciler.runtime.clock import SystemClock, VirtualClock
from reconciler.runtime.lanes import Lane, fan_out

Item = tuple[str, int]


def lane(name: str, items: int, width: int = 1) -> Lane[Item]:
    return Lane(lane_items(name, items), width)


def lane_items(name: str, items: int) -> list[Item]:
    return [(name, number) for number in range(items)]


@dataclass
class Workshop:
    """Work that takes a number of seconds for each item, and records which items run at the same time."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    seconds: float = 1.0
    broken: Item | None = None
    begun: list[Item] = field(default_factory=list)
    done: list[Item] = field(default_factory=list)
    at_work: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    def work(self, item: Item) -> None:
        self.begun.append(item)
        self.at_work[item[0]] += 1
        self.most |= self.at_work
        self.clock.sleep(self.seconds)
        if item == self.broken:
            raise ValueError(f"{item} is broken")
        self.at_work[item[0]] -= 1
        self.done.append(item)

    def run(self, *lanes: Lane[Item]) -> "Workshop":
        fan_out(self.clock, lanes, self.work)
        return self


@pytest.fixture
def shop() -> Workshop:
    return Workshop()


@pytest.mark.parametrize("width", [1, 2, 5, 50])
def test_a_lane_is_begun_in_its_order(shop: Workshop, width: int) -> None:
    shop.run(lane("a", 10, width))
    assert shop.begun == [("a", number) for number in range(10)]
    assert sorted(shop.done) == shop.begun


# Seven items of a second each, with different limits.
WALLS = [(1, 7), (2, 4), (3, 3), (7, 1), (100, 1)]


@pytest.mark.parametrize(("width", "seconds"), WALLS)
def test_the_width_of_a_lane_is_used_and_honoured(shop: Workshop, width: int, seconds: int) -> None:
    shop.run(lane("a", 7, width))
    assert shop.most == {"a": min(7, width)}
    assert shop.clock.now() == seconds


def test_lanes_run_side_by_side(shop: Workshop) -> None:
    shop.run(lane("a", 6, 2), lane("b", 4), lane("c", 9, 3))
    assert shop.most == {"a": 2, "b": 1, "c": 3}
    assert shop.clock.now() == 4
    assert Counter(name for name, _ in shop.done) == {"a": 6, "b": 4, "c": 9}


def test_a_growing_lane_takes_what_work_adds_to_it(shop: Workshop) -> None:
    seeing = lane("see", 2)
    reading: Lane[Item] = Lane((), 3, growing=True)

    def work(item: Item) -> None:
        shop.work(item)
        if item[0] == "see":
            reading.items.extend([(f"read {item[1]}", number) for number in range(4)])

    fan_out(shop.clock, [seeing, reading], work)
    assert shop.most["read 0"] == 3
    assert Counter(name for name, _ in shop.done) == {"see": 2, "read 0": 4, "read 1": 4}
    assert shop.clock.now() == 4, (
        "the first are read while the second is being seen: 1 + 8 of them, 3 at once"
    )


def test_a_growing_lane_feeds_itself_and_ends(shop: Workshop) -> None:
    growing: Lane[Item] = Lane([("a", 0)], 2, growing=True)

    def work(item: Item) -> None:
        shop.work(item)
        if item[1] < 5:
            growing.items.append(("a", item[1] + 1))

    fan_out(shop.clock, [growing], work)
    assert shop.done == lane_items("a", 6)


def test_an_error_ends_a_growing_lane_too(shop: Workshop) -> None:
    shop.broken = ("a", 1)
    with pytest.raises(ValueError, match="broken"):
        fan_out(shop.clock, [lane("a", 9), Lane((), 4, growing=True)], shop.work)


def test_threads_feed_a_growing_lane() -> None:
    done: list[Item] = []
    growing: Lane[Item] = Lane((), 3, growing=True)

    def work(item: Item) -> None:
        done.append(item)
        if item[0] == "a":
            growing.items.append(("b", item[1]))

    fan_out(SystemClock(), [lane("a", 50, 2), growing], work)
    assert Counter(name for name, _ in done) == {"a": 50, "b": 50}


def test_no_work_takes_no_time(shop: Workshop) -> None:
    shop.run()
    shop.run(lane("a", 0), lane("b", 0, 5))
    assert (shop.begun, shop.clock.now()) == ([], 0)


def test_every_run_is_the_same_run() -> None:
    def run() -> list[Item]:
        return Workshop().run(lane("a", 9, 2), lane("b", 7, 3)).begun

    assert run() == run()


def test_the_first_error_ends_the_work(shop: Workshop) -> None:
    shop.broken = ("a", 1)
    with pytest.raises(ValueError, match="broken"):
        shop.run(lane("a", 10), lane("b", 10, 2))
    assert [item for item in shop.begun if item[0] == "a"] == [("a", 0), ("a", 1)]
    assert len(shop.begun) <= 2 + 4 + 2, "whoever is woken later than the error begins nothing more"
    assert shop.clock.now() == 2


def test_threads_work_off_every_item_once() -> None:
    done: list[Item] = []
    fan_out(SystemClock(), [lane("a", 100, 4), lane("b", 50, 2)], done.append)
    assert Counter(done) == Counter([*lane_items("a", 100), *lane_items("b", 50)])


def test_threads_begin_nothing_after_an_error() -> None:
    begun: list[Item] = []

    def work(item: Item) -> None:
        begun.append(item)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fan_out(SystemClock(), [lane("a", 100, 2)], work)
    assert len(begun) <= 2
