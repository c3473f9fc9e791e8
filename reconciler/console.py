"""What the command line prints: reports on stdout, progress and announcements on stderr, mistakes in one place."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import accumulate
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Span, Text

from reconciler.planning.plan import Action, Plan
from reconciler.reports.number_format import lasting
from reconciler.runtime.interrupts import wait_for_input
from reconciler.runtime.printable import one_line, pieces


def sizes_known(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without invalid sizes of the terminal: 0 means that the size is not known."""
    sizes = ("COLUMNS", "LINES")
    return {
        name: value
        for name, value in environment.items()
        if name not in sizes or re.fullmatch("[1-9][0-9]{0,4}", value)
    }


out = Console(highlight=False, soft_wrap=True, _environ=sizes_known(os.environ))
err = Console(stderr=True, highlight=False, soft_wrap=True, _environ=sizes_known(os.environ))
remarks = Console(stderr=True, highlight=False, soft_wrap=True, _environ=sizes_known(os.environ))
"""Where remarks go; `remarks.quiet = True` drops them."""


class NotDelivered(Exception):
    """Raised when the output of a command could not be written to stdout (see `reconciler.runtime.streams`)."""


def show(lines: Iterable[Text]) -> None:
    """Print lines of a report."""
    _put(out, lines)


def show_at_once(line: Text) -> None:
    """Print one line of a report, also in a pipe, before the next one is known."""
    _put(out, [line])


def print_to_stderr(lines: Iterable[Text]) -> None:
    """Print lines of a report on stderr, if stdout has other output."""
    _put(err, lines)


def print_remarks(lines: Iterable[Text]) -> None:
    """Print lines on stderr, unless only trouble is to be printed."""
    _put(remarks, lines)


def announce(text: str) -> None:
    """Print a remark on stderr."""
    _put(remarks, [Text(one_line(text), "dim")])


def warn(lines: Iterable[str]) -> None:
    """Print warnings on stderr, a line each."""
    print_to_stderr(Text(one_line(line), "yellow") for line in lines)


def fail(lines: Iterable[str]) -> None:
    """Print errors on stderr, a line each."""
    print_to_stderr(Text(one_line(line), "red") for line in lines)


def deliver(text: str) -> None:
    """Print the output of a command on stdout: JSON or a picture, in which nothing can harm a terminal.

    Raises:
        NotDelivered: it could not be written completely, although the reader is still there.
    """
    sys.stdout.write(text)
    _check_delivered()


def deliver_lines(lines: Iterable[Text]) -> None:
    """Print the output of a command on stdout, as lines.

    Raises:
        NotDelivered: as for `deliver`.
    """
    show(lines)
    _check_delivered()


def _check_delivered() -> None:
    sys.stdout.flush()
    if getattr(sys.stdout, "complaint", None) or sys.stdout.closed:
        raise NotDelivered


def _put(console: Console, lines: Iterable[Text], end: str = "\n") -> None:
    """Print lines; the only function that does so. Only a terminal gets colours, and needs Rich to write them."""
    in_colour, file = console.is_terminal, console.file
    for line in lines:
        if in_colour:
            console.print(printable(line), end=end)
        elif not console.quiet:
            file.write(f"{printable(line).plain}{end}")
    file.flush()


def printable(line: Text) -> Text:
    """A line with its colours, safe for a terminal (`reconciler.runtime.printable`)."""
    plain = line.plain
    if one_line(plain) == plain:
        return line
    safe = list(pieces(plain))
    starts = [0, *accumulate(map(len, safe))]
    spans = [Span(starts[each.start], starts[min(each.end, len(safe))], each.style) for each in line.spans]
    return Text("".join(safe), line.style, spans=spans)


def is_terminal() -> bool:
    """Whether stdout is a terminal, where a table is easier to read than columns separated by tabs."""
    return sys.stdout.isatty()


def can_ask() -> bool:
    """Whether a user sits at a terminal and sees all output."""
    return all(each and each.isatty() for each in (sys.stdin, sys.stdout, sys.stderr))


def ask(question: str) -> bool:
    """Ask a question on stderr; returns whether the answer on stdin is yes. The end of input means no.

    Raises:
        KeyboardInterrupt: Ctrl-C is the answer.
    """
    return ask_for(f"{question} [y/N]").lower() in ("y", "yes")


def ask_for(question: str) -> str:
    """Ask a question on stderr that only what is typed after it answers; returns the answer, empty at the end of input.

    Raises:
        KeyboardInterrupt: Ctrl-C is the answer.
    """
    with suppress(ImportError):  # Windows has no termios
        import termios  # noqa: PLC0415 -- for the same reason

        with suppress(termios.error):
            # Keys that were typed before the question do not answer it.
            termios.tcflush(sys.stdin, termios.TCIFLUSH)
    try:
        _put(err, [Text(f"{one_line(question)} ", "bold")], end="")
        if os.name == "posix":  # elsewhere only sockets can be waited for
            wait_for_input(sys.stdin.fileno())
        return sys.stdin.readline().strip()
    except KeyboardInterrupt:
        _put(err, [Text()])
        raise


def ask_word(question: str, default: str) -> str:
    """Ask for a word on stderr; an empty answer means the default."""
    beside = f" [{one_line(default)}]" if default else ""
    _put(err, [Text(f"{one_line(question)}{beside}: ", "bold")], end="")
    return sys.stdin.readline().strip() or default


class TimeLeft(ProgressColumn):
    """A column with the time left at AWS's quotas: known before the first step, not estimated from the last ones."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: Callable[[], float] | None = None

    def render(self, task: Task) -> Text:
        """The time that is left; empty while it is not known."""
        del task
        return Text(f"{lasting(self.seconds())} left" if self.seconds else "", "progress.remaining")


class ProgressBar:
    """A progress bar on a terminal; nothing in a pipe (`reconciler.applying.Progress`)."""

    def __init__(self, *, hidden: bool = False) -> None:
        self._left = TimeLeft()
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            self._left,
        )
        hidden = hidden or not sys.stderr.isatty()
        self._progress = Progress(*columns, console=err, transient=True, disable=hidden)
        self._task = self._progress.add_task("reading", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Hide the bar while the block runs."""
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()

    def reads(self, total: int) -> None:
        """Show how many resources are to be read."""
        self._progress.update(self._task, total=total, completed=0)

    def reading(self, what: str) -> None:
        """Show that a kind or a resource is read."""
        self._progress.update(self._task, advance=1, description=one_line(f"read {what}")[:60])

    def planned(self, plan: Plan, seconds_left: Callable[[], float]) -> None:
        """Show the number of steps and the time of this plan."""
        self._left.seconds = seconds_left
        self._progress.update(self._task, total=len(plan.nodes), completed=0)

    def step(self, action: Action, part: str) -> None:
        """Show that one step of an action begins."""
        word = {"make": "create", "drop": "delete"}.get(part, action.verb)
        self._progress.update(self._task, advance=1, description=one_line(f"{word} {action.key}")[:60])
