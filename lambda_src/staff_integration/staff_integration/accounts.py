"""Makes accounts of VoiceDrive for staff, in two transactions with the call between them.

The first one keeps everything that the call needs: user name, password and request id. So whoever repeats it after a crash
makes the same call again, and VoiceDrive makes one user.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from staff_integration import outbox
from staff_integration.access import rights_of
from staff_integration.medical import Delivery
from staff_integration.organisation_tables import Department, Facility, Position
from staff_integration.remote import PermanentError
from staff_integration.sign_in_tables import Credential
from staff_integration.sync.store import NewEvent
from staff_integration.tables import Account, Event, Staff
from staff_integration.vault import Vault
from staff_integration.voicedrive import Login, Person, User


@dataclass(frozen=True)
class NewLogin:
    """What a new account gets, should there be none yet."""

    password: str
    request_id: str

    def __repr__(self) -> str:
        return "NewLogin()"


@dataclass(frozen=True)
class Job:
    """What to tell VoiceDrive: to make a user (no `user_id`), or to change one."""

    person: Person
    login: Login
    user_id: str | None


@dataclass(frozen=True)
class Link:
    """A user of VoiceDrive, the hash of the password if it is ours, and when the medical system has to learn of both."""

    user: User
    password_hash: str | None
    deliver_at: datetime

    def __repr__(self) -> str:
        return f"Link({self.user!r})"


def prepare(session: Session, staff_id: str, new: NewLogin, vault: Vault) -> Job | None:
    """Keep what the call needs; None if nothing has to be told.

    Raises:
        PermanentError: the row of staff names something that the organisation does not have.
        VaultError: the password cannot be read.
    """
    staff = outbox.locked(session, staff_id)
    if staff is None:
        return None
    account = session.scalar(select(Account).where(Account.staff_id == staff_id))
    if account is None:
        if staff.left_at is not None and staff.voicedrive_id is None:
            return None
        account = Account(staff_id=staff_id, voicedrive_username=staff_id, request_id=new.request_id)
        session.add(account)
    person = _person(session, staff)
    password = ""
    if staff.voicedrive_id is None:
        account.initial_password = account.initial_password or vault.encrypt(new.password)
        password = vault.decrypt(account.initial_password)
    login = Login(account.voicedrive_username or staff_id, password, account.request_id)
    session.flush()
    return Job(person, login, staff.voicedrive_id)


def store(session: Session, staff: Staff, link: Link, now: datetime) -> None:
    """Keep the link to a user of VoiceDrive; the first time, the medical system has to learn of it."""
    account = session.scalars(select(Account).where(Account.staff_id == staff.staff_id)).one()
    if staff.voicedrive_id is not None:
        return
    user = link.user
    staff.voicedrive_id, account.login_url, account.auto_created = (
        user.user_id,
        user.login_url,
        user.made_by_us,
    )
    if link.password_hash is None:
        account.initial_password = None
    else:
        session.merge(
            Credential(
                staff_id=staff.staff_id, password_hash=link.password_hash, must_change=True, changed_at=now
            )
        )
    session.add(
        Event(event_type="account.created", staff_id=staff.staff_id, created_at=now, due_at=link.deliver_at)
    )


def delivery_of(session: Session, staff_id: str, vault: Vault) -> Delivery | None:
    """The account that the medical system has to learn of; None once it has acknowledged it.

    Raises:
        VaultError: the password cannot be read.
    """
    staff = session.get(Staff, staff_id)
    account = session.scalar(
        select(Account).where(Account.staff_id == staff_id, Account.delivered_at.is_(None))
    )
    if staff is None or account is None or staff.voicedrive_id is None:
        return None
    return Delivery(
        staff_id,
        account.integration_id,
        staff.voicedrive_id,
        account.voicedrive_username or "",
        vault.decrypt(account.initial_password) if account.initial_password else "",
        account.login_url or "",
    )


def acknowledge(session: Session, staff_id: str, now: datetime) -> bool:
    """Erase the initial password: it has been delivered. False if there is no account."""
    account = session.scalar(select(Account).where(Account.staff_id == staff_id).with_for_update())
    if account is None or account.login_url is None:
        return False
    account.initial_password = None
    account.delivered_at = account.delivered_at or now
    return True


def sync_event(session: Session, staff: Staff, event: Event) -> NewEvent:
    """What VoiceDrive learns over the WebSocket of an entry of the outbox."""
    return NewEvent(
        event_type="staff.created" if event.event_type == "staff.created" else "staff.updated",
        record=f"staff:{staff.staff_id}",
        source="medical",
        target="voicedrive",
        message_id=f"outbox-{event.event_id}",
        data={
            "staffId": staff.staff_id,
            "employeeNumber": staff.employee_number,
            "fullName": staff.full_name,
            "email": staff.email,
            "facilityId": staff.facility_id,
            "departmentId": staff.department_id,
            "positionId": staff.position_id,
            "active": staff.left_at is None,
            "revision": outbox.revision_of(session, staff.staff_id),
        },
    )


def _person(session: Session, staff: Staff) -> Person:
    facility = session.get(Facility, staff.facility_id) if staff.facility_id else None
    department = session.get(Department, staff.department_id) if staff.department_id else None
    position = session.get(Position, staff.position_id) if staff.position_id else None
    for word, id_, found in (
        ("facility", staff.facility_id, facility),
        ("department", staff.department_id, department),
        ("position", staff.position_id, position),
    ):
        if id_ and found is None and staff.left_at is None:
            raise PermanentError(f"the organisation has no {word} {id_}")
    return Person(
        staff_id=staff.staff_id,
        employee_number=staff.employee_number,
        full_name=staff.full_name,
        email=staff.email,
        facility={"id": facility.facility_id, "name": facility.name} if facility else None,
        department={"id": department.department_id, "name": department.name} if department else None,
        position={"id": position.position_id, "name": position.name, "level": position.level}
        if position
        else None,
        role=rights_of(session, staff).role,
        active=staff.left_at is None,
        revision=outbox.revision_of(session, staff.staff_id),
    )
