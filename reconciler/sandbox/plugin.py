"""Registers our own services beside moto's from outside, for calls in process and over HTTP alike."""

import importlib
import re
from collections.abc import Callable, Mapping
from functools import partial
from threading import RLock
from types import SimpleNamespace
from typing import Any, Protocol, cast

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.handlers import BUILTIN_HANDLERS
from moto.core import routing
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.core.models import botocore_stubber
from moto.core.request import Request, normalize_request
from moto.utilities.utils import get_partition
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from reconciler.sandbox import wire, world
from reconciler.sandbox.asked import Asked, Said, listen, take_said
from reconciler.sandbox.constraints import check
from reconciler.sandbox.errors import SandboxError, not_in_sandbox
from reconciler.sandbox.front_door import find_by_path_alone
from reconciler.sandbox.parameters import page_when_asked
from reconciler.sandbox.preloaded import preload
from reconciler.sandbox.stacks import install_when_asked
from reconciler.sandbox.trouble.faults import NoReply, Unreachable

Operation = Callable[..., Mapping[str, Any] | None]
Handler = Callable[[Request, str, Any], wire.Reply]

# moto's services are plain dicts without locks: one request at a time, whichever door it comes through.
ONE_AT_A_TIME = RLock()
# Services that moto answers alone and our kinds lean on.
HELD_AGAINST_THE_MODEL = frozenset({"ssm", "secretsmanager"})
# The beginnings of the names of operations that take tags away.
UNTAGGING = ("Untag", "RemoveTags", "DeleteTags", "DeleteBucketTagging", "PutBucketTagging")


class Plane(Protocol):
    """A backend whose operations are plain callables, by botocore's names, members in and members out."""

    operations: Mapping[str, Operation]


class Extension:
    """Answers one service: a plane's operations by the model, all else by moto's handler or with a typed 501."""

    def __init__(self, service: str, backends: BackendDict[Any], fallback: Handler | None = None) -> None:
        self.service = service
        self.backends = backends
        self.fallback = fallback

    def answer(self, request: Request, full_url: str, headers: Any) -> wire.Reply:
        """Parse, check, carry out and serialise one request. Every refusal is an answer, never an exception."""
        target = wire.identify(request, self.service)
        try:
            return self._carry_out(target, request, full_url, headers)
        except SandboxError as refused:
            return wire.refuse(target, request, refused)
        except ServiceException as refused:
            return wire.refuse(target, request, SandboxError(refused.code, refused.message))
        except HTTPException as refused:
            return wire.refuse(target, request, wire.from_moto(refused))

    def _carry_out(self, target: wire.Target, request: Request, full_url: str, headers: Any) -> wire.Reply:
        plane = self._plane(target.region)
        operation = plane.operations.get(target.name)
        if operation is None and self.fallback is None:
            raise not_in_sandbox(self.service, target.name)
        if target.operation is not None:
            params = wire.parse(target, request)
            check(self.service, target.name, params)
            if operation is not None:
                return wire.answer(target, request, operation(**params))
        if self.fallback is None:
            raise not_in_sandbox(self.service, target.name)
        return self.fallback(request, full_url, headers)

    def _plane(self, region: str) -> Plane:
        regions = self.backends[world.current().account]
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
) -> None:
    """Let `plane` stand in for a moto service's backend, and send all of the service's requests to it.

    `moto_module` is the package in moto that the service has, say `moto.connect`. `paths` are those that stand for
    no operation, and who answers there.
    """
    models = importlib.import_module(f"{moto_module}.models")
    bases = importlib.import_module(f"{moto_module}.urls").url_bases
    backends: BackendDict[Any] = getattr(models, f"{service}_backends")
    extension = Extension(service, backends, fallback)
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


def gate(
    signature: str,
    request: Callable[[], Request],
    pass_on: Callable[[], wire.Reply | None],
    said: Said | None = None,
) -> wire.Reply:
    """Let one request through to the services, with the trouble that the world has set for it.

    `request` is asked for only when somebody wants to read it, because building one takes time; `said` is what a
    client of this process asked for. Raises NoReply, Unreachable or Crash where a fault leaves no reply.
    """
    asked = Asked(signature, request, said)
    keeper = world.keeper()
    if keeper is None:
        with ONE_AT_A_TIME:
            return _serve(asked, pass_on)
    keeper.delay()
    try:
        with ONE_AT_A_TIME:
            return keeper.admit(asked, lambda: _serve(asked, pass_on))
    except NoReply:
        keeper.give_up()
        raise


