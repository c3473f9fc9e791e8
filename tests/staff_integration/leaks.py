"""Plays the staff application with secrets that can be recognised, and collects all that it writes.

`python -m tests.staff_integration.leaks` prints, as JSON, what was found: a list of lines `SECRET in SINK`, and the secrets that were tried.
The processes, the commands, failures of both systems and of the database, and wrong inputs with secrets at wrong places are real.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import staff_integration
from sqlalchemy import Engine, select, text
from staff_integration import migrations
from staff_integration.database import engine_for, sessions_of
from staff_integration.sign_in_tables import SigningKey
from staff_integration.tables import Base, Event
from staff_integration.vault import Vault
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.staff_integration import mariadb, simulators
from tests.staff_integration.demo import answers, until
from tests.staff_integration.organisation import FOLDER, person, run
from tests.staff_integration.simulators import Answer, World

PACKAGE = Path(staff_integration.__file__).parents[1]
GIVEN: Mapping[str, str] = {
    "service_secret": "S3nt1nel-ServiceSecret-of-a-system",
    "system_token": "S3nt1nel-SystemToken-of-the-application",
    "vault_key": "S3nt1nelVaultKeyAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "backup_key": "S3nt1nelBackupKeyAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "database_password": "S3nt1nel-DatabasePassword",
    "chosen_password": "S3nt1nel-ChosenPassword",
    "wrong_password": "S3nt1nel-WrongPassword",
    "password_as_name": "S3nt1nel-PasswordAsName",
}
"""The secrets that people and files give; all others are made while it runs."""
MADE = (
    "initial_password",
    "reset_password",
    "service_token",
    "access_token",
    "refresh_token",
    "hand_over_code",
    "private_key",
)
SINKS = ("stdout", "stderr", "log", "answers", "database", "backup", "processes", "metrics")


@dataclass
class Play:
    """What was written so far, by sink, and the secrets."""

    secrets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def found(self) -> list[str]:
        """Where a secret is in clear."""
        whole = {sink: "\n".join(self.texts[sink]) for sink in SINKS}
        return [
            f"{name} in {sink}: {near(whole[sink], value)}"
            for name, values in sorted(self.secrets.items())
            for sink in SINKS
            for value in sorted(values)
            if value in whole[sink]
        ]

    def command(self, *arguments: str, settings: Mapping[str, str]) -> int:
        """Run a command in this process; its exit code."""
        try:
            code, out, errors = run(*arguments, environment=settings)
        except SystemExit as ended:  # wrong arguments
            return int(str(ended.code))
        self.texts["stdout"].append(out)
        self.texts["stderr"].append(errors)
        return code


def near(whole: str, value: str) -> str:
    """What is around a secret, without it."""
    at = whole.find(value)
    return repr(whole[max(0, at - 60) : at + len(value) + 60].replace(value, "<SECRET>"))


def play(folder: Path, database_url: str) -> Play:
    """Play everything in an empty database."""
    done = Play()
    for name, value in GIVEN.items():
        done.secrets[name].add(value)
    engine = engine_for(database_url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        stack.enter_context(patched("TOKEN", GIVEN["system_token"]))
        stack.enter_context(patched("VAULT_KEY", GIVEN["vault_key"]))
        migrations.upgrade(engine)
        world = World.made(sessions_of(engine))
        settings = stack.enter_context(world.settings()) | {
            "STAFF_BACKUP_STORE": (folder / "backups").as_uri(),
            "STAFF_BACKUP_KEYS": GIVEN["backup_key"],
        }
        prepare(done, settings, folder)
        with processes(done, settings, folder) as url:
            talk(done, world, url)
            fail(done, world, engine, url)
            look_at_processes(done)
        every_command(done, settings, folder)
        wrong_settings(done, settings)
        keep_database(done, engine, folder)
    return done


@contextmanager
def patched(name: str, value: str) -> Iterator[None]:
    """Let the simulators have another constant."""
    before = getattr(simulators, name)
    setattr(simulators, name, value)
    try:
        yield
    finally:
        setattr(simulators, name, before)


def prepare(done: Play, settings: Mapping[str, str], folder: Path) -> None:
    """Give the organisation, a key and the secrets of both systems."""
    secret = folder / "secret"
    secret.write_text(GIVEN["service_secret"])
    assert done.command("organisation", str(FOLDER), settings=settings) == 0
    assert done.command("keys", "rotate", settings=settings) == 0
    for system in ("medical", "voicedrive"):
        assert done.command("client", system, "--secret-file", str(secret), settings=settings) == 0


@contextmanager
def processes(done: Play, settings: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Serve the API and work the outbox as processes; the URL. Their logs are kept afterwards."""
    port, metrics = mariadb.free_port(), mariadb.free_port()
    started: list[subprocess.Popen[bytes]] = []
    commands = {
        "serve": ("serve", "--port", str(port), "--metrics-port", str(metrics)),
        "work": ("work",),
    }
    try:
        for name, arguments in commands.items():
            with (folder / f"{name}.log").open("wb") as log:
                command = [sys.executable, "-m", "staff_integration", *arguments]
                started.append(
                    subprocess.Popen(
                        command,
                        env={**os.environ, **settings, "PYTHONPATH": str(PACKAGE)},
                        stdout=log,
                        stderr=log,
                    )
                )
        until(lambda: answers(f"http://127.0.0.1:{port}/api/v1/sso/jwks"))
        yield f"http://127.0.0.1:{port}"
        done.texts["metrics"].append(httpx.get(f"http://127.0.0.1:{metrics}/metrics").text)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()
        done.texts["log"] += [(folder / f"{name}.log").read_text() for name in commands]


