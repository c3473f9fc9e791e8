"""Two hub processes are killed and connections are cut at random bytes: each event is once in effect, in order per record."""

import asyncio
import contextlib
import json
import random
import subprocess
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from staff_integration.sync import store
from staff_integration.tables import System
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection

from tests.staff_integration.calls import SECRET
from tests.staff_integration.demo import answers, until
from tests.staff_integration.mariadb import free_port
from tests.staff_integration.simulators import World
from tests.staff_integration.test_staff_upgrade import Client, Proxy, prepared, process

__all__ = ["prepared"]
RECORDS = 37
BATCH = 20


class CuttingProxy(Proxy):
    """Passes each connection on to one of the hubs, and breaks it off after some bytes, so many times altogether."""

    def __init__(self, cuts: int, bytes_of: tuple[int, int]) -> None:
        super().__init__()
        self.targets: list[int] = []
        self.left, self._bytes_of, self._chance = cuts, bytes_of, random.Random(7)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            hub = await asyncio.open_connection("127.0.0.1", self._chance.choice(self.targets))
        except OSError:  # it was killed
            writer.transport.abort()
            return
        room = [self._chance.randint(*self._bytes_of)]
        ends = (writer, hub[1])
        await asyncio.gather(self._pump(reader, hub[1], room, ends), self._pump(hub[0], writer, room, ends))

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        room: list[int],
        ends: tuple[asyncio.StreamWriter, ...],
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                if self.left and len(data) > room[0]:
                    self.left -= 1
                    writer.write(data[: room[0]])  # a part of a message
                    for each in ends:
                        each.transport.abort()
                    return
                room[0] -= len(data)
                writer.write(data)
                await writer.drain()
        writer.close()


class Stubborn(Client):
    """One of the systems: whatever breaks off, it begins anew."""

    def __init__(self, url: str, system: System, token: str, count: int) -> None:
        super().__init__(url, system, token)
        self.count, self.begun = count, 0

    @contextlib.contextmanager
    def talking(self, hello: Mapping[str, Any]) -> Iterator[ClientConnection]:
        self.begun += 1
        with contextlib.suppress(WebSocketException, OSError, EOFError), super().talking(hello) as link:
            yield link

    def again(self, hello: Mapping[str, Any]) -> None:
        """Talk once, until it breaks off or everything is done."""
        with (
            contextlib.suppress(WebSocketException, OSError, EOFError, RuntimeError),
            self.talking(hello) as link,
        ):
            self.talk(link)

    def talk(self, link: ClientConnection) -> None:
        """Send or receive."""
        raise NotImplementedError


class Sender(Stubborn):
    """It sends events in their order, a few at a time, and repeats those that were not answered."""

    def __init__(self, url: str, system: System, token: str, count: int) -> None:
        super().__init__(url, system, token, count)
        self.answered, self.refused, self.sent = 0, list[str](), 0

    def run(self) -> None:
        """Send all of them."""
        while self.answered < self.count:
            self.again({})

    def talk(self, link: ClientConnection) -> None:
        while self.answered < self.count:
            batch = range(self.answered, min(self.count, self.answered + BATCH))
            for number in batch:
                link.send(json.dumps(message(number)))
                self.sent += 1
            for number in batch:
                answer = heard(link, "accepted", "refused")
                assert answer["messageId"] == str(number)
                if answer["type"] == "refused":
                    self.refused.append(answer["reason"])
                self.answered += 1


class Receiver(Stubborn):
    """It carries out events, each number once, and acknowledges some of them."""

    def __init__(self, url: str, system: System, token: str, count: int) -> None:
        super().__init__(url, system, token, count)
        self.last, self.repeated = 0, 0
        self.effects: list[tuple[str, int]] = []

    def run(self) -> None:
        """Receive all of them."""
        while len(self.effects) < self.count:
            self.again({"lastEvent": self.last} if self.begun % 2 else {})

    def talk(self, link: ClientConnection) -> None:
        while len(self.effects) < self.count:
            event = heard(link, "event")
            if event["id"] > self.last:
                self.last = event["id"]
                self.effects.append((event["record"], int(event["data"]["title"])))
            else:
                self.repeated += 1
            if event["id"] % 7 == 0:
                link.send(json.dumps({"type": "ack", "event": event["id"]}))


def message(number: int) -> dict[str, Any]:
    data = {
        "notificationId": f"n{number % RECORDS}",
        "category": "training",
        "priority": "low",
        "title": str(number),
    }
    return {"type": "event", "messageId": str(number), "event": "notification.sent", "data": data}


def heard(link: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next message of some kinds."""
    while True:
        found: dict[str, Any] = json.loads(link.recv(timeout=60))
        if found["type"] in kinds:
            return found


@pytest.mark.whole
@pytest.mark.parametrize(("count", "cuts"), [(1000, 30), (10_000, 100)])
def test_each_event_once_and_in_order_though_hubs_are_killed_and_connections_cut(
    prepared: World, count: int, cuts: int
) -> None:
    with (
        prepared.settings() as settings,
        CuttingProxy(cuts, (1_000, 9_000 if count > 1000 else 3_000)) as proxy,
        contextlib.ExitStack() as stack,
    ):
        hubs: list[subprocess.Popen[str]] = []

        def start() -> None:
            port = free_port()
            hubs.append(stack.enter_context(process(settings, "serve", "--port", str(port))))
            until(lambda: answers(f"http://127.0.0.1:{port}/health/ready"))
            proxy.targets.append(port)

        start()
        start()
        body = {"secret": SECRET}
        tokens = {
            system: httpx.post(
                f"http://127.0.0.1:{proxy.targets[0]}/api/v1/sso/service-token",
                json={**body, "system": system},
            ).json()["accessToken"]
            for system in ("medical", "voicedrive")
        }
        url = f"ws://127.0.0.1:{proxy.port}/api/v1/sync"
        sender = Sender(url, "medical", tokens["medical"], count)
        receiver = Receiver(url, "voicedrive", tokens["voicedrive"], count)
        threads = [threading.Thread(target=each.run) for each in (sender, receiver)]
        for thread in threads:
            thread.start()
        for victim, when in ((0, count // 3), (1, 2 * count // 3)):
            until(lambda when=when: sender.answered >= when)  # type: ignore[misc]
            hubs[victim].kill()  # SIGKILL: it ends nothing, and nobody is told
            proxy.targets.pop(0)
            start()
        for thread in threads:
            thread.join()
        assert proxy.left == 0

    assert sender.refused == []
    assert sender.sent > count
    assert receiver.repeated > 0
    assert sorted(number for _, number in receiver.effects) == list(range(count))
    for record in {record for record, _ in receiver.effects}:
        numbers = [number for name, number in receiver.effects if name == record]
        assert numbers == sorted(numbers)
    with prepared.sessions() as session:
        assert store.newest(session) == count
