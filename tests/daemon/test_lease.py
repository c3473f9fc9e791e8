"""The lease has at most one holder at a time, with any clocks, network faults and pauses."""

from collections.abc import Iterator, Mapping
from itertools import count
from random import Random
from typing import Any

import pytest

from reconciler.daemon.lease import LOST, Lease, LeaseLost, Times
from reconciler.errors import Busy, CallError, Refused, Unsure
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox.account import account_in, sandboxed

TIMES = Times()


class Skewed(VirtualClock):
    """A clock with its own rate and offset."""

    def __init__(self, real: VirtualClock, rate: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        self._real, self._rate, self._offset = real, rate, offset

    def now(self) -> float:
        return self._offset + self._rate * self._real.now()


class Books:
    """A DynamoDB item with conditional writes; the next calls fail with given errors (`reconciler.contract.Api`)."""

    account, region, partition = "", "", "aws"

    def __init__(self) -> None:
        self.item: dict[str, Any] = {}
        self.troubles: Iterator[str] = iter(())

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        trouble = next(self.troubles, "")
        if trouble == "busy":
            raise Busy(operation, "Throttled", "")
        reply = getattr(self, operation)(**parameters) if trouble != "lost" else {}
        if trouble in ("lost", "lost with effect"):
            raise Unsure(operation, "ReadTimeout", "")
        return reply

    def pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        raise NotImplementedError

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {"Item": self.item} if self.item else {}

    def put_item(self, **parameters: Any) -> dict[str, Any]:
        self._check(parameters)
        self.item = dict(parameters["Item"])
        return {}

    def delete_item(self, **condition: Any) -> dict[str, Any]:
        self._check(condition)
        self.item = {}
        return {}

    def _check(self, condition: Mapping[str, Any]) -> None:
        wanted = condition.get("ExpressionAttributeValues", {}).get(":version")
        if self.item.get("version") != wanted:
            raise Refused("put_item", LOST, "")


def candidate(books: Any, clock: VirtualClock, name: str, times: Times = TIMES) -> Lease:
    numbers = count()
    return Lease(books, clock, "leases", "reconciler", name, lambda: f"{name} {next(numbers)}", times)


def test_the_first_one_takes_it_and_the_second_stands_by() -> None:
    books, clock = Books(), VirtualClock()
    first, second = candidate(books, clock, "a"), candidate(books, clock, "b")
    assert (first.turn(), second.turn()) == (True, False)
    assert second.other == "a"
    with pytest.raises(LeaseLost):
        second.check()
    first.check()


def test_a_dead_holder_is_followed_within_the_lease_and_one_try() -> None:
    for killed_after in (0.0, 0.7, 1.3, 1.9):
        books, clock = Books(), VirtualClock()
        first, second = candidate(books, clock, "a"), candidate(books, clock, "b")
        first.turn()
        clock.sleep(killed_after)
        dead = clock.now()
        while not second.turn():
            clock.sleep(second.pause)
        assert TIMES.renew_deadline < clock.now() - dead + killed_after
        assert clock.now() - dead <= TIMES.lease + TIMES.retry + 0.1


def test_a_holder_that_cannot_renew_stops_before_another_begins() -> None:
    books, clock = Books(), VirtualClock()
    first, second = candidate(books, clock, "a"), candidate(books, clock, "b")
    first.turn()
    second.turn()
    clock.sleep(TIMES.renew_deadline)
    assert not first.held
    assert not second.turn()
    clock.sleep(TIMES.lease - TIMES.renew_deadline)
    assert second.turn()


def test_a_paused_holder_that_wakes_up_finds_itself_out_of_work() -> None:
    books, clock = Books(), VirtualClock()
    first, second = candidate(books, clock, "a"), candidate(books, clock, "b")
    first.turn()
    while not second.turn():
        clock.sleep(second.pause)
    with pytest.raises(LeaseLost):
        first.check()
    assert not first.turn()
    assert second.turn()
    assert first.other is None or first.other == "b"


def test_a_released_lease_is_free_at_once() -> None:
    books, clock = Books(), VirtualClock()
    first, second = candidate(books, clock, "a"), candidate(books, clock, "b")
    first.turn()
    second.turn()
    first.release()
    assert second.turn()
    first.release()
    assert second.held


@pytest.mark.parametrize("trouble", ["lost", "lost with effect", "busy"])
def test_a_renewal_whose_reply_is_lost_does_not_lose_the_lease(trouble: str) -> None:
    books, clock = Books(), VirtualClock()
    lease = candidate(books, clock, "a")
    lease.turn()
    for _ in range(3):
        clock.sleep(TIMES.retry)
        books.troubles = iter([trouble])
        assert lease.turn()
    clock.sleep(TIMES.retry)
    lease.turn()
    clock.sleep(TIMES.retry)
    assert lease.turn()
    assert books.item["holder"] == {"S": "a"}


def test_an_unreachable_table_ends_the_work_in_time() -> None:
    books, clock = Books(), VirtualClock()
    lease = candidate(books, clock, "a")
    lease.turn()
    books.troubles = iter(["busy"] * 100)
    held = []
    for _ in range(8):
        clock.sleep(TIMES.retry)
        held.append(lease.turn())
    assert held == [True] * 4 + [False] * 4


@pytest.mark.parametrize("seed", range(60))
def test_two_never_hold_it_at_once(seed: int) -> None:
    """Rates that differ by less than lease / renew deadline, with any offsets, losses and pauses."""
    random = Random(seed)
    books, real = Books(), VirtualClock()
    rates = [random.uniform(1.0, 1.4), 1.0]
    random.shuffle(rates)
    ones = [
        candidate(books, Skewed(real, rate, random.uniform(-86_400, 86_400)), name)
        for rate, name in zip(rates, "ab", strict=True)
    ]
    due, taken = [0.0, random.uniform(0, 2)], set()
    while real.now() < 400:
        at = min(due)
        one = due.index(at)
        real.sleep(at - real.now())
        sorts = [*[""] * 9, "lost", "lost with effect", "busy"]
        books.troubles = iter(random.choices(sorts, k=2))
        ones[one].turn()
        holders = [each.holder for each in ones if each.held]
        assert len(holders) <= 1, f"at {real.now()}"
        taken.update(holders)
        pause = ones[one].pause / rates[one]
        due[one] = at + (random.uniform(15, 60) if random.random() < 0.05 else max(pause, 0.01))
    assert taken


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"lease": 10, "renew_deadline": 10}, "`seconds`"),
        ({"renew_deadline": 2.4, "retry": 2}, "`renew_deadline`"),
        ({"retry": 0}, "`retry`"),
    ],
)
def test_times_by_which_two_could_hold_it_are_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Times(**wrong)


def test_it_works_on_dynamodb() -> None:
    with sandboxed() as (box, clock):
        account = account_in(box, "eu-west-2", clock)
        box.session("eu-west-2").client("dynamodb").create_table(
            TableName="leases",
            KeySchema=[{"AttributeName": "lease", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "lease", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        first, second = (candidate(account.api("dynamodb"), clock, name) for name in "ab")
        assert first.turn()
        assert not second.turn()
        clock.sleep(TIMES.retry)
        assert first.turn()
        assert not second.turn()
        first.release()
        assert second.turn()


def test_a_table_that_is_missing_is_no_lease() -> None:
    with sandboxed() as (box, clock):
        lease = candidate(account_in(box, "eu-west-2", clock).api("dynamodb"), clock, "a")
        assert not lease.turn()
        assert not lease.held
        with pytest.raises(CallError):
            lease._item()
