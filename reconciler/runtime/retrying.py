"""Retries: the pauses of every retry and of every wait for AWS, and the tenacity loops that use them.

No other module imports tenacity. It is imported when the first loop is built: `validate` and others need none.
"""

from collections.abc import Callable
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from reconciler.runtime.clock import Clock

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tenacity import RetryCallState, Retrying

T = TypeVar("T")

Pauses: TypeAlias = tuple[float, ...]
"""Seconds before each further try: one try more than there are pauses."""
AfterError: TypeAlias = Callable[[BaseException], bool]
"""Whether to try again after this error."""
AfterResult: TypeAlias = Callable[[Any], bool]
"""Whether to try again after this result."""


class Doubling(NamedTuple):
    """Seconds that double with each failed try, up to the longest."""

    first: float
    longest: float

    def pause(self, failures: int) -> float:
        """Seconds after this number of failed tries, 1 or more."""
        # A float holds no more than 1023 doublings of 1; a resource may fail for months.
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 100))


class ResourceWaits(NamedTuple):
    """How long a request waits for the resource that it changes."""

    held: Pauses
    """Seconds between tries while the resource is busy, or while AWS does not show a new resource yet."""
    ready: Pauses
    """Seconds between reads of a resource that AWS still works on."""


# -- One call to AWS --------------------------------------------------------------------------------------------------

CALL = Doubling(1.0, 20.0)
"""The most seconds between tries of one call, as AWS advises; the pause is a random part of them (full jitter)."""
CALL_TRIES = 6
"""Tries of one call in a pass: half a minute of pauses at most."""
IDENTITY_TRIES = 3
"""Tries of the account check while the address cannot be reached: no other call has been made yet."""
HISTORY_CALL_TRIES = 3
"""Tries of one call to the bucket of the history while a user waits for the answer and no work depends on it yet."""
BRISK_CALL_TRIES = 2
"""Tries of one call for a lease or a notification: the next one comes soon, and cannot wait for a slow answer."""

# -- One resource -----------------------------------------------------------------------------------------------------

PATIENT = ResourceWaits(
    held=(1.0, 2.0, 4.0, 8.0, 15.0),
    ready=(1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 60.0, 60.0, 60.0),
)
"""Half a minute while it is busy, five minutes until it is ready; after that the next pass continues."""
IMPATIENT = ResourceWaits(held=(), ready=())
"""One try: AWS has already made this resource wait in this pass."""
CHOICES = 5
"""How often a kind chooses a value that only AWS can offer, such as a free phone number, while other clients are quicker."""
CREATES = 2
"""Create requests for one resource if replies are lost and a second request does no harm."""
AFTER_CREATE: Pauses = (2.0, 5.0)
"""Seconds before each read after a create with a lost reply: AWS lists new resources a little later."""
CONFIRM: Pauses = (0.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds before each read that confirms the changes of a pass: AWS shows some of them late."""
FAILED_RESOURCE = Doubling(60.0, 3_600.0)
"""Seconds for which the daemon does not try a resource, by the number of failures in a row."""

# -- All else ---------------------------------------------------------------------------------------------------------

PASS_NUMBERS = 50
"""How many numbers of passes others may take in the bucket of the history before us, one right after the other."""
FILES_CHANGING: Pauses = (0.5, 1.0)
"""Seconds before the files are read a second and a third time, because they changed while they were read.

The loop in `desired/loader.py` does not use tenacity: every `validate` would have to import it, for files that seldom change.
"""
QUEUE_PAUSE = 30.0
"""Seconds until the daemon reads its queue again after a failed read. It never stops trying."""


# -- Loops ------------------------------------------------------------------------------------------------------------


def never(_outcome: Any) -> bool:
    """Never try again."""
    return False


def retrying(
    clock: Clock, pauses: Pauses, *, after_error: AfterError = never, after_result: AfterResult = never
) -> "Retrying":
    """A loop that calls, and calls again after each pause while these functions allow it; it ends as the last call."""
    return _loop(clock.sleep, _chain(pauses), _after(len(pauses) + 1), after_error, after_result)


def at_once(tries: int, *, after_error: AfterError = never, after_result: AfterResult = never) -> "Retrying":
    """The same loop without pauses."""
    return _loop(_no_pause, _chain(()), _after(tries), after_error, after_result)


def retrying_call(
    clock: Clock, random: Random, *, after_error: AfterError, enough: Callable[[int], bool]
) -> "Retrying":
    """The same loop for one call to AWS, until `enough` stops it by the number of tries; its pauses are random.

    Full jitter: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """

    def wait(state: "RetryCallState") -> float:
        return random.uniform(0, CALL.pause(state.attempt_number))

    return _loop(clock.sleep, wait, lambda state: enough(state.attempt_number), after_error, never)


def look_after(clock: Clock, pauses: Pauses, look: Callable[[], T], again: Callable[[T], bool]) -> T:
    """The result of a read: the first pause comes before the first read, each other one while `again` allows it."""
    first, *others = pauses
    clock.sleep(first)
    return retrying(clock, tuple(others), after_result=again)(look)


def _loop(
    sleep: Callable[[float], None],
    wait: "Callable[[RetryCallState], float]",
    stop: "Callable[[RetryCallState], bool]",
    after_error: AfterError,
    after_result: AfterResult,
) -> "Retrying":
    from tenacity import Retrying  # noqa: PLC0415 -- see the first lines

    def again(state: "RetryCallState") -> bool:
        outcome = _outcome(state)
        error = outcome.exception()
        return after_result(outcome.result()) if error is None else after_error(error)

    def last(state: "RetryCallState") -> Any:
        return _outcome(state).result()

    return Retrying(sleep=sleep, wait=wait, stop=stop, retry=again, retry_error_callback=last)


def _no_pause(_seconds: float) -> None:
    """Do not pause: on a virtual clock even 0 seconds let another job run."""


def _after(tries: int) -> "Callable[[RetryCallState], bool]":
    return lambda state: state.attempt_number >= tries


@cache
def _chain(pauses: Pauses) -> "Callable[[RetryCallState], float]":
    from tenacity import wait_chain, wait_fixed, wait_none  # noqa: PLC0415 -- see the first lines

    return wait_chain(*map(wait_fixed, pauses)) if pauses else wait_none()


def _outcome(state: "RetryCallState") -> "Future[Any]":
    """The result or error of the last call."""
    if state.outcome is None:
        raise AssertionError("tenacity asks after a call, never before one")
    return state.outcome
