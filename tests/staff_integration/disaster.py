"""The database is lost in the middle of writing, and comes back from the last hourly backup and from both systems."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from staff_integration.backup.library import Library
from staff_integration.backup.loading import restore, resume
from staff_integration.backup.manifest import Manifest
from staff_integration.database import Sessions, sessions_of
from staff_integration.record_tables import Interview
from staff_integration.sync import store
from staff_integration.sync.accepting import accept
from staff_integration.sync.messages import Sent
from staff_integration.tables import Account, Staff

from tests.staff_integration.organisation import person
from tests.staff_integration.simulators import World

NAMES = ("staff_id", "employee_number", "full_name", "email", "facility_id", "department_id", "position_id")
Row = dict[str, str | None]


@dataclass
class Master:
    """The medical system: it remembers what it has written, and when; also what it cannot know to be written."""

    world: World
    rows: dict[str, Row] = field(default_factory=dict)
    written: dict[str, datetime] = field(default_factory=dict)

    def enter(self) -> str:
        """Enter somebody."""
        made = person(f"S{len(self.rows) + 1}", "MEMBER", "NURSING", "HOSPITAL")
        self._write({name: getattr(made, name) for name in NAMES})
        return made.staff_id

    def rename(self, staff_id: str, name: str) -> None:
        """Change somebody's name."""
        self._write({**self.rows[staff_id], "full_name": name})

    def write_again(self, sessions: Sessions, since: datetime) -> int:
        """Write again what was written since a moment; how many rows."""
        again = [each for each, at in self.written.items() if at >= since]
        with sessions.begin() as session:
            for each in again:
                session.merge(Staff(**self.rows[each]))
        return len(again)

    def _write(self, row: Row) -> None:
        staff_id = str(row["staff_id"])
        self.rows[staff_id], self.written[staff_id] = row, self.world.clock.now()
        with self.world.sessions.begin() as session:
            session.merge(Staff(**row))


@dataclass
class VoiceDriveHub:
    """VoiceDrive: it remembers the interviews that it has sent."""

    sent: list[tuple[datetime, Sent]] = field(default_factory=list)

    def send(self, world: World, staff_id: str) -> None:
        """Send an interview."""
        number = len(self.sent) + 1
        data = {
            "interviewId": f"I{number}",
            "staffId": staff_id,
            "scheduledAt": "2027-01-01T00:00:00Z",
            "title": "面談",
            "notes": "",
        }
        event = {"type": "event", "messageId": f"m{number}", "event": "interview.scheduled", "data": data}
        self.sent.append((world.clock.now(), Sent.model_validate(event)))
        self._send(world, self.sent[-1][1])

    def send_again(self, world: World, since: datetime) -> None:
        """Send again what was sent since a moment."""
        for at, sent in self.sent:
            if at >= since:
                self._send(world, sent)

    def _send(self, world: World, sent: Sent) -> None:
        with world.sessions.begin() as session:
            accept(session, "voicedrive", sent, world.clock.now())


@dataclass(frozen=True)
class Recovery:
    """What was measured."""

    manifest: Manifest
    lost: timedelta
    seconds: float
    written_again: int


def play(
    world: World,
    library: Library,
    destroy: Callable[[Callable[[], object]], None],
    after: Callable[[], Engine],
    *,
    steps: int,
) -> Recovery:
    """Some hours of work with a backup every half hour, the loss, the recovery; what has to hold is asserted.

    Args:
        world: an application with the organisation.
        library: the backups.
        destroy: destroys the database while the function that it gets is writing.
        after: an empty database.
        steps: how many times ten minutes of work.
    """
    master, hub = Master(world), VoiceDriveHub()
    engine: Engine = world.sessions.kw["bind"]
    began = world.clock.now()
    for step in range(steps):
        if step % 3 == 0:
            made = library.make(engine, "hourly")
        _work(world, master, hub)
        world.clock.sleep((began + timedelta(minutes=10 * (step + 1)) - world.clock.now()).total_seconds())
    with world.sessions() as session:
        last_event = store.newest(session)
    destroy(master.enter)
    lost = world.clock.now() - made.taken_at
    assert timedelta(0) < lost <= timedelta(hours=1)

    started = time.monotonic()
    newest = library.newest()
    assert newest.name == made.name
    again = after()
    restore(again, library.lines(newest.name), made)
    resume(again, made)
    seconds = time.monotonic() - started

    sessions = sessions_of(again)
    with sessions() as session:
        for staff_id, at in master.written.items():
            kept = session.get(Staff, staff_id)
            if at < made.taken_at:  # nothing that is older is missing
                assert kept is not None
                assert {name: getattr(kept, name) for name in NAMES} == master.rows[staff_id]
    before = {name: dict(user) for name, user in world.voicedrive.users.items()}
    rows = master.write_again(sessions, made.taken_at)
    tools = replace(world.tools, sessions=sessions)
    world = replace(world, sessions=sessions, tools=tools)
    world.settle()
    hub.send_again(world, made.taken_at)
    _assert_whole(world, master, hub, before, last_event)
    return Recovery(made, lost, seconds, rows)


def _work(world: World, master: Master, hub: VoiceDriveHub) -> None:
    """Four people are entered, two are renamed, one has an interview."""
    entered = [master.enter() for _ in range(4)]
    world.settle()
    for staff_id in (entered[0], "S1"):
        master.rename(staff_id, f"職員 {world.clock.now():%H:%M:%S}")
    hub.send(world, entered[1])
    world.settle()


def _assert_whole(
    world: World, master: Master, hub: VoiceDriveHub, before: dict[str, dict[str, object]], last_event: int
) -> None:
    users = world.voicedrive.users
    assert sorted(world.voicedrive.made) == sorted(set(world.voicedrive.made)) == sorted(master.rows)
    with world.sessions() as session:
        found = session.execute(
            select(Staff, Account).join(Account, Account.staff_id == Staff.staff_id)
        ).all()
        assert sorted(staff.staff_id for staff, _ in found) == sorted(master.rows)
        for staff, account in found:
            user = users[account.voicedrive_username or ""]
            assert {name: getattr(staff, name) for name in NAMES} == master.rows[staff.staff_id]
            assert (staff.voicedrive_id, staff.sync_status) == (user["userId"], "synced")
            assert (user["fullName"], user["externalId"]) == (staff.full_name, staff.staff_id)
        assert sorted(session.scalars(select(Interview.interview_id))) == sorted(
            str(sent.data["interviewId"]) for _, sent in hub.sent
        )
        assert store.newest(session) > last_event  # a system that has had all events is let in again
    for name, user in before.items():
        assert users[name]["userId"] == user["userId"]
    assert set(world.medical.accounts) == set(master.rows)


def until_it_fails(write: Callable[[], object], done: list[int]) -> None:
    """Write until the database is gone."""
    with contextlib.suppress(DBAPIError):
        while True:
            write()
            done.append(1)