def talk(done: Play, world: World, url: str) -> None:
    """Enter staff, sign in, hand over, refresh, change and reset passwords: the tokens and passwords are secrets."""
    secrets = done.secrets
    tokens = {}
    for system in ("medical", "voicedrive"):
        given = {"system": system, "secret": GIVEN["service_secret"]}
        tokens[system] = sso(url, "", "service-token", given)["accessToken"]
        secrets["service_token"].add(tokens[system])
    with world.sessions.begin() as session:
        session.add(person("S1", "LEADER", "NURSING", "HOSPITAL"))
    until(lambda: "S1" in world.medical.accounts)
    password = world.medical.accounts["S1"]["initialPassword"]
    secrets["initial_password"].add(password)
    medical, signed = tokens["medical"], {"username": "S1", "address": "192.0.2.1"}
    session_ = sso(url, medical, "sign-in", {**signed, "password": password})
    secrets["refresh_token"].add(session_["refreshToken"])
    secrets["access_token"].add(session_["accessToken"])
    code = sso(url, medical, "hand-over", {"refreshToken": session_["refreshToken"]})["code"]
    secrets["hand_over_code"].add(code)
    secrets["access_token"].add(sso(url, tokens["voicedrive"], "redeem", {"code": code})["accessToken"])
    open_code = sso(url, medical, "hand-over", {"refreshToken": session_["refreshToken"]})["code"]
    secrets["hand_over_code"].add(open_code)  # not redeemed: the database still has what it stands for
    secrets["access_token"].add(
        sso(url, medical, "refresh", {"refreshToken": session_["refreshToken"]})["accessToken"]
    )
    changed = {**signed, "password": password, "newPassword": GIVEN["chosen_password"]}
    sso(url, medical, "password", changed)
    again = sso(url, medical, "sign-in", {**signed, "password": GIVEN["chosen_password"]})
    secrets["refresh_token"].add(again["refreshToken"])
    secrets["access_token"].add(again["accessToken"])
    account = read(done, url, again["accessToken"], "/staff/S1/account")
    reset = httpx.post(
        f"{url}/api/v1/accounts/{account['integrationId']}/password-reset", headers=bearing(medical)
    )
    secrets["reset_password"].add(reset.json()["initialPassword"])
    for path in ("/staff/S1/audit-log", "/staff", "/interviews", "/reports/synchronisation"):
        read(done, url, medical, path)
    wrong_calls(done, url, medical)
    wrong_talk(done, url, medical)


def sso(url: str, token: str, path: str, body: Mapping[str, str]) -> dict[str, Any]:
    """A call of the sign-in that succeeds; its answer, which may have secrets."""
    answer = httpx.post(f"{url}/api/v1/sso/{path}", json=dict(body), headers=bearing(token))
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


