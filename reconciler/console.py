"""What the command line prints: reports on stdout, progress and announcements on stderr, mistakes in one place."""

import sys
from collections.abc import Callable, Iterable
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
from rich.text import Text

from reconciler.planning.plan import Action, Plan
from reconciler.reports.words import lasting

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def show(lines: Iterable[Text]) -> None:
    """Print lines of a report."""
    for line in lines:
        out.print(line)


def mention(lines: Iterable[Text]) -> None:
    """Print lines of a report on stderr: stdout is for something else."""
    for line in lines:
        err.print(line)


def announce(text: str) -> None:
    """Say on stderr what whoever reads the report should know."""
    err.print(Text(text, "dim"))


def warn(lines: Iterable[str]) -> None:
    """Print what may be wrong, a line each, on stderr."""
    for line in lines:
        err.print(Text(line, "yellow"))


def fail(lines: Iterable[str]) -> None:
    """Print what is wrong, a line each, on stderr."""
    for line in lines:
        err.print(Text(line, "red"))


class TimeLeft(ProgressColumn):
    """How long AWS's quotas make the rest take: known before the first step, and not guessed from the last ones."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: Callable[[], float] | None = None

    def render(self, task: Task) -> Text:
        """The time that is left; nothing while it is not known."""
        del task
        return Text(f"{lasting(self.seconds())} left" if self.seconds else "", "progress.remaining")


class Bar:
    """A progress bar on a terminal; nothing in a pipe (`reconciler.applying.Progress`)."""

    def __init__(self) -> None:
        self._left = TimeLeft()
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            self._left,
        )
        self._progress = Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty())
        self._task = self._progress.add_task("reading", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def planned(self, plan: Plan, seconds_left: Callable[[], float]) -> None:
        """Show how far there is to go."""
        self._left.seconds = seconds_left
        self._progress.update(self._task, total=len(plan.nodes), completed=0)

    def step(self, action: Action, part: str) -> None:
        """Say that one step of an action begins."""
        word = {"make": "create", "drop": "delete"}.get(part, action.verb)
        self._progress.update(self._task, advance=1, description=f"{word} {action.key}"[:60])
