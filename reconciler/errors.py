"""The six reasons a call to AWS fails, sorted once, and what each asks of us."""

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
    """It is not there. On a read: absence; on a delete: done."""


class Busy(CallError):
    """AWS is throttling us or stumbled on a read. Try again within the pass, with jitter."""


class Unreachable(Busy):
    """Nobody answers at the address: the connection, the name, TLS or the proxy failed. `message` names the address."""


class Waiting(CallError):
    """AWS is still at work on it, or something else holds it. Later in this pass, or in the next."""


class Late(Waiting):
    """The time of the pass is over; the call was not begun."""


class InUse(Waiting):
    """Something else uses it. While AWS is at work on it that passes; otherwise somebody has to let go of it."""


class Taken(CallError):
    """The name is in use. Look again by name: ours, go on; another's, refused."""


class Refused(CallError):
    """AWS will not do this. No second try in this pass; the rest goes on."""


class AlreadyDone(Refused):
    """What a change asks for is so already: there where it adds, gone where it removes. It needs nothing more."""


class Unsure(CallError):
    """Nobody knows whether it happened. Look again by name before any second create."""


@dataclass(frozen=True)
class BadRow:
    """A row of a list that does not fit its model, or that lacks a member which its kind needs."""

    operation: str
    place: str
    """Which row it is, counted from 1: `page 2, QueueSummaryList[3]`."""
    problem: str
    members: Mapping[str, Any] = field(default_factory=dict)
    """What could be read of it, in AWS's words."""

    def __str__(self) -> str:
        names = (self.members.get(each) for each in ("Name", "Arn", "ARN", "Id"))
        known = next((name for name in names if isinstance(name, str) and name), "")
        shown = f' ("{known}")' if known and known not in self.place else ""
        return f"{self.operation}: {self.place}{shown} {self.problem}"


@dataclass(eq=False)
class Unreadable(Unsure):
    """A reply that does not fit its model, or lacks a member that is needed. It says nothing, not even absence."""

    row: Any = None
    """The row, as it was handed out, that lacks the member."""
    rows: Sequence[BadRow] = ()
    """The rows that do not fit, where all else of the list does."""
    rest: Any = None
    """The reply with null in place of those rows."""


@contextmanager
def members_needed(what: str) -> Iterator[None]:
    """Let a member that a reply lacks be the reply's fault, where it was copied into a plain dictionary meanwhile.

    Raises:
        Unreadable: in place of `KeyError`.
    """
    try:
        yield
    except KeyError as error:
        member = error.args[0] if error.args else ""
        raise Unreadable(what, "MissingMember", f'the reply has no "{member}"') from None


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
"""The credentials were good once."""
# A resource quota, although Connect answers 429 and botocore would retry it as a throttle.
QUOTA = frozenset({"LimitExceededException", "ServiceQuotaExceededException", "TooManyBuckets"})


def sort(code: str, status: int) -> type[CallError]:
    """The reason behind an error reply, from its code and its HTTP status.

    A 5xx is `Unsure`: the work may have been done before the reply failed. Whether that matters depends on the
    operation, which the caller knows.
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
