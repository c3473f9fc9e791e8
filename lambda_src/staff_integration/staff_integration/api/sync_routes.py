"""The WebSocket of the hub: `/api/v1/sync`, for the two systems."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from fastapi import APIRouter, WebSocket
from sqlalchemy.exc import DBAPIError
from starlette.websockets import WebSocketDisconnect

from staff_integration import metrics, reporting
from staff_integration.api.problems import ProblemError
from staff_integration.api.services import Hub, Service, Services, owner_of
from staff_integration.sync.connection import Connection, EndedError, Out
from staff_integration.tables import System

router = APIRouter()
LOOK = 0.25
"""Seconds between two looks for new events, which other processes may have published."""
SENDING = 30.0
"""Seconds in which the other end has to take a message."""
LONGEST = 120
"""Bytes of the reason of a close; the protocol has room for 123."""
NOT_LET_IN, TRY_LATER, RESTART, NO_TEXT, INTERNAL = 4401, 1013, 1012, 1003, 1011
"""Close codes. After `RESTART` a system connects again at once."""


@router.websocket("/api/v1/sync")
async def sync(websocket: WebSocket) -> None:
    """Talk to one of the systems until one of both ends it."""
    services: Services = websocket.app.state.services
    token = websocket.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        owner = await asyncio.to_thread(owner_of, services, token)
    except (ProblemError, DBAPIError):
        await websocket.close(NOT_LET_IN)
        return
    if not isinstance(owner, Service):
        await websocket.close(NOT_LET_IN)
        return
    await websocket.accept()
    connection = Connection(services.sessions, services.clock, owner.system, owner.until)
    reporting.info("sync_began", system=owner.system)
    with _counted(services.hub, owner.system):
        code, reason = await _end_of(websocket, connection, services.hub)
        reporting.info("sync_ended", system=owner.system, code=code)
        metrics.ENDED.labels(code).inc()
        if code:
            await websocket.close(code, reason.encode()[:LONGEST].decode(errors="ignore"))


@contextmanager
def _counted(hub: Hub, system: System) -> Iterator[None]:
    gauge = metrics.CONVERSATIONS.labels(system)
    hub.conversations += 1
    gauge.inc()
    try:
        yield
    finally:
        hub.conversations -= 1
        gauge.dec()


async def _end_of(websocket: WebSocket, connection: Connection, hub: Hub) -> tuple[int, str]:
    """Converse until the end; the close code and the reason, or 0 if the other end has gone."""
    try:
        await _converse(websocket, connection, hub)
    except EndedError as error:
        return error.code, str(error)
    except DBAPIError:
        reporting.failed("sync_failed", system=connection.system)
        return TRY_LATER, "please try again"
    except (WebSocketDisconnect, TimeoutError):
        return 0, ""
    except Exception:  # noqa: BLE001  # so that the other end is told that it has ended
        reporting.failed("sync_failed", system=connection.system)
        return INTERNAL, "an internal error"


async def _text(websocket: WebSocket) -> str:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if not isinstance(text, str):
        raise EndedError(NO_TEXT, "messages are text")
    return text


async def _converse(websocket: WebSocket, connection: Connection, hub: Hub) -> NoReturn:
    receiving = asyncio.ensure_future(_text(websocket))
    try:
        while True:
            await asyncio.wait({receiving}, timeout=LOOK)
            if receiving.done():  # the next message is read only after this one is dealt with
                await _send(websocket, await asyncio.to_thread(connection.received, receiving.result()))
                receiving = asyncio.ensure_future(_text(websocket))
            if hub.draining:
                raise EndedError(RESTART, "another process goes on with this: please connect again")
            await _send(websocket, await asyncio.to_thread(connection.due))
    finally:
        receiving.cancel()


async def _send(websocket: WebSocket, out: Sequence[Out]) -> None:
    for each in out:
        text = json.dumps(each, ensure_ascii=False, separators=(",", ":"))
        await asyncio.wait_for(websocket.send_text(text), SENDING)
