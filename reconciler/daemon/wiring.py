"""Builds a daemon that can run from its settings."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from reconciler.aws.account import Account, BadEndpoint, Connection, open_account
from reconciler.aws.api import RetryLimits
from reconciler.aws.pacing import Pacer
from reconciler.cache_store import Cache, FileCache
from reconciler.contract import Adapter, Api
from reconciler.daemon.config import (
    AnnouncePart,
    DaemonPart,
    EventsPart,
    HistoryPart,
    LeasePart,
    SecretPart,
    WatchPart,
)
from reconciler.daemon.duplicate_watches import StackOwners
from reconciler.daemon.edit_holds import EditHolds, HoldTimes
from reconciler.daemon.events import Queue
from reconciler.daemon.file_stability import FileStability
from reconciler.daemon.hold_patch import HoldPlaces
from reconciler.daemon.lease import Lease
from reconciler.daemon.metrics import Metrics
from reconciler.daemon.notifications import Channel, Topic
from reconciler.daemon.outbox import Outboxes
from reconciler.daemon.row_files import RowFiles
from reconciler.daemon.schedule import Schedule
from reconciler.daemon.threads import Daemon
from reconciler.daemon.tracing import NotInstalled, Spans, Trace, tracer_of
from reconciler.daemon.watch import Means, Watch
from reconciler.daemon.webhook import Webhook
from reconciler.desired import load_parsed
from reconciler.desired.phrases import did_you_mean, quoted
from reconciler.errors import CallError
from reconciler.history import History, HistoryError
from reconciler.history.history_location import S3, check_file, open_history
from reconciler.runtime.clock import Clock, SystemClock
from reconciler.runtime.retrying import BRISK_CALL_TRIES
from reconciler.runtime.shutdown import Stop, StoppableClock
from reconciler.stack import Role, Stack

BRISK = RetryLimits(attempts=BRISK_CALL_TRIES, connect_timeout=2.0, call_deadline=3.0)
"""Limits for the lease: it is renewed every two seconds, so it cannot wait for a slow answer."""


class CannotStart(Exception):
    """Raised when the daemon cannot start; its text is one line with the reason."""


class WrongSettings(CannotStart):
    """Raised for settings that can never work; a second start would not help."""


@dataclass
class HostEnvironment:
    """The daemon's environment: what it takes from the host."""

    kinds: Mapping[str, Adapter[Any]]
    history_file: Path
    who: str
    """The user that runs it, as the history shows it."""
    holder: str
    """Its unique name in the lease."""
    cache_folder: Path
    environment: Mapping[str, str]
    stop: Stop
    endpoint_url: str | None = None
    crashed: Callable[[BaseException], list[str]] = lambda error: [type(error).__name__]
    clock: Clock = field(default_factory=SystemClock)
    """The clock of the lease, which still runs while the daemon stops."""


def assemble(config: DaemonPart, base: Path, around: HostEnvironment) -> Daemon:
    """Build the daemon of these settings; directories in them are relative to `base`.

    Raises:
        CannotStart: with the reason.
    """
    try:
        return _Assembly(config, base, around).daemon()
    except (BadEndpoint, CallError, HistoryError, NotInstalled, ValueError) as error:
        raise CannotStart(str(error)) from None


