"""VoiceDrive and the medical system, played without a network, on a clock that is handed in."""

import contextlib
import json
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session
from staff_integration.database import Sessions
from staff_integration.medical import Medical
from staff_integration.remote import Remote
from staff_integration.rollout import reach
from staff_integration.sign_in.passwords import Passwords
from staff_integration.sync.connection import Connection
from staff_integration.tables import Base, Event, System
from staff_integration.vault import Vault
from staff_integration.voicedrive import VoiceDrive
from staff_integration.worker import Tools, Worker

VAULT_KEY = "bm90IGEgc2VjcmV0OiBhIGtleSBmb3IgdGVzdHMgISE="
TOKEN = "token-of-the-application"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""Hashes that cost nothing."""
Answer = tuple[int, dict[str, Any]]


class PlayedClock:
    """Time passes only if somebody sleeps, or a simulator needs some."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC) + timedelta(seconds=1)  # rows get the database's time, which is earlier

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class Dice(random.Random):
    """Dice that show how a call goes wrong: always in the same way, if that is given."""

    def __init__(self, how: int | None = None) -> None:
        super().__init__(7)
        self._how = how

    def way(self) -> int:
        """A number from 0 to 5."""
        return self.randrange(6) if self._how is None else self._how


@dataclass
class Weather:
    """How a simulator behaves: the share of calls that go wrong, and at which calls it dies, for a minute."""

    failing: float = 0
    deaths: tuple[int, ...] = ()
    down: timedelta = timedelta(seconds=60)
    dice: Dice = field(default_factory=Dice)


