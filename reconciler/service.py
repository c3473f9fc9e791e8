"""What holds for one AWS service as a whole: how fast it may be called, and what IAM asks for its calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from reconciler.errors import CallError


class Rate(NamedTuple):
    """A published quota: requests a second, and how many may come at once after a rest."""

    per_second: float
    burst: float


FEWEST_WORDS = 3
"""A reason has at least so many words."""
OTHERWISE = Rate(10, 20)
"""Where AWS publishes no rate; most control planes let more through."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One AWS service. Operations are spelled as AWS spells them (`ListQueues`), but in `rates` as boto3 does.

    Raises:
        ValueError: an ARN pattern is none, or `unscoped` lacks a reason.
    """

    name: str
    """As boto3 spells it: `connect`."""
    rate: Rate = OTHERWISE
    """Of each operation that `rates` does not name."""
    rates: Mapping[str, Rate] = field(default_factory=dict, hash=False)
    lists_rates: bool = False
    """Whether Service Quotas lists the rate of each of its operations."""
    iam_prefix: str = ""
    """How its actions begin in IAM, where that is not `name`."""
    actions: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By operation: IAM's action for it (`s3:PutBucketCORS`), where it is not called as the operation is."""
    also_asks: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """By operation: further actions that AWS takes in the caller's name, whatever the request says."""
    scopes: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By action: the pattern of the ARNs it works on, where that is not the resource that the call names."""
    unscoped: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By action that IAM checks against `*` alone: why, in a few words that a policy shows ("lists all tables").

    The Service Authorization Reference names no resource type of such an action; a policy that names a resource allows
    nothing then. No other action is ever allowed on `*`.
    """
    events_from: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Of a global service, by partition: the Region in whose CloudTrail its changes are told (`{"aws": "us-east-1"}`).

    Where nothing stands, they are told in the Region of the resource.
    """
    also_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """By action: patterns of further ARNs that IAM checks it against: those of what a call names beside its resource."""
    errors: Mapping[str, type[CallError]] = field(default_factory=dict, hash=False)
    """By error code: its reason, where the code alone does not tell it (`reconciler.errors.sort` knows the usual ones)."""
    errors_by_message: Mapping[str, type[CallError]] = field(default_factory=dict, hash=False)
    """By part of a message: its reason, where one code stands for several ("cannot be assumed": wait)."""

    def reason(self, code: str, message: str) -> type[CallError] | None:
        """What an error of this service means; None where nothing is declared for it."""
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
            raise ValueError(f"service {self.name}: {wrong[0]} is no pattern of ARNs{why}")
        for action, reason in self.unscoped.items():
            if ":" not in action or len(reason.split()) < FEWEST_WORDS:
                raise ValueError(
                    f"service {self.name}: unscoped takes an action such as {self.action('ListThings')} and says why IAM "
                    f"names no resource of it, in at least {FEWEST_WORDS} words: {action!r}: {reason!r}"
                )
            if action in self.scopes or action in self.also_on:
                raise ValueError(f"service {self.name}: {action} is unscoped, and has a pattern of ARNs too")

    def action(self, operation: str) -> str:
        """IAM's name of what one call needs: `connect:ListQueues`."""
        return self.actions.get(operation, f"{self.iam_prefix or self.name}:{operation}")

    def rate_of(self, operation: str) -> Rate:
        """The published rate of an operation, as boto3 spells it."""
        return self.rates.get(operation, self.rate)
