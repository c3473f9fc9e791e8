"""The staff application as it runs in production: MariaDB, its commands as processes, both systems over HTTP, the real time."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from staff_integration import migrations
from staff_integration.database import Sessions, engine_for, sessions_of
from staff_integration.sign_in import keys
from staff_integration.sign_in.passwords import Passwords
from staff_integration.sign_in_tables import SystemClient
from staff_integration.vault import Vault

from tests.staff_integration import mariadb
from tests.staff_integration.calls import SECRET
from tests.staff_integration.organisation import fill
from tests.staff_integration.simulators import (
    TOKEN,
    VAULT_KEY,
    Answer,
    MedicalSimulator,
    PlayedClock,
    VoiceDriveSimulator,
    Weather,
)

PACKAGE = Path(__file__).parents[1] / "lambda_src" / "staff_integration"
DURABLE = ("--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=128M")
"""As MariaDB has them if nothing is said: each commit is on the disk."""


class RealClock(PlayedClock):
    """The clock of the machine, for simulators; `hurry` ends all sleep."""

    def __init__(self) -> None:
        super().__init__()
        self._hurried = threading.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        if seconds > 1:
            self._hurried.wait(seconds)
        else:
            time.sleep(seconds)

    def hurry(self) -> None:
        """Let nobody sleep for long, now or later."""
        self._hurried.set()


class FailingVoiceDrive(VoiceDriveSimulator):
    """VoiceDrive as a server of its own time. `last_fault` is when its last call went wrong."""

    def __init__(self, weather: Weather) -> None:
        self._real = RealClock()
        super().__init__(self._real, weather)
        self.last_fault = self.clock.now()
        self._lock = threading.Lock()

    def recover(self) -> None:
        """Let nothing go wrong any more; calls that are late break off at once."""
        self.weather.failing = 0
        self._real.hurry()

    def act(self, method: str, path: str, body: dict[str, object]) -> Answer:
        with self._lock:
            return super().act(method, path, body)

    def handle(self, request: httpx.Request) -> httpx.Response:
        before = self.failed
        try:
            answer = super().handle(request)
        except httpx.HTTPError:
            self.last_fault = self.clock.now()
            raise
        if answer.status_code >= 500 or self.failed > before:
            self.last_fault = self.clock.now()
        return answer


@dataclass
class Site:
    """The application between both systems."""

    folder: Path
    sessions: Sessions
    voicedrive: FailingVoiceDrive
    medical: MedicalSimulator
    environment: dict[str, str] = field(repr=False)

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command of the application as a process of its own, until the block ends."""
        with (self.folder / f"{command[0]}-{time.monotonic_ns()}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "staff_integration", *command],
                env={**os.environ, **self.environment, "PYTHONPATH": str(PACKAGE)},
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def site(weather: Weather | None = None) -> Iterator[Site]:
    """A database with the organisation and a key, and both systems on the loopback."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(mariadb.served(folder / "mariadb", DURABLE))
        engine = engine_for(url)
        stack.callback(engine.dispose)
        migrations.upgrade(engine)
        sessions = sessions_of(engine)
        voicedrive = FailingVoiceDrive(weather or Weather())
        medical = MedicalSimulator(RealClock())
        hashed, vault = Passwords().hashed(SECRET), Vault([VAULT_KEY])
        with sessions.begin() as session:
            fill(session)
            keys.rotate(session, vault, datetime.now(UTC))
            session.add_all(
                SystemClient(system_id=each, secret_hash=hashed) for each in ("medical", "voicedrive")
            )
        yield Site(
            folder,
            sessions,
            voicedrive,
            medical,
            {
                "STAFF_DATABASE_URL": url,
                "STAFF_VAULT_KEYS": VAULT_KEY,
                "STAFF_VOICEDRIVE_URL": stack.enter_context(voicedrive.served()),
                "STAFF_VOICEDRIVE_TOKEN": TOKEN,
                "STAFF_MEDICAL_URL": stack.enter_context(medical.served()),
                "STAFF_MEDICAL_TOKEN": TOKEN,
            },
        )


def quantile(values: Sequence[float], share: float) -> float:
    """A quantile; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
