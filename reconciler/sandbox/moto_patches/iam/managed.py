"""AWS's managed policies: the process has their documents once, and each account counts its own uses."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy

from reconciler.sandbox.connect.core.snapshot import Changes, PrefilledMap

PARTITION = "aws"
USES = ("attachment_count", "permissions_boundary_usage_count")


@cache
def policies_of_aws() -> Mapping[str, AWSManagedPolicy]:
    """Return AWS's managed policies by ARN, as moto creates them; they belong to no account."""
    made = (
        AWSManagedPolicy.from_data(name, "aws", PARTITION, data)
        for name, data in json.loads(aws_managed_policies_data).items()
    )
    return {policy.arn: policy for policy in made}


class PolicyOfAws(AWSManagedPolicy):
    """A policy of AWS in one account; only its ARN and its uses are pickled."""

    @classmethod
    def unused(cls, arn: str, counted: set[str]) -> Self:
        """Return a policy that nothing is attached to yet."""
        policy = object.__new__(cls)  # moto's constructor would add it to a list
        policy.__setstate__((arn,))
        policy.counted = counted
        return policy

    counted: set[str] | None = None
    """The ARNs of the account's policies whose uses have changed: it takes long to check all 1,200."""

    @property
    def is_used(self) -> bool:
        """Whether it is attached or used as a boundary."""
        return any(getattr(self, name) for name in USES)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in USES and self.counted is not None:
            self.counted.add(self.arn)

    def __getstate__(self) -> tuple[Any, ...]:
        return (self.arn, *(getattr(self, name) for name in USES))

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        arn, *uses = state
        made = policies_of_aws()[arn]
        vars(self).update(vars(made), versions=list(made.versions), tags={})
        vars(self).update(zip(USES, uses, strict=False))


class Policies(PrefilledMap):
    """The managed policies of one account, including those of AWS."""

    def __init__(self) -> None:
        super().__init__()
        self._counted: set[str] = set()
        self.put_back(Changes())

    def changes(self) -> Changes:
        """Return the policies of users, and those of AWS that are in use."""
        made = policies_of_aws().keys()
        used = {arn for arn in self._counted if self[arn].is_used}
        return Changes((arn, self[arn]) for arn in self if arn not in made or arn in used)

    def put_back(self, changes: Changes) -> None:
        """Restore AWS's policies as unused, and apply these changes."""
        for arn in self.changes():
            del self[arn]
        self._counted.clear()
        for arn in policies_of_aws():
            if arn not in self and arn not in changes:
                self[arn] = PolicyOfAws.unused(arn, self._counted)
        for arn, policy in changes.items():
            self[arn] = policy
            if isinstance(policy, PolicyOfAws):
                policy.counted = self._counted
                self._counted.add(arn)