class Simulator:
    """A system that answers calls; what it does by itself is up to `act`."""

    def __init__(self, clock: PlayedClock, weather: Weather | None = None) -> None:
        self.clock = clock
        self.weather = weather or Weather()
        self.calls = 0
        self.failed = 0
        self._down_until: datetime | None = None
        self._late: list[Callable[[], Answer]] = []

    def act(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        """What a call does, and its answer."""
        raise NotImplementedError

    def remote(self, name: str) -> Remote:
        """The client of it."""
        client = httpx.Client(
            base_url=f"https://{name}.example",
            headers={"Authorization": f"Bearer {TOKEN}"},
            transport=httpx.MockTransport(self.handle),
        )
        return Remote(name, client)

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """Serve it on the loopback; the URL."""
        simulator = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                url = f"http://simulator{self.path}"
                answer = simulator.handle(
                    httpx.Request(self.command, url, headers=dict(self.headers.items()), content=body)
                )
                self.send_response(answer.status_code)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_PUT = do_POST  # noqa: N815  # the names that the server calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """A call that goes wrong breaks its connection off; nothing is to be written."""

        server = Server(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        self.clock.sleep(0.02)
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            return httpx.Response(401)
        if self._down_until and self.clock.now() < self._down_until:
            self.failed += 1
            raise httpx.ConnectError("refused", request=request)
        late, self._late = self._late, []
        for each in late:
            each()
        body = json.loads(request.content or b"{}")
        path = request.url.raw_path.decode()

        def act() -> Answer:
            return self.act(request.method, path, body)

        if self.calls in self.weather.deaths:
            self._down_until = self.clock.now() + self.weather.down
            self.failed += 1
            act()
            raise httpx.RemoteProtocolError("died", request=request)
        if self.weather.dice.random() < self.weather.failing:
            self.failed += 1
            return self._go_wrong(act, request)
        status, answer = act()
        return httpx.Response(status, json=answer)

    def _go_wrong(self, act: Callable[[], Answer], request: httpx.Request) -> httpx.Response:
        """Fail before or after the effect, or let the effect happen later, after somebody else's call."""
        how = self.weather.dice.way()
        if how in {0, 1}:
            return httpx.Response((500, 503)[how], headers={"Retry-After": "2"})
        if how == 2:
            self._late.append(act)
        else:
            act()
        if how == 3:
            return httpx.Response(201, content=b"<html>")
        if how == 4:
            raise httpx.ReadError("reset", request=request)
        self.clock.sleep(10)
        raise httpx.ReadTimeout("late", request=request)


class VoiceDriveSimulator(Simulator):
    """Users, by user name. `made` has the external id of each user that was made."""

    def __init__(self, clock: PlayedClock, weather: Weather | None = None) -> None:
        super().__init__(clock, weather)
        self.users: dict[str, dict[str, Any]] = {}
        self.made: list[str] = []

    def act(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        if method == "POST" and path == "/api/v1/users":
            return self._make(body)
        if method == "GET" and path.startswith("/api/v1/users?username="):
            user = self.users.get(path.partition("=")[2])
            return 200, {"users": [self._shown(user)] if user else []}
        found = next(
            (each for each in self.users.values() if path == f"/api/v1/users/{each['userId']}"), None
        )
        if method != "PUT" or found is None:
            return 404, {}
        if body["revision"] >= found["revision"]:
            found.update(body)
        return 200, self._shown(found)

    def _make(self, body: dict[str, Any]) -> Answer:
        if body["username"] in self.users:
            return 409, {}
        self.made.append(body["externalId"])
        user = {**body, "userId": f"vd-{len(self.made)}", "loginUrl": "https://voicedrive.example/login"}
        self.users[body["username"]] = user
        return 201, self._shown(user)

    def _shown(self, user: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in user.items() if key != "initialPassword"}


class MedicalSimulator(Simulator):
    """The accounts that it has been told, by staff id: the last telling with a password counts."""

    def __init__(self, clock: PlayedClock, weather: Weather | None = None) -> None:
        super().__init__(clock, weather)
        self.accounts: dict[str, dict[str, Any]] = {}

    def act(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        if (method, path) != ("POST", "/api/v1/voicedrive-accounts"):
            return 404, {}
        self.accounts[body["staffId"]] = body["voicedriveAccount"]
        return 200, {}


@dataclass
class World:
    """The application between the two systems."""

    sessions: Sessions
    clock: PlayedClock
    voicedrive: VoiceDriveSimulator
    medical: MedicalSimulator
    tools: Tools

    @classmethod
    def made(cls, sessions: Sessions, weather: Weather | None = None) -> "World":
        """A world with empty systems."""
        clock = PlayedClock()
        voicedrive, medical = VoiceDriveSimulator(clock, weather), MedicalSimulator(clock, weather)
        tools = Tools(
            sessions,
            Vault([VAULT_KEY]),
            VoiceDrive(voicedrive.remote("voicedrive")),
            Medical(medical.remote("medical")),
            QUICK,
            clock,
            random.Random(1),
        )
        return cls(sessions, clock, voicedrive, medical, tools)

    def connected(self, system: System, hello: str = '{"type": "hello"}') -> Connection:
        """A conversation of one of the systems with the hub, after its hello."""
        link = Connection(self.sessions, self.clock, system, self.clock.now() + timedelta(hours=1))
        link.received(hello)
        return link

    def everything(self) -> str:
        """All rows of all tables, as text."""
        with self.sessions() as session:
            return "\n".join(
                repr(tuple(row))
                for table in Base.metadata.sorted_tables
                for row in session.execute(select(table))
            )

    @contextlib.contextmanager
    def settings(self) -> Iterator[dict[str, str]]:
        """The settings of commands that work in it, while both systems are served on the loopback."""
        url = self.sessions.kw["bind"].url.render_as_string(hide_password=False)
        with self.voicedrive.served() as voicedrive, self.medical.served() as medical:
            yield {
                "STAFF_DATABASE_URL": url,
                "STAFF_VAULT_KEYS": VAULT_KEY,
                "STAFF_VOICEDRIVE_URL": voicedrive,
                "STAFF_VOICEDRIVE_TOKEN": TOKEN,
                "STAFF_MEDICAL_URL": medical,
                "STAFF_MEDICAL_TOKEN": TOKEN,
            }

    def settle(self, minutes: int = 60) -> None:
        """Let a new worker work, until nothing waits or the time is over."""
        worker, end = Worker(self.tools), self.clock.now() + timedelta(minutes=minutes)
        while self.clock.now() < end:
            if not worker.step():
                with self.sessions() as session:
                    due = next_due(session)
                if due is None:
                    return
                self.clock.sleep(max(1, (due - self.clock.now()).total_seconds()))


def next_due(session: Session) -> datetime | None:
    """When the next entry that waits may be taken; None if none waits, or only for its cohort."""
    pending = session.execute(
        select(Event.due_at, Event.claimed_until, Event.created_at)
        .where(Event.state == "pending", ~reach.held())
        .order_by(Event.due_at)
        .limit(50)
    ).all()
    return min((max(filter(None, each)) for each in pending), default=None)
