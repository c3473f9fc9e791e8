"""Takes the outbox and tells the other systems."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from staff_integration import accounts, backoff, metrics, outbox, reporting
from staff_integration.clock import Chance, Clock, SystemClock, new_password, system_chance
from staff_integration.database import Sessions, in_transaction
from staff_integration.medical import Medical
from staff_integration.remote import PermanentError, TemporaryError, UnreachableError
from staff_integration.sign_in.passwords import Passwords
from staff_integration.sign_in.sessions import end_sessions
from staff_integration.sync import store
from staff_integration.tables import Event, LogStatus, SyncLog
from staff_integration.vault import Vault, VaultError
from staff_integration.voicedrive import User, VoiceDrive

MOST = 5
"""Entries that are taken at once: their calls end well within the lease."""
IDLE = 1.0
"""Seconds between two looks at the outbox; after a failure of the database, too."""
TARGETS = (outbox.ABOUT_STAFF, outbox.DELIVERIES)
"""The types of entries for each of the two systems."""


@dataclass(frozen=True)
class Tools:
    """What a worker works with."""

    sessions: Sessions
    vault: Vault
    voicedrive: VoiceDrive
    medical: Medical
    passwords: Passwords
    clock: Clock = field(default_factory=SystemClock)
    chance: Chance = field(default_factory=system_chance)
    new_password: Callable[[], str] = new_password
    new_id: Callable[[], str] = lambda: str(uuid.uuid4())


@dataclass
class _Rest:
    """How long a system that could not be reached is left alone."""

    failures: int = 0
    until: datetime = datetime.min.replace(tzinfo=UTC)


class Worker:
    """Takes entries of the outbox, a few at a time. Several may work side by side on MySQL; on SQLite one works.

    Args:
        tools: what it works with.
        delivery_after: how long the medical system is not told of an account, because it is waiting for an answer that tells it.
    """

    def __init__(self, tools: Tools, delivery_after: timedelta = timedelta(0)) -> None:
        self._tools = tools
        self._delivery_after = delivery_after
        self.name = tools.new_id()
        self._rests = {target: _Rest() for target in TARGETS}

    def run(self, stopped: Callable[[], bool]) -> None:
        """Work until it is told to stop."""
        while not stopped():
            try:
                done = self.step()
            except DBAPIError:
                reporting.failed("outbox_failed", worker=self.name)
                done = 0
            if not done:
                self._tools.clock.sleep(IDLE)

    def take_for(self, session: Session, staff_id: str) -> Sequence[Event]:
        """Take the entries of one member of staff that are due, for `carry_out`."""
        return self._take(outbox.Wanted(outbox.ABOUT_STAFF, MOST, staff_id), session)

    def carry_out(self, taken: Sequence[Event]) -> None:
        """Carry entries out.

        Raises:
            DBAPIError: the database does not answer.
        """
        for event in taken:
            self._carry_out(event, self._rests[outbox.ABOUT_STAFF])

    def step(self) -> int:
        """Take the entries that are due and carry them out; return how many.

        Raises:
            DBAPIError: the database does not answer.
        """
        tools, taken = self._tools, 0
        for target, rest in self._rests.items():
            if tools.clock.now() < rest.until:
                continue
            wanted = outbox.Wanted(target, MOST)
            for event in in_transaction(tools.sessions, partial(self._take, wanted)):
                self._carry_out(event, rest)
                taken += 1
        return taken

    def _take(self, wanted: outbox.Wanted, session: Session) -> Sequence[Event]:
        return outbox.take(session, self.name, self._tools.clock.now(), wanted)

    def _carry_out(self, event: Event, rest: _Rest) -> None:
        began = self._tools.clock.now()
        try:
            if event.event_type in outbox.DELIVERIES:
                self._deliver(event)
            else:
                self._tell_voicedrive(event)
            rest.failures = 0
        except UnreachableError as error:
            rest.failures += 1
            rest.until = began + timedelta(seconds=backoff.rest(rest.failures))
            self._failed(event, began, error, 0)
        except TemporaryError as error:
            self._failed(event, began, error, error.retry_after)
        except (PermanentError, VaultError) as error:
            self._failed(event, began, error, None)
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001  # one entry must not stop the others
            reporting.failed("entry_failed", event_id=event.event_id)
            self._failed(event, began, TemporaryError(f"internal error: {type(error).__name__}"), 0)

    def _tell_voicedrive(self, event: Event) -> None:
        tools = self._tools
        new = accounts.NewLogin(tools.new_password(), tools.new_id())
        job = in_transaction(
            tools.sessions, lambda session: accounts.prepare(session, event.staff_id, new, tools.vault)
        )
        link = None if job is None else self._call_voicedrive(job)

        def done(session: Session) -> None:
            if job is not None and not job.person.active:
                end_sessions(session, event.staff_id)
            self._done(session, event, link)

        in_transaction(tools.sessions, done)

    def _call_voicedrive(self, job: accounts.Job) -> accounts.Link | None:
        """Make or change the user; the link to keep, if there is a new one."""
        tools = self._tools
        if job.user_id is not None:
            tools.voicedrive.change(job.user_id, job.person)
            return None
        user: User | None
        if job.person.active:
            user = tools.voicedrive.make(job.person, job.login)
        else:  # a call whose answer was lost may have made one
            user = tools.voicedrive.find(job.person.staff_id, job.login)
            if user is None:
                return None
            tools.voicedrive.change(user.user_id, job.person)
        hashed = tools.passwords.hashed_generated(job.login.password) if user.made_by_us else None
        return accounts.Link(user, hashed, tools.clock.now() + self._delivery_after)

    def _deliver(self, event: Event) -> None:
        tools = self._tools
        delivery = in_transaction(
            tools.sessions, lambda session: accounts.delivery_of(session, event.staff_id, tools.vault)
        )
        if delivery is not None:
            tools.medical.deliver(delivery)

        def done(session: Session) -> None:
            if delivery is not None:
                accounts.acknowledge(session, event.staff_id, tools.clock.now())
            self._done(session, event, None)

        in_transaction(tools.sessions, done)

    def _done(self, session: Session, event: Event, link: accounts.Link | None) -> None:
        now = self._tools.clock.now()
        staff = outbox.locked(session, event.staff_id)
        if staff is not None and link is not None:
            accounts.store(session, staff, link, now)
        if outbox.held(session, event, self.name) is None:
            return  # somebody else has taken it meanwhile, and does the rest
        outbox.finish(session, event, now)
        began = event.released_at or event.created_at
        log = _log(event, "success", began, now)
        session.add(log)
        metrics.once_committed(session, metrics.ATTEMPTS.labels("success").inc)
        metrics.observe_lag(session, log.sync_type, now - began)
        if staff is not None and event.event_type in outbox.ABOUT_STAFF:
            session.flush()
            outbox.settle(session, staff)
            store.publish(session, accounts.sync_event(session, staff, event), now)
        reporting.info("entry_done", event_id=event.event_id, type=event.event_type, staff_id=event.staff_id)

    def _failed(self, event: Event, began: datetime, error: Exception, wait: float | None) -> None:
        """Write that an attempt has failed; without `wait`, or after many, somebody has to look."""
        tools = self._tools

        def write(session: Session) -> None:
            now = tools.clock.now()
            staff = outbox.locked(session, event.staff_id)
            kept = outbox.held(session, event, self.name)
            if kept is None:
                return
            if wait is None or kept.attempts >= backoff.MOST:
                outbox.give_up(kept, now, str(error))
            else:
                seconds = backoff.pause(kept.attempts, tools.chance, wait)
                outbox.put_off(kept, now + timedelta(seconds=seconds), str(error))
            session.flush()
            if staff is not None and event.event_type in outbox.ABOUT_STAFF:
                outbox.settle(session, staff)
            status: LogStatus = "failed" if kept.state == "dead" else "partial"
            log = _log(event, status, began, now)
            log.record_count, log.error_message = 0, str(error)
            session.add(log)
            metrics.once_committed(session, metrics.ATTEMPTS.labels(status).inc)
            reporting.info(
                "entry_failed", event_id=event.event_id, reason=str(error), dead=kept.state == "dead"
            )

        in_transaction(tools.sessions, write)


def _log(event: Event, status: LogStatus, began: datetime, ended: datetime) -> SyncLog:
    delivery = event.event_type in outbox.DELIVERIES
    return SyncLog(
        sync_type="notification" if delivery else "staff",
        source_system="voicedrive" if delivery else "medical",
        target_system="medical" if delivery else "voicedrive",
        record_count=1,
        status=status,
        started_at=began,
        completed_at=ended,
    )
