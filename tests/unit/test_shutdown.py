"""Signals for a long-running program: none is lost, at any time and place."""

import signal
import threading

import pytest

from reconciler.runtime.shutdown import GracefulShutdown, Signals, Stop

HEARD = signal.SIGUSR1
UNHEARD = signal.SIGUSR2


def test_one_that_arrived_before_the_wait_ends_it() -> None:
    with Signals({HEARD}) as signals:
        signal.raise_signal(HEARD)
        assert signals.wait() == HEARD


def test_one_that_arrives_in_another_thread_wakes_the_one_that_waits() -> None:
    def interrupt() -> None:
        signal.pthread_kill(threading.get_ident(), HEARD)

    with Signals({HEARD}) as signals:
        elsewhere = threading.Thread(target=interrupt)
        elsewhere.start()
        assert signals.wait() == HEARD
        elsewhere.join()


def test_each_is_told_in_its_turn() -> None:
    with Signals({signal.SIGHUP, HEARD}) as signals:
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(HEARD)
        assert [signals.wait(), signals.wait()] == [signal.SIGHUP, HEARD]


def test_what_nobody_waits_for_here_ends_no_wait_and_goes_where_it_went_before() -> None:
    elsewhere: list[int] = []
    before = signal.signal(UNHEARD, lambda number, _frame: elsewhere.append(number))
    try:
        with Signals({HEARD}) as signals:
            signal.raise_signal(UNHEARD)
            signal.raise_signal(HEARD)
            assert signals.wait() == HEARD
    finally:
        signal.signal(UNHEARD, before)
    assert elsewhere == [UNHEARD]


def test_afterwards_everything_is_as_before() -> None:
    handler, woken = signal.getsignal(HEARD), signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(woken)
    with Signals({HEARD}):
        assert signal.getsignal(HEARD) != handler
    assert signal.getsignal(HEARD) == handler
    assert signal.set_wakeup_fd(woken) == woken


def test_the_first_signal_asks_and_a_later_one_ends_at_once() -> None:
    stop, before, times = Stop(), signal.getsignal(signal.SIGTERM), iter((5.0, 5.02, 9.0))
    with GracefulShutdown(stop, lambda: next(times)) as politely:
        assert signal.getsignal(signal.SIGTERM) is before
        politely.begin()
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
