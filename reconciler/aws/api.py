"""One AWS service as adapters get it: paced, retried only at this layer, counted, with sorted errors.

An error never contains the value of a sensitive member of the request (`reconciler.aws.redaction`), and has no reference
to botocore's own error, which does.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from io import BytesIO
from random import Random
from threading import Lock
from typing import Any, NamedTuple, TypeAlias

import structlog
from botocore.exceptions import BotoCoreError, ClientError, PaginationError
from botocore.paginate import Paginator
from botocore.parsers import ResponseParserError
from botocore.response import StreamingBody

from reconciler.aws.deadlines import within
from reconciler.aws.failures import TLS, address, partly_failed, understood
from reconciler.aws.log_filter import filter_library_logs
from reconciler.aws.pacing import Pacer, Slots
from reconciler.aws.redaction import SECRETS, sensitive_values
from reconciler.aws.replies import BAD_ROWS, MAY_SAY_NOTHING
from reconciler.aws.reply_values import reply_values
from reconciler.aws.requests import cut
from reconciler.errors import BadRow, Busy, CallError, Late, Refused, Unreachable, Unreadable, Unsure
from reconciler.runtime.clock import Clock
from reconciler.runtime.retrying import CALL_TRIES, retrying_call

log = structlog.get_logger(__name__)

Fits: TypeAlias = Callable[[Mapping[str, Any]], CallError | None]
"""A function that checks a reply which fits its model: returns the error, or None."""

READS = ("describe_", "list_", "get_", "search_", "head_", "batch_get_", "assume_")
TOKENS = (("NextToken", "NextToken"), ("pageToken", "nextPageToken"))
"""How operations are paged of which botocore has no paginator: the member of the request, and that of the reply."""
CREATES = ("allocate_", "assign_", "claim_", "create_", "import_", "start_")
"""How the names of operations begin that do their work anew for each request."""
filter_library_logs()


def is_read(operation: str) -> bool:
    """Whether an operation only reads."""
    return operation.startswith(READS)


class RetryLimits(NamedTuple):
    """How often a call is tried, and how many seconds it has.

    `call_deadline` covers one whole call: connecting, sending, headers and body. `paging_deadline` covers all pages of one
    list. After three times the call deadline on one operation, it is not tried again.
    """

    attempts: int = CALL_TRIES
    connect_timeout: float = 10.0
    call_deadline: float = 30.0
    paging_deadline: float = 300.0
    unreached: int = CALL_TRIES
    """How often a call is tried if no try reaches the address."""


@dataclass
class WorkEnd:
    """The end of a pass: no call starts after this time of the clock, in seconds. None: no limit is set."""

    at: float | None = None


def go_on() -> None:
    """Allow every call."""


def no_watch(service: str, operation: str) -> AbstractContextManager[None]:
    """A context manager that does nothing."""
    del service, operation
    return nullcontext()


@dataclass
class CallCounter:
    """How often each operation was called, by service and operation."""

    calls: Counter[str] = field(default_factory=Counter)
    mutating: int = 0
    throttled: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def count(self, service: str, name: str, *, mutating: bool) -> None:
        """Count one call that is sent; operations are counted as AWS spells them: `connect:CreateQueue`."""
        with self._lock:
            self.calls[f"{service}:{name}"] += 1
            self.mutating += mutating

    def throttle(self, service: str, name: str) -> None:
        """Count one call that AWS throttled."""
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
    """botocore's paginator model of the service; None if it has none."""
    pacer: Pacer
    clock: Clock
    random: Random
    tally: CallCounter
    patience: RetryLimits = RetryLimits()
    gate: Callable[[], None] = go_on
    """Called before each call, and after the wait for its turn; it raises if no more calls may start."""
    watched: Callable[[str, str], AbstractContextManager[None]] = no_watch
    """A context manager around each call, by service and operation."""
    slots: Slots = field(default_factory=Slots)
    ends: WorkEnd = field(default_factory=WorkEnd)
    others: "Callable[[str], ServiceApi] | None" = None
    """The other services of the same account and Region."""

    repeats: bool = True
    """Whether a call with an unknown outcome is tried again, if that is harmless."""

    def wall(self) -> float:
        """The time of day in seconds since 1970."""
        return self.clock.wall()

    def once(self) -> "ServiceApi":
        """The same service, but without a second try of calls with an unknown outcome."""
        return replace(self, repeats=False)

    def until(self, moment: float) -> "ServiceApi":
        """The same service; no call starts after this time of the clock, in seconds, or lasts longer than until then."""
        left, patience = max(0.0, moment - self.clock.now()), self.patience
        others, ends = self.others, self.ends.at
        return replace(
            self,
            ends=WorkEnd(moment if ends is None else min(moment, ends)),
            patience=patience._replace(
                call_deadline=min(left, patience.call_deadline),
                paging_deadline=min(left, patience.paging_deadline),
            ),
            others=others and (lambda service: others(service).until(moment)),
        )

    def hide(self, *values: str) -> None:
        """Hide these secrets that were read, from now on, in all texts."""
        SECRETS.keep(*values)

    def taken(self, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """The members of a value, at any depth, that the request of an operation has."""
        model = self.client.meta.service_model
        shape = model.operation_model(self.client.meta.method_to_api_mapping[operation]).input_shape
        found: dict[str, Any] = cut(shape, members)
        return found

    def beside(self, service: str) -> "ServiceApi":
        """Another service in the same account and Region.

        Raises:
            Refused: this API was created without access to other services.
        """
        if self.others is None:
            raise Refused("client", "NoOtherService", f"{service} cannot be reached from {self.service}")
        return self.others(service)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call one operation, spelled as in boto3; a stream in the reply is read completely.

        Raises:
            CallError: one of the six reasons of `reconciler.errors`.
            Unreadable: the reply does not fit its model. Reading a missing member of the reply raises it too.
        """
        return self._tried(operation, parameters, _any_reply)

    def pages(
        self, operation: str, *, rows_in: str | tuple[str, ...] | None = None, **parameters: Any
    ) -> Iterator[Any]:
        """Every item of a paged operation, page after page, each page paced and retried by itself.

        `rows_in` is the member of the reply that holds the items (`reconciler.contract.RowsIn`). Several members yield pairs of
        the member and the item.

        Raises:
            CallError: as for `call`.
            Unreadable: at the end, after all other items, where some do not fit: they are in `rows`.
        """
        name = self.client.meta.method_to_api_mapping[operation]
        model = self.client.meta.service_model.operation_model(name)
        described = self._paging(name, model)
        book = _PagesRead(self, operation, described, parameters)
        paginator = Paginator(book.page, described, model)
        several = isinstance(rows_in, tuple)
        keys = rows_in if isinstance(rows_in, tuple) else (rows_in or paginator.result_keys[0].expression,)
        for key in keys if (self.service, name) not in MAY_SAY_NOTHING else ():
            book.needs(key, model.output_shape.members[key])
        try:
            for page in paginator.paginate(**parameters):
                found = ((key, row) for key in keys for row in page.get(key) or [] if row is not None)
                yield from found if several else (row for _, row in found)
        except PaginationError:
            failure = Unsure(operation, "PageRepeats", "the list returned the same page again")
        else:
            if not book.bad:
                return
            some = "; ".join(str(each) for each in book.bad[:3])
            failure = Unreadable(operation, "UnreadableRows", some, rows=tuple(book.bad))
        raise failure

    def _paging(self, name: str, model: Any) -> dict[str, Any]:
        """How an operation is paged: as botocore's paginators say, otherwise by the tokens that its model has."""
        try:
            described: dict[str, Any] = self.paginators.get_paginator(name)
        except (AttributeError, ValueError):
            (key,) = [
                member for member, shape in model.output_shape.members.items() if shape.type_name == "list"
            ]
            has = {*(model.input_shape.members if model.input_shape else ()), *model.output_shape.members}
            given, returned = next((each for each in TOKENS if has.issuperset(each)), TOKENS[0])
            return {"input_token": given, "output_token": returned, "result_key": key}
        return described

    def _tried(self, operation: str, parameters: dict[str, Any], fits: Fits) -> dict[str, Any]:
        """Call until a valid reply comes, within the limits of tries and time."""
        began = self.clock.now()
        failed = list[CallError]()

        def again(error: BaseException) -> bool:
            if not self._worth_another(operation, parameters, error):
                return False
            failed.extend([error] if isinstance(error, CallError) else ())
            return True

        def enough(tries: int) -> bool:
            spent = self.clock.now() - began
            most = self.patience.attempts
            if all(isinstance(each, Unreachable) for each in failed):
                most = min(most, self.patience.unreached)
            return tries >= most or spent > 3 * self.patience.call_deadline

        retrying = retrying_call(self.clock, self.random, after_error=again, enough=enough)
        try:
            return retrying(self._once, operation, parameters, fits)
        except Late as late:
            if not failed:
                raise
            failure = replace(late, message=self._unanswered(failed[-1]))
        raise failure

    def _unanswered(self, last: CallError) -> str:
        """The error of a call that was tried until the pass had no time left; `last` is the error of the last try."""
        if isinstance(last, Unreachable):
            return f"{last.message}, until the pass deadline"
        where = address(self.client.meta.endpoint_url)
        return f"{where} did not answer before the pass deadline: {last.message or last.code}"

    def _once(self, operation: str, parameters: dict[str, Any], fits: Fits) -> dict[str, Any]:
        self._may_begin(operation)
        self.pacer.pace(self.account, self.region, self.service, operation)
        self._may_begin(operation)
        name = self.client.meta.method_to_api_mapping[operation]
        self.tally.count(self.service, name, mutating=not is_read(operation))
        log.debug("call", service=self.service, operation=operation)
        failure: CallError
        declared = self.pacer.services.get(self.service)

        def safe(text: str) -> str:
            return self._safe(operation, parameters, text)

        try:
            with (
                self.slots.one(self.clock),
                self.watched(self.service, name),
                within(self.clock, self.patience.call_deadline),
            ):
                reply: dict[str, Any] = _in_full(getattr(self.client, operation)(**parameters))
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            failure = understood(operation, error, safe, declared)
            if type(failure) is Busy:
                self.tally.throttle(self.service, name)
        except Unreadable as error:
            failure = replace(error, operation=operation)
        else:
            rows: Sequence[BadRow] = reply.pop(BAD_ROWS, ())
            answer = reply_values(operation, reply)
            problem = fits(answer) or partly_failed(operation, name, answer, safe, declared)
            if rows:
                failure = Unreadable(operation, "UnreadableRows", str(rows[0]), rows=rows, rest=answer)
            elif problem:
                failure = problem
            else:
                return answer
        raise failure  # here, where no `__context__` holds the request any more

    def _may_begin(self, operation: str) -> None:
        self.gate()
        if self.ends.at is not None and self.clock.now() >= self.ends.at:
            raise Late(operation, "PassDeadline", "pass deadline")

    def _safe(self, operation: str, parameters: dict[str, Any], text: str) -> str:
        """A message of AWS or botocore, without secrets and without values of sensitive members of the request."""
        model = self.client.meta.service_model
        shape = model.operation_model(self.client.meta.method_to_api_mapping[operation]).input_shape
        return SECRETS.text(text, sensitive_values(shape, parameters)) if text else text

    def _worth_another(self, operation: str, parameters: dict[str, Any], error: BaseException) -> bool:
        if isinstance(error, Busy):
            return not isinstance(error, Unreachable) or error.code != TLS
        # Sending a call twice is harmless, except for a create without a token.
        repeatable = self.repeats and (not operation.startswith(CREATES) or "ClientToken" in parameters)
        return isinstance(error, Unsure) and repeatable


class _PagesRead:
    """The state of one list while its pages are read: time, tokens, and the rows that do not fit."""

    def __init__(
        self, api: ServiceApi, operation: str, described: Mapping[str, Any], parameters: Mapping[str, Any]
    ) -> None:
        self._api, self._operation = api, operation
        tokens = described["output_token"]
        self._tokens: list[str] = [tokens] if isinstance(tokens, str) else list(tokens)
        asked = described["input_token"]
        self._seen = {tuple(parameters.get(each) for each in ([asked] if isinstance(asked, str) else asked))}
        self._spent = 0.0
        self._turned = 0
        self._needed: list[str] = []
        self.bad: list[BadRow] = []

    def needs(self, member: str, shape: Any) -> None:
        """Reject pages without this list; only a flattened list in XML (S3's `Contents`) has no element when it is empty."""
        if not shape.serialization.get("flattened"):
            self._needed.append(member)

    def page(self, **parameters: Any) -> dict[str, Any]:
        """Read one page; rows that do not fit are null.

        Raises:
            Unsure: the list did not end in time, or a page has the token of an earlier page.
        """
        limit, clock = self._api.patience.paging_deadline, self._api.clock
        if self._spent > limit:
            raise Unsure(self._operation, "PagingDeadline", f"the list did not end within {limit:g} s")
        began = clock.now()
        try:
            reply = self._api._tried(self._operation, parameters, self._problem)  # noqa: SLF001 -- of this module
        except Unreadable as error:
            if error.rest is None:
                raise
            reply = error.rest
            self.bad += [replace(row, place=self._place(row)) for row in error.rows]
        self._spent += clock.now() - began
        self._turned += 1
        self._seen.add(self._token(reply))
        return reply

    def _place(self, row: BadRow) -> str:
        return f"page {self._turned + 1}, {row.place}" if self._turned else row.place

    def _problem(self, reply: Mapping[str, Any]) -> CallError | None:
        for needed in self._needed:
            if reply.get(needed) is None:
                return Unreadable(self._operation, "UnreadableReply", f"the reply has no list {needed}")
        token = self._token(reply)
        if any(token) and token in self._seen:
            return Unsure(self._operation, "PageRepeats", "the list returned the same page token again")
        return None

    def _token(self, reply: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(reply.get(each) for each in self._tokens)


def _any_reply(reply: Mapping[str, Any]) -> None:
    """Accept every reply that fits its model."""
    del reply


def _in_full(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply with its stream read to the end, within the deadline of the call."""
    for name, value in reply.items():
        if isinstance(value, StreamingBody):
            reply[name] = BytesIO(value.read())
    return reply
