"""Parallel jobs: on the virtual clock every run is the same, on the system's clock they are threads."""

import os
import threading
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial

import pytest

from reconciler.runtime.clock import Job, SystemClock, VirtualClock

Diary = list[tuple[str, float]]


def napper(clock: VirtualClock, diary: Diary, name: str, *naps: float) -> Job:
    """A job that records its start, and the end of each sleep."""

    def job() -> None:
        diary.append((name, clock.now()))
        for nap in naps:
            clock.sleep(nap)
            diary.append((name, clock.now()))

    return job


def failing(error: BaseException, first: Callable[[], object] = lambda: None) -> Job:
    """A job that calls a function and then fails."""

    def job() -> None:
        first()
        raise error

    return job


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


# -- virtual time ------------------------------------------------------------------------------------------------------------


def test_time_passes_only_while_somebody_sleeps(clock: VirtualClock) -> None:
    clock.sleep(5)
    clock.sleep(-1)
    assert (clock.now(), clock.wall()) == (5, 5)


def test_naps_overlap(clock: VirtualClock) -> None:
    diary: Diary = []
    clock.side_by_side(
        [napper(clock, diary, "a", 3), napper(clock, diary, "b", 1, 1), napper(clock, diary, "c")]
    )
    assert diary == [("a", 0), ("b", 0), ("c", 0), ("b", 1), ("b", 2), ("a", 3)]
    assert clock.now() == 3


def test_whoever_lay_down_first_wakes_first(clock: VirtualClock) -> None:
    diary: Diary = []
    clock.side_by_side([napper(clock, diary, name, 1, 1) for name in "abc"])
    assert [name for name, _ in diary] == [*"abc"] * 3


def test_every_run_is_the_same_run() -> None:
    def run() -> Diary:
        clock, diary = VirtualClock(), Diary()
        clock.side_by_side(
            [napper(clock, diary, str(n), *(n * step % 7 for step in range(5))) for n in range(20)]
        )
        return diary

    first = run()
    assert len(first) == 20 * 6
    assert all(run() == first for _ in range(5))


def test_no_jobs_take_no_time(clock: VirtualClock) -> None:
    clock.side_by_side([])
    assert clock.now() == 0


def test_a_job_waits_for_another(clock: VirtualClock) -> None:
    baked: list[str] = []
    diary: Diary = []

    def bake() -> None:
        clock.sleep(40)
        baked.append("bread")

    def eat() -> None:
        clock.wait_until(lambda: bool(baked))
        diary.append((baked.pop(), clock.now()))

    clock.side_by_side([eat, bake])
    assert diary == [("bread", 40)]


def test_what_is_true_already_is_not_waited_for(clock: VirtualClock) -> None:
    clock.side_by_side([lambda: clock.wait_until(lambda: True)] * 2)
    clock.wait_until(lambda: True)
    assert clock.now() == 0


def test_whoever_waits_alone_is_told(clock: VirtualClock) -> None:
    with pytest.raises(RuntimeError, match="no job is left"):
        clock.wait_until(lambda: False)


def test_whoever_waits_for_nothing_goes_on_once_the_others_are_done(clock: VirtualClock) -> None:
    diary: Diary = []

    def wait() -> None:
        clock.wait_until(lambda: False)
        diary.append(("went on", clock.now()))

    clock.side_by_side([wait, napper(clock, diary, "b", 7)])
    assert diary == [("b", 0), ("b", 7), ("went on", 7)]


# -- errors in virtual time ----------------------------------------------------------------------------------------------------


def test_an_error_stops_the_others_at_once_and_is_raised(clock: VirtualClock) -> None:
    diary: Diary = []
    jobs = [
        napper(clock, diary, "sleeps", 1, 10, 10),
        lambda: clock.wait_until(lambda: False),
        failing(ValueError("enough"), lambda: clock.sleep(2)),
        napper(clock, diary, "is done", 1),
    ]
    with pytest.raises(ValueError, match="enough"):
        clock.side_by_side(jobs)
    assert diary == [("sleeps", 0), ("is done", 0), ("sleeps", 1), ("is done", 1)]
    assert clock.now() == 2


def test_who_has_not_begun_does_not_begin(clock: VirtualClock) -> None:
    diary: Diary = []
    with pytest.raises(KeyboardInterrupt):
        clock.side_by_side([failing(KeyboardInterrupt()), napper(clock, diary, "late")])
    assert diary == []


def test_who_is_stopped_may_still_put_things_away(clock: VirtualClock) -> None:
    put_away: list[str] = []

    def tidy() -> None:
        try:
            clock.sleep(10)
        finally:
            put_away.append("knife")

    with pytest.raises(ValueError, match="enough"):
        clock.side_by_side([tidy, failing(ValueError("enough"))])
    assert put_away == ["knife"]


def test_the_clock_goes_on_after_an_error(clock: VirtualClock) -> None:
    with pytest.raises(ValueError, match="enough"):
        clock.side_by_side([failing(ValueError("enough"), lambda: clock.sleep(1))])
    diary: Diary = []
    clock.side_by_side([napper(clock, diary, "a", 1)])
    assert diary == [("a", 1), ("a", 2)]


def test_jobs_start_no_others(clock: VirtualClock) -> None:
    with pytest.raises(RuntimeError, match="cannot start others"):
        clock.side_by_side([lambda: clock.side_by_side([])])


# -- the system's clock --------------------------------------------------------------------------------------------------------


def test_threads_really_run_side_by_side() -> None:
    met = threading.Barrier(3, timeout=300)
    threads: set[int] = set()

    def meet() -> None:
        met.wait()
        threads.add(threading.get_ident())

    SystemClock().side_by_side([meet] * 3)
    assert len(threads) == 3


@pytest.mark.parametrize("number", [0, 1, 5])
def test_all_threads_are_done_at_the_end(number: int) -> None:
    done: list[int] = []
    SystemClock().side_by_side([partial(done.append, n) for n in range(number)])
    assert sorted(done) == [*range(number)]


def test_one_job_needs_no_thread() -> None:
    threads: list[int] = []
    SystemClock().side_by_side([lambda: threads.append(threading.get_ident())])
    assert threads == [threading.get_ident()]


@pytest.mark.parametrize("others", [0, 1, 3])
def test_the_error_of_a_thread_is_raised(others: int) -> None:
    quiet: list[Job] = [lambda: None] * others
    with pytest.raises(ValueError, match="enough"):
        SystemClock().side_by_side([*quiet, failing(ValueError("enough")), *quiet])


def test_what_is_true_already_is_not_waited_for_by_threads_either() -> None:
    SystemClock().wait_until(lambda: True)


def test_the_system_clock_goes_forwards() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.sleep(-1)
    assert clock.now() >= before
    assert clock.wall() > 1_700_000_000


def test_a_job_sees_nothing_that_an_earlier_job_of_the_same_thread_has_left(clock: VirtualClock) -> None:
    """Threads are reused: a log context of one pass must not appear in another one."""
    left: ContextVar[str] = ContextVar("left", default="nothing")
    seen: list[str] = []

    def job(name: str) -> None:
        seen.append(left.get())
        left.set(name)

    for _ in range(3):
        clock.side_by_side([partial(job, "a"), partial(job, "b")])
    assert seen == ["nothing"] * 6


def test_a_forked_process_starts_threads_of_its_own(clock: VirtualClock) -> None:
    clock.side_by_side([lambda: None, lambda: None])
    child = os.fork()
    if child == 0:
        done: list[int] = []
        clock.side_by_side([lambda: done.append(1), lambda: done.append(2)])
        os._exit(0 if done == [1, 2] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
