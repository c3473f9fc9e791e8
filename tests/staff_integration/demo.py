"""`make staff-demo`: the staff application between its two simulators, on the loopback, told in a few lines.

It serves the API and the hub, works the outbox, and plays the two systems: somebody is entered, signs in, changes, and leaves.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, text
from staff_integration.database import engine_for, sessions_of
from staff_integration.sign_in.tokens import Verifier
from websockets.sync.client import ClientConnection, connect

from tests.staff_integration.mariadb import free_port
from tests.staff_integration.organisation import FOLDER, run
from tests.staff_integration.simulators import World

SECRETS = {
    "medical": "a-secret-of-the-medical-system-here",
    "voicedrive": "a-secret-of-voicedrive-for-the-demo",
}
PATIENCE = 180.0
"""Seconds until something has to happen, also on a busy machine."""
ENTER = (
    "INSERT INTO unified_staff_master (staff_id, employee_number, full_name, email, facility_id, department_id, "
    "position_id) VALUES ('S1', '10001', '山田 花子', 'hanako@example.com', 'HOSPITAL', 'NURSING', 'LEADER')"
)


def main() -> int:
    """Play it; return the exit code."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        engine = engine_for(f"sqlite:///{folder}/staff.db")
        stack.callback(engine.dispose)
        world = World.made(sessions_of(engine))
        settings = stack.enter_context(world.settings())
        _prepare(settings, Path(folder))
        url = stack.enter_context(_running(settings, Path(folder)))
        clients = [stack.enter_context(caller(url, each)) for each in SECRETS]
        _play(engine, world, url, clients)
    say(f"Done in {time.monotonic() - began:.0f} seconds.")
    return 0


def _prepare(settings: dict[str, str], folder: Path) -> None:
    for arguments in (("database", "upgrade"), ("organisation", str(FOLDER)), ("keys", "rotate")):
        assert run(*arguments, environment=settings)[0] == 0
    for system, secret in SECRETS.items():
        file = folder / system
        file.write_text(secret)
        assert run("client", system, "--secret-file", str(file), environment=settings)[0] == 0
    say("The database has its tables, the organisation, a key, and both systems' secrets.")


def _play(engine: Engine, world: World, url: str, clients: list[httpx.Client]) -> None:
    write(engine, ENTER)
    until(lambda: "S1" in world.medical.accounts)
    password = world.medical.accounts["S1"]["initialPassword"]
    say(
        "The medical system enters 山田 花子 by an INSERT: VoiceDrive has the account, the medical system the password."
    )
    medical, voicedrive = clients
    given = {"username": "S1", "password": password, "address": "127.0.0.1"}
    session = post(medical, "sign-in", given)
    code = post(medical, "hand-over", {"refreshToken": session["refreshToken"]})["code"]
    token = post(voicedrive, "redeem", {"code": code})["accessToken"]
    keys = httpx.get(f"{url}/api/v1/sso/jwks").json()
    claims = Verifier(keys, "voicedrive").claims(token, datetime.now(UTC))
    say(
        f"She signs in at the medical system and is let into VoiceDrive, which verifies her token offline: {claims['role']}."
    )
    write(engine, "UPDATE unified_staff_master SET full_name = '佐藤 花子'")
    until(lambda: world.voicedrive.users["S1"]["fullName"] == "佐藤 花子")
    with hub(url, voicedrive) as there, hub(url, medical) as here:
        revision = [each for each in events(there, 2) if each["event"] == "staff.updated"][-1]["data"][
            "revision"
        ]
        data = {"staffId": "S1", "basedOn": revision, "email": "sato@example.com"}
        there.send(json.dumps({"type": "event", "messageId": "v1", "event": "staff.updated", "data": data}))
        [told] = events(here, 1)
    assert told["data"]["email"] == "sato@example.com"
    say("Her new name reaches VoiceDrive, and the address that she changes there the medical system.")
    write(engine, "UPDATE unified_staff_master SET left_at = CURRENT_TIMESTAMP")
    refused = voicedrive.post("/refresh", json={"refreshToken": session["refreshToken"]})
    assert refused.status_code == 401, refused.text
    assert medical.post("/sign-in", json=given).status_code == 401
    until(lambda: not world.voicedrive.users["S1"]["active"])
    say(
        "She leaves: no session goes on, nobody signs in with her password, and VoiceDrive has deactivated the account."
    )


@contextmanager
def _running(settings: dict[str, str], folder: Path) -> Iterator[str]:
    port = free_port()
    started: list[subprocess.Popen[bytes]] = []
    try:
        for arguments in (("serve", "--port", str(port)), ("work",)):
            with (folder / f"{arguments[0]}.log").open("wb") as log:
                command = [sys.executable, "-m", "staff_integration", *arguments]
                started.append(subprocess.Popen(command, env={**os.environ, **settings}, stderr=log))
        until(lambda: answers(f"http://127.0.0.1:{port}/api/v1/sso/jwks"))
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def answers(url: str) -> bool:
    """Whether something answers at a URL."""
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def caller(url: str, system: str) -> httpx.Client:
    """A client with a token of a system."""
    given = {"system": system, "secret": SECRETS[system]}
    token = httpx.post(f"{url}/api/v1/sso/service-token", json=given).json()["accessToken"]
    return httpx.Client(base_url=f"{url}/api/v1/sso", headers={"Authorization": f"Bearer {token}"})


def post(client: httpx.Client, path: str, body: dict[str, str]) -> dict[str, Any]:
    """Make a call that succeeds."""
    answer = client.post(f"/{path}", json=body)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


@contextmanager
def hub(url: str, client: httpx.Client) -> Iterator[ClientConnection]:
    """The WebSocket of a system."""
    headers = {"Authorization": client.headers["Authorization"]}
    with connect(url.replace("http", "ws", 1) + "/api/v1/sync", additional_headers=headers) as link:
        link.send('{"type": "hello"}')
        yield link


def events(link: ClientConnection, count: int) -> list[dict[str, Any]]:
    """The next events."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        message = json.loads(link.recv(timeout=PATIENCE))
        if message["type"] == "event":
            found.append(message)
            link.send(json.dumps({"type": "ack", "event": message["id"]}))
    return found


def write(engine: Engine, statement: str) -> None:
    """Write into the database, as the medical system does."""
    with engine.begin() as connection:
        connection.execute(text(statement))


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def say(line: str) -> None:
    """Tell what has happened."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
