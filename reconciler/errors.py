"""The reasons why a call to AWS fails, sorted in one place, and how the engine reacts to each."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class CallError(Exception):
    """A call to AWS that failed. `code` and `message` are AWS's; `details` are its list of problems, if any."""

    operation: str
    code: str
    message: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = "; ".join(self.details) or self.message
        return f"{self.operation}: {self.code}: {text}" if text else f"{self.operation}: {self.code}"


class Absent(CallError):
    """The resource does not exist. A read returns absence; a delete is done."""


class Busy(CallError):
    """AWS throttles, or failed on a read. Try again within the pass, with jitter."""


class Unreachable(Busy):
    """The address does not answer: connection, name, TLS or proxy failed. `message` names the address."""


class Waiting(CallError):
    """AWS still works on the resource, or it is busy. Try again later in this pass, or in the next."""


class Late(Waiting):
    """The pass has no time left; the call was not started."""


class InUse(Waiting):
    """Another resource uses it. This may end by itself while AWS works; otherwise the reference must be removed."""


class Taken(CallError):
    """The name is in use. Look for the resource by name: if it is ours, continue; if not, refuse."""


class Refused(CallError):
    """AWS refuses the call. No second try in this pass; other resources continue."""


class AlreadyDone(Refused):
    """The change is already done: an added part exists, or a removed part does not. Nothing more is needed."""


class Unsure(CallError):
    """The outcome of the call is unknown. Look for the resource by name before a second create."""


@dataclass(frozen=True)
class BadRow:
    """A row of a list that does not fit its model, or that lacks a member that its kind needs."""

    operation: str
    place: str
    """The place of the row, counted from 1: `page 2, QueueSummaryList[3]`."""
    problem: str
    members: Mapping[str, Any] = field(default_factory=dict)
    """The members that could be read, with AWS's names."""

    def __str__(self) -> str:
        names = (self.members.get(each) for each in ("Name", "Arn", "ARN", "Id"))
        known = next((name for name in names if isinstance(name, str) and name), "")
        shown = f' ("{known}")' if known and known not in self.place else ""
        return f"{self.operation}: {self.place}{shown} {self.problem}"


@dataclass(eq=False)
class Unreadable(Unsure):
    """A reply that does not fit its model, or lacks a needed member. It proves nothing, not even absence."""

    row: Any = None
    """The row that lacks the member, as the kind got it."""
    rows: Sequence[BadRow] = ()
    """The rows that do not fit, if the rest of the list does."""
    rest: Any = None
    """The reply with null instead of those rows."""


@contextmanager
def members_needed(what: str) -> Iterator[None]:
    """Turn a missing member of a copied reply into an error of the reply.

    Raises:
        Unreadable: instead of `KeyError`.
    """
    try:
        yield
    except KeyError as error:
        member = error.args[0] if error.args else ""
        raise Unreadable(what, "MissingMember", f'the reply has no "{member}"') from None


def first_row(operation: str, reply: Mapping[str, Any], member: str) -> Any:
    """The first row of a list in a reply which must show a resource that AWS knows.

    Raises:
        Unreadable: the list is empty.
    """
    if not reply[member]:
        raise Unreadable(operation, "MissingMember", f'"{member}" of the reply is empty')
    return reply[member][0]


ABSENT = frozenset(
    {
        "ResourceNotFoundException",
        "NotFoundException",
        "NoSuchBucket",
        "NoSuchBucketPolicy",
        "NoSuchCORSConfiguration",
        "NoSuchLifecycleConfiguration",
        "NoSuchTagSet",
        "NoSuchWebsiteConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "ObjectLockConfigurationNotFoundError",
        "PolicyNotFoundException",
        "ReplicationConfigurationNotFoundError",
        "TableNotFoundException",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
        "ParameterNotFound",
        "404",
    }
)
BUSY = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "RequestThrottledException",
        "RequestThrottled",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "SlowDown",
        "PriorRequestNotComplete",
        "RequestTimeTooSkewed",
    }
)
WAITING = frozenset(
    {
        "ResourceNotReadyException",
        "OperationAborted",
        "ContinuousBackupsUnavailableException",
    }
)
IN_USE = frozenset({"ResourceInUseException", "BucketNotEmpty"})
TAKEN = frozenset(
    {
        "DuplicateResourceException",
        "IdempotencyException",
        "BucketAlreadyOwnedByYou",
        "ResourceConflictException",
        "TableAlreadyExistsException",
    }
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
"""Codes of credentials that have expired."""
ASSUME = "assume_role"
"""The operation that assumes the role of an environment."""
# A resource quota, although Connect answers 429 and botocore would retry it as a throttle.
QUOTA = frozenset({"LimitExceededException", "ServiceQuotaExceededException", "TooManyBuckets"})


def sort(code: str, status: int) -> type[CallError]:
    """The error class for an error reply, from its code and its HTTP status.

    A 5xx is `Unsure`: the work may have been done before the reply failed. Whether that matters depends on the operation,
    which the caller knows.
    """
    if code in QUOTA:
        return Refused
    for codes, reason in (
        (ABSENT, Absent),
        (BUSY, Busy),
        (IN_USE, InUse),
        (WAITING, Waiting),
        (TAKEN, Taken),
    ):
        if code in codes:
            return reason
    if status == 429:
        return Busy
    if status >= 500 and status != 501:
        return Unsure
    return Refused
