"""A fake client with given replies, and a boto3 client that never reaches the network."""

import json
from collections.abc import Callable, Mapping
from random import Random
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from reconciler.aws.account import Account
from reconciler.aws.api import CallCounter, ServiceApi
from reconciler.aws.pacing import Pacer
from reconciler.runtime.clock import VirtualClock

ACCOUNT, REGION = "111111111111", "eu-west-2"
CORE = botocore.session.get_session()
MODEL = CORE.get_service_model("connect")
PAGINATORS = CORE.get_paginator_model("connect")

SENTINEL = "s3ntinel-Pa55"
"""The value of every secret field; no message of ours may contain it."""


def refusal(code: str, status: int = 400, message: str = "", **more: Any) -> ClientError:
    """An error of AWS, as botocore raises it."""
    reply = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return ClientError(reply, "AnyOperation")


class FakeClient:
    """Answers each call with the next of its replies; an exception is raised."""

    def __init__(self, *replies: Any, repeat: bool = False) -> None:
        names = {botocore.xform_name(name): name for name in MODEL.operation_names}
        self.meta = SimpleNamespace(method_to_api_mapping=names, service_model=MODEL)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._replies, self._repeat = list(replies), repeat

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            self.calls.append((operation, parameters))
            reply = self._replies[0] if self._repeat else self._replies.pop(0)
            if isinstance(reply, BaseException):
                raise reply
            return reply

        return call


class Listening(VirtualClock):
    """A virtual clock that records every sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        super().sleep(seconds)


def api_of(
    client: Any, clock: VirtualClock, random: Random | None = None, share: float = 1000.0
) -> ServiceApi:
    """Connect's API over this client; by default the share is so large that pacing has no effect."""
    return ServiceApi(
        service="connect",
        account=ACCOUNT,
        region=REGION,
        partition="aws",
        client=client,
        paginators=PAGINATORS,
        pacer=Pacer(clock, share),
        clock=clock,
        random=random or Random(7),
        tally=CallCounter(),
    )


class Body:
    """The body of a reply for botocore."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self._content


def account(
    answer: Callable[[Any], tuple[int, Any]], more: Mapping[str, str] = {}, *, bare: bool = False
) -> Account:
    """An account whose requests are answered here, below botocore, with (status, JSON).

    `more` are headers of each reply; a `bare` reply has no headers of AWS.
    """
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "key", region_name=REGION)
    session.events.register("before-send.*", answered_by(answer, more, bare=bare))
    clock = Listening()
    return Account(session, ACCOUNT, REGION, clock, Random(7), Pacer(clock, 1000.0))


def answered_by(
    answer: Callable[[Any], tuple[int, Any]], more: Mapping[str, str] = {}, *, bare: bool = False
) -> Callable[..., AWSResponse]:
    """A hook of botocore that answers requests instead of the network; as for `account`."""

    def respond(request: Any, **_: Any) -> AWSResponse:
        status, reply = answer(request)
        body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        code = reply.get("__type", "") if isinstance(reply, dict) else ""
        own = {} if bare else {"x-amzn-errortype": code}
        headers = {**own, "content-length": str(len(body)), **more}
        return AWSResponse(request.url, status, headers, Body(body))

    return respond
