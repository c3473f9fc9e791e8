"""One AWS service as adapters are handed it: paced, retried at this one layer, counted, its errors sorted.

An error never tells what a request carried in a sensitive member (`reconciler.aws.redaction`), and it never leads back to
botocore's own error, which does.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from typing import Any, NamedTuple

import structlog
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.paginate import Paginator
from botocore.parsers import ResponseParserError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from reconciler.aws.hush import hush
from reconciler.aws.pacing import Pacer
from reconciler.aws.redaction import SECRETS, sensitive_values
from reconciler.clock import Clock
from reconciler.errors import Busy, CallError, Refused, Unsure, sort

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 20.0
READS = ("describe_", "list_", "get_", "search_", "head_", "batch_get_")
CREATES = ("create_", "claim_", "import_", "start_")
PROBLEMS = ("Missing required parameter", "Unknown parameter", "Invalid ")
"""How each problem begins in botocore's report on a request (botocore.validate.ValidationErrors)."""

hush()


def is_read(operation: str) -> bool:
    """Whether an operation only looks."""
    return operation.startswith(READS)


class Patience(NamedTuple):
    """How often a call is tried, and how many seconds AWS has to take it and to answer it."""

    attempts: int = 6
    connect_timeout: float = 10.0
    read_timeout: float = 60.0


def go_on() -> None:
    """Nothing stands in the way of a call."""


def unwatched(service: str, operation: str) -> AbstractContextManager[None]:
    """Nobody watches a call."""
    del service, operation
    return nullcontext()


@dataclass
class Tally:
    """How often each operation was called, by service and operation."""

    calls: Counter[str] = field(default_factory=Counter)
    mutating: int = 0
    throttled: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def count(self, service: str, name: str, *, mutating: bool) -> None:
        """Note one call that goes out; operations are counted as AWS spells them, `connect:CreateQueue`."""
        with self._lock:
            self.calls[f"{service}:{name}"] += 1
            self.mutating += mutating

    def throttle(self, service: str, name: str) -> None:
        """Note one call that AWS put off."""
        with self._lock:
            self.throttled[f"{service}:{name}"] += 1


