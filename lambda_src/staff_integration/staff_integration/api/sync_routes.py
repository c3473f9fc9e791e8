"""The WebSocket of the hub: `/api/v1/sync`, for the two systems."""

import asyncio
import json
from collections.abc import Sequence

from fastapi import APIRouter, WebSocket
from sqlalchemy.exc import DBAPIError
from starlette.websockets import WebSocketDisconnect

from staff_integration import reporting
from staff_integration.api.problems import ProblemError
from staff_integration.api.services import Service, Services, owner_of
from staff_integration.sync.connection import Connection, EndedError, Out

router = APIRouter()
LOOK = 0.25
"""Seconds between two looks for new events, which other processes may have published."""
SENDING = 30.0
"""Seconds in which the other end has to take a message."""
NOT_LET_IN, TRY_LATER = 4401, 1013


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
    code, reason = 1000, ""
    try:
        await _converse(websocket, connection)
    except EndedError as error:
        code, reason = error.code, str(error)
    except DBAPIError:
        reporting.failed("sync_failed", system=owner.system)
        code, reason = TRY_LATER, "please try again"
    except (WebSocketDisconnect, TimeoutError):
        code = 0
    reporting.info("sync_ended", system=owner.system, code=code)
    if code:
        await websocket.close(code, reason[:120])


async def _converse(websocket: WebSocket, connection: Connection) -> None:
    receiving = asyncio.ensure_future(websocket.receive_text())
    try:
        while True:
            await asyncio.wait({receiving}, timeout=LOOK)
            if receiving.done():  # the next message is read only after this one is dealt with
                await _send(websocket, await asyncio.to_thread(connection.received, receiving.result()))
                receiving = asyncio.ensure_future(websocket.receive_text())
            await _send(websocket, await asyncio.to_thread(connection.due))
    finally:
        receiving.cancel()


async def _send(websocket: WebSocket, out: Sequence[Out]) -> None:
    for each in out:
        text = json.dumps(each, ensure_ascii=False, separators=(",", ":"))
        await asyncio.wait_for(websocket.send_text(text), SENDING)
