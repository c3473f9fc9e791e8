"""Makes one call with a sentinel in each sensitive member, to an AWS that repeats the whole request in its replies."""

import html
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_plus

import boto3
import structlog
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from reconciler import console
from reconciler.applying import Result
from reconciler.aws.account import Account
from reconciler.aws.pacing import Pacer
from reconciler.errors import CallError
from reconciler.logs import configure, crash_lines
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.plan import Action, Plan
from reconciler.reports.data import as_data
from reconciler.reports.text_report import closing_lines
from reconciler.runtime.clock import VirtualClock
from reconciler.stack import Key, Stack
from tests.faults.leak_paths import Path, core, mistyped, model, request
from tests.faults.leak_sinks import Written, a_place, listening, look_at_files, told

REGION = "eu-west-2"
ACCOUNT = "123456789012"
FAILURES = ("none", "access-denied", "mistyped", "throttle", "timeout", "500-after", "crash")
REFUSALS = {
    "access-denied": (403, "AccessDeniedException"),
    "throttle": (429, "ThrottlingException"),
    "500-after": (500, "InternalServiceException"),
}
UNSENT = frozenset({"mistyped", "crash"})
"""The failures before a request is sent."""
KEY = Key("row.i", "case")
STACK = Stack("row-i", "dev", ACCOUNT, REGION, {})


def core_of(number: int) -> str:
    """The part of a sentinel that no encoding changes."""
    return f"S3nt1nel{number:04d}"


def sentinel(number: int) -> str:
    """A value that JSON, URLs and XML must escape."""
    return f'{core_of(number)} "<&+\\é{"-" * 24}'


def spelled(values: Mapping[str, Any]) -> str:
    """Parameters as they may appear in AWS's messages: as a whole and one by one."""
    plain = json.dumps(values, default=str)
    each = list(_leaves(values))
    return " ".join((plain, repr(values), *each, *map(quote_plus, each), *map(html.escape, each)))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(each)
    else:
        yield str(value)


class _Body:
    """The body of a reply for botocore."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self._content


@cache
def _session() -> boto3.Session:
    return boto3.Session("AKIAIOSFODNN7EXAMPLE", "key", "token", region_name=REGION, botocore_session=core())


_answer: list[Callable[[Any], AWSResponse]] = []
"""The current replies: clients are shared, and each case has its own AWS."""


@cache
def _account() -> Account:
    session = _session()
    session.events.register("before-send.*", lambda request, **_: _answer[-1](request))
    clock = VirtualClock()
    return Account(session, ACCOUNT, REGION, clock, Random(7), Pacer(clock, 1000.0))


def _answering(
    path: Path, failure: str, values: Mapping[str, str], reached: list[str]
) -> Callable[[Any], AWSResponse]:
    xml = model(path.service, path.operation).service_model.protocol == "rest-xml"

    def answer(sent: Any) -> AWSResponse:
        reached.append(failure)
        if failure == "timeout":
            raise ReadTimeoutError(endpoint_url=sent.url)
        if failure not in REFUSALS:
            return AWSResponse(sent.url, 200, {}, _Body(b"" if xml else b"{}"))
        status, code = REFUSALS[failure]
        body = sent.body.read() if hasattr(sent.body, "read") else sent.body or b""
        body = body.encode() if isinstance(body, str) else bytes(body)
        message = (
            f"refused: {spelled(values)} {sent.url} {body.decode('utf-8', 'replace')} {dict(sent.headers)}"
        )
        reply = (
            f"<Error><Code>{code}</Code><Message>{html.escape(message)}</Message></Error>"
            if xml
            else json.dumps({"__type": code, "message": message})
        )
        return AWSResponse(sent.url, status, {"x-amzn-errortype": code}, _Body(reply.encode()))

    return answer


@cache
def called(service: str, operation: str, failure: str, numbered: tuple[tuple[Path, int], ...]) -> Written:
    """Everything that one call of an operation writes, with sentinels in all its sensitive members."""
    path = numbered[0][0]
    values = {each.way: sentinel(number) for each, number in numbered}
    parameters = request(service, operation, values)
    if failure == "mistyped":
        parameters = mistyped(model(service, operation).input_shape, parameters)
    texts = {".".join(way): value for way, value in values.items()}
    with a_place() as place:
        reached: list[str] = []
        _answer.append(_answering(path, failure, texts, reached))
        try:
            with listening(place.written):
                configure(2)
                result = _outcome(path, parameters, failure, place.written)
                if result:
                    structlog.get_logger().error("not sent", error=result.message)
                    report = PassReport(
                        STACK,
                        Options(),
                        "failed",
                        Plan({KEY: Action(KEY, "create")}),
                        {KEY: result},
                        notes=(result.message,),
                        refusals=(result.message,),
                    )
                    console.show(closing_lines(report))
                    place.report.write_text(json.dumps(as_data(report), ensure_ascii=False), encoding="utf-8")
        finally:
            _answer.pop()
        look_at_files(place)
    if not reached and failure not in UNSENT:
        place.written.unreached = f"{service}:{operation}"
    return place.written


def _outcome(path: Path, parameters: dict[str, Any], failure: str, written: Written) -> Result | None:
    """The result of the call; None if the program crashed."""
    api = _account().api(path.service)

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError(f"nobody foresaw this: {parameters!r}")

    try:
        with patch.object(api.tally, "count", breaks) if failure == "crash" else patch.dict({}):
            api.call(path.call, **parameters)
    except CallError as error:
        written.add("error", told(error))
        return Result("refused", str(error))
    except Exception as error:  # noqa: BLE001 -- botocore itself stumbles over some mistyped keys
        lines = "\n".join(crash_lines(error))
        console.fail(lines.splitlines())
        written.add("error", lines)
        return None
    return Result("done")
