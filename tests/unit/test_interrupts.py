"""SIGINT before, during and after the work of a command."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.runtime.interrupts import INTERRUPTED, Interrupts, wait_for_input


class Times:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def left() -> list[int]:
    return []


@pytest.fixture
def made(times: Times, left: list[int]) -> Iterator[Interrupts]:
    before, hook = signal.signal(signal.SIGINT, signal.default_int_handler), sys.unraisablehook
    made = Interrupts(times, left.append, press)
    made.listen()
    yield made
    signal.signal(signal.SIGINT, before)
    sys.unraisablehook = hook


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_during_the_work_the_first_one_ends_it_with_130(made: Interrupts, left: list[int]) -> None:
    def work() -> int:
        press()
        return 0

    assert made.during(work) == INTERRUPTED
    assert left == []


class Pressing:
    def __del__(self) -> None:
        press()


def test_one_that_python_drops_in_a_destructor_is_sent_again(made: Interrupts, left: list[int]) -> None:
    sent: list[int] = []
    made._again = lambda: sent.append(1)

    def work() -> int:
        Pressing()
        press()  # what the other thread does
        return 0

    assert made.during(work) == INTERRUPTED
    assert (sent, left) == ([1], [])


def test_another_within_a_second_does_not_disturb_what_is_written_at_the_end(
    made: Interrupts, times: Times, left: list[int]
) -> None:
    written = []

    def work() -> int:
        try:
            press()
        finally:
            times.now += 0.9
            press()
            written.append("history")
        return 0

    assert made.during(work) == INTERRUPTED
    press()
    assert (written, left) == (["history"], [])


def test_a_later_one_ends_what_is_written_at_the_end(made: Interrupts, times: Times) -> None:
    written = []

    def work() -> int:
        try:
            press()
        finally:
            times.now += 1
            press()
            written.append("history")
        return 0

    assert made.during(work) == INTERRUPTED
    assert written == []


def test_before_and_after_the_work_the_process_ends_at_once(
    made: Interrupts, times: Times, left: list[int], capfd: pytest.CaptureFixture[str]
) -> None:
    press()
    assert left == [INTERRUPTED]
    assert made.during(lambda: 2) == 2
    times.now += 1
    press()
    assert left == [INTERRUPTED, INTERRUPTED]
    assert capfd.readouterr().err == "interrupted\n"


def test_a_signal_that_is_ignored_stays_ignored(made: Interrupts, left: list[int]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    made.listen()
    press()
    assert (signal.getsignal(signal.SIGINT), left) == (signal.SIG_IGN, [])


def test_one_within_the_text_of_an_exec_ends_with_130_too(tmp_path: Path) -> None:
    code = """
import signal, sys
from reconciler.runtime.interrupts import interrupts
signal.signal(signal.SIGINT, signal.default_int_handler)
interrupts.listen()
sys.exit(interrupts.during(lambda: exec("signal.raise_signal(signal.SIGINT)") or 0))
"""
    (tmp_path / "interrupted_one.py").write_text(code)
    command = [sys.executable, "-m", "interrupted_one"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (INTERRUPTED, b"")


def test_only_a_pass_says_that_the_next_one_goes_on(made: Interrupts) -> None:
    assert made.lines() == ["interrupted"]
    made.after = "the next pass continues"
    assert made.lines() == ["interrupted; the next pass continues"]


def test_a_wait_for_input_ends_with_the_input_or_with_a_signal() -> None:
    main, done, heard = threading.get_ident(), threading.Event(), list[int]()
    before = signal.signal(signal.SIGUSR1, lambda number, _: heard.append(number))
    reading, writing = os.pipe()

    def press() -> None:
        while not done.wait(0.01):
            signal.pthread_kill(main, signal.SIGUSR1)

    pressing = threading.Thread(target=press)
    try:
        pressing.start()
        wait_for_input(reading)
        done.set()
        pressing.join()
        assert heard
        os.write(writing, b"y")
        wait_for_input(reading)
        assert signal.set_wakeup_fd(-1) == -1
    finally:
        done.set()
        signal.signal(signal.SIGUSR1, before)
        os.close(reading)
        os.close(writing)
