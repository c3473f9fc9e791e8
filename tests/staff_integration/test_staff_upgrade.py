"""An upgrade loses no event: a new process stands beside the old one, the proxy sends new connections there, the old one ends."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from sqlalchemy import Engine, func, select, text
from staff_integration.database import Sessions, in_transaction, sessions_of
from staff_integration.sign_in import keys
from staff_integration.sign_in_tables import SystemClient
from staff_integration.sync import store
from staff_integration.tables import Account, Event, System
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.staff_integration.calls import SECRET, one_key
from tests.staff_integration.demo import answers, until
from tests.staff_integration.mariadb import free_port
from tests.staff_integration.organisation import fill, person, run
from tests.staff_integration.simulators import QUICK, VoiceDriveSimulator, World

FOLDER = Path(__file__).parents[2] / "lambda_src" / "staff_integration"
EVENTS = 1000
UPGRADES = {300: 500, 700: 900}
"""After how many answered events another process is started, and how many may be sent before it is there."""
HELD_BACK = 20
"""Events that are sent when the last old process has ended, so that the conversations outlive it."""
RESTART = 1012
WHOLE = partial(pytest.param, marks=pytest.mark.whole)


class Proxy:
    """Passes connections on, new ones to the process that is up to date, as nginx does after a reload."""

    def __init__(self) -> None:
        self.port, self.target = free_port(), 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.start_server(self._pass, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


class Client:
    """One of the systems: it keeps a conversation open, and connects again when the hub says so."""

    def __init__(self, url: str, system: System, token: str) -> None:
        self.system, self.codes, self.refused = system, list[int](), list[str]()
        self._url, self._token = url, token

    @contextlib.contextmanager
    def talking(self, hello: Mapping[str, Any]) -> Iterator[ClientConnection]:
        """A conversation; that the hub ends it is noted."""
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            with connect(self._url, additional_headers=headers) as link:
                link.send(json.dumps({"type": "hello", **hello}))
                yield link
        except ConnectionClosed as error:
            self.codes.append(error.rcvd.code if error.rcvd else 0)


class Sender(Client):
    """It sends events, a few at a time, and repeats those that were not answered."""

    def __init__(self, url: str, system: System, token: str) -> None:
        super().__init__(url, system, token)
        self.answered, self._allowed, self._more = 0, 0, threading.Condition()

    def allow(self, count: int) -> None:
        """Let it send so many events altogether."""
        with self._more:
            self._allowed = count
            self._more.notify_all()

    def _batch(self, left: Sequence[int]) -> Sequence[int]:
        with self._more:
            assert self._more.wait_for(lambda: self._allowed > left[0], 120)
            return [each for each in left[:20] if each < self._allowed]

    def run(self) -> None:
        """Send all of them."""
        left = list(range(EVENTS))
        while left:
            with self.talking({}) as link:
                while left:
                    batch = self._batch(left)
                    for number in batch:
                        link.send(json.dumps(_message(number)))
                    for _ in batch:
                        answer = _next(link, "accepted", "refused")
                        if answer["type"] == "refused":
                            self.refused.append(answer["reason"])
                        left.remove(int(answer["messageId"]))
                        self.answered += 1


class Receiver(Client):
    """It carries out events, each number once, and acknowledges them."""

    def __init__(self, url: str, system: System, token: str) -> None:
        super().__init__(url, system, token)
        self.last, self.seen = 0, list[int]()

    def run(self) -> None:
        """Receive all of them."""
        while len(self.seen) < EVENTS:
            with self.talking({"lastEvent": self.last}) as link:
                while len(self.seen) < EVENTS:
                    event = _next(link, "event")
                    if event["id"] > self.last:
                        self.last = event["id"]
                        self.seen.append(int(event["data"]["notificationId"]))
                    link.send(json.dumps({"type": "ack", "event": event["id"]}))


def _message(number: int) -> dict[str, Any]:
    data = {
        "notificationId": str(number),
        "category": "training",
        "priority": "low",
        "title": "研修",
        "body": "",
        "staffIds": [],
    }
    return {"type": "event", "messageId": str(number), "event": "notification.sent", "data": data}


def _next(link: ClientConnection, *kinds: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(link.recv(timeout=120))
        if message["type"] in kinds:
            return message


@contextlib.contextmanager
def process(settings: Mapping[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of the application, which is killed if nobody ends it."""
    path = os.pathsep.join((str(FOLDER), os.environ.get("PYTHONPATH", "")))
    started = subprocess.Popen(
        [sys.executable, "-m", "staff_integration", *arguments],
        env={**os.environ, **settings, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def ended(process: subprocess.Popen[str]) -> str:
    """End a process as systemd does; its log."""
    process.send_signal(signal.SIGTERM)
    log = process.communicate(timeout=60)[1]
    assert process.returncode in {0, -signal.SIGTERM}, log
    return log


@pytest.fixture
def prepared(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(keys, "generate_private_key", lambda **_: one_key())
    world = World.made(sessions)

    def prepare(session: Any) -> None:
        fill(session)
        keys.rotate(session, world.tools.vault, world.clock.now())
        hashed = QUICK.hashed(SECRET)
        session.add_all(
            SystemClient(system_id=each, secret_hash=hashed) for each in ("medical", "voicedrive")
        )

    in_transaction(sessions, prepare)
    return world


@pytest.mark.parametrize("engine", ["sqlite", WHOLE("mariadb")], indirect=True)
def test_an_upgrade_during_1000_events_loses_none_and_doubles_none(prepared: World) -> None:
    with prepared.settings() as settings, Proxy() as proxy, contextlib.ExitStack() as stack:
        url = f"127.0.0.1:{proxy.port}"

        def started() -> subprocess.Popen[str]:
            port = free_port()
            made = stack.enter_context(process(settings, "serve", "--port", str(port)))
            until(lambda: answers(f"http://127.0.0.1:{port}/health/ready"))
            proxy.target = port
            return made

        serving = started()

        def token(system: System) -> str:
            body = {"system": system, "secret": SECRET}
            answer = httpx.post(f"http://{url}/api/v1/sso/service-token", json=body)
            return str(answer.json()["accessToken"])

        socket_url = f"ws://{url}/api/v1/sync"
        sender = Sender(socket_url, "medical", token("medical"))
        receiver = Receiver(socket_url, "voicedrive", token("voicedrive"))
        threads = [threading.Thread(target=each.run) for each in (sender, receiver)]
        for thread in threads:
            thread.start()
        logs = []
        for count, most in UPGRADES.items():
            sender.allow(most)
            until(lambda count=count: sender.answered >= count)  # type: ignore[misc]
            old, serving = serving, started()
            sender.allow(EVENTS - HELD_BACK)
            logs.append(ended(old))
        sender.allow(EVENTS)
        for thread in threads:
            thread.join(120)
        logs.append(ended(serving))

    assert sender.refused == []
    assert receiver.seen == list(range(EVENTS))
    assert set(sender.codes) | set(receiver.codes) == {RESTART}
    assert len(receiver.codes) == len(UPGRADES)
    for log in logs[:-1]:
        assert '"event": "sync_ended", "system": "voicedrive", "code": 1012' in log
    with prepared.sessions() as session:
        assert store.newest(session) == EVENTS


class SlowVoiceDrive(VoiceDriveSimulator):
    """It answers a call only when the test lets it."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock)
        self.called, self.answering = threading.Event(), threading.Event()

    def act(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.called.set()
        assert self.answering.wait(60)
        return super().act(method, path, body)


@pytest.mark.parametrize("engine", [WHOLE("sqlite"), "mariadb"], indirect=True)
def test_a_worker_that_is_told_to_stop_finishes_its_entry(engine: Engine, prepared: World) -> None:
    slow = prepared.voicedrive = SlowVoiceDrive(prepared)
    sessions = sessions_of(engine)
    with sessions.begin() as session:
        session.add(person("S1", None, None, None))
    with prepared.settings() as settings, process(settings, "work") as working:
        assert slow.called.wait(60)
        working.send_signal(signal.SIGTERM)
        slow.answering.set()
        assert working.wait(60) == 0
    with sessions() as session:
        assert session.scalars(select(Account.voicedrive_username)).all() == ["S1"]
        states = dict(session.execute(select(Event.event_type, Event.state)).all())
        assert states["staff.created"] == "done"
        claimed = select(func.count()).where(Event.claimed_by.is_not(None), Event.state == "pending")
        assert session.scalar(claimed) == 0
    assert slow.made == ["S1"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_older_release_works_with_the_schema_of_a_newer_one(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    settings = {"STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    told = "the database is at revision 9999, of a newer release; this one works with it as it is\n"
    for action in ("status", "upgrade"):
        assert run("database", action, environment=settings) == (0, told, "")
    code, _, errors = run("database", "downgrade", "--revision", "0001", environment=settings)
    assert (code, errors) == (3, "Can't locate revision identified by '9999'\n")
