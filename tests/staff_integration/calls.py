"""Calls of the API, by the two systems and by staff."""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import uvicorn
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from fastapi import FastAPI
from staff_integration.api.app import application
from staff_integration.api.services import Services
from staff_integration.database import in_transaction
from staff_integration.sign_in import keys
from staff_integration.sign_in.sessions import SignIn
from staff_integration.sign_in.shapes import SignInTools
from staff_integration.sign_in_tables import SystemClient
from staff_integration.sync.connection import LARGEST
from staff_integration.tables import System

from tests.staff_integration.mariadb import free_port
from tests.staff_integration.organisation import fill
from tests.staff_integration.simulators import QUICK, World

SECRET = "the-secret-of-a-system-in-these-tests"
ADDRESS = "192.0.2.1"
TARO: Mapping[str, Any] = {
    "staffId": "S1",
    "employeeNumber": "10001",
    "fullName": "山田 太郎",
    "email": "taro@example.com",
    "facility": {"id": "HOSPITAL", "name": "厚生病院"},
    "department": {"id": "NURSING", "name": "看護部門"},
    "position": {"id": "LEADER", "name": "チームリーダー", "level": 3},
}


@cache
def one_key() -> RSAPrivateKey:
    """A key; making one takes long."""
    return generate_private_key(public_exponent=65537, key_size=keys.BITS)


class Client:
    """Calls an ASGI application without a network."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="https://staff.example")

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Make a call."""
        return self._runner.run(self._client.request(method, path, **given))

    def close(self) -> None:
        """End the loop."""
        self._runner.close()


@dataclass
class Api:
    """The API in a world; each call bears a token."""

    world: World
    client: Client

    def call(self, token: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """Make a call."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content = None if body is None else json.dumps(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        return self.client.request(method, f"/api/v1{path}", content=content, headers=headers)

    def service(self, system: System) -> str:
        """A token of one of the systems."""
        answer = self.call("", "POST", "/sso/service-token", {"system": system, "secret": SECRET})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["accessToken"])

    def sign_in(self, staff_id: str, system: System = "medical", **given: str) -> httpx.Response:
        """Sign in with the initial password, or a given one."""
        body = {
            "username": staff_id,
            "password": self.world.voicedrive.users[staff_id]["initialPassword"],
            "address": ADDRESS,
            **given,
        }
        return self.call(self.service(system), "POST", "/sso/sign-in", body)

    def token_of(self, staff_id: str) -> str:
        """An access token of a member of staff."""
        return str(self.sign_in(staff_id).json()["accessToken"])


@contextmanager
def api_in(world: World) -> Iterator[Api]:
    """The API in a world with the organisation, a key, and both systems' secrets."""

    def prepare(session: Any) -> None:
        fill(session)
        keys.rotate(session, world.tools.vault, world.clock.now())
        session.add_all(
            SystemClient(system_id=each, secret_hash=QUICK.hashed(SECRET))
            for each in ("medical", "voicedrive")
        )

    in_transaction(world.sessions, prepare)
    sign_in = SignIn(SignInTools(world.sessions, world.tools.vault, QUICK, world.clock))
    app = application(Services(world.tools, sign_in))
    client = Client(app)
    try:
        yield Api(world, client)
    finally:
        client.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application on the loopback; its host and port."""
    port = free_port()
    config = uvicorn.Config(
        app, port=port, log_level="critical", ws_max_size=LARGEST, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
