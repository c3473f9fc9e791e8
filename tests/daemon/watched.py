"""A daemon over the contact centre of the examples, in the sandbox and on a virtual clock."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from reconciler.cache_store import FileCache
from reconciler.daemon.edit_holds import EditHolds, HoldTimes
from reconciler.daemon.events import Queue
from reconciler.daemon.hold_patch import HoldPlaces
from reconciler.daemon.metrics import Metrics
from reconciler.daemon.notifications import Notification, Notifier
from reconciler.daemon.schedule import Frequency, Moment, Schedule
from reconciler.daemon.threads import Daemon, Post
from reconciler.daemon.tracing import Trace
from reconciler.daemon.watch import Means, Watch
from reconciler.desired import load
from reconciler.history import SqliteHistory
from reconciler.kinds import known_kinds
from reconciler.runtime.clock import VirtualClock
from reconciler.runtime.shutdown import Stop
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.sandbox.fault_injection import SandboxSettings

ROOT = Path(__file__).parents[2]
ACCOUNT, REGION = "123456789012", "eu-west-2"
LATENCY = 0.15
TICK = 0.001
"""The least seconds of a step: the rest of a rounded sum may be too small."""


@dataclass
class Heard:
    """A channel that records its notifications."""

    told: list[Notification] = field(default_factory=list)

    def send(self, announcement: Notification, seconds: float) -> None:
        self.told.append(announcement)

    def give_up(self) -> None:
        pass

    @property
    def titles(self) -> list[str]:
        return [each.title for each in self.told]


@dataclass
class Scene:
    """The sandbox, the daemon in it, and functions that observe both."""

    box: Sandbox
    clock: VirtualClock
    daemon: Daemon
    heard: Heard
    files: Path
    history: SqliteHistory
    queue_url: str
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def post(self) -> Post:
        (post,) = self.daemon.posts
        return post

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self.box.session(REGION).client(service)
        return self._clients[service]

    def next_pass(self) -> None:
        """Advance the clock until a pass is due, and run it."""
        while not self.step():
            pass

    def step(self) -> bool:
        """Advance the clock until there is work, and do it; return whether it was a pass."""
        self.clock.sleep(max(TICK, self.post.left(Moment.of(self.clock))))
        due = self.post.pass_due(Moment.of(self.clock))
        self.daemon.turn(self.post)
        return due

    def listen(self) -> None:
        """Process the messages in the queue, and run the pass over the changed resources."""
        self.daemon.hear(0)
        self.daemon.turn(self.post)

    def tell(
        self, operation: str, source: str = "connect", account: str = ACCOUNT, **parameters: str
    ) -> None:
        """Send the event of EventBridge for a call in the console."""
        detail = {
            "eventName": operation,
            "eventSource": f"{source}.amazonaws.com",
            "userIdentity": {"arn": f"arn:aws:iam::{account}:user/ada"},
            "recipientAccountId": account,
            "awsRegion": REGION,
            "requestParameters": parameters,
        }
        body = json.dumps({"detail-type": "AWS API Call via CloudTrail", "detail": detail})
        self.client("sqs").send_message(QueueUrl=self.queue_url, MessageBody=body)

    @property
    def waiting(self) -> int:
        """The number of messages in the queue, visible or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=names)
        return sum(map(int, found["Attributes"].values()))

    @property
    def instance(self) -> str:
        (row,) = self.client("connect").list_instances()["InstanceSummaryList"]
        return str(row["Id"])

    def queue(self, name: str) -> dict[str, Any]:
        connect = self.client("connect")
        rows = connect.list_queues(InstanceId=self.instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
        (identity,) = (row["Id"] for row in rows if row["Name"] == name)
        found: dict[str, Any] = connect.describe_queue(InstanceId=self.instance, QueueId=identity)["Queue"]
        return found

    def limit(self, name: str, contacts: int) -> dict[str, str]:
        """Change a queue as another client; return the request as CloudTrail records it."""
        identity = self.queue(name)["QueueId"]
        self.client("connect").update_queue_max_contacts(
            InstanceId=self.instance, QueueId=identity, MaxContacts=contacts
        )
        return {"instanceId": self.instance, "queueId": identity}

    def calls(self) -> list[str]:
        """The operations that were called since the last call of this method."""
        found = [each.operation for each in self.box.journal]
        self.box.journal.clear()
        return found


@dataclass(frozen=True)
class Saved:
    """A scene between two passes: for daemons that are restarted in it."""

    folder: Path
    """The folder with the files of desired state, the history and the cache."""
    state: bytes
    """The state of the sandbox."""
    seconds: float
    """The time since the beginning, in seconds."""


@contextmanager
def scene(
    folder: Path,
    *,
    every: float = 60.0,
    correct: bool = True,
    trace: Trace | None = None,
    files: Path | None = None,
    hold: HoldTimes | None = None,
    saved: Saved | None = None,
) -> Iterator[Scene]:
    """The daemon before its first pass, over these files or over a copy of the contact centre, as new or as saved."""
    if saved:
        files = folder / "contact_center"
        shutil.copytree(saved.folder, folder, dirs_exist_ok=True)
    if files is None:
        files = folder / "contact_center"
        shutil.copytree(ROOT / "desired_state" / "contact_center", files)
    heard, metrics = Heard(), Metrics()
    history = SqliteHistory(folder / "history.sqlite")
    with sandboxed(ACCOUNT, SandboxSettings(latency=LATENCY)) as (box, clock):
        if saved:
            box.restore(saved.state)
            clock.sleep(saved.seconds)
        session = box.session(REGION)
        url = session.client("sqs").create_queue(QueueName="events")["QueueUrl"]
        account, trace = account_in(box, REGION, clock), trace or Trace()
        account.watched = trace.calling
        means = Means(
            kinds=known_kinds(),
            open_account=lambda _: account,
            cache_of=lambda _: FileCache(folder / "sightings.sqlite"),
            clock=clock,
            history_of=lambda _: history,
            who="test",
            listener=metrics,
            notifier=Notifier([heard]),
            trace=trace,
        )
        schedule = Schedule("prod", Frequency(every=every), Frequency(every=86_400))
        places = HoldPlaces(files, folder / "held")
        holds = EditHolds(hold, places, known_kinds(), clock, lambda _: history) if hold else None
        watch = Watch(
            "prod", partial(load, files, "dev", known_kinds()), schedule, means, correct=correct, holds=holds
        )
        queue = Queue(account.api("sqs"), url)
        daemon = Daemon([watch], clock, Stop(), metrics, queue=queue)
        yield Scene(box, clock, daemon, heard, files, history, url)