class _Assembly:
    def __init__(self, config: DaemonPart, base: Path, around: HostEnvironment) -> None:
        self.config = config
        self.base = base
        self.around = around
        self.clock = StoppableClock(around.stop)
        self.lease = self._lease(config.lease) if config.lease else None
        self.past = config.history or HistoryPart(at=str(around.history_file))
        self.history = self._history(self.past)
        self.histories: dict[tuple[str | None, Role], History] = {}
        self.tracer = tracer_of(around.environment)
        self.pacers: dict[tuple[str, str], Pacer] = {}
        self.owners = StackOwners()

    def daemon(self) -> Daemon:
        metrics = Metrics()
        announce = self.config.announce
        notifier = Outboxes.of(
            self._channels(announce), float(announce.deadline), metrics.not_announced, self.around.crashed
        )
        watches = [self._watch(name, part, metrics, notifier) for name, part in self.config.watches.items()]
        queue = self._queue(self.config.events) if self.config.events else None
        around = self.around
        return Daemon(watches, self.clock, around.stop, metrics, self.lease, queue, notifier, around.crashed)

    def _watch(self, name: str, part: WatchPart, metrics: Metrics, notifier: Outboxes) -> Watch:
        around = self.around
        trace = Spans(self.tracer) if self.tracer else Trace()
        history_of = partial(self._history_of, part.profile)
        means = Means(
            kinds=around.kinds,
            open_account=partial(self._account, part, trace),
            cache_of=self._cache,
            clock=self.clock,
            history_of=history_of,
            who=around.who,
            listener=metrics,
            notifier=notifier,
            trace=trace,
        )
        directory = self.base / part.stack
        if not directory.is_dir():
            raise WrongSettings(f"watches.{name}.stack: {directory}: there is no such directory")
        kept = around.cache_folder / "stacks"
        parsed = partial(load_parsed, directory, part.environment, around.kinds, kept, self.clock.sleep)
        load = partial(self.owners.load, name, directory.resolve(), parsed)
        settling = FileStability(float(part.prune_after or self.config.prune_after))
        schedule = Schedule(name, part.quick, part.audit)
        self._check_kinds(name, part)
        times = HoldTimes(part.hold, part.hold_by_kind) if part.correct else HoldTimes()
        folder = (
            self.base / self.config.hold_folder
            if self.config.hold_folder
            else around.history_file.parent / "held"
        )
        places = HoldPlaces(directory, folder)
        return Watch(
            name,
            load,
            schedule,
            means,
            correct=part.correct,
            holds=EditHolds(times, places, around.kinds, self.clock, history_of),
            settling=settling,
            pass_deadline=part.pass_deadline,
            rows=RowFiles(directory),
        )

    def _check_kinds(self, name: str, part: WatchPart) -> None:
        """Refuse a kind that does not exist.

        Raises:
            WrongSettings: with its name.
        """
        for kind in part.hold_by_kind:
            if kind not in self.around.kinds:
                near = did_you_mean(kind, self.around.kinds) or "; `reconciler kinds` lists all"
                raise WrongSettings(f"watches.{name}.hold_by_kind: there is no kind {quoted(kind)}{near}")

    def _account(self, part: WatchPart, trace: Trace, stack: Stack) -> Account:
        patience = RetryLimits(call_deadline=part.call_deadline, paging_deadline=part.list_deadline)
        connection = Connection(
            self.around.endpoint_url, part.share / 100, part.profile, patience, stack.role
        )
        aws = open_account(stack.account, stack.region, self.clock, connection)
        # Stacks in one account and Region share its quotas.
        aws.pacer = self.pacers.setdefault((stack.account, stack.region), aws.pacer)
        aws.gate = self._gate
        aws.watched = trace.calling
        return aws

    def _gate(self) -> None:
        self.around.stop.check()
        if self.lease is not None:
            self.lease.check()

    def _cache(self, stack: Stack) -> Cache:
        return FileCache(self.around.cache_folder / f"{stack.account}-{stack.region}.sqlite")

    def _lease(self, part: LeasePart) -> Lease:
        aws = self._beside(part.region, part.profile)
        aws.patience = BRISK
        around = self.around
        return Lease(
            aws.api("dynamodb"),
            around.clock,
            part.table,
            part.name,
            around.holder,
            lambda: str(uuid.uuid4()),
            part.times,
        )

    def _history_of(self, profile: str | None, stack: Stack) -> History:
        """The history that has the passes of a stack: in a bucket, with the role of the stack, unless it has a profile.

        Raises:
            HistoryError: the bucket cannot be reached.
        """
        part, role = self.past, stack.role
        if role is None or part.profile is not None or not part.at.startswith(S3):
            return self.history
        if (profile, role) not in self.histories:
            self.histories[profile, role] = self._open_history(part, profile, role)
        return self.histories[profile, role]

    def _history(self, part: HistoryPart) -> History:
        try:
            check_file(part.at, self.base)
        except ValueError as error:
            raise WrongSettings(f"history.at: {error}") from None
        return self._open_history(part, part.profile, None)

    def _open_history(self, part: HistoryPart, profile: str | None, role: Role | None) -> History:
        def api_of(service: str) -> Api:
            return self._beside(part.region or "", profile, role).api(service)

        return open_history(part.at, api_of, self.base)

    def _queue(self, part: EventsPart) -> Queue:
        return Queue(self._beside(part.region, part.profile).api("sqs"), part.queue_url)

    def _channels(self, part: AnnouncePart) -> list[Channel]:
        found: list[Channel] = []
        if part.sns is not None:
            aws = self._beside(part.sns.split(":")[3], part.profile)
            deadline = float(part.deadline)
            aws.patience = RetryLimits(
                attempts=BRISK_CALL_TRIES, connect_timeout=min(3.0, deadline), call_deadline=deadline
            )
            found.append(Topic(aws.api("sns"), part.sns))
        if part.webhook is not None:
            found.append(Webhook(self._revealed(part.webhook, part)))
        return found

    def _revealed(self, where: SecretPart, part: AnnouncePart) -> str:
        if where.secret is not None:
            try:
                return self._beside(part.region or "", part.profile).reveal(where.secret)
            except CallError as error:
                raise CannotStart(f"announce.webhook: the secret cannot be read: {error}") from None
        name = where.environment_variable or ""
        if not self.around.environment.get(name):
            raise CannotStart(f"the environment variable {name} is not set; it holds the webhook's address")
        return self.around.environment[name]

    def _beside(self, region: str, profile: str | None, role: Role | None = None) -> Account:
        """An account for the daemon's own calls, which do not wait for the calls of passes."""
        connection = Connection(self.around.endpoint_url, 1.0, profile, role=role)
        return open_account("", region, self.around.clock, connection)