def bearing(token: str) -> dict[str, str]:
    """The headers with a token."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def read(done: Play, url: str, token: str, path: str) -> dict[str, Any]:
    """Something that the API shows; no secret may be in it."""
    answer = httpx.get(f"{url}/api/v1{path}", headers=bearing(token))
    done.texts["answers"].append(answer.text)
    found: dict[str, Any] = answer.json()
    return found


def wrong_calls(done: Play, url: str, medical: str) -> None:
    """Requests with each secret at a wrong place; the answers are kept with their headers."""
    everything = [value for values in list(done.secrets.values()) for value in values]
    with httpx.Client(base_url=f"{url}/api/v1", headers=bearing(medical)) as client:
        calls = []
        for value in everything:
            signed = {"username": "S1", "password": value, "address": "192.0.2.9"}
            calls += [
                client.post("/sso/sign-in", json={**signed, "username": value[:50]}),
                client.post("/sso/sign-in", json={**signed, "address": value}),
                client.post("/sso/sign-in", json={**signed, "unknown": value}),
                client.post("/sso/refresh", json={"refreshToken": value * 9}),
                client.post("/sso/redeem", json={"code": value[:99]}),
                client.post("/sso/service-token", json={"system": value, "secret": value}),
                client.post("/sso/password", content=json.dumps(value)),
                client.post("/auto-create-account", json={"staffId": value, "email": value}),
                client.get(f"/staff/{value[:200]}"),
                client.get("/interviews", params={"after": value, "limit": value}),
                client.post(f"/interviews/{value[:60]}/approval", content=value),
                client.get("/staff", headers=bearing(value)),
                client.request("PURGE", f"/{value[:200]}"),
            ]
        for each in calls:
            assert each.status_code < 500, each.request.url
            done.texts["answers"].append(f"{each.headers}\n{each.text}")


def wrong_talk(done: Play, url: str, medical: str) -> None:
    """Messages with secrets over the WebSocket; what the hub says is kept."""
    address = url.replace("http", "ws", 1) + "/api/v1/sync"
    for value in [each for values in list(done.secrets.values()) for each in values]:
        with contextlib.suppress(InvalidStatus), connect(address, additional_headers=bearing(value)) as link:
            link.close()
        messages = (
            {"type": value},
            {"type": "hello", "lastEvent": value},
            {
                "type": "event",
                "messageId": "m",
                "event": "notification.sent",
                "data": {"staffIds": [value[:64]]},
            },
        )
        for message in messages:
            with connect(address, additional_headers=bearing(medical)) as link:
                try:
                    if message["type"] == "event":
                        link.send('{"type": "hello"}')
                    link.send(json.dumps(message))
                    for _ in range(3):
                        heard = json.loads(link.recv(timeout=5))
                        done.texts["answers"].append(json.dumps(heard))
                        if heard["type"] == "refused":
                            break
                except ConnectionClosed as closed:
                    done.texts["answers"].append(str(closed))


def fail(done: Play, world: World, engine: Engine, url: str) -> None:
    """Both systems answer with errors that repeat the request, and the database fails in the middle."""
    act_of = {world.voicedrive: world.voicedrive.act, world.medical: world.medical.act}

    def echo(status: int) -> Any:
        def act(method: str, path: str, body: dict[str, Any]) -> Answer:
            if body.get("initialPassword"):
                done.secrets["initial_password"].add(body["initialPassword"])
            return status, {"message": f"{method} {path} {simulators.TOKEN}", "body": body}

        return act

    for number, (system, status) in enumerate(
        ((world.voicedrive, 500), (world.voicedrive, 400), (world.voicedrive, 201), (world.medical, 500))
    ):
        staff_id = f"S{number + 10}"
        system.act = echo(status)  # type: ignore[method-assign]  # for a while
        with world.sessions.begin() as session:
            session.add(person(staff_id, "MEMBER", "NURSING", "HOSPITAL"))

        def tried(staff_id: str = staff_id) -> bool:
            with world.sessions() as session:
                errors = select(Event.event_id).where(
                    Event.staff_id == staff_id, Event.last_error.is_not(None)
                )
                return session.scalar(errors) is not None

        until(tried)
        system.act = act_of[system]  # type: ignore[method-assign]  # as it was
    users = world.voicedrive.users.values()
    done.secrets["initial_password"] |= {
        each["initialPassword"] for each in users if "initialPassword" in each
    }
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE system_client RENAME TO hidden"))
    given = {"system": "medical", "secret": GIVEN["service_secret"]}
    broken = httpx.post(f"{url}/api/v1/sso/service-token", json=given)
    assert broken.status_code == 503, broken.text
    done.texts["answers"].append(broken.text)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE hidden RENAME TO system_client"))


def look_at_processes(done: Play) -> None:
    """What everybody on the machine sees of the processes."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = entry.read_bytes().decode(errors="replace")
            if "staff_integration" in line:
                done.texts["processes"].append(line)


