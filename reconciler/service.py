"""The declaration of one AWS service: its request quotas, and the IAM actions of its calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from reconciler.errors import CallError


class Rate(NamedTuple):
    """A published quota: requests per second, and how many may come at once after a pause."""

    per_second: float
    burst: float


FEWEST_WORDS = 3
"""The least number of words in a reason."""
OTHERWISE = Rate(10, 20)
"""The rate if AWS publishes none; most control planes allow more."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One AWS service. Operations are spelled as AWS spells them (`ListQueues`), but in `rates` as boto3 does.

    Raises:
        ValueError: an ARN pattern is invalid, or `unscoped` lacks a reason.
    """

    name: str
    """Its name in boto3's spelling: `connect`."""
    rate: Rate = OTHERWISE
    """The rate of each operation that `rates` does not name."""
    rates: Mapping[str, Rate] = field(default_factory=dict, hash=False)
    lists_rates: bool = False
    """Whether Service Quotas lists the rate of each of its operations."""
    iam_prefix: str = ""
    """The prefix of its actions in IAM, if it is not `name`."""
    actions: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By operation: its action in IAM (`s3:PutBucketCORS`), if it has another name."""
    also_asks: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """By operation: further actions that AWS takes in the caller's name, for every request."""
    scopes: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By action: the pattern of the ARNs that it works on, if that is not the resource of the call."""
    unscoped: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By action that IAM checks only against `*`: the reason in a few words for the policy ("lists all tables").

    The Service Authorization Reference names no resource type of such an action, so a policy with a resource would not
    allow it. No other action is ever allowed on `*`.
    """
    granted_for_fields: frozenset[str] = frozenset()
    """For a service beside that of a kind: its actions that `Adapter.granted_for` grants, for the resources that a field names.

    So they are not granted for the resources of the kind itself; a delete has them on `scopes`.
    """
    events_from: Mapping[str, str] = field(default_factory=dict, hash=False)
    """For a global service, by partition: the Region whose CloudTrail reports its changes (`{"aws": "us-east-1"}`).

    Otherwise the Region of the resource reports them.
    """
    also_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """By action: patterns of further ARNs that IAM checks it against, for other resources that a call names."""
    errors: Mapping[str, type[CallError]] = field(default_factory=dict, hash=False)
    """By error code: its error class, if it is not the usual one (`reconciler.errors.sort`)."""
    errors_by_message: Mapping[str, type[CallError]] = field(default_factory=dict, hash=False)
    """By part of a message: its error class, if one code has several meanings ("cannot be assumed": wait)."""

    failed_in: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By operation that answers with status 200 although parts of the request failed: the member of its reply that lists the failed
    parts, each with `ErrorCode` and `ErrorMessage`, or with a structure `Error` of `Code` and `Message`. Such a reply is an
    error (PutTargets: `FailedEntries`; DeleteFlowLogs: `Unsuccessful`)."""

    def reason(self, code: str, message: str) -> type[CallError] | None:
        """The declared error class of an error of this service; None if there is none."""
        told = next((reason for part, reason in self.errors_by_message.items() if part in message), None)
        return told or self.errors.get(code)

    def __post_init__(self) -> None:
        patterns = [*self.scopes.values(), *(each for found in self.also_on.values() for each in found)]
        wrong = [each for each in patterns if not each.startswith("arn:")]
        if wrong:
            why = (
                "; what IAM checks against * alone belongs in unscoped, with the reason"
                if "*" in wrong
                else ""
            )
            raise ValueError(f"service {self.name}: {wrong[0]} is not a pattern of ARNs{why}")
        for action, reason in self.unscoped.items():
            if ":" not in action or len(reason.split()) < FEWEST_WORDS:
                raise ValueError(
                    f"service {self.name}: unscoped takes an action such as {self.action('ListThings')} and says why IAM "
                    f"names no resource of it, in at least {FEWEST_WORDS} words: {action!r}: {reason!r}"
                )
            if action in self.scopes or action in self.also_on:
                raise ValueError(f"service {self.name}: {action} is unscoped, and has a pattern of ARNs too")

    def action(self, operation: str) -> str:
        """The IAM action of one call: `connect:ListQueues`."""
        return self.actions.get(operation, f"{self.iam_prefix or self.name}:{operation}")

    def rate_of(self, operation: str) -> Rate:
        """The published rate of an operation in boto3's spelling."""
        return self.rates.get(operation, self.rate)
