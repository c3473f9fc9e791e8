"""Registers our own services with moto, for calls in process and over HTTP."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from inspect import isfunction
from typing import NoReturn, cast

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.handlers import BUILTIN_HANDLERS
from moto.core import responses as core_responses
from moto.core import routing
from moto.core import utils as core_utils
from moto.core.loaders import create_loader
from moto.core.models import botocore_stubber
from moto.core.request import Request, normalize_request
from werkzeug.routing import Map

from reconciler.sandbox import moto_patches, process_state, wire_protocol
from reconciler.sandbox.connect import ConnectPlane
from reconciler.sandbox.constraints import check
from reconciler.sandbox.extension import ONE_AT_A_TIME, Extension, extend
from reconciler.sandbox.fault_injection.faults import NoReply, Unreachable
from reconciler.sandbox.fixtures import preload
from reconciler.sandbox.moto_patches.tagging import remember
from reconciler.sandbox.parameters import mend_parameters
from reconciler.sandbox.request_view import Asked, ClientCall, HeaderOf, listen, take_said
from reconciler.sandbox.sandbox_error import SandboxError, not_in_sandbox
from reconciler.sandbox.stacks import install_when_asked

# Services that moto answers alone and our kinds lean on.
HELD_AGAINST_THE_MODEL = frozenset({"ssm", "secretsmanager"})
# The beginnings of the names of operations that take tags away.
UNTAGGING = ("Untag", "RemoveTags", "DeleteTags", "DeleteBucketTagging", "PutBucketTagging")


def gate(
    header: HeaderOf,
    request: Callable[[], Request],
    pass_on: Callable[[], wire_protocol.Reply | None],
    said: ClientCall | None = None,
) -> wire_protocol.Reply:
    """Let one request through to the services, under the settings of the sandbox.

    `request` is called only when somebody reads the request, because building one takes time; `said` is what a
    client of this process asked for. Raises NoReply, Unreachable or Crash where a fault leaves no reply.
    """
    asked = Asked(header, request, said)
    keeper = process_state.keeper()
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


def _serve(asked: Asked, pass_on: Callable[[], wire_protocol.Reply | None]) -> wire_protocol.Reply:
    """Let the services answer, for the account of the credentials."""
    with process_state.serving(asked.access_key):
        return _serve_account(asked, pass_on)


def _serve_account(asked: Asked, pass_on: Callable[[], wire_protocol.Reply | None]) -> wire_protocol.Reply:
    """Let the services answer; operations that moto does not have get a typed 501."""
    service, region = asked.signed_for
    if service in {"ssm", "secretsmanager"}:
        preload(process_state.current(), region)
    if service == "ssm":
        mend_parameters()
    if service in {"ec2", "cloudformation"}:
        mend_late("ec2")
    elif service in LATE:
        mend_late(service)
    if service == "cloudformation":
        install_when_asked()
    if service in WITHOUT_MOTO:
        return _with_length(own_service(service).answer(asked.request, "", {}))
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


LATE = {
    **{each: each for each in ("apigateway", "ec2", "rekognition")},
    **dict.fromkeys(("cognito-identity", "cognito-idp"), "cognito"),
}
"""The services that are patched when they are first used, because loading them takes a tenth of a second to a second, and the
module of the patch."""


WITHOUT_MOTO = {"lightsail": "lightsail.backend", "pricing": "price_list"}
"""The services that moto does not have, and our module of each, which is loaded when it is first used."""


@cache
def own_service(service: str) -> Extension:
    """One of these services with its endpoints."""
    module = import_module(f"reconciler.sandbox.{WITHOUT_MOTO[service]}")
    extension: Extension = module.extension()
    return extension


@cache
def mend_late(service: str) -> None:
    """Patch one of these services, once."""
    import_module(f"reconciler.sandbox.moto_patches.{LATE[service]}").install()


def _remember_tags(region: str) -> None:
    """Make the tagging API find resources that no longer have tags."""
    remember(process_state.account_served(), region)


def _hold_against_the_model(asked: Asked) -> None:
    """Refuse requests that the service's model forbids, such as page sizes out of range; moto checks little of it."""
    target = asked.target
    if target.operation is not None:
        check(target.service, target.name, wire_protocol.parse(target, asked.request))


def _with_length(reply: wire_protocol.Reply) -> wire_protocol.Reply:
    """The reply as HTTP would carry it: moto's own say nothing of their length, as if they were empty."""
    status, headers, body = reply
    if not body or any(name.lower() == "content-length" for name in headers):
        return reply
    length = len(body.encode() if isinstance(body, str) else body)
    return status, {**headers, "content-length": str(length)}, body


def _is_missing(service: str, reply: wire_protocol.Reply) -> bool:
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
        _lighten_moto()
        _guard_calls_in_process()
        listen(BUILTIN_HANDLERS)
        moto_patches.install()
        ConnectPlane.now = staticmethod(lambda: process_state.current().clock())
        extend("connect", ConnectPlane, "moto.connect")
        _Installed.done = True


def _lighten_moto() -> None:
    """Leave out work of moto and werkzeug that nothing here needs."""
    # mypy takes no assignment to a class
    # No rule of moto's has defaults; werkzeug looks for them in every rule, with every request.
    setattr(routing, "Map", partial(Map, redirect_defaults=False))  # noqa: B010
    # Moto makes no URLs; werkzeug compiles two functions for each of Connect's 400 rules that would.
    setattr(routing.SmithyRule, "_compile_builder", lambda *_: _no_url)  # noqa: B010
    # Moto makes a loader for each model of a service, and each lists all services of AWS.
    setattr(core_utils, "create_loader", cache(create_loader))  # noqa: B010
    # Moto lists all methods of a class with each call, to look for one.
    setattr(core_responses, "method_names_from_class", _Methods)  # noqa: B010


@dataclass(frozen=True)
class _Methods:
    """The names of the methods of a class."""

    owner: type

    def __contains__(self, name: str) -> bool:
        return isfunction(getattr(self.owner, name, None))


def _no_url(*_: object) -> NoReturn:
    raise NotImplementedError("moto makes no URLs")


def _guard_calls_in_process() -> None:
    pass_on = botocore_stubber.process_request

    def guarded(request: AWSPreparedRequest) -> wire_protocol.Reply | None:
        said = take_said()
        if not IN_AWS.match(request.url):
            return None

        def header(name: str) -> str:
            value = request.headers.get(name, "")
            return value.decode() if isinstance(value, bytes) else value

        try:
            return gate(
                header,
                lambda: normalize_request(request),
                lambda: cast("wire_protocol.Reply | None", pass_on(request)),
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
