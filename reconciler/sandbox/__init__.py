"""A local simulation of AWS: moto's services with patches, and our own control plane of Amazon Connect."""

import time
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import boto3
from moto import mock_aws
from moto.core.config import DefaultConfig

from reconciler.sandbox import plugin, state
from reconciler.sandbox.client_sessions import client_session
from reconciler.sandbox.extension import ONE_AT_A_TIME
from reconciler.sandbox.fault_injection import Plan, SandboxSettings
from reconciler.sandbox.journal import Call, Journal
from reconciler.sandbox.process_state import (
    DEFAULT_ACCOUNT,
    SANDBOXED_ENVIRONMENT,
    Clock,
    ProcessState,
    Sleep,
    hold,
)
from reconciler.sandbox.sandbox_error import SandboxError

__all__ = ["MOTO_CONFIG", "Call", "Clock", "Journal", "Sandbox", "SandboxError", "SandboxSettings"]

# Roles may use AWS's own policies.
MOTO_CONFIG: DefaultConfig = {
    "iam": {"load_aws_managed_policies": True},
}


class Sandbox:
    """A local simulation of AWS in this process.

    While it is on (a `with` block), every boto3 client of this process uses it and none uses the network. Credentials
    and account in the environment are the sandbox's, and are restored at the end. It starts empty, except for the SSM
    parameter `/sandbox/password` and the secret `sandbox/password`.

    `settling_seconds` is how long tables stay in CREATING, UPDATING and DELETING by `clock` (seconds since the
    epoch; by default the computer's own clock). `sleep` lets time pass on that clock; latency needs it.
    """

    def __init__(
        self,
        account: str = DEFAULT_ACCOUNT,
        clock: Clock | None = None,
        settling_seconds: float = 0.0,
        *,
        sleep: Sleep | None = None,
        settings: SandboxSettings | None = None,
    ) -> None:
        self.world = ProcessState(
            account=account,
            clock=clock or time.time,
            settling_seconds=settling_seconds,
            sleep=sleep,
            settings=settings or SandboxSettings(),
        )
        self.journal = self.world.journal
        self.clients: dict[tuple[str, str], Any] = {}
        """The clients of its accounts (`reconciler.sandbox.account`)."""
        self._held = ExitStack()

    @property
    def account(self) -> str:
        """The account that `get_caller_identity` answers."""
        return self.world.account

    def __enter__(self) -> Self:
        """Turn the sandbox on. Raises RuntimeError if another one is on in this process."""
        plugin.install()
        with ExitStack() as opening:
            opening.enter_context(hold(self.world, SANDBOXED_ENVIRONMENT))
            opening.enter_context(mock_aws(config=MOTO_CONFIG))
            self.world.listen = self._listen
            self._held = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def _listen(self) -> None:
        """Serve the sandbox over HTTP until it is turned off."""
        from reconciler.sandbox.server import serve_within_process  # noqa: PLC0415  it loads a web framework

        self._held.callback(serve_within_process(self.world).stop)

    def inject(self, plan: Plan) -> None:
        """Inject faults by another plan from now on; its calls are counted from 1."""
        with ONE_AT_A_TIME:
            self.world.keeper.inject(plan)

    def end_faults(self) -> None:
        """Inject no more faults, and let late effects of timed-out calls happen now."""
        with ONE_AT_A_TIME:
            self.world.keeper.end_faults()

    def snapshot(self) -> bytes:
        """The present state of every service, for `restore`."""
        return state.snapshot(self.world)

    def restore(self, frozen: bytes) -> None:
        """Restore the state of every service from a snapshot."""
        state.restore(frozen, self.world)

    def session(self, region: str) -> boto3.Session:
        """Return a session whose clients use this sandbox; it is quick to make."""
        return client_session(region)
