"""The six reasons a call to AWS fails, sorted once, and what each asks of us."""

from dataclasses import dataclass


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


class Waiting(CallError):
    """AWS is still at work on it, or something else holds it. Later in this pass, or in the next."""


class Taken(CallError):
    """The name is in use. Look again by name: ours, go on; another's, refused."""


class Refused(CallError):
    """AWS will not do this. No second try in this pass; the rest goes on."""


class Unsure(CallError):
    """Nobody knows whether it happened. Look again by name before any second create."""


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
        "ResourceInUseException",
        "ResourceNotReadyException",
        "OperationAborted",
        "ContinuousBackupsUnavailableException",
        "BucketNotEmpty",
    }
)
TAKEN = frozenset(
    {
        "DuplicateResourceException",
        "IdempotencyException",
        "BucketAlreadyOwnedByYou",
        "ResourceConflictException",
        "TableAlreadyExistsException",
    }
)
# A resource quota, although Connect answers 429 and botocore would retry it as a throttle.
QUOTA = frozenset({"LimitExceededException", "ServiceQuotaExceededException", "TooManyBuckets"})


def sort(code: str, status: int) -> type[CallError]:
    """The reason behind an error reply, from its code and its HTTP status.

    A 5xx is `Unsure`: the work may have been done before the reply failed. Whether that matters depends on the
    operation, which the caller knows.
    """
    if code in QUOTA:
        return Refused
    for codes, reason in ((ABSENT, Absent), (BUSY, Busy), (WAITING, Waiting), (TAKEN, Taken)):
        if code in codes:
            return reason
    if status == 429:
        return Busy
    if status >= 500 and status != 501:
        return Unsure
    return Refused
