"""Retries follow a schedule with pauses, and end with the result of the last try."""

import subprocess
import sys
from random import Random

import pytest

from reconciler.runtime import retrying
from reconciler.runtime.retrying import CALL, PATIENT, at_once, look_after, retrying_call
from reconciler.runtime.shutdown import Shutdown
from tests.unit.aws_toys import Listening


class Replies:
    """Returns or raises the given results in turn, and then always the last one."""

    def __init__(self, *replies: object) -> None:
        self._replies = replies
        self.asked = 0

    def __call__(self) -> object:
        reply = self._replies[min(self.asked, len(self._replies) - 1)]
        self.asked += 1
        if isinstance(reply, BaseException):
            raise reply
        return reply


def is_lookup_error(error: BaseException) -> bool:
    return isinstance(error, LookupError)


@pytest.fixture
def clock() -> Listening:
    return Listening()


@pytest.mark.parametrize("failures", range(4))
def test_each_try_after_an_error_comes_after_its_pause(clock: Listening, failures: int) -> None:
    call = Replies(*[LookupError()] * failures, "done")
    loop = retrying.retrying(clock, (1.0, 5.0, 2.0), after_error=is_lookup_error)
    assert loop(call) == "done"
    assert clock.slept == [1.0, 5.0, 2.0][:failures]


def test_the_last_error_is_raised_as_it_is(clock: Listening) -> None:
    errors = [LookupError(each) for each in range(3)]
    call = Replies(*errors)
    with pytest.raises(LookupError) as raised:
        retrying.retrying(clock, (1.0, 2.0), after_error=is_lookup_error)(call)
    assert raised.value is errors[2]
    assert raised.value.__context__ is None
    assert (call.asked, clock.slept) == (3, [1.0, 2.0])


@pytest.mark.parametrize("error", [TypeError(), Shutdown(), KeyboardInterrupt()])
def test_another_error_ends_it_at_once(clock: Listening, error: BaseException) -> None:
    call = Replies(LookupError(), error, "done")
    with pytest.raises(type(error)):
        retrying.retrying(clock, (1.0, 2.0), after_error=is_lookup_error)(call)
    assert (call.asked, clock.slept) == (2, [1.0])


def test_without_pauses_there_is_one_try(clock: Listening) -> None:
    call = Replies(LookupError())
    with pytest.raises(LookupError):
        retrying.retrying(clock, (), after_error=is_lookup_error)(call)
    assert (call.asked, clock.slept) == (1, [])


@pytest.mark.parametrize(("ready_after", "seen"), [(0, None), (2, None), (9, "at work")])
def test_what_was_seen_last_is_returned(clock: Listening, ready_after: int, seen: str | None) -> None:
    look = Replies(*["at work"] * ready_after, None)
    loop = retrying.retrying(clock, (1.0, 2.0, 4.0), after_result=lambda found: found is not None)
    assert loop(look) == seen
    assert clock.slept == [1.0, 2.0, 4.0][:ready_after]


def test_a_look_that_fails_is_not_repeated(clock: Listening) -> None:
    look = Replies(LookupError(), None)
    with pytest.raises(LookupError):
        retrying.retrying(clock, (1.0,), after_result=lambda found: found is not None)(look)
    assert look.asked == 1


@pytest.mark.parametrize(("misses", "looks"), [(0, 1), (1, 2), (2, 3), (7, 3)])
def test_a_pause_comes_before_the_first_look_too(clock: Listening, misses: int, looks: int) -> None:
    look = Replies(*[False] * misses, True)
    found = look_after(clock, (0.0, 2.0, 5.0), look, lambda seen: not seen)
    assert found is (misses < looks)
    assert (look.asked, clock.slept) == (looks, [0.0, 2.0, 5.0][:looks])


def test_tries_at_once_let_no_time_pass_and_stop() -> None:
    call = Replies(None)
    assert at_once(5, after_result=lambda found: found is None)(call) is None
    assert call.asked == 5


def test_a_call_pauses_at_random_up_to_twice_as_long_each_time(clock: Listening) -> None:
    call = Replies(LookupError("throttled"))
    loop = retrying_call(clock, Random(7), after_error=is_lookup_error, enough=lambda tries: tries == 8)
    with pytest.raises(LookupError, match="throttled"):
        loop(call)
    again = Random(7)
    assert clock.slept == [again.uniform(0, most) for most in (1, 2, 4, 8, 16, 20, 20)]


@pytest.mark.parametrize(("failures", "pause"), [(1, 1.0), (2, 2.0), (5, 16.0), (6, 20.0), (99_999, 20.0)])
def test_a_pause_doubles_up_to_the_longest(failures: int, pause: float) -> None:
    assert CALL.pause(failures) == pause


def test_the_waits_are_as_long_as_their_text_says() -> None:
    assert (sum(PATIENT.held), sum(PATIENT.ready)) == (30.0, 300.0)


def test_only_a_loop_imports_tenacity() -> None:
    """`validate` imports `FILES_CHANGING`, and should not import more."""
    look = (
        "import sys, reconciler.desired.loader, reconciler.runtime.retrying as it;"
        "before = 'tenacity' in sys.modules;"
        "it.at_once(1)(print);"
        "print(before, 'tenacity' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "True"]
