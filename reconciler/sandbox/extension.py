"""Replaces a service's backend in moto by a class of ours, without a change in moto."""

import importlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from threading import Condition, RLock, Thread
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar, cast

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.core.request import Request
from moto.utilities.utils import get_partition
from werkzeug.exceptions import HTTPException

from reconciler.sandbox import process_state, wire_protocol
from reconciler.sandbox.constraints import check
from reconciler.sandbox.request_checks import find_by_path_alone
from reconciler.sandbox.sandbox_error import SandboxError, not_in_sandbox

ONE_AT_A_TIME = RLock()
"""Held while a request is carried out: the services of moto are plain dicts without locks."""
ELSEWHERE = Condition(ONE_AT_A_TIME)
"""Notified when work that was done aside has ended."""
T = TypeVar("T")
Operation = Callable[..., Mapping[str, Any] | None]
Handler = Callable[[Request, str, Any], wire_protocol.Reply]


GLANCE = 0.05
"""Seconds between two looks at the sandbox's clock, which may be one of its own."""


def aside(work: Callable[[], T], is_over: Callable[[], bool] | None = None) -> T:
    """Do work that takes time, and serve other requests meanwhile. Raises what the work raises.

    Raises:
        TimeoutError: `is_over` says that nobody waits any longer. The work goes on.
    """
    done = Future[T]()
    in_background(lambda: _finish(done, work))
    with ELSEWHERE, process_state.serving_others():
        while not ELSEWHERE.wait_for(done.done, GLANCE if is_over else None):
            if is_over and is_over():
                raise TimeoutError
    return done.result()


def in_background(work: Callable[[], object]) -> None:
    """Do work in a thread that does not keep the program from ending."""
    Thread(target=work, name="sandbox work", daemon=True).start()


def _finish(done: "Future[T]", work: Callable[[], T]) -> None:
    try:
        tell = partial(done.set_result, work())
    except BaseException as error:  # noqa: BLE001  it is raised where the result is wanted
        tell = partial(done.set_exception, error)
    with ELSEWHERE:
        tell()
        ELSEWHERE.notify_all()


class Plane(Protocol):
    """A backend whose operations are plain callables, by botocore's names, members in and members out."""

    operations: Mapping[str, Operation]


class Extension:
    """Answers one service: a plane's operations by the model, all else by moto's handler or with a typed 501."""

    def __init__(
        self,
        service: str,
        backends: BackendDict[Any],
        fallback: Handler | None = None,
        *,
        no_browsers: bool = False,
    ) -> None:
        self.service = service
        self.no_browsers = no_browsers
        self.backends = backends
        self.fallback = fallback

    def answer(self, request: Request, full_url: str, headers: Any) -> wire_protocol.Reply:
        """Parse, check, carry out and serialise one request. Every refusal is an answer, never an exception."""
        target = wire_protocol.identify(request, self.service)
        try:
            return self._carry_out(target, request, full_url, headers)
        except SandboxError as refused:
            return wire_protocol.refuse(target, request, refused)
        except ServiceException as refused:
            return wire_protocol.refuse(target, request, SandboxError(refused.code, refused.message))
        except HTTPException as refused:
            return wire_protocol.refuse(target, request, wire_protocol.from_moto(refused))

    def _carry_out(
        self, target: wire_protocol.Target, request: Request, full_url: str, headers: Any
    ) -> wire_protocol.Reply:
        plane = self._plane(target.region)
        if self.no_browsers and request.headers.get("Origin"):  # browsers send it, clients of AWS do not
            text = f"The sandbox takes no requests of web pages for {self.service}: they could run code on this machine."
            raise SandboxError("AccessDeniedException", text, http_status=403)
        operation = plane.operations.get(target.name)
        if operation is None and self.fallback is None:
            raise not_in_sandbox(self.service, target.name)
        if target.operation is not None:
            params = wire_protocol.parse(target, request)
            check(self.service, target.name, params)
            if operation is not None:
                return wire_protocol.answer(target, request, operation(**params))
        if self.fallback is None:
            raise not_in_sandbox(self.service, target.name)
        return self.fallback(request, full_url, headers)

    def _plane(self, region: str) -> Plane:
        regions = self.backends[process_state.account_served()]
        place = (
            region if region in regions else get_partition(region)
        )  # global services live in the partition
        if place not in regions:
            text = f"Amazon has no {self.service} in {region}: its clients cannot find an endpoint there"
            raise SandboxError("UnknownEndpoint", text, http_status=501)
        return cast("Plane", regions[place])


def extend(
    service: str,
    plane: type[BaseBackend],
    moto_module: str,
    fallback: Handler | None = None,
    paths: Mapping[str, Handler] | None = None,
    *,
    no_browsers: bool = False,
) -> None:
    """Let `plane` stand in for a moto service's backend, and send all of the service's requests to it.

    `moto_module` is the package in moto that the service has, say `moto.connect`. `paths` are those that stand for
    no operation, and who answers there. `no_browsers` refuses requests that a web page sends.
    """
    models = importlib.import_module(f"{moto_module}.models")
    bases = importlib.import_module(f"{moto_module}.urls").url_bases
    backends: BackendDict[Any] = getattr(models, f"{service.replace('-', '')}_backends")
    extension = Extension(service, backends, fallback, no_browsers=no_browsers)
    urls = SimpleNamespace(
        url_bases=bases, url_paths={**(paths or {}), "{0}/$": extension.answer, "{0}/.*$": extension.answer}
    )
    stand_in(backends, plane, urls)
    if fallback is None:
        find_by_path_alone(service)


def stand_in(backends: BackendDict[Any], backend: type[BaseBackend], urls: SimpleNamespace) -> None:
    """Make moto build `backend` for every account and region from now on, and look up its paths in `urls`."""
    members = {"_url_module": urls, "__module__": backend.__module__}
    backends.backend = type(backend.__name__, (backend,), members)
    backends.clear()
