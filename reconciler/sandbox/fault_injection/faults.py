"""The faults that can be injected into a call: their names, and what each does to the work and to the reply."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, TypeAlias

from reconciler.sandbox.fault_injection.pages import continues, pages_of
from reconciler.sandbox.journal import Call, is_read


class Crash(BaseException):
    """A crash of the calling process at this point; no handler of `Exception` catches it."""


class NoReply(Exception):
    """The request was sent, and no reply came."""


class Unreachable(Exception):
    """The address could not be reached; `timed_out` after a wait, otherwise at once."""

    def __init__(self, *, timed_out: bool) -> None:
        super().__init__("no answer")
        self.timed_out = timed_out


class Effect(Enum):
    """Whether the work of a faulty call is done."""

    NEVER = "never"
    NOW = "now"
    LATER = "later"


class FaultKind(StrEnum):
    """The sort of a fault; `-after` means that the work was done anyway."""

    CRASH_BEFORE = "crash-before"
    CRASH_AFTER = "crash-after"
    NO_CONNECTION = "no-connection"
    CONNECT_TIMEOUT = "connect-timeout"
    TIMEOUT = "timeout"
    TIMEOUT_AFTER = "timeout-after"
    TIMEOUT_LATE = "timeout-late"
    """The work is done later, when the caller has gone on to something else."""
    THROTTLE = "throttle"
    ERROR_500 = "500"
    ERROR_500_AFTER = "500-after"
    ERROR_503 = "503"
    ERROR_503_AFTER = "503-after"
    ACCESS_DENIED = "access-denied"
    EXPIRED_TOKEN = "expired-token"  # noqa: S105  a fault's name
    LIMIT_EXCEEDED = "limit-exceeded"
    """LimitExceededException with 429: a resource quota."""
    QUOTA_EXCEEDED = "quota-exceeded"
    """ServiceQuotaExceededException with 402: a resource quota too."""
    IN_USE = "in-use"
    """Something else holds the resource: ResourceInUseException, of S3 BucketNotEmpty."""
    CONFLICT = "conflict"
    """Another user is changing it: ResourceConflictException, of S3 OperationAborted."""
    EMPTY_REPLY = "empty-reply"
    """The work is done, and 200 comes back without a body."""
    PAGE_EXPIRED = "page-expired"
    """The token of a page is refused."""
    PAGE_REPEATS = "page-repeats"
    """A page begins with the last item of the page before."""
    PAGE_SKIPS = "page-skips"
    """A page lacks its first item."""
    PAGE_EMPTY = "page-empty"
    """A page without items, whose token leads to the items."""

    @property
    def effect(self) -> Effect:
        """Whether and when the work is done."""
        if self is FaultKind.TIMEOUT_LATE:
            return Effect.LATER
        return Effect.NOW if self in _DONE_ALL_THE_SAME else Effect.NEVER

    @property
    def over_http(self) -> bool:
        """Whether a server can do that to a client."""
        return self not in IN_PROCESS_ONLY

    def fits(self, *, pageable: bool, continues: bool) -> bool:
        """Whether the fault makes sense for an operation with pages, asked to continue with a token or not."""
        if self in CONTINUED:
            return continues
        return pageable or self is not FaultKind.PAGE_EMPTY


_DONE_ALL_THE_SAME = frozenset(
    {
        FaultKind.CRASH_AFTER,
        FaultKind.TIMEOUT_AFTER,
        FaultKind.ERROR_500_AFTER,
        FaultKind.ERROR_503_AFTER,
        FaultKind.EMPTY_REPLY,
        FaultKind.PAGE_REPEATS,
        FaultKind.PAGE_SKIPS,
        FaultKind.PAGE_EMPTY,
    }
)
IN_PROCESS_ONLY = frozenset(
    {
        FaultKind.CRASH_BEFORE,
        FaultKind.CRASH_AFTER,
        FaultKind.NO_CONNECTION,
        FaultKind.CONNECT_TIMEOUT,
    }
)
CONTINUED = frozenset({FaultKind.PAGE_EXPIRED, FaultKind.PAGE_REPEATS, FaultKind.PAGE_SKIPS})
PAGED = CONTINUED | {FaultKind.PAGE_EMPTY}


@dataclass(frozen=True)
class Fault:
    """One fault; a late effect lands before the call that follows `calls` further ones, or after `seconds`."""

    kind: FaultKind
    calls: int = 1
    seconds: float | None = None

    def __str__(self) -> str:
        if self.kind is not FaultKind.TIMEOUT_LATE:
            return self.kind.value
        return f"{self.kind.value}:{self.calls if self.seconds is None else f'{self.seconds:g}s'}"


@dataclass(frozen=True)
class Attempt:
    """A call that is about to be made; `index` counts every call since the plan was set, from 1."""

    index: int
    service: str
    operation: str
    params: Mapping[str, Any] = field(default_factory=dict)
    """Secrets masked."""
    time: float = 0.0
    pageable: bool = False
    continues: bool = False
    """Whether the request carries the token of a page."""

    @property
    def mutating(self) -> bool:
        """Whether the operation can change anything."""
        return not is_read(self.operation)


Plan: TypeAlias = Callable[[Attempt], Fault | FaultKind | None]
"""A function that returns the fault of a call, if any. It may call AWS itself; those calls get no faults."""


def no_faults(_attempt: Attempt) -> None:
    """A plan without faults."""


def at(index: int, fault: Fault | FaultKind) -> Plan:
    """A plan by which only the call of that index fails, counted from 1 over every service."""
    return lambda attempt: fault if attempt.index == index else None


def cases(
    calls: Iterable[Call], kinds: Collection[FaultKind] = tuple(FaultKind)
) -> Iterator[tuple[int, FaultKind]]:
    """Pair the index of each call of a faultless run with each kind of fault that makes a difference to it.

    A read has no effect, so that of two kinds that differ in the effect only the first is taken.
    """
    for index, call in enumerate(calls, start=1):
        paged = pages_of(call.service, call.operation) is not None
        for kind in kinds:
            if not call.mutating and kind in _SAME_FOR_READS:
                continue
            if kind.fits(pageable=paged, continues=continues(call.service, call.operation, call.params)):
                yield index, kind


_SAME_FOR_READS = frozenset(
    {
        FaultKind.CRASH_AFTER,
        FaultKind.TIMEOUT_AFTER,
        FaultKind.TIMEOUT_LATE,
        FaultKind.ERROR_500_AFTER,
        FaultKind.ERROR_503_AFTER,
    }
)
