"""The API: `application(services)` is served by uvicorn."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from staff_integration import metrics, reporting
from staff_integration.api import (
    account_routes,
    health_routes,
    record_routes,
    recovery_routes,
    report_routes,
    sign_in_routes,
    staff_routes,
    sync_routes,
)
from staff_integration.api.problems import Problem, handle_problems
from staff_integration.api.services import Services

ROUTES = (
    health_routes,
    recovery_routes,
    account_routes,
    staff_routes,
    record_routes,
    report_routes,
    sign_in_routes,
    sync_routes,
)
INTERNAL = 500
THREADS = 3
"""That answer requests."""
LARGEST_BODY = 64 * 1024
"""Bytes of a request."""


def application(services: Services) -> FastAPI:
    """The API with what it works with."""
    app = FastAPI(
        title="Staff integration",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,
        lifespan=_with_few_threads,
    )
    app.state.services = services
    app.state.routes = [route for routes in ROUTES for route in routes.router.routes]
    for routes in ROUTES:
        app.include_router(routes.router)
    handle_problems(app)
    app.add_middleware(_Around)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]  # as FastAPI's documentation extends it
    return app


@asynccontextmanager
async def _with_few_threads(_: FastAPI) -> AsyncIterator[None]:
    """Let a few threads work at once: more of them wait for each other, for connections and for the processor."""
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, routes=app.routes)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = made["components"]["schemas"]
        schemas.update(problem.pop("$defs"))
        schemas["Problem"] = problem
        app.openapi_schema = made
    return app.openapi_schema


class _Around:
    """Limits the size of a request, forbids keeping answers, and logs each one without what is in it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, received = time.monotonic(), 0, 0

        async def receive_some() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise HTTPException(413)
            return message

        async def send_with_header(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                names = {name.lower() for name, _ in message["headers"]}
                if b"cache-control" not in names:
                    message["headers"] = [*message["headers"], (b"cache-control", b"no-store")]
            await send(message)

        try:
            await self._app(scope, receive_some, send_with_header)
        finally:
            seconds, route = time.monotonic() - began, getattr(scope.get("route"), "path", "")
            metrics.REQUESTS.labels(scope["method"], route, status or INTERNAL).observe(seconds)
            reporting.info(
                "request_answered",
                method=scope["method"],
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )
