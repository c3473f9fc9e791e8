"""AWS's own managed policies, made when somebody asks for them.

moto makes all 1,500 of them when the first request of an account comes, whatever its service: it notes in IAM which
access key was used. That takes longer than a pass over a small stack.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from moto.core.base_backend import BackendDict
from moto.iam.models import IAMBackend, ManagedPolicy, iam_backends


def install() -> None:
    """Let ours stand in for moto's IAM."""
    backends: BackendDict[Any] = iam_backends
    # Under moto's name and module, by which it finds the URLs of a backend.
    backends.backend = type("IAMBackend", (_Iam,), {"__module__": IAMBackend.__module__})
    backends.clear()


class _Iam(IAMBackend):
    """moto's IAM, but for the time at which the managed policies are made."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        members: dict[str, Any] = vars(self)  # what moto has set hides the properties below
        del members["aws_managed_policies"], members["managed_policies"]
        self._init_aws_policies = super()._init_aws_policies  # type: ignore[method-assign]  # from now on moto's

    def _init_aws_policies(self) -> list[ManagedPolicy]:
        return []

    @cached_property
    def aws_managed_policies(self) -> list[ManagedPolicy]:  # type: ignore[override]  # moto has a plain attribute
        return self._init_aws_policies()

    @cached_property
    def managed_policies(self) -> Mapping[str, ManagedPolicy]:  # type: ignore[override]
        return self._init_managed_policies()