@dataclass
class ServiceApi:
    """One service in one account and Region (`reconciler.contract.Api`)."""

    service: str
    account: str
    region: str
    partition: str
    client: Any
    paginators: Any
    """botocore's paginator model of the service; None where it has none."""
    pacer: Pacer
    clock: Clock
    random: Random
    tally: Tally
    patience: Patience = Patience()
    gate: Callable[[], None] = go_on
    """Asked before each call, and after the wait for its turn; it raises where nothing more may be begun."""
    watched: Callable[[str, str], AbstractContextManager[None]] = unwatched
    """Stands around each call, by service and operation."""
    others: "Callable[[str], ServiceApi] | None" = None
    """The other services of the same account and Region."""

    def beside(self, service: str) -> "ServiceApi":
        """Another service in the same account and Region."""
        if self.others is None:
            raise Refused("client", "NoOtherService", f"{service} cannot be reached from {self.service}")
        return self.others(service)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call one operation, spelled as boto3 spells it.

        Raises:
            CallError: one of the six reasons of `reconciler.errors`.
        """
        retrying = Retrying(
            sleep=self.clock.sleep,
            stop=stop_after_attempt(self.patience.attempts),
            retry=retry_if_exception(lambda error: self._worth_another(operation, parameters, error)),
            wait=self._pause,
            reraise=True,
        )
        return retrying(self._once, operation, parameters)

    def pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        """Every item of a paged operation, page after page, each page paced and retried by itself."""
        name = self.client.meta.method_to_api_mapping[operation]
        model = self.client.meta.service_model.operation_model(name)
        paginator = Paginator(lambda **page: self.call(operation, **page), self._paging(name, model), model)
        key = paginator.result_keys[0].expression
        for page in paginator.paginate(**parameters):
            yield from page.get(key) or []

    def _paging(self, name: str, model: Any) -> dict[str, Any]:
        """How an operation is paged; botocore knows of most, the others page by `NextToken` all the same."""
        try:
            described: dict[str, Any] = self.paginators.get_paginator(name)
        except (AttributeError, ValueError):
            (key,) = [
                member for member, shape in model.output_shape.members.items() if shape.type_name == "list"
            ]
            return {"input_token": "NextToken", "output_token": "NextToken", "result_key": key}
        return described

    def _once(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.gate()
        self.pacer.pace(self.account, self.region, self.service, operation)
        self.gate()
        name = self.client.meta.method_to_api_mapping[operation]
        self.tally.count(self.service, name, mutating=not is_read(operation))
        log.debug("call", service=self.service, operation=operation)
        try:
            with self.watched(self.service, name):
                reply: dict[str, Any] = getattr(self.client, operation)(**parameters)
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            failure = self._understood(operation, parameters, error)
        else:
            if not (is_read(operation) and self._says_nothing(name, reply)):
                return reply
            # Taken for what AWS said, it would be absence.
            failure = Unsure(operation, "EmptyReply", "AWS answered without saying anything")
        raise failure  # here, where no `__context__` holds the request any more

    def _understood(self, operation: str, parameters: dict[str, Any], error: Exception) -> CallError:
        """Why a call failed, in words that repeat nothing sensitive."""
        if isinstance(error, ClientError):
            return self._sorted(operation, parameters, error)
        name = type(error).__name__
        match error:
            case ConnectTimeoutError() | EndpointConnectionError():
                return Busy(operation, name, "AWS could not be reached")
            case ReadTimeoutError() | ConnectionClosedError() | HTTPClientError():
                return Unsure(operation, name, "the connection broke after the request was sent")
            case ResponseParserError():  # its text is the whole reply
                return Unsure(operation, name, "the reply could not be read")
            case NoCredentialsError():
                return Refused(operation, "NoCredentials", "no AWS credentials were found")
        text = self._safe(operation, parameters, str(error))
        if isinstance(error, ParamValidationError):
            return Refused(operation, "ParamValidation", _without_values(text))
        return Refused(operation, name, text)

    def _sorted(self, operation: str, parameters: dict[str, Any], error: ClientError) -> CallError:
        reply = error.response
        code = reply.get("Error", {}).get("Code", "Unknown")
        status = reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        # A flow that Connect refuses has an empty message and a list of problems; modules spell it `Problems`.
        problems = reply.get("problems") or reply.get("Problems") or []
        reason = sort(code, status)
        if reason is Busy:
            self.tally.throttle(self.service, self.client.meta.method_to_api_mapping[operation])
        message, *details = (
            self._safe(operation, parameters, text)
            for text in (
                reply.get("Error", {}).get("Message", ""),
                *(problem.get("message", "") for problem in problems),
            )
        )
        return reason(operation, code, message, tuple(details))

    def _says_nothing(self, name: str, reply: dict[str, Any]) -> bool:
        """Whether a reply came without a body, although in JSON and XML even an empty list has one."""
        if self.client.meta.service_model.operation_model(name).http["method"] == "HEAD":
            return False
        headers = reply.get("ResponseMetadata", {}).get("HTTPHeaders", {"content-length": ""})
        length = headers.get("content-length", "" if "transfer-encoding" in headers else "0")
        return length == "0" and not reply.keys() - {"ResponseMetadata"}

    def _safe(self, operation: str, parameters: dict[str, Any], text: str) -> str:
        """What AWS or botocore says, without secrets and without what the request carried in sensitive members."""
        model = self.client.meta.service_model
        shape = model.operation_model(self.client.meta.method_to_api_mapping[operation]).input_shape
        return SECRETS.text(text, sensitive_values(shape, parameters)) if text else text

    def _worth_another(self, operation: str, parameters: dict[str, Any], error: BaseException) -> bool:
        if isinstance(error, Busy):
            return True
        # To do the same thing twice is harmless for everything but a create without a token.
        repeatable = not operation.startswith(CREATES) or "ClientToken" in parameters
        return isinstance(error, Unsure) and repeatable

    def _pause(self, state: RetryCallState) -> float:
        """Full jitter (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html)."""
        return self.random.uniform(0, min(LONGEST_PAUSE, 2.0 ** (state.attempt_number - 1)))


def _without_values(report: str) -> str:
    """Botocore's report names the value after `value:`; that may be a secret, and may run over several lines."""
    lines = [line for line in report.splitlines() if line.startswith(PROBLEMS)] or [
        "botocore refuses the parameters"
    ]
    return "; ".join(line.partition(", value:")[0].strip() for line in lines)
