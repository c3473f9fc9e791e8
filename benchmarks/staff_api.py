"""How fast the API of the staff application answers 50 clients: `python -m benchmarks.staff_api [--clients 50] [--seconds 20]`.

Each client asks again as soon as it has its answer, without a pause, over one connection. First all ask an endpoint that does nothing
(`/health/live`), then each endpoint by itself, then a mixture. Fails if the 95th percentile of the mixture is over 200 ms.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from staff_integration.access import caller_of
from staff_integration.database import Sessions
from staff_integration.record_tables import Evaluation, Interview, Notification, NotificationRecipient
from staff_integration.sign_in import keys
from staff_integration.sign_in.tokens import Signer
from staff_integration.tables import Staff
from staff_integration.vault import Vault

from benchmarks.staff_place import quantile, site
from tests.staff_integration.mariadb import free_port
from tests.staff_integration.organisation import person
from tests.staff_integration.simulators import VAULT_KEY

BAR = 200.0
"""Milliseconds."""
STAFF, INTERVIEWS, NOTIFICATIONS, EVALUATIONS = 500, 10_000, 5_000, 2_000
EMPTY = "/health/live"
MIXTURE: Mapping[str, int] = {
    "/api/v1/staff/{me}": 4,
    "/api/v1/staff?limit=50": 2,
    "/api/v1/interviews?limit=50": 2,
    "/api/v1/notifications?limit=50": 1,
    "/api/v1/evaluations?staffId={me}": 1,
}
"""How often each is asked."""


def main() -> int:
    """Measure, print, and return 1 if the mixture is over the bar or an answer is not the expected one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--processes", type=int, default=2, help="that serve the API")
    parser.add_argument("--seconds", type=float, default=10, help="for each figure")
    given = parser.parse_args()
    asked = {EMPTY: [EMPTY], **{each: [each] for each in MIXTURE}}
    asked["mixture"] = [path for path, times in MIXTURE.items() for _ in range(times)]
    with site() as place, ExitStack() as stack:
        fill(place.sessions)
        tokens = tokens_of(place.sessions, given.clients)
        ports = [free_port() for _ in range(given.processes)]
        for port in ports:
            wait_for(stack.enter_context(place.running("serve", "--port", str(port))), port)
        asyncio.run(ask(ports, tokens, [EMPTY, *MIXTURE], 1))  # connections are made, statements compiled
        figures = {
            name: asyncio.run(ask(ports, tokens, paths, given.seconds)) for name, paths in asked.items()
        }
    shown = {
        "clients": given.clients,
        "processes": given.processes,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    print(json.dumps({**shown, "milliseconds": figures}, indent=1))
    wrong = sum(each["wrong"] for each in figures.values())
    return int(wrong > 0 or figures["mixture"]["p95"] >= BAR)


def fill(sessions: Sessions) -> None:
    """Put staff and their records into the database."""
    now = datetime.now(UTC)
    positions = ("DIRECTOR", "HEAD", *["LEADER"] * 8, *["MEMBER"] * 40)
    with sessions.begin() as session:
        session.add_all(
            person(f"S{number}", positions[number % 50], "NURSING", ("HOSPITAL", "CLINIC_1")[number % 2])
            for number in range(STAFF)
        )
        session.flush()
        common = {"created_at": now, "batch_id": "b1"}
        session.execute(
            insert(Interview),
            [
                {
                    "interview_id": f"i{number}",
                    "staff_id": f"S{number % STAFF}",
                    "scheduled_at": now - timedelta(hours=number),
                    "title": "面談",
                    "notes": "記録" * 50,
                    "state": "held",
                    **common,
                }
                for number in range(INTERVIEWS)
            ],
        )
        session.execute(
            insert(Notification),
            [
                {
                    "notification_id": f"n{number}",
                    "category": "training",
                    "priority": "high",
                    "title": "研修",
                    "body": "本文" * 50,
                    "sent_at": now - timedelta(hours=number),
                    **common,
                }
                for number in range(NOTIFICATIONS)
            ],
        )
        session.execute(
            insert(NotificationRecipient),
            [
                {"notification_id": f"n{number}", "staff_id": f"S{(number + each) % STAFF}"}
                for number in range(0, NOTIFICATIONS, 2)
                for each in range(3)
            ],
        )
        session.execute(
            insert(Evaluation),
            [
                {
                    "evaluation_id": f"e{number}",
                    "staff_id": f"S{number % STAFF}",
                    "completed_at": now - timedelta(hours=number),
                    "score": 80,
                    "comment": "良",
                    "source_system": "medical",
                    **common,
                }
                for number in range(EVALUATIONS)
            ],
        )


def tokens_of(sessions: Sessions, clients: int) -> Sequence[tuple[str, str]]:
    """Staff ids, each with an access token."""
    with sessions() as session:
        signer = Signer(*keys.signing(session, Vault([VAULT_KEY]), datetime.now(UTC)), datetime.now(UTC))
        found = [session.get_one(Staff, f"S{number}") for number in range(clients)]
        return [
            (each.staff_id, signer.for_staff(each, caller_of(session, each), "medical")) for each in found
        ]


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the API listens."""

    async def connected() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    while process.poll() is None:
        try:
            asyncio.run(connected())
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("the API has ended")


async def ask(
    ports: Sequence[int], tokens: Sequence[tuple[str, str]], paths: Sequence[str], seconds: float
) -> dict[str, float]:
    """Let all clients ask for a while; the milliseconds until the answers, requests a second, unexpected answers."""
    lasted: list[float] = []
    wrong = 0
    began = time.perf_counter()

    async def client(number: int) -> None:
        nonlocal wrong
        me, token = tokens[number]
        reader, writer = await asyncio.open_connection("127.0.0.1", ports[number % len(ports)])
        count = number
        while time.perf_counter() < began + seconds:
            path = paths[count % len(paths)].replace("{me}", me)
            count += 1
            start = time.perf_counter()
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
            )
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
            lasted.append((time.perf_counter() - start) * 1000)
            wrong += not head.startswith(b"http/1.1 200 ")
        writer.close()

    await asyncio.gather(*(client(number) for number in range(len(tokens))))
    whole = time.perf_counter() - began
    return {
        "median": round(quantile(lasted, 0.5), 1),
        "p95": round(quantile(lasted, 0.95), 1),
        "longest": round(quantile(lasted, 1), 1),
        "a_second": round(len(lasted) / whole),
        "wrong": wrong,
    }


if __name__ == "__main__":
    sys.exit(main())