def _serve(asked: Asked, pass_on: Callable[[], wire.Reply | None]) -> wire.Reply:
    """Let the services answer; what moto does not have becomes a typed 501."""
    service, region = asked.signed_for
    if service in {"ssm", "secretsmanager"}:
        preload(world.current(), region)
    if service == "ssm":
        page_when_asked()
    if service in {"ec2", "cloudformation"}:
        mend_network()
    if service == "cloudformation":
        install_when_asked()
    if service in HELD_AGAINST_THE_MODEL:
        try:
            _hold_against_the_model(asked)
        except SandboxError as refused:
            return asked.refuse(refused)
    if asked.target.name.startswith(UNTAGGING):
        _remember_tags(region)
    try:
        reply = pass_on()
    except NotImplementedError:
        reply = None
    if reply is None or _is_missing(service, reply):
        return asked.refuse(not_in_sandbox(asked.target.service, asked.target.name))
    return _with_length(reply)


def mend_network() -> None:
    """Mend EC2, which takes a second to load: not before somebody asks."""
    from reconciler.sandbox.mends.ec2 import install  # noqa: PLC0415

    install()


def _remember_tags(region: str) -> None:
    """Let the tagging API find what has no tags any more."""
    from reconciler.sandbox.mends.tagging import remember  # noqa: PLC0415  it registers through this module

    remember(world.current().account, region)


def _hold_against_the_model(asked: Asked) -> None:
    """Refuse what the service's model forbids, page sizes out of range among it; moto looks at little of it."""
    target = asked.target
    if target.operation is not None:
        check(target.service, target.name, wire.parse(target, asked.request))


def _with_length(reply: wire.Reply) -> wire.Reply:
    """The reply as HTTP would carry it: moto's own say nothing of their length, as if they were empty."""
    status, headers, body = reply
    if not body or any(name.lower() == "content-length" for name in headers):
        return reply
    length = len(body.encode() if isinstance(body, str) else body)
    return status, {**headers, "content-length": str(length)}, body


def _is_missing(service: str, reply: wire.Reply) -> bool:
    """Tell moto's ways of saying that it has no such operation: a bare text, or a page of HTML."""
    status, headers, body = reply
    if status not in {404, 405} or service == "s3":
        return False
    page = any(
        name.lower() == "content-type" and value.startswith("text/html") for name, value in headers.items()
    )
    return page or body in {"Not yet implemented", b"Not yet implemented"}


class _Installed:
    done = False


def install() -> None:
    """Register every extension of the sandbox with moto, once for the process."""
    with ONE_AT_A_TIME:
        if _Installed.done:
            return
        # Both register through this module, so they cannot be imported before it is there.
        from reconciler.sandbox import mends  # noqa: PLC0415
        from reconciler.sandbox.connect import ConnectPlane  # noqa: PLC0415

        # No rule of moto's has defaults; werkzeug looks for them in every rule, with every request.
        setattr(routing, "Map", partial(Map, redirect_defaults=False))  # noqa: B010 -- mypy takes no assignment to a class
        _guard_calls_in_process()
        listen(BUILTIN_HANDLERS)
        mends.install()
        ConnectPlane.now = staticmethod(lambda: world.current().clock())
        extend("connect", ConnectPlane, "moto.connect")
        _Installed.done = True


def _guard_calls_in_process() -> None:
    pass_on = botocore_stubber.process_request

    def guarded(request: AWSPreparedRequest) -> wire.Reply | None:
        said = take_said()
        if not IN_AWS.match(request.url):
            return None
        signature = request.headers.get("Authorization", "")
        try:
            return gate(
                signature.decode() if isinstance(signature, bytes) else signature,
                lambda: normalize_request(request),
                lambda: cast("wire.Reply | None", pass_on(request)),
                said,
            )
        except NoReply:
            raise ReadTimeoutError(endpoint_url=request.url) from None
        except Unreachable as nobody:
            if nobody.timed_out:
                raise ConnectTimeoutError(endpoint_url=request.url) from None
            raise EndpointConnectionError(endpoint_url=request.url) from None

    botocore_stubber.process_request = guarded  # type: ignore[method-assign]  # moto has no hook for this


IN_AWS = re.compile(r"https?://[^/]+\.(amazonaws\.com|api\.aws)(\.cn)?(:\d+)?(/|$)")