def every_command(done: Play, settings: Mapping[str, str], folder: Path) -> None:
    """Run the commands that show or change something."""
    for line in (
        "database status",
        "dead-letters",
        "dead-letters --send 999",
        "report",
        "report --json",
        "keys list",
        "keys rotate --compromised",
        "kpi show",
        "rollout status",
        "purge --dry-run",
        "purge",
        "backup hourly",
        "backup list",
        "backup verify newest",
        f"migrate {folder}",
        f"organisation {folder}",
        f"client medical --secret-file {folder}",
        "work --workers 99",
    ):
        done.command(*line.split(), settings=settings)
    for file in sorted((folder / "backups").rglob("*")):
        if file.is_file():
            done.texts["backup"].append(file.read_bytes().decode(errors="replace"))
    assert done.texts["backup"]


def wrong_settings(done: Play, settings: Mapping[str, str]) -> None:
    """Give each setting wrongly, with a secret in it."""
    value = GIVEN["database_password"]
    for name, wrong in (
        ("STAFF_DATABASE_URL", value),
        ("STAFF_DATABASE_URL", f"postgresql://u:{value}@h/d"),
        ("STAFF_DATABASE_URL", f"mysql://u:{value}@127.0.0.1:9/d"),
        ("STAFF_VAULT_KEYS", f"{value},{GIVEN['vault_key']}x"),
        ("STAFF_VOICEDRIVE_URL", f"https://u:{value}@h"),
        ("STAFF_MEDICAL_TOKEN", f"{GIVEN['system_token']}\nX: y"),
        ("STAFF_BACKUP_KEYS", f"{GIVEN['backup_key']}x"),
        ("STAFF_BACKUP_STORE", f"s3://{value}@x"),
    ):
        command = "backup list" if "BACKUP" in name else "work --once"
        assert done.command(*command.split(), settings={**settings, name: wrong}) in {1, 3}, name


def keep_database(done: Play, engine: Engine, folder: Path) -> None:
    """All rows of all tables, and the bytes of the files of SQLite."""
    with engine.connect() as connection:
        vault = Vault([GIVEN["vault_key"]])
        for key in connection.execute(select(SigningKey.private_key)).scalars():
            pem = vault.decrypt(key).splitlines()
            done.secrets["private_key"] |= {pem[2], pem[-2]}
        for table in Base.metadata.sorted_tables:
            done.texts["database"] += [repr(tuple(row)) for row in connection.execute(select(table))]
    for file in folder.glob("staff.db*"):
        done.texts["database"].append(file.read_bytes().decode(errors="replace"))


def url_of(stack: ExitStack, folder: Path) -> str:
    """An empty database: MariaDB with a user that has a password, where it can be had."""
    if mariadb.missing():
        return f"sqlite:///{folder}/staff.db"
    root = stack.enter_context(mariadb.served(folder / "mariadb"))
    server, _, name = root.rpartition("/")
    password = GIVEN["database_password"]
    mariadb.execute(server, f"CREATE USER app@'127.0.0.1' IDENTIFIED BY '{password}'")
    mariadb.execute(server, f"GRANT ALL ON {name}.* TO app@'127.0.0.1'")
    return re.sub("root@", f"app:{password}@", root)


def main() -> int:
    """Play it, and print what was found."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        done = play(folder, url_of(stack, folder))
    assert set(done.secrets) == {*GIVEN, *MADE}
    sys.stdout.write(json.dumps({"found": done.found(), "tried": sorted(done.secrets)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
