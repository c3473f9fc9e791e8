"""Makes several passes: side by side across accounts, one after another within one account."""

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from reconciler.cli.all_stacks import NOT_STARTED, Entry
from reconciler.cli.pass_target import PassTarget, history_api, opened
from reconciler.cli.row_files import why_not_written
from reconciler.runtime.interrupts import interrupts

if TYPE_CHECKING:
    from reconciler.aws.pacing import Pacer
    from reconciler.history import Ledger
    from reconciler.pass_options import Options
    from reconciler.pass_report import PassReport
    from reconciler.runtime.shutdown import Stop
    from reconciler.stack import Stack

WIDTH = 8
"""How many accounts are worked on at the same time."""
LOOK = 0.2
"""Seconds between two looks at signals while passes run."""


def make_passes(entries: Sequence[Entry], options: "Options", where: PassTarget) -> None:
    """Make the passes of all entries without mistakes, and note what became of each.

    Ctrl-C and SIGTERM end each pass between two calls; the rest does not begin.
    """
    from reconciler.runtime.gc_tuning import collect_seldom
    from reconciler.runtime.shutdown import GracefulShutdown, Stop

    collect_seldom()
    ending, accounts = Stop(), SimpleQueue[list[Entry]]()
    for group in _by_account(entries).values():
        accounts.put(group)
    if not options.dry_run:
        interrupts.after = "the next passes continue"
    work = _Work(options, where, ending)
    threads = [
        Thread(target=work.run, args=(accounts,), daemon=True) for _ in range(min(WIDTH, accounts.qsize()))
    ]
    with GracefulShutdown(ending) as politely:
        politely.begin()
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(LOOK)


def _by_account(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.stack is not None and not entry.mistakes:
            groups.setdefault(entry.stack.account, []).append(entry)
    return groups


class _Work:
    """The passes of one command."""

    def __init__(self, options: "Options", where: PassTarget, ending: "Stop") -> None:
        self._options = options
        self._where = where
        self._ending = ending
        self._printing = Lock()

    def run(self, accounts: "SimpleQueue[list[Entry]]") -> None:
        """Make the passes of one account after another, until none is left."""
        while True:
            try:
                group = accounts.get_nowait()
            except Empty:
                return
            pacers: dict[str, Pacer] = {}  # stacks in one account and Region share its quotas
            for entry in group:
                with self._noted(entry):
                    if self._ending.asked:
                        entry.failure = NOT_STARTED
                    elif entry.stack is not None:
                        entry.report = self._pass(entry, entry.stack, pacers)
                        self._write_rows(entry, entry.report)
                        self._print(entry.report)

    def _write_rows(self, entry: Entry, report: "PassReport") -> None:
        """Write what became of the rows of feeds."""
        import structlog

        if self._where.directory is not None:
            why = why_not_written(self._where.directory / entry.directory, report)
            if why:
                structlog.get_logger(__name__).warning("rows not written", why=why)

    @contextmanager
    def _noted(self, entry: Entry) -> Iterator[None]:
        """Note an unexpected error of one pass, so that the others go on."""
        import structlog

        from reconciler.aws.account import BadEndpoint
        from reconciler.runtime.shutdown import Shutdown

        try:
            yield
        except BadEndpoint as error:
            entry.mistakes = (f"stack.yaml:1:1: {error}",)
        except Shutdown:
            entry.failure = NOT_STARTED
        except Exception as error:  # noqa: BLE001 -- the other stacks must not suffer from it
            entry.failure = f"unexpected error: {type(error).__name__}: {error}"
            structlog.get_logger(__name__).info("pass crashed", traceback=traceback.format_exc())

    def _pass(self, entry: Entry, stack: "Stack", pacers: "dict[str, Pacer]") -> "PassReport":
        from reconciler.applying import Quiet
        from reconciler.kinds import known_kinds
        from reconciler.pass_report import PassReport
        from reconciler.reconcile import Pass
        from reconciler.runtime.shutdown import Shutdown

        aws, clock, cache = opened(stack, self._where, self._ending)
        aws.pacer = pacers.setdefault(stack.region, aws.pacer)
        ledger, options = self._ledger(stack), replace(self._options, approval=entry.approval)
        one = Pass(stack, known_kinds(), aws, clock, options, Quiet(), cache=cache)
        one.deadline = self._where.deadlines.whole
        if ledger:
            one.applying = ledger.begins
        try:
            report = one.run()
        except Shutdown:
            report = one.broken_off or PassReport(stack, options, "stopped")
        if ledger:
            ledger.ended(report)
        return report

    def _ledger(self, stack: "Stack") -> "Ledger | None":
        from reconciler.cli.history_store import open_ledger

        kept = self._where.kept

        api_of = history_api(stack, self._where)
        return open_ledger(kept.location, api_of, kept.trigger, kept.note) if kept else None

    def _print(self, report: "PassReport") -> None:
        """Print one pass as a whole, when it has ended."""
        from reconciler import console
        from reconciler.reports.text_report import closing_lines, heading, plan_lines, trouble_lines

        shown, head = self._where.shown, heading(report.stack, dry_run=self._options.dry_run)
        with self._printing:
            if shown.plan:
                seen = report.options.approval is not None
                plan = [] if seen else plan_lines(report.plan, full=shown.full)
                console.show([head, *plan, *closing_lines(report)])
                return
            trouble = list(trouble_lines(report))
            if trouble or not shown.only_trouble:
                console.print_to_stderr([head, *(trouble if shown.only_trouble else closing_lines(report))])
