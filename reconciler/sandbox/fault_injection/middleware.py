"""Runs before the services: lets time pass, keeps quotas, injects faults, and records every call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from reconciler.sandbox import wire_protocol
from reconciler.sandbox.fault_injection.fault_rules import Rules
from reconciler.sandbox.fault_injection.faults import (
    Attempt,
    Crash,
    Effect,
    Fault,
    FaultKind,
    NoReply,
    Plan,
    Unreachable,
    no_faults,
)
from reconciler.sandbox.fault_injection.page_faults import PageFaults
from reconciler.sandbox.fault_injection.pages import continues, pages_of
from reconciler.sandbox.fault_injection.sandbox_settings import SandboxSettings
from reconciler.sandbox.fault_injection.service_errors import refusal, throttled
from reconciler.sandbox.fault_injection.token_buckets import Buckets
from reconciler.sandbox.journal import DONE, Call, Journal
from reconciler.sandbox.request_view import Asked

Run = Callable[[], wire_protocol.Reply]

INSTEAD = {
    FaultKind.TIMEOUT: "ReadTimeoutError",
    FaultKind.TIMEOUT_AFTER: "ReadTimeoutError",
    FaultKind.TIMEOUT_LATE: "ReadTimeoutError",
    FaultKind.NO_CONNECTION: "EndpointConnectionError",
    FaultKind.CONNECT_TIMEOUT: "ConnectTimeoutError",
    FaultKind.CRASH_BEFORE: "Crash",
    FaultKind.CRASH_AFTER: "Crash",
}
"""The outcome in the journal of a call without a reply: the exception that a caller in process gets."""


@dataclass
class _RequestInFlight:
    asked: Asked
    run: Run
    calls: int
    due: float | None


class Middleware:
    """The middleware of one sandbox; every request goes through `admit`, one at a time."""

    def __init__(
        self,
        settings: SandboxSettings,
        journal: Journal,
        account: str,
        now: Callable[[], float],
        sleep: Callable[[float], None],
        *,
        account_of: Callable[[str], str],
    ) -> None:
        """`account_of` gives the account of an access key."""
        self.settings = settings
        self.journal = journal
        self.account = account
        self.now = now
        self.sleep = sleep
        self.account_of = account_of
        self._buckets = Buckets(settings.request_quotas)
        self._late: list[_RequestInFlight] = []
        self._unwatched = False
        self.inject(settings.faults)

    def inject(self, plan: Plan) -> None:
        """Follow another plan from now on; its calls are counted from 1."""
        if isinstance(plan, Rules):
            plan.restart()
        self.plan = plan if not isinstance(plan, Rules) or plan.rules else no_faults
        self._index = 0
        self._pages = PageFaults()

    def end_faults(self) -> None:
        """Inject no more faults, and let all late effects happen now."""
        self.inject(no_faults)
        self.land(everything=True)

    def delay(self) -> None:
        """Let the latency of one call pass."""
        if self.settings.latency and not self._unwatched:
            self.sleep(self.settings.latency)

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Answer all calls of this block without faults, quotas, latency and journal."""
        before, self._unwatched = self._unwatched, True
        try:
            yield
        finally:
            self._unwatched = before

    def give_up(self) -> None:
        """Let the time pass after which a caller stops waiting for a reply."""
        if self.settings.timeout:
            self.sleep(self.settings.timeout)

    def admit(self, asked: Asked, run: Run) -> wire_protocol.Reply:
        """Answer one request, or raise the error that its caller gets instead."""
        if asked.target.operation is None or self._unwatched:
            return run()
        self.land()
        target, fault = asked.target, None
        outcome = "InternalFailure"
        try:
            if not self._buckets.take((self.account, target.region), target.service, target.name, self.now()):
                reply = asked.refuse(throttled(target))
            else:
                fault = self._ask_plan(asked)
                reply = self._answer(asked, run, fault)
            outcome = wire_protocol.error_code(reply) or DONE
        except (Crash, NoReply, Unreachable):
            outcome = INSTEAD[fault.kind] if fault else outcome
            raise
        finally:
            self.journal.note(self._call(asked, outcome, str(fault) if fault else None))
        return reply

    def land(self, *, everything: bool = False) -> None:
        """Do the late work that is due, in the order of the requests."""
        waiting, self._late = self._late, []
        for late in waiting:
            if everything or (late.calls <= 0 if late.due is None else late.due <= self.now()):
                outcome = wire_protocol.error_code(late.run()) or DONE
                self.journal.note_landing(self._call(late.asked, outcome, "landed"))
            else:
                late.calls -= 1
                self._late.append(late)

    def _call(self, asked: Asked, outcome: str, fault: str | None) -> Call:
        target = asked.target
        account = self.account_of(asked.access_key)
        return Call(target.service, target.name, asked.params, outcome, self.now(), fault, account)

    def _ask_plan(self, asked: Asked) -> Fault | None:
        self._index += 1
        if self.plan is no_faults:
            return None
        target = asked.target
        attempt = Attempt(
            index=self._index,
            service=target.service,
            operation=target.name,
            params=asked.params,
            time=self.now(),
            pageable=pages_of(target.service, target.name) is not None,
            continues=continues(target.service, target.name, asked.params),
        )
        with self.unwatched():
            planned = self.plan(attempt)
        fault = Fault(planned) if isinstance(planned, FaultKind) else planned
        fits = fault and fault.kind.fits(pageable=attempt.pageable, continues=attempt.continues)
        return fault if fits else None

    def _answer(self, asked: Asked, run: Run, fault: Fault | None) -> wire_protocol.Reply:
        if self.plan is no_faults:
            return run()
        if fault is None:
            return self._pages.seen(asked, self._pages.held(asked) or run())
        if fault.kind.effect is Effect.LATER:
            due = None if fault.seconds is None else self.now() + fault.seconds
            self._late.append(_RequestInFlight(asked, run, fault.calls, due))
        elif fault.kind.effect is Effect.NOW:
            return self._spoilt(asked, fault.kind, self._pages.held(asked) or run())
        return self._spoilt(asked, fault.kind, None)

    def _spoilt(
        self, asked: Asked, kind: FaultKind, reply: wire_protocol.Reply | None
    ) -> wire_protocol.Reply:
        """What the caller gets, after the work was done (then with its reply) or not."""
        match kind:
            case FaultKind.CRASH_BEFORE | FaultKind.CRASH_AFTER:
                raise Crash(f"{kind} at {asked.target.service}:{asked.target.name}")
            case FaultKind.NO_CONNECTION | FaultKind.CONNECT_TIMEOUT:
                raise Unreachable(timed_out=kind is FaultKind.CONNECT_TIMEOUT)
            case FaultKind.TIMEOUT | FaultKind.TIMEOUT_AFTER | FaultKind.TIMEOUT_LATE:
                raise NoReply(asked.target.name)
            case FaultKind.EMPTY_REPLY:
                return 200, {}, ""
            case FaultKind.PAGE_REPEATS | FaultKind.PAGE_SKIPS | FaultKind.PAGE_EMPTY if reply is not None:
                return self._pages.spoil(asked, kind, reply)
        return asked.refuse(refusal(kind, asked.target))
