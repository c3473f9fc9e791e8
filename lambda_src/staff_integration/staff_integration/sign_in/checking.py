"""Checks passwords and secrets, slows attempts down, and writes the audit log."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from staff_integration import metrics
from staff_integration.database import in_transaction
from staff_integration.rollout import reach
from staff_integration.sign_in import attempts
from staff_integration.sign_in.shapes import Attempt, RefusedError, SignInTools, SlowedError
from staff_integration.sign_in_tables import Audit, AuditEvent, Credential, SystemClient
from staff_integration.tables import Account, System


class Checker:
    """Checks who wants to be let in. A check counts as a failure until `attempts.succeeded` is called.

    Args:
        tools: what it works with.
    """

    def __init__(self, tools: SignInTools) -> None:
        self._tools = tools

    def staff_id_of(self, system: System, attempt: Attempt) -> str:
        """The staff id of whoever has given the right password.

        Raises:
            RefusedError: the user name or the password is wrong, or the rollout has not reached the member of staff.
            SlowedError: there were too many attempts.
        """
        with self._tools.sessions() as session:
            found = session.execute(
                select(
                    Account.staff_id,
                    Credential.password_hash,
                    Account.voicedrive_username,
                    Account.medical_username,
                )
                .join(Credential, Credential.staff_id == Account.staff_id)
                .where(
                    or_(
                        Account.voicedrive_username == attempt.username,
                        Account.medical_username == attempt.username,
                    )
                )
            ).all()
        # MySQL also finds names that differ in accents or in spaces at the end, whose attempts would be counted one by one.
        typed = attempt.username.casefold()
        same = (each[:2] for each in found if typed in {(name or "").casefold() for name in each[2:]})
        staff_id, hashed = next(same, (None, None))
        subjects = (attempts.account(attempt.username), attempts.address(attempt.address))
        self._reserve(subjects, staff_id, system, attempt.address)
        right = self._tools.passwords.fits(hashed, attempt.password)
        with self._tools.sessions() as session:
            reached = staff_id is not None and reach.is_reached(session, staff_id)
        if right and reached and staff_id is not None:
            return staff_id
        in_transaction(
            self._tools.sessions,
            lambda session: self.audit(session, "refused", staff_id, system, attempt.address),
        )
        wrong = "the user name or the password is wrong"
        raise RefusedError(reach.NOT_YET if right and staff_id is not None else wrong)

    def secret_fits(self, system: System, secret: str, address: str) -> bool:
        """Whether a secret is that of a system.

        Raises:
            SlowedError: there were too many attempts.
        """
        self._reserve((attempts.address(address),), None, system, address)
        with self._tools.sessions() as session:
            client = session.get(SystemClient, system)
        return self._tools.passwords.fits(client.secret_hash if client else None, secret)

    def audit(
        self,
        session: Session,
        event: AuditEvent,
        staff_id: str | None,
        system: System | None,
        address: str | None = None,
    ) -> None:
        """Write what has happened into the audit log."""
        counted = metrics.SIGN_IN.labels(event, system or "")
        metrics.once_committed(session, counted.inc)
        session.add(
            Audit(
                at=self._tools.clock.now(), event=event, staff_id=staff_id, system_id=system, address=address
            )
        )

    def _reserve(
        self, subjects: tuple[attempts.Subject, ...], staff_id: str | None, system: System, address: str
    ) -> None:
        def count(session: Session) -> float:
            seconds = attempts.reserve(session, subjects, self._tools.clock.now())
            if seconds:
                self.audit(session, "slowed", staff_id, system, address)
            return seconds

        seconds = in_transaction(self._tools.sessions, count)
        if seconds:
            raise SlowedError(seconds)
